from decimal import Decimal
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrlib.analysis.decompose import (
    Funnel,
    Segment,
    drivers_needed,
    logarithmic_mean,
    product_change,
    ratio_change,
    settle,
    structure_change,
)
from okrlib.errors import DataError

BEFORE = {"visitors": 10000, "conversion": Decimal("0.05"), "value": 350}
AFTER = {"visitors": 15000, "conversion": Decimal("0.08"), "value": 330}


def cents(*values):
    return [Decimal(value) for value in values]


def test_product_by_lmdi():
    parts = product_change(BEFORE, AFTER, 2)
    assert list(parts.values()) == cents("109728.99", "127194.72", "-15923.71")
    assert sum(parts.values()) == 221000


def test_product_by_shapley():
    assert list(product_change(BEFORE, AFTER, 2, shapley=True).values()) == cents("110250", "127250", "-16500")


def test_a_zero_driver_is_split_by_shapley():
    parts = product_change({"a": 0, "b": 4}, {"a": 10, "b": 6}, 2)
    assert list(parts.values()) == cents("50", "10")  # 10·(4+6)/2 and (0+10)/2·2


def test_a_negative_driver_is_split_by_shapley():
    assert sum(product_change({"a": 3, "margin": -2}, {"a": 5, "margin": 4}).values()) == 26


def test_no_change_is_no_parts():
    assert set(product_change(BEFORE, BEFORE).values()) == {Decimal(0)}


def test_drivers_must_be_the_same():
    with pytest.raises(DataError, match="same names"):
        product_change({"a": 1}, {"b": 1})


def test_logarithmic_mean():
    assert logarithmic_mean(7, 7) == 7
    assert isclose(logarithmic_mean(2, 1), 1.4426950408889634)
    assert isclose(logarithmic_mean(1, 1 + 1e-9), 1 + 5e-10)


def test_ratio_into_mix_and_within():
    before = {"old": Segment(6000, Decimal("0.06")), "new": Segment(4000, Decimal("0.035"))}
    after = {"old": Segment(5000, Decimal("0.065")), "new": Segment(10000, Decimal("0.036"))}
    change = ratio_change(before, after, 7)
    assert (change.total_mix, change.total_within) == (Decimal("-0.0072000"), Decimal("0.0028667"))
    assert change.total_mix + change.total_within == Decimal("-0.0043333")


def test_a_new_segment_is_all_mix():
    change = ratio_change({"a": Segment(100, 0.1)}, {"a": Segment(100, 0.1), "b": Segment(100, 0.3)})
    assert change.total_within == 0
    assert isclose(change.total_mix, 0.1)


def test_a_ratio_needs_weight():
    with pytest.raises(DataError, match="positive sum"):
        ratio_change({"a": Segment(0, 0.1)}, {"a": Segment(1, 0.1)})


def test_structure_by_lmdi():
    before = {"a": Funnel(6000, 0.06, 200), "b": Funnel(4000, 0.035, 150)}
    after = {"a": Funnel(5000, 0.065, 205), "b": Funnel(10000, 0.036, 140)}
    parts = structure_change(before, after)
    expected = {"traffic": 41706.04, "mix": -23565.99, "conversion": 6491.21, "value": -606.27}
    assert {name: float(round(part, 2)) for name, part in parts.items()} == expected
    assert sum(parts.values()) == 24025
    assert sum(structure_change(before, after, 2).values()) == 24025


def test_a_structure_needs_positive_numbers():
    with pytest.raises(DataError, match="join empty ones"):
        structure_change({"a": Funnel(0, 0.1, 1)}, {"a": Funnel(1, 0.1, 1)})


def test_what_each_driver_must_do_alone():
    expected = {"units": 8000, "price": 250}  # would bring 2,000,000 of the 3,000,000 missing
    needs = drivers_needed(expected, 3_000_000, {"units": 12_500, "price": 300})
    assert (needs["units"].needed, needs["units"].within_reach) == (12_000, True)
    assert (needs["price"].needed, needs["price"].within_reach) == (375, False)
    assert drivers_needed(expected, 1, {})["units"].within_reach is None


def test_needs_come_from_positive_drivers():
    with pytest.raises(DataError, match="units 0"):
        drivers_needed({"units": 0}, 1, {})


positive = st.decimals(min_value="0.001", max_value=100000, places=3)
number = st.decimals(min_value=-1000, max_value=1000, places=2)


@settings(max_examples=100)
@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=5))
def test_parts_of_a_product_sum_to_the_cent(pairs):
    before, after = ({i: pair[side] for i, pair in enumerate(pairs)} for side in (0, 1))
    product = [Decimal(1), Decimal(1)]
    for pair in pairs:
        product = [total * factor for total, factor in zip(product, pair, strict=True)]
    parts = product_change(before, after, 2)
    assert sum(parts.values()) == (product[1] - product[0]).quantize(Decimal("0.01"))


@settings(max_examples=100)
@given(st.lists(st.tuples(number, number), min_size=2, max_size=4))
def test_shapley_is_exact_and_turns_round(pairs):
    there = product_change(
        {i: a for i, (a, _) in enumerate(pairs)}, {i: b for i, (_, b) in enumerate(pairs)}, shapley=True
    )
    back = product_change(
        {i: b for i, (_, b) in enumerate(pairs)}, {i: a for i, (a, _) in enumerate(pairs)}, shapley=True
    )
    size = max(abs(part) for part in there.values())
    assert all(abs(there[i] + back[i]) <= size * Decimal("1e-9") for i in there)


@given(st.dictionaries(st.integers(), number, min_size=1, max_size=6), st.integers(0, 3))
def test_rounded_parts_stay_within_one_unit(parts, digits):
    total = sum(parts.values())
    settled = settle(parts, total, digits)
    unit = Decimal(1).scaleb(-digits)
    assert sum(settled.values()) == total.quantize(unit)
    assert all(abs(settled[name] - parts[name]) <= unit for name in parts)


def test_no_parts_settle_to_none():
    assert settle({}, 0, 2) == {}
