"""What last quarter leaves to this one: what was decided of each objective, what was learned, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from okrlib.okr.events import Decision, Lesson
from okrlib.okr.journal import Journal, store_journal
from okrlib.okr.model import Objective, Sheet
from okrlib.okr.scoring import Score
from okrlib.okr.sheet import read_sheet
from okrlib.periods import Quarter
from okrlib.stores import Store, Workbook


@dataclass(frozen=True, slots=True)
class Carried:
    """An objective of last quarter: its score once closed, the decision about it, and what of this quarter is like it."""

    objective: Objective
    score: Score | None
    lesson: Lesson | None
    again: Objective | None

    @property
    def unasked(self) -> bool:
        """Whether it came back although nobody decided so, or although it was to be dropped."""
        return self.again is not None and (self.lesson is None or self.lesson.verdict == "drop")


@dataclass(frozen=True, slots=True)
class CarryOver:
    """All that last quarter leaves; nothing of it is taken over by itself."""

    quarter: Quarter
    objectives: tuple[Carried, ...]
    lessons: tuple[Lesson, ...]
    decisions: tuple[Decision, ...]


def carry_over(last: Sheet, journal: Journal, now: Sheet | None) -> CarryOver:
    """Hold last quarter's sheet and journal against this quarter's sheet; only short objectives come and go."""
    ids = {objective.id for objective in last.objectives}
    verdicts = journal.verdicts()
    results = {result.id: result.score for result in journal.scored.objectives} if journal.scored else {}
    own = now.objectives if now else ()
    return CarryOver(
        last.quarter,
        tuple(
            Carried(one, results.get(one.id), verdicts.get(one.id), next((o for o in own if _alike(one, o)), None))
            for one in last.objectives
            if one.horizon == "short"
        ),
        tuple(lesson for about, lesson in verdicts.items() if about not in ids),
        tuple(decision for decision in journal.decisions() if decision.status == "open"),
    )


def _alike(old: Objective, new: Objective) -> bool:
    """Whether it is the same aim, in the same words; another aim may well be measured by the same numbers."""
    return new.horizon == "short" and old.title.casefold() == new.title.casefold()


def read_carry_over(
    workbook: Workbook, store: Store, quarter: Quarter, as_of: date, now: Sheet | None
) -> CarryOver | None:
    """Read what last quarter leaves as it was known on the day `as_of`; None where it had no sheet."""
    path = workbook.sheet_path(store.store, quarter.previous)
    if not path.exists():
        return None
    journal = store_journal(workbook, store, quarter.previous, as_of)
    return carry_over(journal.in_force(read_sheet(path)), journal, now)
