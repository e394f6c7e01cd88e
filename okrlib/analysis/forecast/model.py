"""The point forecast of a window's total, and the three ways to a quarter's distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from okrlib.analysis.forecast.distribution import GammaRange
from okrlib.analysis.forecast.grid import LEAST_WEEKS, Floats, Ints, cumulated
from okrlib.analysis.forecast.growth import (
    Panel,
    grown_last_year,
    last_year_total,
    log_ratio,
    weekly_sums,
)
from okrlib.analysis.forecast.regression import make_design, remainders
from okrlib.analysis.forecast.spread import UNSTEADINESS, YEAR_WEEKS, Replay, make_replay, robust_sd, spread

LYG_SHARE = 0.67  # of the combined point; the regression has the rest
AGREEMENT = 0.7  # the regression is not believed beyond e^±0.7 of last year's days
PACE_WEEKS = 13
FEW = 4  # siblings, from which on their disagreement can be told
STORE_SPREAD = 0.10
CATEGORY_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Member:
    """A panel together with the regressors of its calendar."""

    panel: Panel
    dummies: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """The median of the remainder (NaN where unknown) and the standard deviation of its logarithm, per series."""

    remainder: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class Season:
    """What siblings expected of a remainder's day at each origin, (origins, series), and what to measure it against."""

    origins: Ints
    per_row: Floats
    panels: tuple[Panel, ...]


def points(member: Member, origins: Ints, windows: Floats) -> Floats:
    """Return LYG^0.67 · HR^0.33 of each origin's window, (origins, series); NaN with less than 65 weeks before it.

    Where last year's days are not known, or sum to nothing, the regression stands alone.
    """
    panel = member.panel
    lyg = grown_last_year(panel, origins, windows)
    hr = remainders(panel, make_design(panel, member.dummies), origins, windows)
    apart = np.log(np.where(hr > 0, hr, 1) / np.where(lyg > 0, lyg, 1))
    pull = np.where((hr > 0) & (lyg > 0), np.clip(apart, -AGREEMENT, AGREEMENT), 0.0)
    combined = np.where(lyg > 0, lyg * np.exp((1 - LYG_SHARE) * pull), np.where(hr > 0, hr, np.nan))
    seasoned = origins - panel.opened >= YEAR_WEEKS * panel.grid.week
    return np.where(seasoned[:, None], combined, np.nan)


def year_on_year(member: Member, remainder: Floats) -> Estimate:
    """Forecast the rows weighed by `remainder` from last year; needs 65 weeks of history."""
    panel = member.panel
    replay = make_replay(panel.grid, panel.seen, remainder, YEAR_WEEKS)
    median = points(member, replay.origins, replay.windows)
    unsteadiness = robust_sd(log_ratio(*weekly_sums(panel), np.nan))
    return _estimate(panel, median, UNSTEADINESS * unsteadiness, replay)


def short_history(panel: Panel, remainder: Floats, season: Season | None, prior: float) -> Estimate:
    """Forecast from the own pace of the last weeks and the siblings' season; without one the pace just goes on.

    `prior` is the least spread beside the own errors: siblings that disagree more say that the season is not shared.
    """
    ahead = np.where(np.arange(len(remainder)) < panel.grid.known, 0.0, remainder)
    replay = make_replay(panel.grid, panel.seen, ahead, LEAST_WEEKS)
    replay.windows[0] = remainder
    begins = np.maximum(replay.origins - PACE_WEEKS * panel.grid.week, panel.opened)
    shape, apart = (np.ones(len(begins)), 0.0) if season is None else _shape(season, begins, replay.origins)
    median = pace(panel, begins, replay.origins) * (shape * replay.windows.sum(axis=1))[:, None]
    return _estimate(panel, median, np.full(panel.values.shape[1], max(prior, apart)), replay)


