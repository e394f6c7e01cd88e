"""What a check-in meeting has to talk about, found in the sheet, the journal and two scorecards a week apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrlib.okr.events import Blocker, CheckIn, Decision, Idea, TaskUpdate
from okrlib.okr.journal import Journal
from okrlib.okr.model import Task
from okrlib.okr.plan import make_plan
from okrlib.okr.states import KeyResultState, Scorecard
from okrlib.okr.status import Status
from okrlib.text import Text

_LAGGING = (Status.AT_RISK, Status.MISSED, Status.BEHIND)
_OVER: tuple[str, ...] = ("done", "dropped")


@dataclass(frozen=True, slots=True)
class Move:
    """How far a key result's progress has come since the last meeting, in shares of the way (0.05 is five points)."""

    state: KeyResultState
    before: KeyResultState
    change: Decimal


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something that waits: a key result since its owner first said so, or a task on a team."""

    id: str
    title: str
    owner: str | None
    by: str
    kind: Blocker | None
    since: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something promised for a day that has passed."""

    what: Text
    about: str
    title: str
    owner: str | None
    due: date
    days: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting on the day `as_of` has before it."""

    as_of: date
    moved: tuple[Move, ...]
    lagging: tuple[KeyResultState, ...]
    blocked: tuple[Blocked, ...]
    overdue: tuple[Overdue, ...]
    silent: tuple[KeyResultState, ...]
    decisions: tuple[Decision, ...]
    ideas: tuple[Idea, ...]


def agenda(now: Scorecard, before: Scorecard | None, journal: Journal) -> Agenda:
    """Write the agenda of the day that `now` stands for, against the scorecard of the meeting before."""
    journal = journal.until(now.as_of)
    tasks = journal.tasks(now.sheet)
    open_decisions = tuple(decision for decision in journal.decisions() if decision.status == "open")
    return Agenda(
        now.as_of,
        tuple(_moves(now, before)),
        tuple(state for state in now.key_results if state.status in _LAGGING),
        (*_blocked_key_results(now, journal), *_blocked_tasks(now, journal)),
        tuple(_overdue(now, tasks, open_decisions)),
        tuple(state for state in now.key_results if state.status.silent),
        open_decisions,
        tuple(idea for idea in journal.ideas() if idea.status == "proposed"),
    )


def _moves(now: Scorecard, before: Scorecard | None) -> Iterator[Move]:
    old = {state.id: state for state in before.key_results} if before else {}
    for state in now.key_results:
        was = old.get(state.id)
        if was and state.progress is not None and was.progress is not None and state.progress != was.progress:
            yield Move(state, was, state.progress - was.progress)


def _blocked_key_results(now: Scorecard, journal: Journal) -> Iterator[Blocked]:
    for state in now.key_results:
        run = _blocked_run(journal.check_ins(state.id))
        if run:
            last, since = run[-1], run[0].at.date()
            title = state.key_result.title or state.id
            days = (now.as_of - since).days
            yield Blocked(state.id, title, state.owner, last.blocker or "", last.blocker_kind, since, days)


def _blocked_run(check_ins: tuple[CheckIn, ...]) -> list[CheckIn]:
    """The latest unbroken run of check-ins that name a blocker; empty when the last one names none."""
    run: list[CheckIn] = []
    for check_in in reversed(check_ins):
        if not check_in.blocker:
            break
        run.insert(0, check_in)
    return run


def _blocked_tasks(now: Scorecard, journal: Journal) -> Iterator[Blocked]:
    kinds = {update.task: update.blocker_kind for update in journal.of(TaskUpdate) if update.blocker_kind}
    for one in make_plan(now.sheet, journal, now.as_of).open:
        if by := one.task.blocked_by:
            days = (now.as_of - one.blocked_since).days if one.blocked_since else None
            kind = kinds.get(one.id, "dependency")
            yield Blocked(one.id, one.task.title, one.task.owner, by, kind, one.blocked_since, days)


@dataclass(frozen=True, slots=True)
class KindOfBlocker:
    """All that waits for one kind of reason: how many, and for how long the oldest has (None: not written down)."""

    kind: Blocker | None
    items: tuple[Blocked, ...]

    @property
    def longest(self) -> int | None:
        """Days for which the oldest has waited."""
        return max((one.days for one in self.items if one.days is not None), default=None)


def blockers_by_kind(blocked: Iterable[Blocked]) -> tuple[KindOfBlocker, ...]:
    """Bring together what waits for the same kind of reason, the kind with most first."""
    found: dict[Blocker | None, list[Blocked]] = {}
    for one in blocked:
        found.setdefault(one.kind, []).append(one)
    kinds = (KindOfBlocker(kind, tuple(items)) for kind, items in found.items())
    return tuple(sorted(kinds, key=lambda one: -len(one.items)))


def _overdue(now: Scorecard, tasks: tuple[Task, ...], decisions: tuple[Decision, ...]) -> Iterator[Overdue]:
    for task in tasks:
        if task.due and task.due < now.as_of and task.status not in _OVER:
            yield _late(Text("task", "任务"), task.key_result, task.title, task.owner, task.due, now.as_of)
    for state in now.key_results:
        promised = state.check_in
        if promised and promised.next_action and promised.next_due and promised.next_due < now.as_of:
            yield _late(
                Text("next action", "下一步"), state.id, promised.next_action, state.owner, promised.next_due, now.as_of
            )
    for decision in decisions:
        if decision.due and decision.due < now.as_of:
            yield _late(
                Text("decision", "决议"), decision.about or "", decision.says, decision.owner, decision.due, now.as_of
            )


def _late(what: Text, about: str, title: str, owner: str | None, due: date, on: date) -> Overdue:
    return Overdue(what, about, title, owner, due, (on - due).days)
