"""Whether advertising pays: what each channel's credited sales leave before advertising, against what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.economics import Waterfall
from okrlib.analysis.facts import facts
from okrlib.periods import Period
from okrlib.text import Text


@dataclass(frozen=True, slots=True)
class Channel:
    """One advertising channel: spent, sales credited to it, and what they leave after it (None while costs are unknown)."""

    name: str
    spend: Decimal
    sales: Decimal
    left: Decimal | None

    @property
    def returned(self) -> Decimal | None:
        """Sales per unit of money spent (ROAS)."""
        return self.sales / self.spend if self.spend else None

    @property
    def cost_share(self) -> Decimal | None:
        """Spending as a share of the sales credited to it (ACOS)."""
        return self.spend / self.sales if self.sales else None


def kept_before_ads(whole: Waterfall) -> Decimal | None:
    """Return what a unit of paid revenue leaves before advertising; None while goods, refunds, fees or shipping are unknown."""
    steps = [step.amount for step in whole.steps if step.name != "ads"]
    known = [amount for amount in steps if amount is not None]
    paid = whole.step("revenue").amount
    return sum(known, Decimal(0)) / paid if paid and len(known) == len(steps) else None


def channels(data: StoreData, days: Period, kept: Decimal | None) -> tuple[list[Channel], Text | None]:
    """Return the channels that cost something, the dearest first, or the reason why they cannot be told."""
    names = ["ad_spend", "ad_revenue"]
    if reason := next((row.reason for row in facts(data, days, names) if row.reason), None):
        return [], reason
    found: dict[str, dict[str, Decimal]] = {}
    for row in facts(data, days, names, by="source"):
        found.setdefault(str(row.segment), {})[row.metric] = row.value or Decimal(0)
    each = [
        Channel(
            name,
            values["ad_spend"],
            values["ad_revenue"],
            None if kept is None else values["ad_revenue"] * kept - values["ad_spend"],
        )
        for name, values in found.items()
        if values["ad_spend"] > 0
    ]
    return sorted(each, key=lambda one: (-one.spend, one.name)), None
