"""Commands about sheets: check, lock, change, check in, close."""

from __future__ import annotations

from typing import Annotated

import typer

from okrlib.cli.app import DONE, WRONG, AsOf, By, QuarterName, StoreName, app, now, the_book, who
from okrlib.errors import SheetError


@app.command()
def check(store: StoreName, quarter: QuarterName, as_of: AsOf = None, locale: str = "en") -> None:
    """Check a sheet: what is wrong, why it matters, how to mend it."""
    from okrlib.okr import LABELS, require_unchanged

    book = the_book(store, quarter, as_of, locale)
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

    event = lock_sheet(the_book(store, quarter, as_of), at=now(), by=who(by))
    for name, start in event.baselines.items():
        typer.echo(f"{name}: baseline {start.value} ({start.rule}{f', {start.period}' if start.period else ''})")
    typer.echo(f"{store} {quarter}: locked")


@app.command()
def change(
    store: StoreName, quarter: QuarterName, reason: Annotated[str, typer.Option()], as_of: AsOf = None, by: By = None
) -> None:
    """Record how a locked sheet was changed, and why."""
    from okrlib.steps import change_sheet

    event = change_sheet(the_book(store, quarter, as_of), reason, at=now(), by=who(by))
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
        the_book(store, quarter, None), key_result, at=now(), by=who(by), confidence=confidence, narrative=narrative,
        value=value, blocker=blocker, blocker_kind=blocker_kind, next_action=next_action, next_due=next_due,
    )  # fmt: skip
    typer.echo(f"{store} {quarter}: {key_result} checked in")


@app.command()
def close(store: StoreName, quarter: QuarterName, as_of: AsOf = None, by: By = None) -> None:
    """Close a quarter: results are scored and frozen."""
    from okrlib.steps import close_sheet

    event = close_sheet(the_book(store, quarter, as_of), at=now(), by=who(by))
    for result in event.key_results:
        shown = "–" if result.score.value is None else str(result.score.value)
        typer.echo(f"{result.id}: {result.value} · score {shown} · {result.score.says.en}")
    typer.echo(f"{store} {quarter}: closed")
