"""Company and stores: what the sheets set themselves together, against what the company aims at in the quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from okrlib.okr.cascade import Node
from okrlib.okr.checks.facts import Finding, MetricFacts
from okrlib.okr.checks.identities import Term, compare, identities_of, implied, terms
from okrlib.okr.checks.tree import Tree
from okrlib.okr.strategy import CompanyObjective
from okrlib.text import Text


def check_sums(tree: Tree) -> Iterator[Finding]:
    """Hold what the stores set themselves together against what the company aims at in the quarter."""
    for node in tree.cascade.nodes:
        objective = node.objective
        if not isinstance(objective, CompanyObjective) or objective.quarter is None:
            continue
        for name, whole in terms(objective, tree.metrics).items():
            facts = tree.metrics.get(name)
            if facts and facts.kind == "sum" and (finding := _sum(tree, node, facts, whole)):
                yield finding


def _sum(tree: Tree, node: Node, facts: MetricFacts, whole: Term) -> Finding | None:
    asked = tree.asked(node)
    given = {store: _given(tree, node, store, facts) for store in asked}
    parts = [part for part in given.values() if part]
    if not parts:
        return None
    finding = compare(tree.place(node, node.objective.id), "sum", whole, parts)
    silent = [tree.stores[store].title.text for store, part in given.items() if part is None]
    if silent and finding.level == "warning":
        finding = replace(finding, says=_with_silent(finding.says, silent, facts))
    return replace(finding, says=_with_rates(tree, finding.says, facts, [s for s in asked if given[s]]))


def _given(tree: Tree, node: Node, store: str, facts: MetricFacts) -> Term | None:
    """Return what a store's objectives below `node` bring: their target for it, else what its factors make."""
    below: dict[str, Term] = {}
    for _, one in node.walk():
        if one.store == store:
            below = terms(one.objective, tree.metrics) | below
    value = below[facts.name].value if facts.name in below else _made(below, facts)
    rate = tree.cascade.strategy.rate(tree.stores[store].currency) if facts.unit == "money" else Decimal(1)
    return None if value is None or rate is None else Term(tree.stores[store].title.text, value * rate, facts.unit)


def _with_rates(tree: Tree, says: Text, facts: MetricFacts, stores: list[str]) -> Text:
    strategy = tree.cascade.strategy
    foreign = dict.fromkeys(
        tree.stores[store].currency for store in stores if tree.stores[store].currency != strategy.currency
    )
    if facts.unit != "money" or not foreign:
        return says
    rates = ", ".join(f"1 {code} = {strategy.rates[code].normalize():f} {strategy.currency}" for code in foreign)
    return Text(f"{says.en} Planned at {rates}.", f"{says.zh}按计划汇率 {rates} 折算。")


def _made(below: Mapping[str, Term], facts: MetricFacts) -> Decimal | None:
    """Return what the factors of a metric make, where all of them are there."""
    for identity in identities_of(facts):
        if all(part in below for part in identity.parts):
            return implied(identity.op, [below[part].value for part in identity.parts])
    return None


def _with_silent(says: Text, silent: list[Text], facts: MetricFacts) -> Text:
    label = facts.label
    return Text(
        f"{says.en} {', '.join(name.en for name in silent)} sets no target for {label.en}.",
        f"{says.zh}{'、'.join(name.zh for name in silent)}没有为{label.zh}设定目标。",
    )
