"""The execution plan as tables: who does what by when, what is critical, what tasks move, which teams wait."""

from __future__ import annotations

from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.okr import LABELS
from okrlib.okr.balance import handovers
from okrlib.okr.marks import days_en
from okrlib.okr.plan import Effect, Plan, PlannedTask, make_plan
from okrlib.okr.team import Resources, read_resources
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import kr_title
from okrlib.text import NO_DATA, Text, day, number, short_day, signed_percent

NO_TASKS = Text(
    "No tasks yet: write them under their objective in the sheet, each with an owner and a due day.",
    "还没有任务：请在目标表的目标下写明任务，每项任务都要有负责人和截止日。",
)
LISTED = Text(", ", "、")


def plan_of(book: Book) -> Plan | None:
    """Return the plan of the sheet in force; None without a sheet, or with one that has no tasks."""
    sheet = book.intended  # no scorecard: a plan needs no forecast
    return make_plan(sheet, book.journal, book.as_of) if sheet and sheet.tasks else None


def resources_of(book: Book) -> Resources:
    """Read who and what there is for plans; nothing is known without params/team.yaml."""
    return read_resources(book.workbook.params / "team.yaml")


def no_plan(book: Book) -> Notice:
    """Say why there is no plan to show."""
    return Notice("none", book.say(NO_TASKS if book.sheet else NO_SHEET))


def tasks(book: Book) -> Stack | Notice:
    """All tasks with their marks and slack, and in words what the plan hangs on."""
    plan = plan_of(book)
    if plan is None:
        return no_plan(book)
    columns = [
        Column("title", book.say(Text("Task", "任务")), wide=True),
        Column("marks", book.say(Text("To watch", "需要留意")), wide=True),
        Column("status", book.say(Text("Status", "状态"))),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("due", book.say(Text("Due", "截止日"))),
        Column("slack", book.say(Text("Days of slack", "余量（天）")), "right"),
        Column("effort", book.say(Text("Person-days", "人天")), "right"),
        Column("with", book.say(Text("With", "参与人"))),
        Column("moves", book.say(Text("Moves", "对应关键结果"))),
    ]
    note = Text(
        "Slack: how many days a task may still slip before the due day of a key result is missed, the tasks after it moving along. "
        "† on the critical path. Person-days: planned; once some are recorded, spent so far / planned.",
        "余量：任务还能推迟几天而不影响关键结果的期限（后续任务随之顺延）。† 位于关键路径。人天：计划数；有记录后为“已用 / 计划”。",
    )
    rows = [_task_row(book, one) for one in plan.tasks]
    table = Table(columns, rows, book.say(Text("Tasks", "任务一览")), book.say(note), stacked=True)
    return Stack([Passage([critical_words(book, plan)]), table] if plan.critical_path else [table])


def _task_row(book: Book, one: PlannedTask) -> dict[str, object]:
    task, marks = one.task, one.marks
    level = {"done": "good", "dropped": "none"}.get(task.status) or (marks[0].level if marks else "good")
    return {
        "title": f"{one.id} {task.title}{' †' if one.critical else ''}",
        "marks": book.say(Text("; ", "；")).join(book.say(mark.says) for mark in marks) or None,
        "status": Status(book.say(LABELS[task.status]), level),  # type: ignore[arg-type]
        "owner": task.owner,
        "due": short_day(one.schedule.due, book.locale),
        "slack": one.schedule.slack,
        "effort": _effort(book, one),
        "with": book.say(LISTED).join((*task.participants, *((task.team,) if task.team else ()))) or None,
        "moves": one.key_result.id,
    }


def _effort(book: Book, one: PlannedTask) -> str:
    planned = days_text(book, one.task.effort_days)
    return planned if one.spent_days is None else f"{days_text(book, one.spent_days)} / {planned}"


def days_text(book: Book, value: Decimal | None) -> str:
    """Write person-days: whole where they are, else to one decimal."""
    rounded = None if value is None else round(value, 1)
    return NO_DATA if rounded is None else number(rounded, book.locale, 0 if rounded == int(rounded) else 1)


