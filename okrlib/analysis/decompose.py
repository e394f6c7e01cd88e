"""Why a figure changed: exact decompositions whose parts add up to the change, to the last digit asked for.

Products by LMDI-I (Ang, "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33, 2005), by
Shapley values where a driver is zero or negative; ratios into mix and within (midpoint weights).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import combinations
from math import factorial, fsum, log, prod
from typing import NamedTuple, TypeVar

from okrlib.errors import DataError

Number = Decimal | float | int
K = TypeVar("K", bound=Hashable)


def logarithmic_mean(a: float, b: float) -> float:
    """Return L(a, b) = (a − b) / ln(a / b), and a where both are equal; both positive."""
    if a == b:
        return a
    # Near a = b the quotient loses its digits; the arithmetic mean is then right to more of them.
    return (a + b) / 2 if abs(a - b) < 1e-6 * a else (a - b) / log(a / b)


def product_change(
    before: Mapping[K, Number], after: Mapping[K, Number], digits: int | None = None, *, shapley: bool = False
) -> dict[K, Decimal]:
    """Split the change of a product of drivers, such as visitors × conversion × value, into one part per driver.

    LMDI, ΔY_i = L(Y1, Y0)·ln(x_i1 / x_i0); Shapley values when asked for, or when a driver is zero or negative. Values
    may be Decimal or float; `digits` rounds the parts (2 for cents) so that they still sum to the rounded change. A
    DataError if the drivers differ.
    """
    _check_same(before, after)
    start, end = ([float(values[name]) for name in before] for values in (before, after))
    parts = _shapley(start, end) if shapley or min(start + end) <= 0 else _lmdi(start, end)
    change = prod((Decimal(str(v)) for v in after.values()), start=Decimal(1))
    change -= prod((Decimal(str(before[name])) for name in after), start=Decimal(1))
    return settle(dict(zip(before, parts, strict=True)), change, digits)


def _lmdi(start: Sequence[float], end: Sequence[float]) -> list[float]:
    weight = logarithmic_mean(prod(end), prod(start))
    return [weight * log(b / a) for a, b in zip(start, end, strict=True)]


def _shapley(start: Sequence[float], end: Sequence[float]) -> list[float]:
    """Return each driver's mean contribution over all orders in which the drivers may change."""
    n = len(start)
    parts = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        terms = (
            factorial(size) * factorial(n - 1 - size) / factorial(n)
            * prod(end[j] if j in changed else start[j] for j in others)
            for size in range(n) for changed in combinations(others, size)
        )  # fmt: skip
        parts.append((end[i] - start[i]) * fsum(terms))
    return parts


class RatioChange(NamedTuple):
    """A ratio's change: by segment, what its share's move (mix) and its own ratio's move (within) did."""

    mix: dict[Hashable, Decimal]
    within: dict[Hashable, Decimal]

    @property
    def total_mix(self) -> Decimal:
        """The part of all moves between segments."""
        return sum(self.mix.values(), Decimal())

    @property
    def total_within(self) -> Decimal:
        """The part of all moves inside segments."""
        return sum(self.within.values(), Decimal())


class Segment(NamedTuple):
    """One segment in one period: its weight (visitors) and its ratio (conversion)."""

    weight: Number
    ratio: Number


def ratio_change(before: Mapping[K, Segment], after: Mapping[K, Segment], digits: int | None = None) -> RatioChange:
    """Split the change of C = Σ s·c, s the share of weights, into mix Σ(s1 − s0)(c̄ − C̄) and within Σ s̄(c1 − c0).

    A segment that is new or gone stands with weight 0 and its only ratio, so it is all mix. A DataError without weight.
    """
    first, second = _shares(before, "before"), _shares(after, "after")
    names = list(dict.fromkeys([*before, *after]))
    old = {name: (before.get(name) or after[name]).ratio for name in names}
    new = {name: (after.get(name) or before[name]).ratio for name in names}
    c0, c1 = ({name: Decimal(str(v)) for name, v in table.items()} for table in (old, new))
    whole0 = sum((first.get(name, Decimal()) * c0[name] for name in names), Decimal())
    whole1 = sum((second.get(name, Decimal()) * c1[name] for name in names), Decimal())
    parts: dict[tuple[str, Hashable], Decimal] = {}
    for name in names:
        s0, s1 = first.get(name, Decimal()), second.get(name, Decimal())
        parts["mix", name] = (s1 - s0) * ((c0[name] + c1[name]) / 2 - (whole0 + whole1) / 2)
        parts["within", name] = (s0 + s1) / 2 * (c1[name] - c0[name])
    settled = settle(parts, whole1 - whole0, digits)
    mix: dict[Hashable, Decimal] = {name: settled["mix", name] for name in names}
    return RatioChange(mix, {name: settled["within", name] for name in names})


class Funnel(NamedTuple):
    """One segment in one period: visitors, conversion, value per buyer."""

    visitors: Number
    conversion: Number
    value: Number


