"""The form of objectives, worked as a person works it: values set, buttons pressed."""

import pytest

from okrlib import forms
from okrlib.okr import read_sheet


@pytest.fixture
def form(book):
    return forms.objectives(book("en"))


def test_checks_run_while_one_types_at_the_field(form):
    title = form.fields["title"]
    assert title.control.value == "Be the shop our street recommends"
    title.control.value = "Do 12 meetings"
    assert "begins with an activity" in title.remark.value
    assert "Begin with what will be true at the end." in title.remark.value
    title.control.value = "Be the shop our whole street recommends"
    assert title.remark.value == ""


def test_nothing_is_saved_before_save_and_what_will_change_is_said(form, sheet_path):
    before = sheet_path.read_text("utf-8")
    form.fields["owner"].control.value = "Bo"
    assert "Not saved yet" in form.bar.mark.value
    assert "O1 Be the shop our street recommends: owner: Ann Lee → Bo" in form.bar.changes.value
    assert sheet_path.read_text("utf-8") == before
    form.bar.save.click()
    assert "All saved" in form.bar.mark.value
    assert "# Written by hand; this comment stays." in sheet_path.read_text("utf-8")
    assert read_sheet(sheet_path).objectives[0].owner == "Bo"


def test_the_same_in_chinese(book):
    form = forms.objectives(book("zh"))
    form.fields["title"].control.value = "开展 12 次会议"
    assert "目标以动作开头" in form.fields["title"].remark.value
    form.fields["weight"].control.value = "viel"
    assert "请填写数字" in form.fields["weight"].remark.value
    assert "尚未保存：1 处改动" in form.bar.mark.value
    assert "标题由 Be the shop our street recommends 改为 开展 12 次会议" in form.bar.changes.value


def test_undo_and_redo_fill_the_fields_again(form):
    why = form.fields["why"].control
    why.value = "Neighbours talk."
    form.bar.undo.click()
    assert why.value == "Neighbours buy again when they feel at home."
    assert form.bar.save.disabled
    form.bar.redo.click()
    assert why.value == "Neighbours talk."


def test_objectives_are_made_moved_and_removed(form, sheet_path):
    form.buttons["new"].click()
    assert form.chosen == "O2"
    form.fields["title"].control.value = "Be a shop that children like"
    form.buttons["up"].click()
    assert [name for _, name in form.list.options] == ["O2", "O1"]
    assert form.chosen == "O2"
    form.fields["horizon"].control.value = "mid"
    form.list.value = "O1"
    form.fields["parent"].control.value = "O2"
    form.bar.save.click()
    assert [(one.id, one.parent) for one in read_sheet(sheet_path).objectives] == [("O2", None), ("O1", "O2")]
    form.list.value = "O2"
    form.buttons["remove"].click()
    assert form.chosen == "O1"
    assert "O2 Be a shop that children like is removed" in form.bar.changes.value


def test_a_candidate_is_taken_over_with_its_evidence(form):
    heading, *offers = form.candidates.children
    assert "Objectives the findings suggest" in heading.value
    button, remark = offers[0].children
    button.click()
    assert form.chosen == "O2"
    taken = form.session.value("O2")
    assert taken["title"] in remark.value
    assert taken["why"] in remark.value
    assert all(kr["baseline"] == "last_quarter" for kr in taken["key_results"])
    form.bar.undo.click()
    assert form.session.value("O2") is None


def test_a_hostile_title_is_text(form):
    attack = "<img src=x onerror=alert(1)> and more words"
    form.fields["title"].control.value = attack
    shown = form.bar.changes.value + form.general.value
    assert "<img" not in shown
    assert "&lt;img src=x" in shown


def test_an_objective_may_serve_the_companys_and_the_cadence_is_the_sheets(book, home, sheet_path):
    strategy = """\
objectives:
  - {id: L1, title: {en: Be known, zh: 家喻户晓}, horizon: long, until: 2030-12-31}
  - {id: C1, title: Open late, horizon: short, quarter: 2025Q3}
  - {id: C2, title: Elsewhere, horizon: mid, until: 2026-12-31, stores: [other]}
"""
    (home / "params" / "strategy.yaml").write_text(strategy, encoding="utf-8")
    form = forms.objectives(book("zh"))
    parents = form.fields["parent"].control
    assert [value for _, value in parents.options] == ["", "L1", "C1"]
    assert parents.options[1][0] == "L1 家喻户晓"
    parents.value = "L1"
    form.cadence.control.value = "14"
    form.bar.save.click()
    sheet = read_sheet(sheet_path)
    assert (sheet.objectives[0].parent, sheet.cadence_days) == ("L1", 14)
