"""Who there is: working days, capacity, budgets, and a file that people write by hand."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import SheetError
from okrlib.okr.team import Goods, Resources, read_resources
from okrlib.periods import Period, Quarter
from tests.shared import PROJECT

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))  # Monday to Sunday
FILE = """\
teams:
  - name: Shop
    stores: [tea]
    holidays: [2026-11-18]
    people:
      - {name: Lin, days_a_week: 3}
      - {name: Bo, days_a_week: 5, away: [2026-11-19..2026-11-25]}
  - name: Everywhere
    people:
      - {name: Ada, days_a_week: 2}
budgets:
  - {store: tea, quarter: 2026Q4, team: Shop, money: 1000}
  - {store: tea, quarter: 2026Q4, team: Shop, money: 250.50}
  - {store: tea, quarter: 2026Q4, objective: O1, money: 900}
  - {store: tea, quarter: 2026Q3, team: Shop, money: 7}
goods:
  - {store: tea, quarter: 2026Q4, goods: "gift boxes 1,200 sets"}
"""


@pytest.fixture
def resources(tmp_path):
    path = tmp_path / "team.yaml"
    path.write_text(FILE, encoding="utf-8")
    return read_resources(path)


def test_capacity_counts_the_days_somebody_is_there(resources):
    lin, bo, ada = (resources.members[name] for name in ("Lin", "Bo", "Ada"))
    assert lin.capacity(WEEK) == Decimal("2.4")  # 3 days a week × 4 of 5 working days
    assert bo.capacity(WEEK) == 2  # Monday and Tuesday
    assert ada.capacity(WEEK) == 2
    assert ada.capacity(Period(date(2026, 11, 21), date(2026, 11, 22))) == 0  # a weekend


def test_a_team_without_stores_works_for_all(resources):
    assert [team.name for team in resources.teams_of("tea")] == ["Shop", "Everywhere"]
    assert [team.name for team in resources.teams_of("other")] == ["Everywhere"]


def test_budgets_of_one_name_add_up(resources):
    quarter = Quarter(2026, 4)
    assert resources.money("tea", quarter, "team") == {"Shop": Decimal("1250.50")}
    assert resources.money("tea", quarter, "objective") == {"O1": 900}
    assert resources.money("other", quarter, "team") == {}
    assert resources.stock("tea", quarter) == (Goods("gift boxes", Decimal(1200), "sets"),)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("礼盒 1,200 套", Goods("礼盒", Decimal(1200), "套")),
        ("1,200 gift boxes", Goods("gift boxes", Decimal(1200))),
        ("kettle 40", Goods("kettle", Decimal(40))),
        ("whatever is left", None),
        ("A4 paper 30 reams", None),  # two numbers: nobody can tell which is the quantity
    ],
)
def test_goods_are_read_as_people_write_them(text, read):
    assert Goods.parse(text) == read


def test_without_the_file_nothing_is_known(tmp_path):
    assert read_resources(tmp_path / "team.yaml") == Resources()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("name: Bo", "name: Lin", "team.yaml:7: Lin stands here twice"),
        ("name: Everywhere", "name: Shop", "team.yaml:8: Shop stands here twice"),
        ("days_a_week: 5", "days_a_week: 8", "team.yaml:7: .*less than or equal to 7 .found 8"),
        ("days_a_week: 2", "days_a_week: two", "team.yaml:10: .*expected a number"),
        ("away:", "absent:", "team.yaml:7: .*absent"),
        ("2026-11-19..2026-11-25", "2026-11-25..2026-11-19", r"team.yaml:7: .*2026-10-01\.\.2026-10-07"),
        ("[2026-11-18]", "[18 November]", "team.yaml:4: .*expected a day or its span"),
        ("team: Shop, money: 1000", "money: 1000", "team.yaml:12: .*a team's or an objective's"),
        ("team: Shop, money: 1000", "team: Shop, objective: O1, money: 1000", "team.yaml:12: .*one of the two"),
        ("quarter: 2026Q3", "quarter: Q3", "team.yaml:15: .*expected a year and a quarter"),
        ("gift boxes 1,200 sets", "many", "team.yaml:17: .*expected a name and a quantity"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path, before, after, says):
    path = tmp_path / "team.yaml"
    assert before in FILE
    path.write_text(FILE.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SheetError, match=says):
        read_resources(path)


def test_the_demo_has_people_for_everybody_named():
    members = read_resources(PROJECT / "params" / "team.yaml").members
    demo = "林夏, 周砚, 许青, 陈竹, 苏禾, Mei Carter, Jonas Weber, Ana Ruiz, Alice Hart, Tom Reid, Priya Shah"
    assert set(members) == set(demo.split(", "))
