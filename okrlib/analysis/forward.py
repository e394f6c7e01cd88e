"""Looking ahead: what each driver must do in the rest of the period to reach the target, and which tasks move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from okrlib.analysis.daily import history
from okrlib.analysis.data import StoreData
from okrlib.analysis.decompose import Need, drivers_needed
from okrlib.analysis.forecast import Forecast, quarter_total
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.ways import WAYS
from okrlib.okr import KeyResult, KeyResultState, Scorecard, Sheet, Task
from okrlib.periods import Period
from okrlib.text import Text

TWO_YEARS = 728  # days
OVER = ("done", "dropped")
NO_REST = Text("the days left cannot be forecast from this history", "现有历史数据不足以预测余下时间")


@dataclass(frozen=True, slots=True)
class Lever:
    """One driver over the days left: expected, needed were it to close the gap alone, best of as many days; open tasks."""

    name: str
    need: Need
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Forward:
    """What is `missing` to a target in the days left beside the `expected` rest, and by way its two levers.

    `tasks` are the open ones that are to move the total itself. `reason` says why the rest cannot be foreseen.
    """

    key_result: str
    rest: Period
    missing: Decimal
    expected: Decimal | None = None
    ways: tuple[tuple[Lever, ...], ...] = ()
    tasks: tuple[Task, ...] = ()
    reason: Text | None = None

    @property
    def factor(self) -> Decimal | None:
        """How many times what is expected the rest must bring (1.1 is a tenth more)."""
        return self.missing / self.expected if self.expected else None


def forwards(data: StoreData, card: Scorecard, tasks: Sequence[Task]) -> tuple[Forward, ...]:
    """Look ahead for every total that splits into drivers, is to grow and is not there yet; `tasks` as they stand now."""
    last = min(card.as_of, data.covers.end)
    found = []
    for state in card.key_results:
        kr, end = state.key_result, kr_period(card.sheet, state.key_result).end
        if not _levers(kr.metric) or kr.target is None or state.value is None or last >= end:
            continue
        if state.value < kr.target and more_is_better(kr, state.baseline):
            own = [task for task in tasks if task.status not in OVER and concerns(card.sheet, task, kr)]
            found.append(_forward(data, state, Period(last + timedelta(days=1), end), kr.target - state.value, own))
    return tuple(found)


def _levers(metric: str | None) -> list[tuple[str, str]]:
    """Name the pairs of drivers whose volume adds up over days, and so can be forecast; different buyers do not."""
    ways = WAYS.get(metric or "", ())
    return [
        (way.drivers[0], way.drivers[1]) for way in ways if len(way.drivers) == 2 and CATALOGUE[way.drivers[0]].adds_up
    ]


def concerns(sheet: Sheet, task: Task, kr: KeyResult) -> bool:
    """Tell whether a task works on the part of the store that a key result looks at, or on all of it."""
    (own,) = (one.where.items for one in sheet.key_results if one.id == task.key_result)
    return set(own) <= set(kr.where.items)


def _forward(data: StoreData, state: KeyResultState, rest: Period, missing: Decimal, tasks: Sequence[Task]) -> Forward:
    kr = state.key_result
    metric, pairs = str(kr.metric), _levers(kr.metric)
    names = {metric}.union(*({volume, CATALOGUE[value].of[0]} for volume, value in pairs))
    known = history(data, names, dict(kr.where.items))
    foreseen = quarter_total(
        known, rest.start, rest.end, rest.start - timedelta(days=1), country=data.store.country, events=data.events
    )
    expected = {str(name): level for name, one in foreseen.items() if (level := _median(one)) is not None}
    if metric not in expected:
        return Forward(state.id, rest, missing, reason=_why(foreseen.get(metric)))
    ways = []
    for volume, value in pairs:
        whole = CATALOGUE[value].of[0]
        if {volume, whole} <= set(expected):
            levels = {volume: expected[volume], value: expected[whole] / expected[volume]}
            needs = drivers_needed(
                levels, missing * expected[whole] / expected[metric], _best(known, volume, value, whole, rest.days)
            )
            ways.append(tuple(Lever(name, needs[name], _moving(tasks, name)) for name in levels))
    return Forward(state.id, rest, missing, expected[metric], tuple(ways), _moving(tasks, metric))


def _median(forecast: Forecast) -> Decimal | None:
    level = None if forecast.reason else forecast.quantile(0.5)
    return Decimal(repr(level)) if level is not None and level > 0 else None


def _why(forecast: Forecast | None) -> Text:
    return (forecast.reason if forecast else None) or NO_REST


def _best(known: pd.DataFrame, volume: str, value: str, whole: str, days: int) -> Mapping[str, Decimal]:
    """Return the best that as many days running have brought in the past two years; nothing with less history."""
    sums = known[[volume, whole]].iloc[-TWO_YEARS:].rolling(days).sum().dropna()
    counted = sums[sums[volume] > 0]
    if counted.empty:
        return {}
    best = {volume: counted[volume].max(), value: (counted[whole] / counted[volume]).max()}
    return {name: Decimal(repr(float(level))) for name, level in best.items()}


def _moving(tasks: Sequence[Task], metric: str) -> tuple[Task, ...]:
    return tuple(task for task in tasks if task.expected_effect and task.expected_effect.metric == metric)
