"""What a demo shop is: its specification, and its orders as an export of a given day would show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd

from okrlib.demo.seasons import Event, Season
from okrlib.periods import Period

TIMES = ["paid", "shipped", "received", "closed"]


@dataclass(frozen=True, slots=True)
class Product:
    """One article: `share` is its part of ordinary demand; the rest tells its story."""

    sku: str
    title: str
    category: str
    price: Decimal
    share: float
    refund_rate: float = 0.06
    companion: str | None = None
    festive: bool = False  # sells more before the shop's festivals
    launched: date | None = None
    out_of_stock: Period | None = None
    refunds_rise: tuple[date, float] | None = None  # from this day on, this refund rate


@dataclass(frozen=True, slots=True)
class Share:
    """A channel and how its weight grows (continuously, per year)."""

    name: str
    weight: float
    growth: float = 0.0


@dataclass(frozen=True, slots=True)
class Region(Share):
    """Where buyers live; `name` is the province or state as the platform writes it."""

    city: str = ""
    country: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Loyalty:
    """BG/NBD heterogeneity: gamma purchase rates (mean `gap` days apart), beta chance to leave after each purchase."""

    gap: float
    shape: float = 0.9
    leave: tuple[float, float] = (3.0, 1.3)


@dataclass(frozen=True, slots=True)
class ShopSpec:
    """Everything that makes one shop: change it and another shop comes out, in whichever layout is wanted."""

    name: str
    seed: int
    currency: str
    time_zone: str
    opened: date
    newcomers: float  # first-time buyers on an average day at opening
    growth: float  # of newcomers, continuously, per year
    products: tuple[Product, ...]
    cost_shares: Mapping[str, Decimal]  # of the price, by category
    regions: tuple[Region, ...]
    channels: tuple[Share, ...]
    season: Season
    gifts: tuple[Event, ...]
    loyalty: Loyalty
    postage: Decimal
    free_from: Decimal
    coupon: tuple[str, float]
    promotion: tuple[str, float]
    unpaid: float
    unpaid_closes: int  # days until an unpaid order is closed
    cancelled: float
    transit: tuple[int, int]  # days from dispatch to receipt, least and most


@dataclass(frozen=True, slots=True)
class Shop:
    """The orders and order lines of one shop as known at the end of the day `taken`.

    orders, one row each, indexed by number: buyer, region, channel (positions in the spec), created, paid, shipped,
    received, closed (store time, NaT when it has not happened), shipping (cents), code, goods, total, refund (cents).
    lines: order, line, product (position in the spec), quantity, price, discount, payable, refund (cents), refunded.
    """

    spec: ShopSpec
    orders: pd.DataFrame
    lines: pd.DataFrame
    taken: date

    def on_sale(self) -> list[Product]:
        """Return the products launched by the day the export was taken."""
        return [product for product in self.spec.products if not product.launched or product.launched <= self.taken]

    def unit_cost(self, product: Product) -> Decimal:
        """Return what one unit costs the shop, to the cent."""
        return (product.price * self.spec.cost_shares[product.category]).quantize(Decimal("0.01"))

    def known(self, created: Period, taken: date) -> Shop:
        """Return the orders created in `created` as an export at the end of the day `taken` shows them."""
        moment = np.datetime64(taken + timedelta(days=1), "s")
        days = self.orders["created"].dt.date
        orders = self.orders[(days >= created.start) & (days <= min(created.end, taken))].copy()
        lines = self.lines[self.lines["order"].isin(orders.index)].copy()
        orders[TIMES] = orders[TIMES].where(orders[TIMES] < moment)
        happened = lines["refunded"] < moment
        lines["refund"] = lines["refund"].where(happened, 0)
        lines["refunded"] = lines["refunded"].where(happened)
        return Shop(self.spec, _with_totals(orders, lines), lines, taken)


def _with_totals(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Add what the buyer owes and what has come back; an order refunded in full returns its postage too."""
    sums = lines.groupby("order")[["payable", "refund"]].sum().reindex(orders.index)
    back = sums["refund"].where(orders["closed"].isna() | orders["paid"].isna(), sums["refund"] + orders["shipping"])
    return orders.assign(goods=sums["payable"], total=sums["payable"] + orders["shipping"], refund=back)


def cents(amount: Decimal) -> int:
    """Return an amount in hundredths of its currency."""
    return int(amount * 100)
