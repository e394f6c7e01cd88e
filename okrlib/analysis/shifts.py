"""Ratios that have moved beyond their own weekly variation: conversion, advertising, punctuality, reviews, overstock.

The mean of the weeks looked at is held, week by week, against the same weeks of last year, and that difference against what it
was in the half-year before. With less than five quarters nothing is said: it could be the season. See `evidence` for the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from okrlib.analysis.data import StoreData
from okrlib.analysis.evidence import Floats, doubt, scatter, weeks
from okrlib.analysis.facts import fact, facts
from okrlib.analysis.inventory import KEPT_DAYS, PACE_DAYS, inventory
from okrlib.analysis.metrics import measures
from okrlib.periods import Period

_BEFORE = 26  # weeks with which the weeks looked at are compared
_REACH = 119  # weeks read at most: two years and the quarter


@dataclass(frozen=True, slots=True)
class Shift:
    """A ratio in the days looked at, what was to be expected, the money that hangs on it, and the chance that it is noise.

    `at_risk`: the money is that of the orders concerned, not what was lost.
    """

    metric: str
    value: float
    usual: float
    size: float
    doubt: float
    at_risk: bool = False


def shifts(data: StoreData, days: Period) -> Iterator[Shift]:
    """Yield the ratios of visits, advertising, parcels and reviews that the data tell, with how far they have moved."""
    money = float(fact(data, days, "revenue").value or 0)
    spend = float(fact(data, days, "ad_spend").value or 0)
    for name, scale, at_risk in (
        ("order_conversion", None, False),
        ("ad_return", spend, False),
        ("on_time_shipping", money, True),
        ("on_time_delivery", money, True),
        ("bad_review_share", -money, True),
    ):
        if found := _shift(data, name, days):
            value, usual, risk = found
            size = (1 - usual / value) * money if scale is None else (value - usual) * scale
            yield Shift(name, value, usual, size, risk, at_risk)


def _shift(data: StoreData, name: str, days: Period) -> tuple[float, float, float] | None:
    """Return a ratio over `days`, what was to be expected of it, and the doubt; None where the data do not tell it so long.

    Days that an export does not tell are left out on both sides: of visits nobody counted, the orders too.
    """
    if fact(data, days, name).reason:
        return None
    reaches = [data.reach(str(part.source)) for part in measures(name)]
    if any(reach is None for reach in reaches):
        return None
    start = max(data.covers.start, *(reach.start for reach in reaches if reach), days.end - timedelta(weeks=_REACH))
    if start >= days.start:
        return None
    table = facts(data, Period(start, days.end), [name], by="day")
    if table[0].segment is None:
        return None
    by_day = [np.array([float(part or 0) for part in column]) for column in zip(
        *((row.numerator, row.denominator) for row in table), strict=True)]  # fmt: skip
    over, under = (weeks(column) for column in by_day)
    ratio = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    whole, of = (float(column[-days.days :].sum()) for column in by_day)
    found = _moved(ratio, under, days.days // 7)
    if found is None or not of:
        return None
    distance, risk = found
    return whole / of, whole / of - distance, risk


def _moved(ratio: Floats, under: Floats, n: int) -> tuple[float, float] | None:
    """Return how far the last `n` weeks are from what was to be expected of them, and the doubt."""
    if len(ratio) < 52 + n + _BEFORE // 2:
        return None
    course = ratio[52:] - ratio[:-52]
    before, now = course[:-n][-_BEFORE:], course[-n:]
    if np.isfinite(before).sum() < _BEFORE // 2 or np.isfinite(now).sum() * 2 < n or not under[-n:].sum():
        return None
    distance = float(np.nanmean(now) - np.nanmean(before))
    return distance, doubt(distance, scatter(course, n), 5)


@dataclass(frozen=True, slots=True)
class Overstock:
    """Money that lies in articles which move too slowly, beyond what 90 days would sell: how many, and the worst."""

    articles: int
    worst: str
    value: float  # cost of all stock
    excess: float


def overstock(data: StoreData, days: Period) -> Overstock | None:
    """Return what lies too long; None where stock or costs are not known, or nothing does.

    An article counts only where it would still lie too long if it sold two standard deviations (Poisson) more than it has.
    """
    found = inventory(data, days)
    if found is None or fact(data, days, "closing_units").reason:
        return None
    slow = [one for one in found.slow if one.excess and _surely_slow(float(one.pace), one.on_hand)]
    if not slow:
        return None
    excess = float(sum(one.excess or 0 for one in slow))
    return Overstock(len(slow), slow[0].title, float(found.value), excess)


def _surely_slow(pace: float, on_hand: int) -> bool:
    sold = pace * PACE_DAYS
    return bool(on_hand > (sold + 2 * sold**0.5 + 2) / PACE_DAYS * KEPT_DAYS)
