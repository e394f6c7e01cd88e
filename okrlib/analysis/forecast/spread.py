"""How wide a forecast must be: its own past errors, drawn towards how unsteady the series is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okrlib.analysis.forecast.grid import Bools, Floats, Grid, Ints

PRIOR_WEIGHT = 4.0
UNSTEADINESS = 0.7  # share of the weekly year-on-year spread that a remainder keeps
ERROR_TO_SD = 1.3605  # sd over mean absolute deviation, 3π/(4√3), of the Student's t with 5 degrees that is drawn
FLOOR = 0.003
MOST_ORIGINS = 26  # every second week of a year, so that every season is met
STEP_WEEKS = 2
YEAR_WEEKS = 65  # 15 months: a year to compare with and a quarter to see growth in


@dataclass(frozen=True, slots=True)
class Replay:
    """Where the method is replayed: the first origin is `as_of`, the others lie every `STEP_WEEKS` in the past.

    `windows` (origins, rows) weighs the rows of each remainder; `horizon` is the rows from origin to window's end.
    """

    origins: Ints
    windows: Floats
    horizon: int


def make_replay(grid: Grid, seen: Bools, remainder: Floats, least_weeks: int) -> Replay:
    """Set up the origins with `least_weeks` of history before them and a known stretch like the remainder after."""
    ahead = np.flatnonzero(remainder)
    if not len(ahead):
        return Replay(np.array([grid.known]), remainder[None], 1)
    lead = max(int(ahead[0]) - grid.known, 0)
    horizon = max(int(ahead[-1]) + 1 - grid.known, len(ahead))
    earliest = int(np.argmax(seen)) + least_weeks * grid.week
    past = np.arange(grid.known - horizon, earliest - 1, -STEP_WEEKS * grid.week)[:MOST_ORIGINS]
    rows = np.arange(len(seen))
    windows = (rows >= past[:, None] + lead) & (rows < past[:, None] + horizon) & seen
    enough = 2 * windows.sum(axis=1) >= horizon - lead
    return Replay(np.append(grid.known, past[enough]), np.vstack([remainder, windows[enough]]), horizon)


def spread(errors: Floats, prior: Floats, replay: Replay, week: int) -> Floats:
    """Return σ per series: (n_eff · 1.3605 · mean|error| + 4 · prior) / (n_eff + 4).

    `errors` (origins, series) are the replay's, NaN where none; as windows overlap,
    n_eff = 1 + (origins − 1) · step / horizon. The factor belongs to the t that the distribution is: with a normal's
    1.2533 its 80 % ranges would hold 75 % of normal errors.
    """
    known = ~np.isnan(errors)
    count = known.sum(axis=0)
    mean = np.where(known, np.abs(errors), 0.0).sum(axis=0) / np.maximum(count, 1)
    effective = effective_count(count, replay, week)
    sigma: Floats = (effective * ERROR_TO_SD * mean + PRIOR_WEIGHT * prior) / (effective + PRIOR_WEIGHT)
    return np.maximum(sigma, FLOOR)


def effective_count(count: Ints, replay: Replay, week: int) -> Floats:
    """Return how many independent windows `count` overlapping ones are worth."""
    apart = min(STEP_WEEKS * week / replay.horizon, 1.0)
    return np.where(count > 0, 1 + (count - 1) * apart, 0.0)


def robust_sd(table: Floats, least: int = 8, otherwise: float = 0.35) -> Floats:
    """Return 1.4826 · MAD of each column of (weeks, series); `otherwise` where fewer than `least` weeks are known."""
    enough = (~np.isnan(table)).sum(axis=0) >= least
    sd = np.full(table.shape[1], otherwise)
    if enough.any():
        known = table[:, enough]
        sd[enough] = 1.4826 * _median(np.abs(known - _median(known)))
    return sd


def _median(table: Floats) -> Floats:
    """Return the median of what is known in each column; each knows something."""
    ordered = np.sort(table, axis=0)  # what is not known comes last
    count = (~np.isnan(table)).sum(axis=0)
    column = np.arange(table.shape[1])
    median: Floats = (ordered[(count - 1) // 2, column] + ordered[count // 2, column]) / 2
    return median
