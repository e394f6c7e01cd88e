"""What an order was paid lies on its lines to the cent; what happens after the as-of day is not seen."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import DataError, SheetError
from okrlib.periods import Period
from tests.analysis.shops import line, make_shop, opened, order, refund

EVER = "sales(TIMESTAMP '2000-01-01', TIMESTAMP '2100-01-01')"
BACK = "returned(TIMESTAMP '2000-01-01', TIMESTAMP '2100-01-01')"
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
NOON = "2026-07-10 12:00:00"


def test_what_was_paid_is_shared_over_the_lines_to_the_cent(tmp_path):
    data = opened(
        make_shop(
            tmp_path,
            orders=[
                order("as asked", NOON, 30),
                order("a third each", NOON, 100),
                order("discount line", NOON, 90),
                order("scaled discount line", NOON, 45),
                order("shipping beside", NOON, 25, shipping_amount=5),
                order("shipping listed", NOON, 25, shipping_amount=5),
                order("only shipping paid", NOON, 3, shipping_amount=5),
                order("free lines", NOON, 7),
                order("no lines", NOON, 12),
                order("no lines, nothing paid", NOON, 0),
                order("gift", NOON, 0),
                order("price times quantity", NOON, 6),
                order("paid amount missing", NOON, None, order_amount=9),
            ],
            order_lines=[
                line("as asked", "1", "a", 10),
                line("as asked", "2", "b", 20),
                *(line("a third each", str(n), "a", 10) for n in range(3)),
                line("discount line", "1", "a", 100),
                line("discount line", "2", None, -10, kind="discount"),
                line("scaled discount line", "1", "a", 100),
                line("scaled discount line", "2", None, -10, kind="discount"),
                line("shipping beside", "1", "a", 20),
                line("shipping listed", "1", "a", 20),
                line("shipping listed", "2", "post", 5, kind="shipping"),
                line("only shipping paid", "1", "a", 20),
                line("free lines", "1", "a", 5),
                line("free lines", "2", "b", -5),
                line("gift", "1", "a", 8),
                line("price times quantity", "1", "a", None, 3, unit_price=2),
                line("paid amount missing", "1", "a", 9),
            ],
        ),
        "2026-07-31",
    )
    found = {}
    for name, kind, paid in data.rows(f"SELECT order_id, kind, paid FROM {EVER} ORDER BY order_id, line_id"):
        found.setdefault(name, []).append((kind, paid))
    assert {name: [paid for _, paid in parts] for name, parts in found.items()} == {
        "as asked": [10, 20],
        "a third each": [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")],
        "discount line": [100, -10],
        "scaled discount line": [50, -5],
        "shipping beside": [20, 5],
        "shipping listed": [20, 5],
        "only shipping paid": [0, 3],
        "free lines": [5, -5, 7],
        "no lines": [12],
        "no lines, nothing paid": [0],
        "gift": [0],
        "price times quantity": [6],
        "paid amount missing": [9],
    }
    assert [kind for kind, _ in found["free lines"]] == ["product", "product", "unitemised"]
    assert [kind for kind, _ in found["no lines"]] == ["unitemised"]
    unequal = data.rows(f"""SELECT order_id FROM orders JOIN (SELECT order_id, sum(paid) AS paid FROM {EVER} GROUP BY 1)
        USING (order_id) WHERE paid <> paid_amount""")
    assert unequal == []


def test_a_currency_without_cents_is_shared_in_whole_units(tmp_path):
    workbook = make_shop(
        tmp_path,
        currency="JPY",
        orders=[order("1", NOON, 100)],
        order_lines=[line("1", str(n), "a", 30) for n in range(3)],
    )
    assert [row[0] for row in opened(workbook, "2026-07-31").rows(f"SELECT paid FROM {EVER} ORDER BY line_id")] == [
        33, 34, 33,
    ]  # fmt: skip


def test_refunds_by_event_by_line_by_order_and_in_full(tmp_path):
    data = opened(
        make_shop(
            tmp_path,
            orders=[
                order("event", NOON, 50, refund_amount=50, buyer="b", channel="web", region="N"),
                order("line", NOON, 50, refund_amount=25),
                order("order", NOON, 50, refund_amount=5),
                order("full", NOON, 50, refund_amount=50, shipping_amount=10),
                order("none", NOON, 50, refund_amount=0),
            ],
            order_lines=[
                *(line(name, "1", "a", 40) for name in ("event", "order", "full", "none")),
                line("line", "1", "a", 20, refund_amount=20),
                line("line", "2", "b", 30, refund_amount=0),
            ],
            refunds=[
                refund("1", "2026-07-20 08:00:00", 30, order_id="event", sku="a"),
                refund("2", None, 4, order_id="event"),
                refund("3", "2026-08-01 00:00:00", 9, order_id="event"),
                refund("4", "2026-07-21 08:00:00", 2, region="S"),
            ],
        ),
        "2026-07-31",
    )
    rows = data.rows(
        f"SELECT order_id, kind, sku, amount, day(returned_at), buyer, region FROM {BACK} ORDER BY order_id, amount"
    )
    assert rows == [
        ("event", "unitemised", None, 4, 10, "b", "N"),
        ("event", "product", "a", 30, 20, "b", "N"),
        ("full", "shipping", None, 10, 10, None, None),
        ("full", "product", "a", 40, 10, None, None),
        ("line", "unitemised", None, 5, 10, None, None),
        ("line", "product", "a", 20, 10, None, None),
        ("order", "unitemised", None, 5, 10, None, None),
        (None, "unitemised", None, 2, 21, None, "S"),
    ]


@pytest.mark.parametrize(
    ("as_of", "status", "paid"),
    [
        ("2026-07-01", "unpaid", None),
        ("2026-07-02", "paid", 10),
        ("2026-07-05", "shipped", 10),
        ("2026-07-09", "completed", 10),
    ],
)
def test_an_order_is_what_it_was_on_the_day(tmp_path, as_of, status, paid):
    times = {"shipped_at": "2026-07-03 10:00:00", "delivered_at": "2026-07-09 23:59:59"}
    row = order("1", "2026-07-02 00:00:00", 10, ordered="2026-07-01 23:59:59", **times)
    data = opened(make_shop(tmp_path, orders=[row]), as_of)
    assert data.rows("SELECT status, paid_amount FROM orders") == [(status, paid)]


def test_an_article_has_the_lists_name_else_the_one_it_mostly_carries(tmp_path):
    titles = {"1": "Mug", "2": "Mug", "3": "damaged", "4": "Teapot, old name"}
    data = opened(
        make_shop(
            tmp_path,
            orders=[order(name, NOON, 5) for name in titles],
            order_lines=[
                line(name, "1", "pot" if name == "4" else "mug", 5, title=title) for name, title in titles.items()
            ],
            products=[{"sku": "pot", "title": "Teapot"}],
        ),
        "2026-07-31",
    )
    assert data.rows("SELECT sku, title FROM articles ORDER BY sku") == [("mug", "Mug"), ("pot", "Teapot")]


def test_the_data_cover_the_days_from_the_first_order_to_the_last_event(tmp_path):
    rows = [
        order("1", "2026-07-03 10:00:00", 5),
        order("2", "2026-07-20 10:00:00", 5, ordered="2026-07-05 10:00:00"),
        order("3", "2026-08-01 10:00:00", 5),
    ]
    workbook = make_shop(tmp_path, orders=rows)
    data = opened(workbook, "2026-07-31")
    assert data.covers == Period(date(2026, 7, 3), date(2026, 7, 20))
    assert data.stale_days == 11
    assert data.missing(Period(date(2026, 7, 3), date(2026, 7, 31))) is None
    assert data.missing(JULY).in_("zh") == "数据从 2026年7月3日 开始"
    assert data.missing(Period(date(2026, 7, 21), date(2026, 7, 31))).en == "the data end on 20 Jul 2026"
    assert opened(workbook, "2026-06-30").missing(JULY).en == "no orders by 30 Jun 2026"


def test_how_much_is_told_is_a_share_of_the_periods_orders(tmp_path):
    data = opened(
        make_shop(
            tmp_path,
            orders=[
                order("1", NOON, 10, refund_amount=10),
                order("2", NOON, 10, refund_amount=5),
                order("3", NOON, 10, status="shipped"),
                order("4", NOON, 10),
            ],
            order_lines=[line("1", "1", "a", 10)],
        ),
        "2026-07-31",
    )
    told = data.told(JULY)
    assert (told.lines, told.refunds) == (0.25, 0.75)
    assert told.refund_lines == pytest.approx(10 / 15)
    assert data.told(Period(date(2026, 7, 1), date(2026, 7, 2))).lines == 1


def test_a_store_without_orders_says_what_to_do(tmp_path):
    workbook = make_shop(tmp_path, products=[{"sku": "a"}])
    with pytest.raises(DataError, match="okr ingest shop"):
        opened(workbook, "2026-07-31")


def test_the_workbooks_own_events_are_felt(tmp_path):
    workbook = make_shop(tmp_path, orders=[order("1", NOON, 5)])
    path = workbook.params / "calendar.yaml"
    path.write_text("- {id: birthday, name: {en: Birthday, zh: 店庆}, dates: [2026-08-08]}\n", encoding="utf-8")
    assert "birthday" in {event.id for event in opened(workbook, "2026-07-31").events}
    path.write_text("birthday: 2026-08-08\n", encoding="utf-8")
    with pytest.raises(SheetError, match="expected a list of events"):
        opened(workbook, "2026-07-31")
