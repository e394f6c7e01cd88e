"""A real store from its exports to its packets: UCI "Online Retail" (CC BY 4.0), through the layout a user would write."""

import csv
import io
import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from okrlib.analysis import outlook
from okrlib.book import open_book
from okrlib.okr import read_journal, read_sheet, require_unchanged
from okrlib.periods import Quarter
from okrlib.show import best_sellers, splits, what_is_left, where_we_stand
from okrlib.starter import init_workbook
from okrlib.stores import Workbook
from tests.commands import Done, okr, okr_alone
from tests.shared import PROJECT, shared

STORE, QUARTER = "online_retail", Quarter(2011, 3)
DAYS = ("2011-08-15", "2011-09-30")
EDITIONS = [(day, locale) for day in DAYS for locale in ("en", "zh")]
every_edition = pytest.mark.parametrize(("day", "locale"), EDITIONS)


@dataclass(frozen=True)
class Shop:
    """The workbook and what reading its exports said."""

    workbook: Workbook
    read: Done

    def book(self, day, locale="en"):
        return open_book(STORE, str(QUARTER), day, locale, home=self.workbook.home)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    data = shared("data", "online_retail")
    workbook = init_workbook(tmp_path_factory.mktemp("real") / "workbook")
    shutil.copy(PROJECT / "params" / "stores" / f"{STORE}.yaml", workbook.params / "stores")
    shutil.copytree(PROJECT / "params" / "okrs" / STORE, workbook.params / "okrs" / STORE)
    (workbook.exports / STORE).symlink_to(data, target_is_directory=True)
    return Shop(workbook, okr(workbook.home, "ingest", STORE))


def test_every_row_is_accounted_for(shop):
    assert (shop.read.code, shop.read.err) == (0, "")
    (lead, found, *_) = shop.read.out.splitlines()
    assert "305 files read" in lead
    total, used, aside, rejected = (
        int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:rows|used|set aside|rejected)", lead)
    )
    assert (total, rejected) == (541_909, 0)
    assert used + aside == total
    for words in ("25,900 orders", "4,372 buyers", "38 regions", "406,829 rows with a buyer"):
        assert words in found
    assert re.search(r"\b9,747,747\.9340* GBP", found)


def test_what_was_set_aside_is_said_with_rule_rows_and_money(shop):
    told = dict(re.findall(r"set aside ([\d,]+): .*?\((\w+)(?:, [-\d,.]+)?\)$", shop.read.out, re.MULTILINE))
    assert {rule: count for count, rule in told.items()} == {
        "duplicate": "5,268",
        "stock_adjustment": "1,336",
        "free_of_charge": "1,174",
        "fee": "87",
        "sample": "62",
        "bad_debt": "3",
    }
    assert "5,268: " in shop.read.out


def test_reading_it_again_changes_nothing(shop):
    before = shop.book(DAYS[1]).facts("revenue", "orders")
    again = okr(shop.workbook.home, "ingest", STORE)
    assert "0 files read, 305 known already" in again.out
    assert shop.book(DAYS[1]).facts("revenue", "orders") == before


def test_best_sellers_are_products(shop):
    titles = [row["title"] for row in best_sellers(shop.book(DAYS[1])).rows]
    assert len(titles) == 10
    assert [
        title
        for title in titles
        if re.search(r"(?i)\b(postage|manual|carriage|fee|discount|samples?|charges)\b", title)
    ] == []


def test_the_christmas_season_is_told_in_a_minute(shop):
    """The order of 80,995 paper birds was cancelled the same day: it is a refund, and no best seller."""
    english, chinese = (
        open_book(STORE, "2011Q4", "2011-12-09", locale, home=shop.workbook.home) for locale in ("en", "zh")
    )
    told = " ".join(where_we_stand(english).paragraphs)
    assert "+95.1% on as many days of last quarter and +44.4% on last year from 30 Nov on" in told
    assert "£168,470 of it for one product, PAPER CRAFT , LITTLE BIRDIE" in told
    assert "BIRDIE" not in str([row["title"] for row in best_sellers(english).rows])
    assert "英国贡献最多，占支付金额的 86.5%" in str(splits(chinese).__html__())
    assert "<img" not in what_is_left(english).__html__(), "nothing is drawn of costs that nobody told"


def test_channels_are_not_recorded_and_that_is_said(shop):
    (fact,) = shop.book(DAYS[1]).facts("revenue", by="channel")
    assert fact.value is None
    assert fact.reason.en
    assert fact.reason.zh


