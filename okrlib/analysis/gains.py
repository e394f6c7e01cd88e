"""Against competitors: whether their articles gained on ours over a quarter, or ours on theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.periods import Period

_LOOKS = """
WITH looks AS (SELECT * FROM raw_competitors WHERE day BETWEEN ? AND ?),
ends AS (
    SELECT competitor, item, arg_max(our_sku, day) AS sku, min(day) AS first_day, max(day) AS last_day,
           arg_min_null(units, day) AS before, arg_max_null(units, day) AS now, arg_min_null(price, day) AS price_before,
           arg_max_null(price, day) AS price_now, max(review_count) - min(review_count) AS reviews
    FROM looks GROUP BY competitor, item HAVING min(day) < max(day)
), ours AS (
    SELECT e.competitor, e.item,
           sum(s.quantity) FILTER (s.paid_at::DATE > e.first_day - 30 AND s.paid_at::DATE <= e.first_day) AS before,
           sum(s.quantity) FILTER (s.paid_at::DATE > e.last_day - 30 AND s.paid_at::DATE <= e.last_day) AS now
    FROM ends e JOIN sold s ON s.sku = e.sku AND s.kind = 'product' GROUP BY ALL
)
SELECT e.competitor, count(*), min(first_day), max(last_day),
       sum(e.before) FILTER (matched), sum(e.now) FILTER (matched), sum(coalesce(o.before, 0)) FILTER (matched),
       sum(coalesce(o.now, 0)) FILTER (matched), sum(price_before) FILTER (price_now IS NOT NULL),
       sum(price_now) FILTER (price_before IS NOT NULL), sum(reviews), count(*) FILTER (matched)
FROM (SELECT *, before IS NOT NULL AND now IS NOT NULL AND sku IN (SELECT sku FROM sold) AS matched FROM ends) e
LEFT JOIN ours o USING (competitor, item) GROUP BY e.competitor ORDER BY e.competitor
"""


@dataclass(frozen=True, slots=True)
class Gain:
    """One competitor between the first and the last look in a period, over the same articles.

    `theirs` and `ours` are units of the 30 days before each look, of `matched` articles that both sell; None where the
    table tells none. `price` is the relative change of the prices asked, `reviews` how many were added.
    """

    name: str
    items: int
    days: Period
    matched: int
    theirs: tuple[Decimal, Decimal] | None
    ours: tuple[Decimal, Decimal] | None
    price: Decimal | None
    reviews: int | None

    @property
    def gained(self) -> Decimal | None:
        """By how much our units grew more than theirs (0.1 is ten points); None where either is not known."""
        mine, other = _growth(self.ours), _growth(self.theirs)
        return None if mine is None or other is None else mine - other


def _growth(pair: tuple[Decimal, Decimal] | None) -> Decimal | None:
    return None if pair is None or not pair[0] else pair[1] / pair[0] - 1


def gains(data: StoreData, period: Period) -> list[Gain]:
    """Return each competitor that was looked at twice or more in `period`, by name; empty where none was."""
    rows = data.rows(_LOOKS, [period.start, min(period.end, data.as_of)])
    return [_gain(*row) for row in rows]


def _gain(
    name: str, items: int, first: date, last: date, theirs: int | None, theirs_now: int | None, ours: int | None,
    ours_now: int | None, price: Decimal | None, price_now: Decimal | None, reviews: int | None, matched: int,
) -> Gain:  # fmt: skip
    return Gain(
        name, items, Period(first, last), matched,
        _pair(theirs, theirs_now), _pair(ours, ours_now),
        price_now / price - 1 if price and price_now is not None else None, None if reviews is None else int(reviews),
    )  # fmt: skip


def _pair(before: int | None, now: int | None) -> tuple[Decimal, Decimal] | None:
    return None if before is None or now is None else (Decimal(before), Decimal(now))
