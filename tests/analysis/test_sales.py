"""What sells and what does not, on shops of a few orders worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrlib.analysis.sales import (
    new_products,
    pairs,
    pareto,
    price_bands,
    refund_reasons,
    refunds_by_product,
    slow_movers,
)  # fmt: skip
from okrlib.periods import Period, Quarter
from tests.analysis.shops import line, make_shop, opened, order, refund

Q3 = Quarter(2026, 3).period
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
BARE = [order("1", "2026-07-01 10:00:00", 10)]


def d(text):
    return Decimal(text)


def sold(*rows, refunds=(), products=()):
    """Orders of (day, {sku: amount}), each line one unit; what is not a product is written with a colon."""
    tables = {"orders": [], "order_lines": []}
    for n, (day, basket) in enumerate(rows):
        tables["orders"].append(order(str(n), f"{day} 10:00:00", sum(basket.values()), refund_amount=0))
        for place, (sku, amount) in enumerate(basket.items()):
            kind = {"kind": "shipping", "sku": None} if sku.startswith(":") else {"sku": sku}
            tables["order_lines"].append({**line(str(n), str(place), None, amount), **kind})
    return tables | ({"refunds": list(refunds)} if refunds else {}) | ({"products": list(products)} if products else {})


@pytest.fixture
def opening(tmp_path):
    return lambda tables, as_of="2026-08-31": opened(make_shop(tmp_path, **tables), as_of)


def test_the_product_that_crosses_four_fifths_is_still_an_a(opening):
    data = opening(sold(("2026-07-01", {"a": 60, "b": 25, "c": 11, "e": 4, ":post": 50})))
    found = pareto(data, JULY)
    assert found.cumulative == (d("0.6"), d("0.85"), d("0.96"), 1)
    assert [(c.name, c.products, c.share_of_products, c.revenue, c.share) for c in found.classes] == [
        ("A", 2, d("0.5"), 85, d("0.85")),
        ("B", 1, d("0.25"), 11, d("0.11")),
        ("C", 1, d("0.25"), 4, d("0.04")),
    ]
    products = data.rows("SELECT sum(paid) FROM sold WHERE kind = 'product'")[0][0]
    assert sum(c.revenue for c in found.classes) == products == 100


def test_one_product_is_an_a(opening):
    (only,) = pareto(opening(sold(("2026-07-01", {"a": 60}))), JULY).classes
    assert (only.name, only.share) == ("A", 1)


def test_without_lines_every_lens_is_silent(opening):
    data = opening({"orders": BARE})
    assert (pareto(data, JULY), slow_movers(data, JULY)) == (None, None)
    assert [lens(data, JULY) for lens in (new_products, price_bands, pairs, refund_reasons)] == [[], [], [], []]
    assert refunds_by_product(data, JULY)[1].en == "the exports tell no article code"


def test_slow_movers_are_listed_products_without_a_sale(opening):
    products = [
        {"sku": "old", "title": "Old pot", "listed_at": "2025-01-01 00:00:00"},
        {"sku": "never", "title": "Never sold"},
        {"sku": "sells", "title": "Sells"},
        {"sku": "coming", "title": "Coming", "listed_at": "2026-07-20 00:00:00"},
    ]
    data = opening(sold(("2026-05-05", {"old": 10}), ("2026-07-31", {"sells": 10}), products=products))
    assert [(row.sku, row.title, row.last_sold, row.stock) for row in slow_movers(data, JULY)] == [
        ("never", "Never sold", None, None),
        ("old", "Old pot", date(2026, 5, 5), None),
    ]


def test_a_product_without_stock_is_sold_out_and_not_slow(opening):
    products = [{"sku": "out", "title": "Out"}, {"sku": "lies", "title": "Lies"}]
    counts = [("2026-06-01", "out", 9), ("2026-07-02", "out", 0), ("2026-07-02", "lies", 40), ("2026-09-01", "lies", 0)]
    stock = [{"day": day, "sku": sku, "on_hand": n, "source_order": day} for day, sku, n in counts]
    data = opening(sold(("2026-07-01", {"x": 10}), ("2026-07-31", {"x": 10}), products=products) | {"stock": stock})
    assert [(row.sku, row.stock) for row in slow_movers(data, JULY)] == [("lies", 40)]


def test_new_products_were_first_sold_lately(opening):
    rows = [("2025-12-01", {"old": 10}), ("2026-06-02", {"june": 5}), ("2026-07-20", {"july": 30, "old": 10})]
    data = opening(sold(*rows, ("2026-07-31", {"june": 10})))
    assert [(p.sku, p.first_sold, p.units, p.revenue, p.share) for p in new_products(data, JULY)] == [
        ("july", date(2026, 7, 20), 1, 30, d("0.6")),
        ("june", date(2026, 6, 2), 1, 10, d("0.2")),
    ]


def test_everything_is_new_to_data_that_have_just_begun(opening):
    data = opening(sold(("2026-05-01", {"a": 10}), ("2026-07-31", {"b": 10})))
    assert new_products(data, JULY) == []


def test_price_bands_are_round_and_hold_every_unit(opening):
    data = opening(sold(*(("2026-07-01", {f"p{price}": price}) for price in (9, 11, 18, 22, 29, 41, 52, 58, 79, 110))))
    bands = price_bands(data, JULY)
    assert [(band.low, band.high, band.units) for band in bands] == [
        (None, 10, 1), (10, 20, 2), (20, 40, 2), (40, 60, 3), (60, None, 2),
    ]  # fmt: skip
    assert sum(band.revenue for band in bands) == 429
    assert sum(band.share for band in bands) == 1


def test_refunds_by_product_with_the_half_year_before(opening):
    tables = sold(
        ("2026-04-01", {"pot": 200}), ("2026-07-02", {"pot": 100, "cup": 50}), ("2026-07-31", {"cup": 50}),
        refunds=[
            refund("r1", "2026-04-09 10:00:00", 20, order_id="0", sku="pot"),
            refund("r2", "2026-07-09 10:00:00", 30, order_id="1", sku="pot", reason="broken"),
            refund("r3", "2026-07-10 10:00:00", 10, order_id="1", sku="cup", reason="late"),
        ],
    )  # fmt: skip
    data = opening(tables)
    rows, reason = refunds_by_product(data, JULY)
    assert reason is None
    assert [(r.sku, r.paid, r.refunded, r.rate, r.rate_before) for r in rows] == [
        ("pot", 100, 30, d("0.3"), d("0.1")),
        ("cup", 100, 10, d("0.1"), None),
    ]
    assert [(r.reason, r.amount, r.share) for r in refund_reasons(data, JULY)] == [
        ("broken", 30, d("0.75")), ("late", 10, d("0.25")),
    ]  # fmt: skip


def test_pairs_with_support_confidence_and_lift(opening):
    baskets = [{"pot": 9, "cup": 1}] * 12 + [{"pot": 9}] * 8 + [{"cup": 1}] * 4 + [{"tea": 2}] * 26
    data = opening(sold(*(("2026-07-01", basket) for basket in baskets)))
    (pair,) = pairs(data, JULY)
    assert (pair.first, pair.second, pair.orders) == ("cup", "pot", 12)  # 12 of 16 cups, 12 of 20 pots
    assert (pair.support, pair.confidence, pair.lift) == (
        12 / 50,
        12 / 16,
        pytest.approx((12 / 50) / (16 / 50 * 20 / 50)),
    )


def test_a_pair_that_chance_gives_is_none(opening):
    baskets = [{"pot": 9, "cup": 1}] * 16 + [{"pot": 9}] * 16 + [{"cup": 1}] * 16 + [{"tea": 2}] * 16
    assert pairs(opening(sold(*(("2026-07-01", basket) for basket in baskets))), JULY) == []


def test_nine_orders_are_no_pair(opening):
    baskets = [{"pot": 9, "cup": 1}] * 9 + [{"tea": 2}] * 40
    assert pairs(opening(sold(*(("2026-07-01", basket) for basket in baskets))), JULY) == []


def test_an_empty_period_shows_nothing(opening):
    data = opening(sold(("2026-07-01", {"a": 60})))
    early = Period(date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=30))
    assert (pareto(data, early), price_bands(data, early), pairs(data, early)) == (None, [], [])
