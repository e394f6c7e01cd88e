"""What the data says of a key result: its value now, its baseline by rule, and where the quarter is heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from okrlib.analysis.data import StoreData
from okrlib.analysis.events import event_days, events_for
from okrlib.analysis.facts import Fact, fact, facts, final_on
from okrlib.analysis.forecast import Forecast, quarter_total
from okrlib.analysis.metrics import Metric, find_metric
from okrlib.okr import Baseline, KeyResult, Outlook, Reading, Sheet, baseline_period
from okrlib.periods import Period, Quarter
from okrlib.text import Text

_CENT = Decimal("0.01")
_FINE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Course:
    """How a metric runs through its period, cumulated by day, as chart and status need it.

    `actual` up to the as-of day, `last_year` the same weekdays a year ago (None without them), `expected` the path to
    the target, `forecast` the distribution of the whole.
    """

    metric: Metric
    period: Period
    actual: pd.Series[float]
    last_year: pd.Series[float] | None
    expected: pd.Series[float] | None
    forecast: Forecast | None


def reading(data: StoreData, kr: KeyResult, period: Period) -> Reading:
    """Compute a key result's metric over `period` as far as the data's as-of day."""
    metric = find_metric(kr.metric or "")
    return reading_of(fact(data, period, metric.name, dict(kr.where.items)), metric)


def reading_of(found: Fact, metric: Metric) -> Reading:
    """Turn a fact into a reading; money to the cent."""
    return Reading(
        rounded(found.value, metric),
        metric.unit,
        found.as_of,
        numerator=found.numerator,
        denominator=found.denominator,
        final_on=final_on(metric, found.period),
        reason=found.reason,
    )


def rounded(value: Decimal | None, metric: Metric) -> Decimal | None:
    """Round money to the cent and ratios to six digits; counts are whole already."""
    if value is None:
        return None
    return value.quantize(_FINE if metric.unit == "share" else _CENT, ROUND_HALF_UP).normalize() + 0


def kr_period(sheet: Sheet, kr: KeyResult) -> Period:
    """The days a key result is measured over: from the quarter's first day to its due date."""
    return Period(sheet.quarter.start, max(sheet.due(kr), sheet.quarter.start))


def readings(data: StoreData, sheet: Sheet) -> dict[str, Reading]:
    """Readings of all key results that the catalogue measures."""
    return {kr.id: reading(data, kr, kr_period(sheet, kr)) for kr in sheet.key_results if kr.metric}


def baselines(data: StoreData, sheet: Sheet, on: date, fingerprint: str) -> tuple[dict[str, Baseline], dict[str, Text]]:
    """Compute the baselines that a sheet asks for by rule, for a lock on the day `on`.

    Returns those found, and the reason for each that the data cannot give.
    """
    found: dict[str, Baseline] = {}
    missing: dict[str, Text] = {}
    for kr in sheet.key_results:
        if not kr.metric or not isinstance(kr.baseline, str):
            continue
        period = baseline_period(kr.baseline, sheet.quarter, on)
        value = reading(data, kr, period)
        if value.value is None:
            missing[kr.id] = value.reason or Text("no data", "暂无数据")
        else:
            found[kr.id] = Baseline(value=value.value, rule=kr.baseline, period=str(period), fingerprint=fingerprint)
    return found, missing


def daily(data: StoreData, metric: str, where: Mapping[str, str] | None = None) -> pd.Series[float]:
    """A metric day by day over all the data; a day without sales inside the data is zero, outside it is not there."""
    span = Period(data.covers.start, min(data.covers.end, data.as_of))
    found = facts(data, span, [metric], by="day", where=where)
    days = pd.date_range(span.start, span.end, freq="D")
    values = {
        pd.Timestamp(str(row.segment)): float(row.value) for row in found if row.value is not None and row.segment
    }
    return pd.Series(values, dtype=float).reindex(days, fill_value=0.0)


def course(
    data: StoreData, metric: Metric, period: Period, target: Decimal | None, where: Mapping[str, str]
) -> Course | None:
    """Lay out a metric that adds up over days; None for those that do not, or where the data do not reach."""
    if not metric.adds_up or data.missing(period):
        return None
    history = daily(data, metric.name, where)
    if history.empty or fact(data, period, metric.name, where).value is None:
        return None
    actual = history.loc[str(period.start) : str(period.end)].cumsum()
    forecast = forecast_total(data, history, period)
    expected = forecast.expected_path(target) if target is not None else None
    return Course(metric, period, actual, _last_year(history, period), expected, forecast)


def _last_year(history: pd.Series[float], period: Period) -> pd.Series[float] | None:
    before = period.a_year_ago()
    if history.index[0] > pd.Timestamp(before.start):
        return None
    values = history.loc[str(before.start) : str(before.end)].cumsum()
    return values.set_axis(values.index + pd.Timedelta(days=364))


def forecast_total(data: StoreData, history: pd.Series[float], period: Period) -> Forecast:
    """Forecast the period's total from the store's own past and its shopping events."""
    seen = min(data.as_of, data.covers.end)
    events = events_for(data.store.country, data.store.platform)
    return quarter_total(history, period.start, period.end, seen, country=data.store.country, events=events)


def outlook(data: StoreData, sheet: Sheet, kr: KeyResult, found: Course | None) -> Outlook:
    """What the forecast says of a key result, and where the seasonal path to its target should be by now.

    A metric that does not add up over days is expected at last year's shape: its value by the same day a year ago, over
    its value for the whole period then.
    """
    if kr.target is None or not kr.metric:
        return Outlook()
    if found is not None and found.expected is not None and found.forecast is not None:
        at_least = kr.direction() > 0
        day = found.expected.loc[: str(data.as_of)]
        expected = Decimal(str(round(float(day.iloc[-1]), 2))) if len(day) else Decimal(0)
        return Outlook(found.forecast.probability(kr.target, at_least=at_least), expected)
    shape = seasonal_shape(data, kr, kr_period(sheet, kr))
    return Outlook(None, None if shape is None else (kr.target * shape).quantize(_FINE))


def seasonal_shape(data: StoreData, kr: KeyResult, period: Period) -> Decimal | None:
    """A metric's value by this day a year ago, over its value for the whole period then; None without that year."""
    seen = period.until(data.as_of)
    if seen is None or not kr.metric:
        return None
    where = dict(kr.where.items)
    then, whole = (fact(data, span.a_year_ago(), kr.metric, where).value for span in (seen, period))
    return then / whole if then is not None and whole else None


def events_in(data: StoreData, period: Period) -> dict[date, tuple[Text, int]]:
    """Shopping events and festivals of a period: day to the event's name and the day's offset from it."""
    days = event_days(period.start, period.end, data.store.country, data.store.platform)
    return {day: (found.event.name, found.offset) for day, found in days.items()}


def reference_values(data: StoreData, kr: KeyResult, quarter: Quarter) -> dict[str, Fact]:
    """A key result's metric last quarter and in the same quarter of last year, to set a target against."""
    where = dict(kr.where.items)
    spans = {"last_quarter": quarter.previous.period, "same_quarter_last_year": quarter.year_ago.period}
    return {name: fact(data, span, kr.metric or "", where) for name, span in spans.items()}