def test_sheet_and_journal_belong_to_each_other(shop):
    folder = PROJECT / "params" / "okrs" / STORE
    sheet, journal = read_sheet(folder / f"{QUARTER}.yaml"), read_journal(folder / f"{QUARTER}.jsonl")
    require_unchanged(sheet, journal)
    assert journal.damaged == ()
    assert all(QUARTER.start <= event.at.date() <= QUARTER.end for event in journal.events)
    known = {kr.id for kr in sheet.key_results}
    assert all(journal.check_ins(name) for name in known), "every key result is heard of"
    assert {event.key_result for event in journal.events if event.kind == "check_in"} <= known


def test_the_frozen_baselines_are_what_the_data_gives(shop):
    journal = read_journal(PROJECT / "params" / "okrs" / STORE / f"{QUARTER}.jsonl")
    on = journal.locked.at.date()
    book = shop.book(on)
    found, missing = outlook.baselines(book.data, book.sheet, on, "")
    assert missing == {}
    ruled = {name: start for name, start in journal.baselines.items() if start.rule != "typed"}
    assert ruled
    for name, start in ruled.items():
        assert abs(found[name].value - start.value) < Decimal("0.0001"), name
        assert found[name].period == start.period


@pytest.fixture(scope="module")
def pages(shop):
    """The four packets as trees; a later day's replaces an earlier's in its place."""
    made = {}
    for day in DAYS:
        done = okr_alone(shop.workbook.home, "run", QUARTER, "--store", STORE, "--as-of", day)
        assert done.code == 0, done.out + done.err
        folder = shop.workbook.reports / str(QUARTER) / STORE
        for locale in ("en", "zh"):
            text = (folder / f"packet.{locale}.html").read_text(encoding="utf-8")
            told = json.loads((folder / f"manifest.{locale}.json").read_text(encoding="utf-8"))
            assert (told["status"], told["warnings"], told["parameters"]["as_of"]) == ("ok", [], day)
            made[day, locale] = BeautifulSoup(text, "html.parser")
    return made


@every_edition
def test_the_packet_says_whose_and_of_when_it_is(pages, day, locale):
    page = pages[day, locale]
    assert page.html["lang"] == {"en": "en", "zh": "zh-CN"}[locale]
    assert page.header.time["datetime"] == day
    assert page.h1.get_text() == {"en": "Online Retail (UK gifts)", "zh": "Online Retail（英国礼品）"}[locale]
    assert page.select(".page-label") == [], "nothing of it is generated"


@every_edition
def test_nothing_went_wrong_on_the_way(pages, day, locale):
    text = pages[day, locale].main.get_text(" ")
    for bad in ("Traceback", "Error:", "Warning", "object at 0x", "nan%", "NaN", "None"):
        assert bad not in text, bad


@every_edition
def test_the_figures_are_those_of_okr_facts(shop, pages, day, locale):
    words = ("--metrics", "revenue,orders", "--as-of", day, "--format", "json")
    revenue, orders = json.loads(okr(shop.workbook.home, "facts", STORE, "--quarter", QUARTER, *words).out)
    head = next(
        th
        for th in pages[day, locale].main.select("tbody th")
        if th.get_text(strip=True) in {"Paid revenue", "支付金额"}
        and th.find_parent("table").find("th", string=re.compile("^(Quarter to date|本季至今|The quarter|本季度)$"))
    )
    assert head.find_next("td").get_text(strip=True) == f"£{Decimal(revenue['value']):,.0f}"
    assert f"{Decimal(orders['value']):,}" in pages[day, locale].main.get_text()


def rows_until(day):
    """Rows of the exports up to a day; each file is named for its own."""
    files = [path for path in shared("data", STORE).glob("*.csv") if path.stem <= day]
    return sum(len(list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))) - 1 for path in files)


@every_edition
def test_the_packet_tells_what_was_left_out(pages, day, locale):
    text = pages[day, locale].main.get_text(" ")
    assert f"{rows_until(day):,}" in text, "of the files that were there on the day"
    reasons = {
        "en": ("stock written off, no sale", "free of charge", "adjustment of bad debt"),
        "zh": ("库存核销，不是销售", "免费发出", "坏账调整"),
    }
    for reason in reasons[locale]:
        assert reason in text


def test_six_weeks_later_the_story_has_moved_on(shop, pages):
    early, late = (pages[day, "en"].select_one(".page-summary .okr-value").get_text() for day in DAYS)
    assert early != late
    early, late = (shop.book(day) for day in DAYS)
    assert early.facts("revenue")[0].value < late.facts("revenue")[0].value
    assert len(early.journal.events) < len(late.journal.events)
    assert not early.over
    assert late.over


def test_nothing_of_later_days_is_in_an_earlier_packet(shop, pages):
    later = [event for event in shop.book(DAYS[1]).journal.events if event.at.date() > date.fromisoformat(DAYS[0])]
    narratives = [event.narrative for event in later if event.kind == "check_in"]
    assert narratives
    for locale in ("en", "zh"):
        text = pages[DAYS[0], locale].get_text()
        assert [words for words in narratives if words in text] == []
