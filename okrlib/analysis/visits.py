"""What conversion did to revenue, by source of visits: visits moved between sources (mix), or sources convert otherwise (within)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log

from okrlib.analysis.data import StoreData
from okrlib.analysis.decompose import Segment, logarithmic_mean, ratio_change, settle
from okrlib.analysis.sales import span
from okrlib.analysis.why import Driver, Gap, digits_of
from okrlib.periods import Period

CONVERSIONS = ("conversion", "order_conversion")
_REST = "rest"


@dataclass(frozen=True, slots=True)
class Visited:
    """Visits from one source and buyers among them, as the platform counts, in one period."""

    visitors: int
    buyers: int

    @property
    def conversion(self) -> Decimal | None:
        """Buyers among visitors; None without a visit."""
        return Decimal(self.buyers) / self.visitors if self.visitors else None


@dataclass(frozen=True, slots=True)
class SourceGap:
    """One source last year and now, and what the move of its share (mix) and of its conversion (within) did to revenue."""

    source: str
    before: Visited
    after: Visited
    mix: Decimal
    within: Decimal


@dataclass(frozen=True, slots=True)
class ConversionGap:
    """What the `driver` conversion did to revenue, by source; mix, within and `rest` sum to its part, to the cent.

    `rest` is what the platform's count by source does not tell: it counts visitors and buyers in its own way.
    """

    driver: Driver
    rows: tuple[SourceGap, ...]
    rest: Decimal

    @property
    def mix(self) -> Decimal:
        """What the move of visits between sources did."""
        return sum((row.mix for row in self.rows), Decimal(0))

    @property
    def within(self) -> Decimal:
        """What the sources' own conversion did."""
        return sum((row.within for row in self.rows), Decimal(0))


def conversion_gap(data: StoreData, days: Period, found: Gap) -> ConversionGap | None:
    """Split conversion's part of a gap (`driver_tree` over `days`) by source, largest first.

    Source by source by midpoint weights, in money by the logarithmic mean, as the drivers themselves. None where traffic is
    not told by source with its buyers in both periods, or nothing converted.
    """
    way = next((way for way in found.ways if any(one.name in CONVERSIONS for one in way)), None)
    if way is None:
        return None
    before, after = (_visits(data, period) for period in (days.a_year_ago(), days))
    numbers = [float(value or 0) for one in way[:3] for value in (one.before, one.after)]
    if len(before) < 2 or len(after) < 2 or min(numbers) <= 0:
        return None
    split = ratio_change(_segments(before), _segments(after))
    then, now = (
        sum(v.buyers for v in table.values()) / sum(v.visitors for v in table.values()) for table in (before, after)
    )
    if min(then, now) <= 0:
        return None
    driver = next(one for one in way if one.name in CONVERSIONS)
    money = logarithmic_mean(numbers[1] * numbers[3] * numbers[5], numbers[0] * numbers[2] * numbers[4])
    scale = money / logarithmic_mean(now, then)
    parts = {("mix", str(name)): float(value) * scale for name, value in split.mix.items()}
    parts |= {("within", str(name)): float(value) * scale for name, value in split.within.items()}
    parts[_REST, ""] = float(driver.part) - money * log(now / then)
    told = settle(parts, driver.part, digits_of(data, "revenue"))
    none = Visited(0, 0)
    rows = [
        SourceGap(name, before.get(name, none), after.get(name, none), told["mix", name], told["within", name])
        for name in dict.fromkeys([*before, *after])
    ]
    rows.sort(key=lambda row: (-abs(row.mix + row.within), row.source))
    return ConversionGap(driver, tuple(rows), told[_REST, ""])


def _visits(data: StoreData, days: Period) -> dict[str, Visited]:
    """Visits by source; none where a source does not count its buyers, or days are not told."""
    sql = """SELECT source, sum(visitors)::BIGINT, sum(buyers)::BIGINT, count(*) = count(buyers), count(DISTINCT day)
    FROM traffic(?, ?) WHERE source <> 'all' GROUP BY source HAVING sum(visitors) > 0 ORDER BY source"""
    rows = data.rows(sql, span(days))
    whole = rows and all(told for *_, told, _ in rows) and max(many for *_, many in rows) == days.days
    return {name: Visited(visitors, buyers) for name, visitors, buyers, *_ in rows} if whole else {}


def _segments(table: Mapping[str, Visited]) -> dict[str, Segment]:
    return {name: Segment(one.visitors, one.conversion or 0) for name, one in table.items()}
