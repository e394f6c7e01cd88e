"""Layouts: what an export file of a platform looks like, as data.

A layout names the columns it reads (`fields`), what is worked out from them (`derive`, `totals`), which good rows are
set aside and why, and which canonical tables come out. Expressions are DuckDB SQL over the layout's own field names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from okrlib.errors import FieldError
from okrlib.schema import STATUSES, TABLES
from okrlib.stores import Name

Kind = Literal["id", "text", "integer", "money", "time", "status", "personal", "province", "words"]
SHARED_PLATFORMS = {"plain", "custom"}  # templates and users' own layouts serve a store of any platform
_AHEAD = {"promised_at", "deliver_by", "listed_at"}  # columns whose times may well lie in the future
_IDENTIFIER = r"^[a-z][a-z0-9_]*$"
_OWN_NAMES = {
    "file_no", "source_line", "wrong", "row_digest", "position", "set_aside_by", "lacking", "row_amount",
    "element", "element_number", "file_day",
}  # fmt: skip


class Model(BaseModel):
    """A part of a layout: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileColumn(Model):
    """One column of the file: the names it goes by, and how its cells are read."""

    columns: tuple[str, ...]
    kind: Kind = "text"
    required: bool = Field(default=False, description="a row without a value is bad; with fill_down, an order without")
    needed: bool = Field(default=False, description="the file must have the column, though cells may be empty")
    blank: str = Field(default="", description="what an empty cell says, where the file has the column")
    fill_down: bool = Field(default=False, description="given on one line of an order, meant for all")
    gather: bool = Field(default=False, description="all columns whose names begin so; their cells joined by chr(30)")

    @field_validator("columns", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class SetAside(Model):
    """A rule that takes good rows out of the sales, with the reason a reader is given."""

    name: str = Field(pattern=_IDENTIFIER)
    when: str
    reason: Name


class Output(Model):
    """One canonical table that comes out of the layout."""

    per: Literal["row", "order"] = "row"
    each: str = Field(
        default="", description="a list: a row comes out for every `element` in it, with its `element_number`"
    )
    entry: str = Field(default="", description="what a later export replaces as a whole, where that is not the order")
    where: str = "true"
    columns: dict[str, str]


class Layout(Model):
    """One export file format."""

    platform: str
    name: str = Field(pattern=_IDENTIFIER)
    title: Name
    source: str = Field(description="where this layout is known from")
    encoding: str | None = Field(default=None, description="only where the file is neither UTF-8 nor GB18030")
    dates: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S",)
    decimal: Literal[".", ","] = "."
    not_rows: tuple[str, ...] = Field(default=(), description="starts of first cells that are notes, not data")
    short_rows: bool = Field(default=False, description="empty cells at a row's end may be missing")
    order: str = Field(description="the field that says which order a row belongs to")
    fields: dict[str, FileColumn]
    status_words: dict[str, str] = {}
    derive: dict[str, str] = {}
    set_aside: tuple[SetAside, ...] = ()
    duplicates: Literal["keep", "set_aside"] = "keep"
    totals: dict[str, str] = {}
    amount: str = Field(default="NULL", description="a row's money, for the reading report")
    tables: dict[str, Output]
    lacks: dict[str, Name] = Field(default={}, description="what the platform's export cannot tell")

    @model_validator(mode="after")
    def _hangs_together(self) -> Layout:
        for name in (*self.fields, *self.derive, *self.totals):
            if not re.match(_IDENTIFIER, name) or name in _OWN_NAMES:
                own = ", ".join(sorted(_OWN_NAMES))
                raise FieldError(
                    f"fields: {name!r}: expected a name such as order_id, and none of {own}",
                    f"fields：{name} 不能作字段名，应如 order_id，且不能用 {own}",
                )
        if self.order not in self.fields:
            raise FieldError(f"order: {self.order!r} is not one of the fields", f"order：fields 中没有 {self.order}")
        for name, output in self.tables.items():
            if name not in TABLES:
                raise FieldError(
                    f"tables: {name!r} is unknown; expected one of {', '.join(TABLES)}",
                    f"tables：没有表 {name}，可选 {'、'.join(TABLES)}",
                )
            self._check_output(name, output)
        wrong = sorted(set(self.status_words.values()) - set(STATUSES))
        if wrong:
            raise FieldError(
                f"status_words: {wrong[0]!r} is no status; expected one of {', '.join(STATUSES)}",
                f"status_words：没有状态 {wrong[0]}，可选 {'、'.join(STATUSES)}",
            )
        return self

    def _check_output(self, name: str, output: Output) -> None:
        """Every column is one of the table's, and what the table requires no row may lack."""
        known = TABLES[name].columns
        needed = {column for column, spec in known.items() if spec.required} - {"currency"}  # the store's own, else
        for column, source in output.columns.items():
            if column not in known:
                raise FieldError(
                    f"tables.{name}: unknown {column!r}; expected one of {', '.join(known)}",
                    f"tables.{name}：没有列 {column}，可选 {'、'.join(known)}",
                )
            if column in needed and source in self.fields and not self.fields[source].required:
                raise FieldError(
                    f"tables.{name}.{column}: comes from {source}, which must then be `required: true`",
                    f"tables.{name}.{column}：来自 {source}，该字段须设为 required: true",
                )
        lacking = sorted(needed - set(output.columns))
        if lacking:
            raise FieldError(
                f"tables.{name}: {lacking[0]} is required and not given", f"tables.{name}：缺少必需的列 {lacking[0]}"
            )

    @property
    def id(self) -> str:
        """Full name, such as ``shopify.orders``."""
        return f"{self.platform}.{self.name}"

    @property
    def shared(self) -> bool:
        """Whether a store of any platform may read with it."""
        return self.platform in SHARED_PLATFORMS

    @property
    def counts_lines(self) -> bool:
        """Whether an expression wants `position`, the number of a row within its order."""
        expressions = [
            *self.derive.values(),
            *self.totals.values(),
            *(rule.when for rule in self.set_aside),
            self.amount,
        ]
        for output in self.tables.values():
            expressions += [output.where, *output.columns.values()]
        return any(re.search(r"\bposition\b", expression) for expression in expressions)

    @property
    def untold(self) -> set[str]:
        """What the layout declares that it cannot tell; of orders also a status that is the same word for all."""
        orders = self.tables.get("orders")
        constant = bool(orders and re.fullmatch(r"'\w+'", orders.columns.get("status", "")))
        return {*self.lacks, *(["status"] if constant else [])}

    @property
    def ahead(self) -> set[str]:
        """Fields whose times may well lie in the future."""
        columns = (output.columns for output in self.tables.values())
        return {source for given in columns for name, source in given.items() if name in _AHEAD}

    def source_of(self, column: str) -> str | None:
        """Return the field or derived name that a column of `orders` is taken from, None where it is worked out."""
        source = self.tables["orders"].columns.get(column) if "orders" in self.tables else None
        return source if source in {*self.fields, *self.derive} else None

    def match(self, header: list[str]) -> Match:
        """Lay this layout over a file's header row."""
        found = {normalised(cell): index for index, cell in reversed(list(enumerate(header)))}
        where: dict[str, int] = {}
        gathered: dict[str, list[int]] = {}
        missing: list[str] = []
        for name, field in self.fields.items():
            if field.gather:
                starts = tuple(map(normalised, field.columns))
                gathered[name] = [at for at, cell in enumerate(header) if normalised(cell).startswith(starts)]
                where |= {name: gathered[name][0]} if gathered[name] else {}
                continue
            index = next((found[key] for key in map(normalised, field.columns) if key in found), None)
            if index is not None:
                where[name] = index
            elif field.required or field.needed:
                missing.append(field.columns[0])
        return Match(self, where, tuple(missing), gathered)


@dataclass(frozen=True, slots=True)
class Match:
    """How a layout lies over a header: field to column index (the first, where several are gathered), and what it misses."""

    layout: Layout
    where: dict[str, int]
    missing: tuple[str, ...]
    gathered: dict[str, list[int]]

    @property
    def rank(self) -> tuple[int, int]:
        """Sort key: what misses least comes first, then what reads most."""
        return len(self.missing), -len(self.where)


@lru_cache(maxsize=4096)
def normalised(name: str) -> str:
    """Return a column name as it is compared: half-width, lower case, no blanks at all, no BOM."""
    text = unicodedata.normalize("NFKC", name).replace("\ufeff", "").replace("\u200b", "").casefold()
    return "".join(text.split())
