"""The distribution of a quarter's ratio, such as revenue per buyer or conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, overload

import numpy as np
import pandas as pd
from scipy.special import logit

from okrlib.analysis.events import Event
from okrlib.analysis.forecast.alignment import align
from okrlib.analysis.forecast.distribution import Certain, LogStudent, RatioStudent
from okrlib.analysis.forecast.grid import (
    LEAST_WEEKS,
    Bools,
    Floats,
    Freq,
    Grid,
    Ints,
    cumulated,
    framed,
    lay,
    make_grid,
    opened,
    same_days,
    with_closed_weekdays,
)
from okrlib.analysis.forecast.growth import (
    CLIP,
    Panel,
    last_year_total,
    make_panel,
    recent_sums,
    weekly_sums,
)
from okrlib.analysis.forecast.model import FEW, PACE_WEEKS, STORE_SPREAD
from okrlib.analysis.forecast.outcome import Forecast, Method
from okrlib.analysis.forecast.quarter import NO_BASE, SHORT_ALONE, SHORT_SIBLINGS, Country, at_home, felt, quarter_total
from okrlib.analysis.forecast.spread import (
    PRIOR_WEIGHT,
    UNSTEADINESS,
    YEAR_WEEKS,
    Replay,
    effective_count,
    make_replay,
    robust_sd,
    spread,
)
from okrlib.errors import DataError
from okrlib.text import Text

Frames = tuple[pd.DataFrame, pd.DataFrame]  # numerators and denominators

NEAR_ONE = (
    0.75  # a rate that lives above this, and never above one, is forecast on the logit scale: no share ends above one
)
EDGE = 1e-4  # how near one a rate is taken to come


@dataclass(frozen=True, slots=True)
class Pair:
    """Numerators and denominators known on the same days, and which of their ratios are rates near one."""

    above: Panel
    below: Panel
    near_one: Bools

    def scaled(self, above: Floats, below: Floats) -> Floats:
        """Return the ratios (…, series) on the log scale (logit for rates near one); NaN where not positive."""
        known = (above > 0) & (below > 0)
        ratio = np.where(known, above, 1.0) / np.where(known, below, 1.0)
        rate = logit(np.clip(ratio, EDGE, 1 - EDGE))
        return np.where(known, np.where(self.near_one, rate, np.log(ratio)), np.nan)


@overload
def quarter_ratio(
    numerator: pd.Series[float], denominator: pd.Series[float], start: date, end: date, as_of: date, *,
    freq: Freq = "D", country: Country = None, events: Sequence[Event] | None = None, siblings: Frames | None = None,
) -> Forecast: ...  # fmt: skip
@overload
def quarter_ratio(
    numerator: pd.DataFrame, denominator: pd.DataFrame, start: date, end: date, as_of: date, *,
    freq: Freq = "D", country: Country = None, events: Sequence[Event] | None = None, siblings: Frames | None = None,
) -> dict[Any, Forecast]: ...  # fmt: skip
def quarter_ratio(
    numerator: pd.Series[float] | pd.DataFrame,
    denominator: pd.Series[float] | pd.DataFrame,
    start: date,
    end: date,
    as_of: date,
    *,
    freq: Freq = "D",
    country: Country = None,
    events: Sequence[Event] | None = None,
    siblings: Frames | None = None,
) -> Forecast | dict[Any, Forecast]:
    """Forecast Σ numerator / Σ denominator over `start`..`end`; days on which either is missing are unknown.

    The denominator is forecast as a total; the remainder's ratio is last year's times its growth over the last 13 weeks
    (on the logit scale for rates near one), as far as such growth has lasted before. Series of less than 15 months take
    their own ratio of the last 13 weeks through the season of the longer columns and of `siblings`, the numerators and
    denominators of sibling stores. Arguments, result and errors are those of `quarter_total`; `actual` is the ratio so
    far. A DataError if the columns of numerators and denominators differ.
    """
    above, below = _matched(framed(numerator, freq), framed(denominator, freq))
    others = None if siblings is None else _matched(*(framed(frame, freq) for frame in siblings))
    frames = [above, below, *(others or ())]
    days = pd.DatetimeIndex(np.unique(np.concatenate([frame.index.to_numpy() for frame in frames])))
    grid = make_grid(days, start, end, as_of, freq)
    tops, bottoms = _both_told(above, below, grid)
    told = pd.DataFrame(bottoms, index=grid.index, columns=range(len(below.columns)))
    first = below.shape[1]
    lent = None if others is None else others[1].set_axis(range(first, first + others[1].shape[1]), axis=1)
    home = _by_place(country, frames[1::2])
    base = quarter_total(told, start, end, as_of, freq=freq, country=home, events=events, siblings=lent)
    pairs = list(_pairs(above.columns, (tops, bottoms), grid, country, events))
    kin = [pair for _, pair in pairs]
    if others:
        kin += [pair for _, pair in _pairs(others[0].columns, _both_told(*others, grid), grid, country, events)]
    found: dict[int, Forecast] = {}
    for columns, pair in pairs:
        found.update(zip(columns.tolist(), _forecasts(pair, [base[i] for i in columns], kin), strict=True))
    return found[0] if isinstance(numerator, pd.Series) else {name: found[i] for i, name in enumerate(above.columns)}


def _by_place(country: Country, frames: Sequence[pd.DataFrame]) -> Country:
    """Return the countries of columns that stand for their names by their places, frame after frame."""
    names = enumerate(name for frame in frames for name in frame.columns)
    return (
        {place: country[name] for place, name in names if name in country} if isinstance(country, Mapping) else country
    )


def _matched(above: pd.DataFrame, below: pd.DataFrame) -> Frames:
    if list(above.columns) != list(below.columns):
        raise DataError("numerator and denominator must have the same columns in the same order")
    return above, below


def _both_told(above: pd.DataFrame, below: pd.DataFrame, grid: Grid) -> tuple[Floats, Floats]:
    """Lay both halves on the grid; the denominator is unknown where the numerator is."""
    tops, bottoms = (with_closed_weekdays(lay(table, grid), grid) for table in (above, below))
    return tops, np.where(np.isnan(tops), np.nan, bottoms)


def _pairs(
    names: pd.Index[Any], halves: tuple[Floats, Floats], grid: Grid, country: Country, events: Sequence[Event] | None
) -> Iterator[tuple[Ints, Pair]]:
    """Yield the pairs of one country and one set of known days, with the places of their columns."""
    tops, bottoms = halves[0], opened(halves[1])
    tops = np.where(np.isnan(bottoms), np.nan, tops)
    for place, here in at_home(names, country):
        alignment = align(grid.rows, felt(events, place))
        for seen, some in same_days(~np.isnan(bottoms[:, here])):
            columns = here[some]
            above, below = (make_panel(grid, alignment, table[:, columns], seen) for table in (tops, bottoms))
            yield columns, Pair(above, below, _near_one(above, below))


def _forecasts(pair: Pair, bases: Sequence[Forecast], kin: Sequence[Pair]) -> list[Forecast]:
    grid = pair.above.grid
    numerators = pair.above.values[grid.first : grid.stop].sum(axis=0)
    method, note, (centre, sigma) = _estimate(pair, kin)
    found = []
    for base, top, mid, width, near, perfect in zip(
        bases, numerators, centre, sigma, pair.near_one, _perfect(pair), strict=True
    ):
        so_far = replace(base, path=None, spread=None, actual=float(top / base.actual) if base.actual > 0 else np.nan)
        if isinstance(base.distribution, Certain) and base.actual > 0:
            found.append(replace(so_far, distribution=Certain(so_far.actual)))
        elif isinstance(base.distribution, LogStudent) and np.isfinite(mid):
            rest = base.distribution.remainder
            shape = RatioStudent(float(top), base.actual, rest, float(mid), float(width), bool(near), float(perfect))
            found.append(replace(so_far, method=method, low_confidence=note, distribution=shape, spread=shape.spread))
        else:
            silent = replace(so_far, method=Method.NONE, low_confidence=None, distribution=None)
            found.append(replace(silent, reason=base.reason or NO_BASE))
    return found


def _estimate(pair: Pair, kin: Sequence[Pair]) -> tuple[Method, Text | None, tuple[Floats, Floats]]:
    if pair.below.weeks >= YEAR_WEEKS:
        return Method.YEAR_ON_YEAR, None, _year_on_year(pair)
    grown = [one for one in kin if one.below.weeks >= YEAR_WEEKS]
    return (Method.SIBLINGS, SHORT_SIBLINGS, _recent(pair, grown)) if grown else (
        Method.PACE, SHORT_ALONE, _recent(pair, grown))  # fmt: skip


def _perfect(pair: Pair) -> Floats:
    """Return the chance that a rate which never once fell short of one will not in the weeks left; 0 for any other.

    Laplace's rule of succession: (n + 1) / (n + m + 1) after n weeks without a miss, with m to come.
    """
    grid, below = pair.below.grid, pair.below
    left = ((np.arange(len(below.seen)) >= grid.first) & (np.arange(len(below.seen)) < grid.stop) & ~below.seen).sum()
    never = pair.near_one & (pair.above.values[below.seen] == below.values[below.seen]).all(axis=0)
    return np.where(never, (below.weeks + 1) / (below.weeks + left / grid.week + 1), 0.0)


def _near_one(above: Panel, below: Panel) -> Bools:
    tops, bottoms = (cumulated(panel.values)[:: panel.grid.week] for panel in (above, below))
    weekly = (np.diff(tops, axis=0) <= np.diff(bottoms, axis=0)).all(axis=0)
    return np.asarray(weekly & (tops[-1] >= NEAR_ONE * bottoms[-1]) & (bottoms[-1] > 0))


def _replay(pair: Pair, least_weeks: int) -> Replay:
    grid, seen = pair.below.grid, pair.below.seen
    rows = np.arange(len(seen))
    remainder = ((rows >= grid.first) & (rows < grid.stop) & ~seen).astype(float)
    return make_replay(grid, seen, remainder, least_weeks)


def _year_on_year(pair: Pair) -> tuple[Floats, Floats]:
    """Return centre and spread of the remainder's ratio: last year's, with what lasts of the last 13 weeks' growth."""
    replay = _replay(pair, YEAR_WEEKS)
    last = pair.scaled(*(last_year_total(panel, replay.windows) for panel in (pair.above, pair.below)))
    (top, top_before), (bottom, bottom_before) = (
        recent_sums(panel, replay.origins, PACE_WEEKS) for panel in (pair.above, pair.below)
    )
    growth = np.clip(pair.scaled(top, bottom) - pair.scaled(top_before, bottom_before), -CLIP, CLIP)
    (tops, tops_before), (bottoms, bottoms_before) = (weekly_sums(panel) for panel in (pair.above, pair.below))
    unsteadiness = robust_sd(pair.scaled(tops, bottoms) - pair.scaled(tops_before, bottoms_before))
    growth = np.nan_to_num(growth)
    came = _came(pair, replay) - last[1:]
    centre = last + _kept(growth[1:], came, replay, pair.below.grid.week) * growth
    return _with_spread(pair, centre, UNSTEADINESS * unsteadiness, replay)


