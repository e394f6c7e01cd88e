"""What the data says of a key result: its value now, its baseline by rule, and where the quarter is heading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from okrlib.analysis.daily import Filter
from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import Fact, fact, facts, final_on
from okrlib.analysis.forecast import Forecast
from okrlib.analysis.metrics import CATALOGUE, Metric, find_metric
from okrlib.analysis.tracks import Track, counts, forecasts, same_days_of, tracks
from okrlib.errors import ParameterError, SheetError
from okrlib.okr import Baseline, KeyResult, KeyResultState, Outlook, Reading, Sheet, baseline_period
from okrlib.periods import Period, Quarter
from okrlib.text import Text, day

_CENT = Decimal("0.01")
_FINE = Decimal("0.000001")
_NO_DATA = Text("no data", "暂无数据")
_TYPED_IN = Text("no metric of the catalogue measures it", "指标库中没有对应的指标")


@dataclass(frozen=True, slots=True)
class Course:
    """How a metric runs through its period, cumulated by day, as chart and status need it.

    `actual` up to the last day known, `last_year` the same weekdays a year ago (None without them), `expected` the path
    to the target, `forecast` the distribution of the whole.
    """

    metric: Metric
    period: Period
    actual: pd.Series[float]
    last_year: pd.Series[float] | None
    expected: pd.Series[float] | None
    forecast: Forecast | None

    def towards(self, target: Decimal | None) -> Course:
        """Return the course with the path to a target."""
        found = None if target is None or self.forecast is None else self.forecast.expected_path(target)
        return replace(self, expected=found)


def reading(data: StoreData, kr: KeyResult, period: Period) -> Reading:
    """Compute a key result's metric over `period` as far as the data's as-of day."""
    metric = find_metric(kr.metric or "")
    return reading_of(fact(data, period, metric.name, dict(kr.where.items)), metric, period)


def reading_of(found: Fact, metric: Metric, period: Period) -> Reading:
    """Turn a fact into a reading, money to the cent; final once nothing moves the whole of `period` any more."""
    return Reading(
        rounded(found.value, metric),
        metric.unit,
        found.as_of,
        numerator=found.numerator,
        denominator=found.denominator,
        final_on=final_on(metric, period),
        reason=found.reason,
    )


def rounded(value: Decimal | None, metric: Metric) -> Decimal | None:
    """Round money to the cent and ratios to six digits; counts are whole already."""
    if value is None:
        return None
    return value.quantize(_FINE if metric.unit == "share" else _CENT, ROUND_HALF_UP).normalize() + 0


def kr_period(sheet: Sheet, kr: KeyResult) -> Period:
    """Return the days a key result is measured over: from the quarter's first day to its due date."""
    return Period(sheet.quarter.start, max(sheet.due(kr), sheet.quarter.start))


def _groups(sheet: Sheet) -> Iterator[tuple[Period, Filter, list[KeyResult]]]:
    """Bring together the key results that are read over the same days and rows: one wide query is cheaper than many."""
    found: dict[tuple[Period, Filter], list[KeyResult]] = {}
    for kr in sheet.key_results:
        if kr.metric:
            _require_metric(sheet, kr)
            found.setdefault((kr_period(sheet, kr), kr.where.items), []).append(kr)
    return ((period, where, krs) for (period, where), krs in found.items())


def _require_metric(sheet: Sheet, kr: KeyResult) -> None:
    try:
        find_metric(str(kr.metric))
    except ParameterError as bad:
        place = Text(f"{sheet.store} {sheet.quarter}: key result {kr.id}: ", f"{sheet.quarter} 关键结果 {kr.id}：")
        raise SheetError(f"{place.en}{bad}", f"{place.zh}{bad.in_('zh')}") from None


def readings(data: StoreData, sheet: Sheet) -> dict[str, Reading]:
    """Read all key results that the catalogue measures."""
    values: dict[str, Reading] = {}
    for period, where, krs in _groups(sheet):
        found = _by_name(data, period, where, krs)
        values |= {kr.id: reading_of(found[str(kr.metric)], find_metric(str(kr.metric)), period) for kr in krs}
    return values


