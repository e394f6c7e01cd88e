"""Findings: a quiet shop has none, each story planted in a shop is found, and in the demo shops nothing else is."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.data import open_data
from okrlib.analysis.findings import MATERIAL, findings, window
from okrlib.lake import Lake, connect
from okrlib.periods import Period, Quarter
from okrlib.schema import TABLES
from tests.analysis.shops import line, make_shop, opened, order

END = date(2026, 9, 30)
Q3 = Quarter(2026, 3).period
START = date(2025, 1, 1)
SKUS = ("pot", "cup", "tea")


def shop(home, story=lambda day, sku, units: units, back=lambda day, sku: 0.0):
    """An order a day for each of three products of 100 with a little noise; `story` changes the units sold."""
    rng, orders, lines = np.random.default_rng(5), [], []
    for n in range((END - START).days + 1):
        day = START + timedelta(days=n)
        for sku in SKUS:
            units = round(float(story(day, sku, 10) * rng.uniform(0.8, 1.2)))
            if units > 0:
                name, paid = f"{day}{sku}", 100 * units
                orders.append(
                    order(name, f"{day} 10:00:00", paid, refund_amount=round(paid * back(day, sku)), region="GB")
                )
                lines.append(line(name, "1", sku, paid, units, category=f"{sku}s"))
    workbook = make_shop(home)
    con, lake = connect(), Lake(workbook.warehouse)
    for name, rows in {"orders": orders, "order_lines": lines}.items():
        con.register("rows", pd.DataFrame(rows))  # two thousand rows: too many to be spelt out
        texts = [f"{f'CAST({c} AS VARCHAR)' if c in rows[0] else _FILL.get(c, 'NULL')}::{kind} AS {c}"
                 for c, kind in TABLES[name].all_columns.items()]  # fmt: skip
        lake.put(con, TABLES[name], "shop", f"SELECT {', '.join(texts)} FROM rows")
    return workbook


_FILL = {"store": "'shop'", "source_order": "order_id", "source_file": "'x.csv'", "source_line": "2"}


def found(home, as_of=END, **told):
    return findings(opened(shop(home, **told), as_of), Q3)


def test_a_quiet_shop_has_no_findings(tmp_path):
    assert found(tmp_path) == []


def test_a_product_that_outgrows_the_others_is_found_and_its_category_is_not(tmp_path):
    (one,) = found(tmp_path, story=lambda day, sku, n: n * 2 if sku == "tea" and day >= Q3.start else n)
    assert (one.id, one.kind, one.lens.en, one.certain) == ("grew.sku.tea", "grew", "products", True)
    assert one.size == pytest.approx(Decimal(92_000), rel=Decimal("0.06"))
    assert float(one.size) / one.share == pytest.approx(92 * 4000, rel=0.05)


def test_a_stock_out_explains_the_fall(tmp_path):
    gap = Period(date(2026, 8, 3), date(2026, 8, 30))
    (one,) = found(tmp_path, story=lambda day, sku, n: 0 if sku == "pot" and day in gap else n)
    assert (one.id, one.period) == ("stock_out.sku.pot", gap)
    assert one.size == pytest.approx(Decimal(-28_000), rel=Decimal("0.1"))
    assert (one.value, one.comparison) == (0, pytest.approx(Decimal(28), rel=Decimal("0.1")))


def test_a_new_product_is_found_by_what_it_brings(tmp_path):
    (one,) = found(tmp_path, story=lambda day, sku, n: 0 if sku == "tea" and day < date(2026, 7, 15) else n)
    assert (one.id, one.comparison) == ("new.sku.tea", None)
    assert one.size == one.value == pytest.approx(Decimal(78_000), rel=Decimal("0.05"))


def test_refunds_that_rise_are_found(tmp_path):
    told = lambda day, sku: 0.15 if sku == "cup" and day >= Q3.start else 0.05 + 0.01 * (day.day % 2)  # noqa: E731
    (one,) = found(tmp_path, back=told)
    assert (one.id, one.metric) == ("refunds.sku.cup", "refund_rate")
    assert (one.value, one.comparison) == (Decimal("0.15"), pytest.approx(Decimal("0.055"), abs=Decimal("0.001")))
    assert one.size == pytest.approx(Decimal(-8_700), rel=Decimal("0.1"))


def test_what_weighs_less_than_a_hundredth_is_no_finding(tmp_path):
    least = 0.9 * 3 * MATERIAL
    assert found(tmp_path, story=lambda day, sku, n: n * (1 + least) if sku == "tea" and day >= Q3.start else n) == []


def test_a_store_that_grows_as_a_whole_is_one_finding(tmp_path):
    (one,) = found(tmp_path, story=lambda day, _, n: n * 1.5 if day.year == 2026 else n)
    assert (one.id, one.label.zh) == ("total", "全店")
    assert one.value - one.comparison == one.size
    assert one.share == pytest.approx(0.5, abs=0.02)


def test_early_in_a_quarter_the_last_four_weeks_are_looked_at(tmp_path):
    data = opened(
        make_shop(tmp_path, orders=[order("1", "2026-05-01 10:00:00", 1), order("2", "2026-07-03 10:00:00", 1)]), END
    )
    assert window(data, Q3) == Period(date(2026, 6, 6), date(2026, 7, 3))
    assert window(data, Quarter(2025, 3).period) is None


def test_a_shop_of_a_month_has_no_findings(tmp_path):
    data = opened(
        make_shop(tmp_path, orders=[order(str(n), f"2026-07-{n:02} 10:00:00", 10) for n in range(1, 31)]), END
    )
    assert findings(data, Q3) == []


def test_the_demo_store_tells_its_stories_and_nothing_silly(demo):
    data = open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))
    names = {one.id for one in findings(data, Quarter(2026, 4).period)}
    assert {"grew.channel.instagram", "new.sku.QT-CU-06", "grew.region.DE", "refunds.sku.QT-PO-03"} <= names
    assert names <= {
        "grew.channel.instagram", "new.sku.QT-CU-06", "grew.region.DE", "refunds.sku.QT-PO-03", "total", "fell.region.AU",
        "ads", "conversion", "delivery", "shipping", "overstock",  # since October: see okrlib/demo/around/world.py
    }  # fmt: skip


def test_findings_are_ranked_by_money_and_their_ids_differ(demo):
    data = open_data(demo, demo.store("demo_shopify"), date(2026, 11, 22))
    rows = findings(data, Quarter(2026, 4).period)
    sizes = [abs(one.size) for one in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert len({one.id for one in rows}) == len(rows)
    assert rows == findings(data, Quarter(2026, 4).period)
