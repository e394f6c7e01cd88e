"""The six lenses and what is learned, as they read: on a small shop whose every number is worked by hand."""

import shutil
from datetime import UTC, datetime
from functools import cache

import pytest

from okrlib import show
from okrlib.book import open_book
from okrlib.okr import Idea, Survey, append
from okrlib.periods import Quarter
from okrlib.steps import (
    check_in,
    close_sheet,
    decide,
    follow_up,
    import_survey,
    learn,
    lock_sheet,
    name_cause,
    propose,
    update_task,
)
from tests.analysis.shops import make_shop, order
from tests.show.conftest import words

Q3 = Quarter(2026, 3)
SHEET = """\
store: shop
quarter: 2026Q3
objectives:
  - id: O1
    title: Be the shop that neighbours recommend
    why: They come back.
    owner: Lin
    key_results:
      - {id: O1.1, title: Orders reach 200, metric: orders, baseline: 0, target: 200}
      - {id: O1.2, title: Revenue reaches 9000, metric: revenue, baseline: 0, target: 9000}
      - {id: O1.3, title: Refunds at most 5 %, metric: refund_rate, kind: at_most, target: 0.05, guardrail: true}
  - id: O2
    title: Become the shop that villages know
    why: Villages have no tea.
    owner: Bo
    type: aspirational
    key_results:
      - {id: O2.1, title: Serve 10 villages, baseline: 0, target: 10, measure: {name: Villages, definition: served once, unit: villages}}
    tasks:
      - {id: T1, key_result: O2.1, title: Print maps, owner: Chen, team: Studio, due: 2026-07-31, effort_days: 2}
      - {id: T2, key_result: O2.1, title: Visit villages, owner: Bo, team: Shop, due: 2026-08-31, depends_on: [T1], effort_days: 9}
"""
ANSWERS = [["Shop", 4, 2], ["Shop", 4, 3], ["Shop", 5, 2], ["Shop", 4, 2], ["Shop", 3, 1], ["Studio", 1, 5]]


