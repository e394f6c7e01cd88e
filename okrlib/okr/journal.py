"""The journal of a sheet: append-only lines, each one event; two writers at once lose nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, TypeVar

from pydantic import ValidationError

from okrlib.okr.events import (
    EVENT,
    Baseline,
    Cause,
    Changed,
    CheckIn,
    Decision,
    Event,
    Idea,
    Lesson,
    Locked,
    Saved,
    Scored,
    Survey,
    TaskUpdate,
)
from okrlib.okr.files import lock_beside
from okrlib.okr.model import Objective, Sheet, Task
from okrlib.periods import Quarter
from okrlib.stores import Store, Workbook

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that is no event, such as one half-written when the power failed: set aside and reported, never lost."""

    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}: {self.text[:60]}"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One recorded change of one field, with its reason."""

    on: date
    by: str
    path: str
    before: object
    after: object
    reason: str


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened, in the order of time."""

    events: tuple[Event, ...] = ()
    damaged: tuple[Damaged, ...] = field(default=())

    def until(self, as_of: date) -> Journal:
        """Return the journal as it was at the end of that day."""
        return replace(self, events=tuple(event for event in self.events if event.at.date() <= as_of))

    def reopened(self) -> Journal:
        """Return the journal as if never scored: to score again once interim values are final."""
        return replace(self, events=tuple(event for event in self.events if not isinstance(event, Scored)))

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """Return the events of one kind."""
        return tuple(event for event in self.events if isinstance(event, kind))

    @property
    def locked(self) -> Locked | None:
        """The lock, if it happened; a second one does not count."""
        return next(iter(self.of(Locked)), None)

    @property
    def sheet(self) -> Sheet | None:
        """The last journalled snapshot: what is in force."""
        snapshots = [event.sheet for event in self.events if isinstance(event, Locked | Changed)]
        return snapshots[-1] if snapshots else None

    @property
    def versions(self) -> tuple[Locked | Changed | Saved, ...]:
        """Everything that holds the sheet as it was, oldest first."""
        return tuple(event for event in self.events if isinstance(event, Locked | Changed | Saved))

    def in_force(self, sheet: Sheet) -> Sheet:
        """Return the intention last journalled, with the milestones reached since; before the lock, `sheet` as a draft."""
        snapshot = self.sheet
        if snapshot is None:
            return sheet.model_copy(update={"state": "draft"})
        done = {(kr.id, step.title): step.done for kr in sheet.key_results for step in kr.milestones}
        return snapshot.model_copy(
            update={
                "state": "closed" if self.scored else snapshot.state,
                "objectives": tuple(_with_milestones(objective, done) for objective in snapshot.objectives),
            }
        )

    @property
    def baselines(self) -> Mapping[str, Baseline]:
        """Frozen baselines by key result."""
        found: dict[str, Baseline] = {}
        for event in self.events:
            if isinstance(event, Locked | Changed):
                found.update(event.baselines)
        return MappingProxyType(found)

    @property
    def scored(self) -> Scored | None:
        """The frozen result, if the sheet was closed; a later one replaces an earlier."""
        return next(reversed(self.of(Scored)), None)

    def check_ins(self, key_result_id: str) -> tuple[CheckIn, ...]:
        """Return the check-ins of a key result, oldest first."""
        return tuple(event for event in self.of(CheckIn) if event.key_result == key_result_id)

    def adjustments(self, item_id: str) -> tuple[Adjustment, ...]:
        """Return the recorded changes of an objective, key result or task, oldest first."""
        return tuple(
            Adjustment(event.at.date(), event.by, change.path, change.before, change.after, event.reason)
            for event in self.of(Changed)
            for change in event.differences
            if change.path.split("/")[0] == item_id
        )

    def decisions(self) -> tuple[Decision, ...]:
        """Return each decision as it last stood."""
        return tuple({event.id: event for event in self.of(Decision)}.values())

    def ideas(self) -> tuple[Idea, ...]:
        """Return each idea as it last stood."""
        return tuple({event.id: event for event in self.of(Idea)}.values())

    def causes(self) -> Mapping[str, Cause]:
        """Return why key results fell short, by key result, as it was last said."""
        return MappingProxyType({event.key_result: event for event in self.of(Cause)})

    def verdicts(self) -> Mapping[str, Lesson]:
        """Return the last lesson about each objective, key result or task: whether to keep, change or drop it."""
        return MappingProxyType({event.about: event for event in self.of(Lesson)})

    def surveys(self) -> tuple[Survey, ...]:
        """Return each survey as it was last imported, oldest first."""
        return tuple({event.name: event for event in self.of(Survey)}.values())

    def tasks(self, sheet: Sheet) -> tuple[Task, ...]:
        """Return the sheet's tasks with what updates said since; an update wins over what is typed in the sheet."""
        return tuple(self._updated(task) for task in sheet.tasks)

    def _updated(self, task: Task) -> Task:
        for update in self.of(TaskUpdate):
            if update.task == task.id:
                given = {"status": update.status, "blocked_by": update.blocked_by, "quality": update.quality}
                known = {name: value for name, value in given.items() if value is not None}
                task = task.model_copy(update=({"blocked_by": None} if update.unblocked else {}) | known)
        return task

    def next_id(self, letter: str) -> str:
        """Return the next free id of a decision or an idea: ``D3`` after D1 and D2."""
        taken = {event.id for event in self.events if isinstance(event, Decision | Idea)}
        return next(name for name in (f"{letter}{n}" for n in range(1, len(taken) + 2)) if name not in taken)


