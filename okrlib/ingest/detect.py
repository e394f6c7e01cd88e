"""Which layout a file has, by its column names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from okrlib.errors import DataError, LayoutError
from okrlib.ingest.blocks import Blocks
from okrlib.ingest.decode import DELIMITERS, UNCERTAIN, Export, as_declared, damage, in_encoding, open_export
from okrlib.ingest.model import Layout, Match
from okrlib.ingest.records import Record
from okrlib.ingest.source import Source

HEADER_WITHIN = 20  # rows; platforms put titles and notes above the header


@dataclass(frozen=True, slots=True)
class Header:
    """A row that may be a file's header: where it stands and its cells."""

    delimiter: str
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Detected:
    """A file, the layout that fits it, and its header."""

    export: Export
    match: Match
    header: Header
    only: int | None = None  # so many rows, as if the file ended there

    @property
    def layout(self) -> Layout:
        """The layout that fits."""
        return self.match.layout

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.header.cells)

    @property
    def in_blocks(self) -> bool:
        """Whether the rows are plain text that can be taken block by block."""
        return type(self.export) is Export and self.header.delimiter in set(DELIMITERS) and self.only is None

    @contextmanager
    def blocks(self) -> Iterator[Blocks]:
        """Open the text below the header."""
        with self.export.blocks() as blocks:
            for _ in blocks.records(blocks.take(1), self.header.delimiter, self.width, self.header.line):
                pass  # what stands above the rows, the header last
            yield blocks

    def rows(self) -> Iterator[Record]:
        """Yield the records below the header."""
        records = self.export.records(self.header.delimiter, self.width)
        return islice((record for record in records if record[0] > self.header.line), self.only)


def detect(
    path: Path | Source, layouts: list[Layout], wanted: str | None = None, platform: str | None = None
) -> Detected:
    """Find the layout of a file, or use the one `wanted`; LayoutError names the nearest and what they miss.

    With `platform`, a file that only another platform's layout fits is refused by name.
    """
    tried = [layout for layout in layouts if wanted is None or layout.id == wanted]
    if not tried:
        known = ", ".join(layout.id for layout in layouts)
        raise LayoutError(f"layout {wanted!r} is unknown; known: {known}", f"没有名为 {wanted} 的版式；已有：{known}")
    export = open_export(path)
    for seen, readers in _views(export, tried):
        for header in headers(seen):
            fitting = [match for match in (layout.match(header.cells) for layout in readers) if not match.missing]
            if fitting:
                match = _only(path, fitting, None if wanted else platform)
                return Detected(as_declared(seen, match.layout.encoding), match, header)
    if broken := damage(export):
        encoding, at = broken
        raise DataError(
            f"{path}: damaged near byte {at:,}: {encoding} up to there, not after; export it again",
            f"{path}：约第 {at:,} 字节处损坏（此前为 {encoding} 编码），请重新导出",
        )
    raise LayoutError(*_nearest(path, nearest(export, tried), wanted))


def _views(export: Export, layouts: list[Layout]) -> Iterator[tuple[Export, list[Layout]]]:
    """Yield the file as each encoding reads it that layouts declare, with those layouts; one certain is the only one."""
    if export.encoding not in UNCERTAIN:
        yield export, layouts
        return
    for encoding in sorted({layout.encoding or "" for layout in layouts}, reverse=True):
        readers = [layout for layout in layouts if (layout.encoding or "") == encoding]
        yield (in_encoding(export, encoding) if encoding else export), readers


def headers(export: Export) -> Iterator[Header]:
    """Yield every row that may be the header: the first rows, by each delimiter in turn."""
    for mark in export.delimiters():
        for line, cells, _ in islice(export.records(mark), HEADER_WITHIN):
            yield Header(mark, line, cells)


def nearest(export: Export, layouts: list[Layout]) -> list[tuple[Match, Header]]:
    """Lay every layout over the row it fits best; those that miss least come first, strangers are left out."""
    best: dict[str, tuple[Match, Header]] = {}
    for header in headers(export):
        for layout in layouts:
            match = layout.match(header.cells)
            if match.where and (layout.id not in best or match.rank < best[layout.id][0].rank):
                best[layout.id] = match, header
    return sorted(best.values(), key=lambda found: found[0].rank)


def _only(path: Path | Source, fitting: list[Match], platform: str | None) -> Match:
    """Return the match that reads most columns; of equals none is guessed."""
    at_home = [match for match in fitting if platform in {None, match.layout.platform} or match.layout.shared]
    if not at_home:
        other = fitting[0].layout
        raise LayoutError(
            f"{path}: this is a file of {other.platform} ({other.id}), the store's platform is {platform}; "
            "put it with its own store, or name it with `layout:` in this store's file",
            f"{path}：这是 {other.platform} 的文件（{other.id}），而本店铺的平台是 {platform}；"
            "请放到对应店铺，或在店铺文件中用 layout: 指定",
        )
    most = max(len(match.where) for match in at_home)
    rivals = [match for match in at_home if len(match.where) == most]
    if len(rivals) > 1:
        names = " and ".join(sorted(match.layout.id for match in rivals))
        raise LayoutError(
            f"{path}: {names} fit equally well; say which with `layout:` in the store's file",
            f"{path}：多个版式同样符合（{names}），请在店铺文件中用 layout: 指定一个",
        )
    return rivals[0]


def _nearest(path: Path | Source, matches: list[tuple[Match, Header]], wanted: str | None) -> tuple[str, str]:
    """Say, in English and Chinese, which layouts come nearest and what they miss."""
    names = [f"{match.layout.id} (misses {', '.join(match.missing)})" for match, _ in matches[:3]]
    if not names:
        known = f"the layout {wanted}" if wanted else "any layout"
        return (
            f"{path}: no column of {known} found in the first {HEADER_WITHIN} rows; is its header missing? (okr platforms)",
            f"{path}：前 {HEADER_WITHIN} 行内没有找到{f'版式 {wanted}' if wanted else '任何版式'}的列名，请确认表头是否在文件中",
        )
    chinese = "；".join(f"{match.layout.id}（缺少 {'、'.join(match.missing)}）" for match, _ in matches[:3])
    return (
        f"{path}: no layout fits; nearest: {'; '.join(names)}. Write one of your own in params/layouts/ (see README)",
        f"{path}：没有符合的版式；最接近的是 {chinese}。可在 params/layouts/ 中自行编写版式",
    )
