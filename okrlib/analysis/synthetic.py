"""Synthetic control: what would have been, from siblings that together moved as the series did before.

Abadie, Diamond and Hainmueller (JASA 2010), on demeaned logarithms (Doudchenko and Imbens, 2016): weights that are not
negative and sum to one, fitted over the 52 blocks before the start. How far such a guess is off by itself is measured by
placebos: the same guess on the series' own past, and on each sibling at the very start.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from okrlib.errors import DataError

Floats = NDArray[np.float64]

BEFORE = 52  # blocks (weeks) the weights are fitted on
LEAST_SIBLINGS = 10
PLACEBO_DATES = 8
_SUMS_TO_ONE = 1e3  # weight of that equation beside those of the fit, whose values are of the order of 0.1
_Z90, _Z80 = 1.6449, 0.8416  # quantiles of the normal: a two-sided interval of 90 %, found in 80 % of the cases


@dataclass(frozen=True, slots=True)
class Estimate:
    """A relative effect: `log` its logarithm, `half` half the width of the 90 % interval around it."""

    log: float
    half: float

    @property
    def change(self) -> float:
        """The effect (0.05 for five per cent more)."""
        return expm1(self.log)

    @property
    def low(self) -> float:
        """Lower end of the 90 % interval."""
        return expm1(self.log - self.half)

    @property
    def high(self) -> float:
        """Upper end of the 90 % interval."""
        return expm1(self.log + self.half)

    def least(self, fall: bool = False) -> float:
        """Return the smallest rise (or fall) that would be told from nothing in eight cases of ten."""
        size = self.half * (1 + _Z80 / _Z90)
        return expm1(-size if fall else size)

    @property
    def told(self) -> bool:
        """Whether the interval excludes that nothing happened."""
        return abs(self.log) > self.half


def usable(siblings: pd.DataFrame, start: int) -> pd.DataFrame:
    """Keep the siblings that are known and positive in the 52 rows before the row `start` and in all from then on."""
    return siblings.loc[:, (siblings.iloc[max(start - BEFORE, 0) :] > 0).all()]


def synthetic_control(own: pd.Series[float], siblings: pd.DataFrame, start: int) -> Estimate:
    """Estimate what happened to `own` from the row `start` (a week each) to the last, against its siblings.

    The effect is on the sum over these rows. `siblings` has the same rows and one column each; those that are not
    `usable` are left out. Raises DataError with fewer than 10 left, with fewer than 52 blocks before, or where `own`
    was not positive then.
    """
    known = usable(siblings, start)
    if known.shape[1] < LEAST_SIBLINGS:
        raise DataError(f"a synthetic control needs {LEAST_SIBLINGS} siblings or more (found {known.shape[1]})")
    if start < BEFORE:
        raise DataError(f"a synthetic control needs {BEFORE} weeks before the start (found {start})")
    values = np.column_stack([own.to_numpy(dtype=float), known.to_numpy(dtype=float)])
    if not (values[start - BEFORE : start, 0] > 0).all() or values[start:, 0].sum() <= 0:
        raise DataError("a synthetic control needs a series that is positive in the year before the start")
    log, misfit = _gap(values, 0, start, len(values) - start)
    return Estimate(log, _width(known.shape[1]) * _spread(values, start, misfit))


def _width(siblings: int) -> float:
    """Return the 95th percentile of Student's t: a spread judged by few placebos is itself uncertain."""
    return float(stdtrit(siblings - 1, 0.95))


def _gap(values: Floats, unit: int, place: int, length: int) -> tuple[float, float]:
    """Return the log of a unit's sum over what its siblings make of it from `place`, and the misfit before."""
    others = np.arange(values.shape[1]) != unit
    others[0] = False  # the series that may have moved is nobody's sibling
    before, after = slice(place - BEFORE, place), slice(place, place + length)
    own, logs = np.log(values[before, unit]), np.log(values[:, others])
    level, levels = own.mean(), logs[before].mean(axis=0)
    weights = simplex_weights(own - level, logs[before] - levels)
    guess = np.exp(level + (logs[after] - levels) @ weights)
    misfit = own - level - (logs[before] - levels) @ weights
    return float(np.log(values[after, unit].sum() / guess.sum())), float(np.sqrt(np.mean(misfit**2)))


def simplex_weights(target: Floats, columns: Floats) -> Floats:
    """Return the weights, not negative and summing to one, with which `columns` come nearest to `target`."""
    from scipy.optimize import nnls  # noqa: PLC0415  # slow to load, and few stores have siblings to compare

    rows = np.vstack([columns, np.full(columns.shape[1], _SUMS_TO_ONE)])
    weights, _ = nnls(rows, np.append(target, _SUMS_TO_ONE))
    return np.asarray(weights / weights.sum())


def _spread(values: Floats, place: int, misfit: float) -> float:
    """Return how far the guess is off by itself: mean square over siblings, in units of their misfit, and over dates.

    The dates lie so far before the start that nothing from `place` on is looked at.
    """
    length = len(values) - place
    gaps = [_gap(values, unit, place, length) for unit in range(1, values.shape[1])]
    over_units = np.mean([(gap / (own or 1.0) * misfit) ** 2 for gap, own in gaps])
    step = max(2, length // 2)
    dates = [date for date in range(place - length, BEFORE - 1, -step) if (values[date - BEFORE : place] > 0).all()]
    over_dates = [_gap(values, 0, date, length)[0] ** 2 for date in dates[:PLACEBO_DATES]]
    return float(np.sqrt((over_units + np.mean(over_dates)) / 2 if over_dates else over_units))
