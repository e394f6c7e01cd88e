"""Which day of last year a day is to be compared with: 52 weeks before, or the same day of the same event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from okrlib.analysis.events import Event, longest_first
from okrlib.analysis.forecast.grid import Bools, Floats, Grid, Ints

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


def align(grid: Grid, events: Sequence[Event]) -> Alignment:
    """Align every row with its counterpart a year before.

    A row of an event goes to the row at the same distance from last year's anchor; an ordinary one to the same weekday
    52 weeks before or, when that lies in an event, to the nearest ordinary week.
    """
    spans = list(_spans(grid, longest_first(events)))
    owner = np.full(len(grid.index), -1, dtype=np.int64)
    for number, span in enumerate(spans):
        owner[span.rows] = number
    source = _ordinary_source(grid, owner < 0)
    factor, phase = np.ones(len(owner)), np.full(len(owner), -1, dtype=np.int64)
    ids = sorted({span.event.id for span in spans})
    for number, span in enumerate(spans):
        rows = np.flatnonzero(owner == number)
        before = span.event.anchor(span.year - 1)
        if before is not None:
            source[rows] = rows - span.anchor + grid.row_of(before)
        factor[rows] = span.event.multiplier(span.year)
        phase[rows] = 100 * ids.index(span.event.id) + _stretch(rows - span.anchor, grid.week)
    from_ordinary = np.where(source >= 0, owner[np.maximum(source, 0)] < 0, True)
    return Alignment(source, (owner < 0) & from_ordinary, factor, phase)


def _spans(grid: Grid, events: Sequence[Event]) -> Iterator[_Span]:
    first, last = grid.index[0].date(), grid.index[-1].date()
    for event in events:
        for year, anchor in event.occurrences(first, last):
            rows = slice(_row(grid, anchor, -event.before), _row(grid, anchor, event.after) + 1)
            yield _Span(event, year, grid.row_of(anchor), rows)


def _row(grid: Grid, anchor: date, offset: int) -> int:
    return min(max(grid.row_of(anchor + timedelta(offset)), 0), len(grid.index) - 1)


def _ordinary_source(grid: Grid, ordinary: Bools) -> Ints:
    rows = np.arange(len(ordinary))
    source = rows - grid.year
    unplaced = source >= 0
    for weeks in NEARBY_WEEKS:
        candidate = rows - grid.year + weeks * grid.week
        fits = unplaced & (candidate >= 0) & ordinary[np.clip(candidate, 0, len(rows) - 1)]
        source[fits] = candidate[fits]
        unplaced &= ~fits
    return source


def _stretch(offset: Ints, week: int) -> Ints:
    """Return 50 for the anchor, 49, 48, … for the weeks before it, 51, 52, … for those after: one effect each."""
    numbers: Ints = 50 + np.sign(offset) * -(-np.abs(offset) // week)
    return numbers
