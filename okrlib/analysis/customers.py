"""Who the buyers are: RFM segments on the merchant's own quintiles, cohorts, and the second order.

Everything counts the buyers whom the exports name, up to the end of a day, as far back as the data go. A buyer is a keyed
hash and nothing else. Where no buyer is named the lenses return None, and `no_buyers` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.once import once
from okrlib.periods import Period
from okrlib.text import Text

SECOND_ORDER_DAYS = (30, 60, 90, 180, 365)

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


def no_buyers(data: StoreData, end: date) -> Text | None:
    """Say why customers cannot be told by `end`; None where they can."""
    day = min(end, data.covers.end)
    return fact(data, Period(day, day), "buyers").reason


def query(end: date, sql: str) -> str:
    """Return SQL over the buyers known by `end`: `days`, `buyers`, `scored` with r, f, m from 1 to 5, and `named`."""
    return _BUYERS.format(end=f"DATE '{end}'", cases=_CASES) + sql


@once
def segments(data: StoreData, end: date) -> tuple[SegmentWorth, ...] | None:
    """Return the segments that have buyers, in the order of `SEGMENTS`."""
    if no_buyers(data, end):
        return None
    sql = "SELECT segment, count(*), sum(orders)::BIGINT, sum(revenue), sum(of_year) FROM named GROUP BY segment"
    found = {
        name: (buyers, orders, paid, of_year) for name, buyers, orders, paid, of_year in data.rows(query(end, sql))
    }
    year = sum((values[3] for values in found.values()), Decimal(0))
    rows = [(one, *found[one.id]) for one in SEGMENTS if one.id in found]
    return tuple(SegmentWorth(*row, row[4] / year if year > 0 else None) for row in rows)


def segment_list(data: StoreData, end: date) -> list[ListedBuyer] | None:
    """Return every known buyer, segments in the order of `SEGMENTS`, those who paid most first."""
    if no_buyers(data, end):
        return None
    by_id = {one.id: one for one in SEGMENTS}
    sql = "SELECT buyer, segment, last, orders::BIGINT, revenue FROM named ORDER BY revenue DESC, buyer"
    rows = [ListedBuyer(buyer, by_id[name], *values) for buyer, name, *values in data.rows(query(end, sql))]
    return sorted(rows, key=lambda row: SEGMENTS.index(row.segment))


def cohorts(data: StoreData, end: date, months: int = 12) -> list[Cohort] | None:
    """Return the cohorts of the last `months` whole months by `end`, oldest first.

    Buyers of the data's first months look new because nothing older is known.
    """
    if no_buyers(data, end):
        return None
    sql = """, months AS (
        SELECT DISTINCT buyer, date_trunc('month', first)::DATE AS cohort,
               date_diff('month', date_trunc('month', first), date_trunc('month', day)) AS age FROM days JOIN buyers USING (buyer))
    SELECT cohort, age, count(*) FROM months GROUP BY ALL"""
    counts = {(cohort, age): n for cohort, age, n in data.rows(query(end, sql))}
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
        LEFT JOIN days d ON d.buyer = b.buyer AND d.day > b.first GROUP BY b.buyer, b.first
    ), ranked AS (  -- Spark's percentile_disc may be one place off
        SELECT *, 2 * row_number() OVER (ORDER BY gap NULLS LAST) >= count(gap) OVER () AS upper FROM seconds)
    SELECT count(*), count(gap), min(gap) FILTER (upper), {shares} FROM ranked"""
    shares = ", ".join(
        f"count(*) FILTER (gap <= {d} AND seen >= {d}), count(*) FILTER (seen >= {d})" for d in SECOND_ORDER_DAYS
    )
    buyers, back, median, *pairs = data.rows(query(end, sql.format(end=f"DATE '{end}'", shares=shares)))[0]
    within = zip(SECOND_ORDER_DAYS, pairs[::2], pairs[1::2], strict=True)
    return SecondOrder(buyers, back, {d: Decimal(came) / seen for d, came, seen in within if seen}, median)
