"""The shop as Shopify exports it: orders, a row per line item with order columns on the first only; and products."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from okrlib.demo.cells import amounts, write_table, zoned
from okrlib.demo.shop import Shop

COLUMNS = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Cancelled at",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Id",
    "Tags",
    "Risk Level",
    "Source",
    "Lineitem discount",
    "Tax 1 Name",
    "Tax 1 Value",
    "Tax 2 Name",
    "Tax 2 Value",
    "Tax 3 Name",
    "Tax 3 Value",
    "Tax 4 Name",
    "Tax 4 Value",
    "Tax 5 Name",
    "Tax 5 Value",
    "Phone",
    "Receipt Number",
    "Duties",
    "Billing Province Name",
    "Shipping Province Name",
    "Payment ID",
    "Payment Terms Name",
    "Next Payment Due At",
    "Payment References",
]
PRODUCT_COLUMNS = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option1 Linked To",
    "Option2 Name",
    "Option2 Value",
    "Option2 Linked To",
    "Option3 Name",
    "Option3 Value",
    "Option3 Linked To",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Unit Price Total Measure",
    "Unit Price Total Measure Unit",
    "Unit Price Base Measure",
    "Unit Price Base Measure Unit",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Gift Card",
    "SEO Title",
    "SEO Description",
    "Google Shopping / Google Product Category",
    "Google Shopping / Gender",
    "Google Shopping / Age Group",
    "Google Shopping / MPN",
    "Google Shopping / Condition",
    "Google Shopping / Custom Product",
    "Google Shopping / Custom Label 0",
    "Google Shopping / Custom Label 1",
    "Google Shopping / Custom Label 2",
    "Google Shopping / Custom Label 3",
    "Google Shopping / Custom Label 4",
    "Variant Image",
    "Variant Weight Unit",
    "Variant Tax Code",
    "Cost per item",
    "Status",
]
ENCODING = "utf-8"
FIRST_NUMBER = 1001
VENDOR = "Qinglan"


def write_shopify(shop: Shop, folder: Path) -> list[Path]:
    """Write orders_export of one export, named by the day it was taken."""
    path = folder / f"orders_export_{shop.taken:%Y%m%d}.csv"
    table = pd.concat([_lines(shop), _orders(shop)], axis=1).fillna("")
    return [write_table(path, {column: column for column in COLUMNS}, table, ENCODING, quoted=True)]


def write_products(shop: Shop, folder: Path) -> Path:
    """Write products_export: what is on sale, with its type, price and cost."""
    products = shop.on_sale()
    names = [product.title.partition(" - ") for product in products]
    table = pd.DataFrame(
        {
            "Handle": [title.lower().replace(" & ", " ").replace(" ", "-") for title, _, _ in names],
            "Title": [title for title, _, _ in names],
            "Vendor": VENDOR,
            "Type": [product.category for product in products],
            "Tags": "generated demo data",
            "Published": "true",
            "Option1 Name": ["Size" if size else "Title" for _, _, size in names],
            "Option1 Value": [size or "Default Title" for _, _, size in names],
            "Variant SKU": [product.sku for product in products],
            "Variant Price": [str(product.price) for product in products],
            "Cost per item": [str(shop.unit_cost(product)) for product in products],
            "Status": "active",
        }
    )
    columns = {column: column for column in PRODUCT_COLUMNS}
    return write_table(folder / "products_export.csv", columns, table, ENCODING, quoted=True)


def _lines(shop: Shop) -> pd.DataFrame:
    lines = shop.lines
    products = [shop.spec.products[product] for product in lines["product"]]
    shipped = shop.orders["shipped"].notna().loc[lines["order"]].to_numpy()
    return pd.DataFrame(
        {
            "Name": _names(lines["order"]),
            "Lineitem quantity": lines["quantity"].astype(str),
            "Lineitem name": [product.title for product in products],
            "Lineitem price": amounts(lines["price"]),
            "Lineitem sku": [product.sku for product in products],
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "false",
            "Lineitem fulfillment status": np.where(shipped, "fulfilled", "pending"),
            "Vendor": VENDOR,
            "Lineitem discount": "0.00",
        },
        index=lines.index,
    )


def order_ids(orders: pd.DataFrame) -> list[str]:
    """Return the names of orders, such as #1001."""
    return _names(orders.index)


def _names(numbers: pd.Series | pd.Index) -> list[str]:
    return [f"#{number + FIRST_NUMBER}" for number in numbers]


def _orders(shop: Shop) -> pd.DataFrame:
    """Return the order columns, on the row of each order's first line."""
    orders, zone = shop.orders, shop.spec.time_zone
    first = shop.lines.index[shop.lines["line"] == 1]
    pending = orders["paid"].isna() & orders["closed"].isna()
    discount = shop.lines.groupby("order")["discount"].sum().reindex(orders.index)
    columns = {
        "Financial Status": _financial(orders),
        "Paid at": zoned(orders["paid"], zone),
        "Fulfillment Status": np.where(orders["shipped"].notna(), "fulfilled", "unfulfilled"),
        "Fulfilled at": zoned(orders["shipped"], zone),
        "Accepts Marketing": np.where(orders["buyer"] % 3 == 0, "yes", "no"),
        "Currency": shop.spec.currency,
        "Subtotal": amounts(orders["goods"]),
        "Shipping": amounts(orders["shipping"]),
        "Taxes": "0.00",
        "Total": amounts(orders["total"]),
        "Discount Code": orders["code"].to_numpy(),
        "Discount Amount": amounts(discount),
        "Shipping Method": "Standard",
        "Created at": zoned(orders["created"], zone),
        "Cancelled at": zoned(orders["closed"].where(orders["shipped"].isna()), zone),
        "Payment Method": np.where(orders["paid"].notna(), "Shopify Payments", "Bank Deposit"),
        "Refunded Amount": amounts(orders["refund"]),
        "Outstanding Balance": amounts(orders["total"].where(pending, 0)),
        "Id": [str(90_000_000_000 + number) for number in orders.index],
        "Source": [shop.spec.channels[channel].name for channel in orders["channel"]],
        **_address(shop),
    }
    return pd.DataFrame(columns, index=first)


def _financial(orders: pd.DataFrame) -> object:
    unpaid = orders["paid"].isna()
    conditions = [
        unpaid & orders["closed"].isna(),
        unpaid,
        orders["refund"] == orders["total"],
        orders["refund"] > 0,
    ]
    return np.select(conditions, ["pending", "voided", "refunded", "partially_refunded"], "paid")


def _address(shop: Shop) -> dict[str, list[str]]:
    buyers = shop.orders["buyer"]
    regions = [shop.spec.regions[region] for region in shop.orders["region"]]
    return {
        "Email": [f"buyer{buyer:06d}@example.com" for buyer in buyers],
        "Shipping Name": [f"Demo Buyer {buyer:06d}" for buyer in buyers],
        "Shipping Address1": [f"{1 + buyer % 199} Demo Street" for buyer in buyers],
        "Shipping City": [region.city for region in regions],
        "Shipping Province": [region.code for region in regions],
        "Shipping Country": [region.country for region in regions],
        "Phone": [f"555-01{buyer % 100:02d}" for buyer in buyers],
    }
