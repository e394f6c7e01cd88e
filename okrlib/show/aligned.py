"""What serves what: the objectives of the company, its teams and people as one tree, with how each stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE, metric_facts
from okrlib.book import Book
from okrlib.okr import LABELS, KeyResult
from okrlib.okr.cascade import Cascade, Node
from okrlib.okr.checks import check_cascade
from okrlib.okr.portfolio import company_progress
from okrlib.okr.states import ObjectiveState
from okrlib.okr.status import weakest
from okrlib.okr.strategy import CompanyObjective
from okrlib.show.branches import Branch, Branches
from okrlib.show.goals import NO_SHEET, findings_table
from okrlib.show.prose import Notice
from okrlib.show.stack import Stack
from okrlib.show.table import Bar, Status
from okrlib.show.wording import objective_pill, pill
from okrlib.text import Text, day, money, number, percent

_TREE = Text("What serves what", "目标对齐图")
_FOLD = Text("{n} objectives below", "下级目标 {n} 个")
_SERVES_NOTHING = Text("serves nothing above it", "没有上级目标")
_NOBODY = Text("nothing serves it", "无人承接")
_NOTE = Text(
    "Each objective hangs below the one it serves: company, team, person. Progress and status are those of its own key results; an "
    "objective without any takes them from what serves it, its status from the weakest.",
    "每个目标挂在它所服务的目标之下：公司、团队、个人。进度与状态来自目标自己的关键结果；没有关键结果的，由下级目标汇总，状态取最弱的一项。",
)


def alignment(book: Book) -> Branches | Notice:
    """The objectives of the company that this store is asked to serve, and the store's own below them."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    return _tree(book, book.cascade, {book.store.store: book})


def company_alignment(book: Book, books: Mapping[str, Book]) -> Stack:
    """The whole tree over all stores of the quarter, and what is to mend in it."""
    sheets = {name: one.intended for name, one in books.items() if one.intended}
    cascade = Cascade(book.cascade.strategy, book.quarter, sheets, whole=True)
    found = check_cascade(cascade, metric_facts(), {name: one.store for name, one in books.items()})
    return Stack([_tree(book, cascade, books), *([findings_table(book, found)] if found else [])])


def _tree(book: Book, cascade: Cascade, books: Mapping[str, Book]) -> Branches:
    roots = [_branch(book, cascade, books, node, top=True) for node in cascade.roots]
    return Branches(roots, book.say(_TREE), book.say(_FOLD), book.say(_NOTE))


def _branch(book: Book, cascade: Cascade, books: Mapping[str, Book], node: Node, *, top: bool = False) -> Branch:
    objective, owner = node.objective, books.get(node.store or "")
    state = owner.scorecard.objective(objective.id) if owner and owner.scorecard else None
    facts = [
        book.say(LABELS[objective.level]),
        *([owner.store.name(book.locale)] if owner and cascade.whole else []),
        *_time(book, node),
        *([objective.owner] if objective.owner else []),
    ]
    bar, status = _standing(book, state) if state else _company_standing(book, cascade, books, node)
    if top and objective.horizon != "long":
        status = Status(book.say(_SERVES_NOTHING), "warn")
    return Branch(
        f"{objective.id} {objective.title}", facts, bar, status,
        strong=node.store is None, below=[_branch(book, cascade, books, child) for child in node.children],
    )  # fmt: skip


def _time(book: Book, node: Node) -> list[str]:
    objective = node.objective
    until = objective.until if isinstance(objective, CompanyObjective) else None
    if until:
        return [
            book.say(LABELS[objective.horizon]),
            book.say(Text("until {day}", "截至 {day}"), day=day(until, book.locale)),
        ]
    if isinstance(objective, CompanyObjective) and objective.quarter:
        return [str(objective.quarter), *(_aim(book, kr) for kr in objective.key_results)]
    return [book.say(LABELS[objective.horizon])] if objective.horizon != "short" else []


def _aim(book: Book, kr: KeyResult) -> str:
    """Name what the company aims at, in its own currency."""
    metric, currency = CATALOGUE.get(kr.metric or ""), book.cascade.strategy.currency
    label = book.say(metric.label) if metric else kr.title or kr.id
    if kr.target is None or metric is None:
        return label
    if metric.unit == "money" and currency:
        return f"{label} {money(kr.target, currency, book.locale)}"
    shown = percent(kr.target, book.locale, 1) if metric.unit == "share" else number(kr.target, book.locale)
    return f"{label} {shown}"


def _standing(book: Book, state: ObjectiveState) -> tuple[Bar, Status]:
    progress, status = None if state.progress is None else float(state.progress), objective_pill(book, state)
    return Bar(progress, percent(state.progress, book.locale), status.level), status


def _company_standing(
    book: Book, cascade: Cascade, books: Mapping[str, Book], node: Node
) -> tuple[Bar | None, Status | None]:
    """How a company's objective stands: what the stores have brought together, the weakest of what serves it."""
    below = [
        card.objective(one.objective.id).status
        for _, one in node.walk()
        if one.store and (card := books[one.store].scorecard) and one.objective.horizon == "short"
    ]
    if not cascade.whole:
        return None, None
    if not below:
        return None, Status(book.say(_NOBODY), "warn")
    status = weakest(below)
    progress = _brought(cascade, books, node.objective) if isinstance(node.objective, CompanyObjective) else None
    bar = None if progress is None else Bar(float(progress), percent(progress, book.locale), status.colour)
    if node.objective.horizon == "short":
        return bar, pill(book, status)
    so_far = Text("this quarter: {status}", "本季度：{status}")  # it lasts for longer than what serves it now
    return bar, Status(book.say(so_far, status=book.say(status.label)), status.colour)


def _brought(cascade: Cascade, books: Mapping[str, Book], objective: CompanyObjective) -> Decimal | None:
    return company_progress(
        cascade.strategy,
        objective,
        {
            kr.id: {name: _value(one, kr) for name, one in books.items() if objective.concerns(name)}
            for kr in objective.key_results
        },
        {name: one.store.currency for name, one in books.items()},
    )


def _value(book: Book, kr: KeyResult) -> Decimal | None:
    metric = CATALOGUE.get(kr.metric or "")
    return book.facts(metric.name)[0].value if metric and metric.adds_up and not kr.where.items else None
