"""What a plan marks on a task: nobody owns it, it waits, it is late, it will be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from okrlib.okr.model import Task
from okrlib.periods import Period
from okrlib.text import Text, short_day

if TYPE_CHECKING:
    from okrlib.okr.plan import Schedule


@dataclass(frozen=True, slots=True)
class Mark:
    """One remark on a task, in few words, with its weight."""

    level: Literal["bad", "warn", "none"]
    says: Text


def marks_of(
    task: Task,
    schedule: Schedule,
    waits_for: Sequence[tuple[Task, Schedule]],
    quarter: Period,
    blocked_since: date | None,
    as_of: date,
) -> Iterator[Mark]:
    """Return what is to be said of an open task, weightiest first; `waits_for` are the open tasks it depends on."""
    if task.status not in {"todo", "doing"}:
        return
    found = [
        *_responsibility(task),
        *_blockage(task, blocked_since, as_of),
        *_lateness(task, schedule, as_of),
        *_timing(task, schedule, waits_for, quarter),
    ]
    yield from sorted(found, key=lambda mark: ("bad", "warn", "none").index(mark.level))


def days_en(n: int) -> str:
    """Write a number of days in English: ``1 day``, ``2 days``."""
    return f"{n} day" if n == 1 else f"{n} days"


def _responsibility(task: Task) -> Iterator[Mark]:
    if task.owner is None:
        yield Mark("bad", Text("no owner", "无负责人"))


def _blockage(task: Task, since: date | None, as_of: date) -> Iterator[Mark]:
    if task.blocked_by and since:
        days = (as_of - since).days
        yield Mark(
            "bad",
            Text(f"blocked by {task.blocked_by} for {days_en(days)}", f"受阻于“{task.blocked_by}”，已 {days} 天"),
        )
    elif task.blocked_by:
        yield Mark("bad", Text(f"blocked by {task.blocked_by}", f"受阻于“{task.blocked_by}”"))


def _lateness(task: Task, schedule: Schedule, as_of: date) -> Iterator[Mark]:
    overdue = (as_of - schedule.due).days
    if overdue > 0:
        yield Mark("bad", Text(f"overdue by {days_en(overdue)}", f"逾期 {overdue} 天"))
    elif task.status == "todo" and task.start and task.start < as_of:
        late = (as_of - task.start).days
        yield Mark("warn", Text(f"should have begun {days_en(late)} ago", f"应于 {late} 天前开始"))
    if schedule.slack is not None and schedule.slack < 0:
        days = -schedule.slack
        yield Mark(
            "bad",
            Text(f"{days_en(days)} too late for the key result", f"将比关键结果的期限晚 {days} 天"),
        )
    elif overdue <= 0 and schedule.ends > schedule.due:
        ends = schedule.ends
        yield Mark("warn", Text(f"expected only on {short_day(ends, 'en')}", f"预计 {short_day(ends, 'zh')} 才能完成"))


def _timing(
    task: Task, schedule: Schedule, waits_for: Sequence[tuple[Task, Schedule]], quarter: Period
) -> Iterator[Mark]:
    if schedule.due > quarter.end or schedule.start < quarter.start:
        yield Mark("bad", Text("reaches beyond the quarter", "超出本季度"))
    elif schedule.due > schedule.deadline:
        yield Mark("warn", Text("due after its key result", "截止日晚于关键结果"))
    for other, its in waits_for:
        if task.start and task.start <= its.due:
            yield Mark(
                "warn",
                Text(
                    f"starts before {other.id}, which it waits for, is due ({short_day(its.due, 'en')})",
                    f"开始日早于前置任务 {other.id} 的截止日（{short_day(its.due, 'zh')}）",
                ),
            )
    if task.due is None:
        yield Mark("none", Text("no due day of its own", "未写截止日"))
    if task.effort_days is None:
        yield Mark("none", Text("no effort given", "未估工作量"))
