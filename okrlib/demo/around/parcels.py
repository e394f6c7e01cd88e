"""Parcels with their two promises: when it is to be shipped, and when it is to arrive."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from okrlib.demo.around.world import World
from okrlib.demo.cells import amounts, moments
from okrlib.demo.shop import Shop

KEPT = timedelta(days=600)  # the merchant keeps parcels for so long


def ship_by(orders: pd.DataFrame, world: World) -> pd.Series:
    """Return until when each order was promised to be shipped."""
    until: pd.Series = orders["paid"] + pd.to_timedelta(_promise(orders, world, world.ship_hours), unit="h")
    return until


def deliver_by(orders: pd.DataFrame, world: World) -> pd.Series:
    """Return until when each order was promised to arrive: midnight, some days after payment."""
    until: pd.Series = orders["paid"].dt.normalize() + pd.to_timedelta(
        _promise(orders, world, world.deliver_days), unit="D"
    )
    return until


def _promise(orders: pd.DataFrame, world: World, promises: tuple[int, int]) -> pd.Series:
    before, since = promises
    return pd.Series(np.where(orders["paid"] >= pd.Timestamp(world.turn), since, before), orders.index)


def shipments(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return a parcel for each paid order that was not called off."""
    orders = shop.orders
    due = orders["paid"].notna() & (orders["shipped"].notna() | orders["closed"].isna())
    due &= orders["paid"] > pd.Timestamp(shop.taken - KEPT)
    cost = np.rint(world.parcel_cost * rng.lognormal(0, 0.12, len(orders))).astype("int64")
    table = pd.DataFrame({
        "shipment_id": [f"YD90{number:08d}" for number in orders.index],
        "order_id": world.order_ids(orders),
        "promised_at": moments(ship_by(orders, world)),
        "shipped_at": moments(orders["shipped"]),
        "delivered_at": moments(orders["received"]),
        "cost": np.where(orders["shipped"].notna(), amounts(cost), ""),
        "deliver_by": moments(deliver_by(orders, world)),
    }, index=orders.index)  # fmt: skip
    return table[due]
