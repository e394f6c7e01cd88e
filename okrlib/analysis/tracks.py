"""Metrics day by day, and what the forecast said of them on any past day: nothing later than that day is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from okrlib.analysis.data import StoreData
from okrlib.analysis.forecast import Forecast, quarter_ratio, quarter_total
from okrlib.analysis.metrics import CATALOGUE, Metric, find_metric
from okrlib.analysis.outlook import Filter, history
from okrlib.periods import Period, Quarter
from okrlib.text import Text

NOT_ADDITIVE = Text(
    "It counts different buyers or articles, which do not add up over days: no forecast.",
    "去重人数和款数不能按天累加，因此不作预测。",
)
GROWTH_ONLY = Text("A growth rate is not forecast; its revenue is.", "增幅本身不作预测，请看支付金额的预测。")


@dataclass(frozen=True, slots=True)
class Track:
    """A metric day by day up to the last day known: what is summed and, for a ratio, what it is divided by."""

    metric: Metric
    above: pd.Series[float]
    below: pd.Series[float] | None = None

    @property
    def known(self) -> Period:
        """The days that are known."""
        return Period(self.above.index[0].date(), self.above.index[-1].date())

    def over(self, period: Period) -> float | None:
        """Return the metric over `period`; None where a day is not known, or nothing is there to divide by."""
        if not (period.start in self.known and period.end in self.known):
            return None
        above = _sum(self.above, period)
        if self.below is None:
            return above
        below = _sum(self.below, period)
        return above / below if below else None


def _sum(values: pd.Series[float], period: Period) -> float:
    return float(values.loc[str(period.start) : str(period.end)].sum())


def untracked(metric: Metric) -> Text | None:
    """Say why a metric cannot be followed day by day; None where it can."""
    if metric.op == "growth":
        return GROWTH_ONLY
    parts = metric.of if metric.op == "ratio" else (metric.name,)
    return None if all(CATALOGUE[part].adds_up for part in parts) else NOT_ADDITIVE


def tracks(data: StoreData, subjects: Mapping[str, tuple[str, Filter]]) -> dict[str, Track]:
    """Lay out metrics with their filters, by any key; those that do not add up or that the data cannot tell are left out.

    An unknown metric is a ParameterError.
    """
    groups: dict[Filter, dict[str, Metric]] = {}
    for key, (name, where) in subjects.items():
        if untracked(find_metric(name)) is None:
            groups.setdefault(where, {})[key] = CATALOGUE[name]
    laid: dict[str, Track] = {}
    for where, metrics in groups.items():
        table = history(data, {part for metric in metrics.values() for part in _parts(metric)}, dict(where))
        laid |= {
            key: Track(metric, *(table[part] for part in _parts(metric)))
            for key, metric in metrics.items()
            if set(_parts(metric)) <= set(table.columns)
        }
    return {key: laid[key] for key in subjects if key in laid}


def _parts(metric: Metric) -> tuple[str, ...]:
    return metric.of if metric.op == "ratio" else (metric.name,)


def forecasts(data: StoreData, laid: Mapping[str, Track], period: Period, day: date) -> dict[str, Forecast]:
    """Forecast every track's `period` as it stood at the end of `day`; empty before the data begin."""
    known = next((track.known for track in laid.values()), None)
    if known is None or day < known.start:
        return {}
    sums = {key: track.above for key, track in laid.items() if track.below is None}
    pairs = {key: (track.above, track.below) for key, track in laid.items() if track.below is not None}
    span = (period.start, period.end, min(day, known.end))
    found: dict[str, Forecast] = {}
    if sums:
        found |= quarter_total(pd.DataFrame(sums), *span, country=data.store.country, events=data.events)
    if pairs:
        above, below = (pd.DataFrame({key: pair[side] for key, pair in pairs.items()}) for side in (0, 1))
        found |= quarter_ratio(above, below, *span, country=data.store.country, events=data.events)
    return found


def eve(period: Period) -> date:
    """Return the day before `period`: week 0, when nothing of it is known."""
    return period.start - timedelta(days=1)


def same_days_of(quarter: Quarter, period: Period) -> Period:
    """Return the days of another quarter that `period` has of its own: all of it, or as many from its first day."""
    if period == Quarter.of(period.start).period:
        return quarter.period
    return Period(quarter.start, quarter.start + timedelta(days=period.days - 1))


def past_quarters(known: Period, before: date) -> Iterable[Quarter]:
    """Yield the quarters that lie wholly inside `known` and end before the day `before`, latest first."""
    quarter = Quarter.of(before).previous
    while quarter.start >= known.start:
        if quarter.end <= known.end:
            yield quarter
        quarter = quarter.previous
