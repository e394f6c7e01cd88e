"""Every metric of the catalogue worked by hand on a tiny shop, and the identities over random ones.

July 2026 of the shop `tea` (conftest): paid A2 120 (b1, a buyer since April; 2 cups and 10 of shipping), A3 200 (b2; a
pot of 150, a cup of 50), A4 80 (b2; a cup), of which 30 went back; placed besides A5 60 (cancelled), A6 40 (never paid)
and A7 50, paid on 1 August and refunded in full. A3's pot was refunded 20 on 10 August.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrlib.analysis.facts import DIMENSIONS, fact, facts, final_on, last_quarter
from okrlib.analysis.metrics import CATALOGUE, find_metric
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter
from tests.analysis.conftest import tea_tables
from tests.analysis.shops import add_rows, line, make_shop, opened, order, refund

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31))
BY_HAND = {
    "gmv": 550,
    "revenue": 400,
    "product_revenue": 390,
    "refund_amount": 30,
    "orders": 3,
    "units": 5,
    "buyers": 2,
    "new_buyers": 1,
    "returning_buyers": 1,
    "repeat_buyers": 1,
    "known_buyer_revenue": 400,
    "active_products": 2,
    "placed_orders": 6,
    "cancelled_orders": 1,
    "net_revenue": 370,
    "refund_rate": (30, 400),
    "revenue_per_buyer": (400, 2),
    "revenue_per_order": (400, 3),
    "units_per_order": (5, 3),
    "price_per_unit": (390, 5),
    "new_buyer_share": (1, 2),
    "returning_buyer_share": (1, 2),
    "repeat_purchase_rate": (1, 2),
    "cancelled_share": (1, 6),
    "revenue_growth_quarter": (300, 100),
    "revenue_growth_year": (80, 320),
}


@pytest.fixture(scope="module")
def data(tea):
    return opened(tea, "2026-08-31")


def by_segment(data, metric, by, period=JULY, **where):
    return {row.segment: row.value for row in facts(data, period, [metric], by=by, where=where)}


@pytest.mark.parametrize(("metric", "by_hand"), BY_HAND.items(), ids=list(BY_HAND))
def test_metric(data, metric, by_hand):
    found = fact(data, JULY, metric)
    if isinstance(by_hand, tuple):
        assert (found.numerator, found.denominator) == by_hand
        assert found.value == Decimal(by_hand[0]) / by_hand[1]
    else:
        assert (found.value, found.numerator, found.denominator) == (by_hand, None, None)
    assert (found.unit, found.reason, found.as_of) == (CATALOGUE[metric].unit, None, date(2026, 8, 31))


def test_all_metrics_together_are_what_they_are_one_by_one(data):
    together = facts(data, JULY, list(BY_HAND))
    assert together == [fact(data, JULY, name) for name in BY_HAND]


def test_by_channel_region_category_product(data):
    assert by_segment(data, "revenue", "channel") == {"mobile": 120, "web": 280}
    assert by_segment(data, "revenue", "region") == {"广东省": 120, "浙江省": 280}
    assert by_segment(data, "revenue", "category") == {"Cups": 240, "Pots": 150, "shipping": 10}
    assert by_segment(data, "units", "product") == {"Cup 茶杯": 4, "Pot 茶壶": 1, None: 0}
    assert by_segment(data, "units", "sku") == {"cup": 4, "pot": 1, None: 0}


def test_days_weeks_and_months_come_without_gaps_and_a_day_ends_at_the_stores_midnight(data):
    days = by_segment(data, "revenue", "day")
    assert list(days) == list(JULY)
    assert {day.day: value for day, value in days.items() if value} == {2: 320, 20: 80}
    assert by_segment(data, "orders", "week", Period(date(2026, 6, 29), date(2026, 7, 12))) == {
        date(2026, 6, 29): 2,
        date(2026, 7, 6): 0,
    }
    assert by_segment(data, "revenue", "month", Period(date(2026, 6, 1), date(2026, 8, 31))) == {
        date(2026, 6, 1): 0,
        date(2026, 7, 1): 400,
        date(2026, 8, 1): 50,
    }


def test_segments_of_time_end_where_the_data_do(data):
    assert list(by_segment(data, "revenue", "day", AUGUST)) == [date(2026, 8, 1)]


def test_distinct_counts_do_not_add_up_over_days(data):
    by_day = by_segment(data, "buyers", "day")
    assert sum(by_day.values()) == 3
    assert fact(data, JULY, "buyers").value == 2


def test_new_and_returning_are_told_for_the_month_they_stand_beside(data):
    summer = Period(date(2026, 7, 1), date(2026, 8, 31))
    assert fact(data, summer, "new_buyers").value == 2
    assert by_segment(data, "new_buyers", "month", summer) == {date(2026, 7, 1): 1, date(2026, 8, 1): 1}
    assert by_segment(data, "new_buyers", "day")[date(2026, 7, 20)] == 0  # b2 had bought on the 2nd
    assert by_segment(data, "returning_buyers", "day")[date(2026, 7, 20)] == 1


def test_a_second_order_counts_within_the_segment(data):
    assert by_segment(data, "repeat_buyers", "category") == {"Cups": 1, "Pots": 0, "shipping": 0}
    assert set(by_segment(data, "repeat_buyers", "day").values()) == {0}


def test_a_filter_keeps_its_rows_and_ratios_keep_their_parts(data):
    found = fact(data, JULY, "revenue_per_order", {"channel": "web"})
    assert (found.value, found.numerator, found.denominator) == (140, 280, 2)
    assert fact(data, JULY, "revenue", {"channel": "web", "category": "Cups"}).value == 130
    assert fact(data, JULY, "revenue", {"category": "Trays"}).value == 0  # listed, not sold


def test_a_refund_without_a_date_falls_on_the_day_of_payment_and_one_with_a_date_on_its_own(tmp_path):
    tables = tea_tables()
    tables["orders"].append(order("A8", "2026-08-31 12:00:00", 10, refund_amount=0))
    tables["order_lines"].append(line("A8", "1", "cup", 10))
    data = opened(make_shop(tmp_path, **tables), "2026-08-31")
    assert by_segment(data, "refund_amount", "day")[date(2026, 7, 20)] == 30
    assert fact(data, AUGUST, "refund_amount").value == 70
    assert by_segment(data, "refund_amount", "category", AUGUST) == {"Cups": 50, "Pots": 20}


def test_a_figure_says_the_days_it_covers_which_end_with_the_orders(data):
    whole = fact(data, AUGUST, "revenue")
    assert (whole.value, whole.period) == (50, Period(AUGUST.start, AUGUST.start))
    assert fact(data, AUGUST, "refund_amount").value == 50, "that of the 10th lies after the last order known"


@pytest.mark.parametrize(("step", "reason"), [(1, "the refund data end on 10 Aug 2026"), (9, None)])
def test_an_export_of_refunds_that_ends_early_makes_no_store_without_refunds(tmp_path, step, reason):
    days = [date(2026, 5, 1) + timedelta(days=n) for n in range(123)]
    back = [day for day in days[::step] if day <= date(2026, 8, 10)]
    orders = [order(f"{day:%m%d}", f"{day} 10:00:00", 10) for day in days]
    refunds = [refund(f"R{day:%m%d}", f"{day} 12:00:00", 1, order_id=f"{day:%m%d}") for day in back]
    data = opened(make_shop(tmp_path, orders=orders, refunds=refunds), "2026-08-31")
    found = fact(data, AUGUST, "refund_rate")
    assert (found.reason and found.reason.en) == reason, "where they are rare, three weeks without one are no gap"
    assert fact(data, Period(date(2026, 7, 1), date(2026, 7, 31)), "refund_rate").reason is None


@pytest.mark.parametrize(
    ("metric", "period", "how", "reason"),
    [
        ("revenue", Quarter(2025, 1).period, {}, "the data begin on 30 Jun 2025"),
        ("revenue", Period(date(2026, 8, 2), date(2026, 8, 31)), {}, "the data end on 1 Aug 2026"),
        ("revenue", Quarter(2026, 4).period, {}, "the period has not begun"),
        ("revenue", JULY, {"where": {"channel": "telephone"}}, "no channel 'telephone' in the data so far"),
        ("gmv", JULY, {"by": "category"}, "counted by order, not by line: cannot be split this way"),
        ("refund_amount", JULY, {"by": "category"}, "refunds are told by order, not by article"),
        ("revenue_growth_year", JULY, {"by": "month"}, "growth is told for the whole period only"),
        ("revenue_growth_year", Quarter(2025, 3).period, {}, "the data begin on 30 Jun 2025"),
        ("refund_rate", Period(date(2026, 7, 3), date(2026, 7, 9)), {}, "nothing to divide by in this period"),
    ],
)
def test_no_data_is_a_reason_and_never_zero(data, metric, period, how, reason):
    found = facts(data, period, [metric], **how)
    assert [(row.value, row.reason.en) for row in found] == [(None, reason)]


def test_a_covered_day_without_sales_is_zero_and_has_no_reason(data):
    found = fact(data, Period(date(2026, 7, 3), date(2026, 7, 9)), "revenue")
    assert (found.value, found.reason) == (0, None)


def test_growth_compares_only_days_the_data_know(tmp_path):
    paid = {
        "2025-06-01": 5,
        "2025-07-11": 100,
        "2025-09-20": 900,
        "2026-04-10": 300,
        "2026-06-20": 60,
        "2026-07-10": 150,
    }
    rows = [order(day, f"{day} 10:00:00", amount) for day, amount in paid.items()]
    data = opened(make_shop(tmp_path, orders=rows), "2026-09-30")
    on_year, on_quarter = facts(data, Quarter(2026, 3).period, ["revenue_growth_year", "revenue_growth_quarter"])
    assert (on_year.value, on_year.denominator) == (Decimal("0.5"), 100)  # to 11 July 2025, a Friday like 10 July 2026
    assert (on_quarter.value, on_quarter.denominator) == (Decimal("-0.5"), 300)  # to 10 April


def test_as_of_hides_what_came_later(tea):
    before = opened(tea, "2026-07-31")
    assert fact(before, JULY, "gmv").value == 550
    assert fact(before, JULY, "revenue").value == 400
    assert fact(before, Period(date(2026, 7, 1), date(2026, 9, 30)), "revenue").value == 400
    assert fact(opened(tea, "2026-07-02"), JULY, "buyers").value == 2
    assert fact(opened(tea, "2026-07-01"), JULY, "revenue").reason.en == "the data end on 5 Apr 2026"


def test_events_after_as_of_change_nothing(tmp_path):
    early = {
        "orders": [
            order("1", "2026-07-01 10:00:00", 100, buyer="a", refund_amount=0, channel="web", delivered_at=None),
            order("2", None, 50, ordered="2026-07-02 10:00:00", buyer="b", channel="web"),
        ],
        "order_lines": [line("1", "1", "cup", 100, title="Cup"), line("2", "1", "cup", 50, title="Cup")],
        "refunds": [refund("r1", "2026-07-03 10:00:00", 10, order_id="1", sku="cup")],
    }
    workbook = make_shop(tmp_path, **early)
    names, kinds = list(BY_HAND), [None, "channel", "sku", "product", "day"]
    before = [row for by in kinds for row in facts(opened(workbook, "2026-07-04"), JULY, names, by=by)]
    add_rows(
        workbook,
        orders=[
            order("2", "2026-07-05 00:00:00", 50, ordered="2026-07-02 10:00:00", buyer="b", channel="web"),
            order("3", "2026-07-06 10:00:00", 900, buyer="a", refund_amount=900, channel="phone"),
        ],
        order_lines=[line("2", "1", "cup", 50, title="Cup"), line("3", "1", "cup", 900, 9, title="A cup, renamed")],
        refunds=[refund("r2", "2026-07-05 00:00:00", 40, order_id="1", sku="cup")],
    )
    after = [row for by in kinds for row in facts(opened(workbook, "2026-07-04"), JULY, names, by=by)]
    assert [row for row in before if row not in after] + [row for row in after if row not in before] == []


def test_an_export_without_buyers_lines_or_refunds_says_so(tmp_path):
    data = opened(make_shop(tmp_path, orders=[order("1", "2026-07-01 10:00:00", 100)]), "2026-07-31")
    told = {row.metric: row.reason and row.reason.en for row in facts(data, JULY, list(BY_HAND))}
    assert {name for name, reason in told.items() if reason is None} == {
        "gmv", "revenue", "orders", "placed_orders", "cancelled_orders", "revenue_per_order", "cancelled_share",
    }  # fmt: skip
    assert told["buyers"] == "this platform's export names no buyers"
    assert told["units_per_order"] == "order lines missing: add the export of order details"
    assert told["net_revenue"] == "refunds unknown: add the after-sale or settlement export"
    assert fact(data, JULY, "revenue", {"channel": "web"}).reason.en == "the exports tell no channel"


def test_an_unknown_dimension_or_filter_is_refused_with_those_known(data):
    with pytest.raises(ParameterError, match=r"dimension 'colour': expected one of channel, category"):
        facts(data, JULY, ["revenue"], by="colour")
    with pytest.raises(ParameterError, match=r"filter 'day': expected one of channel, category"):
        fact(data, JULY, "revenue", {"day": "2026-07-01"})


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Quarter(2026, 3).period, Quarter(2026, 2).period),
        (JULY, Period(date(2026, 4, 1), date(2026, 5, 1))),
        (Period(date(2026, 7, 11), date(2026, 7, 20)), Period(date(2026, 4, 11), date(2026, 4, 20))),
        (Period(date(2026, 4, 1), date(2026, 6, 30)), Quarter(2026, 1).period),
        (Period(date(2026, 1, 1), date(2026, 1, 1)), Period(date(2025, 10, 1), date(2025, 10, 1))),
    ],
)
def test_last_quarter_is_as_many_days_from_its_start(period, before):
    assert last_quarter(period) == before


def test_refunds_keep_a_metric_open_longer_than_payments():
    assert final_on(find_metric("revenue"), JULY) == date(2026, 8, 3)
    assert final_on(find_metric("net_revenue"), JULY) == date(2026, 8, 15)


cents = st.integers(1, 20_000).map(lambda n: Decimal(n) / 100)


@st.composite
def shops(draw):
    """A few orders in July of buyers known or not, with lines that may not sum to what was paid, and refunds."""
    tables = defaultdict(list)
    for number in range(draw(st.integers(2, 8))):
        name, day = str(number), draw(st.integers(1, 31))
        paid, amount = draw(st.booleans()) or number == 0, draw(cents)
        more = {
            "buyer": draw(st.sampled_from(["a", "b", "c"])),
            "channel": draw(st.sampled_from(["web", "app", None])) if number else "web",
            "region": draw(st.sampled_from(["N", "S", None])) if number else "N",
            "refund_amount": amount if draw(st.booleans()) else 0,
        }
        at = f"2026-07-{1 if number == 0 else day:02} 12:00:00"
        tables["orders"].append(order(name, at if paid else None, amount, ordered=at, **more))
        for position in range(draw(st.integers(1, 3))):
            sku = draw(st.sampled_from(["cup", "pot"]))
            tables["order_lines"].append(line(name, str(position), sku, draw(cents), category=sku + "s", title=sku))
    return dict(tables)


@given(shops())
@settings(max_examples=8, deadline=None)
def test_parts_sum_to_the_whole_and_identities_hold(tmp_path_factory, tables):
    data = opened(make_shop(tmp_path_factory.mktemp("random"), **tables), "2026-07-31")
    whole = {row.metric: row for row in facts(data, JULY, list(BY_HAND))}
    paid = [row["paid_amount"] for row in tables["orders"] if row["paid_at"]]
    assert whole["revenue"].value == sum(paid)
    for by in set(DIMENSIONS) - {"source", "competitor"}:
        for metric in ("revenue", "refund_amount"):
            rows = facts(data, JULY, [metric], by=by)
            assert all(row.reason is None for row in rows)
            assert sum(row.value for row in rows) == whole[metric].value
    assert whole["net_revenue"].value == whole["revenue"].value - whole["refund_amount"].value
    assert whole["buyers"].value == whole["new_buyers"].value + whole["returning_buyers"].value
    assert whole["orders"].value == len(paid)
    for row in whole.values():
        if CATALOGUE[row.metric].op == "ratio" and row.value is not None:
            assert row.value == row.numerator / row.denominator
            assert row.numerator == whole[CATALOGUE[row.metric].of[0]].value


def test_the_demo_store_in_a_few_figures(demo):
    from okrlib.analysis.data import open_data

    data = open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))
    quarter = {row.metric: row for row in facts(data, Quarter(2026, 3).period, list(BY_HAND))}
    assert [name for name, row in quarter.items() if row.reason] == []
    assert 150_000 < quarter["revenue"].value < 200_000
    assert Decimal("0.02") < quarter["refund_rate"].value < Decimal("0.12")
    assert quarter["revenue"].value < quarter["gmv"].value
    assert quarter["active_products"].value <= 26
    assert Decimal("0.05") < quarter["revenue_growth_year"].value < Decimal("0.8")
    months = facts(data, Quarter(2026, 3).period, ["revenue"], by="month")
    assert sum(row.value for row in months) == quarter["revenue"].value
