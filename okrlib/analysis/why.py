"""Why a figure stands where it stands: its gap to last year and to the plan, by driver and by segment, to the cent.

A total's product of drivers (orders × revenue per order) is split by LMDI. By segment, the value driver's part is split
into mix and within, and the volume driver has the rest, so that rows add up to their segment's change and columns to
the store's parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from math import prod
from typing import Literal

from babel.numbers import get_currency_precision

from okrlib.analysis import decompose
from okrlib.analysis.data import StoreData
from okrlib.analysis.decompose import logarithmic_mean, product_change, ratio_change, settle
from okrlib.analysis.lenses import known
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.outlook import kr_period
from okrlib.analysis.ways import TREE, WAYS, Level, Read, adds_up, read_ways
from okrlib.okr import Scorecard
from okrlib.periods import Period
from okrlib.text import Text

Against = Literal["last_year", "plan"]
DIMENSIONS = ("channel", "category", "region")
MIX, WITHIN = "mix", "within"

NO_SHAPE = Text(
    "the plan cannot be laid out over drivers: last year's same days give no pattern",
    "去年同期的数据不足，无法把计划拆到各个因素",
)


@dataclass(frozen=True, slots=True)
class Driver:
    """What one driver was, is, and has done to the total, in the total's unit."""

    name: str
    before: Decimal | None
    after: Decimal | None
    part: Decimal


@dataclass(frozen=True, slots=True)
class SegmentGap:
    """One segment's change, and what its volume, the mix, its own value and what is added have done to it."""

    segment: str | None
    before: Decimal
    after: Decimal
    parts: Mapping[str, Decimal]

    @property
    def change(self) -> Decimal:
        """The segment's change; its parts sum to it."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Cut:
    """A gap by one dimension: rows sum to the gap, columns to the parts of the `volume` and `value` driver."""

    by: str
    volume: str
    value: str
    rows: tuple[SegmentGap, ...]

    def total(self, part: str) -> Decimal:
        """Sum one column."""
        return sum((row.parts.get(part, Decimal(0)) for row in self.rows), Decimal(0))


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a total is from last year's or from the plan by now; each of its `ways` sums to `change`.

    `reason` says why there is none. `silent` are the dimensions and drivers that the data cannot tell, with the reason.
    """

    against: Against
    before: Decimal | None = None
    after: Decimal | None = None
    ways: tuple[tuple[Driver, ...], ...] = ()
    cuts: tuple[Cut, ...] = ()
    silent: tuple[Text, ...] = ()
    reason: Text | None = None

    @property
    def change(self) -> Decimal | None:
        """Now less then."""
        return None if self.before is None or self.after is None else self.after - self.before


def gaps(
    data: StoreData,
    metric: str,
    period: Period,
    where: Mapping[str, str] | None = None,
    expected: Decimal | None = None,
    planned: Mapping[str, Decimal] | None = None,
) -> dict[Against, Gap]:
    """Explain a total of `WAYS` over the days of `period` that the data know, against last year's same weekdays.

    With `expected`, what the plan asks for by now, also against the plan. `planned` are drivers with a target of their
    own; without one a value per order stays as it was last year, and the volume brings the rest of the plan.
    """
    days = known(data, period)
    reason = data.missing(period) if days is None else data.missing(days.a_year_ago())
    if days is None or reason:
        return {"last_year": Gap("last_year", reason=reason)}
    read, silent = read_ways(data, metric, days, where or {}, None)
    if not read:
        return {"last_year": Gap("last_year", reason=silent[0])}
    cuts: dict[str, Read] = {}
    for by in (name for name in DIMENSIONS if name not in (where or {})):
        found, why = read_ways(data, metric, days, where or {}, by)
        if fitting := [one for one in found if adds_up(one, read)]:
            cuts[by] = fitting[0]
        silent += [] if found else why[:1]
    frame = _Frame(digits_of(data, metric), read, cuts)
    made: dict[Against, Gap] = {"last_year": replace(_gap(frame, "last_year"), silent=tuple(dict.fromkeys(silent)))}
    if expected is not None:
        made["plan"] = _against_plan(frame, expected, planned or {})
    return made


