"""Do the targets fit together? Equations between metrics, inside an objective and between it and the one above."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from okrlib.okr.checks.facts import Case, Finding, Identity, MetricFacts, amount, facts_of
from okrlib.okr.checks.words import money_named
from okrlib.okr.model import KeyResult, Objective
from okrlib.text import Text

# In the data this holds of the revenue from products, to the cent; targets are set before anybody knows the shipping.
IN_TARGETS = Identity("revenue", ("units", "price_per_unit"), "product")
TOLERANCE = Decimal("0.005")  # rounding of the drivers is no contradiction
_SIGNS = {"product": " × ", "sum": " + ", "difference": " − "}
_WHY = Text(
    "drivers and result are tied by arithmetic: reaching every driver must reach the result",
    "分项与总目标之间是算术关系：分项全部达成，总目标也必须随之达成",
)
_NOTHING = Text("Nothing to do.", "无需修改。")


@dataclass(frozen=True, slots=True)
class Term:
    """One number of an equation."""

    label: Text
    value: Decimal
    unit: str

    @property
    def shown(self) -> Text:
        """The value as a reader expects it."""
        return amount(self.value, self.unit)

    def becoming(self, value: Decimal) -> Text:
        """Say what it would have to be."""
        to = amount(value, self.unit)
        return Text(f"{self.label.en} {to.en}", f"{self.label.zh}做到 {to.zh}")


def term(facts: MetricFacts, value: Decimal) -> Term:
    """Return a metric's value as a term, named as inside a sentence; 2.35 % counts as a factor of 0.0235."""
    label = Text(_lower(facts.label.en), facts.label.zh)
    return Term(label, value / 100, "share") if facts.unit == "%" else Term(label, value, facts.unit)


def implied(op: str, parts: list[Decimal]) -> Decimal:
    """Return the whole that the parts make: their product, their sum, or the first less the others."""
    if op == "product":
        return math.prod(parts, start=Decimal(1))
    return sum(parts, Decimal(0)) if op == "sum" else parts[0] - sum(parts[1:], Decimal(0))


def needed(op: str, parts: list[Decimal], position: int, whole: Decimal) -> Decimal | None:
    """Return what one part would have to be, the others as they are, for the parts to make `whole`."""
    if op != "product":
        change = whole - implied(op, parts)
        return parts[position] + (change if op == "sum" or position == 0 else -change)
    others = math.prod(parts[:position] + parts[position + 1 :], start=Decimal(1))
    return whole / others if others else None


def identities_of(facts: MetricFacts) -> tuple[Identity, ...]:
    """Return the equations that make a metric of others, in targets."""
    return (*facts.identities, IN_TARGETS) if facts.name == IN_TARGETS.whole else facts.identities


def check_identities(case: Case) -> Iterator[Finding]:
    """Compare the targets of each objective, and of the one above it, with the equations between their metrics."""
    identities = dict.fromkeys(one for facts in case.metrics.values() for one in identities_of(facts))
    for objective in case.sheet.objectives:
        seen: set[str] = set()
        for identity in identities:
            if identity.whole not in seen and (finding := _check(case, objective, identity)):
                seen |= {identity.whole} if finding.level == "warning" else set()
                yield finding
        yield from _check_segments(case, objective)


def _check(case: Case, objective: Objective, identity: Identity) -> Finding | None:
    own = terms(objective, case.metrics)
    family = [terms(child, case.metrics) for child in case.sheet.children(objective.id)]
    reach = ChainMap(own, *family)
    parts = [reach[name] for name in identity.parts if name in reach]
    if len(parts) < len(identity.parts):
        return None
    whole = own.get(identity.whole) or _whole_named(case, objective, identity.whole)
    return None if whole is None else compare(objective.id, identity.op, whole, parts)


def _whole_named(case: Case, objective: Objective, name: str) -> Term | None:
    """Return the whole from an amount that the objective's own title names."""
    facts, stated = case.metrics.get(name), money_named(objective.title)
    if facts is None or stated is None or facts.unit == "share":
        return None
    return term(facts, stated)


def terms(objective: Objective, metrics: Mapping[str, MetricFacts]) -> dict[str, Term]:
    """Return the targets for the whole store by metric; a filtered key result is a part and no term."""
    found: dict[str, Term] = {}
    for kr in objective.key_results:
        facts = facts_of(kr, metrics)
        if facts and kr.target is not None and not kr.where.items:
            found.setdefault(facts.name, term(facts, kr.target))
    return found


