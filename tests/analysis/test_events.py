from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.events import (
    EVENTS,
    QUARTER_STARTS,
    black_friday,
    event_days,
    events_for,
    orthodox_easter,
    prime_day,
    spring_festival,
    western_easter,
)
from okrlib.analysis.forecast import quarter_total
from okrlib.errors import OkrError, SheetError


@pytest.mark.parametrize(
    ("anchor", "days"),
    [
        (spring_festival, ["2020-01-25", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]),
        (western_easter, ["2000-04-23", "2019-04-21", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05"]),
        (orthodox_easter, ["2019-04-28", "2023-04-16", "2024-05-05", "2025-04-20", "2026-04-12"]),
        (black_friday, ["2019-11-29", "2023-11-24", "2024-11-29", "2025-11-28", "2026-11-27"]),
        (prime_day, ["2020-10-13", "2021-06-21", "2024-07-16", "2030-07-09"]),
    ],
)
def test_moving_dates(anchor, days):
    expected = [date.fromisoformat(day) for day in days]
    assert [anchor(day.year) for day in expected] == expected


def test_no_prime_day_before_there_was_one():
    assert prime_day(2014) is None


def ids(country, platform=None, extra=()):
    return {event.id for event in events_for(country, platform, extra)}


def test_events_follow_country_and_platform():
    assert {"spring_festival", "618", "double_11", "double_11_presale", "double_12", "national_day"} == ids(
        "CN", "tmall"
    )
    assert ids("US", "amazon") == {"prime_day", "black_friday", "christmas", "easter"}
    assert "prime_day" not in ids("US")
    assert "orthodox_easter" in ids("GR")
    assert "easter" not in ids("GR")


def test_every_event_is_named_in_both_languages_and_lies_in_its_year():
    assert len({event.id for event in EVENTS}) == len(EVENTS)
    assert all(event.anchor(2024).year == 2024 for event in EVENTS)


def test_a_day_knows_its_event_and_offset():
    days = event_days(date(2024, 10, 18), date(2024, 11, 14), "CN", "tmall")
    assert (days[date(2024, 11, 11)].event.id, days[date(2024, 11, 11)].offset) == ("double_11", 0)
    assert (days[date(2024, 10, 24)].event.id, days[date(2024, 10, 24)].offset) == ("double_11_presale", 0)
    assert days[date(2024, 11, 9)].offset == -2
    assert date(2024, 11, 14) not in days
    assert list(days) == sorted(days)


def test_an_event_reaches_over_new_year():
    assert event_days(date(2025, 1, 1), date(2025, 1, 2), "DE")[date(2025, 1, 1)].offset == 7


def test_the_shorter_of_two_events_owns_a_day():
    extra = [{"id": "store_birthday", "name": {"en": "Birthday", "zh": "店庆"}, "dates": ["2024-11-05"]}]
    assert (
        event_days(date(2024, 11, 5), date(2024, 11, 5), "CN", None, extra)[date(2024, 11, 5)].event.id
        == "store_birthday"
    )


def test_a_store_adds_an_event_and_changes_one():
    extra = [
        {"id": "store_birthday", "name": {"en": "Birthday", "zh": "店庆"}, "dates": ["2024-08-08", date(2025, 8, 9)],
         "before": 2, "multiplier": {2025: 1.5}},
        {"id": "double_11", "multiplier": 1.2},
        {"id": "prime_day", "dates": ["2026-06-23"]},
    ]  # fmt: skip
    known = {event.id: event for event in events_for("CN", "amazon", extra)}
    birthday = known["store_birthday"]
    assert [birthday.anchor(year) for year in (2024, 2025, 2026)] == [date(2024, 8, 8), date(2025, 8, 9), None]
    assert [birthday.multiplier(year) for year in (2024, 2025)] == [1.0, 1.5]
    assert (known["double_11"].multiplier(2026), known["double_11"].before) == (1.2, 11)
    assert [known["prime_day"].anchor(year) for year in (2025, 2026)] == [date(2025, 7, 8), date(2026, 6, 23)]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"id": "double_11", "multipliers": 2}, "unknown field 'multipliers'"),
        ({"id": "Sale!", "name": {"en": "a", "zh": "b"}, "dates": []}, "small letters"),
        ({"id": "sale"}, "needs name and dates"),
        ({"id": "sale", "name": "Sale", "dates": ["2026-01-01"]}, "en and zh"),
        ({"id": "618", "before": -1}, "from 0 to 60"),
        ({"id": "618", "multiplier": 0}, "above 0"),
        ({"id": "618", "multiplier": {"x": 1}}, "above 0"),
    ],
)
def test_a_wrong_entry_is_named(entry, message):
    with pytest.raises(SheetError, match=message) as caught:
        events_for("CN", None, [entry])
    assert str(entry["id"]) in str(caught.value)


