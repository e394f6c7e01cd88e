"""Saving: reasons, two people at once, earlier versions, and edits whose kernel has gone."""

import subprocess
import sys

import pytest

from okrlib import forms
from okrlib.forms.session import Session, session
from okrlib.okr import Changed, Locked, Saved, read_journal, read_sheet


@pytest.fixture
def form(book):
    return forms.objectives(book("en"))


def test_a_locked_sheet_asks_for_a_reason(form, sheet_path):
    form.session.lock()
    assert read_sheet(sheet_path).state == "active"
    form.fields["owner"].control.value = "Bo"
    assert form.bar.reason.layout.display == ""
    form.bar.save.click()
    assert "Say why" in form.bar.answer.value
    assert read_sheet(sheet_path).objectives[0].owner == "Ann Lee"
    form.bar.reason.value = "Ann is away"
    form.bar.save.click()
    locked, changed = read_journal(sheet_path.with_suffix(".jsonl")).events
    assert (type(locked), type(changed), changed.reason) == (Locked, Changed, "Ann is away")
    assert form.bar.reason.layout.display == "none"


def test_another_persons_change_is_shown_and_never_overwritten(form, book, sheet_path):
    theirs = Session(book("en"), sheet_path)
    theirs.edit(("O1/owner", "Bo"))
    theirs.save()
    form.fields["why"].control.value = "Neighbours talk."
    form.bar.save.click()
    assert read_sheet(sheet_path).objectives[0].owner == "Bo"
    warning, sides, buttons = form.bar.panel.children
    assert "Somebody else changed the sheet" in warning.value
    assert "owner: Ann Lee → Bo" in sides.children[0].value
    assert "Neighbours talk." in sides.children[1].value
    keep, _ = buttons.children
    keep.click()
    assert form.fields["owner"].control.value == "Bo"
    form.bar.save.click()
    now = read_sheet(sheet_path).objectives[0]
    assert (now.owner, now.why) == ("Bo", "Neighbours talk.")


def test_ones_own_edits_can_be_dropped_for_theirs(form, book, sheet_path):
    theirs = Session(book("en"), sheet_path)
    theirs.edit(("O1/owner", "Bo"))
    theirs.save()
    form.fields["owner"].control.value = "Cy"
    form.bar.save.click()
    form.bar.panel.children[2].children[1].click()
    assert form.fields["owner"].control.value == "Bo"
    assert not form.session.copy.changed


def test_earlier_versions_are_looked_at_and_restored(form, sheet_path):
    for owner in ("Bo", "Cy"):
        form.fields["owner"].control.value = owner
        form.bar.save.click()
    assert [type(one) for one in form.session.versions] == [Saved, Saved]
    form.bar.earlier.click()
    chosen, shown, back = form.bar.panel.children
    assert [words.endswith("saved") for words, _ in chosen.options] == [True, True]
    chosen.value = form.session.versions[1]
    assert "owner: Cy → Bo" in shown.value
    back.click()
    assert form.fields["owner"].control.value == "Bo"
    assert read_sheet(sheet_path).objectives[0].owner == "Cy"


def test_unsaved_edits_of_a_kernel_that_is_gone_are_offered_again(book, home):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    edited = session(book("en"))
    edited.edit(("O1/owner", "Bo"))
    (kept,) = (home / ".okr" / "unsaved").iterdir()
    kept.rename(kept.with_name(f"corner.2025Q3.{gone.stdout.strip()}.yaml"))
    edited.undo()
    form = forms.objectives(book("en"))
    told, (take, _) = form.bar.panel.children[0], form.bar.panel.children[1].children
    assert "Unsaved changes of an earlier session" in told.value
    take.click()
    assert form.fields["owner"].control.value == "Bo"
    assert "Not saved yet" in form.bar.mark.value


def test_all_forms_of_a_sheet_show_the_same_working_copy(form, book):
    other = forms.key_results(book("en"))
    form.fields["title"].control.value = "Be the shop that our street recommends"
    assert other.objective.options[0][0] == "O1 Be the shop that our street recommends"
    other.bar.undo.click()
    assert form.fields["title"].control.value == "Be the shop our street recommends"
