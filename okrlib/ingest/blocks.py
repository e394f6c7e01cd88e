"""A text in blocks of whole lines, as UTF-8 with plain line ends, whatever its encoding and the archive it lies in."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from io import StringIO
from typing import IO

from okrlib.ingest.records import Record, text_records

BLOCK = 64 << 20  # bytes: DuckDB splits it with all its threads, and the next ones find the memory again
_AHEAD = 1 << 20
_AS_IT_IS = {"utf-8", "utf-8-sig"}


class Blocks:
    """Hands out a text block by block.

    `line` is the physical number of the line that comes next, `count` how many lines the last block has.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.line, self.count = 1, 0
        self._stream = stream
        self._decoder = None if encoding in _AS_IT_IS else codecs.getincrementaldecoder(encoding)()
        self._start = stream.read(len(codecs.BOM_UTF8)) if encoding in _AS_IT_IS else b""
        self._start = self._start.removeprefix(codecs.BOM_UTF8)
        self._rest = b""  # read and not handed out
        self._ended = False

    def take(self, size: int = 0) -> bytes:
        """Return the next lines, whole, about `size` bytes of them or BLOCK; nothing at the text's end."""
        size = size or BLOCK
        parts, end = [self._rest], self._rest.rfind(b"\n") + 1
        length = len(self._rest)
        while (length < size or not end) and not self._ended:
            more = self._read(size)
            end = length + more.rfind(b"\n") + 1 if b"\n" in more else end
            length += len(more)
            parts.append(more)
        text, self._rest = _cut(parts, length if self._ended else end)
        self.count = line_count(text)
        self.line += self.count
        return text

    def give_back(self, text: str) -> None:
        """Take back the last lines handed out: they come first next time."""
        lines = text.encode()
        self.line -= line_count(lines)
        self._rest = lines + self._rest

    def records(self, text: bytes, delimiter: str, width: int, last: int | None = None) -> Iterator[Record]:
        """Split the last block into records, line by line; one that reaches beyond it takes its lines from the next.

        With `last`, no record that begins after that line; what was not wanted is given back.
        """
        first, last = self.line - self.count, last or self.line - 1
        lines, ahead = _Lines(text, self), deque[str]()
        yield from text_records(lines, delimiter, width, first, last, ahead)
        self.give_back("".join([*ahead, lines.rest()]))

    def _read(self, size: int) -> bytes:
        text, self._start = self._start + self._utf8(size), b""
        if b"\r" not in text:
            return text
        while text.endswith(b"\r") and not self._ended:  # half a line end?
            text += self._utf8(1)
        return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _utf8(self, size: int) -> bytes:
        raw = self._stream.read(size)
        self._ended = not raw
        return raw if self._decoder is None else self._decoder.decode(raw, final=self._ended).encode()


def _cut(parts: list[bytes], end: int) -> tuple[bytes, bytes]:
    """Join what comes before the byte `end`, and what comes after; nothing large is copied twice."""
    last = parts[-1]
    start = sum(map(len, parts)) - len(last)
    if end < start:
        last, start, parts = b"".join(parts), 0, [b""]
    return b"".join([*parts[:-1], memoryview(last)[: end - start]]), last[end - start :]


def line_count(text: bytes) -> int:
    """Count lines; the last one may lack its end."""
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))


class _Lines(Iterator[str]):
    """The lines of a block, then, as long as somebody asks, those that follow it."""

    def __init__(self, text: bytes, blocks: Blocks) -> None:
        self._lines, self._blocks = StringIO(text.decode(), newline="\n"), blocks

    def __next__(self) -> str:
        if line := self._lines.readline():
            return line
        self._lines = StringIO(self._blocks.take(_AHEAD).decode(), newline="\n")
        if line := self._lines.readline():
            return line
        raise StopIteration

    def rest(self) -> str:
        """Return what nobody asked for."""
        return self._lines.read()
