"""Rows of workbooks and of the HTML tables that some platforms call .xls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from okrlib.errors import DataError
from okrlib.ingest.records import Record
from okrlib.ingest.source import ZIP, Source, archive_entries

_CHUNK = 1 << 16


def workbook_records(source: Source) -> Iterator[Record]:
    """Yield the rows of the first sheet as text, each with its row number; rows that are empty are left out."""
    try:
        with source.open() as stream, CalamineWorkbook.from_filelike(BytesIO(_whole(source, stream))) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as bad:
        raise DataError(
            f"{source}: not a readable workbook: {bad}", f"{source}：不是可以读取的电子表格（{bad}）"
        ) from None
    for number, row in enumerate(rows, 1):
        cells = [cell_text(cell) for cell in row]
        if any(cells):
            yield number, cells, ""


def _whole(source: Source, stream: IO[bytes]) -> bytes:
    content = stream.read()
    if source.member is None and content.startswith(ZIP):
        archive_entries(source.path)
    return content


def cell_text(cell: object) -> str:
    """Write a workbook's cell as text: whole numbers without .0, days and times in ISO form."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)


class _Table(HTMLParser):
    """Collects table rows as they are fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Record] = []
        self._line, self._cells = 0, list[str]()
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the parser's own signature)
        if tag == "tr":
            self._line, self._cells = self.getpos()[0], []
        elif tag in {"td", "th"}:
            self._close_cell()
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr"}:
            self._close_cell()
        if tag == "tr" and any(cell.strip() for cell in self._cells):
            self.rows.append((self._line, self._cells, ""))

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None:
            self._cells.append("".join(self._cell).strip())
            self._cell = None


def html_records(text: IO[str]) -> Iterator[Record]:
    """Yield the rows of the tables in an HTML page, each with the line it begins on."""
    parser = _Table()
    while chunk := text.read(_CHUNK):
        parser.feed(chunk)
        yield from parser.rows
        parser.rows.clear()
    parser.close()
    yield from parser.rows
