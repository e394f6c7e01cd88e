"""How people worked together over a quarter: what teams handed each other, what stood still and why, what came late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from okrlib.okr.balance import team_of
from okrlib.okr.events import Blocker, CheckIn, TaskUpdate
from okrlib.okr.journal import Journal
from okrlib.okr.plan import Plan, PlannedTask
from okrlib.okr.team import Resources


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One task that another team's task waited for; `late` days after its due day, 0 in time, None while still open."""

    giver: str
    taker: str
    task: PlannedTask
    waited: PlannedTask
    late: int | None


@dataclass(frozen=True, slots=True)
class StoodStill:
    """A stretch of days on which a key result or a task was blocked; `until` is the day it went on, or the last seen."""

    id: str
    title: str
    owner: str | None
    by: str
    kind: Blocker | None
    since: date
    until: date
    over: bool

    @property
    def days(self) -> int:
        """How long."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Late:
    """A task that ended `days` after its due day, or is open `days` after it; `waited` are the tasks that depend on it."""

    task: PlannedTask
    days: int
    waited: tuple[PlannedTask, ...]


@dataclass(frozen=True, slots=True)
class Collaboration:
    """What a quarter's plan and journal tell of working together."""

    handed_over: tuple[HandedOver, ...]
    stood_still: tuple[StoodStill, ...]
    late: tuple[Late, ...]

    @property
    def days_still(self) -> int:
        """Days on which something stood still, each thing's own added up."""
        return sum(one.days for one in self.stood_still)

    @property
    def in_time(self) -> int:
        """How many hand-overs were in time."""
        return sum(one.late == 0 for one in self.handed_over)


def collaboration(plan: Plan, journal: Journal, resources: Resources) -> Collaboration:
    """Read the plan of a sheet and its journal by the end of the plan's day."""
    journal = journal.until(plan.as_of)
    still = (*_key_results(plan, journal), *_tasks(plan, journal))
    return Collaboration(
        tuple(_handed_over(plan, resources)),
        tuple(sorted(still, key=lambda one: (-one.days, one.id))),
        tuple(sorted(_late(plan), key=lambda one: (-one.days, one.task.id))),
    )


def days_late(task: PlannedTask, as_of: date) -> int | None:
    """Days between a task's due day and its end; 0 in time, None while it is open and not due, or was dropped."""
    if task.task.status == "dropped":
        return None
    if task.is_open:
        return (as_of - task.schedule.due).days if as_of > task.schedule.due else None
    return max((task.schedule.ends - task.schedule.due).days, 0)


def _handed_over(plan: Plan, resources: Resources) -> Iterator[HandedOver]:
    tasks = {one.id: one for one in plan.tasks}
    for taker in plan.tasks:
        for giver in (tasks[name] for name in taker.task.depends_on):
            names = team_of(giver, resources), team_of(taker, resources)
            if (
                names[0]
                and names[1]
                and names[0] != names[1]
                and "dropped" not in {giver.task.status, taker.task.status}
            ):
                yield HandedOver(names[0], names[1], giver, taker, days_late(giver, plan.as_of))


def _late(plan: Plan) -> Iterator[Late]:
    for one in plan.tasks:
        if days := days_late(one, plan.as_of):
            yield Late(one, days, tuple(other for other in plan.tasks if one.id in other.task.depends_on))


def _key_results(plan: Plan, journal: Journal) -> Iterator[StoodStill]:
    """From the first check-in that names a blocker to the next that names none; after the quarter nothing stands still."""
    last = min(plan.as_of, plan.sheet.quarter.end)
    for kr in plan.sheet.key_results:
        run: list[CheckIn] = []
        for said in journal.check_ins(kr.id):
            if said.blocker:
                run.append(said)
            elif run:
                yield _run(kr.id, kr.title or kr.id, plan.sheet.owner(kr), run, said.at.date(), over=True)
                run = []
        if run:
            yield _run(kr.id, kr.title or kr.id, plan.sheet.owner(kr), run, max(last, run[0].at.date()), over=False)


def _run(name: str, title: str, owner: str | None, run: Sequence[CheckIn], until: date, *, over: bool) -> StoodStill:
    return StoodStill(name, title, owner, run[-1].blocker or "", run[-1].blocker_kind, run[0].at.date(), until, over)


def _tasks(plan: Plan, journal: Journal) -> Iterator[StoodStill]:
    """From the update that names who blocks a task to the one that frees or ends it."""
    for one in plan.tasks:
        since, by = None, ""
        for update in (update for update in journal.of(TaskUpdate) if update.task == one.id):
            on = update.at.date()
            if since and (update.unblocked or update.status in {"done", "dropped"}):
                yield StoodStill(one.id, one.task.title, one.task.owner, by, "dependency", since, on, over=True)
                since = None
            if update.blocked_by:
                since, by = since or on, update.blocked_by
        if since:
            until = max(min(plan.as_of, plan.sheet.quarter.end), since)
            yield StoodStill(one.id, one.task.title, one.task.owner, by, "dependency", since, until, over=False)
