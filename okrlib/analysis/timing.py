"""When buyers pay: by hour and weekday, and what shopping events bring beyond ordinary days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import facts
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period
from okrlib.text import Text

_AROUND = timedelta(weeks=6)  # ordinary days so near to an event are its baseline
_ENOUGH_DAYS = 7


@dataclass(frozen=True, slots=True)
class Clock:
    """Paid orders by weekday (Monday first) and hour of payment; `days` is how often each weekday came."""

    orders: tuple[tuple[int, ...], ...]
    days: tuple[int, ...]

    @property
    def a_day(self) -> list[float]:
        """Orders on an average day of each weekday; zero where the weekday did not come."""
        return [sum(row) / (days or 1) for row, days in zip(self.orders, self.days, strict=True)]

    @property
    def by_hour(self) -> list[int]:
        """Orders in each of the 24 hours."""
        return [sum(row[hour] for row in self.orders) for hour in range(24)]


@dataclass(frozen=True, slots=True)
class EventSales:
    """Paid revenue on an event's days: its share of the period, per day against ordinary days around it.

    `lift` is 0.5 for half as much again as on an ordinary day; None with fewer than a week of ordinary days around.
    """

    name: Text
    first: date
    days: int
    revenue: Decimal
    share: Decimal | None
    lift: Decimal | None


def clock(data: StoreData, period: Period) -> Clock | None:
    """Return when orders were paid; None where none was."""
    days = known(data, period)
    sql = """SELECT isodow(paid_at) - 1, hour(paid_at), count(*) FROM orders
    WHERE paid_at >= ? AND paid_at < ? GROUP BY ALL"""
    rows = data.rows(sql, span(days)) if days else []
    if not rows or days is None:
        return None
    counts = {(weekday, hour): n for weekday, hour, n in rows}
    came = [sum(day.weekday() == weekday for day in days) for weekday in range(7)]
    return Clock(tuple(tuple(counts.get((w, h), 0) for h in range(24)) for w in range(7)), tuple(came))


def event_sales(data: StoreData, period: Period) -> list[EventSales]:
    """Return the shopping events of a period in the order they begin, with what each brought."""
    days = known(data, period)
    if days is None:
        return []
    around = Period(max(days.start - _AROUND, data.covers.start), min(days.end + _AROUND, data.covers.end))
    revenue = {row.segment: row.value or Decimal(0) for row in facts(data, around, ["revenue"], by="day")}
    marked = data.events_in(around)
    ordinary = {day: value for day, value in revenue.items() if day not in marked}
    spans: dict[str, list[date]] = {}
    for day in days:
        if day in marked:
            spans.setdefault(marked[day][0].en, []).append(day)
    total = sum((revenue.get(day, Decimal(0)) for day in days), Decimal(0))
    return [_event(marked[own[0]][0], own, revenue, ordinary, total) for own in spans.values()]  # type: ignore[arg-type]


def _event(
    name: Text, days: list[date], revenue: dict[date, Decimal], ordinary: dict[date, Decimal], total: Decimal
) -> EventSales:
    brought = sum((revenue.get(day, Decimal(0)) for day in days), Decimal(0))
    near = [value for day, value in ordinary.items() if days[0] - _AROUND <= day <= days[-1] + _AROUND]
    base = sum(near, Decimal(0)) / len(near) if len(near) >= _ENOUGH_DAYS else None
    lift = brought / len(days) / base - 1 if base else None
    return EventSales(name, days[0], len(days), brought, brought / total if total > 0 else None, lift)
