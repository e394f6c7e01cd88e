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


def test_a_file_broken_by_hand_is_refused_in_the_analysts_language(book, home):
    picker = forms.picker(book("zh"))
    for name, broken, says in (
        ("stores/corner.yaml", "store: corner\nplatfrom: x\n", "corner.yaml 第 2 行：platfrom：没有这个字段，请检查拼写"),
        ("calendar.yaml", "- {id: Birthday}\n", "calendar.yaml 第 1 行：id 只能用小写字母"),
        ("okrs/corner/2025Q3.yaml", "store: corner\nquarter: 2025Q2\nobjectives: []\n", "文件名是 2025Q3，而 quarter 写的是 2025Q2"),
    ):  # fmt: skip
        path = home / "params" / name
        before = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(broken, encoding="utf-8")
        picker.again.click()
        assert says in picker.told.value
        path.write_text(before, encoding="utf-8") if before else path.unlink()
    picker.again.click()
    assert "下文均按此显示" in picker.told.value


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
