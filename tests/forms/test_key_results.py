"""The form of key results: metric, baseline, levels, meter, and whether the set holds together."""

import pytest

from okrlib import forms
from okrlib.analysis.targets import Ambition
from okrlib.okr import read_sheet


@pytest.fixture
def form(book):
    return forms.key_results(book("en"))


def test_a_metric_is_found_by_searching_in_either_language_and_explained(form):
    form.buttons["new"].click()
    measured = form.measured
    measured.search.value = "客单价"
    assert "revenue_per_buyer" in [name for _, name in measured.metric.options]
    assert "revenue" not in [name for _, name in measured.metric.options]
    measured.metric.value = "revenue_per_buyer"
    assert "paid revenue of known buyers per paying buyer" in measured.definition.value
    assert form.session.value("O1.4/metric") == "revenue_per_buyer"


def test_a_baseline_rule_shows_its_number_at_once(form):
    # 91 days, 2 mugs of 10.00 a day
    assert form.levels.rule.value == "last_quarter"
    assert "£1,820 (last quarter, 1 Apr 2025 – 30 Jun 2025)" in form.levels.start.value
    form.levels.rule.value = ""
    assert form.levels.fields["baseline"].control.value == "1820"
    form.levels.fields["baseline"].control.value = "2k"
    assert form.session.value("O1.1/baseline") == 2000
    form.levels.rule.value = "same_quarter_last_year"
    assert "No baseline: the data begin on" in form.levels.start.value


def test_a_share_is_typed_and_shown_in_percent(form):
    form.list.value = "O1.3"
    target = form.levels.fields["target"].control
    assert target.value == "5%"
    target.value = "4.5 %"
    assert str(form.session.copy.sheet.key_results[2].target) == "0.045"


def test_the_meter_says_what_the_session_reads_and_moves_with_the_target(form):
    kr = form.session.copy.sheet.key_results[0]
    found = form.session.ambition(kr)
    assert isinstance(found, Ambition)
    before = form.levels.meter.value
    form.levels.fields["target"].control.value = "2000"
    assert form.levels.meter.value != before
    assert "best past quarter £1,820 (2025Q2)" in form.levels.meter.value


def test_a_proposal_is_taken_in_one_step(form):
    form.levels.take.click()
    kr = form.session.copy.sheet.key_results[0]
    plan = form.session.ambition(kr).proposal
    assert kr.levels == (plan.committed, plan.challenging, plan.stretch)
    form.bar.undo.click()
    assert form.session.copy.sheet.key_results[0].levels == (None, 3000, None)


def test_an_inconsistent_set_is_complained_of_until_it_is_mended(form):
    form.buttons["new"].click()
    form.measured.metric.value = "revenue_per_order"
    form.levels.fields["target"].control.value = "25"
    assert "2,500" in form.set.value
    assert "500" in form.set.value
    form.levels.fields["target"].control.value = "30"
    assert "are missing" not in form.set.value


def test_an_unsound_set_of_levels_is_said_and_cannot_be_saved(form):
    form.levels.fields["commit"].control.value = "3500"
    assert "run against the way from baseline 1820" in form.set.value
    form.levels.fields["stretch"].control.value = "3200"
    assert "not in order" in form.set.value
    assert form.bar.save.disabled
    form.levels.fields["stretch"].control.value = "lots"
    assert "expected a number" in form.levels.fields["stretch"].remark.value


def test_a_measure_of_our_own_has_name_definition_and_unit(form, sheet_path):
    form.buttons["new"].click()
    assert form.measured.box.layout.display == ""
    for name, typed in {"name": "Broken mugs", "definition": "mugs thrown away", "unit": "mugs"}.items():
        form.measured.own[f"measure/{name}"].control.value = typed
    form.levels.fields["kind"].control.value = "at_most"
    assert form.levels.from_box.layout.display == "none"
    form.levels.fields["target"].control.value = "3"
    form.bar.save.click()
    saved = read_sheet(sheet_path).key_results[3]
    assert (saved.measure.name, saved.kind, saved.target) == ("Broken mugs", "at_most", 3)


def test_the_sheet_is_locked_from_the_form_once_it_is_saved(form, sheet_path):
    form.fields["owner"].control.value = "Bo"
    assert form.lock.disabled
    form.bar.save.click()
    form.lock.click()
    assert "the baselines are frozen" in form.answer.value
    assert read_sheet(sheet_path).state == "active"
    assert form.lock.disabled


def test_milestones_are_a_table_and_go_with_their_kind(form, sheet_path):
    form.buttons["new"].click()
    form.measured.own["measure/name"].control.value = ""
    levels = form.levels
    levels.fields["target"].control.value = "9"
    levels.fields["kind"].control.value = "milestones"
    assert form.session.value("O1.4/target") is None, "milestones have no target, and the form asks for none"
    grid = levels.milestones.grid
    grid.heard({"kind": "add"})
    grid.heard(
        {"kind": "paste", "row": "1", "key": "title", "cells": [["Sign the lease", "2"], ["Open the door", "1"]]}
    )
    grid.heard({"kind": "edit", "row": "1", "key": "done", "value": "2025-08-01"})
    form.fields["title"].control.value = "A second shop"
    form.bar.save.click()
    kr = read_sheet(sheet_path).key_results[3]
    assert [(step.title, step.weight, str(step.done)) for step in kr.milestones] == [
        ("Sign the lease", 2, "2025-08-01"),
        ("Open the door", 1, "None"),
    ]
    grid.heard({"kind": "remove", "row": "1"})
    grid.heard({"kind": "remove", "row": "1"})
    assert form.session.value("O1.4/milestones") is None
    form.bar.undo.click()
    assert [row["cells"]["title"] for row in grid.rows] == ["Open the door"]
    levels.fields["kind"].control.value = "yes_no"
    assert form.session.copy.problem is None
    assert levels.milestones.layout.display == "none"


def test_a_measure_of_ones_own_says_which_way_is_better_and_when_it_is_known(form):
    form.list.value = "O1.2"
    form.measured.metric.value = ""
    for name, value in {"name": "Queue", "definition": "people waiting at noon", "unit": "people"}.items():
        form.measured.own[f"measure/{name}"].control.value = value
    form.measured.own["measure/higher_is_better"].control.value = False
    form.fields["latency_days"].control.value = "3"
    kr = form.session.copy.sheet.key_results[1]
    assert (kr.measure.higher_is_better, kr.latency_days) == (False, 3)
    form.measured.own["measure/higher_is_better"].control.value = True
    assert "higher_is_better" not in form.session.value("O1.2/measure")
