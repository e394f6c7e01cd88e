"""Readings, baselines, courses and outlooks of a sheet's key results; `tea` is worked by hand in test_facts."""

import time
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from okrlib.analysis import outlook as look
from okrlib.analysis.daily import history
from okrlib.analysis.data import open_data
from okrlib.analysis.facts import fact
from okrlib.analysis.metrics import find_metric
from okrlib.errors import SheetError
from okrlib.okr import read_sheet
from okrlib.periods import Period, Quarter
from tests.analysis.shops import make_shop, opened, order
from tests.okr.builders import d, kr, objective, sheet

Q3 = Quarter(2026, 3)


@pytest.fixture(scope="module")
def data(tea):
    return opened(tea, "2026-08-31")


@pytest.fixture(scope="module")
def demo_data(demo):
    return open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))


@pytest.fixture(scope="module")
def demo_sheet(demo):
    return read_sheet(demo.sheet_path("demo_shopify", Quarter(2026, 4)))


def a_sheet(*key_results):
    return sheet(objective(*key_results), store="shop", quarter="2026Q3")


def test_readings_by_hand_whole_filtered_and_until_the_due_date(data):
    found = look.readings(
        data,
        a_sheet(
            kr("O1.1", metric="revenue"),
            kr("O1.2", metric="revenue", where={"channel": "web"}),
            kr("O1.3", metric="revenue", due="2026-07-15"),
            kr("O1.4", metric="revenue_per_order", kind="at_least"),
            kr("O1.5", metric="buyers", where={"channel": "telephone"}),
            kr("O1.6", metric=None, measure={"name": "calls", "definition": "calls made", "unit": "calls"}),
        ),
    )
    assert {name: one.value for name, one in found.items()} == {
        "O1.1": 450, "O1.2": 330, "O1.3": 320, "O1.4": d("112.5"), "O1.5": None,
    }  # fmt: skip
    assert (found["O1.4"].numerator, found["O1.4"].denominator) == (450, 4)
    assert found["O1.5"].reason.en == "no channel 'telephone' in the data so far"
    assert (found["O1.1"].final_on, found["O1.3"].final_on) == (date(2026, 10, 3), date(2026, 7, 18))
    assert found["O1.1"].interim(date(2026, 8, 31))
    assert not found["O1.3"].interim(date(2026, 8, 31))


def test_one_reading_is_what_all_readings_say(data):
    one = kr("O1.1", metric="refund_rate")
    assert look.reading(data, one, Q3.period) == look.readings(data, a_sheet(one))["O1.1"]


@pytest.mark.parametrize(
    ("value", "metric", "rounded"),
    [("0.12345678", "refund_rate", "0.123457"), ("2.345", "revenue_per_order", "2.35"), ("100", "orders", "100")],
)
def test_money_is_rounded_to_the_cent_and_shares_to_six_digits(value, metric, rounded):
    assert str(look.rounded(d(value), find_metric(metric))) == rounded
    assert look.rounded(None, find_metric(metric)) is None


def test_a_metric_outside_the_catalogue_is_refused(data):
    with pytest.raises(SheetError, match=r"key result O1.1: .* did you mean revenue"):
        look.readings(data, a_sheet(kr("O1.1", metric="revenues")))


def test_baselines_by_rule_or_the_reason_there_is_none(data):
    found, missing = look.baselines(
        data,
        a_sheet(
            kr("O1.1", metric="revenue", baseline="last_quarter"),
            kr("O1.2", metric="revenue", baseline="same_quarter_last_year"),
            kr("O1.3", metric="orders", baseline="trailing_13_weeks"),
            kr("O1.4", metric="revenue", baseline=7),
        ),
        date(2026, 7, 3),
        "abc",
    )
    assert {name: (one.value, one.rule, one.period) for name, one in found.items()} == {
        "O1.1": (100, "last_quarter", "2026-04-01..2026-06-30"),
        "O1.2": (320, "same_quarter_last_year", "2025-07-01..2025-09-30"),
        "O1.3": (3, "trailing_13_weeks", "2026-04-03..2026-07-02"),
    }
    assert found["O1.1"].fingerprint == "abc"
    assert missing == {}


def test_a_baseline_is_not_frozen_before_its_days_are_known_to_the_last(tea):
    ruled = a_sheet(kr("O1.1", metric="revenue", baseline="last_quarter"))
    found, missing = look.baselines(opened(tea, "2026-07-01"), ruled, date(2026, 7, 1), "")
    assert (found, missing["O1.1"].en) == ({}, "the data end on 5 Apr 2026")


def test_history_fills_days_without_sales_and_leaves_out_what_is_unknown(tmp_path):
    rows = [order("1", "2026-07-01 10:00:00", 10), order("2", "2026-07-04 10:00:00", 5)]
    table = history(opened(make_shop(tmp_path, orders=rows), "2026-07-31"), ["revenue", "orders", "units"])
    assert list(table.columns) == ["revenue", "orders"]
    assert list(table.index) == list(pd.date_range("2026-07-01", "2026-07-04"))
    assert table["revenue"].tolist() == [10, 0, 0, 5]


