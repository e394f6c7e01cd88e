"""What known buyers will still order and spend: BG/NBD for orders, Gamma-Gamma for money, each tested on the past.

Fader, Hardie & Lee, "Counting Your Customers the Easy Way" (Marketing Science 24, 2005); Fader & Hardie, "The
Gamma-Gamma Model of Monetary Value" (2013). Time is in weeks; a day with several orders counts as one purchase.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

Floats = NDArray[np.float64]
_Height = tuple[float, Floats]  # a value, and how steep it is in each direction


@dataclass(frozen=True, slots=True)
class History:
    """Purchases of each buyer: `again` after the first, week of the last and weeks watched, both since the first.

    `spent` is the mean money of the purchases after the first; NaN where there was none.
    """

    again: Floats
    last: Floats
    watched: Floats
    spent: Floats

    def __len__(self) -> int:
        return len(self.again)

    def kept(self, which: NDArray[np.bool_] | slice) -> History:
        """Return the buyers that `which` selects."""
        return History(self.again[which], self.last[which], self.watched[which], self.spent[which])


@dataclass(frozen=True, slots=True)
class BgNbd:
    """The BG/NBD model: gamma purchase rates (r, alpha), beta chances (a, b) to leave after each purchase."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def p_alive(self, history: History) -> Floats:
        """Return the chance that each buyer may still buy; 1 for who has bought once only."""
        return np.asarray(1 / (1 + self._gone(history)))

    def orders(self, history: History, weeks: float) -> Floats:
        """Return the purchases expected of each buyer in the `weeks` to come."""
        x, span = history.again, self.alpha + history.watched
        left = (span / (span + weeks)) ** (self.r + x) * hyp2f1(
            self.r + x, self.b + x, self.a + self.b + x - 1, weeks / (span + weeks)
        )
        return np.asarray((self.a + self.b + x - 1) / (self.a - 1) * (1 - left) / (1 + self._gone(history)))

    def _gone(self, history: History) -> Floats:
        """Odds of having left against being alive."""
        x = history.again
        base = (self.alpha + history.watched) / (self.alpha + history.last)
        return np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * base ** (self.r + x), 0.0)


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The Gamma-Gamma model of money per purchase."""

    p: float
    q: float
    v: float

    def per_order(self, history: History) -> Floats:
        """Return the money expected of each buyer's next purchase; the average buyer's where none was repeated."""
        x = history.again
        return np.asarray(self.p * (self.v + x * np.nan_to_num(history.spent)) / (self.p * x + self.q - 1))


def fit_bg_nbd(history: History) -> BgNbd | None:
    """Fit BG/NBD by maximum likelihood; None where no maximum is found, or nobody has bought again."""
    if not (history.again > 0).any():
        return None
    rows, counts = np.unique(np.stack([history.again, history.last, history.watched]), axis=1, return_counts=True)
    kinds, which = np.unique(rows[0], return_inverse=True)
    found = _maximum(lambda point: _bg_nbd(point, rows, counts, kinds, which), 4)
    if found is None or abs(found[0][2] - 1) < 1e-9:
        return None
    r, alpha, a, b = map(float, found[0])
    return BgNbd(r, alpha, a, b, found[1])


def _bg_nbd(point: Floats, rows: Floats, counts: NDArray[Any], kinds: Floats, which: NDArray[Any]) -> _Height:
    """Log-likelihood of r, alpha, a, b, and how steep it is in each; `leaving` is how likely each buyer has left."""
    r, alpha, a, b = point
    x, last, watched = rows
    per_kind = gammaln(r + kinds) - gammaln(r) + r * np.log(alpha)
    per_kind += gammaln(a + b) + gammaln(b + kinds) - gammaln(b) - gammaln(a + b + kinds)
    after = b + np.maximum(kinds, 1) - 1
    since_last, since_first = np.log(alpha + last), np.log(alpha + watched)
    stays = -(r + x) * since_first
    leaves = np.where(x > 0, (np.log(a) - np.log(after))[which] - (r + x) * since_last, -np.inf)
    either = np.logaddexp(stays, leaves)
    leaving = np.exp(leaves - either)
    either_way = digamma(a + b) - digamma(a + b + kinds)
    slopes = (
        (digamma(r + kinds) - digamma(r) + np.log(alpha))[which] - (1 - leaving) * since_first - leaving * since_last,
        r / alpha - (r + x) * ((1 - leaving) / (alpha + watched) + leaving / (alpha + last)),
        either_way[which] + leaving / a,
        (either_way + digamma(b + kinds) - digamma(b))[which] - leaving / after[which],
    )
    return float(counts @ (per_kind[which] + either)), np.array([counts @ slope for slope in slopes])


def fit_gamma_gamma(history: History) -> GammaGamma | None:
    """Fit Gamma-Gamma to the buyers who bought again; None where there is no maximum or no finite mean (q > 1)."""
    again = history.kept((history.again > 0) & (history.spent > 0))
    if len(again) < 10:
        return None
    scale = float(np.mean(again.spent))
    kinds, which = np.unique(again.again, return_inverse=True)
    found = _maximum(lambda point: _gamma_gamma(point, kinds, which, again.spent / scale), 3)
    if found is None or found[0][1] <= 1:
        return None
    p, q, v = map(float, found[0])
    return GammaGamma(p, q, v * scale)


def _gamma_gamma(point: Floats, kinds: Floats, which: NDArray[Any], spent: Floats) -> _Height:
    """Log-likelihood of p, q, v for buyers who came back `kinds[which]` times, and how steep it is in each."""
    p, q, v = point
    shape, x = p * kinds, kinds[which]
    total, together = np.log(v + x * spent), digamma(shape + q)
    money = np.log(spent) + np.log(x)
    per_kind = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
    likely = per_kind[which] + p * x * money - np.log(spent) - (p * x + q) * total
    slopes = (
        x * ((together - digamma(shape))[which] + money - total),
        (together - digamma(q) + np.log(v))[which] - total,
        q / v - (p * x + q) / (v + x * spent),
    )
    return float(likely.sum()), np.array([slope.sum() for slope in slopes])


def _maximum(likelihood: Callable[[Floats], _Height], parameters: int) -> tuple[Floats, float] | None:
    """Return the positive parameters that are likeliest, and the likelihood there."""
    scale = abs(likelihood(np.ones(parameters))[0]) or 1.0

    def depth(logs: Floats) -> _Height:
        point = np.exp(logs)
        value, slopes = likelihood(point)
        return -value / scale, -slopes * point / scale

    found = minimize(
        depth, np.zeros(parameters), jac=True, method="L-BFGS-B",
        bounds=[(-9, 9)] * parameters, options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 500},
    )  # fmt: skip
    # Towards the upper bound buyers become alike, which is a model too; towards the lower one nothing is left of it.
    sound = np.isfinite(found.fun) and bool((found.x > -8.9).all())
    return (np.exp(found.x), -float(found.fun) * scale) if sound else None
