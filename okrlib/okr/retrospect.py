"""Looking back at a sheet: which results ask for a cause, and what was and is to be adjusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrlib.okr.events import Blocker, Changed
from okrlib.okr.journal import Journal
from okrlib.okr.labels import LABELS
from okrlib.okr.plan import make_plan
from okrlib.okr.scoring import Score
from okrlib.okr.states import Scorecard
from okrlib.okr.status import is_silent
from okrlib.okr.survey import QUESTIONS, SCALE, may_be_shown
from okrlib.text import Text, number

REACHED = Decimal("0.7")


def asks_for_a_cause(score: Score | None) -> bool:
    """Whether a closed result is under 0.7, a commitment not met, or a guardrail breached."""
    if score is None:
        return False
    low = score.value is not None and score.value < REACHED
    return low or score.needs_cause or score.verdict == "breached"


def blockers_of(journal: Journal, key_result: str) -> tuple[Blocker, ...]:
    """Return what kinds of blocker check-ins named on the way, each once: the first sign of a cause."""
    kinds = (said.blocker_kind for said in journal.check_ins(key_result))
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


@dataclass(frozen=True, slots=True)
class Improvement:
    """One of the three things that are adjusted: how it was, what still asks for it, and to what end."""

    what: Text
    done: tuple[Text, ...]
    open: tuple[Text, ...]
    end: Text


def improvements(card: Scorecard, journal: Journal, as_of: date) -> tuple[Improvement, ...]:
    """Return objectives and key results, execution plan and communication, as sheet and journal tell of them."""
    return (
        Improvement(
            Text("Objectives and key results", "目标与关键结果"),
            tuple(_targets_moved(card, journal)),
            tuple(_targets_to_move(card, journal)),
            Text("they stay sensible and reachable", "目标合理、够得着"),
        ),
        Improvement(
            Text("Execution plan", "执行计划"),
            tuple(_plan_moved(card, journal)),
            tuple(_plan_to_move(card, journal, as_of)),
            Text("efficiency", "提高效率"),
        ),
        Improvement(
            Text("Communication", "沟通协作"),
            tuple(_talked(journal)),
            tuple(_talk_missing(card, journal, as_of)),
            Text("cooperation", "配合更顺畅"),
        ),
    )


def _changed(journal: Journal, ids: set[str]) -> Iterator[Text]:
    for event in journal.of(Changed):
        names = dict.fromkeys(change.path.split("/")[0] for change in event.differences)
        if own := [name for name in names if name in ids]:
            yield Text(f"{', '.join(own)} changed: {event.reason}", f"{'、'.join(own)} 已调整：{event.reason}")


def _ids(card: Scorecard) -> set[str]:
    return {one.id for one in card.objectives} | {one.id for one in card.key_results}


def _targets_moved(card: Scorecard, journal: Journal) -> Iterator[Text]:
    yield from _changed(journal, _ids(card))


def _targets_to_move(card: Scorecard, journal: Journal) -> Iterator[Text]:
    for about, lesson in journal.verdicts().items():
        if lesson.verdict != "keep" and about in _ids(card):
            label = LABELS[lesson.verdict]
            yield Text(f"{label.en} {about}", f"{about} {label.zh}")
    named = journal.causes()
    for state in card.key_results:
        if asks_for_a_cause(state.score) and state.id not in named:
            yield Text(f"{state.id} fell short without a cause", f"{state.id} 未达标，尚未说明原因")


def _plan_moved(card: Scorecard, journal: Journal) -> Iterator[Text]:
    tasks = journal.tasks(card.sheet)
    yield from _changed(journal, {task.id for task in tasks})
    if dropped := [task.id for task in tasks if task.status == "dropped"]:
        yield Text(f"dropped: {', '.join(dropped)}", f"已取消 {'、'.join(dropped)}")
    if done := [one for one in journal.decisions() if one.status == "done"]:
        n = len(done)
        yield Text(f"{n} {'decision' if n == 1 else 'decisions'} seen through", f"已落实 {n} 项决议")


def _plan_to_move(card: Scorecard, journal: Journal, as_of: date) -> Iterator[Text]:
    plan = make_plan(card.sheet, journal, min(as_of, card.sheet.quarter.end))
    if late := [one.id for one in plan.open if one.schedule.due <= plan.as_of]:
        yield Text(f"not done: {', '.join(late)}", f"未完成 {'、'.join(late)}")
    for one in journal.decisions():
        if one.status == "open":
            yield Text(f"{one.id} still open: {one.says}", f"{one.id} 尚未落实：{one.says}")


def _talked(journal: Journal) -> Iterator[Text]:
    judged = [idea for idea in journal.ideas() if idea.status != "proposed"]
    if judged:
        taken = sum(idea.status != "declined" for idea in judged)
        yield Text(f"ideas judged: {len(judged)}, taken up: {taken}", f"评议想法 {len(judged)} 个，采纳 {taken} 个")
    for survey in journal.surveys():
        if may_be_shown(survey):
            n = survey.respondents
            yield Text(f"survey {survey.name}: {n} people answered", f"{survey.name}：{n} 人作答")


def _talk_missing(card: Scorecard, journal: Journal, as_of: date) -> Iterator[Text]:
    on = min(as_of, card.sheet.quarter.end)
    silent = [
        state.id
        for state in card.key_results
        if is_silent(state.last_check_in or card.sheet.quarter.start, card.sheet.cadence_days, on)
    ]
    if silent:
        yield Text(f"silent at the end: {', '.join(silent)}", f"期末久未更新 {'、'.join(silent)}")
    for survey in journal.surveys():
        if may_be_shown(survey) and survey.scores:
            lowest = min(survey.scores, key=lambda name: survey.scores[name])
            asked, mean = QUESTIONS.get(lowest, Text(lowest, lowest)), survey.scores[lowest]
            yield Text(
                f"lowest answer: “{asked.en}” {number(mean, 'en', 1)} of {SCALE[1]}",
                f"得分最低的一项：“{asked.zh}”{number(mean, 'zh', 1)}（满分 {SCALE[1]}）",
            )
