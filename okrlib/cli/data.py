"""Commands about data: exports, layouts, metrics, facts."""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from okrlib.book import Book
from okrlib.cli.app import AsOf, KnownAt, StoreName, app, busy, end_of_tomorrow, the_book, the_workbook
from okrlib.errors import DataError, ParameterError
from okrlib.stores import Store, Workbook
from okrlib.text import check_locale

if TYPE_CHECKING:
    from okrlib.analysis.facts import Fact
    from okrlib.ingest.read import Ingested


@app.command()
def ingest(
    store: StoreName,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]…", help="default: all of exports/STORE")] = None,
) -> None:
    """Read a store's exports into the lake; what was read before is known again."""
    read_exports(the_workbook(), store, files or [])


def read_exports(workbook: Workbook, name: str, files: list[Path]) -> None:
    """Read `files`, or all of the store's exports, and say what became of their rows."""
    from okrlib.ingest.read import RefusedError, export_files
    from okrlib.ingest.read import ingest as read

    store = workbook.store(name)
    for file in files:
        if not file.is_file():
            raise ParameterError(f"{file}: no such file")
    try:
        with busy(f"reading exports of {name} …"):
            paths = files or ([] if store.source else export_files(workbook.exports / name))
            done = read(workbook, store, paths, until=None if store.generated else end_of_tomorrow(store.zone))
    except RefusedError as some:
        _say_what_was_read(store, some.done)
        raise
    _say_what_was_read(store, done)


def _to_the_cent(amount: Decimal) -> str:
    """Write an amount with its cents, and more only where a file told more."""
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents if cents == amount else amount.normalize():,f}"


def _say_what_was_read(store: Store, done: Ingested) -> None:
    name = store.store
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
        money = "" if found.amount is None else f"{_to_the_cent(found.amount)} {store.currency} in all rows"
        typer.echo(f"  {found.layout}: " + ", ".join([f"{found.rows:,} rows", *told, *([money] if money else [])]))
    for rule in done.set_aside:
        worth = "" if rule.amount is None else f", {_to_the_cent(rule.amount)}"
        typer.echo(f"  set aside {rule.rows:,}: {rule.reason} ({rule.rule}{worth})")
    if done.repeated_orders:
        typer.echo(f"  {done.repeated_orders:,} orders stood in several files; the last file's word was taken")
    if done.rejected:
        typer.echo(f"  see the rejected rows with: okr rejects {name}")


@app.command()
def rejects(store: StoreName, limit: Annotated[int, typer.Option(min=1)] = 50) -> None:
    """List rows that could not be read: file, line, column, value, and what would be right."""
    from okrlib.ingest.log import stored_rejects
    from okrlib.lake import Lake

    workbook = the_workbook()
    rows = stored_rejects(Lake(workbook.warehouse), workbook.store(store).store)
    for file, line, column, value, reason in rows[:limit]:
        cell = f" {value!r}" if value or column else ""
        typer.echo(f"{file}:{line}:{' ' + column if column else ''}{cell}{':' if cell else ''} {reason}")
    typer.echo(f"{store}: {len(rows):,} rejected rows" + (f", the first {limit} shown" if len(rows) > limit else ""))


@app.command()
def template(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="stock, traffic, ads, buyers, reviews, …, or survey")],
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="where to write it")] = Path(),
) -> None:
    """Write an empty table to fill by hand, as CSV and XLSX: headings, what they mean, an example."""
    from okrlib.ingest.templates import write_both, write_template
    from okrlib.okr.survey import template_rows

    survey = table == "survey"
    for path in write_both(table, template_rows(), folder) if survey else write_template(table, folder):
        typer.echo(path)
    typer.echo(
        "fill in one of them, one person a row, and read it: okr survey STORE QUARTER FILE" if survey
        else "fill in one of them, put it with the store's exports and read it: okr ingest STORE"
    )  # fmt: skip


lake_commands = typer.Typer(no_args_is_help=True, help="The lake that exports are read into: its versions, its files.")
app.add_typer(lake_commands, name="lake")


@lake_commands.command("log")
def lake_log(store: StoreName) -> None:
    """List every version of a store's tables, the latest first; `okr facts --known-at` looks at one."""
    from okrlib.lake import Lake

    workbook = the_workbook()
    zone = workbook.store(store).zone
    changes = Lake(workbook.warehouse).history(store)
    for change in changes:
        at = change.at.astimezone(zone).isoformat(timespec="milliseconds")
        typer.echo(f"{at}  {change.table:12} version {change.version:<4} {change.operation.lower()}")
    typer.echo(f"{store}: {len(changes):,} versions")


