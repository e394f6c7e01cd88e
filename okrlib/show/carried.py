"""What last quarter leaves to this one: decisions about its objectives, lessons, and decisions nobody has seen through."""

from __future__ import annotations

from okrlib.book import Book
from okrlib.okr import LABELS, Decision, Lesson
from okrlib.okr.carry_over import Carried, CarryOver, read_carry_over
from okrlib.show.prose import Notice
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.text import NO_DATA, Text, day

_NONE = Text("{quarter} had no sheet, so there is nothing to take up.", "{quarter} 没有目标表，没有可延续的内容。")
_LEVELS = {"keep": "good", "change": "warn", "drop": "none"}
_UNDECIDED = Text("not decided", "未决定")
_AGAIN = Text("as {id}", "延续为 {id}")
_UNASKED = Text("as {id}, though nobody decided so", "延续为 {id}，但复盘未作此决定")


def carry_over(book: Book) -> Stack | Notice:
    """What last quarter leaves: its objectives with the decision about each, lessons, open decisions."""
    found = read_carry_over(book.workbook, book.store, book.quarter, book.as_of, book.intended)
    if found is None:
        return Notice("none", book.say(_NONE, quarter=book.quarter.previous))
    parts: list[Part] = [_objectives(book, found)]
    parts += [_lessons(book, found.lessons)] if found.lessons else []
    parts += [_decisions(book, found.decisions)] if found.decisions else []
    return Stack(parts)


def _objectives(book: Book, found: CarryOver) -> Table:
    columns = [
        Column("title", book.say(Text("Objective of {quarter}", "{quarter} 的目标"), quarter=found.quarter), wide=True),
        Column("score", book.say(Text("Result", "结果"))),
        Column("verdict", book.say(Text("Decision", "决定"))),
        Column("says", book.say(Text("Lesson", "经验")), wide=True),
        Column("again", book.say(Text("This quarter", "本季度"))),
    ]
    rows = [_objective_row(book, one) for one in found.objectives]
    note = Text(
        "Nothing carries over by itself: keep, change or drop is decided when looking back, and each quarter sets its objectives anew.",
        "没有目标会自动延续：保持、改进还是停止由复盘决定，每个季度重新设定目标。",
    )
    return Table(
        columns, rows, book.say(Text("What last quarter leaves", "上季度的延续")), book.say(note), stacked=True
    )


def _objective_row(book: Book, one: Carried) -> dict[str, object]:
    lesson, again = one.lesson, _UNASKED if one.unasked else _AGAIN
    taken_up = book.say(again, id=one.again.id) if one.again else None
    verdict = lesson.verdict if lesson else None
    return {
        "title": f"{one.objective.id} {one.objective.title}",
        "score": Status(book.say(one.score.says(book.as_of)), one.score.colour) if one.score else NO_DATA,
        "verdict": Status(book.say(LABELS[verdict]), _LEVELS[verdict]) if verdict  # type: ignore[arg-type]
        else Status(book.say(_UNDECIDED), "warn"),
        "says": lesson.says if lesson else None,
        "again": Status(taken_up, "warn") if taken_up and one.unasked else taken_up,
    }  # fmt: skip


def _lessons(book: Book, found: tuple[Lesson, ...]) -> Table:
    columns = [
        Column("about", book.say(Text("About", "事项"))),
        Column("verdict", book.say(Text("Decision", "决定"))),
        Column("says", book.say(Text("Lesson", "经验")), wide=True),
        Column("by", book.say(Text("By", "填写人"))),
    ]
    rows: list[dict[str, object]] = [
        {"about": one.about, "verdict": book.say(LABELS[one.verdict]), "says": one.says, "by": one.by} for one in found
    ]
    return Table(columns, rows, book.say(Text("What was learned beside", "其他经验教训")), stacked=True)


def _decisions(book: Book, found: tuple[Decision, ...]) -> Table:
    columns = [
        Column("says", book.say(Text("Decision", "决议")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("due", book.say(Text("Due", "应完成"))),
    ]
    rows: list[dict[str, object]] = [
        {"says": f"{one.id} {one.says}", "owner": one.owner, "due": day(one.due, book.locale) if one.due else None}
        for one in found
    ]
    return Table(
        columns, rows, book.say(Text("Decided last quarter and still open", "上季度议定、尚未落实")), stacked=True
    )