def _kept(growth: Floats, came: Floats, replay: Replay, week: int) -> Floats:
    """Return the share of its growth that each ratio has kept until the end of such windows, drawn towards all of it.

    The share is that of least squares over the replay, `growth` against what `came` of it, held to 0..1.
    """
    known = ~np.isnan(came)
    square = np.where(known, growth**2, 0.0).sum(axis=0)
    own = np.where(known, growth * np.nan_to_num(came), 0.0).sum(axis=0) / np.where(square > 0, square, 1.0)
    effective = effective_count(known.sum(axis=0), replay, week) * (square > 0)
    share: Floats = (effective * np.clip(own, 0, 1) + PRIOR_WEIGHT) / (effective + PRIOR_WEIGHT)
    return share


def _recent(pair: Pair, grown: Sequence[Pair]) -> tuple[Floats, Floats]:
    """Return centre and spread for a history too short to have a season: the ratio of the last 13 weeks goes on.

    Siblings that have `grown` old enough lend theirs, their median; the more they disagree, the wider the spread.
    """
    replay = _replay(pair, LEAST_WEEKS)
    begins = np.maximum(replay.origins - PACE_WEEKS * pair.below.grid.week, 0)
    tables = (cumulated(panel.values) for panel in (pair.above, pair.below))
    centre = pair.scaled(*(table[replay.origins] - table[begins] for table in tables))
    season, apart = _season(pair, grown, replay)
    return _with_spread(pair, centre + season, np.maximum(STORE_SPREAD, apart), replay)


