from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from okrlib.show.table import Bar, Change, Column, Status, Table
from okrlib.text import money

HOSTILE = "<img src=x onerror=alert(1)>"


def test_every_text_is_escaped():
    columns = [Column("a", HOSTILE), Column("b", "B"), Column("c", "C"), Column("d", "D")]
    row = {"a": HOSTILE, "b": Status(HOSTILE, "good"), "c": Change(HOSTILE), "d": Bar(0.5, HOSTILE)}
    html = Table(columns, [row], caption=HOSTILE, note=HOSTILE).__html__()
    assert "<img" not in html
    assert html.count("&lt;img") == 8  # the caption also names the region


def test_headers_have_scope_and_figures_stand_right():
    table = Table(
        [Column("name", "Product"), Column("paid", "Paid", "right", lambda value: money(value, "GBP", "en"))],
        [{"name": "Lamp", "paid": Decimal("1234.4")}],
        caption="Best sellers",
    )
    page = BeautifulSoup(table.__html__(), "html.parser")
    assert [th["scope"] for th in page.find_all("th")] == ["col", "col", "row"]
    assert page.td.text == "£1,234"
    assert page.td["class"] == ["okr-right"]
    assert (page.div["tabindex"], page.div["role"], page.div["aria-label"]) == ("0", "region", "Best sellers")


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_missing_is_a_dash_and_never_zero(nothing):
    assert ">–</td>" in Table.plain(["a", "b"], [("x", nothing)]).__html__()


def test_zero_is_shown():
    assert ">0</td>" in Table.plain(["a", "b"], [("x", 0)]).__html__()


@pytest.mark.parametrize(
    ("fraction", "x", "width", "arrows"),
    [
        (0.5, "0", "50.0", 0),
        (1.37, "0", "137.0", 0),
        (-0.2, "-20.0", "20.0", 0),
        (4, "0", "150.0", 1),
        (-3, "-25.0", "25.0", 1),
        (None, "0", "0", 0),
        (0, "0", "0", 0),
    ],
)
def test_bars_are_drawn_honestly(fraction, x, width, arrows):
    page = BeautifulSoup(Bar(fraction, "text").__html__(), "html.parser")
    fill = page.find("rect", class_="okr-fill")
    assert (fill["x"], fill["width"]) == (x, width)
    assert len(page.find_all("path")) == arrows
    assert page.svg["viewbox"] == "-30 0 185 10"
    assert page.find(class_="okr-figure").text == "text"


def test_a_bar_alone_begins_at_the_edge_unless_it_is_below_zero():
    boxes = [BeautifulSoup(Bar(x, "", alone=True).__html__(), "html.parser").svg["viewbox"] for x in (0.5, -0.1, None)]
    assert boxes == ["0 0 155 10", "-30 0 185 10", "0 0 155 10"]


def test_a_long_figure_stands_above_its_bar():
    said = {text: "okr-two" in Bar(0, text).__html__() for text in ("-1,040%", "3.4 pp short", "差3.4个百分点")}
    assert list(said.values()) == [False, True, True]
    assert BeautifulSoup(Bar(0, "3.4 pp short").__html__(), "html.parser").svg["viewbox"] == "0 0 155 10"


def test_a_status_has_a_shape_and_a_word():
    drawn = {Status("word", level).__html__() for level in ("good", "warn", "bad", "none")}
    assert len({BeautifulSoup(html, "html.parser").path["d"] for html in drawn}) == 4
    assert all(BeautifulSoup(html, "html.parser").text == "word" for html in drawn)


@pytest.mark.parametrize(("text", "tip"), [("+3 %", "M5 1"), ("-3 %", "M5 9"), ("−3 %", "M5 9")])
def test_a_change_points_where_it_goes(text, tip):
    page = BeautifulSoup(Change(text, good=False).__html__(), "html.parser")
    assert page.path["d"].startswith(tip)
    assert page.text == text


def test_no_change_points_nowhere():
    assert "<path" not in Change("0 %").__html__()


def test_rows_beyond_the_first_fold_away_under_one_line():
    rows = [{"a": str(n)} for n in range(6)]
    table = Table([Column("a", "A")], rows, note="all of them", first=3, more="3 more")
    shown, folded = table.__html__().split("<details")
    assert [f">{n}<" in shown for n in range(6)] == [True] * 3 + [False] * 3
    assert "<summary>3 more</summary>" in folded
    assert [f">{n}<" in folded for n in range(6)] == [False] * 3 + [True] * 3
    assert "all of them" in folded.split("</details>")[1]
    assert "<details" not in Table([Column("a", "A")], rows[:4], first=3, more="1 more").__html__()
