"""The lake: one Delta table per canonical table, partitioned by store, read by DuckDB.

A later export replaces what it mentions: all rows of an order that it holds, and no other (`Lake.put`). Each table's
commit is atomic; the log of files read (`readings`) is written last, so an interrupted ingest is simply run again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError
from deltalake.schema import Field, PrimitiveType, Schema
from deltalake.transaction import AddAction, create_table_with_add_actions

from okrlib.errors import DataError
from okrlib.schema import READINGS, REJECTS, SOURCE, TABLES, Table
from okrlib.turns import Turn, in_turn

ROW_GROUP = 122_880  # rows that are read or passed over together
# Numbers as differences and names without a dictionary where most differ: a quarter of the size, written a third sooner.
_PARQUET = "FORMAT parquet, PARQUET_VERSION v2, CODEC 'zstd', COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000"
_DELTA_TYPES = {"VARCHAR": "string", "TIMESTAMP": "timestamp_ntz", "BIGINT": "long"}  # others go by the same name


def connect(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB as okrlib uses it."""
    con = duckdb.connect(config={"threads": threads})
    con.execute("SET parquet_metadata_cache = true; SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    con.execute("SET disabled_optimizers = 'partitioned_execution'")
    return con


def scalar(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Return the one value of a query; the result is drained, since DuckDB refuses other work beside an open one."""
    return con.execute(sql).fetchall()[0][0]


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _hold(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], rows: str) -> None:
    """Let `put_rows` stand for `rows`, in the lake's columns and types."""
    typed = ", ".join(f"{name}::{kind} AS {name}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP VIEW put_rows AS SELECT {typed} FROM ({rows})")


def _clustered(con: duckdb.DuckDBPyConnection, table: Table, count: int) -> bool:
    """Whether so many rows stand by time as they come, as platforms list them, so that a quarter need not read them all."""
    if count <= 2 * ROW_GROUP or "ordered_at" not in table.columns:
        return False
    rows = "SELECT epoch(ordered_at) AS moment, row_number() OVER () AS number FROM put_rows"
    spans = f"SELECT min(moment) AS low, max(moment) AS high FROM ({rows}) GROUP BY number // {ROW_GROUP}"
    return bool(scalar(con, f"SELECT avg(high - low) <= (max(high) - min(low)) / 6 FROM ({spans})"))


def _delta_schema(table: Table) -> Schema:
    return Schema(
        [Field(name, PrimitiveType(_DELTA_TYPES.get(kind, kind.lower()))) for name, kind in table.all_columns.items()]
    )


def _changes(table: str, delta: DeltaTable) -> list[Change]:
    return [
        Change(datetime.fromtimestamp(entry["timestamp"] / 1000, UTC), table, entry["version"], entry["operation"])
        for entry in delta.history()
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """One version of one table: when it was written, and by what."""

    at: datetime  # UTC
    table: str
    version: int
    operation: str


class Lake:
    """The canonical tables of all stores of one workbook, as they are or as they were known at a moment."""

    def __init__(self, folder: Path, known_at: datetime | None = None) -> None:
        self.folder = folder
        self.known_at = known_at

    def _columns(self, table: str) -> Mapping[str, str]:
        own = {"rejects": REJECTS, "readings": READINGS}
        return own[table] if table in own else TABLES[table].all_columns

    def _open(self, table: str) -> DeltaTable | None:
        try:
            delta = DeltaTable(str(self.folder / table))
        except TableNotFoundError:
            return None
        if self.known_at is None:
            return delta
        known = [change.version for change in _changes(table, delta) if change.at <= self.known_at]
        return DeltaTable(str(self.folder / table), version=max(known)) if known else None

    def history(self, store: str | None = None) -> list[Change]:
        """List every version of every table that was known, or those that touched one store's rows, the latest first."""
        tables = {name: delta for name in [*TABLES, "rejects", "readings"] if (delta := self._open(name)) is not None}
        changes = [change for name, delta in tables.items() for change in self._touching(store, _changes(name, delta))]
        return sorted(changes, key=lambda change: (change.at, change.table, change.version), reverse=True)

    def _touching(self, store: str | None, changes: list[Change]) -> list[Change]:
        """Of one table's versions those whose files of `store` are other than before."""
        if store is None:
            return changes
        touching, before = [], set[str]()
        for change in sorted(changes, key=lambda change: change.version):
            delta = DeltaTable(str(self.folder / change.table), version=change.version)
            files = set(delta.file_uris(file_pruning_predicate=f"store = {quoted(store)}"))
            touching += [change] if files != before else []
            before = files
        return touching

    def versions(self) -> dict[str, int]:
        """Return the current version of every table that exists."""
        names = [*TABLES, "rejects", "readings"]
        return {name: delta.version() for name in names if (delta := self._open(name)) is not None}

    def states(self, stores: Iterable[str]) -> tuple[dict[str, int], dict[str, str]]:
        """Return the versions, and each store's fingerprint of what was read: SHA-256 over its files' digests, in order."""
        digests = {store: hashlib.sha256() for store in stores}
        for store, name, sha in self._readings(digests):
            digests[store].update(f"{name}\0{sha}\n".encode())
        return self.versions(), {store: digest.hexdigest() for store, digest in digests.items()}

    def state(self, store: str) -> tuple[dict[str, int], str]:
        """Return the versions, and the fingerprint of what was read for one store."""
        versions, fingerprints = self.states([store])
        return versions, fingerprints[store]

    def scan(self, table: str, store: str, opened: DeltaTable | None = None) -> str:
        """Return SQL that reads one store's rows of `table`, where it is `opened` already; an absent one has no rows."""
        columns, delta = self._columns(table), opened or self._open(table)
        files = delta.file_uris(file_pruning_predicate=f"store = {quoted(store)}") if delta else []
        if not files:
            empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
            return f"(SELECT {empty} WHERE false)"
        have = {column.name for column in delta.schema().fields} if delta else set()
        others = ", ".join(
            name if name in have else f"NULL::{kind} AS {name}" for name, kind in columns.items() if name != "store"
        )
        # Delta tells a folder such as 店铺 as a web address would; only the last two steps are its own: store=…/part-…
        own = (Path(*uri.split("/")[-2:]) for uri in files)
        paths = ", ".join(quoted(escape(str(self.folder / table / part))) for part in own)
        source = f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"
        return f"(SELECT {quoted(store)} AS store, {others} FROM {source})"

    def writer(self) -> Turn:
        """Return the lock that lets one ingest at a time write; readers never wait. The past cannot be written."""
        if self.known_at is not None:
            en, zh = "opened as known at {}; the past is for reading only", "打开的是 {} 时的数据，只能查看"
            raise DataError(*(f"{self.folder}: {says.format(self.known_at)}" for says in (en, zh)))
        self.folder.mkdir(parents=True, exist_ok=True)
        return in_turn(self.folder, self.folder / ".writing", 600)  # a first reading of millions takes minutes

    def put(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        store: str,
        rows: str,
        *,
        mentions: str | None = None,
        given: Iterable[str] | None = None,
    ) -> int:
        """Let `rows` (SQL in `con`, with the table's columns, keys unique) be the last word on what they mention.

        `mentions` is SQL for every `source_order` the export speaks of, where that is more than `rows` hold: what the
        lake has of those and the export no longer has is removed in the same commit. `given` are the columns the
        export can tell, all by default: of a row known already the others stay. Returns the rows written.
        """
        _hold(con, table.all_columns, rows)
        con.execute(f"CREATE OR REPLACE TEMP VIEW mentioned AS {mentions or 'SELECT source_order FROM put_rows'}")
        count = int(scalar(con, "SELECT count(*) FROM put_rows"))
        if self._knows_some(con, table, store):
            self._merge(con, table, store, {*(given or table.columns), *SOURCE})
        elif count:
            self._add_file(con, table, store, count)
        con.execute("DROP VIEW put_rows; DROP VIEW mentioned")
        return count

    def _knows_some(self, con: duckdb.DuckDBPyConnection, table: Table, store: str) -> bool:
        """Whether the table has a row of the store that `put_rows` or `mentioned` speak of."""
        key, rows = ", ".join(table.key), self.scan(table.name, store)
        if not con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchall():
            return False
        spoken_of = f"source_order IN (SELECT * FROM mentioned) OR ({key}) IN (SELECT ({key}) FROM put_rows)"
        return bool(con.execute(f"SELECT 1 FROM {rows} WHERE {spoken_of} LIMIT 1").fetchall())

    def _append(self, con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
        """Add rows; columns that the table does not have yet are added to it."""
        path = str(self.folder / table)
        write_deltalake(path, con.sql(rows), mode="append", schema_mode="merge", partition_by=["store"])

    def _add_file(self, con: duckdb.DuckDBPyConnection, table: Table, store: str, count: int) -> None:
        """Add `put_rows`, none of which the table knows, as one file that DuckDB writes, committed in one step."""
        delta = self._open(table.name)
        if delta is not None and [field.name for field in delta.schema().fields] != list(table.all_columns):
            self._append(con, table.name, "SELECT * FROM put_rows")
            return
        name = f"store={store}/part-{secrets.token_hex(16)}.parquet"
        path = self.folder / table.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = [*(["ordered_at"] if "ordered_at" in table.columns else []), *table.key]
        order = "" if _clustered(con, table, count) else f"ORDER BY {', '.join(keys)}"
        columns = ", ".join(column for column in table.all_columns if column != "store")
        con.execute(
            f"COPY (SELECT {columns} FROM put_rows {order}) TO {quoted(str(path))} ({_PARQUET}, OVERWRITE true)"
        )
        seen = path.stat()
        action = AddAction(
            name, seen.st_size, {"store": store}, int(seen.st_mtime * 1000), True, f'{{"numRecords":{count}}}'
        )
        if delta is None:
            create_table_with_add_actions(
                str(self.folder / table.name), _delta_schema(table), [action], partition_by=["store"]
            )
        else:
            delta.create_write_transaction([action], "append", _delta_schema(table), partition_by=["store"])

    def _merge(self, con: duckdb.DuckDBPyConnection, table: Table, store: str, given: set[str]) -> None:
        names, key = list(table.all_columns), ", ".join(table.key)
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE changes AS SELECT *, false AS gone FROM put_rows
            UNION ALL BY NAME
            SELECT *, true AS gone FROM {self.scan(table.name, store)}
            WHERE source_order IN (SELECT * FROM mentioned) AND ({key}) NOT IN (SELECT ({key}) FROM put_rows)"""
        )
        delta = self._open(table.name)
        if delta is None or not scalar(con, "SELECT count(*) FROM changes"):
            return
        if {column.name for column in delta.schema().fields} != set(names):
            self._append(con, table.name, "SELECT * FROM put_rows WHERE false")
            delta = DeltaTable(str(self.folder / table.name))
        on = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
        values = {name: f"s.{name}" for name in names}
        (
            delta.merge(
                con.sql("SELECT * FROM changes"),
                predicate=f"t.store = {quoted(store)} AND {on}",
                source_alias="s",
                target_alias="t",
            )
            .when_matched_delete("s.gone")
            .when_matched_update(
                {name: value for name, value in values.items() if name in given}, predicate="NOT s.gone"
            )
            .when_not_matched_insert(values)
            .execute()
        )
        con.execute("DROP TABLE changes")

    def replace(self, con: duckdb.DuckDBPyConnection, table: str, store: str, rows: str) -> None:
        """Let `rows` be all rows that `table` has for `store`."""
        _hold(con, self._columns(table), rows)
        if self._open(table) is None:
            self._append(con, table, "SELECT * FROM put_rows")
        else:
            where, data = f"store = {quoted(store)}", con.sql("SELECT * FROM put_rows")
            write_deltalake(str(self.folder / table), data, mode="overwrite", schema_mode="merge", predicate=where)
        con.execute("DROP VIEW put_rows")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one query over `scan` sources on a connection of its own."""
        return connect().execute(sql).fetchall()

    def readings(self, store: str) -> list[tuple[str, str]]:
        """List the files read for a store in reading order: layout and SHA-256 of each."""
        return [(layout, sha) for _, layout, sha in self._readings([store])]

    def _readings(self, stores: Iterable[str]) -> list[tuple[str, str, str]]:
        delta = self._open("readings")
        scans = " UNION ALL ".join(f"FROM {self.scan('readings', store, delta)}" for store in stores)
        return self.rows(f"SELECT store, layout, sha256 FROM ({scans}) ORDER BY store, read_order") if scans else []

    def compact(self) -> None:
        """Rewrite many small files as few."""
        for name in self.versions():
            if (delta := self._open(name)) is not None:
                delta.optimize.compact()

    def views(self, store: str, tables: Iterable[str]) -> str:
        """Return SQL that creates a view `raw_<table>` for each table of one store."""
        return "".join(f"CREATE OR REPLACE VIEW raw_{name} AS FROM {self.scan(name, store)};\n" for name in tables)
