"""What sells and what does not: Pareto classes, slow and new products, price bands, refunds by product, baskets.

Every lens counts what was paid in a period as far as the data know it; only products are counted, so shipping, fees and
manual entries never rank. Lists are empty, or None is returned, where the exports carry no order lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import facts
from okrlib.analysis.lenses import known
from okrlib.periods import Period
from okrlib.text import Text

CLASSES = (("A", Decimal("0.8")), ("B", Decimal("0.95")), ("C", Decimal(1)))
NEW_FOR = 91  # days from its first sale for which a product is new
REFUND_HISTORY = 182  # days before the period with which its refunds are compared
PAIR_SUPPORT = Decimal("0.002")  # of the orders must hold a pair before it is told, and ten of them at least
_PAIR_ORDERS = 10
_STEPS = (
    Decimal(1),
    Decimal("1.5"),
    Decimal(2),
    Decimal(3),
    Decimal(4),
    Decimal(5),
    Decimal(6),
    Decimal(8),
    Decimal(10),
)


@dataclass(frozen=True, slots=True)
class AbcClass:
    """A class of products: A brings the first 80 % of product revenue, B the next 15 %, C the rest."""

    name: str
    products: int
    share_of_products: Decimal
    revenue: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Pareto:
    """The classes, and after each product, best first, the share of revenue so far."""

    classes: tuple[AbcClass, ...]
    cumulative: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class SlowMover:
    """A product on the list that sold nothing in the period; `stock` is the last count, None where none is known."""

    sku: str
    title: str
    category: str | None
    last_sold: date | None
    stock: int | None


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product first sold within `NEW_FOR` days of the period's end: its sales and its share of product revenue."""

    sku: str
    title: str
    first_sold: date
    units: int
    revenue: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Units sold at a paid price from `low` (included) to below `high`; None is open."""

    low: Decimal | None
    high: Decimal | None
    units: int
    revenue: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class ProductRefunds:
    """Money given back for a product: its share of what was paid in the period, and in the half year before."""

    sku: str
    title: str
    paid: Decimal
    refunded: Decimal
    rate: Decimal
    rate_before: Decimal | None


@dataclass(frozen=True, slots=True)
class RefundReason:
    """Money given back for one reason, in the platform's words."""

    reason: str | None
    amount: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products bought in one order.

    support: share of all orders that hold both; confidence: share of the orders with `first` that hold `second` too;
    lift: how many times more often than if the two had nothing to do with each other.
    """

    first: str
    second: str
    orders: int
    support: float
    confidence: float
    lift: float


def span(period: Period) -> list[date]:
    """Return a period as the two bounds that `sales` and its like take: first day, and the day after the last."""
    return [period.start, period.end + timedelta(days=1)]


def pareto(data: StoreData, period: Period) -> Pareto | None:
    """Return the ABC classes of the products sold; the one that crosses a limit still belongs to the upper class."""
    days = known(data, period)
    sql = "SELECT sum(paid) AS p FROM sales(?, ?) WHERE kind = 'product' AND sku IS NOT NULL GROUP BY sku HAVING p > 0"
    amounts = sorted((row[0] for row in data.rows(sql, span(days))), reverse=True) if days else []
    if not amounts:
        return None
    total = sum(amounts, Decimal(0))
    upto = [running / total for running in accumulate(amounts)]
    before = [Decimal(0), *upto]
    ranks = [next(name for name, limit in CLASSES if start < limit) for start in before[:-1]]
    return Pareto(tuple(_abc(name, amounts, ranks, total) for name, _ in CLASSES if name in ranks), tuple(upto))


def _abc(name: str, amounts: list[Decimal], ranks: list[str], total: Decimal) -> AbcClass:
    own = [amount for amount, rank in zip(amounts, ranks, strict=True) if rank == name]
    revenue = sum(own, Decimal(0))
    return AbcClass(name, len(own), Decimal(len(own)) / len(amounts), revenue, revenue / total)


def slow_movers(data: StoreData, period: Period) -> list[SlowMover] | None:
    """Return listed products without a sale, longest unsold first; None where there is no product list."""
    days = known(data, period)
    if days is None or not data.rows("SELECT count(*) FROM raw_products")[0][0]:
        return None
    sql = """
    WITH last AS (SELECT sku, max(paid_at)::DATE AS day FROM sold WHERE kind = 'product' AND paid_at < ? GROUP BY sku),
    counted AS (SELECT sku, arg_max(on_hand, day) AS stock FROM raw_stock WHERE day < ? GROUP BY sku)
    SELECT p.sku, coalesce(a.title, p.sku), a.category, last.day, counted.stock
    FROM raw_products p JOIN articles a USING (sku) LEFT JOIN last USING (sku) LEFT JOIN counted USING (sku)
    WHERE coalesce(last.day < ?, true) AND coalesce(p.listed_at < ?, true) AND coalesce(counted.stock > 0, true)
    ORDER BY last.day NULLS FIRST, p.sku"""
    end = span(days)[1]
    return [SlowMover(*row) for row in data.rows(sql, [end, end, days.start, days.start])]


def new_products(data: StoreData, period: Period) -> list[NewProduct]:
    """Return products new on sale, best first; none where the data begin too late to tell old from new."""
    days = known(data, period)
    since = days.end - timedelta(days=NEW_FOR - 1) if days else date.max
    if days is None or data.covers.start > since - timedelta(days=NEW_FOR):
        return []
    sql = """
    WITH first AS (SELECT sku, min(paid_at)::DATE AS day FROM sold WHERE kind = 'product' GROUP BY sku),
    now AS (SELECT sku, any_value(title) AS title, sum(quantity)::BIGINT AS units, sum(paid) AS paid,
            sum(paid) / nullif(sum(sum(paid)) OVER (), 0) AS share
            FROM sales(?, ?) WHERE kind = 'product' AND sku IS NOT NULL GROUP BY sku)
    SELECT sku, coalesce(title, sku), day, units, paid, share::DECIMAL(18, 6) FROM now JOIN first USING (sku)
    WHERE day >= ? AND paid > 0 ORDER BY paid DESC, sku"""
    return [NewProduct(*row) for row in data.rows(sql, [*span(days), since])]


def price_bands(data: StoreData, period: Period) -> list[PriceBand]:
    """Return five bands of the price paid per unit, cut at round prices near the fifths of the units sold."""
    days = known(data, period)
    sql = """SELECT round(paid / quantity, 2) AS price, sum(quantity)::BIGINT, sum(paid) FROM sales(?, ?)
    WHERE kind = 'product' AND quantity > 0 AND paid > 0 GROUP BY price ORDER BY price"""
    rows = data.rows(sql, span(days)) if days else []
    edges = _edges([(Decimal(str(price)), units) for price, units, _ in rows])
    total = sum((paid for *_, paid in rows), Decimal(0))
    bounds = list(zip([None, *edges], [*edges, None], strict=True))
    return [band for low, high in bounds if (band := _band(rows, low, high, total)).units]


def _band(rows: list[tuple[Any, ...]], low: Decimal | None, high: Decimal | None, total: Decimal) -> PriceBand:
    own = [row for row in rows if (low is None or row[0] >= low) and (high is None or row[0] < high)]
    paid = sum((row[2] for row in own), Decimal(0))
    return PriceBand(low, high, sum(row[1] for row in own), paid, paid / total if total > 0 else None)


def _edges(prices: list[tuple[Decimal, int]]) -> list[Decimal]:
    """Return up to four round prices, near those below which a fifth, two, three and four fifths of the units lie."""
    total, edges = sum(units for _, units in prices), set[Decimal]()
    for fifth in (1, 2, 3, 4):
        running = 0
        for price, units in prices:
            running += units
            if running * 5 >= total * fifth:
                edges.add(_round_price(price))
                break
    return sorted(edges)


def _round_price(price: Decimal) -> Decimal:
    """Return the nearest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    unit = Decimal(1).scaleb(price.adjusted())
    return min((step * unit for step in _STEPS), key=lambda round_: abs(round_ - price)).normalize() + 0


