"""One store's data as of a day: the tables every metric and lens is written against.

`orders`            every order placed by the end of the day; what happened to it later is not seen
`sales(a, b)`       lines of the orders paid in [a, b): `paid` sums exactly to what the orders were paid
`placed(a, b)`      orders placed in [a, b)
`returned(a, b)`    money given back in [a, b): by its own date where the export has one, else by the order's payment

Two things no export dates are taken as known from the order's first day: that it was cancelled before payment, and a
refund that only the order itself tells. Both are why a metric has a revision window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import duckdb
from babel.numbers import get_currency_precision

from okrlib.analysis.events import Event, events_for, read_calendar
from okrlib.lake import Lake, connect, quoted
from okrlib.periods import Period
from okrlib.schema import TABLES
from okrlib.stores import Store, Workbook
from okrlib.text import Text, day

_VIEWS = """
CREATE TEMP TABLE orders AS
WITH lines AS (SELECT order_id, count(refund_amount) > 0 AS told FROM raw_order_lines GROUP BY order_id)
SELECT o.* EXCLUDE (store, currency, source_order, source_file, source_line) REPLACE (
    CASE WHEN paid_at < {end} THEN paid_at END AS paid_at,
    CASE WHEN paid_at < {end} THEN coalesce(paid_amount, order_amount, 0) END AS paid_amount,
    CASE WHEN shipped_at < {end} THEN shipped_at END AS shipped_at,
    CASE WHEN delivered_at < {end} THEN delivered_at END AS delivered_at,
    CASE WHEN paid_at >= {end} THEN 'unpaid' WHEN shipped_at >= {end} THEN 'paid'
         WHEN delivered_at >= {end} THEN 'shipped' ELSE status END AS status),
    l.order_id IS NOT NULL AS itemised, o.refund_amount IS NOT NULL OR coalesce(l.told, false) AS refund_told
FROM raw_orders o LEFT JOIN lines l USING (order_id) WHERE ordered_at < {end};

CREATE TEMP TABLE first_paid AS SELECT buyer, min(paid_at) AS first_paid_at FROM orders
WHERE buyer IS NOT NULL AND paid_at IS NOT NULL GROUP BY buyer;

-- What an order was paid is shared out over its lines by their amounts, to the cent, so that parts sum to the whole:
-- each line gets the share of the lines up to it less the share of those before it.
CREATE TEMP TABLE sold AS
WITH paid_orders AS (
    SELECT order_id, buyer, ordered_at, paid_at, channel, region, status, paid_amount, shipping_amount
    FROM orders WHERE paid_at IS NOT NULL
), lines AS (
    SELECT order_id, line_id, CASE WHEN kind = 'product' THEN coalesce(sku, title) ELSE sku END AS sku, title, category,
           kind, quantity, coalesce(line_amount, unit_price * quantity, 0)::DECIMAL(18,4) AS weight
    FROM raw_order_lines
), totals AS (
    SELECT order_id, sum(weight) AS total, bool_or(kind = 'shipping') AS lists_shipping FROM lines GROUP BY order_id
), shares AS (
    SELECT o.* EXCLUDE (paid_amount, shipping_amount), t.total,
           CASE WHEN t.lists_shipping THEN 0
                ELSE greatest(least(coalesce(o.shipping_amount, 0), o.paid_amount), 0) END AS shipping,
           o.paid_amount - shipping AS goods,
           coalesce(t.total > 0 AND goods >= 0 AND t.total <> goods, false) AS scaled
    FROM paid_orders o LEFT JOIN totals t USING (order_id)
), running AS (
    SELECT order_id, line_id, goods, total, weight,
           sum(weight) OVER (PARTITION BY order_id ORDER BY line_id ROWS UNBOUNDED PRECEDING) AS upto
    FROM shares JOIN lines USING (order_id) WHERE scaled
), scaled AS (
    SELECT order_id, line_id, (
        CASE WHEN upto = total THEN goods ELSE round(goods::DOUBLE * upto::DOUBLE / total::DOUBLE, {digits}) END
        - CASE WHEN upto - weight = total THEN goods
               ELSE round(goods::DOUBLE * (upto - weight)::DOUBLE / total::DOUBLE, {digits}) END)::DECIMAL(18,4) AS paid
    FROM running
), parts AS (
    SELECT order_id, line_id, sku, title, category, kind, quantity, coalesce(s.paid, weight) AS paid
    FROM lines LEFT JOIN scaled s USING (order_id, line_id)
    UNION ALL
    SELECT order_id, 'shipping', NULL, NULL, NULL, 'shipping', 0, shipping FROM shares WHERE shipping <> 0
    UNION ALL
    SELECT order_id, 'rest', NULL, NULL, NULL, 'unitemised', 0, goods - coalesce(total, 0) FROM shares
    WHERE total IS NULL OR (NOT scaled AND goods <> total)
)
SELECT o.* EXCLUDE (paid_amount, shipping_amount), p.* EXCLUDE (order_id)
FROM paid_orders o JOIN parts p USING (order_id);

