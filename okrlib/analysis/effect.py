"""Did the task cause it? What a task's metric did from its start on, against what would have been without it.

The counterfactual is a synthetic control over the store's other regions, categories or channels where a task works on
one of them and ten or more are untouched; else what the forecast of the eve made of these days (last year's, grown).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import log
from typing import Literal

import numpy as np
import pandas as pd

from okrlib.analysis.daily import Filter
from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact, final_on
from okrlib.analysis.forecast import Forecast, Method
from okrlib.analysis.metrics import find_metric
from okrlib.analysis.synthetic import BEFORE, LEAST_SIBLINGS, Estimate, synthetic_control, usable
from okrlib.analysis.tracks import Track, eve, forecasts, tracks, untracked
from okrlib.analysis.ways import reach
from okrlib.okr import Journal, KeyResult, Sheet, Task
from okrlib.okr.events import Changed, Locked
from okrlib.periods import Period
from okrlib.text import Text

Basis = Literal["siblings", "last_year"]
Verdict = Literal["worked", "opposite", "unclear", "interim"]
WEEK = 7
APART = 14  # days: starts closer than this cannot be told apart
BLIND = 0.12  # against last year nothing smaller can be told

NOT_BEGUN = Text("has not begun yet", "尚未开始")
TOO_EARLY = Text("less than a week of data since it began", "开始至今数据不足一周")
NO_YEAR = Text("last year's same days are not known", "没有去年同期数据")
THROUGH_TOTAL = Text(
    "a growth is moved through its total: write the expected effect on that",
    "增幅要通过总额来推动：请把预期效果写在总额上",
)
NOTHING = Text("nothing was there to be compared", "没有可比较的数据")


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of the metric that a task was to move.

    `window` are the days looked at: from its start to the last day known, or to the eve of the next task on the same
    figures. `together` are the tasks that began too close to it to be told apart. `late` says that the expected effect
    was written down only after the start. `amount` is the effect on the sum over the window, None for a ratio.
    `siblings` is how many were compared with. `interim` is the day from which refunds and late payments no longer move
    the figures, None once they are final. `reason` says why there is no `estimate`.
    """

    task: Task
    window: Period | None = None
    together: tuple[str, ...] = ()
    late: bool = False
    basis: Basis | None = None
    siblings: int = 0
    estimate: Estimate | None = None
    amount: Decimal | None = None
    interim: date | None = None
    reason: Text | None = None

    @property
    def hoped(self) -> Decimal:
        """The relative change written on the task."""
        return self.task.expected_effect.change if self.task.expected_effect else Decimal(0)

    @property
    def verdict(self) -> Verdict | None:
        """Whether it moved as hoped or the other way, cannot be told, or not yet; None without an estimate."""
        if self.estimate is None:
            return None
        if self.interim:
            return "interim"
        if not self.estimate.told:
            return "unclear"
        return "worked" if (self.estimate.log > 0) == (self.hoped > 0) else "opposite"


@dataclass(frozen=True, slots=True)
class _Try:
    """A task with a start, what it is to move (else its key result's metric), and the part of the store it works on."""

    task: Task
    start: date
    metric: str | None
    where: Filter

    def same_figures(self, other: _Try) -> bool:
        """Whether both touch a common figure in a common part of the store."""
        here, there = dict(self.where), dict(other.where)
        apart = any(here[name] != there[name] for name in here.keys() & there.keys())
        return not apart and bool(_made_of(self) & _made_of(other))


def _made_of(one: _Try) -> frozenset[str]:
    return reach(one.metric) if one.metric else frozenset()


def effects(data: StoreData, sheet: Sheet, journal: Journal) -> tuple[Effect, ...]:
    """Measure every task that has a start and an expected effect, in the order of the sheet; dropped ones are left out.

    An unknown metric on a task is a ParameterError.
    """
    krs = {kr.id: kr for kr in sheet.key_results}
    tries = [
        _Try(task, task.start, _aim(task, krs[task.key_result]), krs[task.key_result].where.items)
        for task in journal.tasks(sheet) if task.start and task.status != "dropped"
    ]  # fmt: skip
    return tuple(_effect(data, sheet, journal, one, tries) for one in tries if one.task.expected_effect)


def _aim(task: Task, kr: KeyResult) -> str | None:
    name = task.expected_effect.metric if task.expected_effect else kr.metric
    return find_metric(name).name if name else None


