"""What is left of the money: paid revenue less refunds, goods, fees, parcels and advertising, for the store and by category.

Each step is a sum over the orders paid in the period and says how much of it is an estimate: fees of orders not settled yet,
goods without a unit cost, parcels without a price. A step nobody can tell is None with a reason and never zero; what is left
then covers the known steps only, and says so. The steps sum to what is left, and the categories to the store, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from okrlib.analysis.data import StoreData
from okrlib.analysis.lenses import known
from okrlib.analysis.once import once
from okrlib.analysis.sales import span
from okrlib.analysis.takes import Asked, Category, Parts, Taken, advertising, fees, goods, parcels, refunds
from okrlib.periods import Period
from okrlib.policies import RuleBook
from okrlib.text import Text

StepName = Literal["revenue", "refunds", "goods", "fees", "shipping", "ads"]
STEPS: dict[StepName, Text] = {
    "revenue": Text("Paid revenue", "支付金额"),
    "refunds": Text("Refunds", "退款"),
    "goods": Text("Cost of goods", "商品成本"),
    "fees": Text("Platform fees", "平台费用"),
    "shipping": Text("Shipping", "运费支出"),
    "ads": Text("Advertising", "推广花费"),
}
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step down from revenue: money, positive for revenue and negative for what it takes; `estimated` of it is not told."""

    name: StepName
    amount: Decimal | None
    estimated: Decimal = _ZERO
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps of the whole store (`category` None and `whole`) or of one category."""

    category: Category
    whole: bool
    steps: tuple[Step, ...]

    def step(self, name: StepName) -> Step:
        """Return one step by name."""
        return next(step for step in self.steps if step.name == name)

    @property
    def left(self) -> Decimal:
        """What is left after all steps that are known."""
        return sum((step.amount for step in self.steps if step.amount is not None), _ZERO)

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps nobody can tell."""
        return tuple(step for step in self.steps if step.amount is None)

    @property
    def net_revenue(self) -> Decimal:
        """Paid revenue less refunds, so far as they are known."""
        return (self.step("revenue").amount or _ZERO) + (self.step("refunds").amount or _ZERO)

    @property
    def gross_margin(self) -> Decimal | None:
        """Net revenue less the cost of goods; None where either is unknown."""
        back, goods = self.step("refunds").amount, self.step("goods").amount
        return None if back is None or goods is None else self.net_revenue + goods

    @property
    def margin(self) -> Decimal | None:
        """What is left as a share of net revenue; None while a step is missing or where there is no revenue."""
        return None if self.missing or self.net_revenue <= 0 else self.left / self.net_revenue

    @property
    def estimated(self) -> Decimal:
        """Money that is estimated, over all steps, as a positive sum."""
        return sum((abs(step.estimated) for step in self.steps), _ZERO)


@dataclass(frozen=True, slots=True)
class Economics:
    """A store's waterfall over `period`, that of each category (largest revenue first), and what the estimates left out."""

    period: Period
    store: Waterfall
    categories: tuple[Waterfall, ...]
    left_out: tuple[Text, ...]


@once
def economics(data: StoreData, period: Period, book: RuleBook) -> Economics | None:
    """Return what is left of the money of a period so far; None where the data do not reach it or nothing was paid."""
    days = known(data, period)
    rows = data.rows("SELECT category, sum(paid) FROM sales(?, ?) GROUP BY category", span(days)) if days else []
    paid = {name: Decimal(value) for name, value in rows}
    if days is None or sum(paid.values()) <= 0:
        return None
    asked = Asked(data, days, paid)
    back = refunds(asked)
    taken, left_out = fees(asked, book.on(days.end), back)
    takes: dict[StepName, Taken] = {
        "refunds": back, "goods": goods(asked), "fees": taken, "shipping": parcels(asked), "ads": advertising(asked),
    }  # fmt: skip
    order = sorted(paid, key=lambda name: (name is None, -paid[name], name or ""))
    each = tuple(_waterfall(name, False, {name: paid[name]}, takes) for name in order)
    return Economics(days, _waterfall(None, True, paid, takes), each, left_out)


def _waterfall(category: Category, whole: bool, paid: Parts, takes: Mapping[StepName, Taken]) -> Waterfall:
    names = list(paid)
    steps = [Step("revenue", sum(paid.values(), _ZERO))]
    for name, taken in takes.items():
        if taken.reason:
            steps.append(Step(name, None, reason=taken.reason))
        else:
            amount, guess = (sum((part.get(c, _ZERO) for c in names), _ZERO) for part in (taken.parts, taken.estimated))
            steps.append(Step(name, -amount, -guess))
    return Waterfall(category, whole, tuple(steps))
