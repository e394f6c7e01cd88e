"""Progress, zones, averages and scores: pure functions of a key result, its baseline and a value.

Progress comes from data; confidence is the owner's word; probability is a model's; a score exists only at closing. They
are never mixed. Grading follows Google re:Work, "Set goals with OKRs", and Doerr, *Measure What Matters*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Literal

from okrlib.errors import SheetError
from okrlib.okr.fields import Model, Number
from okrlib.okr.model import KeyResult, ObjectiveType
from okrlib.text import Text, day

ONE, ZERO = Decimal(1), Decimal(0)
Verdict = Literal[
    "green", "yellow", "red", "met", "needs_cause", "validated", "not_validated", "held", "breached", "no_data"
]
Colour = Literal["good", "warn", "bad", "none"]
VERDICTS: dict[Verdict, tuple[Colour, Text]] = {
    "green": ("good", Text("reached (0.7–1.0)", "达成（0.7–1.0）")),
    "yellow": ("warn", Text("progress, not there (0.4–0.6)", "有进展，未达成（0.4–0.6）")),
    "red": ("bad", Text("fell short (0.0–0.3)", "差距较大（0.0–0.3）")),
    "met": ("good", Text("commitment met", "承诺已兑现")),
    "needs_cause": ("bad", Text("commitment not met", "承诺未兑现")),
    "validated": ("good", Text("validated", "已验证")),
    "not_validated": ("bad", Text("not validated", "未验证")),
    "held": ("good", Text("guardrail held", "底线守住")),
    "breached": ("bad", Text("guardrail breached", "底线失守")),
    "no_data": ("none", Text("no data", "暂无数据")),
}


class Zone(Enum):
    """Where a value stands between the stored levels."""

    BELOW_COMMIT = Text("below commit", "未到承诺值")
    COMMIT = Text("commit reached", "达到承诺值")
    TARGET = Text("target reached", "达到目标值")
    STRETCH = Text("stretch reached", "达到冲刺值")


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as the data gives it; None with a `reason` when there is none (no data is never zero).

    `numerator` and `denominator` belong to ratios; `final_on` is the day from which the value no longer moves.
    """

    value: Decimal | None
    unit: str
    as_of: date
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    final_on: date | None = None
    reason: Text | None = None

    def interim(self, on: date) -> bool:
        """Whether refunds or late payments may still move the value on that day."""
        return self.value is not None and self.final_on is not None and on < self.final_on


@dataclass(frozen=True, slots=True)
class Average:
    """A weighted mean over those that have data; `measured` of `total` says how much of the whole that is."""

    value: Decimal | None
    measured: int
    total: int


class Score(Model):
    """A result at closing: clamped progress to one decimal, and the verdict of its kind of objective."""

    value: Number | None = None
    verdict: Verdict
    final_on: date | None = None  # set while the value is interim: the day on which the score becomes final

    @property
    def colour(self) -> Colour:
        """Good, warn, bad, or none without data."""
        return VERDICTS[self.verdict][0]

    @property
    def needs_cause(self) -> bool:
        """Whether a commitment was not met, so that a lesson must name the cause."""
        return self.verdict == "needs_cause"

    def interim(self, on: date) -> bool:
        """Whether refunds or late payments may still move the result on that day."""
        return self.final_on is not None and on < self.final_on

    def says(self, on: date) -> Text:
        """Return the verdict in words; one that was interim at closing names the day on which it becomes, or became, final."""
        label = VERDICTS[self.verdict][1]
        if self.final_on is None:
            return label
        en, zh = day(self.final_on, "en"), day(self.final_on, "zh")
        if self.interim(on):
            return Text(f"{label.en}; interim until {en}", f"{label.zh}；{zh}前为暂定结果")
        return Text(f"{label.en}; scored before it was final on {en}", f"{label.zh}；结项早于定稿日 {zh}")


def progress(kr: KeyResult, baseline: Decimal | None, value: Decimal | None) -> Decimal | None:
    """Return the unclamped share of the way (1 is reached, negative is worse than the start), None without data.

    Threshold kinds are 1 when met and 0 when not; the value of `milestones` is the share done, of `yes_no` 0 or 1.
    """
    if value is None:
        return None
    if kr.kind == "milestones":
        return value
    if kr.kind == "reach":
        return _way(kr, baseline, value)
    met = _threshold_met(kr, value)
    return None if met is None else ONE if met else ZERO


def _way(kr: KeyResult, baseline: Decimal | None, value: Decimal) -> Decimal | None:
    if baseline is None or kr.target is None:
        return None
    if baseline == kr.target:
        raise SheetError(
            f"key result {kr.id}: target {kr.target} equals its baseline, so progress has no meaning",
            f"关键结果 {kr.id}：目标值 {kr.target} 等于基线，无法计算进度",
        )
    return (value - baseline) / (kr.target - baseline)


def _threshold_met(kr: KeyResult, value: Decimal) -> bool | None:
    if kr.kind == "yes_no":
        return value >= 1
    if kr.kind == "between":
        return kr.band and kr.band[0] <= value <= kr.band[1]
    if kr.target is None:
        return None
    return value >= kr.target if kr.kind == "at_least" else value <= kr.target