def _with_milestones(objective: Objective, done: Mapping[tuple[str, str], date | None]) -> Objective:
    return objective.model_copy(
        update={
            "key_results": tuple(
                kr.model_copy(
                    update={
                        "milestones": tuple(
                            step.model_copy(update={"done": done.get((kr.id, step.title), step.done)})
                            for step in kr.milestones
                        )
                    }
                )
                for kr in objective.key_results
            )
        }
    )


def journal_path(sheet_path: Path) -> Path:
    """Return where the journal of a sheet lies: beside it."""
    return sheet_path.with_suffix(".jsonl")


def append(path: Path, event: Event) -> None:
    """Add one event as one line that is on the disk when this returns; the folder and the file are created."""
    with lock_beside(path):
        _write(path, event)


def append_numbered(path: Path, letter: str, make: Callable[[str], E]) -> E:
    """Add the event that `make` makes of the next free id, and return it: two writers at once get two ids."""
    with lock_beside(path):
        event = make(read_journal(path).next_id(letter))
        _write(path, event)
    return event


def _write(path: Path, event: Event) -> None:
    line = event.model_dump_json(exclude_none=True).encode() + b"\n"
    with path.open("ab+") as file:
        if file.tell() and _last_byte(file) != b"\n":
            line = b"\n" + line  # a half-written line before ours stays a line of its own
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)


def store_journal(workbook: Workbook, store: Store, quarter: Quarter, as_of: date | None = None) -> Journal:
    """Read the journal of a store's quarter by the store's own clock, by which its days are counted."""
    return read_journal(workbook.journal_path(store.store, quarter), as_of, store.zone)


def read_journal(path: Path, as_of: date | None = None, zone: tzinfo | None = None) -> Journal:
    """Read a journal, as it was at the end of `as_of` when given; a sheet without one has an empty journal.

    Moments are those of the clock in `zone`; without one, of each writer's own.
    """
    events: list[Event] = []
    damaged: list[Damaged] = []
    for number, line in _lines(path):
        try:
            event = EVENT.validate_json(line)
            events.append(event.model_copy(update={"at": event.at.astimezone(zone)}) if zone else event)
        except (ValidationError, UnicodeDecodeError) as bad:
            damaged.append(Damaged(number, line.decode("utf-8", "replace"), _reason(bad)))
    journal = Journal(tuple(sorted(events, key=lambda event: event.at)), tuple(damaged))
    return journal if as_of is None else journal.until(as_of)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    content = path.read_bytes() if path.exists() else b""
    return ((number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip())


def _reason(bad: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(bad, UnicodeDecodeError):
        return "not UTF-8 text"
    first = bad.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
