"""Commands for few eyes: feedback, the sheet for a one-to-one, and the evaluation of a term."""

from __future__ import annotations

from typing import Annotated

import typer

from okrlib.cli.app import AsOf, By, QuarterName, StoreName, app, busy, now, the_book, the_workbook, who
from okrlib.errors import ParameterError, SheetError
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook
from okrlib.text import Text, check_locale

_TITLE = Text("One-to-one", "一对一面谈")


@app.command()
def feedback(
    store: StoreName,
    quarter: QuarterName,
    to: Annotated[str, typer.Argument(metavar="PERSON", help="whom it is for")],
    says: Annotated[str, typer.Argument(metavar="WORDS")],
    about: Annotated[str | None, typer.Option(metavar="ID", help="the objective, key result or task")] = None,
    by: By = None,
) -> None:
    """Tell somebody what you think of their work, or what you need of them; it shows in one-to-ones only."""
    from okrlib.steps import give_feedback

    give_feedback(the_book(store, quarter, None), to, says, at=now(), by=who(by), about=about)
    typer.echo(f"{store} {quarter}: feedback to {to} recorded")


@app.command("one-to-one")
def one_to_one(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="as the sheets name them")],
    quarter: QuarterName,
    as_of: AsOf = None,
    locale: Annotated[str | None, typer.Option(help="en or zh; default that of the person's first store")] = None,
) -> None:
    """Write the sheet for a talk with somebody into the private folder, over all stores they work for."""
    from okrlib.run.private import Chapter, render_private, write_private
    from okrlib.show.one_to_one import one_to_one as parts_of

    workbook, name = the_workbook(), Quarter.parse(quarter)
    stores = _stores_of(workbook, name, person)
    language = check_locale(locale or workbook.store(stores[0]).locale)
    with busy(f"writing the sheet of {person} …"):
        books = [the_book(store, quarter, as_of, language) for store in stores]
        chapters = [Chapter(book.store.name(language), book.as_of, parts_of(book, person)) for book in books]
        page = render_private(_TITLE.in_(language), person, str(name), chapters, language)
    typer.echo(str(write_private(workbook.home, str(name), f"{person}.{language}", page)))


@app.command()
def evaluate(
    term: Annotated[str, typer.Argument(metavar="TERM", help="a quarter, half-year or year: 2026Q3, 2026H2, 2026")],
    person: Annotated[str | None, typer.Option(help="only this person; default everybody")] = None,
    as_of: AsOf = None,
    locale: Annotated[str | None, typer.Option(help="en or zh; default that of the first store")] = None,
) -> None:
    """Weigh closed quarters by the team's rule (params/evaluation.yaml) and propose; into the private folder only."""
    from okrlib.okr.evaluation import Term, closed_quarters, evaluate, everybody
    from okrlib.run.private import Chapter, render_private, write_private
    from okrlib.show.appraisal import EVERYBODY, PRIVATE, TITLE, over_all, parts_of, rule_of

    workbook, asked = the_workbook(), Term.parse(term)
    found = closed_quarters(workbook, asked, parse_day(as_of, "as-of") if as_of else now().date())
    if not found.closed:
        raise SheetError(
            f"{term}: no quarter of it is closed yet; close one first: okr close STORE QUARTER",
            f"{term}：还没有已结束的季度，请先结束季度（复盘表单，或 okr close 店铺 季度）",
        )
    people = everybody(found)
    if person is not None and person not in people:
        raise ParameterError(
            f"person {person!r}: in no closed sheet of {term}; expected one of {', '.join(sorted(people))}",
            f"{term} 已结束的目标表中没有 {person}，可选 {'、'.join(sorted(people))}",
        )
    rule, language = rule_of(workbook), check_locale(locale or workbook.store(found.closed[0].store).locale)
    marks = [evaluate(found, name, rule) for name in people if person in {None, name}]
    day = found.closed[0].card.as_of
    first = [] if person else [Chapter(TITLE.in_(language), day, over_all(found, marks, rule, language))]
    told = (Chapter(one.person, day, parts_of(found, one, rule, language, alone=bool(person))) for one in marks)
    chapters = [*first, *told]
    page = render_private(TITLE.in_(language), person or EVERYBODY.in_(language), term, chapters, language, PRIVATE)
    name = ".".join(filter(None, ("evaluation", person, language)))
    typer.echo(str(write_private(workbook.home, term, name, page)))


def _stores_of(workbook: Workbook, quarter: Quarter, person: str) -> list[str]:
    """Return the stores whose sheet of the quarter names a person, or whose team they are in; else ParameterError."""
    from okrlib.okr import read_sheet
    from okrlib.okr.people import people_of
    from okrlib.okr.team import read_resources

    resources = read_resources(workbook.params / "team.yaml")
    paths = {store: workbook.sheet_path(store, quarter) for store in workbook.stores()}
    people = {
        store: {*people_of(read_sheet(path)), *(one.name for team in resources.teams_of(store) for one in team.people)}
        for store, path in paths.items()
        if path.exists()
    }
    found = [store for store, named in people.items() if person in named]
    if not found:
        known = ", ".join(sorted(set().union(*people.values()))) or f"nobody yet, as there is no sheet of {quarter}"
        raise ParameterError(
            f"person {person!r}: in no sheet of {quarter}; expected one of {known}",
            f"{quarter} 的目标表中没有 {person}",
        )
    return found