def critical_words(book: Book, plan: Plan) -> str:
    """Say in a sentence or two which chain of tasks decides whether the plan holds, and by how much."""
    path = plan.critical_path
    chain = " → ".join(f"{one.id} {one.task.title}" for one in path)
    slack = path[-1].schedule.slack or 0
    n = abs(slack)
    if slack > 0:
        says = Text(
            f"Nothing is critical yet: the tightest is {{chain}}, which ends on {{day}} with {days_en(n)} of slack.",
            f"目前没有紧绷的任务：余量最小的是 {{chain}}，预计 {{day}} 完成，还有 {n} 天余量。",
        )
    elif slack == 0:
        says = Text(
            "The plan hangs on {chain}, which ends on {day}: not a day of slack.",
            "计划成败系于 {chain}：预计 {day} 完成，没有任何余量。",
        )
    else:
        says = Text(
            f"The plan fails on {{chain}}, which ends on {{day}}: {days_en(n)} too late for {{kr}}.",
            f"计划已无法按期完成：{{chain}} 预计 {{day}} 完成，比 {{kr}} 的期限晚 {n} 天。",
        )
    ends = short_day(path[-1].schedule.ends, book.locale)
    return book.say(says, chain=chain, day=ends, kr=path[-1].key_result.id)


def task_effects(book: Book) -> Table | Notice:
    """Each key result with the tasks that are to move it, and by how much; one that nobody works on stands out."""
    plan = plan_of(book)
    if plan is None:
        return no_plan(book)
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("tasks", book.say(Text("Tasks", "任务"))),
        Column("effect", book.say(Text("Expected effect", "预期效果"))),
    ]
    nobody = Status(book.say(Text("no task yet", "尚无任务")), "warn")
    rows = [
        {
            "title": f"{one.key_result.id} {kr_title(book, one.key_result)}", "effect": _changes(book, one),
            "tasks": book.say(LISTED).join(task.id for task in one.tasks) or nobody,
        }
        for one in plan.effects
    ]  # fmt: skip
    note = Text(
        "What the owners of the tasks expect, written before the work began; effects on one metric compound. It is no forecast.",
        "由任务负责人事先填写的预期；作用于同一指标的多项任务按复合计算。这不是预测。",
    )
    return Table(
        columns,
        rows,
        book.say(Text("What the tasks are to move", "任务要推动的关键结果")),
        book.say(note),
        stacked=True,
    )


def _changes(book: Book, one: Effect) -> str | None:
    named = [
        f"{book.say(CATALOGUE[metric].label) if metric in CATALOGUE else metric} {signed_percent(change, book.locale)}"
        for metric, change in one.changes.items()
    ]
    return book.say(LISTED).join(named) or None


def handover(book: Book) -> Table | Notice:
    """What teams wait for from each other: task, since when or until when, and how much slack is left."""
    plan = plan_of(book)
    if plan is None:
        return no_plan(book)
    found = handovers(plan, resources_of(book))
    if not found:
        return Notice("good", book.say(Text("No team waits for another.", "没有团队在等待其他团队。")))
    columns = [
        Column("giver", book.say(Text("From", "等待对象"))),
        Column("taker", book.say(Text("To", "等待方"))),
        Column("task", book.say(Text("Waiting task", "等待中的任务")), wide=True),
        Column("what", book.say(Text("For what", "等什么")), wide=True),
        Column("when", book.say(Text("When", "时间"))),
        Column("slack", book.say(Text("Days of slack", "余量（天）")), "right"),
    ]
    since = Text("since {day}", "自 {day}")
    until = Text("expected on {day}", "预计 {day}")
    rows = [
        {
            "giver": one.giver, "taker": one.taker, "task": f"{one.task.id} {one.task.task.title}",
            "what": f"{one.waits_for.id} {one.waits_for.task.title}" if one.waits_for else None,
            "when": book.say(until, day=day(one.waits_for.schedule.ends, book.locale)) if one.waits_for
            else book.say(since, day=day(one.task.blocked_since, book.locale)) if one.task.blocked_since else None,
            "slack": one.task.schedule.slack,
        }
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Hand-overs between teams", "团队之间的交接")), stacked=True)
