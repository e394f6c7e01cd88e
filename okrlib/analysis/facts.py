"""Facts: metrics of a store over a period, whole or by segment, with numerator, denominator and the reason of a gap."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.metrics import CATALOGUE, Metric, find_metric, measures
from okrlib.analysis.reasons import COLUMN, ENOUGH, TIME, Question, every_day, gap, reason, unheard_of
from okrlib.analysis.sources import SOURCES
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter
from okrlib.text import Text

DIMENSIONS = (*COLUMN, *TIME)

_NONE_THERE = Text("nothing to divide by in this period", "本期分母为零")
_NOT_BEGUN = Text("the period has not begun", "本期尚未开始")

__all__ = ["DIMENSIONS", "ENOUGH", "Fact", "compared_with", "fact", "facts", "final_on", "last_quarter"]

Segment = str | date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One number with all it needs to be read: unit, the days it covers, as-of day, and why it is missing when `value` is None."""

    metric: str
    period: Period
    as_of: date
    segment: Segment
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    reason: Text | None = None


def facts(
    data: StoreData,
    period: Period,
    metrics: Sequence[str],
    *,
    by: str | None = None,
    where: Mapping[str, str] | None = None,
) -> list[Fact]:
    """Compute `metrics` over the days of `period` that the data know by their as-of day, one Fact per metric and segment.

    `by` is one of `DIMENSIONS`, `where` keeps one value of a channel, category, region, product or sku. Segments come
    sorted, those of time without a gap; a segment None is what the exports do not tell. A value is None, with its
    reason, where the data cannot tell it, and zero only where the data say zero.
    """
    wanted = [find_metric(name) for name in metrics]
    _check_dimensions(by, where or {})
    seen = period.until(data.as_of)
    days = period.until(min(data.as_of, data.covers.end)) or seen or period
    asked = Question(data, days, by, where or {})
    missing = data.missing(seen) or unheard_of(asked) if seen else _NOT_BEGUN
    reasons = {metric.name: missing or reason(asked, metric) for metric in wanted}
    parts = {part.name for metric in wanted if not reasons[metric.name] for part in measures(metric.name)}
    measured = _measure(asked, parts) if parts else {}
    return [made for metric in wanted for made in _made(asked, metric, measured, reasons[metric.name])]


def fact(data: StoreData, period: Period, metric: str, where: Mapping[str, str] | None = None) -> Fact:
    """Compute one metric over the whole of `period`."""
    return facts(data, period, [metric], where=where)[0]


def _check_dimensions(by: str | None, where: Mapping[str, str]) -> None:
    if by and by not in DIMENSIONS:
        raise ParameterError(
            f"dimension {by!r}: expected one of {', '.join(DIMENSIONS)}", f"没有维度 {by}，可选 {'、'.join(DIMENSIONS)}"
        )
    for name in where:
        if name not in COLUMN:
            raise ParameterError(
                f"filter {name!r}: expected one of {', '.join(COLUMN)}", f"没有筛选项 {name}，可选 {'、'.join(COLUMN)}"
            )


Measured = Mapping[str, Decimal | None]


def _measure(asked: Question, names: set[str]) -> dict[Segment, Measured]:
    """Run one wide query per source, and lay the results side by side by segment."""
    by_source: dict[str, list[Metric]] = {}
    for name in sorted(names):
        if source := CATALOGUE[name].source:
            by_source.setdefault(source, []).append(CATALOGUE[name])
    segments: dict[Segment, dict[str, Decimal | None]] = {segment: {} for segment in _expected(asked)}
    for source, metrics in by_source.items():
        for segment, *values in _query(asked, source, metrics):
            segments.setdefault(segment, {}).update(zip((m.name for m in metrics), values, strict=True))
    return dict(sorted(segments.items(), key=lambda item: (item[0] is None, str(item[0]))))


def _expected(asked: Question) -> Iterator[Segment]:
    """Segments that are there even when nothing happened: the whole, and every day, week or month the data cover."""
    if asked.by is None:
        yield None
    elif asked.by in TIME:
        yield from dict.fromkeys(_begin(asked.by, day) for day in asked.period)


