"""Commands about packets: a new workbook, the demo, the run."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

import okrlib
from okrlib.cli.app import (
    DONE,
    ERRORS_IN,
    SOME_FAILED,
    AsOf,
    KnownAt,
    QuarterName,
    app,
    as_of_day,
    busy,
    known_moment,
    now,
    the_book,
    the_workbook,
)  # fmt: skip
from okrlib.cli.data import read_exports
from okrlib.errors import DataError, NoDataError, OkrError, ParameterError
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook
from okrlib.text import LOCALES, Locale, check_locale

if TYPE_CHECKING:
    from okrlib.run import Job, Outcome, Shard


@dataclass(frozen=True)
class Options:
    """How packets are made, beyond which."""

    force: bool = False
    explain: bool = False
    shard: Shard | None = None
    log: Path | None = None
    memory: int | None = None
    executor: str | None = None
    known_at: str | None = None


PLAIN = Options()


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(okrlib.__version__)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="a new folder")]) -> None:
    """Make a new workbook: notebooks, parameters, one sample store."""
    from okrlib.starter import SAMPLE_STORE, init_workbook

    workbook = init_workbook(folder)
    typer.echo(f"workbook: {workbook.home}")
    typer.echo(f"next: cd {folder} && okr demo    (fills {SAMPLE_STORE} with generated data and makes its packet)")


@app.command()
def demo(
    locale: Annotated[str, typer.Option(help="en, zh or both")] = "both",
    jobs: Annotated[int, typer.Option(min=1, help="packets made side by side")] = 2,
) -> None:
    """Fill the demo stores with generated exports, read them, and make their packets."""
    from okrlib.demo import STORES, write_store
    from okrlib.demo.scene import AS_OF, QUARTER, demo_stores

    workbook = the_workbook()
    stores = demo_stores(workbook)
    for store in stores:
        with busy(f"writing generated exports of {store} …"):
            files = write_store(STORES[store], workbook.exports / store, AS_OF)
        typer.echo(f"{store}: {len(files)} generated exports in {workbook.exports / store}")
        read_exports(workbook, store, [])
    make_all(workbook, QUARTER, stores, AS_OF, locale, jobs)


@app.command()
def run(
    quarter: QuarterName,
    store: Annotated[list[str] | None, typer.Option(help="a store; may be given again; default all with data")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    locale: Annotated[str, typer.Option(help="en, zh or both")] = "both",
    jobs: Annotated[int, typer.Option(min=1, help="packets made side by side")] = 2,
    force: Annotated[
        bool, typer.Option("--force", help="make packets anew though nothing changed, with nothing kept from before")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="say why each packet would be made, and make none")
    ] = False,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="make this part of the packets, such as 1/4")] = None,
    log: Annotated[Path | None, typer.Option(metavar="FILE", help="add a line of JSON for each packet")] = None,
    memory: Annotated[int | None, typer.Option(min=100, metavar="MIB", help="what a notebook may take at most")] = None,
    executor: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="a cluster to run on: dask://HOST:PORT")
    ] = None,
) -> None:
    """Make the review packets of a quarter."""
    from okrlib.run import Shard

    workbook, part = the_workbook(), Shard.parse(shard) if shard else None
    day = parse_day(as_of, "as-of") if as_of else None
    options = Options(force, explain, part, log, memory, executor, known_at)
    stores = store or workbook.stores()
    make_all(workbook, Quarter.parse(quarter), stores, day, locale, jobs, options, named=bool(store))


def make_all(
    workbook: Workbook, quarter: Quarter, stores: list[str], as_of: date | None, locale: str, workers: int,
    options: Options = PLAIN, *, named: bool = True,
) -> None:  # fmt: skip
    """Make the packets of several stores, list what became of each, and end with the exit code that tells it."""
    from okrlib.packets import jobs_of, ready, why

    locales = _locales(locale)
    days = {name: as_of or as_of_day(None, workbook, name) for name in stores}
    known = {name: known_moment(options.known_at, workbook.store(name).zone) for name in stores}
    planned = jobs_of(days, quarter, locales, known)
    reasons = dict(why(workbook, options.shard.share(planned) if options.shard else planned))
    runs = {job.store: days[job.store] for job, told in reasons.items() if told or options.force}
    unable = ready(workbook, quarter, runs, known, named=named)
    broken = _say_left_out(unable)
    jobs = [job for job in reasons if job.store not in unable]
    if not jobs and (unable or not planned) and not _some_elsewhere(workbook, quarter, days, known, unable):
        raise ParameterError(
            "no store to run; read its exports first: okr ingest STORE", "没有可生成报告的店铺，请先导入其数据"
        )
    if options.explain:
        _explain(jobs, reasons)
    left_out = {job: str(unable[job.store]) for job in reasons if job.store in unable}
    outcomes = _made(workbook, jobs, workers, options, left_out)
    typer.echo(f"index: {workbook.reports / str(quarter) / 'index.html'}")
    failed = any(outcome.status == "failed" for outcome in outcomes)
    raise typer.Exit(SOME_FAILED if failed or broken else DONE)


def _some_elsewhere(
    workbook: Workbook, quarter: Quarter, days: Mapping[str, date], known: Mapping[str, datetime | None],
    unable: Mapping[str, DataError],
) -> bool:  # fmt: skip
    """Tell whether a store of another shard has data: a shard of stores without any has nothing to do, and no failure."""
    from okrlib.packets import ready

    elsewhere = {name: day for name, day in days.items() if name not in unable}
    return len(ready(workbook, quarter, elsewhere, known, named=False)) < len(elsewhere)


def _say_left_out(unable: Mapping[str, DataError]) -> bool:
    """Say which stores are left out and why; return whether that is a failure: having no data yet is a note."""
    for name, reason in unable.items():
        left = DataError(f"{name}: left out: {reason}", f"{name}：未生成报告，{reason.in_('zh')}")
        typer.echo(left.in_(ERRORS_IN), err=not isinstance(reason, NoDataError))
    return not all(isinstance(reason, NoDataError) for reason in unable.values())


@app.command()
def portfolio(
    quarter: QuarterName, as_of: AsOf = None, locale: Annotated[str, typer.Option(help="en, zh or both")] = "both"
) -> None:
    """Write the page over all stores of a quarter, which the index leads to."""
    from okrlib.run.portfolio import render_portfolio, write_portfolio
    from okrlib.show import portfolio as over_all

    workbook, name = the_workbook(), Quarter.parse(quarter)
    first = _first_store(workbook, name, as_of)
    for language in _locales(locale):
        with busy(f"looking at all stores of {name} …"):
            book = the_book(first, quarter, as_of, language)
            page = render_portfolio(over_all(book), name, book.as_of, language)
        typer.echo(str(write_portfolio(workbook.home, name, language, page)))


def _first_store(workbook: Workbook, quarter: Quarter, as_of: str | None) -> str:
    """The first store with a sheet of the quarter and data; without any, the error of the last, or a ParameterError."""
    problem: OkrError = ParameterError(
        f"{quarter}: no store has a sheet of it; write one: params/okrs/STORE/{quarter}.yaml"
    )
    for store in workbook.stores():
        if workbook.sheet_path(store, quarter).exists():
            try:
                the_book(store, str(quarter), as_of)
            except DataError as bad:
                problem = bad
            else:
                return store
    raise problem


def _locales(given: str) -> tuple[Locale, ...]:
    return LOCALES if given == "both" else (check_locale(given),)


def _explain(jobs: list[Job], reasons: Mapping[Job, tuple[str, ...]]) -> NoReturn:
    """Say of each packet why it would be made, and end."""
    for job in jobs:
        told = "; ".join(reasons[job])
        typer.echo(f"{'runs' if told else 'stands':8} {job.store} {job.locale}: {told or 'nothing changed'}")
    raise typer.Exit(DONE)


def _made(
    workbook: Workbook, jobs: list[Job], workers: int, options: Options, left_out: Mapping[Job, str]
) -> list[Outcome]:
    """Make packets and list what became of each, with a summary."""
    from okrlib.packets import REHEARSAL, make_packets
    from okrlib.run import Crew, Limits

    began = perf_counter()
    with ended_by_sigterm():
        outcomes = make_packets(
            workbook, jobs, Crew(workers, REHEARSAL, options.executor), force=options.force, now=now,
            limits=Limits(memory=options.memory), shard=options.shard, log=options.log,
            left_out=left_out,
        )  # fmt: skip
    for outcome in outcomes:
        where = outcome.page or "no page could be written"
        why = f"  {outcome.failure.name}: {outcome.failure.message}" if outcome.failure else ""
        typer.echo(f"{outcome.status:8} {outcome.job.store} {outcome.job.locale}: {where}{why}")
    counts = Counter(outcome.status for outcome in outcomes)
    seconds = perf_counter() - began
    typer.echo(f"made {counts['ok']}, unchanged {counts['skipped']}, failed {counts['failed']} in {seconds:.1f} s")
    return outcomes


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, a scheduler's word, end what runs as orderly as Ctrl-C does."""

    def stop(number: int, _: object) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def warm(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND …", help="such as: papermill in.ipynb out.ipynb")],
) -> None:
    """Run a command whose kernels start at once: papermill, jupyter execute, nbconvert, jupyter lab."""
    from okrlib.packets import REHEARSAL
    from okrlib.run.warm import warm_parent

    environment = os.environ | okrlib.ONE_THREAD  # a parent with more threads could not fork
    with warm_parent(REHEARSAL, environment) as kernels:
        try:
            done = subprocess.run(command, env=environment | kernels, check=False)  # noqa: S603  # what was asked for
        except OSError as bad:
            raise ParameterError(f"{command[0]}: cannot be run: {bad.strerror}") from None
    raise typer.Exit(done.returncode)
