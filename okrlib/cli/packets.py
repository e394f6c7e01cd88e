"""Commands about packets: a new workbook, the demo, the run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

import okrlib
from okrlib.cli.app import DONE, SOME_FAILED, AsOf, QuarterName, app, as_of_day, busy, now, the_workbook
from okrlib.cli.data import read_exports
from okrlib.errors import ParameterError
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook
from okrlib.text import LOCALES, check_locale


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
    make_all(workbook, QUARTER, stores, AS_OF, locale, jobs, force=False)


@app.command()
def run(
    quarter: QuarterName,
    store: Annotated[list[str] | None, typer.Option(help="a store; may be given again; default all with data")] = None,
    as_of: AsOf = None,
    locale: Annotated[str, typer.Option(help="en, zh or both")] = "both",
    jobs: Annotated[int, typer.Option(min=1, help="packets made side by side")] = 2,
    force: Annotated[bool, typer.Option("--force", help="make packets anew though nothing changed")] = False,
) -> None:
    """Make the review packets of a quarter."""
    workbook = the_workbook()
    day = parse_day(as_of, "as-of") if as_of else None
    make_all(
        workbook, Quarter.parse(quarter), store or workbook.stores(), day, locale, jobs, force=force, named=bool(store)
    )


def make_all(
    workbook: Workbook, quarter: Quarter, stores: list[str], as_of: date | None, locale: str, jobs: int, *, force: bool,
    named: bool = True,
) -> None:  # fmt: skip
    """Make the packets of several stores, list what became of each, and end with the exit code that tells it."""
    from okrlib.packets import make_packets, ready

    locales = LOCALES if locale == "both" else (check_locale(locale),)
    days = {name: as_of or as_of_day(None, workbook, name) for name in stores}
    able, unable = ready(workbook, quarter, days, named=named)
    for name, why in unable.items():
        typer.echo(f"{name}: left out: {why}", err=True)
    if not able:
        raise ParameterError("no store to run; read its exports first: okr ingest STORE")
    outcomes = make_packets(workbook, quarter, {name: days[name] for name in able}, locales, jobs, force=force, now=now)
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in outcomes:
        where = outcome.page or "no page could be written"
        why = f"  {outcome.failure.name}: {outcome.failure.message}" if outcome.failure else ""
        typer.echo(f"{outcome.status:8} {outcome.job.store} {outcome.job.locale}: {where}{why}")
    typer.echo(f"index: {workbook.reports / str(quarter) / 'index.html'}")
    raise typer.Exit(SOME_FAILED if failed or unable else DONE)
