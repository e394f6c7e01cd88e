"""What the checks say of the tree: orphans, the unserved, contradictions, what is claimed twice, sums, too much for one."""

import pytest

from okrlib.okr.cascade import Cascade
from okrlib.okr.checks import check_cascade
from okrlib.okr.strategy import Strategy
from okrlib.periods import Quarter
from okrlib.stores import Store
from tests.okr.builders import kr, objective, sheet
from tests.okr.checks.catalogue import CATALOGUE

NAMES = {"home": {"en": "Tea House", "zh": "茶舍"}, "abroad": {"en": "Tea Abroad", "zh": "海外茶舍"}}
LONG = {"id": "L1", "title": "Be the first tea house of the young", "horizon": "long", "until": "2029-12-31"}
QUARTERS = {"id": "C1", "title": "Grow with trust", "horizon": "short", "quarter": "2026Q4", "parent": "L1"}
MONEY = {"id": "C1.1", "metric": "revenue", "baseline": 0, "target": 3_000_000}


def strategy(*objectives, **fields):
    given = {"currency": "CNY", "since": "2026-01-01", "objectives": list(objectives), **fields}
    return Strategy.model_validate(given)


def store(*key_results, parent="C1", name="home", **fields):
    return sheet(objective(*key_results, parent=parent, owner="Lin", **fields), store=name)


def check(plan, *sheets, whole=True, currencies=None):
    cascade = Cascade(plan, Quarter(2026, 4), {one.store: one for one in sheets}, whole=whole)
    money = {one.store: "CNY" for one in sheets} | (currencies or {})
    stores = {
        name: Store(store=name, title=NAMES[name], platform="own", currency=code, timezone="Asia/Shanghai")
        for name, code in money.items()
    }
    return check_cascade(cascade, CATALOGUE, stores)


def said(*given, **known):
    return [(finding.where, finding.says.en) for finding in check(*given, **known)]


COMPANY = strategy(LONG, {**QUARTERS, "key_results": [MONEY]})


def test_the_stores_together_reach_what_the_company_aims_at():
    sheets = (
        store(kr(metric="revenue", baseline=0, target=2_000_000)),
        store(kr(metric="revenue", baseline=0, target=1_000_000), name="abroad"),
    )
    (finding,) = check(COMPANY, *sheets)
    assert finding.level == "note"
    assert finding.says.en == "2,000,000 (Tea House) + 1,000,000 (Tea Abroad) = 3,000,000: consistent."
    assert finding.says.zh == "茶舍 2,000,000 + 海外茶舍 1,000,000 = 3,000,000，前后一致。"


def test_stores_that_fall_short_of_the_company_are_told_what_is_missing_and_what_each_would_have_to_be():
    units, price = kr("O1.1", metric="units", target=10_000), kr("O1.2", metric="price_per_unit", target=200)
    sheets = store(units, price), store(kr(metric="revenue", baseline=0, target=500_000), name="abroad")
    (finding,) = check(COMPANY, *sheets)
    assert (finding.level, finding.where) == ("warning", "strategy/C1")
    assert finding.says.en == (
        "2,000,000 (Tea House) + 500,000 (Tea Abroad) reaches 2,500,000 only: 500,000 of the 3,000,000 revenue are missing."
    )
    assert finding.remedy.en == "Make Tea House 2,500,000 or Tea Abroad 1,000,000, or lower the target to 2,500,000."
    assert (
        finding.says.zh == "茶舍 2,000,000 + 海外茶舍 500,000 只能做到 2,500,000，离营业额目标 3,000,000 还差 500,000。"
    )
    assert finding.remedy.zh == "茶舍做到 2,500,000，或海外茶舍做到 1,000,000；否则把营业额目标调整为 2,500,000。"


def test_a_store_that_says_nothing_of_it_is_named():
    sheets = store(kr(metric="revenue", baseline=0, target=2_000_000)), store(kr(metric="buyers"), name="abroad")
    (finding,) = check(COMPANY, *sheets)
    assert finding.says.en.endswith("are missing. Tea Abroad sets no target for Revenue.")


def test_other_currencies_count_at_the_planned_rate():
    plan = strategy(LONG, {**QUARTERS, "key_results": [MONEY]}, rates={"USD": "7.10"})
    sheets = (
        store(kr(metric="revenue", baseline=0, target=2_290_000)),
        store(kr(metric="revenue", baseline=0, target=100_000), name="abroad"),
    )
    (finding,) = check(plan, *sheets, currencies={"abroad": "USD"})
    assert finding.says.en.endswith("= 3,000,000: consistent. Planned at 1 USD = 7.1 CNY.")
    (without,) = check(COMPANY, *sheets, currencies={"abroad": "USD"})
    assert "Tea Abroad sets no target" in without.says.en


def test_one_stores_packet_is_silent_about_sums_it_cannot_know():
    assert check(COMPANY, store(kr(metric="revenue", baseline=0, target=5)), whole=False) == []
    own = strategy(LONG, {**QUARTERS, "stores": ["home"], "key_results": [MONEY]})
    (finding,) = check(own, store(kr(metric="revenue", baseline=0, target=5)), whole=False)
    assert "2,999,995 of the 3,000,000" in finding.says.en