def test_a_wrong_date_is_named():
    with pytest.raises(OkrError, match="'618': dates '2026-6-1'"):
        events_for("CN", None, [{"id": "618", "dates": ["2026-6-1"]}])


def test_a_count_that_starts_anew_with_every_quarter_is_laid_on_last_years_start():
    days = pd.date_range("2023-07-01", "2026-11-22")
    count = pd.Series(np.where(days.is_quarter_start, 300.0, 10.0), index=days)
    middles = [
        quarter_total(count, date(2026, 10, 1), date(2026, 12, 31), date(2026, 11, 22), events=events).quantile(0.5)
        for events in (QUARTER_STARTS, ())
    ]
    truth = 300 + 91 * 10
    assert middles[0] == pytest.approx(truth, rel=0.005)
    assert middles[1] > truth + 100, "364 days before 31 December is 1 January, a start"


CALENDAR = {
    ("CN", "taobao_tmall"): {
        "spring_festival": "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06",
        "618": "2022-06-18 2023-06-18 2024-06-18 2025-06-18 2026-06-18 2027-06-18",
        "national_day": "2022-10-01 2023-10-01 2024-10-01 2025-10-01 2026-10-01 2027-10-01",
        "double_11_presale": "2022-10-24 2023-10-24 2024-10-24 2025-10-24 2026-10-24 2027-10-24",
        "double_11": "2022-11-11 2023-11-11 2024-11-11 2025-11-11 2026-11-11 2027-11-11",
        "double_12": "2022-12-12 2023-12-12 2024-12-12 2025-12-12 2026-12-12 2027-12-12",
    },
    ("US", "amazon"): {
        "prime_day": "2022-07-12 2023-07-11 2024-07-16 2025-07-08",
        "black_friday": "2022-11-25 2023-11-24 2024-11-29 2025-11-28 2026-11-27 2027-11-26",
        "christmas": "2022-12-25 2023-12-25 2024-12-25 2025-12-25 2026-12-25 2027-12-25",
        "easter": "2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28",
    },
    ("GR", "shopify"): {
        "black_friday": "2022-11-25 2023-11-24 2024-11-29 2025-11-28 2026-11-27 2027-11-26",
        "christmas": "2022-12-25 2023-12-25 2024-12-25 2025-12-25 2026-12-25 2027-12-25",
        "orthodox_easter": "2022-04-24 2023-04-16 2024-05-05 2025-04-20 2026-04-12 2027-05-02",
    },
}
PLATFORMS = ["taobao_tmall", "jd", "pinduoduo", "douyin", "kuaishou"]


@pytest.mark.parametrize("place", CALENDAR, ids="-".join)
def test_every_event_falls_on_its_days_year_after_year(place):
    known = {event.id: event for event in events_for(*place)}
    assert set(known) == set(CALENDAR[place])
    for name, days in CALENDAR[place].items():
        for day in map(date.fromisoformat, days.split()):
            assert known[name].anchor(day.year) == day, name


@pytest.mark.parametrize("platform", PLATFORMS)
def test_chinese_platforms_share_their_events_and_feel_no_others(platform):
    assert ids("CN", platform) == set(CALENDAR["CN", "taobao_tmall"])
    assert "black_friday" not in ids("CN", platform)


@pytest.mark.parametrize("country", ["US", "GB", "DE", "FR", "IT", "ES"])
def test_prime_day_is_felt_on_amazon_alone(country):
    assert "prime_day" in ids(country, "amazon")
    assert not {"prime_day", "618", "double_11"} & ids(country, "shopify")


@pytest.mark.parametrize("name", sorted({event.id for event in EVENTS}))
def test_what_an_event_brings_is_forecast_on_its_own_days(name):
    """Whatever the date it moves to, last year's rush is expected on this year's days, and a multiplier scales it."""
    event = next(one for one in EVENTS if one.id == name)
    days = pd.date_range("2022-01-01", "2025-12-31")
    anchor = event.anchor(2025)
    rush = np.isin(days, [np.datetime64(event.anchor(year)) for year in range(2022, 2026)])
    sales = pd.Series(np.where(rush, 500.0, 10.0), index=days)
    start, end, eve = (anchor + timedelta(n) for n in (-30, 60, -25))
    span = slice(str(start), str(end))
    plain, doubled = (
        quarter_total(sales[: str(eve)], start, end, eve, events=[replace(event, multipliers={2025: times})]).quantile(
            0.5
        )
        for times in (1.0, 2.0)
    )
    assert plain == pytest.approx(sales[span].sum() if end.year == 2025 else 500 + 90 * 10, rel=0.06)
    assert doubled - plain > 400
