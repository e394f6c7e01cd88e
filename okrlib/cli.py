"""The command line: the only floor that reads the clock."""

from __future__ import annotations

import csv
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import okrlib
from okrlib.book import HOME_VARIABLE, Book, find_home, open_book
from okrlib.errors import DataError, OkrError, ParameterError, SheetError
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook
from okrlib.text import LOCALES, check_locale

if TYPE_CHECKING:
    from okrlib.analysis.facts import Fact

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


def main() -> None:
    """Run the command line; every error a person can cause is one line and an exit code."""
    try:
        app(standalone_mode=True)
    except DataError as bad:
        _fail(bad, SOME_FAILED)
    except OkrError as bad:
        _fail(bad, WRONG)


def _fail(bad: OkrError, code: int) -> None:
    typer.echo(f"okr: {bad}", err=True)
    sys.exit(code)


def _workbook() -> Workbook:
    return Workbook(find_home())


def _now() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)


def _as_of(given: str | None, workbook: Workbook, store: str) -> date:
    return parse_day(given, "as-of") if given else datetime.now(workbook.store(store).zone).date()


def _by(given: str | None) -> str:
    return given or getpass.getuser()


def _book(store: str, quarter: str, as_of: str | None, locale: str = "en") -> Book:
    workbook = _workbook()
    name = Quarter.parse(quarter)
    workbook.store(store)
    return open_book(store, str(name), _as_of(as_of, workbook, store), locale, home=workbook.home)


@contextmanager
def _busy(words: str) -> Iterator[None]:
    """Show that something long is under way, where somebody is looking."""
    from rich.console import Console  # here and below: heavy parts are imported by the commands that use them

    with Console(stderr=True).status(words):
        yield


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

    workbook = _workbook()
    stores = demo_stores(workbook)
    for store in stores:
        with _busy(f"writing generated exports of {store} …"):
            files = write_store(STORES[store], workbook.exports / store, AS_OF)
        typer.echo(f"{store}: {len(files)} generated exports in {workbook.exports / store}")
        _ingest(workbook, store, [])
    _run(workbook, QUARTER, stores, AS_OF, locale, jobs, force=False)


@app.command()
def ingest(
    store: StoreName,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]…", help="default: all of exports/STORE")] = None,
) -> None:
    """Read a store's exports into the lake; what was read before is known again."""
    _ingest(_workbook(), store, files or [])


def _ingest(workbook: Workbook, name: str, files: list[Path]) -> None:
    from okrlib.ingest.read import export_files
    from okrlib.ingest.read import ingest as read

    store = workbook.store(name)
    with _busy(f"reading exports of {name} …"):
        done = read(workbook, store, files or export_files(workbook.exports / name))
    total, aside = (sum(getattr(file, field) for file in done.files) for field in ("rows_read", "rows_set_aside"))
    typer.echo(
        f"{name}: {len(done.files)} files read, {len(done.known)} known already; {total:,} rows: "
        f"{total - aside - done.rejected:,} used, {aside:,} set aside by rule, {done.rejected:,} rejected"
    )
    for found in done.facts:
        parts = [
            (found.orders, "orders"),
            (found.buyers, "buyers"),
            (found.regions, "regions"),
            (found.rows_with_buyer, "rows with a buyer"),
        ]
        told = [f"{count:,} {what}" for count, what in parts if count and found.amount is not None]
        money = "" if found.amount is None else f"{found.amount:,} {store.currency} in all rows"
        typer.echo(f"  {found.layout}: " + ", ".join([f"{found.rows:,} rows", *told, *([money] if money else [])]))
    for rule in done.set_aside:
        typer.echo(
            f"  set aside {rule.rows:,}: {rule.reason} ({rule.rule}{'' if rule.amount is None else f', {rule.amount:,}'})"
        )
    if done.repeated_orders:
        typer.echo(f"  {done.repeated_orders:,} orders stood in several files; the last file's word was taken")
    if done.rejected:
        typer.echo(f"  see the rejected rows with: okr rejects {name}")


@app.command()
def rejects(store: StoreName, limit: Annotated[int, typer.Option(min=1)] = 50) -> None:
    """List rows that could not be read: file, line, column, value, and what would be right."""
    from okrlib.ingest.log import stored_rejects
    from okrlib.lake import Lake

    workbook = _workbook()
    rows = stored_rejects(Lake(workbook.warehouse), workbook.store(store).store)
    for file, line, column, value, reason in rows[:limit]:
        typer.echo(f"{file}:{line}: {column + ' ' if column else ''}{value!r}: {reason}")
    typer.echo(f"{store}: {len(rows):,} rejected rows" + (f", the first {limit} shown" if len(rows) > limit else ""))


