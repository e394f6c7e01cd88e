"""The promises of quarter_total: no look ahead, no unit, honest width, a word for each series it cannot forecast."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrlib.analysis.events import events_for
from okrlib.analysis.forecast import CATEGORY_SPREAD, LEVELS, Method, quarter_ratio, quarter_total
from okrlib.errors import DataError, ParameterError

AS_OF = date(2024, 8, 15)
QUARTER = (date(2024, 7, 1), date(2024, 9, 30), AS_OF)
DAYS = pd.date_range("2021-06-01", "2024-12-31")


def sales(days=DAYS, *, growth=0.1, noise=0.1, seed=1, series=None):
    """Daily sales with a week, a year, a growth a year and noise, half of it in drifting weeks."""
    rng = np.random.default_rng(seed)
    n = series or 1
    t = np.arange(len(days))[:, None] / 365.25
    season = 1 + 0.3 * np.sin(2 * np.pi * (t - 0.1)) + 0.1 * np.cos(6 * np.pi * t)
    week = (1 + 0.4 * (days.day_of_week.to_numpy() >= 5))[:, None]
    drift = np.repeat(np.cumsum(rng.normal(0, noise / 12, (len(days) // 7 + 1, n)), axis=0), 7, axis=0)[: len(days)]
    level = 1000 * np.exp(np.log1p(growth) * t + drift + rng.normal(0, noise, (len(days), n)))
    frame = pd.DataFrame(level * season * week, index=days)
    return frame if series else frame[0]


HISTORY = sales()
KNOWN = HISTORY[: str(AS_OF)]


# -- what it says -----------------------------------------------------------------------------------------------------


def test_a_steady_store_is_forecast_closely():
    forecast = quarter_total(HISTORY, *QUARTER)
    actual = HISTORY["2024-07-01":"2024-09-30"].sum()
    assert forecast.method is Method.YEAR_ON_YEAR
    assert forecast.weeks == 167
    assert forecast.low_confidence is forecast.reason is None
    assert forecast.actual == pytest.approx(HISTORY["2024-07-01":"2024-08-15"].sum())
    assert forecast.quantile(0.5) == pytest.approx(actual, rel=0.03)
    assert forecast.mean == pytest.approx(forecast.quantile(0.5), rel=0.01)


def test_quantiles_and_probabilities_are_two_views_of_one_curve():
    forecast = quarter_total(HISTORY, *QUARTER)
    assert list(forecast.quantiles.index) == list(LEVELS)
    assert len(forecast.quantiles) == 199
    assert forecast.quantiles.is_monotonic_increasing
    for p in (0.1, 0.5, 0.9):
        assert forecast.probability(forecast.quantile(p), at_least=False) == pytest.approx(p)
        assert forecast.probability(forecast.quantile(p)) == pytest.approx(1 - p)


def test_what_is_in_already_is_certain():
    forecast = quarter_total(HISTORY, *QUARTER)
    assert forecast.probability(forecast.actual) == 1
    assert forecast.probability(forecast.actual, at_least=False) == 0


@given(st.lists(st.floats(0, 5e5), min_size=2, max_size=6))
@settings(max_examples=50)
def test_a_higher_target_is_never_likelier(targets):
    chances = [FORECAST.probability(target) for target in sorted(targets)]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)


FORECAST = quarter_total(HISTORY, *QUARTER)


def test_a_target_may_be_decimal():
    assert FORECAST.probability(Decimal("120000.50")) == FORECAST.probability(120000.5)


@pytest.mark.parametrize("p", [0, 1, -0.1, 2])
def test_a_quantile_needs_a_probability(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        FORECAST.quantile(p)


def test_the_closer_the_end_the_narrower():
    widths = []
    for as_of in (date(2024, 6, 30), date(2024, 7, 28), date(2024, 8, 25), date(2024, 9, 22)):
        forecast = quarter_total(HISTORY, *QUARTER[:2], as_of)
        widths.append(forecast.quantile(0.9) - forecast.quantile(0.1))
    assert widths == sorted(widths, reverse=True)


def test_a_quarter_that_is_over_is_its_own_figure():
    forecast = quarter_total(HISTORY, date(2024, 4, 1), date(2024, 6, 30), AS_OF)
    total = HISTORY["2024-04-01":"2024-06-30"].sum()
    assert forecast.method is Method.COMPLETE
    assert forecast.quantile(0.01) == forecast.quantile(0.99) == forecast.mean == pytest.approx(total)
    assert (forecast.probability(forecast.actual), forecast.probability(total * 1.001)) == (1, 0)
    assert forecast.probability(forecast.actual, at_least=False) == 1


def test_a_quarter_may_be_forecast_before_it_begins():
    early = quarter_total(HISTORY, date(2024, 10, 1), date(2024, 12, 31), AS_OF)
    assert early.actual == 0
    assert early.quantile(0.1) < HISTORY["2024-10-01":"2024-12-31"].sum() < early.quantile(0.9)


# -- what it must not depend on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [0, np.nan, 1e9])
def test_nothing_after_as_of_matters(later):
    changed = HISTORY.copy()
    changed[str(AS_OF + timedelta(1)) :] = later
    pair = [quarter_total(h, *QUARTER, country="CN") for h in (changed, KNOWN)]
    assert pair[0] == pair[1]
    pd.testing.assert_series_equal(pair[0].expected_path(1), pair[1].expected_path(1))


def test_nothing_after_as_of_matters_to_a_young_store_and_a_ratio():
    frame = sales(series=4)
    frame.loc[:"2024-02-01", 0] = np.nan
    changed = frame.copy()
    changed[str(AS_OF + timedelta(1)) :] *= 7
    assert quarter_total(frame, *QUARTER)[0] == quarter_total(changed, *QUARTER)[0]
    orders = 1 + frame[[1]] / 50
    assert quarter_ratio(frame[[1]], orders, *QUARTER) == quarter_ratio(changed[[1]], orders, *QUARTER)


def test_currency_does_not_matter():
    frame = sales(series=3)
    frame.loc[:"2024-01-10", 0] = np.nan
    plain, scaled = quarter_total(frame, *QUARTER), quarter_total(frame * 1e4, *QUARTER)
    for name in frame:
        assert scaled[name].spread == pytest.approx(plain[name].spread)
        assert scaled[name].quantile(0.2) == pytest.approx(1e4 * plain[name].quantile(0.2))
        assert scaled[name].probability(1e9) == pytest.approx(plain[name].probability(1e5))


def test_a_frame_is_its_columns():
    frame = sales(series=3)
    frame.loc["2024-03-03":"2024-03-30", 1] = np.nan
    together = quarter_total(frame, *QUARTER, country={0: "CN", 1: "US", 2: "CN"})
    for name, country in ((0, "CN"), (1, "US"), (2, "CN")):
        alone = quarter_total(frame[name], *QUARTER, country=country)
        assert together[name].quantile(0.3) == pytest.approx(alone.quantile(0.3))
        assert together[name].weeks == alone.weeks


# -- whether it is honest ---------------------------------------------------------------------------------------------


def test_coverage_and_calibration_on_a_known_truth():
    frame = sales(series=400, noise=0.15, growth=0, seed=3)  # growth is trusted to nine tenths only, by design
    inside, low, brier = {}, [], []
    for week in (0, 4, 8):
        found = quarter_total(frame, *QUARTER[:2], date(2024, 7, 1) + timedelta(7 * week - 1))
        actual = frame["2024-07-01":"2024-09-30"].sum()
        inside[week] = np.mean([f.quantile(0.1) <= actual[name] <= f.quantile(0.9) for name, f in found.items()])
        low += [actual[name] < f.quantile(0.5) for name, f in found.items()]
        target = 1.02 * frame["2023-07-03":"2023-10-02"].sum()
        brier += [(f.probability(target[name]) - (actual[name] >= target[name])) ** 2 for name, f in found.items()]
    assert all(0.70 <= share <= 0.95 for share in inside.values()), inside
    assert 0.4 <= np.mean(low) <= 0.6
    assert np.mean(brier) < 0.15


# -- gaps, closures, odd series ---------------------------------------------------------------------------------------


def test_missing_days_are_unknown_not_zero():
    gap = pd.date_range("2024-07-10", "2024-07-14")
    whole, holed, zeroed = KNOWN, KNOWN.drop(gap), KNOWN.where(~KNOWN.index.isin(gap), 0.0)
    medians = [quarter_total(h, *QUARTER).quantile(0.5) for h in (whole, holed, zeroed)]
    assert medians[1] == pytest.approx(medians[0], rel=0.01)
    assert medians[2] < medians[0] - 0.9 * KNOWN[gap].sum()


def test_a_long_gap_inside_the_quarter_is_forecast_too():
    holed = quarter_total(KNOWN.drop(pd.date_range("2024-07-05", "2024-07-30")), *QUARTER)
    assert holed.quantile(0.5) == pytest.approx(FORECAST.quantile(0.5), rel=0.03)
    assert holed.quantile(0.9) - holed.quantile(0.1) > FORECAST.quantile(0.9) - FORECAST.quantile(0.1)


def test_a_gap_in_a_finished_quarter_leaves_it_open():
    holed = HISTORY.drop(pd.date_range("2024-05-06", "2024-05-07"))
    forecast = quarter_total(holed, date(2024, 4, 1), date(2024, 6, 30), AS_OF)
    assert forecast.actual < forecast.quantile(0.01) < forecast.quantile(0.99)
    assert forecast.quantile(0.5) == pytest.approx(HISTORY["2024-04-01":"2024-06-30"].sum(), rel=0.005)


def test_days_that_are_always_closed_stay_closed():
    shut = HISTORY.where(HISTORY.index.day_of_week != 6, 0.0)
    forecast = quarter_total(shut, *QUARTER)
    assert forecast.quantile(0.5) == pytest.approx(shut["2024-07-01":"2024-09-30"].sum(), rel=0.03)


def test_a_closure_last_year_does_not_become_this_years_season():
    closed = HISTORY.copy()
    closed["2023-08-20":"2023-09-25"] = 0
    forecast = quarter_total(closed, *QUARTER)
    assert forecast.quantile(0.5) == pytest.approx(HISTORY["2024-07-01":"2024-09-30"].sum(), rel=0.05)
    assert "Last year" in forecast.low_confidence.en


@pytest.mark.parametrize("silence", [0.0, np.nan])
def test_two_silent_weeks_are_not_green(silence):
    quiet = KNOWN.copy()
    quiet[-16:] = silence
    forecast = quarter_total(quiet, *QUARTER)
    assert "closed, or an export is missing" in forecast.reason.en
    assert forecast.probability(0) is forecast.quantile(0.5) is forecast.mean is None
    assert forecast.quantiles.empty
    assert forecast.actual > 0


def test_refund_days_may_be_negative():
    refunded = HISTORY.copy()
    refunded[::20] = -400
    forecast = quarter_total(refunded, *QUARTER)
    assert forecast.quantile(0.1) < refunded["2024-07-01":"2024-09-30"].sum() < forecast.quantile(0.9)


def test_nothing_but_refunds_has_no_probability():
    forecast = quarter_total(-HISTORY, *QUARTER)
    assert forecast.probability(1) is None
    assert "sums to nothing" in forecast.reason.en


def test_a_spare_part_gets_a_range_only():
    rng = np.random.default_rng(5)
    parts = pd.Series(np.where(rng.random(len(DAYS)) < 0.05, rng.poisson(3, len(DAYS)), 0).astype(float), index=DAYS)
    forecast = quarter_total(parts, *QUARTER)
    assert forecast.method is Method.RANGE
    assert forecast.probability(1) is forecast.mean is None
    assert "range" in forecast.reason.en
    assert forecast.actual <= forecast.quantile(0.1) < parts["2024-07-01":"2024-09-30"].sum() < forecast.quantile(0.9)


def test_an_empty_series_says_so():
    assert "8 weeks" in quarter_total(HISTORY * np.nan, *QUARTER).reason.en
    assert "sums to nothing" in quarter_total(HISTORY * 0, *QUARTER).reason.en


def test_a_quarter_of_zeros_that_is_over_is_zero_and_one_untold_is_not():
    over = (date(2024, 4, 1), date(2024, 6, 30), AS_OF)
    assert quarter_total(HISTORY * 0, *over).probability(0) == 1
    assert quarter_total(HISTORY * np.nan, *over).probability(0) is None


def test_a_shop_that_opened_within_a_finished_quarter_is_its_own_figure_alone_and_in_a_frame():
    over = (date(2024, 4, 1), date(2024, 6, 30), AS_OF)
    young = HISTORY["2024-05-10":]
    zeros = HISTORY.where(HISTORY.index >= "2024-05-10", 0.0)
    frame = pd.DataFrame({"old": HISTORY, "young": young, "zeros": zeros})
    for found in (quarter_total(young, *over), *(quarter_total(frame, *over)[name] for name in ("young", "zeros"))):
        assert found.method is Method.COMPLETE
        assert found.actual == pytest.approx(HISTORY["2024-05-10":"2024-06-30"].sum())


def test_a_weekday_that_is_never_told_is_closed_not_unknown():
    zeroed = HISTORY.where(HISTORY.index.day_of_week != 6, 0.0)
    left_out = HISTORY[HISTORY.index.day_of_week != 6]
    assert quarter_total(left_out, *QUARTER) == quarter_total(zeroed, *QUARTER)
    assert quarter_ratio(left_out, left_out / 50, *QUARTER).actual == pytest.approx(50)


@pytest.mark.parametrize("weekday", ["MON", "WED", "SAT", "SUN"])
def test_weeks_may_end_on_any_weekday(weekday):
    weeks = HISTORY.resample(f"W-{weekday}").sum()[1:-1]
    found = quarter_total(weeks, *QUARTER, freq="W", country="DE")
    assert found.quantile(0.05) < weeks["2024-07-01":"2024-09-30"].sum() < found.quantile(0.95)


@pytest.mark.parametrize("as_given", [
    lambda h: h.round(2).map(lambda x: Decimal(str(x))), lambda h: h.round(2).astype("float32"),
    lambda h: h.round(2).sample(frac=1, random_state=1), lambda h: h.round(2).to_period("D"),
    lambda h: h.round(2).set_axis(h.index.date),
])  # fmt: skip
def test_the_same_figures_in_another_dress_give_the_same_forecast(as_given):
    found, plain = quarter_total(as_given(KNOWN), *QUARTER), quarter_total(KNOWN.round(2), *QUARTER)
    assert found.quantile(0.1) == pytest.approx(plain.quantile(0.1), rel=1e-6)


# -- short histories --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "method"), [(7, Method.NONE), (8, Method.PACE), (64, Method.PACE), (65, Method.YEAR_ON_YEAR)]
)
def test_what_a_history_is_good_for(weeks, method):
    forecast = quarter_total(KNOWN[-7 * weeks :], *QUARTER)
    assert (forecast.weeks, forecast.method) == (weeks, method)
    assert (forecast.low_confidence is not None) is (method is Method.PACE)
    assert (forecast.probability(1e5) is None) is (method is Method.NONE)


def test_a_store_opened_in_mid_year_takes_its_siblings_season():
    siblings = sales(series=5, noise=0.05, seed=8)
    young = (siblings[4] * 0.2).where(siblings.index >= "2024-03-01", 0.0)  # zeros before the opening are no sales yet
    forecast = quarter_total(young, *QUARTER, siblings=siblings[[0, 1, 2, 3]])
    alone = quarter_total(young, *QUARTER)
    actual = young["2024-07-01":"2024-09-30"].sum()
    assert forecast.method is Method.SIBLINGS
    assert forecast.weeks == 24
    assert "sibling" in forecast.low_confidence.en
    assert abs(forecast.quantile(0.5) / actual - 1) < 0.03 < abs(alone.quantile(0.5) / actual - 1)
    assert alone.spread > forecast.spread


def test_a_frames_long_columns_are_the_siblings_of_its_short_ones():
    frame = sales(series=3, seed=8)
    frame.loc[:"2024-03-01", 0] = np.nan
    assert [f.method for f in quarter_total(frame, *QUARTER).values()] == [Method.SIBLINGS, *[Method.YEAR_ON_YEAR] * 2]


def test_siblings_that_disagree_lend_less_certainty():
    days = np.arange(len(DAYS)) / 365.25
    phases = np.linspace(0, 1, 8, endpoint=False)
    apart = pd.DataFrame({p: 1000 * np.exp(0.3 * np.sin(2 * np.pi * (days + p))) for p in phases}, index=DAYS)
    alike = pd.DataFrame(dict.fromkeys(phases, apart[0.0]), index=DAYS)
    sure, unsure = (quarter_total(KNOWN[-26 * 7 :], *QUARTER, siblings=kin).spread for kin in (alike, apart))
    assert unsure > 1.5 * sure


def test_a_category_is_given_more_room():
    frame = sales(series=3, seed=8)
    frame.loc[:"2024-06-01", 0] = np.nan
    store, category = (quarter_total(frame, *QUARTER, prior_spread=prior)[0] for prior in (0.10, CATEGORY_SPREAD))
    assert category.spread > 2 * store.spread


# -- the path ---------------------------------------------------------------------------------------------------------


def test_the_path_follows_last_years_days():
    path = FORECAST.expected_path(Decimal(200))
    last = HISTORY["2023-07-03":"2023-10-02"]
    assert path.iloc[-1] == 200
    assert list(path.index) == list(pd.date_range("2024-07-01", "2024-09-30"))
    np.testing.assert_allclose(path, 200 * np.cumsum(last.to_numpy()) / last.sum())


def test_the_path_is_straight_only_without_a_year():
    np.testing.assert_allclose(quarter_total(KNOWN[-200:], *QUARTER).expected_path(92), np.arange(1, 93))


def test_the_path_of_a_young_store_is_its_siblings():
    frame = pd.DataFrame({"old": HISTORY, "young": HISTORY.where(HISTORY.index > "2024-02-01")})
    found = quarter_total(frame, *QUARTER)
    np.testing.assert_allclose(found["young"].expected_path(9), found["old"].expected_path(9))


def test_siblings_that_sold_nothing_lend_no_season():
    empty = pd.DataFrame({"odd": np.where(np.arange(len(DAYS)) % 2, 5.0, -5.0)}, index=DAYS)
    path = quarter_total(KNOWN[-200:], *QUARTER, siblings=empty).expected_path(92)
    assert path.iloc[-1] == 92
    assert np.isfinite(path).all()


# -- weeks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [12, 13, 14])
def test_quarters_of_any_number_of_weeks(weeks):
    history = HISTORY.resample("W-FRI").sum()
    start, as_of = date(2024, 6, 29), date(2024, 8, 9)
    end = start + timedelta(7 * weeks - 1)
    forecast = quarter_total(history, start, end, as_of, freq="W")
    assert len(forecast.expected_path(1)) == weeks
    assert forecast.actual == pytest.approx(HISTORY["2024-06-29":"2024-08-09"].sum())
    assert forecast.quantile(0.5) == pytest.approx(HISTORY[str(start) : str(end)].sum(), rel=0.03)


# -- events -----------------------------------------------------------------------------------------------------------


def with_events(history, ids, lift):
    """Multiply the event's own days, every year."""
    changed = history.copy()
    for event in events_for("CN"):
        if event.id in ids:
            for _, anchor in event.occurrences(history.index[0].date(), history.index[-1].date()):
                days = pd.date_range(anchor - timedelta(event.before), anchor + timedelta(event.after))
                changed[changed.index.isin(days)] *= lift
    return changed


