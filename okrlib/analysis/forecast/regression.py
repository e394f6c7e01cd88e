"""The second opinion: a ridge (maximum a posteriori) regression on trend, season, weekday, holidays and events.

After Taylor and Letham, "Forecasting at scale" (2018), with normal priors, so that all series and all origins are
solved in one pass of linear algebra.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
import numpy as np
from scipy.linalg.lapack import dposv

from okrlib.analysis.events import Event
from okrlib.analysis.forecast.alignment import align
from okrlib.analysis.forecast.grid import Floats, Ints, Rows, shared
from okrlib.analysis.forecast.growth import Panel
from okrlib.errors import ParameterError

CHANGE_POINTS = 25
CHANGE_SHARE = 0.8  # change points lie in the first 80 % of the history
CHANGE_PRIOR = 0.05
SEASON_PRIOR = 10.0
TREND_PRIOR = 5.0
NOISE = 0.05  # of the series' mean
FOURIER = 10
FOUR_YEARS = 1461  # days, after which the season of 365.25 days repeats itself
EXCLUDED = 1e12  # the precision that keeps a change point still in the future at zero


@dataclass(frozen=True, slots=True)
class Design:
    """The regressors (rows, n), the prior precision of each, and the change points in rows since opening."""

    rows: Floats
    precision: Floats
    changes: Floats


def make_dummies(calendar: Rows, known: int, events: Sequence[Event], country: str | None) -> Floats:
    """Return the regressors of the calendar, (rows, n): season, weekdays, the country's public holidays, events.

    Days of a kind that the first `known` rows never met teach nothing and are left out.
    """
    dummies, met = _dummies(calendar, tuple(events), country)
    return dummies if (met < known).all() else dummies[:, met < known]


@lru_cache(maxsize=16)
def _dummies(calendar: Rows, events: tuple[Event, ...], country: str | None) -> tuple[Floats, Ints]:
    """Return every regressor, and the row on which each is first met."""
    phases = _phases(align(calendar, events).phase)
    table = np.column_stack([_season(calendar), *_weekdays(calendar), *_holidays(calendar, country), *phases])
    return shared(table), np.where(table.any(axis=0), (table != 0).argmax(axis=0), calendar.count)


def make_design(panel: Panel, dummies: Floats) -> Design:
    """Add level and trend, with its change points over the first 80 % of the panel's own history."""
    span = max(panel.grid.known - panel.opened, 1)
    time = (np.arange(len(dummies)) - panel.opened) / span
    changes = np.linspace(0, CHANGE_SHARE, CHANGE_POINTS + 1)[1:]
    rows = np.empty((len(time), 2 + CHANGE_POINTS + dummies.shape[1]))
    rows[:, 0], rows[:, 1], rows[:, 2 + CHANGE_POINTS :] = 1, time, dummies
    np.maximum(time[:, None] - changes, 0, out=rows[:, 2 : 2 + CHANGE_POINTS])
    priors = np.repeat([TREND_PRIOR, CHANGE_PRIOR, SEASON_PRIOR], [2, CHANGE_POINTS, dummies.shape[1]])
    return Design(rows, (NOISE / priors) ** 2, changes * span)


def _season(calendar: Rows) -> Floats:
    return _four_years()[calendar.ordinals % FOUR_YEARS]


@lru_cache
def _four_years() -> Floats:
    angle = 2 * np.pi / 365.25 * np.outer(np.arange(FOUR_YEARS), np.arange(1, FOURIER + 1))
    return np.hstack([np.sin(angle), np.cos(angle)])


def _weekdays(calendar: Rows) -> Iterator[Floats]:
    if calendar.week == 7:
        weekday = (calendar.ordinals - 1) % 7
        yield from ((weekday == day).astype(float) for day in range(6))


def _phases(phase: Ints) -> Iterator[Floats]:
    yield from ((phase == number).astype(float) for number in np.unique(phase[phase >= 0]))


def _holidays(calendar: Rows, country: str | None) -> Iterator[Floats]:
    if country is None:
        return
    columns: dict[str, Floats] = {}
    for day, name in public_holidays(country, calendar.first.year, calendar.last.year + 1):
        row = calendar.row_of(day)
        if 0 <= row < calendar.count:
            kind = name.split(" (substituted from")[0]  # days off given in exchange are all of one kind
            columns.setdefault(kind, np.zeros(calendar.count))[row] = 1
    yield from columns.values()


@lru_cache
def public_holidays(country: str, first: int, last: int) -> tuple[tuple[date, str], ...]:
    """Return (day, name) of a country's public holidays of the years `first`..`last`, one pair for each name of a day.

    A country that package `holidays` does not know is a ParameterError.
    """
    try:
        found = holidays.country_holidays(country, years=range(first, last + 1)).items()
    except NotImplementedError:
        raise ParameterError(f"country {country!r}: expected an ISO 3166 code such as CN, US or GB") from None
    return tuple((day, name) for day, names in sorted(found) for name in names.split("; "))


def remainders(panel: Panel, design: Design, origins: Ints, windows: Floats) -> Floats:
    """Return the predicted totals (origins, series) of each origin's window, fitted on the rows before it.

    With w = Σx over a window, its total is w'(X'X + Λ)⁻¹X'y: one solve per origin serves every series.
    """
    rows = np.flatnonzero(panel.seen)
    scale = np.abs(panel.values[rows]).mean(axis=0)
    scale[scale == 0] = 1
    run = slice(rows[0], rows[-1] + 1) if len(rows) and np.ptp(rows) + 1 == len(rows) else rows
    gram, moment = _accumulate(design.rows[run], panel.values[run] / scale, np.searchsorted(rows, origins))
    precision = np.tile(design.precision, (len(origins), 1))
    future = design.changes > CHANGE_SHARE * (origins - panel.opened)[:, None]
    precision[:, 2 : 2 + CHANGE_POINTS][future] = EXCLUDED
    diagonal = np.arange(gram.shape[1])
    gram[:, diagonal, diagonal] += precision
    wanted = windows @ design.rows
    weights = np.array([dposv(one.T, window, overwrite_a=True)[1] for one, window in zip(gram, wanted, strict=True)])
    totals: Floats = (weights[:, None] @ moment)[:, 0] * scale
    return totals


def _accumulate(rows: Floats, values: Floats, ends: Ints) -> tuple[Floats, Floats]:
    """Return X'X and X'y of the first `ends` rows for every end."""
    gram = np.empty((len(ends), rows.shape[1], rows.shape[1]))
    moment = np.empty((len(ends), rows.shape[1], values.shape[1]))
    total, product, done = np.zeros(gram.shape[1:]), np.zeros(moment.shape[1:]), 0
    for place in np.argsort(ends):
        block = slice(done, done := int(ends[place]))
        total = total + rows[block].T @ rows[block]
        product = product + rows[block].T @ values[block]
        gram[place], moment[place] = total, product
    return gram, moment
