"""Reading a store's exports into the lake, so that the last word on every order is what stays."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path

import duckdb

from okrlib.errors import DataError, LayoutError
from okrlib.ingest.decode import Export, open_export
from okrlib.ingest.detect import Detected, detect
from okrlib.ingest.layout import Layout, load_layouts
from okrlib.ingest.personal import Pseudonyms, read_key
from okrlib.ingest.typed import kept_select, typed_select
from okrlib.lake import Lake, connect, quoted, scalar
from okrlib.schema import READINGS, TABLES
from okrlib.stores import Store, Workbook

READABLE = {".csv", ".tsv", ".txt", ".xlsx"}
_SEPARATOR = "\x1f"
_BREAKS = re.compile("[\x00\x1f\r\n]+")
_DISGUISED = re.compile("[\x00\r\n]|=\"|(?:^|\x1f)'")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What became of one file's rows: read = used + set aside + rejected."""

    file: str
    layout: str
    encoding: str
    rows_read: int
    rows_used: int
    rows_set_aside: int
    rows_rejected: int
    amount_read: Decimal | None


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did: files read, files already known, and orders that several files of it spoke of."""

    files: list[FileReading]
    known: list[str]
    repeated_orders: int

    @property
    def rejected(self) -> int:
        """Bad rows over all files."""
        return sum(file.rows_rejected for file in self.files)


def _reading_order(path: Path) -> tuple[list[tuple[int, int, str]], int]:
    """Sort key: numbers by value, and a browser's ``name (2).csv`` after ``name.csv``."""
    copy = re.search(r" ?\((\d+)\)$", path.stem)
    stem = path.stem[: copy.start()] if copy else path.stem
    parts = [(1, int(part), "") if part.isdigit() else (0, 0, part.casefold()) for part in re.split(r"(\d+)", stem) if part]
    return parts, int(copy[1]) if copy else 0


def export_files(folder: Path) -> list[Path]:
    """List a folder's exports, sub-folders too, in reading order: the last one has the last word."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; put the store's exports there or name the files")
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in READABLE]
    return sorted((path for path in found if not path.name.startswith((".", "~"))), key=_reading_order)


def ingest(workbook: Workbook, store: Store, paths: list[Path], progress: Progress = lambda _: None) -> Ingested:
    """Read `paths` (in this order) into the lake; files read before, by digest, are skipped."""
    lake = Lake(workbook.warehouse)
    layouts = load_layouts(workbook.params / "layouts")
    with lake.writer():
        con = connect()
        known = {row[0] for row in con.execute(f"SELECT sha256 FROM {lake.scan('readings', store.store)}").fetchall()}
        seen: list[str] = []
        batches: dict[str, list[Detected]] = {}
        for path in paths:
            found = detect(path, layouts, store.layout)
            if found.export.sha256 in known:
                seen.append(found.export.name)
                continue
            known.add(found.export.sha256)
            batches.setdefault(found.layout.id, []).append(found)
        files: list[FileReading] = []
        repeated = 0
        for batch in batches.values():
            progress(f"{batch[0].layout.title.en}: {len(batch)} files")
            readings, again = _ingest_batch(con, lake, store, batch)
            files += readings
            repeated += again
    return Ingested(files, seen, repeated)


def _ingest_batch(
    con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, batch: list[Detected]
) -> tuple[list[FileReading], int]:
    layout = batch[0].layout
    read_rows(con, store, layout, batch)
    _refuse_spoilt(con, store, batch)
    repeated = _last_word(con, layout)
    for name in layout.tables:
        lake.put(con, TABLES[name], store.store, _output_sql(layout, store, name))
    return _log(con, lake, store, batch), repeated


def read_rows(con: duckdb.DuckDBPyConnection, store: Store, layout: Layout, batch: list[Detected]) -> None:
    """Make the tables files, cells, typed, good, filled, derived, ruled and kept in `con` from a batch of files."""
    con.execute("CREATE OR REPLACE TEMP TABLE files (file_no INTEGER, source_file VARCHAR, sha256 VARCHAR, encoding VARCHAR)")
    con.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?)",
        [[number, found.export.name, found.export.sha256, found.export.encoding] for number, found in enumerate(batch)],
    )
    present = sorted({name for found in batch for name in found.match.where})
    _load_cells(con, store, layout, batch, present)
    con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS {typed_select(layout, store, present)}")
    con.execute("DROP TABLE cells")
    con.execute("CREATE OR REPLACE TEMP VIEW good AS SELECT * FROM typed WHERE bad_reason IS NULL")
    for name, sql in kept_select(layout):
        kind = "TABLE" if name in {"ruled", "kept"} else "VIEW"
        try:
            con.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {sql}")
        except duckdb.Error as bad:
            raise LayoutError(f"layout {layout.id}: {name}: {str(bad).splitlines()[0]}") from None


def _load_cells(
    con: duckdb.DuckDBPyConnection, store: Store, layout: Layout, batch: list[Detected], present: list[str]
) -> None:
    """Bring the fields of all files into the table `cells`, personal data hashed or cut before it touches a disk."""
    hashed = Pseudonyms(read_key(), store.store) if any(f.kind == "personal" for f in layout.fields.values()) else None
    names = ["file_no", "source_line", "wrong", "row_digest", *present]
    types = {name: "VARCHAR" for name in names} | {"file_no": "INTEGER", "source_line": "BIGINT"}
    with tempfile.TemporaryDirectory(prefix="okr-ingest-") as folder:
        path = Path(folder) / "cells"
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for number, found in enumerate(batch):
                out.writelines(_cell_lines(number, found, layout, present, hashed))
        columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE cells AS SELECT * FROM read_csv({quoted(str(path))}, delim = '\x1f', quote = '',
            escape = '', header = false, auto_detect = false, strict_mode = false, null_padding = false,
            max_line_size = 20000000, columns = {{{columns}}})"""
        )


