"""The shopping calendar: which days belong to which event, so that a year can be laid over the year before.

Dates that move (Spring Festival, Easter, Black Friday) are computed or come from the `holidays` package; Prime Day's
are announced by Amazon and listed here, with the second Tuesday of July assumed for years not yet in the list.
A store adds its own events, or changes these, in ``params/calendar.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays

from okrlib.errors import OkrError, SheetError
from okrlib.periods import parse_day
from okrlib.text import Text
from okrlib.yaml_files import line_of, plain, read_yaml

Anchor = Callable[[int], date | None]

CHINA = frozenset({"CN"})
LUNAR_NEW_YEAR = frozenset({"CN", "HK", "MO", "TW", "SG", "MY", "VN", "KR"})
ORTHODOX_EASTER = frozenset({"BG", "CY", "GR", "MD", "ME", "MK", "RO", "RS", "RU", "BY", "UA", "GE"})
WESTERN_EASTER = frozenset({
    "AR", "AT", "AU", "BE", "BR", "CA", "CH", "CL", "CO", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "MX", "NL", "NO", "NZ", "PE", "PH", "PL", "PT", "SE", "SI", "SK", "US", "ZA",
})  # fmt: skip
AMAZON = frozenset({"amazon"})
ANY: frozenset[str] = frozenset()
PRIME_DAYS: dict[int, date] = {
    day.year: day
    for day in (
        date(2015, 7, 15), date(2016, 7, 12), date(2017, 7, 11), date(2018, 7, 16), date(2019, 7, 15),
        date(2020, 10, 13), date(2021, 6, 21), date(2022, 7, 12), date(2023, 7, 11), date(2024, 7, 16),
        date(2025, 7, 8),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the year: the day it turns on (`anchor`, by year), and the days `before` and `after` it colours.

    `countries` (ISO 3166 codes) and `platforms` say where it counts; empty means everywhere. `multipliers` (by year;
    key 0 for every year) scale what history expects of its days still to come.
    """

    id: str
    name: Text
    anchor: Anchor = field(repr=False)
    before: int = 0
    after: int = 0
    countries: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    multipliers: Mapping[int, float] = field(default_factory=dict, hash=False)

    def concerns(self, country: str | None, platform: str | None) -> bool:
        """Whether a store of this country and platform feels the event; an unknown platform feels no platform's own."""
        return (not self.countries or country in self.countries) and (not self.platforms or platform in self.platforms)

    def multiplier(self, year: int) -> float:
        """Return the user's multiplier for the event of `year`, 1 where none is set."""
        return self.multipliers.get(year, self.multipliers.get(0, 1.0))

    def occurrences(self, start: date, end: date) -> Iterable[tuple[int, date]]:
        """Yield (year, anchor day) of every occurrence that touches `start`..`end`."""
        for year in range(start.year - 1, end.year + 2):
            day = self.anchor(year)
            if day and day - timedelta(self.before) <= end and day + timedelta(self.after) >= start:
                yield year, day


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day's place in an event: `offset` days from the anchor of the event of `year` (negative before it)."""

    event: Event
    year: int
    offset: int