def compare(where: str, op: str, whole: Term, parts: list[Term]) -> Finding:
    """Say whether the parts make the whole: the implied value, what is missing, what each driver would have to be."""
    values = [part.value for part in parts]
    reached = Term(whole.label, implied(op, values), whole.unit)
    gap = Term(whole.label, abs(whole.value - reached.value), whole.unit)
    sums = _sum(op, parts)
    if gap.value <= TOLERANCE * abs(whole.value):
        said = f"{sums.en} = {reached.shown.en}", f"{sums.zh} = {reached.shown.zh}"
        return Finding("note", where, Text(f"{said[0]}: consistent.", f"{said[1]}，前后一致。"), _WHY, _NOTHING)
    if reached.value > whole.value:
        return Finding("note", where, _exceeds(sums, whole, reached, gap), _WHY, _lift(whole, reached))
    return Finding("warning", where, _misses(sums, whole, reached, gap), _WHY, _mend(op, whole, parts, reached))


def _sum(op: str, parts: list[Term]) -> Text:
    sign = _SIGNS[op]
    return Text(
        sign.join(f"{part.shown.en} ({part.label.en})" for part in parts),
        sign.join(f"{part.label.zh} {part.shown.zh}" for part in parts),
    )


def _misses(sums: Text, whole: Term, reached: Term, gap: Term) -> Text:
    return Text(
        f"{sums.en} reaches {reached.shown.en} only: "
        f"{gap.shown.en} of the {whole.shown.en} {whole.label.en} are missing.",
        f"{sums.zh} 只能做到 {reached.shown.zh}，离{whole.label.zh}目标 {whole.shown.zh} 还差 {gap.shown.zh}。",
    )


def _exceeds(sums: Text, whole: Term, reached: Term, gap: Term) -> Text:
    return Text(
        f"{sums.en} makes {reached.shown.en}, {gap.shown.en} more than the {whole.shown.en} {whole.label.en} aimed at.",
        f"{sums.zh} 合计可做到 {reached.shown.zh}，比{whole.label.zh}目标 {whole.shown.zh} 多 {gap.shown.zh}。",
    )


def _lift(whole: Term, reached: Term) -> Text:
    return Text(
        f"Raise the target to {reached.shown.en}, or give the drivers room.",
        f"可把{whole.label.zh}目标提到 {reached.shown.zh}，或适当放宽分项目标。",
    )


def _mend(op: str, whole: Term, parts: list[Term], reached: Term) -> Text:
    values = [part.value for part in parts]
    wanted = [(part, needed(op, values, position, whole.value)) for position, part in enumerate(parts)]
    ways = [part.becoming(value) for part, value in wanted if value is not None and value >= 0]
    return Text(
        f"Make {' or '.join(way.en for way in ways)}, or lower the target to {reached.shown.en}.",
        f"{'，或'.join(way.zh for way in ways)}；否则把{whole.label.zh}目标调整为 {reached.shown.zh}。",
    )


def _check_segments(case: Case, objective: Objective) -> Iterator[Finding]:
    """Parts of one metric (its channels, categories or regions) must not promise more than its whole."""
    family = (objective, *case.sheet.children(objective.id))
    whole = {
        kr.metric: kr for kr in objective.key_results if kr.metric and kr.target is not None and not kr.where.items
    }
    for metric, kr in whole.items():
        facts = case.metrics.get(metric)
        if facts is None or facts.kind != "sum":
            continue
        for dimension in ("channel", "category", "region"):
            parts = [part for one in family for part in one.key_results if _is_part(part, metric, dimension)]
            if parts:
                yield from _segments(kr, facts, parts)


def _is_part(kr: KeyResult, metric: str, dimension: str) -> bool:
    return kr.metric == metric and kr.target is not None and [name for name, _ in kr.where.items] == [dimension]


def _segments(whole: KeyResult, facts: MetricFacts, parts: list[KeyResult]) -> Iterator[Finding]:
    terms = [
        Term(Text(where, where), part.target or Decimal(0), facts.unit)
        for part in parts
        for _, where in part.where.items
    ]
    made = sum((term.value for term in terms), Decimal(0))
    aim, reached = term(facts, whole.target or Decimal(0)), term(facts, made)
    if len(terms) > 1 or made > aim.value:
        finding = compare(whole.id, "sum", aim, terms)
        if made < aim.value * (1 - TOLERANCE):
            rest = term(facts, aim.value - reached.value).shown
            remedy = Text(
                f"Name the parts that bring the other {rest.en}, or leave them to the rest of the store on purpose.",
                f"请写明其余 {rest.zh} 由哪些部分完成，或确认由店铺其他部分承担。",
            )
            finding = Finding("note", whole.id, finding.says, finding.why, remedy)
        elif finding.level == "note" and made > aim.value * (1 + TOLERANCE):
            finding = Finding("warning", whole.id, finding.says, finding.why, finding.remedy)
        yield finding


def _lower(label: str) -> str:
    """Return a label as it stands inside a sentence: ``Units sold`` becomes ``units sold``, ``GMV`` stays."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