def test_a_festival_that_moves_out_of_a_quarters_reach_is_followed():
    history = with_events(HISTORY, {"spring_festival"}, 0.3)  # 22 January 2023, 10 February 2024
    quarter = (date(2024, 1, 1), date(2024, 2, 10), date(2023, 12, 20))
    actual = history["2024-01-01":"2024-02-10"].sum()
    errors = [
        abs(quarter_total(history, *quarter, events=e).quantile(0.5) / actual - 1) for e in (events_for("CN"), ())
    ]
    assert errors[0] < 0.05 < errors[1]


def test_double_11_keeps_its_day_and_its_place_on_the_path():
    history = with_events(HISTORY, {"double_11"}, 5.0)
    forecast = quarter_total(history, date(2024, 10, 1), date(2024, 12, 31), date(2024, 10, 31), country="CN")
    assert forecast.quantile(0.5) == pytest.approx(history["2024-10-01":"2024-12-31"].sum(), rel=0.04)
    steps = forecast.expected_path(100).diff()
    assert steps["2024-11-11"] > 2.5 * steps["2024-10-15"]
    assert steps["2024-11-14"] < 1.6 * steps["2024-10-15"]


def test_the_users_multiplier_scales_the_days_to_come():
    history = with_events(HISTORY, {"double_11"}, 5.0)
    quarter = (date(2024, 10, 1), date(2024, 12, 31), date(2024, 10, 25))
    doubled = events_for("CN", None, [{"id": "double_11", "multiplier": 2}])
    plain, twice = (quarter_total(history, *quarter, events=e).quantile(0.5) for e in (events_for("CN"), doubled))
    event = history["2024-10-31":"2024-11-13"].sum()
    assert twice - plain == pytest.approx(event, rel=0.1)