def test_what_nobody_serves_and_what_serves_nothing():
    plan = strategy(LONG, {"id": "M1", "title": "Two markets", "horizon": "mid", "until": "2027-12-31"})
    assert said(plan, store(kr(), parent="L1")) == [
        ("strategy/M1/parent", "It is mid term (1–2 years) and serves no longer objective."),
        ("strategy/M1", "Nothing serves it this quarter."),
    ]


@pytest.mark.parametrize(
    ("horizon", "until", "says"),
    [
        ("long", "2030-12-31", []),
        ("long", "2027-12-31", ["It is long term (3–5 years), but lasts from 2026-01-01 to 2027-12-31."]),
        ("mid", None, ["It is mid term (1–2 years), but not said until when."]),
        ("mid", "2026-12-31", []),
        ("mid", "2028-01-01", ["It is mid term (1–2 years), but lasts from 2026-01-01 to 2028-01-01."]),
    ],
)
def test_a_horizon_lasts_as_long_as_it_says(horizon, until, says):
    objective = {"id": "X", "title": "Two markets", "horizon": horizon, "until": until, "parent": "L1"}
    findings = check(strategy({**LONG, "id": "L1"}, {k: v for k, v in objective.items() if v}), store(kr(), parent="X"))
    assert [one.says.en for one in findings if one.where == "strategy/X/until"] == says


def test_one_raises_what_another_lowers():
    up = objective(kr("O1.1", metric="revenue_per_buyer", baseline=200, target=250), id_="O1", parent="L1")
    down = objective(
        kr("O2.1", metric="revenue_per_buyer", kind="at_most", baseline=None, target=180), id_="O2", parent="L1"
    )
    ((where, says),) = said(strategy(LONG), sheet(up, down, store="home"))
    assert where == "home/O2.1"
    assert says == (
        "home/O1.1 wants Revenue per buyer at 250 or more, home/O2.1 wants it at 180 or less: one raises what the other lowers."
    )


def test_what_leaves_room_for_both_is_no_contradiction():
    up = kr("O1.1", metric="revenue_per_buyer", baseline=200, target=250)
    capped = kr("O1.2", metric="revenue_per_buyer", kind="at_most", baseline=None, target=260)
    part = kr("O1.3", metric="revenue_per_buyer", kind="at_most", baseline=None, target=90, where={"channel": "live"})
    assert said(strategy(LONG), store(up, capped, part, parent="L1")) == []


def test_a_store_that_lowers_what_the_company_raises():
    plan = strategy(LONG, {**QUARTERS, "key_results": [{**MONEY, "metric": "revenue_per_buyer", "target": 260}]})
    down = store(kr(metric="revenue_per_buyer", baseline=250, target=240))
    assert [where for where, _ in said(plan, down)] == ["home/O1.1"]


def test_a_task_that_is_expected_to_move_a_number_the_wrong_way():
    task = {"id": "T1", "key_result": "O1.1", "title": "Give away", "owner": "Lin"}
    task["expected_effect"] = {"metric": "revenue_per_buyer", "change": "-0.05"}
    up = objective(
        kr("O1.1", metric="buyers"), kr("O1.2", metric="revenue_per_buyer", baseline=200, target=250), parent="L1"
    ).model_dump(exclude_defaults=True)
    one = sheet(objective(id_="X")).model_validate(
        {"store": "home", "quarter": "2026Q4", "objectives": [{**up, "tasks": [task]}]}
    )
    ((where, says),) = said(strategy(LONG), one)
    assert (where, says) == (
        "home/T1", "The task is expected to move Revenue per buyer away from home/O1.2, which wants it at 250 or more."
    )  # fmt: skip


def test_two_of_the_companys_objectives_claim_the_same_number():
    again = {**QUARTERS, "id": "C2", "key_results": [{**MONEY, "id": "C2.1"}]}
    plan = strategy(LONG, {**QUARTERS, "key_results": [MONEY]}, again)
    sheets = [
        objective(kr(f"{up}1", metric="revenue", baseline=0, target=3_000_000), id_=up, parent=up[1:])
        for up in ("OC1", "OC2")
    ]
    assert ("strategy/C2.1", "It measures the same as C1.1.") in said(plan, sheet(*sheets, store="home"))


def test_somebody_who_answers_for_too_much():
    many = [
        objective(kr(f"O{n}.1", metric="revenue", where={"channel": str(n)}), id_=f"O{n}", parent="L1", owner="Wu")
        for n in range(4)
    ]
    assert said(strategy(LONG), sheet(*many[:3], store="home")) == []
    ((where, says),) = said(strategy(LONG), sheet(*many[:2], store="home"), sheet(*many[2:], store="abroad"))
    assert (where, says) == ("Wu", "Wu answers for 4 objectives and 4 key results this quarter.")
