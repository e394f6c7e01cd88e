"""Reading a store's exports into the lake, so that the last word on every order is what stays."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path, PurePath

import duckdb

from okrlib.errors import DataError, LayoutError, OkrError, ParameterError
from okrlib.ingest.cells import CellReader
from okrlib.ingest.conflicts import refuse_conflicts
from okrlib.ingest.database import read_tables
from okrlib.ingest.detect import Detected, detect
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.log import (
    FileReading,
    ReadingFacts,
    RuleCount,
    collect,
    reading_facts,
    refuse_changed,
    refuse_spoilt,
    rule_counts,
    write_log,
)
from okrlib.ingest.model import Layout
from okrlib.ingest.outputs import put_outputs
from okrlib.ingest.personal import Pseudonyms, read_key
from okrlib.ingest.rules import blamed_on, kept_select, make, ruled_select
from okrlib.ingest.source import ARCHIVE, READABLE, Source, sources
from okrlib.ingest.typed import absent
from okrlib.lake import Lake, connect, quoted, scalar
from okrlib.schema import STATUSES
from okrlib.stores import Store, Workbook

MEMORY = "1GB"  # DuckDB's share: 5 million rows of orders; what does not fit goes to the temporary folder
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did: files read, files already known, and what it found in them."""

    files: list[FileReading] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[OkrError] = field(default_factory=list)  # one for each file of which nothing was read
    repeated_orders: int = 0  # that several of the files spoke of: the last one counts
    repeated_lines: int = 0  # that came twice under one key: the first one counts
    facts: list[ReadingFacts] = field(default_factory=list)
    set_aside: list[RuleCount] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Bad rows over all files."""
        return sum(file.rows_rejected for file in self.files)


class RefusedError(DataError):
    """Some of several files were refused, named line by line; `done` tells what became of the others."""

    def __init__(self, done: Ingested) -> None:
        several = len(done.refused) > 1
        english = [f"{len(done.refused)} files were not read:"] if several else []
        chinese = [f"{len(done.refused)} 个文件未读入："] if several else []
        super().__init__(
            "\n  ".join([*english, *map(str, done.refused)]),
            "\n  ".join([*chinese, *(one.in_("zh") for one in done.refused)]),
        )
        self.done = done


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of one layout, in reading order, with the names reports give them."""

    layout: Layout
    recipe: str
    found: list[Detected]
    names: list[str]


def _reading_order(path: Path) -> tuple[list[tuple[int, int, str]], int]:
    """Sort key: numbers by value, and a browser's ``name (2).csv`` after ``name.csv``."""
    copy = re.search(r" ?\((\d+)\)$", path.stem)
    stem = path.stem[: copy.start()] if copy else path.stem
    parts = [
        (1, int(part), "") if part.isdigit() else (0, 0, part.casefold()) for part in re.split(r"(\d+)", stem) if part
    ]
    return parts, int(copy[1]) if copy else 0


def export_files(folder: Path) -> list[Path]:
    """List a folder's exports, sub-folders too, in reading order: the last one has the last word."""
    if not folder.is_dir():
        raise DataError(
            f"{folder}: no such folder; put the store's exports there or name the files",
            f"没有文件夹 {folder}；请新建并把店铺导出的文件放进去",
        )
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in {*READABLE, ARCHIVE}]
    return sorted((path for path in found if not path.name.startswith((".", "~"))), key=_reading_order)


