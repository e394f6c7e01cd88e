"""From the rows that count to the canonical tables, and from there into the lake."""

from __future__ import annotations

import duckdb

from okrlib.errors import LayoutError
from okrlib.ingest.model import Layout
from okrlib.lake import Lake, quoted
from okrlib.schema import TABLES
from okrlib.stores import Store


def put_outputs(con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, layout: Layout) -> int:
    """Let the rows `kept` be the last word on every order that the files mention; return the lines that came twice.

    A line that comes twice has the same key as an earlier one of its file: the first counts.
    """
    twice = 0
    for name, output in layout.tables.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE canonical AS {_output_sql(layout, store, name)}")
        mentions = f"SELECT DISTINCT {_entry(layout, name)} FROM ruled WHERE lacking IS NULL"
        _refuse_gaps(con, layout, name)
        key = ", ".join(TABLES[name].key)
        first = f"SELECT * FROM canonical QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY source_line) = 1"
        rows = con.execute("SELECT count(*) FROM canonical").fetchall()[0][0]
        written = lake.put(
            con, TABLES[name], store.store, first, mentions=mentions, given=[*output.columns, "currency"]
        )
        twice += rows - written if output.per == "row" else 0
    con.execute("DROP TABLE IF EXISTS canonical")
    return twice


def _output_sql(layout: Layout, store: Store, name: str) -> str:
    output, table = layout.tables[name], TABLES[name]
    given = dict(output.columns)
    if "currency" in table.columns:
        given["currency"] = f"coalesce({given.get('currency', 'NULL')}, {quoted(store.currency)})"
    columns = ", ".join(
        f"({given.get(column, 'NULL')})::{spec.type} AS {column}" for column, spec in table.columns.items()
    )
    return f"""SELECT {quoted(store.store)} AS store, {columns}, {_entry(layout, name)} AS source_order,
        source_file, source_line FROM kept JOIN files USING (file_no) WHERE {output.where}"""


def _entry(layout: Layout, table: str) -> str:
    """Return SQL for what a later export replaces as a whole: an order; of days, only what the same layout told of them.

    So a shop's visits from its platform and by source from a template stand side by side.
    """
    by_day = TABLES[table].key[0] == "day"
    return f"{quoted(layout.id + ' ')} || {layout.order}::VARCHAR" if by_day else f"{layout.order}::VARCHAR"


def _refuse_gaps(con: duckdb.DuckDBPyConnection, layout: Layout, name: str) -> None:
    """Raise LayoutError for a required column left empty: that is the layout's fault, not the row's."""
    for column, spec in TABLES[name].columns.items():
        if not spec.required:
            continue
        gap = con.execute(f"SELECT source_file, source_line FROM canonical WHERE {column} IS NULL LIMIT 1").fetchone()
        if gap:
            raise LayoutError(
                f"layout {layout.id}: tables.{name}.{column} is empty for {gap[0]} line {gap[1]}; "
                "make its fields `required`, or set such rows aside"
            )
