"""A hand-worked shop for the metrics, and one demo store, each made once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from okrlib.demo import STORES, write_store
from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import export_files, ingest
from okrlib.stores import Workbook
from tests.analysis.shops import line, make_shop, order, refund

PARAMS = Path(__file__).parents[2] / "params"
DEMO_UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="session")
def tea(tmp_path_factory):
    """A shop whose July 2026 is worked by hand in test_facts, seen from the end of August."""
    web = {"channel": "web", "region": "浙江省"}
    mobile = {"channel": "mobile", "region": "广东省"}
    none = {"refund_amount": 0}
    return make_shop(
        tmp_path_factory.mktemp("tea"),
        orders=[
            order("Y1", "2025-06-30 09:00:00", 10, buyer="b9", **web, **none),
            order("Y2", "2025-07-10 09:00:00", 320, buyer="b8", **web, **none),
            order("Q1", "2026-04-05 09:00:00", 100, buyer="b1", **web, **none),
            order("A2", "2026-07-02 00:00:00", 120, buyer="b1", shipping_amount=10, **mobile, **none),
            order("A3", "2026-07-02 23:59:59", 200, buyer="b2", **web, **none),
            order("A4", "2026-07-20 12:00:00", 80, buyer="b2", **web, refund_amount=30),
            order("A5", None, 60, ordered="2026-07-21 08:00:00", buyer="b3", status="cancelled", **web),
            order("A6", None, 40, ordered="2026-07-22 08:00:00", buyer="b4", **web),
            order(
                "A7", "2026-08-01 00:00:00", 50, ordered="2026-07-31 23:00:00", buyer="b3", **web,
                status="refunded", refund_amount=50,
            ),
        ],
        order_lines=[
            line("Y1", "1", "cup", 10),
            line("Y2", "1", "pot", 320),
            line("Q1", "1", "cup", 100, 2),
            line("A2", "1", "cup", 110, 2),
            line("A3", "1", "pot", 150),
            line("A3", "2", "cup", 50),
            line("A4", "1", "cup", 80),
            line("A5", "1", "cup", 60),
            line("A6", "1", "cup", 40),
            line("A7", "1", "cup", 50),
        ],
        refunds=[refund("R1", "2026-08-10 10:00:00", 20, order_id="A3", sku="pot")],
        products=[
            {"sku": "cup", "title": "Cup 茶杯", "category": "Cups"},
            {"sku": "pot", "title": "Pot 茶壶", "category": "Pots"},
            {"sku": "tray", "title": "Tray 茶盘", "category": "Trays"},
        ],
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The Shopify demo store with its sheets, ingested."""
    home = tmp_path_factory.mktemp("demo")
    for folder in ("stores", "okrs/demo_shopify"):
        (home / "params" / folder).mkdir(parents=True)
        for path in (PARAMS / folder).glob("*"):
            (home / "params" / folder / path.name).write_bytes(path.read_bytes())
    workbook = Workbook(home)
    write_store(STORES["demo_shopify"], workbook.exports / "demo_shopify", DEMO_UNTIL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(tmp_path_factory.mktemp("key") / "buyers.key"))
        ingest(workbook, workbook.store("demo_shopify"), export_files(workbook.exports / "demo_shopify"))
    return workbook
