"""Metrics day by day, and what the forecast said of them on any past day: nothing later than that day is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import nan

import pandas as pd

from okrlib.analysis.daily import Filter, history, told_by_day
from okrlib.analysis.data import StoreData
from okrlib.analysis.events import QUARTER_STARTS
from okrlib.analysis.facts import compared_with
from okrlib.analysis.forecast import SILENT, SPARSE, Forecast, Method, quarter_ratio, quarter_total
from okrlib.analysis.metrics import CATALOGUE, Metric, find_metric
from okrlib.periods import Period, Quarter
from okrlib.text import Text

NOT_BY_DAY = Text(
    "It is read as it stands, not summed over days: no forecast.", "它是时点数，不能按天累加，因此不作预测。"
)
ALL_SOLD = Text(
    "No article has been new to the quarter for two weeks: what sells has sold, so no chance is given.",
    "已连续两周没有新动销的商品：能卖的基本都已动销，因此不给出把握。",
)
SOLD_EARLY = Text(
    "Most articles sell in a quarter's first weeks, and too few are new to it later: only a range can be given.",
    "多数商品在季初几周就已动销，之后新动销的太少，只能给出大致范围。",
)
PRODUCTS = {SILENT: ALL_SOLD, SPARSE: SOLD_EARLY}
NO_BASE_KNOWN = Text("The quarter it is to grow on is not in the data.", "数据中没有用来对比的季度。")


@dataclass(frozen=True, slots=True)
class Track:
    """A metric day by day up to the last day known: what is summed and, for a ratio, what it is divided by.

    A growth is laid out as the total that is to grow, a distinct count as those new to the quarter on each day.
    """

    metric: Metric
    above: pd.Series[float]
    below: pd.Series[float] | None = None

    @property
    def known(self) -> Period:
        """The days that are known."""
        return Period(self.above.index[0].date(), self.above.index[-1].date())

    @property
    def cumulates(self) -> bool:
        """Whether its days add up to it, so that it has a course."""
        return self.below is None and self.metric.op != "growth"

    @property
    def counted(self) -> bool:
        """Whether it counts different buyers or articles, anew with every quarter."""
        return counts(self.metric)

    @property
    def total(self) -> Track:
        """The total that a growth is the growth of; itself for any other metric."""
        return Track(CATALOGUE[self.metric.of[0]], self.above) if self.metric.op == "growth" else self

    def over(self, period: Period) -> float | None:
        """Return the metric over `period`; None where a day is not known, or nothing is there to divide by.

        A distinct count is exact for a period that begins with its calendar quarter and ends within it.
        """
        above = self._sum(self.above, period)
        if self.metric.op == "growth":
            before = self._sum(self.above, compared_with(self.metric, period))
            return above / before - 1 if above is not None and before else None
        if above is None or self.below is None:
            return above
        below = self._sum(self.below, period)
        return above / below if below else None

    def _sum(self, values: pd.Series[float], period: Period) -> float | None:
        if not (period.start in self.known and period.end in self.known):
            return None
        return float(values.loc[str(period.start) : str(period.end)].sum())


def untracked(metric: Metric) -> Text | None:
    """Say why a metric cannot be followed day by day; None where it can."""
    return None if all(told_by_day(CATALOGUE[part]) for part in _parts(metric)) else NOT_BY_DAY


def tracks(data: StoreData, subjects: Mapping[str, tuple[str, Filter]]) -> dict[str, Track]:
    """Lay out metrics with their filters, by any key; those not told by day or that the data cannot tell are left out.

    An unknown metric is a ParameterError.
    """
    groups: dict[Filter, dict[str, Metric]] = {}
    for key, (name, where) in subjects.items():
        if untracked(find_metric(name)) is None:
            groups.setdefault(where, {})[key] = CATALOGUE[name]
    laid: dict[str, Track] = {}
    for where, metrics in groups.items():
        table = history(data, {part for metric in metrics.values() for part in _parts(metric)}, dict(where))
        for key, metric in metrics.items():
            if set(_parts(metric)) <= set(table.columns):
                known = table[list(_parts(metric))].dropna()
                laid |= {key: Track(metric, *(known[part] for part in _parts(metric)))} if len(known) else {}
    return {key: laid[key] for key in subjects if key in laid}


def counts(metric: Metric) -> bool:
    """Whether a metric, or a part of it, counts different buyers or articles, anew with every quarter."""
    return not all(CATALOGUE[part].adds_up for part in _parts(metric))


def _parts(metric: Metric) -> tuple[str, ...]:
    return metric.of if metric.op in {"ratio", "growth"} else (metric.name,)


def forecasts(data: StoreData, laid: Mapping[str, Track], period: Period, day: date) -> dict[str, Forecast]:
    """Forecast every track's `period` as it stood at the end of `day`; empty before the data begin."""
    laid = {key: track for key, track in laid.items() if track.known.start <= day}
    if not laid:
        return {}
    last = max(track.known.end for track in laid.values())
    span = (period.start, period.end, min(day, last))
    found: dict[str, Forecast] = {}
    for events in (data.events, (*data.events, *QUARTER_STARTS)):
        counted = len(events) > len(data.events)
        sums = {key: track.above for key, track in laid.items() if track.below is None and track.counted == counted}
        if sums:
            found |= quarter_total(pd.DataFrame(sums), *span, country=data.store.country, events=events)
    pairs = {key: (track.above, track.below) for key, track in laid.items() if track.below is not None}
    if pairs:
        above, below = (pd.DataFrame({key: pair[side] for key, pair in pairs.items()}) for side in (0, 1))
        found |= quarter_ratio(above, below, *span, country=data.store.country, events=data.events)
    return {key: _fitted(laid[key], found[key], period) for key in laid}


def _fitted(track: Track, forecast: Forecast, period: Period) -> Forecast:
    """Return what the forecast of a track's total says of its metric."""
    if track.metric.unit == "products" and forecast.reason in PRODUCTS:
        return replace(forecast, reason=PRODUCTS[forecast.reason])
    if track.metric.op != "growth":
        return forecast
    base = track.total.over(compared_with(track.metric, period))
    if base is None or base <= 0:
        return replace(forecast, method=Method.NONE, distribution=None, path=None, reason=NO_BASE_KNOWN)
    seen = period.until(forecast.as_of)
    so_far = None if seen is None else track.over(seen)
    return forecast.growth_on(base, nan if so_far is None else so_far)


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
