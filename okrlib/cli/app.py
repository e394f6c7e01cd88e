"""What every command needs: the app, its options' types, the workbook, and the clock, which no floor below reads."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from okrlib.book import Book, open_book
from okrlib.errors import ParameterError
from okrlib.periods import Quarter, parse_day
from okrlib.stores import HOME_VARIABLE, Workbook, find_home

DONE, SOME_FAILED, WRONG = 0, 1, 2
ERRORS_IN_VARIABLE = "OKR_ERRORS_IN"  # en or zh; forms, which show what a command refuses, set it
ERRORS_IN = os.environ.get(ERRORS_IN_VARIABLE, "en")

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="OKR workbook for stores on e-commerce platforms: exports in, review packets out.",
)  # fmt: skip

StoreName = Annotated[str, typer.Argument(metavar="STORE", help="a store of params/stores/")]
QuarterName = Annotated[str, typer.Argument(metavar="QUARTER", help="such as 2026Q3")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="see nothing later than this day; default today")
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help="see only what had been read by then: a day, or 2026-11-22T18:30"),
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


def end_of_tomorrow(zone: ZoneInfo) -> datetime:
    """The end of tomorrow by the wall clock there: clocks differ, and what lies later has not happened yet."""
    return datetime.combine(datetime.now(zone).date() + timedelta(days=2), datetime.min.time())


def who(given: str | None) -> str:
    """Who does it."""
    return given or getpass.getuser()


def known_moment(given: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment given, where the store is; of a day alone, its end."""
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ParameterError(
            f"known-at {given!r}: expected a day or a moment such as 2026-11-22 or 2026-11-22T18:30"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment + timedelta(days=1, microseconds=-1) if len(given) <= len("2026-11-22") else moment


def the_sheets_book(store: str, quarter: str, as_of: str | None, locale: str = "en") -> Book:
    """Open a store and quarter to work on its sheet, which is done before it begins too: then as of its first day."""
    start = Quarter.parse(quarter).start
    if as_of is None and as_of_day(None, the_workbook(), store) < start:
        typer.echo(f"{quarter} has not begun: as of its first day, {start}", err=True)
        as_of = str(start)
    return the_book(store, quarter, as_of, locale)


def the_book(store: str, quarter: str, as_of: str | None, locale: str = "en", known_at: str | None = None) -> Book:
    """Open a store and quarter; a wrong name is found before anything is read."""
    workbook = the_workbook()
    name = Quarter.parse(quarter)
    known = known_moment(known_at, workbook.store(store).zone)
    day = as_of_day(as_of, workbook, store)
    return open_book(store, str(name), day, locale, home=workbook.home, known_at=known)


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Show that something long is under way, where somebody is looking."""
    from rich.console import Console  # here and below: heavy parts are imported by the commands that use them

    with Console(stderr=True).status(words):
        yield
