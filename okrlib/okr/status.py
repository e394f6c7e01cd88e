"""How a key result stands: one word, decided in a fixed order; silence and missing data come before good news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from okrlib.okr.model import KeyResult, ObjectiveType
from okrlib.okr.scoring import Colour, Score, is_met
from okrlib.text import Text

GRACE = timedelta(days=3)  # on top of the cadence before silence counts as silence
CERTAIN, DOUBTFUL = {"committed": 0.7, "aspirational": 0.4}, {"committed": 0.3, "aspirational": 0.15}
ON_PATH, BEHIND_PATH = Decimal("0.05"), Decimal("0.15")


class Status(Enum):
    """The words, from the weakest up; an objective has the weakest of its key results."""

    AT_RISK = ("at_risk", "bad", Text("at risk", "有风险"))
    MISSED = ("missed", "bad", Text("not reached", "未达成"))
    OUTDATED_AT_RISK = ("outdated_at_risk", "bad", Text("outdated, at risk", "久未更新，有风险"))
    OUTDATED = ("outdated", "warn", Text("outdated", "久未更新"))
    NO_DATA = ("no_data", "none", Text("no data", "暂无数据"))
    NO_BASELINE = ("no_baseline", "none", Text("no baseline yet", "基线待定"))
    NOT_JUDGED = ("not_judged", "none", Text("no forecast yet", "暂无预测"))
    BEHIND = ("behind", "warn", Text("behind", "落后"))
    PARTLY = ("partly", "warn", Text("partly reached", "部分达成"))
    ON_TRACK = ("on_track", "good", Text("on track", "进展正常"))
    ACHIEVED = ("achieved", "good", Text("achieved", "已达成"))

    def __init__(self, key: str, colour: Colour, label: Text) -> None:
        self.key = key
        self.colour = colour
        self.label = label

    @property
    def silent(self) -> bool:
        """Whether nobody has been heard of for too long."""
        return self in (Status.OUTDATED, Status.OUTDATED_AT_RISK)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the forecast says of a key result.

    `probability` of reaching the target, None with too little history; `expected`, the value at which the seasonal
    path to the target should be by now, in the metric's unit.
    """

    probability: float | None = None
    expected: Decimal | None = None


_CLOSED: dict[Colour, Status] = {
    "good": Status.ACHIEVED,
    "warn": Status.PARTLY,
    "bad": Status.MISSED,
    "none": Status.NO_DATA,
}


def key_result_status(
    kr: KeyResult,
    type_: ObjectiveType,
    *,
    baseline: Decimal | None,
    value: Decimal | None,
    outlook: Outlook,
    silent: bool,
    score: Score | None = None,
) -> Status:
    """Return the status, in this order: closed result, no data, no baseline, outdated, probability, expected path.

    `silent` is the answer of `is_silent`; `score` is there once the sheet is closed.
    """
    if score is not None:
        return _CLOSED[score.colour]
    if value is None:
        return Status.NO_DATA
    if kr.kind == "reach" and baseline is None:
        return Status.NO_BASELINE
    if outlook.probability is not None:
        judged = by_probability(outlook.probability, "committed" if kr.guardrail else type_)
    else:
        judged = by_path(kr, baseline, value, outlook.expected)
    if silent:  # which must not look better than what it is silent about
        return Status.OUTDATED_AT_RISK if judged is Status.AT_RISK else Status.OUTDATED
    return judged


def is_silent(last_heard: date | None, cadence_days: int, as_of: date) -> bool:
    """Whether the last check-in (or the lock, before the first one) is older than the cadence plus three days."""
    return last_heard is not None and as_of - last_heard > timedelta(days=cadence_days) + GRACE


def limits(type_: ObjectiveType) -> tuple[float, float]:
    """Return the chance from which a key result is on track, and the one below which it is at risk."""
    group = "committed" if type_ == "committed" else "aspirational"
    return CERTAIN[group], DOUBTFUL[group]


def by_probability(probability: float, type_: ObjectiveType) -> Status:
    """Judge by the model's probability; a commitment is asked for more certainty than an aspiration."""
    certain, doubtful = limits(type_)
    if probability >= certain:
        return Status.ON_TRACK
    return Status.AT_RISK if probability < doubtful else Status.BEHIND


def by_path(kr: KeyResult, baseline: Decimal | None, value: Decimal, expected: Decimal | None) -> Status:
    """Judge by the distance to where the path to the target should be by now; a target already met is on track."""
    if is_met(kr, baseline, value):
        return Status.ON_TRACK
    if expected is None:
        return Status.NOT_JUDGED
    scale = abs(expected) or abs(kr.target or Decimal(0)) or Decimal(1)
    behind = kr.direction(baseline) * (expected - value) / scale
    if behind <= ON_PATH:
        return Status.ON_TRACK
    return Status.BEHIND if behind <= BEHIND_PATH else Status.AT_RISK


def linear_path(kr: KeyResult, baseline: Decimal | None, start: date, due: date, as_of: date) -> Decimal | None:
    """Return the value a steady pace would have reached by now.

    It is for typed-in measures and milestones, which have no seasonal history; a threshold is its own path, and a
    yes or no has none.
    """
    share = min(max(Decimal((as_of - start).days + 1) / max((due - start).days + 1, 1), Decimal(0)), Decimal(1))
    if kr.kind == "milestones":
        return share
    if kr.kind == "reach" and baseline is not None and kr.target is not None:
        return baseline + share * (kr.target - baseline)
    return kr.target if kr.kind in {"at_least", "at_most"} else None


def weakest(statuses: Iterable[Status]) -> Status:
    """Return the weakest status; nothing to judge is no data."""
    order = list(Status)
    return min(statuses, key=order.index, default=Status.NO_DATA)
