import re
from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import SheetError
from okrlib.okr import differences, edit_sheet, fingerprint, read_sheet, set_state
from okrlib.okr.model import KeyResult
from tests.okr.builders import SHEET


def refused(words):
    return pytest.raises(SheetError, match=re.escape(words))


def test_a_sheet_is_read_with_exact_numbers_and_dates(path):
    sheet = read_sheet(path)
    first, second, third = sheet.key_results
    assert (first.target, second.baseline, second.target) == (5_000_000, Decimal("2.35"), Decimal("2.6"))
    assert second.where.items == (("channel", "搜索"),)
    assert third.milestones[0].done == date(2026, 10, 12)
    assert str(sheet.quarter) == "2026Q4"


def test_a_missing_sheet_is_an_error(tmp_path):
    with refused("no such file"):
        read_sheet(tmp_path / "2026Q4.yaml")


@pytest.mark.parametrize(
    ("typed", "instead", "says"),
    [
        ("target: 2.60", "target: 2.35", "2026Q4.yaml:16: objectives.0.key_results.1: key result O1.2: target 2.35"),
        ("commit: 4500000", "comit: 4500000", "2026Q4.yaml:15: objectives.0.key_results.0.comit: no such field"),
        ("target: 5000000", "target: 500万", "expected a number such as 5000000 or 2.35, not '500万'"),
        ("quarter: 2026Q4", "quarter: 2026Q3", "2026Q3 in the file of 2026Q4"),
        ("store: demo_tmall", "store: demo_jd", "demo_jd in the folder of demo_tmall"),
        ("kind: milestones", "kind: steps", "Input should be 'reach', 'at_least'"),
        ("owner: 林夏", "owner: 林夏\n    owner: 周", "duplicate key"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path, typed, instead, says):
    path.write_text(SHEET.replace(typed, instead), encoding="utf-8")
    with refused(says):
        read_sheet(path)


def test_the_fingerprint_is_of_the_meaning_and_not_of_the_spelling(path):
    before = fingerprint(read_sheet(path))
    path.write_text(SHEET.replace("# 含税", "").replace("target: 5000000", "target: 5000000.0"), encoding="utf-8")
    assert fingerprint(read_sheet(path)) == before
    path.write_text(SHEET.replace("target: 5000000", "target: 5000001"), encoding="utf-8")
    assert fingerprint(read_sheet(path)) != before


def test_an_edit_touches_its_own_lines_only(path):
    read = fingerprint(read_sheet(path))
    edit_sheet(path, {"O1.1/target": Decimal("4800000.5"), "O1/owner": "周", "T1/due": date(2026, 11, 3)}, read=read)
    changed = [
        new for old, new in zip(SHEET.splitlines(), path.read_text("utf-8").splitlines(), strict=True) if old != new
    ]
    assert [line.strip() for line in changed] == [
        "owner: 周",
        "target: 4800000.5 # 含税",
        "- {id: T1, key_result: O1.1, title: 双十一预售, owner: 周, start: 2026-10-08, due: 2026-11-03}",
    ]


def test_setting_the_state_keeps_every_comment(path):
    assert set_state(path, "active").state == "active"
    assert path.read_text("utf-8") == SHEET.replace("state: draft ", "state: active")  # the comment keeps its column


def test_items_are_added_and_removed(path):
    fresh = KeyResult.model_validate({"id": "O1.4", "metric": "refund_rate", "kind": "at_most", "target": "0.035"})
    edits = {
        "O1/key_results/-": fresh,
        "O1.3": None,
        "objectives/-": {"id": "O2", "title": "学会做直播"},
        "O1.3/milestones/1/done": None,
    }
    read = fingerprint(read_sheet(path))
    with refused("O1.3/milestones/1/done: no such place"):
        edit_sheet(path, edits, read=read)
    del edits["O1.3/milestones/1/done"]
    sheet = edit_sheet(path, edits, read=read)
    assert [kr.id for kr in sheet.key_results] == ["O1.1", "O1.2", "O1.4"]
    assert sheet.key_results[2] == fresh
    assert sheet.objectives[1].title == "学会做直播"
    assert "大促占全季约六成" in path.read_text("utf-8")
    assert read_sheet(path) == sheet


def test_nested_fields_are_made_where_they_are_missing(path):
    sheet = edit_sheet(path, {"O1.1/where/region": "华东"}, read=fingerprint(read_sheet(path)))
    assert sheet.key_results[0].where.region == "华东"


def test_an_edit_of_a_file_that_changed_meanwhile_is_refused(path):
    read = fingerprint(read_sheet(path))
    path.write_text(SHEET.replace("林夏", "吴"), encoding="utf-8")
    with refused("changed since it was read"):
        edit_sheet(path, {"O1/owner": "周"}, read=read)


def test_an_edit_that_would_break_the_sheet_leaves_the_file_alone(path):
    with refused("equals its baseline"):
        edit_sheet(path, {"O1.2/target": Decimal("2.35")}, read=fingerprint(read_sheet(path)))
    assert path.read_text("utf-8") == SHEET
    assert [file.name for file in path.parent.iterdir() if file.suffix == ".tmp"] == []


def test_differences_name_item_field_and_both_values(path):
    before = read_sheet(path)
    text = (
        SHEET.replace("target: 5000000", "target: 4000000").replace("id: T1", "id: T2").replace("{channel: 搜索}", "{}")
    )
    path.write_text(text, encoding="utf-8")
    assert sorted(map(str, differences(before, read_sheet(path)))) == [
        "O1.1/target: 5000000 → 4000000",
        "O1.2/where: channel 搜索 → nothing",
        "T1: removed (双十一预售)",
        "T2: added (双十一预售)",
    ]


def test_progress_of_work_is_no_difference(path):
    before = read_sheet(path)
    text = SHEET.replace("weight: 3}", "weight: 3, done: 2026-11-01}").replace(
        "due: 2026-10-31", "due: 2026-10-31, status: done"
    )
    path.write_text(text.replace("state: draft", "state: active"), encoding="utf-8")
    after = read_sheet(path)
    assert after != before
    assert differences(before, after) == []


FULL = """\
store: demo_tmall
quarter: 2026Q4
cadence_days: 14
objectives:
  - id: O1
    title: 成为大促期间品类里最受信赖的茶具店
    why: 复购下滑
    horizon: short
    parent: Y1
    level: team
    owner: 林夏
    type: aspirational
    weight: 2
    answers: [sales-1]
    key_results:
      - id: O1.1
        title: 净销售额达到 500 万
        metric: net_revenue
        where: {channel: 搜索, category: 茶具, region: 华东}
        kind: reach
        baseline: same_quarter_last_year
        target: 5000000
        commit: 4500000
        stretch: 5600000
        owner: 林夏
        due: 2026-12-31
        weight: 1
        latency_days: 2
      - id: O1.2
        measure: {name: 库存周转, definition: 销售成本 ÷ 平均库存, unit: 次, higher_is_better: true}
        kind: between
        band: [2.0, 3.0]
        source: 仓库月报
        guardrail: true
    tasks:
      - {id: T0, key_result: O1.1, title: 选品}
      - id: T1
        key_result: O1.1
        title: 双十一预售
        owner: 周
        participants: [吴, 郑]
        team: 运营
        start: 2026-10-08
        due: 2026-10-31
        depends_on: [T0]
        effort_days: 7.5
        budget: 20000
        goods: 样品 500 套
        status: doing
        blocked_by: 设计
        expected_effect: {metric: net_revenue, change: 0.05}
        quality: 4
  - id: O2
    title: 学会做直播
    weight: 1
    owner:
    key_results:
"""


def test_every_field_of_the_format_is_read(path):
    path.write_text(FULL, encoding="utf-8")
    sheet = read_sheet(path)
    first, second = sheet.key_results
    assert (first.commit, first.stretch, first.baseline) == (4_500_000, 5_600_000, "same_quarter_last_year")
    assert second.band == (2, 3)
    task = sheet.tasks[1]
    assert (task.effort_days, task.expected_effect.change, task.participants) == (
        Decimal("7.5"),
        Decimal("0.05"),
        ("吴", "郑"),
    )
    assert (task.status, task.blocked_by, task.quality, task.goods) == ("doing", "设计", 4, "样品 500 套")


def test_fields_left_blank_are_not_given(path):
    path.write_text(FULL, encoding="utf-8")
    second = read_sheet(path).objectives[1]
    assert (second.owner, second.key_results) == (None, ())
    edited = edit_sheet(path, {"O2/key_results/-": {"id": "O2.1"}}, read=fingerprint(read_sheet(path)))
    assert [kr.id for kr in edited.objectives[1].key_results] == ["O2.1"]


@pytest.mark.parametrize("text", ["", "- a\n", "just words"])
def test_a_file_that_holds_no_sheet_is_an_error(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SheetError, match="2026Q4"):
        read_sheet(path)


def test_a_comma_in_a_flow_mapping_never_shortens_what_was_typed(tmp_path):
    path = tmp_path / "2026Q3.yaml"
    path.write_text(
        "store: s\nquarter: 2026Q3\nobjectives:\n  - id: O1\n    title: Aim\n    key_results: [{id: K1, kind: yes_no, title: Done}]\n"
        "    tasks: [{id: T1, key_result: K1, title: Stock up, goods: 礼盒 1,000 套}]\n",
        encoding="utf-8",
    )
    with pytest.raises(SheetError, match="000 套"):
        read_sheet(path)
