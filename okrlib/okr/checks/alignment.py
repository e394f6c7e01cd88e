"""Do the objectives of company, teams and people fit together? What contradicts, claims twice, serves nothing, is too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from okrlib.okr.cascade import Cascade, Node, Owned
from okrlib.okr.checks.company import check_sums
from okrlib.okr.checks.contradictions import check_contradictions
from okrlib.okr.checks.facts import Finding, MetricFacts, worst_first
from okrlib.okr.checks.tree import Tree
from okrlib.okr.labels import LABELS
from okrlib.okr.strategy import CompanyObjective
from okrlib.stores import Store
from okrlib.text import Text

OBJECTIVES_OF_ONE, KEY_RESULTS_OF_ONE = 3, 8  # more than these in one quarter nobody keeps in sight
SPANS = {"long": (3, 5), "mid": (1, 2)}  # years


def check_cascade(cascade: Cascade, metrics: Mapping[str, MetricFacts], stores: Mapping[str, Store]) -> list[Finding]:
    """Return what is to mend between the objectives of a cascade; `stores` are those of its sheets."""
    tree = Tree(cascade, metrics, stores)
    found = [*_horizons(tree), *_unserved(tree), *check_contradictions(tree), *check_sums(tree), *_overloaded(tree)]
    return worst_first(found)


def _horizons(tree: Tree) -> Iterator[Finding]:
    """Long and mid objectives last as long as their horizon says, and each mid or short one serves a longer one."""
    for node in tree.cascade.nodes:
        if isinstance(node.objective, CompanyObjective):
            yield from _span(tree, node, node.objective)
            yield from _orphan(tree, node, node.objective)


def _span(tree: Tree, node: Node, objective: CompanyObjective) -> Iterator[Finding]:
    since, until, label = tree.cascade.strategy.since, objective.until, LABELS[objective.horizon]
    if objective.horizon == "short" or since is None:
        return
    low, high = SPANS[objective.horizon]
    why = Text("a horizon says when to look whether one has arrived", "期限决定什么时候回头看有没有做到")
    if until is None:
        says = Text(f"It is {label.en}, but not said until when.", f"{label.zh}目标没有写明截止到什么时候。")
        remedy = Text(f"Add until: {_years_after(since, high)}.", f"请补充 until: {_years_after(since, high)}。")
    elif not _years_after(since, low) <= until <= _years_after(since, high):
        says = Text(
            f"It is {label.en}, but lasts from {since} to {until}.",
            f"{label.zh}目标的期限却是 {since} 至 {until}。",
        )
        remedy = Text("Correct the day, or the horizon.", "请修改截止日或周期。")
    else:
        return
    yield Finding("warning", f"{tree.place(node, objective.id)}/until", says, why, remedy)


def _orphan(tree: Tree, node: Node, objective: CompanyObjective) -> Iterator[Finding]:
    if objective.horizon != "long" and tree.cascade.parent(objective, None) is None:
        horizon = LABELS[objective.horizon]
        yield Finding(
            "warning",
            f"{tree.place(node, objective.id)}/parent",
            Text(f"It is {horizon.en} and serves no longer objective.", f"{horizon.zh}目标没有对应更长期的目标。"),
            Text("what serves nothing longer leads elsewhere", "不服务于长期目标，容易各走各的路"),
            Text("Name the longer objective it serves.", "请填写它所服务的更长期目标的编号。"),
        )


def _unserved(tree: Tree) -> Iterator[Finding]:
    """A company's objective that nobody serves this quarter is a wish; one store's packet cannot know of the others."""
    for node in tree.cascade.nodes:
        if node.store is None and not node.children and tree.asked(node):
            yield Finding(
                "warning",
                tree.place(node, node.objective.id),
                Text("Nothing serves it this quarter.", "本季度没有任何目标服务于它。"),
                Text("what nobody works on moves by luck only", "没有人承接的目标只能靠运气"),
                Text(
                    f"Let an objective of the quarter name it as its parent: {node.objective.id}.",
                    f"请让本季度的某个目标以它为上级（parent: {node.objective.id}）。",
                ),
            )


def _overloaded(tree: Tree) -> Iterator[Finding]:
    """Somebody answers for more than anybody keeps in sight."""
    for owned in tree.cascade.owned:
        if len(owned.objectives) > OBJECTIVES_OF_ONE or len(owned.key_results) > KEY_RESULTS_OF_ONE:
            yield _too_much(owned)


def _too_much(owned: Owned) -> Finding:
    objectives, key_results = len(owned.objectives), len(owned.key_results)
    return Finding(
        "warning",
        owned.name,
        Text(
            f"{owned.name} answers for {objectives} objectives and {key_results} key results this quarter.",
            f"{owned.name}本季度负责 {objectives} 个目标、{key_results} 条关键结果。",
        ),
        Text(
            f"more than {OBJECTIVES_OF_ONE} objectives or {KEY_RESULTS_OF_ONE} key results nobody keeps in sight",
            f"超过 {OBJECTIVES_OF_ONE} 个目标或 {KEY_RESULTS_OF_ONE} 条关键结果，一个人顾不过来",
        ),
        Text("Give some to others, or drop what matters least.", "请分给其他人，或放弃最不重要的。"),
    )


def _years_after(since: date, years: int) -> date:
    """Return the last day of so many years: from 1 January 2026 two years last until 31 December 2027."""
    year = since.year + years
    anniversary = since.replace(year=year) if (since.month, since.day) != (2, 29) else date(year, 3, 1)
    return date.fromordinal(anniversary.toordinal() - 1)
