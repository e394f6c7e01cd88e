"""What stands beside the demo shops' sales agrees with them."""

import numpy as np
import pandas as pd
import pytest

from okrlib.demo import STORES
from okrlib.demo.around import counts, parcels, people, rivals, traffic, voices
from okrlib.demo.simulate import run_year
from tests.demo.conftest import UNTIL

BOTH = pytest.mark.parametrize("name", list(STORES))


@pytest.fixture(scope="module")
def later():
    return {name: run_year(store.spec, UNTIL) for name, store in STORES.items()}


@pytest.fixture
def make(shops, later):
    def made(maker, name):
        return maker(shops[name], later[name], STORES[name].world, np.random.default_rng(1))

    return made


@BOTH
def test_visitors_are_more_than_buyers_and_sources_sum_to_them_where_nothing_else_tells_the_whole(shops, make, name):
    whole = traffic.overall(shops[name], STORES[name].world)
    assert (whole["visitors"] > whole["buyers"]).all()
    assert whole["orders"].sum() == shops[name].orders["paid"].notna().sum()
    apart = make(traffic.by_source, name).groupby("day")["visitors"].sum().to_numpy()
    assert (apart == whole["visitors"]).all() if not STORES[name].world.overall else (apart >= whole["visitors"]).all()


@BOTH
def test_stock_covers_what_is_sold_next_and_is_gone_while_an_article_is_sold_out(shops, make, name):
    stock = make(counts.stock, name)
    assert (stock["on_hand"] >= 0).all()
    assert not stock.duplicated(["day", "sku"]).any()
    shop = shops[name]
    paid = shop.orders["paid"].loc[shop.lines["order"]].dt.strftime("%Y-%m-%d").to_numpy()
    skus = np.array([product.sku for product in shop.spec.products])[shop.lines["product"]]
    sold = shop.lines["quantity"].groupby([paid, skus]).sum()
    counted = stock.set_index(["day", "sku"])
    before = (counted["on_hand"] + counted["inbound"]).groupby("sku").shift(1).reindex(sold.index).dropna()
    assert (before >= sold.loc[before.index]).all()
    for product in shop.spec.products:
        if gap := product.out_of_stock:
            days = [str(day) for day in gap]
            assert (counted.xs(product.sku, level="sku").loc[days, "on_hand"] == 0).all()


@BOTH
def test_parcels_and_reviews_belong_to_orders_and_the_late_are_liked_less(make, name):
    sent, said = make(parcels.shipments, name), make(voices.reviews, name)
    joined = said.merge(sent, on="order_id")
    assert len(joined) > 1000
    assert (joined["reviewed_at"] >= joined["delivered_at"]).all()
    late = joined["delivered_at"] > joined["deliver_by"]
    assert joined["stars"][late].mean() < joined["stars"][~late].mean() - 0.5
    due = sent["shipped_at"].where(sent["shipped_at"] != "", "9999")
    assert 0.75 < (due <= sent["promised_at"]).mean() < 0.97


@BOTH
def test_every_buyer_is_told_once_and_the_market_is_larger_than_we_are(shops, make, name):
    told = make(people.buyers, name)
    assert told["buyer"].is_unique
    assert len(told) == shops[name].orders["buyer"].nunique()
    market = make(rivals.market, name)
    assert not market.duplicated(["day", "category"]).any()
    assert market["day"].max() == "2026-10-01"
    rival = make(rivals.competitors, name)
    assert not rival.duplicated(["day", "competitor", "item"]).any()
    assert pd.to_datetime(rival["day"]).dt.day_of_week.eq(0).all()


@BOTH
def test_the_survey_is_of_whole_weeks_and_no_more_are_satisfied_than_answered(make, name):
    survey = make(voices.service, name)
    assert (survey["satisfied"] <= survey["answers"]).all()
    assert survey["day"].is_unique
