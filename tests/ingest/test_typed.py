"""What each kind of cell is read as; None beside a reason means the row is bad."""

from datetime import datetime
from decimal import Decimal

import pytest

from okrlib.ingest.model import Layout
from okrlib.ingest.typed import typed_select
from okrlib.lake import connect
from okrlib.stores import Store


def layout(kind: str, **more: object) -> Layout:
    return Layout.model_validate(
        {
            "platform": "custom",
            "name": "one_cell",
            "title": {"en": "One", "zh": "一"},
            "source": "invented",
            "order": "cell",
            "fields": {"cell": {"columns": "Cell", "kind": kind}},
            "tables": {},
        }
        | more
    )


def read(kind: str, cell: str, store: dict[str, object] | None = None, **more: object):
    """Return the cell's value, or its reason where it cannot be read."""
    shop = {"store": "s", "title": "S", "platform": "custom", "currency": "CNY", "timezone": "Asia/Shanghai"}
    con = connect()
    con.execute(
        "CREATE TABLE cells (file_no INTEGER, source_line BIGINT, wrong VARCHAR, row_digest VARCHAR, cell VARCHAR)"
    )
    con.execute("INSERT INTO cells VALUES (0, 2, '', '', ?)", [cell])
    shop, form = Store.model_validate(shop | (store or {})), layout(kind, **more)
    ways = [
        typed_select(form, shop, ["cell"], "FROM cells", ["source_line"], texts=texts)
        for texts in ({}, {"cell": "cell"})  # what is written in the usual way may be read at once
    ]
    rows = [con.execute(f"SELECT cell, bad_column, bad_value, bad_reason FROM ({sql})").fetchall() for sql in ways]
    assert rows[0] == rows[1]
    value, column, bad, reason = rows[0][0]
    if reason is None:
        return value
    assert (value, column, bad) == (None, "Cell", cell)
    return f"bad: {reason}"


@pytest.mark.parametrize("kind", ["id", "text", "integer", "money", "time", "status", "personal"])
@pytest.mark.parametrize("blank", ["", "-", "--", "null", "NULL", r"\N"])
def test_words_for_empty_are_empty(kind, blank):
    assert read(kind, blank) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026070100012345678", "2026070100012345678"),
        ("00123", "00123"),
        ("12722.0", "12722"),
        ("A-12.0", "A-12.0"),
        ("1.2E+17", "bad: a spreadsheet has shortened this number; export it again as text"),
        ("4e+18", "bad: a spreadsheet has shortened this number; export it again as text"),
        ("nan", "nan"),
    ],
)
def test_ids_are_text(cell, value):
    assert read("id", cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12.5", "12.5"),
        ("-12.50", "-12.5"),
        ("+3", "3"),
        ("¥1,234.50", "1234.5"),
        ("￥ 1,234,567.89", "1234567.89"),
        ("99.00元", "99"),
        ("USD 45.99", "45.99"),
        ("$45.99", "45.99"),
        ("US$45.99", "45.99"),
        ("45.99 GBP", "45.99"),
        ("(12.50)", "-12.5"),
        ("($1,000.00)", "-1000"),
        ("-¥5", "-5"),
        ("¥-5", "-5"),
        (".5", "0.5"),
        ("0.001", "0.001"),
    ],
)
def test_money_in_its_usual_forms(cell, value):
    assert read("money", cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["12,50", "1,23,456", "1元2", "12.5.0", "1.234,50", "N/A", "1e3", "¥", "()", "12-", "abc"]
)
def test_money_is_not_guessed(cell):
    assert read("money", cell) == "bad: expected an amount such as 1,234.50"


@pytest.mark.parametrize(
    ("cell", "value"), [("116,99 €", "116.99"), ("1.234,50", "1234.5"), ("12,5", "12.5"), ("7", "7"), ("1.234", "1234")]
)
def test_a_decimal_comma_is_read_where_it_is_declared(cell, value):
    assert read("money", cell, decimal=",") == Decimal(value)


@pytest.mark.parametrize("cell", ["12.50", "1,234.50"])
def test_and_then_a_decimal_point_is_refused(cell):
    assert read("money", cell, decimal=",") == "bad: expected an amount such as 1.234,50"


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("3", ".", 3),
        ("3.0", ".", 3),
        ("1,200", ".", 1200),
        ("-2", ".", -2),
        ("3.5", ".", "bad: expected a whole number"),
        ("2,7", ",", "bad: expected a whole number"),
        ("2,0", ",", 2),
        ("99999999999", ".", "bad: expected a whole number"),
    ],
)
def test_whole_numbers(cell, decimal, value):
    assert read("integer", cell, decimal=decimal) == value


DATES = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-07-01 09:30:15", datetime.fromisoformat("2026-07-01 09:30:15")),
        ("2026/7/1 9:05", datetime.fromisoformat("2026-07-01 09:05:00")),
        ("2026-02-30 10:00:00", None),
        ("0000-00-00 00:00:00", None),
        ("01/07/2026 09:30", None),
        ("2026-07-01", None),
    ],
)
def test_times_are_read_as_declared_and_never_guessed(cell, value):
    found = read("time", cell, dates=DATES)
    assert found == (value or "bad: expected a time such as 2026-12-31 21:45:30 or 2026/12/31 21:45")


def test_a_time_with_an_offset_becomes_the_stores_own_clock():
    offset = {"dates": ["%Y-%m-%d %H:%M:%S %z"]}
    assert read("time", "2026-07-01 23:30:00 +0000", **offset) == datetime.fromisoformat("2026-07-02 07:30:00")
    assert read("time", "2026-01-01 00:30:00 -0500", {"timezone": "Europe/London"}, **offset) == datetime(
        2026, 1, 1, 5, 30
    )


@pytest.mark.parametrize("dates", [["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%SZ"], ["%Y-%m-%dT%H:%M:%SZ"]])
def test_a_time_that_ends_in_z_is_of_greenwich_and_not_of_the_store(dates):
    assert read("time", "2026-07-01T23:30:00Z", dates=dates) == datetime.fromisoformat("2026-07-02 07:30:00")


WORDS = {"交易成功": "completed", "买家已付款，等待卖家发货": "paid", "To ship": "paid"}


@pytest.mark.parametrize("cell", ["买家已付款，等待卖家发货", "买家已付款,等待卖家发货", "to ship", "To  Ship"])
def test_status_words_match_whatever_the_width_and_case(cell):
    assert read("status", cell, status_words=WORDS) == "paid"


def test_an_unknown_status_names_the_known_ones_and_where_to_add_it():
    assert read("status", "已揽收", status_words=WORDS) == (
        "bad: unknown status; known: 交易成功; 买家已付款，等待卖家发货; To ship. "
        "Add it under status_words in params/stores/s.yaml"
    )


def test_a_stores_own_status_words_are_known():
    assert read("status", "已揽收", {"status_words": {"已揽收": "shipped"}}, status_words=WORDS) == "shipped"
