"""The events that a forecast counts on, and a user's own from params/calendar.yaml to the figures of the page."""

import shutil
from datetime import date

import pytest

from okrlib import open_book, show
from okrlib.stores import Workbook
from tests.show.conftest import words

OWN = """
- id: advent_sale
  name: {en: Advent sale, zh: 降临节特卖}
  dates: [2025-12-03, 2026-12-02]
  before: 1
  after: 1
  multiplier: {2026: 3}
  platforms: [shopify]
- id: black_friday
  multiplier: {2026: 1.5}
"""


@pytest.fixture(scope="module")
def opened(demo, tmp_path_factory):
    """Open the Shopify demo with a calendar of its own; without one, as it comes."""

    def opened(calendar, locale="en", store="demo_shopify"):
        home = tmp_path_factory.mktemp("own")
        shutil.copytree(demo.params, home / "params")
        (home / "warehouse").symlink_to(demo.warehouse)
        (Workbook(home).params / "calendar.yaml").write_text(calendar, encoding="utf-8")
        return open_book(store, "2026Q4", "2026-11-22", locale, home=home)

    return opened


@pytest.fixture(scope="module")
def own(opened):
    return opened(OWN)


def test_the_events_of_the_quarter_stand_with_last_years_days_and_what_they_brought(demo_book):
    text = words(show.season(demo_book("demo_shopify")))
    assert "23 Nov – 30 Nov" in text
    assert "24 Nov – 1 Dec" in text
    assert "as last year" in text
    chinese = words(show.season(demo_book("demo_tmall", "zh")))
    assert "双11" in chinese
    assert "黑五" not in chinese


def test_an_own_event_is_named_with_what_is_expected_of_it(own):
    text = words(show.season(own))
    assert "Advent sale" in text
    assert "1 Dec – 3 Dec" in text
    assert "2 Dec – 4 Dec" in text
    assert "3 times last year's" in text.replace("&#39;", "'")
    assert "1.50 times" in text


def test_an_own_event_moves_forecast_path_and_chance_by_its_multiplier(own, opened):
    plain = opened("[]\n")
    key = next(iter(plain.courses))
    mine, before = own.courses[key].forecast, plain.courses[key].forecast
    added = float(mine.quantile(0.5) - before.quantile(0.5))
    last = plain.courses[key].last_year
    sale, friday = last["2026-12-01":"2026-12-03"], last["2026-11-23":"2026-11-30"]
    brought = [float(days.iloc[-1] - last.shift(1)[days.index[0]]) for days in (sale, friday)]
    growth = float(before.quantile(0.5) - before.actual) / float(last.iloc[-1] - last["2026-11-22"])
    assert added == pytest.approx(growth * (2 * brought[0] + 0.5 * brought[1]), rel=0.15)
    target = before.quantile(0.5)
    assert mine.probability(target) > before.probability(target) + 0.1
    steps = [course.forecast.expected_path(100).diff() for course in (own.courses[key], plain.courses[key])]
    assert steps[0]["2026-12-02"] > 2 * steps[1]["2026-12-02"]
    assert own.data.events_in(own.period)[date(2026, 12, 2)][0].en == "Advent sale"


def test_a_store_without_events_says_where_its_own_go(opened):
    elsewhere = "".join(f"- {{id: {name}, countries: [JP]}}\n" for name in ("black_friday", "christmas"))
    assert "added in params/calendar.yaml" in words(show.season(opened(elsewhere)))
