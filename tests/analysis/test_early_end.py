"""What is said where one export, or all of them, end before the day that is asked about: a reason, never a zero."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrlib.analysis.economics import economics
from okrlib.analysis.facts import fact, facts
from okrlib.analysis.market import market_places
from okrlib.analysis.shifts import overstock, shifts
from okrlib.book import open_book
from okrlib.periods import Period
from okrlib.policies import RuleBook
from okrlib.show import operations
from tests.analysis.shops import make_shop, opened, order, parcel_rows
from tests.show.conftest import words

LAST = date(2026, 11, 22)
NOW = Period(LAST - timedelta(days=27), LAST)  # four weeks
LONG = [LAST - timedelta(days=n) for n in reversed(range(511))]  # 73 weeks
SHORT = LONG[-60:]


def orders_of(days):
    return [order(f"{day:%y%m%d}", f"{day} 10:00:00", 10, refund_amount=0) for day in days]


@pytest.mark.parametrize(("untold", "value"), [(1, 0.025), (10, None)])
def test_days_without_visits_told_are_no_days_without_visitors(tmp_path, untold, value):
    """An order a day; of 20 visitors a day until four weeks ago, of 40 since: conversion has halved, and not risen."""
    traffic = [
        {"day": day, "channel": "all", "visitors": 40 if day in NOW else 20, "source_order": f"{day}"}
        for day in LONG[: len(LONG) - untold]
    ]
    data = opened(make_shop(tmp_path, orders=orders_of(LONG), traffic=traffic), LAST)
    found = [one.value for one in shifts(data, NOW) if one.metric == "order_conversion"]
    assert found == ([] if value is None else [pytest.approx(value)])
    days = facts(data, Period(LONG[-400], LAST), ["order_conversion"], by="day")
    told = [row for row in days if row.reason is None]
    assert len(days) - len(told) == untold
    assert {row.denominator for row in told} == {20, 40}
    if untold == 10:
        *_, week = facts(data, NOW, ["orders"], by="week")
        assert week.value == 7, "what needs no visits is told"
        assert days[-1].reason.en == "the traffic export tells only 0 of 1 days"


def stocked_shop(home, ends):
    """A cup sold and counted every day, a tray that never sells; parcels and settlements; all but the orders end so many days early."""
    told = SHORT[: len(SHORT) - ends]
    return make_shop(
        home,
        orders=orders_of(SHORT),
        order_lines=[
            {"order_id": f"{day:%y%m%d}", "line_id": "1", "sku": "cup", "kind": "product", "quantity": 1, "line_amount": 10}
            for day in SHORT
        ],
        products=[{"sku": "cup", "title": "Cup", "unit_cost": 4}, {"sku": "tray", "title": "Tray", "unit_cost": 5}],
        stock=[
            {"day": day, "sku": sku, "on_hand": 40, "source_order": f"{day}{sku}"}
            for day in told for sku in ("cup", "tray")
        ],
        settlements=[
            {"entry_id": f"E{day:%y%m%d}", "order_id": f"{day:%y%m%d}", "settled_at": day, "sale_amount": 10, "fee_amount": 1}
            for day in told
        ],
        shipments=parcel_rows(told, lambda n, day: False),
    )  # fmt: skip


def test_an_export_that_never_pauses_has_ended_after_nine_days_even_where_others_may_pause_a_month(tmp_path):
    data = opened(stocked_shop(tmp_path, 12), LAST)
    reasons = {row.metric: row.reason.en for row in facts(data, NOW, ["platform_fees", "fee_share", "closing_units"])}
    assert reasons == {
        "platform_fees": "the settlement data end on 10 Nov 2026",
        "fee_share": "the settlement data end on 10 Nov 2026",
        "closing_units": "the stock data end on 10 Nov 2026",
    }
    assert overstock(data, NOW) is None, "nobody knows what lies there now"
    whole = opened(stocked_shop(tmp_path / "whole", 0), LAST)
    assert fact(whole, NOW, "platform_fees").value == 28
    assert overstock(whole, NOW).worst == "Tray"


def test_the_pages_give_the_reason_that_the_figures_give(tmp_path):
    home = stocked_shop(tmp_path, 20)
    found = economics(opened(home, LAST), NOW, RuleBook(platform="custom", rules=()))
    assert {step.name: step.reason.en for step in found.store.missing if step.name in {"fees", "shipping"}} == {
        "shipping": "the parcel cost data end on 2 Nov 2026"
    }, "eight of 28 settlements are enough to tell the rate of fees, eight of 28 parcels are not"
    english, chinese = (
        words(operations.inventory(open_book("shop", "2026Q4", LAST, locale, home=home.home)))
        for locale in ("en", "zh")
    )
    why = "On 2 Nov 2026 80 units lay in stock; how often they turn cannot be told: the stock data end on 2 Nov 2026."
    assert why in english
    assert "2026年11月2日 库存 80 件；周转情况暂无法计算：库存数据截至 2026年11月2日。" in chinese
    assert "no costs" not in english


def test_a_parcel_due_after_its_export_ended_is_not_late(tmp_path):
    sent = parcel_rows(SHORT[:-5], lambda n, day: False)
    for row, day in zip(sent, SHORT[:-5], strict=True):
        row["deliver_by"], row["delivered_at"] = f"{day + timedelta(days=5)}", f"{day + timedelta(days=2)} 09:00:00"
    for row in sent[-2:]:  # as it was exported on the day of the last of them
        row["delivered_at"] = None
    data = opened(make_shop(tmp_path, orders=orders_of(SHORT), shipments=sent), LAST)
    assert fact(data, NOW, "on_time_delivery").value == 1


def test_both_sides_of_a_share_of_the_market_end_with_its_table(tmp_path):
    """Ours is a tenth of the market; last year's November, of which only that year's table tells, was half of it."""
    years = [LONG[0] + timedelta(days=n) for n in range(511)]
    kept = [day for day in years if day <= date(2026, 10, 31)]
    market = [
        {"day": day, "category": "Cups", "source_order": f"{day}",
         "market_amount": 20 if (day.year, day.month) == (2025, 11) else 100} for day in kept
    ]  # fmt: skip
    lines = [
        {"order_id": f"{day:%y%m%d}", "line_id": "1", "sku": "cup", "kind": "product", "quantity": 1, "line_amount": 10}
        for day in LONG
    ]
    home = make_shop(
        tmp_path,
        orders=orders_of(LONG),
        order_lines=lines,
        market=market,
        products=[{"sku": "cup", "category": "Cups"}],
    )
    (place,) = market_places(opened(home, LAST), Period(date(2026, 10, 1), LAST))
    assert (place.now.share, place.days.end) == (Decimal("0.1"), date(2026, 10, 31))
    assert abs(place.last_year.share - place.now.share) < Decimal("0.01"), "one November day by the weekdays"