-- One name and category for an article: the product list's, else those its lines mostly carry.
CREATE TEMP TABLE articles AS
WITH spelt AS (SELECT sku, title, category, count(*) AS n FROM sold WHERE kind = 'product' GROUP BY ALL),
usual AS (
    SELECT sku, first(title ORDER BY n DESC, title) FILTER (title IS NOT NULL) AS title,
           first(category ORDER BY n DESC, category) FILTER (category IS NOT NULL) AS category
    FROM spelt WHERE sku IS NOT NULL GROUP BY sku
)
SELECT sku, coalesce(p.title, u.title, sku) AS title, coalesce(p.category, u.category) AS category
FROM usual u FULL JOIN raw_products p USING (sku);

CREATE TEMP TABLE given_back AS
WITH plain AS (  -- orders whose refunds have no dates of their own
    SELECT * FROM orders WHERE paid_at IS NOT NULL
    AND order_id NOT IN (SELECT order_id FROM raw_refunds WHERE order_id IS NOT NULL)
), by_line AS (  -- a full refund gives back what every line was paid, shipping too
    SELECT order_id, s.sku, s.title, s.category, s.kind, s.quantity, s.paid AS amount
    FROM sold s JOIN plain p USING (order_id) WHERE p.refund_amount >= p.paid_amount AND s.paid <> 0
    UNION ALL
    SELECT order_id, coalesce(l.sku, l.title), l.title, l.category, l.kind, l.quantity, l.refund_amount
    FROM raw_order_lines l JOIN plain p USING (order_id)
    WHERE l.refund_amount > 0 AND coalesce(p.refund_amount < p.paid_amount, true)
), by_order AS (
    SELECT order_id, p.refund_amount - coalesce(sum(l.amount), 0) AS amount
    FROM plain p LEFT JOIN by_line l USING (order_id) GROUP BY order_id, p.refund_amount HAVING amount > 0
)
SELECT order_id, buyer, paid_at AS returned_at, channel, region, l.* EXCLUDE (order_id)
FROM by_line l JOIN plain USING (order_id)
UNION ALL
SELECT order_id, buyer, paid_at, channel, region, NULL, NULL, NULL, 'unitemised', NULL, amount
FROM by_order JOIN plain USING (order_id)
UNION ALL
SELECT r.order_id, coalesce(r.buyer, o.buyer), coalesce(r.refunded_at, o.paid_at) AS happened_at,
       coalesce(r.channel, o.channel), coalesce(r.region, o.region), coalesce(r.sku, r.title) AS article, r.title, NULL,
       coalesce(r.kind, CASE WHEN article IS NULL THEN 'unitemised' ELSE 'product' END), r.quantity, r.amount
FROM raw_refunds r LEFT JOIN orders o USING (order_id) WHERE happened_at < {end};

CREATE TEMP MACRO sales(a, b) AS TABLE
SELECT s.* REPLACE (
    coalesce(n.title, s.title) AS title,
    CASE WHEN s.kind = 'product' THEN coalesce(s.category, n.category) ELSE s.kind END AS category), f.first_paid_at
FROM sold s LEFT JOIN articles n USING (sku) LEFT JOIN first_paid f USING (buyer) WHERE paid_at >= a AND paid_at < b;

CREATE TEMP MACRO placed(a, b) AS TABLE SELECT * FROM orders WHERE ordered_at >= a AND ordered_at < b;

CREATE TEMP MACRO returned(a, b) AS TABLE
SELECT g.* REPLACE (
    coalesce(n.title, g.title) AS title,
    CASE WHEN g.kind = 'product' THEN coalesce(g.category, n.category) ELSE g.kind END AS category)
