"""Stock, parcels, reviews and drivers worked by hand on the teahouse (conftest); ratios that move, and those that do not."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from okrlib.analysis.facts import fact
from okrlib.analysis.inventory import inventory
from okrlib.analysis.service import late_and_on_time, shipping_from_orders, topics, words
from okrlib.analysis.shifts import _moved, overstock
from okrlib.analysis.visits import conversion_gap
from okrlib.analysis.why import driver_tree
from okrlib.periods import Period
from tests.analysis.shops import add_rows, make_shop, opened, order

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


@pytest.fixture(scope="module")
def data(teahouse):
    return opened(teahouse, "2026-08-31")


def test_stock_lasts_as_long_as_the_last_three_months_say(data):
    found = inventory(data, JULY)
    by = {one.sku: one for one in found.articles}
    assert (found.counted, found.value) == (date(2026, 7, 31), 320)
    assert [one.sku for one in found.articles] == ["tray", "pot", "cup"]  # most beyond need first
    tray, pot, cup = by["tray"], by["pot"], by["cup"]
    assert (tray.on_hand, tray.value, tray.supply, tray.excess, tray.last_sold) == (8, 200, None, 200, None)
    assert (round(pot.supply), pot.last_sold) == (182, date(2026, 7, 2))  # two left, one sold in 91 days
    assert pot.excess == (2 - Decimal(1) / 91 * 90) * 60
    assert (cup.on_hand, cup.sold_out, cup.slow) == (0, 1, False)
    sellable = Decimal(91) * Decimal(str(2 / 3))  # none were left at one of three counts
    assert cup.missed == Decimal(240) / sellable
    assert [one.sku for one in found.slow] == ["tray", "pot"]
    assert found.missed == cup.missed


def test_without_counts_there_is_no_inventory(tea):
    assert inventory(opened(tea, "2026-07-31"), JULY) is None
    assert overstock(opened(tea, "2026-07-31"), JULY) is None


def test_overstock_counts_only_what_would_lie_too_long_even_if_luck_was_bad(data):
    found = overstock(data, JULY)
    assert (found.articles, found.worst, found.excess) == (
        1,
        "Tray 茶盘",
        200,
    )  # of the pot, one sale is too few to tell


def test_reviews_by_late_and_on_time(data):
    on_time, late, unknown = late_and_on_time(data, JULY)
    assert (on_time.late, on_time.reviews, on_time.score, on_time.bad_share) == (False, 1, 5, 0)
    assert (late.late, late.reviews, late.score, late.bad_share) == (True, 1, 2, 1)
    assert (unknown.late, unknown.reviews) == (None, 1)


def test_words_are_cut_in_chinese_and_english_and_single_signs_say_nothing():
    assert words("发货太慢了，Arrived late!") == {"发货", "太慢", "arrived", "late"}


def test_topics_are_what_bad_reviews_say_more_often_than_good_ones(tmp_path):
    shop = make_shop(tmp_path, orders=[order("A", "2026-06-30 10:00:00", 10), order("B", "2026-07-30 10:00:00", 10)])
    said = [(1, "杯子有裂纹")] * 4 + [(2, "late and rude")] * 3 + [(5, "杯子好看")] * 20 + [(3, "太小")] * 2
    add_rows(shop, reviews=[
        {"review_id": str(n), "reviewed_at": "2026-07-10", "stars": stars, "comment": text, "sku": "cup"}
        for n, (stars, text) in enumerate(said)
    ])  # fmt: skip
    found = topics(opened(shop, "2026-07-31"), JULY)
    assert [(one.word, one.bad, one.elsewhere) for one in found] == [
        ("裂纹", 4, 0),
        ("and", 3, 0),
    ]  # 杯子 is praised too
    assert found[0].share == Decimal(4) / 9
    assert (found[0].example, found[0].articles) == ("杯子有裂纹", (("cup", 4),))
    assert topics(opened(shop, "2026-07-05"), JULY) == []


def test_a_ratio_that_wobbles_has_not_moved_and_one_that_steps_has():
    rng = np.random.default_rng(1)
    steady = 0.03 + rng.normal(0, 0.001, 110)
    under = np.full(110, 1000.0)
    assert _moved(steady, under, 7)[1] > 0.05
    stepped = steady.copy()
    stepped[-7:] -= 0.006
    distance, risk = _moved(stepped, under, 7)
    assert risk < 0.001
    assert distance == pytest.approx(-0.006, abs=0.001)
    assert _moved(stepped[-60:], under[-60:], 7) is None  # too short to tell it from the season


def test_revenue_is_split_over_visits_and_over_units_to_the_cent(tmp_path):
    then, now = ("2025-07-02 10:00:00", "2025-07-03 10:00:00"), ("2026-07-01 10:00:00", "2026-07-02 10:00:00")
    orders = [order("A", then[0], 100, buyer="a"), *(order(f"B{n}", now[n % 2], 90, buyer=f"b{n}") for n in range(4))]
    visits = [
        {"day": day, "channel": "all", "visitors": visitors}
        for year, visitors in ((2025, 100), (2026, 250))
        for day in (f"{year}-07-{n:02d}" for n in range(1, 4))
    ]
    shop = make_shop(tmp_path, orders=[order("0", "2025-06-01 10:00:00", 1), *orders], traffic=visits)
    found = driver_tree(opened(shop, "2026-07-02"), JULY)
    (way, *_) = found.ways
    assert (found.before, found.after, found.change) == (100, 360, 260)
    assert [one.name for one in way] == ["visitors", "conversion", "revenue_per_buyer"]
    assert [one.before for one in way] == [200, Decimal("0.005"), 100]
    assert [one.after for one in way] == [500, Decimal("0.008"), 90]
    assert sum(one.part for one in way) == 260
    assert found.silent == ()


def test_conversions_part_is_split_into_mix_and_within_by_source_to_the_cent(tmp_path):
    then, now = ("2025-07-02 10:00:00", "2025-07-03 10:00:00"), ("2026-07-01 10:00:00", "2026-07-02 10:00:00")
    orders = [order("A", then[0], 100, buyer="a"), *(order(f"B{n}", now[n % 2], 90, buyer=f"b{n}") for n in range(4))]
    sources = {  # visitors and buyers of a day: search kept its visits and converts better, advertising came in crowds
        "2025": {"all": (100, 1), "search": (50, 2), "ads": (50, 1)},
        "2026": {"all": (250, 2), "search": (50, None), "ads": (200, 4)},
    }
    visits = [
        {"day": f"{year}-07-{n:02d}", "channel": name, "visitors": visitors, "buyers": buyers or n + 1}  # two, then three
        for year, table in sources.items() for name, (visitors, buyers) in table.items() for n in (1, 2, 3)
    ]  # fmt: skip
    data = opened(
        make_shop(tmp_path, orders=[order("0", "2025-06-01 10:00:00", 1), *orders], traffic=visits), "2026-07-02"
    )
    days, found = Period(date(2026, 7, 1), date(2026, 7, 2)), driver_tree(data, JULY)
    gap = conversion_gap(data, days, found)
    assert {row.source: (row.before.conversion, row.after.conversion) for row in gap.rows} == {
        "search": (Decimal("0.04"), Decimal("0.05")), "ads": (Decimal("0.02"), Decimal("0.02")),
    }  # fmt: skip
    # shares move by 30 points at a mean conversion of 2.8 %; L(360, 100) / L(0.026, 0.03) = 7261.5 of money for each
    assert {row.source: (round(row.mix, 1), round(row.within, 1)) for row in gap.rows} == {
        "search": (Decimal("-37.0"), Decimal("25.4")), "ads": (Decimal("-17.4"), 0),
    }  # fmt: skip
    assert gap.mix + gap.within + gap.rest == gap.driver.part == found.ways[0][1].part
    assert gap.driver.name == "conversion"


def test_conversion_is_not_split_where_a_source_does_not_count_its_buyers(tmp_path):
    orders = [order(day, f"{day} 10:00:00", 10, buyer=day) for day in ("2025-06-01", "2025-07-02", "2026-07-01")]
    visits = [
        {"day": f"{year}-07-{n:02d}", "channel": name, "visitors": 5, "buyers": 1 if name == "search" else None}
        for year in (2025, 2026) for name in ("search", "ads") for n in (1, 2, 3)
    ]  # fmt: skip
    data = opened(make_shop(tmp_path, orders=orders, traffic=visits), "2026-07-01")
    days = Period(date(2026, 7, 1), date(2026, 7, 1))
    assert driver_tree(data, JULY).ways
    assert conversion_gap(data, days, driver_tree(data, JULY)) is None


_RULE = """platform: custom
rules:
  - {id: ship_in_time, area: shipping, title: {en: Ship in time, zh: 按时发货}, source: a test, metric: on_time_shipping,
     at_least: 1, within_hours: 48}