def require_fitting(kr: KeyResult, value: Decimal | None) -> None:
    """Raise SheetError for a value in a check-in where none is asked for, or one that the key result cannot take."""
    says = None
    if value is not None and kr.metric:
        says = Text(f"the data supply its value ({kr.metric})", f"数值由数据给出（{kr.metric}）")
    elif value is not None and kr.kind == "milestones":
        says = Text("its milestones supply its value", "数值由里程碑给出")
    if says:
        raise SheetError(
            f"key result {kr.id}: {says.en}; leave out value {value}",
            f"关键结果 {kr.id}：{says.zh}，请勿填写 {value}",
        )
    if kr.kind == "yes_no" and value not in {None, ZERO, ONE}:
        raise SheetError(
            f"key result {kr.id}: value {value}: expected 1 for yes or 0 for no",
            f"关键结果 {kr.id}：{value} 无法识别，请填 1（是）或 0（否）",
        )


def is_met(kr: KeyResult, baseline: Decimal | None, value: Decimal | None) -> bool | None:
    """Whether the target is met (equality meets it); None without data."""
    done = progress(kr, baseline, value)
    return None if done is None else done >= 1


def shortfall(kr: KeyResult, baseline: Decimal | None, value: Decimal | None) -> Decimal | None:
    """Return how much is missing to the target, or over the limit, in the metric's unit; 0 when met, None unknown."""
    met = is_met(kr, baseline, value)
    if met is None or value is None:
        return None
    if met:
        return ZERO
    if kr.kind == "between" and kr.band:
        return kr.band[0] - value if value < kr.band[0] else value - kr.band[1]
    return abs((ONE if kr.target is None else kr.target) - value)


def zone(kr: KeyResult, baseline: Decimal | None, value: Decimal | None) -> Zone | None:
    """Return the highest stored level that `value` has reached (levels are never derived from ratios); None unknown."""
    met = is_met(kr, baseline, value)
    if met is None or value is None:
        return None
    sign = kr.direction(baseline)
    reached = [level is not None and sign * value >= sign * level for level in kr.levels]
    if reached[2]:
        return Zone.STRETCH
    if met:
        return Zone.TARGET
    return Zone.COMMIT if reached[0] else Zone.BELOW_COMMIT


def milestones_done(kr: KeyResult, as_of: date) -> Decimal | None:
    """Return the weighted share of milestones reached by `as_of`; None when there are none."""
    total = sum((step.weight for step in kr.milestones), ZERO)
    done = sum((step.weight for step in kr.milestones if step.done and step.done <= as_of), ZERO)
    return done / total if total else None


def clamped(value: Decimal) -> Decimal:
    """Return progress held to 0–1: for an average or the drawing of a bar, never for a printed figure."""
    return min(max(value, ZERO), ONE)


def average(parts: Iterable[tuple[Decimal | None, Decimal | None]]) -> Average:
    """Return the mean of (weight, progress), each clamped; no weight means 1, parts without data are left out."""
    pairs = [(ONE if weight is None else weight, part) for weight, part in parts]
    known = [(weight, clamped(part)) for weight, part in pairs if part is not None]
    total = sum((weight for weight, _ in known), ZERO)
    value = sum((weight * part for weight, part in known), ZERO) / total if total else None
    return Average(value, len(known), len(pairs))


def objective_progress(key_results: Iterable[KeyResult], progresses: Mapping[str, Decimal | None]) -> Average:
    """Return an objective's progress: its key results by weight, guardrails left out."""
    return average((kr.weight, progresses.get(kr.id)) for kr in key_results if not kr.guardrail)


def parent_progress(own: Average, children: Iterable[tuple[Decimal | None, Decimal | None]]) -> Average:
    """Return a parent's progress: from its own key results if it has any, else of its children; never both."""
    return own if own.total else average(children)


def roll_up(progresses: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Average:
    """Return the progress of several stores by weight (such as revenue); a store without a weight is a SheetError."""
    if without := [store for store in progresses if store not in weights]:
        raise SheetError(
            f"stores {', '.join(without)} have no weight; give each one, such as its revenue",
            f"店铺 {'、'.join(without)} 没有权重，请为每家店铺填写（如营业额）",
        )
    return average((weights[store], part) for store, part in progresses.items())


def score_at_closing(
    type_: ObjectiveType, done: Decimal | None, *, guardrail: bool = False, final_on: date | None = None
) -> Score:
    """Return the score of a closed result; guardrails are reported as held or breached and carry no number.

    A score of 1.0 is kept for what was reached: 0.97 of a commitment prints 0.9, and needs a cause.
    """
    if done is None:
        return Score(value=None, verdict="no_data")
    if guardrail:
        return Score(value=None, verdict="held" if done >= 1 else "breached", final_on=final_on)
    value = clamped(done).quantize(Decimal("0.1"), ROUND_HALF_UP)
    value = min(value, Decimal("0.9")) if done < 1 else value
    return Score(value=value, verdict=_verdict(type_, value), final_on=final_on)


def _verdict(type_: ObjectiveType, value: Decimal) -> Verdict:
    if type_ == "committed":
        return "met" if value == 1 else "needs_cause"
    if type_ == "learning":
        return "validated" if value == 1 else "not_validated"
    return "green" if value >= Decimal("0.7") else "yellow" if value >= Decimal("0.4") else "red"
