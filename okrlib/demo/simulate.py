"""Run a shop from its seed: who buys what on which day, and what becomes of every order."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from okrlib.demo.seasons import PROMOTION, Days, Floats
from okrlib.demo.shop import Region, Share, Shop, ShopSpec, cents
from okrlib.periods import Period

Ints = NDArray[np.int64]

WARM_UP = 540  # days before opening, so that returning buyers exist from the first day shown
DAY_NOISE = 0.09
RAMP = 45  # days a newly launched product takes to reach its full share
LINES = (0.68, 0.23, 0.07, 0.02)  # share of orders with 1, 2, 3, 4 lines
TOGETHER = 0.45  # how often a further line is the first line's companion
REFUND_LIMIT = 15 * 86_400  # seconds after payment
HOURS = np.array([3, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 7, 7, 7, 7, 7, 7, 6, 6, 8, 10, 11, 9, 6], dtype=float)


def simulate(spec: ShopSpec, until: date) -> Shop:
    """Run the shop from its opening to the end of the day `until`."""
    return run_year(spec, until).known(Period(spec.opened, until), until)


def run_year(spec: ShopSpec, until: date) -> Shop:
    """Run the shop to the end of the year of `until`: a later day adds to the past, and alters only what became of it."""
    rng = np.random.default_rng(spec.seed)
    days = np.arange(np.datetime64(spec.opened) - WARM_UP, np.datetime64(date(until.year + 1, 1, 1)))
    appeal = _appeal(spec, days)
    pull = spec.season.factors(days) * appeal.sum(axis=1) * rng.lognormal(0, DAY_NOISE, len(days))
    orders = _orders(spec, days, pull, rng)
    lines = _lines(spec, orders, days, appeal, rng)
    _follow(spec, orders, lines, rng)
    return Shop(spec, orders, lines, date(until.year, 12, 31))


def _years(spec: ShopSpec, days: Days) -> Floats:
    return np.asarray((days - np.datetime64(spec.opened)).astype(float) / 365.25)


def _appeal(spec: ShopSpec, days: Days) -> Floats:
    """Return demand by day and product; what is sold out is lost, what is new or festive comes on top."""
    gifts = np.max([event.factors(days) for event in spec.gifts], axis=0)
    columns = []
    for product in spec.products:
        demand = product.share * (gifts if product.festive else np.ones(len(days)))
        if product.launched:
            age = (days - np.datetime64(product.launched)).astype(int)
            demand = demand * np.where(age < 0, 0, np.minimum(1, 0.15 + age / RAMP))
        if gap := product.out_of_stock:
            demand = np.where((days >= np.datetime64(gap.start)) & (days <= np.datetime64(gap.end)), 0, demand)
        columns.append(demand)
    return np.stack(columns, axis=1)


def _shares(spec: ShopSpec, shares: tuple[Share, ...] | tuple[Region, ...], days: Days) -> Floats:
    return np.stack([share.weight * np.exp(share.growth * _years(spec, days)) for share in shares], axis=1)


def _draw(weights: Floats, day: Ints, rng: np.random.Generator) -> Ints:
    """Draw one column for each entry of `day`, by that day's row of weights."""
    upto = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[day]
    column = (rng.random((len(day), 1)) >= upto).sum(axis=1)
    return np.asarray(np.minimum(column, weights.shape[1] - 1))


