from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from okrlib.demo import STORES
from okrlib.demo.catalogue import SHOPIFY, TMALL
from okrlib.demo.simulate import REFUND_LIMIT, simulate
from okrlib.periods import Period
from tests.demo.conftest import UNTIL


def daily_revenue(shop) -> pd.Series:
    paid = shop.orders[shop.orders["paid"].notna()]
    return paid.groupby(paid["created"].dt.normalize())["total"].sum() / 100


def line_table(shop) -> pd.DataFrame:
    order = shop.orders.loc[shop.lines["order"]].set_axis(shop.lines.index)
    sku = np.array([product.sku for product in shop.spec.products])[shop.lines["product"]]
    table = shop.lines.assign(sku=sku, created=order["created"], paid=order["paid"])
    return table[table["paid"].notna()]


def between(table: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    return table[table["created"].between(start, pd.Timestamp(end) + pd.Timedelta(days=1), inclusive="left")]


def test_a_later_day_adds_orders_and_leaves_the_past(shops):
    later = simulate(TMALL, date(2026, 12, 31)).known(Period(TMALL.opened, UNTIL), UNTIL)
    pd.testing.assert_frame_equal(later.orders, shops["demo_tmall"].orders)
    pd.testing.assert_frame_equal(later.lines, shops["demo_tmall"].lines)


def test_another_seed_is_another_shop(shops):
    other = simulate(replace(SHOPIFY, seed=1), UNTIL)
    assert other.orders["total"].sum() != shops["demo_shopify"].orders["total"].sum()


@pytest.mark.parametrize("name", STORES)
def test_an_order_owes_its_lines_and_postage(shops, name):
    orders, lines = shops[name].orders, shops[name].lines
    payable = lines.groupby("order")["payable"].sum()
    assert (orders["total"] == payable + orders["shipping"]).all()
    assert (lines["price"] * lines["quantity"] - lines["discount"] == lines["payable"]).all()
    assert ((lines["refund"] >= 0) & (lines["refund"] <= lines["payable"])).all()
    assert (orders["refund"] <= orders["total"]).all()


@pytest.mark.parametrize("name", STORES)
def test_refunds_come_within_fifteen_days_of_payment(shops, name):
    lines, orders = shops[name].lines, shops[name].orders
    wait = lines["refunded"] - orders["paid"].loc[lines["order"]].set_axis(lines.index)
    assert wait.max() == pd.Timedelta(seconds=REFUND_LIMIT)
    assert wait.min() > pd.Timedelta(0)
    assert ((lines["refund"] > 0) == lines["refunded"].notna()).all()


@pytest.mark.parametrize("name", STORES)
def test_every_day_is_inside_the_range_and_none_is_silent(shops, name):
    revenue = daily_revenue(shops[name])
    assert revenue.index.equals(pd.date_range("2024-06-01", UNTIL, unit=revenue.index.unit))


@pytest.mark.parametrize("name", STORES)
def test_about_three_orders_in_ten_come_from_earlier_buyers(shops, name):
    orders = shops[name].orders
    assert 0.25 < orders["buyer"].duplicated().mean() < 0.36


@pytest.mark.parametrize(("name", "per_day"), [("demo_tmall", 55), ("demo_shopify", 22)])
def test_orders_a_day_and_lines_an_order(shops, name, per_day):
    shop = shops[name]
    assert len(shop.orders) / 905 == pytest.approx(per_day, rel=0.12)
    assert len(shop.lines) / len(shop.orders) == pytest.approx(1.4, abs=0.05)


@pytest.mark.parametrize(
    ("name", "start", "least"),
    [
        ("demo_tmall", "2024-11-05", 2.5),
        ("demo_tmall", "2025-11-05", 2.5),
        ("demo_tmall", "2026-11-05", 2.5),
        ("demo_tmall", "2025-06-14", 1.4),
        ("demo_shopify", "2024-11-27", 2.2),
        ("demo_shopify", "2025-11-26", 2.2),
    ],
)
def test_events_stand_out_against_the_year_before_them(shops, name, start, least):
    weeks = daily_revenue(shops[name]).rolling(7).sum()
    end = pd.Timestamp(start) + pd.Timedelta(days=6)
    assert weeks[end] >= least * weeks[:end].tail(365).median()


def test_spring_festival_is_quiet_after_a_busy_month(shops):
    days = daily_revenue(shops["demo_tmall"])
    festival, before = days["2026-02-13":"2026-02-23"].mean(), days["2026-01-20":"2026-02-04"].mean()
    assert festival < 0.35 * before


def test_both_shops_grow(shops):
    for shop in shops.values():
        days = daily_revenue(shop)
        assert days["2026-07":"2026-09"].sum() > 1.15 * days["2025-07":"2025-09"].sum()


def test_the_best_seller_is_sold_out_for_three_weeks(shops):
    lines = line_table(shops["demo_tmall"])
    best = lines[lines["sku"] == "QL-GW-01"]
    assert between(lines, "2026-04-01", "2026-06-30")["sku"].value_counts().index[0] == "QL-GW-01"
    assert between(best, "2026-08-08", "2026-08-28").empty
    assert len(between(best, "2026-07-18", "2026-08-07")) > 60
    assert len(between(best, "2026-08-29", "2026-09-18")) > 60


def test_the_new_product_takes_off(shops):
    lines = line_table(shops["demo_tmall"])
    new = lines[lines["sku"] == "QL-CB-09"]
    assert new["created"].min() >= pd.Timestamp("2026-09-05")
    october = between(lines, "2026-10-15", "2026-11-15")
    assert "QL-CB-09" in october["sku"].value_counts().index[:3]


def test_glass_pots_come_back_more_often_from_october(shops):
    pots = line_table(shops["demo_tmall"]).query("sku == 'QL-CH-03'")
    before, after = between(pots, "2026-01-01", "2026-09-30"), between(pots, "2026-10-01", "2026-11-08")
    assert (after["refund"] > 0).mean() > 2 * (before["refund"] > 0).mean()


def test_gift_boxes_sell_before_festivals(shops):
    lines = line_table(shops["demo_tmall"])
    share = lines["sku"].str.startswith("QL-LH").groupby(lines["created"].dt.normalize()).mean()
    assert share["2026-08-31":"2026-09-19"].mean() > 2 * share["2026-07"].mean()


@pytest.mark.parametrize(("name", "places"), [("demo_tmall", {"四川省"}), ("demo_shopify", {"Berlin", "Bavaria"})])
def test_one_region_grows_fast(shops, name, places):
    shop = shops[name]
    here = np.array([region.name in places for region in shop.spec.regions])[shop.orders["region"]]
    share = pd.Series(here).groupby(shop.orders["created"].dt.year.to_numpy()).mean()
    assert share[2026] > 1.3 * share[2025] > 1.3 * 1.2 * share[2024]
