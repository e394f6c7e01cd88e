"""Small shops, row by row: what a test does not say about an order is filled in plainly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from okrlib.analysis.data import StoreData, open_data
from okrlib.lake import Lake, connect
from okrlib.schema import READINGS, REJECTS, TABLES
from okrlib.stores import Workbook

Row = dict[str, Any]
_STORE = """store: shop
title: {en: Shop, zh: 小店}
platform: custom
currency: %s
timezone: Asia/Shanghai
country: CN
"""


def order(order_id: str, paid: str | None, amount: float | str | None = None, **more: Any) -> Row:
    """An order placed when it was paid (or on `ordered`), with a paid amount, completed."""
    at = more.pop("ordered", paid)
    status = "unpaid" if paid is None else "completed"
    row = {"order_id": order_id, "ordered_at": at, "paid_at": paid, "order_amount": amount, "status": status}
    return row | {"paid_amount": amount if paid else None, "currency": "CNY"} | more


def line(
    order_id: str, line_id: str, sku: str | None, amount: float | str | None, quantity: int = 1, **more: Any
) -> Row:
    """One line of an order, a product unless said otherwise."""
    row = {"order_id": order_id, "line_id": line_id, "sku": sku, "kind": "product", "quantity": quantity}
    return row | {"line_amount": amount} | more


def refund(refund_id: str, at: str | None, amount: float | str, **more: Any) -> Row:
    """Money given back, with its own date or none."""
    return {"refund_id": refund_id, "refunded_at": at, "amount": amount} | more


def make_shop(home: Path, currency: str = "CNY", **tables: list[Row]) -> Workbook:
    """Write a workbook with one store, `shop`, whose lake holds the rows given by table."""
    (home / "params" / "stores").mkdir(parents=True)
    (home / "params" / "stores" / "shop.yaml").write_text(_STORE % currency, encoding="utf-8")
    workbook = Workbook(home)
    add_rows(workbook, **tables)
    return workbook


def add_rows(workbook: Workbook, **tables: list[Row]) -> None:
    """Put rows into the store's lake, as a later export would."""
    lake, con = Lake(workbook.warehouse), connect()
    for name, rows in tables.items():
        columns = {"readings": READINGS, "rejects": REJECTS}.get(name) or TABLES[name].all_columns
        select = " UNION ALL ".join(_select(row, columns) for row in rows)
        if name in TABLES:
            lake.put(con, TABLES[name], "shop", select)
        else:
            lake.replace(con, name, "shop", select)


def _select(row: Row, columns: dict[str, str]) -> str:
    key = row.get("refund_id") or row.get("order_id") or row.get("sku") or ""
    full: Row = {"store": "shop", "source_order": key, "source_file": "x.csv", "source_line": 2} | row
    assert set(row) <= set(columns), set(row) - set(columns)
    return "SELECT " + ", ".join(f"{_literal(full.get(name))}::{kind} AS {name}" for name, kind in columns.items())


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'"


def opened(workbook: Workbook, as_of: str | date) -> StoreData:
    """Open the store as of a day."""
    day = as_of if isinstance(as_of, date) else datetime.fromisoformat(as_of).date()
    return open_data(workbook, workbook.store("shop"), day)


def parcel_rows(days: list[date], late: Callable[[int, date], bool]) -> list[Row]:
    """One parcel for the order of each day, promised for the next, at a cost of 3; those for which `late` come a day later."""
    return [
        {"shipment_id": f"{day:%y%m%d}", "order_id": f"{day:%y%m%d}", "source_order": f"{day:%y%m%d}", "cost": 3,
         "promised_at": f"{day} 23:00:00", "shipped_at": f"{day + timedelta(days=late(n, day))} 20:00:00"}
        for n, day in enumerate(days)
    ]  # fmt: skip
