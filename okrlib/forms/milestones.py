"""The steps of a key result of milestones: what each is, how much of the whole, and the day it was reached."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from okrlib.forms.grid import Column, Grid
from okrlib.forms.parts import Remark, said
from okrlib.forms.session import Session
from okrlib.forms.wording import heading
from okrlib.text import Text

_NEW = Text("New milestone", "新里程碑")


class Milestones(w.VBox):  # type: ignore[misc]
    """The milestones of one key result in a table; hidden where it is of another kind and has none."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.owner: str | None = None
        columns = [
            Column("title", session.say(heading("title")), width="18rem"),
            Column("weight", session.say(heading("weight")), "number", width="5rem"),
            Column("done", session.say(heading("done")), "day"),
        ]
        table, add = Text("Milestones", "里程碑"), Text("Add a milestone", "新增里程碑")
        self.grid = Grid(session, columns, table, add, edited=self._edit, added=self._add, removed=self._remove)
        self.remarks = Remark()
        super().__init__([self.grid, self.remarks])

    @property
    def _place(self) -> str:
        return f"{self.owner}/milestones"

    def point(self, owner: str | None) -> None:
        """Show those of another key result."""
        self.owner = owner
        self.grid.unread.clear()
        self.refresh()

    def refresh(self) -> None:
        """Show the milestones as the working copy has them now, numbered from 1."""
        steps = (self.session.value(self._place) if self.owner else None) or []
        kind = self.session.value(f"{self.owner}/kind") if self.owner else None
        self.layout.display = "" if steps or kind == "milestones" else "none"
        self.grid.fill({str(n): step for n, step in enumerate(steps, start=1)}, {})
        own = [one for one in self.session.findings if one.where.startswith(self._place)]
        self.remarks.say(said(self.session, own))

    def _edit(self, cells: list[tuple[str, str, Any]]) -> None:
        edits = [
            (f"{self._place}/{int(row) - 1}/{key}", (value or self.session.say(_NEW)) if key == "title" else value)
            for row, key, value in cells
        ]
        self.session.edit(*edits)
        if not edits:
            self.refresh()

    def _add(self, number: int) -> list[str]:
        known = len(self.session.value(self._place) or ())
        self.session.edit(*[(f"{self._place}/-", {"title": self.session.say(_NEW)})] * number)
        return [str(n) for n in range(known + 1, known + number + 1)]

    def _remove(self, row: str) -> None:
        self.grid.unread.clear()
        alone = len(self.session.value(self._place)) == 1
        self.session.edit((self._place if alone else f"{self._place}/{int(row) - 1}", None))
