"""What every command needs: the app, its options' types, the workbook, and the clock, which no floor below reads."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from okrlib.book import HOME_VARIABLE, Book, find_home, open_book
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook

DONE, SOME_FAILED, WRONG = 0, 1, 2

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="OKR workbook for stores on e-commerce platforms: exports in, review packets out.",
)  # fmt: skip

StoreName = Annotated[str, typer.Argument(metavar="STORE", help="a store of params/stores/")]
QuarterName = Annotated[str, typer.Argument(metavar="QUARTER", help="such as 2026Q3")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="see nothing later than this day; default today")
]
By = Annotated[str | None, typer.Option("--by", help="who does it; default your login name")]


@app.callback()
def _root(
    home: Annotated[
        Path | None, typer.Option(envvar=HOME_VARIABLE, help="the workbook; default the current folder")
    ] = None,
) -> None:
    if home is not None:
        os.environ[HOME_VARIABLE] = str(home)


def the_workbook() -> Workbook:
    """The workbook that the command is about."""
    return Workbook(find_home())


def now() -> datetime:
    """The time of day, with its offset from UTC."""
    return datetime.now().astimezone().replace(microsecond=0)


def as_of_day(given: str | None, workbook: Workbook, store: str) -> date:
    """The as-of day given, else today where the store is."""
    return parse_day(given, "as-of") if given else datetime.now(workbook.store(store).zone).date()


def who(given: str | None) -> str:
    """Who does it."""
    return given or getpass.getuser()


def the_book(store: str, quarter: str, as_of: str | None, locale: str = "en") -> Book:
    """Open a store and quarter; a wrong name is found before anything is read."""
    workbook = the_workbook()
    name = Quarter.parse(quarter)
    workbook.store(store)
    return open_book(store, str(name), as_of_day(as_of, workbook, store), locale, home=workbook.home)


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Show that something long is under way, where somebody is looking."""
    from rich.console import Console  # here and below: heavy parts are imported by the commands that use them

    with Console(stderr=True).status(words):
        yield
