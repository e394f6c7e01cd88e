"""From stores to packets: which can be made, and the runner's progress shown as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from okrlib.book import data_state, open_book
from okrlib.errors import DataError, ParameterError
from okrlib.okr import require_unchanged
from okrlib.periods import Quarter
from okrlib.run import Crew, Event, Job, Outcome, run_packets
from okrlib.stores import Workbook
from okrlib.text import LOCALES, Locale

REHEARSAL = f"{__name__}:rehearse"


def ready(
    workbook: Workbook, quarter: Quarter, days: Mapping[str, date], *, named: bool
) -> tuple[list[str], dict[str, str]]:
    """Open every store's Book before anything runs; return those that can be run, and why others cannot.

    ParameterError and SheetError end everything, and so does missing data of a store that was `named`.
    """
    able: list[str] = []
    unable: dict[str, str] = {}
    for store, day in days.items():
        try:
            book = open_book(store, str(quarter), day, home=workbook.home)
        except DataError as bad:
            if named:
                raise ParameterError(str(bad)) from None
            unable[store] = str(bad)
            continue
        if book.sheet is not None:
            require_unchanged(book.sheet, book.whole_journal)
        able.append(store)
    return able, unable


def make_packets(
    workbook: Workbook,
    quarter: Quarter,
    days: Mapping[str, date],
    locales: Sequence[Locale],
    workers: int,
    *,
    force: bool,
    now: Callable[[], datetime],
) -> list[Outcome]:
    """Make the packets of `days` (store to as-of day) in `locales`, showing progress on stderr."""
    jobs = [Job(store, quarter, day, locale) for store, day in days.items() for locale in locales]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("packets", total=len(jobs))

        def show(event: Event) -> None:
            bar.update(task, completed=event.done, description=f"{event.job.store} {event.job.locale} {event.kind}")

        return run_packets(
            workbook.home,
            jobs,
            data_state=_state(workbook),
            now=now,
            crew=Crew(workers, REHEARSAL),
            force=force,
            on_event=show,
        )


def _state(workbook: Workbook) -> Callable[[str], dict[str, Any]]:
    def state(store: str) -> dict[str, Any]:
        versions, fingerprint = data_state(workbook, store)
        return {"versions": versions, "fingerprint": fingerprint}

    return state


def rehearse() -> None:
    """Import all that notebooks show and draw once in each language, so that a kernel forked afterwards need not."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # here and below: only where it is rehearsed

    from okrlib import analysis, show  # noqa: PLC0415
    from okrlib.show.theme import style  # noqa: PLC0415

    for found in walk_packages(analysis.__path__, f"{analysis.__name__}."):
        import_module(found.name)
    for name in show.__all__:
        vars(show).pop(name, None)  # a module of that name, which an import has put before the function
        setattr(show, name, getattr(show, name))
    for locale in LOCALES:
        with style(locale):
            figure = Figure()
            figure.subplots().set_title("2026 第三季度 Q3")
            figure.savefig(BytesIO(), format="svg")
