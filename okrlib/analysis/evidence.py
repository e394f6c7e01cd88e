"""What is outside the store's own weekly variation, and what is noise: daily money by segment, and the tests on it.

The test: the mean of n weeks is held against the scatter of single weeks, taken from the steps between neighbouring weeks
(robust standard deviation 1.4826 · MAD / √2) over √n, or against the scatter of the stretches of n weeks before it, whichever
is wider: a steady trend is no noise, and a season that moves in the calendar is. Nor is it narrower than the luck of single
order lines (compound Poisson). A difference counts outside the 95 % range of Student's t, widened for as many tests as are
made at once (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from okrlib.analysis.data import StoreData
from okrlib.periods import Period

Floats = NDArray[np.float64]

LEVEL = 0.05
_FREEDOM = 20  # of Student's t: a MAD of a year of weeks knows as much as a plain deviation of twenty
_WEEKS = 8  # steps between weeks that a scatter needs at least
_COLUMNS = {"channel": "channel", "region": "region", "category": "category", "sku": "sku"}


@dataclass(frozen=True, slots=True)
class Daily:
    """Money (or counts) by segment and day: one row per segment of `names`, one column per day of `span`.

    The last row holds all that is too small to be named, or not recorded.
    """

    names: tuple[str, ...]
    values: Floats
    span: Period
    squares: Floats | None = None  # of the single amounts, summed

    def luck(self, row: int, period: Period) -> float:
        """Return the relative standard deviation of a row's sum by the luck of single amounts."""
        if self.squares is None:
            return 0.0
        both = Daily(self.names, np.stack([self.values[row], self.squares[row]]), self.span).within(period)
        return float(np.sqrt(both[1]) / both[0]) if both[0] > 0 else 0.0

    @property
    def total(self) -> Floats:
        """All segments together, by day."""
        return np.asarray(self.values.sum(axis=0))

    def within(self, period: Period) -> Floats:
        """Return each row's sum over a period; days outside the span count nothing."""
        first = max((period.start - self.span.start).days, 0)
        return np.asarray(self.values[:, first : max((period.end - self.span.start).days + 1, 0)].sum(axis=1))


def daily_money(data: StoreData, by: str, period: Period, least: float) -> Daily:
    """Read what was paid by segment and day, for all days up to the end of `period`.

    Named are the segments that reach `least` in the period or on the same weekdays of the year before.
    """
    products = "WHERE kind = 'product'" if by in {"category", "sku"} else ""
    inside = " OR ".join(f"day BETWEEN DATE '{p.start}' AND DATE '{p.end}'" for p in (period, period.a_year_ago()))
    sql = f"""
    WITH s AS MATERIALIZED (SELECT {_COLUMNS[by]} AS name, paid_at::DATE AS day, sum(paid) AS paid,
                                   sum((paid * paid)::DOUBLE) AS square FROM sales(?, ?) {products} GROUP BY ALL),
    big AS (SELECT name FROM s WHERE {inside} GROUP BY name HAVING sum(paid) >= ?)
    SELECT CASE WHEN name IN (FROM big) THEN name END AS name, day, sum(paid)::DOUBLE AS value,
    sum(square) AS square FROM s GROUP BY 1, 2"""
    span = Period(data.covers.start, period.end)
    rows = data.columns(sql, [span.start, span.end + timedelta(days=1), least])
    return replace(laid_out(rows, span), squares=laid_out({**rows, "value": rows["square"]}, span).values)


def laid_out(rows: Mapping[str, NDArray[Any]], span: Period) -> Daily:
    """Lay columns `name`, `day`, `value` out by segment and day; what has no name comes last."""
    named = np.ma.getmaskarray(rows["name"]) ^ True
    labels = np.ma.getdata(rows["name"])
    names, row = np.unique(labels[named].astype(str), return_inverse=True)
    day = (np.ma.getdata(rows["day"]).astype("datetime64[D]") - np.datetime64(span.start)).astype(int)
    place = np.full(len(day), len(names))
    place[named] = row
    values = np.zeros((len(names) + 1, span.days))
    inside = (day >= 0) & (day < span.days)
    np.add.at(values, (place[inside], day[inside]), np.ma.filled(rows["value"], 0.0)[inside].astype(float))
    return Daily(tuple(map(str, names)), values, span)


def weeks(days: Floats) -> Floats:
    """Sum days to whole weeks that end with the last day; days before the first whole week are left out."""
    whole = days.shape[-1] // 7 * 7
    return np.asarray(days[..., days.shape[-1] - whole :].reshape(*days.shape[:-1], -1, 7).sum(axis=-1))


def scatter(values: Floats, n: int) -> float | None:
    """Return the standard deviation of the mean of the last `n` weeks by chance; None for too few weeks; NaN are left out."""
    steps = np.abs(np.diff(values))
    steps = steps[np.isfinite(steps)]
    if len(steps) < _WEEKS:
        return None
    single = 1.4826 * np.median(steps) / sqrt(2)
    return float(max(single / sqrt(n), _of_stretches(values[:-n], n)))


def _of_stretches(before: Floats, n: int) -> float:
    """Standard deviation of the means of the stretches of `n` weeks; 0 with fewer than three, which tell nothing."""
    whole = len(before) // n * n
    stretches = before[len(before) - whole :].reshape(-1, n)
    means = [float(np.mean(known)) for row in stretches if len(known := row[np.isfinite(row)]) * 2 > n]
    return float(np.std(means, ddof=1)) if len(means) >= 3 else 0.0


def yearly_log(days: Floats, whole: Floats) -> Floats:
    """Return, week by week, the log growth on the year before of a segment against that of the whole; NaN where unknown."""
    return _growth(days) - _growth(whole)


def _growth(days: Floats) -> Floats:
    by_week = weeks(days)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(by_week[52:]) - np.log(by_week[:-52])
    return np.where(np.isfinite(logs), logs, np.nan)


def doubt(distance: float, sd: float | None, many: int = 1) -> float:
    """Return the chance (at most 1) that noise of `sd` alone reaches so far in any of `many` tests; 1 where sd is unknown."""
    if sd is None or not np.isfinite(distance):
        return 1.0
    return min(1.0, many * 2 * float(stdtr(_FREEDOM, -abs(distance) / max(sd, 1e-9))))


def usual_growth(now: Floats, then: Floats) -> float | None:
    """Return the growth of the segments' middle: their median weighted by last year, so that one newcomer moves it little."""
    known = then > 0
    if not known.any():
        return None
    growth, weight = now[known] / then[known], then[known]
    order = np.argsort(growth)
    upto = np.cumsum(weight[order]) / weight.sum()
    return float(growth[order][np.searchsorted(upto, 0.5)])
