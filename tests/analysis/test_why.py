"""Gaps by driver and by segment: worked by hand, and adding up to the cent whatever the numbers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrlib.analysis.ways import WAYS, Level, Read, Way, reach
from okrlib.analysis.why import (
    MIX,
    NO_SHAPE,
    WITHIN,
    _against_plan,
    _drivers,
    _Frame,
    _gap,
    gaps,
)
from okrlib.periods import Period
from tests.analysis.shops import line, make_shop, opened, order, refund

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
NET = WAYS["net_revenue"][0]
cents = st.integers(0, 5_000_000).map(lambda n: Decimal(n) / 100)


def level(drivers, **adds):
    """A level whose product is the first two drivers'."""
    values = {name: Decimal(str(value)) for name, value in drivers.items()}
    whole = Decimal(1)
    for value in values.values():
        whole *= value
    added = {name: Decimal(str(value)) for name, value in adds.items()}
    return Level(whole + sum(added.values(), Decimal(0)), values, added)


def parts_of(way):
    return {driver.name: driver.part for driver in way}


def test_the_reference_vector_of_three_drivers():
    before = level({"visitors": 10000, "conversion": "0.05", "value": 350})
    after = level({"visitors": 15000, "conversion": "0.08", "value": 330})
    found = parts_of(_drivers(before, after, 2))
    assert found == {
        "visitors": Decimal("109728.99"), "conversion": Decimal("127194.72"), "value": Decimal("-15923.71"),
    }  # fmt: skip


def test_the_reference_vector_of_mix_and_within():
    way = Way(("visitors", "conversion"))

    def table(a, b):
        rows = {"a": level(dict(zip(way.drivers, a, strict=True))), "b": level(dict(zip(way.drivers, b, strict=True)))}
        total = rows["a"].total + rows["b"].total
        visitors = Decimal(a[0] + b[0])
        return rows, Level(total, {"visitors": visitors, "conversion": total / visitors}, {})

    (then, all_then), (now, all_now) = table((6000, "0.06"), (4000, "0.035")), table((5000, "0.065"), (10000, "0.036"))
    read = Read(way, {None: all_now}, {None: all_then})
    found = _gap(_Frame(4, [read], {"channel": Read(way, now, then)}), "last_year")
    (cut,) = found.cuts
    ratio = cut.total(MIX) / (cut.total(MIX) + cut.total(WITHIN))
    assert float(ratio) == pytest.approx(-0.0072 / -0.0043333, rel=1e-3)
    assert cut.total(WITHIN) > 0 > cut.total(MIX)


def segments(names):
    """Orders and revenue of each segment, nothing where there are no orders, and refunds."""
    row = st.tuples(st.integers(0, 60), cents, cents)
    return st.fixed_dictionaries(dict.fromkeys(names, row))


def laid(table):
    """The levels of the segments and of the whole."""

    def made(count, paid, back):
        money = paid if count else Decimal(0)
        drivers = {"orders": Decimal(count), "revenue_per_order": money / count if count else None}
        return Level(money - back, drivers, {"refund_amount": -back})

    rows = {name: made(*row) for name, row in table.items()}
    count = sum(row[0] for row in table.values())
    money = sum((row[1] for row in table.values() if row[0]), Decimal(0))
    return rows, made(count, money, sum((row[2] for row in table.values()), Decimal(0)))


@settings(max_examples=200, deadline=None)
@given(before=segments("abc"), after=segments("abd"), expected=cents)
def test_rows_columns_and_drivers_add_up_to_the_cent(before, after, expected):
    (then, all_then), (now, all_now) = laid(before), laid(after)
    frame = _Frame(2, [Read(NET, {None: all_now}, {None: all_then})], {"region": Read(NET, now, then)})
    for found in (_gap(frame, "last_year"), _against_plan(frame, expected, {})):
        if found.reason:
            assert found.reason == NO_SHAPE
            continue
        (way,), (cut,) = found.ways, found.cuts
        assert sum(driver.part for driver in way) == found.change
        assert all(sum(row.parts.values()) == row.change for row in cut.rows)
        assert sum(row.change for row in cut.rows) == found.change
        parts = parts_of(way)
        assert cut.total("orders") == parts["orders"]
        assert cut.total(MIX) + cut.total(WITHIN) == parts["revenue_per_order"]
        assert cut.total("refund_amount") == parts.get("refund_amount", 0)
        assert all(value == round(value, 2) for row in cut.rows for value in row.parts.values())


