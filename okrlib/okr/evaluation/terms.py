"""The quarters that an evaluation covers, and what lies closed of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from okrlib.errors import ParameterError
from okrlib.okr.evaluation.rule import Span
from okrlib.okr.journal import Journal, store_journal
from okrlib.okr.plan import Plan, make_plan
from okrlib.okr.scorecard import scorecard
from okrlib.okr.sheet import read_sheet
from okrlib.okr.states import Scorecard
from okrlib.okr.team import Resources, read_resources
from okrlib.periods import Quarter
from okrlib.stores import Name, Workbook


@dataclass(frozen=True, slots=True)
class Term:
    """A quarter, half-year or year: ``2026Q3``, ``2026H2``, ``2026``."""

    name: str
    span: Span
    quarters: tuple[Quarter, ...]

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read a term; ParameterError when it is none."""
        match = re.fullmatch(r"((?:19|20)\d\d)(?:H([12])|Q([1-4]))?", text)
        if match is None:
            raise ParameterError(
                f"term {text!r}: expected a quarter, half-year or year: 2026Q3, 2026H2 or 2026",
                f"评估周期 {text} 有误，应为季度、半年或全年，例如 2026Q3、2026H2、2026",
            )
        year = int(match[1])
        if match[3]:
            return cls(text, "quarter", (Quarter(year, int(match[3])),))
        first = 3 if match[2] == "2" else 1
        last = 4 if match[2] != "1" else 2
        span: Span = "half" if match[2] else "year"
        return cls(text, span, tuple(Quarter(year, number) for number in range(first, last + 1)))

    @classmethod
    def around(cls, quarter: Quarter, span: Span) -> Term:
        """Return the term of that span in which a quarter lies."""
        half = f"{quarter.year}H{1 if quarter.number < 3 else 2}"
        return cls.parse({"quarter": str(quarter), "half": half, "year": str(quarter.year)}[span])


@dataclass(frozen=True, slots=True)
class Closed:
    """One store's closed quarter: its frozen results, its plan and its journal as they were by the as-of day."""

    store: str
    title: Name
    quarter: Quarter
    card: Scorecard
    plan: Plan
    journal: Journal
    resources: Resources


@dataclass(frozen=True, slots=True)
class Found:
    """What a term holds: the closed quarters, and stores whose sheet of a quarter is not closed yet."""

    term: Term
    closed: tuple[Closed, ...]
    still_open: tuple[tuple[str, Quarter], ...]


def closed_quarters(workbook: Workbook, term: Term, as_of: date) -> Found:
    """Read every store's sheets and journals of a term; what was not closed by `as_of` is only named."""
    resources = read_resources(workbook.params / "team.yaml")
    closed: list[Closed] = []
    waiting: list[tuple[str, Quarter]] = []
    for quarter in term.quarters:
        for name in workbook.stores():
            path = workbook.sheet_path(name, quarter)
            if not path.exists():
                continue
            store = workbook.store(name)
            sheet, journal = read_sheet(path), store_journal(workbook, store, quarter, as_of)
            if journal.scored is None:
                waiting.append((name, quarter))
                continue
            card = scorecard(sheet, journal, {}, {}, as_of)  # once closed, the frozen results are all there is
            plan = make_plan(card.sheet, journal, min(as_of, quarter.end))
            closed.append(Closed(name, store.title, quarter, card, plan, journal, resources))
    return Found(term, tuple(closed), tuple(waiting))
