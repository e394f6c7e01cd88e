"""Resources against the plan: who is over-booked and who idle, which budget is over-spent, which goods are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okrlib.book import Book
from okrlib.okr.balance import Balance, goods_balance, money_balance
from okrlib.okr.load import Line, Load, Week, make_load
from okrlib.show.plan import LISTED, days_text, no_plan, plan_of, resources_of
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Bar, Column, Status, Table
from okrlib.show.wording import amount
from okrlib.text import Text, percent, short_day

_NO_TEAM = Text(
    "How many days people have is not known: write params/team.yaml.",
    "尚不知道各人可投入的天数：请填写 params/team.yaml。",
)


def load(book: Book) -> Stack | Notice:
    """People and teams by week: person-days booked against those there are, and what no line contains."""
    plan = plan_of(book)
    if plan is None:
        return no_plan(book)
    found = make_load(plan, resources_of(book))
    parts: list[Part] = [
        _load_table(book, Text("Load by person", "各人工作量"), found.people),
        _load_table(book, Text("Load by team", "各团队工作量"), found.teams),
    ]
    known = any(line.capacity is not None for line in found.people)
    notices = [*_left_out(book, found), *([] if known else [Notice("none", book.say(_NO_TEAM))])]
    return Stack([*(part for part in parts if isinstance(part, Table) and part.rows), _load_note(book), *notices])


def _load_table(book: Book, title: Text, lines: Sequence[Line]) -> Table:
    weeks = lines[0].weeks if lines else ()
    columns = [
        Column("name", book.say(Text("Who", "名称"))),
        Column("booking", book.say(Text("Booking", "排期"))),
        Column("whole", book.say(Text("Booked / there", "已排 / 可用")), "right"),
        *(Column(str(n), short_day(week.days.start, book.locale), "right") for n, week in enumerate(weeks)),
    ]
    rows = [_load_row(book, line) for line in lines]
    return Table(columns, rows, book.say(title))


def _load_note(book: Book) -> Passage:
    says = Text(
        "Person-days booked / there, in the week from the day named; a task's effort is spread evenly over its people and their "
        "working days. Hardly booked: less than a quarter of the days {when}.",
        "每周（自所列日期起）已排 / 可用的人天；任务工作量平均分摊到参与人及其工作日。基本空闲：{when}已排不足可用的四分之一。",
    )
    when = Text("of the whole quarter", "整个季度") if book.over else Text("of the next four weeks", "未来四周")
    return Passage([book.say(says, when=book.say(when))])


def _load_row(book: Book, line: Line) -> dict[str, object]:
    whole = f"{days_text(book, line.booked)} / {days_text(book, line.capacity)}"
    cells = {str(n): _week(book, week) for n, week in enumerate(line.weeks)}
    return {
        "name": line.name,
        "booking": Status(book.say(line.booking.label), line.booking.level),
        "whole": whole,
        **cells,
    }


def _week(book: Book, week: Week) -> Status | str | None:
    if not week.booked and not week.capacity:
        return None
    text = f"{days_text(book, week.booked)} / {days_text(book, week.capacity)}"
    return Status(text, "bad") if week.over else text


def _left_out(book: Book, found: Load) -> Iterator[Notice]:
    says = Text("{tasks}: no effort given, so in nobody's load.", "{tasks} 未估工作量，未计入任何人。")
    unowned = Text("{tasks}: nobody owns it, so in nobody's load.", "{tasks} 无负责人，未计入任何人。")
    for text, left in ((says, found.unplanned), (unowned, found.unowned)):
        if left:
            yield Notice("warn", book.say(text, tasks=book.say(LISTED).join(one.id for one in left)))


def budget(book: Book) -> Stack | Notice:
    """Money by team and by objective, and goods: planned against what there is."""
    plan = plan_of(book)
    if plan is None:
        return no_plan(book)
    resources = resources_of(book)
    lines = (
        *money_balance(plan, resources, "team"),
        *money_balance(plan, resources, "objective"),
        *goods_balance(plan, resources),
    )
    if not lines:
        return Notice("none", book.say(Text("No task asks for money or goods.", "没有任务需要预算或货品。")))
    columns = [
        Column("name", book.say(Text("For", "用途")), wide=True),
        Column("planned", book.say(Text("Planned", "计划")), "right"),
        Column("available", book.say(Text("There is", "可用")), "right"),
        Column("left", book.say(Text("Left", "余额")), "right"),
        Column("share", book.say(Text("Used", "占用"))),
    ]
    titles = {objective.id: objective.title for objective in plan.sheet.objectives}
    table = Table(
        columns, [_balance_row(book, line, titles) for line in lines], book.say(Text("Money and goods", "预算与货品"))
    )
    return Stack([table])


def _balance_row(book: Book, line: Balance, titles: dict[str, str]) -> dict[str, object]:
    unit = "money" if line.what != "goods" else line.unit
    nobody = book.say(Text("no team", "未指定团队"))
    name = (
        f"{line.name} {titles[line.name]}" if line.name in titles and line.what == "objective" else line.name or nobody
    )
    over = line.left is not None and line.left < 0
    return {
        "name": name,
        "planned": amount(book, line.planned, unit),
        "available": amount(book, line.available, unit),
        "left": Status(amount(book, line.left, unit), "bad") if over else amount(book, line.left, unit),
        "share": _used(book, line, over=over),
    }


def _used(book: Book, line: Balance, *, over: bool) -> Bar | None:
    if line.planned is None or not line.available:
        return None
    share = line.planned / line.available
    return Bar(float(share), percent(share, book.locale), "bad" if over else "good", alone=True)
