"""Whose word was worth more: the forecast's chance and the owner's confidence, both held against what came, over quarters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from okrlib.analysis.brier import brier
from okrlib.analysis.data import StoreData
from okrlib.analysis.during import Glance, glances
from okrlib.analysis.outlook import kr_period, more_is_better
from okrlib.analysis.tracks import eve, tracks
from okrlib.okr import Journal, Sheet, read_sheet, store_journal
from okrlib.periods import Period, Quarter
from okrlib.stores import Workbook

STAGES = ((0, 4), (5, 8), (9, 13))  # weeks of the quarter, first and last
FULL = 10  # of confidence
LOOKED_BACK = 4  # quarters


@dataclass(frozen=True, slots=True)
class Belief:
    """What was believed of a target at the end of a week, and whether it was reached.

    `chance` is the forecast's, `confidence` the owner's last word by then as a share; the target is the one then in force.
    """

    quarter: Quarter
    key_result: str
    week: int
    chance: float
    confidence: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """The beliefs of one stretch of the quarter: means of what was said and came, and both Brier scores."""

    weeks: tuple[int, int]
    count: int
    chance: float
    confidence: float
    reached: float
    forecast_score: float
    owner_score: float


def beliefs_until(data: StoreData, workbook: Workbook, quarter: Quarter) -> tuple[Belief, ...]:
    """Return the beliefs of the `LOOKED_BACK` quarters before one, and its own once it is over, oldest first.

    A sheet that cannot be read is a SheetError that names it.
    """
    found = list[Belief]()
    for _ in range(LOOKED_BACK + 1):
        path = workbook.sheet_path(data.store.store, quarter)
        if quarter.end <= data.as_of and path.exists():
            journal = store_journal(workbook, data.store, quarter, data.as_of)
            found = [*beliefs(data, journal.in_force(read_sheet(path)), journal), *found]
        quarter = quarter.previous
    return tuple(found)


def beliefs(data: StoreData, sheet: Sheet, journal: Journal) -> tuple[Belief, ...]:
    """Pair chance and confidence week by week for every key result of a quarter whose end the data know.

    Only weeks with both count, and none on the last day, when there is nothing left to believe.
    """
    krs = {kr.id: kr for kr in sheet.key_results if kr.metric}
    laid = tracks(data, {key: (str(kr.metric), kr.where.items) for key, kr in krs.items()})
    starts = {name: one.value for name, one in journal.baselines.items()}
    found: list[Belief] = []
    for key, seen in glances(data, sheet, journal, laid, starts).items():
        period, rising = kr_period(sheet, krs[key]), more_is_better(krs[key], starts.get(key))
        found += _paired(sheet.quarter, key, period, seen, laid[key].over(period), rising=rising)
    return tuple(found)


def _paired(
    quarter: Quarter, key: str, period: Period, seen: Sequence[Glance], came: float | None, *, rising: bool
) -> Iterator[Belief]:
    for one in seen:
        if one.target is None or one.chance is None or one.confidence is None or came is None or one.day >= period.end:
            continue
        reached = came >= float(one.target) if rising else came <= float(one.target)
        yield Belief(quarter, key, (one.day - eve(period)).days // 7, one.chance, one.confidence / FULL, reached)


def stages(held: Sequence[Belief]) -> tuple[Stage, ...]:
    """Score both by stretches of the quarter; those without a belief are left out."""
    found = ((weeks, [one for one in held if weeks[0] <= one.week <= weeks[1]]) for weeks in STAGES)
    return tuple(_stage(weeks, inside) for weeks, inside in found if inside)


def _stage(weeks: tuple[int, int], inside: Sequence[Belief]) -> Stage:
    return Stage(
        weeks,
        len(inside),
        fmean(one.chance for one in inside),
        fmean(one.confidence for one in inside),
        fmean(one.reached for one in inside),
        *scores(inside),
    )


def scores(held: Sequence[Belief]) -> tuple[float, float]:
    """Return the Brier scores of forecast and owners."""
    return brier((one.chance, one.reached) for one in held), brier((one.confidence, one.reached) for one in held)
