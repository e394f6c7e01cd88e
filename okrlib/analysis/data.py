"""One store's data as of a day: the views every metric and lens is written against.

`orders`            every order placed by the end of the day; what happened later is not seen
`sales(a, b)`       lines of the orders paid in [a, b): `paid` sums exactly to what the orders were paid
`placed(a, b)`      orders placed in [a, b)
`returned(a, b)`    money given back in [a, b): by its own date where the export has one, else by the order's payment
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import duckdb

from okrlib.lake import Lake, connect, quoted
from okrlib.periods import Period
from okrlib.schema import TABLES
from okrlib.stores import Store, Workbook
from okrlib.text import Text

_VIEWS = """
CREATE TEMP TABLE orders AS
SELECT * REPLACE (
    CASE WHEN paid_at < {end} THEN paid_at END AS paid_at,
    CASE WHEN paid_at < {end} THEN paid_amount END AS paid_amount,
    CASE WHEN shipped_at < {end} THEN shipped_at END AS shipped_at,
    CASE WHEN delivered_at < {end} THEN delivered_at END AS delivered_at)
FROM raw_orders WHERE ordered_at < {end};

CREATE TEMP TABLE first_paid AS SELECT buyer, min(paid_at) AS first_paid_at FROM orders
WHERE buyer IS NOT NULL AND paid_at IS NOT NULL GROUP BY buyer;

-- What an order was paid is shared out over its lines by their amounts, to the cent, so that parts sum to the whole.
CREATE TEMP MACRO sales(a, b) AS TABLE
WITH paid_orders AS (
    SELECT order_id, buyer, ordered_at, paid_at, channel, region, status, paid_amount, shipping_amount
    FROM orders WHERE paid_at >= a AND paid_at < b
), lines AS (
    SELECT order_id, line_id, sku, title, category, kind, quantity,
           coalesce(line_amount, unit_price * quantity, 0)::DECIMAL(18,4) AS weight
    FROM raw_order_lines WHERE order_id IN (SELECT order_id FROM paid_orders)
), totals AS (
    SELECT order_id, sum(weight) AS total, bool_or(kind = 'shipping') AS lists_shipping FROM lines GROUP BY order_id
), shares AS (
    SELECT o.*, coalesce(t.total, 0) AS total,
           CASE WHEN t.lists_shipping THEN 0 ELSE least(coalesce(o.shipping_amount, 0), o.paid_amount) END AS shipping,
           o.paid_amount - shipping AS goods
    FROM paid_orders o LEFT JOIN totals t USING (order_id)
), shared AS (
    SELECT s.*, l.line_id, l.sku, l.title, l.category, l.kind, l.quantity, l.weight,
           sum(l.weight) OVER (PARTITION BY order_id ORDER BY line_id ROWS UNBOUNDED PRECEDING) AS running
    FROM shares s JOIN lines l USING (order_id)
), every_line AS (
    SELECT order_id, line_id, sku, title, category, kind, quantity,
           CASE WHEN total = goods THEN weight WHEN total = 0 THEN 0
                ELSE (CASE WHEN running = total THEN goods ELSE round(goods::DOUBLE * running::DOUBLE / total::DOUBLE, 2) END
                  - CASE WHEN running - weight = total THEN goods
                         ELSE round(goods::DOUBLE * (running - weight)::DOUBLE / total::DOUBLE, 2) END)
           END::DECIMAL(18,4) AS paid
    FROM shared
    UNION ALL SELECT order_id, 'shipping', NULL, NULL, NULL, 'shipping', 0, shipping FROM shares WHERE shipping <> 0
    UNION ALL SELECT order_id, 'rest', NULL, NULL, NULL, 'unitemised', 0, goods FROM shares WHERE total = 0 AND goods <> 0
), in_period AS (
    SELECT buyer, count(*) AS buyer_orders FROM paid_orders WHERE buyer IS NOT NULL GROUP BY buyer
)
SELECT o.order_id, o.buyer, o.ordered_at, o.paid_at, o.channel, o.region, o.status, e.line_id, e.sku,
       coalesce(e.title, p.title, e.sku) AS title,
       CASE WHEN e.kind = 'product' THEN coalesce(e.category, p.category) ELSE e.kind END AS category,
       e.kind, e.quantity, e.paid, n.buyer_orders, f.first_paid_at < a AS returning_buyer
