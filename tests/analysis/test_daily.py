"""Measures by day: the days of a quarter sum to its figure, whatever it counts; and what the forecast makes of them."""

from datetime import date, timedelta

import numpy as np
import pytest

from okrlib.analysis.backtest import backtest
from okrlib.analysis.daily import history
from okrlib.analysis.data import open_data
from okrlib.analysis.facts import compared_with, fact
from okrlib.analysis.forecast import Method
from okrlib.analysis.metrics import CATALOGUE, find_metric
from okrlib.analysis.outlook import course
from okrlib.analysis.targets import Policy
from okrlib.analysis.tracks import eve, forecasts, tracks
from okrlib.periods import Period, Quarter
from tests.analysis.shops import add_rows, line, make_shop, opened, order

COUNTS = ["buyers", "new_buyers", "returning_buyers", "repeat_buyers", "active_products"]
SHARES = ["returning_buyer_share", "repeat_purchase_rate", "revenue_per_buyer"]
Q3 = Quarter(2026, 3)
FIRST, LAST = date(2024, 1, 1), date(2026, 8, 15)
POLICY = Policy(committed=0.7, challenging=0.35, stretch=0.12, sandbagging=0.9, fantasy=0.05, flat_growth=0.1)


def test_a_buyer_counts_on_the_first_day_of_the_quarter_and_again_on_the_second_order(tmp_path):
    rows = [
        order("z", "2026-06-20 10:00:00", 10, buyer="a"),
        order("c", "2026-07-02 10:00:00", 10, buyer="a"),  # returning; its second order comes on the 4th
        order("b", "2026-07-04 10:00:00", 10, buyer="a"),
        order("d", "2026-07-04 11:00:00", 10, buyer="b"),
        order("e", "2026-07-05 11:00:00", 10, buyer=None),
        order("f", "2026-10-01 11:00:00", 10, buyer="a"),
    ]
    table = history(opened(make_shop(tmp_path, orders=rows), "2026-10-02"), COUNTS[:4])
    days = table[table.sum(axis=1) > 0].astype(int)
    assert {f"{day:%m-%d}": tuple(row) for day, row in zip(days.index, days.to_numpy(), strict=True)} == {
        "06-20": (1, 1, 0, 0), "07-02": (1, 0, 1, 0), "07-04": (1, 1, 0, 1), "10-01": (1, 0, 1, 0),
    }  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """About four orders a day of 900 buyers, some far keener than others, growing; two regions, thirty articles."""
    rng = np.random.default_rng(3)
    keen = rng.dirichlet(np.full(900, 0.6))
    orders, lines = [], []
    for day in range((LAST - FIRST).days + 1):
        for number in range(rng.poisson(4 * np.exp(0.1 * day / 365 + 0.2 * np.sin(2 * np.pi * day / 365)))):
            at, name = FIRST + timedelta(day), f"{day:04}-{number:02}"
            orders.append(
                order(name, f"{at} {10 + number % 12}:00:00", round(float(rng.gamma(4, 25)), 2),
                      buyer=f"b{rng.choice(900, p=keen)}", region=("east", "west")[int(rng.random() < 0.3)])
            )  # fmt: skip
            lines.append(line(name, "1", f"s{rng.geometric(0.15):02}", 1))
    shop = make_shop(tmp_path_factory.mktemp("counts"), orders=orders[:200], order_lines=lines[:200])
    for begin in range(200, len(orders), 200):
        add_rows(shop, orders=orders[begin : begin + 200], order_lines=lines[begin : begin + 200])
    return open_data(shop, shop.store("shop"), LAST)


@pytest.mark.parametrize("where", [{}, {"region": "west"}], ids=["all", "west"])
@pytest.mark.parametrize("metric", [*COUNTS, *SHARES, "revenue", "revenue_growth_quarter"])
def test_the_days_of_every_quarter_sum_to_its_figure(data, metric, where):
    laid = tracks(data, {"it": (metric, tuple(where.items()))})["it"]
    for period in (Quarter(2025, 2).period, Quarter(2026, 1).period, Period(Q3.start, LAST)):
        assert laid.over(period) == pytest.approx(float(fact(data, period, metric, where).value), abs=1e-9)


