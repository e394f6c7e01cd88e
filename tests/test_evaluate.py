"""The evaluation as HR opens it: whose eyes it is for, what it says, and that no stakeholder's packet holds any of it."""

import shutil
import stat
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from okrlib.okr.evaluation.rule import MARKS, USES, WARNING
from okrlib.run.jobs import load_notebooks
from okrlib.show.appraisal import PRIVATE, TITLE, evaluation, evaluation_reasons
from okrlib.stores import Workbook
from tests.commands import okr
from tests.shared import PROJECT
from tests.show.conftest import ATTACK, bare, hostile, html, words  # noqa: F401  # fixtures

Q3, ON = "2026Q3", ("--as-of", "2026-11-22")


@pytest.fixture
def mine(demo, tmp_path):
    """A copy of the demo workbook that may be written to."""
    return Workbook(Path(shutil.copytree(demo.home, tmp_path / "mine", ignore=shutil.ignore_patterns("reports"))))


def page(workbook, term, *more):
    done = okr(workbook.home, "evaluate", term, *ON, *more)
    assert (done.code, done.err) == (0, "")
    return Path(done.out.strip())


def test_it_lies_in_the_private_folder_and_nowhere_else(mine):
    before = {path for path in mine.home.rglob("*") if path.is_file()}
    path = page(mine, Q3, "--locale", "zh")
    assert path == mine.home / "private" / Q3 / "evaluation.zh.html"
    modes = {part: stat.S_IMODE(part.stat().st_mode) for part in (path, path.parent, path.parent.parent)}
    assert list(modes.values()) == [0o600, 0o700, 0o700]
    made = {found for found in mine.home.rglob("*") if found.is_file()} - before
    assert made == {path, mine.home / "private" / ".gitignore"}
    text = path.read_text(encoding="utf-8")
    assert PRIVATE.zh in text
    assert "default-src 'none'" in text
    assert page(mine, Q3, "--locale", "zh").read_text(encoding="utf-8") == text


def test_everybody_has_a_row_and_a_chapter_of_their_own(mine):
    tree = BeautifulSoup(page(mine, Q3, "--locale", "en").read_text(encoding="utf-8"), "html.parser")
    chapters = [tag.get_text(strip=True) for tag in tree.main.find_all("h2")]
    assert chapters[0] == TITLE.en
    assert {"Mei Carter", "Jonas Weber", "Ana Ruiz", "林夏", "周砚", "许青", "陈竹"} <= set(chapters)
    rows = [row.th.get_text(strip=True) for row in tree.main.find("table").select("tbody tr")]
    assert rows == chapters[1:]
    assert "It decides nothing: people do" in tree.get_text(" ")
    assert "Doerr, Measure What Matters" in tree.get_text(" ")


def test_one_person_sees_only_their_own(mine):
    path = page(mine, "2026", "--person", "周砚", "--locale", "zh")
    assert path.name == "evaluation.周砚.zh.html"
    text = path.read_text(encoding="utf-8")
    assert "周砚" in text
    assert not any(name in text for name in ("林夏", "Mei Carter", "许青"))
    assert "尚未结项，未计入：demo_shopify 2026Q4, demo_tmall 2026Q4" in text


def test_the_literature_warns_where_aspirations_are_paid_for(mine):
    assert WARNING.en not in page(mine, Q3, "--locale", "en").read_text(encoding="utf-8")
    rule = mine.params / "evaluation.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("counts: committed", "counts: all"), encoding="utf-8")
    text = BeautifulSoup(page(mine, Q3, "--locale", "en").read_text(encoding="utf-8"), "html.parser").get_text(" ")
    assert WARNING.en in text
    assert "Only committed key results count" not in text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("evaluate", "2026Q9"), "term '2026Q9': expected a quarter, half-year or year"),
        (("evaluate", "2026Q4"), "2026Q4: no quarter of it is closed yet"),
        (("evaluate", Q3, "--person", "Nobody"), "person 'Nobody': in no closed sheet of 2026Q3; expected one of Ana Ruiz"),
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated_is_said_in_one_line(demo, line, says):
    done = okr(demo.home, *line, *ON)
    assert done.code == 2
    assert says in done.one_line
    assert not (demo.home / "private").exists()


def test_the_rule_is_named_when_it_is_wrong(mine):
    (mine.params / "evaluation.yaml").write_text("counts: committed\nweights: {luck: 1}\n", encoding="utf-8")
    done = okr(mine.home, "evaluate", Q3, *ON)
    assert done.code == 2
    assert "evaluation.yaml:2: weights" in done.one_line


def test_the_notebook_is_no_part_of_a_packet():
    path = PROJECT / "notebooks" / "07_evaluation.ipynb"
    assert nbformat.read(path, as_version=4).metadata["okrlib"] == {"packet": False}
    assert "07_evaluation" not in [notebook.name for notebook in load_notebooks(PROJECT)]


def test_the_notebook_shows_what_the_page_does(demo_book):
    book = demo_book("demo_tmall", "en", Q3)
    assert "Quarter 2026Q3" in words(evaluation(book))
    assert "Half-year 2026H2" in words(evaluation(book))
    assert "林夏" in words(evaluation_reasons(book))
    assert "Mei Carter" not in words(evaluation_reasons(book)), "of another store"


def test_a_quarter_that_is_not_closed_has_nothing_to_weigh(bare, hostile):  # noqa: F811
    for book in (bare("en"), hostile()):
        assert "Nothing is closed yet" in words(evaluation(book))
        assert ATTACK not in html(evaluation_reasons(book))


_LABELS = (PRIVATE, WARNING, MARKS["tasks"], USES["material"])
OWN_WORDS = [text for label in _LABELS for text in (label.en, label.zh)] + [
    "quarterly bonus", "季度奖金", "evaluation.yaml", "荣誉证书", "绩效评估", "Key results 6, task",
]  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_no_stakeholders_packet_holds_its_words(demo, demo_run, locale):
    assert demo_run.code == 0
    packets = sorted(demo.reports.rglob(f"packet.{locale}.html"))
    assert packets
    for path in packets:
        text = path.read_text(encoding="utf-8")
        assert [word for word in OWN_WORDS if word in text] == [], path
