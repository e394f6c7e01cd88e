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


def tea_tables():
    """The sales of a shop whose July 2026 is worked by hand in test_facts."""
    web = {"channel": "web", "region": "浙江省"}
    mobile = {"channel": "mobile", "region": "广东省"}
    none = {"refund_amount": 0}
    return {
        "orders": [
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
        "order_lines": [
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
        "refunds": [refund("R1", "2026-08-10 10:00:00", 20, order_id="A3", sku="pot")],
        "products": [
            {"sku": "cup", "title": "Cup 茶杯", "category": "Cups"},
            {"sku": "pot", "title": "Pot 茶壶", "category": "Pots"},
            {"sku": "tray", "title": "Tray 茶盘", "category": "Trays"},
        ],
    }  # fmt: skip


@pytest.fixture(scope="session")
def tea(tmp_path_factory):
    """The tea shop, seen from the end of August."""
    return make_shop(tmp_path_factory.mktemp("tea"), **tea_tables())


@pytest.fixture(scope="session")
def teahouse(tmp_path_factory):
    """The tea shop with costs and all that stands beside the sales: worked by hand in test_surroundings."""
    days = [f"2026-07-{day:02d}" for day in range(1, 32)]
    costs = {"cup": (20, None), "pot": (60, None), "tray": (25, "2026-07-15")}
    tables = tea_tables()
    tables["products"] = [
        row | {"unit_cost": costs[row["sku"]][0], "listed_at": costs[row["sku"]][1]} for row in tables["products"]
    ]
    return make_shop(
        tmp_path_factory.mktemp("teahouse"),
        **tables,
        traffic=[
            *({"day": day, "channel": "all", "visitors": 10, "page_views": 30} for day in days),
            {"day": days[0], "channel": "search", "visitors": 6, "page_views": 16},
            {"day": days[0], "channel": "direct", "visitors": 5, "page_views": 14},
        ],
        ads=[
            {"day": days[0], "channel": "search", "spend": 20, "impressions": 1000, "clicks": 40, "ad_amount": 50},
            {"day": days[27], "channel": "feed", "spend": 30, "impressions": 1500, "clicks": 10, "ad_amount": 40},
        ],
        stock=[
            {"day": day, "sku": sku, "on_hand": left}
            for day, counts in ((days[0], {"cup": 10, "pot": 3}), (days[10], {"cup": 4, "pot": 2}),
                                (days[30], {"cup": 0, "pot": 2, "tray": 8}))
            for sku, left in counts.items()
        ],
        shipments=[
            parcel("P1", "A2", "2026-07-04 00:00:00", "2026-07-03 10:00:00", "2026-07-08 00:00:00", "2026-07-07 18:00:00", 6),
            parcel("P2", "A3", "2026-07-04 23:59:59", "2026-07-05 10:00:00", "2026-07-09 00:00:00", "2026-07-12 09:00:00", 8),
            parcel("P3", "A4", "2026-07-22 12:00:00", None, "2026-07-27 12:00:00", None),
            parcel("P4", "A7", "2026-08-03 00:00:00", "2026-08-02 10:00:00", "2026-08-08 00:00:00", "2026-08-05 12:00:00", 5),
        ],
        reviews=[
            {"review_id": "V1", "reviewed_at": "2026-07-10", "sku": "cup", "stars": 5, "order_id": "A2", "comment": "好看"},
            {"review_id": "V2", "reviewed_at": "2026-07-15", "sku": "pot", "stars": 2, "order_id": "A3", "comment": "发货慢"},
            {"review_id": "V3", "reviewed_at": "2026-07-25", "sku": "cup", "stars": 4},
        ],
        service=[{"day": days[30], "survey": "call", "answers": 20, "satisfied": 18}],
        settlements=[
            {"entry_id": "E1", "order_id": "A2", "settled_at": "2026-07-12", "sale_amount": 120, "fee_amount": 6},
            {"entry_id": "E2", "order_id": "A3", "settled_at": "2026-07-14", "sale_amount": 200, "fee_amount": 10},
            {"entry_id": "E3", "settled_at": "2026-07-31", "kind": "software", "fee_amount": 4},
            {"entry_id": "E4", "order_id": "A4", "settled_at": "2026-08-05", "sale_amount": 80, "fee_amount": 4},
        ],
        market=[
            {"day": day, "category": category, "market_amount": amount, "search_volume": searches, "brand_search_volume": brand,
             "our_rank": rank}
            for day, category, amount, searches, brand, rank in (
                ("2025-07-01", "Cups", 1600, 400, 40, 9), ("2025-07-01", "Pots", 1600, 300, 30, 7),
                ("2026-06-01", "Cups", 2000, 500, 40, 8), ("2026-07-01", "Cups", 2400, 600, 60, 5),
                ("2026-07-01", "Pots", 1500, 300, 12, 8), ("2026-08-01", "Cups", 2500, 600, 60, 6))
        ],
        competitors=[
            {"day": days[9], "competitor": competitor, "item": item, "price": price, "our_sku": sku, "category": category,
             "promotion": promotion, "rating": rating, "review_count": reviews, "units": units, "complaints": complaints}
            for competitor, item, price, sku, category, promotion, rating, reviews, units, complaints in (
                ("Blue Kiln", "mug", 50, "cup", "Cups", "2 for 1", 4.8, 900, 30, "leaks"),
                ("Blue Kiln", "big pot", 200, "pot", "Pots", None, 4.6, 100, 10, "leaks; arrived broken"),
                ("Clay & Co", "cup", 75, "cup", "Cups", None, 4.2, 50, None, None),
                ("Clay & Co", "tray", 30, None, "Trays", None, None, None, None, None))
        ],
    )  # fmt: skip


def parcel(number, order_id, promised, shipped, deliver_by, delivered, cost=None):
    """One parcel with its two promises, what became of them, and what it cost."""
    return {
        "shipment_id": number, "order_id": order_id, "promised_at": promised, "shipped_at": shipped,
        "deliver_by": deliver_by, "delivered_at": delivered, "cost": cost,
    }  # fmt: skip


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
