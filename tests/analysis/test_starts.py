"""Where key results start: the rule's days and data, and windows that were no ordinary ones, worked on small shops."""

from datetime import date, timedelta

import pytest

from okrlib.analysis.data import open_data
from okrlib.analysis.starts import starts
from okrlib.okr import Journal
from okrlib.stores import Workbook
from tests.analysis.shops import make_shop, order
from tests.okr.builders import d, kr, objective, sheet

ON = date(2026, 10, 5)


@pytest.fixture
def shop(tmp_path):
    """A shop that takes 100 a day from 1 April 2026 on, but for the days and amounts given."""

    def opened(first=date(2026, 4, 1), **odd):
        days = [first + timedelta(days=n) for n in range((date(2026, 10, 4) - first).days + 1)]
        paid = {str(day): odd.get(f"d{day:%m%d}", 100) for day in days}
        orders = [
            order(f"{day}", f"{day} 10:00:00", amount, refund_amount=0)
            for day, amount in paid.items()
            if amount is not None
        ]
        make_shop(tmp_path, orders=orders)
        workbook = Workbook(tmp_path)
        return open_data(workbook, workbook.store("shop"), ON)

    return opened


def begun(data, **fields):
    one = sheet(
        objective(kr("a", metric="revenue", baseline="last_quarter", target=20_000, **fields), kr("b")), store="shop"
    )
    return starts(data, one, Journal(), ON)


def test_a_rule_names_its_days_and_a_typed_number_none(shop):
    found = begun(shop())
    assert (found["a"].baseline.value, found["a"].baseline.period) == (d(9200), "2026-07-01..2026-09-30")
    assert (found["b"].baseline.value, found["b"].baseline.period, found["b"].frozen_on) == (d(100), None, None)
    assert (found["a"].unusual, found["b"].unusual) == ((), ())


def test_one_week_that_weighs_heavily_is_named_with_what_the_baseline_would_be(shop):
    (says,) = begun(shop(d0812=3000))["a"].unusual
    # 92 days bring 12,100; without the week of 10 August (3,600), 8,500 in 85 days: 9,200 at that pace, 24 % less.
    assert says.en.startswith("One week weighs heavily, that of 10 Aug 2026")
    assert says.en.endswith("without it the baseline would be 24% lower.")
    assert "8月10日 当周" in says.zh
    assert says.zh.endswith("基线会低 24%。")


def test_an_event_that_the_quarter_has_too_is_no_oddity(shop):
    data = shop(first=date(2025, 10, 1), d1111=9000)
    one = sheet(objective(kr("a", metric="revenue", baseline="same_quarter_last_year", target=50_000)), store="shop")
    assert starts(data, one, Journal(), ON)["a"].unusual == ()
    later = sheet(
        objective(kr("a", metric="revenue", baseline="last_quarter", target=50_000)), store="shop", quarter="2026Q1"
    )
    (says,) = starts(data, later, Journal(), ON)["a"].unusual
    assert "(Double 11)" in says.en


def test_days_without_an_order_in_a_row(shop):
    (says,) = begun(shop(d0801=None, d0802=None, d0803=None))["a"].unusual
    assert says.en == "Not one order from 1 Aug 2026 to 3 Aug 2026: is an export missing?"


def test_two_days_off_are_no_gap(shop):
    assert begun(shop(d0801=None, d0802=None))["a"].unusual == ()


def test_a_window_that_begins_before_the_data_gives_no_baseline(shop):
    assert "a" not in begun(shop(first=date(2026, 7, 11)))