def season_of(siblings: Sequence[Member]) -> Season | None:
    """Replay the siblings over every origin a young series can have; None without siblings or with the quarter over."""
    if not siblings or siblings[0].panel.grid.known >= siblings[0].panel.grid.stop:
        return None
    grid = siblings[0].panel.grid
    rows = np.arange(len(grid.index))
    ahead = ((rows >= max(grid.first, grid.known)) & (rows < grid.stop)).astype(float)
    replay = make_replay(grid, rows < grid.known, ahead, LEAST_WEEKS)
    days = replay.windows.sum(axis=1)[:, None]
    table = np.hstack([points(sibling, replay.origins, replay.windows) / days for sibling in siblings])
    return Season(replay.origins, table, tuple(sibling.panel for sibling in siblings))


def _shape(season: Season, begins: Ints, ends: Ints) -> tuple[Floats, float]:
    """Return, per origin, a day of the remainder over one between `begins` and `ends`: the siblings' median, else 1.

    The second is the robust sd of the siblings' logarithms at the first origin; 0 with fewer than `FEW` of them.
    """
    at = [int(np.flatnonzero(season.origins == origin)[0]) for origin in ends]
    recent = np.hstack([pace(panel, begins, ends) for panel in season.panels])
    table = season.per_row[at] / np.where(recent > 0, recent, np.nan)
    known = ~np.isnan(table).all(axis=1)
    shape = np.ones(len(ends))
    shape[known] = np.nanmedian(table[known], axis=1)
    now = np.where(table[0] > 0, table[0], np.nan)[:, None]
    return shape, float(robust_sd(np.log(now), least=FEW, otherwise=0.0)[0])


def pace(panel: Panel, begins: Ints, ends: Ints) -> Floats:
    """Return the mean of a day (or week) seen between the rows `begins` and `ends`, (origins, series)."""
    total, count = cumulated(panel.values), cumulated(panel.seen[:, None].astype(float))
    mean: Floats = (total[ends] - total[begins]) / np.maximum(count[ends] - count[begins], 1)
    return mean


def _estimate(panel: Panel, median: Floats, prior: Floats, replay: Replay) -> Estimate:
    actual = replay.windows[1:] @ panel.values
    both = (actual > 0) & (median[1:] > 0)
    errors = np.where(both, np.log(np.where(both, actual, 1) / np.where(both, median[1:], 1)), np.nan)
    ahead = median[0] if replay.windows[0].any() else np.zeros_like(median[0])
    return Estimate(np.where(ahead >= 0, ahead, np.nan), spread(errors, prior, replay, panel.grid.week))


def sparse_range(panel: Panel, column: int, actual: float, rows: float) -> GammaRange | None:
    """Return the range of a sparse series by its weeks' mean and variance, wider for the fewer weeks these rest on."""
    sums = _weekly(panel)[:, column]
    weeks = rows / panel.grid.week
    mean, variance = sums.mean() * weeks, sums.var(ddof=1) * weeks * (1 + weeks / len(sums))
    return GammaRange(actual, float(mean), float(variance)) if mean > 0 and variance > 0 else None


def _weekly(panel: Panel) -> Floats:
    week, known = panel.grid.week, panel.grid.known
    weeks = min(panel.weeks, 52)
    sums: Floats = panel.values[known - weeks * week : known].reshape(weeks, week, -1).sum(axis=1)
    return sums


def quarter_weights(panel: Panel, siblings: Sequence[Member]) -> Floats | None:
    """Return the weight of the quarter's rows, (rows, series): last year's aligned values, else the siblings' share."""
    own = _last_quarter(panel)
    if own is not None:
        return own
    tables = [table for sibling in siblings if (table := _last_quarter(sibling.panel)) is not None]
    pooled = np.hstack([table[:, table.sum(axis=0) > 0] for table in tables]) if tables else np.zeros((0, 0))
    if not pooled.size:
        return None
    mean: Floats = (pooled / pooled.sum(axis=0)).mean(axis=1, keepdims=True)
    return np.repeat(mean, panel.values.shape[1], axis=1)


def _last_quarter(panel: Panel) -> Floats | None:
    grid = panel.grid
    window = np.zeros((1, len(panel.seen)))
    window[0, grid.first : grid.stop] = 1
    if np.isnan(last_year_total(panel, window)).any():
        return None
    weights = panel.last[grid.first : grid.stop] * panel.alignment.factor[grid.first : grid.stop, None]
    return np.where(np.isnan(weights), np.nanmean(weights, axis=0), weights)