def sheet_gaps(data: StoreData, card: Scorecard) -> dict[str, dict[Against, Gap]]:
    """Explain every key result whose total splits into drivers, by its id; `gaps` says how."""
    found = {}
    for state in card.key_results:
        kr = state.key_result
        if kr.metric in WAYS:
            targets = {
                str(other.key_result.metric): other.expected
                for other in card.key_results
                if other.expected is not None and other.key_result.where == kr.where
            }
            period = kr_period(card.sheet, kr)
            found[state.id] = gaps(data, kr.metric, period, dict(kr.where.items), state.expected, targets)
    return found


def driver_tree(data: StoreData, period: Period) -> Gap:
    """Explain the store's revenue against last year by visits and by units; from visits to orders where no buyers are named."""
    days = known(data, period)
    reason = data.missing(period) if days is None else data.missing(days.a_year_ago())
    if days is None or reason:
        return Gap("last_year", reason=reason)
    read, silent = read_ways(data, "revenue", days, {}, None, TREE)
    if not read:
        return Gap("last_year", reason=silent[0])
    by_buyers = any(one.way == TREE[0] for one in read)
    read = [one for one in read if not (by_buyers and one.way == TREE[1])]
    silent = [] if by_buyers else silent
    return replace(_gap(_Frame(digits_of(data, "revenue"), read, {}), "last_year"), silent=tuple(dict.fromkeys(silent)))


def digits_of(data: StoreData, metric: str) -> int:
    """Return the decimals that a total of `metric` has: those of its money, none for counts."""
    return get_currency_precision(data.store.currency) if CATALOGUE[metric].unit == "money" else 0


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is compared: all ways of the whole, by dimension the one whose segments add up, and how fine it is told."""

    digits: int
    read: Sequence[Read]
    cuts: Mapping[str, Read]


def _gap(frame: _Frame, against: Against) -> Gap:
    before, after = frame.read[0].then[None].total, frame.read[0].now[None].total
    ways = tuple(_drivers(one.then[None], one.now[None], frame.digits) for one in frame.read)
    by_way = {one.way.drivers: made for one, made in zip(frame.read, ways, strict=True)}
    cuts = tuple(_cut(by, one, by_way[one.way.drivers], frame.digits) for by, one in frame.cuts.items())
    return Gap(against, before, after, ways, cuts)


def _drivers(before: Level, after: Level, digits: int) -> tuple[Driver, ...]:
    """Split the change of one total; what is added and is nothing both times is left out."""
    parts = _product_parts(before, after, digits)
    products = [Driver(name, before.drivers[name], after.drivers[name], part) for name, part in parts.items()]
    names = [name for name in after.adds if before.adds[name] or after.adds[name]]
    return (
        *products,
        *(Driver(name, before.adds[name], after.adds[name], after.adds[name] - before.adds[name]) for name in names),
    )


def _product_parts(before: Level, after: Level, digits: int) -> dict[str, Decimal]:
    """Split the product's change; a value of nothing (no order, no value per order) is taken to be the other period's."""
    if not after.drivers:
        return {}
    first, second = (
        {name: value if value is not None else other.drivers[name] or Decimal(0) for name, value in own.drivers.items()}
        for own, other in ((before, after), (after, before))
    )
    return product_change(first, second, digits)


def _cut(by: str, one: Read, drivers: Sequence[Driver], digits: int) -> Cut:
    volume, value = one.way.drivers
    moved = _mix_and_within(one, drivers, digits)
    rows = []
    for name in sorted({*one.now, *one.then}, key=lambda name: (name is None, name or "")):
        before, after = one.then.get(name) or _NOTHING, one.now.get(name) or _NOTHING
        parts = {part: moved.get((part, name), Decimal(0)) for part in (MIX, WITHIN)}
        parts |= {add: after.adds.get(add, Decimal(0)) - before.adds.get(add, Decimal(0)) for add in one.way.adds}
        rest = after.total - before.total - sum(parts.values(), Decimal(0))
        rows.append(SegmentGap(name, before.total, after.total, {volume: rest, **parts}))
    return Cut(by, volume, value, tuple(rows))


_NOTHING = Level(Decimal(0), {}, {})


def _mix_and_within(one: Read, drivers: Sequence[Driver], digits: int) -> dict[tuple[str, str | None], Decimal]:
    """Split what the value driver did to the total into mix and within, each by segment, in the total's unit."""
    counted, valued = drivers[:2]
    before, after = (_segments(table, one.way.drivers) for table in (one.then, one.now))
    if not (before and after):
        return {}
    found = ratio_change(before, after)
    numbers = [float(number or 0) for number in (counted.before, counted.after, valued.before, valued.after)]
    n0, n1, c0, c1 = numbers
    scale = logarithmic_mean(n1 * c1, n0 * c0) / logarithmic_mean(c1, c0) if min(numbers) > 0 else (n0 + n1) / 2
    parts = {(MIX, str(k) if k is not None else None): float(v) * scale for k, v in found.mix.items()}
    parts |= {(WITHIN, str(k) if k is not None else None): float(v) * scale for k, v in found.within.items()}
    return settle(parts, valued.part, digits)


