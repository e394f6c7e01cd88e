from datetime import date

import numpy as np

from okrlib.demo.seasons import CHINA, MOTHERS_DAY, THANKSGIVING, Event, Season


def days(start: str, end: str):
    return np.arange(np.datetime64(start), np.datetime64(end))


def test_an_event_changes_the_days_of_its_spans_in_every_year():
    event = Event((date(2025, 3, 8), date(2026, 3, 8)), ((-1, 0, 2.0), (1, 1, 0.5)))
    assert event.factors(days("2026-03-06", "2026-03-11")).tolist() == [1.0, 2.0, 2.0, 0.5, 1.0]
    assert event.factors(days("2024-03-06", "2024-03-11")).tolist() == [1.0] * 5


def test_weekdays_begin_on_monday():
    season = Season((7, 1, 1, 1, 1, 1, 2), (1,) * 12, (Event((), ()),))
    assert season.factors(days("2026-11-22", "2026-11-25")).tolist() == [2.0, 7.0, 1.0]  # Sunday, Monday, Tuesday


def test_months_are_met_in_their_middle_and_joined_over_new_year():
    season = Season((1,) * 7, (3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), (Event((), ()),))
    middle, new_year = season.factors(np.array(["2026-01-16", "2026-01-01"], dtype="datetime64[D]"))
    assert 2.9 < middle <= 3
    assert new_year == 2.0


def test_moving_holidays_fall_on_their_days():
    assert date(2026, 11, 26) in THANKSGIVING
    assert date(2025, 11, 27) in THANKSGIVING
    assert date(2026, 5, 10) in MOTHERS_DAY


def test_double_eleven_is_the_strongest_day_of_its_year():
    year = days("2026-01-01", "2027-01-01")
    assert year[CHINA.factors(year).argmax()] == np.datetime64("2026-11-11")
