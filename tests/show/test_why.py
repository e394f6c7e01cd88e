"""Why the gap, what the rest needs, and what tasks did, in words that a reader gets right."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from okrlib import show
from okrlib.analysis.daily import history
from okrlib.analysis.effect import Effect
from okrlib.analysis.synthetic import Estimate
from okrlib.okr import Task
from okrlib.periods import Period
from okrlib.show.table import Table
from tests.show.conftest import unfolded, words

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TASK = Task.model_validate({
    "id": "T1", "key_result": "O1.1", "title": "Bundles", "start": "2026-10-05",
    "expected_effect": {"metric": "net_revenue", "change": "0.04"},
})  # fmt: skip
WINDOW = Period(date(2026, 10, 5), date(2026, 11, 1))


def tables(shown):
    return [part for part in unfolded(shown) if isinstance(part, Table)]


def money(cell):
    """The amount that a cell shows, in cents."""
    return Decimal(re.sub(r"[^\d.-]", "", getattr(cell, "text", cell)))


@pytest.mark.parametrize("store", ["demo_tmall", "demo_shopify"])
def test_what_is_printed_adds_up_to_the_cent(demo_book, store):
    shown = tables(show.gap(demo_book(store)))
    segments = [table for table in shown if table.caption.startswith("By ")]
    assert len(segments) >= 2
    for table in segments:
        *rows, total = table.rows
        parts = [column.key for column in table.columns if column.key not in {"name", "now", "change", "plan"}]
        for row in table.rows:
            assert sum(money(row[part]) for part in parts) == money(row["change"]), table.caption
        for key in ("now", "change", "plan", *parts):
            assert sum(money(row[key]) for row in rows) == money(total[key]), (table.caption, key)


def test_each_group_of_drivers_sums_to_the_same_gap(demo_book):
    table = next(table for table in tables(show.gap(demo_book("demo_shopify"))) if "Net revenue" in table.caption)
    group, sums = [], []
    for row in table.rows:
        if row["name"] == "Together":
            assert sum(group) == money(row["on_year"])
            sums.append(money(row["on_year"]))
            group = []
        else:
            group.append(money(row["on_year"]))
    assert len(sums) == 4
    assert len(set(sums)) == 1


def test_the_gap_is_told_in_words(demo_book):
    english = words(show.gap(demo_book("demo_shopify")))
    assert "more than on the same weekdays last year" in english
    assert "of the plan for today" in english
    assert "Conversion rate" in english
    chinese = words(show.gap(demo_book("demo_tmall", "zh")))
    assert "比去年同期多" in chinese
    assert "与计划进度相比" in chinese
    assert "支付转化率" in chinese


def test_without_a_sheet_the_stores_revenue_is_explained(demo_book, bare):
    assert "the data begin on" in words(show.gap(bare()))
    assert "数据从" in words(show.gap(bare("zh")))
    assert "Paid revenue" in words(show.gap(replace(demo_book("demo_shopify"), sheet=None)))


def test_the_rest_of_the_quarter_says_enough_or_too_little(demo_book):
    text = words(show.forward(demo_book("demo_shopify")))
    assert "to spare" in text
    assert "comes by itself" in text
    assert "too little" in text
    assert "never so far" in text
    assert "T1 Black Friday landing page and bundles (+4.0%)" in text
    assert "富余" in words(show.forward(demo_book("demo_tmall", "zh")))


@pytest.mark.parametrize("store", ["demo_tmall", "demo_shopify"])
def test_what_a_day_must_bring_and_what_the_rest_brings_are_one_answer(demo_book, store):
    book = demo_book(store)
    ahead = {one.key_result: one for one in book.forwards if one.key_result in book.run_rates}
    assert ahead
    for name, one in ahead.items():
        rate = book.run_rates[name]
        assert float(rate.expected * rate.days) == pytest.approx(float(one.expected), rel=1e-4)
        assert (rate.reach == "comes") == (one.missing <= one.expected)


def test_no_days_left_is_said(demo_book):
    assert "left to be reached" in words(show.forward(demo_book("demo_shopify", quarter="2026Q3")))


def shown_effects(demo_book, locale, *effects):
    book = replace(demo_book("demo_shopify", locale))
    book.__dict__["effects"] = effects
    return words(show.measured_effects(book))


@pytest.mark.parametrize(
    ("effect", "english", "chinese"),
    [
        (Effect(TASK, WINDOW, basis="siblings", siblings=12, estimate=Estimate(0.08, 0.05), amount=Decimal(9000)),
         ["moved as hoped", "+3.0% to +13.9%", "12 untouched siblings", "+US$9,000", "+8.3%"], ["如愿见效", "12 个未受影响的同类"]),
        (Effect(TASK, WINDOW, basis="last_year", estimate=Estimate(-0.2, 0.12)),
         ["moved the other way", "last year's days, grown", "+20%"], ["适得其反"]),
        (Effect(TASK, WINDOW, basis="last_year", estimate=Estimate(0.05, 0.12)), ["cannot tell"], ["看不出来"]),
        (Effect(TASK, WINDOW, ("T2",), basis="last_year", estimate=Estimate(0.3, 0.12)),
         ["inseparable from T2", "T1, T2 began within two weeks of each other"], ["与 T2 无法分开", "无法归功于"]),
        (Effect(TASK, WINDOW, interim=date(2026, 11, 20), basis="last_year", estimate=Estimate(0.3, 0.12)),
         ["too early", "until 20 Nov 2026"], ["为时尚早", "2026年11月20日"]),
        (Effect(TASK, WINDOW, late=True, basis="last_year", estimate=Estimate(0.3, 0.12)), ["after it had begun"], ["开始之后才写下"]),
    ],
)  # fmt: skip
def test_verdicts_read_right(demo_book, effect, english, chinese):
    text = shown_effects(demo_book, "en", effect).replace("&#39;", "'")
    for says in english:
        assert says in text
    assert not CHINESE.search(text)
    text = shown_effects(demo_book, "zh", effect)
    for says in chinese:
        assert says in text


def test_the_least_that_can_be_told_is_always_printed(demo_book):
    for half, least in ((0.12, "+20%"), (0.3, "+57%")):
        effect = Effect(TASK, WINDOW, basis="last_year", estimate=Estimate(0.0, half))
        assert least in shown_effects(demo_book, "en", effect)


def test_without_expectations_nothing_is_measured(demo_book):
    assert "Write both on a task before it starts" in shown_effects(demo_book, "en")


def test_each_inseparable_group_is_named_once(demo_book):
    tasks = [TASK.model_copy(update={"id": name}) for name in ("T1", "T2", "T3")]
    together = [("T2",), ("T1", "T3"), ("T2",)]
    text = shown_effects(
        demo_book, "en", *(Effect(task, WINDOW, ids) for task, ids in zip(tasks, together, strict=True))
    )
    assert text.count("began within two weeks") == 1
    assert "T1, T2, T3 began" in text


def test_each_part_of_a_count_would_have_to_bring_all_that_is_missing(demo_book):
    book = demo_book("demo_tmall")
    found = {one.key_result: one for one in book.forwards}
    one = found["O1.2"]
    ((new, returning),) = one.ways
    assert [new.name, returning.name] == ["new_buyers", "returning_buyers"]
    assert float(new.need.expected + returning.need.expected) == pytest.approx(float(one.expected))
    for lever, other in ((new, returning), (returning, new)):
        assert float(lever.need.needed + other.need.expected) == pytest.approx(float(one.missing))
    days = history(book.data, {"new_buyers"})["new_buyers"]
    past = [("2025-11-23", "2025-12-31"), ("2026-08-23", "2026-09-30"), ("2026-05-24", "2026-06-30")]
    assert new.need.best >= max(days.loc[a:b].sum() for a, b in past)


def test_a_share_of_different_buyers_is_held_against_the_ends_of_past_quarters(demo_book):
    book = demo_book("demo_tmall")
    found = {one.key_result: one for one in book.forwards}
    (lever,) = found["O2.1"].ways[0]
    days = history(book.data, {"returning_buyers", "buyers"})
    end = days.loc["2025-11-23":"2025-12-31"].sum()
    assert float(lever.need.best) >= end["returning_buyers"] / end["buyers"]
    assert [task.id for task in lever.tasks] == ["T4"], "the task on the share stands beside it"
