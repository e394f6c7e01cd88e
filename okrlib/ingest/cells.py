"""The rows of many files of one layout into one table, typed, personal data hashed or cut before it meets a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import md5
from pathlib import Path

import duckdb

from okrlib.ingest.detect import Detected
from okrlib.ingest.direct import GATHERED, Direct, may_be_direct
from okrlib.ingest.model import Layout
from okrlib.ingest.personal import Pseudonyms, bare, province, without_traces
from okrlib.ingest.records import Record
from okrlib.ingest.typed import typed_select
from okrlib.lake import quoted
from okrlib.stores import Store

_SEPARATOR = "\x1f"  # no export holds it, so the rows written for DuckDB need no quotes
_BREAKS = re.compile("[\x1f\r\n]+")
_DISGUISED = re.compile("[\x00\r\n]|=\"|(?:^|\x1f)'")
_PLACE = ("file_no", "source_line")
_DAMAGED = "holds a NUL byte: the file is damaged here"

Turn = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads one layout's fields out of any number of a store's files."""

    layout: Layout
    fields: list[str]
    hashed: Pseudonyms
    store: Store
    until: datetime | None

    @classmethod
    def of(cls, batch: list[Detected], hashed: Pseudonyms, store: Store, until: datetime | None = None) -> CellReader:
        """Return the reader for the fields that at least one file of the batch has."""
        fields = sorted({name for found in batch for name in found.match.where})
        return cls(batch[0].layout, fields, hashed, store, until)

    def load(self, con: duckdb.DuckDBPyConnection, batch: list[Detected], folder: Path) -> None:
        """Make the table `typed` in `con`: file_no, source_line, row_digest, the fields, and what is wrong with a row."""
        names = ["wrong", "row_digest", *self.fields]
        types = {"file_no": "INTEGER", "source_line": "BIGINT"} | dict.fromkeys(names, "VARCHAR")
        nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in types.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS {self._typed(f'SELECT {nothing} WHERE false', _PLACE)}")
        direct = Direct.of(con, self.layout, self.fields, self.hashed, self._typed)
        path = folder / "cells"
        with path.open("w", encoding="utf-8", newline="\n") as out:  # it never holds a personal cell
            for number, found in enumerate(batch):
                for records in self._read(direct, number, found):
                    out.writelines(self._lines(number, found, records))
        columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
        cells = f"""SELECT * FROM read_csv({quoted(str(path))}, delim = '\x1f', quote = '', escape = '', header = false,
            auto_detect = false, strict_mode = false, null_padding = false, columns = {{{columns}}})"""
        con.execute(f"INSERT INTO typed BY NAME {self._typed(cells, _PLACE)}")
        path.unlink()

    def _typed(
        self,
        rows: str,
        carried: Sequence[str],
        numbers: Sequence[str] = (),
        texts: Mapping[str, str] | None = None,
    ) -> str:
        return typed_select(
            self.layout, self.store, self.fields, rows, carried, until=self.until, numbers=numbers, texts=texts
        )

    def _read(self, direct: Direct, number: int, found: Detected) -> Iterator[Iterator[Record]]:
        """Add a file's clean blocks to `typed`; yield the records of all that must be read line by line."""
        if not found.in_blocks:
            yield found.rows()
            return
        with found.blocks() as blocks:
            while text := blocks.take():
                rows = direct.split(found, text, number, blocks) if may_be_direct(found, text) else None
                if rows is None:
                    yield blocks.records(text, found.header.delimiter, found.width)
                else:
                    direct.con.execute(f"INSERT INTO typed BY NAME {rows}")

    def _lines(self, number: int, found: Detected, records: Iterator[Record]) -> Iterator[str]:
        """Write records for DuckDB."""
        width = found.width
        picks = [found.match.where.get(name, width) for name in self.fields]  # `width` is the index of an empty cell
        gathers = [(self.fields.index(name), there) for name, there in found.match.gathered.items() if there]
        turns = self._turns(found)
        digest, notes = self.layout.duplicates == "set_aside", self.layout.not_rows
        rest = _SEPARATOR * (len(self.fields) + 1)
        for line, cells, wrong in records:
            if notes and cells and cells[0].strip().startswith(notes):
                continue
            if self.layout.short_rows and not wrong:
                cells.extend([""] * (width - len(cells)))
            problem = wrong or _width_problem(cells, width)
            if problem and any("\x00" in cell for cell in cells):
                problem = _DAMAGED
            mark = row_digest(cells) if digest else ""
            if not problem:
                cells.insert(width, "")
                row = [cells[pick].strip() for pick in picks]
                for at, there in gathers:
                    row[at] = GATHERED.join(filter(None, (bare(cells[column]) for column in there)))
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
    return bare(cell) or blank


def _width_problem(cells: list[str], width: int) -> str:
    if len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:])):
        return ""
    return f"has {len(cells)} cells, the header has {width}"


def row_digest(cells: list[str]) -> str:
    """Digest of a whole row, columns that no field reads included, to tell exact duplicates."""
    return md5(_SEPARATOR.join(cells).encode(), usedforsecurity=False).hexdigest()