def _purchases(spec: ShopSpec, pull: Floats, trend: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return buyer and day of every purchase; a buyer's clock runs faster on days that pull."""
    first = np.repeat(np.arange(len(pull)), rng.poisson(spec.newcomers * trend * pull))
    clock = np.cumsum(pull)
    rate = rng.gamma(spec.loyalty.shape, 1 / (spec.loyalty.shape * spec.loyalty.gap), len(first))
    leave = rng.beta(*spec.loyalty.leave, len(first))
    buyer, now, rounds = np.arange(len(first)), clock[first], [(np.arange(len(first)), first)]
    while len(buyer):
        stays = rng.random(len(buyer)) >= leave[buyer]
        buyer, now = buyer[stays], now[stays]
        now = now + rng.exponential(1 / rate[buyer])
        inside = now < clock[-1]
        buyer, now = buyer[inside], now[inside]
        rounds.append((buyer, np.searchsorted(clock, now, side="right")))
    return np.concatenate([pair[0] for pair in rounds]), np.concatenate([pair[1] for pair in rounds])


def _orders(spec: ShopSpec, days: Days, pull: Floats, rng: np.random.Generator) -> pd.DataFrame:
    buyer, day = _purchases(spec, pull, np.exp(spec.growth * _years(spec, days)), rng)
    home = _draw(_shares(spec, spec.regions, days), day[np.unique(buyer, return_index=True)[1]], rng)
    seconds = 3600 * rng.choice(24, len(day), p=HOURS / HOURS.sum()) + rng.integers(0, 3600, len(day))
    channel = _draw(_shares(spec, spec.channels, days), day, rng)
    created = days[day].astype("datetime64[s]") + seconds
    orders = pd.DataFrame({"buyer": buyer, "day": day, "region": home[buyer], "channel": channel, "created": created})
    shown: pd.DataFrame = orders.loc[created >= np.datetime64(spec.opened, "s")]
    return shown.sort_values("created", kind="stable", ignore_index=True)


def _lines(spec: ShopSpec, orders: pd.DataFrame, days: Days, appeal: Floats, rng: np.random.Generator) -> pd.DataFrame:
    count = rng.choice(len(LINES), len(orders), p=LINES) + 1
    lines = pd.DataFrame({"order": np.repeat(np.arange(len(orders)), count)})
    day = orders["day"].to_numpy()[lines["order"]]
    lines["product"] = _with_companions(spec, lines["order"].to_numpy(), _draw(appeal, day, rng), appeal[day], rng)
    lines["quantity"] = 1 + (rng.random(len(lines)) < 0.12) + (rng.random(len(lines)) < 0.04)
    lines["day"] = day
    lines = lines.drop_duplicates(["order", "product"], ignore_index=True)
    lines.insert(1, "line", lines.groupby("order").cumcount() + 1)
    _price(spec, orders, lines, spec.season.promotions(days) >= PROMOTION, rng)
    return lines


def _with_companions(spec: ShopSpec, order: Ints, product: Ints, appeal: Floats, rng: np.random.Generator) -> Ints:
    """Replace some further lines by the companion of their order's first line, where it is on sale that day."""
    place = {article.sku: i for i, article in enumerate(spec.products)}
    companion = np.array([place[p.companion] if p.companion else -1 for p in spec.products])
    start = np.searchsorted(order, order)  # position of each order's first line
    wanted = companion[product[start]]
    on_sale = appeal[np.arange(len(order)), np.maximum(wanted, 0)] > 0
    takes = (rng.random(len(order)) < TOGETHER) & (start < np.arange(len(order))) & (wanted >= 0) & on_sale
    return np.where(takes, wanted, product)


def _price(
    spec: ShopSpec, orders: pd.DataFrame, lines: pd.DataFrame, promoted: NDArray[np.bool_], rng: np.random.Generator
) -> None:
    """Set prices and discounts of lines, and coupon code and postage of orders."""
    sale = promoted[orders["day"]]
    uses = rng.random(len(orders)) < np.where(sale, 0.85, 0.2)
    orders["code"] = np.select([uses & sale, uses], [spec.promotion[0], spec.coupon[0]], "")
    off = np.select([uses & sale, uses], [spec.promotion[1], spec.coupon[1]], 0.0)
    lines["price"] = np.array([cents(p.price) for p in spec.products])[lines["product"]]
    full = lines["price"] * lines["quantity"]
    lines["discount"] = np.rint(full * off[lines["order"]]).astype("int64")
    lines["payable"] = full - lines["discount"]
    goods = lines.groupby("order")["payable"].sum().reindex(orders.index)
    orders["shipping"] = np.where(goods >= cents(spec.free_from), 0, cents(spec.postage))


def _follow(spec: ShopSpec, orders: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> None:
    """Let every order run its course: payment, dispatch, receipt, cancellation, refunds."""
    n, never = len(orders), np.datetime64("NaT", "s")
    created = orders["created"].to_numpy()
    fate = rng.random(n)
    is_paid = fate >= spec.unpaid
    cancelled = is_paid & (fate < spec.unpaid + spec.cancelled)
    paid = np.where(is_paid, created + _seconds(15 + rng.exponential(240, n)), never)
    shipped = np.where(cancelled, never, paid + _seconds(3600 * rng.uniform(3, 44, n)))
    orders["paid"], orders["shipped"] = paid, shipped
    orders["received"] = shipped + _seconds(86_400 * rng.uniform(*spec.transit, n))
    orders["closed"] = np.select(
        [~is_paid, cancelled],
        [created + np.timedelta64(spec.unpaid_closes * 86_400, "s"), paid + _seconds(3600 * rng.uniform(0.2, 10, n))],
        never,
    )
    _refund(spec, orders, lines, rng)
    del orders["day"], lines["day"]


def _refund(spec: ShopSpec, orders: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> None:
    order = orders.iloc[lines["order"]].reset_index(drop=True)
    day = order["created"].to_numpy().astype("datetime64[D]")
    returned = rng.random(len(lines)) < _refund_rates(spec, lines["product"].to_numpy(), day)
    returned &= order["shipped"].notna()
    part = np.where(rng.random(len(lines)) < 0.3, rng.uniform(0.2, 0.6, len(lines)), 1.0)
    delay = np.minimum(_seconds(86_400 * (2.5 + rng.gamma(2, 2.2, len(lines)))), np.timedelta64(REFUND_LIMIT, "s"))
    cancelled = order["closed"].notna() & order["paid"].notna()
    back = np.rint(lines["payable"] * np.where(returned, part, 1.0)).astype("int64")
    lines["refund"] = np.where(returned | cancelled, back, 0)
    lines["refunded"] = order["paid"].where(~returned, order["paid"] + delay).where(~cancelled, order["closed"])
    lines["refunded"] = lines["refunded"].where(lines["refund"] > 0)
    whole = (lines["refund"] == lines["payable"]).groupby(lines["order"]).all()
    orders["closed"] = orders["closed"].fillna(lines.groupby("order")["refunded"].max().where(whole))
    orders["received"] = orders["received"].where(~(orders["closed"] < orders["received"]))


def _refund_rates(spec: ShopSpec, product: Ints, day: Days) -> Floats:
    before = np.array([p.refund_rate for p in spec.products])[product]
    after = np.array([p.refunds_rise[1] if p.refunds_rise else 0 for p in spec.products])[product]
    since = np.array([p.refunds_rise[0] if p.refunds_rise else date.max for p in spec.products], dtype="datetime64[D]")
    return np.where(day >= since[product], after, before)


def _seconds(values: Floats) -> NDArray[np.timedelta64]:
    return np.asarray(values.astype("int64").astype("timedelta64[s]"))
