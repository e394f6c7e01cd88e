"""Where the company is going, as `params/strategy.yaml` says it, and the tree it makes with the sheets of its stores."""

from datetime import date

import pytest

from okrlib.errors import SheetError
from okrlib.okr.cascade import Cascade
from okrlib.okr.strategy import Strategy, read_strategy
from okrlib.periods import Quarter
from tests.okr.builders import kr, objective, sheet

Q4 = Quarter(2026, 4)
STRATEGY = """\
currency: CNY
since: 2026-01-01
rates: {USD: 7.1}
objectives:
  - id: L1
    title: {en: Be the first tea house of the young, zh: 成为年轻人的第一家茶馆}
    horizon: long
    until: 2029-12-31
    owner: Lin
  - {id: M1, title: Stand on two markets, horizon: mid, parent: L1, until: 2027-12-31, stores: [abroad]}
  - id: C1
    title: Grow without losing trust
    horizon: short
    quarter: 2026Q4
    parent: L1
    key_results:
      - {id: C1.1, metric: revenue, baseline: 0, target: 3000000}
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "strategy.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_words_in_two_languages_are_taken_in_the_readers(write):
    path = write(STRATEGY)
    assert read_strategy(path, "zh").objectives[0].title == "成为年轻人的第一家茶馆"
    english = read_strategy(path, "en")
    assert [one.title for one in english.objectives][:2] == [
        "Be the first tea house of the young",
        "Stand on two markets",
    ]
    assert {one.level for one in english.objectives} == {"company"}
    assert english.objectives[2].quarter == Q4


def test_without_the_file_there_is_no_strategy(tmp_path):
    assert read_strategy(tmp_path / "strategy.yaml") == Strategy()


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("parent: L1, until", "parent: L7, until", r"strategy.yaml:10: parent: L7 is no objective here: C1, L1, M1"),
        ("horizon: short", "horizon: mid", "objective C1: a quarter belongs to horizon short"),
        ("quarter: 2026Q4\n", "until: 2026-12-31\n", "objective C1: a quarter belongs to horizon short"),
        ("id: C1.1", "id: M1", "id M1 is used twice"),
        ("{USD: 7.1}", "{USD: 0}", "strategy.yaml:3: rates.USD"),
        ("until: 2029-12-31", "until: 2029-13-31", "strategy.yaml:8"),
        ("owner: Lin", "owner: Lin\n    parent: M1", "its own parent"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(write, was, becomes, says):
    with pytest.raises(SheetError, match=says):
        read_strategy(write(STRATEGY.replace(was, becomes)))


def test_tasks_are_planned_in_sheets(write):
    task = "\n    tasks: [{id: T1, key_result: C1.1, title: call}]\n"
    with pytest.raises(SheetError, match="tasks are planned in the sheet of a store"):
        read_strategy(write(STRATEGY.rstrip() + task))


def test_an_objective_counts_in_its_quarter_or_until_it_is_due(write):
    strategy = read_strategy(write(STRATEGY))
    assert [one.id for one in strategy.for_store("abroad", Q4)] == ["L1", "M1", "C1"]
    assert [one.id for one in strategy.for_store("home", Q4)] == ["L1", "C1"]
    assert [one.id for one in strategy.for_store("abroad", Quarter(2028, 1))] == ["L1"]


def test_currencies_are_planned_at_the_rates_written_down(write):
    strategy = read_strategy(write(STRATEGY))
    assert (strategy.rate("CNY"), str(strategy.rate("USD")), strategy.rate("GBP")) == (1, "7.1", None)


def _sheets():
    team = objective(kr("O1.1", metric="revenue"), id_="O1", parent="C1", owner="Lin")
    person = objective(kr("P1.1", metric="orders"), id_="P1", parent="O1", level="person", owner="Wu")
    home = sheet(team, person, store="home")
    lost = objective(kr("O2.1"), id_="O2", parent="M9", owner="Mei")
    abroad = sheet(objective(kr("O1.1"), id_="O1", parent="M1", owner="Mei"), lost, store="abroad")
    return {"home": home, "abroad": abroad}


def test_company_teams_and_people_make_one_tree_over_all_stores(write):
    cascade = Cascade(read_strategy(write(STRATEGY)), Q4, _sheets(), whole=True)
    drawn = [(depth, node.store, node.objective.id) for root in cascade.roots for depth, node in root.walk()]
    assert drawn == [
        (0, None, "L1"), (1, None, "M1"), (2, "abroad", "O1"), (1, None, "C1"), (2, "home", "O1"), (3, "home", "P1"),
        (0, "abroad", "O2"),
    ]  # fmt: skip
    assert {owned.name: len(owned.objectives) for owned in cascade.owned} == {"Lin": 1, "Wu": 1, "Mei": 2}


def test_one_stores_tree_leaves_out_what_it_is_not_asked_to_serve(write):
    cascade = Cascade(read_strategy(write(STRATEGY)), Q4, {"home": _sheets()["home"]})
    assert [node.objective.id for node in cascade.nodes] == ["L1", "C1", "O1", "P1"]


def test_an_objective_of_the_sheet_comes_before_one_of_the_company_with_its_id(write):
    own = sheet(objective(id_="L1", horizon="long"), objective(kr(), id_="O1", parent="L1"), store="home")
    cascade = Cascade(read_strategy(write(STRATEGY)), Q4, {"home": own})
    assert [(node.store, node.objective.id) for node in cascade.nodes] == [
        (None, "L1"), (None, "C1"), ("home", "L1"), ("home", "O1"),
    ]  # fmt: skip


def test_what_has_ended_is_no_longer_served(write):
    cascade = Cascade(read_strategy(write(STRATEGY)), Quarter(2031, 1), {})
    assert cascade.roots == ()
    assert date(2029, 12, 31) < Quarter(2031, 1).start