def refunds_by_product(data: StoreData, period: Period, limit: int = 10) -> tuple[list[ProductRefunds], Text | None]:
    """Return the products for which most was given back, or the reason why refunds cannot be told by product."""
    days = known(data, period) or period
    now = facts(data, days, ["product_revenue", "refund_amount"], by="sku")
    if reason := next((row.reason for row in now if row.reason), None):
        return [], reason
    since, until = days.start - timedelta(days=REFUND_HISTORY), days.start - timedelta(days=1)
    earlier = Period(max(since, data.covers.start), until) if data.covers.start <= until else None
    past = _rates(_laid(facts(data, earlier, ["product_revenue", "refund_amount"], by="sku"))) if earlier else {}
    titles = dict(data.rows("SELECT sku, title FROM articles"))
    laid, rates = _laid(now), _rates(_laid(now))
    best = sorted(rates, key=lambda sku: (-laid[sku]["refund_amount"], sku))[:limit]
    rows = [(sku, titles.get(sku, sku), laid[sku]["product_revenue"], laid[sku]["refund_amount"]) for sku in best]
    return [ProductRefunds(*row, rates[row[0]], past.get(row[0])) for row in rows if row[3] > 0], None


def _laid(rows: list[Any]) -> dict[str, dict[str, Decimal]]:
    laid: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        if row.segment is not None and row.value is not None:
            laid.setdefault(str(row.segment), {})[row.metric] = row.value
    return laid