@lake_commands.command("compact")
def lake_compact() -> None:
    """Rewrite many small files of the lake as few; what was known when stays known."""
    from okrlib.lake import Lake

    lake = Lake(the_workbook().warehouse)
    with lake.writer(), busy("compacting …"):
        lake.compact()
    typer.echo(f"compacted: {', '.join(lake.versions()) or 'nothing to compact'}")


@app.command()
def platforms(
    tables: Annotated[bool, typer.Option("--tables", help="list the canonical tables and their columns")] = False,
    probe: Annotated[Path | None, typer.Option(metavar="FILE", help="say which layout a file has")] = None,
) -> None:
    """List the export layouts known here, or say which one a file has."""
    from okrlib.ingest.layout import load_layouts

    if tables:
        _list_tables()
        return
    layouts = load_layouts(the_workbook().params / "layouts")
    if probe is not None:
        _probe(probe, layouts)
        return
    for layout in layouts:
        typer.echo(f"{layout.id:28} {layout.title.en} · {layout.title.zh}   → {', '.join(layout.tables)}")


def _list_tables() -> None:
    from okrlib.schema import TABLES

    for table in TABLES.values():
        typer.echo(f"{table.name}: {table.title.en} · {table.title.zh}")
        for name, column in table.columns.items():
            needed = " (required)" if column.required else ""
            typer.echo(f"  {name:18} {column.type:14} {column.meaning.en}{needed}")


def _probe(path: Path, layouts: list[Any]) -> None:
    from okrlib.ingest.probe import probe

    seen = probe(path, layouts)
    header = f"header on line {seen.header_line}" if seen.fits else "no header that a layout knows"
    typer.echo(f"{path}: {seen.encoding}, {header}")
    for fit in seen.fits[:3]:
        verdict = "fits" if fit.fits else f"misses {', '.join(fit.missing)}"
        typer.echo(f"  {fit.layout.id}: {verdict} ({len(fit.columns)} columns known)")
        for name, why in fit.layout.lacks.items() if fit.fits else ():
            typer.echo(f"    cannot tell {name}: {why.en}")
    for row in seen.rows:
        typer.echo("  " + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None))
    for line, column, value, reason in seen.problems:
        typer.echo(f"  line {line}: {column} {value!r}: {reason}")
    if not any(fit.fits for fit in seen.fits):
        raise DataError(f"{path}: no layout fits; write one of your own in params/layouts/ (README says how)")


@app.command()
def metrics(
    locale: Annotated[str, typer.Option(help="en or zh")] = "en",
    explain: Annotated[str | None, typer.Option(metavar="NAME", help="one metric, down to its SQL")] = None,
) -> None:
    """Print the metric dictionary: definition, unit, direction, which day counts, how long it may still move."""
    from okrlib.analysis.metrics import dictionary_entry, explained, find_metric, visible

    language = check_locale(locale)
    if explain:
        typer.echo(explained(find_metric(explain), language))
        return
    for metric in visible():
        typer.echo(dictionary_entry(metric, language))


@app.command()
def facts(
    store: StoreName,
    quarter: Annotated[str, typer.Option(help="such as 2026Q3")],
    metrics: Annotated[str, typer.Option(help="names, separated by commas")] = "revenue,orders,buyers",
    by: Annotated[str | None, typer.Option(help="channel, category, region, product, month, week or day")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format: Annotated[str, typer.Option(help="table, csv or json")] = "table",  # noqa: A002  # the option's name
) -> None:
    """Print metrics of a store's quarter, whole or by segment."""
    from okrlib.analysis.facts import facts as compute

    if format not in {"table", "csv", "json"}:
        raise ParameterError(f"format {format!r}: expected table, csv or json")
    book = the_book(store, quarter, as_of, known_at=known_at)
    found = compute(book.data, book.period, [name.strip() for name in metrics.split(",")], by=by)
    print_rows([_fact_row(row, book) for row in found], format)


def _fact_row(fact: Fact, book: Book) -> dict[str, Any]:
    unit = fact.unit.replace("money", book.store.currency)
    value = None if fact.value is None else round(fact.value, 6).normalize() + 0
    return {
        "store": book.store.store, "metric": fact.metric, "from": fact.period.start, "to": fact.period.end,
        "as_of": fact.as_of, **({"known_at": book.known_at} if book.known_at else {}),
        "segment": fact.segment, "value": value, "unit": unit,
        "numerator": fact.numerator, "denominator": fact.denominator, "why_missing": fact.reason.en if fact.reason else None,
    }  # fmt: skip


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """Print rows as a table, CSV or JSON; none at all is a DataError."""
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