def _season(pair: Pair, grown: Sequence[Pair], replay: Replay) -> tuple[Floats, Floats]:
    """Return what last year's days of each window stood above the 13 weeks before it, among siblings: their median.

    (origins, series), on each series' own scale; 0 where none of them knows. The second is the robust sd of their
    answers at the first origin, per series; 0 with fewer than `FEW`.
    """
    scales = {near: [_step(replace(one, near_one=np.full_like(one.near_one, near)), replay) for one in grown]
              for near in (False, True)}  # fmt: skip
    centres, sds = {}, {}
    for near, steps in scales.items():
        table = np.hstack(steps) if steps else np.full((len(replay.origins), 1), np.nan)
        known = ~np.isnan(table).all(axis=1)
        centres[near] = np.zeros(len(table))
        centres[near][known] = np.nanmedian(table[known], axis=1)
        sds[near] = float(robust_sd(table[0][:, None], least=FEW, otherwise=0.0)[0])
    near_one = pair.near_one
    return np.where(near_one, centres[True][:, None], centres[False][:, None]), np.where(
        near_one, sds[True], sds[False]
    )


def _step(pair: Pair, replay: Replay) -> Floats:
    """Return last year's ratio of each window over that of the 13 weeks before it, scaled, (origins, series)."""
    panels = (pair.above, pair.below)
    last = pair.scaled(*(last_year_total(panel, replay.windows) for panel in panels))
    before = pair.scaled(*(recent_sums(panel, replay.origins, PACE_WEEKS)[1] for panel in panels))
    return last - before


def _with_spread(pair: Pair, centre: Floats, prior: Floats, replay: Replay) -> tuple[Floats, Floats]:
    return centre[0], spread(_came(pair, replay) - centre[1:], prior, replay, pair.below.grid.week)


def _came(pair: Pair, replay: Replay) -> Floats:
    """Return the ratio that came in each past window."""
    return pair.scaled(*(replay.windows[1:] @ panel.values for panel in (pair.above, pair.below)))
