"""The ways to write a total: as a product of two or three drivers and what is added to it; and what moves what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import Fact, facts
from okrlib.analysis.metrics import CATALOGUE, IDENTITIES, find_metric
from okrlib.periods import Period
from okrlib.text import Text


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a total: the drivers whose product is most of it, and signed sums of measures that are added."""

    drivers: tuple[str, ...]
    adds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def metrics(self) -> set[str]:
        """All that has to be read for it."""
        return {*self.drivers, *(name for signs in self.adds.values() for name in signs)}


_REFUNDS = {"refund_amount": {"refund_amount": -1}}
_UNKNOWN = {"unknown_buyers": {"revenue": 1, "known_buyer_revenue": -1}}
_NO_PRODUCTS = {"not_products": {"revenue": 1, "product_revenue": -1}}
_VISITS = Way(("visitors", "conversion", "revenue_per_buyer"), _UNKNOWN)
_REVENUE = (
    Way(("orders", "revenue_per_order")),
    Way(("buyers", "revenue_per_buyer"), _UNKNOWN),
    Way(("units", "price_per_unit"), _NO_PRODUCTS),
    _VISITS,
)
# How a store's revenue comes about: from visits; where buyers are not named, from visits to orders; and from orders to units.
TREE = (
    _VISITS,
    Way(("visitors", "order_conversion", "revenue_per_order")),
    Way(("orders", "units_per_order", "price_per_unit"), _NO_PRODUCTS),
)
WAYS: dict[str, tuple[Way, ...]] = {
    "revenue": _REVENUE,
    "net_revenue": tuple(Way(way.drivers, {**way.adds, **_REFUNDS}) for way in _REVENUE),
    "product_revenue": (Way(("units", "price_per_unit")),),
    "units": (Way(("orders", "units_per_order")),),
    "buyers": (Way((), {"new_buyers": {"new_buyers": 1}, "returning_buyers": {"returning_buyers": 1}}),),
}
ADDED: dict[str, Text] = {
    "unknown_buyers": Text("Orders whose buyer is not known", "买家信息缺失的订单"),
    "not_products": Text("Shipping and entries without articles", "运费及无商品明细的金额"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """A total in one period or in the plan; a driver is None where there was nothing to divide by."""

    total: Decimal
    drivers: Mapping[str, Decimal | None]
    adds: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Read:
    """One way's levels in both periods, whole (None) or by segment."""

    way: Way
    now: Mapping[str | None, Level]
    then: Mapping[str | None, Level]


def read_ways(
    data: StoreData,
    metric: str,
    days: Period,
    where: Mapping[str, str],
    by: str | None,
    ways: Sequence[Way] | None = None,
) -> tuple[list[Read], list[Text]]:
    """Read all ways at once; those that the data cannot tell are left out, with the reason. Segments are told by pairs."""
    ways = [way for way in ways or WAYS[find_metric(metric).name] if by is None or len(way.drivers) == 2]
    names = sorted({metric}.union(*(way.metrics for way in ways)))
    now, then = (_table(facts(data, span, names, by=by, where=where)) for span in (days, days.a_year_ago()))
    found, silent = [], []
    for way in ways:
        asked = (metric, *sorted(way.metrics))
        why = next((row[name].reason for table in (now, then) for row in table.values() for name in asked
                    if name in row and row[name].value is None and row[name].denominator != 0), None)  # fmt: skip
        if why is None:
            found.append(Read(way, _levels(metric, way, now), _levels(metric, way, then)))
        else:
            silent.append(why)
    return found, silent


def _table(rows: Sequence[Fact]) -> dict[str | None, dict[str, Fact]]:
    table: dict[str | None, dict[str, Fact]] = {}
    for row in rows:
        table.setdefault(None if row.segment is None else str(row.segment), {})[row.metric] = row
    return table


def _levels(metric: str, way: Way, table: Mapping[str | None, Mapping[str, Fact]]) -> dict[str | None, Level]:
    return {segment: _level(metric, way, row) for segment, row in table.items() if metric in row}


def _level(metric: str, way: Way, row: Mapping[str, Fact]) -> Level:
    adds = {
        name: sum((sign * (row[part].value or Decimal(0)) for part, sign in signs.items()), Decimal(0))
        for name, signs in way.adds.items()
    }
    return Level(row[metric].value or Decimal(0), {name: row[name].value for name in way.drivers}, adds)


def adds_up(one: Read, whole: Sequence[Read]) -> bool:
    """Tell whether the volume of the segments sums to the store's: orders of several categories, say, do not."""
    volume = one.way.drivers[0]
    same = next((read for read in whole if read.way == one.way), None)
    return same is not None and all(
        sum((level.drivers[volume] or Decimal(0) for level in parts.values()), Decimal(0)) == all_of[None].drivers[volume]
        for parts, all_of in ((one.now, same.now), (one.then, same.then))
    )  # fmt: skip


def reach(metric: str) -> frozenset[str]:
    """Return all that a metric is made of, by its definition and by the catalogue's equations, itself included."""
    found, new = set[str](), {metric}
    while new:
        found |= new
        parts = {part for name in new for part in CATALOGUE[name].of}
        parts |= {part for identity in IDENTITIES if identity.whole in new for part in identity.parts}
        new = parts - found
    return frozenset(found)
