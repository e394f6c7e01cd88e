"""What the rule proposes for a person, and the reasons: every condition with what it asked and what there was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from okrlib.okr.evaluation.marks import Marks
from okrlib.okr.evaluation.rule import MARKS, Mark, Proposal, Rule
from okrlib.text import Text


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a proposal, in words, and whether it holds; what nothing is known of does not hold."""

    says: Text
    holds: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal of the rule with its conditions; it is made when all of them hold."""

    proposal: Proposal
    conditions: tuple[Condition, ...]

    @property
    def made(self) -> bool:
        """Whether all conditions hold."""
        return all(condition.holds for condition in self.conditions)


def propose(marks: Marks, rule: Rule) -> tuple[Proposed, ...]:
    """Return every proposal of the rule for the marks' span, made or not, in the rule's order."""
    asked = (proposal for proposal in rule.proposals if marks.term.span in proposal.per)
    return tuple(Proposed(proposal, tuple(_conditions(proposal, marks))) for proposal in asked)


def _conditions(proposal: Proposal, marks: Marks) -> Iterator[Condition]:
    for name, bar in proposal.at_least.items():
        yield _compared(name, marks.mark(name), bar, above=True)
    for name, bar in proposal.below.items():
        yield _compared(name, marks.mark(name), bar, above=False)
    if (most := proposal.breaches_at_most) is not None:
        n = len(marks.breaches)
        yield Condition(
            Text(f"guardrails breached: {n} (at most {most})", f"失守底线 {n} 条（至多 {most}）"), n <= most
        )
    if (least := proposal.quarters_at_least) > 1:
        n = len(marks.quarters)
        yield Condition(
            Text(f"closed quarters: {n} (at least {least})", f"已结项季度 {n} 个（至少 {least}）"), n >= least
        )
    if least := proposal.ideas_at_least:
        n = len(marks.ideas)
        yield Condition(
            Text(f"ideas taken up: {n} (at least {least})", f"被采纳的想法 {n} 个（至少 {least}）"), n >= least
        )


def _compared(name: Mark, mark: Decimal | None, bar: Decimal, *, above: bool) -> Condition:
    label = MARKS[name]
    if mark is None:
        return Condition(Text(f"{label.en}: nothing known", f"{label.zh}：暂无依据"), False)
    holds = mark >= bar if above else mark < bar
    en, zh = ("at least", "不低于") if above else ("below", "低于")
    return Condition(
        Text(f"{label.en}: {mark:.2f} ({en} {bar:.2f})", f"{label.zh} {mark:.2f}（{zh} {bar:.2f}）"), holds
    )
