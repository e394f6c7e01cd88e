"""Against competitors, by hand: the same articles, thirty days before the first look and before the last."""

from decimal import Decimal

import pytest

from okrlib.analysis.gains import gains
from okrlib.periods import Period, Quarter
from tests.analysis.shops import line, make_shop, opened, order

Q3 = Quarter(2026, 3).period


def look(day, item="cup", competitor="Kiln", **more):
    return {"day": day, "competitor": competitor, "item": item, "our_sku": "C"} | more


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Ten cups a day from 10 June, twelve from August on, and two looks at Kiln's cup and bowl."""
    days = [f"2026-06-{n:02}" for n in range(10, 31)] + [f"2026-07-{n:02}" for n in range(1, 32)]
    later = [f"2026-08-{n:02}" for n in range(1, 32)]
    orders = [order(day, f"{day} 10:00:00", 100) for day in (*days, *later)]
    lines = [line(day, "1", "C", 100, quantity=10 if day < "2026-08" else 12) for day in (*days, *later)]
    looks = [
        look("2026-07-10", price=50, units=600, review_count=100), look("2026-08-01", price=49, units=1, review_count=110),
        look("2026-08-31", price=45, units=630, review_count=130),
        look("2026-07-10", "bowl", price=50, units=90, our_sku=None), look("2026-08-31", "bowl", price=55, units=9, our_sku=None),
        look("2026-08-31", "lid", price=5), look("2026-07-10", competitor="Oven", price=5), look("2026-08-20", competitor="Oven"),
    ]  # fmt: skip
    return make_shop(tmp_path_factory.mktemp("gains"), orders=orders, order_lines=lines, competitors=looks)


def test_units_of_the_same_articles_are_compared(shop):
    kiln = {one.name: one for one in gains(opened(shop, "2026-09-30"), Q3)}["Kiln"]
    assert (kiln.items, kiln.matched) == (2, 1), (
        "the lid was looked at once; no article of ours stands against the bowl"
    )
    assert kiln.theirs == (600, 630)
    assert kiln.ours == (300, 360), "11 June to 10 July at ten a day, 2 to 31 August at twelve"
    assert kiln.gained == Decimal("0.15"), "twenty per cent against five"
    assert kiln.price == 0, "from 50 and 50 to 45 and 55"
    assert kiln.reviews == 30


def test_what_is_not_told_is_not_known(shop):
    oven = {one.name: one for one in gains(opened(shop, "2026-09-30"), Q3)}["Oven"]
    assert (oven.theirs, oven.gained, oven.price, oven.reviews) == (None, None, None, None)


def test_nothing_later_is_looked_at(shop):
    early = {one.name: one for one in gains(opened(shop, "2026-08-10"), Q3)}
    assert list(early) == ["Kiln"]
    assert early["Kiln"].theirs == (600, 1)
    assert gains(opened(shop, "2026-07-20"), Q3) == []
    assert gains(opened(shop, "2026-09-30"), Period(Q3.start, Q3.start)) == []