def _cell_lines(
    number: int, found: Detected, layout: Layout, present: list[str], hashed: Pseudonyms | None
) -> Iterator[str]:
    """Write one file's rows for DuckDB: file, line, what is wrong, digest, then the cells of the fields present."""
    picks = [found.match.where.get(name, found.width) for name in present]  # the width is the index of an empty cell
    turns = _turns(layout, present, hashed)
    digest = layout.duplicates == "set_aside"
    blank = _SEPARATOR * (len(present) + 1)
    for line, cells, wrong in found.rows():
        problem = wrong or _width_problem(cells, found.width)
        if problem:
            yield f"{number}{_SEPARATOR}{line}{_SEPARATOR}{problem}{blank}\n"
            continue
        mark = row_digest(cells) if digest else ""
        cells.insert(found.width, "")
        row = [cells[pick].strip() for pick in picks]
        for at, turn in turns:
            row[at] = turn(row[at])
        text = _SEPARATOR.join(row)
        if _DISGUISED.search(text) or text.count(_SEPARATOR) >= len(row):
            text = _SEPARATOR.join(_bare(cell) for cell in row)
        yield f"{number}{_SEPARATOR}{line}{_SEPARATOR}{_SEPARATOR}{mark}{_SEPARATOR}{text}\n"


def _turns(
    layout: Layout, present: list[str], hashed: Pseudonyms | None
) -> list[tuple[int, Callable[[str], str]]]:
    """What happens to personal cells before they go anywhere: hashed, or cut to their first word."""
    turns: list[tuple[int, Callable[[str], str]]] = []
    for at, name in enumerate(present):
        if layout.fields[name].kind == "personal" and hashed is not None:
            turns.append((at, hashed))
        elif layout.fields[name].first_word:
            turns.append((at, lambda text: text.split(" ", 1)[0]))
    return turns


def _width_problem(cells: list[str], width: int) -> str:
    if len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:])):
        return ""
    return f"has {len(cells)} cells, the header has {width}"


def _bare(cell: str) -> str:
    """Take off what spreadsheets need to see text: ``="…"``, a leading apostrophe; and line breaks within a cell."""
    text = _BREAKS.sub(" ", cell).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'").strip()


def row_digest(cells: list[str]) -> str:
    """Digest of a whole row, columns that no field reads included, to tell exact duplicates."""
    return blake2b(_SEPARATOR.join(cells).encode(), digest_size=12).hexdigest()


def _refuse_spoilt(con: duckdb.DuckDBPyConnection, store: Store, batch: list[Detected]) -> None:
    rows = con.execute(
        """SELECT file_no, count(*), count(bad_reason), min(source_line) FILTER (bad_reason IS NOT NULL),
        arg_min(coalesce(bad_column || ' ', '') || bad_reason, source_line) FILTER (bad_reason IS NOT NULL)
        FROM typed GROUP BY file_no HAVING count(bad_reason) > ? * count(*) ORDER BY file_no""",
        [store.max_bad_share],
    ).fetchall()
    if rows:
        number, total, bad, line, reason = rows[0]
        raise DataError(
            f"{batch[number].export.path}: {bad} of {total} rows are bad, more than max_bad_share {store.max_bad_share:.0%} "
            f"allows; nothing was read (first: line {line}: {reason})"
        )


