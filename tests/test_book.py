"""A store and quarter opened together, and what cannot be opened."""

from datetime import date, timedelta

import pytest

from okrlib.analysis.lag import drags
from okrlib.book import open_book
from okrlib.errors import DataError, ParameterError
from okrlib.lake import Lake
from okrlib.periods import Period
from okrlib.stores import HOME_VARIABLE, find_home
from okrlib.text import Text
from tests.analysis.shops import add_rows, make_shop, order

SHEET = """store: shop
quarter: 2026Q3
state: draft
objectives:
  - id: O1
    title: Become the shop people trust for tea
    owner: Lin
    key_results:
      - {id: O1.1, metric: revenue, baseline: last_quarter, target: 900}
      - {id: O1.2, metric: buyers, baseline: 0, target: 5}
"""
READ = {"source_file": "a.csv", "layout": "custom.mine", "read_order": 1, "rows_read": 3, "sha256": "11"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    workbook = make_shop(
        tmp_path_factory.mktemp("book"),
        orders=[
            order("1", "2026-03-31 10:00:00", 5, buyer="a", refund_amount=0),
            order("2", "2026-05-01 10:00:00", 300, buyer="a", refund_amount=0),
            order("3", "2026-07-10 10:00:00", 500, buyer="b", refund_amount=0),
        ],
        readings=[READ],
    )
    folder = workbook.params / "okrs" / "shop"
    folder.mkdir(parents=True)
    (folder / "2026Q3.yaml").write_text(SHEET, encoding="utf-8")
    return workbook.home


@pytest.fixture(scope="module")
def book(home):
    return open_book("shop", "2026Q3", "2026-08-15", "zh", home=home)


def test_a_book_knows_its_days_and_its_language(book):
    assert book.to_date == Period(date(2026, 7, 1), date(2026, 7, 10))  # the exports end there
    assert book.period == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert not book.over
    assert book.say(Text("{n} orders", "{n} 笔订单"), n=3) == "3 笔订单"


def test_a_book_reads_its_key_results(book):
    assert {name: reading.value for name, reading in book.readings.items()} == {"O1.1": 500, "O1.2": 1}
    assert book.baselines == {"O1.1": 300, "O1.2": 0}, "by rule and as typed"
    assert list(book.courses) == ["O1.1", "O1.2"]
    assert book.course(book.sheet.key_results[0]) is book.courses["O1.1"]
    assert book.course(book.sheet.key_results[1]).actual.iloc[-1] == 1  # buyers
    assert set(book.outlooks) == {"O1.1", "O1.2"}
    assert [state.id for state in book.scorecard.key_results] == ["O1.1", "O1.2"]
    assert book.quality.rows_read == 3
    assert {row.metric: row.value for row in book.facts("revenue", "orders")} == {"revenue": 500, "orders": 1}


def test_a_book_without_a_sheet_still_has_its_data(home):
    book = open_book("shop", "2026Q2", date(2026, 6, 30), home=home)
    assert book.over
    assert (book.sheet, book.scorecard, book.agenda) == (None, None, None)
    assert (book.readings, book.courses, book.outlooks, book.baselines, book.findings) == ({}, {}, {}, {}, [])
    assert book.facts("revenue")[0].value == 300


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"store": "nobody"}, "store 'nobody': not in this workbook; stores: shop"),
        ({"store": "../shop"}, r"store '\.\./shop': not in this workbook"),
        ({"quarter": "2026Q5"}, "quarter '2026Q5': expected"),
        ({"as_of": "15.8.2026"}, "as_of '15.8.2026': expected a day written like"),
        ({"as_of": "2026-06-30"}, "as_of 2026-06-30: 2026Q3 begins only on 2026-07-01"),
        ({"locale": "fr"}, "locale 'fr': expected one of en, zh"),
    ],
)
def test_what_cannot_be_opened_is_one_clear_line(home, wrong, says):
    right = {"store": "shop", "quarter": "2026Q3", "as_of": "2026-08-15", "locale": "en"}
    with pytest.raises(ParameterError, match=says):
        open_book(**(right | wrong), home=home)


def test_a_store_without_orders_by_the_day_has_no_book(home):
    with pytest.raises(DataError, match="no orders by 2026-02-01"):
        open_book("shop", "2026Q1", "2026-02-01", home=home)


def test_the_workbook_is_found_from_below_or_by_the_variable(home, tmp_path, monkeypatch):
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    assert find_home(home / "params" / "okrs") == home.resolve()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError, match="no workbook here"):
        find_home()
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    assert find_home() == home.resolve()


def test_the_fingerprint_changes_with_what_was_read(tmp_path):
    workbook = make_shop(tmp_path, orders=[order("1", "2026-07-01 10:00:00", 5)], readings=[READ])
    versions, before = Lake(workbook.warehouse).state("shop")
    assert set(versions) == {"orders", "readings"}
    assert Lake(workbook.warehouse).state("shop") == (versions, before)
    add_rows(workbook, readings=[READ, READ | {"sha256": "22", "read_order": 2}])
    assert Lake(workbook.warehouse).state("shop")[1] != before


@pytest.mark.parametrize("name", ["shop[1]", "my%20shop"])
def test_a_folder_that_delta_cannot_open_is_named_at_once(tmp_path, name):
    (tmp_path / name / "params" / "stores").mkdir(parents=True)
    with pytest.raises(ParameterError, match="may not have"):
        find_home(tmp_path / name)


def test_figures_of_a_store_whose_exports_have_ended_do_not_move_with_the_calendar(demo, demo_book):
    fresh = demo_book()
    stale = open_book("demo_tmall", "2026Q4", fresh.as_of + timedelta(days=7), "en", home=demo.home)
    names = ["inventory_days", "revenue", "buyers", "stock_out_rate"]
    late, now = (
        [(row.metric, row.period, row.value) for row in one.facts(*names, period=one.period)] for one in (stale, fresh)
    )
    assert late == now, "and they say that they end with the data"
    assert {period.end for _, period, _ in now} == {fresh.as_of}
    both = [drags(one.data, fresh.scorecard, fresh.gaps) for one in (stale, fresh)]
    assert both[0] == both[1]
    assert both[0]["O2.2"].metric == "buyers"
