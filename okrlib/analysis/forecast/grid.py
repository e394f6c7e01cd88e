"""Histories laid on one row per day or week, NaN where unknown; nothing after `as_of` gets past this module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from okrlib.errors import DataError, ParameterError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Freq = Literal["D", "W"]
Table = TypeVar("Table", bound=NDArray[Any])

LEAST_WEEKS = 8  # less history says nothing
CLOSED_WEEKDAY_WEEKS = 26  # a weekday not told for so long is one the shop is closed on
A_WEEK = np.timedelta64(7, "D")
CLOSED_DAYS = 14  # a shop that sells nothing for this long was closed, which says nothing about its season
DENSE = 1 / 1.32  # Syntetos and Boylan (2005): more than 1.32 weeks between sales is intermittent demand
LONGEST_LEAD = 26 * 7  # further ahead, last year's same days are themselves unknown


@dataclass(frozen=True, slots=True)
class Rows:
    """Which day each row is: all that the calendar's part of a forecast hangs on, so that it is worked out once.

    `begins` is the first row's ordinal, `week` the number of rows in a week (7 or 1).
    """

    begins: int
    count: int
    week: int

    @property
    def year(self) -> int:
        """Rows in 52 weeks."""
        return 52 * self.week

    @property
    def ordinals(self) -> Ints:
        """The day of each row."""
        return self.begins + 7 // self.week * np.arange(self.count)

    @property
    def first(self) -> date:
        """The first row's day."""
        return date.fromordinal(self.begins)

    @property
    def last(self) -> date:
        """The last row's day."""
        return date.fromordinal(self.begins + 7 // self.week * (self.count - 1))

    def row_of(self, day: date) -> int:
        """Return the row that holds `day` (a week is named by its last day); it may lie outside the rows."""
        days = day.toordinal() - self.begins
        return days if self.week == 7 else -(-days // 7)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows from the first day known to the last of the quarter.

    `known` is the number of rows up to `as_of`, `first` and `stop` bound the quarter's rows.
    """

    index: pd.DatetimeIndex
    known: int
    first: int
    stop: int
    as_of: date
    rows: Rows

    @property
    def week(self) -> int:
        """Rows in a week."""
        return self.rows.week

    @property
    def quarter(self) -> pd.DatetimeIndex:
        """The quarter's own days or weeks."""
        return self.index[self.first : self.stop]


def shared(table: Table) -> Table:
    """Return `table` as one that nobody may write to, for it is kept and given to many."""
    table.setflags(write=False)
    return table


def framed(history: pd.Series[float] | pd.DataFrame, freq: Freq) -> pd.DataFrame:
    """Return `history` as a frame indexed by day (or by the last day of each week).

    Raises DataError for an index that is not of whole, distinct days, or of one weekday for weeks.
    """
    if not isinstance(history, pd.Series | pd.DataFrame):
        raise ParameterError(f"history: expected a pandas Series or DataFrame, found {type(history).__name__}")
    if freq not in {"D", "W"}:
        raise ParameterError(f"freq {freq!r}: expected 'D' for days or 'W' for weeks")
    frame = history.to_frame("series") if isinstance(history, pd.Series) else history
    return frame.set_axis(_check_index(frame.index, freq))


def make_grid(days: pd.DatetimeIndex, start: date, end: date, as_of: date, freq: Freq) -> Grid:
    """Lay the days (or the weeks, named by their last day) of an index and of `start`..`end` in one row each.

    Raises DataError without a day up to `as_of`, or for weeks that end on several weekdays; ParameterError for dates
    that cannot be right.
    """
    if end < start:
        raise ParameterError(f"a quarter cannot end ({end}) before it starts ({start})")
    if (end - as_of).days > LONGEST_LEAD:
        raise ParameterError(
            f"as_of {as_of}: more than 26 weeks before the quarter's end ({end}) nothing can be forecast"
        )
    if freq == "W" and len(set(days.day_of_week)) > 1:
        raise DataError("a weekly history must name every week by the same weekday, its last")
    known = days[days <= pd.Timestamp(as_of)]
    if known.empty:
        raise DataError(
            f"no history up to {as_of}: the series begins on {days.min().date() if len(days) else 'no day'}"
        )
    step = 7 if freq == "W" else 1
    span = (pd.Timestamp(end) - known.min()).days // step
    rows = pd.date_range(known.min(), periods=max(span, 0) + 1, freq=f"{step}D")
    bounds = rows.searchsorted(pd.DatetimeIndex([as_of, start, end]), side="right")
    first = int(rows.searchsorted(pd.Timestamp(start)))
    if first >= bounds[2]:
        raise DataError(f"history begins on {known.min().date()}, after the quarter's end ({end})")
    calendar = Rows(rows[0].toordinal(), len(rows), 7 // step)
    return Grid(rows, int(bounds[0]), first, int(bounds[2]), as_of, calendar)


def _check_index(index: pd.Index[Any], freq: Freq) -> pd.DatetimeIndex:
    days = _days_of(index)
    if days.tz is not None:
        raise DataError("the history's days carry a time zone; expected plain days of the store's own time zone")
    if days.hasnans or not (days == days.normalize()).all():
        raise DataError("the history's index must be whole days without gaps in the index itself (NaT or times found)")
    if days.has_duplicates:
        raise DataError(
            f"the history holds {days[days.duplicated()][0]:%Y-%m-%d} twice; expected one row per day or week"
        )
    if freq == "D" and len(days) >= LEAST_WEEKS and np.diff(days.sort_values()).min() >= A_WEEK:
        raise DataError("the history's rows lie a week or more apart; for weeks, named by their last day, say freq='W'")
    return days


def _days_of(index: pd.Index[Any]) -> pd.DatetimeIndex:
    if isinstance(index, pd.PeriodIndex):
        return index.to_timestamp(how="end").normalize()
    try:
        return pd.DatetimeIndex(pd.Index(index.astype(str)) if pd.api.types.is_numeric_dtype(index.dtype) else index)
    except (TypeError, ValueError):
        raise DataError(f"the history must be indexed by day or week, found {index[:3].tolist()}") from None


def lay(history: pd.DataFrame, grid: Grid) -> Floats:
    """Return the values as a (rows, series) array, NaN after `as_of` and in gaps.

    A value that is infinite or no number is a DataError.
    """
    table = history.reindex(grid.index)
    try:
        values = table.to_numpy(dtype=np.float64, na_value=np.nan).copy()
    except (TypeError, ValueError) as bad:
        raise DataError(f"the history holds a value that is no number: {bad}") from None
    values[grid.known :] = np.nan
    if np.isinf(values).any():
        raise DataError(f"series {history.columns[np.isinf(values).any(axis=0)][0]!r} holds an infinite value")
    return values


def with_closed_weekdays(values: Floats, grid: Grid) -> Floats:
    """Return `values` with zero on weekdays that no row has ever told of late: a shop without Sundays sells none.

    That takes `LEAST_WEEKS` of the last half-year in which some other weekday is told: it is no gap in the export.
    """
    begin = max(grid.known - CLOSED_WEEKDAY_WEEKS * 7, 0)
    seen = ~np.isnan(values)
    if grid.week == 1 or seen[begin : grid.known].all():
        return values
    weekday = np.arange(len(values)) % 7
    told = np.array([seen[begin : grid.known][weekday[begin : grid.known] == day].sum(axis=0) for day in range(7)])
    never = (told == 0) & (told.max(axis=0) >= LEAST_WEEKS)
    count = cumulated(seen)
    near = np.zeros_like(seen)
    near[6 : grid.known] = (count[7 : grid.known + 1] - count[: grid.known - 6]) > 0
    return np.where(never[weekday] & near & ~seen, 0.0, values)


def opened(values: Floats) -> Floats:
    """Return `values` with the zeros before each series' first movement as NaN: the shop was not open yet."""
    moved = np.maximum.accumulate(np.abs(np.nan_to_num(values)) > 0, axis=0)
    return np.where(moved, values, np.nan)


def before_first(values: Floats, grid: Grid) -> Bools:
    """Return which rows lie before the first that their series tells; none in a series that tells nothing."""
    told = np.maximum.accumulate(~np.isnan(values), axis=0)
    return np.asarray(~told & told[grid.known - 1])


def intermittent(values: Floats, grid: Grid) -> Bools:
    """Return which series move in fewer than one in 1.32 weeks of their last year, its longest pause left out."""
    weeks = min(grid.known // grid.week, 52)
    table = values[grid.known - weeks * grid.week : grid.known].reshape(weeks, grid.week, values.shape[1])
    idle = (np.nan_to_num(table) == 0).all(axis=1)
    unknown = np.isnan(table).all(axis=1)
    active = (~idle).sum(axis=0)
    rest = (~unknown).sum(axis=0) - np.where(idle & ~unknown, _pause(idle), 0).max(axis=0, initial=0)
    return np.asarray((active < DENSE * rest) | (active == 0))


def cumulated(table: Floats | Bools) -> Floats:
    """Return the running sums of (rows, series), with a row of zeros before the first."""
    return np.vstack([np.zeros(table.shape[1]), np.cumsum(table, axis=0)])


def without_closures(values: Floats, grid: Grid) -> Floats:
    """Return `values` with pauses of `CLOSED_DAYS` and more as NaN: a closed shop tells nothing of its season."""
    idle = np.nan_to_num(values) == 0
    idle[grid.known :] = False
    return np.where(idle & (_pause(idle) * 7 >= CLOSED_DAYS * grid.week), np.nan, values)


def fill_gaps(values: Floats, gaps: Bools, grid: Grid) -> Floats:
    """Return `values` with short `gaps` inside as the mean of the same weekday one and two weeks off."""
    seen = ~np.isnan(values)
    inside = np.maximum.accumulate(seen, axis=0) & np.maximum.accumulate(seen[::-1], axis=0)[::-1]
    steps = [sign * weeks * grid.week for weeks in (1, 2) for sign in (-1, 1)]
    around = np.array([_shifted(values, step) for step in steps])
    count = (~np.isnan(around)).sum(axis=0)
    return np.where(gaps & inside & (count > 0), np.nansum(around, axis=0) / np.maximum(count, 1), values)


def _shifted(values: Floats, step: int) -> Floats:
    shifted = np.full_like(values, np.nan)
    size = max(len(values) - abs(step), 0)
    shifted[max(-step, 0) :][:size] = values[max(step, 0) :][:size]
    return shifted


def _pause(idle: Bools) -> Ints:
    """Return the length of the run of idle rows that each row lies in (0 outside)."""
    rows = np.arange(len(idle))[:, None]
    before = np.maximum.accumulate(np.where(idle, -1, rows), axis=0)
    after = np.minimum.accumulate(np.where(idle, len(idle), rows)[::-1], axis=0)[::-1]
    return np.where(idle, after - before - 1, 0)


def same_days(seen: Bools) -> Iterator[tuple[Bools, Ints]]:
    """Yield (rows seen, columns) for each set of columns of the (rows, series) array that agree in every row."""
    groups: dict[bytes, list[int]] = {}
    for column, packed in enumerate(np.packbits(seen, axis=0).T):
        groups.setdefault(packed.tobytes(), []).append(column)
    for columns in groups.values():
        yield seen[:, columns[0]], np.array(columns)
