"""Targets, pace, narrowing and back-test as a reader meets them: counted in tens, in either language."""

import re
from datetime import UTC, date, datetime

import pytest

from okrlib import show
from okrlib.analysis.backtest import TOO_FEW, Backtest, Call, Replay
from okrlib.book import open_book
from okrlib.okr import Baseline, CheckIn, append, lock, read_journal, read_sheet
from okrlib.okr.sheet import set_state
from okrlib.periods import Quarter
from tests.analysis.seasons import make_seasonal_shop
from tests.okr.builders import d
from tests.show.conftest import unfolded

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DECIMAL_CHANCE = re.compile(r"\bp ?= ?0|0\.\d{3}")
SHEET = """store: shop
quarter: 2026Q3
state: draft
objectives:
  - id: O1
    title: Become the shop people trust for tea
    owner: Lin
    type: aspirational
    key_results:
      - {id: O1.1, title: Revenue 150k, metric: revenue, baseline: 0, target: 150000}
      - {id: O1.2, metric: orders, baseline: 0, target: 20, title: Twenty orders}
      - {id: O1.3, metric: refund_rate, kind: at_most, target: 0.0001, title: No refunds}
      - {id: O1.4, metric: buyers, kind: at_least, target: 5, title: Five buyers}
"""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    shop = make_seasonal_shop(tmp_path_factory.mktemp("shown"))
    path = shop.sheet_path("shop", Quarter(2026, 3))
    path.parent.mkdir(parents=True)
    path.write_text(SHEET, encoding="utf-8")
    starts = {"O1.1": Baseline(value=d(0)), "O1.2": Baseline(value=d(0))}
    on = datetime(2026, 7, 6, 9, tzinfo=UTC)
    journal = path.with_suffix(".jsonl")
    append(journal, lock(read_sheet(path), read_journal(path), starts, at=on, by="Lin"))
    set_state(path, "active")
    said = datetime(2026, 8, 10, 9, tzinfo=UTC)
    append(journal, CheckIn(at=said, by="Lin", key_result="O1.1", confidence=3, narrative="So it goes."))
    return shop


@pytest.fixture(params=["en", "zh"], scope="module")
def book(request, workbook):
    return open_book("shop", "2026Q3", date(2026, 8, 15), request.param, home=workbook.home)


@pytest.fixture(scope="module")
def english(workbook):
    return open_book("shop", "2026Q3", date(2026, 8, 15), "en", home=workbook.home)


@pytest.mark.parametrize("name", ["proposals", "run_rate", "fan", "backtest"])
def test_every_part_speaks_one_language_and_never_in_decimals(book, name):
    html = getattr(show, name)(book).__html__()
    words = re.sub(r"<svg.*?</svg>|src=\"[^\"]*\"", "", html, flags=re.DOTALL)
    assert bool(CHINESE.search(words)) == (book.locale == "zh")
    assert not DECIMAL_CHANCE.search(re.sub(r"<[^>]*>", " ", words))


def test_proposals_show_three_levels_marks_and_reasons(english):
    html = show.proposals(english).__html__()
    for words in ("Committed, 7 in 10", "Challenging, 4 in 10", "Stretch, 1 in 10", "too low<",
                  "too high<", "+10%", "-10%"):  # fmt: skip
        assert words in html
    assert "O1.4: this platform&#39;s export names no buyers" in html


def test_the_pace_names_what_is_left_and_when_it_was_best(english):
    html = show.run_rate(english).__html__()
    assert "O1.1" in html
    assert "O1.2" not in html
    assert ">46<" in html
    assert "The best four weeks ended on: O1.1" in html


def test_the_fan_narrows_beside_the_owners_word(english):
    charts = unfolded(show.fan(english))
    assert len(show.fan(english).parts) == 3, "two charts, the third folded"
    assert [chart.data.caption for chart in charts] == ["Revenue 150k", "Twenty orders", "No refunds"]
    assert "the owner&#39;s confidence 3 of 10" in charts[0].__html__()
    assert charts[0].data.rows[0]["0"] == "30 Jun"
    assert charts[0].data.rows[-1]["5"] == 3
    assert "on 30 Jun the likely outcome was" in charts[0].alt


def test_a_quarter_that_is_over_ends_in_one_figure(workbook):
    q2 = workbook.params / "okrs" / "shop" / "2026Q2.yaml"
    q2.write_text(SHEET.replace("Q3", "Q2"), encoding="utf-8")
    over = open_book("shop", "2026Q2", "2026-08-15", "en", home=workbook.home)
    assert "The quarter is over" in show.fan(over).parts[0].caption
    assert "No total is left" in show.run_rate(over).__html__()


def test_the_verdict_counts(english):
    calls = (Call("growth", 0.7, True), Call("committed", 0.1, False))  # fmt: skip
    replays = tuple(
        Replay("O1.1", Quarter(2026, n), week, 90, 100, 120, 99, 95, actual, calls)
        for n in (1, 2) for week, actual in ((0, 110.0), (4, 130.0))
    )  # fmt: skip
    english.__dict__["backtest"] = Backtest(replays)
    try:
        html = show.backtest(english).__html__()
    finally:
        del english.__dict__["backtest"]
    assert "Replayed on 2 past quarters (2026Q1 to 2026Q2)" in html
    assert (
        "4 forecasts. The range that promises 8 in 10 held what came 2 times; 3 would be exactly as promised." in html
    )
    assert "said 7 in 10: happened 4 times of 4" in html
    assert "said 1 in 10: happened 0 times of 4" in html
    assert "share their luck" in html
    assert "stores of a chain share their shocks" in html
    assert "0 of 2" in html
    assert "2 of 2" in html


def test_where_there_is_nothing_to_say_the_reason_stands(workbook, english):
    bare = open_book("shop", "2024Q2", "2024-06-30", "en", home=workbook.home)
    assert show.backtest(bare).text == TOO_FEW.en
    assert "No OKR sheet" in show.proposals(bare).text
    assert "No total is left" in show.run_rate(bare).text
    assert "no forecast to follow" in show.fan(bare).__html__()
