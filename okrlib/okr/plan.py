"""The execution plan of a sheet on one day: when each task is due, when it will end, and how much it may slip.

Dates are calendar days. Slack and the critical path are those of the critical path method (Kelley and Walker, 1959):
a pass forward for when a task can end at the earliest, a pass back from the key results' due days for when it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from graphlib import TopologicalSorter

from okrlib.errors import SheetError
from okrlib.okr.events import TaskUpdate
from okrlib.okr.journal import Journal
from okrlib.okr.marks import Mark, marks_of
from okrlib.okr.model import KeyResult, Objective, Sheet, Task
from okrlib.text import Text

_DAY = timedelta(days=1)
_CALENDAR_PER_WORKING_DAY = Decimal(7) / Decimal(5)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a task is to be done, and when it will be.

    `start` and `due` are as typed, else by rule; `begins` and `ends` as they must now be expected, given what it waits
    for and today's day; `deadline` is the day its key result is due. `slack` is the number of days it may still slip
    without a key result's due day being missed, the tasks after it moving along; None once it is over.
    """

    start: date
    due: date
    begins: date
    ends: date
    takes: timedelta
    deadline: date
    slack: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task as updates left it, with its schedule, since when it is blocked, what it took, and what to mark."""

    task: Task
    objective: Objective
    key_result: KeyResult
    schedule: Schedule
    critical: bool
    blocked_since: date | None
    spent_days: Decimal | None
    marks: tuple[Mark, ...]

    @property
    def id(self) -> str:
        """The task's id."""
        return self.task.id

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return is_open(self.task)

    @property
    def people(self) -> tuple[str, ...]:
        """Owner and participants, each once."""
        owner = (self.task.owner,) if self.task.owner else ()
        return tuple(dict.fromkeys((*owner, *self.task.participants)))


@dataclass(frozen=True, slots=True)
class Effect:
    """What the tasks of a key result are expected to do: relative changes by metric, compounded (0.05 is +5 %)."""

    key_result: KeyResult
    tasks: tuple[PlannedTask, ...]
    changes: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Plan:
    """All tasks of a sheet on one day, in its order; `critical_path` is the chain of open ones with the least slack."""

    sheet: Sheet
    as_of: date
    tasks: tuple[PlannedTask, ...]
    critical_path: tuple[PlannedTask, ...]

    @property
    def open(self) -> tuple[PlannedTask, ...]:
        """The tasks still to be done."""
        return tuple(task for task in self.tasks if task.is_open)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is expected of each key result's tasks, done ones included; a key result nobody works on has none."""
        found = []
        for kr in self.sheet.key_results:
            own = tuple(one for one in self.tasks if one.task.key_result == kr.id and one.task.status != "dropped")
            found.append(Effect(kr, own, _compounded(own)))
        return tuple(found)


def is_open(task: Task) -> bool:
    """Whether a task is still to be done."""
    return task.status in {"todo", "doing"}


def make_plan(sheet: Sheet, journal: Journal, as_of: date) -> Plan:
    """Lay out the tasks of a sheet as updates left them by the end of `as_of`."""
    journal = journal.until(as_of)
    tasks = {task.id: task for task in journal.tasks(sheet)}
    schedules = _with_slack(tasks, _schedules(sheet, tasks, _finished(journal), as_of))
    path = _critical_path(tasks, schedules)
    planned = {name: _planned(sheet, journal, tasks, schedules, name, name in path, as_of) for name in tasks}
    return Plan(sheet, as_of, tuple(planned.values()), tuple(planned[name] for name in path))


def require_sound_tasks(sheet: Sheet) -> None:
    """Raise SheetError with the first of the `unsound_tasks`: such a plan is not locked."""
    for task, _, says in unsound_tasks(sheet):
        raise SheetError(f"{sheet.store} {sheet.quarter}: task {task.id}: {says.en}", f"任务 {task.id}：{says.zh}")


def unsound_tasks(sheet: Sheet) -> Iterator[tuple[Task, str, Text]]:
    """Yield the open tasks without an owner or outside the quarter, each with the field at fault and what is wrong."""
    for task in filter(is_open, sheet.tasks):
        if task.owner is None:
            yield task, "owner", _NO_OWNER
        for name, day in (("start", task.start), ("due", task.due)):
            if day and day not in sheet.quarter.period:
                yield task, name, _outside(sheet, name, day)


_NO_OWNER = Text(
    "no owner; write the one person who answers for it, such as owner: Lin", "没有负责人；请填写一位负责人"
)


def _outside(sheet: Sheet, name: str, day: date) -> Text:
    first, last = sheet.quarter.start, sheet.quarter.end
    return Text(
        f"{name} {day} lies outside {sheet.quarter}; expected a day from {first} to {last}",
        f"{day} 不在 {sheet.quarter} 之内；请填写 {first} 至 {last} 之间的日期",
    )


def _finished(journal: Journal) -> dict[str, date]:
    """The day on which each task was said to be done, for those whose last word that is."""
    said = {update.task: update for update in journal.of(TaskUpdate) if update.status}
    return {name: update.at.date() for name, update in said.items() if update.status == "done"}