FROM every_line e JOIN paid_orders o USING (order_id)
LEFT JOIN raw_products p USING (sku) LEFT JOIN in_period n USING (buyer) LEFT JOIN first_paid f USING (buyer);

CREATE TEMP MACRO placed(a, b) AS TABLE SELECT * FROM orders WHERE ordered_at >= a AND ordered_at < b;

CREATE TEMP VIEW order_refunds AS
WITH known AS (
    SELECT o.* FROM orders o
    WHERE paid_at IS NOT NULL AND order_id NOT IN (SELECT order_id FROM raw_refunds WHERE order_id IS NOT NULL)
), by_line AS (
    SELECT k.order_id, l.line_id, l.sku, l.title, l.category, l.kind, l.quantity, l.refund_amount AS amount
    FROM known k JOIN raw_order_lines l USING (order_id) WHERE l.refund_amount > 0
), totals AS (SELECT order_id, sum(amount) AS amount FROM by_line GROUP BY order_id)
SELECT k.order_id, k.buyer, k.paid_at AS returned_at, k.channel, k.region, r.sku, r.title, r.category, r.kind, r.quantity, r.amount
FROM by_line r JOIN known k USING (order_id)
UNION ALL
SELECT k.order_id, k.buyer, k.paid_at, k.channel, k.region, NULL, NULL, NULL, 'unitemised', NULL,
       k.refund_amount - coalesce(t.amount, 0)
FROM known k LEFT JOIN totals t USING (order_id) WHERE k.refund_amount > coalesce(t.amount, 0);

CREATE TEMP MACRO returned(a, b) AS TABLE
SELECT r.* EXCLUDE (category, title), coalesce(r.title, p.title, r.sku) AS title,
       CASE WHEN r.kind = 'product' THEN coalesce(r.category, p.category) ELSE r.kind END AS category
FROM (
    SELECT order_id, buyer, returned_at, channel, region, sku, title, category, kind, quantity, amount FROM order_refunds
    UNION ALL
    SELECT order_id, buyer, refunded_at, channel, region, sku, title, NULL, coalesce(kind, 'unitemised'), quantity, amount
    FROM raw_refunds WHERE refunded_at < {end}
) r LEFT JOIN raw_products p USING (sku)
WHERE returned_at >= a AND returned_at < b;
"""


@dataclass(frozen=True)
class StoreData:
    """One store's canonical tables as of the end of a day, opened on DuckDB."""

    store: Store
    as_of: date
    con: duckdb.DuckDBPyConnection
    versions: dict[str, int]

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query over the views and return its rows; decimals stay decimals."""
        return self.con.execute(sql, parameters or []).fetchall()

    @cached_property
    def covers(self) -> Period:
        """First to last day with an order or a payment."""
        first, last = self.rows("SELECT min(ordered_at)::DATE, max(greatest(ordered_at, coalesce(paid_at, ordered_at)))::DATE FROM orders")[0]
        return Period(first, last) if first else Period(self.as_of + timedelta(days=1), self.as_of + timedelta(days=1))

    @cached_property
    def refunds_known(self) -> bool:
        """Whether the exports tell refunds: by events of their own, or order by order."""
        events, unknown = self.rows(
            "SELECT (SELECT count(*) FROM raw_refunds), "
            "(SELECT count(*) FROM orders WHERE paid_at IS NOT NULL AND refund_amount IS NULL AND status <> 'paid' AND status <> 'shipped')"
        )[0]
        return bool(events) or not unknown

    @cached_property
    def buyers_known(self) -> bool:
        """Whether the exports carry a usable buyer."""
        return bool(self.rows("SELECT count(buyer) FROM orders")[0][0])

    def missing(self, period: Period) -> Text | None:
        """Say why `period` has no data, or None when the exports cover it from its first day."""
        if period.start < self.covers.start:
            day = self.covers.start
            return Text(f"the data begin on {day}", f"数据从 {day} 开始")
        if period.start > self.covers.end:
            day = self.covers.end
            return Text(f"the data end on {day}", f"数据截至 {day}")
        return None


def open_data(workbook: Workbook, store: Store, as_of: date) -> StoreData:
    """Open a store's data as of the end of `as_of`; DataError when nothing has been read yet."""
    lake = Lake(workbook.warehouse)
    con = connect()
    lake.views(con, store.store, TABLES)
    con.execute(_VIEWS.replace("{end}", f"TIMESTAMP {quoted(str(as_of + timedelta(days=1)))}"))
    return StoreData(store, as_of, con, lake.versions())
