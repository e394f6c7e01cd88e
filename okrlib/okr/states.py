"""What is known of a key result, an objective and a sheet on one day; made by `scorecard`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrlib.okr.events import CheckIn
from okrlib.okr.journal import Adjustment
from okrlib.okr.model import KeyResult, Objective, Sheet
from okrlib.okr.scoring import Average, Reading, Score, Zone, shortfall, zone
from okrlib.okr.status import Outlook, Status


@dataclass(frozen=True, slots=True)
class KeyResultState:
    """One key result on one day.

    `progress` is against the target as adjusted, `original_progress` against the one that was locked, both from the
    frozen `baseline`; it is None where the locked sheet did not measure the same. `score` is there once closed.
    """

    key_result: KeyResult
    owner: str | None
    due: date
    baseline: Decimal | None
    reading: Reading
    progress: Decimal | None
    original: KeyResult | None
    original_progress: Decimal | None
    adjustments: tuple[Adjustment, ...]
    confidence: int
    check_in: CheckIn | None
    outlook: Outlook
    status: Status
    interim: bool
    score: Score | None

    @property
    def id(self) -> str:
        """The key result's id."""
        return self.key_result.id

    @property
    def value(self) -> Decimal | None:
        """The value of the reading."""
        return self.reading.value

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without data."""
        return None if self.progress is None else self.progress >= 1

    @property
    def reached(self) -> bool:
        """Whether it is reached: by its verdict once closed (0.7 of an aspiration is), else met so far and heard of."""
        return self.score.colour == "good" if self.score else bool(self.met) and not self.status.silent

    @property
    def on_path(self) -> bool:
        """Whether it stands where the path to its target should be by now, or better; not so where that is not known."""
        if self.value is None or self.expected is None:
            return False
        return self.key_result.direction(self.baseline) * (self.value - self.expected) >= 0

    @property
    def zone(self) -> Zone | None:
        """Where the value stands between the levels; None without data."""
        return zone(self.key_result, self.baseline, self.value)

    @property
    def shortfall(self) -> Decimal | None:
        """How much is missing to the target, in the metric's unit; None without data."""
        return shortfall(self.key_result, self.baseline, self.value)

    @property
    def narrative(self) -> str | None:
        """What the owner last said."""
        return self.check_in.narrative if self.check_in else None

    @property
    def last_check_in(self) -> date | None:
        """The day of the last check-in."""
        return self.check_in.at.date() if self.check_in else None

    @property
    def probability(self) -> float | None:
        """The model's probability of reaching the target."""
        return self.outlook.probability

    @property
    def expected(self) -> Decimal | None:
        """Where the path to the target should be by now."""
        return self.outlook.expected


@dataclass(frozen=True, slots=True)
class ObjectiveState:
    """One objective on one day: the mean of its own key results, or of the objectives that serve it."""

    objective: Objective
    key_results: tuple[KeyResultState, ...]
    average: Average
    status: Status
    score: Score | None

    @property
    def id(self) -> str:
        """The objective's id."""
        return self.objective.id

    @property
    def progress(self) -> Decimal | None:
        """Mean progress, 0–1; None without data."""
        return self.average.value


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A sheet on one day."""

    sheet: Sheet
    as_of: date
    objectives: tuple[ObjectiveState, ...]

    @property
    def key_results(self) -> tuple[KeyResultState, ...]:
        """All key results in the order of the sheet."""
        return tuple(state for objective in self.objectives for state in objective.key_results)

    def objective(self, objective_id: str) -> ObjectiveState:
        """Return one objective; KeyError when there is none."""
        return {state.id: state for state in self.objectives}[objective_id]

    def key_result(self, key_result_id: str) -> KeyResultState:
        """Return one key result; KeyError when there is none."""
        return {state.id: state for state in self.key_results}[key_result_id]
