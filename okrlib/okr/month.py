"""The month behind a meeting: how far each key result came, who was heard of, what was decided, proposed and said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from okrlib.okr.events import CheckIn, Decision, Idea, Minutes
from okrlib.okr.journal import Adjustment, Journal
from okrlib.okr.states import KeyResultState, Scorecard
from okrlib.periods import Period

WEEKS = 4


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One key result over the month: where it stood before (None: not yet), check-ins made, and those the cadence asks for."""

    state: KeyResultState
    before: KeyResultState | None
    check_ins: int
    asked_for: int


@dataclass(frozen=True, slots=True)
class Month:
    """What a monthly meeting looks back on, each decision and idea as it last stood."""

    days: Period
    lines: tuple[MonthLine, ...]
    decisions: tuple[Decision, ...]
    ideas: tuple[Idea, ...]
    minutes: tuple[Minutes, ...]
    changes: tuple[Adjustment, ...]


def month_of(quarter: Period, as_of: date) -> Period:
    """Return the four weeks up to a day, as far as they lie in the quarter."""
    end = min(as_of, quarter.end)
    return Period(max(end - timedelta(weeks=WEEKS) + timedelta(days=1), quarter.start), end)


def month(now: Scorecard, before: Scorecard | None, journal: Journal) -> Month:
    """Look back from the day of a scorecard over four weeks, against the scorecard of the day before they began."""
    journal = journal.until(now.as_of)
    days = month_of(now.sheet.quarter.period, now.as_of)
    earlier = {state.id: state for state in before.key_results} if before else {}
    touched = {event.id for event in journal.events if isinstance(event, Decision | Idea) and event.at.date() in days}
    still_open = {one.id for one in journal.decisions() if one.status == "open"}
    return Month(
        days,
        tuple(
            MonthLine(
                state,
                earlier.get(state.id),
                sum(event.at.date() in days for event in journal.of(CheckIn) if event.key_result == state.id),
                days.days // now.sheet.cadence_days,
            )
            for state in now.key_results
        ),
        tuple(one for one in journal.decisions() if one.id in touched | still_open),
        tuple(one for one in journal.ideas() if one.id in touched),
        tuple(one for one in journal.of(Minutes) if one.at.date() in days),
        tuple(one for state in now.key_results for one in journal.adjustments(state.id) if one.on in days),
    )
