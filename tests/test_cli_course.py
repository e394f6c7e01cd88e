"""Commands that record the course of a quarter: tasks, decisions, ideas, and plans that are not locked."""

import pytest

from okrlib.book import open_book
from tests.commands import okr
from tests.corner_shop import NAME, corner_shop
from tests.test_cli import END, Q3, edit, events, sheet_of

TASKS = """
    tasks:
      - {id: T1, key_result: O1.1, title: Paint the sign, owner: Ann Lee, start: 2025-07-07, due: 2025-07-18, effort_days: 3}
      - {id: T2, key_result: O1.1, title: Tell the street, owner: Bo, depends_on: [T1]}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A locked sheet with two tasks; every test leaves its own events behind."""
    workbook = corner_shop(tmp_path_factory.mktemp("course") / "workbook")
    path = sheet_of(workbook)
    path.write_text(path.read_text(encoding="utf-8").rstrip() + TASKS, encoding="utf-8")
    assert okr(workbook.home, "lock", NAME, Q3, "--by", "Ann").code == 0
    return workbook


def tasks(shop):
    book = open_book(NAME, Q3, "2099-01-01", home=shop.home)
    return {task.id: task for task in book.journal.tasks(book.sheet)}


def test_a_task_is_updated_word_by_word(shop):
    done = okr(shop.home, "task", NAME, Q3, "T1", "--status", "doing", "--blocked-by", "painter", "--by", "Ann")
    assert (done.code, done.err, done.out) == (0, "", f"{NAME} {Q3}: T1 updated\n")
    assert (tasks(shop)["T1"].status, tasks(shop)["T1"].blocked_by) == ("doing", "painter")
    assert okr(shop.home, "task", NAME, Q3, "T1", "--unblocked", "--effort-days", "2.5").code == 0
    assert (tasks(shop)["T1"].status, tasks(shop)["T1"].blocked_by) == ("doing", None)
    assert okr(shop.home, "task", NAME, Q3, "T1", "--status", "done", "--quality", 4, "--note", "blue").code == 0
    assert (tasks(shop)["T1"].status, tasks(shop)["T1"].quality) == ("done", 4)
    last = events(shop)[-1]
    assert (last["kind"], last["note"]) == ("task_update", "blue")
    assert okr(shop.home, "check", NAME, Q3, "--as-of", END).code == 0, "an update is no change of intention"


def test_a_decision_is_recorded_and_followed_up(shop):
    made = okr(shop.home, "decide", NAME, Q3, "Blue it is", "--about", "O1", "--owner", "Bo", "--due", "2025-08-01")
    assert (made.code, made.err) == (0, "")
    name = made.out.split()[2]
    assert made.out == f"{NAME} {Q3}: {name} open: Blue it is\n"
    done = okr(shop.home, "decide", NAME, Q3, "--id", name, "--status", "done", "--by", "Bo")
    assert done.out == f"{NAME} {Q3}: {name} done: Blue it is\n"
    (decision,) = open_book(NAME, Q3, "2099-01-01", home=shop.home).journal.decisions()
    assert (decision.status, decision.owner, str(decision.due), decision.by) == ("done", "Bo", "2025-08-01", "Bo")


@pytest.mark.parametrize(
    "words", [("decide", "Blue"), ("idea", "Mugs"), ("feedback", "Bo", "Well done")], ids=lambda words: words[0]
)
def test_what_is_about_nothing_in_the_sheet_is_not_recorded(shop, words):
    before = events(shop)
    done = okr(shop.home, words[0], NAME, Q3, *words[1:], "--about", "O9")
    assert (done.code, "item 'O9': expected one of O1, " in done.one_line) == (2, True)
    assert events(shop) == before


def test_empty_words_are_refused_in_words(shop):
    assert okr(shop.home, "minutes", NAME, Q3, "").one_line == "okr: says: may not be empty (found '')"


def test_an_idea_is_credited_and_judged(shop):
    made = okr(shop.home, "idea", NAME, Q3, "A mug of the month", "--author", "Cy", "--by", "Ann")
    name = made.out.split()[2]
    assert made.out == f"{NAME} {Q3}: {name} proposed: A mug of the month\n"
    judged = okr(shop.home, "idea", NAME, Q3, "--id", name, "--status", "taken_up", "--judgement", "cheap to try")
    assert (judged.code, judged.out) == (0, f"{NAME} {Q3}: {name} taken_up: A mug of the month\n")
    (idea,) = open_book(NAME, Q3, "2099-01-01", home=shop.home).journal.ideas()
    assert (idea.author, idea.judgement) == ("Cy", "cheap to try")