def test_a_course_is_cumulated_beside_last_year(data):
    found = look.course(data, find_metric("revenue"), Q3.period, d(1000), {})
    assert found is not None
    assert found.actual.index[-1] == pd.Timestamp("2026-08-01")
    assert found.actual.loc["2026-07-02"] == 320
    assert found.actual.iloc[-1] == 450
    assert found.last_year.loc["2026-07-08"] == 0
    assert found.last_year.loc["2026-07-09"] == 320  # 10 July 2025
    assert (found.expected.index[-1], found.expected.iloc[-1]) == (pd.Timestamp("2026-09-30"), 1000)
    assert look.course(data, find_metric("revenue"), Q3.period, None, {}).expected is None


@pytest.mark.parametrize(
    ("metric", "period"),
    [("revenue_per_order", Q3.period), ("revenue", Quarter(2025, 1).period), ("revenue", Q3.next.period)],
)
def test_no_course_without_days_to_add_up(data, metric, period):
    assert look.course(data, find_metric(metric), period, d(1), {}) is None


def test_courses_of_a_sheet_keep_its_order(data):
    krs = [kr("O1.1", metric="orders", where={"channel": "web"}), kr("O1.2", metric="revenue_per_order"), kr("O1.3")]
    assert list(look.courses(data, a_sheet(*krs))) == ["O1.1", "O1.3"]


@pytest.mark.parametrize(
    ("given", "starts", "up"),
    [
        (kr(metric="refund_rate", kind="at_most", baseline=None, target="0.05"), None, False),
        (kr(metric="revenue", kind="at_least", baseline=None, target=5), None, True),
        (kr(metric="refund_rate", baseline="0.08", target="0.05"), d("0.08"), False),
        (kr(metric="refund_rate", baseline="last_quarter", target="0.05"), d("0.08"), False),
        (kr(metric="revenue", baseline="last_quarter", target=5), None, None),
    ],
)
def test_the_probability_looks_in_the_direction_of_the_target(data, given, starts, up):
    class Recorded:
        path = None

        def probability(self, target, *, at_least):
            return float(at_least)

    found = look.outlook(data, given, Q3.period, Recorded(), starts)
    assert found == look.Outlook() if up is None else found.probability == float(up)


def test_what_does_not_add_up_is_expected_at_last_years_shape_and_growth_at_its_target(data):
    found = look.outlooks(
        data,
        a_sheet(
            kr("O1.1", metric="buyers", target=8),
            kr("O1.2", metric="revenue_growth_year", kind="at_least", baseline=None, target="0.3"),
            kr("O1.3", metric="buyers", kind="between", baseline=None, target=None, band=[1, 2]),
        ),
        {},
        {},
    )
    assert (found["O1.1"].expected, found["O1.2"].expected, found["O1.3"].expected) == (8, d("0.3"), None)
    assert look.seasonal_shape(data, kr(metric="buyers"), Quarter(2025, 3).period) is None


def test_stale_exports_are_judged_by_the_last_day_they_know(demo, demo_data, demo_sheet):
    late = open_data(demo, demo.store("demo_shopify"), date(2026, 12, 10))
    assert late.stale_days == 18
    now, then = (look.outlooks(one, demo_sheet, look.courses(one, demo_sheet), {})["O1.1"] for one in (demo_data, late))
    assert now == then


def test_a_quarter_that_is_over_is_certain(demo):
    data = open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))
    closed = read_sheet(demo.sheet_path("demo_shopify", Q3))
    starts = {one.id: d(0) for one in closed.key_results if one.kind == "reach"}
    found, values = look.outlooks(data, closed, look.courses(data, closed), starts), look.readings(data, closed)
    for one in closed.key_results:
        if one.metric:
            met = one.direction(starts.get(one.id)) * (values[one.id].value - one.target) >= 0
            assert found[one.id].probability == float(met)


def test_the_demo_sheet_has_chances_and_paths_in_little_time(demo_data, demo_sheet):
    began = time.process_time()
    values = look.readings(demo_data, demo_sheet)
    laid = look.courses(demo_data, demo_sheet)
    found = look.outlooks(demo_data, demo_sheet, laid, {})
    assert time.process_time() - began < 1.5
    for name in ("O1.1", "O1.2", "O1.3"):
        assert 0 < found[name].probability < 1
        assert found[name].expected > 0
        assert values[name].value is not None
    assert laid["O1.1"].expected.iloc[-1] == pytest.approx(float(laid["O1.1"].forecast.expected_path(1).iloc[-1]) * float(
        next(one.target for one in demo_sheet.key_results if one.id == "O1.1")
    ))  # fmt: skip
    germany = laid["O2.1"].actual.iloc[-1]
    assert Decimal(str(round(germany, 2))) == values["O2.1"].value


def test_events_carry_their_names_and_reference_values_their_spans(data):
    days = data.events_in(Period(date(2026, 11, 1), date(2026, 11, 30)))
    name, offset = days[date(2026, 11, 11)]
    assert (name.zh, offset) == ("双11", 0)
    then = look.reference_values(data, kr(metric="revenue"), Q3)
    assert {label: one.value for label, one in then.items()} == {"last_quarter": 100, "same_quarter_last_year": 320}
    assert then["last_quarter"] == fact(data, Quarter(2026, 2).period, "revenue")
