"""The lake: one Delta table per canonical table, partitioned by store, read by DuckDB.

A later export replaces what it mentions: all rows of an order that it holds, and no other (`Lake.put`). Each table's
commit is atomic; the log of files read (`readings`) is written last, so an interrupted ingest is simply run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError
from filelock import FileLock

from okrlib.errors import DataError
from okrlib.schema import READINGS, REJECTS, TABLES, Table


def connect() -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB as okrlib uses it: one thread per notebook gives the most packets a second."""
    con = duckdb.connect(config={"threads": 2})
    con.execute("SET parquet_metadata_cache = true; SET TimeZone = 'UTC'; SET disabled_optimizers = 'partitioned_execution'")
    return con


def scalar(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Return the one value of a query; the result is drained, since DuckDB refuses other work beside an open one."""
    return con.execute(sql).fetchall()[0][0]


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


class Lake:
    """The canonical tables of all stores of one workbook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _columns(self, table: str) -> Mapping[str, str]:
        own = {"rejects": REJECTS, "readings": READINGS}
        return own[table] if table in own else TABLES[table].all_columns

    def _open(self, table: str, version: int | None = None) -> DeltaTable | None:
        try:
            return DeltaTable(str(self.folder / table), version=version)
        except TableNotFoundError:
            return None

    def versions(self) -> dict[str, int]:
        """Current version of every table that exists."""
        names = [*TABLES, "rejects", "readings"]
        return {name: delta.version() for name in names if (delta := self._open(name)) is not None}

    def scan(self, table: str, store: str) -> str:
        """Return SQL that reads one store's rows of `table`; an absent table reads as no rows."""
        columns = self._columns(table)
        delta = self._open(table)
        files = delta.file_uris(file_pruning_predicate=f"store = {quoted(store)}") if delta else []
        if not files:
            empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
            return f"(SELECT {empty} WHERE false)"
        others = ", ".join(name for name in columns if name != "store")
        paths = ", ".join(quoted(uri) for uri in files)
        source = f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"
        return f"(SELECT {quoted(store)} AS store, {others} FROM {source})"

    def writer(self) -> FileLock:
        """Lock that lets one ingest at a time write; readers never wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".writing", timeout=600)

    def put(self, con: duckdb.DuckDBPyConnection, table: Table, store: str, rows: str) -> int:
        """Let `rows` (SQL in `con`, with the table's columns) be the last word on every `table.group` they mention.

        Returns the number of rows written. Rows of the same order that the new export no longer has are removed in
        the same commit.
        """
        path = str(self.folder / table.name)
        columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in table.all_columns.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE put_rows AS SELECT {columns} FROM ({rows})")
        count = int(scalar(con, "SELECT count(*) FROM put_rows"))
        if not count:
            return 0
        delta = self._open(table.name)
        order = ", ".join(("ordered_at", *table.key)) if "ordered_at" in table.columns else ", ".join(table.key)
        if delta is None or not scalar(con, f"SELECT count(*) FROM {self.scan(table.name, store)}"):
            write_deltalake(path, con.sql(f"SELECT * FROM put_rows ORDER BY {order}"), mode="append", partition_by=["store"])
        else:
            self._merge(con, delta, table, store)
        return count

    def _merge(self, con: duckdb.DuckDBPyConnection, delta: DeltaTable, table: Table, store: str) -> None:
        names = list(table.all_columns)
        on = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
        key = ", ".join(table.key)
        source = con.sql(
            f"""SELECT *, false AS gone FROM put_rows
            UNION ALL BY NAME
            SELECT old.*, true AS gone FROM {self.scan(table.name, store)} old
            WHERE old.{table.group} IN (SELECT {table.group} FROM put_rows)
              AND ({key}) NOT IN (SELECT ({key}) FROM put_rows)"""
            if len(table.key) > 1 or table.group != table.key[0]
            else "SELECT *, false AS gone FROM put_rows"
        )
        values = {name: f"s.{name}" for name in names}
        (
            delta.merge(source, predicate=f"t.store = {quoted(store)} AND {on}", source_alias="s", target_alias="t")
            .when_matched_delete("s.gone")
            .when_matched_update({name: value for name, value in values.items() if name != "store"}, predicate="NOT s.gone")
            .when_not_matched_insert(values)
            .execute()
        )

    def replace(self, con: duckdb.DuckDBPyConnection, table: str, store: str, rows: str) -> None:
        """Let `rows` be all rows that `table` has for `store`."""
        columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in self._columns(table).items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE put_rows AS SELECT {columns} FROM ({rows})")
        path = str(self.folder / table)
        data = con.sql("SELECT * FROM put_rows")
        if self._open(table) is None:
            write_deltalake(path, data, mode="append", partition_by=["store"])
        else:
            write_deltalake(path, data, mode="overwrite", predicate=f"store = {quoted(store)}")

    def readings(self, store: str) -> list[tuple[str, str]]:
        """Files read for a store in reading order: layout and SHA-256 of each."""
        sql = f"SELECT layout, sha256 FROM {self.scan('readings', store)} ORDER BY read_order"
        return connect().execute(sql).fetchall()

    def compact(self) -> None:
        """Rewrite many small files as few."""
        for name in self.versions():
            delta = self._open(name)
            if delta is not None:
                delta.optimize.compact()

    def views(self, con: duckdb.DuckDBPyConnection, store: str, tables: Iterable[str]) -> None:
        """Create a view `raw_<table>` in `con` for each table of one store; no orders at all is a DataError."""
        for table in tables:
            con.execute(f"CREATE OR REPLACE VIEW raw_{table} AS {self.scan(table, store).removeprefix('(').removesuffix(')')}")
        if not scalar(con, "SELECT count(*) FROM raw_orders"):
            raise DataError(f"store {store!r}: no orders in the lake yet; read its exports first: okr ingest {store}")
