"""Buyers: age, gender and home as members told them; the young buy other things than their parents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from okrlib.demo.around.world import World
from okrlib.demo.seasons import Floats
from okrlib.demo.shop import Shop
from okrlib.demo.simulate import Ints

TOLD = 0.8  # of the buyers say how old they are
YOUNGER = 2.6  # times the weight of the two youngest groups among buyers of what the young like


def buyers(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return every buyer known so far, the first order's taste deciding on the age."""
    firsts = shop.orders.drop_duplicates("buyer").sort_values("buyer", kind="stable")
    skus = np.array([product.sku for product in shop.spec.products])
    liked = shop.lines.drop_duplicates("order").set_index("order")["product"].reindex(firsts.index)
    young = np.isin(skus[liked.to_numpy()], world.young)
    weights = np.array(list(world.ages.values()))
    lifted = weights * np.where(np.arange(len(weights)) < 2, YOUNGER, 1.0)
    groups = np.array(list(world.ages))
    draws = rng.random(len(firsts))
    age = np.where(young, groups[_place(lifted, draws)], groups[_place(weights, draws)])
    gender = np.where(rng.random(len(firsts)) < world.women, "female", "male")
    told = rng.random(len(firsts)) < TOLD
    return pd.DataFrame({
        "buyer": [world.buyer.format(number) for number in firsts["buyer"]],
        "age_group": np.where(told, age, ""),
        "gender": np.where(told, gender, ""),
        "home_region": [shop.spec.regions[region].name for region in firsts["region"]],
    })  # fmt: skip


def _place(weights: Floats, draws: Floats) -> Ints:
    place = np.searchsorted(np.cumsum(weights / weights.sum()), draws, side="right")
    return np.minimum(place, len(weights) - 1).astype("int64")
