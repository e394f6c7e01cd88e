from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.errors import SheetError
from okrlib.okr.model import KeyResult
from okrlib.okr.scoring import (
    Zone,
    average,
    is_met,
    milestones_done,
    objective_progress,
    parent_progress,
    progress,
    roll_up,
    score_at_closing,
    shortfall,
    zone,
)
from tests.okr.builders import d, kr, reading

numbers = st.decimals(-1000, 1000, places=2)


@pytest.mark.parametrize(
    ("baseline", "target", "value", "expected"),
    [
        (100, 60, 80, "0.5"),
        (100, 60, 110, "-0.25"),
        (100, 200, 90, "-0.1"),
        (100, 200, 250, "1.5"),
        ("2.35", "2.60", "2.41", "0.24"),
        ("-0.05", "0.03", "-0.01", "0.5"),
    ],
)
def test_reach_is_the_share_of_the_way_and_is_never_clamped(baseline, target, value, expected):
    assert progress(kr(baseline=baseline, target=target), d(baseline), d(value)) == d(expected)


def test_a_decreasing_key_result_from_100_to_60_at_80_is_half_way():
    assert progress(kr(baseline=100, target=60), d(100), d(80)) == d("0.5")


def test_a_decreasing_key_result_from_100_to_60_at_110_is_minus_a_quarter():
    assert progress(kr(baseline=100, target=60), d(100), d(110)) == d("-0.25")


def test_at_most_2_percent_at_exactly_2_percent_is_met():
    limit = kr(kind="at_most", target=2, baseline=None)
    assert is_met(limit, None, d(2)) is True
    assert shortfall(limit, None, d(2)) == 0


def test_at_least_is_met_by_equality_and_says_what_is_missing():
    floor = kr(kind="at_least", target="0.95", baseline=None)
    assert [is_met(floor, None, d(value)) for value in ("0.95", "0.949")] == [True, False]
    assert shortfall(floor, None, d("0.9")) == d("0.05")


def test_at_most_2_percent_at_4_percent_is_2_points_over_and_not_200_percent():
    limit = kr(kind="at_most", target=2, baseline=None)
    assert is_met(limit, None, d(4)) is False
    assert shortfall(limit, None, d(4)) == 2
    assert progress(limit, None, d(4)) == 0


def test_no_value_yet_is_no_data_and_never_zero():
    for result in (
        kr(),
        kr(kind="at_most", baseline=None),
        kr(kind="between", band=[1, 2], target=None, baseline=None),
    ):
        found = [measure(result, d(100), None) for measure in (progress, is_met, shortfall, zone)]
        assert found == [None] * 4


def test_between_includes_both_ends_and_measures_the_distance_to_the_nearer():
    stock = kr(kind="between", band=["2.0", "3.0"], target=None, baseline=None)
    assert [is_met(stock, None, d(value)) for value in ("2", "3", "1.99", "3.01")] == [True, True, False, False]
    assert shortfall(stock, None, d("1.5")) == d("0.5")
    assert shortfall(stock, None, d("3.25")) == d("0.25")


def test_milestones_count_by_weight_and_only_once_their_day_has_come():
    steps = [{"title": "a", "weight": 3, "done": "2026-10-12"}, {"title": "b", "weight": 1, "done": "2026-11-30"}]
    plan = KeyResult.model_validate({"id": "O1.1", "kind": "milestones", "milestones": steps})
    assert milestones_done(plan, date(2026, 10, 11)) == 0
    assert milestones_done(plan, date(2026, 10, 12)) == d("0.75")
    assert progress(plan, None, milestones_done(plan, date(2026, 12, 1))) == 1


def test_yes_no_is_zero_or_one():
    opened = KeyResult.model_validate({"id": "O1.1", "title": "Shop opened", "kind": "yes_no"})
    assert (progress(opened, None, d(0)), progress(opened, None, d(1))) == (0, 1)


def test_zone_follows_the_stored_levels_in_either_direction():
    rising = kr(baseline=100, commit=150, target=200, stretch=230)
    falling = kr(baseline=10, commit=8, target=6, stretch=5)
    zones = [Zone.BELOW_COMMIT, Zone.COMMIT, Zone.TARGET, Zone.STRETCH]
    assert [zone(rising, d(100), d(value)) for value in (149, 150, 200, 230)] == zones
    assert [zone(falling, d(10), d(value)) for value in ("8.1", 8, 6, 5)] == zones


def test_over_achievement_shows_150_percent_and_counts_100_in_the_objective():
    results = [kr("a"), kr("b")]
    done = {result.id: progress(result, d(100), d(value)) for result, value in zip(results, (250, 150), strict=True)}
    assert done["a"] == d("1.5")
    assert objective_progress(results, done).value == d("0.75")