def _segments(table: Mapping[str | None, Level], names: Sequence[str]) -> dict[str | None, decompose.Segment]:
    volume, value = names
    return {
        segment: decompose.Segment(weight, ratio)
        for segment, level in table.items()
        if (weight := level.drivers[volume]) and weight > 0 and (ratio := level.drivers[value]) is not None
    }


def _against_plan(frame: _Frame, expected: Decimal, targets: Mapping[str, Decimal]) -> Gap:
    goal = expected.quantize(Decimal(1).scaleb(-frame.digits), ROUND_HALF_UP)
    plans = {one.way.drivers: _planned(one.then[None], goal, targets, frame.digits) for one in frame.read}
    read = [Read(one.way, one.now, {None: plan}) for one in frame.read if (plan := plans[one.way.drivers])]
    if not read:
        return Gap("plan", goal, frame.read[0].now[None].total, reason=NO_SHAPE)
    whole = {one.way.drivers: one.then[None] for one in frame.read}
    cuts = {
        by: Read(one.way, one.now, _shared_out(one.then, whole[one.way.drivers], plan, frame.digits))
        for by, one in frame.cuts.items() if (plan := plans[one.way.drivers])
    }  # fmt: skip
    return _gap(_Frame(frame.digits, read, cuts), "plan")


def _planned(then: Level, goal: Decimal, targets: Mapping[str, Decimal], digits: int) -> Level | None:
    """Lay the plan out as `gaps` says, what is added growing as the total; None where last year has no shape for it."""
    if then.total <= 0 or goal <= 0:
        return None
    growth = goal / then.total
    adds = {name: value * growth for name, value in then.adds.items()}
    if not then.drivers:
        return Level(goal, {}, settle(adds, goal, digits))
    adds = {name: round(value, digits) for name, value in adds.items()}
    whole = goal - sum(adds.values(), Decimal(0))
    volume, *values = then.drivers
    rest = values[-1] if targets.get(volume) else volume  # the driver that brings what the others leave open
    planned = {name: targets.get(name) or then.drivers[name] for name in then.drivers}
    others = prod((planned[name] or Decimal(0) for name in planned if name != rest), start=Decimal(1))
    if whole <= 0 or others <= 0 or not then.drivers[volume]:
        return None
    return Level(goal, planned | {rest: whole / others}, adds)


def _shared_out(then: Mapping[str | None, Level], whole: Level, plan: Level, digits: int) -> dict[str | None, Level]:
    """Share the plan out over segments as if all of them kept last year's place."""
    grown = {name: (plan.drivers[name] or Decimal(0)) / (value or Decimal(1)) for name, value in whole.drivers.items()}
    growth = plan.total / whole.total
    drivers = {
        segment: {name: None if value is None else value * grown[name] for name, value in level.drivers.items()}
        for segment, level in then.items()
    }
    adds = {
        name: settle({segment: level.adds[name] * growth for segment, level in then.items()}, plan.adds[name], digits)
        for name in plan.adds
    }
    exact = {
        segment: prod((value or Decimal(0) for value in drivers[segment].values()), start=Decimal(1))
        + sum((adds[name][segment] for name in adds), Decimal(0))
        for segment in then
    }
    totals = settle(exact, plan.total, digits)
    return {s: Level(totals[s], drivers[s], {name: adds[name][s] for name in adds}) for s in then}
