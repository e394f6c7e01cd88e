"""What a canonical table is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from okrlib.text import Text

MONEY = "DECIMAL(18,4)"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type, whether a row needs it, and what it means."""

    type: str
    meaning: Text
    required: bool = False

    @property
    def short(self) -> str:
        """Its Chinese meaning without the explanation."""
        return re.split("[，；（]", self.meaning.zh)[0]


def heading(name: str, column: Column) -> str:
    """Return a column's heading in both languages for tables filled by hand, such as ``on hand 可售库存``."""
    return f"{name.replace('_', ' ')} {column.short}"


SOURCE: dict[str, str] = {
    "source_order": "VARCHAR",  # the order, or other entry, of the export: what a later export replaces as a whole
    "source_file": "VARCHAR",
    "source_line": "BIGINT",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table; `key` is unique within a store."""

    name: str
    title: Text
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def all_columns(self) -> dict[str, str]:
        """Column name to DuckDB type, with the columns that every table has."""
        return {
            "store": "VARCHAR",
            **{name: column.type for name, column in self.columns.items()},
            **SOURCE,
        }
