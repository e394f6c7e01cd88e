"""What is kept about the reading of files: rows that were not used, and one line per file."""

from __future__ import annotations

from okrlib.schema.table import MONEY

REJECTS: dict[str, str] = {
    "store": "VARCHAR",
    "source_file": "VARCHAR",
    "sha256": "VARCHAR",
    "source_line": "BIGINT",
    "rule": "VARCHAR",  # empty: a bad row; else the layout's rule that set a good row aside
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "reason": "VARCHAR",
    "amount": MONEY,  # money in a row set aside by a rule, so that the parts sum to the whole
}
READINGS: dict[str, str] = {
    "store": "VARCHAR",
    "source_file": "VARCHAR",
    "sha256": "VARCHAR",
    "recipe": "VARCHAR",  # digest of the layout and the store's settings the file was read with
    "layout": "VARCHAR",
    "encoding": "VARCHAR",
    "rows_read": "BIGINT",
    "rows_used": "BIGINT",
    "rows_set_aside": "BIGINT",
    "rows_rejected": "BIGINT",
    "rows_with_buyer": "BIGINT",
    "orders": "BIGINT",
    "buyers": "BIGINT",
    "regions": "BIGINT",
    "amount_read": MONEY,
    "first_at": "TIMESTAMP",
    "last_at": "TIMESTAMP",
    "read_order": "BIGINT",
    "lacks": "VARCHAR",  # of a layout of orders: what it cannot tell, such as ,status,buyer, ; of others NULL
}
