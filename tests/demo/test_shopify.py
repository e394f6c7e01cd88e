import json
from pathlib import Path

import pandas as pd
import pytest

from okrlib.demo.shopify import COLUMNS, ENCODING, PRODUCT_COLUMNS
from tests.demo.conftest import SOON, in_cents, keyed, named, read

FORMATS = Path(__file__).parents[2].parent / "shared" / "platforms" / "formats.json"


@pytest.fixture(scope="module")
def rows(exports) -> pd.DataFrame:
    tables = [read(path, ENCODING) for path in named(exports["demo_shopify"], "orders_export")]
    return pd.concat([*tables[:-2], tables[-1]], ignore_index=True)


@pytest.fixture(scope="module")
def orders(rows) -> pd.DataFrame:
    return keyed(rows[rows["Email"] != ""], "Name")


def test_the_header_has_the_platforms_79_columns(exports):
    assert exports["demo_shopify"][0].read_text(encoding=ENCODING).split("\n")[0] == ",".join(COLUMNS)
    assert len(COLUMNS) == 79


@pytest.mark.skipif(not FORMATS.exists(), reason="the collection of platform formats is not beside the project")
def test_the_header_agrees_with_the_collected_formats():
    formats = {entry["name"]: entry for entry in json.loads(FORMATS.read_text(encoding="utf-8"))}
    assert formats["orders_export"]["header"] == COLUMNS
    assert formats["products_export"]["header"] == PRODUCT_COLUMNS


def test_order_columns_stand_on_the_first_line_only(rows):
    further = rows[rows["Name"].duplicated()]
    assert len(further) > 500
    filled = [name for name in COLUMNS if (further[name] != "").any()]
    assert all(name in {"Name", "Vendor"} or name.startswith("Lineitem") for name in filled)
    assert (rows["Name"] == rows["Name"].mask(rows["Email"] == "").ffill()).all()


def test_subtotal_is_lines_less_discount_and_total_adds_shipping(rows, orders):
    worth = (in_cents(rows["Lineitem price"]) * rows["Lineitem quantity"].astype(int)).groupby(rows["Name"]).sum()
    subtotal, total, discount = (in_cents(orders[name]) for name in ("Subtotal", "Total", "Discount Amount"))
    assert (subtotal == worth.reindex(orders.index) - discount).all()
    assert (total == subtotal + in_cents(orders["Shipping"]) + in_cents(orders["Taxes"])).all()
    assert ((discount > 0) == (orders["Discount Code"] != "")).all()


def test_status_and_refund_agree(orders):
    status, back, total = orders["Financial Status"], in_cents(orders["Refunded Amount"]), in_cents(orders["Total"])
    assert set(status) == {"paid", "refunded", "partially_refunded", "pending", "voided"}
    assert ((status == "refunded") == (back == total)).all()
    assert ((status == "partially_refunded") == ((back > 0) & (back < total))).all()
    assert (status.isin(["pending", "voided"]) == (orders["Paid at"] == "")).all()
    assert (orders["Cancelled at"] != "")[status == "voided"].all()
    assert (in_cents(orders["Outstanding Balance"]) == total.where(status == "pending", 0)).all()


def test_nothing_stays_pending_for_a_month(orders):
    created = pd.to_datetime(orders["Created at"].str[:10])
    assert (created[orders["Financial Status"] == "pending"] > pd.Timestamp(SOON) - pd.Timedelta(days=30)).all()


def test_times_carry_the_stores_offset_in_summer_and_winter(orders):
    created = orders["Created at"]
    assert created.str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0[45]00").all()
    assert created[created.str.startswith("2024-07")].str.endswith("-0400").all()
    assert created[created.str.startswith("2024-12")].str.endswith("-0500").all()
    assert created.str[:10].between("2024-06-01", str(SOON)).all()


def test_it_ships_to_five_countries_and_sells_on_four_channels(orders):
    assert set(orders["Shipping Country"]) == {"US", "GB", "CA", "AU", "DE"}
    assert set(orders["Source"]) == {"web", "pos", "shopify_draft_order", "instagram"}
    assert set(orders["Currency"]) == {"USD"}


def test_the_products_name_every_article_that_was_sold(exports, rows):
    products = keyed(read(named(exports["demo_shopify"], "products")[0], ENCODING), "Variant SKU")
    assert set(rows["Lineitem sku"]) <= set(products.index)
    assert set(products["Type"]) == {"Teapots", "Cups", "Gaiwans", "Teas", "Trays", "Gift Boxes"}
    assert (in_cents(products["Cost per item"]) < in_cents(products["Variant Price"]) // 2).all()
    assert products["Handle"].str.fullmatch(r"[a-z0-9'-]+").all()
