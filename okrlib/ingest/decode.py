"""Opening files as people have them: encodings, workbooks, text; every row with its physical line."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from okrlib.errors import DataError
from okrlib.ingest.records import Record, text_records

DELIMITERS = ",\t;|"
WORKBOOK = "xlsx"
LOCAL = "gb18030"
UNKNOWN = "latin-1"  # reads any bytes, so that a header can be found; never taken for the text itself
UNCERTAIN = {LOCAL, UNKNOWN}
_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Export:
    """One file as it lies there."""

    path: Path
    sha256: str
    encoding: str  # WORKBOOK for a workbook

    def delimiters(self) -> list[str]:
        """Delimiters the file may have, the likeliest first; a workbook has none."""
        if self.encoding == WORKBOOK:
            return [""]
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            head = list(islice(lines, 20))
        return sorted(DELIMITERS, key=lambda mark: -max(line.count(mark) for line in head))

    def records(self, delimiter: str, width: int | None = None) -> Iterator[Record]:
        """Yield every row that is not blank; `width` is how many cells the header has, where that is known."""
        if self.encoding == WORKBOOK:
            yield from _workbook_records(self.path)
            return
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            yield from text_records(lines, delimiter, width)


def open_export(path: Path) -> Export:
    """Look at a file: its digest and its encoding (BOM, then strict UTF-8, then strict GB18030, else UNKNOWN)."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as bad:
        raise DataError(f"{path}: cannot be read: {bad.strerror}") from None
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(f"{path}: the file is empty; export it again")
    if start.startswith(b"PK\x03\x04"):
        return Export(path, digest, WORKBOOK)
    return Export(path, digest, _encoding(path, start))


def _encoding(path: Path, start: bytes) -> str:
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            if not _decodes(path, name):
                raise DataError(f"{path}: begins as {name} and does not go on so: the file is damaged; export it again")
            return name
    return next((name for name in ("utf-8", LOCAL) if _decodes(path, name)), UNKNOWN)


def in_encoding(export: Export, encoding: str) -> Export:
    """Return the export as `encoding` reads it, or as it was when its bytes are no such text."""
    return replace(export, encoding=encoding) if _decodes(export.path, encoding) else export


def as_declared(export: Export, encoding: str | None) -> Export:
    """Return the export in the encoding its layout declares, if any; DataError when there is none that fits."""
    seen = in_encoding(export, encoding) if encoding and export.encoding in UNCERTAIN else export
    if seen.encoding == UNKNOWN:
        raise DataError(
            f"{export.path}: neither UTF-8 nor {encoding or 'GB18030'}; a layout of your own can say which "
            "(encoding: cp1252, big5, …)"
        )
    return seen


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _workbook_records(path: Path) -> Iterator[Record]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as bad:
        raise DataError(f"{path}: not a readable workbook: {bad}") from None
    for number, row in enumerate(rows, 1):
        cells = [_cell_text(cell) for cell in row]
        if any(cells):
            yield number, cells, ""


def _cell_text(cell: object) -> str:
    """Write a workbook's cell as text: whole numbers without .0, days and times in ISO form."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)
