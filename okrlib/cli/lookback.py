"""Commands of looking back: causes, lessons, surveys, and the draft of the next quarter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from okrlib.cli.app import By, QuarterName, StoreName, app, now, the_book, who
from okrlib.text import check_locale, number


@app.command()
def cause(
    store: StoreName,
    quarter: QuarterName,
    key_result: Annotated[str, typer.Argument(metavar="KEY_RESULT")],
    word: Annotated[
        str,
        typer.Argument(
            metavar="CAUSE",
            help="resource, dependency, clarity, priority, external, too_high, no_effect or execution",
        ),
    ],
    says: Annotated[str | None, typer.Option(help="more about it, in words")] = None,
    by: By = None,
) -> None:
    """Say why a key result fell short, once the quarter is over."""
    from okrlib.steps import name_cause

    event = name_cause(the_book(store, quarter, None), key_result, word, at=now(), by=who(by), says=says)
    typer.echo(f"{store} {quarter}: {event.key_result} fell short: {event.cause}")


@app.command()
def lesson(
    store: StoreName,
    quarter: QuarterName,
    about: Annotated[str, typer.Argument(metavar="ID", help="the objective, key result or task")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="keep, change or drop")],
    says: Annotated[str | None, typer.Option(help="what was learned, in words")] = None,
    by: By = None,
) -> None:
    """Say what was learned: keep, change or drop it next quarter. It comes back in: okr next."""
    from okrlib.steps import learn

    event = learn(the_book(store, quarter, None), about, verdict, at=now(), by=who(by), says=says)
    typer.echo(f"{store} {quarter}: {event.about}: {event.verdict}")


@app.command()
def survey(
    store: StoreName,
    quarter: QuarterName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV or XLSX, one person a row")],
    name: Annotated[str | None, typer.Option(help="which survey; default the file's name")] = None,
    by: By = None,
) -> None:
    """Import a survey of the team: means only, of five people or more. An empty one: okr template survey."""
    from okrlib.steps import import_survey

    found = import_survey(the_book(store, quarter, None), file, name or file.stem, at=now(), by=who(by))
    for question, mean in found.event.scores.items():
        typer.echo(f"{question}: {number(mean, 'en', 2)}")
    for line, question, value in found.set_aside:
        typer.echo(f"{file}:{line}: {question} {value!r}: expected a number from 1 to 5; set aside", err=True)
    for what, names in (("no answers from 1 to 5 in", found.left_out), ("too few to be told apart", found.too_small)):
        if names:
            typer.echo(f"{what}: {', '.join(names)}")
    typer.echo(f"{store} {quarter}: {found.event.name}: {found.event.respondents} people answered")


@app.command("next")
def write_draft(
    store: StoreName,
    quarter: Annotated[str, typer.Argument(metavar="QUARTER", help="the closed quarter to begin from, such as 2026Q3")],
    locale: Annotated[str | None, typer.Option(help="language of the comments, en or zh; default the store's")] = None,
) -> None:
    """Write a draft sheet for the quarter after a closed one: what was decided to be kept or changed, without targets."""
    from okrlib.steps import write_next

    book = the_book(store, quarter, None)
    path = write_next(book, check_locale(locale or book.store.locale))
    typer.echo(str(path))
    typer.echo(f"nothing carries over by itself: set the targets, then: okr check {store} {book.quarter.next}")
