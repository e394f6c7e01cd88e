"""The course of a metric through its quarter: actual, a year ago, the expected path, and where it is heading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FuncFormatter

from okrlib.analysis.forecast import Method
from okrlib.analysis.outlook import Course
from okrlib.book import Book
from okrlib.okr.model import ObjectiveType
from okrlib.okr.states import KeyResultState
from okrlib.okr.status import limits
from okrlib.periods import Period
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.stack import Stack, first_of
from okrlib.show.table import Table
from okrlib.show.wording import amount, in_ten, kr_title, short
from okrlib.text import Text, short_day

_COLOURS = theme.LIGHT
THIS, LAST, PATH = (
    Text("actual", "实际"),
    Text("last year", "去年同期"),
    Text("expected path to the target", "达成目标的预期路径"),
)
_COUNTED_ONCE = Text(
    "Last year is counted from its own quarter's first day, since what counts once a quarter begins there; tables that compare the "
    "same weekdays can differ by a few.",
    "去年同期从该季度首日起计（同一对象每季只计一次），与按星期对齐的其他表可能略有出入。",
)
UNFOLDED, OTHERS = 2, Text("The other key results ({n})", "其余关键结果（{n} 个）")
TARGET, RANGE = Text("target", "目标"), Text("likely outcome (8 in 10)", "大概率区间（八成）")


def x(day: date) -> float:
    """Where a day stands on the axis."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def day_axis(axes: Axes, book: Book, period: Period) -> None:
    """Write month starts and the end on a day axis, in the Book's language."""
    days = (
        [day for day in period if day.day in {1, 15}] if period.days <= 100 else [day for day in period if day.day == 1]
    )
    axes.set_xticks([x(day) for day in days], [short_day(day, book.locale) for day in days])
    axes.set_xlim(x(period.start), x(period.end) + max(period.days // 40, 1))


def unit_axis(axes: Axes, book: Book, unit: str) -> None:
    """Write values of `unit` on the upright axis."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(book, value, unit)))


def mark_events(axes: Axes, book: Book, period: Period) -> list[str]:
    """Shade the days of shopping events and name them above the plot; return their names."""
    spans: dict[str, list[float]] = {}
    for day, (event, _) in book.data.events_in(period).items():
        spans.setdefault(book.say(event), []).append(x(day))
    taken = 0.0
    for name, days in sorted(spans.items(), key=lambda item: item[1][0]):
        axes.axvspan(days[0], days[-1] + 1, color=_COLOURS.rule, alpha=0.55, lw=0, zorder=0)
        middle = (days[0] + days[-1]) / 2
        high = 1.01 if middle > taken else 1.07  # neighbours take turns, so that names do not run into each other
        axes.annotate(
            name, (middle, high), xycoords=("data", "axes fraction"), ha="center", fontsize=9, color=_COLOURS.muted,
            annotation_clip=False,
        )  # fmt: skip
        taken = middle + period.days * 0.2 if high < 1.05 else 0.0
    return list(spans)


def kr_course(book: Book, key_result_id: str) -> Chart | None:
    """Draw one key result's course; None where its metric does not add up over days."""
    found = book.courses.get(key_result_id)
    if found is None or book.scorecard is None:
        return None
    state = book.scorecard.key_result(key_result_id)
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 4.1))
        _draw(axes, book, found, state)
        axes.set_title(kr_title(book, state.key_result), pad=24)
        figure.legend(ncols=3 if book.locale == "zh" else 2, loc="outside lower center")
    return Chart(figure, _alt(book, found, state), _caption(book, found), _table(book, found, state), book.locale)


def _draw(axes: Axes, book: Book, found: Course, state: KeyResultState) -> None:
    mark_events(axes, book, found.period)
    if found.last_year is not None:
        axes.plot(*_line(found.last_year), color=_COLOURS.last_year, lw=1.6, label=book.say(LAST))
    if found.expected is not None:
        axes.plot(*_line(found.expected), color=_COLOURS.expected, ls="--", lw=1.6, label=book.say(PATH))
    axes.plot(*_line(found.actual), color=_COLOURS.this_year, lw=3, label=book.say(THIS))
    end = x(found.period.end)
    low, high = _range(found)
    if low is not None and high is not None and high > low:
        axes.plot([end, end], [low, high], color=_COLOURS.this_year, lw=7, alpha=0.4, label=book.say(RANGE))
    if state.key_result.target is not None:
        axes.plot([end], [float(state.key_result.target)], "D", color=_COLOURS.target, ms=7, label=book.say(TARGET))
    axes.set_ylim(bottom=0)
    day_axis(axes, book, found.period)
    unit_axis(axes, book, found.metric.unit)


