"""``%load_ext okrlib``: charts of one's own in the house style with shopping events marked, and `%okr` for every command."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import typer
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.dates import DateLocator, num2date

import okrlib
from okrlib.book import Book, open_book
from okrlib.cli import app
from okrlib.errors import OkrError, ParameterError
from okrlib.forms.live import page
from okrlib.periods import Period
from okrlib.show.course import mark_events
from okrlib.show.theme import settings

LONGEST = 800  # days: beyond it the names of events would cover the chart
_USAGE = """\
%okr open STORE QUARTER [AS_OF] [LOCALE]   open another Book as `book`, and show the notebook anew
%okr form NAME                             show a form: {forms}
%okr COMMAND …                             any command of okr; store and quarter are those of `book` where left out
"""


def load(shell: Any) -> None:
    """Set the style, mark events on charts over days before they are shown, and add the `%okr` magic."""
    book = shell.user_ns.get("book")
    mpl.rcParams.update(settings(book.locale if isinstance(book, Book) else "en"))
    marks = Marks(shell)
    shell.events.callbacks["post_execute"].insert(0, marks)  # before the figures are drawn into the page
    shell.register_magic_function(Commands(shell), "line", "okr")


class Marks:
    """Marks the events of the open Book's store on every chart over days that a cell has made."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def __call__(self) -> None:
        """Mark the charts that are open."""
        book = self.shell.user_ns.get("book")
        if not isinstance(book, Book):
            return
        for number in plt.get_fignums():
            for axes in plt.figure(number).axes:
                if not getattr(axes, "okr_marked", False) and (days := _days(axes)):
                    mark_events(axes, book, days)
                    axes.okr_marked = True  # type: ignore[attr-defined]


def _days(axes: Axes) -> Period | None:
    """Return the days a chart runs over; None where its axis is no calendar."""
    freq = getattr(axes, "freq", None)  # pandas counts periods of its own; those of days are matplotlib's days
    dated = isinstance(axes.xaxis.get_major_locator(), DateLocator) or str(freq) in {"D", "<Day>"}
    if not dated or not axes.has_data():
        return None
    first, last = (num2date(edge).date() for edge in sorted(axes.get_xlim()))  # type: ignore[no-untyped-call]
    return Period(first, last) if (last - first).days <= LONGEST else None


class Commands:
    """The `%okr` magic: the command line from inside the notebook, about the Book that is open."""

    __name__ = "okr"

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def __call__(self, line: str) -> None:
        """Run a line; what cannot be done is said in one."""
        name, *words = shlex.split(line) or ["help"]
        try:
            if name == "open":
                self._open(*words)
            elif name == "form":
                display(getattr(okrlib.forms, *words)(self._book()))  # type: ignore[no-untyped-call]
            elif name == "help":
                typer.echo(_USAGE.format(forms=", ".join(okrlib.forms.__all__)))
            else:
                self._run(name, words)
        except (OkrError, AttributeError) as bad:
            typer.echo(f"okr: {bad}")
        except TypeError:
            typer.echo(_USAGE.format(forms=", ".join(okrlib.forms.__all__)))

    def _book(self) -> Book:
        book = self.shell.user_ns.get("book")
        if not isinstance(book, Book):
            raise ParameterError("no Book is open here; open one with: %okr open STORE QUARTER")
        return book

    def _open(self, store: str, quarter: str, as_of: str | None = None, locale: str | None = None) -> None:
        now = self.shell.user_ns.get("book")
        known = now if isinstance(now, Book) else None
        day = as_of or (str(known.as_of) if known else None)
        if day is None:
            raise ParameterError("name the as-of day too, such as: %okr open demo_tmall 2026Q4 2026-11-22")
        home = known.workbook.home if known else None
        book = open_book(store, quarter, day, locale or (known.locale if known else "en"), home=home)
        self.shell.user_ns["book"] = book
        if here := page():
            here.refresh(lambda *_: None)

    def _run(self, name: str, words: list[str]) -> None:
        """Run a command as the command line does, store, quarter and day those of the open Book where they are left out."""
        command = typer.main.get_command(app).commands.get(name)  # type: ignore[attr-defined]
        if command is None:
            raise ParameterError(f"{name!r} is no command of okr; see %okr help and okr --help")
        book = self._book()
        kinds = {parameter.name: parameter.param_type_name for parameter in command.params}
        line = ["--home", str(book.workbook.home), name, *completed(words, kinds, book)]
        done = subprocess.run([sys.executable, "-m", "okrlib", *line], capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
        typer.echo((done.stdout + done.stderr).strip())


def completed(words: list[str], kinds: dict[str, str], book: Book) -> list[str]:
    """Add what a command asks for and was not given: the Book's store, quarter and as-of day; `kinds` of its parameters."""
    found, at = list(words), 0
    if kinds.get("store") == "argument":
        if not (words and words[0] in book.workbook.stores()):
            found.insert(0, book.store.store)
        at = 1
    if kinds.get("quarter") == "argument" and not re.fullmatch(r"\d{4}Q[1-4]", "".join(found[at : at + 1])):
        found.insert(at, str(book.quarter))
    for name, value in {"quarter": book.quarter, "as_of": book.as_of}.items():
        option = f"--{name.replace('_', '-')}"
        if kinds.get(name) == "option" and option not in found:
            found += [option, str(value)]
    return found
