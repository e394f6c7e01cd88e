"""What a store intends for a quarter: objectives, key results and tasks, as people type them.

The words are those of the field: committed and aspirational objectives (Doerr, *Measure What Matters*), the levels
commit, target and stretch, guardrails beside a volume goal (Wodtke's health metrics, *Radical Focus*).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from okrlib.okr.consistency import check_no_cycle, check_weights
from okrlib.okr.fields import BaselineTyped, Id, Model, NotNegative, Number, QuarterName, Words
from okrlib.okr.refusals import refused

State = Literal["draft", "active", "closed"]
Horizon = Literal["long", "mid", "short"]
Level = Literal["company", "team", "person"]
ObjectiveType = Literal["committed", "aspirational", "learning"]
Kind = Literal["reach", "at_least", "at_most", "between", "milestones", "yes_no"]
TaskStatus = Literal["todo", "doing", "done", "dropped"]
WITH_TARGET: tuple[Kind, ...] = ("reach", "at_least", "at_most")


class Measure(Model):
    """A number the catalogue does not know, with its own definition and unit; check-ins bring its value."""

    name: Words
    definition: Words
    unit: Words
    higher_is_better: bool = True


class Where(Model):
    """The part of the store that a key result looks at; empty means the whole store."""

    channel: Words | None = None
    category: Words | None = None
    region: Words | None = None

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """The filters that are set, as (dimension, value)."""
        return tuple((name, value) for name, value in self if value is not None)


class Milestone(Model):
    """One step of a `milestones` key result; `done` is the day it was reached."""

    title: Words
    weight: NotNegative = Decimal(1)
    done: date | None = None


class KeyResult(Model):
    """One measurable result: where it starts, where it is to arrive, who answers for it and until when."""

    id: Id
    title: Words | None = None
    metric: Words | None = None
    measure: Measure | None = None
    where: Where = Where()
    kind: Kind = "reach"
    baseline: BaselineTyped | None = None
    target: Number | None = None
    commit: Number | None = None
    stretch: Number | None = None
    band: tuple[Number, Number] | None = None
    milestones: tuple[Milestone, ...] = ()
    owner: Words | None = None
    due: date | None = None
    weight: NotNegative | None = None
    guardrail: bool = False
    source: Words | None = None
    latency_days: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for problem in self._problems():
            raise refused(f"key result {self.id}: {problem}")
        if isinstance(self.baseline, Decimal) or self.kind != "reach":
            self.check_baseline(self.baseline if isinstance(self.baseline, Decimal) else None)
        return self

    def _problems(self) -> Iterator[str]:
        if self.metric and self.measure:
            yield "give a metric of the catalogue or a measure of your own, not both"
        if self.kind not in WITH_TARGET and self.levels != (None, None, None):
            yield f"kind {self.kind} has no commit, target or stretch"
        if self.band and self.kind != "between":
            yield "a band belongs to kind between"
        if self.band and self.band[0] >= self.band[1]:
            yield f"band {self.band[0]} to {self.band[1]}: the lower end comes first"
        if self.milestones and self.kind != "milestones":
            yield f"kind {self.kind} has no milestones; use kind: milestones"
        if self.milestones and not sum(step.weight for step in self.milestones):
            yield "the milestones' weights sum to 0; give at least one a weight"
        if self.guardrail and self.weight is not None:
            yield "a guardrail is reported beside the average and carries no weight; remove the weight"
        if not (self._rises(1) or self._rises(-1)):
            yield f"levels {self._typed()} are not in order; write commit, target, stretch from easy to hard"

    @property
    def levels(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Commit, target and stretch."""
        return self.commit, self.target, self.stretch

    def _typed(self) -> str:
        return ", ".join(str(level) for level in self.levels if level is not None)

    def _rises(self, sign: int) -> bool:
        given = [sign * level for level in self.levels if level is not None]
        return given == sorted(given)

    def direction(self, baseline: Decimal | None = None) -> Literal[1, -1]:
        """Return 1 where more is better and -1 where less is; a `reach` follows from its baseline and target."""
        if self.kind in {"at_least", "at_most"}:
            return 1 if self.kind == "at_least" else -1
        if self.kind == "reach" and self.target is not None and baseline is not None:
            return 1 if self.target > baseline else -1
        up, down = self._rises(1), self._rises(-1)
        lower_is_better = self.measure is not None and not self.measure.higher_is_better
        return -1 if (lower_is_better if up == down else down) else 1

    def check_baseline(self, baseline: Decimal | None) -> None:
        """Raise ValueError when the key result cannot be measured from `baseline` (in the metric's unit)."""
        if self.kind == "reach" and self.target is not None and baseline == self.target:
            raise refused(
                f"key result {self.id}: target {self.target} equals its baseline, so nothing is to be reached; "
                "move the target, or use kind: at_least or at_most to hold it"
            )
        if not self._rises(self.direction(baseline)):
            way = f"from baseline {baseline}" if self.kind == "reach" else f"of {self.kind}"
            raise refused(
                f"key result {self.id}: levels {self._typed()} run against the way {way}; "
                "write commit, target, stretch from easy to hard"
            )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the fields without which it cannot be measured; a draft may lack them, a locked sheet may not."""
        needed: dict[str, object] = {}
        if self.kind in {*WITH_TARGET, "between"}:
            needed["metric or measure"] = self.metric or self.measure
        if self.kind == "reach":
            needed["baseline"] = self.baseline
        if self.kind in WITH_TARGET:
            needed["target"] = self.target
        if self.kind in {"between", "milestones"}:
            needed["band" if self.kind == "between" else "milestones"] = self.band or self.milestones
        if self.kind == "yes_no":
            needed["title"] = self.title
        return tuple(name for name, value in needed.items() if value is None or value == ())

    @property
    def measures(self) -> tuple[object, ...]:
        """What it measures: metric or measure with its filter; two key results with the same are duplicates."""
        return (self.metric or (self.measure.name if self.measure else None), self.where.items)


class ExpectedEffect(Model):
    """What a task is expected to do, written before it starts: a relative change (0.05 is +5 %) of a metric."""

    metric: Words
    change: Number


class Task(Model):
    """One piece of work that is to move a key result; one owner answers for it."""

    id: Id
    key_result: Id
    title: Words
    owner: Words | None = None
    participants: tuple[Words, ...] = ()
    team: Words | None = None
    start: date | None = None
    due: date | None = None
    depends_on: tuple[Id, ...] = ()
    effort_days: NotNegative | None = None
    budget: NotNegative | None = None
    goods: Words | None = None
    status: TaskStatus = "todo"
    blocked_by: Words | None = None
    expected_effect: ExpectedEffect | None = None
    quality: int | None = Field(default=None, ge=1, le=5)

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.start and self.due and self.due < self.start:
            raise refused(f"task {self.id}: due {self.due} lies before its start {self.start}")
        return self


class Objective(Model):
    """A qualitative aim, the key results that would prove it and the tasks that are to move them."""

    id: Id
    title: Words
    why: Words | None = None
    horizon: Horizon = "short"
    parent: Id | None = None
    level: Level = "team"
    owner: Words | None = None
    type: ObjectiveType = "committed"
    weight: NotNegative | None = None
    answers: tuple[Id, ...] = ()
    key_results: tuple[KeyResult, ...] = ()
    tasks: tuple[Task, ...] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        check_weights({kr.id: kr.weight for kr in self.key_results if not kr.guardrail}, "key results")
        known = {kr.id for kr in self.key_results}
        for task in self.tasks:
            if task.key_result not in known:
                raise refused(
                    f"task {task.id}: key result {task.key_result} is not one of objective {self.id}: "
                    f"{', '.join(sorted(known)) or 'it has none'}"
                )
        return self

    @property
    def averaged(self) -> tuple[KeyResult, ...]:
        """The key results that count in its progress: all but the guardrails."""
        return tuple(kr for kr in self.key_results if not kr.guardrail)


class Sheet(Model):
    """What one store intends for one quarter."""

    store: Words
    quarter: QuarterName
    state: State = "draft"
    cadence_days: int = Field(default=7, ge=1)
    objectives: tuple[Objective, ...] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        self._check_ids()
        for parent in {objective.parent for objective in self.objectives}:
            check_weights({o.id: o.weight for o in self.objectives if o.parent == parent}, "objectives")
        check_no_cycle({o.id: (o.parent,) if o.parent else () for o in self.objectives}, "objective", "its own parent")
        check_no_cycle({task.id: task.depends_on for task in self.tasks}, "task", "waiting for itself")
        if self.state != "draft":
            self.check_complete()
        return self

    def _check_ids(self) -> None:
        ids = [item.id for items in (self.objectives, self.key_results, self.tasks) for item in items]
        for name, times in Counter(ids).items():
            if times > 1:
                raise refused(f"id {name} is used {times} times; every objective, key result and task has its own")
        known = {task.id for task in self.tasks}
        for task in self.tasks:
            if unknown := set(task.depends_on) - known:
                raise refused(f"task {task.id}: depends on {', '.join(sorted(unknown))}, no task of this sheet")

    def check_complete(self) -> None:
        """Raise ValueError when a key result cannot be measured or an objective has nothing to be measured by."""
        for kr in self.key_results:
            if kr.missing:
                raise refused(f"key result {kr.id}: {', '.join(kr.missing)} missing; only a draft may lack it")
        for objective in self.objectives:
            if not objective.averaged and not self.children(objective.id):
                raise refused(f"objective {objective.id}: no key results; add two to five, or remove it")

    @property
    def key_results(self) -> tuple[KeyResult, ...]:
        """All key results in the order of the sheet."""
        return tuple(kr for objective in self.objectives for kr in objective.key_results)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks in the order of the sheet, with the status typed there; see `Journal.tasks` for today's."""
        return tuple(task for objective in self.objectives for task in objective.tasks)

    def children(self, objective_id: str) -> tuple[Objective, ...]:
        """Return the objectives that serve `objective_id`."""
        return tuple(objective for objective in self.objectives if objective.parent == objective_id)

    def objective_of(self, key_result_id: str) -> Objective:
        """Return the objective a key result belongs to; KeyError when there is none."""
        for objective in self.objectives:
            if any(kr.id == key_result_id for kr in objective.key_results):
                return objective
        raise KeyError(key_result_id)

    def owner(self, kr: KeyResult) -> str | None:
        """Who answers for a key result: its own owner, else its objective's."""
        return kr.owner or self.objective_of(kr.id).owner

    def due(self, kr: KeyResult) -> date:
        """When a key result is due: its own day, else the quarter's last."""
        return kr.due or self.quarter.end