def structure_change(
    before: Mapping[K, Funnel], after: Mapping[K, Funnel], digits: int | None = None
) -> dict[str, Decimal]:
    """Split the change of Σ visitors·conversion·value into traffic, mix, conversion and value (LMDI-I with structure).

    Every number must be positive and the segments the same, else a DataError: leave out or join segments first.
    """
    _check_same(before, after)
    if any(number <= 0 for table in (before, after) for segment in table.values() for number in segment):
        raise DataError(
            "a structure needs positive visitors, conversion and value in every segment; join empty ones first"
        )
    all0, all1 = (sum(float(segment.visitors) for segment in table.values()) for table in (before, after))
    parts = dict.fromkeys(("traffic", "mix", "conversion", "value"), 0.0)
    for name, old in before.items():
        (n0, c0, v0), (n1, c1, v1) = (tuple(map(float, segment)) for segment in (old, after[name]))
        weight = logarithmic_mean(n1 * c1 * v1, n0 * c0 * v0)
        ratios = (all1 / all0, (n1 / all1) / (n0 / all0), c1 / c0, v1 / v0)
        parts = {part: total + weight * log(ratio) for (part, total), ratio in zip(parts.items(), ratios, strict=True)}
    change = _total(after) - _total(before)
    return settle(parts, change, digits)


class Need(NamedTuple):
    """What one driver would have to be, were it to close the gap alone, beside what is expected and its best so far.

    `rising` says whether more of it is better; if not, `needed` is the most that it may be, `best` the least it was.
    """

    expected: Decimal
    needed: Decimal
    best: Decimal | None
    rising: bool = True

    @property
    def comes(self) -> bool:
        """Whether what is expected is enough."""
        return self.expected >= self.needed if self.rising else self.expected <= self.needed

    @property
    def within_reach(self) -> bool | None:
        """Whether the driver has been at the level needed before; None where its best is not known."""
        if self.best is None:
            return None
        return self.needed <= self.best if self.rising else self.needed >= self.best


def drivers_needed(expected: Mapping[K, Number], missing: Number, best: Mapping[K, Number]) -> dict[K, Need]:
    """Return, per driver, the level at which the rest of the quarter brings what is `missing` to the target.

    `expected` are the drivers' levels for the rest of the quarter, whose product is what it would bring; `best` their
    best levels of the past two years. A DataError unless every driver is positive.
    """
    levels = {name: Decimal(str(level)) for name, level in expected.items()}
    if not levels or min(levels.values()) <= 0:
        raise DataError(
            f"the expected drivers must be positive (found {', '.join(f'{n} {v}' for n, v in levels.items())})"
        )
    factor = Decimal(str(missing)) / prod(levels.values(), start=Decimal(1))
    known = {name: Decimal(str(level)) for name, level in best.items()}
    return {name: Need(level, level * factor, known.get(name)) for name, level in levels.items()}


def settle(parts: Mapping[K, Number], total: Number, digits: int | None) -> dict[K, Decimal]:
    """Round parts to `digits` decimals by the largest remainder, so that they sum to the rounded `total` exactly.

    With None nothing is rounded, and the largest part takes what floating point has lost.
    """
    exact = {name: Decimal(str(value)) for name, value in parts.items()}
    goal = Decimal(str(total))
    if not exact:
        return {}
    if digits is None:
        largest = max(exact, key=lambda name: abs(exact[name]))
        return exact | {largest: exact[largest] + goal - sum(exact.values(), Decimal())}
    unit = Decimal(1).scaleb(-digits)
    floors = {name: value.quantize(unit, ROUND_FLOOR) for name, value in exact.items()}
    missing = int((goal.quantize(unit) - sum(floors.values(), Decimal())) / unit)
    by_remainder = sorted(exact, key=lambda name: floors[name] - exact[name])
    every, some = divmod(missing, len(exact))
    return {name: floors[name] + unit * (every + (by_remainder.index(name) < some)) for name in exact}


def _shares(table: Mapping[K, Segment], when: str) -> dict[K, Decimal]:
    weights = {name: Decimal(str(segment.weight)) for name, segment in table.items()}
    whole = sum(weights.values(), Decimal())
    if whole <= 0 or min(weights.values()) < 0:
        raise DataError(f"the segments {when} need weights of zero or more with a positive sum (found {whole})")
    return {name: weight / whole for name, weight in weights.items()}


def _total(table: Mapping[K, Funnel]) -> Decimal:
    products = (prod((Decimal(str(number)) for number in segment), start=Decimal(1)) for segment in table.values())
    return sum(products, Decimal())


def _check_same(before: Mapping[K, object], after: Mapping[K, object]) -> None:
    if not before or set(before) != set(after):
        raise DataError(
            f"both periods need the same names (found {sorted(map(str, before))} and {sorted(map(str, after))})"
        )
