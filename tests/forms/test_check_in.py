"""The form of check-ins: last week's beside it, what is required, decisions and ideas until they are settled."""

import pytest

from okrlib import forms
from okrlib.okr import CheckIn, Decision, Idea, read_journal


@pytest.fixture
def form(book):
    return forms.check_in(book("en"))


@pytest.fixture
def events(sheet_path):
    return lambda kind: read_journal(sheet_path.with_suffix(".jsonl")).of(kind)


def test_a_check_in_needs_confidence_and_a_story_and_becomes_last_weeks(form, events):
    entry = form.entry
    assert "Nobody has checked in" in form.before.value
    entry.controls["confidence"].value = 0
    assert "Not recorded yet" in entry.answer.value
    entry.button.click()
    assert "Say something here" in entry.remarks["narrative"].value
    entry.controls["narrative"].value = "Nobody comes <b>in</b>."
    entry.controls["blocker"].value = "road works"
    entry.controls["blocker_kind"].value = "external"
    entry.button.click()
    (event,) = events(CheckIn)
    assert (event.key_result, event.confidence, event.blocker_kind) == ("O1.1", 0, "external")
    assert "Recorded." in entry.answer.value
    assert entry.controls["narrative"].value == ""
    assert "confidence 0 of 10" in form.before.value
    assert "Nobody comes &lt;b&gt;in&lt;/b&gt;." in form.before.value
    form.list.value = "O1.2"
    assert "Nobody has checked in" in form.before.value


def test_what_the_data_give_is_not_typed(form):
    assert form.entry.controls["value"].layout.display == "none"
    # 62 days, 3 mugs of 10.00 a day
    assert "Now £1,860; target £3,000" in form.before.value


def test_a_decision_stays_open_until_it_is_settled(form, events):
    form.decision.controls["says"].value = "Open an hour longer"
    form.decision.controls["owner"].value = "Ann Lee"
    form.decision.button.click()
    (line,) = form.unsettled.children
    words, done, _ = line.children
    assert words.value == "D1 · Open an hour longer · Ann Lee"
    done.click()
    assert form.unsettled.children == ()
    assert [one.status for one in events(Decision)] == ["open", "done"]


def test_an_idea_is_credited_and_judged(form, events):
    form.idea.controls["says"].value = "A mug a month"
    form.idea.button.click()
    assert events(Idea)[0].author == form.session.by
    form.unsettled.children[0].children[2].click()
    assert events(Idea)[1].status == "declined"


def test_the_same_in_chinese(book):
    form = forms.check_in(book("zh"))
    form.entry.button.click()
    assert "请先填写此项" in form.entry.remarks["confidence"].value
    assert "还没有人更新过" in form.before.value