def _by_name(data: StoreData, period: Period, where: Filter, krs: list[KeyResult]) -> dict[str, Fact]:
    names = list(dict.fromkeys(str(kr.metric) for kr in krs))
    return {found.metric: found for found in facts(data, period, names, where=dict(where))}


def baselines(data: StoreData, sheet: Sheet, on: date, fingerprint: str) -> tuple[dict[str, Baseline], dict[str, Text]]:
    """Compute the baselines that a sheet asks for by rule, for a lock on the day `on`.

    Returns those found, and the reason for each that the data cannot give: a baseline is frozen, so its days must be
    over and known to the last.
    """
    found: dict[str, Baseline] = {}
    missing: dict[str, Text] = {}
    for kr in sheet.key_results:
        if not isinstance(kr.baseline, str):
            continue
        if not kr.metric:
            missing[kr.id] = _TYPED_IN
            continue
        period = baseline_period(kr.baseline, sheet.quarter, on)
        value = reading(data, kr, period)
        if value.value is None or data.covers.end < period.end:
            missing[kr.id] = value.reason or _ends_early(data)
        else:
            found[kr.id] = Baseline(value=value.value, rule=kr.baseline, period=str(period), fingerprint=fingerprint)
    return found, missing


def _ends_early(data: StoreData) -> Text:
    last = data.covers.end
    return Text(f"the data end on {day(last, 'en')}", f"数据截至 {day(last, 'zh')}")


def course(
    data: StoreData, metric: Metric, period: Period, target: Decimal | None, where: Mapping[str, str]
) -> Course | None:
    """Lay out a metric that cumulates over days; None for those that do not, or where the data do not reach."""
    laid = {metric.name: (metric.name, tuple(where.items()))}
    found = _courses(data, period, tracks(data, laid)).get(metric.name)
    return None if found is None else found.towards(target)


def courses(data: StoreData, sheet: Sheet) -> dict[str, Course]:
    """Lay out every key result whose metric cumulates over days, towards its target."""
    laid: dict[str, Course] = {}
    for period, where, krs in _groups(sheet):
        found = _courses(data, period, tracks(data, {kr.id: (str(kr.metric), where) for kr in krs}))
        laid |= {kr.id: found[kr.id].towards(kr.target) for kr in krs if kr.id in found}
    return {kr.id: laid[kr.id] for kr in sheet.key_results if kr.id in laid}


def _courses(data: StoreData, period: Period, laid: Mapping[str, Track]) -> dict[str, Course]:
    sums = {key: track for key, track in laid.items() if track.cumulates}
    found = {} if data.missing(period) else forecasts(data, sums, period, data.as_of)
    return {
        key: Course(
            sums[key].metric, period, _cumulated(sums[key].above, period), _last_year(sums[key], period), None, forecast
        )
        for key, forecast in found.items()
    }


def _cumulated(values: pd.Series[float], period: Period) -> pd.Series[float]:
    return values.loc[str(period.start) : str(period.end)].cumsum()


def _last_year(track: Track, period: Period) -> pd.Series[float] | None:
    """Last year's course, laid over `period`: by the same weekdays, a distinct count from its own quarter's first day."""
    before = period.a_year_ago()
    if not track.metric.adds_up:
        before = same_days_of(Quarter.of(period.start).year_ago, period)
    if before.start not in track.known:
        return None
    then = _cumulated(track.above, before)
    return then.set_axis(then.index + pd.Timedelta(period.start - before.start))


def outlooks(
    data: StoreData, sheet: Sheet, laid: Mapping[str, Course], starts: Mapping[str, Decimal]
) -> dict[str, Outlook]:
    """Say of every key result what the forecast makes of its target; by id, `laid` its course, `starts` its start."""
    found = {kr.id: Outlook() for kr in sheet.key_results}
    for period, where, krs in _groups(sheet):
        rest = {kr.id: (str(kr.metric), where) for kr in krs if kr.id not in laid}
        others = {} if data.missing(period) else forecasts(data, tracks(data, rest), period, data.as_of)
        for kr in krs:
            forecast = laid[kr.id].forecast if kr.id in laid else others.get(kr.id)
            typed = kr.baseline if isinstance(kr.baseline, Decimal) else None
            found[kr.id] = outlook(data, kr, period, forecast, starts.get(kr.id, typed))
    return found


