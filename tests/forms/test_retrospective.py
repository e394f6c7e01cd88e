"""The form of the retrospective: causes, lessons, a survey; closing the quarter and drafting the next."""

from datetime import UTC, datetime

import pytest

from okrlib import forms
from okrlib.book import open_book
from okrlib.okr import Lesson, Survey, read_journal, read_sheet
from okrlib.okr.events import Cause
from okrlib.steps import lock_sheet
from tests.corner_shop import NAME
from tests.forms.test_data import uploaded


@pytest.fixture
def form(home):
    def opened():
        return open_book(NAME, "2025Q3", "2025-09-30", "en", home=home)

    lock_sheet(opened(), at=datetime(2025, 7, 1, 9, tzinfo=UTC), by="Ann Lee")
    return forms.retrospective(opened())


def events(sheet_path, kind):
    return read_journal(sheet_path.with_suffix(".jsonl")).of(kind)


def test_causes_and_lessons_are_recorded_and_listed(form, sheet_path):
    form.cause.controls["key_result"].value = "O1.1"
    form.cause.controls["cause"].value = "too_high"
    form.cause.button.click()
    assert events(sheet_path, Cause)[0].cause == "too_high"
    form.lesson.button.click()
    assert "Say something here" in form.lesson.remarks["about"].value
    form.lesson.controls["about"].value = "O1"
    form.lesson.controls["verdict"].value = "keep"
    form.lesson.controls["says"].value = "Neighbours like mugs."
    form.lesson.button.click()
    assert events(sheet_path, Lesson)[0].verdict == "keep"
    assert "O1.1: target set too high" in form.so_far.value
    assert "O1: keep Neighbours like mugs." in form.so_far.value


def test_a_survey_is_uploaded_and_only_its_means_are_kept(form, sheet_path):
    uploaded(form.survey, "pulse.csv", "Pride in our work", *"45443")
    (found,) = events(sheet_path, Survey)
    assert (found.name, found.respondents) == ("pulse", 5)
    assert "Survey pulse recorded." in form.answer.value
    uploaded(form.survey, "few.csv", "Pride in our work", *"45")
    assert 'role="alert"' in form.answer.value


def test_the_quarter_is_closed_and_the_next_one_drafted(form, sheet_path):
    assert form.next_button.disabled
    form.close_button.click()
    assert read_sheet(sheet_path).state == "closed"
    assert form.close_button.disabled
    form.next_button.click()
    assert "A draft of 2025Q4 is written" in form.answer.value
    assert read_sheet(sheet_path.with_name("2025Q4.yaml")).state == "draft"
