"""The shapes a forecast can take: each has a `quantile` and a `cdf`, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, gammainc, gammaincinv, logit, stdtr, stdtrit

from okrlib.analysis.forecast.grid import Floats

DEGREES = 5  # of Student's t
UNIT = float(np.sqrt((DEGREES - 2) / DEGREES))  # scales it to variance one
ROUNDING = 1e-9
LEVELS: Floats = np.arange(1, 200) / 200


class Distribution(Protocol):
    """A distribution of the quarter's figure."""

    def quantile(self, p: Floats) -> Floats:
        """Return the values below which the figure stays with probability `p`."""

    def cdf(self, x: float) -> float:
        """Return the probability of at most `x`."""


@dataclass(frozen=True, slots=True)
class Certain:
    """The quarter is over: one value."""

    value: float

    def quantile(self, p: Floats) -> Floats:
        """Return the value, at every level."""
        return np.full_like(p, self.value, dtype=float)

    def cdf(self, x: float) -> float:
        """Return 1 from the value on."""
        return float(x >= self.value)


@dataclass(frozen=True, slots=True)
class LogStudent:
    """`actual` so far plus a remainder: its logarithm is Student's t around ln `remainder`, with sd `spread`."""

    actual: float
    remainder: float
    spread: float

    def quantile(self, p: Floats) -> Floats:
        """Return actual + remainder · exp(spread · t(p))."""
        return np.asarray(self.actual + self.remainder * np.exp(self.spread * UNIT * stdtrit(DEGREES, p)))

    def cdf(self, x: float) -> float:
        """Return the probability of at most `x`; nothing lies at or below what is already in."""
        if x <= self.actual:
            return 0.0
        return float(stdtr(DEGREES, np.log((x - self.actual) / self.remainder) / (self.spread * UNIT)))


@dataclass(frozen=True, slots=True)
class Growth:
    """The growth of a figure on the `base` known: its distribution, over the base, less one."""

    whole: Distribution
    base: float

    def quantile(self, p: Floats) -> Floats:
        """Return the figure's quantile over the base, less one."""
        return np.asarray(self.whole.quantile(p) / self.base - 1)

    def cdf(self, x: float) -> float:
        """Return the probability of at most `x`."""
        return self.whole.cdf((1 + x) * self.base)


@dataclass(frozen=True, slots=True)
class RatioStudent:
    """(numerator + d·R) / (denominator + d), d the `remainder` of the denominator.

    R, the remainder's ratio, is Student's t around `centre` on the log scale, or the logit scale when `near_one`; with
    the chance `perfect` it is one.
    """

    numerator: float
    denominator: float
    remainder: float
    centre: float
    spread: float
    near_one: bool
    perfect: float = 0.0

    def quantile(self, p: Floats) -> Floats:
        """Return the quarter's ratio at the remainder ratio's quantile."""
        missed = np.minimum(p / (1 - self.perfect), 1.0)
        scaled = self.centre + self.spread * UNIT * stdtrit(DEGREES, missed)
        ratio = expit(scaled) if self.near_one else np.exp(scaled)
        return np.asarray((self.numerator + self.remainder * ratio) / (self.denominator + self.remainder))

    def cdf(self, x: float) -> float:
        """Return the probability of less than `x`: what is `perfect` has reached one."""
        ratio = (x * (self.denominator + self.remainder) - self.numerator) / self.remainder
        if ratio <= 0 or (self.near_one and ratio > 1 + ROUNDING):
            return float(ratio > 0)
        scaled = logit(min(ratio, 1.0)) if self.near_one else np.log(ratio)
        return float((1 - self.perfect) * stdtr(DEGREES, (scaled - self.centre) / (self.spread * UNIT)))


@dataclass(frozen=True, slots=True)
class GammaRange:
    """`actual` so far plus a gamma remainder of this mean and variance, for sales too few to model."""

    actual: float
    mean: float
    variance: float

    def quantile(self, p: Floats) -> Floats:
        """Return actual + the gamma's quantile."""
        return np.asarray(self.actual + gammaincinv(self.mean**2 / self.variance, p) * self.variance / self.mean)

    def cdf(self, x: float) -> float:
        """Return the probability of at most `x`."""
        return float(gammainc(self.mean**2 / self.variance, max(x - self.actual, 0.0) * self.mean / self.variance))
