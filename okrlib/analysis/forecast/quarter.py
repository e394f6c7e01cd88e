"""The distribution of a quarter's total, for one series or for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, overload

import numpy as np
import pandas as pd

from okrlib.analysis.events import Event, events_for
from okrlib.analysis.forecast.alignment import align
from okrlib.analysis.forecast.distribution import Certain, GammaRange, LogStudent
from okrlib.analysis.forecast.grid import (
    LEAST_WEEKS,
    Bools,
    Floats,
    Freq,
    Grid,
    Ints,
    before_first,
    fill_gaps,
    framed,
    intermittent,
    lay,
    make_grid,
    opened,
    same_days,
    with_closed_weekdays,
    without_closures,
)
from okrlib.analysis.forecast.growth import Panel, last_year_total, make_panel
from okrlib.analysis.forecast.model import (
    CATEGORY_SPREAD,
    STORE_SPREAD,
    Estimate,
    Member,
    Season,
    quarter_weights,
    season_of,
    short_history,
    sparse_range,
    year_on_year,
)
from okrlib.analysis.forecast.outcome import Forecast, Method, cumulated_share
from okrlib.analysis.forecast.regression import make_dummies
from okrlib.analysis.forecast.spread import YEAR_WEEKS
from okrlib.text import Text

Country = str | None | Mapping[Any, str]  # Any, because a mapping of text is no mapping of every hashable
SILENT_WEEKS = 2

TOO_YOUNG = Text(
    "Less than 8 weeks of history: too little to give a probability.", "历史数据不足8周，暂时无法给出概率。"
)
SILENT = Text(
    "Nothing has come in for two weeks or more: closed, or an export is missing.",
    "已连续两周以上没有数据：店铺停业，或漏了导出文件。",
)
SPARSE = Text(
    "Sales in fewer than three weeks of four: only a range can be given.", "四周里有销售的不到三周，只能给出大致范围。"
)
NO_BASE = Text("Nothing to forecast from: the history sums to nothing.", "历史数据合计不为正数，无从预测。")
NO_LAST_YEAR = Text(
    "Last year's same days are not known: the season is estimated from the other days.",
    "去年同期没有数据，季节走势只能由其他日期推算。",
)
SHORT_SIBLINGS = Text(
    "Less than 15 months of history: the season is taken from sibling stores.", "历史不足15个月，季节走势取自同类店铺。"
)
SHORT_ALONE = Text(
    "Less than 15 months of history and no sibling stores: the season is not known.",
    "历史不足15个月，又没有同类店铺可参照，季节走势未知。",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Series known on the same days, so that they are one pass of linear algebra.

    `columns` is where they stand in the frame; per series, `actual` is what is in of the quarter, `gaps` what its short
    gaps are taken to hold, `sparse` whether sales are too few to model; `remainder` weighs the rows to be forecast,
    `idle` counts the rows that are known and held nothing: before the opening, and closures.
    """

    columns: Ints
    member: Member
    actual: Floats
    gaps: Floats
    sparse: Bools
    remainder: Floats
    idle: int


@dataclass(frozen=True, slots=True)
class Kin:
    """The series of 15 months and more, and the season they lend to younger ones."""

    members: Sequence[Member]
    season: Season | None


@overload
def quarter_total(
    history: pd.Series[float], start: date, end: date, as_of: date, *, freq: Freq = "D", country: Country = None,
    events: Sequence[Event] | None = None, siblings: pd.DataFrame | None = None, prior_spread: float = STORE_SPREAD,
) -> Forecast: ...  # fmt: skip
@overload
def quarter_total(
    history: pd.DataFrame, start: date, end: date, as_of: date, *, freq: Freq = "D", country: Country = None,
    events: Sequence[Event] | None = None, siblings: pd.DataFrame | None = None, prior_spread: float = STORE_SPREAD,
) -> dict[Any, Forecast]: ...  # fmt: skip
def quarter_total(
    history: pd.Series[float] | pd.DataFrame,
    start: date,
    end: date,
    as_of: date,
    *,
    freq: Freq = "D",
    country: Country = None,
    events: Sequence[Event] | None = None,
    siblings: pd.DataFrame | None = None,
    prior_spread: float = STORE_SPREAD,
) -> Forecast | dict[Any, Forecast]:
    """Forecast the total of `start`..`end` from the days (or weeks, named by their last day) up to `as_of`, included.

    `history` is one series, or a frame with one column per series, which gives a forecast per column; missing days
    are unknown, not zero, and those inside the quarter are forecast too. `country` (ISO 3166; or one per column) brings
    public holidays and, unless `events` are given, the country's shopping events. Series of less than 15 months lean on
    the longer columns of `siblings` and of `history` itself, with `prior_spread` (STORE_SPREAD, CATEGORY_SPREAD).
    Values may be in any unit or currency. Raises DataError for an unusable index, ParameterError for impossible dates.
    """
    frame = framed(history, freq)
    others = frame.iloc[:, :0] if siblings is None else framed(siblings, freq)
    grid = make_grid(pd.DatetimeIndex(frame.index.union(others.index)), start, end, as_of, freq)
    batches = make_batches(frame, grid, country, events)
    kin = _kin([*batches, *make_batches(others, grid, country, events)])
    found: dict[int, Forecast] = {}
    for batch in batches:
        found.update(zip(batch.columns.tolist(), _forecasts(batch, kin, (start, end), prior_spread), strict=True))
    return found[0] if isinstance(history, pd.Series) else {name: found[i] for i, name in enumerate(frame.columns)}


