"""A whole year through the command line, and what its pages must say to the one each is for."""

import re
import stat
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from okrlib import show
from okrlib.book import open_book
from okrlib.okr import Scored, read_journal, read_sheet
from okrlib.okr.evaluation import Term, closed_quarters, evaluate, read_rule
from okrlib.periods import Quarter
from tests.commands import okr, okr_alone
from tests.show.conftest import words
from tests.year import CANARY, QUARTERS, SHOPS, Year

LAST = date(2026, 1, 12)
PACKETS = {
    ("north", "2025Q3", "en"): "2025-10-20",
    ("south", "2025Q4", "en"): "2026-01-12",
    ("web", "2025Q2", "zh"): "2025-07-20",
}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The year, played."""
    play = Year(tmp_path_factory.mktemp("year") / "workbook")
    play.play()
    return play


@pytest.fixture(scope="module")
def pages(year):
    """The private pages of the year, by person or everybody, and term; made before any packet."""

    @cache
    def page(term, *person):
        done = okr(year.book.home, "evaluate", term, "--as-of", LAST, "--locale", "en", *person)
        assert (done.code, done.err) == (0, "")
        return Path(done.out.strip()).read_text(encoding="utf-8")

    return page


@pytest.fixture(scope="module")
def packet(year, pages):
    """Three of the year's packets as trees."""
    pages("2025Q3")

    @cache
    def opened(store, quarter, locale):
        on = PACKETS[store, quarter, locale]
        words = ("run", quarter, "--store", store, "--as-of", on, "--locale", locale, "--jobs", "1")
        done = okr_alone(year.book.home, *words)
        assert done.code == 0, done.out + done.err
        path = year.book.reports / quarter / store / f"packet.{locale}.html"
        tree = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for label in tree.select(".okr-cell"):
            label.decompose()  # a column's name, repeated in each cell for a phone
        return tree

    return opened


def text(tree):
    return re.sub(r"\s+", " ", tree.get_text(" "))


def section(tree, heading):
    """The words under one heading, to the next."""
    title = next(tag for tag in tree.main.find_all(["h2", "h3"]) if tag.get_text(strip=True) == heading)
    told = []
    for tag in title.find_all_next():
        if tag.name in {"h2", "h3"}:
            break
        if tag.name in {"p", "table"} and tag.find_parent("table") is None:
            told.append(tag.get_text(" "))
    return re.sub(r"\s+", " ", " ".join(told))


def results(year, shop, quarter):
    (scored,) = read_journal(year.book.journal_path(shop, quarter)).of(Scored)
    return {one.id: (one.value, one.score.value, one.score.verdict) for one in scored.key_results}


def test_twelve_people_took_every_step_of_the_year(year):
    commands = {line[0] for line in year.done}
    assert commands == {
        "ingest", "check", "lock", "check-in", "task", "decide", "idea", "feedback", "change", "survey", "close", "cause",
        "lesson", "next",
    }  # fmt: skip
    assert sum(line[0] == "check-in" for line in year.done) == 12 * (13 + 3 * 3)
    assert sum(len(shop.people) for shop in SHOPS) == 12


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_every_quarter_closed_with_the_figures_worked_by_hand(year, shop):
    for quarter, units, target in zip(QUARTERS, shop.units, shop.targets, strict=True):
        found = results(year, shop.name, quarter)
        sold = units * 10 * quarter.period.days
        aim = 4550 if (shop.name, quarter.number) == ("web", 2) else target
        score = min(Decimal(sold) / aim, Decimal(1)).quantize(Decimal("0.1"))
        assert found["O1.1"] == (sold, score, "met" if sold >= aim else "needs_cause")
        assert found["O1.2"] == (quarter.period.days, 1, "met"), "one invoice a day"
        villages = shop.villages[quarter.number - 1]
        assert found["O2.1"][:2] == (villages, Decimal(villages) / 10)
    back = Decimal("0.108696")  # 20 of 184 mugs
    verdicts = [results(year, shop.name, quarter)["O1.3"][2] for quarter in QUARTERS]
    assert verdicts == ["held"] * 3 + ["breached" if shop.name == "south" else "held"]
    if shop.name == "south":
        assert results(year, "south", QUARTERS[3])["O1.3"][0] == back


