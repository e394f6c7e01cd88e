"""Opening files as people have them: encodings, workbooks, text; every row with its physical line."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO

from okrlib.errors import DataError
from okrlib.ingest.blocks import Blocks
from okrlib.ingest.records import Record, text_records
from okrlib.ingest.sheets import html_records, workbook_records
from okrlib.ingest.source import ZIP, Source

DELIMITERS = ",\t;|"
WORKBOOK = "xlsx"
HTML = "html"  # stands for the delimiter of a page that calls itself .xls
LOCAL = "gb18030"
UNKNOWN = "latin-1"  # reads any bytes, so that a header can be found; never taken for the text itself
UNCERTAIN = {LOCAL, UNKNOWN}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Export:
    """One file as it lies there."""

    source: Source
    sha256: str
    encoding: str  # WORKBOOK for a workbook
    stamp: tuple[int, int] = (0, 0)  # size and time of the file when it was first seen

    @property
    def stands(self) -> bool:
        """Whether the file is still the one that was first seen."""
        return self.source.stamp == self.stamp

    def delimiters(self) -> list[str]:
        """Delimiters the file may have, the likeliest first; a workbook has none."""
        if self.encoding == WORKBOOK:
            return [""]
        with self._text() as lines:
            head = [line[:_CHUNK] for line in islice(lines, 20)]
        if head and head[0].lstrip("\ufeff \t").startswith("<"):
            return [HTML]
        return sorted(DELIMITERS, key=lambda mark: -max((line.count(mark) for line in head), default=0))

    def records(self, delimiter: str, width: int | None = None) -> Iterator[Record]:
        """Yield every row that is not blank; `width` is how many cells the header has, where that is known."""
        if self.encoding == WORKBOOK:
            yield from workbook_records(self.source)
            return
        with self._text() as lines:
            yield from html_records(lines) if delimiter == HTML else text_records(lines, delimiter, width)

    @contextmanager
    def blocks(self) -> Iterator[Blocks]:
        """Open a text for reading block by block."""
        with self.source.open() as stream:
            yield Blocks(stream, self.encoding)

    @contextmanager
    def _text(self) -> Iterator[IO[str]]:
        with self.source.open() as stream, TextIOWrapper(stream, self.encoding, newline=None) as lines:
            yield lines


def open_export(place: Path | Source) -> Export:
    """Look at a file: its digest and its encoding (BOM, then strict UTF-8, then strict GB18030, else UNKNOWN)."""
    source = place if isinstance(place, Source) else Source(place)
    stamp = source.stamp
    with source.open() as stream:
        start = stream.read(4096)
    with source.open() as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(f"{source}: the file is empty; export it again", f"{source}：文件是空的，请重新导出")
    encoding = WORKBOOK if start.startswith((ZIP, _OLD_WORKBOOK)) else _encoding(source, start)
    return Export(source, digest.hexdigest(), encoding, stamp)


def _encoding(source: Source, start: bytes) -> str:
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            if not _decodes(source, name):
                raise DataError(
                    f"{source}: begins as {name} and does not go on so: it is damaged; export it again",
                    f"{source}：文件开头是 {name} 编码，后面不是，文件已损坏，请重新导出",
                )
            return name
    return next((name for name in ("utf-8", LOCAL) if _decodes(source, name)), UNKNOWN)


def in_encoding(export: Export, encoding: str) -> Export:
    """Return the export as `encoding` reads it, or as it was when its bytes are no such text."""
    return replace(export, encoding=encoding) if _decodes(export.source, encoding) else export


def as_declared(export: Export, encoding: str | None) -> Export:
    """Return the export in the encoding its layout declares, if any; DataError when there is none that fits."""
    seen = in_encoding(export, encoding) if encoding and export.encoding in UNCERTAIN else export
    if seen.encoding == UNKNOWN:
        raise DataError(
            f"{export.source}: neither UTF-8 nor {encoding or 'GB18030'}; a layout of your own can say which "
            "(encoding: cp1252, big5, …)",
            f"{export.source}：既不是 UTF-8 也不是 {encoding or 'GB18030'} 编码；可在自定义版式中注明 encoding（如 cp1252、big5）",
        )
    return seen


def _decodes(source: Source, encoding: str) -> bool:
    return _first_wrong_byte(source, encoding) is None


def damage(export: Export) -> tuple[str, int] | None:
    """The encoding that a file follows longest, and about where it leaves it, when it follows none to its end."""
    if export.encoding != UNKNOWN:
        return None
    reach = {name: _first_wrong_byte(export.source, name) or 0 for name in ("utf-8", LOCAL)}
    longest = max(reach, key=lambda name: reach[name])
    return longest, reach[longest]


def _first_wrong_byte(source: Source, encoding: str) -> int | None:
    decoder, read = codecs.getincrementaldecoder(encoding)(errors="strict"), 0
    with source.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
                read += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as bad:
            return read + bad.start
    return None
