"""The objectives of the company, its teams and people as one tree over all stores: what serves what, and who answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from okrlib.okr.model import KeyResult, Objective, Sheet
from okrlib.okr.sheet import read_sheet
from okrlib.okr.strategy import Strategy, read_strategy
from okrlib.periods import Quarter
from okrlib.stores import Workbook
from okrlib.text import Locale


@dataclass(frozen=True, slots=True)
class Node:
    """One objective in its place: whose sheet it stands in (None: the company's), and what serves it."""

    objective: Objective
    store: str | None
    children: tuple[Node, ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Yield it and all below it with their depth, each before those that serve it."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Owned:
    """What one person answers for in the quarter, over all sheets: objectives, and key results."""

    name: str
    objectives: tuple[Node, ...]
    key_results: tuple[tuple[Node, KeyResult], ...]


@dataclass(frozen=True)
class Cascade:
    """The company's objectives in force in a quarter with the sheets that serve them, by store.

    `whole` says that all sheets of the quarter are there; the packet of one store knows its own only.
    """

    strategy: Strategy
    quarter: Quarter
    sheets: Mapping[str, Sheet]
    whole: bool = False

    @cached_property
    def roots(self) -> tuple[Node, ...]:
        """The objectives that serve nothing: the company's first, then those of the sheets."""
        company = tuple(self._company(None))
        own = [
            self._node(objective, store)
            for store, sheet in self.sheets.items()
            for objective in sheet.objectives
            if objective.parent is None or self.parent(objective, store) is None
        ]
        return (*company, *own)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All objectives, each before those that serve it."""
        return tuple(node for root in self.roots for _, node in root.walk())

    @cached_property
    def company(self) -> dict[str, Objective]:
        """The company's objectives that one of the sheets is asked to serve, by id; without any sheet, all in force."""
        return {
            one.id: one
            for one in self.strategy.objectives
            if one.in_force(self.quarter) and (not self.sheets or any(map(one.concerns, self.sheets)))
        }

    def parent(self, objective: Objective, store: str | None) -> Objective | None:
        """Return what an objective serves: in its own sheet, else of the company; None where there is no such."""
        own = self.sheets[store].objectives if store else ()
        return next((one for one in own if one.id == objective.parent), None) or self.company.get(
            objective.parent or ""
        )

    def _company(self, parent: str | None) -> Iterator[Node]:
        for objective in self.company.values():
            above = objective.parent if objective.parent in self.company else None
            if above == parent:
                yield self._node(objective, None)

    def _node(self, objective: Objective, store: str | None) -> Node:
        if store is not None:
            serving = self.sheets[store].children(objective.id)
            return Node(objective, store, tuple(self._node(child, store) for child in serving))
        below = [
            self._node(child, name)
            for name, sheet in self.sheets.items()
            for child in sheet.children(objective.id)
            if self.parent(child, name) is objective
        ]
        return Node(objective, None, (*self._company(objective.id), *below))

    @cached_property
    def owned(self) -> tuple[Owned, ...]:
        """Everybody who answers for an objective or key result of this quarter, in the order of the tree."""
        objectives: dict[str, list[Node]] = {}
        key_results: dict[str, list[tuple[Node, KeyResult]]] = {}
        for node in (node for node in self.nodes if node.objective.horizon == "short"):
            if node.objective.owner:
                objectives.setdefault(node.objective.owner, []).append(node)
            for kr in node.objective.key_results:
                if owner := kr.owner or node.objective.owner:
                    key_results.setdefault(owner, []).append((node, kr))
        names = dict.fromkeys((*objectives, *key_results))
        return tuple(Owned(name, tuple(objectives.get(name, ())), tuple(key_results.get(name, ()))) for name in names)


def read_cascade(
    workbook: Workbook, quarter: Quarter, locale: Locale, store: str | None = None, sheet: Sheet | None = None
) -> Cascade:
    """Read the company's strategy with the `sheet` of one `store` or, where none is named, all sheets of the quarter."""
    strategy = read_strategy(workbook.params / "strategy.yaml", locale)
    if store is not None:
        own = {store: sheet} if sheet else {}
        return Cascade(strategy, quarter, own, whole=workbook.stores() == [store])
    paths = {name: workbook.sheet_path(name, quarter) for name in workbook.stores()}
    return Cascade(
        strategy, quarter, {name: read_sheet(path) for name, path in paths.items() if path.exists()}, whole=True
    )
