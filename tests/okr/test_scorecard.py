from datetime import date

import pytest

from okrlib.okr import CheckIn, Journal, Outlook, Status, close, record_change, scorecard
from okrlib.okr.model import KeyResult
from okrlib.okr.scoring import Zone
from tests.okr.builders import at, d, kr, locked, objective, reading, sheet

DAY = date(2026, 11, 15)


def check_in(month=11, day=14, **fields):
    return CheckIn.model_validate(
        {"at": at(month, day), "by": "Lin", "key_result": "O1.1", "confidence": 7, "narrative": "Going well"} | fields
    )


def heard(journal, *key_results):
    return Journal((*journal.events, *(check_in(key_result=name) for name in key_results)))


def test_the_three_numbers_stand_side_by_side():
    active, journal = locked(sheet(objective(kr(commit=150, stretch=250), owner="Lin")))
    card = scorecard(active, heard(journal, "O1.1"), {"O1.1": reading(180)}, {"O1.1": Outlook(0.75, d(150))}, DAY)
    state = card.key_result("O1.1")
    assert (state.progress, state.confidence, state.probability) == (d("0.8"), 7, 0.75)
    assert (state.zone, state.shortfall, state.met) == (Zone.COMMIT, 20, False)
    assert (state.narrative, state.last_check_in, state.owner) == ("Going well", date(2026, 11, 14), "Lin")
    assert state.status is Status.ON_TRACK
    assert state.score is None
    assert card.objective("O1").progress == d("0.8")


def test_no_value_yet_is_no_data_with_its_reason_and_confidence_starts_at_five():
    active, journal = locked(sheet(objective(kr())))
    state = scorecard(active, journal, {}, {}, date(2026, 10, 2)).key_result("O1.1")
    assert (state.value, state.progress, state.confidence, state.status) == (None, None, 5, Status.NO_DATA)
    assert state.reading.reason is not None
    assert scorecard(active, journal, {}, {}, DAY).objective("O1").progress is None


def test_a_check_in_missing_for_three_weeks_is_outdated_whatever_the_numbers_say():
    active, journal = locked(sheet(objective(kr())))
    journal = Journal((*journal.events, check_in(10, 24)))
    card = scorecard(active, journal, {"O1.1": reading(250)}, {"O1.1": Outlook(0.99)}, date(2026, 11, 14))
    assert card.key_result("O1.1").status is Status.OUTDATED
    assert card.objective("O1").status is Status.OUTDATED


def test_what_is_met_but_not_heard_of_is_not_counted_as_reached():
    active, journal = locked(sheet(objective(kr())))
    for day, reached in ((24, False), (31, True)):
        told = Journal((*journal.events, check_in(10, day)))
        state = scorecard(active, told, {"O1.1": reading(250)}, {}, date(2026, 11, 4)).key_result("O1.1")
        assert (state.met, state.reached) == (True, reached)


def test_ahead_of_its_path_goes_by_the_direction():
    for key_result, values in ((kr(), (150, 149)), (kr(baseline=100, target=60), (80, 81))):
        active, journal = locked(sheet(objective(key_result)))
        expected = {"O1.1": Outlook(0.5, d(values[0]))}
        found = [scorecard(active, journal, {"O1.1": reading(n)}, expected, DAY).key_results[0] for n in values]
        assert [state.on_path for state in found] == [True, False]


def test_before_the_first_check_in_the_lock_counts_as_the_last_word():
    active, journal = locked(sheet(objective(kr())), on=at(9, 20))
    found = [
        scorecard(active, journal, {"O1.1": reading(180)}, {"O1.1": Outlook(0.9)}, date(2026, 10, day)).key_result(
            "O1.1"
        )
        for day in (11, 12)
    ]
    assert [state.status for state in found] == [Status.ON_TRACK, Status.OUTDATED]


def test_a_key_result_lowered_from_10000_to_8000_is_scored_against_both_with_the_reason():
    _active, journal = locked(sheet(objective(kr(baseline=6000, target=10_000))))
    lowered = sheet(objective(kr(baseline=6000, target=8_000)), state="active")
    change = record_change(lowered, journal, "The platform cut the event", at=at(11, 10), by="Lin")
    journal = heard(Journal((*journal.events, change)), "O1.1")
    state = scorecard(lowered, journal, {"O1.1": reading(8_000)}, {}, DAY).key_result("O1.1")
    assert (state.progress, state.original_progress) == (d(1), d("0.5"))
    assert [adjustment.reason for adjustment in state.adjustments] == ["The platform cut the event"]
    assert state.original.target == 10_000


def test_a_day_before_a_change_is_seen_as_it_was_then():
    _, journal = locked(sheet(objective(kr(baseline=6000, target=10_000))))
    lowered = sheet(objective(kr(baseline=6000, target=8_000)), state="active")
    journal = Journal((*journal.events, record_change(lowered, journal, "why", at=at(11, 10), by="Lin")))
    state = scorecard(lowered, journal, {"O1.1": reading(8_000)}, {}, date(2026, 11, 9)).key_result("O1.1")
    assert (state.key_result.target, state.progress, state.adjustments) == (10_000, d("0.5"), ())


def test_a_stretch_edited_after_the_lock_never_moves_the_baseline():
    _active, journal = locked(sheet(objective(kr(baseline="last_quarter", stretch=250))), O1_1=d(100))
    higher = sheet(objective(kr(baseline="last_quarter", stretch=300)), state="active")
    change = record_change(higher, journal, "More ambition", at=at(11, 10), by="Lin")
    assert change.baselines == {}
    state = scorecard(higher, Journal((*journal.events, change)), {"O1.1": reading(150)}, {}, DAY).key_result("O1.1")
    assert (state.baseline, state.progress, state.key_result.stretch) == (d(100), d("0.5"), 300)