def test_the_year_after_is_a_draft_that_waits_for_its_targets(year):
    path = year.book.sheet_path("north", Quarter(2026, 1))
    sheet = read_sheet(path)
    assert sheet.state == "draft"
    assert [kr.missing for kr in sheet.key_results] == [("target",), ("target",), (), ("target",)]
    assert "# 2025Q4: revenue: target 3680, result 3680, score 1.0." in path.read_text(encoding="utf-8")
    assert "# From 2025Q4 O2, change; score 1.0." in path.read_text(encoding="utf-8")


# What the store's lead reads


def test_the_lead_reads_what_fell_short_and_why(packet):
    tree = packet("north", "2025Q3", "en")
    reached = section(tree, "What was reached")
    assert "commitment not met 0.8" in reached
    assert "O1.1 Paid revenue £2,300 0.8 outside our control Roadworks" in reached
    assert "0.6 waiting on others The van stood in the garage" in reached
    assert "not named yet" not in reached
    assert section(tree, "What was changed on the way").strip().endswith("Nothing was changed after the lock.")


def test_the_lead_reads_how_the_business_did(packet):
    grown = section(packet("north", "2025Q3", "en"), "Did the business grow?")
    assert "Paid revenue £1,840 -32.6% – £2,730" in grown, "1,840 after 2,730; the data begin in October 2024"
    assert "Paid orders 92 +1.1% – 91" in grown


def test_the_lead_reads_what_stood_still_and_what_came_late(packet):
    told = section(packet("north", "2025Q3", "en"), "How did we work together?")
    assert "1 task was handed from one team to another, 1 of 1 due in time; work stood still for 14 days in all" in told
    assert "T1 Print maps north studio north shop in time T2 Visit villages" in told
    assert "T2 Visit villages 14 The garage waiting on others 16 Aug – 30 Aug Cy Moss" in told


def test_the_team_reads_its_own_answers_and_no_small_group(packet):
    told = section(packet("north", "2025Q3", "en"), "How does the team feel?")
    assert "Other teams help when I need them. 3.0 +1.0" in told
    assert "I know what our objectives ask of me. 4.0 0.0" in told
    assert "12 people answered" in told
    assert "north" not in told, "four people are too few to be told apart"


def test_lessons_are_decided_objective_by_objective(packet):
    told = section(packet("north", "2025Q3", "en"), "What we learned")
    assert "O1 Be the shop our street recommends keep Neighbours talk Ann Lee" in told
    assert "O2 Become the shop that villages know change Book the van early Cy Moss" in told
    adjusted = section(packet("north", "2025Q3", "en"), "What we adjust")
    assert "1 decision seen through" in adjusted
    assert "ideas judged: 1, taken up: 1; survey Pulse: 12 people answered" in adjusted


# What the owner reads


def test_the_owner_reads_that_more_was_sold_and_more_came_back(packet):
    tree = packet("south", "2025Q4", "en")
    reached = section(tree, "What was reached")
    assert "guardrail breached" in reached
    assert "10.9%" in reached
    assert "O1.3 Refund rate 5.0% – not named yet" in reached, "nobody has said why"
    assert "At closing, 3 of 3 key results were reached; 0 of 1 guardrails held" in text(tree.main), (
        "0.8 of an aspiration is reached"
    )
    assert "Refund rate 10.9%" in section(tree, "What did customers say?")


def test_the_owner_reads_chinese_with_both_targets_and_the_reason(packet):
    tree = packet("web", "2025Q2", "zh")
    reached = section(tree, "完成得怎么样")
    assert "£5,000 91% £4,550 100%" in reached
    assert "The bridge is closed until July" in section(tree, "中途调整")
    assert "没有对竞品的两次及以上记录" in section(tree, "相比竞争对手，我们领先了吗")


