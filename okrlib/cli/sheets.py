"""Commands about sheets: check, lock, change, check in, tasks, decisions, minutes, ideas, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from okrlib.cli.app import DONE, WRONG, AsOf, By, QuarterName, StoreName, app, now, the_book, the_sheets_book, who
from okrlib.errors import ParameterError, SheetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from okrlib.okr import Decision, Idea

    N = TypeVar("N", Decision, Idea)


@app.command()
def check(store: StoreName, quarter: QuarterName, as_of: AsOf = None, locale: str = "en") -> None:
    """Check a sheet: what is wrong, why it matters, how to mend it."""
    from okrlib.okr import LABELS, require_unchanged

    book = the_sheets_book(store, quarter, as_of, locale)
    if book.sheet is None:
        raise SheetError(
            f"{book.workbook.sheet_path(store, book.quarter)}: no such file; README shows how to begin one"
        )
    for finding in book.findings:
        level = book.say(LABELS[finding.level])
        typer.echo(
            f"[{level}] {finding.where}: {book.say(finding.says)} ({book.say(finding.why)}) → {book.say(finding.remedy)}"
        )
    errors = sum(finding.level == "error" for finding in book.findings)
    typer.echo(f"{store} {quarter}: {len(book.findings)} findings, {errors} that must be mended")
    require_unchanged(book.sheet, book.whole_journal)
    raise typer.Exit(WRONG if errors else DONE)


@app.command()
def lock(store: StoreName, quarter: QuarterName, as_of: AsOf = None, by: By = None) -> None:
    """Make a draft sheet binding: baselines are computed from the data and frozen."""
    from okrlib.steps import lock_sheet

    event = lock_sheet(the_sheets_book(store, quarter, as_of), at=now(), by=who(by))
    for name, start in event.baselines.items():
        typer.echo(f"{name}: baseline {start.value} ({start.rule}{f', {start.period}' if start.period else ''})")
    typer.echo(f"{store} {quarter}: locked")


@app.command()
def change(
    store: StoreName, quarter: QuarterName, reason: Annotated[str, typer.Option()], as_of: AsOf = None, by: By = None
) -> None:
    """Record how a locked sheet was changed, and why."""
    from okrlib.steps import change_sheet

    event = change_sheet(the_sheets_book(store, quarter, as_of), reason, at=now(), by=who(by))
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
def task(
    store: StoreName,
    quarter: QuarterName,
    name: Annotated[str, typer.Argument(metavar="TASK")],
    status: Annotated[str | None, typer.Option(help="todo, doing, done or dropped")] = None,
    blocked_by: Annotated[str | None, typer.Option(help="who or what it waits for")] = None,
    blocker_kind: Annotated[
        str | None, typer.Option(help="resource, dependency, clarity, priority or external; default dependency")
    ] = None,
    unblocked: Annotated[bool, typer.Option("--unblocked", help="nothing blocks it any more")] = False,
    effort_days: Annotated[str | None, typer.Option(help="person-days it took so far")] = None,
    quality: Annotated[int | None, typer.Option(min=1, max=5, help="how good the work is, 1 to 5")] = None,
    note: Annotated[str | None, typer.Option()] = None,
    by: By = None,
) -> None:
    """Say how a task stands; what is not said stays as it was."""
    from okrlib.steps import update_task

    update_task(
        the_sheets_book(store, quarter, None), name, at=now(), by=who(by), status=status, blocked_by=blocked_by,
        blocker_kind=blocker_kind, unblocked=unblocked or None, effort_days=effort_days, quality=quality, note=note,
    )  # fmt: skip
    typer.echo(f"{store} {quarter}: {name} updated")


Says = Annotated[str | None, typer.Argument(metavar="[WORDS]", help="what it is; left out with --id")]
About = Annotated[str | None, typer.Option(metavar="ID", help="the objective or key result it is about")]
Again = Annotated[str | None, typer.Option("--id", metavar="ID", help="one that was made before: say how it went on")]


@app.command()
def decide(
    store: StoreName,
    quarter: QuarterName,
    says: Says = None,
    again: Again = None,
    about: About = None,
    owner: Annotated[str | None, typer.Option(help="who sees to it")] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    meeting: Annotated[str | None, typer.Option(help="where it was decided")] = None,
    status: Annotated[str | None, typer.Option(help="open, done or dropped")] = None,
    by: By = None,
) -> None:
    """Record a decision, with owner and day; or, by its --id, how it went on."""
    from okrlib.okr import Decision
    from okrlib.steps import decide as write

    words = {"about": about, "owner": owner, "due": due, "meeting": meeting, "status": status}
    _record(Decision, write, store, quarter, says, again, who(by), words)


@app.command()
def minutes(
    store: StoreName,
    quarter: QuarterName,
    says: Annotated[str, typer.Argument(metavar="WORDS", help="what was said, in words")],
    meeting: Annotated[str, typer.Option(help="which meeting it was, such as weekly or monthly")] = "weekly",
    present: Annotated[list[str] | None, typer.Option(help="who was there; once for each")] = None,
    by: By = None,
) -> None:
    """Keep the minutes of a meeting; what was decided is recorded with: okr decide --meeting."""
    from okrlib.steps import keep_minutes

    keep_minutes(the_book(store, quarter, None), says, meeting, at=now(), by=who(by), present=present or ())
    typer.echo(f"{store} {quarter}: minutes of the {meeting} meeting kept")


@app.command()
def idea(
    store: StoreName,
    quarter: QuarterName,
    says: Says = None,
    again: Again = None,
    author: Annotated[str | None, typer.Option(help="who had it; default who records it")] = None,
    about: About = None,
    status: Annotated[str | None, typer.Option(help="proposed, taken_up, declined or done")] = None,
    judgement: Annotated[str | None, typer.Option(help="why it was taken up, or not")] = None,
    by: By = None,
) -> None:
    """Record an idea, with credit; or, by its --id, how it was judged."""
    from okrlib.okr import Idea
    from okrlib.steps import propose

    author = author or (None if again else who(by))
    words = {"author": author, "about": about, "status": status, "judgement": judgement}
    _record(Idea, propose, store, quarter, says, again, who(by), words)


def _record(
    kind: type[N],
    write: Callable[..., N],
    store: str,
    quarter: str,
    says: str | None,
    again: str | None,
    by: str,
    words: dict[str, Any],
) -> None:
    """Journal a new decision or idea, or what became of an old one, and say its id."""
    from okrlib.steps import follow_up

    if not (says or again):
        raise ParameterError("nothing to record; say it in words, or name an earlier one with --id")
    book = the_book(store, quarter, None)
    written = {"at": now(), "by": by, **words}
    event = follow_up(book, kind, again, says=says, **written) if again else write(book, says, **written)
    typer.echo(f"{store} {quarter}: {event.id} {event.status}: {event.says}")


@app.command()
def close(
    store: StoreName,
    quarter: QuarterName,
    as_of: AsOf = None,
    by: By = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="though the data end before the quarter does; the journal says so")
    ] = False,
) -> None:
    """Close a quarter: results are scored and frozen."""
    from okrlib.okr.retrospect import asks_for_a_cause
    from okrlib.steps import close_sheet

    book = the_book(store, quarter, as_of)
    event = close_sheet(book, at=now(), by=who(by), anyway=anyway)
    for result in event.key_results:
        shown = "–" if result.score.value is None else f"{result.score.value:.1f}"
        typer.echo(f"{result.id}: {result.value} · score {shown} · {result.score.says(book.as_of).en}")
    typer.echo(f"{store} {quarter}: closed")
    for result in event.key_results:
        if asks_for_a_cause(result.score):
            typer.echo(f"{result.id}: a cause is needed: okr cause {store} {quarter} {result.id} CAUSE --says …")
    if final := max((one.score.final_on for one in event.key_results if one.score.final_on), default=None):
        typer.echo(f"interim until {final}: close once more from that day on")
    if event.data_to:
        typer.echo(f"scored on data to {event.data_to}: close once more when later exports are read")
