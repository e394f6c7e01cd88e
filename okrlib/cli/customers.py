"""The command that hands customers over to a CRM."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from okrlib.cli.app import AsOf, StoreName, app, the_book
from okrlib.errors import DataError, ParameterError
from okrlib.text import Text, check_locale

if TYPE_CHECKING:
    from okrlib.analysis.customers import ListedBuyer

_COLUMNS = (
    Text("buyer", "买家"),
    Text("segment", "人群"),
    Text("last order", "最近付款日"),
    Text("orders", "订单数"),
    Text("revenue", "支付金额"),
    Text("currency", "币种"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@app.command()
def segments(
    store: StoreName,
    quarter: Annotated[str, typer.Option(help="such as 2026Q3; customers as they stood at its end")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="FILE.xlsx or FILE.csv")],
    as_of: AsOf = None,
    locale: Annotated[str, typer.Option(help="en or zh")] = "en",
) -> None:
    """Write the customer segments of a store for a CRM: buyers' hashes only, no personal data."""
    from okrlib.analysis.customers import no_buyers, segment_list

    language = check_locale(locale)
    if out.suffix.lower() not in _WRITERS:
        raise ParameterError(f"{out}: expected a file that ends in {' or '.join(_WRITERS)}")
    if not out.parent.is_dir():
        raise ParameterError(f"{out}: there is no folder {out.parent}; make it, or name a file in another")
    book = the_book(store, quarter, as_of, language)
    found = segment_list(book.data, book.to_date.end)
    if not found:
        why = no_buyers(book.data, book.to_date.end)
        raise DataError(f"{store}: no customer segments: {why.en if why else 'no buyer has paid yet'}")
    rows = [_cells(row, book.store.currency, row.segment.name.in_(language)) for row in found]
    _WRITERS[out.suffix.lower()](out, [text.in_(language) for text in _COLUMNS], rows)
    typer.echo(f"{out}: {len(rows):,} buyers in {len({row.segment.id for row in found})} segments")


def _cells(row: ListedBuyer, currency: str, segment: str) -> list[Any]:
    return [row.buyer, segment, row.last_order, row.orders, round(row.revenue, 2), currency]


def _write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write UTF-8 with the mark by which spreadsheets know it; no text is taken for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_plain(cell) for cell in row] for row in rows)


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _write_xlsx(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a workbook in which text stays text and days are days."""
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        page.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, row)
        page.autofilter(0, 0, len(rows), len(header) - 1)


_WRITERS = {".xlsx": _write_xlsx, ".csv": _write_csv}