def at(month, day):
    return {"at": datetime(2026, month, day, 9, tzinfo=UTC), "by": "Lin"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A closed quarter of 92 orders of 100: O1.1 short of 200, O1.2 reached, O2.1 at six of ten villages."""
    home = tmp_path_factory.mktemp("lookback")
    days = [
        f"2026-{month:02}-{day:02} 10:00:00" for month in (7, 8, 9) for day in range(1, 32) if (month, day) != (9, 31)
    ]
    before = [f"2026-{month:02}-{day:02} 10:00:00" for month in (5, 6) for day in range(1, 31)]
    orders = [order(day, day, 100, refund_amount=0) for day in (*before, *days)]
    stars = [{"review_id": day, "reviewed_at": day, "stars": 1 if day == days[0] else 5} for day in days[::30]]
    workbook = make_shop(home, orders=orders, reviews=[{"order_id": None, **one} for one in stars])
    path = workbook.sheet_path("shop", Q3)
    path.parent.mkdir(parents=True)
    path.write_text(SHEET, encoding="utf-8")

    def book(day="2026-10-05", locale="en"):
        return open_book("shop", "2026Q3", day, locale, home=home)

    lock_sheet(book("2026-07-02"), **at(7, 2))
    check_in(book(), "O1.1", confidence=5, narrative="slow", blocker="no van", blocker_kind="resource", **at(7, 10))
    check_in(book(), "O1.1", confidence=6, narrative="a van", **at(7, 24))
    check_in(book(), "O2.1", confidence=6, narrative="on our way", value=6, **at(9, 28))
    update_task(book(), "T1", status="done", quality=4, **at(8, 5))
    update_task(book(), "T2", status="done", quality=3, **at(8, 30))
    decide(book(), "Buy a second van", owner="Bo", **at(8, 1))
    follow_up(book(), Idea, propose(book(), "Maps of tea", "Chen", **at(8, 2)).id, status="taken_up", **at(8, 9))
    answers = home / "pulse.csv"
    answers.write_text(
        "\n".join(",".join(map(str, row)) for row in [["team", "clarity", "resources"], *ANSWERS]), encoding="utf-8"
    )
    import_survey(book(), answers, "Pulse", **at(9, 29))
    close_sheet(book(), **at(10, 5))
    name_cause(book("2026-10-06"), "O1.1", "resource", says="one van for two roads", **at(10, 6))
    learn(book("2026-10-06"), "O1", "change", says="fewer roads", **at(10, 6))
    return cache(lambda locale="en": book("2026-10-20", locale))


def test_everything_that_fell_short_has_a_cause_or_says_that_it_is_missing(shop):
    told = words(show.causes(shop()))
    assert "O1.1 Orders reach 200 0.5 resources one van for two roads resources Lin" in told
    assert "O2.1 Serve 10 villages 0.6 not named yet" in told
    assert "O1.2" not in told, "it was reached"
    assert "资源不足 one van for two roads" in words(show.causes(shop("zh")))


def test_reviews_are_told_and_what_no_export_tells_is_named_with_its_reason(shop):
    told = words(show.customer_voice(shop()))
    assert "Reviews 4" in told
    assert "Review score 4.00 stars" in told, "three fives and a one"
    assert "Share of bad reviews 25.0%" in told
    assert "Customer satisfaction (no satisfaction export for 2026Q3);" in told


def test_without_a_look_at_competitors_nothing_is_claimed(shop):
    assert "No competitor was looked at twice this quarter" in words(show.against_rivals(shop()))


def test_working_together_is_counted(shop):
    told = words(show.working_together(shop()))
    assert (
        "1 task was handed from one team to another, 0 of 1 due in time; work stood still for 14 days in all; 1 task came late."
        in told
    )
    assert "T1 Print maps Studio Shop 5 days late T2 Visit villages" in told
    assert "O1.1 Orders reach 200 14 no van resources 10 Jul – 24 Jul Lin" in told
    assert "跨团队交接 1 项，到期 1 项中 0 项按时；受阻累计 14 天；逾期任务 1 项。" in words(
        show.working_together(shop("zh"))
    )


def test_the_survey_shows_means_lowest_first_and_no_small_team(shop):
    told = words(show.team_survey(shop()))
    assert "I have the time and means that my tasks need. 2.5" in told
    assert told.index("time and means") < told.index("what our objectives ask of me. 3.5")
    assert "6 people answered, from 1 (not at all) to 5 (fully)" in told
    assert "Studio" not in told
    assert "Shop" not in told, "six less five would be the one of Studio"


def test_a_survey_of_three_is_not_shown(shop, tmp_path):
    home = shutil.copytree(shop().workbook.home, tmp_path / "copy")
    path = open_book("shop", "2026Q3", "2026-10-20", home=home).workbook.journal_path("shop", Q3)
    append(path, Survey(**at(9, 30), name="Secret", respondents=3, scores={"clarity": 1}))
    told = words(show.team_survey(open_book("shop", "2026Q3", "2026-10-20", home=home)))
    assert "Secret: too few answers to be shown without giving somebody away." in told
    assert "ask of me. 1.0" not in told


def test_each_objective_is_kept_changed_dropped_or_undecided(shop):
    told = words(show.lessons(shop()))
    assert "O1 Be the shop that neighbours recommend change fewer roads Lin" in told
    assert "O2 Become the shop that villages know not decided yet" in told


def test_three_things_are_adjusted(shop):
    told = words(show.improvement(shop()))
    assert (
        "Objectives and key results nothing change O1; O2.1 fell short without a cause they stay sensible and reachable"
        in told
    )
    assert "D1 still open: Buy a second van efficiency" in told
    assert "ideas judged: 1, taken up: 1; survey Pulse: 6 people answered" in told
    assert "lowest answer: “I have the time and means that my tasks need.” 2.5 of 5 cooperation" in told


def test_hindsight_waits_for_the_end(shop, demo_book):
    assert "shows when the quarter is over" in words(show.hindsight(demo_book("demo_tmall", "en", "2026Q4")))


def test_hindsight_holds_the_forecast_of_the_lock_against_what_came(demo_book):
    told = words(show.hindsight(demo_book("demo_tmall", "en", "2026Q3")))
    assert "results came to lie in the range that the forecast gave 8 chances in 10." in told
    assert "As the forecast stood at the end of 6 Jul 2026" in told
    assert "O1.1 净销售额达到 120 万元 leaned the right way 2 in 10" in told, "not likely, and not reached by a hair"


def test_the_demos_closed_quarter_shows_every_lens(demo_book):
    for store in ("demo_tmall", "demo_shopify"):
        book = demo_book(store, "en", "2026Q3")
        assert "not named yet" not in words(show.causes(book))
        assert "Review score" in words(show.customer_voice(book))
        assert "Did we gain?" in words(show.against_rivals(book))
        assert "days late" in words(show.working_together(book))
        assert "people answered" in words(show.team_survey(book))
        assert "not decided yet" not in words(show.lessons(book))
        assert "seen through" in words(show.improvement(book)) or "still open" in words(show.improvement(book))


def test_a_quarter_that_runs_asks_for_no_causes(demo_book):
    assert "Causes are named once the quarter is closed." in words(show.causes(demo_book("demo_tmall", "en", "2026Q4")))
