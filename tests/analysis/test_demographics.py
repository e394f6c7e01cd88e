"""Buyers by age, gender and region, worked by hand; groups that could point to a person are told together."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.demographics import LEAST, profiles
from okrlib.periods import Period
from tests.analysis.shops import line, make_shop, opened, order

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


def people(prefix, n, **traits):
    return [{"buyer": f"{prefix}{i}", "source_order": f"{prefix}{i}"} | traits for i in range(n)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """12 women of 25-34 who each paid 100, the first of them twice; 11 men of 35-44 at 50; 3 of 55+ at 10; 4 unknown at 1."""
    groups = [("w", 12, 100), ("m", 11, 50), ("o", 3, 10), ("u", 4, 1)]
    orders = [
        order(f"{g}{i}", f"2026-07-{i + 1:02} 10:00:00", paid, buyer=f"{g}{i}")
        for g, n, paid in groups
        for i in range(n)
    ]
    orders += [
        order("again", "2026-07-31 10:00:00", 100, buyer="w0"),
        order("before", "2026-05-01 10:00:00", 5, buyer="w1"),
    ]
    buyers = [
        *people("w", 12, age_group="25-34", gender="female", home_region="浙江省"),
        *people("m", 11, age_group="35-44", gender="male", home_region="浙江省"),
        *people("o", 3, age_group="55+", gender="male"),
        *people("u", 2, age_group=" "),
    ]
    lines = [line(row["order_id"], "1", "cup", row["paid_amount"]) for row in orders]
    return opened(
        make_shop(tmp_path_factory.mktemp("people"), orders=orders, order_lines=lines, buyers=buyers), "2026-07-31"
    )


def test_groups_with_what_they_bring(data):
    found, reason = profiles(data, JULY)
    assert (reason, [one.trait for one in found]) == (None, ["age_group", "gender", "home_region"])
    age, gender, region = found
    young, middle, few = age.groups
    assert (young.name, young.buyers, young.orders, young.revenue, young.returning) == ("25-34", 12, 13, 1300, 1)
    assert (young.share, young.per_buyer) == (Decimal(1300) / 1880, Decimal(1300) / 12)
    assert (middle.name, middle.buyers, middle.revenue) == ("35-44", 11, 550)
    assert age.told == Decimal(26) / 30
    assert age.best is young
    assert [(one.name, one.buyers) for one in gender.groups] == [("female", 12), ("male", 14)]
    assert [(one.name, one.buyers) for one in region.groups] == [("浙江省", 23)]
    assert (few.name, few.buyers, few.revenue) == (None, 3, 30), "three people are no group of their own"


def test_the_groups_sum_to_the_buyers_whose_trait_is_known(data):
    for one in profiles(data, JULY)[0]:
        assert sum(group.buyers for group in one.groups) == one.told * 30
        assert sum(group.share for group in one.groups) == 1
        assert all(group.buyers >= LEAST or group.name is None for group in one.groups)


def test_a_preference_is_beyond_chance(tmp_path):
    orders, lines, buyers = [], [], []
    for number in range(400):
        young, key = number % 2 == 0, f"{number:03}"
        orders.append(order(key, f"2026-07-{number % 28 + 1:02} 10:00:00", 10, buyer=key))
        buyers.append({"buyer": key, "source_order": key, "gender": "female" if young else "male"})
        lines.append(
            line(key, "1", "flask" if (young and number % 8 < 6) or number % 16 == 1 else "cup", 10, title="Flask")
        )
    data = opened(make_shop(tmp_path, orders=orders, order_lines=lines, buyers=buyers), "2026-07-31")
    (gender,), _ = profiles(data, Period(date(2026, 7, 1), date(2026, 7, 28)))
    likes = {one.name: one.prefers for one in gender.groups}
    assert likes["female"][1] == pytest.approx(150 / (175 / 2))  # 150 of the 175 flasks, half the orders
    assert likes["male"][1] == pytest.approx(175 / (225 / 2))


def test_without_the_table_it_is_said(teahouse, tmp_path):
    found, reason = profiles(opened(teahouse, "2026-08-31"), JULY)
    assert (found, "template buyers" in reason.en) == ([], True)
    nobody = make_shop(tmp_path, orders=[order("1", "2026-07-01 10:00:00", 10)])
    assert profiles(opened(nobody, "2026-07-31"), JULY)[1].en == "this platform's export names no buyers"
