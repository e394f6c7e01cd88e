"""What lies in stock: how long it lasts at the pace it sells, what moves too slowly, and what was sold out at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period

SLOW_DAYS = 180  # of supply, from which stock moves too slowly
KEPT_DAYS = 90  # of supply that a merchant may well keep
PACE_DAYS = 91  # over which the pace of sales is taken


@dataclass(frozen=True, slots=True)
class Stocked:
    """An article's last count: units, their cost, days of supply at the pace of the last 91 days (None: nothing sold).

    `excess` is the cost of what lies beyond `KEPT_DAYS` of supply, `sold_out` the days of the period on which none was left,
    `missed` what those days would have brought at that pace. Costs are None where the product list does not tell them.
    """

    sku: str
    title: str
    on_hand: int
    value: Decimal | None
    pace: Decimal  # units a day, over days on which there was stock
    supply: Decimal | None
    excess: Decimal | None
    sold_out: int
    missed: Decimal
    last_sold: date | None

    @property
    def slow(self) -> bool:
        """Whether it lasts longer than `SLOW_DAYS`, or does not sell at all."""
        return self.on_hand > 0 and (self.supply is None or self.supply > SLOW_DAYS)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every article counted by the end of the period, that with most money beyond need first, and the day of the last count."""

    counted: date
    articles: tuple[Stocked, ...]

    @property
    def value(self) -> Decimal:
        """Cost of all that lies in stock."""
        return sum((one.value or Decimal(0) for one in self.articles), Decimal(0))

    @property
    def slow(self) -> tuple[Stocked, ...]:
        """Articles that move too slowly."""
        return tuple(one for one in self.articles if one.slow)

    @property
    def excess(self) -> Decimal:
        """Cost of what lies beyond need of the slow articles."""
        return sum((one.excess or Decimal(0) for one in self.slow), Decimal(0))

    @property
    def missed(self) -> Decimal:
        """What the days sold out would have brought."""
        return sum((one.missed for one in self.articles), Decimal(0))


_STOCK = """
WITH counts AS (SELECT sku, day, on_hand FROM raw_stock WHERE day >= ? AND day < ?),
last AS (SELECT sku, max(day) AS day, arg_max(on_hand, day) AS on_hand FROM counts GROUP BY sku),
empty AS (SELECT sku, count(*) FILTER (day >= ? AND on_hand <= 0) AS sold_out,
                 count(*) FILTER (on_hand > 0) / count(*) AS open FROM counts GROUP BY sku),
pace AS (SELECT sku, sum(quantity) AS units, sum(paid) AS paid FROM sales(?, ?) WHERE kind = 'product' GROUP BY sku),
sold_last AS (SELECT sku, max(paid_at)::DATE AS day FROM sold WHERE kind = 'product' AND paid_at < ? GROUP BY sku)
SELECT l.sku, coalesce(a.title, l.sku), l.on_hand, a.unit_cost, coalesce(p.units, 0)::BIGINT, coalesce(p.paid, 0),
       e.sold_out, e.open, s.day, max(l.day) OVER ()
FROM last l JOIN empty e USING (sku) LEFT JOIN articles a USING (sku) LEFT JOIN pace p USING (sku)
LEFT JOIN sold_last s USING (sku) WHERE l.on_hand > 0 OR e.sold_out > 0 OR p.units > 0 ORDER BY l.sku"""


def inventory(data: StoreData, period: Period) -> Inventory | None:
    """Return what lies in stock at the end of `period` as far as it is known; None where no stock has been counted."""
    days = known(data, period)
    if days is None or data.reach("stock") is None:
        return None
    first, end = days.end - timedelta(days=PACE_DAYS - 1), span(days)[1]
    rows = data.rows(_STOCK, [first, end, days.start, first, end, end])
    if not rows:
        return None
    known_days = min(PACE_DAYS, (days.end - data.covers.start).days + 1)
    articles = [_stocked(known_days, *row[:-1]) for row in rows]
    return Inventory(rows[0][-1], tuple(sorted(articles, key=lambda one: (-(one.excess or Decimal(0)), one.sku))))


def _stocked(
    known_days: int, sku: str, title: str, on_hand: int, cost: Decimal | None, units: int, paid: Decimal, sold_out: int,
    open_part: float, last_sold: date | None,
) -> Stocked:  # fmt: skip
    sellable = Decimal(known_days) * Decimal(str(open_part))
    pace = Decimal(units) / sellable if sellable else Decimal(0)
    supply = on_hand / pace if pace else None
    beyond = max(Decimal(on_hand) - pace * KEPT_DAYS, Decimal(0))
    missed = paid / sellable * sold_out if sellable else Decimal(0)
    value, excess = (None, None) if cost is None else (on_hand * cost, beyond * cost)
    return Stocked(sku, title, on_hand, value, pace, supply, excess, sold_out, missed, last_sold)
