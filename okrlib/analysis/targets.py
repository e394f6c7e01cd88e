"""How high a target is: proposals at a given chance, and what a target that people chose asks of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from okrlib.analysis.daily import Filter
from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.forecast import Forecast
from okrlib.analysis.metrics import find_metric
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.tracks import Track, eve, forecasts, past_quarters, same_days_of, tracks, untracked
from okrlib.okr import KeyResult, KeyResultState, Scorecard
from okrlib.periods import Period, Quarter
from okrlib.starter import starter_file
from okrlib.stores import Workbook
from okrlib.text import Text
from okrlib.yaml_files import parse_model, read_yaml

LONGEST_LEAD = timedelta(weeks=26)  # what the forecast looks ahead at most
ROUND_DIGITS = 3  # a proposal is a round number
COUNTED = {"orders", "units", "buyers", "products"}  # units that come whole
Mark = Literal["sandbagging", "fantasy"]

NOT_TOLD = Text("The exports do not tell it day by day.", "导出文件没有按天的数据。")


class Policy(BaseModel):
    """How likely each kind of target is to be, as ``params/targets.yaml`` has it: chances from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    committed: float = Field(gt=0, lt=1)
    challenging: float = Field(gt=0, lt=1)
    stretch: float = Field(gt=0, lt=1)
    sandbagging: float = Field(gt=0, lt=1)
    fantasy: float = Field(gt=0, lt=1)
    flat_growth: float = Field(gt=0, le=10)

    @model_validator(mode="after")
    def _from_hard_to_easy(self) -> Self:
        if not self.fantasy < self.stretch < self.challenging < self.committed < self.sandbagging:
            raise ValueError("expected fantasy < stretch < challenging < committed < sandbagging")
        return self

    def mark(self, chance: float) -> Mark | None:
        """Say whether a target of this chance asks for nothing, or for what nobody believes."""
        if chance > self.sandbagging:
            return "sandbagging"
        return "fantasy" if chance < self.fantasy else None


