"""Quarters and spans of days; all dates are days in the store's own time zone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okrlib.errors import ParameterError

KNOWN_AT_VARIABLE = "OKR_KNOWN_AT"  # the moment whose lake is read, where no option says it
YEAR_OF_WEEKS = timedelta(days=364)  # 52 weeks: the same weekday a year ago


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days, both ends included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ParameterError(
                f"a period cannot end ({self.end}) before it starts ({self.start})",
                f"结束日 {self.end} 不能早于开始日 {self.start}",
            )

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=i) for i in range(self.days))

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def shifted(self, days: int) -> Period:
        """Return the same length of days, `days` later (earlier when negative)."""
        return Period(self.start + timedelta(days=days), self.end + timedelta(days=days))

    def a_year_ago(self) -> Period:
        """Return the period 364 days earlier, so that weekdays fall together."""
        return self.shifted(-YEAR_OF_WEEKS.days)

    def until(self, as_of: date) -> Period | None:
        """Return the part up to and including `as_of`, or None when the period has not begun."""
        return None if as_of < self.start else Period(self.start, min(self.end, as_of))


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, written ``2026Q3``."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2026Q3``; anything else is a ParameterError."""
        match = re.fullmatch(r"(20\d\d|19\d\d)Q([1-4])", str(text))
        if match is None:
            raise ParameterError(
                f"quarter {text!r}: expected a year and a quarter from Q1 to Q4, such as 2026Q3",
                f"季度 {text} 有误，应为年份加 Q1–Q4，例如 2026Q3",
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that `day` lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return self.next.start - timedelta(days=1)

    @property
    def period(self) -> Period:
        """All days of the quarter."""
        return Period(self.start, self.end)

    @property
    def next(self) -> Quarter:
        """The quarter after."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def year_ago(self) -> Quarter:
        """The same quarter of the year before."""
        return Quarter(self.year - 1, self.number)


def parse_moment(text: str) -> datetime:
    """Read an ISO moment with its offset from UTC (``2026-11-22T18:30+08:00``)."""
    wrong = (
        f"known-at {text!r}: expected a moment with its offset such as 2026-11-22T18:30+08:00",
        f"known-at {text} 有误，应为带时区的时刻，例如 2026-11-22T18:30+08:00",
    )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ParameterError(*wrong) from None
    if moment.tzinfo is None:
        raise ParameterError(*wrong)
    return moment


def told_moment() -> datetime | None:
    """Return the moment that OKR_KNOWN_AT names, None where it names none."""
    told = os.environ.get(KNOWN_AT_VARIABLE)
    return parse_moment(told) if told else None


def parse_day(text: str | date, what: str = "date") -> date:
    """Read an ISO day (``2026-08-15``); `what` names it in the ParameterError."""
    if isinstance(text, date):
        return text
    wrong = f"{what} {text!r}: expected a day written like 2026-08-15", f"日期 {text} 有误，应写作 2026-08-15"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text)):
        raise ParameterError(*wrong)
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ParameterError(*wrong) from None
