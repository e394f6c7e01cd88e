"""What was read, what was left out and why, and what the exports lack."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrlib.analysis.quality import bad_row_reason, data_quality
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.model import FileColumn
from okrlib.ingest.typed import expected
from okrlib.periods import Period
from tests.analysis.shops import line, make_shop, opened, order, refund


def reading(name, first, **more):
    row = {"source_file": name, "sha256": name, "layout": "custom.mine", "encoding": "utf-8", "rows_read": 10}
    counts = {"rows_used": 7, "rows_set_aside": 2, "rows_rejected": 1, "amount_read": 100}
    return row | counts | {"first_at": first, "last_at": first, "read_order": 1} | more


def reject(name, number, rule="", **more):
    return {"source_file": name, "sha256": name, "source_line": number, "rule": rule, "value": ""} | more


@pytest.fixture
def shop(tmp_path):
    return make_shop(
        tmp_path,
        orders=[order("1", "2026-07-01 10:00:00", 10), order("2", "2026-07-29 10:00:00", 10)],
        readings=[
            reading("a.csv", "2026-07-01 10:00:00"),
            reading("b.csv", "2026-07-29 10:00:00", read_order=2),
            reading("later.csv", "2026-08-05 10:00:00", read_order=3),
        ],
        rejects=[
            reject("a.csv", 5, "fee", reason="a fee", amount=3),
            reject("b.csv", 4, "fee", reason="a fee", amount=4),
            reject("b.csv", 6, "duplicate", reason="exact duplicate of an earlier line", amount=1),
            reject("b.csv", 7, column_name="总金额", value="N/A", reason="expected an amount such as 1,234.50"),
            reject("later.csv", 2, "fee", reason="a fee", amount=9),
        ],
    )


@pytest.fixture
def layouts(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.yaml").write_text(
        """layouts:
  - platform: custom
    name: mine
    title: {en: Mine, zh: 我的}
    source: a test
    order: number
    fields:
      number: {columns: No, kind: id, required: true}
      at: {columns: At, kind: time, required: true}
    set_aside:
      - {name: fee, when: number = '0', reason: {en: a fee, zh: 手续费}}
    tables:
      orders:
        per: order
        columns: {order_id: number, ordered_at: at, status: "'paid'"}
""",
        encoding="utf-8",
    )
    return load_layouts(folder)


def test_every_row_read_is_used_set_aside_or_rejected(shop):
    found = data_quality(opened(shop, "2026-07-31"))
    assert [file.file for file in found.files] == ["a.csv", "b.csv"]
    assert (found.rows_read, found.rows_used, found.rows_set_aside, found.rows_rejected) == (20, 14, 4, 2)
    assert found.rows_read == found.rows_used + found.rows_set_aside + found.rows_rejected
    assert (found.covers, found.stale_days) == (Period(date(2026, 7, 1), date(2026, 7, 29)), 2)


def test_what_was_left_out_is_grouped_by_reason_with_an_example(shop, layouts):
    found = data_quality(opened(shop, "2026-07-31"), layouts).left_out
    assert [(one.rule, one.column, one.reason.zh, one.rows, one.amount, one.example.en) for one in found] == [
        ("fee", "", "手续费", 2, Decimal(7), "a.csv, line 5"),
        ("duplicate", "", "与前面某一行完全重复", 1, Decimal(1), "b.csv, line 6"),
        ("", "总金额", "应为金额，例如 1,234.50", 1, None, "b.csv, line 7: N/A"),
    ]


@pytest.mark.parametrize("kind", ["id", "money", "integer", "time", "status"])
def test_every_complaint_about_a_cell_is_told_in_both_languages(shop, layouts, kind):
    reason = expected(FileColumn(columns=("x",), kind=kind), layouts[0], shop.store("shop"))
    told = bad_row_reason(reason)
    assert told.en == reason
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told.zh)


@pytest.mark.parametrize(
    ("reason", "zh"),
    [
        ("has 5 cells, the header has 4", "有 5 列，表头有 4 列"),
        ("is on no readable line of the order", "该订单没有一行可读出此项"),
        ("expected a time such as 2026-12-31", "应为时间，例如 2026-12-31"),
        ("holds a NUL byte: the file is damaged here", "含空字节，文件在此处已损坏"),
        ("has a quotation mark out of place", "引号位置不对"),
        ("is longer than 1,000,000 characters", "超过 1,000,000 个字符"),
        ("something of its own", "something of its own"),
    ],
)
def test_a_row_rejected_has_its_reason_in_chinese(reason, zh):
    assert bad_row_reason(reason).zh == zh


def test_gaps_say_what_is_missing_and_what_that_switches_off(tmp_path):
    bare = opened(make_shop(tmp_path / "bare", orders=[order("1", "2026-07-01 10:00:00", 10)]), "2026-07-31")
    told = {gap.what.en: gap.switches_off.en for gap in data_quality(bare).gaps}
    assert told["the exports name no buyers"].startswith("buyers, new and returning")
    assert (
        len(told) == 7 + 9
    )  # lines, buyers, refunds, products, category, channel, region; nine tables beside the sales
    whole = make_shop(
        tmp_path / "whole",
        orders=[order("1", "2026-07-01 10:00:00", 10, buyer="b", channel="web", region="N", refund_amount=0)],
        order_lines=[line("1", "1", "cup", 10, category="Cups")],
        products=[{"sku": "cup"}],
    )
    told, *beside = [gap.what.en for gap in data_quality(opened(whole, "2026-07-31")).gaps]
    assert told == "refunds have no dates of their own"
    assert len(beside) == 9


def test_dated_refunds_leave_no_gap(tmp_path):
    rows = {"orders": [order("1", "2026-07-01 10:00:00", 10)], "refunds": [refund("r", "2026-07-02 10:00:00", 1)]}
    told = [gap.what.en for gap in data_quality(opened(make_shop(tmp_path, **rows), "2026-07-31")).gaps]
    assert not any("refund" in gap for gap in told)


def test_weeks_of_silence_are_named_in_a_store_that_sells_most_days(tmp_path):
    busy = [date(2026, 6, 1) + timedelta(days=n) for n in range(60) if not 20 <= n < 31]
    daily = [order(str(n), f"{day} 10:00:00", 5) for n, day in enumerate(busy)]
    weekly = [order(str(n), f"{date(2026, 1, 1) + timedelta(days=9 * n)} 10:00:00", 5) for n in range(20)]
    loud, quiet = (make_shop(tmp_path / name, orders=rows) for name, rows in (("loud", daily), ("quiet", weekly)))
    assert data_quality(opened(loud, "2026-07-31")).silent == (Period(date(2026, 6, 21), date(2026, 7, 1)),)
    assert data_quality(opened(quiet, "2026-07-31")).silent == ()
