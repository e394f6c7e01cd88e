"""The sheet for a one-to-one: what it asks, whose it is, and that it stays between two people."""

import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from okrlib import show
from okrlib.book import open_book
from okrlib.demo.scene import AS_OF
from okrlib.okr.people import people_of
from okrlib.run.private import write_private
from okrlib.show.one_to_one import one_to_one
from okrlib.steps import give_feedback
from okrlib.stores import Workbook
from tests.commands import okr
from tests.show.conftest import ATTACK, hostile, html, words  # noqa: F401  # a fixture

Q4, CHINESE_NAME = "2026Q4", "许青"


@pytest.fixture
def mine(demo, tmp_path):
    """A copy of the demo workbook that may be written to."""
    return Workbook(Path(shutil.copytree(demo.home, tmp_path / "mine", ignore=shutil.ignore_patterns("reports"))))


def page(workbook, person, *more):
    done = okr(workbook.home, "one-to-one", person, Q4, "--as-of", AS_OF, *more)
    assert (done.code, done.err) == (0, "")
    return Path(done.out.strip())


def test_the_sheet_asks_what_the_figures_ask(demo_book):
    parts = dict(one_to_one(demo_book("demo_tmall", "en"), CHINESE_NAME))
    assert list(parts) == [
        "To talk about", "Key results", "Tasks", "Help asked for", "Promised", "Ideas", "Feedback, both ways",
    ]  # fmt: skip
    asked = words(parts["To talk about"])
    for sign in ("O1.3 behind", "O3.2 outdated", "O1.3 confidence 6 → 4", "T3 blocked by 供应商", "load over-booked"):
        assert sign in asked, asked
    assert "O1.3" in words(parts["Key results"])
    assert "O1.1" not in words(parts["Key results"]), "somebody else's"
    assert "加厚内衬要等供应商打样" in words(parts["Help asked for"])
    assert "D2 煮茶壶在包装整改完成前退出双12 满减" in words(parts["Promised"])


def test_who_takes_part_sees_the_task_and_is_not_asked_for_it(demo_book):
    parts = dict(one_to_one(demo_book("demo_tmall", "zh"), "周砚"))
    assert "T2 双12 礼盒组合与备货（参与）" in words(parts["任务"])
    assert "T2" not in words(parts["谈什么"])


def test_the_page_is_private(mine):
    path = page(mine, CHINESE_NAME, "--locale", "zh")
    assert path == mine.home / "private" / Q4 / f"{CHINESE_NAME}.zh.html"
    modes = {part: stat.S_IMODE(part.stat().st_mode) for part in (path, path.parent, path.parent.parent)}
    assert list(modes.values()) == [0o600, 0o700, 0o700]
    assert (mine.home / "private" / ".gitignore").read_text() == "*\n"
    text = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "仅供面谈双方" in text
    first = path.read_bytes()
    assert page(mine, CHINESE_NAME, "--locale", "zh").read_bytes() == first


def test_feedback_goes_both_ways_and_into_no_packet(mine):
    told = okr(
        mine.home,
        "feedback",
        "demo_tmall",
        Q4,
        CHINESE_NAME,
        "Thank you for the kettle.",
        "--about",
        "O1.3",
        "--by",
        "林夏",
    )
    assert (told.code, told.out) == (0, f"demo_tmall {Q4}: feedback to {CHINESE_NAME} recorded\n")
    assert (
        okr(
            mine.home, "feedback", "demo_tmall", Q4, "林夏", "I need a second pair of hands.", "--by", CHINESE_NAME
        ).code
        == 0
    )
    done = okr(mine.home, "one-to-one", CHINESE_NAME, Q4, "--locale", "en")
    text = Path(done.out.strip()).read_text(encoding="utf-8")
    assert "Thank you for the kettle." in text
    assert "I need a second pair of hands." in text


def test_stakeholders_never_see_feedback(hostile, tmp_path):  # noqa: F811
    home = Path(shutil.copytree(hostile().workbook.home, tmp_path / "copy"))
    book = open_book("shop", "2026Q3", "2026-08-27", home=home)
    secret = "between the two of us"
    event = give_feedback(book, "Lin", secret, at=datetime(2026, 7, 21, tzinfo=UTC), by="Bo")
    assert event.says == secret
    again = open_book("shop", "2026Q3", "2026-08-27", home=home)
    assert secret in words(dict(one_to_one(again, "Bo"))["Feedback, both ways"])
    assert [name for name in show.__all__ if secret in html(getattr(show, name)(again))] == []


def test_no_word_becomes_markup(hostile):  # noqa: F811
    text = "".join(html(part) for _, part in one_to_one(hostile(), ATTACK))
    assert ATTACK.replace("<", "&lt;").replace(">", "&gt;") in text
    assert "<script" not in text
    assert "<img" not in text


def test_somebody_without_anything_to_do_has_a_sheet_too(mine):
    text = page(mine, "Ana Ruiz").read_text(encoding="utf-8")
    assert "hardly booked" in text
    assert "Where would a free hand help most?" in text


def test_an_unknown_person_lists_the_known(mine):
    done = okr(mine.home, "one-to-one", "Nobody", Q4)
    assert done.code == 2
    assert (
        "person 'Nobody': in no sheet of 2026Q4; expected one of Ana Ruiz, Jonas Weber, Mei Carter, " in done.one_line
    )
    assert not (mine.home / "private").exists()


def test_a_name_is_no_path(tmp_path):
    path = write_private(tmp_path, "2026Q4", "../../etc/pass wd", "x")
    assert path.parent == tmp_path / "private" / Q4
    assert path.name == "_.._etc_pass_wd.html"


def test_people_are_all_that_a_sheet_names(demo_book):
    assert people_of(demo_book("demo_tmall", "en").sheet) == ("林夏", "周砚", CHINESE_NAME, "陈竹", "苏禾")
