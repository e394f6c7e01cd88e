"""One order, one word on its money: a line that contradicts the order's first line in the same file is a bad row."""

from __future__ import annotations

import duckdb

from okrlib.ingest.model import Layout
from okrlib.ingest.rules import blamed_on
from okrlib.lake import quoted, scalar

_OF_THE_ORDER = ("order_amount", "paid_amount")


def refuse_conflicts(con: duckdb.DuckDBPyConnection, layout: Layout) -> bool:
    """Mark the conflicting rows in `typed`, and say whether there are any; `counts` tells if a search is worth its time.

    Money that the table of orders takes from a line as it stands is the order's, and the same on all its lines.
    """
    several = scalar(con, "SELECT coalesce(bool_or(orders < readable), false) FROM counts")
    sources = dict.fromkeys(layout.source_of(column) for column in _OF_THE_ORDER)
    return bool(several) and any(_mark(con, layout, name) for name in sources if name)


def _mark(con: duckdb.DuckDBPyConnection, layout: Layout, amount: str) -> bool:
    title = layout.fields[amount].columns[0] if amount in layout.fields else amount
    rows = "ruled WHERE lacking IS NULL AND set_aside_by = ''"
    with blamed_on(layout, amount):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE conflicts AS
            WITH torn AS (
                SELECT file_no, {layout.order} FROM {rows} GROUP BY ALL HAVING min({amount}) <> max({amount})
            ), lines AS (
                SELECT file_no, source_line, {amount} AS says, first_value({amount} IGNORE NULLS) OVER w AS said,
                       first_value(source_line) OVER w AS before
                FROM (SELECT * FROM {rows}) JOIN torn USING (file_no, {layout.order})
                WINDOW w AS (PARTITION BY file_no, {layout.order} ORDER BY source_line)
            )
            SELECT *, 'contradicts line ' || before || ', which says ' || said::DECIMAL(18,2) || ' for the same order' AS reason
            FROM lines WHERE says <> said"""
        )
    con.execute(
        f"""UPDATE typed SET bad_column = {quoted(title)}, bad_value = says::DECIMAL(18,2)::VARCHAR, bad_reason = reason FROM conflicts
        WHERE typed.file_no = conflicts.file_no AND typed.source_line = conflicts.source_line"""
    )
    return bool(scalar(con, "SELECT count(*) FROM conflicts"))
