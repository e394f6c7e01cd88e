"""What the checks of a cascade look at: the tree, what is known of its metrics and stores, and how its places are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from okrlib.okr.cascade import Cascade, Node
from okrlib.okr.checks.facts import MetricFacts
from okrlib.okr.strategy import CompanyObjective
from okrlib.stores import Store


@dataclass(frozen=True, slots=True)
class Tree:
    """A cascade with the facts of its metrics, and the stores of its sheets."""

    cascade: Cascade
    metrics: Mapping[str, MetricFacts]
    stores: Mapping[str, Store]

    def place(self, node: Node, name: str) -> str:
        """Return where something stands: its id, and whose it is unless there is one sheet only."""
        if node.store is None:
            return f"strategy/{name}"
        return f"{node.store}/{name}" if self.cascade.whole else name

    def asked(self, node: Node) -> list[str]:
        """Return the stores whose sheets tell whether they serve an objective: none where one of them is not there."""
        objective = node.objective
        if not isinstance(objective, CompanyObjective):
            return []
        named = [store for store in self.cascade.sheets if objective.concerns(store)]
        return named if self.cascade.whole or set(objective.stores) == set(named) else []
