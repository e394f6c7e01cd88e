"""What the days left must bring: one factor for every driver, beside its best, with the tasks that move it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.daily import history
from okrlib.analysis.forward import concerns, forwards
from okrlib.book import open_book
from okrlib.okr import Sheet, Task


@pytest.fixture(scope="module")
def book(demo):
    return open_book("demo_shopify", "2026Q4", "2026-11-22", home=demo.home)


@pytest.fixture(scope="module")
def ahead(book):
    return {one.key_result: one for one in book.forwards}


def test_every_driver_needs_the_same_step_for_what_is_missing(book, ahead):
    products = [one for one in ahead.values() if one.missing is not None]
    assert products
    for one in products:
        state = book.scorecard.key_result(one.key_result)
        assert one.missing == state.key_result.target - state.value
        assert (one.rest.start, one.rest.end) == (date(2026, 11, 23), date(2026, 12, 31))
        for way in one.ways:
            for lever in way:
                assert float(lever.need.needed / lever.need.expected) == pytest.approx(float(one.factor))


def test_the_drivers_multiply_to_what_the_rest_should_bring(ahead):
    one = ahead["O2.1"]
    orders, value = one.ways[0]
    assert [orders.name, value.name] == ["orders", "revenue_per_order"]
    assert float(orders.need.expected * value.need.expected) == pytest.approx(float(one.expected))
    assert float(orders.need.needed * value.need.expected) == pytest.approx(float(one.missing))


def test_the_best_is_that_of_as_many_days_in_two_years(book, ahead):
    (orders, value), *_ = ahead["O2.1"].ways
    days = history(book.data, {"orders", "revenue"}, {"region": "DE"}).iloc[-728:]
    spans = [days.iloc[n : n + 39].sum() for n in range(len(days) - 38)]
    assert orders.need.best == max(span["orders"] for span in spans)
    assert float(value.need.best) == pytest.approx(max(span["revenue"] / span["orders"] for span in spans))


def test_open_tasks_stand_where_they_move_something(book):
    card = book.scorecard

    def looked_ahead(**more):
        task = Task.model_validate({"id": "T9", "key_result": "O1.1", "title": "x"} | more)
        return {one.key_result: one for one in forwards(book.data, card, [task])}

    orders = {"expected_effect": {"metric": "orders", "change": "0.02"}}
    found = looked_ahead(**orders)
    for key in ("O1.1", "O2.1"):
        assert [task.id for task in found[key].ways[0][0].tasks] == ["T9"], "the whole store's task moves its parts too"
        assert found[key].tasks == found[key].ways[0][1].tasks == ()
    assert looked_ahead(**orders, status="done")["O1.1"].ways[0][0].tasks == ()
    whole = looked_ahead(expected_effect={"metric": "net_revenue", "change": "0.02"})
    assert [task.id for task in whole["O1.1"].tasks] == ["T9"]
    german = looked_ahead(key_result="O2.1", **orders)
    assert german["O1.1"].ways[0][0].tasks == ()
    assert len(german["O2.1"].ways[0][0].tasks) == 1


def test_a_task_concerns_its_own_part_of_the_store(book):
    sheet: Sheet = book.scorecard.sheet
    german, whole, launch = (next(kr for kr in sheet.key_results if kr.id == key) for key in ("O2.1", "O1.1", "O3.1"))
    task = Task(id="T9", key_result="O2.1", title="x")
    assert concerns(sheet, task, german)
    assert not concerns(sheet, task, whole)
    assert not concerns(sheet, task, launch)


def test_a_quarter_that_is_over_has_no_days_left(demo):
    assert open_book("demo_shopify", "2026Q3", "2026-11-22", home=demo.home).forwards == ()


def test_what_is_reached_needs_nothing(book):
    states = tuple(
        replace(state, reading=replace(state.reading, value=Decimal(10**6))) for state in book.scorecard.key_results
    )
    objectives = tuple(replace(one, key_results=states) for one in book.scorecard.objectives[-1:])
    left = forwards(book.data, replace(book.scorecard, objectives=objectives), ())
    assert all(one.missing is None for one in left), "a ratio is not reached before its last day"


def ratio_ahead(ahead, key):
    ((lever,),) = ahead[key].ways
    assert ahead[key].missing is None
    return lever.need, ahead[key].expected


def test_a_ratio_needs_of_the_days_left_what_ends_the_quarter_on_its_target(book, ahead):
    state = book.scorecard.key_result("O1.3")
    need, ahead_below = ratio_ahead(ahead, "O1.3")
    top, bottom = state.reading.numerator, state.reading.denominator
    assert float((top + need.needed * ahead_below) / (bottom + ahead_below)) == pytest.approx(
        float(state.key_result.target)
    )
    middle = (top + need.expected * ahead_below) / (bottom + ahead_below)
    assert need.comes == (middle <= state.key_result.target)
    assert not need.rising
    assert need.within_reach == (need.needed >= need.best)


def test_the_best_of_a_falling_ratio_is_its_least(book, ahead):
    need, _ = ratio_ahead(ahead, "O1.3")
    days = history(book.data, {"refund_amount", "revenue"}).iloc[-728:].rolling(39).sum().dropna()
    assert float(need.best) == pytest.approx((days["refund_amount"] / days["revenue"]).min())
