"""Metrics of what stands beside the sales, worked by hand on the teahouse (conftest) in July 2026.

Sold: 4 cups and a pot. Ten visitors a day; counts of stock on the 1st, 11th and 31st; three parcels due, one of them on
time; three reviews, one of them bad.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from okrlib.analysis.facts import DIMENSIONS, fact, facts
from okrlib.analysis.metrics import CATALOGUE, IDENTITIES
from okrlib.periods import Period
from tests.analysis.shops import opened

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
BY_HAND = {
    "visitors": 310,
    "page_views": 930,
    "conversion": (2, 310),
    "order_conversion": (3, 310),
    "revenue_per_visitor": (400, 310),
    "pages_per_visitor": (930, 310),
    "ad_spend": 50,
    "ad_impressions": 2500,
    "ad_clicks": 50,
    "ad_revenue": 90,
    "ad_return": (90, 50),
    "ad_cost_share": (50, 400),
    "cost_per_click": (50, 50),
    "click_through_rate": (50, 2500),
    "listed_products": 3,
    "new_listings": 1,
    "cost_of_goods": 140,  # 4 cups at 20, a pot at 60
    "stock_value": 300,  # 10 cups and 3 pots: 380; 4 and 2: 200; 2 pots and 8 trays: 320
    "stock_value_days": 8120,  # for 10 days, 20 days, 1 day
    "closing_units": 10,
    "inventory_turnover": (140, 300),
    "inventory_days": (8120, 140),
    "available_units": 15,
    "sell_through": (5, 15),
    "product_days": 63,
    "sold_out_days": 1,
    "stock_out_rate": (1, 63),
    "parcels_due": 3,
    "parcels_on_time": 1,
    "on_time_shipping": (1, 3),
    "deliveries_due": 3,
    "deliveries_on_time": 1,
    "on_time_delivery": (1, 3),
    "reviews": 3,
    "stars": 11,
    "review_score": (11, 3),
    "bad_reviews": 1,
    "bad_review_share": (1, 3),
    "answers": 20,
    "satisfied_answers": 18,
    "satisfaction": (18, 20),
    "gross_margin": 230,  # 400 paid, 30 given back, 140 of goods
    "gross_margin_rate": (230, 370),
    "platform_fees": 20,  # of two orders, and 4 that belong to none; the third order is settled in August
    "settled_sales": 320,
    "fee_share": (20, 320),
    "shipping_cost": 14,
    "shipping_cost_share": (14, 400),
    "contribution": 146,
    "contribution_margin": (146, 370),
    "ad_cost_of_sale": (50, 90),
    "acquisition_cost": (50, 1),
    "market_size": 3900,  # cups 2,400 and pots 1,500; August is not over
    "market_revenue": 390,
    "market_share": (390, 3900),
    "brand_searches": 72,
    "category_searches": 900,
    "search_share": (72, 900),
    "own_basket": 270,  # a cup brought 60, a pot 150: cup, pot, cup
    "their_basket": 325,
    "price_index": (270, 325),
}

_BY_LINE = {"orders"}  # an order of two articles stands with both
NOT_SUMMED = {
    "category": _BY_LINE, "product": _BY_LINE, "sku": _BY_LINE,
    "source": {"visitors", "page_views"},  # the teahouse's sources do not tell every visit
}  # fmt: skip


@pytest.fixture(scope="module")
def data(teahouse):
    return opened(teahouse, "2026-08-31")


@pytest.mark.parametrize(("metric", "by_hand"), BY_HAND.items(), ids=list(BY_HAND))
def test_metric(data, metric, by_hand):
    found = fact(data, JULY, metric)
    if isinstance(by_hand, tuple):
        assert (found.numerator, found.denominator) == by_hand
        assert found.value == Decimal(by_hand[0]) / by_hand[1]
    else:
        assert (found.value, found.numerator, found.denominator) == (by_hand, None, None)
    assert (found.unit, found.reason) == (CATALOGUE[metric].unit, None)


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: "=".join((identity.whole, *identity.parts)))
def test_the_identities_hold_in_the_data(data, identity):
    whole, *parts = (fact(data, JULY, name) for name in (identity.whole, *identity.parts))
    made, *others = (Fraction(p.numerator or p.value) / Fraction(p.denominator or 1) for p in parts)
    for other in others:
        made = {"product": made * other, "difference": made - other, "sum": made + other}[identity.op]
    assert whole.value == made


@pytest.mark.parametrize("by", DIMENSIONS)
def test_the_parts_of_what_adds_up_sum_to_the_whole_by_every_split(data, by):
    names = [
        metric.name for metric in CATALOGUE.values() if metric.adds_up and metric.name not in NOT_SUMMED.get(by, ())
    ]
    whole = {row.metric: row for row in facts(data, JULY, names)}
    parts = {}
    for row in facts(data, JULY, names, by=by):
        if row.reason is None:
            parts.setdefault(row.metric, []).append(row.value)
    assert parts or by == "competitor"
    for name, values in parts.items():
        assert sum(values) == whole[name].value, name


def test_visitors_by_source_are_told_but_do_not_sum_to_all(data):
    first = Period(JULY.start, JULY.start)
    assert {row.segment: row.value for row in facts(data, first, ["visitors"], by="source")} == {
        "search": 6,
        "direct": 5,
    }
    assert fact(data, first, "visitors").value == 10
    assert fact(data, first, "visitors", {"source": "search"}).value == 6


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("conversion", "no traffic export for 2026Q3"),
        ("ad_spend", "no advertising export for 2026Q3"),
        ("inventory_turnover", "no stock export for 2026Q3"),
        ("cost_of_goods", "unit costs missing: add them to the product list"),
        ("review_score", "no review export for 2026Q3"),
        ("satisfaction", "no satisfaction export for 2026Q3"),
        ("on_time_shipping", "no shipping export for 2026Q3"),
        ("fee_share", "no settlement export for 2026Q3"),
        ("shipping_cost", "no parcel cost export for 2026Q3"),
        ("market_share", "no market export for 2026Q3"),
        ("search_share", "no search export for 2026Q3"),
        ("price_index", "no competitor export for 2026Q3"),
    ],
)
def test_an_absent_table_switches_off_what_needs_it_in_words(tea, metric, words):
    found = fact(opened(tea, "2026-07-31"), JULY, metric)
    assert (found.value, found.reason.en) == (None, words)


def test_a_table_that_ends_early_is_not_taken_for_a_fall(data):
    august = Period(date(2026, 8, 1), date(2026, 8, 31))
    assert fact(data, august, "visitors").reason.en == "no traffic export for 1 Aug 2026"
    partly = fact(data, Period(date(2026, 6, 1), date(2026, 7, 31)), "visitors")
    assert partly.reason.en == "the traffic export tells only 31 of 61 days"
    early = fact(data, Period(date(2026, 6, 1), date(2026, 7, 31)), "closing_units")
    assert early.reason.zh == "库存数据从 2026年7月1日 开始"


def test_a_source_that_does_not_know_a_dimension_says_so(data):
    assert fact(data, JULY, "conversion", {"region": "浙江省"}).reason.en == "the traffic export does not tell region"
    assert facts(data, JULY, ["revenue"], by="source")[0].reason.en == "not told by traffic source"
    assert facts(data, JULY, ["listed_products"], by="month")[0].reason.en == "told for the end of the period only"