def make_batches(frame: pd.DataFrame, grid: Grid, country: Country, events: Sequence[Event] | None) -> list[Batch]:
    """Split the frame into batches of one country and one set of known days."""
    told = with_closed_weekdays(lay(frame, grid), grid)
    raw = opened(told)
    sparse = intermittent(raw, grid)
    pattern = np.where(sparse, raw, without_closures(raw, grid))
    pattern = fill_gaps(pattern, np.isnan(raw), grid)
    shut = np.isnan(pattern) & (~np.isnan(told) | before_first(told, grid))
    states = np.vstack([~np.isnan(pattern), shut])
    batches = []
    for place, here in at_home(frame.columns, country):
        own = felt(events, place)
        alignment, dummies = align(grid.rows, own), make_dummies(grid.rows, grid.known, own, place)
        for state, some in same_days(states[:, here]):
            columns, (seen, closed) = here[some], np.split(state, 2)
            member = Member(make_panel(grid, alignment, pattern[:, columns], seen), dummies)
            batches.append(_batch(columns, member, raw[:, columns], sparse[columns], closed))
    return batches


def at_home(names: pd.Index[Any], country: Country) -> Iterator[tuple[str | None, Ints]]:
    """Yield each country with the places of its columns."""
    home = [country.get(name) if isinstance(country, Mapping) else country for name in names]
    for place in dict.fromkeys(home):
        yield place, np.array([i for i, other in enumerate(home) if other == place])


def felt(events: Sequence[Event] | None, country: str | None) -> Sequence[Event]:
    """Return the events given, else those of the country."""
    return (events_for(country) if country else ()) if events is None else events


def _batch(columns: Ints, member: Member, raw: Floats, sparse: Bools, closed: Bools) -> Batch:
    panel = member.panel
    quarter = slice(panel.grid.first, panel.grid.stop)
    gaps = np.where(np.isnan(raw), panel.values, 0.0)[quarter].sum(axis=0)
    remainder = np.zeros(len(closed))
    remainder[quarter] = np.where(panel.seen | closed, 0.0, panel.alignment.factor)[quarter]
    return Batch(columns, member, np.nansum(raw[quarter], axis=0), gaps, sparse, remainder, int(closed.sum()))


def _kin(batches: Sequence[Batch]) -> Kin:
    members = [b.member for b in batches if b.member.panel.weeks >= YEAR_WEEKS and not b.sparse.all()]
    return Kin(members, season_of(members) if len(members) < len(batches) else None)


def _forecasts(batch: Batch, kin: Kin, quarter: tuple[date, date], prior: float) -> list[Forecast]:
    panel, remainder = batch.member.panel, batch.remainder
    weights = quarter_weights(panel, kin.members)
    plain = [
        Forecast(*quarter, panel.grid.as_of, float(actual), panel.weeks, Method.NONE,
                 path=cumulated_share(panel.grid.quarter, None if weights is None else weights[:, i]))
        for i, actual in enumerate(batch.actual)
    ]  # fmt: skip
    if not (remainder.any() or batch.gaps.any()):
        return [replace(f, method=Method.COMPLETE, distribution=Certain(f.actual)) for f in plain]
    if why := _silence(panel, batch.idle):
        return [replace(f, reason=why) for f in plain]
    method, note, estimate = _estimate(batch.member, remainder, kin, prior)
    median, sigma = estimate.remainder + batch.gaps, estimate.spread
    return [
        _sparse(f, sparse_range(panel, i, f.actual, remainder.sum()))
        if batch.sparse[i]
        else _modelled(replace(f, method=method, low_confidence=note), float(median[i]), float(sigma[i]))
        for i, f in enumerate(plain)
    ]


def _silence(panel: Panel, idle: int) -> Text | None:
    if not panel.seen.any() and idle >= LEAST_WEEKS * panel.grid.week:
        return NO_BASE
    if panel.weeks < LEAST_WEEKS:
        return TOO_YOUNG
    lately = panel.seen[panel.grid.known - SILENT_WEEKS * panel.grid.week : panel.grid.known]
    return None if lately.any() else SILENT


def _estimate(member: Member, remainder: Floats, kin: Kin, prior: float) -> tuple[Method, Text | None, Estimate]:
    if member.panel.weeks >= YEAR_WEEKS:
        unknown = np.isnan(last_year_total(member.panel, remainder[None])).all() and remainder.any()
        return Method.YEAR_ON_YEAR, NO_LAST_YEAR if unknown else None, year_on_year(member, remainder)
    if kin.members:
        return Method.SIBLINGS, SHORT_SIBLINGS, short_history(member.panel, remainder, kin.season, prior)
    return Method.PACE, SHORT_ALONE, short_history(member.panel, remainder, None, max(prior, CATEGORY_SPREAD))


def _sparse(plain: Forecast, shape: GammaRange | None) -> Forecast:
    return replace(plain, method=Method.RANGE if shape else Method.NONE, distribution=shape, reason=SPARSE)


def _modelled(plain: Forecast, remainder: float, sigma: float) -> Forecast:
    if not remainder > 0:
        return replace(plain, method=Method.NONE, low_confidence=None, reason=NO_BASE)
    return replace(plain, distribution=LogStudent(plain.actual, remainder, sigma), spread=sigma)
