"""Breaks: weeks from which on a series runs on another level against last year than it did before.

Weekly sums are held against the same weekdays a year earlier, so that season and festivals fall out; a break is where the
medians before and after part furthest, measured in the series' own weekly variation (its median absolute deviation).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from okrlib.analysis.data import StoreData
from okrlib.analysis.tracks import tracks
from okrlib.periods import YEAR_OF_WEEKS

WEEKS, BEFORE, AFTER = 26, 4, 2  # looked at; needed on either side
LIMIT = 4.5  # in 3,000 series of independent weeks without any break, one in a hundred goes beyond
LEAST = 0.1  # a change of less than a tenth is no break, however steady the series
_STEADIEST = 0.03  # weekly variation is never taken for less
_MEDIAN_TO_MEAN = 1.2533  # how much further a median strays than a mean
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class Break:
    """From the week beginning on `since`, a series runs `change` (-0.2 is a fifth) below or above its course before."""

    metric: str
    since: date
    change: float


WATCHED = ("revenue", "orders", "market_size")


def store_breaks(data: StoreData, as_of: date) -> tuple[Break, ...] | None:
    """Return the breaks in what a store watches of itself and its market; None where the data reach back too little."""
    laid = tracks(data, {name: (name, ()) for name in WATCHED})
    if not any(len(_weekly(track.above, as_of)[0]) >= BEFORE + AFTER for track in laid.values()):
        return None
    found = (find_break(name, track.above, as_of) for name, track in laid.items())
    return tuple(one for one in found if one)


def find_break(metric: str, days: pd.Series[float], as_of: date) -> Break | None:
    """Return the break in a daily series up to a day; None where there is none, or no year to hold it against."""
    ratios, starts = _weekly(days, as_of)
    best = max(((_distance(ratios, at), at) for at in range(BEFORE, len(ratios) - AFTER + 1)), default=((0.0, 0.0), 0))
    (distance, change), at = best
    relative = float(np.expm1(change))
    return Break(metric, starts[at], relative) if distance > LIMIT and abs(relative) >= LEAST else None


def _weekly(days: pd.Series[float], as_of: date) -> tuple[np.ndarray, list[date]]:
    """The logarithms of whole weeks over the same weekdays a year ago, oldest first, as far back as both are there."""
    last = min(as_of, days.index[-1].date())
    found: list[tuple[float, date]] = []
    for n in range(WEEKS):
        end = last - timedelta(weeks=n)
        start = end - timedelta(days=6)
        now, then = _sum(days, start, end), _sum(days, start - YEAR_OF_WEEKS, end - YEAR_OF_WEEKS)
        if not now or not then or now <= 0 or then <= 0:
            break
        found.append((float(np.log(now / then)), start))
    found.reverse()
    return np.array([ratio for ratio, _ in found]), [start for _, start in found]


def _sum(days: pd.Series[float], start: date, end: date) -> float | None:
    if start < days.index[0].date():
        return None
    return float(days.loc[str(start) : str(end)].sum())


def _distance(ratios: np.ndarray, at: int) -> tuple[float, float]:
    before, after = ratios[:at], ratios[at:]
    change = float(np.median(after) - np.median(before))
    rest = np.concatenate([before - np.median(before), after - np.median(after)])
    spread = max(_MAD_TO_SD * float(np.median(np.abs(rest))), _STEADIEST)
    error = spread * _MEDIAN_TO_MEAN * float(np.sqrt(1 / len(before) + 1 / len(after)))
    return abs(change) / error, change
