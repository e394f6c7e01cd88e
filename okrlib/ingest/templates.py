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
_WORDS = {
    "channel": "search",
    "category": "teaware",
    "competitor": "Blue Kiln",
    "item": "travel cup",
    "promotion": "2 for 1",
    "complaints": "leaks; arrived broken",
    "survey": "after-sale survey",
    "age_group": "25-34",
    "gender": "female",
    "home_region": "浙江省",
    "region": "浙江省",
    "status": "completed",
    "kind": "product",
    "currency": "CNY",
    "title": "Celadon cup",
    "reason": "too small",
}


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
    examples = [_WORDS.get(name, _EXAMPLES.get(kind_of(name, column), "")) for name, column in table.columns.items()]
    return [headings, *([f"{NOTE} {first}", *rest] for first, *rest in (meanings, examples))]


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