def outlook(
    data: StoreData, kr: KeyResult, period: Period, forecast: Forecast | None, baseline: Decimal | None
) -> Outlook:
    """Say what the forecast makes of a key result's target, and where the way to it should be by the last day known.

    A total is expected on its seasonal path. What does not add up over days is expected at last year's shape: its value
    by the same day a year ago, over its value for the whole period then; a growth, at its target on every day. Without
    the baseline that a way begins at, nothing is said of it.
    """
    if kr.target is None or not kr.metric or (kr.kind == "reach" and baseline is None):
        return Outlook()
    chance = None if forecast is None else forecast.probability(kr.target, at_least=more_is_better(kr, baseline))
    if data.as_of >= period.end:  # nothing is left to expect but the target itself
        return Outlook(chance, kr.target)
    if forecast is not None and forecast.path is not None:
        path = forecast.expected_path(kr.target).loc[: str(min(data.as_of, data.covers.end))]
        return Outlook(chance, Decimal(str(round(float(path.iloc[-1]), 2))) if len(path) else Decimal(0))
    if CATALOGUE[kr.metric].op == "growth":
        return Outlook(chance, kr.target)
    shape = seasonal_shape(data, kr, period)
    return Outlook(chance, None if shape is None else (kr.target * shape).quantize(_FINE))


def more_is_better(kr: KeyResult, baseline: Decimal | None) -> bool:
    """Tell the direction; a target alone, without the baseline it is measured from, moves as its metric should."""
    if kr.kind == "reach" and baseline is None:
        return CATALOGUE[str(kr.metric)].better != "down"
    return kr.direction(baseline) > 0


def seasonal_shape(data: StoreData, kr: KeyResult, period: Period) -> Decimal | None:
    """Return a metric's value by this day a year ago over that for the whole period then; None without that year."""
    then, whole = last_years_way(data, kr, period)
    return then / whole if then is not None and whole else None


def last_years_way(data: StoreData, kr: KeyResult, period: Period) -> tuple[Decimal | None, Decimal | None]:
    """Return a metric's value by this day a year ago, and for the whole period then; None where it is not known.

    By the same weekdays; what counts different buyers or articles, from its own quarter's first day.
    """
    seen = period.until(min(data.as_of, data.covers.end))
    if seen is None or not kr.metric:
        return None, None
    where, quarter = dict(kr.where.items), Quarter.of(period.start).year_ago
    whole, then = (
        same_days_of(quarter, days) if counts(CATALOGUE[kr.metric]) else days.a_year_ago() for days in (period, seen)
    )
    total = fact(data, whole, kr.metric, where).value
    return (fact(data, then, kr.metric, where).value if total else None), total


def slipping(data: StoreData, state: KeyResultState, period: Period) -> tuple[Decimal, Decimal] | None:
    """Return last year's value by this day and at the period's end, for a target met today that will hardly hold.

    None unless last year moved away from the target in the days left, as a share does that is high early on.
    """
    if not state.met or state.probability is None or state.probability >= 0.5 or state.key_result.target is None:
        return None
    then, whole = last_years_way(data, state.key_result, period)
    if then is None or whole is None:
        return None
    rising = more_is_better(state.key_result, state.baseline)
    return (then, whole) if (whole < then) == rising and whole != then else None


def reference_values(data: StoreData, kr: KeyResult, quarter: Quarter) -> dict[str, Fact]:
    """Return a key result's metric last quarter and in the same quarter of last year, to set a target against."""
    where = dict(kr.where.items)
    spans = {"last_quarter": quarter.previous.period, "same_quarter_last_year": quarter.year_ago.period}
    return {name: fact(data, span, kr.metric or "", where) for name, span in spans.items()}
