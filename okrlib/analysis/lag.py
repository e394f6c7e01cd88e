"""What holds a lagging key result back: the driver that weighs most against it, in the key result's own terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.outlook import kr_period
from okrlib.analysis.why import Against, Gap
from okrlib.okr.states import KeyResultState, Scorecard
from okrlib.okr.status import Status

LAGGING = (Status.AT_RISK, Status.MISSED, Status.BEHIND)


@dataclass(frozen=True, slots=True)
class Drag:
    """A driver (a metric) that pulls a key result back against the plan or last year.

    Of a total, `part` is what the driver takes from it, in its unit. Of a ratio, `change` is how far one of its two
    numbers moved (0.3 is +30 %), of which the driver's moved further in the bad way.
    """

    metric: str
    against: Against
    part: Decimal | None = None
    change: Decimal | None = None


def drags(data: StoreData, card: Scorecard, gaps: Mapping[str, Mapping[Against, Gap]]) -> dict[str, Drag]:
    """Return the driver that weighs most against each lagging key result; none where the data cannot tell one."""
    lagging = [state for state in card.key_results if state.status in LAGGING]
    found = {
        state.id: _of_total(gaps[state.id]) if state.id in gaps else _of_ratio(data, card, state) for state in lagging
    }
    return {name: drag for name, drag in found.items() if drag}


def _of_total(gap: Mapping[Against, Gap]) -> Drag | None:
    against: Against = "plan" if "plan" in gap and gap["plan"].ways else "last_year"
    drivers = gap[against].ways[0] if gap[against].ways else ()
    worst = min(drivers, key=lambda driver: driver.part, default=None)
    known = worst is not None and worst.part < 0 and worst.name in CATALOGUE
    return Drag(worst.name, against, part=worst.part) if worst and known else None


def _of_ratio(data: StoreData, card: Scorecard, state: KeyResultState) -> Drag | None:
    """Of a ratio's numerator and denominator, which moved further from last year in the way that hurts."""
    metric = CATALOGUE.get(state.key_result.metric or "")
    if metric is None or metric.op != "ratio":
        return None
    where = dict(state.key_result.where.items)
    now = fact(data, kr_period(card.sheet, state.key_result), metric.name, where)
    then = fact(data, now.period.a_year_ago(), metric.name, where)
    pairs = ((now.numerator, then.numerator), (now.denominator, then.denominator))
    moved = [None if new is None or not old else new / old - 1 for new, old in pairs]
    if moved[0] is None or moved[1] is None:
        return None
    hurts = moved[0] - moved[1] if state.key_result.direction(state.baseline) < 0 else moved[1] - moved[0]
    number = 0 if abs(moved[0]) >= abs(moved[1]) else 1
    return Drag(metric.of[number], "last_year", change=moved[number]) if hurts > 0 else None
