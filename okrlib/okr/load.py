"""Who has how much to do: effort a week, by person and team, against the days there are for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Literal

from okrlib.okr.plan import Plan, PlannedTask
from okrlib.okr.team import WORKING_DAYS, Member, Resources, Team
from okrlib.periods import Period
from okrlib.text import Text

IDLE_BELOW = Decimal("0.25")  # of the days there are in the weeks next to come
SOON = 4  # weeks: further ahead few plans are laid out
_FINEST = Decimal("0.000001")  # shares of a third would else be over-booked by their last digit


class Booking(Enum):
    """How a person or a team is booked from today on."""

    OVER = ("over", "bad", Text("over-booked", "排期过满"))
    IDLE = ("idle", "warn", Text("hardly booked", "基本空闲"))
    FITS = ("fits", "good", Text("fits", "安排合理"))
    UNKNOWN = ("unknown", "none", Text("capacity not known", "可用天数未知"))

    def __init__(self, key: str, level: Literal["good", "warn", "bad", "none"], label: Text) -> None:
        self.key = key
        self.level = level
        self.label = label


@dataclass(frozen=True, slots=True)
class Week:
    """Person-days booked and there in the days of one week; capacity None where nobody wrote it down."""

    days: Period
    booked: Decimal
    capacity: Decimal | None

    @property
    def over(self) -> bool:
        """Whether more is booked than there is."""
        return self.capacity is not None and self.booked > self.capacity


@dataclass(frozen=True, slots=True)
class Line:
    """One person, or one team, week by week from today on; a quarter that is over is shown, and judged, whole."""

    name: str
    team: str | None
    weeks: tuple[Week, ...]
    over: bool = False

    @property
    def booked(self) -> Decimal:
        """Person-days booked."""
        return sum((week.booked for week in self.weeks), Decimal(0))

    @property
    def capacity(self) -> Decimal | None:
        """Person-days there are; None where nobody wrote them down."""
        known = [week.capacity for week in self.weeks if week.capacity is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def booking(self) -> Booking:
        """One word for it: a single week with too much is too much, and next to nothing in the next four is idle."""
        if self.capacity is None:
            return Booking.UNKNOWN
        if any(week.over for week in self.weeks):
            return Booking.OVER
        soon = self if self.over else Line(self.name, self.team, self.weeks[:SOON])
        return Booking.IDLE if soon.booked < IDLE_BELOW * (soon.capacity or 0) else Booking.FITS


@dataclass(frozen=True, slots=True)
class Load:
    """The load of everybody who works for a store, or has a task in its sheet.

    `unplanned` are open tasks without effort and `unowned` those with effort and nobody to do it: in no line.
    """

    people: tuple[Line, ...]
    teams: tuple[Line, ...]
    unplanned: tuple[PlannedTask, ...]
    unowned: tuple[PlannedTask, ...]


def make_load(plan: Plan, resources: Resources) -> Load:
    """Spread each task's effort evenly over its people and their working days, and hold it against what there is."""
    weeks = tuple(_weeks_ahead(plan.sheet.quarter.period, plan.as_of))
    teams, over = resources.teams_of(plan.sheet.store), plan.as_of >= plan.sheet.quarter.end
    known = [person.name for team in teams for person in team.people]
    busy = [name for task in plan.tasks if task.is_open for name in task.people]
    people = {
        name: _person(name, plan.tasks, resources.members.get(name), weeks, over)
        for name in dict.fromkeys((*known, *busy))
    }
    return Load(
        tuple(people.values()),
        tuple(_team(team, people, weeks, over) for team in teams if team.people),
        tuple(task for task in plan.open if task.task.effort_days is None),
        tuple(task for task in plan.open if task.task.effort_days and not task.people),
    )


def _weeks_ahead(quarter: Period, as_of: date) -> Iterator[Period]:
    """The weeks from Monday to Sunday, cut to the quarter, that are not over; all of them once the quarter is."""
    first = quarter.start - timedelta(days=quarter.start.weekday())
    for n in range((quarter.end - first).days // 7 + 1):
        monday = first + timedelta(weeks=n)
        week = Period(max(monday, quarter.start), min(monday + timedelta(days=6), quarter.end))
        if week.end >= as_of or as_of >= quarter.end:
            yield week


def _person(
    name: str, tasks: Sequence[PlannedTask], member: Member | None, weeks: Sequence[Period], over: bool
) -> Line:
    own = [_share(task, member) for task in tasks if name in task.people]
    booked = [sum((effort for days, effort in own for day in days if day in week), Decimal(0)) for week in weeks]
    return Line(
        name,
        member.team.name if member else None,
        tuple(
            Week(week, effort.quantize(_FINEST), member.capacity(week) if member else None)
            for week, effort in zip(weeks, booked, strict=True)
        ),
        over,
    )


def _share(task: PlannedTask, member: Member | None) -> tuple[list[date], Decimal]:
    """The days on which a person works on a task, and how much on each; without a working day, on any of its days."""
    effort = task.task.effort_days
    if effort is None or task.task.status == "dropped":
        return [], Decimal(0)
    span = Period(task.schedule.begins, max(task.schedule.begins, task.schedule.ends))
    days = [day for day in span if _is_there(day, member)] or list(span)
    return days, effort / len(task.people) / len(days)


def _is_there(day: date, member: Member | None) -> bool:
    if member is None:
        return day.weekday() < WORKING_DAYS
    return member.team.working_days(member.person, Period(day, day)) > 0


def _team(team: Team, people: dict[str, Line], weeks: Sequence[Period], over: bool) -> Line:
    own = [people[person.name] for person in team.people]
    return Line(
        team.name,
        team.name,
        tuple(
            Week(
                days,
                sum((line.weeks[n].booked for line in own), Decimal(0)),
                sum((line.weeks[n].capacity or Decimal(0) for line in own), Decimal(0)),
            )
            for n, days in enumerate(weeks)
        ),
        over,
    )
