"""What is noise and what is not: the tests behind the findings, on series made by hand."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.analysis.evidence import Daily, daily_money, doubt, scatter, usual_growth, weeks, yearly_log
from okrlib.periods import Period
from tests.analysis.shops import line, make_shop, opened, order


def test_weeks_end_with_the_last_day():
    assert weeks(np.arange(16.0)).tolist() == [sum(range(2, 9)), sum(range(9, 16))]
    assert weeks(np.ones((2, 14))).tolist() == [[7, 7], [7, 7]]


def test_a_steady_trend_is_no_noise_and_a_moving_season_is():
    assert scatter(np.arange(40) * 0.01, 4) < 0.2
    calm = np.tile([0.01, -0.01], 26)
    swings = calm + np.repeat(np.tile([0.5, -0.5, 0.0], 5), 4)[:52]
    assert scatter(calm, 4) < 0.02
    assert scatter(swings, 4) > 0.3


def test_too_few_weeks_know_no_scatter():
    assert scatter(np.array([1.0, np.nan] * 20), 4) is None
    assert doubt(5, None) == 1


def test_doubt_is_two_sided_and_grows_with_the_number_of_tests():
    assert doubt(2.086, 1) == pytest.approx(0.05, abs=1e-3)  # Student's t with 20 degrees of freedom
    assert doubt(-2.086, 1) == doubt(2.086, 1)
    assert doubt(2.086, 1, 10) == pytest.approx(0.5, abs=1e-2)
    assert doubt(0.1, 1, 100) == 1


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=30))
def test_the_usual_growth_is_that_of_a_segment(values):
    then = np.array(values)
    assert usual_growth(then * 1.25, then) == pytest.approx(1.25)


def test_one_newcomer_moves_the_usual_growth_little():
    assert usual_growth(np.array([110.0, 110, 110, 900]), np.array([100.0, 100, 100, 50])) == pytest.approx(1.1)
    assert usual_growth(np.array([5.0]), np.array([0.0])) is None


def test_yearly_log_compares_with_the_whole():
    year = np.ones(364)
    own, whole = np.concatenate([year, 3 * np.ones(28)]), np.concatenate([year, 1.5 * np.ones(28)])
    assert yearly_log(own, whole) == pytest.approx([np.log(2)] * 4)
    assert np.isnan(yearly_log(np.concatenate([year * 0, np.ones(7)]), np.ones(371))).all()


def test_daily_money_names_what_is_large_and_keeps_the_rest(tmp_path):
    rows = [
        ("1", "2025-07-02", "a", 90),
        ("2", "2026-07-01", "b", 60),
        ("3", "2026-07-02", "c", 5),
        ("4", "2026-07-02", "b", 40),
    ]
    tables = {
        "orders": [order(n, f"{day} 10:00:00", paid) for n, day, _, paid in rows],
        "order_lines": [line(n, "1", sku, paid) for n, _, sku, paid in rows],
    }
    data = opened(make_shop(tmp_path, **tables), "2026-07-05")
    period = Period(date(2026, 7, 1), date(2026, 7, 5))
    found = daily_money(data, "sku", period, 50)
    assert found.names == ("a", "b")
    assert found.within(period).tolist() == [0, 100, 5]
    assert found.within(period.a_year_ago()).tolist() == [90, 0, 0]
    assert found.total.sum() == 195
    assert found.luck(1, period) == pytest.approx((60**2 + 40**2) ** 0.5 / 100)
    assert found.luck(0, period) == 0
    assert set(data.columns("SELECT 1 AS x", [])) == {"x"}


def test_days_outside_the_span_count_nothing():
    table = Daily(("a",), np.ones((2, 10)), Period(date(2026, 7, 1), date(2026, 7, 10)))
    assert table.within(Period(date(2026, 6, 1), date(2026, 7, 3))).tolist() == [3, 3]
    assert table.within(Period(date(2026, 7, 9), date(2026, 8, 3))).tolist() == [2, 2]
    assert table.within(Period(date(2025, 7, 9), date(2025, 7, 9) + timedelta(days=3))).tolist() == [0, 0]