# -- what is refused --------------------------------------------------------------------------------------------------


def test_impossible_dates_are_refused():
    with pytest.raises(ParameterError, match="cannot end"):
        quarter_total(HISTORY, date(2024, 9, 30), date(2024, 7, 1), AS_OF)
    with pytest.raises(ParameterError, match="26 weeks"):
        quarter_total(HISTORY, date(2025, 4, 1), date(2025, 6, 30), AS_OF)
    with pytest.raises(DataError, match="no history up to 2020-01-01"):
        quarter_total(HISTORY, date(2020, 1, 1), date(2020, 3, 31), date(2020, 1, 1))
    with pytest.raises(ParameterError, match="'XX'"):
        quarter_total(HISTORY, *QUARTER, country="XX")


def test_unusable_indexes_are_refused():
    with pytest.raises(DataError, match="2024-08-15 twice"):
        quarter_total(pd.concat([KNOWN, KNOWN[-1:]]), *QUARTER)
    with pytest.raises(DataError, match="time zone"):
        quarter_total(KNOWN.tz_localize("Asia/Shanghai"), *QUARTER)
    with pytest.raises(DataError, match="whole days"):
        quarter_total(KNOWN.set_axis(KNOWN.index + pd.Timedelta(hours=1)), *QUARTER)
    with pytest.raises(DataError, match="same weekday"):
        quarter_total(KNOWN[::3], *QUARTER, freq="W")
    with pytest.raises(DataError, match="say freq='W'"):
        quarter_total(KNOWN[::7], *QUARTER)
    with pytest.raises(DataError, match=r"day or week, found \[0, 1, 2\]"):
        quarter_total(KNOWN.reset_index(drop=True), *QUARTER)
    with pytest.raises(DataError, match=r"no number: .*'many'"):
        quarter_total(KNOWN.astype(object).replace(KNOWN.iloc[3], "many"), *QUARTER)
    with pytest.raises(ParameterError, match="expected a pandas Series"):
        quarter_total([1, 2, 3], *QUARTER)
    with pytest.raises(ParameterError, match="freq 'M'"):
        quarter_total(KNOWN, *QUARTER, freq="M")
    with pytest.raises(DataError, match="infinite"):
        quarter_total(KNOWN.replace(KNOWN.iloc[3], np.inf), *QUARTER)


def test_days_before_the_first_week_is_over():
    forecast = quarter_total(KNOWN[-3:], *QUARTER)
    assert (forecast.weeks, forecast.method) == (0, Method.NONE)
