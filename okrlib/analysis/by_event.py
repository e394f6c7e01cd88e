"""A period against last year with each shopping event laid on the same event of last year, and ordinary days on ordinary ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from okrlib.analysis.data import StoreData
from okrlib.analysis.events import EventDay, event_days
from okrlib.analysis.facts import facts
from okrlib.analysis.forecast.alignment import NEARBY_WEEKS
from okrlib.analysis.lenses import change, known
from okrlib.analysis.once import once
from okrlib.periods import YEAR_OF_WEEKS, Period
from okrlib.text import Text

MISLEADS = Decimal("0.01")  # difference of the two growths from which one of them alone would mislead
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Held:
    """An event's days in the period (`name` None: the days of no event), beside the days of last year they are laid on.

    An event that was not held last year (`fresh`) is laid on ordinary days.
    """

    name: Text | None
    first: date
    days: int
    now: Decimal
    then: Decimal
    fresh: bool = False

    @property
    def difference(self) -> Decimal:
        """Now less then."""
        return self.now - self.then

    @property
    def growth(self) -> Decimal | None:
        """The same as a growth."""
        return change(self.now, self.then)


@dataclass(frozen=True, slots=True)
class ByEvent:
    """A total over `period` in `parts`, the events as they begin and the other days last; `weekdays` is last year's total 364 days ago.

    The differences of the parts and `calendar` sum to the difference on the same weekdays.
    """

    period: Period
    parts: tuple[Held, ...]
    weekdays: Decimal

    @property
    def now(self) -> Decimal:
        """The period's total."""
        return sum((part.now for part in self.parts), _ZERO)

    @property
    def then(self) -> Decimal:
        """Last year's total, event on event."""
        return sum((part.then for part in self.parts), _ZERO)

    @property
    def growth(self) -> Decimal | None:
        """Growth event on event."""
        return change(self.now, self.then)

    @property
    def calendar(self) -> Decimal:
        """What the same weekdays add to the difference only because event days moved among them, or in or out of them."""
        return self.then - self.weekdays

    @property
    def misleads(self) -> bool:
        """Whether growth on the same weekdays alone would mislead: another sign, or a percentage point and more apart."""
        plain, own = change(self.now, self.weekdays), self.growth
        if plain is None or own is None:
            return plain is not own
        return abs(plain - own) >= MISLEADS or plain * own < 0


@once
def by_event(data: StoreData, period: Period, metric: str = "revenue") -> ByEvent | None:
    """Lay a metric that adds up over days, in a period so far, on last year; None where the data do not reach back so far.

    A day of an event meets the day as far from the same event's of last year; an ordinary day the same weekday 52 weeks
    before or, where an event lay there, that of the nearest ordinary week.
    """
    days = known(data, period)
    if days is None or data.missing(days.a_year_ago()):
        return None
    marked = _events(data, days)
    laid = {day: _source(day, marked, data.covers.start) for day in days}
    sources = [source for source in laid.values() if source is not None]
    if len(sources) < days.days:
        return None
    wide = Period(min([*sources, days.a_year_ago().start]), days.end)
    rows = facts(data, wide, [metric], by="day")
    if any(row.reason for row in rows):
        return None
    paid = {row.segment: row.value or _ZERO for row in rows}
    weekdays = sum((paid[day] for day in days.a_year_ago()), _ZERO)
    spans: dict[str | None, list[date]] = {}
    for day in days:
        spans.setdefault(marked[day].event.id if day in marked else None, []).append(day)
    order = sorted(spans.values(), key=lambda own: (own[0] not in marked, own[0]))
    return ByEvent(days, tuple(_held(own, marked.get(own[0]), laid, paid) for own in order), weekdays)


def _held(
    own: list[date], found: EventDay | None, laid: Mapping[date, date | None], paid: Mapping[Any, Decimal]
) -> Held:
    now = sum((paid[day] for day in own), _ZERO)
    then = sum((paid[source] for day in own if (source := laid[day])), _ZERO)
    name = found.event.name if found else None
    return Held(name, own[0], len(own), now, then, found is not None and _anchor_before(found) is None)


def _events(data: StoreData, days: Period) -> Mapping[date, EventDay]:
    """The event days of the period, and of last year around it."""
    around = timedelta(weeks=max(NEARBY_WEEKS))
    before = days.a_year_ago()
    where = data.store.country, data.store.platform, data.calendar
    return {
        **event_days(before.start - around, before.end + around, *where),
        **event_days(days.start, days.end, *where),
    }


def _anchor_before(found: EventDay) -> date | None:
    return found.event.anchor(found.year - 1)


def _source(day: date, marked: Mapping[date, EventDay], begin: date) -> date | None:
    """The day of last year that `day` is laid on; None where it lies before `begin`."""
    if (found := marked.get(day)) and (anchor := _anchor_before(found)):
        source = anchor + timedelta(days=found.offset)
        return source if source >= begin else None
    near = [day - YEAR_OF_WEEKS + timedelta(weeks=weeks) for weeks in NEARBY_WEEKS]
    return next((one for one in near if one not in marked and one >= begin), near[0])