@app.command()
def platforms(
    probe: Annotated[Path | None, typer.Option(metavar="FILE", help="say which layout a file has")] = None,
) -> None:
    """List the export layouts known here, or say which one a file has."""
    from okrlib.ingest.layout import load_layouts

    layouts = load_layouts(_workbook().params / "layouts")
    if probe is not None:
        _probe(probe, layouts)
        return
    for layout in layouts:
        typer.echo(f"{layout.id:28} {layout.title.en} · {layout.title.zh}   → {', '.join(layout.tables)}")


def _probe(path: Path, layouts: list[Any]) -> None:
    from okrlib.ingest.probe import probe

    seen = probe(path, layouts)
    typer.echo(f"{path}: {seen.encoding}, header on line {seen.header_line}")
    for fit in seen.fits[:3]:
        verdict = "fits" if fit.fits else f"misses {', '.join(fit.missing)}"
        typer.echo(f"  {fit.layout.id}: {verdict} ({len(fit.columns)} columns known)")
    for row in seen.rows:
        typer.echo("  " + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None))
    for line, column, value, reason in seen.problems:
        typer.echo(f"  line {line}: {column} {value!r}: {reason}")
    if not any(fit.fits for fit in seen.fits):
        raise DataError(f"{path}: no layout fits; write one of your own in params/layouts/ (README says how)")


@app.command()
def metrics(locale: Annotated[str, typer.Option(help="en or zh")] = "en") -> None:
    """Print the metric dictionary: definition, unit, direction, which day counts, how long it may still move."""
    from okrlib.analysis.metrics import dictionary_entry, visible

    language = check_locale(locale)
    for metric in visible():
        typer.echo(dictionary_entry(metric, language))


@app.command()
def facts(
    store: StoreName,
    quarter: Annotated[str, typer.Option(help="such as 2026Q3")],
    metrics: Annotated[str, typer.Option(help="names, separated by commas")] = "revenue,orders,buyers",
    by: Annotated[str | None, typer.Option(help="channel, category, region, product, month, week or day")] = None,
    as_of: AsOf = None,
    format: Annotated[str, typer.Option(help="table, csv or json")] = "table",  # noqa: A002  # the option's name
) -> None:
    """Print metrics of a store's quarter, whole or by segment."""
    from okrlib.analysis.facts import facts as compute

    if format not in {"table", "csv", "json"}:
        raise ParameterError(f"format {format!r}: expected table, csv or json")
    book = _book(store, quarter, as_of)
    found = compute(book.data, book.period, [name.strip() for name in metrics.split(",")], by=by)
    _print_rows([_fact_row(row, book) for row in found], format)


def _fact_row(fact: Fact, book: Book) -> dict[str, Any]:
    unit = fact.unit.replace("money", book.store.currency)
    value = None if fact.value is None else round(fact.value, 6).normalize() + 0
    return {
        "store": book.store.store, "metric": fact.metric, "from": fact.period.start, "to": fact.period.end,
        "as_of": fact.as_of, "segment": fact.segment, "value": value, "unit": unit,
        "numerator": fact.numerator, "denominator": fact.denominator, "why_missing": fact.reason.en if fact.reason else None,
    }  # fmt: skip


def _print_rows(rows: list[dict[str, Any]], form: str) -> None:
    if not rows:
        raise DataError("nothing to tell: no such segment in this period")
    if form == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(*(rows[0]), box=None, header_style="bold")
        for row in rows:
            table.add_row(*("" if value is None else str(value) for value in row.values()))
        Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command()
def check(store: StoreName, quarter: QuarterName, as_of: AsOf = None, locale: str = "en") -> None:
    """Check a sheet: what is wrong, why it matters, how to mend it."""
    from okrlib.okr import LABELS, require_unchanged

    book = _book(store, quarter, as_of, locale)
    if book.sheet is None:
        raise SheetError(
            f"{book.workbook.sheet_path(store, book.quarter)}: no such file; README shows how to begin one"
        )
    for finding in book.findings:
        level = book.say(LABELS[finding.level])
        typer.echo(
            f"[{level}] {finding.where}: {book.say(finding.says)} {book.say(finding.why)} → {book.say(finding.remedy)}"
        )
    errors = sum(finding.level == "error" for finding in book.findings)
    typer.echo(f"{store} {quarter}: {len(book.findings)} findings, {errors} of them errors")
    require_unchanged(book.sheet, book.whole_journal)
    raise typer.Exit(WRONG if errors else DONE)


