from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.okr.checks.identities import implied, needed
from tests.okr.builders import d, kr, objective, sheet
from tests.okr.checks.catalogue import found

OBJECTIVE = "Become the tea shop of the season"


def target(id_, metric, goal, **fields):
    return kr(id_, metric=metric, target=goal, baseline=1, **fields)


def said(*key_results, title=OBJECTIVE, **fields):
    one = sheet(objective(*key_results, title=title, **fields))
    return [finding for finding in found(one) if "arithmetic" in finding.why.en]


def test_the_worked_example_is_consistent():
    (finding,) = said(
        target("a", "revenue", 3_000_000), target("b", "units", 10_000), target("c", "price_per_unit", 300)
    )
    assert finding.level == "note"
    assert finding.says.en == "10,000 (units sold) × 300 (price per unit) = 3,000,000: consistent."
    assert finding.says.zh == "销量 10,000 × 件单价 300 = 3,000,000，前后一致。"


WORKED = (
    "10,000 (units sold) × 250 (price per unit) reaches 2,500,000 only: 500,000 of the 3,000,000 revenue are missing.",
    "Make units sold 12,000 or price per unit 300, or lower the target to 2,500,000.",
    "销量 10,000 × 件单价 250 只能做到 2,500,000，离营业额目标 3,000,000 还差 500,000。",
    "销量做到 12,000，或件单价做到 300；否则把营业额目标调整为 2,500,000。",
)


def test_the_worked_example_with_250_says_what_is_missing_and_what_each_driver_would_have_to_be():
    (finding,) = said(
        target("a", "revenue", 3_000_000), target("b", "units", 10_000), target("c", "price_per_unit", 250)
    )
    assert finding.level == "warning"
    assert (finding.says.en, finding.remedy.en, finding.says.zh, finding.remedy.zh) == WORKED


@pytest.mark.parametrize("title", ["3,000,000 this quarter", "本季度营业额做到300万", "Reach 3 million in 2026Q4"])
def test_the_amount_may_stand_in_the_objective_itself(title):
    findings = said(target("b", "units", 10_000), target("c", "price_per_unit", 250), title=title)
    assert [finding.says.en for finding in findings] == [WORKED[0]]


def test_numbers_in_a_title_that_are_no_money_are_left_alone():
    drivers = target("b", "units", 10_000), target("c", "price_per_unit", 250)
    for title in ("成为10万会员喜爱的茶具店", "2026年双11最受欢迎的茶具店", "The shop 5000 customers come back to"):
        assert said(*drivers, title=title) == []


def test_measures_of_ones_own_take_part_by_their_name_in_either_language():
    price = kr(
        "c", metric=None, baseline=1, target=250, measure={"name": "件单价", "definition": "每件成交价", "unit": "元"}
    )
    (finding,) = said(target("a", "revenue", 3_000_000), target("b", "units", 10_000), price)
    assert "500,000" in finding.says.zh


def test_three_drivers_and_percentages():
    drivers = (
        target("a", "revenue", 3_000_000),
        target("b", "visitors", 400_000),
        target("c", "conversion", "0.025"),
        target("d", "revenue_per_buyer", 250),
    )
    (finding,) = said(*drivers)
    assert finding.says.en.startswith(
        "400,000 (visitors) × 2.5% (conversion) × 250 (revenue per buyer) reaches 2,500,000"
    )
    assert "visitors 480,000 or conversion 3% or revenue per buyer 300" in finding.remedy.en


def test_a_conversion_typed_in_percent_counts_as_one_hundredth():
    typed = {"name": "conversion", "definition": "buyers ÷ visitors", "unit": "%"}
    own = kr("c", metric=None, baseline=1, target="2.5", measure=typed)
    drivers = target("a", "revenue", 3_000_000), target("b", "visitors", 480_000), target("d", "revenue_per_buyer", 250)
    (finding,) = said(*drivers, own)
    assert finding.level == "note"


def test_net_is_paid_less_refunds():
    refunds = kr("c", metric="refund_amount", baseline=900_000, target=700_000)
    (finding,) = said(target("a", "net_revenue", 5_000_000), target("b", "revenue", 5_500_000), refunds)
    assert finding.says.en.endswith("reaches 4,800,000 only: 200,000 of the 5,000,000 net revenue are missing.")
    assert finding.remedy.en == "Make revenue 5,700,000 or refunds 500,000, or lower the target to 4,800,000."


def test_parts_sum_to_the_whole():
    (finding,) = said(target("a", "buyers", 1000), target("b", "new_buyers", 600), target("c", "returning_buyers", 300))
    assert finding.remedy.en == "Make new buyers 700 or returning buyers 400, or lower the target to 900."


def test_drivers_that_reach_more_than_the_whole_are_noted():
    (finding,) = said(
        target("a", "revenue", 3_000_000), target("b", "units", 10_000), target("c", "price_per_unit", 350)
    )
    assert finding.level == "note"
    assert "500,000 more than the 3,000,000 revenue" in finding.says.en


def test_children_are_held_against_their_parent():
    parent = objective(target("a", "revenue", 3_000_000), id_="O", title=OBJECTIVE)
    first = objective(target("b", "units", 10_000), id_="O1", title=OBJECTIVE, parent="O")
    second = objective(target("c", "price_per_unit", 250), id_="O2", title=OBJECTIVE, parent="O")
    findings = [finding for finding in found(sheet(parent, first, second)) if "arithmetic" in finding.why.en]
    assert [(finding.where, finding.says.en) for finding in findings] == [("O", WORKED[0])]


def test_a_filtered_key_result_is_no_term_of_the_whole_store():
    part = target("b", "units", 10_000, where={"channel": "search"})
    assert said(target("a", "revenue", 3_000_000), part, target("c", "price_per_unit", 250)) == []


def test_channels_must_not_promise_more_than_the_store():
    parts = [target(name, "revenue", goal, where={"channel": name}) for name, goal in (("search", 700), ("live", 500))]
    (finding,) = said(target("a", "revenue", 1000), *parts)
    assert (finding.level, finding.where) == ("warning", "a")
    assert finding.says.en == "700 (search) + 500 (live) makes 1,200, 200 more than the 1,000 revenue aimed at."


def test_channels_that_leave_a_rest_name_it():
    parts = [target(name, "revenue", goal, where={"channel": name}) for name, goal in (("search", 500), ("live", 300))]
    (finding,) = said(target("a", "revenue", 1000), *parts)
    assert finding.level == "note"
    assert "200" in finding.remedy.en


def test_rounded_drivers_are_no_contradiction():
    drivers = target("b", "units", 9_990), target("c", "price_per_unit", 300)
    assert [finding.level for finding in said(target("a", "revenue", 3_000_000), *drivers)] == ["note"]


values = st.lists(st.decimals(1, 10_000, places=2), min_size=2, max_size=4)


@given(values, st.sampled_from(["product", "sum", "difference"]), st.decimals(1, 10**6, places=2))
def test_what_a_driver_would_have_to_be_makes_the_whole(parts, op, whole):
    for position in range(len(parts)):
        mended = [needed(op, parts, position, whole) if at == position else part for at, part in enumerate(parts)]
        assert abs(implied(op, mended) - whole) < Decimal("1e-9") * whole


def test_nothing_times_anything_cannot_be_mended_by_the_other():
    assert needed("product", [d(0), d(5)], 1, d(10)) is None
