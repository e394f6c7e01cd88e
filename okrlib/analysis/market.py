"""Our place in the market: share of each category's sales and of its searches, and rank, beside last quarter and last year.

Only days, weeks and months that the market table tells to their end are counted, on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import last_quarter
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Shared:
    """A part over a whole: our sales in the market's, or searches for us in those of the category."""

    ours: Decimal
    whole: Decimal

    @property
    def share(self) -> Decimal | None:
        """The part as a share; None where there is no whole."""
        return self.ours / self.whole if self.whole > 0 else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where we stand in one category (None: in all that are told), over `days`, beside earlier; None is no data."""

    category: str | None
    days: Period
    now: Shared
    last_quarter: Shared | None
    last_year: Shared | None
    rank: int | None = None
    rank_before: int | None = None

    @property
    def won(self) -> Decimal | None:
        """Money that the change of our share on last year brought (or lost, negative), at today's market."""
        if self.last_year is None or self.last_year.share is None or self.now.share is None:
            return None
        return (self.now.share - self.last_year.share) * self.now.whole


def market_places(data: StoreData, period: Period) -> list[Place]:
    """Return our share of the market, all categories first, then the largest; empty where no market is told."""
    return _places(data, period, "market", "ours", "market_amount")


def search_places(data: StoreData, period: Period) -> list[Place]:
    """Return our share of searches in the same order; categories whose searches are unknown are left out."""
    return _places(data, period, "searches", "brand_search_volume", "search_volume")


_Rows = dict[str, tuple[Decimal, Decimal, int | None, Period]]


def _places(data: StoreData, period: Period, source: str, ours: str, whole: str) -> list[Place]:
    days = known(data, period)
    now = _rows(data, days, source, ours, whole) if days else {}
    if days is None or not now:
        return []
    days = Period(days.start, max(days.start, *(last.end for *_, last in now.values())))
    spans = (last_quarter(days), days.a_year_ago())
    before = [_rows(data, one, source, ours, whole) if one.start >= data.covers.start else {} for one in spans]
    each = [_place([name], name, now, before) for name in sorted(now, key=lambda name: (-now[name][1], name))]
    return [_place(now, None, now, before), *each] if len(each) > 1 else each


def _rows(data: StoreData, days: Period, source: str, ours: str, whole: str) -> _Rows:
    sql = f"""SELECT category, sum({ours})::DECIMAL(38,4), sum({whole})::DECIMAL(38,4), arg_max(our_rank, day),
                     min(first_day), max(day) FROM {source}(?, ?) WHERE {whole} IS NOT NULL GROUP BY category"""
    rows: list[tuple[Any, ...]] = data.rows(sql, span(days))
    return {
        name: (part or _ZERO, all_ or _ZERO, rank, Period(first, last)) for name, part, all_, rank, first, last in rows
    }


def _place(names: Iterable[str], category: str | None, now: _Rows, before: list[_Rows]) -> Place:
    wanted = list(names)
    earlier = [_shared(wanted, rows) if set(wanted) <= set(rows) else None for rows in before]
    first, last = min(now[name][3].start for name in wanted), max(now[name][3].end for name in wanted)
    ranks = [rows[category][2] if category in rows else None for rows in (now, before[1])] if category else [None, None]
    return Place(category, Period(first, last), _shared(wanted, now), earlier[0], earlier[1], ranks[0], ranks[1])


def _shared(names: list[str], rows: _Rows) -> Shared:
    return Shared(sum((rows[name][0] for name in names), _ZERO), sum((rows[name][1] for name in names), _ZERO))