def _line(series: pd.Series[float]) -> tuple[list[float], list[float]]:
    return [x(day) for day in series.index], [float(value) for value in series]


def _range(found: Course) -> tuple[float | None, float | None]:
    forecast = found.forecast
    return (None, None) if forecast is None else (forecast.quantile(0.1), forecast.quantile(0.9))


def _alt(book: Book, found: Course, state: KeyResultState) -> str:
    unit = found.metric.unit
    last = found.actual.iloc[-1] if len(found.actual) else None
    says = Text(
        "{title}: {now} so far, where the path to the target of {target} expects {path} by now.",
        "{title}：目前 {now}；按达成目标 {target} 的路径，此时应为 {path}。",
    )
    return book.say(
        says, title=kr_title(book, state.key_result), now=amount(book, last, unit),
        target=amount(book, state.key_result.target, unit), path=amount(book, state.expected, unit),
    )  # fmt: skip


def _caption(book: Book, found: Course) -> str:
    forecast = found.forecast
    low, high = _range(found)
    if forecast is None or low is None or high is None:
        return book.say(forecast.reason) if forecast and forecast.reason else ""
    unit = found.metric.unit
    if forecast.method is Method.COMPLETE:
        return book.say(Text("The quarter ended at {x}.", "本季度最终为 {x}。"), x=amount(book, forecast.actual, unit))
    says = Text(
        "Likely outcome, 8 in 10: {low} to {high}. It rests on {weeks} weeks of history: {method}.",
        "大概率结果（八成把握）：{low} 至 {high}。依据 {weeks} 周历史：{method}。",
    )
    text = book.say(
        says, low=short(book, low, unit), high=short(book, high, unit), weeks=forecast.weeks, method=book.say(forecast.method.value)
    )  # fmt: skip
    return f"{text} {book.say(forecast.low_confidence)}" if forecast.low_confidence else text


def _table(book: Book, found: Course, state: KeyResultState) -> Table:
    """The course at the end of every week, and on the last day known."""
    unit = found.metric.unit
    days = [day for day in found.period if day.isoweekday() == 7 or day in {book.as_of, found.period.end}]

    def at(series: Any, day: Any) -> str:
        value = None if series is None else series.get(pd.Timestamp(day))
        return amount(book, None if value is None else Decimal(str(round(float(value), 2))), unit)

    rows = [
        [short_day(day, book.locale), *(at(s, day) for s in (found.actual, found.expected, found.last_year))]
        for day in days
    ]
    day_label = book.say(Text("By the end of", "截至"))
    labels = [day_label, *(book.say(label) for label in (THIS, PATH, LAST))]
    note = "" if found.metric.adds_up or found.last_year is None else book.say(_COUNTED_ONCE)
    return Table.plain(labels, rows, kr_title(book, state.key_result), note)


def kr_courses(book: Book) -> Stack:
    """Draw the course of every key result that adds up over days, in the order of the sheet, the first ones unfolded."""
    ids = [state.id for state in book.scorecard.key_results] if book.scorecard else []
    charts = [chart for chart in (kr_course(book, name) for name in ids) if chart is not None]
    return first_of(charts, UNFOLDED, book.say(OTHERS, n=len(charts) - UNFOLDED))


def judged_as(book: Book, state: KeyResultState) -> ObjectiveType:
    """The type of objective as whose a key result's chance is judged: its own, a guardrail's as a commitment's."""
    objectives = book.scorecard.sheet.objectives if book.scorecard else ()
    own: Iterator[ObjectiveType] = (one.type for one in objectives if state.id in {kr.id for kr in one.key_results})
    return "committed" if state.key_result.guardrail else next(own, "aspirational")


def turning_points(book: Book, state: KeyResultState) -> tuple[float, ...]:
    """The chances at which a key result's status turns."""
    return limits(judged_as(book, state))


def chance(book: Book, state: KeyResultState) -> str:
    """A key result's probability in words, or why there is none."""
    if state.probability is not None:
        return in_ten(book, state.probability, turning_points(book, state))
    found = book.courses.get(state.id)
    return book.say(found.forecast.reason) if found and found.forecast and found.forecast.reason else in_ten(book, None)
