"""During the quarter: the pace that the rest of it needs, and how the forecast narrowed week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pandas as pd

from okrlib.analysis.data import StoreData
from okrlib.analysis.forecast import Forecast
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.tracks import Track, eve, forecasts
from okrlib.okr import Journal, KeyResult, Scorecard, Sheet
from okrlib.periods import Period

Reach = Literal["comes", "season", "best", "never"]
STRETCH_DAYS = 28  # four weeks: long enough that one good day does not make a pace


@dataclass(frozen=True, slots=True)
class RunRate:
    """What a total needs a day for the `days` left, beside what the store has done, each a day's worth.

    `recent` are the last four weeks, `best` the best four weeks ever (ending on `best_end`), both None with less than
    four weeks of data; `a_year_ago` are the same weekdays of last year as the days left, `expected` the middle of the
    forecast for them, None where there is none.
    """

    days: int
    needed: Decimal
    recent: Decimal | None
    a_year_ago: Decimal | None
    best: Decimal | None
    best_end: date | None
    expected: Decimal | None = None

    @property
    def reach(self) -> Reach | None:
        """Whether the pace needed comes by itself, else whether last year's days brought it, the best weeks, or none."""
        if self.expected is not None and self.needed <= self.expected:
            return "comes"
        if self.best is None:
            return None
        usual = self.recent if self.a_year_ago is None else self.a_year_ago
        if usual is not None and self.needed <= usual:
            return "season"
        return "best" if self.needed <= self.best else "never"


@dataclass(frozen=True, slots=True)
class Glance:
    """The forecast as it stood at the end of `day`.

    `low` to `high` is its 80 % range, `lower` to `upper` the inner half; `chance` is that of the target then in force,
    `confidence` (0–10) the owner's last word by then.
    """

    day: date
    low: float
    lower: float
    median: float
    upper: float
    high: float
    target: Decimal | None
    chance: float | None
    confidence: int | None


def run_rates(data: StoreData, card: Scorecard, laid: Mapping[str, Track]) -> dict[str, RunRate]:
    """Return the pace still needed for each key result whose total is to grow and is not there yet, by id.

    Distinct counts have none: the first weeks of a quarter always bring the most who are new to it.
    """
    found: dict[str, RunRate] = {}
    for state in card.key_results:
        kr, track = state.key_result, laid.get(state.id)
        if track is None or not (track.cumulates and track.metric.adds_up) or kr.target is None or state.value is None:
            continue
        last = min(data.as_of, track.known.end)
        left = kr_period(card.sheet, kr).end
        if last < left and state.value < kr.target and more_is_better(kr, state.baseline):
            rest = Period(last + timedelta(days=1), left)
            foreseen = forecasts(data, {state.id: track}, rest, last).get(state.id)
            found[state.id] = _run_rate(track, rest, kr.target - state.value, foreseen)
    return found


def _run_rate(track: Track, rest: Period, missing: Decimal, foreseen: Forecast | None) -> RunRate:
    middle = None if foreseen is None or foreseen.reason else foreseen.quantile(0.5)
    weeks = track.above.rolling(STRETCH_DAYS).mean().dropna()
    then = track.over(rest.a_year_ago())
    return RunRate(
        rest.days,
        missing / rest.days,
        _rounded(float(weeks.iloc[-1])) if len(weeks) else None,
        None if then is None else _rounded(then / rest.days),
        _rounded(float(weeks.max())) if len(weeks) else None,
        _day(weeks.idxmax()) if len(weeks) else None,
        None if middle is None else _rounded(middle / rest.days),
    )


def _day(label: object) -> date:
    return pd.Timestamp(str(label)).date()


def _rounded(value: float) -> Decimal:
    return round(Decimal(repr(value)), 2)


def glances(
    data: StoreData, sheet: Sheet, journal: Journal, laid: Mapping[str, Track], starts: Mapping[str, Decimal]
) -> dict[str, tuple[Glance, ...]]:
    """Return how the forecast of each key result looked on the eve of its quarter, after every week, and now, by id.

    `starts` are the baselines; before the lock the target is the one that was locked. Days on which the forecast gave
    no range are left out, and so are key results without a target.
    """
    first = journal.locked.sheet if journal.locked else sheet
    krs = {kr.id: kr for kr in sheet.key_results if kr.id in laid and kr.target is not None}
    seen: dict[str, list[Glance]] = {key: [] for key in krs}
    for period in dict.fromkeys(kr_period(sheet, kr) for kr in krs.values()):
        own = {key: laid[key] for key, kr in krs.items() if kr_period(sheet, kr) == period}
        for day in _days(period, min(data.as_of, data.covers.end)):
            then = journal.until(day)
            intended = {kr.id: kr for kr in then.in_force(first).key_results}
            for key, forecast in forecasts(data, own, period, day).items():
                if forecast.distribution is not None:
                    seen[key].append(_glance(day, forecast, intended.get(key), starts.get(key), _word(then, key)))
    return {key: tuple(found) for key, found in seen.items() if found}


def _days(period: Period, last: date) -> list[date]:
    """The eve of the period, the end of each of its weeks, and the last day known."""
    last = min(last, period.end)
    weekly = [eve(period) + timedelta(weeks=week) for week in range(period.days // 7 + 1)]
    return [*(day for day in weekly if day < last), last]


def _word(journal: Journal, key: str) -> int | None:
    heard = journal.check_ins(key)
    return heard[-1].confidence if heard else None


def _glance(
    day: date, forecast: Forecast, kr: KeyResult | None, start: Decimal | None, confidence: int | None
) -> Glance:
    low, lower, median, upper, high = (float(forecast.quantile(p) or 0.0) for p in (0.1, 0.25, 0.5, 0.75, 0.9))
    target = kr.target if kr else None
    chance = (
        None if kr is None or target is None
        else forecast.probability(target, at_least=more_is_better(kr, start))
    )  # fmt: skip
    return Glance(day, low, lower, median, upper, high, target, chance, confidence)