def _last_word(con: duckdb.DuckDBPyConnection, layout: Layout) -> int:
    """Of an order that several files mention keep the last file's rows; return how many orders that concerned."""
    files_of = f"SELECT {layout.order}, max(file_no) AS last_no, count(DISTINCT file_no) AS files FROM ruled GROUP BY 1"
    con.execute(f"CREATE OR REPLACE TEMP TABLE last_word AS {files_of}")
    repeated = int(scalar(con, "SELECT count(*) FROM last_word WHERE files > 1"))
    con.execute(
        f"DELETE FROM kept USING last_word l WHERE kept.{layout.order} = l.{layout.order} AND kept.file_no < l.last_no"
    )
    return repeated


def _output_sql(layout: Layout, store: Store, name: str) -> str:
    output = layout.tables[name]
    table = TABLES[name]
    given = dict(output.columns)
    if "currency" in table.columns:
        given.setdefault("currency", quoted(store.currency))
    columns = ", ".join(f"({given.get(column, 'NULL')})::{spec.type} AS {column}" for column, spec in table.columns.items())
    first = ""
    if output.per == "order":
        first = f"QUALIFY row_number() OVER (PARTITION BY {layout.order} ORDER BY file_no DESC, source_line) = 1"
    return f"""SELECT {quoted(store.store)} AS store, {columns}, source_file, source_line
        FROM (SELECT * FROM kept WHERE {output.where} {first}) JOIN files USING (file_no)"""


def _log(con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, batch: list[Detected]) -> list[FileReading]:
    """Write rejects and, last of all, the readings."""
    layout = batch[0].layout
    reasons = " ".join(f"WHEN {quoted(rule.name)} THEN {quoted(rule.reason.en)}" for rule in layout.set_aside)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE rejected AS
        SELECT {quoted(store.store)} AS store, source_file, source_line, '' AS rule, bad_column AS column_name,
               left(bad_value, 200) AS value, bad_reason AS reason, NULL::DECIMAL(18,4) AS amount
        FROM typed JOIN files USING (file_no) WHERE bad_reason IS NOT NULL
        UNION ALL
        SELECT {quoted(store.store)}, source_file, source_line, set_aside_by, '', '',
               CASE set_aside_by {reasons} WHEN 'duplicate' THEN 'exact duplicate of an earlier line' END, row_amount
        FROM ruled JOIN files USING (file_no) WHERE set_aside_by <> ''"""
    )
    names = "SELECT source_file FROM files"
    lake.replace(
        con, "rejects", store.store,
        f"SELECT * FROM {lake.scan('rejects', store.store)} WHERE source_file NOT IN ({names}) "
        "UNION ALL BY NAME SELECT * FROM rejected ORDER BY source_file, source_line",
    )
    start = scalar(con, f"SELECT coalesce(max(read_order), 0) + 1 FROM {lake.scan('readings', store.store)}")
    first_time = next((f"ruled.{name}" for name, field in layout.fields.items() if field.kind == "time"), "NULL::TIMESTAMP")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE readings_now AS
        SELECT {quoted(store.store)} AS store, f.source_file, f.sha256, {quoted(layout.id)} AS layout, f.encoding,
               coalesce(t.n, 0) AS rows_read, coalesce(r.used, 0) AS rows_used, coalesce(r.aside, 0) AS rows_set_aside,
               coalesce(t.bad, 0) AS rows_rejected, r.amount AS amount_read, r.first_at, r.last_at,
               {start} + f.file_no AS read_order
        FROM files f
        LEFT JOIN (SELECT file_no, count(*) AS n, count(bad_reason) AS bad FROM typed GROUP BY 1) t USING (file_no)
        LEFT JOIN (SELECT file_no, count(*) FILTER (set_aside_by = '') AS used, count(*) FILTER (set_aside_by <> '') AS aside,
                   sum(row_amount) AS amount, min({first_time}) AS first_at, max({first_time}) AS last_at
                   FROM ruled GROUP BY 1) r USING (file_no)
        ORDER BY f.file_no"""
    )
    columns = ", ".join(READINGS)
    lake.replace(
        con, "readings", store.store,
        f"SELECT {columns} FROM {lake.scan('readings', store.store)} UNION ALL BY NAME SELECT {columns} FROM readings_now "
        "ORDER BY read_order",
    )
    fields = "source_file, layout, encoding, rows_read, rows_used, rows_set_aside, rows_rejected, amount_read"
    return [FileReading(*row) for row in con.execute(f"SELECT {fields} FROM readings_now").fetchall()]
