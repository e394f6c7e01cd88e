"""The editable table: real inputs in the browser; here, what was typed, added, removed or pasted into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Literal

import anywidget
import traitlets as t

from okrlib.forms.parts import listed, number, words, written
from okrlib.forms.session import Session
from okrlib.okr.fields import exact
from okrlib.text import Text

_FOLDER = Path(__file__).parent
_NUMBERS = count(1)
_INPUTS = {"list": "text", "percent": "number"}  # what the browser shows for kinds it need not tell apart
_NUMBER = Text("expected a number", "请填写数字")
_PERCENT = Text("expected a percentage such as 5%", "请填写百分比，例如 5%")
_DAY = Text("expected a day such as 2026-11-30", "请填写日期，例如 2026-11-30")
_CHOICE = Text("expected one of the list", "请从列表中选择")


@dataclass(frozen=True)
class Column:
    """One column: the field it edits, its label, how its input looks, and for a choice what can be chosen."""

    key: str
    label: str
    kind: Literal["text", "number", "percent", "day", "choice", "list"] = "text"
    options: tuple[tuple[str, str], ...] = ()
    width: str = ""

    def read(self, typed: str) -> Any:
        """Return what was typed, or pasted, as the field takes it; ValueError, with the Text as its argument, if it cannot."""
        try:
            return self._read(typed)
        except ValueError:
            raise ValueError({"number": _NUMBER, "percent": _PERCENT, "day": _DAY}.get(self.kind, _CHOICE)) from None

    def _read(self, typed: str) -> Any:
        if self.kind == "number":
            return number(typed)
        if self.kind == "percent":
            found = number(typed.replace("％", "%").replace("%", ""))
            return found and exact(found / 100)
        if self.kind == "list":
            return listed(typed)
        if self.kind == "day":
            return (
                date(*map(int, typed.strip().replace("/", "-").replace(".", "-").split("-"))) if typed.strip() else None
            )
        if self.kind == "choice":
            return self._chosen(typed.strip().casefold())
        return words(typed)

    def shown(self, value: Any) -> str:
        """Write a value as it would be typed; the inverse of `read`."""
        if self.kind == "percent" and value is not None:
            return f"{written(exact(value) * 100)}%"
        return written(value)

    def _chosen(self, typed: str) -> str | None:
        found = {name.casefold(): value for label, value in self.options for name in (value, label)}
        if typed not in found and typed:
            raise ValueError(typed)
        return found.get(typed) or None


class Grid(anywidget.AnyWidget):
    """Rows of inputs by id. `edited` hears of cells typed or pasted into, `added` of rows to add (it returns their ids), `removed` of one.

    What cannot be read stays in its cell, with the reason beneath it, until something else is typed there.
    """

    _esm = _FOLDER / "grid.js"
    _css = _FOLDER / "grid.css"
    name = t.Unicode().tag(sync=True)
    columns: t.List[Any] = t.List().tag(sync=True)
    rows: t.List[Any] = t.List().tag(sync=True)
    words = t.Dict().tag(sync=True)

    def __init__(
        self, session: Session, columns: Sequence[Column], table: Text, add: Text, *,
        edited: Callable[[list[tuple[str, str, Any]]], None], added: Callable[[int], list[str]],
        removed: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.session, self.edited, self.added, self.removed = session, edited, added, removed
        self.laid = {column.key: column for column in columns}
        self.unread: dict[tuple[str, str], tuple[str, Text]] = {}
        remove = session.say(Text("Remove", "删除"))
        super().__init__(
            name=f"okr-grid-{next(_NUMBERS)}",
            columns=[asdict(column) | {"kind": _INPUTS.get(column.kind, column.kind)} for column in columns],
            words={"table": session.say(table), "add": session.say(add), "remove": remove},
        )
        self.on_msg(lambda _, content, __: self.heard(content))

    def fill(self, rows: Mapping[str, Mapping[str, Any]], remarks: Mapping[str, Mapping[str, str]]) -> None:
        """Show rows by id, and what is to be said of their cells."""
        self.unread = {at: said for at, said in self.unread.items() if at[0] in rows}
        self.rows = [
            {
                "id": name,
                "cells": {key: self._cell(name, key, cells.get(key)) for key in self.laid},
                "remarks": {**remarks.get(name, {}), **self._remarks(name)},
            }
            for name, cells in rows.items()
        ]

    def _cell(self, row: str, key: str, value: Any) -> str:
        return self.unread[row, key][0] if (row, key) in self.unread else self.laid[key].shown(value)

    def _remarks(self, row: str) -> dict[str, str]:
        return {key: self.session.say(said) for (name, key), (_, said) in self.unread.items() if name == row}

    def heard(self, content: Mapping[str, Any]) -> None:
        """Take what the browser says a person did."""
        kind = content["kind"]
        if kind == "edit":
            self._take([(content["row"], content["key"], content["value"])])
        elif kind == "add":
            self.added(1)
        elif kind == "remove":
            self.removed(content["row"])
        elif kind == "paste":
            with self.session.one_step():
                self._paste(content["row"], content["key"], content["cells"])

    def _take(self, cells: Sequence[tuple[str, str, str]]) -> None:
        read: list[tuple[str, str, Any]] = []
        for row, key, typed in cells:
            self.unread.pop((row, key), None)
            try:
                read.append((row, key, self.laid[key].read(typed)))
            except ValueError as bad:
                self.unread[row, key] = (typed, bad.args[0])
        self.edited(read)

    def _paste(self, row: str, key: str, cells: Sequence[Sequence[str]]) -> None:
        """Put copied cells in from one cell on, adding rows as they are needed; a first line of headings names the columns."""
        headings = self._headings(cells[0])
        keys = headings or list(self.laid)[list(self.laid).index(key) :]
        lines = cells[1:] if headings else cells
        ids = [one["id"] for one in self.rows]
        at = ids.index(row)
        if (more := at + len(lines) - len(ids)) > 0:
            ids += self.added(more)
        self._take([
            (name, where, cell)
            for name, line in zip(ids[at:], lines, strict=False)
            for where, cell in zip(keys, line, strict=False)
            if where
        ])  # fmt: skip

    def _headings(self, line: Sequence[str]) -> list[str | None] | None:
        """Return the columns that a line of headings names, in its order; None when it names fewer than two."""
        known = {name.casefold(): key for key, column in self.laid.items() for name in (key, column.label)}
        found = [known.get(cell.strip().casefold()) for cell in line]
        return found if sum(one is not None for one in found) > 1 else None
