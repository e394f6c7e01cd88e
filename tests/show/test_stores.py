"""All stores on one page: the demo's two, and stores that lack a sheet or their data."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from okrlib import show
from okrlib.book import open_book
from okrlib.demo.scene import AS_OF
from okrlib.show.stores import _worst_and_best
from tests.show.conftest import words


def test_both_demo_stores_stand_side_by_side(demo_book):
    shown = show.portfolio(demo_book("demo_tmall", "zh"))
    stores, worst, best, platforms, money, tree = shown.parts
    assert [row["store"] for row in stores.rows] == [row["store"] for row in platforms.rows]
    assert len(stores.rows) == 2, "no total over two currencies"
    assert len(worst.rows) == len(best.rows) == 3
    assert {row["title"] for row in worst.rows}.isdisjoint({row["title"] for row in best.rows})
    assert {row["platform"] for row in platforms.rows} == {"Shopify", "淘宝/天猫"}
    assert [row["store"].split(" · ")[1] for row in money.rows] == ["Shopify", "淘宝/天猫"]
    assert all(row["fees"].startswith("≈ ") and row["margin"].endswith("%") for row in money.rows), (
        "not all is settled yet"
    )
    assert all(part.stacked for part in (stores, worst, best, platforms, money)), "a phone shows every column"
    drawn = words(tree)
    for one in (
        "L1 成为新一代喝茶人的首选品牌",
        "O2 Become the tea shop German buyers recommend",
        "P1 让每一张详情页替顾客把话说清楚",
    ):
        assert one in drawn
    assert "还差 108,800" in drawn, "the stores together fall short of what the company aims at"
    assert "按计划汇率 1 USD = 7.1 CNY 折算" in drawn


@pytest.mark.parametrize(
    ("colours", "worst", "best"),
    [("bad bad", [0, 1], []), ("bad good", [0], [1]), ("good good", [], [1, 0]), ("bad " * 5, [0, 1, 2], [4, 3])],
)
def test_no_key_result_stands_both_worst_and_best(colours, worst, best):
    order = [
        SimpleNamespace(place=n, state=SimpleNamespace(status=SimpleNamespace(colour=colour)))
        for n, colour in enumerate(colours.split())
    ]
    assert tuple([one.place for one in few] for few in _worst_and_best(order)) == (worst, best)


def test_whichever_store_asks_the_answer_is_the_same(demo_book):
    one, other = (words(show.portfolio(demo_book(store, "en"))) for store in ("demo_tmall", "demo_shopify"))
    assert one == other


def test_a_store_whose_data_are_missing_is_named(demo, tmp_path):
    home = Path(shutil.copytree(demo.home, tmp_path / "copy", ignore=shutil.ignore_patterns("reports", "exports")))
    text = (home / "params" / "stores" / "demo_shopify.yaml").read_text(encoding="utf-8")
    (home / "params" / "stores" / "empty.yaml").write_text(text.replace("demo_shopify", "empty"), encoding="utf-8")
    sheet = (home / "params" / "okrs" / "demo_shopify" / "2026Q4.yaml").read_text(encoding="utf-8")
    folder = home / "params" / "okrs" / "empty"
    folder.mkdir()
    (folder / "2026Q4.yaml").write_text(sheet.replace("demo_shopify", "empty"), encoding="utf-8")
    text = words(show.portfolio(open_book("demo_tmall", "2026Q4", AS_OF, "zh", home=home)))
    assert "店铺 empty 还没有订单数据；请先导入：okr ingest empty" in text
    assert "Traceback" not in text