def test_whoever_records_an_idea_has_it_unless_another_is_named(shop):
    made = okr(shop.home, "idea", NAME, Q3, "Sell saucers", "--by", "Dee")
    assert made.code == 0
    assert events(shop)[-1]["author"] == "Dee"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("task", NAME, Q3, "T9", "--status", "done"), "task 'T9': expected one of T1, T2"),
        (("task", NAME, Q3, "T1"), "task T1: nothing to record"),
        (("task", NAME, Q3, "T1", "--status", "finished"), "status: Input should be 'todo'"),
        (("task", NAME, Q3, "T1", "--effort-days", "few"), "effort_days"),
        (("decide", NAME, Q3), "nothing to record"),
        (("decide", NAME, Q3, "--id", "D99", "--status", "done"), "decision 'D99': "),
        (("decide", NAME, Q3, "x", "--due", "soon"), "due: "),
        (("idea", NAME, Q3, "--id", "D1", "--status", "done"), "idea 'D1': "),
        (("idea", NAME, Q3, "x", "--status", "brilliant"), "status: Input should be 'proposed'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_cannot_be_meant_is_refused_and_leaves_no_trace(shop, words, says):
    before = events(shop)
    done = okr(shop.home, *words)
    assert done.code == 2
    assert says in done.one_line
    assert events(shop) == before


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("owner: Bo, ", "", "task T2: no owner"),
        ("due: 2025-07-18", "due: 2025-10-18", "task T1: due 2025-10-18 lies outside 2025Q3"),
    ],
)
def test_a_plan_that_cannot_stand_is_not_recorded(shop, before, after, says):
    text, known = sheet_of(shop).read_text(encoding="utf-8"), events(shop)
    edit(sheet_of(shop), before, after)
    done = okr(shop.home, "change", NAME, Q3, "--reason", "why not")
    sheet_of(shop).write_text(text, encoding="utf-8")
    assert done.code == 2
    assert says in done.one_line
    assert events(shop) == known


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    """A sheet that nobody has locked; every test puts it back."""
    return corner_shop(tmp_path_factory.mktemp("draft") / "workbook")


OUTSIDE = "tasks: [{id: T1, key_result: O1.1, title: Paint, owner: Bo, due: 2025-10-18}]"


@pytest.mark.parametrize(
    ("before", "after", "where", "says"),
    [
        ("last_quarter", "same_quarter_last_year", "O1.1/baseline", "the data begin on 1 Apr 2025"),
        ("target: 3000", "target: 1820", "O1.1/target", "The target equals the baseline."),
        ("target: 3000", "target: 3000, stretch: 2000", "O1.1", "run against the way from baseline 1820"),
        ("  - id: O1\n", "  - {id: O2, title: Be loved}\n  - id: O1\n", "O2/key_results", "no key results"),
        ("target: 3000}", "}", "O1.1/target", "lacks a target"),
        ("guardrail: true}", f"guardrail: true}}\n    {OUTSIDE}", "T1/due", "due 2025-10-18 lies outside 2025Q3"),
    ],
)
def test_what_a_lock_refuses_a_check_says_before(draft, before, after, where, says):
    text = sheet_of(draft).read_text(encoding="utf-8")
    edit(sheet_of(draft), before, after)
    checked = okr(draft.home, "check", NAME, Q3, "--as-of", END)
    refused = okr(draft.home, "lock", NAME, Q3, "--as-of", END)
    sheet_of(draft).write_text(text, encoding="utf-8")
    assert (checked.code, refused.code, events(draft)) == (2, 2, [])
    (line,) = [line for line in checked.out.splitlines() if line.startswith(f"[must be mended] {where}: ")]
    assert says in line
    assert says in refused.one_line


def test_without_a_baseline_nothing_is_said_of_the_way(draft):
    text = sheet_of(draft).read_text(encoding="utf-8")
    edit(sheet_of(draft), "last_quarter", "same_quarter_last_year")
    state = open_book(NAME, Q3, END, home=draft.home).scorecard.key_result("O1.1")
    sheet_of(draft).write_text(text, encoding="utf-8")
    assert (state.value, state.status.key) == (2760, "no_baseline")
    assert (state.progress, state.probability, state.expected) == (None, None, None)
