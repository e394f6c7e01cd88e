"""The picker: four choices that open another Book, are remembered, and name things in the analyst's language."""

import json
from dataclasses import replace
from datetime import date

from okrlib import forms


def test_another_language_and_quarter_open_another_book(book):
    picker = forms.picker(book("en"))
    picker.controls["locale"].value = "zh"
    assert picker.book.locale == "zh"
    assert ("街角小店", "corner") in picker.controls["store"].options
    assert picker.controls["store"].description == "店铺"
    picker.controls["quarter"].value = "2025Q2"
    assert (str(picker.book.quarter), str(picker.book.as_of)) == ("2025Q2", "2025-06-30")
    assert "2025 年第二季度" in picker.told.value


def test_what_cannot_be_opened_is_said_and_the_choice_goes_back(book):
    picker = forms.picker(book("en"))
    picker.controls["store"].value = "demo_tmall"
    assert "no data" in picker.told.value or "no orders" in picker.told.value or "demo_tmall" in picker.told.value
    assert picker.controls["store"].value == "corner"
    assert picker.book.store.store == "corner"


def test_the_choice_is_remembered_until_other_parameters_are_typed(book, home):
    forms.picker(book("en")).controls["locale"].value = "zh"
    assert forms.picker(book("en")).book.locale == "zh"
    assert json.loads((home / ".okr" / "picked.json").read_text())["picked"]["locale"] == "zh"
    later = replace(book("en"), as_of=date(2025, 9, 1))
    assert forms.picker(later).book.locale == "en"


def test_the_path_is_shown_until_it_is_put_away(book, home):
    (box,) = forms.picker(book("en")).box.children
    text, away = box.children
    assert "Getting started" in text.value
    assert text.value.count("✓") == 2
    (home / "params" / "strategy.yaml").write_text(
        "objectives: [{id: L1, title: Be known, horizon: long, until: 2030-12-31}]\n", encoding="utf-8"
    )
    text = forms.picker(book("en")).box.children[0].children[0]
    assert text.value.count("✓") == 3, "what the company wants is a goal that is stated"
    away.click()
    assert box.children == ()
    assert forms.picker(book("en")).box.children == ()
