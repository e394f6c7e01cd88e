from datetime import date
from decimal import Decimal

import pytest

from okrlib.okr.model import KeyResult
from okrlib.okr.scoring import score_at_closing
from okrlib.okr.status import Outlook, Status, is_silent, key_result_status, linear_path, weakest
from tests.okr.builders import d, kr

SURE = Outlook(0.99, d(100))


def status(result=None, type_="committed", *, baseline=100, value=180, outlook=SURE, silent=False, score=None):
    return key_result_status(
        result or kr(),
        type_,
        baseline=None if baseline is None else d(baseline),
        value=None if value is None else d(value),
        outlook=outlook,
        silent=silent,
        score=score,
    )


def test_a_closed_result_comes_before_everything():
    assert status(value=None, silent=True, score=score_at_closing("committed", d(1))) is Status.ACHIEVED
    assert status(score=score_at_closing("committed", d("0.9"))) is Status.MISSED
    assert status(score=score_at_closing("aspirational", d("0.5"))) is Status.PARTLY
    assert status(score=score_at_closing("committed", None)) is Status.NO_DATA


def test_no_data_comes_before_silence():
    assert status(value=None, silent=True) is Status.NO_DATA
    assert status(baseline=None, silent=True) is Status.NO_BASELINE


def test_silence_comes_before_good_news():
    assert status(value=250, silent=True) is Status.OUTDATED


def test_silence_does_not_look_better_than_what_it_is_silent_about():
    found = status(value=250, silent=True, outlook=Outlook(0.1, d(100)))
    assert (found, found.colour, found.silent) == (Status.OUTDATED_AT_RISK, "bad", True)
    assert weakest([found, Status.OUTDATED, Status.BEHIND]) is found
    assert not Status.AT_RISK.silent


@pytest.mark.parametrize(
    ("type_", "probability", "expected"),
    [
        ("committed", 0.7, Status.ON_TRACK),
        ("committed", 0.69, Status.BEHIND),
        ("committed", 0.3, Status.BEHIND),
        ("committed", 0.29, Status.AT_RISK),
        ("aspirational", 0.4, Status.ON_TRACK),
        ("aspirational", 0.39, Status.BEHIND),
        ("aspirational", 0.15, Status.BEHIND),
        ("aspirational", 0.14, Status.AT_RISK),
    ],
)
def test_probability_is_judged_by_the_kind_of_objective(type_, probability, expected):
    assert status(type_=type_, outlook=Outlook(probability, d(1000))) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(152, "on_track"), (95, "on_track"), (94, "behind"), (85, "behind"), (84, "at_risk")],
)
def test_without_a_probability_the_expected_path_decides(value, expected):
    assert status(kr(baseline=10), baseline=10, value=value, outlook=Outlook(None, d(100))).key == expected


def test_the_expected_path_of_a_falling_key_result_is_followed_downwards():
    falling = kr(baseline=100, target=60)
    found = [status(falling, value=value, outlook=Outlook(None, d(80))).key for value in (75, 84, 90, 95)]
    assert found == ["on_track", "on_track", "behind", "at_risk"]


def test_an_expected_value_of_zero_is_no_division():
    margin = kr(baseline="-0.1", target="0.1")
    assert status(margin, baseline="-0.1", value="-0.05", outlook=Outlook(None, d(0))) is Status.AT_RISK


def test_without_any_outlook_only_a_met_target_is_on_track():
    assert status(outlook=Outlook()) is Status.NOT_JUDGED
    assert status(value=200, outlook=Outlook()) is Status.ON_TRACK


def test_a_check_in_missing_for_longer_than_the_cadence_and_three_days_is_silence():
    day = date(2026, 11, 1)
    assert not is_silent(day, 7, date(2026, 11, 11))
    assert is_silent(day, 7, date(2026, 11, 12))
    assert not is_silent(None, 7, day)


def test_typed_measures_are_expected_at_a_steady_pace():
    days = (date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 5))
    listed = kr(metric=None, measure={"name": "listed", "definition": "on sale", "unit": "items"})
    assert linear_path(listed, d(100), *days) == 150
    steps = KeyResult.model_validate({"id": "m", "kind": "milestones", "milestones": [{"title": "a"}]})
    assert linear_path(steps, None, *days) == Decimal("0.5")
    assert linear_path(listed, None, *days) is None


def test_the_weakest_key_result_speaks_for_the_objective():
    assert weakest([Status.ON_TRACK, Status.AT_RISK, Status.OUTDATED]) is Status.AT_RISK
    assert weakest([Status.ON_TRACK, Status.OUTDATED, Status.BEHIND]) is Status.OUTDATED
    assert weakest([Status.ON_TRACK, Status.NO_DATA]) is Status.NO_DATA
    assert weakest([]) is Status.NO_DATA


def test_silence_and_missing_data_are_never_green():
    assert {one.key for one in Status if one.colour == "good"} == {"on_track", "achieved"}
