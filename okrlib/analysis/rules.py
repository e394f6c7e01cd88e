"""The platform's rules held against the store's data: broken, near, kept, or not testable, and what would make it so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import Fact, fact
from okrlib.analysis.lenses import known
from okrlib.analysis.metrics import CATALOGUE
from okrlib.errors import SheetError
from okrlib.periods import Period
from okrlib.policies import Rule, RuleBook
from okrlib.text import Text

Verdict = Literal["broken", "near", "kept", "untested"]
NEAR = Decimal("0.8")  # of the room that a rule leaves
_TOP = {"share": Decimal(1), "stars": Decimal(5)}


@dataclass(frozen=True, slots=True)
class Held:
    """A rule with its verdict: the metric's value over the period, or the reason why nobody can tell.

    `used` is how much of the room that the rule leaves is taken (1 at the limit); `beyond` how far the value is on the
    wrong side, in the metric's unit.
    """

    rule: Rule
    verdict: Verdict
    fact: Fact | None
    used: Decimal | None
    beyond: Decimal
    reason: Text | None
    check_again: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """What the platform charges by one rule of the book."""

    rule: Rule
    check_again: bool


def held(data: StoreData, period: Period, book: RuleBook) -> list[Held]:
    """Hold the rules in force on the as-of day against a period so far: those broken come first, then near, kept, untested.

    Fees are no rules to keep; `charges` lists them.
    """
    rules = [rule for rule in book.on(data.as_of).rules if rule.fee is None or rule.metric]
    found = [_held(data, known(data, period) or period, rule, book.platform) for rule in rules]
    order = ("broken", "near", "kept", "untested")
    return sorted(found, key=lambda one: (order.index(one.verdict), -(one.used or 0)))


def charges(data: StoreData, book: RuleBook) -> list[Charge]:
    """Return the rules in force on the as-of day by which the platform takes money."""
    rules = book.on(data.as_of).rules
    return [Charge(rule, rule.check_again(data.as_of)) for rule in rules if rule.fee and not rule.metric]


def _held(data: StoreData, days: Period, rule: Rule, platform: str) -> Held:
    again = rule.check_again(data.as_of)
    if rule.metric is None:
        return Held(rule, "untested", None, None, Decimal(0), rule.needs, again)
    if rule.metric not in CATALOGUE:
        raise SheetError(
            f"policies/{platform}.yaml: {rule.id}: metric {rule.metric!r} is not in the catalogue (okr metrics)",
            f"policies/{platform}.yaml：{rule.id}：指标库中没有 {rule.metric}（全部指标：okr metrics）",
        )
    value = fact(data, days, rule.metric)
    if value.value is None:
        return Held(rule, "untested", value, None, Decimal(0), value.reason, again)
    beyond = _beyond(rule, value.value)
    used = _used(rule, value.value, _TOP.get(CATALOGUE[rule.metric].unit))
    verdict: Verdict = "broken" if beyond > 0 else "near" if used is not None and used >= NEAR else "kept"
    return Held(rule, verdict, value, used, max(beyond, Decimal(0)), None, again)


def _beyond(rule: Rule, value: Decimal) -> Decimal:
    """How far a value is past the limit; negative inside it."""
    return value - rule.at_most if rule.at_most is not None else (rule.at_least or Decimal(0)) - value


def _used(rule: Rule, value: Decimal, top: Decimal | None) -> Decimal | None:
    """Share of the rule's room that is taken: of what may be missing from the best there is, where there is a best."""
    if rule.at_most is not None:
        return value / rule.at_most if rule.at_most else None
    least = rule.at_least or Decimal(0)
    if top is None:
        return least / value if value > 0 else None
    return (top - value) / (top - least) if top > least else None
