"""Days on which the series breaks with its own habit, and whether the platform counts what the orders say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import facts
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period

FAR = 4.5  # robust standard deviations from the usual day, beyond which a day is told
_AROUND = 6  # weeks before and after whose same weekdays make the usual day
_LEAST_DAYS = 60
_LEAST_SCALE = 0.05  # a very even series is not held to less than that


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A day outside shopping events whose paid revenue is far from the same weekdays around it."""

    day: date
    value: Decimal
    usual: Decimal


def anomalies(data: StoreData, period: Period) -> list[Anomaly]:
    """Return the days of `period` that are far off, those farthest first; none where the data are too short to tell.

    The usual day is the median of the same weekdays up to six weeks away, events left out; far is told by the median
    absolute deviation of all such log ratios (x 1.4826).
    """
    days = known(data, period)
    if days is None:
        return []
    wide = Period(
        max(days.start - timedelta(weeks=26), data.covers.start), min(days.end + timedelta(weeks=_AROUND), data.as_of)
    )
    wide = Period(wide.start, min(wide.end, data.covers.end))
    if wide.days < _LEAST_DAYS:
        return []
    paid = {row.segment: float(row.value or 0) for row in facts(data, wide, ["revenue"], by="day")}
    marked = data.events_in(wide)
    plain = {day: paid[day] for day in wide if day in paid and day not in marked}
    offs = {day: _off(day, plain) for day in plain}
    ratios = np.array([off[0] for off in offs.values() if off])
    if len(ratios) < _LEAST_DAYS // 2:
        return []
    scale = 1.4826 * float(np.median(np.abs(ratios - np.median(ratios))))
    far = [(abs(off[0]) / max(scale, _LEAST_SCALE), day, off[1]) for day, off in offs.items() if off and day in days]
    told = sorted((one for one in far if one[0] > FAR), key=lambda one: (-one[0], one[1]))
    return [Anomaly(day, _money(plain[day]), _money(usual)) for _, day, usual in told]


def _off(day: date, plain: dict[date, float]) -> tuple[float, float] | None:
    """Return the log ratio of a day to its usual, and the usual; None with fewer than four weekdays to compare."""
    near = [plain[other] for n in range(-_AROUND, _AROUND + 1) if n and (other := day + timedelta(weeks=n)) in plain]
    usual = float(np.median(near)) if len(near) >= 4 else 0.0
    if usual <= 0:
        return None
    return float(np.log((plain[day] + usual / 1000) / usual)), usual


def _money(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def platform_count(data: StoreData, period: Period) -> tuple[Decimal, Decimal] | None:
    """Return what the platform's own statistics count as paid, and what the orders of the same days say; None where untold."""
    days = known(data, period)
    if days is None:
        return None
    sql = """WITH told AS (SELECT day, sum(amount) AS amount FROM traffic(?, ?) WHERE whole AND amount IS NOT NULL GROUP BY day)
    SELECT sum(amount), (SELECT sum(paid_amount) FROM orders WHERE paid_at::DATE IN (SELECT day FROM told)) FROM told"""
    told, ours = data.rows(sql, span(days))[0]
    return (told, ours) if told and ours else None
