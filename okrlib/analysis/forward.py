"""Looking ahead: what each driver must do in the rest of the period to reach the target, and which tasks move it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice

import pandas as pd

from okrlib.analysis.daily import history
from okrlib.analysis.data import StoreData
from okrlib.analysis.decompose import Need, drivers_needed
from okrlib.analysis.events import QUARTER_STARTS, Event
from okrlib.analysis.forecast import Forecast, quarter_total
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.tracks import Track, forecasts, past_quarters, tracks
from okrlib.analysis.ways import WAYS
from okrlib.okr import KeyResult, KeyResultState, Scorecard, Sheet, Task
from okrlib.periods import Period, Quarter
from okrlib.text import Text

TWO_YEARS = 728  # days
QUARTERS = 8  # of two years
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
    """What is `missing` to a target in the days left beside the `expected` rest, and by way its levers.

    For a ratio nothing is missing (None): its one lever is the ratio of the days left, `expected` what it is then
    divided by. `tasks` are the open ones that are to move the total itself. `reason` says why the rest cannot be
    foreseen.
    """

    key_result: str
    rest: Period
    missing: Decimal | None
    expected: Decimal | None = None
    ways: tuple[tuple[Lever, ...], ...] = ()
    tasks: tuple[Task, ...] = ()
    reason: Text | None = None

    @property
    def factor(self) -> Decimal | None:
        """How many times what is expected the rest must bring (1.1 is a tenth more)."""
        return self.missing / self.expected if self.expected and self.missing is not None else None


def forwards(data: StoreData, card: Scorecard, tasks: Sequence[Task]) -> tuple[Forward, ...]:
    """Look ahead for every ratio, and every total that splits into drivers or parts, is to grow and is not there yet.

    `tasks` as they stand now.
    """
    last = min(card.as_of, data.covers.end)
    found = []
    for state in card.key_results:
        kr, period = state.key_result, kr_period(card.sheet, state.key_result)
        if not kr.metric or kr.target is None or state.value is None or last >= period.end:
            continue
        rest = Period(last + timedelta(days=1), period.end)
        own = [task for task in tasks if task.status not in OVER and concerns(card.sheet, task, kr)]
        if CATALOGUE[kr.metric].op == "ratio":
            found.append(_ratio_ahead(data, state, period, rest, own))
        elif state.value < kr.target and more_is_better(kr, state.baseline):
            ahead = _forward if _levers(kr.metric) else _parts_ahead if _summands(kr.metric) else None
            found.append(ahead(data, state, rest, kr.target - state.value, own) if ahead else None)
    return tuple(one for one in found if one is not None)


def _summands(metric: str) -> tuple[str, ...]:
    """Name the parts that a count is the sum of, such as new and returning buyers."""
    return next((tuple(way.adds) for way in WAYS.get(metric, ()) if not way.drivers), ())


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
    foreseen, expected = _foreseen(data, known, rest)
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


def _parts_ahead(
    data: StoreData, state: KeyResultState, rest: Period, missing: Decimal, tasks: Sequence[Task]
) -> Forward:
    """Look ahead for a count: each part alone would have to bring all that the forecast leaves missing."""
    metric = str(state.key_result.metric)
    parts = _summands(metric)
    known = history(data, {metric, *parts}, dict(state.key_result.where.items))
    foreseen, expected = _foreseen(data, known, rest, QUARTER_STARTS)
    if metric not in expected:
        return Forward(state.id, rest, missing, reason=_why(foreseen.get(metric)))
    told = [name for name in parts if name in expected]
    scale = expected[metric] / sum((expected[name] for name in told), Decimal(0)) if told else Decimal(0)
    levels = {name: expected[name] * scale for name in told}
    short = missing - expected[metric]
    needs = {name: Need(level, level + short, _best_of_quarters(known[name], rest)) for name, level in levels.items()}
    levers = tuple(Lever(name, need, _moving(tasks, name)) for name, need in needs.items())
    return Forward(state.id, rest, missing, expected[metric], (levers,), _moving(tasks, metric))


def _ratio_ahead(
    data: StoreData, state: KeyResultState, period: Period, rest: Period, tasks: Sequence[Task]
) -> Forward | None:
    """Look ahead for a ratio: what it must be in the days left; None where it is not told by day."""
    kr, eve = state.key_result, rest.start - timedelta(days=1)
    metric = CATALOGUE[str(kr.metric)]
    track = tracks(data, {state.id: (metric.name, kr.where.items)}).get(state.id)
    if track is None or track.below is None or kr.target is None:
        return None
    whole = forecasts(data, {state.id: track}, period, eve)[state.id]
    below = pd.DataFrame({"below": track.below})
    foreseen, expected = _foreseen(data, below, rest)
    middle = None if whole.reason else whole.quantile(0.5)
    if middle is None or "below" not in expected:
        return Forward(state.id, rest, None, reason=whole.reason or _why(foreseen.get("below")))
    ahead = expected["below"]
    top, bottom = (
        Decimal(repr(float(values.loc[str(period.start) : str(eve)].sum()))) for values in (track.above, track.below)
    )
    now, aim = ((level * (bottom + ahead) - top) / ahead for level in (Decimal(repr(middle)), kr.target))
    rising = more_is_better(kr, state.baseline)
    lever = Lever(
        metric.name,
        Need(now, aim, _best_ratio(track, rest, rising=rising), rising),
        _moving(tasks, metric.name, *metric.of),
    )
    return Forward(state.id, rest, None, ahead, ((lever,),))


def _foreseen(
    data: StoreData, known: pd.DataFrame, rest: Period, more: Sequence[Event] = ()
) -> tuple[dict[str, Forecast], dict[str, Decimal]]:
    """Return the forecast of the rest for every column, and its middle where there is one; `more` events than the store's."""
    eve, events = rest.start - timedelta(days=1), (*data.events, *more)
    found = quarter_total(known, rest.start, rest.end, eve, country=data.store.country, events=events)
    told = {str(name): one for name, one in found.items()}
    return told, {name: level for name, one in told.items() if (level := _median(one)) is not None}


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


