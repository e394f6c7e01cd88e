"""Looking ahead: what each driver must do in the days left, beside its best, and which open tasks move it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okrlib.analysis.forward import Forward, Lever
from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.okr import KeyResultState, Task
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, kr_title, kr_unit
from okrlib.text import Text, short_day, signed_percent

_REACHED = Text(
    "No total that splits into drivers is left to be reached in the rest of the quarter.",
    "本季余下时间没有仍待达成、且可拆解的总量目标。",
)
_ALONE = Text(
    "Each row is what that driver would have to be were it alone to bring what is missing, all else as expected. Best: "
    "the most that as many days in a row have brought in the past two years.",
    "每一行表示：若只靠这一个因素补足缺口、其余按预测，它须达到的水平。最好水平：近两年内连续同样天数的最高值。",
)


def forward(book: Book) -> Stack | Notice:
    """For every total not yet reached: what is missing, what the days left should bring, and what each driver must do."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    states = {state.id: state for state in book.scorecard.key_results}
    parts = [part for one in book.forwards for part in _ahead(book, states[one.key_result], one)]
    return Stack(parts) if parts else Notice("none", book.say(_REACHED))


def _ahead(book: Book, state: KeyResultState, one: Forward) -> Iterator[Part]:
    name = f"{state.id} {kr_title(book, state.key_result)}"
    if one.reason or not one.ways:
        text = Text(
            "{name}: what its drivers must do cannot be told: {why}", "{name}：无法推算各因素须达到的水平：{why}"
        )
        yield Notice("none", book.say(text, name=name, why=book.say(one.reason) if one.reason else "–"))
        return
    yield Passage([_says(book, state, name, one), _on_the_whole(book, state, one)])
    columns = [
        Column("name", book.say(Text("Driver", "驱动因素"))),
        Column("needed", book.say(Text("Needed from it alone", "单靠它须达到")), "right"),
        Column("expected", book.say(Text("Expected", "预计")), "right"),
        Column("step", book.say(Text("A step of", "变化幅度")), "right"),
        Column("best", book.say(Text("Best in two years", "近两年最好水平")), "right"),
        Column("reach", book.say(Text("Within reach", "够得着吗"))),
        Column("tasks", book.say(Text("Open tasks that move it", "推动它的未完任务"))),
    ]
    rows = [_row(book, one, lever) for way in one.ways for lever in way]
    caption = Text("The {n} days left: {name}", "余下 {n} 天：{name}")
    yield Table(columns, rows, book.say(caption, n=one.rest.days, name=name), book.say(_ALONE), stacked=True)


def _says(book: Book, state: KeyResultState, name: str, one: Forward) -> str:
    unit = kr_unit(state.key_result)
    text = book.say(
        Text("{name}: {missing} is missing to the target. The days from {a} to {b} should bring {expected} if nothing "
             "changes (the middle of the forecast)",
             "{name}：距目标还差 {missing}。{a}至{b}，若维持现状预计带来 {expected}（预测中值）"),
        name=name, missing=amount(book, one.missing, unit), expected=amount(book, one.expected, unit),
        a=short_day(one.rest.start, book.locale), b=short_day(one.rest.end, book.locale),
    )  # fmt: skip
    short = one.missing - (one.expected or Decimal(0))
    if short <= 0:
        return text + book.say(
            Text(": enough, with {x} to spare.", "，足够达成，富余 {x}。"), x=amount(book, -short, unit)
        )
    return text + book.say(Text(": {x} too little.", "，仍差 {x}。"), x=amount(book, short, unit))


def _on_the_whole(book: Book, state: KeyResultState, one: Forward) -> str:
    """Name the open tasks that are to move the total itself, and say when nobody works on anything here."""
    metric = book.say(CATALOGUE[str(state.key_result.metric)].label)
    metric = metric.lower() if book.locale == "en" else metric
    if one.tasks:
        text = Text("Open tasks meant to move {metric} itself: {tasks}.", "直接推动{metric}的未完任务：{tasks}。")
        return book.say(text, metric=metric, tasks=_tasks(book, one.tasks))
    if any(lever.tasks for way in one.ways for lever in way):
        return book.say(Text("No open task names {metric} itself.", "没有未完任务直接针对{metric}。"), metric=metric)
    text = Text(
        "No open task says that it will move {metric} or a driver of it.",
        "没有未完任务写明会推动{metric}或其驱动因素。",
    )
    return book.say(text, metric=metric)


def _tasks(book: Book, tasks: Sequence[Task]) -> str | None:
    named = [
        f"{task.id} {task.title} ({signed_percent(task.expected_effect.change, book.locale, 1)})"
        for task in tasks if task.expected_effect
    ]  # fmt: skip
    return ("；" if book.locale == "zh" else "; ").join(named) or None


def _row(book: Book, one: Forward, lever: Lever) -> dict[str, object]:
    metric, need = CATALOGUE[lever.name], lever.need
    whole = not metric.unit.startswith("money") and metric.unit != "units_per_order"
    return {
        "name": book.say(metric.label),
        "expected": amount(book, _whole(need.expected, whole), metric.unit),
        "needed": amount(book, _whole(need.needed, whole), metric.unit),
        "step": signed_percent(need.needed / need.expected - 1, book.locale, 1),
        "best": None if need.best is None else amount(book, _whole(need.best, whole), metric.unit),
        "reach": _reach(book, one, lever),
        "tasks": _tasks(book, lever.tasks),
    }


def _whole(value: Decimal, whole: bool) -> Decimal:
    return value.to_integral_value() if whole else value


def _reach(book: Book, one: Forward, lever: Lever) -> Status:
    if one.factor is not None and one.factor <= 1:
        return Status(book.say(Text("comes by itself", "维持现状即可")), "good")
    labels = {
        True: Status(book.say(Text("has been there before", "以前达到过")), "good"),
        False: Status(book.say(Text("never so far", "从未达到")), "bad"),
        None: Status(book.say(Text("its best is not known", "历史最好水平未知")), "none"),
    }
    return labels[lever.need.within_reach]
