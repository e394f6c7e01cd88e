"""The plan as a picture: a bar for each task from its start to its due day, and to when it must now be expected."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from okrlib.book import Book
from okrlib.okr import LABELS
from okrlib.okr.plan import Plan, PlannedTask
from okrlib.periods import Period
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.course import day_axis, x
from okrlib.show.plan import critical_words, no_plan, plan_of
from okrlib.show.prose import Notice
from okrlib.show.table import Table
from okrlib.text import Text, day, short_day

_COLOURS = theme.LIGHT
_ROW, _FRAME = 0.54, 1.5  # inches: one task, and all around them
_LONGEST = {"en": 58, "zh": 32}  # characters of a title that fit above its bar
DONE, OPEN, CRITICAL = Text("done", "已完成"), Text("open", "未完成"), Text("on the critical path", "关键路径")
LATER, BLOCKED, TODAY = Text("expected later", "预计顺延"), Text("blocked", "受阻"), Text("today", "今天")


def gantt(book: Book) -> Chart | Notice:
    """Draw all tasks but dropped ones by team and owner: bars, today, the critical path, what is blocked."""
    plan = plan_of(book)
    shown = [one for one in plan.tasks if one.task.status != "dropped"] if plan else []
    if plan is None or not shown:
        return no_plan(book)
    shown.sort(key=lambda one: (one.task.team or "", one.task.owner or "", one.schedule.start))
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(theme.FIGSIZE[0], _FRAME + _ROW * len(shown)))
        for row, one in enumerate(shown):
            _draw(axes, book, one, row)
        _frame(axes, book, len(shown))
        axes.set_title(book.say(Text("Execution plan", "执行计划")))
        figure.legend(handles=_legend(book, shown), ncols=3, loc="outside lower center")
    return Chart(figure, _alt(book, plan), "", _table(book, shown), book.locale, wide=True)


def _draw(axes: Axes, book: Book, one: PlannedTask, row: int) -> None:
    its = one.schedule
    first, last = x(book.period.start), x(book.period.end) + 1
    start, end = max(x(its.start), first), min(x(its.due) + 1, last)
    colour = _COLOURS.target if one.critical else _COLOURS.this_year if one.is_open else _COLOURS.last_year
    axes.barh(row, max(end - start, 0), left=start, height=0.34, color=colour)
    later = min(x(its.ends) + 1, last)
    if one.is_open and later > end:
        axes.barh(row, later - end, left=end, height=0.16, color=colour, alpha=0.55)
    if one.task.blocked_by and one.is_open:
        axes.plot(
            [max(start, min(x(book.as_of) + 0.5, later))], [row], "X", color=_COLOURS.bad, ms=9, mec=_COLOURS.surface
        )
    who = f" · {one.task.owner}" if one.task.owner else ""
    title = f"{one.id} {one.task.title}"
    longest = _LONGEST[book.locale] - len(who)
    title = title if len(title) <= longest else f"{title[: max(longest, 1)]}…"
    axes.text(first, row - 0.3, f"{title}{who}", fontsize=10.5, va="bottom", ha="left", color=_COLOURS.ink)


def _frame(axes: Axes, book: Book, rows: int) -> None:
    axes.set_ylim(rows - 0.5, -0.8)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    day_axis(axes, book, Period(book.period.start, book.period.end))
    if book.as_of in book.period:
        axes.axvline(x(book.as_of) + 0.5, color=_COLOURS.expected, ls="--", lw=1.6)


def _legend(book: Book, shown: list[PlannedTask]) -> list[Patch | Line2D]:
    """Name what is in the picture, and nothing else."""
    patches = {
        DONE: (_COLOURS.last_year, any(not one.is_open for one in shown)),
        OPEN: (_COLOURS.this_year, any(one.is_open and not one.critical for one in shown)),
        CRITICAL: (_COLOURS.target, any(one.critical for one in shown)),
    }
    found: list[Patch | Line2D] = [
        Patch(color=c, label=book.say(text)) for text, (c, there) in patches.items() if there
    ]
    if any(one.is_open and one.schedule.ends > one.schedule.due for one in shown):
        found.append(Line2D([], [], color=_COLOURS.none, lw=4, alpha=0.55, label=book.say(LATER)))
    if any(one.task.blocked_by and one.is_open for one in shown):
        found.append(Line2D([], [], ls="", marker="X", ms=9, color=_COLOURS.bad, label=book.say(BLOCKED)))
    if book.as_of in book.period:
        found.append(Line2D([], [], color=_COLOURS.expected, ls="--", lw=1.6, label=book.say(TODAY)))
    return found


def _alt(book: Book, plan: Plan) -> str:
    says = Text("{open} of {n} tasks are still to be done. {critical}", "{n} 项任务中还有 {open} 项未完成。{critical}")
    critical = critical_words(book, plan) if plan.critical_path else ""
    return book.say(says, open=len(plan.open), n=len(plan.tasks), critical=critical).strip()


def _table(book: Book, shown: list[PlannedTask]) -> Table:
    labels = [
        Text("Task", "任务"), Text("Owner", "负责人"), Text("Status", "状态"), Text("Start", "开始"), Text("Due", "截止日"),
        Text("Expected end", "预计完成"), Text("Waits for", "前置任务"),
    ]  # fmt: skip
    rows = [
        [
            f"{one.id} {one.task.title}", one.task.owner, book.say(LABELS[one.task.status]), short_day(one.schedule.start, book.locale),
            day(one.schedule.due, book.locale), day(one.schedule.ends, book.locale), ", ".join(one.task.depends_on) or None,
        ]
        for one in shown
    ]  # fmt: skip
    return Table.plain([book.say(label) for label in labels], rows, book.say(Text("Execution plan", "执行计划")))