@app.command()
def lock(store: StoreName, quarter: QuarterName, as_of: AsOf = None, by: By = None) -> None:
    """Make a draft sheet binding: baselines are computed from the data and frozen."""
    from okrlib.steps import lock_sheet

    event = lock_sheet(_book(store, quarter, as_of), at=_now(), by=_by(by))
    for name, start in event.baselines.items():
        typer.echo(f"{name}: baseline {start.value} ({start.rule}{f', {start.period}' if start.period else ''})")
    typer.echo(f"{store} {quarter}: locked")


@app.command()
def change(
    store: StoreName, quarter: QuarterName, reason: Annotated[str, typer.Option()], as_of: AsOf = None, by: By = None
) -> None:
    """Record how a locked sheet was changed, and why."""
    from okrlib.steps import change_sheet

    event = change_sheet(_book(store, quarter, as_of), reason, at=_now(), by=_by(by))
    for difference in event.differences:
        typer.echo(str(difference))
    typer.echo(f"{store} {quarter}: {len(event.differences)} changes recorded")


@app.command("check-in")
def check_in(
    store: StoreName,
    quarter: QuarterName,
    key_result: Annotated[str, typer.Argument(metavar="KEY_RESULT")],
    confidence: Annotated[int, typer.Option(min=0, max=10, help="0 to 10")],
    narrative: Annotated[str, typer.Option(help="what happened, in words")],
    value: Annotated[str | None, typer.Option(help="only where no metric supplies it")] = None,
    blocker: Annotated[str | None, typer.Option()] = None,
    blocker_kind: Annotated[
        str | None, typer.Option(help="resource, dependency, clarity, priority or external")
    ] = None,
    next_action: Annotated[str | None, typer.Option()] = None,
    next_due: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    by: By = None,
) -> None:
    """Say how a key result stands: confidence and the story behind it."""
    from okrlib.steps import check_in as write

    write(
        _book(store, quarter, None), key_result, at=_now(), by=_by(by), confidence=confidence, narrative=narrative,
        value=value, blocker=blocker, blocker_kind=blocker_kind, next_action=next_action, next_due=next_due,
    )  # fmt: skip
    typer.echo(f"{store} {quarter}: {key_result} checked in")


@app.command()
def close(store: StoreName, quarter: QuarterName, as_of: AsOf = None, by: By = None) -> None:
    """Close a quarter: results are scored and frozen."""
    from okrlib.steps import close_sheet

    event = close_sheet(_book(store, quarter, as_of), at=_now(), by=_by(by))
    for result in event.key_results:
        shown = "–" if result.score.value is None else str(result.score.value)
        typer.echo(f"{result.id}: {result.value} · score {shown} · {result.score.says.en}")
    typer.echo(f"{store} {quarter}: closed")


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
    workbook = _workbook()
    day = parse_day(as_of, "as-of") if as_of else None
    _run(
        workbook, Quarter.parse(quarter), store or workbook.stores(), day, locale, jobs, force=force, named=bool(store)
    )


def _run(
    workbook: Workbook, quarter: Quarter, stores: list[str], as_of: date | None, locale: str, jobs: int, *, force: bool,
    named: bool = True,
) -> None:  # fmt: skip
    from okrlib.packets import make_packets, ready

    locales = LOCALES if locale == "both" else (check_locale(locale),)
    days = {name: as_of or _as_of(None, workbook, name) for name in stores}
    able, unable = ready(workbook, quarter, days, named=named)
    for name, why in unable.items():
        typer.echo(f"{name}: left out: {why}", err=True)
    if not able:
        raise ParameterError("no store to run; read its exports first: okr ingest STORE")
    outcomes = make_packets(
        workbook, quarter, {name: days[name] for name in able}, locales, jobs, force=force, now=_now
    )
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in outcomes:
        where = outcome.page or "no page could be written"
        why = f"  {outcome.failure.name}: {outcome.failure.message}" if outcome.failure else ""
        typer.echo(f"{outcome.status:8} {outcome.job.store} {outcome.job.locale}: {where}{why}")
    typer.echo(f"index: {workbook.reports / str(quarter) / 'index.html'}")
    raise typer.Exit(SOME_FAILED if failed or unable else DONE)