def _schedules(
    sheet: Sheet, tasks: Mapping[str, Task], finished: Mapping[str, date], as_of: date
) -> dict[str, Schedule]:
    """Go forward: every task after those it waits for."""
    deadlines = {kr.id: sheet.due(kr) for kr in sheet.key_results}
    found: dict[str, Schedule] = {}
    for name in TopologicalSorter({task.id: task.depends_on for task in tasks.values()}).static_order():
        task = tasks[name]
        before = [found[other] for other in task.depends_on if tasks[other].status != "dropped"]
        deadline = deadlines[task.key_result]
        due = task.due or max(deadline, task.start or deadline)
        start = task.start or _start_by_rule(task, due, before, sheet.quarter.start)
        takes = _takes(task)
        begins, ends = _expected(task, start, due, takes, before, finished.get(name), as_of)
        found[name] = Schedule(start, due, begins, ends, takes, deadline)
    return found


def _start_by_rule(task: Task, due: date, before: list[Schedule], first: date) -> date:
    """Start after what it waits for; else as long before its due day as the effort takes; else with the quarter."""
    if before:
        start = max(other.due for other in before) + _DAY
    elif task.effort_days:
        start = max(due - _takes(task), first)
    else:
        start = first
    return min(start, due)


def _takes(task: Task) -> timedelta:
    """From first to last day: as typed, else what the effort takes one person; with neither, a single day."""
    if task.start and task.due:
        return task.due - task.start
    days = ((task.effort_days or Decimal(0)) * _CALENDAR_PER_WORKING_DAY).to_integral_value(ROUND_CEILING)
    return timedelta(days=max(int(days) - 1, 0))


def _expected(
    task: Task, start: date, due: date, takes: timedelta, before: list[Schedule], finished: date | None, as_of: date
) -> tuple[date, date]:
    """When it will begin and end: what is not begun begins today at the earliest, and not before what it waits for."""
    if task.status == "doing":
        return start, max(due, as_of)
    if not is_open(task):
        ends = finished or min(due, as_of)
        return min(start, ends), ends
    begins = max(start, as_of, *(other.ends + _DAY for other in before))
    return begins, max(due, begins + takes)


def _with_slack(tasks: Mapping[str, Task], schedules: dict[str, Schedule]) -> dict[str, Schedule]:
    """Go back: a task must end in time for its key result, and for the latest begin of what waits for it."""
    latest: dict[str, date] = {}
    for name in reversed(schedules):
        if not is_open(tasks[name]):
            continue
        own = schedules[name]
        after = [other for other, task in tasks.items() if name in task.depends_on and task.status == "todo"]
        must = [latest[other] - schedules[other].takes - _DAY for other in after]
        latest[name] = min([own.deadline, *must])
    return {
        name: replace(one, slack=(latest[name] - one.ends).days) if name in latest else one
        for name, one in schedules.items()
    }


def _critical_path(tasks: Mapping[str, Task], schedules: Mapping[str, Schedule]) -> tuple[str, ...]:
    """From the open task with the least slack (the one that ends last) back through those that leave it no more."""
    slack = {name: one.slack for name, one in schedules.items() if one.slack is not None}
    if not slack:
        return ()
    path = [min(slack, key=lambda name: (slack[name], -schedules[name].ends.toordinal()))]
    while before := [
        other for other in tasks[path[0]].depends_on if slack.get(other, slack[path[0]] + 1) <= slack[path[0]]
    ]:
        path.insert(0, min(before, key=lambda name: slack[name]))
    return tuple(path)


def _planned(
    sheet: Sheet,
    journal: Journal,
    tasks: Mapping[str, Task],
    schedules: Mapping[str, Schedule],
    name: str,
    critical: bool,
    as_of: date,
) -> PlannedTask:
    task, updates = tasks[name], [update for update in journal.of(TaskUpdate) if update.task == name]
    kr = next(kr for kr in sheet.key_results if kr.id == task.key_result)
    since = _blocked_since(task, updates)
    waits_for = [(tasks[other], schedules[other]) for other in task.depends_on if is_open(tasks[other])]
    spent = [update.effort_days for update in updates if update.effort_days is not None]
    marks = tuple(marks_of(task, schedules[name], waits_for, sheet.quarter.period, since, as_of))
    return PlannedTask(
        task, sheet.objective_of(kr.id), kr, schedules[name], critical, since, spent[-1] if spent else None, marks
    )


def _blocked_since(task: Task, updates: list[TaskUpdate]) -> date | None:
    """The day on which the present blockage was first journalled; None where it was only typed in the sheet."""
    since: date | None = None
    for update in updates:
        since = None if update.unblocked and not update.blocked_by else since
        if update.blocked_by:
            since = since or update.at.date()
    return since if task.blocked_by and is_open(task) else None


def _compounded(tasks: tuple[PlannedTask, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for effect in _effects(tasks):
        found[effect[0]] = (1 + found.get(effect[0], Decimal(0))) * (1 + effect[1]) - 1
    return found


def _effects(tasks: tuple[PlannedTask, ...]) -> Iterator[tuple[str, Decimal]]:
    for one in tasks:
        if one.task.expected_effect:
            yield one.task.expected_effect.metric, one.task.expected_effect.change
