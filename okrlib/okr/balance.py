"""Money and goods: what the plan asks for against what there is; and what teams wait for from each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from okrlib.okr.plan import Plan, PlannedTask
from okrlib.okr.team import Goods, Resources


@dataclass(frozen=True, slots=True)
class Balance:
    """What one team or objective plans of something against what it has; each None where nothing is written down.

    `what` is money, in the store's currency, or goods, in `unit`.
    """

    what: Literal["team", "objective", "goods"]
    name: str | None
    planned: Decimal | None
    available: Decimal | None
    unit: str = ""

    @property
    def left(self) -> Decimal | None:
        """What is left; below zero, what is missing; None where either is not written down."""
        return None if self.planned is None or self.available is None else self.available - self.planned


def money_balance(plan: Plan, resources: Resources, whose: Literal["team", "objective"]) -> tuple[Balance, ...]:
    """Return budgets by team or objective; tasks of nobody's team stand under the name None."""
    planned: dict[str | None, Decimal] = defaultdict(Decimal)
    for one in plan.tasks:
        if one.task.budget is not None and one.task.status != "dropped":
            name = team_of(one, resources) if whose == "team" else one.objective.id
            planned[name] += one.task.budget
    there = resources.money(plan.sheet.store, plan.sheet.quarter, whose)
    return tuple(
        Balance(whose, name, planned.get(name), there.get(name or "")) for name in dict.fromkeys((*there, *planned))
    )


def goods_balance(plan: Plan, resources: Resources) -> tuple[Balance, ...]:
    """Return goods by name and unit; what names no quantity is listed as it is typed."""
    asked = [one.task.goods for one in plan.tasks if one.task.goods and one.task.status != "dropped"]
    planned = _summed([Goods.parse(text) or text for text in asked])
    there = _summed(list(resources.stock(plan.sheet.store, plan.sheet.quarter)))
    return tuple(
        Balance("goods", key[0], planned.get(key), there.get(key), key[1]) for key in dict.fromkeys((*there, *planned))
    )


def _summed(goods: list[Goods | str]) -> dict[tuple[str, str], Decimal | None]:
    found: dict[tuple[str, str], Decimal | None] = {}
    for one in goods:
        if isinstance(one, str):
            found.setdefault((one, ""), None)
        else:
            found[one.name, one.unit] = (found.get((one.name, one.unit)) or Decimal(0)) + one.quantity
    return found


@dataclass(frozen=True, slots=True)
class Handover:
    """One open task that waits on another team: for one of its tasks, or as its blocker says."""

    giver: str
    taker: str | None
    task: PlannedTask
    waits_for: PlannedTask | None


def handovers(plan: Plan, resources: Resources) -> tuple[Handover, ...]:
    """Return what teams wait for from each other, and tasks from whoever blocks them."""
    tasks = {one.id: one for one in plan.tasks}
    found: list[Handover] = []
    for one in plan.open:
        taker = team_of(one, resources)
        for other in (tasks[name] for name in one.task.depends_on):
            giver = team_of(other, resources)
            if other.is_open and giver and giver != taker:
                found.append(Handover(giver, taker, one, other))
        if one.task.blocked_by:
            found.append(Handover(one.task.blocked_by, taker, one, None))
    return tuple(found)


def team_of(task: PlannedTask, resources: Resources) -> str | None:
    """Return a task's team: as typed, else its owner's."""
    member = resources.members.get(task.task.owner or "")
    return task.task.team or (member.team.name if member else None)
