"""Facts: metrics of one store over a period, whole or by segment, with numerator, denominator and the reason of a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.metrics import CATALOGUE, Metric, Source, find_metric
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter
from okrlib.text import Text

_CLOCK: dict[Source, str] = {"sales": "paid_at", "placed": "ordered_at", "returned": "returned_at"}
_TIME = {"day": "{clock}::DATE", "week": "date_trunc('week', {clock})::DATE", "month": "date_trunc('month', {clock})::DATE"}
_COLUMN = {"channel": "channel", "category": "category", "region": "region", "product": "title", "sku": "sku"}
DIMENSIONS = (*_COLUMN, *_TIME)
_LINE_ONLY = {"category", "product", "sku"}  # an order as placed has no one category

_NO_BUYERS = Text("this platform's export names no buyers", "该平台导出文件不含买家信息")
_NO_REFUNDS = Text(
    "refunds unknown: add the after-sale or settlement export", "退款未知：请补充售后或结算导出文件"
)
_BY_ORDER = Text("counted by order, not by line: cannot be split this way", "按订单统计，无法按此维度拆分")
_NONE_THERE = Text("nothing to divide by in this period", "本期分母为零")
_NOT_BEGUN = Text("the period has not begun", "本期尚未开始")


@dataclass(frozen=True, slots=True)
class Fact:
    """One number with all it needs to be read: unit, period, as-of day, and why it is missing when `value` is None."""

    metric: str
    period: Period
    as_of: date
    segment: str | date | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    reason: Text | None = None


Segments = dict[str | date | None, dict[str, Decimal | None]]


def facts(
    data: StoreData,
    period: Period,
    metrics: Sequence[str],
    *,
    by: str | None = None,
    where: Mapping[str, str] | None = None,
) -> list[Fact]:
    """Compute `metrics` over `period` as far as the data's as-of day, one Fact per metric and segment.

    `by` is one of `DIMENSIONS`, `where` keeps one value of a dimension. Segments come sorted; a value is None, with its
    reason, where the data cannot tell it, and zero only where the data say zero.
    """
    wanted = [find_metric(name) for name in metrics]
    _check_dimensions(by, where)
    seen = period.until(data.as_of)
    missing = _NOT_BEGUN if seen is None else data.missing(seen)
    if seen is None or missing:
        return [Fact(m.name, period, data.as_of, None, None, None, None, m.unit, missing) for m in wanted]
    measured = _measure(data, seen, _parts(wanted), by, where or {})
    return [
        _fact(data, metric, seen, segment, values, by, where or {}) for metric in wanted for segment, values in measured.items()
    ]


def fact(data: StoreData, period: Period, metric: str, where: Mapping[str, str] | None = None) -> Fact:
    """Compute one metric over the whole of `period`."""
    return facts(data, period, [metric], where=where)[0]


def _check_dimensions(by: str | None, where: Mapping[str, str] | None) -> None:
    for name in (*([by] if by else []), *(where or {})):
        if name not in DIMENSIONS:
            raise ParameterError(f"dimension {name!r}: expected one of {', '.join(DIMENSIONS)}")


def _parts(wanted: Iterable[Metric]) -> set[str]:
    """Names of all measures that the wanted metrics are made of."""
    found: set[str] = set()
    for metric in wanted:
        found |= _parts([CATALOGUE[name] for name in metric.of]) if metric.op else {metric.name}
    return found


def _measure(data: StoreData, period: Period, names: set[str], by: str | None, where: Mapping[str, str]) -> Segments:
    """Run one wide query per source, and lay the results side by side by segment."""
    by_source: dict[Source, list[Metric]] = {}
    for name in sorted(names):
        metric = CATALOGUE[name]
        if metric.source and not _splits(metric, by, where):
            by_source.setdefault(metric.source, []).append(metric)
    segments: Segments = {} if by else {None: {}}
    for source, metrics in by_source.items():
        for segment, *values in _query(data, period, source, metrics, by, where):
            segments.setdefault(segment, {}).update(zip((m.name for m in metrics), values, strict=True))
    return dict(sorted(segments.items(), key=lambda item: (item[0] is None, str(item[0]))))


def _query(
    data: StoreData, period: Period, source: Source, metrics: list[Metric], by: str | None, where: Mapping[str, str]
) -> list[tuple[str | date | None, *tuple[Decimal | None, ...]]]:
    segment = _segment(by, source) if by else "NULL"
    conditions = " AND ".join(f"{_segment(name, source)}::VARCHAR = ?" for name in where) or "true"
    start, end = f"TIMESTAMP '{period.start}'", f"TIMESTAMP '{period.end + timedelta(days=1)}'"
    aggregates = ", ".join(f"({metric.sql})::DECIMAL(38,4)" for metric in metrics)
    sql = f"SELECT {segment} AS segment, {aggregates} FROM {source}({start}, {end}) WHERE {conditions}"
    return data.rows(sql + (" GROUP BY ALL" if by else ""), list(where.values()))


def _segment(name: str, source: Source) -> str:
    if name in _TIME:
        return _TIME[name].format(clock=_CLOCK[source])
    return _COLUMN[name]


def _splits(metric: Metric, by: str | None, where: Mapping[str, str]) -> Text | None:
    """Say why a measure cannot be split or filtered this way, or None when it can."""
    dimensions = {*where, *([by] if by else [])}
    return _BY_ORDER if metric.source == "placed" and dimensions & _LINE_ONLY else None


def _fact(
    data: StoreData,
    metric: Metric,
    period: Period,
    segment: str | date | None,
    values: Mapping[str, Decimal | None],
    by: str | None,
    where: Mapping[str, str],
) -> Fact:
    def made(value: Decimal | None, over: Decimal | None, under: Decimal | None, why: Text | None = None) -> Fact:
        return Fact(metric.name, period, data.as_of, segment, value, over, under, metric.unit, why)

    reason = _reason(data, metric, by, where)
    if reason:
        return made(None, None, None, reason)
    if metric.op == "growth":
        return _growth(data, metric, period, where, by)
    parts = [_plain(values.get(name)) for name in metric.of or (metric.name,)]
    if metric.op == "ratio":
        over, under = parts
        return made(over / under, over, under) if under else made(None, over, under, _NONE_THERE)
    if metric.op == "difference":
        return made(parts[0] - parts[1], None, None)
    return made(parts[0], None, None)


def _plain(value: Decimal | None) -> Decimal:
    """Return a sum without the zeros that its SQL type carries; a sum over no rows is zero."""
    value = value or Decimal(0)
    whole = value.to_integral_value()
    return whole if value == whole else value


def _reason(data: StoreData, metric: Metric, by: str | None, where: Mapping[str, str]) -> Text | None:
    if "buyers" in metric.needs and not data.buyers_known:
        return _NO_BUYERS
    if "refunds" in metric.needs and not data.refunds_known:
        return _NO_REFUNDS
    return next((why for name in _parts([metric]) if (why := _splits(CATALOGUE[name], by, where))), None)


def _growth(data: StoreData, metric: Metric, period: Period, where: Mapping[str, str], by: str | None) -> Fact:
    def made(value: Decimal | None, now: Decimal | None, then: Decimal | None, why: Text | None) -> Fact:
        return Fact(metric.name, period, data.as_of, None, value, now, then, metric.unit, why)

    if by:
        return made(None, None, None, Text("growth is told for the whole period only", "增幅只按整期计算"))
    before = last_quarter(period) if metric.against == "last_quarter" else period.a_year_ago()
    now, then = fact(data, period, metric.of[0], where), fact(data, before, metric.of[0], where)
    if now.value is None or then.value is None:
        return made(None, now.value, then.value, now.reason or then.reason)
    if not then.value:
        return made(None, now.value, then.value, _NONE_THERE)
    return made((now.value - then.value) / then.value, now.value - then.value, then.value, None)


def last_quarter(period: Period) -> Period:
    """The same number of days from the start of the quarter before; the whole of it when `period` is a whole quarter."""
    quarter = Quarter.of(period.start)
    before = quarter.previous
    if period == quarter.period:
        return before.period
    start = before.start + (period.start - quarter.start)
    return Period(start, min(start + timedelta(days=period.days - 1), before.end))


def final_on(metric: Metric, period: Period) -> date:
    """The day from which refunds and late payments no longer move the metric over `period`."""
    return period.end + timedelta(days=metric.revision_days)