def read_policy(workbook: Workbook) -> Policy:
    """Read the workbook's ``params/targets.yaml``, else the one a new workbook begins with; SheetError if it is wrong."""
    own = workbook.params / "targets.yaml"
    path = own if own.exists() else starter_file("params", "targets.yaml")
    return parse_model(Policy, read_yaml(path), str(path))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Three targets by the policy, as round numbers, from a forecast made at the end of `day`."""

    day: date
    committed: Decimal
    challenging: Decimal
    stretch: Decimal


@dataclass(frozen=True, slots=True)
class FlatGrowth:
    """What the same growth on last year, asked of everybody, would mean here.

    `growth` is signed (−0.1 where less is better), `chance` is as seen on the eve of the quarter.
    """

    growth: float
    target: Decimal
    chance: float


@dataclass(frozen=True, slots=True)
class Ambition:
    """How high one key result's target is.

    `at_lock` is the chance that the target had when it was locked, as then written; `now` is today's; `when_set` is the
    one it is judged by: that at lock, in a draft today's. `best` is the best of the past quarters, over as many of their
    days. `mark` says that it is too low or too high; guardrails carry none. `caution` says why today's chance is weak,
    `reason` why there is none.
    """

    key_result: str
    when_set: float | None = None
    at_lock: float | None = None
    now: float | None = None
    proposal: Proposal | None = None
    a_year_ago: Decimal | None = None
    best: tuple[Quarter, Decimal] | None = None
    flat: FlatGrowth | None = None
    mark: Mark | None = None
    caution: Text | None = None
    reason: Text | None = None


def level(forecast: Forecast, chance: float, *, rising: bool) -> float | None:
    """Return the value that is reached with this chance: at least it when `rising`, else at most it."""
    return None if forecast.reason else forecast.quantile(1 - chance if rising else chance)


def propose(forecast: Forecast, policy: Policy, unit: str, *, rising: bool) -> Proposal | None:
    """Propose three targets in `unit`; None where the forecast gives no probability, or nothing is left to aim for."""
    levels = [level(forecast, p, rising=rising) for p in (policy.committed, policy.challenging, policy.stretch)]
    known = [round_number(value, unit) for value in levels if value is not None]
    return Proposal(forecast.as_of, *known) if len(known) == 3 and forecast.spread is not None else None


def round_number(value: float, unit: str = "money") -> Decimal:
    """Return `value` to three digits, 1,463,482 as 1,460,000; what is counted stays whole."""
    exact = Decimal(repr(float(value)))
    digits = ROUND_DIGITS - 1 - exact.adjusted() if exact else 0
    return round(exact, min(digits, 0) if unit in COUNTED else digits) + 0


@dataclass(frozen=True)
class _Seen:
    """The forecasts a key result is judged by: on the eve of the quarter, at the lock, now."""

    eve: Forecast | None
    lock: Forecast | None
    now: Forecast | None


@dataclass(frozen=True)
class Meter:
    """A metric over a period, its past and its forecasts laid out once: how high any target is can be read at once."""

    track: Track
    period: Period
    seen: _Seen
    policy: Policy

    def read(self, kr: KeyResult, baseline: Decimal | None, original: KeyResult | None = None) -> Ambition:
        """Say how high the target of a key result is; `original` is what was locked."""
        track, period, seen, policy = self.track, self.period, self.seen, self.policy
        rising = more_is_better(kr, baseline)
        before = track.over(same_days_of(Quarter.of(period.start).year_ago, period))
        at_lock, now = _chance(seen.lock, original, baseline), _chance(seen.now, kr, baseline)
        judged = now if seen.lock is None else at_lock
        plan = seen.eve if seen.lock else seen.now
        return Ambition(
            kr.id,
            judged,
            at_lock,
            now,
            propose(plan, policy, track.metric.unit, rising=rising) if plan else None,
            None if before is None else Decimal(repr(before)),
            _best(track, period, rising=rising),
            _flat(seen.eve, before, track.metric.unit, policy, rising=rising, scales=track.metric.op != "growth"),
            None if judged is None or kr.guardrail else policy.mark(judged),
            seen.now.low_confidence if seen.now else None,
            seen.now.reason if seen.now else NOT_TOLD,
        )


def meter(data: StoreData, metric: str, where: Filter, period: Period, policy: Policy) -> Meter | Text:
    """Lay out a metric for targets still to be set, or say why none of them has a chance that can be told."""
    laid = tracks(data, {metric: (metric, where)})
    if metric not in laid:
        return untracked(find_metric(metric)) or fact(data, period, metric, dict(where)).reason or NOT_TOLD
    early, now = (forecasts(data, laid, period, day) for day in (eve(period), data.as_of))
    return Meter(laid[metric], period, _Seen(early.get(metric), None, now.get(metric)), policy)


def ambitions(
    data: StoreData, card: Scorecard, laid: Mapping[str, Track], policy: Policy, locked_on: date | None
) -> dict[str, Ambition]:
    """Say of every key result with a metric and a target how high it is; `laid` are the tracks by key result."""
    measured = [state for state in card.key_results if state.key_result.metric and state.key_result.target is not None]
    periods = {state.id: kr_period(card.sheet, state.key_result) for state in measured}
    seen: dict[str, _Seen] = {}
    for period in dict.fromkeys(periods.values()):
        own = {key: track for key, track in laid.items() if periods.get(key) == period}
        early, now = (forecasts(data, own, period, day) for day in (eve(period), data.as_of))
        lock = forecasts(data, own, period, max(locked_on, period.end - LONGEST_LEAD)) if locked_on else {}
        seen |= {key: _Seen(early.get(key), lock.get(key), now.get(key)) for key in own}
    return {
        state.id: Meter(laid[state.id], periods[state.id], seen[state.id], policy).read(
            state.key_result, state.baseline, state.original
        )
        if state.id in seen
        else Ambition(state.id, reason=_untold(state))
        for state in measured
    }


def _untold(state: KeyResultState) -> Text:
    return untracked(find_metric(str(state.key_result.metric))) or state.reading.reason or NOT_TOLD


def _chance(forecast: Forecast | None, kr: KeyResult | None, baseline: Decimal | None) -> float | None:
    if forecast is None or kr is None or kr.target is None:
        return None
    return forecast.probability(kr.target, at_least=more_is_better(kr, baseline))


def _best(track: Track, period: Period, *, rising: bool) -> tuple[Quarter, Decimal] | None:
    quarters = past_quarters(track.known, period.start)
    values = {quarter: track.over(same_days_of(quarter, period)) for quarter in quarters}
    known = {quarter: value for quarter, value in values.items() if value is not None}
    if not known:
        return None
    quarter = max(known, key=lambda one: known[one] if rising else -known[one])
    return quarter, Decimal(repr(known[quarter]))


def _flat(
    forecast: Forecast | None, before: float | None, unit: str, policy: Policy, *, rising: bool, scales: bool
) -> FlatGrowth | None:
    """None where the metric is a growth itself (`scales` is false), or last year is not known."""
    if forecast is None or not before or not scales:
        return None
    growth = policy.flat_growth if rising else -policy.flat_growth
    target = round_number(before * (1 + growth), unit)
    chance = forecast.probability(target, at_least=rising)
    return None if chance is None else FlatGrowth(growth, target, chance)
