"""What became of every row: rejects with their reasons, and one reading per file, written last of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from okrlib.errors import DataError
from okrlib.ingest.detect import Detected
from okrlib.ingest.model import Layout
from okrlib.ingest.rules import DUPLICATE
from okrlib.lake import Lake, quoted, scalar
from okrlib.schema import READINGS, REJECTS
from okrlib.stores import Store


@dataclass(frozen=True, slots=True)
class FileReading:
    """One export read: every row was used, set aside by a rule of its layout, or rejected as unreadable."""

    file: str
    layout: str
    encoding: str
    rows_read: int
    rows_used: int
    rows_set_aside: int
    rows_rejected: int
    amount_read: Decimal | None
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadingFacts:
    """What one layout's files hold together, over all readable rows and before any rule."""

    layout: str
    rows: int
    orders: int
    buyers: int
    regions: int
    rows_with_buyer: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many rows a layout's rule set aside, and the money in them."""

    rule: str
    reason: str
    rows: int
    amount: Decimal | None


FILE_FIELDS = (
    "source_file, layout, encoding, rows_read, rows_used, rows_set_aside, rows_rejected, amount_read, first_at, last_at"
)
_RULE_COUNTS = """SELECT rule, any_value(reason), count(*), sum(amount) FROM {rejects}
    WHERE rule <> '' GROUP BY rule ORDER BY count(*) DESC, rule"""


def collect(con: duckdb.DuckDBPyConnection, store: Store, layout: Layout) -> None:
    """Make the tables `rejected` and `counts` from `typed` and `ruled`."""
    reasons = "".join(f" WHEN {quoted(rule.name)} THEN {quoted(rule.reason.en)}" for rule in layout.set_aside)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE rejected AS
        SELECT {quoted(store.store)} AS store, {", ".join(name for name in REJECTS if name != "store")} FROM (
            SELECT file_no, source_line, '' AS rule, bad_column AS column_name, left(bad_value, 200) AS value,
                   bad_reason AS reason, NULL::DECIMAL(18,4) AS amount FROM typed WHERE bad_reason IS NOT NULL
            UNION ALL
            SELECT file_no, source_line, '', lacking, '', 'is on no readable line of the order', NULL
            FROM ruled WHERE lacking IS NOT NULL
            UNION ALL
            SELECT file_no, source_line, set_aside_by, '', '', CASE set_aside_by{reasons}
                   WHEN {quoted(DUPLICATE)} THEN 'exact duplicate of an earlier line' END, row_amount
            FROM ruled WHERE lacking IS NULL AND set_aside_by <> ''
        ) JOIN files USING (file_no)"""
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE counts AS {_counts(layout)}")


def _counts(layout: Layout) -> str:
    at = next((name for name, field in layout.fields.items() if field.kind == "time"), "NULL::TIMESTAMP")
    return f"""SELECT file_no, coalesce(t.n, 0) AS rows_read, coalesce(r.used, 0) AS rows_used,
            coalesce(r.aside, 0) AS rows_set_aside, coalesce(t.bad, 0) + coalesce(r.lacking, 0) AS rows_rejected,
            r.* EXCLUDE (file_no, used, aside, lacking)
        FROM files
        LEFT JOIN (SELECT file_no, count(*) AS n, count(bad_reason) AS bad FROM typed GROUP BY 1) t USING (file_no)
        LEFT JOIN (SELECT file_no, count(*) FILTER (lacking IS NULL AND set_aside_by = '') AS used,
                count(*) FILTER (lacking IS NULL AND set_aside_by <> '') AS aside, count(lacking) AS lacking,
                {_facts(layout)}, min({at}) AS first_at, max({at}) AS last_at
            FROM ruled GROUP BY 1) r USING (file_no)"""


def _facts(layout: Layout) -> str:
    buyer, region = layout.source_of("buyer") or "NULL", layout.source_of("region") or "NULL"
    return f"""count(*) AS readable, count(DISTINCT {layout.order}) AS orders, count(DISTINCT {buyer}) AS buyers,
        count(DISTINCT {region}) AS regions, count({buyer}) AS rows_with_buyer, sum(row_amount) AS amount_read"""


def reading_facts(con: duckdb.DuckDBPyConnection, layout: Layout) -> ReadingFacts:
    """Sum up what the files of one layout hold, from `ruled`."""
    alone = scalar(con, "SELECT count(*) FROM counts") == 1
    numbers = ("readable", "orders", "buyers", "regions", "rows_with_buyer")
    names = ", ".join([*(f"coalesce({name}, 0)" for name in numbers), "amount_read"])
    sql = f"SELECT {names} FROM {'counts' if alone else f'(SELECT {_facts(layout)} FROM ruled)'}"
    return ReadingFacts(layout.id, *con.execute(sql).fetchall()[0])


def refuse_spoilt(con: duckdb.DuckDBPyConnection, store: Store) -> list[DataError]:
    """Drop the files with more bad rows than the store allows; return an error for each that names its first bad row."""
    spoilt = con.execute(
        "SELECT file_no, source_file, sha256, rows_rejected, rows_read FROM counts JOIN files USING (file_no) "
        "WHERE rows_rejected > ? * rows_read ORDER BY file_no",
        [store.max_bad_share],
    ).fetchall()
    refused = [_spoilt(con, store, *file) for _, *file in spoilt]
    for number, *_ in spoilt:
        _drop(con, number)
    return refused


def refuse_changed(con: duckdb.DuckDBPyConnection, found: Sequence[Detected], names: Sequence[str]) -> list[DataError]:
    """Drop the files that are no longer what was first seen of them; return an error for each."""
    changed = [number for number, one in enumerate(found) if not one.export.stands]
    for number in changed:
        _drop(con, number)
    return [
        DataError(
            f"{names[number]}: changed while it was read; wait until it is written whole",
            f"{names[number]}：读取过程中文件有变化，请等它写完再读",
        )
        for number in changed
    ]


def _drop(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Forget a file and all that was read of it."""
    con.execute("DELETE FROM rejected WHERE sha256 = (SELECT sha256 FROM files WHERE file_no = ?)", [number])
    for table in ("files", "typed", "counts"):
        con.execute(f"DELETE FROM {table} WHERE file_no = ?", [number])