def test_what_a_changed_metric_says_is_not_held_against_the_original_target():
    _active, journal = locked(sheet(objective(kr())))
    other = sheet(objective(kr(metric="units", baseline=10, target=20)), state="active")
    change = record_change(other, journal, "Units are what we steer", at=at(11, 10), by="Lin")
    state = scorecard(other, Journal((*journal.events, change)), {"O1.1": reading(15)}, {}, DAY).key_result("O1.1")
    assert (state.baseline, state.progress, state.original_progress) == (10, d("0.5"), None)


def test_a_check_in_brings_the_value_only_where_no_metric_does():
    own = kr("O1.2", metric=None, measure={"name": "listed", "definition": "on sale", "unit": "items"})
    active, journal = locked(sheet(objective(kr(), own)))
    says = [check_in(11, 1, key_result="O1.2", value=120), check_in(11, 8, key_result="O1.2"), check_in(value=999)]
    card = scorecard(active, Journal((*journal.events, *says)), {}, {}, DAY)
    assert card.key_result("O1.1").value is None
    state = card.key_result("O1.2")
    assert (state.value, state.reading.unit, state.reading.as_of) == (120, "items", date(2026, 11, 1))
    assert state.status is Status.AT_RISK  # a steady pace would be at 150


def test_milestones_reached_since_the_lock_count_without_a_change():
    def plan(done):
        steps = [{"title": "a", "done": done}, {"title": "b"}]
        return KeyResult.model_validate({"id": "O1.1", "kind": "milestones", "milestones": steps})

    _, journal = locked(sheet(objective(plan(None))))
    now = sheet(objective(plan("2026-11-02")), state="active")
    found = [scorecard(now, journal, {}, {}, date(2026, 11, day)).key_result("O1.1").progress for day in (1, 2)]
    assert found == [0, d("0.5")]


def test_a_parent_without_key_results_is_the_weighted_mean_of_its_children():
    parent = objective(id_="O", horizon="mid")
    first, second = (
        objective(kr("a"), id_="O1", parent="O", weight=3),
        objective(kr("b"), id_="O2", parent="O", weight=1),
    )
    active, journal = locked(sheet(parent, first, second))
    readings = {"a": reading(150), "b": reading(190)}
    outlooks = {"a": Outlook(0.9), "b": Outlook(0.1)}
    state = scorecard(active, heard(journal, "a", "b"), readings, outlooks, DAY).objective("O")
    assert state.progress == d("0.6")
    assert state.status is Status.AT_RISK


def test_a_draft_shows_its_typed_baseline():
    state = scorecard(sheet(objective(kr())), Journal(), {"O1.1": reading(150)}, {}, DAY).key_result("O1.1")
    assert (state.baseline, state.progress, state.original) == (100, d("0.5"), None)


@pytest.fixture
def closed():
    active, journal = locked(sheet(objective(kr(), kr("O1.2")), objective(kr("a"), id_="O2", type="aspirational")))
    readings = {"O1.1": reading(250, final_on=date(2027, 1, 15)), "O1.2": reading(190), "a": reading(170)}
    card = scorecard(active, journal, readings, {}, date(2026, 12, 31))
    event = close(card, journal, data_fingerprint="abc", at=at(12, 31), by="Lin")
    return active, Journal((*journal.events, event))


def test_once_closed_the_frozen_result_counts_and_not_the_data_of_today(closed):
    active, journal = closed
    card = scorecard(active, journal, {"O1.1": reading(1)}, {}, date(2027, 1, 2))
    assert card.sheet.state == "closed"
    state = card.key_result("O1.1")
    assert (state.value, state.progress, state.score.value, state.status) == (250, d("1.5"), 1, Status.ACHIEVED)
    assert (state.interim, state.score.final_on) == (True, date(2027, 1, 15))
    assert [card.key_result(name).score.verdict for name in ("O1.2", "a")] == ["needs_cause", "green"]
    objectives = [(one.score.value, one.score.verdict) for one in card.objectives]
    assert objectives == [(d("0.9"), "needs_cause"), (d("0.7"), "green")]
    assert card.objective("O1").score.final_on == date(2027, 1, 15)


def test_the_day_before_it_was_closed_it_was_not(closed):
    active, journal = closed
    state = scorecard(active, journal, {"O1.1": reading(180)}, {}, date(2026, 12, 30)).key_result("O1.1")
    assert (state.score, state.value) == (None, 180)


def test_scoring_again_once_values_are_final_replaces_the_interim_result(closed):
    active, journal = closed
    readings = {"O1.1": reading(240, final_on=date(2027, 1, 15)), "O1.2": reading(200), "a": reading(170)}
    card = scorecard(active, journal.reopened(), readings, {}, date(2027, 1, 15))
    journal = Journal((*journal.events, close(card, journal, data_fingerprint="def", at=at(12, 31, 23), by="Lin")))
    state = scorecard(active, journal, {}, {}, date(2027, 1, 20)).key_result("O1.1")
    assert (state.value, state.interim) == (240, False)


def test_an_objective_with_an_unmeasured_key_result_is_not_scored():
    active, journal = locked(sheet(objective(kr(), kr("O1.2"))))
    card = scorecard(active, journal, {"O1.1": reading(250)}, {}, date(2026, 12, 31))
    event = close(card, journal, data_fingerprint="abc", at=at(12, 31), by="Lin")
    assert [score.score.verdict for score in event.objectives] == ["no_data"]
    assert [score.score.verdict for score in event.key_results] == ["met", "no_data"]
