"""What customers are still worth: BG/NBD and Gamma-Gamma by segment, in ranges that the store's own past has tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from okrlib.analysis.customers import SEGMENTS, Segment, no_buyers, query, segments
from okrlib.analysis.data import StoreData
from okrlib.analysis.lifetime import BgNbd, Floats, GammaGamma, History, fit_bg_nbd, fit_gamma_gamma
from okrlib.text import Text

_ENOUGH_BUYERS = 200  # below this neither model can be told from luck
_MOST_BUYERS = 20_000  # a sample this large fixes the parameters as well as millions do
_LONGEST = 52  # weeks looked ahead at most, and never more than half of the history
_SHORTEST = 13
_LEAST_SPREAD = 0.1  # log; no forecast of people is closer than a tenth


@dataclass(frozen=True, slots=True)
class SegmentValue:
    """What an average buyer of a segment is expected to order and spend; `low` to `high` is the range of 8 in 10."""

    segment: Segment
    buyers: int
    orders: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Expected value of known buyers over `weeks`; without `rows` there is a `reason`.

    `told` and `came` are the orders the model would have told for the last `weeks`, from the data before, and those that
    came; the ranges rest on how far the two were apart.
    """

    weeks: int
    rows: tuple[SegmentValue, ...]
    told: float
    came: float
    reason: Text | None = None


def histories(data: StoreData, end: date) -> tuple[History, tuple[str, ...]]:
    """Return the purchases of known buyers by `end` for the models of `lifetime`, and the segment of each."""
    sql = """SELECT (days - 1)::DOUBLE AS x, date_diff('day', first, last) / 7.0 AS t, date_diff('day', first, {end}) / 7.0 AS seen,
    CASE WHEN days > 1 THEN ((revenue - first_paid) / (days - 1))::DOUBLE END AS spent, segment
    FROM named QUALIFY (row_number() OVER (ORDER BY buyer) - 1) % (1 + (count(*) OVER () - 1) // {most}) = 0"""
    rows = data.rows(query(end, sql.format(end=f"DATE '{end}'", most=_MOST_BUYERS)))
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * 5
    return History(*(np.array(column, dtype=float) for column in columns[:4])), columns[4]


def lifetime(data: StoreData, end: date) -> Lifetime:
    """Return what buyers of each segment are expected to spend, over as many weeks as can be tested on the past."""
    weeks = min(_LONGEST, (end - data.covers.start).days // 14)
    reason = no_buyers(data, end) or (_TOO_SHORT if weeks < _SHORTEST else None)
    if reason:
        return Lifetime(weeks, (), 0, 0, reason)
    history, names = histories(data, end)
    fitted, tested = _fit(history), _tested(data, end, weeks)
    if fitted is None or tested is None:
        return Lifetime(weeks, (), 0, 0, _TOO_FEW)
    told, came, spread = tested
    orders = fitted[0].orders(history, weeks)
    value, label = orders * fitted[1].per_order(history), np.array(names)
    sizes = {row.segment.id: row.buyers for row in segments(data, end) or ()}
    rows = [_value(one, sizes[one.id], label == one.id, orders, value, spread) for one in SEGMENTS if one.id in names]
    return Lifetime(weeks, tuple(rows), told, came)


def _value(segment: Segment, buyers: int, which: Any, orders: Floats, value: Floats, spread: float) -> SegmentValue:
    mean, factor = float(value[which].mean()), float(np.exp(1.2816 * spread))
    return SegmentValue(segment, buyers, float(orders[which].mean()), mean, mean / factor, mean * factor)


def _fit(history: History) -> tuple[BgNbd, GammaGamma] | None:
    if len(history) < _ENOUGH_BUYERS:
        return None
    counts, money = fit_bg_nbd(history), fit_gamma_gamma(history)
    return None if counts is None or money is None else (counts, money)


def _tested(data: StoreData, end: date, weeks: int) -> tuple[float, float, float] | None:
    """Fit to the data of `weeks` before, and return orders told, orders come, and how far (log) segments were apart."""
    then = end - timedelta(weeks=weeks)
    history, names = histories(data, then)
    model = fit_bg_nbd(history) if len(history) >= _ENOUGH_BUYERS else None
    if model is None:
        return None
    told, label = model.orders(history, weeks), np.array(names)
    sizes, came = _came(data, then, end)
    means = {name: float(told[label == name].mean()) for name in sizes if name in names}
    known = [name for name in means if came[name] > 0 and means[name] > 0]
    if not known:
        return None
    weights = np.array([came[name] for name in known])
    errors = np.log([came[name] / (means[name] * sizes[name]) for name in known])
    spread = float(np.sqrt(np.average(errors**2, weights=weights)))
    return sum(means[n] * sizes[n] for n in known), float(weights.sum()), max(spread, _LEAST_SPREAD)


def _came(data: StoreData, then: date, end: date) -> tuple[dict[str, int], dict[str, int]]:
    """Return, by segment as of `then`, the buyers and the days on which they bought from then to `end`."""
    sql = f"""SELECT segment, count(DISTINCT n.buyer), count(DISTINCT (o.buyer, o.paid_at::DATE)) FILTER (o.buyer IS NOT NULL)
    FROM named n LEFT JOIN orders o ON o.buyer = n.buyer AND o.paid_at >= DATE '{then}' + 1
    AND o.paid_at < DATE '{end}' + 1 GROUP BY segment"""
    rows = data.rows(query(then, sql))
    return {name: buyers for name, buyers, _ in rows}, {name: came for name, _, came in rows}


_TOO_SHORT = Text(
    "the data are too short to test such a forecast on their own past (half a year is the least)",
    "数据时间太短，无法用自身历史检验预测（至少需要半年）",
)
_TOO_FEW = Text(
    "too few buyers have come back for a forecast of their orders",
    "回头客太少，无法预测其后续订单",
)
