"""Commands of looking back: causes, lessons, surveys."""

import csv
from datetime import UTC, datetime

import pytest

from okrlib.book import open_book
from okrlib.errors import SheetError
from okrlib.okr import Lesson
from okrlib.steps import name_cause
from tests.commands import okr
from tests.corner_shop import NAME, corner_shop
from tests.test_cli import Q3, events


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A quarter that is over and closed."""
    workbook = corner_shop(tmp_path_factory.mktemp("lookback") / "workbook")
    for step in ("lock", "close"):
        assert okr(workbook.home, step, NAME, Q3, "--by", "Ann").code == 0
    return workbook


def journal(shop):
    return open_book(NAME, Q3, "2099-01-01", home=shop.home).journal


def test_a_cause_is_one_of_eight_and_the_last_one_counts(shop):
    for word in ("external", "too_high"):
        done = okr(shop.home, "cause", NAME, Q3, "O1.1", word, "--says", "rain", "--by", "Ann")
        assert (done.code, done.err, done.out) == (0, "", f"{NAME} {Q3}: O1.1 fell short: {word}\n")
    assert journal(shop).causes()["O1.1"].cause == "too_high"


def test_a_lesson_says_what_becomes_of_it(shop):
    done = okr(shop.home, "lesson", NAME, Q3, "O1", "change", "--says", "ask neighbours first", "--by", "Ann")
    assert (done.code, done.out) == (0, f"{NAME} {Q3}: O1: change\n")
    (lesson,) = journal(shop).of(Lesson)
    assert (lesson.verdict, lesson.says, lesson.by) == ("change", "ask neighbours first", "Ann")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("cause", NAME, Q3, "O1.1", "luck"), "cause: Input should be 'resource', 'dependency'"),
        (("cause", NAME, Q3, "O9", "external"), "key result 'O9': expected one of O1.1, O1.2, O1.3"),
        (("lesson", NAME, Q3, "O1", "repeat"), "verdict: Input should be 'keep', 'change' or 'drop'"),
        (("lesson", NAME, Q3, "O9", "keep"), "item 'O9': expected one of O1, O1.1, O1.2, O1.3"),
        (("survey", NAME, Q3, "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_leaves_no_trace(shop, words, says):
    before = events(shop)
    done = okr(shop.home, *words)
    assert done.code in {1, 2}
    assert says in done.one_line
    assert events(shop) == before


def test_a_survey_is_filled_into_the_template_and_only_means_are_kept(shop, tmp_path):
    made = okr(shop.home, "template", "survey", tmp_path)
    assert (made.code, made.err) == (0, "")
    path = tmp_path / "survey.csv"
    assert path.exists()
    assert (tmp_path / "survey.xlsx").exists()
    answers = [["till", 4, 5, 3, 2, 4, 4]] * 4 + [["till", 5, 5, 3, 2, 4, "well"]]
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(answers)
    done = okr(shop.home, "survey", NAME, Q3, path, "--name", "Autumn", "--by", "Ann")
    assert done.code == 0
    assert done.err == f"{path}:8: feedback 'well': expected a number from 1 to 5; set aside\n"
    assert "satisfaction: 4.20\n" in done.out
    assert done.out.endswith(f"{NAME} {Q3}: Autumn: 5 people answered\n")
    (survey,) = journal(shop).surveys()
    assert (survey.name, survey.respondents, "feedback" in survey.scores) == ("Autumn", 5, False)
    assert okr(shop.home, "template", "survey", tmp_path).code == 2, "what is filled in is not written over"


def test_four_answers_are_refused(shop, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("team,clarity\n" + "till,4\n" * 4, encoding="utf-8")
    before = events(shop)
    done = okr(shop.home, "survey", NAME, Q3, path)
    assert done.code == 1
    assert "survey 'few': 4 answers; fewer than 5 would tell who said what" in done.one_line
    assert events(shop) == before


def test_a_cause_waits_for_the_end(tmp_path):
    shop = corner_shop(tmp_path / "workbook")
    book = open_book(NAME, Q3, "2025-08-01", home=shop.home)
    with pytest.raises(SheetError, match="runs until 2025-09-30"):
        name_cause(book, "O1.1", "external", at=datetime(2025, 8, 1, tzinfo=UTC), by="Ann")
    ended = open_book(NAME, Q3, "2025-10-10", home=shop.home)
    with pytest.raises(SheetError, match="a draft, never locked"):
        name_cause(ended, "O1.1", "external", at=datetime(2025, 10, 10, tzinfo=UTC), by="Ann")


def test_closing_says_what_is_to_be_done_next(shop):
    done = okr(shop.home, "close", NAME, Q3, "--by", "Ann")
    assert done.code == 0
    told = [line for line in done.out.splitlines() if "a cause is needed" in line]
    short = [
        line.partition(":")[0] for line in done.out.splitlines() if "commitment not met" in line or "breached" in line
    ]
    assert short
    assert told == [f"{name}: a cause is needed: okr cause {NAME} {Q3} {name} CAUSE --says …" for name in short]


def test_the_next_quarter_is_drafted_on_request_and_never_written_over(shop):
    done = okr(shop.home, "next", NAME, Q3, "--locale", "en")
    path = shop.params / "okrs" / NAME / "2025Q4.yaml"
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == str(path)
    text = path.read_text(encoding="utf-8")
    assert "# Lesson (Ann): ask neighbours first" in text
    assert "baseline: last_quarter" in text
    checked = okr(shop.home, "check", NAME, "2025Q4", "--as-of", "2025-10-01")
    assert "O1.1" in checked.out, "what is still missing is named"
    assert okr(shop.home, "lock", NAME, "2025Q4", "--as-of", "2025-10-01").code == 2, "targets are set by people"
    again = okr(shop.home, "next", NAME, Q3)
    assert again.code == 2
    assert "2025Q4.yaml: is there already" in again.one_line
    assert path.read_text(encoding="utf-8") == text


def test_a_quarter_that_runs_has_no_next(tmp_path):
    shop = corner_shop(tmp_path / "workbook")
    done = okr(shop.home, "next", NAME, Q3)
    assert done.code == 2
    assert "not closed yet; close it first: okr close corner 2025Q3" in done.one_line
    assert not (shop.params / "okrs" / NAME / "2025Q4.yaml").exists()
