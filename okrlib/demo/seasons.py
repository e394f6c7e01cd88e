"""When people buy: weekday, month and event patterns of the two demo shops, as plain tables of factors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]

YEARS = range(2022, 2031)
PROMOTION = 1.4  # from this factor on a day counts as a promotion, and prices come down


@dataclass(frozen=True, slots=True)
class Event:
    """Something that returns every year: its dates, and spans of (first day, last day, factor) around each of them."""

    dates: tuple[date, ...]
    spans: tuple[tuple[int, int, float], ...]

    def factors(self, days: Days) -> Floats:
        """Return the factor of each day: 1 outside every span."""
        factor = np.ones(len(days))
        for anchor in self.dates:
            offset = (days - np.datetime64(anchor)).astype(int)
            for first, last, value in self.spans:
                factor[(offset >= first) & (offset <= last)] = value
        return factor


@dataclass(frozen=True, slots=True)
class Season:
    """Factors by weekday (Monday first), by month (joined smoothly), and by event."""

    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    events: tuple[Event, ...]

    def factors(self, days: Days) -> Floats:
        """Return how strongly each day pulls, around 1."""
        weekday = (days.astype(int) + 3) % 7  # day 0, 1970-01-01, was a Thursday
        month = days.astype("datetime64[M]")
        position = month.astype(int) % 12 + (days - month.astype("datetime64[D]")).astype(int) / 31
        curve = np.interp(position, np.arange(12) + 0.5, self.months, period=12)
        return np.asarray(np.array(self.weekdays)[weekday] * curve * self.promotions(days))

    def promotions(self, days: Days) -> Floats:
        """Return the product of the events' factors alone."""
        return np.asarray(np.prod([event.factors(days) for event in self.events], axis=0))


def every_year(month: int, day: int) -> tuple[date, ...]:
    """Return the same date in each year."""
    return tuple(date(year, month, day) for year in YEARS)


def nth_weekday(month: int, weekday: int, n: int) -> tuple[date, ...]:
    """Return the n-th given weekday (Monday is 0) of a month in each year."""
    first = [date(year, month, 1) for year in YEARS]
    return tuple(day + timedelta(days=(weekday - day.weekday()) % 7 + 7 * (n - 1)) for day in first)


def _days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


SPRING_FESTIVAL = _days(
    "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
    "2030-02-03",
)  # fmt: skip
DRAGON_BOAT = _days(
    "2022-06-03", "2023-06-22", "2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16",
    "2030-06-05",
)  # fmt: skip
MID_AUTUMN = _days(
    "2022-09-10", "2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22",
    "2030-09-12",
)  # fmt: skip
THANKSGIVING = nth_weekday(11, 3, 4)
CHRISTMAS = every_year(12, 25)
MOTHERS_DAY = nth_weekday(5, 6, 2)

CHINA = Season(
    weekdays=(1.02, 1.0, 0.98, 0.98, 0.97, 1.0, 1.05),
    months=(0.95, 0.9, 1.0, 1.06, 1.0, 0.92, 0.86, 0.9, 1.05, 1.1, 1.08, 1.05),
    events=(
        Event(SPRING_FESTIVAL, ((-28, -12, 1.45), (-11, -6, 0.85), (-5, 7, 0.35), (8, 15, 0.75))),
        Event(every_year(3, 8), ((-2, 0, 1.5),)),
        Event(every_year(6, 18), ((-17, -15, 1.7), (-14, -3, 1.15), (-2, -1, 2.2), (0, 0, 3.8), (1, 6, 0.8))),
        Event(MID_AUTUMN, ((-18, -6, 1.15),)),
        Event(
            every_year(11, 11),
            ((-22, -19, 1.4), (-11, -8, 2.2), (-7, -2, 1.45), (-1, -1, 3.4), (0, 0, 8.0), (1, 2, 2.0), (3, 9, 0.8)),
        ),
        Event(every_year(12, 12), ((-2, -1, 1.4), (0, 0, 2.6), (1, 4, 0.85))),
    ),
)
OVERSEAS = Season(
    weekdays=(1.04, 1.0, 0.98, 0.98, 0.93, 0.98, 1.09),
    months=(0.92, 0.92, 0.95, 0.96, 1.0, 0.86, 0.84, 0.88, 0.98, 1.06, 1.2, 1.3),
    events=(
        Event(MOTHERS_DAY, ((-12, -4, 1.4),)),
        Event(THANKSGIVING, ((-3, 0, 1.5), (1, 1, 4.2), (2, 3, 2.4), (4, 4, 3.8), (5, 7, 1.4))),
        Event(CHRISTMAS, ((-19, -8, 1.5), (-7, -4, 1.1), (-3, 2, 0.5))),
    ),
)
GIFTS_CHINA = tuple(Event(dates, ((-26, -5, 3.2),)) for dates in (SPRING_FESTIVAL, DRAGON_BOAT, MID_AUTUMN))
GIFTS_OVERSEAS = (Event(CHRISTMAS, ((-30, -7, 3.0),)), Event(MOTHERS_DAY, ((-14, -3, 2.5),)))
