"""Who the buyers are: RFM segments on the merchant's own quintiles, cohorts, the second order, and what is to come.

Everything counts the buyers whom the exports name, up to the end of a day, as far back as the data go. A buyer is a keyed
hash and nothing else. Where no buyer is named the lenses return None, and `no_buyers` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.lifetime import BgNbd, Floats, GammaGamma, History, fit_bg_nbd, fit_gamma_gamma
from okrlib.periods import Period
from okrlib.text import Text

DORMANT = ("cooling", "at_risk", "lapsed")
SECOND_ORDER_DAYS = (30, 60, 90, 180, 365)
_ENOUGH_BUYERS = 200  # below this neither model can be told from luck
_MOST_BUYERS = 20_000  # a sample this large fixes the parameters as well as millions do
_LONGEST = 52  # weeks looked ahead at most, and never more than half of the history
_SHORTEST = 13
_LEAST_SPREAD = 0.1  # log; no forecast of people is closer than a tenth

_BUYERS = """
WITH days AS (
    SELECT buyer, paid_at::DATE AS day, count(*) AS orders, sum(paid_amount) AS paid, {end} AS ending FROM orders
    WHERE buyer IS NOT NULL AND paid_at < {end} + 1 GROUP BY ALL
), buyers AS (
    SELECT buyer, min(day) AS first, max(day) AS last, count(*) AS days, sum(orders) AS orders, sum(paid) AS revenue,
           arg_min(paid, day) AS first_paid, coalesce(sum(paid) FILTER (day > ending - 365), 0) AS of_year
    FROM days GROUP BY buyer
), scored AS (  -- a score is one more than the fifths of all buyers who stand strictly below
    SELECT *, 1 + 5 * (rank() OVER (ORDER BY last) - 1) // count(*) OVER () AS r,
           1 + 5 * (rank() OVER (ORDER BY orders) - 1) // count(*) OVER () AS f,
           1 + 5 * (rank() OVER (ORDER BY revenue) - 1) // count(*) OVER () AS m FROM buyers
), named AS (SELECT *, CASE {cases} END AS segment FROM scored)
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of buyers: those of the scores `sql`, unless an earlier segment has them."""

    id: str
    name: Text
    meaning: Text
    sql: str


SEGMENTS = (
    Segment("champions", Text("Champions", "核心客户"),
            Text("bought lately and often", "近期买过，买得也多"), "r >= 4 AND f >= 4"),
    Segment("promising", Text("Promising", "潜力客户"),
            Text("bought lately, and more than once", "近期买过，且不止一次"), "r >= 4 AND f >= 2"),
    Segment("recent", Text("Recent", "近期新客"),
            Text("bought lately, among those with fewest orders", "近期买过，订单数属最少一档"), "r >= 4"),
    Segment("cooling", Text("Cooling off", "转淡老客"),
            Text("bought often, but not of late", "过去常买，最近变少"), "r >= 2 AND f >= 4"),
    Segment("occasional", Text("Occasional", "一般客户"),
            Text("some time ago, few orders", "有一阵没买，订单不多"), "r >= 2"),
    Segment("at_risk", Text("Good, nearly lost", "重要挽留客户"),
            Text("longest gone, yet bought often or spent most", "最久没来，但曾常买或消费最高"), "f >= 4 OR m = 5"),
    Segment("lapsed", Text("Lapsed", "流失客户"),
            Text("longest gone, few orders", "最久没来，订单也少"), "true"),
)  # fmt: skip
_CASES = " ".join(f"WHEN {one.sql} THEN '{one.id}'" for one in SEGMENTS)


@dataclass(frozen=True, slots=True)
class SegmentWorth:
    """What a segment is worth: buyers, what they have ever paid, what they paid in the past 365 days and its share."""

    segment: Segment
    buyers: int
    orders: int
    revenue: Decimal
    of_year: Decimal
    share_of_year: Decimal | None

    @property
    def per_buyer(self) -> Decimal:
        """Money paid by a buyer so far, on average."""
        return self.revenue / self.buyers


@dataclass(frozen=True, slots=True)
class ListedBuyer:
    """One buyer as a CRM takes it: the keyed hash, segment, last order, orders and money paid."""

    buyer: str
    segment: Segment
    last_order: date
    orders: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Cohort:
    """Buyers whose first order fell in `month`, and the share of them who bought in each month since.

    `again[k]` is of the k-th month after; only months that the data know to their end are there.
    """

    month: date
    buyers: int
    again: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """How soon buyers come back: `within[d]` of those first seen at least d days ago; the median of those who did."""

    buyers: int
    came_back: int
    within: dict[int, Decimal]
    median_days: int | None


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


def no_buyers(data: StoreData, end: date) -> Text | None:
    """Say why customers cannot be told by `end`; None where they can."""
    day = min(end, data.covers.end)
    return fact(data, Period(day, day), "buyers").reason


def _query(end: date, sql: str) -> str:
    return _BUYERS.format(end=f"DATE '{end}'", cases=_CASES) + sql


def segments(data: StoreData, end: date) -> list[SegmentWorth] | None:
    """Return the segments that have buyers, in the order of `SEGMENTS`."""
    if no_buyers(data, end):
        return None
    sql = "SELECT segment, count(*), sum(orders)::BIGINT, sum(revenue), sum(of_year) FROM named GROUP BY segment"
    found = {
        name: (buyers, orders, paid, of_year) for name, buyers, orders, paid, of_year in data.rows(_query(end, sql))
    }
    year = sum((values[3] for values in found.values()), Decimal(0))
    rows = [(one, *found[one.id]) for one in SEGMENTS if one.id in found]
    return [SegmentWorth(*row, row[4] / year if year > 0 else None) for row in rows]


def segment_list(data: StoreData, end: date) -> list[ListedBuyer] | None:
    """Return every known buyer, segments in the order of `SEGMENTS`, those who paid most first."""
    if no_buyers(data, end):
        return None
    by_id = {one.id: one for one in SEGMENTS}
    sql = "SELECT buyer, segment, last, orders::BIGINT, revenue FROM named ORDER BY revenue DESC, buyer"
    rows = [ListedBuyer(buyer, by_id[name], *values) for buyer, name, *values in data.rows(_query(end, sql))]
    return sorted(rows, key=lambda row: SEGMENTS.index(row.segment))


def cohorts(data: StoreData, end: date, months: int = 12) -> list[Cohort] | None:
    """Return the cohorts of the last `months` whole months by `end`, oldest first.

    Buyers of the data's first months look new because nothing older is known.
    """
    if no_buyers(data, end):
        return None
    sql = """, months AS (
        SELECT DISTINCT buyer, date_trunc('month', first)::DATE AS cohort,
               date_diff('month', first, day) AS age FROM days JOIN buyers USING (buyer))
    SELECT cohort, age, count(*) FROM months GROUP BY ALL"""
    counts = {(cohort, age): n for cohort, age, n in data.rows(_query(end, sql))}
    last = (end + timedelta(days=1)).replace(day=1) - timedelta(days=1)  # of the last whole month
    recent = sorted(month for month, age in counts if age == 0 and month <= last)[-months:]
    return [_cohort(month, last, counts) for month in recent]


def _cohort(month: date, last: date, counts: dict[tuple[date, int], int]) -> Cohort:
    whole = 12 * (last.year - month.year) + last.month - month.month
    buyers = counts[month, 0]
    again = (Decimal(counts.get((month, age), 0)) / buyers for age in range(1, whole + 1))
    return Cohort(month, buyers, tuple(again))


def second_order(data: StoreData, end: date) -> SecondOrder | None:
    """Return how soon known buyers came back; an order of the same day is not a return."""
    if no_buyers(data, end):
        return None
    sql = """, seconds AS (
        SELECT date_diff('day', b.first, min(d.day)) AS gap, date_diff('day', b.first, any_value(b.ending)) AS seen
        FROM (SELECT buyer, first, {end} AS ending FROM buyers) b
        LEFT JOIN days d ON d.buyer = b.buyer AND d.day > b.first GROUP BY b.buyer, b.first)
    SELECT count(*), count(gap), quantile_disc(gap, 0.5), {shares} FROM seconds"""
    shares = ", ".join(
        f"count(*) FILTER (gap <= {d} AND seen >= {d}), count(*) FILTER (seen >= {d})" for d in SECOND_ORDER_DAYS
    )
    buyers, back, median, *pairs = data.rows(_query(end, sql.format(end=f"DATE '{end}'", shares=shares)))[0]
    within = zip(SECOND_ORDER_DAYS, pairs[::2], pairs[1::2], strict=True)
    return SecondOrder(buyers, back, {d: Decimal(came) / seen for d, came, seen in within if seen}, median)


def histories(data: StoreData, end: date) -> tuple[History, tuple[str, ...]]:
    """Return the purchases of known buyers by `end` for the models of `lifetime`, and the segment of each."""
    sql = """SELECT (days - 1)::DOUBLE AS x, (last - first) / 7.0 AS t, ({end} - first) / 7.0 AS seen,
    CASE WHEN days > 1 THEN ((revenue - first_paid) / (days - 1))::DOUBLE END AS spent, segment
    FROM named QUALIFY (row_number() OVER (ORDER BY buyer) - 1) % (1 + (count(*) OVER () - 1) // {most}) = 0"""
    rows = data.rows(_query(end, sql.format(end=f"DATE '{end}'", most=_MOST_BUYERS)))
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
    rows = data.rows(_query(then, sql))
    return {name: buyers for name, buyers, _ in rows}, {name: came for name, _, came in rows}


_TOO_SHORT = Text(
    "the data are too short to test such a forecast on their own past (half a year is the least)",
    "数据时间太短，无法用自身历史检验预测（至少需要半年）",
)
_TOO_FEW = Text(
    "too few buyers have come back for a forecast of their orders",
    "回头客太少，无法预测其后续订单",
)
