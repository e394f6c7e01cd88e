"""Segments, cohorts and second orders of ten buyers worked by hand; the segment file."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from okrlib.analysis import customer_value
from okrlib.analysis.customer_value import lifetime
from okrlib.analysis.customers import SEGMENTS, cohorts, no_buyers, second_order, segment_list, segments
from tests.analysis.shops import make_shop, opened, order
from tests.commands import okr

END = date(2026, 8, 31)
# buyer: the days on which he paid, and how much each time
BOUGHT = {
    "a": (["2026-08-30", "2026-07-01", "2026-06-01"], 100),
    "b": (["2026-08-29", "2026-08-28"], 50),
    "c": (["2026-08-20"], 30),
    "d": (["2026-08-10"], 40),
    "e": (["2026-07-15", "2026-06-15", "2026-05-15"], 60),
    "f": (["2026-06-30"], 20),
    "g": (["2026-05-31"], 10),
    "h": (["2026-04-30"], 25),
    "i": (["2025-03-31"], 500),
    "j": (["2025-03-01"], 5),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    rows = [
        order(f"{buyer}{n}", f"{day} 10:00:00", paid, buyer=buyer)
        for buyer, (days, paid) in BOUGHT.items()
        for n, day in enumerate(days)
    ]
    rows += [order("x", "2026-08-30 11:00:00", 7), order("late", "2026-09-03 11:00:00", 900, buyer="j")]
    return make_shop(tmp_path_factory.mktemp("ten"), orders=rows)


@pytest.fixture(scope="module")
def data(shop):
    return opened(shop, "2026-09-30")


def test_every_buyer_has_one_segment_by_the_fifths_he_stands_in(data):
    listed = segment_list(data, END)
    # recency: j i | h g | f e | d c | b a, two to a fifth; orders: seven with one, b with two, a and e with three
    assert {row.buyer: row.segment.id for row in listed} == {
        "a": "champions", "b": "champions", "c": "recent", "d": "recent", "e": "cooling", "f": "occasional",
        "g": "occasional", "h": "occasional", "i": "at_risk", "j": "lapsed",
    }  # fmt: skip
    assert [(row.buyer, row.orders, row.revenue, row.last_order) for row in listed[:2]] == [
        ("a", 3, 300, date(2026, 8, 30)),
        ("b", 2, 100, date(2026, 8, 29)),
    ]


def test_segments_sum_to_all_known_buyers_and_say_what_each_is_worth(data):
    found = {row.segment.id: row for row in segments(data, END)}
    assert [row.segment for row in found.values()] == [one for one in SEGMENTS if one.id in found]
    champions, risk = found["champions"], found["at_risk"]
    assert (champions.buyers, champions.orders, champions.revenue, champions.per_buyer) == (2, 5, 400, 200)
    assert (champions.of_year, champions.share_of_year) == (400, Decimal(400) / 705)
    assert (risk.revenue, risk.of_year, risk.share_of_year) == (500, 0, 0)
    assert sum(row.buyers for row in found.values()) == len(BOUGHT)
    paid = data.rows("SELECT sum(paid_amount) FROM orders WHERE buyer IS NOT NULL AND paid_at < '2026-09-01'")[0][0]
    assert sum(row.revenue for row in found.values()) == paid == 1210
    assert sum(row.share_of_year for row in found.values()) == 1


def test_equal_buyers_share_a_segment(tmp_path):
    rows = [order(str(n), "2026-08-01 10:00:00", 10, buyer=f"b{n}") for n in range(9)]
    assert {row.segment.id for row in segment_list(opened(make_shop(tmp_path, orders=rows), END), END)} == {"lapsed"}


def test_cohorts_hold_whole_months_only(data):
    found = {row.month: row for row in cohorts(data, END)}
    assert list(found) == [date(2025, 3, 1), *(date(2026, month, 1) for month in (4, 5, 6, 8))]
    may, june = found[date(2026, 5, 1)], found[date(2026, 6, 1)]
    assert (may.buyers, may.again) == (2, (Decimal("0.5"), Decimal("0.5"), 0))  # e in June and July
    assert (june.buyers, june.again) == (2, (Decimal("0.5"), Decimal("0.5")))  # a in July and August
    assert found[date(2026, 8, 1)].again == ()
    before = cohorts(data, END - timedelta(days=1))
    assert (before[-1].month, before[-1].again) == (date(2026, 6, 1), (Decimal("0.5"),))
    assert [row.month.month for row in cohorts(data, END, months=2)] == [6, 8]


def test_the_second_order_counts_only_who_could_have_placed_it(data):
    found = second_order(data, END)
    assert (found.buyers, found.came_back) == (10, 3)
    assert found.median_days == 30  # after 1, 30 and 31 days
    assert found.within[30] == Decimal(1) / 7  # e; b, c and d are too young to be counted
    assert found.within[60] == Decimal(2) / 7
    assert found.within[365] == 0  # of i and j
    assert 365 not in second_order(data, date(2026, 2, 1)).within


def test_a_later_order_is_not_seen_before_it_is_placed(data):
    assert {row.buyer: row.orders for row in segment_list(data, date(2026, 9, 3))}["j"] == 2
    assert {row.buyer: row.orders for row in segment_list(data, date(2026, 9, 2))}["j"] == 1


def test_without_buyers_there_is_a_reason(tmp_path):
    bare = opened(make_shop(tmp_path, orders=[order("1", "2026-08-01 10:00:00", 10)]), END)
    assert [lens(bare, END) for lens in (segments, segment_list, cohorts, second_order)] == [None] * 4
    assert no_buyers(bare, END).en == "this platform's export names no buyers"
    assert lifetime(bare, END).reason == no_buyers(bare, END)


def test_a_forecast_needs_history_and_buyers(data):
    assert "too few buyers" in lifetime(data, END).reason.en
    assert "half a year" in lifetime(data, date(2025, 6, 1)).reason.en


def test_lifetime_value_is_a_range_tested_on_the_past(demo):
    from okrlib.analysis.data import open_data

    data = open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))
    found = lifetime(data, date(2026, 11, 22))
    assert (found.weeks, found.reason) == (52, None)
    assert 0.6 < found.told / found.came < 1.6
    rows = {row.segment.id: row for row in found.rows}
    assert all(0 < row.low < row.value < row.high for row in rows.values())
    assert rows["champions"].value > rows["recent"].value > rows["lapsed"].value
    assert [row.buyers for row in found.rows] == [row.buyers for row in segments(data, date(2026, 11, 22))]


def test_a_large_shop_is_sampled_and_counted_whole(data, monkeypatch):
    monkeypatch.setattr(customer_value, "_MOST_BUYERS", 4)
    history, names = customer_value.histories(data, END)
    assert len(history) == len(names) == 4
    assert sum(row.buyers for row in segments(data, END)) == 10


# The file for a CRM


def test_the_segment_file_holds_hashes_and_no_formula(shop, tmp_path):
    path = tmp_path / "buyers.csv"
    done = okr(shop.home, "segments", "shop", "--quarter", "2026Q3", "--as-of", END, "--out", path, "--locale", "zh")
    assert (done.code, done.out.split(": ")[1].strip()) == (0, "10 buyers in 6 segments")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["买家", "人群", "最近付款日", "订单数", "支付金额", "币种"]
    assert rows[1] == ["a", "核心客户", "2026-08-30", "3", "300.00", "CNY"]
    assert len(rows) == 11


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_looks_like_a_formula_stays_text(tmp_path, form):
    rows = [
        order("1", "2026-08-01 10:00:00", 10, buyer="=HYPERLINK(1)"),
        order("2", "2026-08-02 10:00:00", 5, buyer="b"),
    ]
    home, path = make_shop(tmp_path, orders=rows).home, tmp_path / f"buyers.{form}"
    assert okr(home, "segments", "shop", "--quarter", "2026Q3", "--as-of", END, "--out", path).code == 0
    if form == "csv":
        assert "'=HYPERLINK(1)" in path.read_text(encoding="utf-8-sig")
    else:
        cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        assert {row[0] for row in cells} == {"buyer", "=HYPERLINK(1)", "b"}
        assert date(2026, 8, 1) in {row[2] for row in cells}


def test_a_segment_file_that_cannot_be_made_says_why(tmp_path, shop):
    line = ["segments", "shop", "--quarter", "2026Q3", "--as-of", END, "--out"]
    done = okr(shop.home, *line, tmp_path / "buyers.doc")
    assert (done.code, "ends in .xlsx or .csv" in done.one_line) == (2, True)
    bare = make_shop(tmp_path / "bare", orders=[order("1", "2026-08-01 10:00:00", 10)])
    done = okr(bare.home, *line, tmp_path / "buyers.csv")
    assert (done.code, "names no buyers" in done.one_line) == (1, True)
    assert not (tmp_path / "buyers.csv").exists()