def _begin(unit: str, day: date) -> date:
    """First day of the week (a Monday) or month that `day` lies in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _query(asked: Question, source: str, metrics: list[Metric]) -> list[tuple[Segment, *tuple[Decimal | None, ...]]]:
    """Aggregate one source by segment; see `Source` for the columns that its metrics find."""
    of = SOURCES[source]
    start, end = f"TIMESTAMP '{asked.period.start}'", f"TIMESTAMP '{asked.period.end + timedelta(days=1)}'"
    begin = f"date_trunc('{asked.by}', {of.moment})" if asked.by in TIME else "NULL"
    segment = f"{begin}::DATE" if asked.by in TIME else COLUMN[asked.by] if asked.by else "NULL"
    more = ", " + of.more.format(start=start, begin=begin) if of.more else ""
    rows = of.apart if "source" in asked.dimensions else of.whole
    conditions = " AND ".join([rows, *(f"{COLUMN[name]} = ?" for name in asked.where)])
    aggregates = ", ".join(f"({metric.sql})::DECIMAL(38,4)" for metric in metrics)
    sql = f"""SELECT segment, {aggregates}
        FROM (SELECT *, {segment} AS segment{more} FROM {source}({start}, {end}) WHERE {conditions})"""
    return asked.data.rows(
        sql + " GROUP BY segment" if asked.by else sql.replace("segment,", "NULL,", 1), list(asked.where.values())
    )


def _made(asked: Question, metric: Metric, measured: Mapping[Segment, Measured], reason: Text | None) -> Iterator[Fact]:
    if reason:
        yield _fact(asked, metric, None, None, reason=reason)
    elif metric.op == "growth":
        yield _growth(asked, metric)
    else:
        names = every_day(metric)
        for segment, values in measured.items():
            why = gap(asked.data, names, _within(asked, segment)) if names and isinstance(segment, date) else None
            yield _fact(asked, metric, segment, None, reason=why) if why else _computed(asked, metric, segment, values)


def _within(asked: Question, begin: date) -> Period:
    """The days asked about of the day, week or month that begins on a day."""
    days = {"day": 1, "week": 7}.get(str(asked.by)) or monthrange(begin.year, begin.month)[1]
    return Period(max(begin, asked.period.start), min(begin + timedelta(days=days - 1), asked.period.end))


def _fact(
    asked: Question,
    metric: Metric,
    segment: Segment,
    value: Decimal | None,
    *of: Decimal | None,
    reason: Text | None = None,
) -> Fact:
    over, under = of or (None, None)
    return Fact(metric.name, asked.period, asked.data.as_of, segment, value, over, under, metric.unit, reason)


def _computed(asked: Question, metric: Metric, segment: Segment, values: Measured) -> Fact:
    if metric.op != "ratio":
        return _fact(asked, metric, segment, _total(metric, values))
    over, under = (_total(CATALOGUE[name], values) for name in metric.of)
    if not under:
        return _fact(asked, metric, segment, None, over, under, reason=_NONE_THERE)
    return _fact(asked, metric, segment, over / under, over, under)


def _total(metric: Metric, values: Measured) -> Decimal:
    """Return a measure, or a sum or difference of such."""
    if not metric.op:
        return _plain(values.get(metric.name))
    first, *rest = (_total(CATALOGUE[name], values) for name in metric.of)
    return first + sum(rest) if metric.op == "sum" else first - sum(rest)


def _plain(value: Decimal | None) -> Decimal:
    """Return a sum without the zeros that its SQL type carries; a sum over no rows is zero."""
    value = value or Decimal(0)
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _growth(asked: Question, metric: Metric) -> Fact:
    """Compare the days the data know with as many days before: stale exports do not look like a fall."""
    before = compared_with(metric, asked.period)
    now = fact(asked.data, asked.period, metric.of[0], asked.where)
    then = fact(asked.data, before, metric.of[0], asked.where)
    if now.value is None or not then.value:
        return _fact(asked, metric, None, None, None, then.value, reason=now.reason or then.reason or _NONE_THERE)
    return _fact(asked, metric, None, (now.value - then.value) / then.value, now.value - then.value, then.value)


def compared_with(metric: Metric, period: Period) -> Period:
    """Return the days that a growth over `period` is measured against."""
    return last_quarter(period) if metric.against == "last_quarter" else period.a_year_ago()


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