"""


def test_without_parcels_what_is_shipped_on_time_is_told_by_the_orders(tmp_path):
    def sent(name, paid, shipped, **more):
        return order(name, f"{paid} 10:00:00", 10, shipped_at=shipped and f"{shipped}:00", **more)

    orders = [
        sent("A", "2026-07-01", "2026-07-03 10:00"),  # on the hour
        sent("B", "2026-07-02", "2026-07-04 10:01"),  # a minute late
        sent("C", "2026-07-05", None, status="paid"),  # still here, and late
        sent("D", "2026-07-06", None, status="refunded"),  # called off before it was shipped
        sent("E", "2026-07-07", None),  # completed, but when it was shipped is not told
        sent("F", "2026-07-09", None, status="paid"),  # due on the 11th
    ]
    shop = make_shop(tmp_path, orders=orders)
    (tmp_path / "params" / "policies").mkdir()
    assert fact(opened(shop, "2026-07-10"), JULY, "on_time_shipping").value is None, "no promise, no verdict"
    (tmp_path / "params" / "policies" / "custom.yaml").write_text(_RULE, encoding="utf-8")
    data = opened(shop, "2026-07-10")
    told = fact(data, JULY, "on_time_shipping")
    assert (told.numerator, told.denominator) == (1, 3)
    assert shipping_from_orders(data)
    assert fact(data, JULY, "on_time_delivery").value is None
    add_rows(shop, shipments=[{"shipment_id": "1", "order_id": "B", "shipped_at": "2026-07-04 10:01:00"}])
    data = opened(shop, "2026-07-10")  # a parcel that names no promise of its own has the platform's
    told = fact(data, JULY, "on_time_shipping")
    assert (told.numerator, told.denominator, shipping_from_orders(data)) == (0, 1, False)
