"""Other shops and the market: looked at every Monday, and told by month and category."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from okrlib.demo.around.traffic import days_of, overall
from okrlib.demo.around.world import Rival, World
from okrlib.demo.cells import amounts
from okrlib.demo.seasons import PROMOTION, Days, Floats
from okrlib.demo.shop import Product, Shop, cents

LOOKED = 420  # days back that rivals have been looked at
MATCHED = 8  # articles of ours that each rival is held against
LOSS = 0.9  # of our share of the market is left after a year


def competitors(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return what was seen of each rival's articles every Monday: price, promotion, reviews, units of the last month."""
    days = days_of(shop)
    mondays = days[((days.astype(int) + 3) % 7 == 0) & (days > np.datetime64(shop.taken) - LOOKED)]
    known = sorted((p for p in shop.on_sale() if p.share > 0), key=lambda product: -product.share)
    tables = [
        _watched(shop, world, rival, product, mondays, rng)
        for number, rival in enumerate(world.rivals)
        for product in known[number : number + MATCHED]
    ]
    return pd.concat(tables).sort_values(["day", "competitor", "item"], kind="stable")


def _watched(
    shop: Shop, world: World, rival: Rival, product: Product, days: Days, rng: np.random.Generator
) -> pd.DataFrame:
    years = (days - np.datetime64(shop.spec.opened)).astype(float) / 365.25
    sale = shop.spec.season.promotions(days) >= PROMOTION
    price = cents(product.price) * rival.price * float(rng.lognormal(0, 0.06)) * np.where(sale, 0.9, 1.0)
    if rival.cuts:
        price = np.where(days >= np.datetime64(rival.cuts[0]), price * rival.cuts[1], price)
    units = 900 * product.share * np.exp(rival.growth * years) * rng.lognormal(0, 0.1, len(days))
    count = np.rint(400 * product.share * 10 * (1 + years) * rival.rating / 4.6)
    return pd.DataFrame({
        "day": np.datetime_as_string(days), "competitor": rival.name, "item": f"{rival.name} {product.title}",
        "price": amounts(np.rint(price / 100).astype("int64") * 100), "promotion": np.where(sale, world.offer, ""),
        "review_count": count.astype("int64"), "rating": round(rival.rating + float(rng.normal(0, 0.05)), 1),
        "category": product.category, "our_sku": product.sku, "units": np.rint(units).astype("int64"),
        "complaints": rival.complaints,
    })  # fmt: skip


def market(shop: Shop, _later: Shop, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return each whole month's sales of our categories, our rank, and searches for the category and for us."""
    own = _own_sales(shop)
    month = pd.PeriodIndex(own.index.get_level_values(0))
    years = (month.to_timestamp() - pd.Timestamp(shop.spec.opened)).days.to_numpy() / 365.25
    share: Floats = world.share_of_market * LOSS**years * rng.lognormal(0, 0.03, len(own))
    visits = overall(shop, world)["visitors"]
    visited = visits.groupby(pd.DatetimeIndex(visits.index).to_period("M")).sum().reindex(month).to_numpy()
    searches = np.rint(visited * 14 * rng.lognormal(0, 0.05, len(own)))
    return pd.DataFrame({
        "day": month.strftime("%Y-%m-01"), "category": own.index.get_level_values(1),
        "market_amount": amounts(np.rint(own.to_numpy() / share).astype("int64")),
        "our_rank": np.rint(12 / (share / world.share_of_market) ** 3).astype("int64"),
        "search_volume": searches.astype("int64"), "brand_search_volume": np.rint(searches * share * 0.9).astype("int64"),
    })  # fmt: skip


def _own_sales(shop: Shop) -> pd.Series:
    """Return cents paid for our articles by month and category, in the months that are over."""
    paid = pd.Series(shop.orders["paid"].loc[shop.lines["order"]].to_numpy()).dt.to_period("M")
    category = pd.Series(np.array([product.category for product in shop.spec.products])[shop.lines["product"]])
    own = shop.lines["payable"].reset_index(drop=True).groupby([paid, category]).sum()
    over = pd.Period(shop.taken + timedelta(days=1), "M")
    return own[own.index.get_level_values(0) < over]
