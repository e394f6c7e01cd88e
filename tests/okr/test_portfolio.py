"""Stores side by side: who stands worst, and roll-ups that are never silently equal."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import SheetError
from okrlib.okr import Outlook, scorecard
from okrlib.okr.portfolio import company_progress, progress_of, ranked, rolled_up, score_of
from okrlib.okr.strategy import Strategy
from tests.okr.builders import at, kr, locked, objective, reading, sheet


def card(values, chances=None, weights=(None, None)):
    """Two objectives of one key result each, from 0 to 100."""
    first, second = weights
    draft = sheet(
        objective(kr("O1.1", baseline=0, target=100), weight=first),
        objective(kr("O2.1", metric="orders", baseline=0, target=100), id_="O2", weight=second),
    )
    active, journal = locked(draft, on=at(11, 14))
    readings = {name: reading(value) for name, value in zip(("O1.1", "O2.1"), values, strict=True)}
    outlooks = {name: Outlook(chance) for name, chance in (chances or {}).items()}
    return scorecard(active, journal, readings, outlooks, date(2026, 11, 15))


def test_the_worst_comes_first_and_what_is_not_known_is_not_ranked():
    cards = {
        "tea": card((50, 60), {"O1.1": 0.1, "O2.1": 0.9}),
        "cups": card((10, None), {"O1.1": 0.2}),
        "pots": card((100, 20), {"O1.1": 0.5, "O2.1": 0.28}),
    }
    found = [(one.store, one.state.id) for one in ranked(cards)]
    assert found == [("tea", "O1.1"), ("cups", "O1.1"), ("pots", "O2.1"), ("pots", "O1.1"), ("tea", "O2.1")]


def test_a_stores_progress_goes_by_the_weight_of_its_objectives():
    assert progress_of(card((50, 100))).value == Decimal("0.75")
    assert progress_of(card((50, 100), weights=(3, 1))).value == Decimal("0.625")
    assert progress_of(card((None, None))).value is None


def test_stores_are_rolled_up_by_revenue_within_a_currency():
    cards = {"a": card((100, 100)), "b": card((0, 0)), "c": card((0, 0)), "d": card((50, 50))}
    revenue = {"a": Decimal(100_000), "b": Decimal(20_000), "c": Decimal(5_000), "d": Decimal(7)}
    currency = {"a": "GBP", "b": "GBP", "c": "GBP", "d": "CNY"}
    whole = rolled_up(cards, revenue, currency)
    assert whole["GBP"].value == Decimal("0.8")  # 100 of 125, not a third
    assert whole["CNY"].value == Decimal("0.5")


def test_a_store_without_revenue_weighs_nothing():
    cards = {"a": card((100, 100)), "b": card((0, 0))}
    currency = dict.fromkeys(cards, "GBP")
    assert rolled_up(cards, {"a": Decimal(5)}, currency)["GBP"].value == 1
    assert rolled_up(cards, {}, currency)["GBP"].value is None


def test_the_weights_beneath_are_never_guessed():
    from okrlib.okr import roll_up

    with pytest.raises(SheetError, match="have no weight"):
        roll_up({"a": Decimal(1)}, {})


def test_an_objective_that_serves_a_measured_one_counts_there_and_not_twice():
    team = objective(kr("O1.1", baseline=0, target=100))
    person = objective(kr("P1.1", metric="orders", baseline=0, target=100), id_="P1", parent="O1", level="person")
    active, journal = locked(sheet(team, person), on=at(11, 14))
    both = scorecard(active, journal, {"O1.1": reading(50), "P1.1": reading(100)}, {}, date(2026, 11, 15))
    assert progress_of(both).value == Decimal("0.5")


def test_a_store_has_a_score_only_once_it_is_closed():
    assert score_of(card((50, 100))).value is None


STRATEGY = Strategy.model_validate(
    {
        "currency": "CNY",
        "rates": {"USD": 7},
        "objectives": [
            {"id": "C1", "title": "Grow with trust", "horizon": "short", "quarter": "2026Q4",
             "key_results": [{"id": "C1.1", "metric": "revenue", "baseline": 0, "target": 1000}]},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "currencies", "expected"),
    [
        ({"home": 300, "abroad": 20}, {"home": "CNY", "abroad": "USD"}, Decimal("0.44")),
        ({"home": 300, "abroad": None}, {"home": "CNY", "abroad": "USD"}, None),  # part of a sum is no sum
        ({"home": 300, "abroad": 20}, {"home": "CNY", "abroad": "GBP"}, None),  # nobody said what a pound is planned as
        ({}, {}, None),
    ],
)
def test_the_company_comes_as_far_as_its_stores_together(values, currencies, expected):
    known = {store: None if value is None else Decimal(value) for store, value in values.items()}
    assert company_progress(STRATEGY, STRATEGY.objectives[0], {"C1.1": known}, currencies) == expected
