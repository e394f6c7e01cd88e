"""What a notebook shows, shown anew in its place when another Book is chosen: no cell has to be run again by hand."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display, update_display

from okrlib.errors import OkrError
from okrlib.forms.parts import Form
from okrlib.show.cards import Cards
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Stack
from okrlib.show.table import Table

_PARTS = (Cards, Chart, Notice, Passage, Stack, Table, Form)


class Page:
    """The cells of one notebook that show something of a Book: their code, and what they show, by where it stands."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns
        self.cells: dict[str, tuple[str, Any]] = {}
        self._code, self._at = "", ""
        shell.events.register("pre_run_cell", self._runs)
        for kind in _PARTS:
            shell.display_formatter.ipython_display_formatter.for_type(kind, self.show)

    def _runs(self, info: Any) -> None:
        self._code = self.shell.transform_cell(info.raw_cell)
        self._at = f"okrlib-{getattr(info, 'cell_id', None) or hash(info.raw_cell)}"

    def show(self, shown: Any) -> None:
        """Put something into the output of the cell that runs, under a name by which it can be replaced."""
        if not self._at:  # the cell that made this page runs still, and its code was not heard
            display(_bundle(shown), raw=True)  # type: ignore[no-untyped-call]
            return
        _leave(self.cells.get(self._at))
        self.cells[self._at] = (self._code, shown)
        display(_bundle(shown), raw=True, display_id=self._at)  # type: ignore[no-untyped-call]

    def refresh(self, told: Callable[[int, int], None]) -> None:
        """Work out again what every cell shows, and put it in its place; `told` hears how far it is."""
        for done, (at, (code, before)) in enumerate(list(self.cells.items()), start=1):
            told(done, len(self.cells))
            shown = self._value(code)
            if shown is None:
                continue
            _leave((code, before))
            self.cells[at] = (code, shown)
            update_display(_bundle(shown), raw=True, display_id=at)  # type: ignore[no-untyped-call]

    def _value(self, code: str) -> Any:
        """Return the value of a cell's last line; what cannot be shown of this Book says why. None where it has no value."""
        last = ast.parse(code).body[-1:]
        if not (last and isinstance(last[0], ast.Expr)):
            return None
        try:
            return eval(compile(ast.Expression(last[0].value), "<cell>", "eval"), self.names)  # noqa: S307  # a person's own cell
        except OkrError as bad:
            return Notice("bad", bad.in_(self.names["book"].locale))


def _leave(cell: tuple[str, Any] | None) -> None:
    if cell and isinstance(cell[1], Form):
        cell[1].leave()


def _bundle(shown: Any) -> dict[str, Any]:
    """Return something as a notebook displays it."""
    if hasattr(shown, "_repr_mimebundle_"):
        found: dict[str, Any] = shown._repr_mimebundle_()  # IPython's protocol
        return found
    return {"text/html": shown._repr_html_()}  # as above


_PAGES: dict[int, Page] = {}


def page() -> Page | None:
    """Return the page of the notebook that runs here; None outside of one."""
    shell = get_ipython()
    if shell is None:
        return None
    if id(shell) not in _PAGES:
        _PAGES[id(shell)] = Page(shell)
    return _PAGES[id(shell)]


def forget() -> None:
    """Forget all pages, as a new kernel would."""
    _PAGES.clear()
