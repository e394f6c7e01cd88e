"""From typed rows to the rows that count, in SQL: fill down, derive, set aside, and totals over an order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from okrlib.errors import LayoutError
from okrlib.ingest.model import Layout
from okrlib.lake import quoted

DUPLICATE = "duplicate"  # the rule that every layout may switch on


def ruled_select(layout: Layout) -> str:
    """Return SQL over `good`: filled and derived rows, the rule that takes one out, the column its order lacks."""
    return f"""SELECT *, {_set_aside(layout)} AS set_aside_by, {_lacking(layout)} AS lacking,
        ({layout.amount})::DECIMAL(18,4) AS row_amount FROM {_derived(layout)}"""


def kept_select(layout: Layout, rows: str) -> str:
    """Return SQL over `rows`, the ruled rows that nothing is wrong with, with the layout's totals over each order."""
    window = f"OVER (PARTITION BY file_no, {layout.order})"
    return _stacked({name: sql.replace("OVER orders", window) for name, sql in layout.totals.items()}, rows)


def make(con: duckdb.DuckDBPyConnection, layout: Layout, name: str, sql: str) -> None:
    """Make the view `name` of the rows of `sql`, worked out once where that looks over several rows.

    What is wrong with a layout's own expressions is a LayoutError.
    """
    with blamed_on(layout, name):
        if " OVER (" in sql:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_rows AS {sql}")
            sql = f"SELECT * FROM {name}_rows"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")


@contextmanager
def blamed_on(layout: Layout, name: str) -> Iterator[None]:
    """Turn what DuckDB says against a layout's expressions into a LayoutError."""
    try:
        yield
    except (duckdb.BinderException, duckdb.ParserException, duckdb.ConversionException) as bad:
        says = str(bad).splitlines()[0]
        raise LayoutError(f"layout {layout.id}: {name}: {says}", f"版式 {layout.id}：{name}：{says}") from None


def _derived(layout: Layout) -> str:
    window = f"OVER (PARTITION BY file_no, {layout.order} ORDER BY source_line"
    whole = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
    names = [name for name, field in layout.fields.items() if field.fill_down]
    fill = ", ".join(f"first_value({name} IGNORE NULLS) {window} {whole} AS {name}" for name in names)
    position = f", row_number() {window}) AS position" if layout.counts_lines else ""
    return _stacked(layout.derive, f"(SELECT * {f'REPLACE ({fill})' if fill else ''}{position} FROM good)")


def _stacked(expressions: dict[str, str], source: str) -> str:
    """Add columns in as few steps as they allow: an expression may use those before it, from an earlier step."""
    step: dict[str, str] = {}
    for name, expression in [*expressions.items(), ("", "")]:
        if step and (not name or any(re.search(rf"\b{before}\b", expression) for before in step)):
            columns = ", ".join(f"{sql} AS {column}" for column, sql in step.items())
            source, step = f"(SELECT *, {columns} FROM {source})", {}
        step[name] = expression
    return source


def _set_aside(layout: Layout) -> str:
    """Return SQL for the name of the first rule that takes the row out, '' where none does."""
    rules = [(rule.when, rule.name) for rule in layout.set_aside]
    if layout.duplicates == "set_aside":
        again = "row_number() OVER (PARTITION BY file_no, row_digest ORDER BY source_line) > 1"
        rules.insert(0, (again, DUPLICATE))
    return _first([(when, quoted(name)) for when, name in rules], "''")


def _lacking(layout: Layout) -> str:
    needed = [(name, field) for name, field in layout.fields.items() if field.required and field.fill_down]
    return _first([(f"{name} IS NULL", quoted(field.columns[0])) for name, field in needed], "NULL::VARCHAR")


def _first(cases: list[tuple[str, str]], otherwise: str) -> str:
    whens = " ".join(f"WHEN {when} THEN {then}" for when, then in cases)
    return f"CASE {whens} ELSE {otherwise} END" if cases else otherwise