def _effect(data: StoreData, sheet: Sheet, journal: Journal, one: _Try, tries: Sequence[_Try]) -> Effect:
    others = [other for other in tries if other is not one and one.same_figures(other)]
    together = tuple(other.task.id for other in others if abs((other.start - one.start).days) < APART)
    plain = Effect(one.task, None, together, _written_late(journal, one))
    last = min(data.as_of, data.covers.end, sheet.quarter.end)
    later = [other.start for other in others if (other.start - one.start).days >= APART]
    end = min([last, *(start - timedelta(days=1) for start in later)])
    if (end - one.start).days + 1 < WEEK:
        return replace(plain, reason=NOT_BEGUN if one.start > data.as_of else TOO_EARLY)
    window, metric = Period(one.start, end), find_metric(str(one.metric))
    final = final_on(metric, window)
    plain = replace(plain, window=window, interim=final if final > data.as_of else None)
    if why := THROUGH_TOTAL if metric.op == "growth" else untracked(metric):
        return replace(plain, reason=why)
    taken = {value for other in tries if other.start <= end for value in _values(other, one)}
    return _by_siblings(data, one, plain, taken) or _by_last_year(data, one, plain)


def _written_late(journal: Journal, one: _Try) -> bool:
    """Tell whether the expectation as it now stands was first put on record after the task's start."""
    for event in journal.events:
        if isinstance(event, Locked | Changed):
            known = {task.id: task.expected_effect for task in event.sheet.tasks}
            if known.get(one.task.id) == one.task.expected_effect:
                return event.at.date() > one.start
    return False


def _values(other: _Try, one: _Try) -> set[str]:
    return {value for name, value in other.where if name in dict(one.where)}


def _by_siblings(data: StoreData, one: _Try, plain: Effect, taken: set[str]) -> Effect | None:
    """Compare with the other values of the one dimension that the task works in; None where they are too few."""
    if len(one.where) != 1 or plain.window is None:
        return None
    ((by, own),) = one.where
    names = sorted(data.values[by] - taken - {own})
    if len(names) < LEAST_SIBLINGS:
        return None
    laid = tracks(data, {name: (str(one.metric), ((by, name),)) for name in (own, *names)})
    weeks = pd.DataFrame({name: in_weeks(track, plain.window) for name, track in laid.items()})
    before = int((weeks.index < 0).sum())
    if own not in weeks or before < BEFORE or not (weeks[own].iloc[before - BEFORE : before] > 0).all():
        return None
    known = usable(weeks.drop(columns=own), before)
    if known.shape[1] < LEAST_SIBLINGS or weeks[own].iloc[before:].sum() <= 0:
        return None
    estimate = synthetic_control(weeks[own], known, before)
    whole = laid[own].over(
        Period(plain.window.start, plain.window.start + timedelta(days=WEEK * (len(weeks) - before) - 1))
    )
    return replace(
        plain, basis="siblings", siblings=known.shape[1], estimate=estimate, amount=_amount(laid[own], whole, estimate)
    )


def in_weeks(track: Track, window: Period) -> pd.Series[float]:
    """Return a metric by whole weeks of seven days counted from the first of `window` (week 0), up to its end."""
    above = _weekly(track.above, window)
    return above if track.below is None else above / _weekly(track.below, window).replace(0, np.nan)


def _weekly(values: pd.Series[float], window: Period) -> pd.Series[float]:
    known = values.loc[: str(window.end)]
    weeks = (known.index.to_numpy() - np.datetime64(window.start)) // np.timedelta64(WEEK, "D")
    found = known.groupby(weeks).agg(["sum", "size"])
    return found["sum"][found["size"] == WEEK]


def _by_last_year(data: StoreData, one: _Try, plain: Effect) -> Effect:
    """Compare with what the forecast of the eve made of the window."""
    laid = tracks(data, {one.task.id: (str(one.metric), one.where)})
    window = plain.window
    if window is None or not laid:
        asked = fact(data, window, str(one.metric), dict(one.where)) if window else None
        return replace(plain, reason=(asked and asked.reason) or NOTHING)
    track = laid[one.task.id]
    found = forecasts(data, laid, window, eve(window)).get(one.task.id)
    actual = track.over(window)
    if found is None or found.reason or found.method is not Method.YEAR_ON_YEAR or found.low_confidence:
        return replace(plain, reason=(found.reason if found else None) or NO_YEAR)
    estimate = against_forecast(actual or 0.0, found)
    if estimate is None:
        return replace(plain, reason=NOTHING)
    return replace(plain, basis="last_year", estimate=estimate, amount=_amount(track, actual, estimate))


def against_forecast(actual: float, forecast: Forecast) -> Estimate | None:
    """Set what came against the forecast of the eve: its 90 % range, but never finer than ±12 %; None below zero."""
    low, middle, high = (forecast.quantile(p) for p in (0.05, 0.5, 0.95))
    if actual <= 0 or low is None or middle is None or high is None or low <= 0:
        return None
    return Estimate(log(actual / middle), max(log(high / low) / 2, log(1 + BLIND)))


def _amount(track: Track, actual: float | None, estimate: Estimate) -> Decimal | None:
    """Return the effect in the metric's own unit; None for a ratio."""
    if track.below is not None or actual is None:
        return None
    return round(Decimal(repr(actual - actual / float(np.exp(estimate.log)))), 2)
