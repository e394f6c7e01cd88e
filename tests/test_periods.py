"""Quarters and spans of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter, parse_day

quarters = st.builds(Quarter, st.integers(1901, 2098), st.integers(1, 4))
days = st.dates(date(1901, 1, 1), date(2098, 12, 31))
periods = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(0, 400))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("1999Q4", date(1999, 10, 1), date(1999, 12, 31)),
    ],
)
def test_a_quarter_has_its_calendar_days(text, start, end):
    quarter = Quarter.parse(text)
    assert (quarter.start, quarter.end, str(quarter)) == (start, end, text)


@pytest.mark.parametrize(
    "text", ["2026Q5", "2026Q0", "2026q3", "26Q3", "2026-Q3", " 2026Q3", "2026Q3\n", "", "2126Q1", None]
)
def test_anything_else_is_no_quarter(text):
    with pytest.raises(ParameterError, match="such as 2026Q3"):
        Quarter.parse(text)


@given(quarters)
def test_next_and_previous_undo_each_other(quarter):
    assert quarter.next.previous == quarter == quarter.previous.next
    assert quarter.next.start == quarter.end + timedelta(days=1)
    assert quarter.previous < quarter < quarter.next
    assert quarter.next.next.next.next.year_ago == quarter
    assert Quarter.parse(str(quarter)) == quarter


@given(days)
def test_every_day_lies_in_its_quarter_alone(day):
    quarter = Quarter.of(day)
    assert day in quarter.period
    assert day not in quarter.next.period
    assert day not in quarter.previous.period


@given(periods)
def test_a_period_counts_both_ends(period):
    listed = list(period)
    assert len(listed) == period.days
    assert (listed[0], listed[-1]) == (period.start, period.end)
    assert all(day in period for day in listed)
    assert period.start - timedelta(days=1) not in period


@given(periods, st.integers(-1000, 1000))
def test_shifting_keeps_the_length_and_can_be_undone(period, by):
    assert period.shifted(by).days == period.days
    assert period.shifted(by).shifted(-by) == period


@given(periods)
def test_a_year_ago_the_weekdays_are_the_same(period):
    assert [day.weekday() for day in period.a_year_ago()] == [day.weekday() for day in period]


@given(periods, days)
def test_until_never_looks_further_than_the_day(period, as_of):
    seen = period.until(as_of)
    if as_of < period.start:
        assert seen is None
    else:
        assert seen.start == period.start
        assert seen.end == min(as_of, period.end)


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ParameterError, match=r"end \(2026-01-01\) before it starts \(2026-01-02\)"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_a_period_of_one_day_is_a_day():
    assert Period(date(2026, 1, 1), date(2026, 1, 1)).days == 1
    assert str(Period(date(2026, 1, 1), date(2026, 1, 2))) == "2026-01-01..2026-01-02"


def test_a_day_is_read_as_iso_alone():
    assert parse_day("2026-08-15") == parse_day(date(2026, 8, 15)) == date(2026, 8, 15)


@pytest.mark.parametrize("text", ["2026-02-30", "15.8.2026", "20260815", "2026-8-15", "today", "", "2026-W33-6", None])
def test_anything_else_is_no_day(text):
    with pytest.raises(ParameterError, match=r"as-of .*2026-08-15"):
        parse_day(text, "as-of")