def ingest(
    workbook: Workbook,
    store: Store,
    paths: list[Path],
    progress: Progress = lambda _: None,
    *,
    until: datetime | None = None,
) -> Ingested:
    """Read `paths` (in this order) into the lake; a file read before in the same way, by digest, is skipped.

    Without any, what the store's database (`source` in its file) tells is read instead, in the same way. Rows after
    `until`, by the store's wall clock, are bad: they have not happened yet.
    Errors: LayoutError where no layout fits, DataError for a file that cannot be read or has too many bad rows; of
    several files the others are read first, and RefusedError names those that were not.
    """
    lake, key, done = Lake(workbook.warehouse), read_key(workbook.home), Ingested()
    hashed = Pseudonyms(key, store.store)
    with lake.writer(), tempfile.TemporaryDirectory(prefix="okr-ingest-") as folder:
        batches = _batches(workbook, store, paths, key, done)
        con = _connect(Path(folder))
        repeated, twice = 0, 0
        for batch in batches:
            progress(f"{batch.layout.title.en}: {len(batch.found)} files")
            read_rows(con, store, batch, CellReader.of(batch.found, hashed, store, until), Path(folder))
            if not _refuse(con, store, batch, done):
                continue
            repeated += _keep_last_word(con, batch.layout)
            twice += put_outputs(con, lake, store, batch.layout)
            done.files.extend(write_log(con, lake, store, batch.layout, batch.recipe))
            done.facts.append(reading_facts(con, batch.layout))
            done.set_aside.extend(rule_counts(con))
        con.close()
    done = replace(done, repeated_orders=repeated, repeated_lines=twice)
    if done.refused:
        alone = len(done.refused) == 1 and not (done.files or done.known)
        raise done.refused[0] if alone else RefusedError(done)
    return done


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open DuckDB for reading files; what does not fit in memory goes to `folder`, encrypted."""
    con = connect()
    con.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = {quoted(str(folder))}")
    con.execute("SET temp_file_encryption = true; SET preserve_insertion_order = false")
    return con


def _refuse(con: duckdb.DuckDBPyConnection, store: Store, batch: Batch, done: Ingested) -> bool:
    """Drop the files that cannot be believed, with an error for each in `done`; say whether any are left."""
    refused = [*refuse_changed(con, batch.found, batch.names), *refuse_spoilt(con, store)]
    if refused:
        done.refused.extend(refused)
        make(con, batch.layout, "ruled", ruled_select(batch.layout))
    return bool(scalar(con, "SELECT count(*) FROM files"))


def _batches(workbook: Workbook, store: Store, paths: list[Path], key: bytes, done: Ingested) -> list[Batch]:
    """Sort the files that are new, or now read otherwise, by layout; `done` takes those known already or refused."""
    lake = Lake(workbook.warehouse)
    layouts = load_layouts(workbook.params / "layouts")
    known = {(row[0], row[1]) for row in lake.rows(f"SELECT sha256, recipe FROM {lake.scan('readings', store.store)}")}
    batches: dict[str, Batch] = {}
    for found in _detected(workbook, store, paths, layouts, done) if paths else read_tables(store):
        name = _shown_name(found.export.source, workbook.exports / store.store)
        recipe = _recipe(found.layout, store, key)
        if (found.export.sha256, recipe) in known:
            done.known.append(name)
            continue
        known.add((found.export.sha256, recipe))
        batch = batches.setdefault(found.layout.id, Batch(found.layout, recipe, [], []))
        batch.found.append(found)
        batch.names.append(name)
    return list(batches.values())


def _detected(
    workbook: Workbook, store: Store, paths: list[Path], layouts: list[Layout], done: Ingested
) -> Iterator[Detected]:
    for source in _sources(workbook, store, paths, done):
        try:
            yield detect(source, layouts, store.layout, store.platform)
        except (DataError, LayoutError) as bad:
            done.refused.append(bad)


def _sources(workbook: Workbook, store: Store, paths: list[Path], done: Ingested) -> Iterator[Source]:
    for path in paths:
        try:
            _refuse_way_out(workbook, store, path)
            yield from sources(path)
        except DataError as bad:
            done.refused.append(bad)


def _refuse_way_out(workbook: Workbook, store: Store, path: Path) -> None:
    """Raise DataError for a link among the exports that leads elsewhere; their folder itself may lie where it likes."""
    there, folder = path.resolve(), (workbook.exports / store.store).resolve()
    if path.is_relative_to(workbook.home) and not (there.is_relative_to(workbook.home) or there.is_relative_to(folder)):
        raise DataError(
            f"{path}: leads out of the workbook, to {there}; copy the file, or name it itself",
            f"{path}：该链接指向工作簿之外（{there}），请把文件复制过来",
        )


def _shown_name(source: Source, folder: Path) -> str:
    """Name a file as reports show it: within the store's exports, or alone."""
    path, folder = source.path.resolve(), folder.resolve()
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    return f"{name}/{source.member}" if source.member else name


def _day_in(name: str) -> date | None:
    """Return the day that a file's name tells, such as ``inventory-2026-07-01.txt`` or ``20260701.csv``."""
    found = re.search(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)", PurePath(name).name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _recipe(layout: Layout, store: Store, key: bytes) -> str:
    """Digest of all that decides how a file is read; when it changes, the file is read again."""
    wrong = sorted(set(store.status_words.values()) - set(STATUSES))
    if wrong:
        raise ParameterError(
            f"params/stores/{store.store}.yaml: status_words: {wrong[0]!r} is no status; "
            f"expected one of {', '.join(STATUSES)}",
            f"params/stores/{store.store}.yaml：status_words：{wrong[0]} 不是有效状态；可选：{'、'.join(STATUSES)}",
        )
    settings = [store.status_words, store.timezone, store.currency, sha256(key).hexdigest()]
    return sha256(json.dumps([layout.model_dump(mode="json"), settings], sort_keys=True).encode()).hexdigest()[:16]


def read_rows(con: duckdb.DuckDBPyConnection, store: Store, batch: Batch, reader: CellReader, folder: Path) -> None:
    """Make the tables files, ruled, rejected and counts in `con` from files of one layout."""
    layout = batch.layout
    con.execute(
        "CREATE OR REPLACE TEMP TABLE files "
        "(file_no INTEGER, source_file VARCHAR, sha256 VARCHAR, encoding VARCHAR, file_day DATE)"
    )
    exports = enumerate(zip(batch.names, (found.export for found in batch.found), strict=True))
    rows = [[number, name, export.sha256, export.encoding, _day_in(name)] for number, (name, export) in exports]
    con.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)
    reader.load(con, batch.found, folder)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW good AS SELECT *{absent(layout, reader.fields)} FROM typed WHERE bad_reason IS NULL"
    )
    for _ in range(2):
        make(con, layout, "ruled", ruled_select(layout))
        with blamed_on(layout, "ruled"):
            collect(con, store, layout)
        if not refuse_conflicts(con, layout):  # else without the rows that are bad now
            break


def _keep_last_word(con: duckdb.DuckDBPyConnection, layout: Layout) -> int:
    """Make `kept`: of orders that several files mention the last file's rows; return how many there were."""
    repeated, rows = 0, "(SELECT * FROM ruled WHERE set_aside_by = '' AND lacking IS NULL)"
    if scalar(con, "SELECT count(*) FROM files") > 1:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE last_word AS SELECT {layout.order}, max(file_no) AS last_no FROM ruled "
            "WHERE lacking IS NULL GROUP BY 1 HAVING min(file_no) < max(file_no)"
        )
        repeated = int(scalar(con, "SELECT count(*) FROM last_word"))
    if repeated:
        last = f"LEFT JOIN last_word USING ({layout.order}) WHERE last_no IS NULL OR file_no = last_no"
        rows = f"(SELECT r.* FROM {rows} r {last})"
    make(con, layout, "kept", f"SELECT * FROM {kept_select(layout, rows)}")
    return repeated
