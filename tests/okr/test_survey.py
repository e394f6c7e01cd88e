"""Surveys: means worked by hand, and nobody who could be recognised."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from okrlib.errors import DataError
from okrlib.okr import Survey
from okrlib.okr.events import LEAST_ANSWERS
from okrlib.okr.survey import QUESTIONS, SCALE, may_be_shown, summarise, teams_shown, template_rows

AT = {"at": datetime(2026, 9, 30, 9, tzinfo=UTC), "by": "Lin"}
HEADER = (1, ["team", "satisfaction", "clarity"])


def people(*answers, first=2):
    return [(line, list(cells)) for line, cells in enumerate(answers, start=first)]


def test_means_are_of_the_answers_given():
    rows = people(("A", "5", "4"), ("A", "4", ""), ("A", "3", "4"), ("A", "4", "5"), ("A", "4", "4"), ("A", "2", "1"))
    found = summarise("Pulse", [HEADER, *rows], **AT)
    assert found.event.respondents == 6
    assert found.event.scores == {"satisfaction": Decimal("3.67"), "clarity": Decimal("3.6")}
    (team,) = found.event.teams
    assert (team.team, team.respondents, team.scores) == ("A", 6, found.event.scores)
    assert (found.set_aside, found.left_out, found.too_small) == ((), (), ())


def test_what_is_no_answer_is_set_aside_with_its_line_and_the_rest_of_the_row_counts():
    rows = people(*[("A", "4", "4")] * 5, ("A", "4", "six"), ("A", "4", "6"), ("A", "4", "0"))
    found = summarise("Pulse", [HEADER, *rows], **AT)
    assert found.set_aside == ((7, "clarity", "six"), (8, "clarity", "6"), (9, "clarity", "0"))
    assert found.event.scores == {"satisfaction": Decimal(4), "clarity": Decimal(4)}
    assert found.event.respondents == 8


def test_columns_that_hold_no_answers_are_left_out_and_named():
    header = (1, ["When", "Team", "Your name", "I know what our objectives ask of me."])
    rows = people(*[("2026-09-30 10:00", "A", f"person {n}", "5") for n in range(5)])
    found = summarise("Pulse", [header, *rows], **AT)
    assert found.left_out == ("When", "Your name")
    assert list(found.event.scores) == ["clarity"], "a question in either language is known again"
    assert "person" not in found.event.model_dump_json()


def test_a_file_that_is_no_survey_is_refused():
    header = (1, ["Order", "Title", "Price", "Pieces"])
    rows = people(*[(f"10{n}", "A pot", "88.00", "1") for n in range(9)])
    with pytest.raises(DataError, match=r"only 1 of 4 columns hold answers from 1 to 5"):
        summarise("Pulse", [header, *rows], **AT)
    own = [(1, ["When", "Was the week good?", "Was it quiet?"]), *people(*[("now", "4", "2")] * 5)]
    assert list(summarise("Pulse", own, **AT).event.scores) == ["Was the week good?", "Was it quiet?"]


def test_four_people_are_too_few():
    with pytest.raises(DataError, match=r"survey 'Pulse': 4 answers; fewer than 5"):
        summarise("Pulse", [HEADER, *people(*[("A", "4", "4")] * 4)], **AT)


def test_a_question_that_four_answered_is_not_told():
    rows = people(*[("A", "4", "4")] * 4, ("A", "4", ""))
    assert list(summarise("Pulse", [HEADER, *rows], **AT).event.scores) == ["satisfaction"]


def test_a_small_team_is_not_told_and_cannot_be_worked_out():
    rows = people(*[("A", "4", "4")] * 5, *[("B", "1", "1")] * 3)
    found = summarise("Pulse", [HEADER, *rows], **AT)
    assert found.event.teams == (), "all eight less the five of A would be B"
    assert found.too_small == ("A", "B")
    more = summarise("Pulse", [HEADER, *rows, *people(*[("C", "2", "2")] * 2, first=20)], **AT)
    assert [team.team for team in more.event.teams] == ["A"], "the rest are five people"


@given(some.lists(some.tuples(some.sampled_from("ABCD"), some.integers(1, 5)), min_size=5, max_size=40))
def test_no_mean_stands_for_fewer_than_five(answers):
    rows = people(*[(team, str(value), "") for team, value in answers])
    found = summarise("Pulse", [HEADER, *rows], **AT).event
    told = {group.team for group in found.teams}
    rest = [value for team, value in answers if team not in told]
    assert all(group.respondents >= LEAST_ANSWERS for group in found.teams)
    assert not rest or len(rest) >= LEAST_ANSWERS or not told
    whole = sum(value for _, value in answers) / len(answers)
    assert abs(float(found.scores["satisfaction"]) - whole) <= 0.005 + 1e-9


def test_an_event_of_too_few_is_not_shown_however_it_came_about():
    few = Survey(
        **AT, name="x", respondents=3, scores={"clarity": 4}, teams=[{"team": "A", "respondents": 3, "scores": {}}]
    )
    assert not may_be_shown(few)
    assert teams_shown(few.model_copy(update={"respondents": 9})) == ()


def test_the_template_is_read_back():
    header, *notes = template_rows()
    assert header == ["team", *QUESTIONS]
    rows = [(1, header), *enumerate(notes, start=2), *people(*[["A", *["3"] * len(QUESTIONS)]] * 5, first=4)]
    found = summarise("Pulse", rows, **AT).event
    assert found.respondents == 5
    assert found.scores == dict.fromkeys(QUESTIONS, Decimal(3))
    assert found.scale == SCALE
