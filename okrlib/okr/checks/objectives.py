"""Checks on objectives: words, length, owner, parent, number; and whether there is anything to measure them by."""

from __future__ import annotations

from collections.abc import Iterator

from okrlib.okr.checks.facts import Case, Finding
from okrlib.okr.checks.words import has_number, is_chinese, length, moves_a_metric, starts_with_activity
from okrlib.okr.labels import LABELS
from okrlib.okr.model import Objective
from okrlib.text import Text

WORDS, CHARACTERS, PER_LEVEL = (4, 18), (6, 40), 5
_NAMED = 5  # findings that are offered


def check_objectives(case: Case) -> Iterator[Finding]:
    """Check every objective, and how many there are at each level."""
    for objective in case.sheet.objectives:
        yield from _qualitative(objective)
        yield from _outcome_first(objective)
        yield from _of_good_length(objective)
        yield from _complete(case, objective)
        yield from _measured(case, objective)
    yield from _few(case)


def _qualitative(objective: Objective) -> Iterator[Finding]:
    if has_number(objective.title) or moves_a_metric(objective.title):
        yield Finding(
            "warning",
            f"{objective.id}/title",
            Text("The objective is a number or the movement of one.", "目标写成了数字或指标涨跌。"),
            Text(
                "an objective says where to go and inspires; how far is for its key results",
                "目标（O）说明方向、鼓舞人心；做到多少应由关键结果（KR）来回答",
            ),
            Text(
                "Say what the number would mean for customers or the market, and make the number a key result.",
                "写清楚达成后对顾客或市场意味着什么，把数字放进关键结果。",
            ),
        )


def _outcome_first(objective: Objective) -> Iterator[Finding]:
    if word := starts_with_activity(objective.title):
        yield Finding(
            "warning",
            f"{objective.id}/title",
            Text(f"The objective begins with an activity (“{word}”).", f"目标以动作开头（“{word}”）。"),
            Text("being busy is not the same as getting somewhere", "做了事不等于有结果"),
            Text("Begin with what will be true at the end.", "请从“最终成为什么样”写起。"),
        )


def _of_good_length(objective: Objective) -> Iterator[Finding]:
    size, chinese = length(objective.title), is_chinese(objective.title)
    low, high = CHARACTERS if chinese else WORDS
    if not low <= size <= high:
        unit = Text("Chinese characters", "个汉字") if chinese else Text("words", "个英文单词")
        yield Finding(
            "warning",
            f"{objective.id}/title",
            Text(f"The objective has {size} {unit.en}.", f"目标有 {size} {unit.zh}。"),
            Text("it has to be remembered and must not be guessed at", "太长记不住，太短说不清"),
            Text(f"Use {low} to {high} {unit.en}.", f"建议控制在 {low}–{high} {unit.zh}。"),
        )


def _complete(case: Case, objective: Objective) -> Iterator[Finding]:
    if not objective.why:
        yield Finding(
            "warning",
            f"{objective.id}/why",
            Text("Why this objective is missing.", "没有写为什么要定这个目标。"),
            Text(
                "people commit to a reason, and drop it when the reason is gone",
                "有理由才有投入，理由不在了也才知道该调整",
            ),
            Text("Add one sentence, such as the finding it answers.", "补一句原因，例如它回应了哪条现状发现。"),
        )
    if not objective.owner:
        yield Finding(
            "warning",
            f"{objective.id}/owner",
            Text("The objective has no owner.", "目标没有负责人。"),
            Text("what everybody owns nobody does", "人人负责等于没人负责"),
            Text("Name one person.", "请指定一位负责人。"),
        )
    yield from _answering(case, objective)
    yield from _parented(case, objective)


def _answering(case: Case, objective: Objective) -> Iterator[Finding]:
    """What an objective answers must be a finding; before the lock it is to mend, later findings come and go."""
    if case.findings is None:
        return
    unknown = [name for name in objective.answers if name not in case.findings]
    if unknown:
        there = list(case.findings)[:_NAMED]
        en = f"Cite one of them, such as {', '.join(there)}, or none." if there else "Cite none: there are no findings."
        zh = f"请引用其中之一，例如 {'、'.join(there)}；没有对应的就留空。" if there else "目前没有重点发现，请留空。"
        yield Finding(
            "warning" if case.sheet.state == "draft" else "note",
            f"{objective.id}/answers",
            Text(
                f"It answers {', '.join(unknown)}, which is no finding of this quarter or the last.",
                f"所回应的 {'、'.join(unknown)} 不在本季度或上季度的重点发现之中。",
            ),
            Text(
                "an objective that answers nothing the data show may solve the wrong problem",
                "目标没有回应数据里的问题，可能用错了力气",
            ),
            Text(en, zh),
        )


def _parented(case: Case, objective: Objective) -> Iterator[Finding]:
    if objective.horizon == "long" or case.parent(objective):
        return
    horizon = LABELS[objective.horizon]
    missing = objective.parent
    yield Finding(
        "warning",
        f"{objective.id}/parent",
        Text(
            f"Its parent {missing} is not there." if missing else f"It is {horizon.en} and serves no longer objective.",
            f"找不到上级目标 {missing}。" if missing else f"{horizon.zh}目标没有对应更长期的目标。",
        ),
        Text("a quarter that serves nothing longer leads elsewhere", "季度目标若不服务于长期目标，容易各走各的路"),
        Text("Name the mid- or long-term objective it serves.", "请填写它所服务的中期或长期目标的编号。"),
    )


def _measured(case: Case, objective: Objective) -> Iterator[Finding]:
    count, own = len(objective.key_results), len(objective.averaged)
    if not own and case.sheet.children(objective.id):
        return
    where = f"{objective.id}/key_results"
    why = Text("two to five are enough to prove it and few enough to remember", "2–5 条足以证明目标达成，也记得住")
    if not own:
        says = Text("The objective has no key results; it cannot be locked.", "目标没有关键结果，无法锁定。")
        yield Finding("error", where, says, why, Text("Add two to five.", "请补充 2–5 条关键结果。"))
    elif own < 2:
        says = Text("The objective has one key result only.", "目标只有 1 条关键结果。")
        yield Finding("warning", where, says, why, Text("Add a second.", "请再补充一条，从另一个角度证明目标达成。"))
    elif count > 5:
        says = Text(f"The objective has {count} key results.", f"目标有 {count} 条关键结果。")
        remedy = Text("Keep the five that matter; the others may be tasks.", "保留最重要的 5 条，其余可改为任务。")
        yield Finding("warning", where, says, why, remedy)


def _few(case: Case) -> Iterator[Finding]:
    for level in ("company", "team", "person"):
        count = sum(objective.level == level for objective in case.sheet.objectives)
        if count > PER_LEVEL:
            label = LABELS[level]
            yield Finding(
                "warning",
                "objectives",
                Text(f"There are {count} objectives at the level {label.en}.", f"{label.zh}层面有 {count} 个目标。"),
                Text("with everything important nothing is", "什么都重要，就等于没有重点"),
                Text(f"Keep {PER_LEVEL} at most.", f"同一层面最多保留 {PER_LEVEL} 个。"),
            )
