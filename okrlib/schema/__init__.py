"""The canonical tables: what every platform's exports become, and what every metric is computed from.

Money is DECIMAL(18,4): unit prices may carry fractions of a cent, amounts are cents. Times are the store's own wall
clock (no offset), because a day of business is the store's day.
"""

from __future__ import annotations

from okrlib.schema.logs import READINGS, REJECTS
from okrlib.schema.sales import ORDER_LINES, ORDERS, PRODUCTS, REFUNDS, SETTLEMENTS
from okrlib.schema.surroundings import ADS, BUYERS, COMPETITORS, MARKET, REVIEWS, SERVICE, SHIPMENTS, STOCK, TRAFFIC
from okrlib.schema.table import MONEY, SOURCE, Column, Table, heading
from okrlib.text import Text

STATUSES = {
    "unpaid": Text("waiting for payment", "待付款"),
    "paid": Text("paid, not yet shipped", "已付款待发货"),
    "shipped": Text("shipped", "已发货"),
    "completed": Text("completed", "交易完成"),
    "cancelled": Text("cancelled before payment", "未付款已取消"),
    "refunded": Text("closed after a full refund", "全额退款关闭"),
}
LINE_KINDS = {
    "product": Text("product", "商品"),
    "shipping": Text("shipping", "运费"),
    "discount": Text("discount", "折扣"),
    "manual": Text("manual entry", "手工调整"),
    "unitemised": Text("without line items", "无商品明细"),
}
_SALES = (ORDERS, ORDER_LINES, REFUNDS, PRODUCTS, SETTLEMENTS)
_SURROUNDINGS = (TRAFFIC, STOCK, ADS, BUYERS, REVIEWS, SHIPMENTS, COMPETITORS, MARKET, SERVICE)
TABLES: dict[str, Table] = {table.name: table for table in (*_SALES, *_SURROUNDINGS)}

__all__ = [
    "LINE_KINDS",
    "MONEY",
    "ORDERS",
    "ORDER_LINES",
    "PRODUCTS",
    "READINGS",
    "REJECTS",
    "SOURCE",
    "STATUSES",
    "TABLES",
    "Column",
    "Table",
    "heading",
]
