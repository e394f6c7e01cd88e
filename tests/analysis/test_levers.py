"""Which levers findings point to, and what they give to start from."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.findings import Finding
from okrlib.analysis.levers import levers
from okrlib.analysis.metrics import CATALOGUE
from okrlib.periods import Period
from okrlib.text import Text
from tests.analysis.shops import opened

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


@pytest.fixture(scope="module")
def data(tea):
    return opened(tea, "2026-08-31")


def finding(kind, size, by="sku", segment="cup", metric="revenue"):
    return Finding(kind, metric, by, segment, Text("Cup", "茶杯"), JULY, Decimal(1), None, Decimal(size), 0.1, 0.0)


def test_each_finding_points_to_its_levers_and_money_orders_them(data):
    told = [
        finding("grew", 900, "channel", "web"), finding("stock_out", -500), finding("new", 400),
        finding("refunds", -100, metric="refund_rate"),
    ]  # fmt: skip
    found = levers(data, told, JULY)
    assert [(one.id, [f.kind for f in one.findings]) for one in found] == [
        ("marketing", ["grew"]), ("process", ["stock_out", "refunds"]), ("innovation", ["new"]), ("service", ["refunds"]),
    ]  # fmt: skip
    assert [(start.metric, start.where) for start in found[1].starts] == [
        ("revenue", {"sku": "cup"}), ("refund_rate", {"sku": "cup"}),
    ]  # fmt: skip
    assert found[1].starts[0].baseline == 100  # the cup of April
    assert (found[0].starts[0].about.zh, found[0].starts[0].baseline) == ("茶杯", 100)
    assert all(start.metric in CATALOGUE for one in found for start in one.starts)
    assert all(one.tasks and one.objective.zh for one in found)


def test_without_findings_the_lever_is_to_look_closer(data):
    (one,) = levers(data, [], JULY)
    assert (one.id, one.findings) == ("data", ())
    assert "Nothing in the data explains" in one.why.en


def test_a_store_that_shrinks_needs_ideas_and_one_that_grows_no_lever(data):
    assert {one.id for one in levers(data, [finding("total", -900, "", None)], JULY)} == {"innovation", "data"}
    assert {one.id for one in levers(data, [finding("total", 900, "", None)], JULY)} == {"data"}


def test_tasks_that_wait_are_a_reason_of_their_own(data):
    found = {one.id: one for one in levers(data, [finding("new", 400)], JULY, waiting=3)}
    assert set(found) == {"innovation", "together"}
    assert found["together"].why.en == "Tasks that wait on another department: 3"
