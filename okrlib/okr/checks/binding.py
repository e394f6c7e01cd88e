"""Checks on what a lock would refuse: it is told while it can still be mended, by the very functions the lock asks."""

from __future__ import annotations

from collections.abc import Iterator

from okrlib.okr.checks.facts import Case, Finding
from okrlib.okr.model import KeyResult
from okrlib.okr.plan import unsound_tasks
from okrlib.okr.refusals import refusal
from okrlib.text import Text

_WHY = Text("such a sheet is refused at the lock", "这样的目标表无法锁定")


def check_binding(case: Case) -> Iterator[Finding]:
    """Check that every key result has a start to be measured from, and every open task its owner and its days."""
    for kr in case.sheet.key_results:
        yield from _started(case, kr)
        yield from _along_the_way(case, kr)
    for task, field, says in unsound_tasks(case.sheet):
        named = Text(f"Task “{task.title}”: {says.en}.", f"任务“{task.title}”：{says.zh}。")
        yield Finding("error", f"{task.id}/{field}", named, _WHY, Text("Mend it in the sheet.", "请在目标表中修改。"))


def _started(case: Case, kr: KeyResult) -> Iterator[Finding]:
    if reason := case.startless.get(kr.id):
        rule = str(kr.baseline)
        yield Finding(
            "error",
            f"{kr.id}/baseline",
            Text(f"Baseline {rule} cannot be told: {reason.en}.", f"无法计算基线 {rule}：{reason.zh}。"),
            _WHY,
            Text(
                "Type a number, or choose a rule whose days the data know.",
                "请直接填写数字，或换一种数据能算出的规则。",
            ),
        )


def _along_the_way(case: Case, kr: KeyResult) -> Iterator[Finding]:
    """Levels that run against the way from a baseline which only the data tell; a typed one is checked as it is read."""
    start = case.baselines.get(kr.id)
    if start is None or start == kr.target:  # the latter has a finding of its own
        return
    try:
        kr.check_baseline(start)
    except ValueError as bad:
        yield Finding("error", kr.id, refusal(str(bad)), _WHY, Text("Mend the levels.", "请修改各档目标值。"))
