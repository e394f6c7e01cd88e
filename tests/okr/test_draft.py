"""The draft of the next quarter: only what was decided comes back, without its target, and comments say from where."""

from datetime import date

import pytest

from okrlib.errors import SheetError
from okrlib.okr import Cause, Idea, Journal, Lesson, Sheet, close, scorecard
from okrlib.okr.draft import draft_next
from okrlib.yaml_files import load_yaml, parse_model
from tests.okr.builders import at, kr, locked, objective, reading, sheet
from tests.okr.test_plan import task

END = date(2026, 12, 31)
BASE = {"by": "Lin", "at": at(12, 31, 21)}
KEPT = objective(
    kr("O1.1", title="Sell 200", baseline=0, target=200, owner="Bo", commit=150),
    kr("O1.2", metric="refund_rate", kind="at_most", baseline=None, target="0.06", guardrail=True),
    kr("O1.3", metric="orders", baseline=40, target=60),
    tasks=[task("T1"), task("T2", title="Ask: why?", owner=None)],
    parent="L1",
)
PARENT = objective(id_="L1", horizon="long", why="because # it matters")
STEPS = [{"title": "plan", "done": "2026-10-09"}, {"title": "yes", "weight": 2}]
DROPPED = objective(kr("O2.1", kind="yes_no", title="Open in Bath", metric=None, baseline=None, target=None), id_="O2")
CHANGED = objective(
    kr("O3.1", kind="milestones", title="Members' day", metric=None, baseline=None, target=None, milestones=STEPS),
    kr("O3.2", metric=None, baseline=3, target=9, measure={"name": "Villages", "definition": "served", "unit": "2"}),
    kr("O3.3", metric="buyers", baseline="last_quarter", target=50),
    id_="O3", parent="O2", title="2026",
)  # fmt: skip
FORGOTTEN = objective(kr("O4.1", metric="units", baseline=0, target=9), id_="O4")


@pytest.fixture(scope="module")
def text():
    draft = sheet(PARENT, KEPT, DROPPED, CHANGED, FORGOTTEN)
    _, journal = locked(draft, O3_3=45)
    lessons = [
        Lesson(**BASE, about="O1", verdict="keep", says="two\nlines"), Lesson(**BASE, about="O2", verdict="drop"),
        Lesson(**BASE, about="O3", verdict="change", says="fewer"), Lesson(**BASE, about="O3.3", verdict="drop"),
        Cause(**BASE, key_result="O1.3", cause="external", says="rain"),
        Idea(**BASE, id="I1", says="A mug of the month", author="Cy", status="taken_up"),
    ]  # fmt: skip
    values = {"O1.1": 150, "O1.2": "0.05", "O1.3": 50, "O3.3": 48, "O4.1": 1}
    card = scorecard(draft, journal, {name: reading(value) for name, value in values.items()}, {}, END)
    journal = Journal(
        (*journal.events, close(card, journal, data_fingerprint="x", at=at(12, 31, 20), by="Lin"), *lessons)
    )
    return draft_next(draft, journal, "en")


@pytest.fixture(scope="module")
def written(text):
    return parse_model(Sheet, load_yaml(text, "draft"), "draft")


def test_it_is_a_draft_of_the_next_quarter(written):
    assert (str(written.quarter), written.state, written.store) == ("2027Q1", "draft", "demo_tmall")


def test_only_what_was_decided_comes_back_and_longer_objectives_stay(written, text):
    assert [one.id for one in written.objectives] == ["L1", "O1", "O3"]
    assert "# Stands for longer than a quarter, as in 2026Q4." in text
    assert "# From 2026Q4 O1, keep; score 0.6." in text
    assert "# Not taken over: 2026Q4 O2 Become the shop people trust for tea, drop; no score." in text
    assert (
        'O4 Become the shop people trust for tea, nobody decided (okr lesson demo_tmall 2026Q4 O4 keep --says "…")'
        in text
    )
    assert written.objectives[0].why == "because # it matters"
    assert written.objectives[2].title == "2026", "words that look like a number stay words"
    assert written.objectives[2].parent is None, "its parent was dropped"


def test_targets_are_to_be_set_anew_and_limits_hold(written, text):
    (sold, refunds, orders) = written.objectives[1].key_results
    assert (sold.target, sold.commit, sold.baseline, sold.owner, sold.title) == (None, None, 0, "Bo", None)
    assert "# 2026Q4: Sell 200: target 200, result 150, score 0.8." in text
    assert "# target: to be set anew; 200 was the last" in text
    assert (refunds.kind, refunds.target, refunds.guardrail) == ("at_most", kr("x", target="0.06").target, True)
    assert (orders.baseline, orders.missing) == ("last_quarter", ("target",)), "where it stands now is the new start"
    assert "# Cause: outside our control, rain" in text


def test_what_is_dropped_or_done_is_a_comment_and_what_is_open_goes_on(written, text):
    steps, villages = written.objectives[2].key_results
    assert [step.title for step in steps.milestones] == ["yes"]
    assert steps.milestones[0].weight == 2
    assert (villages.measure.unit, villages.baseline) == ("2", 3)
    assert "O3.3" not in [one.id for one in written.key_results]
    assert "# Not taken over: 2026Q4 O3.3 buyers, drop; score 0.6." in text


def test_lessons_ideas_and_open_tasks_are_comments(written, text):
    assert written.tasks == ()
    assert "# Lesson (Lin): two lines" in text
    assert "# Idea taken up: I1 A mug of the month (Cy)." in text
    assert "# Not done last quarter: T2 Ask: why? (–)." in text


def test_a_quarter_that_is_not_closed_has_no_next():
    draft = sheet(KEPT)
    with pytest.raises(SheetError, match="2026Q4: not closed yet; close it first: okr close demo_tmall 2026Q4"):
        draft_next(draft, locked(draft)[1], "en")
