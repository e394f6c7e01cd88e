"""LYG: last year's same days, grown as the last weeks have grown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okrlib.analysis.forecast.alignment import Alignment
from okrlib.analysis.forecast.grid import Bools, Floats, Grid, Ints, cumulated

GROWTH: tuple[tuple[int, float], ...] = ((4, 0.5), (13, 0.4))  # weeks looked back, and the weight of their log growth
CLIP = 0.7


@dataclass(frozen=True, slots=True)
class Panel:
    """Series known on the same days: `values` and last year's `last`, (rows, series); `seen` and `paired` per row."""

    grid: Grid
    alignment: Alignment
    values: Floats
    last: Floats
    seen: Bools
    paired: Bools

    @property
    def opened(self) -> int:
        """The first row seen."""
        return int(np.argmax(self.seen))

    @property
    def weeks(self) -> int:
        """Whole weeks from the first row seen to `as_of`."""
        return (self.grid.known - self.opened) // self.grid.week if self.seen.any() else 0


def make_panel(grid: Grid, alignment: Alignment, values: Floats, seen: Bools) -> Panel:
    """Lay last year's aligned days beside `values`."""
    clean = np.where(seen[:, None], values, 0.0)
    source = alignment.source
    found = (source >= 0) & (source < len(seen)) & seen[np.clip(source, 0, len(seen) - 1)]
    last = np.where(found[:, None], clean[np.where(found, source, 0)], np.nan)
    return Panel(grid, alignment, clean, last * _weekday_factor(grid, alignment, clean, seen), seen, seen & found)


def _weekday_factor(grid: Grid, alignment: Alignment, values: Floats, seen: Bools) -> Floats:
    """Return what a day moved to another weekday gains by it, (rows, series); 1 where the weekday stays."""
    factor = np.ones_like(values)
    moved = np.flatnonzero((np.arange(len(values)) - alignment.source) % grid.week * (alignment.source >= 0))
    if len(moved):
        weekday = grid.index.day_of_week.to_numpy()
        usual = seen & alignment.ordinary
        means = np.array([values[usual & (weekday == day)].sum(0) for day in range(7)])
        means /= np.maximum([[np.sum(usual & (weekday == day))] for day in range(7)], 1)
        level = np.clip(means, means.mean(axis=0) * 0.1, None)
        origin = weekday[alignment.source[moved] % len(weekday)]
        ok = (level > 0).all(axis=0)
        factor[moved] = np.where(ok, level[weekday[moved]] / np.where(ok, level, 1)[origin], 1.0)
    return factor


def log_growth(panel: Panel, origins: Ints) -> Floats:
    """Return 0.5·ln g4 + 0.4·ln g13 (origins, series): the last weeks over the same weeks a year before.

    A window whose sum is not positive takes the longer window's growth, at last none.
    """
    total, growth = np.zeros((len(origins), panel.values.shape[1])), np.zeros(1)
    for weeks, weight in sorted(GROWTH, reverse=True):
        growth = np.clip(log_ratio(*recent_sums(panel, origins, weeks), growth), -CLIP, CLIP)
        total = total + weight * growth
    return total


def recent_sums(panel: Panel, origins: Ints, weeks: int) -> tuple[Floats, Floats]:
    """Return the sums of the last `weeks` weeks of ordinary days before each origin, and of those days a year before.

    Event days are left out, so the window reaches further back across an event.
    """
    rows = np.flatnonzero(panel.paired & panel.alignment.ordinary)
    ends = np.searchsorted(rows, origins)
    begins = np.maximum(ends - weeks * panel.grid.week, 0)
    now, before = cumulated(panel.values[rows]), cumulated(panel.last[rows])
    return now[ends] - now[begins], before[ends] - before[begins]


def log_ratio(a: Floats, b: Floats, otherwise: Floats | float) -> Floats:
    """Return ln(a/b), `otherwise` where one of them is not positive."""
    known = (a > 0) & (b > 0)
    return np.where(known, np.log(np.where(known, a, 1) / np.where(known, b, 1)), otherwise)


def last_year_total(panel: Panel, windows: Floats) -> Floats:
    """Return last year's total of each origin's window, (origins, series); NaN with less than half its days known."""
    known: Bools = np.asarray(~np.isnan(panel.last).any(axis=1))
    days = np.maximum(windows.sum(axis=1, keepdims=True), 1e-12)
    share: Floats = windows @ known[:, None].astype(float) / days
    total = windows @ np.where(known[:, None], panel.last, 0.0)
    return np.where(share >= 0.5, total / np.maximum(share, 1e-12), np.nan)


def grown_last_year(panel: Panel, origins: Ints, windows: Floats) -> Floats:
    """Return the LYG totals (origins, series) of the windows."""
    return last_year_total(panel, windows) * np.exp(log_growth(panel, origins))


def weekly_sums(panel: Panel, weeks: int = 52) -> tuple[Floats, Floats]:
    """Return the sums of each of the last `weeks` whole weeks and of the same days a year before, (weeks, series)."""
    both = panel.paired[:, None]
    ends = np.arange(panel.grid.known, panel.grid.week - 1, -panel.grid.week)[:weeks]
    tables = (cumulated(np.where(both, table, 0.0)) for table in (panel.values, panel.last))
    now, before = (table[ends] - table[ends - panel.grid.week] for table in tables)
    return now, before
