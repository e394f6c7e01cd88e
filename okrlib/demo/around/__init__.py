"""What stands beside a demo shop's sales: visits, advertising, stock, parcels, reviews, buyers, rivals, fees.

Everything follows from the orders (visitors from what was bought, stock from what was sold) and from the shop's seed, so
that it agrees with the sales and is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from okrlib.demo.around import counts, parcels, people, rivals, traffic, voices
from okrlib.demo.around.world import World
from okrlib.demo.cells import write_table
from okrlib.demo.shop import Shop
from okrlib.schema import TABLES, heading

Maker = Callable[[Shop, Shop, World, np.random.Generator], pd.DataFrame]
"""Makes one table from the shop as known, the shop as it went on, its world and random numbers of its own."""

_MAKERS: dict[str, Maker] = {
    "traffic": traffic.by_source,
    "ads": traffic.ads,
    "stock": counts.stock,
    "buyers": people.buyers,
    "reviews": voices.reviews,
    "shipments": parcels.shipments,
    "competitors": rivals.competitors,
    "market": rivals.market,
    "service": voices.service,
}


def write_around(shop: Shop, later: Shop, world: World, folder: Path) -> list[Path]:
    """Write one table a file, under the headings of the plain templates and where there is one in the platform's own."""
    paths = []
    for number, (name, make) in enumerate(_MAKERS.items()):
        table = make(shop, later, world, np.random.default_rng([shop.spec.seed, number]))
        if len(table):
            given = [column for column in TABLES[name].columns if column in table]
            columns = {heading(column, TABLES[name].columns[column]): column for column in given}
            paths.append(write_table(folder / f"{world.files[name]}.csv", columns, table, "utf-8", quoted=True))
    return paths
