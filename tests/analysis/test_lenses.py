"""The rows behind the state of the business, worked by hand on the shop `tea` (see test_facts) and smaller ones."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.lenses import (
    buyers_by_month,
    change,
    compared,
    daily,
    known,
    segment_label,
    split,
    top_products,
    weekly,
)
from okrlib.periods import Period, Quarter
from tests.analysis.shops import line, make_shop, opened, order

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
Q3 = Quarter(2026, 3).period


@pytest.fixture(scope="module")
def data(tea):
    return opened(tea, "2026-08-31")


def d(text):
    return Decimal(text)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(d(12), d(10), d("0.2")), (d(0), d(10), d(-1)), (d(5), d(0), None), (None, d(1), None), (d(1), None, None)],
)
def test_a_change_needs_both_sides(now, before, expected):
    assert change(now, before) == expected


def test_known_days_end_with_the_data_and_not_with_the_calendar(data):
    assert known(data, Q3) == Period(date(2026, 7, 1), date(2026, 8, 1))
    assert known(data, Quarter(2026, 4).period) is None
    assert known(data, Quarter(2024, 4).period) is None


def test_metrics_are_compared_on_the_days_the_data_know(data):
    revenue, buyers = compared(data, Q3, "revenue", "buyers")
    assert (revenue.now.value, revenue.last_quarter.value, revenue.last_year.value) == (450, 100, 320)
    assert revenue.last_year.period == Period(date(2025, 7, 2), date(2025, 8, 2))
    assert (revenue.on_quarter, revenue.on_year) == (d("3.5"), d(450) / 320 - 1)
    assert (buyers.now.value, buyers.on_quarter, buyers.on_year) == (3, 2, 2)
    (early,) = compared(data, Quarter(2025, 3).period, "revenue")
    assert (early.now.value, early.on_year, early.last_year.reason.en) == (320, None, "the data begin on 30 Jun 2025")


def test_daily_lays_the_same_weekday_of_last_year_beside_each_day(data):
    points = {point.day: point for point in daily(data, Q3)}
    assert list(points) == list(Q3)
    assert (points[date(2026, 7, 2)].value, points[date(2026, 7, 2)].last_year) == (320, 0)
    ninth = points[date(2026, 7, 9)]  # a Thursday, like 10 July 2025
    assert (ninth.value, ninth.last_year, ninth.day.weekday()) == (0, 320, date(2025, 7, 10).weekday())
    assert (points[date(2026, 8, 1)].value, points[date(2026, 8, 2)].value) == (50, None)


def test_daily_knows_no_year_before_the_data_begin(data):
    points = daily(data, Period(date(2026, 6, 26), date(2026, 6, 30)))
    assert [point.last_year for point in points] == [None, None, None, 10, 0]


def test_weekly_holds_whole_weeks_only(data):
    points = weekly(data)
    assert (points[0].span, points[0].value) == (Period(date(2025, 6, 30), date(2025, 7, 6)), 10)
    assert points[-1].span.end == date(2026, 7, 26)  # 1 August is a Saturday
    summer = {point.day: (point.value, point.last_year) for point in points[-5:]}
    assert summer == {
        date(2026, 6, 22): (0, None),
        date(2026, 6, 29): (320, 10),
        date(2026, 7, 6): (0, 320),
        date(2026, 7, 13): (0, 0),
        date(2026, 7, 20): (80, 0),
    }
    assert len(weekly(data, weeks=3)) == 3


def test_a_split_has_shares_and_changes_on_the_same_days_of_last_year(data):
    found = split(data, JULY, "category")
    assert (found.total, found.reason) == (400, None)
    assert found.before == Period(date(2025, 7, 2), date(2025, 8, 1))
    rows = [(part.label.zh, part.value, part.share, part.last_year, part.change) for part in found.parts]
    assert rows == [
        ("Cups", 240, d("0.6"), 0, None),
        ("Pots", 150, d("0.375"), 320, d(150) / 320 - 1),
        ("运费", 10, d("0.025"), 0, None),
    ]
    assert sum(part.value for part in found.parts) == found.total


def test_what_sold_only_last_year_is_a_part_with_zero(data):
    parts = split(data, Period(date(2026, 7, 20), date(2026, 7, 20)), "channel").parts
    assert [(part.segment, part.value) for part in parts] == [("web", 80)]
    parts = split(data, Period(date(2026, 7, 6), date(2026, 7, 10)), "channel").parts
    assert [(part.segment, part.value, part.share, part.last_year) for part in parts] == [("web", 0, None, 320)]


def test_a_split_without_last_year_or_without_the_dimension_says_so(tmp_path):
    rows = [order("1", "2026-07-01 10:00:00", 10, region="GB"), order("2", "2026-07-03 10:00:00", 5)]
    data = opened(make_shop(tmp_path, orders=rows), "2026-07-31")
    found = split(data, JULY, "region")
    assert (found.before, found.period.end) == (None, date(2026, 7, 3))
    assert [(part.label.en, part.label.zh, part.value, part.last_year) for part in found.parts] == [
        ("United Kingdom", "英国", 10, None),
        ("not recorded", "未记录", 5, None),
    ]
    none = split(data, JULY, "channel")
    assert (none.parts, none.total, none.reason.en) == ((), None, "the exports tell no channel")
    assert split(data, Quarter(2026, 4).period, "region").reason.en == "the period has not begun"


def test_top_products_leave_out_what_is_no_product(data):
    best = top_products(data, JULY)
    rows = [(p.sku, p.title, p.category, p.units, p.revenue, p.share, p.last_quarter, p.change) for p in best]
    assert rows == [
        ("cup", "Cup 茶杯", "Cups", 4, 240, d(240) / 390, 100, d("1.4")),
        ("pot", "Pot 茶壶", "Pots", 1, 150, d(150) / 390, 0, None),
    ]
    assert [p.refund_share for p in best] == [None, None]  # July's refund names no article
    assert [p.sku for p in top_products(data, JULY, limit=1)] == ["cup"]
    august = top_products(data, Period(date(2026, 8, 1), date(2026, 8, 31)))
    assert [(p.sku, p.refund_share) for p in august] == [("cup", 1)]


def test_a_product_that_all_came_back_is_no_best_seller_but_can_be_asked_for(tmp_path):
    rows = [("kept", 50, 0), ("back", 90, 90), ("small", 10, 0)]
    orders = [order(sku, "2026-07-01 10:00:00", paid, refund_amount=back) for sku, paid, back in rows]
    data = opened(
        make_shop(tmp_path, orders=orders, order_lines=[line(sku, "1", sku, paid) for sku, paid, _ in rows]),
        "2026-07-31",
    )
    assert [one.sku for one in top_products(data, JULY)] == ["kept", "small", "back"]
    assert [one.sku for one in top_products(data, JULY, limit=1, also=["back"])] == ["kept", "back"]


def test_countries_are_named_in_both_languages_by_code_or_by_their_english_name():
    for name in ("GB", "United Kingdom"):
        label = segment_label("region", name)
        assert (label.en, label.zh) == ("United Kingdom", "英国")
    assert segment_label("region", "EIRE").zh == "EIRE"
    assert segment_label("region", "浙江省").en == "浙江省"
    assert segment_label("region", "Georgia").zh == "Georgia", "a state as well"


@pytest.mark.parametrize(("other", "label"), [("GB", "加拿大"), ("TX", "CA")])
def test_regions_of_two_letters_are_states_where_one_of_them_is_no_country(tmp_path, other, label):
    orders = [order(region, "2026-07-01 10:00:00", 10, region=region) for region in ("CA", other)]
    data = opened(make_shop(tmp_path, orders=orders), "2026-07-31")
    assert data.by_state == (other == "TX")
    assert {part.segment: part.label.zh for part in split(data, JULY, "region").parts}["CA"] == label


def test_top_products_need_lines_and_the_period(tmp_path, data):
    bare = opened(make_shop(tmp_path, orders=[order("1", "2026-07-01 10:00:00", 10)]), "2026-07-31")
    assert top_products(bare, JULY) == []
    assert top_products(data, Quarter(2024, 1).period) == []


def test_top_products_know_last_quarter_only_where_the_data_reach_it(tmp_path):
    rows = {"orders": [order("1", "2026-07-01 10:00:00", 10)], "order_lines": [line("1", "1", "cup", 10)]}
    (product,) = top_products(opened(make_shop(tmp_path, **rows), "2026-07-31"), JULY)
    assert (product.last_quarter, product.change, product.title) == (None, None, "cup")


def test_buyers_by_month(data):
    months = buyers_by_month(data, date(2026, 8, 31), months=5)
    rows = [(row.month, row.buyers, row.new, row.returning, row.returning_share) for row in months]
    assert rows == [
        (date(2026, 4, 1), 1, 1, 0, 0),
        (date(2026, 5, 1), 0, 0, 0, None),
        (date(2026, 6, 1), 0, 0, 0, None),
        (date(2026, 7, 1), 2, 1, 1, d("0.5")),
        (date(2026, 8, 1), 1, 1, 0, 0),
    ]
    assert months[-1].span == Period(date(2026, 8, 1), date(2026, 8, 1))
    assert buyers_by_month(data, date(2026, 8, 31), months=24)[0].span == Period(date(2025, 6, 30), date(2025, 6, 30))


def test_no_buyers_no_months(tmp_path):
    bare = opened(make_shop(tmp_path, orders=[order("1", "2026-07-01 10:00:00", 10)]), "2026-07-31")
    assert buyers_by_month(bare, date(2026, 7, 31)) == []
