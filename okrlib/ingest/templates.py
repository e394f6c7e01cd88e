"""Plain tables that people without an export fill by hand: an empty file with headings, and the layout that reads it back.

Both come from the schema, so a template and what is read from it cannot differ.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from okrlib.errors import ParameterError
from okrlib.ingest.model import FileColumn, Kind, Layout, Output
from okrlib.schema import STATUSES, TABLES, Column, Table, heading
from okrlib.stores import Name

NOTE = "#"  # begins a row that explains and holds no data
BY_HAND = tuple(TABLES)
_NEEDED = {"products": {"category"}}  # without which a file is none of these: an article code alone stands in many
_ALSO = {  # other headings of our own, and what older templates called a column
    "category": ("类目",),
    "unit_cost": ("成本价",),
    "listed_at": ("listed on", "上架日期"),
}
_UNLESS_SAID = {"kind": "product"}
_STATUS_WORDS = {word: status for status, name in STATUSES.items() for word in (status, name.zh)}
_KINDS: dict[str, Kind] = {
    "DATE": "time",
    "TIMESTAMP": "time",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "VARCHAR": "text",
}
_EXAMPLES: dict[str, str] = {
    "id": "A-1001",
    "personal": "buyer 17",
    "time": "2026-07-01",
    "integer": "4",
    "money": "99.00",
    "words": "arrived late, box dented",
}
# One order of two cups, followed through the tables: 2 × 48.00 − 5.00 + 8.00 = 99.00.
_OF_COLUMN = {
    "channel": "search", "category": "teaware", "title": "Celadon cup", "sku": "T-07", "our_sku": "T-07",
    "quantity": "2", "unit_price": "48.00", "line_amount": "91.00", "discount_amount": "5.00", "shipping_amount": "8.00",
    "order_amount": "99.00", "paid_amount": "99.00", "sale_amount": "99.00", "refund_amount": "0.00",
    "fee_amount": "5.94", "net_amount": "93.06", "list_price": "48.00", "unit_cost": "21.50", "line_id": "1",
    "ordered_at": "2026-07-01 09:30", "paid_at": "2026-07-01 09:32", "shipped_at": "2026-07-02", "delivered_at": "2026-07-04",
    "promised_at": "2026-07-03", "deliver_by": "2026-07-06", "cost": "7.50", "reviewed_at": "2026-07-05",
    "refunded_at": "2026-07-09", "settled_at": "2026-07-11", "listed_at": "2026-03-01",
    "refund_id": "R-31", "review_id": "V-12", "shipment_id": "SF1400012345", "entry_id": "S-881",
    "status": "completed", "kind": "product", "currency": "CNY", "region": "浙江省", "reason": "too small",
    "settlements.kind": "order", "refunds.quantity": "1", "refunds.amount": "45.50",
    "age_group": "25-34", "gender": "female", "home_region": "浙江省", "on_hand": "120", "inbound": "60",
    "visitors": "1840", "page_views": "5210", "buyers": "46", "traffic.units": "61", "traffic.amount": "4510.00",
    "spend": "320.00", "impressions": "25400", "clicks": "610", "ad_orders": "18", "ad_amount": "1780.00",
    "stars": "2", "competitor": "Blue Kiln", "item": "travel cup", "price": "52.00", "promotion": "2 for 1",
    "review_count": "1280", "rating": "4.6", "units": "350", "complaints": "leaks; arrived broken",
    "market_amount": "1200000.00", "our_rank": "17", "search_volume": "48000", "brand_search_volume": "2100",
    "survey": "after-sale survey", "answers": "150", "satisfied": "138",
}  # fmt: skip


def plain_layouts() -> list[Layout]:
    """Return the layouts that read the templates back."""
    return [_layout(TABLES[name]) for name in BY_HAND]


def write_template(table: str, folder: Path) -> list[Path]:
    """Write ``<table>.csv`` and ``<table>.xlsx`` with headings in both languages, an explanation and an example.

    A table that nobody fills by hand is a ParameterError; files that are there already are not touched.
    """
    if table not in BY_HAND:
        known = (*BY_HAND, "survey")
        raise ParameterError(
            f"table {table!r}: no template; expected one of {', '.join(known)}",
            f"没有 {table} 的空白表；可选：{'、'.join(known)}",
        )
    return write_both(table, template_rows(TABLES[table]), folder)


def write_both(table: str, rows: list[list[str]], folder: Path) -> list[Path]:
    """Write rows as ``<table>.csv`` and ``<table>.xlsx``; ParameterError where one of them is there already."""
    paths = [folder / f"{table}.csv", folder / f"{table}.xlsx"]
    for path in paths:
        if path.exists():
            raise ParameterError(
                f"{path}: is there already; move it away, or write the template into another folder",
                f"{path} 已存在；请先移走，或写到其他文件夹",
            )
    folder.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    paths[0].write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    with xlsxwriter.Workbook(paths[1], {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, text = book.add_worksheet(table), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(rows[0]) - 1, 24, text)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return paths


def template_rows(table: Table) -> list[list[str]]:
    """Return a template's rows: headings, what each column means, and an example that is not read."""
    headings = [heading(name, column) for name, column in table.columns.items()]
    meanings = [f"{column.meaning.en} · {column.meaning.zh}" for column in table.columns.values()]
    examples = [_example(table, name) for name in table.columns]
    return [headings, *([f"{NOTE} {first}", *rest] for first, *rest in (meanings, examples))]


def _example(table: Table, name: str) -> str:
    otherwise = _EXAMPLES.get(kind_of(name, table.columns[name]), "")
    return _OF_COLUMN.get(f"{table.name}.{name}", _OF_COLUMN.get(name, otherwise))


def kind_of(name: str, column: Column) -> Kind:
    """Say how a cell of a canonical column is read."""
    if name == "buyer":
        return "personal"
    if name == "status":
        return "status"
    if name == "comment":
        return "words"
    if name.endswith(("sku", "_id")):
        return "id"
    return _KINDS.get(column.type, "money")


def _layout(table: Table) -> Layout:
    fields = {
        f"{name}_cell": FileColumn(
            columns=(heading(name, column), name.replace("_", " "), column.short, name, *_ALSO.get(name, ())),
            kind=kind_of(name, column),
            required=column.required and name not in {"currency", *_UNLESS_SAID},
            needed=name in _NEEDED.get(table.name, ()),
        )
        for name, column in table.columns.items()
    }
    columns = {name: f"{name}_cell" for name in table.columns}
    columns |= {name: f"coalesce({columns[name]}, '{word}')" for name, word in _UNLESS_SAID.items() if name in columns}
    return Layout(
        platform="plain",
        name=table.name,
        title=Name(en=f"Plain template: {table.title.en}", zh=f"{table.title.zh}模板"),
        source="okrlib's own template",
        dates=("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"),
        not_rows=(NOTE,),
        short_rows=True,
        order=f"{table.key[0]}_cell",
        fields=fields,
        status_words=_STATUS_WORDS if "status" in table.columns else {},
        tables={table.name: Output(columns=columns)},
    )
