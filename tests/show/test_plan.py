"""The plan as a reader meets it: the demo's, one of a sheet without tasks, and one with every trouble."""

import re

import pytest

from okrlib import show
from okrlib.book import open_book
from okrlib.show.timeline import gantt
from tests.analysis.shops import make_shop, order
from tests.show.conftest import html, words

PARTS = ("gantt", "tasks", "task_effects", "load", "budget", "handover")
SHEET = """\
store: shop
quarter: 2026Q3
objectives:
  - id: O1
    title: Become the shop people trust for tea
    owner: Lin
    key_results:
      - {id: O1.1, metric: revenue, baseline: 0, target: 9000, due: 2026-08-31}
      - {id: O1.2, metric: orders, baseline: 0, target: 60}
"""
TASKS = """\
    tasks:
      - {id: T1, key_result: O1.1, title: Paint the shop, owner: Lin, start: 2026-07-06, due: 2026-07-17,
         effort_days: 5, status: doing, budget: 700}
      - {id: T2, key_result: O1.1, title: Tell the street, owner: Bo, start: 2026-07-20, due: 2026-08-28, depends_on: [T1],
         effort_days: 3, goods: 300 cups}
      - {id: T3, key_result: O1.1, title: Write a song, due: 2026-08-14}
"""
TEAM = """\
teams:
  - {name: Brush, people: [{name: Lin, days_a_week: 2}]}
  - {name: Voice, people: [{name: Bo, days_a_week: 3}]}
budgets:
  - {store: shop, quarter: 2026Q3, team: Brush, money: 500}
goods:
  - {store: shop, quarter: 2026Q3, goods: 250 cups}
"""


def shop(folder, sheet, team=None):
    orders = [order(str(n), f"2026-07-0{n} 10:00:00", 50, refund_amount=0) for n in (1, 2, 3)]
    workbook = make_shop(folder, orders=orders)
    path = workbook.params / "okrs" / "shop" / "2026Q3.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(sheet, encoding="utf-8")
    if team:
        (workbook.params / "team.yaml").write_text(team, encoding="utf-8")
    return lambda locale="en": open_book("shop", "2026Q3", "2026-07-21", locale, home=workbook.home)


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """Painting is overdue, so the street hears of it four days too late for the key result's due day."""
    return shop(tmp_path_factory.mktemp("late"), SHEET + TASKS, TEAM)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The same tasks, and nobody wrote down who there is."""
    return shop(tmp_path_factory.mktemp("alone"), SHEET + TASKS)()


def rows(shown):
    """The cells of a table's rows, as text."""
    bare = re.sub(r'<span class="okr-cell".*?</span>', "", shown.__html__())
    found = re.findall(r"<tr>(.*?)</tr>", bare, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in found]
    return [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row] for row in cells]


def test_the_tasks_say_what_hangs_on_what(late):
    text = words(show.tasks(late()))
    # T1 ends today at the earliest, T2 takes 40 days from 22 July: 30 August, one day before the key result is due.
    assert "tightest is T1 Paint the shop → T2 Tell the street, which ends on 30 Aug with 1 day of slack" in text
    (first, second, third) = rows(show.tasks(late()))[1:]
    assert first[:6] == ["T1 Paint the shop †", "overdue by 4 days", "in progress", "Lin", "17 Jul", "1"]
    assert second[1] == "should have begun 1 day ago; expected only on 30 Aug"
    assert third[1].startswith("no owner; ")
    assert third[1].endswith("no effort given")
    assert third[3] == "–"


def test_the_load_is_by_week_and_says_what_it_leaves_out(late):
    head, lin, bo, *_ = rows(show.load(late()))
    assert head[:5] == ["Who", "Booking", "Booked / there", "20 Jul", "27 Jul"]
    assert lin[:2] == ["Lin", "hardly booked"]
    assert bo[2].startswith("3 / ")
    assert "T3: no effort given" in words(show.load(late()))


def test_money_and_goods_that_do_not_suffice_are_marked(late):
    found = {row[0]: row[1:4] for row in rows(show.budget(late()))[1:]}
    assert found["Brush"] == ["CN¥700", "CN¥500", "-CN¥200"]
    assert found["cups"] == ["300", "250", "-50"]
    assert found["O1 Become the shop people trust for tea"] == ["CN¥700", "–", "–"]
    assert show.budget(late()).__html__().count("okr-pill okr-bad") == 2


def test_a_team_that_waits_sees_for_whom_and_until_when(late):
    assert rows(show.handover(late()))[1:] == [
        ["Brush", "Voice", "T2 Tell the street", "T1 Paint the shop", "expected on 21 Jul 2026", "1"]
    ]


def test_a_key_result_nobody_works_on_stands_out(late):
    found = {row[0][:4]: row[1] for row in rows(show.task_effects(late()))[1:]}
    assert found == {"O1.1": "T1, T2, T3", "O1.2": "no task yet"}


def test_without_a_team_file_capacity_is_unknown_and_nobody_fits(alone):
    text = words(show.load(alone))
    assert "write params/team.yaml" in text
    assert "fits" not in text
    assert {row[1] for row in rows(show.load(alone))[1:]} == {"capacity not known"}


def test_the_chart_says_in_words_what_it_shows(late):
    chart = gantt(late())
    assert chart.alt.startswith("3 of 3 tasks are still to be done. Nothing is critical yet: ")
    assert [row[0] for row in chart.data.rows and rows(chart.data)[1:]] == [
        "T3 Write a song", "T2 Tell the street", "T1 Paint the shop",
    ]  # fmt: skip
    picture = html(chart)
    for there in ("on the critical path", "expected later", "today", "T2 Tell the street · Bo"):
        assert there in picture
    assert "blocked" not in picture
    assert 'class="okr-chart okr-broad"' in str(chart.__html__())


def test_the_demo_waits_for_its_supplier(demo_book):
    text = html(show.gantt(demo_book("demo_tmall", "zh")))
    for there in ("受阻", "关键路径", "预计顺延", "今天", "T5 成都仓入仓测试 · 许青"):
        assert there in text
    assert "T3 煮茶壶包装加固并更新详情页尺寸说明 → T5 成都仓入仓测试" in words(
        show.tasks(demo_book("demo_tmall", "zh"))
    )
    people = {row[0]: row[1] for row in rows(show.load(demo_book("demo_tmall", "zh")))}
    assert people["陈竹"] == "基本空闲"
    assert people["周砚"] == people["许青"] == "排期过满"


@pytest.mark.parametrize("name", PARTS)
def test_a_sheet_without_tasks_is_told_what_to_do(tmp_path, name):
    book = shop(tmp_path, SHEET)()
    assert "No tasks yet" in words(getattr(show, name)(book))