def fixed(month: int, day: int) -> Anchor:
    """Return the anchor of an event that keeps its calendar day."""
    return lambda year: date(year, month, day)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the `nth` `weekday` (Monday is 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def black_friday(year: int) -> date:
    """Return the day after the fourth Thursday of November."""
    return nth_weekday(year, 11, 3, 4) + timedelta(1)


@lru_cache
def spring_festival(year: int) -> date | None:
    """Return the first day of the Chinese lunar year, as package `holidays` has it, or None outside its years."""
    named = holidays.country_holidays("CN", years=year, language="en_US").items()
    return min((day for day, name in named if name.startswith("Chinese New Year (Spring Festival)")), default=None)


def western_easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, after Meeus)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the Julian computus as a Gregorian day, for the years 1900 to 2099 (Meeus)."""
    moon = (19 * (year % 19) + 15) % 30
    month, day = divmod(moon + (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7 + 114, 31)
    return date(year, month, day + 1) + timedelta(13)


def prime_day(year: int) -> date | None:
    """Return the first Prime Day of `year` as announced, or the second Tuesday of July for a year not listed."""
    return None if year < min(PRIME_DAYS) else PRIME_DAYS.get(year) or nth_weekday(year, 7, 1, 2)


EVERYWHERE_EASTER = WESTERN_EASTER | ORTHODOX_EASTER
EVENTS: tuple[Event, ...] = tuple(
    Event(id_, Text(en, zh), anchor, before, after, countries, platforms)
    for id_, en, zh, anchor, before, after, countries, platforms in (
        ("spring_festival", "Spring Festival", "春节", spring_festival, 21, 14, LUNAR_NEW_YEAR, ANY),
        ("618", "618 sale", "618大促", fixed(6, 18), 18, 2, CHINA, ANY),
        ("national_day", "National Day week", "国庆黄金周", fixed(10, 1), 0, 7, CHINA, ANY),
        ("double_11_presale", "Double 11 pre-sale", "双11预售", fixed(10, 24), 4, 6, CHINA, ANY),
        ("double_11", "Double 11", "双11", fixed(11, 11), 11, 2, CHINA, ANY),
        ("double_12", "Double 12", "双12", fixed(12, 12), 3, 1, CHINA, ANY),
        ("prime_day", "Prime Day", "Prime会员日", prime_day, 1, 4, ANY, AMAZON),
        ("black_friday", "Black Friday and Cyber Monday", "黑五网一", black_friday, 4, 3, EVERYWHERE_EASTER, ANY),
        ("christmas", "Christmas", "圣诞节", fixed(12, 25), 14, 7, WESTERN_EASTER | {"RO", "BG", "GR", "CY"}, ANY),
        ("easter", "Easter", "复活节", western_easter, 7, 1, WESTERN_EASTER, ANY),
        ("orthodox_easter", "Orthodox Easter", "东正教复活节", orthodox_easter, 7, 1, ORTHODOX_EASTER, ANY),
    )
)

# A count of different buyers or articles starts anew with every quarter: its first days are like those of last year's.
QUARTER_STARTS: tuple[Event, ...] = tuple(
    Event(f"quarter_{number}", Text(f"start of Q{number}", f"{zh}季度初"), fixed(3 * number - 2, 1), 1, 6)
    for number, zh in enumerate("一二三四", 1)
)


def events_for(
    country: str | None, platform: str | None = None, extra: Sequence[Mapping[str, Any]] = ()
) -> tuple[Event, ...]:
    """Return the events a store feels, with the user's own from ``params/calendar.yaml`` added or laid over these.

    An entry of `extra` is ``{id, name: {en, zh}, dates: [2026-08-08], before, after, multiplier, countries,
    platforms}``; one whose id is known here changes that event and needs only what differs. `multiplier` is one number,
    or one per year. A wrong entry is a SheetError that names it.
    """
    known = {event.id: event for event in EVENTS}
    for entry in extra:
        event = _read_event(entry, known)
        known[event.id] = event
    return tuple(event for event in known.values() if event.concerns(country, platform))


def event_days(
    start: date, end: date, country: str | None, platform: str | None = None, extra: Sequence[Mapping[str, Any]] = ()
) -> dict[date, EventDay]:
    """Return the event day of each day in `start`..`end` that has one; the shortest of several owns the day."""
    days: dict[date, EventDay] = {}
    for event in longest_first(events_for(country, platform, extra)):
        for year, anchor in event.occurrences(start, end):
            for offset in range(-event.before, event.after + 1):
                if start <= (day := anchor + timedelta(offset)) <= end:
                    days[day] = EventDay(event, year, offset)
    return dict(sorted(days.items()))


def longest_first(events: Iterable[Event]) -> list[Event]:
    """Return the events in the order in which a later one takes a shared day from an earlier one."""
    return sorted(events, key=lambda event: -(event.before + event.after))


def read_calendar(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Read a workbook's ``params/calendar.yaml`` as the entries that `events_for` takes; none without the file.

    An entry that is wrong, or an id that stands there twice, is a SheetError with file, line and entry.
    """
    tree = (read_yaml(path) if path.exists() else None) or []
    if not (isinstance(tree, list) and all(isinstance(entry, Mapping) for entry in tree)):
        raise SheetError(f"{path}: expected a list of events, each with id, name and dates", f"{path}：应为事件列表")
    entries = tuple(plain(tree))
    known, seen = {event.id: event for event in EVENTS}, set[str]()
    for place, entry in enumerate(entries):
        line = line_of(tree, (place,))
        where, chinese = f"{path}:{line}", f"{path} 第 {line} 行"
        try:
            event = _read_event(entry, known)
        except OkrError as bad:
            raise SheetError(f"{where}: {bad}", f"{chinese}：{bad.in_('zh')}") from None
        if event.id in seen:
            raise SheetError(
                f"{where}: calendar event {event.id!r} stands here twice; keep one", f"{chinese}：事件 {event.id} 重复"
            )
        seen.add(event.id)
    return entries


