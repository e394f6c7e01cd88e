"""From the rows that count to the canonical tables, and from there into the lake."""

from __future__ import annotations

import duckdb

from okrlib.errors import LayoutError
from okrlib.ingest.model import Layout
from okrlib.ingest.rules import blamed_on
from okrlib.lake import Lake, quoted, scalar
from okrlib.schema import TABLES
from okrlib.stores import Store


def put_outputs(con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, layout: Layout) -> int:
    """Let the rows `kept` be the last word on every order that the files mention; return the lines that came twice.

    A line that comes twice has the same key as an earlier one of its file: the first counts.
    """
    twice = 0
    for name, output in layout.tables.items():
        with blamed_on(layout, f"tables.{name}"):
            con.execute(f"CREATE OR REPLACE TEMP VIEW canonical AS {_output_sql(layout, store, name)}")
        mentions = f"SELECT DISTINCT {_entry(layout, name)} FROM ruled JOIN files USING (file_no) WHERE lacking IS NULL"
        _refuse_gaps(con, layout, name)
        rows = scalar(con, "SELECT count(*) FROM canonical")
        canonical = _first_of_each(con, layout, name)
        given = [*output.columns, "currency"]
        written = lake.put(con, TABLES[name], store.store, canonical, mentions=mentions, given=given)
        twice += rows - written if output.per == "row" else 0
    return twice


def _first_of_each(con: duckdb.DuckDBPyConnection, layout: Layout, name: str) -> str:
    """Return SQL for the rows of `canonical` without those whose key an earlier line has."""
    key, rows = ", ".join(TABLES[name].key), "SELECT * FROM canonical"
    again = f"SELECT 1 FROM canonical GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    if _a_row_each(con, layout, name) or not con.execute(again).fetchall():
        return rows
    first = f"row_number() OVER (PARTITION BY {key} ORDER BY source_line) = 1"
    con.execute(f"CREATE OR REPLACE TEMP TABLE firsts AS {rows} QUALIFY {first}")
    return "SELECT * FROM firsts"


def _a_row_each(con: duckdb.DuckDBPyConnection, layout: Layout, name: str) -> bool:
    """Whether every order is known to stand on one row, which is then the one row of its key."""
    output, key = layout.tables[name], TABLES[name].key
    by_order = [output.columns[column] for column in key] == [layout.order] and not output.each
    return by_order and scalar(con, "SELECT bool_and(orders = readable) FROM counts") is True


def _output_sql(layout: Layout, store: Store, name: str) -> str:
    output, table = layout.tables[name], TABLES[name]
    given = dict(output.columns)
    if "currency" in table.columns:
        given["currency"] = f"coalesce({given.get('currency', 'NULL')}, {quoted(store.currency)})"
    columns = ", ".join(
        f"({given.get(column, 'NULL')})::{spec.type} AS {column}" for column, spec in table.columns.items()
    )
    items = f"unnest({output.each}) AS element, generate_subscripts({output.each}, 1) AS element_number"
    rows = f"(SELECT *, {items} FROM kept)" if output.each else "kept"
    return f"""SELECT {quoted(store.store)} AS store, {columns}, {_entry(layout, name)} AS source_order,
        source_file, source_line FROM {rows} JOIN files USING (file_no) WHERE {output.where}"""


def _entry(layout: Layout, table: str) -> str:
    """Return SQL for what a later export replaces as a whole: an order; of days, only what the same layout told of them.

    So a shop's visits from its platform and by source from a template stand side by side.
    """
    by_day = TABLES[table].key[0] == "day"
    entry = f"({layout.tables[table].entry or layout.order})::VARCHAR"
    return f"{quoted(layout.id + ' ')} || {entry}" if by_day else entry


def _refuse_gaps(con: duckdb.DuckDBPyConnection, layout: Layout, name: str) -> None:
    """Raise LayoutError for a required column left empty: that is the layout's fault, not the row's."""
    required = [column for column, spec in TABLES[name].columns.items() if spec.required]
    empty = " OR ".join(f"{column} IS NULL" for column in required)
    gap = con.execute(f"SELECT * FROM canonical WHERE {empty} LIMIT 1").fetchall()
    if gap:
        row = dict(zip(TABLES[name].all_columns, gap[0], strict=True))
        column = next(column for column in required if row[column] is None)
        raise LayoutError(
            f"layout {layout.id}: tables.{name}.{column} is empty for {row['source_file']} line {row['source_line']}; "
            "make its fields `required`, or set such rows aside",
            f"版式 {layout.id}：{row['source_file']} 第 {row['source_line']} 行的 tables.{name}.{column} 为空；"
            "请将相应字段设为 required，或用规则排除这类行",
        )
