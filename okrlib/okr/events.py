"""What happened: the events of a journal. Nothing is rewritten; a correction is a new event."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from okrlib.okr.fields import BaselineRule, Id, Model, NotNegative, Number, Words
from okrlib.okr.model import Sheet, TaskStatus
from okrlib.okr.scoring import Score

Blocker = Literal["resource", "dependency", "clarity", "priority", "external"]
CauseName = Literal[
    "resource", "dependency", "clarity", "priority", "external", "too_high", "no_effect", "execution"
]  # what may have blocked it on the way, and what only the end can tell  # fmt: skip
Verdict = Literal["keep", "change", "drop"]
CONFIDENCE_AT_START = 5
LEAST_ANSWERS = 5  # fewer people than this are never told apart: one of them could be recognised


class Baseline(Model):
    """Where a key result started, frozen at the lock: the value, its rule, its days and the data behind it."""

    value: Number
    rule: BaselineRule | Literal["typed"] = "typed"
    period: str | None = None
    fingerprint: str | None = None


class Difference(Model):
    """One change of intention; the path is an id and a field, such as ``O1.1/target``, or an id alone."""

    path: str
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.before is None and "/" not in self.path:
            return f"{self.path}: added ({self.after})"
        if self.after is None and "/" not in self.path:
            return f"{self.path}: removed ({self.before})"
        return f"{self.path}: {_shown(self.before)} → {_shown(self.after)}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(part)}" for name, part in value.items() if part is not None) or "nothing"
    if isinstance(value, list | tuple):
        return "; ".join(map(_shown, value)) or "nothing"
    return "nothing" if value is None else str(value)


class Happening(Model):
    """What every event has: when (with its offset from UTC) and by whom."""

    at: AwareDatetime
    by: Words


class Locked(Happening):
    """The sheet became binding: its snapshot and frozen baselines."""

    kind: Literal["locked"] = "locked"
    sheet: Sheet
    baselines: dict[str, Baseline]
    fingerprint: str


class Changed(Happening):
    """The sheet was adjusted, for a reason; baselines are there for newly measured key results only."""

    kind: Literal["changed"] = "changed"
    differences: tuple[Difference, ...]
    reason: Words
    sheet: Sheet
    baselines: dict[str, Baseline] = Field(default_factory=dict)
    fingerprint: str


class Saved(Happening):
    """A form saved the sheet without changing what is binding: a draft's snapshot, to look at and go back to."""

    kind: Literal["saved"] = "saved"
    sheet: Sheet


class CheckIn(Happening):
    """What an owner says about a key result: a confidence from 0 to 10 and, always, the story behind it.

    `value` counts only where no metric supplies it.
    """

    kind: Literal["check_in"] = "check_in"
    key_result: Id
    value: Number | None = None
    confidence: int = Field(ge=0, le=10)
    narrative: Words
    blocker: Words | None = None
    blocker_kind: Blocker | None = None
    next_action: Words | None = None
    next_due: date | None = None


class Decision(Happening):
    """What was decided; a later event with the same id says how it went."""

    kind: Literal["decision"] = "decision"
    id: Id
    says: Words
    about: Id | None = None
    meeting: Words | None = None
    owner: Words | None = None
    due: date | None = None
    status: Literal["open", "done", "dropped"] = "open"


class Minutes(Happening):
    """What was said in a meeting, by name (weekly, monthly), and who was there; its decisions are events of their own."""

    kind: Literal["minutes"] = "minutes"
    meeting: Words
    says: Words
    present: tuple[Words, ...] = ()


class Idea(Happening):
    """An idea and who had it; a later event with the same id judges it."""

    kind: Literal["idea"] = "idea"
    id: Id
    says: Words
    author: Words
    about: Id | None = None
    status: Literal["proposed", "taken_up", "declined", "done"] = "proposed"
    judgement: Words | None = None


class Feedback(Happening):
    """What one person says to another, in either direction, or about a key result."""

    kind: Literal["feedback"] = "feedback"
    to: Words
    says: Words
    about: Id | None = None


class SurveyGroup(Model):
    """What one team answered: how many people, and a mean for each question that enough of them answered."""

    team: Words
    respondents: int = Field(ge=1)
    scores: dict[str, Number]


class Survey(Happening):
    """The answers of a survey: a mean per question, on the scale it was asked on, in all and by team; no person's."""

    kind: Literal["survey"] = "survey"
    name: Words
    respondents: int = Field(ge=1)
    scale: tuple[Number, Number] = Field(default_factory=lambda: (1, 5), validate_default=True)
    scores: dict[str, Number]
    teams: tuple[SurveyGroup, ...] = ()


class TaskUpdate(Happening):
    """How a task stands; fields that are not given stay as they were."""

    kind: Literal["task_update"] = "task_update"
    task: Id
    status: TaskStatus | None = None
    blocked_by: Words | None = None
    blocker_kind: Blocker | None = None
    unblocked: bool = False
    quality: int | None = Field(default=None, ge=1, le=5)
    effort_days: NotNegative | None = None
    note: Words | None = None


class KeyResultResult(Model):
    """The frozen result of a key result."""

    id: Id
    value: Number | None = None
    unit: str
    numerator: Number | None = None
    denominator: Number | None = None
    as_of: date
    progress: Number | None = None
    original_progress: Number | None = None
    score: Score


class ObjectiveResult(Model):
    """The frozen result of an objective."""

    id: Id
    progress: Number | None = None
    score: Score


class Scored(Happening):
    """The sheet was closed: results as they stood, with the fingerprint of the data; a later one replaces it."""

    kind: Literal["scored"] = "scored"
    key_results: tuple[KeyResultResult, ...]
    objectives: tuple[ObjectiveResult, ...]
    data_fingerprint: Words
    data_to: date | None = None  # set where the data ended before the quarter: scored as if nothing came after


class Cause(Happening):
    """Why a key result fell short, in one of eight words; a later event for the same key result replaces it."""

    kind: Literal["cause"] = "cause"
    key_result: Id
    cause: CauseName
    says: Words | None = None


class Lesson(Happening):
    """What was learned of an objective, key result or task, and whether to keep, change or drop it next quarter.

    `cause` is what journals from before `Cause` say in words of their own.
    """

    kind: Literal["lesson"] = "lesson"
    about: Id
    verdict: Verdict
    says: Words | None = None
    cause: Words | None = None


Event = Annotated[
    Locked
    | Changed
    | Saved
    | CheckIn
    | Decision
    | Minutes
    | Idea
    | Feedback
    | Survey
    | TaskUpdate
    | Scored
    | Cause
    | Lesson,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
