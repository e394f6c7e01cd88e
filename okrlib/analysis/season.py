"""Which shopping events a period meets, which days of last year each is laid on, and what it brought there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.events import Event
from okrlib.analysis.timing import event_sales
from okrlib.periods import Period
from okrlib.text import Text


@dataclass(frozen=True, slots=True)
class Coming:
    """An event of a period: its days, last year's that the forecast lays them on, and what those brought.

    `lift` is last year's paid revenue a day over that of ordinary days around it, less one; None where the data do not
    tell. `multiplier` is what the user expects of it against last year's, 1 where none is set.
    """

    name: Text
    days: Period
    last_year: Period | None
    lift: Decimal | None
    multiplier: float


def coming(data: StoreData, period: Period) -> tuple[Coming, ...]:
    """Return the events that touch `period`, in the order they begin."""
    return tuple(sorted(_coming(data, period), key=lambda one: (one.days.start, one.days.end)))


def _coming(data: StoreData, period: Period) -> Iterator[Coming]:
    for event in data.events:
        for year, anchor in event.occurrences(period.start, period.end):
            before = event.anchor(year - 1)
            then = None if before is None else _around(event, before)
            yield Coming(event.name, _around(event, anchor), then, _lift(data, event, then), event.multiplier(year))


def _around(event: Event, anchor: date) -> Period:
    return Period(anchor - timedelta(event.before), anchor + timedelta(event.after))


def _lift(data: StoreData, event: Event, then: Period | None) -> Decimal | None:
    """What the event's days brought; days that a shorter event has of them count there."""
    if then is None or data.missing(then) or then.end > min(data.covers.end, data.as_of):
        return None
    return next((sold.lift for sold in event_sales(data, then) if sold.name == event.name), None)
