"""The cells that a layout reads, from many files into one table, personal data hashed or cut before it meets a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

import duckdb

from okrlib.ingest.detect import Detected
from okrlib.ingest.direct import add_directly, may_be_direct
from okrlib.ingest.model import Layout
from okrlib.ingest.personal import Pseudonyms, bare, province, without_traces
from okrlib.lake import quoted

_SEPARATOR = "\x1f"  # no export holds it, so the rows written for DuckDB need no quotes
_BREAKS = re.compile("[\x1f\r\n]+")
_DISGUISED = re.compile("[\x00\r\n]|=\"|(?:^|\x1f)'")
_DAMAGED = "holds a NUL byte: the file is damaged here"

Turn = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads one layout's fields out of any number of its files."""

    layout: Layout
    fields: list[str]
    hashed: Pseudonyms

    @classmethod
    def of(cls, batch: list[Detected], hashed: Pseudonyms) -> CellReader:
        """Return the reader for the fields that at least one file of the batch has."""
        return cls(batch[0].layout, sorted({name for found in batch for name in found.match.where}), hashed)

    def load(self, con: duckdb.DuckDBPyConnection, batch: list[Detected], folder: Path) -> None:
        """Make the table `cells` in `con`: file_no, source_line, wrong, row_digest, then the fields as text."""
        names = ["wrong", "row_digest", *self.fields]
        types = {"file_no": "INTEGER", "source_line": "BIGINT"} | dict.fromkeys(names, "VARCHAR")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE cells ({', '.join(f'{name} {kind}' for name, kind in types.items())})"
        )
        files = list(enumerate(batch))
        left = [file for file in files if not (may_be_direct(file[1]) and self._add_directly(con, *file))]
        if left:
            self._add_line_by_line(con, left, folder / "cells", types)

    def _add_directly(self, con: duckdb.DuckDBPyConnection, number: int, found: Detected) -> bool:
        return add_directly(con, number, found, self.fields, self.hashed)

    def _add_line_by_line(
        self, con: duckdb.DuckDBPyConnection, files: list[tuple[int, Detected]], path: Path, types: dict[str, str]
    ) -> None:
        """Add files to `cells` by way of a file on disk, which holds no personal cell."""
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for number, found in files:
                out.writelines(self._lines(number, found))
        columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
        con.execute(
            f"""INSERT INTO cells SELECT * FROM read_csv({quoted(str(path))}, delim = '\x1f',
            quote = '', escape = '', header = false, auto_detect = false, strict_mode = false, null_padding = false,
            columns = {{{columns}}})"""
        )
        path.unlink()

    def _lines(self, number: int, found: Detected) -> Iterator[str]:
        """Write one file's rows for DuckDB."""
        width = found.width
        picks = [found.match.where.get(name, width) for name in self.fields]  # `width` is the index of an empty cell
        turns = self._turns(found)
        digest, notes = self.layout.duplicates == "set_aside", self.layout.not_rows
        rest = _SEPARATOR * (len(self.fields) + 1)
        for line, cells, wrong in found.rows():
            if notes and cells and cells[0].strip().startswith(notes):
                continue
            if self.layout.short_rows and not wrong:
                cells.extend([""] * (width - len(cells)))
            problem = wrong or _width_problem(cells, width)
            mark = row_digest(cells) if digest else ""
            if not problem:
                cells.insert(width, "")
                row = [cells[pick].strip() for pick in picks]
                for at, turn in turns:
                    row[at] = turn(row[at])
                text = _SEPARATOR.join(row)
                if _DISGUISED.search(text) or text.count(_SEPARATOR) >= len(row):
                    problem = _DAMAGED if "\x00" in text else ""
                    text = _SEPARATOR.join(bare(_BREAKS.sub(" ", cell)) for cell in row)
            if problem:
                yield f"{number}{_SEPARATOR}{line}{_SEPARATOR}{problem}{rest}\n"
            else:
                yield f"{number}{_SEPARATOR}{line}{_SEPARATOR}{_SEPARATOR}{mark}{_SEPARATOR}{text}\n"

    def _turns(self, found: Detected) -> list[tuple[int, Turn]]:
        """Return what happens to cells before they go anywhere: personal ones are hidden, blank ones may say something."""
        by_kind: dict[str, Turn] = {"personal": self.hashed, "province": province, "words": without_traces}
        there = [(at, self.layout.fields[name]) for at, name in enumerate(self.fields) if name in found.match.where]
        hidden = [(at, by_kind[field.kind]) for at, field in there if field.kind in by_kind]
        return hidden + [(at, partial(_or_blank, blank=field.blank)) for at, field in there if field.blank]


def _or_blank(cell: str, blank: str) -> str:
    return cell or blank


def _width_problem(cells: list[str], width: int) -> str:
    if len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:])):
        return ""
    return f"has {len(cells)} cells, the header has {width}"


def row_digest(cells: list[str]) -> str:
    """Digest of a whole row, columns that no field reads included, to tell exact duplicates."""
    return blake2b(_SEPARATOR.join(cells).encode(), digest_size=12).hexdigest()
