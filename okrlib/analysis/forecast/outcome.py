"""What a forecast says, what it rests on, and why it is silent where it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum

import numpy as np
import pandas as pd

from okrlib.analysis.forecast.distribution import LEVELS, Distribution, Growth
from okrlib.analysis.forecast.grid import Floats
from okrlib.text import Text

Amount = Decimal | float | int

SHARED_SHOCKS = Text(
    "The stores of a chain share their shocks: they hit or miss their targets together.",
    "同一连锁的店铺会受到同样的冲击，目标往往一起达成，也一起落空。",
)


class Method(Enum):
    """How a forecast was made; the value is its name for readers."""

    COMPLETE = Text("the quarter's own figures", "本季度实际数据")
    YEAR_ON_YEAR = Text("last year's same days and a seasonal regression", "去年同期与季节回归")
    SIBLINGS = Text("own pace on the season of the sibling stores", "自身节奏叠加同类店铺的季节走势")
    PACE = Text("own pace, no season known", "自身节奏，季节走势未知")
    RANGE = Text("the spread of past weeks", "以往各周的波动范围")
    NONE = Text("no forecast", "无法预测")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The distribution of one series' quarter, given the data up to `as_of`.

    `actual` is what is in so far (NaN for a ratio of nothing), `weeks` the weeks of history it rests on, `spread` the
    standard deviation of the remainder's logarithm (logit for rates near one). `low_confidence` says why the
    distribution is weak, `reason` why there is no probability at all.
    """

    start: date
    end: date
    as_of: date
    actual: float
    weeks: int
    method: Method
    distribution: Distribution | None = None
    spread: float | None = None
    low_confidence: Text | None = None
    reason: Text | None = None
    path: pd.Series[float] | None = field(default=None, repr=False, compare=False)

    @property
    def quantiles(self) -> pd.Series[float]:
        """The 199 quantiles at 0.005, 0.010, … 0.995, indexed by level; empty without a distribution."""
        if self.distribution is None:
            return pd.Series(dtype=float)
        return pd.Series(self.distribution.quantile(LEVELS), index=LEVELS)

    @property
    def mean(self) -> float | None:
        """The mean of the 199 quantiles (a log-t has no mean of its own); None where only a range can be given."""
        return None if self.reason or self.distribution is None else float(self.quantiles.mean())

    def quantile(self, p: float) -> float | None:
        """Return the value the quarter stays below with probability `p` (0 < p < 1); None if unknown."""
        if not 0 < p < 1:
            raise ValueError(f"p {p}: expected a probability between 0 and 1, exclusive")
        return None if self.distribution is None else float(self.distribution.quantile(np.array([p]))[0])

    def probability(self, target: Amount, *, at_least: bool = True) -> float | None:
        """Return the probability of ending at or above `target` (or at or below it); None where `reason` says why."""
        if self.reason or self.distribution is None:
            return None
        goal = float(target)
        if self.method is Method.COMPLETE:
            return float(self.actual >= goal if at_least else self.actual <= goal)
        below = self.distribution.cdf(goal)
        return 1 - below if at_least else below

    def growth_on(self, base: float, so_far: float) -> Forecast:
        """Return the forecast of this total's growth on a known `base` above zero; `so_far` is the growth to date."""
        shape = None if self.distribution is None else Growth(self.distribution, base)
        return replace(self, actual=so_far, distribution=shape, path=None)

    def expected_path(self, target: Amount) -> pd.Series[float]:
        """Return what should be in by each day (or week) of the quarter on the way to `target`, cumulated.

        Last year's cumulated share with events aligned; a straight line only where there is no year of history.
        """
        if self.path is None:
            raise ValueError("a ratio or growth has no cumulated path; its target holds on every day")
        return self.path * float(target)


def cumulated_share(quarter: pd.DatetimeIndex, weights: Floats | None) -> pd.Series[float]:
    """Return the cumulated share of `weights`, one per day of the quarter; a straight line without a positive sum."""
    days = np.ones(len(quarter)) if weights is None or not weights.sum() > 0 else weights
    share = np.cumsum(days) / days.sum()
    share[-1] = 1.0
    return pd.Series(share, index=quarter)
