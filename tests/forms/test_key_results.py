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
    assert "£1,820 (last quarter, 2025-04-01..2025-06-30)" in form.levels.start.value
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
