"""A store's tables read from its database, by a query each, through the same checks as files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from okrlib.errors import DataError, ParameterError
from okrlib.ingest.decode import Export
from okrlib.ingest.detect import Detected, Header
from okrlib.ingest.model import FileColumn, Layout, Output
from okrlib.ingest.records import Record
from okrlib.ingest.sheets import cell_text
from okrlib.ingest.source import Source
from okrlib.ingest.templates import kind_of
from okrlib.schema import STATUSES, TABLES, Table
from okrlib.stores import Name, Store

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

DATABASE = "database"  # stands for an encoding
_AT_ONCE = 10_000  # rows


@dataclass(frozen=True, slots=True)
class Query(Export):
    """A query's rows as if they were a file's: its name is the table's, its lines are counted from 1."""

    url: str = ""
    sql: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is still what was first seen: a query's rows are what they were when it was asked."""
        return True

    def records(self, delimiter: str, width: int | None = None) -> Iterator[Record]:  # noqa: ARG002  # as of a file
        """Yield every row as text."""
        with _result(self.url, self.sql, str(self.source)) as result:
            for number, row in enumerate(result, 1):
                yield number, [_text(cell) for cell in row], ""


def read_tables(store: Store) -> Iterator[Detected]:
    """Yield the tables that the store's database gives, each digested; a DataError names the table that cannot be read."""
    for table, sql in store.source.tables.items() if store.source else ():
        if table not in TABLES:
            raise ParameterError(
                f"params/stores/{store.store}.yaml: source.tables: {table!r} is unknown; expected one of {', '.join(TABLES)}",
                f"params/stores/{store.store}.yaml：source.tables：没有表 {table}；可选：{'、'.join(TABLES)}",
            )
        yield _table(store, TABLES[table], sql, _url(store))


def _table(store: Store, table: Table, sql: str, url: str) -> Detected:
    where = f"params/stores/{store.store}.yaml: source.tables.{table.name}"
    with _result(url, sql, where) as result:
        columns = list(result.keys())
        digest = hashlib.sha256(repr((table.name, columns)).encode())
        for row in result:
            digest.update(repr([_text(cell) for cell in row]).encode())
    match = _layout(table).match(columns)
    unknown = [column for at, column in enumerate(columns) if at not in match.where.values()]
    if unknown or match.missing:
        wrong = f"{unknown[0]!r} is no column of it" if unknown else f"{match.missing[0]!r} is missing"
        expected = ", ".join(table.columns)
        raise DataError(f"{where}: {wrong}; expected {expected}", f"{where}：列名不对；应为 {expected}")
    query = Query(Source(Path(table.name)), digest.hexdigest(), DATABASE, url=url, sql=sql)
    return Detected(query, match, Header("", 0, columns))


def _url(store: Store) -> str:
    given = store.source.url if store.source else ""
    name = given.removeprefix("env:")
    if name == given:
        return given
    if name not in os.environ:
        raise ParameterError(
            f"params/stores/{store.store}.yaml: source.url: the environment has no {name}; set it",
            f"params/stores/{store.store}.yaml：source.url：环境变量 {name} 未设置",
        )
    return os.environ[name]


@contextmanager
def _result(url: str, sql: str, where: str) -> Iterator[CursorResult[tuple[object, ...]]]:
    """Run a query, its rows fetched as they are wanted; what the database says against it is a DataError."""
    try:
        from sqlalchemy import create_engine, text  # noqa: PLC0415  # an extra: only stores with a database need it
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
    except ImportError:
        raise ParameterError(
            f"{where}: needs SQLAlchemy; install it with: pip install 'okrlib[database]'",
            f"{where}：需要 SQLAlchemy，请安装：pip install 'okrlib[database]'",
        ) from None
    try:
        engine = create_engine(url)
        try:
            with engine.connect().execution_options(yield_per=_AT_ONCE) as connection:
                yield connection.execute(text(sql))
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as bad:
        says = str(getattr(bad, "orig", None) or bad).splitlines()[0]
        raise DataError(f"{where}: {says}", f"{where}：{says}") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else cell_text(cell)


def _layout(table: Table) -> Layout:
    """Return the layout of rows that have the table's own columns."""
    fields = {
        name: FileColumn(
            columns=(name,),
            kind="status" if name == "status" else kind_of(name, column),
            required=column.required and name != "currency",
        )
        for name, column in table.columns.items()
    }
    return Layout(
        platform=DATABASE,
        name=table.name,
        title=Name(en=f"Database: {table.title.en}", zh=f"数据库：{table.title.zh}"),
        source="the table's own columns",
        dates=("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"),
        order=table.key[0],
        fields=fields,
        status_words={word: word for word in STATUSES},
        tables={table.name: Output(columns={name: name for name in table.columns})},
    )
