"""What contradicts: one raises what another lowers, a task works against a key result, two count the same number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from okrlib.okr.cascade import Node
from okrlib.okr.checks.facts import Finding, MetricFacts, amount, facts_of
from okrlib.okr.checks.tree import Tree
from okrlib.okr.model import KeyResult
from okrlib.okr.strategy import CompanyObjective
from okrlib.text import Text

_FREE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a key result asks of one number: to end between two bounds, both included."""

    node: Node
    kr: KeyResult
    facts: MetricFacts
    low: Decimal
    high: Decimal

    @property
    def way(self) -> int:
        """1 where it asks for more, -1 where for less, 0 where for neither."""
        return (self.high == _FREE) - (self.low == -_FREE)


def check_contradictions(tree: Tree) -> Iterator[Finding]:
    """Check every key result against every other that asks something of the same number, and against the tasks."""
    claims = list(_claims(tree))
    yield from _contradictions(tree, claims)
    yield from _counter_effects(tree, claims)
    yield from _claimed_twice(tree, claims)


def _claims(tree: Tree) -> list[_Claim]:
    """Return what every key result asks of a number of the catalogue or of one typed in."""
    found = []
    for node in tree.cascade.nodes:
        for kr in node.objective.key_results:
            facts, bounds = facts_of(kr, tree.metrics), _bounds(kr, facts_of(kr, tree.metrics))
            if facts and bounds:
                found.append(_Claim(node, kr, facts, *bounds))
    return found


def _contradictions(tree: Tree, claims: list[_Claim]) -> Iterator[Finding]:
    """Two key results ask the same number to be in two places at once, or a store lowers what the company raises."""
    same: dict[object, list[_Claim]] = {}
    for claim in claims:
        same.setdefault((claim.facts.name, claim.kr.where.items), []).append(claim)
    for group in same.values():
        yield from (_contradiction(tree, *pair) for pair in combinations(group, 2) if _contradict(*pair))


def _contradiction(tree: Tree, one: _Claim, other: _Claim) -> Finding:
    a, b = tree.place(one.node, one.kr.id), tree.place(other.node, other.kr.id)
    first, second = _asks(one), _asks(other)
    return Finding(
        "warning",
        b,
        Text(
            f"{a} wants {one.facts.label.en} {first.en}, {b} wants it {second.en}: one raises what the other lowers.",
            f"{a} 要求{one.facts.label.zh}{first.zh}，{b} 要求{second.zh}：一个往上提，一个往下压。",
        ),
        Text("both cannot come true, so one team works against the other", "两者不可能同时达成，团队会互相抵消"),
        Text("Agree on one direction, or count each on its own part.", "请统一方向，或分别限定统计范围。"),
    )


def _counter_effects(tree: Tree, claims: list[_Claim]) -> Iterator[Finding]:
    """A task is expected to move a number away from where a key result wants it."""
    for node in tree.cascade.nodes:
        for task in node.objective.tasks:
            effect = task.expected_effect
            for claim in claims if effect and task.status != "dropped" else ():
                about = effect is not None and claim.facts.name == effect.metric and not claim.kr.where.items
                if effect and about and claim.node.store == node.store and claim.way * effect.change < 0:
                    yield _counter_effect(tree, node, task.id, claim)


def _counter_effect(tree: Tree, node: Node, task: str, claim: _Claim) -> Finding:
    place, wanted = tree.place(claim.node, claim.kr.id), _asks(claim)
    label = claim.facts.label
    return Finding(
        "warning",
        tree.place(node, task),
        Text(
            f"The task is expected to move {label.en} away from {place}, which wants it {wanted.en}.",
            f"预期这项任务会让{label.zh}背离 {place} 的要求（{wanted.zh}）。",
        ),
        Text("one result is paid for with another", "一个结果是拿另一个结果换来的"),
        Text("Change the task, or lower what is asked of the other.", "请调整任务，或相应下调另一项要求。"),
    )


def _claimed_twice(tree: Tree, claims: list[_Claim]) -> Iterator[Finding]:
    """Two of the company's objectives count the same number; inside a sheet, `checks.sets` says so."""
    first: dict[object, _Claim] = {}
    for claim in claims:
        objective = claim.node.objective
        if claim.node.store is None and isinstance(objective, CompanyObjective):
            key = (claim.kr.measures, objective.quarter, objective.until)
            earlier = first.setdefault(key, claim)
            if earlier is not claim:
                yield Finding(
                    "warning",
                    tree.place(claim.node, claim.kr.id),
                    Text(f"It measures the same as {earlier.kr.id}.", f"与 {earlier.kr.id} 衡量的是同一个指标。"),
                    Text("one number would count for two objectives", "同一个数会被两个目标重复计算"),
                    Text("Leave it to one of them.", "请只保留在一个目标下。"),
                )


def _contradict(one: _Claim, other: _Claim) -> bool:
    if one.node.store == other.node.store:
        return one.low > other.high or other.low > one.high
    return None in {one.node.store, other.node.store} and one.way * other.way < 0


def _bounds(kr: KeyResult, facts: MetricFacts | None) -> tuple[Decimal, Decimal] | None:
    if kr.kind == "between" and kr.band:
        return kr.band
    if kr.target is None or kr.kind in {"milestones", "yes_no"}:
        return None
    baseline = kr.baseline if isinstance(kr.baseline, Decimal) else None
    way = kr.direction(baseline)
    if kr.kind == "reach" and baseline is None and facts and facts.direction != "none":
        way = 1 if facts.direction == "up" else -1
    return (kr.target, _FREE) if way > 0 else (-_FREE, kr.target)


def _asks(claim: _Claim) -> Text:
    low = amount(claim.low, claim.facts.unit) if claim.low != -_FREE else None
    high = amount(claim.high, claim.facts.unit) if claim.high != _FREE else None
    if low and high:
        return Text(f"between {low.en} and {high.en}", f"在 {low.zh} 至 {high.zh} 之间")
    if low:
        return Text(f"at {low.en} or more", f"不低于 {low.zh}")
    return Text(f"at {high.en} or less", f"不高于 {high.zh}") if high else Text("anywhere", "不限")
