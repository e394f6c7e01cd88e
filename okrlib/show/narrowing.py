"""How the forecast narrowed: what each week made of the quarter's end, with the chance and the owner's confidence."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from okrlib.analysis.during import Glance
from okrlib.analysis.outlook import kr_period
from okrlib.book import Book
from okrlib.okr import KeyResultState
from okrlib.periods import Period
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.course import OTHERS, UNFOLDED, day_axis, turning_points, unit_axis, x
from okrlib.show.prose import Notice
from okrlib.show.stack import Stack, first_of
from okrlib.show.table import Table
from okrlib.show.wording import amount, in_ten, kr_title, kr_unit, short
from okrlib.text import Text, short_day

_COLOURS = theme.LIGHT
RANGE, HALF, MIDDLE, TARGET = (
    Text("8 in 10 end in here", "八成把握的范围"),
    Text("5 in 10 end in here", "五成把握的范围"),
    Text("middle of the forecast", "预测中值"),
    Text("target", "目标"),
)
CHANCE, CONFIDENCE = Text("chance, in 10", "达成把握（成）"), Text("owner's confidence, of 10", "负责人信心（满分 10）")
NONE_YET = Text(
    "There is no forecast to follow yet: no key result with a target has a forecast.", "目前没有可追踪的预测。"
)


def fan(book: Book) -> Stack:
    """Draw, for every key result that is forecast, where each past week saw the quarter end."""
    states = [state for state in book.scorecard.key_results if state.id in book.glances] if book.scorecard else []
    charts = [_chart(book, state, book.glances[state.id]) for state in states]
    if not charts:
        return Stack([Notice("none", book.say(NONE_YET))])
    return first_of(charts, UNFOLDED, book.say(OTHERS, n=len(charts) - UNFOLDED))


def _chart(book: Book, state: KeyResultState, seen: Sequence[Glance]) -> Chart:
    whole = kr_period(book.sheet, state.key_result) if book.sheet else book.period
    title = kr_title(book, state.key_result)
    with theme.style(book.locale):
        figure, (above, below) = plt.subplots(
            2, sharex=True, figsize=(6.4, 4.8), gridspec_kw={"height_ratios": [2.4, 1]}
        )
        _draw_range(above, book, seen)
        unit_axis(above, book, kr_unit(state.key_result))
        _draw_belief(below, book, seen)
        day_axis(below, book, Period(seen[0].day, whole.end))
        above.set_title(title)
        figure.legend(ncols=2, loc="outside lower center")
    return Chart(
        figure,
        _alt(book, title, state, seen),
        _caption(book, state, seen),
        _table(book, title, state, seen),
        book.locale,
    )


def _draw_range(axes: Axes, book: Book, seen: Sequence[Glance]) -> None:
    days = [x(glance.day) for glance in seen]
    for low, high, alpha, label in (("low", "high", 0.18, RANGE), ("lower", "upper", 0.3, HALF)):
        lows, highs = ([getattr(glance, name) for glance in seen] for name in (low, high))
        axes.fill_between(days, lows, highs, color=_COLOURS.this_year, alpha=alpha, lw=0, label=book.say(label))
    axes.plot(days, [glance.median for glance in seen], color=_COLOURS.this_year, label=book.say(MIDDLE))
    aims = [(x(glance.day), float(glance.target)) for glance in seen if glance.target is not None]
    axes.step(*zip(*aims, strict=True), where="post", color=_COLOURS.target, ls="--", lw=1.6, label=book.say(TARGET))


def _draw_belief(axes: Axes, book: Book, seen: Sequence[Glance]) -> None:
    told = [(x(glance.day), 10 * glance.chance) for glance in seen if glance.chance is not None]
    heard = [(x(glance.day), glance.confidence) for glance in seen if glance.confidence is not None]
    if told:
        axes.plot(*zip(*told, strict=True), color=_COLOURS.good, label=book.say(CHANCE))
    if heard:
        axes.plot(*zip(*heard, strict=True), "o", color=_COLOURS.expected, ms=6, label=book.say(CONFIDENCE))
    axes.set_ylim(-0.5, 10.5)
    axes.set_yticks([0, 5, 10])


def _alt(book: Book, title: str, state: KeyResultState, seen: Sequence[Glance]) -> str:
    says = Text(
        "{title}: on {first} the likely outcome was {a}, on {last} it is {b}; the chance went from {c} to {d}.",
        "{title}：{first}的大概率区间为 {a}，{last}为 {b}；达成把握由{c}变为{d}。",
    )
    unit, first, last = kr_unit(state.key_result), seen[0], seen[-1]
    return book.say(
        says, title=title, first=short_day(first.day, book.locale), last=short_day(last.day, book.locale),
        a=_span(book, first, unit), b=_span(book, last, unit), c=in_ten(book, first.chance), d=in_ten(book, last.chance),
    )  # fmt: skip


def _caption(book: Book, state: KeyResultState, seen: Sequence[Glance]) -> str:
    unit, last = kr_unit(state.key_result), seen[-1]
    if last.low == last.high:
        return book.say(Text("The quarter is over: {a}.", "本期已结束：{a}。"), a=amount(book, last.median, unit))
    says = Text(
        "Seen from {day}, 8 in 10 outcomes lie in {a}; the chance is {c}{heard}.",
        "从{day}看，八成把握落在 {a}；达成把握{c}{heard}。",
    )
    confident = Text(", the owner's confidence {n} of 10", "，负责人信心 {n}/10")
    silent = Text("; the owner had not yet said how confident they are", "；负责人尚未给出信心")
    return book.say(
        says, day=short_day(last.day, book.locale), a=_span(book, last, unit),
        c=in_ten(book, last.chance, turning_points(book, state)),
        heard=book.say(silent if last.confidence is None else confident, n=last.confidence),
    )  # fmt: skip


def _span(book: Book, glance: Glance, unit: str) -> str:
    return f"{short(book, glance.low, unit)}–{short(book, glance.high, unit)}"


def _table(book: Book, title: str, state: KeyResultState, seen: Sequence[Glance]) -> Table:
    unit = kr_unit(state.key_result)
    labels = [book.say(label) for label in (Text("Seen on", "预测日"), RANGE, MIDDLE, TARGET, CHANCE, CONFIDENCE)]
    rows = [
        [
            short_day(glance.day, book.locale), _span(book, glance, unit), short(book, glance.median, unit),
            amount(book, glance.target, unit), in_ten(book, glance.chance), glance.confidence,
        ]
        for glance in seen
    ]  # fmt: skip
    return Table.plain(labels, rows, title)