def test_what_last_quarter_left_stands_where_objectives_are_set(packet):
    told = text(packet("north", "2025Q3", "en").main)
    assert "Objective of 2025Q2" in told
    assert "Grow without giving anything away" in told, "the company's objective that the shop's serves"


# What the head of all shops reads


def test_the_head_reads_all_shops_side_by_side(year):
    told = words(show.portfolio(open_book("north", "2025Q4", LAST, home=year.book.home)))
    for shop in SHOPS:
        assert f"Shop {shop.name}" in told
    total = sum(shop.units[3] for shop in SHOPS) * 10 * 92
    assert f"£{total:,}" in told
    assert total == 10120


def test_the_head_opens_one_page_over_all_shops_from_the_index(year):
    done = okr(year.book.home, "portfolio", "2025Q4", "--as-of", LAST)
    assert (done.code, done.err) == (0, "")
    for path, heading in zip(map(Path, done.out.split()), ("All stores", "全店概览"), strict=True):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert page.h1.get_text() == heading
        assert "£10,120" in page.get_text()
        index = BeautifulSoup((path.parent / "index.html").read_text(encoding="utf-8"), "html.parser")
        assert index.find("a", href=path.name).get_text() == heading
    nobody = okr(year.book.home, "portfolio", "2031Q1")
    assert (nobody.code, nobody.one_line.split("; ")[0]) == (2, "okr: 2031Q1: no store has a sheet of it")


# What HR reads


def test_hr_reads_marks_that_anybody_can_work_out(year):
    rule = read_rule(year.book.params / "evaluation.yaml")
    found = closed_quarters(year.book, Term.parse("2025"), LAST)
    eve = evaluate(found, "Eve Stone", rule)
    marks = [eve.by_quarter[quarter]["key_results"] for quarter in QUARTERS]
    # 900, 910 and 920 of 1,000 beside a whole; in the last quarter two wholes, a fifth off for what came back.
    assert marks == [Decimal("0.95"), Decimal("0.96"), Decimal("0.96"), Decimal("0.80")]
    assert eve.parts["key_results"] == Decimal("0.92")
    assert eve.breaches == ("south 2025Q4 O1.3",)
    gus = evaluate(found, "Gus Reed", rule)
    assert gus.parts["key_results"] is None, "an aspiration does not count"
    assert (gus.total, gus.parts["tasks"]) == (None, 1), "5 of 5 each time; without key results there is no total"
    assert evaluate(found, "Hal Marsh", rule).parts["tasks"] == Decimal("0.8")
    assert evaluate(found, "Fay Wood", rule).helped == ("T2 Visit villages",) * 4


def test_hr_reads_half_a_year_and_a_year(year, pages):
    half = BeautifulSoup(pages("2025H1"), "html.parser")
    rows = {row.th.get_text(strip=True): row for row in half.main.find("table").select("tbody tr")}
    assert len(rows) == 12
    assert CANARY in rows["Ann Lee"].get_text(), "two quarters reached, nothing breached"
    whole = BeautifulSoup(pages("2025"), "html.parser")
    rows = {row.th.get_text(strip=True): row.get_text(" ") for row in whole.main.find("table").select("tbody tr")}
    assert f"{CANARY} pay" in rows["Eve Stone"]
    assert f"{CANARY} pay" not in rows["Gus Reed"]
    own = pages("2025H1", "--person", "Fay Wood")
    assert "Fay Wood" in own
    assert not any(name in own for shop in SHOPS for name in shop.people if name != "Fay Wood")


def test_nothing_of_it_reaches_a_stakeholder(year, pages, packet):
    private = year.book.home / "private"
    assert CANARY in pages("2025Q3")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in private.rglob("*.html")} == {0o600}
    for name in PACKETS:
        packet(*name)
    made = [path for path in year.book.reports.rglob("*") if path.is_file()]
    assert len([path for path in made if path.name.startswith("packet.")]) == len(PACKETS)
    for path in made:
        content = path.read_bytes()
        assert CANARY.encode() not in content, path
        assert b"Lovely maps." not in content, "nor what one person says to another"
        assert b"evaluation.yaml" not in content
