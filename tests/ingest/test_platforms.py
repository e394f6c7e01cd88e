"""The contract: one shop, exported as each platform exports it, gives the same facts, as far as its columns allow."""

from __future__ import annotations

import csv as csv_module
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import okrlib.ingest.direct
from okrlib.ingest.detect import detect
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.model import Layout
from okrlib.ingest.read import ingest
from tests.ingest.conftest import Stall
from tests.ingest.platforms import CATALOGUES, CATEGORY, COST, PLATFORMS
from tests.ingest.shop import CUP, GIFT, ORDERS, POT, File, Order, Platform, rows
from tests.shared import shared

LAYOUTS = {layout.id: layout for layout in load_layouts()}
ORDER_FACTS = (
    "order_id", "status", "ordered_at", "paid_at", "shipped_at", "delivered_at", "region", "discount_amount",
    "shipping_amount", "order_amount", "paid_amount", "refund_amount",
)  # fmt: skip
LINE_FACTS = ("order_id", "sku", "title", "quantity", "unit_price", "line_amount")
SHIPPED_AS = {"shopify": {"completed": "shipped"}, "amazon": {"completed": "shipped", "refunded": "shipped"}}
KNOWN_AS = SHIPPED_AS | {"jd_pop": {"refunded": "completed"}, "woocommerce": {"shipped": "paid"}}


def content(file: File, orders: list[Order]) -> bytes:
    out = io.StringIO()
    writer = csv_module.writer(out, delimiter=file.delimiter, lineterminator="\n")
    header, *body = rows(file, orders)
    writer.writerow(header)
    out.writelines(f"{note}\n" for note in file.below_header)
    writer.writerows(body)
    out.writelines(f"{note}\n" for note in file.at_end)
    return out.getvalue().encode(file.encoding)


@pytest.fixture(scope="module", params=PLATFORMS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Platform, Stall, Any]:
    name = request.param
    platform, stall = PLATFORMS[name], Stall(tmp_path_factory.mktemp(name))
    store = stall.store.model_copy(update={"platform": platform.name or name})
    paths = [stall.write(content(file, platform.orders()), f"{file.layout}.csv") for file in platform.files]
    return name, platform, stall, ingest(stall.workbook, store, paths)


def test_what_is_split_in_blocks_is_the_same(read, tmp_path, monkeypatch):
    name, platform, stall, _ = read
    monkeypatch.setattr(okrlib.ingest.direct, "LARGE", 0)
    again = Stall(tmp_path)
    store = again.store.model_copy(update={"platform": platform.name or name})
    paths = [again.write(content(file, platform.orders()), f"{file.layout}.csv") for file in platform.files]
    ingest(again.workbook, store, paths)
    for table, facts in (("orders", ORDER_FACTS), ("order_lines", LINE_FACTS)):
        assert again.rows(table, *facts, "source_line") == stall.rows(table, *facts, "source_line")


def lacks(platform: Platform) -> set[str]:
    return {name for file in platform.files for name in LAYOUTS[file.layout].lacks}


def order_facts(order: Order, name: str) -> dict[str, Any]:
    status = KNOWN_AS.get(name, {}).get(order.status, order.status)
    return dict(
        zip(
            ORDER_FACTS,
            (
                order.id, status, order.ordered, order.paid, order.shipped, order.delivered, order.region, order.discount,
                order.shipping, order.total, order.total if order.paid else None, order.refund if order.paid else Decimal(0),
            ),
            strict=True,
        )
    )  # fmt: skip


def test_every_row_is_read_by_the_platforms_own_layout(read):
    _, platform, stall, done = read
    assert stall.rejects() == []
    assert [file.layout for file in done.files] == [file.layout for file in platform.files]
    assert [file.rows_read for file in done.files] == [
        len(list(rows(f, platform.orders()))) - 1 for f in platform.files
    ]
    assert done.repeated_lines == 0


def test_the_orders_are_the_shops_orders(read):
    name, platform, stall, _ = read
    found = {row[0]: dict(zip(ORDER_FACTS, row, strict=True)) for row in stall.rows("orders", *ORDER_FACTS)}
    assert sorted(found) == sorted(order.id for order in platform.orders())
    for order in platform.orders():
        expected, got = order_facts(order, name), found[order.id]
        if name == "lazada":  # minutes only
            expected = {
                key: value.replace(second=0) if hasattr(value, "second") else value for key, value in expected.items()
            }
        if name == "xiaohongshu":  # what the buyer owes for the article holds the shipping
            expected |= {"discount_amount": order.discount - order.shipping}
        for fact in lacks(platform) & set(expected):
            if fact == "status" or got[fact] is None:
                del expected[fact], got[fact]
        assert got == expected


