"""Evaluation by the team's written rule: marks and proposals with their reasons. It explains, and never decides."""

from okrlib.okr.evaluation.marks import Item, Marks, evaluate, everybody
from okrlib.okr.evaluation.proposals import Condition, Proposed, propose
from okrlib.okr.evaluation.rule import PARTS, Proposal, Rule, read_rule
from okrlib.okr.evaluation.terms import Closed, Found, Term, closed_quarters

__all__ = [
    "PARTS",
    "Closed",
    "Condition",
    "Found",
    "Item",
    "Marks",
    "Proposal",
    "Proposed",
    "Rule",
    "Term",
    "closed_quarters",
    "evaluate",
    "everybody",
    "propose",
    "read_rule",
]
