"""Large blocks of clean text, split by DuckDB instead of line by line: the same cells, many times sooner.

A block is clean when it is records of the header's width from its first line to its last, and nothing else; whatever is
not, is left to `records`. A buyer is a salted number beside the name as long as a block is looked at, which is exchanged
for the pseudonym, worked out once for each different buyer; what does not fit in memory meanwhile is encrypted.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from okrlib.ingest.blocks import Blocks
from okrlib.ingest.decode import DELIMITERS
from okrlib.ingest.detect import Detected
from okrlib.ingest.model import Layout
from okrlib.ingest.personal import HASH, Pseudonyms, province_sql, said_to_be_blank, without_traces_sql
from okrlib.ingest.records import LONGEST_RECORD, MOST_LINES
from okrlib.lake import quoted, scalar

LARGE = 1 << 20  # bytes; below this the loop over lines is as quick
_SPACES = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())  # what str.strip takes off
GATHERED = "\x1e"  # joins what several columns say in one
_ABOUT = ("note", "blank", "breaks", "marked")  # what is known of a row beside its cells
_RAW = "raw_"  # begins the column with a buyer's name as the file has it
_NEVER = "\x1f"  # stands for NULL, so that an empty cell is an empty cell
_CLEAR = r"[0-9A-Za-z\x{3400}-\x{9fff}]"  # a cell that begins and ends so is its own text
# What makes a cell more than its text: bytes, and under the first byte of longer marks those marks.
_ODD_BYTES = [b"'", *(char.encode() for char in _SPACES if char < "\x80" and char not in " \n\r\x1f")]
_ODD_MARKS: dict[bytes, list[bytes]] = {b"=": [b'="']}
for _space in (char.encode() for char in _SPACES if char >= "\x80"):
    _ODD_MARKS.setdefault(_space[:1], []).append(_space)

Typed = Callable[[str, Sequence[str], Sequence[str], Mapping[str, str]], str]
"""SQL for rows of cells, made SQL for typed ones: with what is carried along, which cells are numbers for a buyer, and
which stand as the file has them, with the SQL for what they say.
"""
_MAY_BE_PLAIN = {"money", "integer", "time", "status"}


def may_be_direct(found: Detected, text: bytes) -> bool:
    """Whether DuckDB can be asked to split a block."""
    damaged = b"\0" in text or b"\x1f" in text
    damaged = damaged or (found.layout.short_rows and text.count(b'"') % 2 == 1)  # which DuckDB then lets pass
    return len(text) >= LARGE and found.width > 1 and found.header.delimiter in DELIMITERS and not damaged


def _is_odd(text: bytes, delimiter: str) -> bool:
    if any(mark in text for mark in _ODD_BYTES if mark != delimiter.encode()):
        return True
    return any(first in text and any(mark in text for mark in marks) for first, marks in _ODD_MARKS.items())


@dataclass(frozen=True, slots=True)
class Direct:
    """Splits blocks of one layout's files in the memory of `con`."""

    con: duckdb.DuckDBPyConnection
    layout: Layout
    fields: list[str]
    hashed: Pseudonyms
    typed: Typed
    memory: MemoryFileSystem
    salt: int

    @classmethod
    def of(
        cls, con: duckdb.DuckDBPyConnection, layout: Layout, fields: list[str], hashed: Pseudonyms, typed: Typed
    ) -> Direct:
        """Return a splitter of blocks; `con` learns to read from memory."""
        memory = MemoryFileSystem()
        if not con.filesystem_is_registered(memory.protocol):
            con.register_filesystem(memory)
            con.create_function(HASH, hashed.__call__, ["VARCHAR"], "VARCHAR")
        for name in fields:
            if layout.fields[name].kind == "personal":
                con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_names (number UBIGINT, name VARCHAR)")
        return cls(con, layout, fields, hashed, typed, memory, secrets.randbits(62))

    def split(self, found: Detected, text: bytes, number: int, blocks: Blocks) -> str | None:
        """Return SQL for a block's typed rows, each with its file and line; None if it is not clean.

        `number` is the file's, `blocks` what has just handed out the block.
        """
        path = f"/okr-{self.salt}.csv"
        self.memory.pipe_file(path, text)
        self.con.execute("SET preserve_insertion_order = true")
        try:
            clean = self._split(found, text, blocks.count, f"memory:/{path}")
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
        finally:
            self.con.execute("SET preserve_insertion_order = false")
            self.memory.rm_file(path)
        return self._rows(found, number, blocks.line - blocks.count) if clean else None

    def _split(self, found: Detected, text: bytes, lines: int, path: str) -> bool:
        """Make the table `block`, a typed row for each record in their order, and name the buyers that are new."""
        odd = _is_odd(text, found.header.delimiter)
        records = self._make_block(found, path, odd=odd, broken=False)
        if records < lines and b'"' in text and not self.layout.short_rows:  # line breaks within cells?
            records += self._make_block(found, path, odd=True, broken=True)
        blank = self.layout.short_rows and scalar(self.con, "SELECT count(*) FROM block WHERE blank")
        if records != lines or blank:
            return False
        for name in self._personal(found):
            self._name(name)
        return True

    def _make_block(self, found: Detected, path: str, *, odd: bool, broken: bool) -> int:
        """Make `block` and count its rows; if `broken`, count the line breaks within cells, -1 where they are unclear."""
        raw = self._raw(found)
        digest = f"md5(concat_ws('\x1f', {', '.join(raw)}))" if self.layout.duplicates == "set_aside" else "''"
        blank = f"{_bare(raw[0])} = '' AND c1 IS NULL" if self.layout.short_rows else "false"
        breaks = " + ".join(f"length({cell}) - length(replace({cell}, '\n', ''))" for cell in raw) if broken else "0"
        marked = " OR ".join(f"contains({cell}, '\"')" for cell in raw) if broken else "false"
        cells = ", ".join(self._cell(found, name, odd=odd, broken=broken) for name in self.fields)
        named = "".join(f", {raw[found.match.where[name]]} AS {_RAW}{name}" for name in self._personal(found))
        rows = f"""SELECT NULL::VARCHAR AS wrong, {digest} AS row_digest, {self._note(raw[0])} AS note,
            {blank} AS blank, {breaks} AS breaks, {marked} AS marked, {cells}{named} FROM {self._file(found, path)}"""
        texts = {name: _text(name, odd=odd, broken=broken) for name in self._as_they_are(found)}
        typed = self.typed(rows, self._about(found), self._personal(found), texts)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE block AS {typed}")
        if not broken:
            return int(scalar(self.con, "SELECT count(*) FROM block"))
        unclear = f"max(breaks) > {MOST_LINES} OR bool_or(breaks > 0 AND marked)"
        return int(scalar(self.con, f"SELECT CASE WHEN {unclear} THEN -1 ELSE sum(breaks) END FROM block"))

    def _rows(self, found: Detected, number: int, first: int) -> str:
        """Return SQL over `block` with lines counted and buyers named."""
        personal = self._personal(found)
        names = ", ".join(f"{name}_names.name AS {name}" for name in personal)
        joins = " ".join(f"LEFT JOIN {name}_names ON {name}_names.number = block.{name}" for name in personal)
        before = "coalesce(sum(breaks) OVER (ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)"
        broken = scalar(self.con, "SELECT max(breaks) FROM block") > 0
        line = f"rowid + {first}{f' + {before}' if broken else ''}"
        return f"""SELECT {number} AS file_no, block.* EXCLUDE ({", ".join(self._about(found))}) {f"REPLACE ({names})" if names else ""}
            FROM (SELECT {line} AS source_line, * FROM block) AS block {joins} WHERE NOT note"""

    def _name(self, name: str) -> None:
        """Work out the pseudonyms of one field that are new.

        A buyer is known by 64 bits of a salted hash: of ten million, two share theirs in one file out of 300,000.
        """
        self.con.execute(
            f"""INSERT INTO {name}_names SELECT number, {self.hashed.sql(_bare("raw"))} FROM (
                SELECT {name} AS number, any_value({_RAW}{name}) AS raw FROM block WHERE {name} IS NOT NULL GROUP BY 1)
            WHERE number NOT IN (SELECT number FROM {name}_names)"""
        )

    def _about(self, found: Detected) -> list[str]:
        return [*_ABOUT, *(f"{_RAW}{name}" for name in self._personal(found))]

    def _personal(self, found: Detected) -> list[str]:
        return [name for name in self._there(found) if self.layout.fields[name].kind == "personal"]

    def _as_they_are(self, found: Detected) -> list[str]:
        """Return the fields whose cells mostly need nothing taken off to be read."""
        fields = self.layout.fields
        there = (name for name in self._there(found) if not (fields[name].gather or fields[name].blank))
        return [name for name in there if fields[name].kind in _MAY_BE_PLAIN]

    def _there(self, found: Detected) -> list[str]:
        return [name for name in self.fields if name in found.match.where]

    def _file(self, found: Detected, path: str) -> str:
        types = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(found.width))
        return f"""read_csv({quoted(path)}, columns = {{{types}}}, auto_detect = false, header = false,
            delim = {quoted(found.header.delimiter)}, quote = '"', escape = '"', nullstr = {quoted(_NEVER)},
            null_padding = {self.layout.short_rows}, parallel = {not self.layout.short_rows},
            max_line_size = {LONGEST_RECORD})"""

    def _raw(self, found: Detected) -> list[str]:
        names = [f"c{at}" for at in range(found.width)]
        return [f"coalesce({name}, '')" for name in names] if self.layout.short_rows else names

    def _note(self, raw: str) -> str:
        """Return SQL that tells the rows which are notes, not data."""
        text = f"trim({raw}, {quoted(_SPACES)})"
        return " OR ".join(f"starts_with({text}, {quoted(note)})" for note in self.layout.not_rows) or "false"

    def _cell(self, found: Detected, name: str, *, odd: bool, broken: bool) -> str:
        """Return SQL for one field's cell as `cells` writes it; for a personal one, the number in its place."""
        if name not in found.match.where:
            return f"NULL::VARCHAR AS {name}"
        field, raws = self.layout.fields[name], self._raw(found)
        if field.gather:
            several = (_text(raws[at], odd=odd, broken=broken) for at in found.match.gathered[name])
            said = ", ".join(f"nullif({one}, '')" for one in several)
            return f"concat_ws('{GATHERED}', {said}) AS {name}"
        raw = raws[found.match.where[name]]
        if field.kind == "personal":
            number = f"hash({raw}, {self.salt})"
            return f"{_unless_blank(raw, number) if field.required else number} AS {name}"
        if name in self._as_they_are(found):
            return f"{raw} AS {name}"
        text = _text(raw, odd=odd, broken=broken and field.kind != "province")
        turned = {"province": province_sql, "words": without_traces_sql}.get(field.kind, str)(text)
        said = f"coalesce(nullif({turned}, ''), {quoted(field.blank)})" if field.blank else turned
        return f"{said} AS {name}"


def _unless_blank(raw: str, number: str) -> str:
    return f"CASE WHEN NOT {said_to_be_blank(_bare(raw))} THEN {number} END"


def _text(raw: str, *, odd: bool, broken: bool) -> str:
    """Return SQL for a cell's text; where it can be no more than that, only blanks are taken off."""
    if broken:
        raw = f"regexp_replace({raw}, '[\n]+', ' ', 'g')"
    blank = f"starts_with({raw}, ' ') OR ends_with({raw}, ' ')"
    return _bare(raw) if odd else f"CASE WHEN {blank} THEN trim({raw}) ELSE {raw} END"


def _bare(raw: str) -> str:
    """Return SQL for `personal.bare`."""
    spaces = quoted(_SPACES)
    text = f"trim({raw}, {spaces})"
    formula = f"CASE WHEN starts_with({text}, '=\"') AND ends_with({text}, '\"') THEN {text}[3:-2] ELSE {text} END"
    clear = f"regexp_full_match({raw}, '{_CLEAR}(.*{_CLEAR})?')"
    return f"CASE WHEN {clear} THEN {raw} ELSE trim(ltrim({formula}, ''''), {spaces}) END"