def test_the_lines_are_the_shops_lines(read):
    name, platform, stall, _ = read
    if "order_lines" in lacks(platform):
        assert stall.rows("order_lines", "order_id") == []
        return
    missing = lacks(platform) & set(LINE_FACTS)
    found = stall.rows("order_lines", *LINE_FACTS)
    expected = sorted(row for order in platform.orders() for row in line_facts(order, name))
    assert [
        tuple(None if fact in missing else value for fact, value in zip(LINE_FACTS, row, strict=True))
        for row in expected
    ] == found


def line_facts(order: Order, name: str) -> list[tuple[Any, ...]]:
    facts = []
    for number, line in enumerate(order.lines):
        amount = line.amount + (order.shipping if name == "xiaohongshu" and not number else 0)
        amount = line.price * line.quantity if name in {"shopee", "ebay"} else amount
        if name == "lazada":  # one row per unit
            facts += [(order.id, line.sku, line.title, 1, line.price, amount / line.quantity)] * line.quantity
        else:
            facts.append((order.id, line.sku, line.title, line.quantity, line.price, amount))
    return facts


def test_buyers_are_told_apart_or_said_to_be_unknown(read):
    _, platform, stall, _ = read
    pairs = stall.rows("orders", "order_id", "buyer")
    if "buyer" in lacks(platform):
        assert {buyer for _, buyer in pairs} == {None}
        return
    names = {order.id: order.buyer for order in platform.orders()}
    assert (
        len({(names[order], buyer) for order, buyer in pairs})
        == len({*names.values()})
        == len({buyer for _, buyer in pairs})
    )


def test_lines_less_discounts_and_shipping_are_what_the_order_asks(read):
    """Σ lines − discounts + shipping = order amount: lines at their prices, or at what is asked for them."""
    name, _, stall, _ = read
    gross, net = dict[str, Decimal](), dict[str, Decimal | None]()
    for order, price, quantity, amount in stall.rows(
        "order_lines", "order_id", "unit_price", "quantity", "line_amount"
    ):
        gross[order] = gross.get(order, Decimal(0)) + price * quantity
        before = net.get(order, Decimal(0))
        net[order] = None if amount is None or before is None else before + amount
    columns = ("order_id", "discount_amount", "shipping_amount", "order_amount")
    for order, discount, shipping, total in stall.rows("orders", *columns):
        if discount is not None:
            carried = Decimal(0) if name == "xiaohongshu" else shipping or Decimal(0)  # it asks for both in one
            assert abs(gross[order] - discount + carried - total) <= Decimal("0.01")
        paid_lines, discounted = net[order], name not in {"shopee", "ebay"}  # these give discounts for the order only
        if paid_lines is not None and discounted:
            assert abs(paid_lines + (shipping or 0) - total) <= Decimal("0.01")


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_articles_are_the_shops_articles_as_far_as_an_export_tells_them(stall, name):
    articles, file = replace(ORDERS[0], lines=(CUP, POT, GIFT)), CATALOGUES[name]
    store = stall.store.model_copy(update={"platform": name})
    done = ingest(stall.workbook, store, [stall.write(content(file, [articles]))])
    assert ([one.layout for one in done.files], stall.rejects()) == ([file.layout], [])
    expected = [
        {"sku": x.sku, "title": x.title, "category": CATEGORY, "list_price": x.price, "unit_cost": Decimal(COST)}
        for x in articles.lines
    ]
    untold = dict.fromkeys(LAYOUTS[file.layout].lacks.keys() & expected[0].keys())
    told = [dict(zip(expected[0], row, strict=True)) for row in stall.rows("products", *expected[0])]
    assert told == [article | untold for article in expected]
    assert sum(file.rows_set_aside for file in done.files) == len(file.at_end)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_names_only_facts_it_lacks(layout: Layout):
    """What is declared as lacking must not be given as well, but where it can be only partly told."""
    partly = {"status", "refund_amount", "order_lines", "traffic", "stock", "order_of_refund"}
    given = {column for output in layout.tables.values() for column in output.columns}
    assert not (set(layout.lacks) & given) - partly


def test_every_known_header_fits_exactly_one_layout():
    headers = sorted(shared("platforms").glob("*/*.header.*"))
    assert len(headers) == 35
    found = {path: detect(path, list(LAYOUTS.values())).layout.platform for path in headers}
    homes = {"shengyicanmou": "taobao_tmall"}
    assert all(platform == homes.get(path.parent.name, path.parent.name) for path, platform in found.items())


def test_what_public_samples_hold_is_read(tmp_path: Path):
    samples = sorted(shared("platforms").glob("*/*.sample_from_test.*"))
    for path in samples:
        stall = Stall(tmp_path / path.stem)
        store = stall.store.model_copy(update={"platform": path.parent.name})
        done = ingest(stall.workbook, store, [path])
        assert done.rejected == 0, (path.name, stall.rejects())
        assert done.files[0].rows_read > 0
