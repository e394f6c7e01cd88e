"""The forecast at the lock, looked at from the end: what it said of each target, what came, and whether it was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrlib.analysis.brier import brier
from okrlib.analysis.data import StoreData
from okrlib.analysis.forecast import Forecast
from okrlib.analysis.metrics import find_metric
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.targets import NOT_TOLD
from okrlib.analysis.tracks import Track, eve, forecasts, untracked
from okrlib.okr import KeyResultState, Scorecard
from okrlib.text import Text

EVEN, NEAR = 0.5, 0.1  # nearer to even odds than this, a chance leans no way


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What the forecast said at the end of `day` of one key result, and what came.

    `low` to `high` is its 80 % range, `chance` that of the target as it was locked; all None where `reason` says why.
    `reached` is of that same target.
    """

    state: KeyResultState
    day: date
    low: float | None = None
    median: float | None = None
    high: float | None = None
    chance: float | None = None
    reason: Text | None = None

    @property
    def value(self) -> Decimal | None:
        """What came."""
        return self.state.value

    @property
    def reached(self) -> bool | None:
        """Whether the locked target was reached; None without data, or where it measured something else."""
        done = self.state.original_progress
        return None if done is None else done >= 1

    @property
    def inside(self) -> bool | None:
        """Whether what came lies in the range."""
        if self.low is None or self.high is None or self.value is None:
            return None
        return self.low <= self.value <= self.high

    @property
    def right(self) -> bool | None:
        """Whether the likelier of reached and not reached is what came; None near even odds."""
        if self.chance is None or self.reached is None or abs(self.chance - EVEN) < NEAR:
            return None
        return (self.chance > EVEN) == self.reached


def hindsights(
    data: StoreData, card: Scorecard, laid: Mapping[str, Track], locked_on: date | None
) -> tuple[Hindsight, ...]:
    """Look back at the forecast of every key result with a metric and a target; unlocked ones on the quarter's eve."""
    found: dict[str, Hindsight] = {}
    states = [state for state in card.key_results if state.key_result.metric and _locked_target(state) is not None]
    for period in dict.fromkeys(kr_period(card.sheet, state.key_result) for state in states):
        own = [state for state in states if kr_period(card.sheet, state.key_result) == period]
        day = max(locked_on, eve(period)) if locked_on else eve(period)
        told = forecasts(data, {state.id: laid[state.id] for state in own if state.id in laid}, period, day)
        found |= {state.id: _hindsight(state, told.get(state.id), day) for state in own}
    return tuple(found[state.id] for state in states)


def _locked_target(state: KeyResultState) -> Decimal | None:
    return state.original.target if state.original else None


def _hindsight(state: KeyResultState, told: Forecast | None, day: date) -> Hindsight:
    target = _locked_target(state)
    if told is None or target is None:
        reason = untracked(find_metric(str(state.key_result.metric))) or state.reading.reason or NOT_TOLD
        return Hindsight(state, day, reason=reason)
    low, median, high = (told.quantile(p) for p in (0.1, 0.5, 0.9))
    chance = told.probability(target, at_least=more_is_better(state.key_result, state.baseline))
    return Hindsight(state, day, low, median, high, chance, told.reason)


def brier_score(seen: Sequence[Hindsight]) -> float | None:
    """Return the Brier score of the chances of what came out; None for none."""
    told = [(one.chance, one.reached) for one in seen if one.chance is not None and one.reached is not None]
    return brier(told) if told else None
