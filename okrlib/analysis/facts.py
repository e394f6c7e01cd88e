"""Facts: metrics of a store over a period, whole or by segment, with numerator, denominator and the reason of a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.metrics import CATALOGUE, Metric, Source, find_metric
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter
from okrlib.text import Text

ENOUGH = 0.95  # of the orders must tell a thing before a sum over them is told

_CLOCK: dict[Source, str] = {"sales": "paid_at", "placed": "ordered_at", "returned": "returned_at"}
_TIME = ("day", "week", "month")
_COLUMN = {"channel": "channel", "category": "category", "region": "region", "product": "title", "sku": "sku"}
_NAMES = {
    "channel": Text("channel", "渠道"),
    "category": Text("category", "类目"),
    "region": Text("region", "地区"),
    "product": Text("product", "商品"),
    "sku": Text("article code", "商家编码"),
}
DIMENSIONS = (*_COLUMN, *_TIME)
_OF_A_LINE = {"category", "product", "sku"}

_NO_BUYERS = Text("this platform's export names no buyers", "该平台导出文件不含买家信息")
_NO_REFUNDS = Text("refunds unknown: add the after-sale or settlement export", "退款未知：请补充售后或结算导出文件")
_NO_LINES = Text("order lines missing: add the export of order details", "缺少订单明细：请补充宝贝明细导出文件")
_BY_ORDER = Text("counted by order, not by line: cannot be split this way", "按订单统计，无法按此维度拆分")
_REFUNDS_BY_ORDER = Text("refunds are told by order, not by article", "退款只记录到订单，未细分到商品")
_NONE_THERE = Text("nothing to divide by in this period", "本期分母为零")
_NOT_BEGUN = Text("the period has not begun", "本期尚未开始")
_WHOLE_ONLY = Text("growth is told for the whole period only", "增幅只按整期计算")

Segment = str | date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One number with all it needs to be read: unit, period, as-of day, and why it is missing when `value` is None."""

    metric: str
    period: Period
    as_of: date
    segment: Segment
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """Which days, cut how, and which of the rows."""

    data: StoreData
    period: Period
    by: str | None
    where: Mapping[str, str]

    @property
    def dimensions(self) -> set[str]:
        return {*self.where, *([self.by] if self.by else [])}


def facts(
    data: StoreData,
    period: Period,
    metrics: Sequence[str],
    *,
    by: str | None = None,
    where: Mapping[str, str] | None = None,
) -> list[Fact]:
    """Compute `metrics` over `period` as far as the data's as-of day, one Fact per metric and segment.

    `by` is one of `DIMENSIONS`, `where` keeps one value of a channel, category, region, product or sku. Segments come
    sorted, those of time without a gap; a segment None is what the exports do not tell. A value is None, with its
    reason, where the data cannot tell it, and zero only where the data say zero.
    """
    wanted = [find_metric(name) for name in metrics]
    _check_dimensions(by, where or {})
    seen = period.until(data.as_of)
    asked = _Question(data, seen or period, by, where or {})
    missing = data.missing(seen) or _unheard_of(asked) if seen else _NOT_BEGUN
    reasons = {metric.name: missing or _reason(asked, metric) for metric in wanted}
    parts = _parts(metric for metric in wanted if not reasons[metric.name])
    measured = _measure(asked, parts) if parts else {}
    return [made for metric in wanted for made in _made(asked, metric, measured, reasons[metric.name])]


def fact(data: StoreData, period: Period, metric: str, where: Mapping[str, str] | None = None) -> Fact:
    """Compute one metric over the whole of `period`."""
    return facts(data, period, [metric], where=where)[0]


def _check_dimensions(by: str | None, where: Mapping[str, str]) -> None:
    if by and by not in DIMENSIONS:
        raise ParameterError(f"dimension {by!r}: expected one of {', '.join(DIMENSIONS)}")
    for name in where:
        if name not in _COLUMN:
            raise ParameterError(f"filter {name!r}: expected one of {', '.join(_COLUMN)}")


def _parts(wanted: Iterable[Metric]) -> set[str]:
    """Names of all measures that the wanted metrics are made of."""
    found: set[str] = set()
    for metric in wanted:
        found |= _parts(CATALOGUE[name] for name in metric.of) if metric.op else {metric.name}
    return found


def _unheard_of(asked: _Question) -> Text | None:
    """Say which dimension, or which value of a filter, the data have never had: no data is not zero."""
    known = asked.data.values
    for name in sorted(asked.dimensions - set(_TIME)):
        label, value = _NAMES[name], asked.where.get(name)
        if not known[name]:
            return Text(f"the exports tell no {label.en}", f"导出文件没有{label.zh}信息")
        if value is not None and value not in known[name]:
            return Text(f"no {label.en} {value!r} in the data so far", f"数据中还没有{label.zh}“{value}”")
    return None


def _reason(asked: _Question, metric: Metric) -> Text | None:
    """Say why a metric cannot be told, or not cut this way; None when it can."""
    data, parts = asked.data, [CATALOGUE[name] for name in _parts([metric])]
    needs = {need for part in parts for need in part.needs}
    by_line = bool(asked.dimensions & _OF_A_LINE)
    if by_line and any(part.source == "placed" for part in parts):
        return _BY_ORDER
    if "buyers" in needs and not data.buyers_known:
        return _NO_BUYERS
    if ("lines" in needs or by_line) and data.told(asked.period).lines < ENOUGH:
        return _NO_LINES
    if "refunds" in needs and not (data.refunds_known and data.told(asked.period).refunds >= ENOUGH):
        return _NO_REFUNDS
    if "refunds" in needs and by_line and data.told(asked.period).refund_lines < ENOUGH:
        return _REFUNDS_BY_ORDER
    return _WHOLE_ONLY if metric.op == "growth" and asked.by else None


