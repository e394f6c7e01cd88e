"""The working copy: edits, undo, what saving would change, earlier versions, and other people's edits meanwhile."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrlib.errors import SheetError
from okrlib.okr import Sheet, WorkingCopy, changes, edit_sheet, read_sheet
from okrlib.okr.refusals import refusal
from tests.okr.builders import SHEET
from tests.okr.test_sheet import FULL

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def saved(copy):
    copy.became(edit_sheet(copy.path, copy.edits, read=copy.read))


def test_nothing_is_written_before_it_is_saved_and_comments_survive(path):
    copy = WorkingCopy(path)
    copy.edit(("O1.1/target", Decimal(4_800_000)), ("O1/why", "复购下滑"))
    assert path.read_text("utf-8") == SHEET
    assert list(map(str, copy.changes)) == ["O1/why: nothing → 复购下滑", "O1.1/target: 5000000 → 4800000"]
    saved(copy)
    assert not copy.changed
    text = path.read_text("utf-8")
    assert "target: 4800000   # 含税" in text
    assert "# 大促占全季约六成" in text


def test_undo_and_redo_go_step_by_step_and_typing_on_in_one_place_is_one_step(path):
    copy = WorkingCopy(path)
    for typed in ("周", "周砚"):
        copy.edit(("O1/owner", typed))
    copy.edit(("O1.1/target", 1))
    copy.undo()
    assert copy.sheet.objectives[0].owner == "周砚"
    copy.undo()
    assert (copy.sheet, copy.can_undo, copy.can_redo) == (copy.base, False, True)
    copy.redo()
    copy.redo()
    assert copy.sheet.key_results[0].target == 1
    copy.undo()
    copy.edit(("O1/why", "新"))
    assert not copy.can_redo


def test_what_is_unsound_is_said_at_its_place_and_the_last_sound_sheet_stands(path):
    copy = WorkingCopy(path)
    copy.edit(("O1.1/stretch", Decimal(4_700_000)))
    assert (copy.problem.where, copy.sheet) == ("O1.1", copy.base)
    assert "not in order" in copy.problem.says.en
    assert "由易到难" in copy.problem.says.zh
    assert copy.changed
    copy.edit(("O1.1/target", Decimal(4_600_000)))
    assert copy.problem is None
    assert copy.sheet.key_results[0].levels == (4_500_000, 4_600_000, 4_700_000)
    copy.edit(("O1.1/weight", "viel"))
    assert copy.problem.where == "O1.1/weight"


def test_an_active_sheet_may_be_incomplete_while_one_types_but_is_told_so(path):
    path.write_text(SHEET.replace("state: draft", "state: active"), encoding="utf-8")
    copy = WorkingCopy(path)
    copy.edit(("objectives/-", {"id": "O2", "title": "学会做直播"}))
    assert copy.sheet.objectives[1].title == "学会做直播"
    assert "no key results" in copy.problem.says.en
    with pytest.raises(SheetError, match="no key results"):
        edit_sheet(path, copy.edits, read=copy.read)


def test_an_item_is_moved_and_the_move_is_told(path):
    copy = WorkingCopy(path)
    copy.edit(("O1.3/@", 0))
    assert [kr.id for kr in copy.sheet.key_results] == ["O1.3", "O1.1", "O1.2"]
    (found,) = copy.changes
    assert (found.path, found.after) == ("O1/key_results/@", ["O1.3", "O1.1", "O1.2"])
    saved(copy)
    assert read_sheet(path) == copy.sheet


def test_a_sheet_begins_without_a_file(tmp_path):
    copy = WorkingCopy(tmp_path / "okrs" / "shop" / "2026Q3.yaml")
    assert (copy.sheet.store, str(copy.sheet.quarter), copy.read, copy.changed) == ("shop", "2026Q3", None, False)
    copy.edit(("objectives/-", {"id": "O1", "title": "Be liked"}))
    saved(copy)
    assert read_sheet(copy.path).objectives[0].title == "Be liked"
    late = WorkingCopy(copy.path.with_name("2026Q4.yaml"))
    late.edit(("objectives/-", {"id": "O1", "title": "Mine"}))
    late.path.write_text("store: shop\nquarter: 2026Q4\n", encoding="utf-8")
    with pytest.raises(SheetError, match="changed since it was read"):
        saved(late)


def test_somebody_elses_change_is_seen_and_own_edits_go_on_top_or_are_dropped(path):
    mine, theirs = WorkingCopy(path), WorkingCopy(path)
    theirs.edit(("O1/owner", "周"))
    saved(theirs)
    mine.edit(("O1.1/target", Decimal(5_500_000)))
    assert [str(one) for one in changes(mine.base, mine.theirs)] == ["O1/owner: 林夏 → 周"]
    with pytest.raises(SheetError, match="changed since it was read"):
        saved(mine)
    mine.reread(keep=True)
    assert mine.theirs is None
    saved(mine)
    now = read_sheet(path)
    assert (now.objectives[0].owner, now.key_results[0].target) == ("周", 5_500_000)
    mine.edit(("O1/owner", "吴"))
    mine.reread(keep=False)
    assert not mine.changed


def test_edits_that_find_no_place_any_more_are_refused_and_kept(path):
    mine, theirs = WorkingCopy(path), WorkingCopy(path)
    mine.edit(("O1.2/target", 3))
    theirs.edit(("O1.2", None))
    saved(theirs)
    with pytest.raises(SheetError, match=r"O1\.2/target: no such place"):
        mine.reread(keep=True)
    assert mine.edits == (("O1.2/target", 3),)


def test_unsaved_edits_come_back_from_what_was_kept_of_them(path):
    copy = WorkingCopy(path)
    copy.edit(("T1/due", "2026-11-03"), ("O1.1/target", Decimal("4800000.5")))
    copy.edit(("objectives/-", {"id": "O2", "title": "NO: 12:30"}), ("O1.3", None))
    again = WorkingCopy(path)
    again.take_up(copy.kept())
    assert again.sheet == copy.sheet


@pytest.fixture
def versions(path):
    """Two very different versions of one sheet."""
    before = read_sheet(path)
    path.write_text(FULL, encoding="utf-8")
    return before, read_sheet(path)


def test_an_earlier_version_comes_back_whole_by_edits_that_can_be_undone(path, versions):
    before, now = versions
    copy = WorkingCopy(path)
    copy.restore(before)
    assert copy.sheet == before
    copy.undo()
    assert copy.sheet == now
    copy.edit(("O1.1/band", [2, 1]))
    assert copy.problem
    copy.restore(before)
    assert copy.sheet == before


KEY_RESULTS = st.lists(
    st.builds(
        lambda n, target, title: {"id": f"O1.{n}", "kind": "at_least", "metric": "revenue", "target": target, "title": title},
        st.integers(1, 6), st.integers(1, 10**9), st.text("ab:#'\"-年 ", min_size=1).filter(str.strip),
    ), unique_by=lambda kr: kr["id"],
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(KEY_RESULTS, KEY_RESULTS)
def test_any_version_is_reached_from_any_other_and_back(tmp_path_factory, first, second):
    path = tmp_path_factory.mktemp("sheet") / "2026Q4.yaml"
    sheets = [
        Sheet.model_validate({"store": "s", "quarter": "2026Q4", "objectives": [{"id": "O1", "title": "t", "key_results": krs}]})
        for krs in (first, second)
    ]  # fmt: skip
    path.write_text("store: s\nquarter: 2026Q4\nobjectives: []\n", encoding="utf-8")
    copy = WorkingCopy(path)
    for wanted in (*sheets, sheets[0]):
        copy.restore(wanted)
        saved(copy)
        assert read_sheet(path) == wanted


def test_every_refusal_of_the_model_is_said_in_chinese_too():
    said = [
        "key result O1.1: give a metric of the catalogue or a measure of your own, not both",
        "key result O1.1: kind yes_no has no commit, target or stretch",
        "key result O1.1: a band belongs to kind between",
        "key result O1.1: band 3 to 2: the lower end comes first",
        "key result O1.1: kind reach has no milestones; use kind: milestones",
        "key result O1.1: the milestones' weights sum to 0; give at least one a weight",
        "key result O1.1: a guardrail is reported beside the average and carries no weight; remove the weight",
        "key result O1.1: target 5 equals its baseline, so nothing is to be reached; move the target, or use kind: at_least",
        "key result O1.1: levels 5, 4 run against the way from baseline 3; write commit, target, stretch from easy to hard",
        "task T1: due 2026-10-01 lies before its start 2026-10-02",
        "task T1: key result O9 is not one of objective O1: O1.1",
        "id O1 is used 2 times; every objective, key result and task has its own",
        "task T1: depends on T7, no task of this sheet",
        "key result O1.1: target missing; only a draft may lack it",
        "objective O1: no key results; add two to five, or remove it",
        "key results O1.1 have no weight while others have one; weigh all or none",
        "the weights of objectives O1, O2 sum to 0; give at least one a weight above 0",
        "task T1 is waiting for itself: T1 → T2 → T1",
        "objective O1 is its own parent: O1 → O1",
        "expected a number such as 5000000 or 2.35, not 'x'",
        "an id has no spaces and no slash, such as O1 or O1.2",
        'an id is text: put it in quotes, "1"',
        "id C1 is used twice; every objective and key result has its own",
        "objective C1: a quarter belongs to horizon short, and to no other: quarter: 2026Q4",
        "objective C1: it is due with 2026Q4; remove until: 2026-12-31",
        "objective C1: tasks are planned in the sheet of a store; move them there",
        "a budget is a team's or an objective's: give one of the two",
        "expected a name and a quantity, such as 礼盒 1,200 套 or 1,200 gift boxes",
        "proposal 'Bonus': no condition; give at_least, below or ideas_at_least",
        "weights: key results come first; give key_results a weight above 0",
    ]
    assert [text for text in said if refusal(text).zh == text or not CHINESE.search(refusal(text).zh)] == []
