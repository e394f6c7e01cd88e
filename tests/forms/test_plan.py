"""The form of the plan: a table of tasks, paste from a spreadsheet, pictures drawn anew, and how tasks stand."""

import pytest

from okrlib import forms
from okrlib.okr import TaskUpdate, read_journal, read_sheet


@pytest.fixture
def form(book):
    return forms.plan(book("en"))


def type_in(form, row, key, value):
    form.grid.heard({"kind": "edit", "row": row, "key": key, "value": value})


def cells(form, row):
    (found,) = [one for one in form.grid.rows if one["id"] == row]
    return found["cells"]


def test_tasks_are_added_typed_and_saved(form, sheet_path):
    form.grid.heard({"kind": "add"})
    assert cells(form, "T1")["key_result"] == "O1.1"
    for key, value in {
        "title": "Wave",
        "owner": "Ann Lee",
        "start": "2025-09-01",
        "due": "2025/9/12",
        "effort_days": "2.5",
    }.items():
        type_in(form, "T1", key, value)
    type_in(form, "T1", "participants", "Bo, Cy")
    form.bar.save.click()
    (task,) = read_sheet(sheet_path).tasks
    assert (task.title, str(task.due), task.effort_days, task.participants) == ("Wave", "2025-09-12", 2.5, ("Bo", "Cy"))


def test_pictures_follow_what_is_typed(form):
    form.grid.heard({"kind": "add"})
    type_in(form, "T1", "title", "Wave")
    assert "Wave" in form.pictures.value
    before = form.pictures.value
    type_in(form, "T1", "effort_days", "90")
    assert form.pictures.value != before


def test_what_cannot_be_read_stays_with_its_reason_and_changes_nothing(form):
    form.grid.heard({"kind": "add"})
    type_in(form, "T1", "effort_days", "a few")
    (row,) = form.grid.rows
    assert row["cells"]["effort_days"] == "a few"
    assert row["remarks"]["effort_days"] == "expected a number"
    assert form.session.value("T1/effort_days") is None
    type_in(form, "T1", "effort_days", "3")
    assert "effort_days" not in form.grid.rows[0]["remarks"]


def test_a_paste_fills_downwards_and_adds_rows(form):
    form.grid.heard({"kind": "add"})
    form.grid.heard(
        {"kind": "paste", "row": "T1", "key": "title", "cells": [["Wave", "O1.2", "Ann"], ["Smile", "o1.1", "Bo"]]}
    )
    assert [(one["id"], one["cells"]["title"], one["cells"]["key_result"]) for one in form.grid.rows] == [
        ("T1", "Wave", "O1.2"),
        ("T2", "Smile", "O1.1"),
    ]
    assert form.session.value("T2/owner") == "Bo"
    form.bar.undo.click()
    assert [one["cells"]["title"] for one in form.grid.rows] == ["New task"], "one paste is one step"
    form.bar.redo.click()
    assert [one["cells"]["title"] for one in form.grid.rows] == ["Wave", "Smile"]


def test_what_a_task_is_expected_to_do_is_typed_in_percent(form, sheet_path):
    form.grid.heard({"kind": "add"})
    type_in(form, "T1", "expected_effect/metric", "orders")
    assert "is missing" in form.grid.rows[0]["remarks"]["expected_effect/change"]
    type_in(form, "T1", "expected_effect/change", "7.5")
    assert cells(form, "T1")["expected_effect/change"] == "7.5%"
    form.bar.save.click()
    (task,) = read_sheet(sheet_path).tasks
    assert (task.expected_effect.metric, str(task.expected_effect.change)) == ("orders", "0.075")
    type_in(form, "T1", "expected_effect/metric", "")
    type_in(form, "T1", "expected_effect/change", "")
    assert form.session.value("T1/expected_effect") is None


def test_a_first_line_of_headings_names_the_columns(form):
    form.grid.heard({"kind": "add"})
    pasted = [["owner", "Person-days", "remarks", "Title"], ["Ann", "4", "x", "Wave"], ["Bo", "many", "y", "Smile"]]
    form.grid.heard({"kind": "paste", "row": "T1", "key": "title", "cells": pasted})
    assert (cells(form, "T1")["title"], cells(form, "T1")["effort_days"], cells(form, "T2")["owner"]) == (
        "Wave",
        "4",
        "Bo",
    )
    assert form.grid.rows[1]["remarks"]["effort_days"] == "expected a number"


def test_a_task_moves_to_the_objective_of_its_key_result(form):
    form.session.edit(
        (
            "objectives/-",
            {"id": "O2", "title": "Second", "key_results": [{"id": "O2.1", "kind": "yes_no", "title": "Done"}]},
        )
    )
    form.grid.heard({"kind": "add"})
    type_in(form, "T1", "owner", "Ann")
    form = forms.plan(form.session.book)
    type_in(form, "T1", "key_result", "O2.1")
    assert [task.owner for task in form.session.copy.sheet.objectives[1].tasks] == ["Ann"]
    assert form.session.copy.sheet.objectives[0].tasks == ()


def test_a_circle_of_tasks_is_told_at_once(form):
    form.grid.heard({"kind": "add"})
    form.grid.heard({"kind": "add"})
    type_in(form, "T1", "depends_on", "T2")
    type_in(form, "T2", "depends_on", "T1")
    assert "waiting for itself" in form.remarks.value
    assert form.bar.save.disabled


def test_how_a_task_stands_is_journalled(form, sheet_path):
    form.grid.heard({"kind": "add"})
    assert [value for _, value in form.update.controls["task"].options] == [None]
    form.bar.save.click()
    form.update.controls["task"].value = "T1"
    form.update.controls["status"].value = "doing"
    form.update.controls["effort_days"].value = "lots"
    form.update.button.click()
    assert "expected a number" in form.update.answer.value
    form.update.controls["effort_days"].value = "1.5"
    form.update.button.click()
    (event,) = read_journal(sheet_path.with_suffix(".jsonl")).of(TaskUpdate)
    assert (event.task, event.status, event.effort_days) == ("T1", "doing", 1.5)


def test_the_same_in_chinese(book):
    form = forms.plan(book("zh"))
    form.grid.heard({"kind": "add"})
    assert cells(form, "T1")["title"] == "新任务"
    type_in(form, "T1", "due", "下周")
    assert form.grid.rows[0]["remarks"]["due"] == "请填写日期，例如 2026-11-30"
