"""What buyers say: reviews, worse when the parcel came late or the glass broke, and a weekly survey that follows them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from okrlib.demo.around.parcels import deliver_by
from okrlib.demo.around.world import World
from okrlib.demo.cells import moments
from okrlib.demo.seasons import Floats
from okrlib.demo.shop import Shop
from okrlib.demo.simulate import Ints

WRITES = 0.22  # of the buyers who have received their parcel write a review
CONTENT = (0.02, 0.02, 0.05, 0.17, 0.74)  # chance of 1 to 5 stars when all went well
CROSS = (0.2, 0.18, 0.22, 0.22, 0.18)  # when the parcel was late
BROKEN = (0.48, 0.3, 0.14, 0.05, 0.03)
BREAKS = 0.4  # of those who review the bad glass have it broken


def reviews(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return reviews written by now, each about one line of an order."""
    lines = shop.lines.drop_duplicates("order").set_index("order")
    orders = shop.orders
    writes = orders["received"].notna() & (rng.random(len(orders)) < WRITES)
    at = orders["received"] + pd.to_timedelta(rng.exponential(3.0, len(orders)) * 86_400 // 1, unit="s")
    late = orders["received"] > deliver_by(orders, world)
    broken = _broken(shop, lines["product"].reindex(orders.index).to_numpy()) & (rng.random(len(orders)) < BREAKS)
    draws = rng.random((len(orders), 3))
    stars = 1 + np.select(
        [broken, late], [_draw(BROKEN, draws[:, 0]), _draw(CROSS, draws[:, 0])], _draw(CONTENT, draws[:, 0])
    )
    wrong = np.select([broken, late], ["broken", "late"], np.where(draws[:, 1] < 0.75, "quality", "service"))
    comment = [_says(world, star, what, draw) for star, what, draw in zip(stars, wrong, draws[:, 2], strict=True)]
    skus = np.array([product.sku for product in shop.spec.products])
    table = pd.DataFrame({
        "review_id": [f"R{number:08d}" for number in orders.index],
        "reviewed_at": moments(at),
        "sku": skus[lines["product"].reindex(orders.index).to_numpy()],
        "stars": stars,
        "order_id": world.order_ids(orders),
        "comment": comment,
    }, index=orders.index)  # fmt: skip
    return table[writes & (at < pd.Timestamp(shop.taken) + pd.Timedelta(days=1))]


def _broken(shop: Shop, product: Ints) -> NDArray[np.bool_]:
    """Tell which orders are of an article whose refunds have risen by then: a bad batch."""
    since = np.array(
        [np.datetime64(p.refunds_rise[0] if p.refunds_rise else "9999-01-01", "D") for p in shop.spec.products]
    )
    return np.asarray(shop.orders["created"].to_numpy().astype("datetime64[D]") >= since[product])


def _draw(chances: tuple[float, ...], draws: Floats) -> Ints:
    return np.minimum(np.searchsorted(np.cumsum(chances), draws, side="right"), len(chances) - 1).astype("int64")


def _says(world: World, stars: int, wrong: str, draw: float) -> str:
    said = world.praise if stars >= 4 else world.complaints[wrong]
    return said[int(draw * len(said))]


def service(shop: Shop, later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return a weekly survey: as many answers as a tenth of the parcels received, as satisfied as the reviews are."""
    told = reviews(shop, later, world, np.random.default_rng([shop.spec.seed, 4]))
    day = pd.to_datetime(told["reviewed_at"]).dt.normalize()
    week = day + pd.to_timedelta(6 - day.dt.day_of_week, unit="D")
    weekly = pd.DataFrame({"n": 1, "good": told["stars"] >= 4}).groupby(week).sum()
    weekly = weekly[weekly.index <= pd.Timestamp(shop.taken)]
    answers = 12 + weekly["n"] // 2
    satisfied = rng.binomial(answers, np.clip(weekly["good"] / weekly["n"], 0, 1))
    return pd.DataFrame({
        "day": np.datetime_as_string(weekly.index.to_numpy(), unit="D"), "survey": world.survey, "answers": answers, "satisfied": satisfied
    })  # fmt: skip
