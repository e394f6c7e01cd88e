"""Do the objectives of company, teams and people fit together? What contradicts, claims twice, serves nothing, is too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from okrlib.okr.cascade import Cascade, Node, Owned
from okrlib.okr.checks.facts import Finding, MetricFacts, amount, facts_of
from okrlib.okr.checks.identities import Term, compare, identities_of, implied, terms
from okrlib.okr.labels import LABELS
from okrlib.okr.model import KeyResult
from okrlib.okr.strategy import CompanyObjective
from okrlib.text import Text

OBJECTIVES_OF_ONE, KEY_RESULTS_OF_ONE = 3, 8  # more than these in one quarter nobody keeps in sight
SPANS = {"long": (3, 5), "mid": (1, 2)}  # years
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


def check_cascade(
    cascade: Cascade, metrics: Mapping[str, MetricFacts], *, names: Mapping[str, Text], currencies: Mapping[str, str]
) -> list[Finding]:
    """Return what is to mend between the objectives of a cascade; `names` and `currencies` of the stores by store."""
    case = _Case(cascade, metrics, names, currencies)
    found = [
        *case.horizons(), *case.unserved(), *case.contradictions(), *case.claimed_twice(), *case.sums(), *case.overloaded()
    ]  # fmt: skip
    return sorted(found, key=lambda finding: ("error", "warning", "note").index(finding.level))


@dataclass(frozen=True, slots=True)
class _Case:
    cascade: Cascade
    metrics: Mapping[str, MetricFacts]
    names: Mapping[str, Text]
    currencies: Mapping[str, str]

    def place(self, node: Node, name: str) -> str:
        """Return where something stands: its id, and whose it is unless there is one sheet only."""
        if node.store is None:
            return f"strategy/{name}"
        return f"{node.store}/{name}" if self.cascade.whole else name

    def horizons(self) -> Iterator[Finding]:
        """Long and mid objectives last as long as their horizon says, and each mid or short one serves a longer one."""
        for node in self.cascade.nodes:
            if isinstance(node.objective, CompanyObjective):
                yield from self._span(node, node.objective)
                yield from self._orphan(node, node.objective)

    def _span(self, node: Node, objective: CompanyObjective) -> Iterator[Finding]:
        since, until, label = self.cascade.strategy.since, objective.until, LABELS[objective.horizon]
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
        yield Finding("warning", f"{self.place(node, objective.id)}/until", says, why, remedy)

    def _orphan(self, node: Node, objective: CompanyObjective) -> Iterator[Finding]:
        if objective.horizon != "long" and self.cascade.parent(objective, None) is None:
            horizon = LABELS[objective.horizon]
            yield Finding(
                "warning",
                f"{self.place(node, objective.id)}/parent",
                Text(f"It is {horizon.en} and serves no longer objective.", f"{horizon.zh}目标没有对应更长期的目标。"),
                Text("what serves nothing longer leads elsewhere", "不服务于长期目标，容易各走各的路"),
                Text("Name the longer objective it serves.", "请填写它所服务的更长期目标的编号。"),
            )

    def unserved(self) -> Iterator[Finding]:
        """A company's objective that nobody serves this quarter is a wish; one store's packet cannot know of the others."""
        for node in self.cascade.nodes:
            asked = _asked(self.cascade, node)
            if node.store is None and not node.children and asked:
                yield Finding(
                    "warning",
                    self.place(node, node.objective.id),
                    Text("Nothing serves it this quarter.", "本季度没有任何目标服务于它。"),
                    Text("what nobody works on moves by luck only", "没有人承接的目标只能靠运气"),
                    Text(
                        f"Let an objective of the quarter name it as its parent: {node.objective.id}.",
                        f"请让本季度的某个目标以它为上级（parent: {node.objective.id}）。",
                    ),
                )

    def claims(self) -> list[_Claim]:
        """Return what every key result asks of a number of the catalogue or of one typed in."""
        found = []
        for node in self.cascade.nodes:
            for kr in node.objective.key_results:
                facts, bounds = facts_of(kr, self.metrics), _bounds(kr, facts_of(kr, self.metrics))
                if facts and bounds:
                    found.append(_Claim(node, kr, facts, *bounds))
        return found

    def contradictions(self) -> Iterator[Finding]:
        """Two key results ask the same number to be in two places at once, or a store lowers what the company raises."""
        for one, other in combinations(self.claims(), 2):
            if (one.facts.name, one.kr.where) == (other.facts.name, other.kr.where) and _contradict(one, other):
                yield self._contradiction(one, other)
        yield from self._counter_effects()

    def _contradiction(self, one: _Claim, other: _Claim) -> Finding:
        a, b = self.place(one.node, one.kr.id), self.place(other.node, other.kr.id)
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

    def _counter_effects(self) -> Iterator[Finding]:
        """A task is expected to move a number away from where a key result wants it."""
        for node in self.cascade.nodes:
            for task in node.objective.tasks:
                effect = task.expected_effect
                for claim in self.claims() if effect and task.status != "dropped" else ():
                    about = effect is not None and claim.facts.name == effect.metric and not claim.kr.where.items
                    if effect and about and claim.node.store == node.store and claim.way * effect.change < 0:
                        yield self._counter_effect(node, task.id, claim)

    def _counter_effect(self, node: Node, task: str, claim: _Claim) -> Finding:
        place, wanted = self.place(claim.node, claim.kr.id), _asks(claim)
        label = claim.facts.label
        return Finding(
            "warning",
            self.place(node, task),
            Text(
                f"The task is expected to move {label.en} away from {place}, which wants it {wanted.en}.",
                f"预期这项任务会让{label.zh}背离 {place} 的要求（{wanted.zh}）。",
            ),
            Text("one result is paid for with another", "一个结果是拿另一个结果换来的"),
            Text("Change the task, or lower what is asked of the other.", "请调整任务，或相应下调另一项要求。"),
        )

    def claimed_twice(self) -> Iterator[Finding]:
        """Two of the company's objectives count the same number; inside a sheet, `checks.sets` says so."""
        first: dict[object, _Claim] = {}
        for claim in self.claims():
            objective = claim.node.objective
            if claim.node.store is None and isinstance(objective, CompanyObjective):
                key = (claim.kr.measures, objective.quarter, objective.until)
                earlier = first.setdefault(key, claim)
                if earlier is not claim:
                    yield Finding(
                        "warning",
                        self.place(claim.node, claim.kr.id),
                        Text(f"It measures the same as {earlier.kr.id}.", f"与 {earlier.kr.id} 衡量的是同一个指标。"),
                        Text("one number would count for two objectives", "同一个数会被两个目标重复计算"),
                        Text("Leave it to one of them.", "请只保留在一个目标下。"),
                    )

    def sums(self) -> Iterator[Finding]:
        """Hold what the stores set themselves together against what the company aims at in the quarter."""
        for node in self.cascade.nodes:
            objective = node.objective
            if not isinstance(objective, CompanyObjective) or objective.quarter is None:
                continue
            for name, whole in terms(objective, self.metrics).items():
                facts = self.metrics.get(name)
                if facts and facts.kind == "sum" and (finding := self._sum(node, facts, whole)):
                    yield finding

    def _sum(self, node: Node, facts: MetricFacts, whole: Term) -> Finding | None:
        asked = _asked(self.cascade, node)
        given = {store: self._given(node, store, facts) for store in asked}
        parts = [part for part in given.values() if part]
        if not parts:
            return None
        finding = compare(self.place(node, node.objective.id), "sum", whole, parts)
        silent = [self.names[store] for store, part in given.items() if part is None]
        if silent and finding.level == "warning":
            finding = replace(finding, says=_with_silent(finding.says, silent, facts))
        return replace(finding, says=self._with_rates(finding.says, facts, [s for s in asked if given[s]]))

    def _given(self, node: Node, store: str, facts: MetricFacts) -> Term | None:
        """Return what a store's objectives below `node` bring: their target for it, else what its factors make."""
        below: dict[str, Term] = {}
        for _, one in node.walk():
            if one.store == store:
                below = terms(one.objective, self.metrics) | below
        value = below[facts.name].value if facts.name in below else _made(below, facts)
        rate = self.cascade.strategy.rate(self.currencies[store]) if facts.unit == "money" else Decimal(1)
        return None if value is None or rate is None else Term(self.names[store], value * rate, facts.unit)

    def _with_rates(self, says: Text, facts: MetricFacts, stores: list[str]) -> Text:
        strategy = self.cascade.strategy
        foreign = dict.fromkeys(
            self.currencies[store] for store in stores if self.currencies[store] != strategy.currency
        )
        if facts.unit != "money" or not foreign:
            return says
        rates = ", ".join(f"1 {code} = {strategy.rates[code].normalize():f} {strategy.currency}" for code in foreign)
        return Text(f"{says.en} Planned at {rates}.", f"{says.zh}按计划汇率 {rates} 折算。")

    def overloaded(self) -> Iterator[Finding]:
        """Somebody answers for more than anybody keeps in sight."""
        for owned in self.cascade.owned:
            if len(owned.objectives) > OBJECTIVES_OF_ONE or len(owned.key_results) > KEY_RESULTS_OF_ONE:
                yield _too_much(owned)


def _contradict(one: _Claim, other: _Claim) -> bool:
    if one.node.store == other.node.store:
        return one.low > other.high or other.low > one.high
    return None in {one.node.store, other.node.store} and one.way * other.way < 0


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


def _asked(cascade: Cascade, node: Node) -> list[str]:
    """Return the stores whose sheets tell whether they serve an objective: none where one of them is not there."""
    objective = node.objective
    if not isinstance(objective, CompanyObjective):
        return []
    named = [store for store in cascade.sheets if objective.concerns(store)]
    return named if cascade.whole or set(objective.stores) == set(named) else []


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