def test_every_distinct_count_of_the_catalogue_is_told_by_day():
    counted = {name for name, metric in CATALOGUE.items() if metric.distinct}
    assert counted == set(COUNTS)
    assert find_metric("returning_buyers").distinct == ("buyer", "first_paid_at < since")
    assert find_metric("orders").distinct is find_metric("revenue").distinct is None


def test_counts_and_shares_are_forecast_within_their_width(data):
    quarter, week8 = Quarter(2026, 2), 56
    laid = tracks(data, {name: (name, ()) for name in ["buyers", "repeat_buyers", *SHARES]})
    for day in (eve(quarter.period), eve(quarter.period) + timedelta(week8)):
        for name, found in forecasts(data, laid, quarter.period, day).items():
            assert found.method is Method.YEAR_ON_YEAR
            assert found.quantile(0.01) < float(fact(data, quarter.period, name).value) < found.quantile(0.99), name


def test_the_way_to_a_count_is_last_years_accumulation(data):
    """A quarter's first weeks bring most of its buyers: a straight line would call a quarter on its way far ahead."""
    found = course(data, find_metric("buyers"), Q3.period, 500, {})
    half = found.expected.loc["2026-08-15"]
    assert half > 500 * 46 / 92
    assert found.actual.iloc[-1] == fact(data, Period(Q3.start, LAST), "buyers").value
    last_year = fact(data, Period(date(2025, 7, 1), date(2025, 8, 15)), "buyers").value
    assert found.last_year.loc["2026-08-15"] == last_year


@pytest.mark.parametrize("metric", ["revenue_growth_year", "revenue_growth_quarter"])
def test_growth_is_the_total_on_a_known_base(data, metric):
    laid = tracks(data, {"growth": (metric, ()), "revenue": ("revenue", ())})
    found = forecasts(data, laid, Q3.period, LAST)
    base = float(fact(data, compared_with(find_metric(metric), Q3.period), "revenue").value)
    for p in (0.1, 0.5, 0.9):
        assert found["growth"].quantile(p) == pytest.approx(found["revenue"].quantile(p) / base - 1)
    target = found["revenue"].quantile(0.7)
    assert found["growth"].probability(target / base - 1) == pytest.approx(0.3)
    assert found["growth"].actual == pytest.approx(float(fact(data, Q3.period, metric).value))
    with pytest.raises(ValueError, match="no cumulated path"):
        found["growth"].expected_path(0.1)


def test_a_growth_without_its_base_says_so_and_one_that_is_over_is_certain(data):
    laid = tracks(data, {"growth": ("revenue_growth_year", ())})
    early = forecasts(data, laid, Quarter(2024, 3).period, date(2024, 8, 31))["growth"]
    assert (early.probability(0.1), early.quantile(0.5)) == (None, None)
    assert "not in the data" in early.reason.en
    over = forecasts(data, laid, Quarter(2026, 2).period, LAST)["growth"]
    came = float(fact(data, Quarter(2026, 2).period, "revenue_growth_year").value)
    assert (over.method, over.quantile(0.5)) == (Method.COMPLETE, pytest.approx(came))
    assert [over.probability(came - 0.01), over.probability(came + 0.01)] == [1, 0]


def test_counts_shares_and_growth_are_put_on_trial(data):
    found = backtest(data, tracks(data, {n: (n, ()) for n in ("buyers", "repeat_purchase_rate")}), POLICY)
    assert found.reason is None
    assert found.covered / len(found.replays) >= 0.6
    whole, grown = (backtest(data, tracks(data, {"x": (n, ())}), POLICY) for n in ("revenue", "revenue_growth_year"))
    assert whole == grown


def test_articles_that_have_all_sold_are_no_silence_of_the_store(data):
    laid = tracks(data, {"range": ("active_products", (("region", "nowhere"),))})
    assert laid == {}
    found = forecasts(data, tracks(data, {"range": ("active_products", ())}), Q3.period, LAST)["range"]
    assert found.reason is None or "what sells has sold" in found.reason.en or "range" in found.reason.en