Measured = Mapping[str, Decimal | None]


def _measure(asked: _Question, names: set[str]) -> dict[Segment, Measured]:
    """Run one wide query per source, and lay the results side by side by segment."""
    by_source: dict[Source, list[Metric]] = {}
    for name in sorted(names):
        if source := CATALOGUE[name].source:
            by_source.setdefault(source, []).append(CATALOGUE[name])
    segments: dict[Segment, dict[str, Decimal | None]] = {segment: {} for segment in _expected(asked)}
    for source, metrics in by_source.items():
        for segment, *values in _query(asked, source, metrics):
            segments.setdefault(segment, {}).update(zip((m.name for m in metrics), values, strict=True))
    return dict(sorted(segments.items(), key=lambda item: (item[0] is None, str(item[0]))))


def _expected(asked: _Question) -> Iterator[Segment]:
    """Segments that are there even when nothing happened: the whole, and every day, week or month the data cover."""
    if asked.by is None:
        yield None
    elif asked.by in _TIME and (known := asked.period.until(asked.data.covers.end)):
        yield from dict.fromkeys(_begin(asked.by, day) for day in known)


def _begin(unit: str, day: date) -> date:
    """First day of the week (a Monday) or month that `day` lies in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _query(
    asked: _Question, source: Source, metrics: list[Metric]
) -> list[tuple[Segment, *tuple[Decimal | None, ...]]]:
    """Aggregate one source by segment.

    Beside the source's columns the metrics of sales find `since`, the first moment of the period or of the segment's
    part of it, and `first_order`, one order of the buyer's in the segment, to tell a second one by.
    """
    start, end = f"TIMESTAMP '{asked.period.start}'", f"TIMESTAMP '{asked.period.end + timedelta(days=1)}'"
    begin = f"date_trunc('{asked.by}', {_CLOCK[source]})" if asked.by in _TIME else "NULL"
    segment = f"{begin}::DATE" if asked.by in _TIME else _COLUMN[asked.by] if asked.by else "NULL"
    columns = f"*, {segment} AS segment"
    if source == "sales":
        columns += (
            f", greatest({start}, {begin}) AS since, min(order_id) OVER (PARTITION BY segment, buyer) AS first_order"
        )
    conditions = " AND ".join(f"{_COLUMN[name]} = ?" for name in asked.where) or "true"
    aggregates = ", ".join(f"({metric.sql})::DECIMAL(38,4)" for metric in metrics)
    sql = f"""SELECT segment, {aggregates}
        FROM (SELECT {columns} FROM {source}({start}, {end}) WHERE {conditions})"""
    return asked.data.rows(
        sql + " GROUP BY segment" if asked.by else sql.replace("segment,", "NULL,", 1), list(asked.where.values())
    )


def _made(
    asked: _Question, metric: Metric, measured: Mapping[Segment, Measured], reason: Text | None
) -> Iterator[Fact]:
    if reason:
        yield _fact(asked, metric, None, None, reason=reason)
    elif metric.op == "growth":
        yield _growth(asked, metric)
    else:
        for segment, values in measured.items():
            yield _computed(asked, metric, segment, [_plain(values.get(name)) for name in metric.of or (metric.name,)])


def _fact(
    asked: _Question,
    metric: Metric,
    segment: Segment,
    value: Decimal | None,
    *of: Decimal | None,
    reason: Text | None = None,
) -> Fact:
    over, under = of or (None, None)
    return Fact(metric.name, asked.period, asked.data.as_of, segment, value, over, under, metric.unit, reason)


def _computed(asked: _Question, metric: Metric, segment: Segment, parts: Sequence[Decimal]) -> Fact:
    if metric.op == "difference":
        return _fact(asked, metric, segment, parts[0] - parts[1])
    if metric.op != "ratio":
        return _fact(asked, metric, segment, parts[0])
    if not parts[1]:
        return _fact(asked, metric, segment, None, *parts, reason=_NONE_THERE)
    return _fact(asked, metric, segment, parts[0] / parts[1], *parts)


def _plain(value: Decimal | None) -> Decimal:
    """Return a sum without the zeros that its SQL type carries; a sum over no rows is zero."""
    value = value or Decimal(0)
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _growth(asked: _Question, metric: Metric) -> Fact:
    """Compare the days the data know with as many days before: stale exports do not look like a fall."""
    days = asked.period.until(asked.data.covers.end) or asked.period
    before = last_quarter(days) if metric.against == "last_quarter" else days.a_year_ago()
    now = fact(asked.data, days, metric.of[0], asked.where)
    then = fact(asked.data, before, metric.of[0], asked.where)
    if now.value is None or not then.value:
        return _fact(asked, metric, None, None, None, then.value, reason=now.reason or then.reason or _NONE_THERE)
    return _fact(asked, metric, None, (now.value - then.value) / then.value, now.value - then.value, then.value)


def last_quarter(period: Period) -> Period:
    """Return as many days from the start of the quarter before; all of it when `period` is a whole quarter."""
    quarter = Quarter.of(period.start)
    before = quarter.previous
    if period == quarter.period:
        return before.period
    start = before.start + (period.start - quarter.start)
    return Period(start, min(start + timedelta(days=period.days - 1), before.end))


def final_on(metric: Metric, period: Period) -> date:
    """Return the day from which refunds and late payments no longer move the metric over `period`."""
    return period.end + timedelta(days=metric.revision_days)
