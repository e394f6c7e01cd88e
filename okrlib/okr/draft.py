"""The draft of the next quarter's sheet, from one that is closed: nothing carries over by itself, and comments say why.

What was decided to be kept or changed is written down without its old target; what was dropped, or what nobody decided
about, is a comment. Longer objectives stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, get_args

from okrlib.errors import SheetError
from okrlib.okr.events import KeyResultResult, Lesson, Scored
from okrlib.okr.fields import BaselineRule
from okrlib.okr.journal import Journal
from okrlib.okr.labels import LABELS
from okrlib.okr.model import KeyResult, Objective, Sheet
from okrlib.okr.plan import is_open
from okrlib.okr.scoring import Score
from okrlib.text import Locale, Text, day
from okrlib.yaml_files import dump_yaml, load_yaml

_HEAD = Text(
    "Draft, written from {last} as closed on {day}. Nothing carries over by itself: delete what is not to stay, set the targets, "
    "then: okr check {store} {next}.",
    "草稿：根据 {last}（{day} 结项）生成。没有内容会自动延续：删去不再做的，重新设定目标值，然后运行 okr check {store} {next}。",
)
_FROM = Text("From {last} {id}, {verdict}; {score}.", "来自 {last} {id}，{verdict}；{score}。")
_LONGER = Text("Stands for longer than a quarter, as in {last}.", "跨季度目标，沿用 {last}。")
_LEFT = Text(
    "Not taken over: {last} {id} {title}, {verdict}; {score}.", "未延续：{last} {id} {title}，{verdict}；{score}。"
)
_UNDECIDED = Text(
    'nobody decided (okr lesson {store} {last} {id} keep --says "…")',
    '尚无决定（okr lesson {store} {last} {id} keep --says "…"）',
)
_RESULT = Text(
    "{last}: {title}: target {target}, result {value}, {score}.",
    "{last}：{title}：目标 {target}，结果 {value}，{score}。",
)
_DONE = Text("Reached and not written again: {id} {title}.", "已完成，不再列入：{id} {title}。")
_TARGET = Text("target: to be set anew; {target} was the last", "target: 待重新设定，上季度为 {target}")
_CAUSE = Text("Cause: {cause}", "原因：{cause}")
_LESSON = Text("Lesson ({by}): {says}", "经验（{by}）：{says}")
_TASK = Text("Not done last quarter: {id} {title} ({owner}).", "上季度未完成：{id} {title}（{owner}）。")
_IDEA = Text("Idea taken up: {id} {says} ({author}).", "已采纳的想法：{id} {says}（{author}）。")
_DECISION = Text("Decided and still open: {id} {says} ({owner}).", "已议定、尚未落实：{id} {says}（{owner}）。")
_SCORE, _NO_SCORE = Text("score {score}", "评分 {score}"), Text("no score", "无评分")
_NUMBERS = {"baseline", "target", "band", "milestones", "weight"}
_KEPT = ("id", "title", "why", "horizon", "parent", "level", "owner", "type")


def draft_next(sheet: Sheet, journal: Journal, locale: Locale) -> str:
    """Return the text of a draft sheet for the quarter after a closed one; SheetError when it is not closed."""
    if journal.scored is None:
        store, quarter = sheet.store, sheet.quarter
        raise SheetError(
            f"{store} {quarter}: not closed yet; close it first: okr close {store} {quarter}",
            f"{store} {quarter}：本季度尚未结束，请先结束本季度",
        )
    return "\n".join(_Draft(journal.in_force(sheet), journal, journal.scored, locale).lines()) + "\n"


class _Draft:
    def __init__(self, sheet: Sheet, journal: Journal, scored: Scored, locale: Locale) -> None:
        self.sheet, self.journal, self.locale, self.scored = sheet, journal, locale, scored
        self.verdicts: Mapping[str, Lesson] = journal.verdicts()
        self.results: dict[str, KeyResultResult] = {result.id: result for result in scored.key_results}
        self.scores: dict[str, Score] = {result.id: result.score for result in scored.objectives}
        self.stays = {one.id for one in sheet.objectives if self._stays(one)}

    def _stays(self, objective: Objective) -> bool:
        lesson = self.verdicts.get(objective.id)
        return lesson.verdict != "drop" if lesson else objective.horizon != "short"

    def _say(self, text: Text, **values: object) -> str:
        names = {"last": self.sheet.quarter, "next": self.sheet.quarter.next, "store": self.sheet.store}
        return " ".join(text.in_(self.locale, **(names | values)).split())

    def lines(self) -> Iterator[str]:
        """Yield the lines of the draft."""
        yield "# " + self._say(_HEAD, day=day(self.scored.at.date(), self.locale))
        yield from self._yaml({"store": self.sheet.store, "quarter": str(self.sheet.quarter.next)}, "")
        yield from (f"# {line}" for line in self._beside())
        yield "objectives:" if self.stays else "objectives: []"
        for objective in self.sheet.objectives:
            yield from self._objective(objective)

    def _yaml(self, values: Mapping[str, Any], indent: str) -> Iterator[str]:
        yield from (indent + line for line in dump_yaml(dict(values)).splitlines())

    def _beside(self) -> Iterator[str]:
        for idea in self.journal.ideas():
            if idea.status == "taken_up":
                yield self._say(_IDEA, id=idea.id, says=idea.says, author=idea.author)
        for decision in self.journal.decisions():
            if decision.status == "open":
                yield self._say(_DECISION, id=decision.id, says=decision.says, owner=decision.owner or "–")

    def _objective(self, objective: Objective) -> Iterator[str]:
        yield from (f"  # {line}" for line in self._origin(objective))
        if objective.id not in self.stays:
            return
        fields = objective.model_dump(mode="json", include=set(_KEPT), exclude_defaults=True)
        if objective.parent and objective.parent not in self.stays and self._is_ours(objective.parent):
            del fields["parent"]
        yield from self._item(fields, "  ")
        krs = [line for kr in objective.key_results for line in self._key_result(kr)]
        if krs:
            yield "    key_results:" if any(line.startswith("      - ") for line in krs) else "    key_results: []"
            yield from krs
        own = {task.id for task in objective.tasks}
        for task in self.journal.tasks(self.sheet):
            if task.id in own and is_open(task):
                yield "    # " + self._say(_TASK, id=task.id, title=task.title, owner=task.owner or "–")

    def _is_ours(self, objective_id: str) -> bool:
        return any(one.id == objective_id for one in self.sheet.objectives)

    def _item(self, fields: Mapping[str, Any], indent: str) -> Iterator[str]:
        first, *rest = self._yaml({name: fields[name] for name in fields}, "")
        yield f"{indent}- {first}"
        yield from (f"{indent}  {line}" for line in rest)

    def _origin(self, objective: Objective) -> Iterator[str]:
        lesson, score = self.verdicts.get(objective.id), self._scored(self.scores.get(objective.id))
        verdict = LABELS[lesson.verdict].in_(self.locale) if lesson else self._say(_UNDECIDED, id=objective.id)
        if objective.horizon != "short" and objective.id in self.stays:
            yield self._say(_LONGER)
        else:
            text = _FROM if objective.id in self.stays else _LEFT
            yield self._say(text, id=objective.id, title=objective.title, verdict=verdict, score=score)
        yield from self._learned(objective.id)

    def _learned(self, item: str) -> Iterator[str]:
        lesson = self.verdicts.get(item)
        if lesson and lesson.says:
            yield self._say(_LESSON, by=lesson.by, says=lesson.says)

    def _scored(self, score: Score | None) -> str:
        if score is None or score.verdict == "no_data":
            return self._say(_NO_SCORE)
        if score.value is None:
            return score.says(self.scored.at.date()).in_(self.locale)
        return self._say(_SCORE, score=f"{score.value:.1f}")

    def _key_result(self, kr: KeyResult) -> Iterator[str]:
        result = self.results.get(kr.id)
        title = kr.title or kr.metric or (kr.measure.name if kr.measure else kr.id)
        lesson = self.verdicts.get(kr.id)
        if (lesson and lesson.verdict == "drop") or _is_done(kr, result):
            verdict = LABELS["drop"].in_(self.locale)
            text = self._say(_DONE, id=kr.id, title=title) if _is_done(kr, result) else self._say(
                _LEFT, id=kr.id, title=title, verdict=verdict, score=self._scored(result.score if result else None)
            )  # fmt: skip
            yield f"      # {text}"
            return
        says = self._say(
            _RESULT, title=title, target=_shown(kr.target), value=_shown(result.value if result else None),
            score=self._scored(result.score if result else None),
        )  # fmt: skip
        yield f"      # {says}"
        cause = self.journal.causes().get(kr.id)
        if cause:
            words = LABELS[cause.cause].in_(self.locale) + (f", {cause.says}" if cause.says else "")
            yield "      # " + self._say(_CAUSE, cause=words)
        yield from (f"      # {line}" for line in self._learned(kr.id))
        yield from self._item(_again(kr, result), "      ")
        if kr.kind == "reach":
            yield "        # " + self._say(_TARGET, target=_shown(kr.target))


def _is_done(kr: KeyResult, result: KeyResultResult | None) -> bool:
    """Whether there is nothing left of it: every milestone is reached, or the yes is a yes."""
    return kr.kind in {"milestones", "yes_no"} and result is not None and (result.progress or 0) >= 1


def _again(kr: KeyResult, result: KeyResultResult | None) -> dict[str, Any]:
    """What of a key result stays: what it measures and how, a limit that is to hold; no target, level or due day."""
    keep = {"id", "metric", "measure", "where", "kind", "owner", "guardrail", "source", "latency_days", "baseline"}
    keep |= {"title"} if kr.kind in {"milestones", "yes_no"} or not (kr.metric or kr.measure) else set()
    keep |= {"target"} if kr.kind in {"at_least", "at_most"} else set()
    keep |= {"band"} if kr.kind == "between" else set()
    fields = kr.model_dump(mode="json", include=keep, exclude_defaults=True)
    if kr.kind == "milestones":
        steps = [step for step in kr.milestones if step.done is None]
        fields["milestones"] = [step.model_dump(mode="json", exclude_defaults=True) for step in steps]
    if isinstance(kr.baseline, Decimal) and kr.baseline and kr.kind == "reach":
        closed = result.value if result and result.value is not None else kr.baseline
        fields["baseline"] = "last_quarter" if kr.metric else str(closed)
    return {name: _typed(value) if name in _NUMBERS else value for name, value in fields.items()}


def _typed(value: Any) -> Any:
    """Write decimals, which a model dumps as text, as the numbers that they are, with the digits that they have."""
    if isinstance(value, list):
        return [_typed(part) for part in value]
    if isinstance(value, dict):
        return {name: _typed(part) if name in _NUMBERS else part for name, part in value.items()}
    return value if value in get_args(BaselineRule) else load_yaml(str(value), "number")


def _shown(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:f}"