def test_a_plan_keeps_last_years_value_and_lets_the_volume_bring_the_rest():
    then, now = level({"orders": 10, "revenue_per_order": 20}), level({"orders": 12, "revenue_per_order": 21})
    frame = _Frame(2, [Read(WAYS["revenue"][0], {None: now}, {None: then})], {})
    (way,) = _against_plan(frame, Decimal(300), {}).ways
    assert [(one.name, one.before) for one in way] == [("orders", 15), ("revenue_per_order", 20)]
    (way,) = _against_plan(frame, Decimal(300), {"orders": Decimal(12)}).ways
    assert [(one.name, one.before, one.part) for one in way] == [("orders", 12, 0), ("revenue_per_order", 25, -48)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """July 2025: two orders of 100 in all; July 2026: three of 240, one of them of two categories, 30 given back."""
    kept = {"refund_amount": 0}
    return make_shop(
        tmp_path_factory.mktemp("why"),
        orders=[
            order("A0", "2025-05-01 09:00:00", 10, buyer="b0", region="N", **kept),
            order("A1", "2025-07-03 09:00:00", 40, buyer="b1", region="N", **kept),
            order("A2", "2025-07-10 09:00:00", 60, buyer="b2", region="S", **kept),
            order("B1", "2026-07-02 09:00:00", 40, buyer="b1", region="N", **kept),
            order("B2", "2026-07-03 09:00:00", 120, buyer="b3", region="S", **kept),
            order("B3", "2026-07-31 09:00:00", 80, region="S", **kept),
        ],
        order_lines=[
            line("A0", "1", "cup", 10), line("A1", "1", "cup", 40), line("A2", "1", "pot", 60), line("B1", "1", "cup", 40),
            line("B2", "1", "cup", 20), line("B2", "2", "pot", 100), line("B3", "1", "pot", 80),
        ],
        refunds=[refund("R1", "2026-07-20 10:00:00", 30, order_id="B2", sku="pot")],
        products=[{"sku": "cup", "title": "Cup", "category": "Cups"}, {"sku": "pot", "title": "Pot", "category": "Pots"}],
    )  # fmt: skip


def test_a_gap_worked_by_hand(shop):
    found = gaps(opened(shop, "2026-08-15"), "net_revenue", JULY)["last_year"]
    assert (found.before, found.after, found.change) == (100, 210, 110)
    orders, buyers, units = map(parts_of, found.ways)
    # L(240, 100) = 140 / ln 2.4 = 159.917…; orders ln(3/2), value ln(80/50)
    assert orders == {"orders": Decimal("64.84"), "revenue_per_order": Decimal("75.16"), "refund_amount": -30}
    assert buyers["unknown_buyers"] == 80
    assert sum(buyers.values()) == sum(units.values()) == 110
    assert list(units) == ["units", "price_per_unit", "refund_amount"], "shipping is nothing in both years"


def test_segments_are_cut_by_what_adds_up(shop):
    cuts = {cut.by: cut for cut in gaps(opened(shop, "2026-08-15"), "net_revenue", JULY)["last_year"].cuts}
    assert set(cuts) == {"category", "region"}
    assert cuts["region"].volume == "orders"
    assert cuts["category"].volume == "units", "an order of two categories counts in both"
    assert {row.segment: row.change for row in cuts["region"].rows} == {"N": 0, "S": 110}


def test_a_filter_cuts_only_by_the_other_dimensions(shop):
    found = gaps(opened(shop, "2026-08-15"), "revenue", JULY, {"region": "S"})["last_year"]
    assert found.change == 140
    assert [cut.by for cut in found.cuts] == ["category"]


def test_nothing_last_year_is_told_by_shapley_and_leaves_the_plan_without_a_shape(shop):
    may = Period(date(2026, 7, 1), date(2026, 7, 2))
    found = gaps(opened(shop, "2026-08-15"), "revenue", may, {"region": "S"}, Decimal(50))
    assert (found["last_year"].before, found["last_year"].change) == (0, 0)
    late = Period(date(2026, 7, 24), date(2026, 7, 31))
    found = gaps(opened(shop, "2026-08-15"), "revenue", late, expected=Decimal(50))
    assert parts_of(found["last_year"].ways[0]) == {"orders": 80, "revenue_per_order": 0}
    assert found["plan"].reason == NO_SHAPE


def test_without_last_year_there_is_a_reason_and_no_number(shop):
    spring = Period(date(2026, 4, 1), date(2026, 4, 30))
    found = gaps(opened(shop, "2026-08-15"), "revenue", spring)
    assert set(found) == {"last_year"}
    assert found["last_year"].change is None
    assert "the data begin on 1 May 2025" in found["last_year"].reason.en


def test_what_the_exports_do_not_tell_is_left_out_in_words(tmp_path):
    orders = [order(str(n), f"{year}-07-0{n} 10:00:00", 50) for year in (2025, 2026) for n in (1, 2, 3)]
    rows = [{**row, "order_id": f"{row['order_id']}-{row['paid_at'][:4]}"} for row in orders]
    data = opened(make_shop(tmp_path, orders=[order("0", "2025-06-01 10:00:00", 1), *rows]), "2026-07-20")
    found = gaps(data, "revenue", JULY)["last_year"]
    assert [way[0].name for way in found.ways] == ["orders"]
    assert found.cuts == ()
    assert {"this platform's export names no buyers", "the exports tell no region"} <= {why.en for why in found.silent}
    assert "refunds unknown" in gaps(data, "net_revenue", JULY)["last_year"].reason.en


def test_buyers_are_new_and_returning(shop):
    found = gaps(opened(shop, "2026-08-15"), "buyers", JULY, expected=Decimal(4))
    assert parts_of(found["last_year"].ways[0]) == {"new_buyers": -1, "returning_buyers": 1}
    assert sum(parts_of(found["plan"].ways[0]).values()) == found["plan"].change == -2


def test_nothing_after_the_day_is_looked_at(shop):
    early = gaps(opened(shop, "2026-07-10"), "revenue", JULY)["last_year"]
    assert (early.before, early.after) == (40, 160)


def test_what_a_metric_is_made_of():
    assert {"orders", "buyers", "refund_amount", "returning_buyers"} <= reach("net_revenue")
    assert not reach("cancelled_share") & reach("net_revenue")
