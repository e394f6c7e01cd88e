"""Which day of last year a day is to be compared with: 52 weeks before, or the same day of the same event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from okrlib.analysis.events import Event, longest_first
from okrlib.analysis.forecast.grid import Bools, Floats, Ints, Rows, shared

NEARBY_WEEKS = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6)


@dataclass(frozen=True, slots=True)
class Alignment:
    """One entry per row of the grid.

    `source` is last year's row (negative where none), `ordinary` whether neither the row nor its source lies in an
    event, `factor` the user's multiplier, `phase` a number per stretch of an event (-1 outside), for the regression.
    """

    source: Ints
    ordinary: Bools
    factor: Floats
    phase: Ints


@dataclass(frozen=True, slots=True)
class _Span:
    event: Event
    year: int
    anchor: int
    rows: slice


def align(calendar: Rows, events: Sequence[Event]) -> Alignment:
    """Align every row with its counterpart a year before.

    A row of an event goes to the row at the same distance from last year's anchor; an ordinary one to the same weekday
    52 weeks before or, when that lies in an event, to the nearest ordinary week.
    """
    return _align(calendar, tuple(longest_first(events)))


@lru_cache(maxsize=64)
def _align(calendar: Rows, events: tuple[Event, ...]) -> Alignment:
    spans = list(_spans(calendar, events))
    owner = np.full(calendar.count, -1, dtype=np.int64)
    for number, span in enumerate(spans):
        owner[span.rows] = number
    source = _ordinary_source(calendar, owner < 0)
    factor, phase = np.ones(len(owner)), np.full(len(owner), -1, dtype=np.int64)
    ids = sorted({span.event.id for span in spans})
    for number, span in enumerate(spans):
        rows = np.flatnonzero(owner == number)
        before = span.event.anchor(span.year - 1)
        if before is not None:
            source[rows] = rows - span.anchor + calendar.row_of(before)
        factor[rows] = span.event.multiplier(span.year)
        phase[rows] = 100 * ids.index(span.event.id) + _stretch(rows - span.anchor, calendar.week)
    from_ordinary = np.where(source >= 0, owner[np.maximum(source, 0)] < 0, True)
    return Alignment(shared(source), shared((owner < 0) & from_ordinary), shared(factor), shared(phase))


def _spans(calendar: Rows, events: Sequence[Event]) -> Iterator[_Span]:
    for event in events:
        for year, anchor in event.occurrences(calendar.first, calendar.last):
            rows = slice(_row(calendar, anchor, -event.before), _row(calendar, anchor, event.after) + 1)
            yield _Span(event, year, calendar.row_of(anchor), rows)


def _row(calendar: Rows, anchor: date, offset: int) -> int:
    return min(max(calendar.row_of(anchor + timedelta(offset)), 0), calendar.count - 1)


def _ordinary_source(calendar: Rows, ordinary: Bools) -> Ints:
    rows = np.arange(len(ordinary))
    source = rows - calendar.year
    unplaced = source >= 0
    for weeks in NEARBY_WEEKS:
        candidate = rows - calendar.year + weeks * calendar.week
        fits = unplaced & (candidate >= 0) & ordinary[np.clip(candidate, 0, len(rows) - 1)]
        source[fits] = candidate[fits]
        unplaced &= ~fits
    return source


def _stretch(offset: Ints, week: int) -> Ints:
    """Return 50 for the anchor, 49, 48, … for the weeks before it, 51, 52, … for those after: one effect each."""
    numbers: Ints = 50 + np.sign(offset) * -(-np.abs(offset) // week)
    return numbers
