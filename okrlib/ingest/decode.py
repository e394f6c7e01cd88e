"""Opening files as people have them: encodings, delimiters, quotes, workbooks; every row with its physical line."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from okrlib.errors import DataError

DELIMITERS = ",\t;|"
LONGEST_RECORD = 200  # lines; a quote open for longer than this was never meant to be one
_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Record = tuple[int, list[str], str]
"""Physical line (1-based), cells, and what is wrong with the row ("" when nothing is)."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file as it lies there."""

    path: Path
    sha256: str
    encoding: str  # "xlsx" for a workbook
    delimiter: str

    @property
    def name(self) -> str:
        """File name, as reports show it."""
        return self.path.name

    def head(self, rows: int = 20) -> list[list[str]]:
        """The first rows, for finding the header."""
        found = []
        for _, cells, _ in self.records(None):
            found.append(cells)
            if len(found) == rows:
                break
        return found

    def records(self, width: int | None) -> Iterator[Record]:
        """Yield every row that is not blank; `width` is how many cells the header has."""
        if self.encoding == "xlsx":
            yield from _workbook_records(self.path)
            return
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            yield from text_records(lines, self.delimiter, width)


def open_export(path: Path, encoding: str | None = None) -> Export:
    """Look at a file: its digest, encoding (BOM, then strict UTF-8, then strict GB18030, unless given) and delimiter."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as bad:
        raise DataError(f"{path}: cannot be read: {bad.strerror}") from None
    if not start.strip():
        raise DataError(f"{path}: the file is empty")
    if start.startswith(b"PK\x03\x04"):
        return Export(path, digest, "xlsx", "")
    encoding = encoding or _encoding(path, start)
    return Export(path, digest, encoding, _delimiter(path, encoding))


def _encoding(path: Path, start: bytes) -> str:
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise DataError(f"{path}: neither UTF-8 nor GB18030; say which in a layout of your own (encoding: cp1252, big5, …)")


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


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline=None) as lines:
        head = [line for line, _ in zip(lines, range(20), strict=False)]
    return max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in head))


def text_records(lines: Iterator[str], delimiter: str, width: int | None) -> Iterator[Record]:
    """Split text lines into records, quoted line breaks included; a quote that never closes costs its own line only."""
    ahead: deque[str] = deque()
    number = 0
    while True:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return
        number += 1
        if line.isspace():
            continue
        if '"' not in line:
            yield number, line.rstrip("\n").split(delimiter), ""
            continue
        cells, wrong, used = _quoted_record(line, lines, ahead, delimiter, width)
        yield number, cells, wrong
        number += used


def _quoted_record(
    line: str, lines: Iterator[str], ahead: deque[str], delimiter: str, width: int | None
) -> tuple[list[str], str, int]:
    taken: list[str] = []
    text = line
    while True:
        try:
            cells = next(csv.reader([text.rstrip("\n")], delimiter=delimiter, strict=True))
        except csv.Error as bad:
            wrong = str(bad)
        else:
            if not taken or width is None or len(cells) == width:
                return cells, "", len(taken)
            wrong = "unexpected end of data"
            break
        if "unexpected end" not in wrong or len(taken) == LONGEST_RECORD:
            break
        following = ahead.popleft() if ahead else next(lines, None)
        if following is None:
            break
        taken.append(following)
        text += following
    ahead.extendleft(reversed(taken))
    return [line.rstrip("\n")], f"a quotation mark is out of place ({wrong})", 0


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
