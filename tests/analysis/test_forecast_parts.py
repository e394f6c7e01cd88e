"""The forecast's parts, each against figures worked by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.events import events_for
from okrlib.analysis.forecast.alignment import align
from okrlib.analysis.forecast.distribution import Certain, GammaRange, LogStudent, RatioStudent
from okrlib.analysis.forecast.grid import fill_gaps, intermittent, lay, make_grid, opened, same_days, without_closures
from okrlib.analysis.forecast.growth import grown_last_year, log_growth, make_panel
from okrlib.analysis.forecast.regression import make_design, make_dummies, public_holidays, remainders
from okrlib.analysis.forecast.spread import Replay, make_replay, robust_sd, spread


def grid_of(days, end=None, as_of=None, freq="D"):
    last = days[-1].date()
    return make_grid(days, last - timedelta(30), end or last, as_of or last, freq)


def row(grid, day):
    return grid.rows.row_of(date.fromisoformat(day))


DAYS = pd.date_range("2022-01-01", "2024-12-31")
GRID = grid_of(DAYS)


# -- the grid ---------------------------------------------------------------------------------------------------------


def test_a_week_is_named_by_its_last_day():
    weeks = pd.date_range("2024-01-05", periods=40, freq="7D")
    grid = make_grid(weeks, date(2024, 6, 29), date(2024, 9, 27), date(2024, 8, 1), "W")
    assert [str(day.date()) for day in grid.quarter[[0, -1]]] == ["2024-07-05", "2024-09-27"]
    assert str(grid.index[grid.known - 1].date()) == "2024-07-26"  # the week that ends on 2 August is not over
    assert grid.index[grid.rows.row_of(date(2024, 7, 6))] == pd.Timestamp("2024-07-12")


def test_zeros_before_the_opening_and_long_closures_are_unknown():
    days = pd.date_range("2024-01-01", periods=100)
    values = np.ones(100)
    values[:10], values[20], values[40:54], values[70:83] = 0, 0, 0, 0
    grid = grid_of(days)
    seen = ~np.isnan(without_closures(opened(values[:, None]), grid))[:, 0]
    assert list(np.flatnonzero(~seen)) == [*range(10), *range(40, 54)]


def test_short_gaps_take_their_weekday_and_the_ends_stay_open():
    values = np.tile(np.arange(7.0), 10)[:, None]
    values[:3], values[30:33], values[-2:] = np.nan, np.nan, np.nan
    filled = fill_gaps(values, np.isnan(values), grid_of(pd.date_range("2024-01-01", periods=70)))
    assert list(filled[30:33, 0]) == [2, 3, 4]
    assert np.isnan(filled[[0, 1, 2, 68, 69], 0]).all()


def test_intermittent_is_judged_by_weeks_and_without_a_closure():
    grid = grid_of(pd.date_range("2024-01-01", periods=280))
    steady, weekly, rare, closed = np.ones(280), np.zeros(280), np.zeros(280), np.ones(280)
    weekly[::7], rare[::10], closed[100:200] = 1, 1, 0
    assert list(intermittent(np.column_stack([steady, weekly, rare, closed]), grid)) == [False, False, True, False]


def test_series_known_on_the_same_days_go_together():
    seen = np.array([[True, False, True], [True, True, True]])
    assert [list(columns) for _, columns in same_days(seen)] == [[0, 2], [1]]


def test_lay_keeps_nothing_after_as_of():
    grid = grid_of(DAYS, as_of=date(2024, 12, 15))
    values = lay(pd.DataFrame({"a": range(len(DAYS))}, index=DAYS), grid)
    assert np.isnan(values[grid.known :]).all()
    assert values[grid.known - 1, 0] == len(DAYS) - 17


# -- last year's day --------------------------------------------------------------------------------------------------


def test_an_ordinary_day_meets_its_weekday_52_weeks_before():
    alignment = align(GRID.rows, ())
    assert alignment.source[row(GRID, "2024-09-10")] == row(GRID, "2023-09-12")
    assert alignment.ordinary.all()
    assert (alignment.source[:364] < 0).all()


def test_an_event_day_meets_the_same_day_of_the_event():
    alignment = align(GRID.rows, events_for("CN"))
    for day, before in (("2024-02-10", "2023-01-22"), ("2024-02-03", "2023-01-15"), ("2024-11-11", "2023-11-11")):
        assert alignment.source[row(GRID, day)] == row(GRID, before)
        assert not alignment.ordinary[row(GRID, day)]


def test_a_day_that_met_an_event_last_year_meets_the_nearest_ordinary_week():
    alignment = align(GRID.rows, events_for("CN"))
    day = row(GRID, "2024-01-19")  # 52 weeks before: 20 January 2023, two days before the festival of 2023
    assert alignment.source[day] == row(GRID, "2023-02-10")
    assert alignment.ordinary[day]


def test_weeks_follow_the_week_that_holds_the_anchor():
    weeks = pd.date_range("2022-01-02", "2024-12-29", freq="7D")
    grid = make_grid(weeks, date(2024, 9, 30), date(2024, 12, 29), date(2024, 12, 29), "W")
    alignment = align(grid.rows, events_for("CN"))
    assert alignment.source[row(grid, "2024-11-11")] == row(grid, "2023-11-11")  # a Monday and a Saturday: 53 weeks
    assert row(grid, "2024-11-11") - row(grid, "2023-11-11") == 53


def test_a_multiplier_weighs_its_years_days_only():
    events = events_for("CN", None, [{"id": "618", "multiplier": {2024: 1.5}}])
    factor = align(GRID.rows, events).factor
    assert (factor[row(GRID, "2024-06-18")], factor[row(GRID, "2023-06-18")], factor[row(GRID, "2024-07-18")]) == (
        1.5,
        1,
        1,
    )


def test_a_moved_day_is_put_on_its_own_weekdays_level():
    weekend = np.where(DAYS.day_of_week >= 5, 2.0, 1.0)[:, None]
    panel = make_panel(GRID, align(GRID.rows, events_for("CN")), weekend, np.ones(len(DAYS), dtype=bool))
    rows = panel.paired
    np.testing.assert_allclose(panel.last[rows], weekend[rows])


# -- the point --------------------------------------------------------------------------------------------------------


def panel_of(values, events=()):
    return make_panel(GRID, align(GRID.rows, events), values[:, None], np.ones(len(values), dtype=bool))


def test_growth_is_nine_tenths_of_a_steady_growth():
    panel = panel_of(1.1 ** (np.arange(len(DAYS)) / 364))
    origins = np.array([800, 1000])
    np.testing.assert_allclose(log_growth(panel, origins), 0.9 * np.log(1.1) * np.ones((2, 1)))


def test_growth_is_clipped():
    values = np.where(np.arange(len(DAYS)) < 700, 1.0, 50.0)
    np.testing.assert_allclose(log_growth(panel_of(values), np.array([900])), [[0.9 * 0.7]])


def test_event_days_leave_the_growth_windows():
    values = np.ones(len(DAYS))
    values[row(GRID, "2024-11-11")] = 1000
    panel = panel_of(values, events_for("CN"))
    assert log_growth(panel, np.array([row(GRID, "2024-11-20")])) == 0


def test_last_year_grows_into_the_window():
    values = np.where(np.arange(len(DAYS)) < 600, 1.0, 1.2)
    window = np.zeros((1, len(DAYS)))
    window[0, 900:910] = 1
    lyg = grown_last_year(panel_of(values), np.array([900]), window)
    np.testing.assert_allclose(lyg, [[10 * 1.2**0.9]])


def test_the_regression_finds_trend_weekday_and_holiday():
    time = np.arange(len(DAYS)) / 1000
    truth = 2 + time + 0.5 * (DAYS.day_of_week.to_numpy() == 5)
    truth[[row(GRID, f"{year}-10-01") for year in (2022, 2023, 2024)]] += 3
    panel = panel_of(truth)
    window = np.zeros((1, len(DAYS)))
    window[0, 980:1010] = 1  # holds the National Day of 2024
    total = remainders(
        panel, make_design(panel, make_dummies(GRID.rows, GRID.known, (), "CN")), np.array([980]), window
    )
    assert total[0, 0] == pytest.approx(truth[980:1010].sum(), rel=0.01)


def test_public_holidays_keep_their_names():
    assert (date(2024, 12, 25), "Christmas Day") in public_holidays("US", 2024, 2024)


# -- the spread -------------------------------------------------------------------------------------------------------


def test_spread_is_the_weighed_mean_of_errors_and_prior():
    replay = Replay(np.arange(4), np.ones((4, 1)), horizon=84)
    errors = np.array([[0.1], [-0.2], [0.3]])
    effective = 1 + 2 * 14 / 84
    expected = (effective * 1.3605 * 0.2 + 4 * 0.05) / (effective + 4)
    assert spread(errors, np.array([0.05]), replay, week=7) == pytest.approx(expected)
    assert spread(errors * np.nan, np.array([0.05]), replay, week=7) == pytest.approx(0.05)
    assert spread(errors * 0, np.array([0.0]), replay, week=7) == 0.003


def test_robust_sd_is_scaled_mad():
    table = np.column_stack([np.arange(9.0), np.full(9, np.nan)])
    np.testing.assert_allclose(robust_sd(table), [1.4826 * 2, 0.35])


def test_a_replay_looks_as_far_ahead_as_the_forecast():
    remainder = np.zeros(len(DAYS))
    remainder[1000:1040] = 1
    grid = make_grid(DAYS, DAYS[1000].date(), DAYS[1039].date(), DAYS[989].date(), "D")  # ten days before the start
    seen = np.arange(len(grid.index)) < grid.known
    replay = make_replay(grid, seen, remainder[: len(grid.index)], least_weeks=65)
    assert list(replay.origins[:3]) == [990, 940, 926]
    assert list(np.flatnonzero(replay.windows[1])) == list(range(950, 990))
    assert min(replay.origins) >= 65 * 7


# -- the shapes -------------------------------------------------------------------------------------------------------

SHAPES = (
    LogStudent(100.0, 50.0, 0.2),
    GammaRange(3.0, 10.0, 40.0),
    RatioStudent(5.0, 100.0, 200.0, np.log(0.05), 0.1, near_one=False),
    RatioStudent(95.0, 100.0, 200.0, 3.0, 0.3, near_one=True),
)


@pytest.mark.parametrize("shape", SHAPES)
def test_quantile_and_cdf_are_inverse(shape):
    levels = np.array([0.01, 0.3, 0.5, 0.9, 0.995])
    values = shape.quantile(levels)
    np.testing.assert_allclose([shape.cdf(value) for value in values], levels, rtol=1e-6)
    assert (shape.cdf(-1e9), shape.cdf(1e9)) == (0, pytest.approx(1))


def test_log_student_has_five_degrees_and_unit_variance():
    top = LogStudent(0.0, 1.0, 1.0).quantile(np.array([0.95]))[0]
    assert np.log(top) == pytest.approx(2.015048 * np.sqrt(3 / 5), rel=1e-6)  # the t table's 2.015


def test_a_rate_never_passes_one():
    assert SHAPES[3].quantile(np.array([0.9999]))[0] < 1


def test_certain_is_a_step():
    assert [Certain(5.0).cdf(x) for x in (4.99, 5.0)] == [0, 1]
