"""A whole sheet as it stood on one day: every key result and objective with its numbers, side by side and unmixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from okrlib.okr.events import CONFIDENCE_AT_START, CheckIn, KeyResultResult
from okrlib.okr.journal import Journal
from okrlib.okr.model import KeyResult, Objective, Sheet
from okrlib.okr.scoring import (
    Reading,
    Score,
    milestones_done,
    objective_progress,
    parent_progress,
    progress,
    score_at_closing,
)
from okrlib.okr.states import KeyResultState, ObjectiveState, Scorecard
from okrlib.okr.status import Outlook, is_silent, key_result_status, linear_path, weakest
from okrlib.text import Text

NO_CHECK_IN = Text("no check-in has brought a value yet", "还没有进展更新填写过数值")
NOT_MEASURED = Text("the data gives no value", "数据中没有这个指标的数值")
NO_MILESTONES = Text("no milestones are named", "还没有列出里程碑")
NOT_CLOSED_WITH = Text("the result at closing holds no value", "结项时没有数值")


def scorecard(
    sheet: Sheet,
    journal: Journal,
    readings: Mapping[str, Reading],
    outlooks: Mapping[str, Outlook],
    as_of: date,
) -> Scorecard:
    """Return the sheet as it stood at the end of `as_of`, readings and outlooks by key result.

    Later events are not seen, the sheet in force on that day counts, and once closed the frozen result does.
    """
    journal = journal.until(as_of)
    day = _Day(journal.in_force(sheet), journal, readings, outlooks, as_of)
    states = {kr.id: day.key_result(kr) for kr in day.sheet.key_results}
    found: dict[str, ObjectiveState] = {}
    for objective in day.sheet.objectives:
        day.objective(objective, states, found)
    return Scorecard(day.sheet, as_of, tuple(found[objective.id] for objective in day.sheet.objectives))


@dataclass(frozen=True, slots=True)
class _Day:
    sheet: Sheet
    journal: Journal
    readings: Mapping[str, Reading]
    outlooks: Mapping[str, Outlook]
    as_of: date

    def key_result(self, kr: KeyResult) -> KeyResultState:
        """Put together what is known of one key result."""
        baseline, original = self.baseline(kr), self.original(kr)
        result = self.result(kr)
        reading = _frozen_reading(result) if result else self.reading(kr)
        outlook = self.outlook(kr, baseline)
        check_in = next(reversed(self.journal.check_ins(kr.id)), None)
        return KeyResultState(
            key_result=kr,
            owner=self.sheet.owner(kr),
            due=self.sheet.due(kr),
            baseline=baseline,
            reading=reading,
            progress=result.progress if result else progress(kr, baseline, reading.value),
            original=original,
            original_progress=result.original_progress if result else _progress(original, baseline, reading),
            adjustments=self.journal.adjustments(kr.id),
            confidence=check_in.confidence if check_in else CONFIDENCE_AT_START,
            check_in=check_in,
            outlook=outlook,
            status=key_result_status(
                kr,
                self.sheet.objective_of(kr.id).type,
                baseline=baseline,
                value=reading.value,
                outlook=outlook,
                silent=self.silent(check_in),
                score=result.score if result else None,
            ),
            interim=result.score.interim(self.as_of) if result else reading.interim(self.as_of),
            score=result.score if result else None,
        )

    def result(self, kr: KeyResult) -> KeyResultResult | None:
        """Return the frozen result, once closed."""
        if (scored := self.journal.scored) is None:
            return None
        nothing = KeyResultResult(id=kr.id, unit="", as_of=scored.at.date(), score=score_at_closing("learning", None))
        return next((result for result in scored.key_results if result.id == kr.id), nothing)

    def baseline(self, kr: KeyResult) -> Decimal | None:
        """Return the frozen baseline; before the lock, the typed one."""
        if frozen := self.journal.baselines.get(kr.id):
            return frozen.value
        return kr.baseline if isinstance(kr.baseline, Decimal) else None

    def original(self, kr: KeyResult) -> KeyResult | None:
        """Return the key result as it was locked, if it measured the same then."""
        locked = self.journal.locked
        as_locked = next((old for old in locked.sheet.key_results if old.id == kr.id), None) if locked else None
        return as_locked if as_locked and (as_locked.measures, as_locked.kind) == (kr.measures, kr.kind) else None

    def reading(self, kr: KeyResult) -> Reading:
        """Return what the data gives, else what check-ins and milestones say of a measure the data does not know."""
        if kr.id in self.readings or kr.metric:
            return self.readings.get(kr.id) or Reading(None, "", self.as_of, reason=NOT_MEASURED)
        if kr.kind == "milestones":
            done = milestones_done(kr, self.as_of)
            return Reading(done, "share", self.as_of, reason=NO_MILESTONES if done is None else None)
        unit = kr.measure.unit if kr.measure else ""
        for check_in in reversed(self.journal.check_ins(kr.id)):
            if check_in.value is not None:
                return Reading(check_in.value, unit, check_in.at.date())
        return Reading(None, unit, self.as_of, reason=NO_CHECK_IN)

    def outlook(self, kr: KeyResult, baseline: Decimal | None) -> Outlook:
        """Return the forecast; a measure the catalogue does not know is expected at a steady pace."""
        outlook = self.outlooks.get(kr.id, Outlook())
        if outlook.expected is not None or kr.metric:
            return outlook
        pace = linear_path(kr, baseline, self.sheet.quarter.start, self.sheet.due(kr), self.as_of)
        return replace(outlook, expected=pace)

    def silent(self, check_in: CheckIn | None) -> bool:
        """Whether nobody has been heard of for longer than the cadence allows; the lock counts as the first word."""
        locked = self.journal.locked
        began = max(locked.at.date(), self.sheet.quarter.start) if locked else None
        return is_silent(check_in.at.date() if check_in else began, self.sheet.cadence_days, self.as_of)

    def objective(
        self, objective: Objective, states: Mapping[str, KeyResultState], found: dict[str, ObjectiveState]
    ) -> ObjectiveState:
        """Put one objective together, those that serve it first."""
        if objective.id not in found:
            children = [self.objective(child, states, found) for child in self.sheet.children(objective.id)]
            own = tuple(states[kr.id] for kr in objective.key_results)
            mean = parent_progress(
                objective_progress(objective.key_results, {state.id: state.progress for state in own}),
                [(child.objective.weight, child.progress) for child in children],
            )
            status = weakest(state.status for state in (own or children))
            found[objective.id] = ObjectiveState(objective, own, mean, status, self.objective_score(objective))
        return found[objective.id]

    def objective_score(self, objective: Objective) -> Score | None:
        """Return an objective's frozen score, once closed."""
        results = self.journal.scored.objectives if self.journal.scored else ()
        return next((result.score for result in results if result.id == objective.id), None)


def _progress(kr: KeyResult | None, baseline: Decimal | None, reading: Reading) -> Decimal | None:
    return None if kr is None else progress(kr, baseline, reading.value)


def _frozen_reading(result: KeyResultResult) -> Reading:
    return Reading(
        result.value,
        result.unit,
        result.as_of,
        numerator=result.numerator,
        denominator=result.denominator,
        final_on=result.score.final_on,
        reason=NOT_CLOSED_WITH if result.value is None else None,
    )
