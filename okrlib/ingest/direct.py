"""Large clean text files, split by DuckDB instead of line by line: the same cells, several times sooner.

A file is clean when every line is one record of the header's width; whatever is not, is left to `records`. Personal
cells are hidden as they stream through, so that no table ever holds them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from okrlib.ingest.decode import DELIMITERS
from okrlib.ingest.detect import Detected
from okrlib.ingest.personal import HASH, Pseudonyms, province_sql, without_traces_sql
from okrlib.ingest.records import LONGEST_RECORD
from okrlib.lake import quoted, scalar

LARGE = 1 << 20  # bytes; below this the loop over lines is as quick
_CHUNK = 1 << 20
_DECODED = {"utf-8", "utf-8-sig"}  # what DuckDB reads without an extension
_SPACES = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())  # what str.strip takes off
# what makes a cell more than its text; E2 80 begins the spaces from U+2000 on, and dashes
_ODD = [
    b"'",
    b'="',
    b"\xe2\x80",
    *(c.encode() for c in _SPACES if c not in " \r\n\x1f" and not "\u2000" <= c <= "\u202f"),
]
_NEVER = "\x1f"  # stands for NULL, so that an empty cell is an empty cell


def may_be_direct(found: Detected) -> bool:
    """Whether DuckDB can open the file, and its layout has no rows that must be looked at one by one."""
    export, layout = found.export, found.layout
    plain = export.encoding in _DECODED and export.source.member is None and found.only is None
    plain = plain and found.header.delimiter in DELIMITERS and not (layout.not_rows or layout.short_rows)
    return plain and export.source.path.stat().st_size >= LARGE


def add_directly(
    con: duckdb.DuckDBPyConnection, number: int, found: Detected, fields: list[str], hashed: Pseudonyms
) -> bool:
    """Add a file's rows to the table `cells`; False, and nothing added, where the file turns out not to be clean."""
    seen = _look(found.export.source.path)
    if seen is None:
        return False
    lines, odd = seen
    try:
        _split(con, found, fields, hashed, odd=odd)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    records, first = scalar(con, "SELECT count(*) FROM direct"), found.header.line + 1
    clean = bool(records == lines - found.header.line)
    if clean:  # a table's rowid counts its rows as they stood in the file
        columns = ", ".join(["row_digest", *fields])
        con.execute(f"INSERT INTO cells SELECT {number}, rowid + {first}, NULL, {columns} FROM direct")
    con.execute("DROP TABLE direct")
    return clean


def _look(path: Path) -> tuple[int, bool] | None:
    """Count the lines of a file and say whether a cell may be more than its text; None where the file is damaged."""
    lines, odd, ending = 0, False, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            chunk += stream.readline(LONGEST_RECORD)
            ends = chunk.count(b"\n")
            if b"\0" in chunk or b"\x1f" in chunk or chunk.count(b"\r") not in {0, ends}:
                return None
            lines, ending = lines + ends, chunk[-1:]
            odd = odd or any(mark in chunk for mark in _ODD)
    return lines + (ending != b"\n"), odd


def _split(
    con: duckdb.DuckDBPyConnection, found: Detected, fields: list[str], hashed: Pseudonyms, *, odd: bool
) -> None:
    """Make the table `direct`: row_digest and the fields as text, one row for each record, in the file's order."""
    raw = [f"c{at}" for at in range(found.width)]
    digest = f"md5(concat_ws('\x1f', {', '.join(raw)}))" if found.layout.duplicates == "set_aside" else "NULL::VARCHAR"
    cells = [_cell(found, name, hashed, odd=odd) for name in fields]
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in raw)
    con.create_function(HASH, hashed.__call__, ["VARCHAR"], "VARCHAR")
    con.execute("SET preserve_insertion_order = true")
    try:
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE direct AS SELECT {digest} AS row_digest, {", ".join(cells)}
            FROM read_csv({quoted(str(found.export.source.path))}, columns = {{{types}}}, auto_detect = false,
            header = false, skip = {found.header.line}, delim = {quoted(found.header.delimiter)}, quote = '"',
            escape = '"', nullstr = {quoted(_NEVER)}, max_line_size = {LONGEST_RECORD})"""
        )
    finally:
        con.execute("SET preserve_insertion_order = false")
        con.remove_function(HASH)


def _cell(found: Detected, name: str, hashed: Pseudonyms, *, odd: bool) -> str:
    """Return SQL for one field's cell as `cells` wants it."""
    if name not in found.match.where:
        return f"NULL::VARCHAR AS {name}"
    field, raw = found.layout.fields[name], f"c{found.match.where[name]}"
    text = _bare(raw) if odd else f"trim({raw})"
    turned = {"personal": hashed.sql, "province": province_sql, "words": without_traces_sql}.get(field.kind, str)(text)
    said = f"coalesce(nullif({turned}, ''), {quoted(field.blank)})" if field.blank else turned
    return f"{said} AS {name}"


def _bare(raw: str) -> str:
    """Return SQL for `personal.bare`."""
    spaces = quoted(_SPACES)
    text = f"trim({raw}, {spaces})"
    formula = f"CASE WHEN starts_with({text}, '=\"') AND ends_with({text}, '\"') THEN {text}[3:-2] ELSE {text} END"
    return f"trim(ltrim({formula}, ''''), {spaces})"
