"""Looking ahead: what each driver must do in the days left, beside its best, and which open tasks move it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okrlib.analysis.forward import Forward, Lever
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.targets import COUNTED
from okrlib.book import Book
from okrlib.okr import KeyResultState, Task
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, kr_title, kr_unit, paragraph, told_apart
from okrlib.text import Text, short_day, signed_percent

_REACHED = Text(
    "Nothing that the data can follow day by day is left to be reached in the rest of the quarter.",
    "本季余下时间没有仍待达成、且能按天跟踪的目标。",
)
COMES = Text("comes by itself", "维持现状即可")
_ALONE = Text(
    "Each row is what that driver would have to be were it alone to bring what is missing, all else as expected. Best: "
    "the most that as many days in a row have brought in the past two years.",
    "每一行表示：若只靠这一个因素补足缺口、其余按预测，它须达到的水平。最好水平：近两年内连续同样天数的最高值。",
)


def forward(book: Book) -> Stack | Notice:
    """For every ratio and every total not yet reached: what is missing, what the days left bring, what drivers must do."""
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
    if one.missing is None:
        says = [_ratio_says(book, state, name, one)]
    else:
        says = [_says(book, state, name, one, one.missing), _on_the_whole(book, state, one)]
    yield Passage([*says, *_counted_once(book, one)])
    columns = [
        Column("name", book.say(Text("Driver", "驱动因素"))),
        Column("needed", book.say(Text("Needed from it alone", "单靠它须达到")), "right"),
        Column("expected", book.say(Text("Expected", "预计")), "right"),
        Column("step", book.say(Text("A step of", "变化幅度")), "right"),
        Column("best", book.say(Text("Best in two years", "近两年最好水平")), "right"),
        Column("reach", book.say(Text("Within reach", "够得着吗"))),
        Column("tasks", book.say(Text("Open tasks that move it", "推动它的未完任务"))),
    ]
    rows = [_row(book, lever) for way in one.ways for lever in way]
    caption = (
        Text("The {n} days without data: {name}", "尚无数据的 {n} 天：{name}")
        if book.ends_early
        else Text("The {n} days left: {name}", "余下 {n} 天：{name}")
    )
    note = "" if one.missing is None else book.say(_ALONE)
    yield Table(columns, rows, book.say(caption, n=one.rest.days, name=name), note, stacked=True)


def _ratio_says(book: Book, state: KeyResultState, name: str, one: Forward) -> str:
    ((lever,),) = one.ways
    need, unit = lever.need, kr_unit(state.key_result)
    if unit == "share" and not 0 <= need.needed <= 1:
        lost = need.rising == (need.needed > 1)
        text = (
            Text("{name}: {target} is out of reach, whatever the days from {a} to {b} bring.",
                 "{name}：{a}至{b}无论如何，都已无法达到 {target}。")
            if lost else
            Text("{name}: {target} is certain, whatever the days from {a} to {b} bring.",
                 "{name}：{a}至{b}无论如何，{target} 已稳操胜券。")
        )  # fmt: skip
    else:
        text = (
            Text("{name}: to end at {target}, the days from {a} to {b} must bring at least {needed}.",
                 "{name}：要在期末达到 {target}，{a}至{b}须不低于 {needed}。")
            if need.rising else
            Text("{name}: to end at {target}, the days from {a} to {b} may bring at most {needed}.",
                 "{name}：要在期末达到 {target}，{a}至{b}须不高于 {needed}。")
        )  # fmt: skip
    expects = (
        Text("The middle of the forecast for them is {expected}: enough, if nothing changes.",
             "这些天的预测中值为 {expected}，维持现状即可。")
        if need.comes else
        Text("The middle of the forecast for them is {expected}, which is not enough.",
             "这些天的预测中值为 {expected}，还不够。")
    )  # fmt: skip
    needed, expected = told_apart(book, need.needed, need.expected, unit)
    words = {
        "name": name, "target": amount(book, state.key_result.target, unit), "needed": needed, "expected": expected,
        "a": short_day(one.rest.start, book.locale), "b": short_day(one.rest.end, book.locale),
    }  # fmt: skip
    return paragraph(book, [book.say(text, **words), book.say(expects, **words)])


def _counted_once(book: Book, one: Forward) -> list[str]:
    """Say what the days left of a count are made of."""
    parts = {part for way in one.ways for lever in way for part in (CATALOGUE[lever.name].of or (lever.name,))}
    if not any(CATALOGUE[part].unit == "buyers" for part in parts):
        return []
    text = Text(
        "A buyer counts once a quarter, on the day that makes them count: the days left hold only those they add.",
        "同一买家每季只计一次，计在首次符合条件的当天；余下时间只算新增的买家。",
    )
    return [book.say(text)]


def _says(book: Book, state: KeyResultState, name: str, one: Forward, missing: Decimal) -> str:
    unit = kr_unit(state.key_result)
    text = book.say(
        Text("{name}: {missing} is missing to the target. The days from {a} to {b} should bring {expected} if nothing "
             "changes (the middle of the forecast)",
             "{name}：距目标还差 {missing}。{a}至{b}，若维持现状预计带来 {expected}（预测中值）"),
        name=name, missing=amount(book, missing, unit), expected=amount(book, one.expected, unit),
        a=short_day(one.rest.start, book.locale), b=short_day(one.rest.end, book.locale),
    )  # fmt: skip
    short = missing - (one.expected or Decimal(0))
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
        book.say(
            Text("{id} {title} ({change})", "{id} {title}（{change}）"),
            id=task.id, title=task.title, change=signed_percent(task.expected_effect.change, book.locale, 1),
        )
        for task in tasks if task.expected_effect
    ]  # fmt: skip
    return ("；" if book.locale == "zh" else "; ").join(named) or None


def _row(book: Book, lever: Lever) -> dict[str, object]:
    metric, need = CATALOGUE[lever.name], lever.need
    whole = metric.unit in COUNTED
    return {
        "name": book.say(metric.label),
        "expected": amount(book, _whole(need.expected, whole), metric.unit),
        "needed": amount(book, _whole(need.needed, whole), metric.unit),
        "step": signed_percent(need.needed / need.expected - 1, book.locale, 1) if need.expected > 0 else None,
        "best": None if need.best is None else amount(book, _whole(need.best, whole), metric.unit),
        "reach": _reach(book, lever),
        "tasks": _tasks(book, lever.tasks),
    }


def _whole(value: Decimal, whole: bool) -> Decimal:
    return value.to_integral_value() if whole else value


def _reach(book: Book, lever: Lever) -> Status:
    if lever.need.comes:
        return Status(book.say(COMES), "good")
    labels = {
        True: Status(book.say(Text("has been there before", "以前达到过")), "good"),
        False: Status(book.say(Text("never so far", "从未达到")), "bad"),
        None: Status(book.say(Text("its best is not known", "历史最好水平未知")), "none"),
    }
    return labels[lever.need.within_reach]