def _spoilt(con: duckdb.DuckDBPyConnection, store: Store, name: str, sha256: str, bad: int, total: int) -> DataError:
    line, column, value, reason = con.execute(
        "SELECT source_line, column_name, value, reason FROM rejected WHERE sha256 = ? AND rule = '' "
        "ORDER BY source_line LIMIT 1",
        [sha256],
    ).fetchall()[0]
    found = f" {value!r}" if value else ""
    return DataError(
        f"{name}: {bad} of {total} rows are bad, more than max_bad_share {store.max_bad_share:.0%} allows; "
        f"nothing of it was read (first: line {line}: {f'{column}{found}: ' if column else ''}{reason})",
        f"{name}：{total} 行中有 {bad} 行无法读取，超过 max_bad_share 允许的 {store.max_bad_share:.0%}，整个文件未导入"
        f"（第一处：第 {line} 行{f'，{column}{found}' if column else ''}）",
    )


def write_log(
    con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, layout: Layout, recipe: str
) -> list[FileReading]:
    """Write rejects and, last of all, the readings: a file without one is read again next time."""
    _replace_of_files(con, lake, store, "rejects", "rejected")
    start = scalar(con, f"SELECT coalesce(max(read_order), 0) + 1 FROM {lake.scan('readings', store.store)}")
    lacks = quoted(f",{','.join(sorted(layout.untold))},") if "orders" in layout.tables else "NULL"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE readings_now AS
        SELECT {quoted(store.store)} AS store, {quoted(recipe)} AS recipe, {quoted(layout.id)} AS layout,
               {start} + file_no AS read_order, {lacks} AS lacks, * EXCLUDE (file_no)
        FROM files JOIN counts USING (file_no)"""
    )
    _replace_of_files(con, lake, store, "readings", "readings_now")
    return [
        FileReading(*row)
        for row in con.execute(f"SELECT {FILE_FIELDS} FROM readings_now ORDER BY read_order").fetchall()
    ]


def _replace_of_files(con: duckdb.DuckDBPyConnection, lake: Lake, store: Store, table: str, rows: str) -> None:
    """Let `rows` be all that the log says of the files at hand."""
    names, order = (READINGS, "read_order") if table == "readings" else (REJECTS, "source_file, source_line")
    columns = ", ".join(names)
    others = f"SELECT {columns} FROM {lake.scan(table, store.store)} WHERE sha256 NOT IN (SELECT sha256 FROM files)"
    lake.replace(con, table, store.store, f"{others} UNION ALL SELECT {columns} FROM {rows} ORDER BY {order}")


def rule_counts(con: duckdb.DuckDBPyConnection) -> list[RuleCount]:
    """Count what the rules set aside in the files at hand."""
    return [RuleCount(*row) for row in con.execute(_RULE_COUNTS.format(rejects="rejected")).fetchall()]


def stored_rule_counts(lake: Lake, store: str) -> list[RuleCount]:
    """Count what the rules have set aside in all of a store's files, most rows first."""
    return [RuleCount(*row) for row in lake.rows(_RULE_COUNTS.format(rejects=lake.scan("rejects", store)))]


def stored_readings(lake: Lake, store: str) -> list[FileReading]:
    """List what became of each of a store's files, in reading order."""
    sql = f"SELECT {FILE_FIELDS} FROM {lake.scan('readings', store)} ORDER BY read_order"
    return [FileReading(*row) for row in lake.rows(sql)]


def stored_rejects(lake: Lake, store: str) -> list[tuple[str, int, str, str, str]]:
    """List the bad rows of a store's files: file, line, column, value and reason."""
    columns, rejects = "source_file, source_line, column_name, value, reason", lake.scan("rejects", store)
    return [(*row,) for row in lake.rows(f"SELECT {columns} FROM {rejects} WHERE rule = '' ORDER BY 1, 2")]