_FIELDS = {"id", "name", "dates", "before", "after", "multiplier", "countries", "platforms"}


def _read_event(entry: Mapping[str, Any], known: Mapping[str, Event]) -> Event:
    where = f"calendar event {entry.get('id', entry.get('name', '?'))!r}"
    if unknown := set(entry) - _FIELDS:
        raise SheetError(
            f"{where}: unknown field {min(unknown)!r}; expected {', '.join(sorted(_FIELDS))}",
            f"没有字段 {min(unknown)}",
        )
    if not re.fullmatch(r"[a-z0-9_]+", str(entry.get("id", ""))):
        raise SheetError(
            f"{where}: id must be small letters, digits and underscores, such as 'store_birthday'",
            "id 只能用小写字母、数字和下划线，例如 store_birthday",
        )
    base = known.get(str(entry["id"]))
    if base is None:
        if missing := [name for name in ("name", "dates") if name not in entry]:
            raise SheetError(f"{where}: a new event needs {' and '.join(missing)}", f"新事件缺少 {'、'.join(missing)}")
        base = Event(str(entry["id"]), _read_name(entry["name"], where), lambda _: None)
    return replace(base, **_read_changes(entry, base, where))


def _read_changes(entry: Mapping[str, Any], base: Event, where: str) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "name" in entry:
        changes["name"] = _read_name(entry["name"], where)
    if "dates" in entry:
        days = [parse_day(text, f"{where}: dates") for text in _read_list(entry["dates"], "dates", where)]
        listed = {day.year: day for day in days}
        if len(listed) < len(days):
            raise SheetError(
                f"{where}: dates: expected one day a year; a long event has `before` and `after`",
                "dates 每年只填一天；持续多日请用 before 和 after",
            )
        changes["anchor"] = lambda year: listed.get(year) or base.anchor(year)
    for side in ("before", "after"):
        if side in entry:
            changes[side] = _read_days(entry[side], side, where)
    if "multiplier" in entry:
        changes["multipliers"] = _read_multipliers(entry["multiplier"], where)
    for place in ("countries", "platforms"):
        if place in entry:
            changes[place] = frozenset(str(name) for name in _read_list(entry[place], place, where))
    return changes


def _read_list(value: Any, name: str, where: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise SheetError(
            f"{where}: {name} must be a list such as [a, b] (found {value!r})", f"{name} 应为列表，例如 [a, b]"
        )
    return list(value)


def _read_name(name: Any, where: str) -> Text:
    if not (isinstance(name, Mapping) and set(name) == {"en", "zh"}):
        raise SheetError(f"{where}: name must have en and zh (found {name!r})", "name 须有 en 和 zh")
    return Text(str(name["en"]), str(name["zh"]))


def _read_days(value: Any, side: str, where: str) -> int:
    if not (isinstance(value, int) and 0 <= value <= 60):
        raise SheetError(
            f"{where}: {side} must be a number of days from 0 to 60 (found {value!r})", f"{side} 应为 0–60 天"
        )
    return value


def _read_multipliers(value: Any, where: str) -> dict[int, float]:
    by_year = value if isinstance(value, Mapping) else {0: value}
    try:
        multipliers = {int(year): float(factor) for year, factor in by_year.items()}
    except (TypeError, ValueError):
        multipliers = {0: -1.0}
    if any(not 0 < factor <= 20 for factor in multipliers.values()):
        raise SheetError(
            f"{where}: multiplier must be a number above 0 and at most 20, or one per year (found {value!r})",
            "multiplier 应大于 0 且不超过 20，也可按年份填写",
        )
    return multipliers
