"""What the checks know and say: facts about metrics, filled in by the catalogue, and findings about a sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from okrlib.okr.model import KeyResult, Objective, Sheet
from okrlib.okr.scoring import Reading
from okrlib.text import Text, number, percent

Severity = Literal["error", "warning", "note"]
_ORDER: tuple[Severity, ...] = ("error", "warning", "note")
BELIEVABLE = (0.05, 0.9)  # a target less likely is fantasy, one likelier asks for nothing


@dataclass(frozen=True, slots=True)
class Identity:
    """An equation between metrics: the whole is the product, sum or difference of its parts."""

    whole: str
    parts: tuple[str, ...]
    op: Literal["product", "sum", "difference"]


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What the checks need to know of a metric.

    A `share` is a fraction (0.02 is 2 %); a `sum` adds up over parts of the store, a `count` (different buyers) and a
    `ratio` do not; `leads` tells a measure that moves first from one that shows the result.
    """

    name: str
    label: Text
    unit: str
    direction: Literal["up", "down", "none"]
    kind: Literal["sum", "count", "ratio"]
    area: Literal["sales", "market", "operations"] = "sales"
    leads: bool = False
    volume: bool = False
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend in a sheet: what is wrong at which place, why it matters, and how to mend it."""

    level: Severity
    where: str
    says: Text
    why: Text
    remedy: Text
    like_kpi: bool = False  # so marked; what that means, the packet's appendix says


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return errors before warnings before notes, each in the order they were found."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.level))


def facts_of(kr: KeyResult, metrics: Mapping[str, MetricFacts]) -> MetricFacts | None:
    """Return what is known of a key result's metric or typed-in measure; None without either."""
    if kr.metric:
        return metrics.get(kr.metric)
    if kr.measure is None:
        return None
    name, better = kr.measure.name, "up" if kr.measure.higher_is_better else "down"
    known = next((one for one in metrics.values() if name.casefold() in _spellings(one)), None)
    label = known.label if known else Text(name, name)
    direction: Literal["up", "down"] = "up" if better == "up" else "down"
    kind = known.kind if known else "count"
    return MetricFacts(known.name if known else name, label, kr.measure.unit, direction, kind)


@dataclass(frozen=True, slots=True)
class Case:
    """A sheet with all that is known about it; see `check_sheet`."""

    sheet: Sheet
    metrics: Mapping[str, MetricFacts]
    values: Mapping[str, Reading] = field(default_factory=dict)
    baselines: Mapping[str, Decimal] = field(default_factory=dict)
    probabilities: Mapping[str, float | None] = field(default_factory=dict)
    findings: Mapping[str, Collection[str]] | None = None
    elsewhere: Collection[Objective] = ()
    believable: tuple[float, float] = BELIEVABLE
    unusual: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    startless: Mapping[str, Text] = field(default_factory=dict)

    def facts(self, kr: KeyResult) -> MetricFacts | None:
        """Return what is known of a key result's metric or typed-in measure; None without either."""
        return facts_of(kr, self.metrics)

    def baseline(self, kr: KeyResult) -> Decimal | None:
        """Return the baseline: the typed number, else the one computed from the rule."""
        return kr.baseline if isinstance(kr.baseline, Decimal) else self.baselines.get(kr.id)

    def parent(self, objective: Objective) -> Objective | None:
        """Return the objective that this one serves, in this sheet or elsewhere."""
        return next((one for one in (*self.sheet.objectives, *self.elsewhere) if one.id == objective.parent), None)

    def name(self, kr: KeyResult) -> Text:
        """Return what to call a key result: its title, else its metric's name."""
        facts = self.facts(kr)
        return Text(kr.title, kr.title) if kr.title else facts.label if facts else Text(kr.id, kr.id)


def _spellings(facts: MetricFacts) -> set[str]:
    return {name.casefold() for name in (facts.name, facts.name.replace("_", " "), facts.label.en, facts.label.zh)}


def amount(value: Decimal, unit: str) -> Text:
    """Write a value as a reader expects it: a share as a percentage, anything else with the decimals it needs."""
    scaled = (value * 100 if unit == "share" else value).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    digits = max(0, -int(scaled.as_tuple().exponent))
    if unit == "share":
        return Text(percent(value, "en", digits), percent(value, "zh", digits))
    sign = "%" if unit == "%" else ""
    return Text(number(scaled, "en", digits) + sign, number(scaled, "zh", digits) + sign)