def _same_stretches(known: Period, rest: Period) -> Iterator[Period]:
    """Yield the days of each past quarter of two years that lie in it as `rest` lies in its own."""
    after = rest.start - Quarter.of(rest.start).start
    for quarter in islice(past_quarters(known, rest.start), QUARTERS):
        if (start := quarter.start + after) <= quarter.end:
            yield Period(start, min(start + timedelta(days=rest.days - 1), quarter.end))


def _best_of_quarters(values: pd.Series[float], rest: Period) -> Decimal | None:
    """Return the most that the same stretch of a past quarter brought: a count starts anew with every quarter."""
    known = values.dropna()
    sums = [float(known.loc[str(span.start) : str(span.end)].sum()) for span in _same_stretches(_reach(known), rest)]
    return Decimal(repr(max(sums))) if sums else None


def _best_ratio(track: Track, rest: Period, *, rising: bool) -> Decimal | None:
    """Return the best ratio of as many days: running ones of two years, or of a count's past quarters."""
    if track.below is None:
        return None
    if all(CATALOGUE[part].adds_up for part in track.metric.of):
        top, bottom = (
            values.iloc[-TWO_YEARS:].rolling(rest.days).sum().dropna() for values in (track.above, track.below)
        )
        levels = (top / bottom)[bottom > 0].tolist()
    else:
        levels = [level for span in _same_stretches(track.known, rest) if (level := track.over(span)) is not None]
    return Decimal(repr(float((max if rising else min)(levels)))) if levels else None


def _reach(known: pd.Series[float]) -> Period:
    return Period(known.index[0].date(), known.index[-1].date())


def _moving(tasks: Sequence[Task], *metrics: str) -> tuple[Task, ...]:
    return tuple(task for task in tasks if task.expected_effect and task.expected_effect.metric in metrics)
