"""Visits and advertising by day: as many as the day's orders ask for, at a conversion that has its good and bad days."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from okrlib.demo.around.world import World
from okrlib.demo.cells import amounts
from okrlib.demo.seasons import Days, Floats
from okrlib.demo.shop import Shop

LOSS = 0.86  # of conversion is left once the new advertising runs
PUSH = 1.55  # times as many visits that advertising then brings
PAGES = 3.4  # a visitor opens
PAID = (0.85, 0.62)  # how well visits from advertising convert beside the others, before the new advertising and since
RETURN = 3.1  # sales that the platform credits to a unit of advertising money


def days_of(shop: Shop) -> Days:
    """Return the days the shop has been seen."""
    return np.arange(np.datetime64(shop.spec.opened), np.datetime64(shop.taken) + 1)


def paid_by_day(shop: Shop) -> pd.DataFrame:
    """Return per day: orders and buyers who paid, units, and cents."""
    orders = shop.orders[shop.orders["paid"].notna()]
    day = orders["paid"].dt.normalize().rename("day")
    units = shop.lines.groupby("order")["quantity"].sum().reindex(orders.index)
    table = orders.assign(units=units).groupby(day).agg(
        orders=("total", "size"), buyers=("buyer", "nunique"), units=("units", "sum"), amount=("total", "sum")
    )  # fmt: skip
    return table.reindex(pd.DatetimeIndex(days_of(shop)), fill_value=0)


def overall(shop: Shop, world: World) -> pd.DataFrame:
    """Return visits of each day as a whole, with what the platform counts as bought."""
    paid, days = paid_by_day(shop), days_of(shop)
    rng = np.random.default_rng([shop.spec.seed, 77])
    eager = shop.spec.season.promotions(days) ** 0.3
    rate = world.conversion * eager * rng.lognormal(0, 0.05, len(days))
    rate = np.where(days >= np.datetime64(world.turn), rate * LOSS, rate)
    visitors = np.rint(np.maximum(paid["buyers"].to_numpy(), 0.6) / rate).astype("int64")
    views = np.rint(visitors * PAGES * rng.lognormal(0, 0.03, len(days))).astype("int64")
    return paid.assign(visitors=visitors, page_views=views)


def _shares(shop: Shop, world: World) -> Floats:
    """Return the part of each source in the day's visits; those of a day sum to one."""
    days = days_of(shop)
    years = (days - days[0]).astype(float) / 365.25
    pushed = np.where(days >= np.datetime64(world.turn), PUSH, 1.0)
    weights = [one.share * np.exp(one.growth * years) * (pushed if one.click else 1.0) for one in world.sources]
    table = np.stack(weights, axis=1)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def _by_source(shop: Shop, world: World) -> pd.DataFrame:
    whole, shares = overall(shop, world), _shares(shop, world)
    upto = np.rint(np.cumsum(shares, axis=1) * whole["visitors"].to_numpy()[:, None] * world.overlap).astype("int64")
    visitors = np.diff(upto, axis=1, prepend=0)
    return pd.DataFrame(visitors, index=whole.index, columns=[one.name for one in world.sources])


def by_source(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return visits by day and source; where nothing tells them as a whole they sum to it."""
    visits = _by_source(shop, world)
    counts = visits.to_numpy().ravel()
    return pd.DataFrame(
        {
            "day": np.repeat(np.datetime_as_string(days_of(shop)), len(world.sources)),
            "channel": np.tile([one.name for one in world.sources], len(visits)),
            "visitors": counts,
            "page_views": np.rint(counts * PAGES * rng.lognormal(0, 0.05, len(counts))).astype("int64"),
            "buyers": _buyers(shop, world, visits).ravel(),
        }
    )


def _buyers(shop: Shop, world: World, visits: pd.DataFrame) -> NDArray[np.int64]:
    """Return the day's buyers by source: they sum to the day's, and visits from advertising convert less well."""
    turned = days_of(shop) >= np.datetime64(world.turn)
    weights = np.stack(
        [np.where(turned, PAID[1], PAID[0]) if one.click else np.ones(len(turned)) for one in world.sources], axis=1
    )
    weights = weights * visits.to_numpy()
    upto = np.cumsum(weights, axis=1) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    whole = paid_by_day(shop)["buyers"].to_numpy()[:, None]
    buyers: NDArray[np.int64] = np.diff(np.rint(upto * whole).astype("int64"), axis=1, prepend=0)
    return buyers


def ads(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return advertising by day and channel: what its visits cost, and what the platform credits to it."""
    visits, turned = _by_source(shop, world), days_of(shop) >= np.datetime64(world.turn)
    tables = []
    for one in (source for source in world.sources if source.click):
        clicks = np.rint(visits[one.name].to_numpy() * 1.15).astype("int64")
        spend = np.rint(clicks * one.click * np.where(turned, 1.18, 1.0) * rng.lognormal(0, 0.06, len(clicks)))
        back = np.rint(spend * RETURN * np.where(turned, 0.62, 1.0) * rng.lognormal(0, 0.12, len(clicks)))
        shown = np.rint(clicks / 0.035 * rng.lognormal(0, 0.05, len(clicks)))
        orders = np.rint(clicks * world.conversion * 0.8 * np.where(turned, 0.7, 1.0))
        tables.append(pd.DataFrame({
            "day": np.datetime_as_string(days_of(shop)), "channel": one.name, "spend": amounts(spend.astype("int64")),
            "impressions": shown.astype("int64"), "clicks": clicks, "ad_orders": orders.astype("int64"),
            "ad_amount": amounts(back.astype("int64")),
        }))  # fmt: skip
    return pd.concat(tables).sort_values(["day", "channel"], kind="stable")
