"""The form of check-ins: last week's beside it, what is required, decisions, ideas, minutes, feedback."""

import pytest

from okrlib import forms
from okrlib.okr import CheckIn, Decision, Feedback, Idea, Minutes, read_journal, read_sheet


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
    assert [form.entry.fields[name].layout.display for name in ("value", "reached")] == ["none", "none"]
    # 62 days, 3 mugs of 10.00 a day
    assert "Now £1,860; target £3,000" in form.before.value


def test_a_decision_stays_open_until_it_is_settled(form, events):
    form.meeting.decision.controls["says"].value = "Open an hour longer"
    form.meeting.decision.controls["owner"].value = "Ann Lee"
    form.meeting.decision.button.click()
    (line,) = form.meeting.unsettled.children
    words, done, _ = line.children
    assert words.value == "D1 · Open an hour longer · Ann Lee"
    done.click()
    assert form.meeting.unsettled.children == ()
    assert [one.status for one in events(Decision)] == ["open", "done"]


def test_an_idea_is_credited_and_judged(form, events):
    form.meeting.idea.controls["says"].value = "A mug a month"
    form.meeting.idea.button.click()
    assert events(Idea)[0].author == form.session.by
    _, why, _, decline = form.meeting.unsettled.children[0].children
    why.value = "Too dear"
    decline.click()
    assert (events(Idea)[1].status, events(Idea)[1].judgement) == ("declined", "Too dear")


def test_the_same_in_chinese(book):
    form = forms.check_in(book("zh"))
    form.entry.button.click()
    assert "请先填写此项" in form.entry.remarks["confidence"].value
    assert "还没有人更新过" in form.before.value


def test_minutes_and_feedback_are_kept(form, events):
    given = {"says": "Opening hours", "meeting": "weekly", "present": "Ann Lee, Bo"}
    for name, value in given.items():
        form.meeting.minutes.controls[name].value = value
    form.meeting.minutes.button.click()
    (minutes,) = events(Minutes)
    assert (minutes.meeting, minutes.says, minutes.present) == ("weekly", "Opening hours", ("Ann Lee", "Bo"))
    form.meeting.feedback.controls["to"].value = "Bo"
    form.meeting.feedback.button.click()
    assert "Say something here" in form.meeting.feedback.remarks["says"].value
    form.meeting.feedback.controls["says"].value = "Well done"
    form.meeting.feedback.controls["about"].value = "O1.1"
    form.meeting.feedback.button.click()
    assert [(one.to, one.says, one.about) for one in events(Feedback)] == [("Bo", "Well done", "O1.1")]


def test_milestones_and_a_yes_are_told_where_one_checks_in(form, events, sheet_path):
    step = {"title": "Sign the lease"}
    form.session.edit(("O1/key_results/-", {"id": "O1.4", "title": "Shop", "kind": "milestones", "milestones": [step]}))
    form.session.edit(("O1/key_results/-", {"id": "O1.5", "title": "Licence", "kind": "yes_no"}))
    form.session.save()
    form.list.value = "O1.4"
    form.milestones.grid.heard({"kind": "edit", "row": "1", "key": "done", "value": "2025-08-20"})
    assert "weight 1 → title Sign the lease, weight 1, reached on 2025-08-20" in form.bar.changes.value
    form.bar.save.click()
    assert str(read_sheet(sheet_path).key_results[3].milestones[0].done) == "2025-08-20"
    form.list.value = "O1.5"
    assert (form.milestones.layout.display, form.entry.fields["reached"].layout.display) == ("none", "")
    for name, value in {"confidence": 9, "narrative": "It came", "reached": 1}.items():
        form.entry.controls[name].value = value
    form.entry.button.click()
    assert events(CheckIn)[-1].value == 1
