"""A quarter against last year, each event laid on itself, worked by hand; the parts sum to the difference to the cent."""

import random
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.by_event import by_event
from okrlib.analysis.facts import fact
from okrlib.periods import Period, Quarter
from tests.analysis.shops import make_shop, opened, order


def shop(home, paid, as_of, calendar=""):
    """A shop with one order a day, of what `paid` says."""
    workbook = make_shop(home, orders=[order(f"{day}", f"{day} 10:00:00", str(money)) for day, money in paid.items()])
    (home / "params" / "calendar.yaml").write_text(calendar, encoding="utf-8")
    return opened(workbook, as_of)


def span(start, end, money):
    return dict.fromkeys(Period(date.fromisoformat(start), date.fromisoformat(end)), money)


DAYS = Period(date(2026, 10, 9), date(2026, 11, 11))  # of no event to 19 October, pre-sale to the 30th, then Double 11
THEN = {
    **span("2025-10-09", "2025-10-19", 100), date(2025, 10, 13): 120, **span("2025-10-20", "2025-10-30", 150),
    **span("2025-10-31", "2025-11-10", 300), date(2025, 11, 11): 900, date(2025, 11, 12): 500,
}  # fmt: skip
NOW = {
    **span("2026-10-09", "2026-10-19", 110), **span("2026-10-20", "2026-10-30", 150),
    **span("2026-10-31", "2026-11-10", 330), date(2026, 11, 11): 990,
}  # fmt: skip


def test_double_11_meets_double_11_and_other_days_meet_ordinary_ones(tmp_path):
    laid = by_event(shop(tmp_path, THEN | NOW, "2026-11-11"), DAYS)
    assert [(part.name and part.name.en, part.days, part.now, part.then) for part in laid.parts] == [
        ("Double 11 pre-sale", 11, 1650, 1650),
        ("Double 11", 12, 4620, 4200),  # to the eleventh on both sides: last year's twelfth, with its 500, is not in it
        (None, 11, 1210, 1140),  # 19 October met a day of the pre-sale: the 13th, a Monday too, stands for it
    ]
    assert (laid.now, laid.then, laid.growth) == (7480, 6990, Decimal(7480) / 6990 - 1)
    assert laid.weekdays == 7370  # 10 October to 12 November 2025
    assert laid.calendar == -380  # 120 for the ordinary day less 500 for the twelfth
    assert laid.misleads  # +7.0 % event on event, +1.5 % on the same weekdays


def test_an_event_that_was_not_held_last_year_is_laid_on_ordinary_days(tmp_path):
    birthday = "- {id: birthday, name: {en: Birthday, zh: 店庆}, dates: [2026-10-12]}"
    laid = by_event(shop(tmp_path, THEN | NOW | {date(2026, 10, 12): 400}, "2026-11-11", birthday), DAYS)
    (first, *_, rest) = laid.parts
    assert (first.name.en, first.now, first.then, first.fresh) == ("Birthday", 400, 120, True)
    assert (rest.days, rest.now, rest.then, rest.fresh) == (10, 1100, 1020, False)


def test_nothing_is_said_where_last_year_is_not_known(tmp_path):
    late = {day: money for day, money in THEN.items() if day > date(2025, 10, 12)}
    assert by_event(shop(tmp_path, late | NOW, "2026-11-11"), DAYS) is None


def test_the_parts_and_the_calendar_sum_to_the_difference_on_the_same_weekdays(tmp_path):
    dice, first = random.Random(7), date(2024, 12, 1)
    paid = {first + timedelta(days=n): Decimal(dice.randint(1, 99_999)) / 100 for n in range(0, 700, 3)}
    data = shop(tmp_path, paid, "2026-11-30")
    for quarter in (Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 4)):
        laid = by_event(data, quarter.period)
        now, then = (fact(data, days, "revenue").value for days in (laid.period, laid.period.a_year_ago()))
        assert sum(part.days for part in laid.parts) == laid.period.days
        assert sum(part.difference for part in laid.parts) + laid.calendar == now - then
        assert (laid.now, laid.weekdays) == (now, then)