def test_increase_and_decrease_in_one_objective_each_by_its_own_direction():
    results = [kr("up"), kr("down", baseline=100, target=60)]
    done = {"up": progress(results[0], d(100), d(150)), "down": progress(results[1], d(100), d(70))}
    assert objective_progress(results, done).value == d("0.625")


def test_an_objective_weighs_its_key_results_and_leaves_guardrails_out():
    results = [kr("a", weight=3), kr("b", weight=1), kr("g", kind="at_most", baseline=None, guardrail=True)]
    mean = objective_progress(results, {"a": d("0.5"), "b": d(1), "g": d(0)})
    assert (mean.value, mean.measured, mean.total) == (d("0.625"), 2, 2)


def test_a_key_result_without_data_is_left_out_and_counted_as_unmeasured():
    mean = objective_progress([kr("a"), kr("b")], {"a": d("0.5"), "b": None})
    assert (mean.value, mean.measured, mean.total) == (d("0.5"), 1, 2)
    assert objective_progress([kr("a")], {"a": None}).value is None


def test_a_parent_uses_its_own_key_results_or_its_children_and_never_both():
    children = [(d(3), d("0.2")), (d(1), d("0.6"))]
    assert parent_progress(average([(None, d("0.9"))]), children).value == d("0.9")
    assert parent_progress(average([(None, None)]), children).value is None
    assert parent_progress(average([]), children).value == d("0.3")


def test_revenue_of_three_stores_rolls_up_by_weight_and_never_silently_equal():
    done = {"a": d("0.5"), "b": d(1), "c": d(0)}
    weights = {"a": d(100_000), "b": d(20_000), "c": d(1_000)}
    assert roll_up(done, weights).value == d(70_000) / d(121_000)
    with pytest.raises(SheetError, match="stores b, c have no weight"):
        roll_up(done, {"a": d(1)})


@pytest.mark.parametrize(
    ("kind", "done", "value", "verdict"),
    [
        ("aspirational", "0.34", "0.3", "red"),
        ("aspirational", "0.35", "0.4", "yellow"),
        ("aspirational", "0.649", "0.6", "yellow"),
        ("aspirational", "0.65", "0.7", "green"),
        ("aspirational", "-0.2", "0.0", "red"),
        ("committed", "1", "1.0", "met"),
        ("committed", "1.37", "1.0", "met"),
        ("committed", "0.97", "0.9", "needs_cause"),
        ("learning", "1", "1.0", "validated"),
        ("learning", "0.5", "0.5", "not_validated"),
    ],
)
def test_the_score_at_closing(kind, done, value, verdict):
    score = score_at_closing(kind, d(done))
    assert (score.value, score.verdict) == (d(value), verdict)


def test_a_guardrail_is_held_or_breached_and_has_no_score():
    assert [score_at_closing("committed", d(n), guardrail=True).verdict for n in (1, 0)] == ["held", "breached"]
    assert score_at_closing("committed", d(1), guardrail=True).value is None


def test_no_data_at_closing_is_not_a_zero():
    score = score_at_closing("committed", None)
    assert (score.value, score.verdict, score.colour) == (None, "no_data", "none")


def test_an_interim_score_names_the_day_it_becomes_final():
    score = score_at_closing("committed", d(1), final_on=date(2027, 1, 15))
    before, after = date(2027, 1, 14), date(2027, 1, 15)
    assert score.says(before).en == "commitment met; interim until 15 Jan 2027"
    assert score.says(before).zh == "承诺已兑现；2027年1月15日前为暂定结果"
    assert score.says(after).en == "commitment met; scored before it was final on 15 Jan 2027"
    assert score.says(after).zh == "承诺已兑现；结项早于定稿日 2027年1月15日"


def test_a_reading_is_interim_until_its_revision_window_has_passed():
    found = reading(5, final_on=date(2027, 1, 15))
    assert [found.interim(day) for day in (date(2027, 1, 14), date(2027, 1, 15))] == [True, False]
    assert not reading(None, final_on=date(2027, 1, 15)).interim(date(2027, 1, 1))


@given(numbers, numbers, numbers, numbers.filter(lambda n: n != 0))
def test_progress_does_not_depend_on_the_unit(baseline, target, value, factor):
    if baseline == target or baseline * factor == target * factor:
        return
    one = progress(kr(baseline=baseline, target=target), baseline, value)
    other = progress(kr(baseline=baseline * factor, target=target * factor), baseline * factor, value * factor)
    assert abs(one - other) < Decimal("1e-12")


@given(st.lists(st.tuples(st.decimals("0.01", 100, places=2), numbers), min_size=1, max_size=5))
def test_an_average_lies_between_nought_and_one_and_ignores_the_scale_of_weights(parts):
    mean = average(parts).value
    assert 0 <= mean <= 1
    assert abs(mean - average((weight * 7, part) for weight, part in parts).value) < Decimal("1e-12")