def _rates(laid: dict[str, dict[str, Decimal]]) -> dict[str, Decimal]:
    told = {sku: row for sku, row in laid.items() if row.get("product_revenue", 0) > 0 and "refund_amount" in row}
    return {sku: row["refund_amount"] / row["product_revenue"] for sku, row in told.items()}


def refund_reasons(data: StoreData, period: Period) -> list[RefundReason]:
    """Return what buyers gave as reasons, by money; none where the exports give no reasons."""
    sql = """SELECT reason, sum(amount), sum(amount) / nullif(sum(sum(amount)) OVER (), 0) FROM raw_refunds
    WHERE refunded_at >= ? AND refunded_at < ? GROUP BY reason ORDER BY reason IS NULL, 2 DESC, reason"""
    days = known(data, period)
    rows = data.rows(sql, span(days)) if days else []
    return [RefundReason(reason, amount, Decimal(str(share))) for reason, amount, share in rows] if any(
        row[0] for row in rows
    ) else []  # fmt: skip


def pairs(data: StoreData, period: Period, limit: int = 10) -> list[Pair]:
    """Return products bought together more often than chance would have it, by the orders that this makes.

    Of the 300 products most often bought, a pair is told from `PAIR_SUPPORT` of the orders on, and where its orders exceed
    what chance gives by two standard deviations. `first` is the product whose buyers take the other one more often.
    """
    days = known(data, period)
    orders = data.rows("SELECT count(DISTINCT order_id) FROM sales(?, ?)", span(days))[0][0] if days else 0
    if days is None or not orders:
        return []
    least = max(_PAIR_ORDERS, int(orders * PAIR_SUPPORT))
    found = [_pair(orders, *row) for row in data.rows(_PAIRS, [*span(days), least, least])]
    beyond = [pair for pair in found if _extra(pair) > 2 * (pair.orders / pair.lift) ** 0.5]
    return sorted(beyond, key=lambda pair: (-_extra(pair), pair.first, pair.second))[:limit]


_PAIRS = """
WITH items AS (
    SELECT DISTINCT order_id, sku FROM sales(?, ?) WHERE kind = 'product' AND sku IS NOT NULL AND quantity > 0),
often AS MATERIALIZED (
    SELECT sku, count(*) AS n, row_number() OVER (ORDER BY n DESC, sku)::SMALLINT AS i FROM items
    GROUP BY sku HAVING n >= ? ORDER BY i LIMIT 300),
kept AS MATERIALIZED (SELECT dense_rank() OVER (ORDER BY order_id) AS o, i FROM items JOIN often USING (sku)),
together AS (SELECT a.i AS i, b.i AS j, count(*) AS n FROM kept a JOIN kept b ON a.o = b.o AND a.i < b.i
         GROUP BY ALL HAVING count(*) >= ?)
SELECT s.title, t.title, w.n, a.n, b.n FROM together w JOIN often a USING (i) JOIN articles s USING (sku)
JOIN often b ON b.i = w.j JOIN articles t ON t.sku = b.sku"""


def _pair(orders: int, a: str, b: str, both: int, of_a: int, of_b: int) -> Pair:
    first, second, own = (a, b, of_a) if of_a <= of_b else (b, a, of_b)
    return Pair(first, second, both, both / orders, both / own, both * orders / (of_a * of_b))


def _extra(pair: Pair) -> float:
    """Orders beyond those that chance gives."""
    return pair.orders * (1 - 1 / pair.lift)
