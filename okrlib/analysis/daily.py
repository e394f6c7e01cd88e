"""Measures day by day, in such a way that days add up: sums as they are, distinct counts by the day each thing is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from math import nan

import pandas as pd

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import facts
from okrlib.analysis.metrics import CATALOGUE, Metric, measures
from okrlib.analysis.reasons import COLUMN, Question, reason, unheard_of
from okrlib.analysis.sources import SOURCES
from okrlib.periods import Period

Filter = tuple[tuple[str, str], ...]

# A buyer counts on the day of the quarter that makes them count: their days since its beginning sum to the distinct count.
_NEWCOMERS = """
WITH chosen AS (SELECT *, date_trunc('quarter', {moment})::TIMESTAMP AS since FROM {source}(?, ?) WHERE {conditions}),
placed AS (SELECT *, first_value(order_id) OVER (PARTITION BY since, buyer ORDER BY {moment}, order_id) AS first_order
    FROM chosen)
SELECT day, count(*) FROM (
    SELECT since, {thing}, min({moment})::DATE AS day FROM placed WHERE {thing} IS NOT NULL AND ({when}) GROUP BY ALL)
GROUP BY day"""


def told_by_day(metric: Metric) -> bool:
    """Whether a measure can be laid out by days that sum to it: it adds up, or counts different buyers or articles."""
    return metric.adds_up or metric.distinct is not None


def history(data: StoreData, metrics: Collection[str], where: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return metrics day by day over all the data, one column each; those that the data cannot tell are left out.

    A day without sales inside the data is zero, a day outside it is not there; days that another export (traffic, say)
    does not reach are NaN. A distinct count holds on each day those who are new to its calendar quarter.
    """
    whole = Period(data.covers.start, min(data.covers.end, data.as_of))
    columns: dict[str, pd.Series[float]] = {}
    for span, names in _spans(data, whole, metrics):
        adding = [name for name in names if CATALOGUE[name].adds_up]
        columns |= _sums(data, span, adding, where) if adding else {}
        for name in set(names) - set(adding):
            found = _newcomers(data, span, CATALOGUE[name], where or {})
            columns |= {} if found is None else {name: found}
    days = pd.date_range(whole.start, whole.end, freq="D")
    told = {name: columns[name].reindex(days) for name in metrics if name in columns}
    return pd.DataFrame(told, index=days, dtype=float)


def _spans(data: StoreData, whole: Period, metrics: Collection[str]) -> Iterator[tuple[Period, list[str]]]:
    """Bring together the metrics whose exports reach equally far."""
    found: dict[Period, list[str]] = {}
    for name in sorted(metrics):
        span: Period | None = whole
        for source in {str(part.source) for part in measures(name)}:
            if SOURCES[source].title is not None and span is not None:
                reach = data.reach(source)
                span = None if reach is None else _common(span, reach)
        if span is not None:
            found.setdefault(span, []).append(name)
    yield from found.items()


def _common(one: Period, other: Period) -> Period | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start <= end else None


def _sums(
    data: StoreData, span: Period, metrics: list[str], where: Mapping[str, str] | None
) -> dict[str, pd.Series[float]]:
    values: dict[str, dict[date, float]] = {}
    for row in facts(data, span, metrics, by="day", where=where):
        if row.value is not None and isinstance(row.segment, date):
            values.setdefault(row.metric, {})[row.segment] = float(row.value)
    return {name: _laid(span, known, untold=nan) for name, known in values.items()}


def _newcomers(data: StoreData, span: Period, metric: Metric, where: Mapping[str, str]) -> pd.Series[float] | None:
    asked = Question(data, span, None, where)
    if metric.distinct is None or unheard_of(asked) or reason(asked, metric):
        return None
    thing, when = metric.distinct
    source = SOURCES[str(metric.source)]
    conditions = " AND ".join([source.whole, *(f"{COLUMN[name]} = ?" for name in where)])
    sql = _NEWCOMERS.format(
        moment=source.moment, source=metric.source, conditions=conditions, thing=thing, when=when or "true"
    )
    rows = data.rows(sql, [span.start, span.end + timedelta(days=1), *where.values()])
    return _laid(span, {day: float(count) for day, count in rows})


def _laid(span: Period, known: Mapping[date, float], untold: float = 0.0) -> pd.Series[float]:
    days = pd.date_range(span.start, span.end, freq="D")
    return pd.Series([known.get(day, untold) for day in span], index=days, dtype=float)
