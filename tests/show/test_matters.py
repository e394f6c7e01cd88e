"""Findings, levers, customers and the range as a reader meets them: the demo's stories in words, in both languages."""

import re

from okrlib import show
from okrlib.analysis import customers
from okrlib.analysis.findings import findings
from okrlib.show.prose import Notice
from okrlib.show.table import Table
from tests.show.conftest import words
from tests.show.test_sections import cells


def test_the_stories_of_the_demo_stores_are_told(demo_book):
    tmall = words(show.what_matters(demo_book("demo_tmall", "zh")))
    for part in (
        "新上的山岚旅行快客杯",
        "四川省增长快于其他地区",
        "耐热玻璃煮茶壶 900ml在10月1日至11月7日支付的金额中",
    ):
        assert part in tmall
    shopify = words(show.what_matters(demo_book("demo_shopify")))
    for part in (
        "instagram outgrew the other channels",
        "Germany outgrew the other regions",
        "Travel Set is new and brought",
    ):
        assert part in shopify
    gone = words(show.what_matters(demo_book("demo_tmall", "en", "2026Q3")))
    assert re.search(r"青釉三才盖碗 单个装 sold nothing from 8 Aug to 28 Aug, where some \d+ orders", gone)


def test_a_finding_carries_its_size_and_the_name_to_cite(demo_book):
    book = demo_book("demo_shopify")
    table, fold = show.what_matters(book).parts
    found = findings(book.data, book.period, book.rules)
    assert book.matters == found
    assert cells(table, "id") == [one.id for one in found][:5]
    sizes = zip(cells(table, "size"), found, strict=False)
    assert all(size.startswith("-") == (one.size < 0 and not one.at_risk) for size, one in sizes)
    assert all(size.endswith("at risk") == one.at_risk for size, one in zip(cells(table, "size"), found, strict=False))
    assert {text.split(", ")[1].split(":")[0] for text in cells(table, "lens")} <= {"certain", "likely"}
    assert cells(fold.parts[0], "id") == [one.id for one in found][5:]


def test_the_answer_stands_on_top_in_three_sentences(demo_book):
    hurts, helps, first = show.in_a_minute(demo_book("demo_shopify")).paragraphs
    assert hurts.startswith(
        "What hurts most. Advertising brought 1.93 for each unit spent, where 3.09 was to be expected: some US$"
    )
    assert helps.startswith("What helps most. instagram outgrew the other channels")
    assert first.startswith("To do first, by precise marketing: stop what brings less than it costs")
    assert show.in_a_minute(demo_book("demo_tmall", "zh")).paragraphs[0].startswith("最大的问题：按时送达率为")


def test_levers_say_why_and_candidates_cite_what_they_answer(demo_book):
    book = demo_book("demo_shopify")
    levers, fold = show.growth_levers(book).parts
    assert "Precise marketing" in cells(levers, "lever")
    assert all(cells(levers, "why"))
    notes = [part.note for part in show.candidates(book).parts]
    assert any("grew.channel.instagram" in note for note in notes)
    assert all("Tasks to start with: " in note for note in notes)
    assert words(fold).count("Tasks to start with: ") == len(notes)
    assert all(part.rows for part in show.candidates(book).parts)


def test_segments_show_every_buyer_once(demo_book):
    book = demo_book("demo_tmall")
    shown = [int(text.replace(",", "")) for text in cells(show.segments(book), "buyers")]
    assert sum(shown) == len(customers.segment_list(book.data, book.to_date.end))
    assert "of known buyers were forecast" in show.lifetime_value(book).note


def test_what_needs_buyers_or_lines_is_switched_off_with_the_reason(bare):
    for part in (show.segments, show.cohorts, show.second_orders, show.lifetime_value):
        assert "names no buyers" in words(part(bare("en")))
    assert isinstance(show.what_matters(bare("en")), Notice)
    assert "no order lines" in words(show.pareto(bare("en"))).lower()


def test_the_price_bands_hold_the_products_revenue(demo_book):
    book = demo_book("demo_tmall")
    table = show.price_bands(book)
    assert isinstance(table, Table)
    shares = [float(text.split("%")[0]) for text in cells(table, "share")]
    assert abs(sum(shares) - 100) < 0.3
    assert cells(table, "band")[0].startswith("below CN¥")


def test_double_11_is_held_against_ordinary_days(demo_book):
    _, fold = show.event_lift(demo_book("demo_tmall")).parts
    lifts = dict(zip(cells(fold.parts[0], "name"), cells(fold.parts[0], "lift"), strict=True))
    (double_11,) = (lift for name, lift in lifts.items() if name.startswith("Double 11 ("))
    assert float(double_11.strip("+%")) > 80
