"""The back-test: scores by hand, what it replays, that it sees nothing later, and how it does where truth is known."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from okrlib.analysis.backtest import GROWTH, WEEKS, Backtest, Call, Replay, backtest
from okrlib.analysis.metrics import find_metric
from okrlib.analysis.targets import Policy
from okrlib.analysis.tracks import Track, eve, forecasts, past_quarters, same_days_of, tracks, untracked
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter
from tests.analysis.seasons import LAST, daily, make_seasonal_shop
from tests.analysis.shops import opened

POLICY = Policy(committed=0.7, challenging=0.35, stretch=0.12, sandbagging=0.9, fantasy=0.05, flat_growth=0.1)
Q2 = Quarter(2026, 2)
SUBJECTS = {"net": ("net_revenue", ()), "rate": ("refund_rate", ()), "web": ("revenue", (("channel", "web"),))}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_seasonal_shop(tmp_path_factory.mktemp("seasonal"))


@pytest.fixture(scope="module")
def data(shop):
    return opened(shop, LAST)


@pytest.fixture(scope="module")
def laid(data):
    return tracks(data, SUBJECTS)


@pytest.fixture(scope="module")
def found(data, laid):
    return backtest(data, laid, POLICY)


def a_replay(*calls, week=0, low=90.0, median=100.0, high=120.0, actual=110.0, pace=55.0, last_year=88.0):
    return Replay("k", Q2, week, low, median, high, pace, last_year, actual, calls)


def test_scores_by_hand():
    test = Backtest((
        a_replay(Call("growth", 0.9, True), Call("committed", 0.7, True)),
        a_replay(Call("growth", 0.2, False), Call("committed", 0.7, False), actual=125.0, pace=None),
        a_replay(Call("growth", 1.0, True), week=4),
    ))  # fmt: skip
    assert test.covered == 2
    assert test.brier("growth") == pytest.approx((0.01 + 0.04 + 0) / 3)
    assert test.brier("committed") == pytest.approx((0.09 + 0.49) / 2)
    assert test.brier() == pytest.approx((0.01 + 0.04 + 0.09 + 0.49) / 5)
    assert test.brier("stretch") is None
    eve_score, fourth = test.by_week
    assert (eve_score.week, eve_score.count, eve_score.coverage, fourth.week) == (0, 2, 0.5, 4)
    assert eve_score.error == pytest.approx((10 / 110 + 25 / 125) / 2)
    assert eve_score.pace_error == pytest.approx(0.5)
    assert eve_score.last_year_error == pytest.approx((22 / 110 + 37 / 125) / 2)


def test_a_reliability_line_counts_what_was_said_and_what_came():
    calls = [
        Call("growth", p, came) for p, came in ((0.1, False), (0.2, True), (0.3, False), (0.95, True), (1.0, True))
    ]
    bins = Backtest((a_replay(*calls),)).reliability
    assert [(one.low, one.count) for one in bins] == [(0.0, 1), (0.2, 2), (0.8, 2)]
    assert (bins[1].said, bins[1].came) == (pytest.approx(0.25), 0.5)
    assert bins[2].said == pytest.approx(0.975)


def test_every_past_quarter_with_history_is_replayed_three_times(found, laid):
    assert [str(quarter) for quarter in found.quarters] == [
        "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2",
    ]  # fmt: skip
    assert {replay.week for replay in found.replays} == set(WEEKS)
    assert {replay.subject for replay in found.replays} == set(SUBJECTS)
    one = next(r for r in found.replays if (r.subject, r.quarter, r.week) == ("web", Q2, 4))
    values = laid["web"].above
    assert one.actual == pytest.approx(values.loc["2026-04-01":"2026-06-30"].sum())
    assert one.last_year == pytest.approx(values.loc["2025-04-01":"2025-06-30"].sum())
    assert one.pace == pytest.approx(values.loc["2026-04-01":"2026-04-28"].sum() / 28 * 91)
    assert {call.claim for call in one.calls} == {"growth", "committed", "challenging", "stretch"}
    growth = next(call for call in one.calls if call.claim == "growth")
    assert growth.came_true == (one.actual >= GROWTH * one.last_year)


def test_the_pace_of_the_eve_is_that_of_the_thirteen_weeks_before(found, laid):
    first = next(r for r in found.replays if (r.subject, r.quarter, r.week) == ("web", Q2, 0))
    assert first.pace == pytest.approx(laid["web"].above.loc["2025-12-31":"2026-03-31"].sum())
    ratio = next(r for r in found.replays if (r.subject, r.quarter, r.week) == ("rate", Q2, 4))
    assert ratio.pace == pytest.approx(laid["rate"].over(Period(Q2.start, date(2026, 4, 28))))


def test_proposals_of_the_eve_have_the_chance_they_were_proposed_with(found):
    eves = [call for replay in found.replays if replay.week == 0 for call in replay.calls]
    for claim, chance in (("committed", 0.7), ("challenging", 0.35), ("stretch", 0.12)):
        assert {round(call.probability, 6) for call in eves if call.claim == claim} == {chance}


def test_a_rate_that_should_fall_is_proposed_downwards(found):
    for replay in (r for r in found.replays if r.subject == "rate" and r.week == 0):
        came = {call.claim: call.came_true for call in replay.calls}
        assert came["committed"] >= came["challenging"] >= came["stretch"]
        if replay.actual < replay.low:
            assert came["challenging"]


def test_nothing_later_than_the_day_is_seen(data, laid):
    day = eve(Q2.period) + timedelta(weeks=4)
    later = {
        key: replace(
            track,
            above=track.above.where(track.above.index <= str(day), 9e9),
            below=None if track.below is None else track.below.where(track.below.index <= str(day), 1.0),
        )
        for key, track in laid.items()
    }
    before, after = (forecasts(data, some, Q2.period, day) for some in (laid, later))
    for key in SUBJECTS:
        assert before[key].quantiles.tolist() == after[key].quantiles.tolist()


def test_a_replay_is_the_forecast_that_the_packet_of_that_day_showed(shop, data, laid):
    """Refunds count on the day they happened: the store opened on that day gives the very same history."""
    day = eve(Q2.period) + timedelta(weeks=4)
    then = opened(shop, day)
    told = tracks(then, SUBJECTS)
    for key in SUBJECTS:
        pd.testing.assert_series_equal(told[key].above, laid[key].above.loc[: str(day)], check_freq=False)
    now, past = forecasts(data, laid, Q2.period, day), forecasts(then, told, Q2.period, day)
    for key in SUBJECTS:
        assert now[key].quantiles.tolist() == pytest.approx(past[key].quantiles.tolist())


def test_the_currency_does_not_matter(data, laid, found):
    euros = {"web": replace(laid["web"], above=laid["web"].above * 7.5)}
    scaled, plain = backtest(data, euros, POLICY), [r for r in found.replays if r.subject == "web"]
    assert [r.covered for r in scaled.replays] == [r.covered for r in plain]
    for one, other in zip(scaled.replays, plain, strict=True):
        assert [c.probability for c in one.calls] == pytest.approx([c.probability for c in other.calls], abs=1e-6)


def test_where_the_truth_is_known_ranges_hold_and_chances_mean_what_they_say(data):
    many = {str(seed): Track(find_metric("revenue"), daily(seed, date(2023, 1, 1))) for seed in range(20)}
    test = backtest(data, many, POLICY)
    assert len(test.replays) == 9 * 3 * 20
    assert 0.72 <= test.covered / len(test.replays) <= 0.96
    for one in test.reliability:
        assert abs(one.said - one.came) < 0.15
    for score in test.by_week:
        assert score.error < score.last_year_error
        assert score.error < score.pace_error
    assert test.by_week[0].error > test.by_week[2].error


@pytest.mark.parametrize("first", [date(2025, 6, 1), date(2025, 1, 1)])
def test_too_little_history_is_said_and_not_scored(tmp_path, first):
    young = make_seasonal_shop(tmp_path, first=first)
    opened_young = opened(young, LAST)
    found = backtest(opened_young, tracks(opened_young, {"web": SUBJECTS["web"]}), POLICY)
    assert found.replays == ()
    assert "two past quarters" in found.reason.en
    assert backtest(opened_young, {}, POLICY).reason is found.reason


def test_a_track_tells_only_periods_that_it_knows_whole(laid):
    rate = laid["rate"]
    assert rate.over(Q2.period) == pytest.approx(
        rate.above.loc["2026-04-01":"2026-06-30"].sum() / rate.below.loc["2026-04-01":"2026-06-30"].sum()
    )
    assert rate.over(Quarter(2026, 3).period) is None
    assert rate.over(Quarter(2022, 4).period) is None
    nothing = replace(rate, below=rate.below * 0)
    assert nothing.over(Q2.period) is None


def test_what_is_not_told_by_day_is_left_out_with_a_reason(data):
    assert tracks(data, {"b": ("buyers", ()), "s": ("closing_units", ())}) == {}
    assert "as it stands" in untracked(find_metric("stock_value")).en
    for metric in ("refund_rate", "revenue_per_buyer", "repeat_purchase_rate", "conversion", "revenue_growth_year"):
        assert untracked(find_metric(metric)) is None
    with pytest.raises(ParameterError, match="did you mean revenue"):
        tracks(data, {"x": ("revenues", ())})
    assert forecasts(data, {}, Q2.period, LAST) == {}


def test_a_day_before_the_data_has_no_forecast(data, laid):
    assert forecasts(data, laid, Quarter(2024, 1).period, date(2023, 12, 31)) == {}


def test_past_quarters_lie_whole_inside_the_data():
    known = Period(date(2025, 2, 1), date(2026, 2, 3))
    assert [str(q) for q in past_quarters(known, date(2026, 2, 4))] == ["2025Q4", "2025Q3", "2025Q2"]
    assert same_days_of(Quarter(2025, 2), Q2.period) == Quarter(2025, 2).period
    assert same_days_of(Quarter(2025, 1), Period(Q2.start, date(2026, 4, 10))) == Period(
        date(2025, 1, 1), date(2025, 1, 10)
    )


def test_a_forecast_that_kept_silent_says_why_and_not_that_history_is_short(data, laid):
    seldom = replace(laid["net"], above=laid["net"].above.where(laid["net"].above.index.day <= 3, 0.0))
    reason = backtest(data, {"seldom": seldom}, POLICY).reason
    assert "kept silent. Sales in fewer than three weeks of four" in reason.en
    assert "未作预测" in reason.zh
