"""Stock by day: deliveries every four weeks that last to the next with something over, and nothing while sold out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from okrlib.demo.around.world import World
from okrlib.demo.seasons import Days, Floats
from okrlib.demo.shop import Product, Shop
from okrlib.demo.simulate import Ints

EVERY = 28  # days between deliveries of an article
OVER = 16  # days of ordinary sales that lie over
SHOWN = 480  # days that the merchant keeps counts of


def stock(shop: Shop, later: Shop, world: World, _rng: np.random.Generator) -> pd.DataFrame:
    """Return units on hand and on their way at the end of each day, by article, for the last days that are kept."""
    days = np.arange(np.datetime64(shop.spec.opened), np.datetime64(later.taken) + 1)
    sold = _sold(later, days)
    seen = (days <= np.datetime64(shop.taken)) & (days > np.datetime64(shop.taken) - SHOWN)
    tables = []
    for place, product in enumerate(shop.spec.products):
        listed = days >= np.datetime64(product.launched or shop.spec.opened)
        left, coming = _counts(product, place, sold[:, place], days)
        shown = seen & listed
        tables.append(pd.DataFrame({
            "day": np.datetime_as_string(days[shown]), "sku": product.sku,
            "on_hand": left[shown] + world.slow.get(product.sku, 0), "inbound": coming[shown],
        }))  # fmt: skip
    return pd.concat(tables)


def _sold(later: Shop, days: Days) -> Ints:
    """Return units sold by day and article, those of cancelled orders too: they left the shelf for a while."""
    day = later.orders["paid"].dt.normalize().loc[later.lines["order"]].to_numpy()
    paid = ~np.isnat(day)
    table = np.zeros((len(days), len(later.spec.products)), dtype="int64")
    rows = (day[paid].astype("datetime64[D]") - days[0]).astype(int)
    inside = rows < len(days)
    lines = later.lines.loc[paid]
    np.add.at(table, (rows[inside], lines["product"].to_numpy()[inside]), lines["quantity"].to_numpy()[inside])
    return table


def _counts(product: Product, place: int, sold: Ints, days: Days) -> tuple[Ints, Ints]:
    """Return what is left at the end of each day, and what of the next delivery is on its way."""
    arrives = (np.arange(len(days)) + 5 * place) % EVERY == 0
    over: Floats = np.full(len(days), np.ceil(OVER * sold[-120:].mean()))
    if gap := product.out_of_stock:
        first, last = np.datetime64(gap.start), np.datetime64(gap.end)
        arrives &= (days < first - 14) | (days > last)
        arrives |= days == last + 1
        over = np.where((days >= first - 14) & (days <= last), 0, over)
    upto, ends = np.concatenate([[0], np.cumsum(sold)]), np.flatnonzero(arrives)
    following = np.append(ends, len(days))[np.searchsorted(ends, np.arange(len(days)), side="right")]
    left = upto[following] - upto[1:] + over
    near = (following < len(days)) & (following - np.arange(len(days)) <= 10)
    lot = upto[np.append(ends, len(days))[np.minimum(np.searchsorted(ends, following, side="right"), len(ends))]]
    return left.astype("int64"), np.where(near, lot - upto[following], 0).astype("int64")