FROM given_back g LEFT JOIN articles n USING (sku) WHERE returned_at >= a AND returned_at < b;
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How much of a period the exports tell: shares from 0 to 1; 1 where there was nothing to tell."""

    lines: float  # of paid orders, those that list what was bought
    refunds: float  # of paid orders, those not yet completed or that say what was given back
    refund_lines: float  # of money given back, that which names the article


@dataclass(frozen=True)
class StoreData:
    """One store's canonical tables as of the end of a day, opened on DuckDB."""

    store: Store
    as_of: date
    con: duckdb.DuckDBPyConnection
    calendar: tuple[Mapping[str, Any], ...] = ()
    _told: dict[Period, Told] = field(default_factory=dict, repr=False, compare=False)

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query over the tables and return its rows; decimals stay decimals."""
        return self.con.execute(sql, parameters or []).fetchall()

    @cached_property
    def covers(self) -> Period:
        """First to last day with an order or a payment; the day after `as_of` when there is none yet."""
        sql = "SELECT min(ordered_at)::DATE, max(greatest(ordered_at, coalesce(paid_at, ordered_at)))::DATE FROM orders"
        first, last = self.rows(sql)[0]
        return Period(first or self.as_of + timedelta(days=1), last or self.as_of + timedelta(days=1))

    @cached_property
    def buyers_known(self) -> bool:
        """Whether the exports carry a usable buyer."""
        return bool(self.rows("SELECT count(buyer) FROM orders")[0][0])

    @cached_property
    def refund_events(self) -> bool:
        """Whether the exports tell refunds as events of their own, with a day or none."""
        sql = "SELECT count(*) FROM raw_refunds WHERE refunded_at IS NULL OR refunded_at < ?"
        return bool(self.rows(sql, [self.as_of + timedelta(days=1)])[0][0])

    @cached_property
    def refunds_known(self) -> bool:
        """Whether the exports tell refunds at all: by events of their own, or order by order."""
        sql = "SELECT count(*) FROM orders WHERE refund_told AND paid_at IS NOT NULL"
        return self.refund_events or bool(self.rows(sql)[0][0])

    @cached_property
    def values(self) -> dict[str, frozenset[str]]:
        """Every value seen in each dimension; an empty set where the exports tell none."""
        sources = {
            "channel": "SELECT DISTINCT channel FROM orders",
            "region": "SELECT DISTINCT region FROM orders UNION SELECT DISTINCT region FROM given_back",
            "category": "SELECT DISTINCT category FROM articles UNION SELECT DISTINCT category FROM sold",
            "product": "SELECT DISTINCT title FROM articles",
            "sku": "SELECT DISTINCT sku FROM articles",
        }
        return {name: frozenset(row[0] for row in self.rows(sql) if row[0]) for name, sql in sources.items()}

    def told(self, period: Period) -> Told:
        """How completely the exports tell `period`'s lines and refunds."""
        if period not in self._told:
            self._told[period] = self._read_told(period)
        return self._told[period]

    def _read_told(self, period: Period) -> Told:
        paid, itemised, untold, back, loose = self.rows(
            """SELECT count(*), count(*) FILTER (itemised),
            count(*) FILTER (NOT refund_told AND status NOT IN ('paid', 'shipped')
                AND order_id NOT IN (SELECT order_id FROM given_back WHERE order_id IS NOT NULL)),
            (SELECT coalesce(sum(amount), 0) FROM returned(?, ?)),
            (SELECT coalesce(sum(amount) FILTER (kind = 'unitemised'), 0) FROM returned(?, ?))
            FROM orders WHERE paid_at >= ? AND paid_at < ?""",
            [period.start, period.end + timedelta(days=1)] * 3,
        )[0]
        return Told(
            float(itemised / paid) if paid else 1.0,
            float(1 - untold / paid) if paid and not self.refund_events else 1.0,
            float(1 - loose / back) if back else 1.0,
        )

    @property
    def stale_days(self) -> int:
        """Days between the last day the exports know and the as-of day."""
        return max((self.as_of - self.covers.end).days, 0)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The shopping events the store feels, with its own of ``params/calendar.yaml``."""
        return events_for(self.store.country, self.store.platform, self.calendar)

    def missing(self, period: Period) -> Text | None:
        """Say why `period` has no data, or None when the exports cover it from its first day."""
        first, last = self.covers.start, self.covers.end
        if first > self.as_of:
            return Text(f"no orders by {day(self.as_of, 'en')}", f"截至 {day(self.as_of, 'zh')} 没有订单")
        if period.start < first:
            return Text(f"the data begin on {day(first, 'en')}", f"数据从 {day(first, 'zh')} 开始")
        if period.start > last:
            return Text(f"the data end on {day(last, 'en')}", f"数据截至 {day(last, 'zh')}")
        return None


def open_data(workbook: Workbook, store: Store, as_of: date, known_at: datetime | None = None) -> StoreData:
    """Open a store's data as of the end of `as_of`, as the lake is or was at `known_at`; DataError when it has none."""
    lake = Lake(workbook.warehouse, known_at)
    con = connect()
    lake.views(con, store.store, [*TABLES, "readings", "rejects"])
    end = f"TIMESTAMP {quoted(str(as_of + timedelta(days=1)))}"
    con.execute(_VIEWS.replace("{end}", end).replace("{digits}", str(get_currency_precision(store.currency))))
    return StoreData(store, as_of, con, read_calendar(workbook.params / "calendar.yaml"))
