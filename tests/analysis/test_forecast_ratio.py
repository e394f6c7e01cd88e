from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.forecast import Method, quarter_ratio
from okrlib.errors import DataError

DAYS = pd.date_range("2021-06-01", "2024-12-31")
AS_OF = date(2024, 8, 15)
QUARTER = (date(2024, 7, 1), date(2024, 9, 30), AS_OF)


def shop(rate, *, seed=1, series=20):
    """Visitors, and those of them who act at a seasonal `rate`."""
    rng = np.random.default_rng(seed)
    t = np.arange(len(DAYS))[:, None] / 365.25
    visitors = rng.poisson(3000 * (1 + 0.2 * np.sin(2 * np.pi * t)), (len(DAYS), series))
    odds = rate / (1 - rate) * np.exp(0.2 * np.cos(2 * np.pi * t) + 0.05 * t)
    acted = rng.binomial(visitors, odds / (1 + odds))
    return (pd.DataFrame(table.astype(float), index=DAYS) for table in (acted, visitors))


def truth(acted, visitors):
    span = slice("2024-07-01", "2024-09-30")
    return acted[span].sum() / visitors[span].sum()


@pytest.mark.parametrize("rate", [0.03, 0.4, 0.97])
def test_a_rate_is_forecast_within_its_own_width(rate):
    acted, visitors = shop(rate)
    found = quarter_ratio(acted, visitors, *QUARTER)
    actual = truth(acted, visitors)
    assert np.mean([f.quantile(0.1) <= actual[name] <= f.quantile(0.9) for name, f in found.items()]) >= 0.6
    for name, forecast in found.items():
        assert forecast.quantile(0.5) == pytest.approx(actual[name], rel=0.03)
        assert forecast.method is Method.YEAR_ON_YEAR


def test_a_rate_near_one_stays_below_it():
    acted, visitors = shop(0.995, series=1)
    forecast = quarter_ratio(acted[0], visitors[0], *QUARTER)
    assert forecast.distribution.near_one
    assert forecast.quantile(0.999) < 1
    assert forecast.probability(1.0) == 0


def test_revenue_per_buyer_has_no_ceiling_and_no_currency():
    _, buyers = shop(0.5, series=1)
    revenue = buyers * 350 * np.random.default_rng(2).lognormal(0, 0.05, (len(DAYS), 1))
    yuan, fen = (quarter_ratio(money[0], buyers[0], *QUARTER) for money in (revenue, revenue * 100))
    assert not yuan.distribution.near_one
    assert yuan.quantile(0.5) == pytest.approx(350, rel=0.02)
    assert fen.quantile(0.9) == pytest.approx(100 * yuan.quantile(0.9))
    assert yuan.spread >= 0.003


def test_the_ratio_so_far_is_unknown_before_the_quarter_begins():
    acted, visitors = shop(0.03, series=1)
    early = quarter_ratio(acted[0], visitors[0], *QUARTER[:2], date(2024, 6, 30))
    assert np.isnan(early.actual)
    assert early.probability(0.01) > 0.99
    assert early.probability(0.09) < 0.01


def test_a_ratio_that_is_over():
    acted, visitors = shop(0.03, series=1)
    over = quarter_ratio(acted[0], visitors[0], date(2024, 4, 1), date(2024, 6, 30), AS_OF)
    span = slice("2024-04-01", "2024-06-30")
    assert over.actual == over.quantile(0.2) == pytest.approx(acted[0][span].sum() / visitors[0][span].sum())
    assert (over.probability(over.actual), over.probability(over.actual * 1.01)) == (1, 0)


def test_a_day_with_one_half_missing_is_unknown():
    acted, visitors = shop(0.03, series=1)
    holed = acted[0].copy()
    holed["2024-07-10":"2024-07-20"] = np.nan
    whole, without = (quarter_ratio(a, visitors[0], *QUARTER) for a in (acted[0], holed))
    assert without.quantile(0.5) == pytest.approx(whole.quantile(0.5), rel=0.01)


def test_short_and_tiny_histories():
    acted, visitors = (frame[0] for frame in shop(0.03, series=1))
    young = quarter_ratio(acted["2024-03-01":], visitors["2024-03-01":], *QUARTER)
    assert (young.method, young.low_confidence is None) == (Method.PACE, False)
    assert young.quantile(0.5) == pytest.approx(truth(acted, visitors), rel=0.1)
    tiny = quarter_ratio(acted["2024-07-20":], visitors["2024-07-20":], *QUARTER)
    assert "8 weeks" in tiny.reason.en
    assert tiny.probability(0.03) is tiny.quantile(0.5) is None


def test_nothing_ever_bought_has_no_probability():
    acted, visitors = (frame[0] for frame in shop(0.03, series=1))
    assert quarter_ratio(acted * 0, visitors, *QUARTER).reason is not None
    assert quarter_ratio(acted, visitors * 0, *QUARTER).reason is not None


def test_a_ratio_has_no_path():
    acted, visitors = (frame[0] for frame in shop(0.03, series=1))
    with pytest.raises(ValueError, match="no cumulated path"):
        quarter_ratio(acted, visitors, *QUARTER).expected_path(0.03)


def test_both_halves_have_the_same_columns():
    acted, visitors = shop(0.03, series=2)
    with pytest.raises(DataError, match="same columns"):
        quarter_ratio(acted, visitors[[1, 0]], *QUARTER)


def test_weekly_ratios():
    acted, visitors = (frame[0].resample("W").sum() for frame in shop(0.03, series=1))
    start = date(2024, 7, 1)
    forecast = quarter_ratio(acted, visitors, start, start + timedelta(90), AS_OF, freq="W")
    assert forecast.quantile(0.1) < 0.04
    assert forecast.method is Method.YEAR_ON_YEAR


def test_a_rate_that_never_fell_short_may_well_stay_at_one():
    _, visitors = shop(0.5, series=1)
    whole = quarter_ratio(visitors[0], visitors[0], *QUARTER)
    weeks, left = whole.weeks, 46 / 7
    assert whole.probability(1.0) == pytest.approx((weeks + 1) / (weeks + left + 1))
    assert whole.quantile(0.5) == 1
    assert whole.quantile(0.001) < 1
    assert whole.probability(0.999) > whole.probability(1.0)
    assert whole.probability(1.01) == 0
    once = visitors[0].copy()
    once["2024-07-05"] -= 1
    assert quarter_ratio(once, visitors[0], *QUARTER).probability(1.0) == 0, "one that fell short cannot come back"


def seasonal_shops(level, *, series, seed=3):
    """Buyers and what they spend: dearer by half in August and September, whatever the shop."""
    rng = np.random.default_rng(seed)
    buyers = rng.poisson(400, (len(DAYS), series)).astype(float)
    season = np.where(DAYS.month.isin([8, 9]), 1.5, 1.0)[:, None]
    money = buyers * level * season * rng.lognormal(0, 0.03, buyers.shape)
    return (pd.DataFrame(table, index=DAYS) for table in (money, buyers))


@pytest.mark.parametrize("siblings", [True, False])
def test_a_young_ratio_takes_the_season_of_its_siblings(siblings):
    money, buyers = seasonal_shops(100, series=6)
    own, ours = (frame[0]["2024-03-01":] for frame in seasonal_shops(30, series=1, seed=4))
    lent = (money, buyers) if siblings else None
    quarter = (date(2024, 7, 1), date(2024, 9, 30), date(2024, 6, 30))
    found = quarter_ratio(own, ours, *quarter, siblings=lent)
    truth = own["2024-07-01":"2024-09-30"].sum() / ours["2024-07-01":"2024-09-30"].sum()
    if siblings:
        assert found.method is Method.SIBLINGS
        assert "sibling" in found.low_confidence.en
        assert found.quantile(0.5) == pytest.approx(truth, rel=0.03)
    else:
        assert found.method is Method.PACE
        assert found.quantile(0.5) < 0.8 * truth


def test_siblings_keep_their_holidays_where_countries_are_told_one_by_one():
    rng = np.random.default_rng(3)
    week = 1 + 0.8 * ((DAYS.month == 10) & (DAYS.day < 8)).astype(float)[:, None]  # China's National Day
    buyers = pd.DataFrame(rng.gamma(50, 2, (len(DAYS), 5)) * week, index=DAYS)
    ours = pd.DataFrame({"own": rng.gamma(50, 2, len(DAYS))}, index=DAYS)["2024-03-01":]
    quarter, lent = (date(2024, 10, 1), date(2024, 12, 31), date(2024, 9, 30)), (buyers * 0.3, buyers)
    one, each = (
        quarter_ratio(ours * 0.3, ours, *quarter, country=home, siblings=lent)["own"].distribution.remainder
        for home in ("CN", {"own": "CN", **dict.fromkeys(buyers, "CN")})
    )
    assert each == pytest.approx(one)


def test_longer_columns_lend_their_season_to_younger_ones_and_keep_their_own():
    money, buyers = seasonal_shops(100, series=4)
    young = [money.copy(), buyers.copy()]
    for frame in young:
        frame.loc[:"2024-02-29", 0] = np.nan
    quarter = (date(2024, 7, 1), date(2024, 9, 30), date(2024, 6, 30))
    together, alone = quarter_ratio(*young, *quarter), quarter_ratio(money[1], buyers[1], *quarter)
    assert together[0].method is Method.SIBLINGS
    assert together[1].quantile(0.5) == pytest.approx(alone.quantile(0.5))
    with pytest.raises(DataError, match="same columns"):
        quarter_ratio(money, buyers, *quarter, siblings=(money, buyers[[1, 0]]))
