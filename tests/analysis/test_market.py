"""Market share, searches and competitors of the teahouse (conftest) in July 2026, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.market import market_places, search_places
from okrlib.analysis.rivals import _most_said, competition
from okrlib.analysis.service import Said, words
from okrlib.periods import Period
from tests.analysis.shops import add_rows, line, make_shop, opened, order

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


@pytest.fixture(scope="module")
def data(teahouse):
    return opened(teahouse, "2026-08-31")


def test_share_of_the_market_by_category_and_in_all(data):
    every, cups, pots = market_places(data, JULY)
    assert [one.category for one in (every, cups, pots)] == [None, "Cups", "Pots"]
    assert (every.now.ours, every.now.whole, every.now.share) == (390, 3900, Decimal("0.1"))
    assert (every.last_year.ours, every.last_year.whole, every.won) == (320, 3200, 0)
    assert (cups.now.share, cups.last_year.share, cups.won) == (Decimal("0.1"), 0, 240)
    assert (pots.now.share, pots.last_year.share, pots.won) == (Decimal("0.1"), Decimal("0.2"), -150)
    assert (cups.rank, cups.rank_before) == (5, 9)
    assert {one.last_quarter for one in (every, cups, pots)} == {None}, "the spring was not told"


def test_a_month_that_is_not_over_is_not_held_against_half_a_month_of_ours(teahouse):
    quarter = Period(date(2026, 7, 1), date(2026, 9, 30))
    assert market_places(opened(teahouse, "2026-08-20"), quarter)[0].days == JULY
    assert market_places(opened(teahouse, "2026-07-20"), quarter) == []


def test_share_of_search(data):
    every, cups, pots = search_places(data, JULY)
    assert [(one.now.ours, one.now.whole) for one in (every, cups, pots)] == [(72, 900), (60, 600), (12, 300)]
    assert [one.last_year.share for one in (cups, pots)] == [Decimal("0.1"), Decimal("0.1")]


def test_competitors_as_they_were_last_looked_at(data):
    found = competition(data, JULY)
    kiln, clay = found.rivals
    assert (kiln.name, kiln.items, kiln.matched, kiln.index) == ("Blue Kiln", 2, 2, Decimal(210) / 250)
    assert (kiln.rating, kiln.reviews, kiln.units, kiln.sales) == (Decimal("4.78"), 1000, 40, 3500)
    assert (kiln.promoted, kiln.promotions, kiln.complaints) == (
        Decimal("0.5"),
        ("2 for 1",),
        ("leaks", "arrived broken"),
    )
    assert (clay.index, clay.rating, clay.units, clay.promoted) == (Decimal("0.8"), Decimal("4.2"), None, 0)
    assert [(one.sku, one.competitor, one.own_price, one.price) for one in found.matched] == [
        ("pot", "Blue Kiln", 150, 200), ("cup", "Blue Kiln", 60, 50), ("cup", "Clay & Co", 60, 75),
    ]  # fmt: skip
    assert [(one.category, one.ours, sum(one.theirs.values())) for one in found.ranges] == [
        ("Cups", 1, 2), ("Pots", 1, 1), ("Trays", 0, 1),
    ]  # fmt: skip
    assert found.looked == date(2026, 7, 10)


def test_prices_are_compared_by_category_over_matching_articles_and_over_all(data):
    pots, cups, trays = competition(data, JULY).prices  # the widest gap first
    assert (pots.category, pots.matched, pots.index, pots.mean_index) == ("Pots", 1, Decimal("0.75"), Decimal("0.75"))
    assert (cups.ours, cups.theirs, cups.matched) == (1, 2, 2)
    assert (cups.index, cups.own_mean, cups.their_mean) == (Decimal(120) / 125, 60, Decimal("62.5"))
    assert (trays.ours, trays.theirs, trays.index, trays.mean_index) == (0, 1, None, None)


def test_texts_of_a_competitors_reviews_are_told_by_the_words_that_good_reviews_do_not_use():
    praised = [Said(words(text), text) for text in ["做工精细，包装很好，值得购买"] * 20]
    texts = ["等了十天才发货，包装也破了", "发货太慢，客服不理人，再也不买了", "说好两天发货，结果等了一周"]
    assert _most_said([*texts, "色差; 漏水", "色差"], praised) == ("发货", "色差", "漏水")
    assert _most_said(["leaks; arrived broken", "leaks", None], []) == ("leaks", "arrived broken")


def test_where_we_are_stronger_and_weaker(data):
    beside = {(one.rival, one.side): (one.ours, one.theirs, one.stronger) for one in competition(data, JULY).beside}
    assert beside["Blue Kiln", "price"] == (Decimal(210) / 250, 1, True)
    assert beside["Blue Kiln", "rating"] == (Decimal(11) / 3, Decimal("4.78"), False)
    assert beside["Blue Kiln", "range"] == (2, 2, None)
    assert beside["Clay & Co", "range"] == (1, 2, False)
    assert not [key for key in beside if key[1] == "promotions"], "the exports tell no discounts"


def test_price_moves_are_told_over_articles_seen_twice(tmp_path):
    def look(day, item, price):
        return {"day": day, "competitor": "K", "item": item, "price": price, "source_order": day}

    home = make_shop(
        tmp_path,
        orders=[order("1", "2026-06-01 10:00:00", 10), order("2", "2026-07-31 10:00:00", 10, discount_amount=1)],
        order_lines=[line("1", "1", "a", 10), line("2", "1", "a", 10)],
        competitors=[look("2026-06-10", "a", 100), look("2026-07-10", "a", 80), look("2026-07-20", "a", 90),
                     look("2026-07-20", "new", 5)],
    )  # fmt: skip
    found = competition(opened(home, "2026-07-31"), JULY)
    assert (found.rivals[0].moved, found.rivals[0].index) == (Decimal("-0.1"), None)
    assert (found.promoted, found.rivals[0].promoted) == (1, 0)
    assert {one.side: one.stronger for one in found.beside} == {"promotions": True}
    add_rows(home, competitors=[look("2026-08-02", "a", 10)])
    assert competition(opened(home, "2026-07-31"), JULY) == found, "a later look is not seen"


def test_without_the_tables_there_is_nothing(tea):
    bare = opened(tea, "2026-07-31")
    assert (market_places(bare, JULY), search_places(bare, JULY), competition(bare, JULY)) == ([], [], None)


@pytest.mark.parametrize(
    ("days", "amounts", "seen"),
    [
        (["2026-07-01", "2026-07-02", "2026-07-31"], [100, 100, 100], 300),
        (["2026-06-29", "2026-07-06", "2026-07-27"], [700, 700, 700], 1400),  # weeks; the last ends on 2 August
        (["2026-06-01", "2026-07-01"], [3000, 3000], 3000),
        (["2026-07-01"], [3000], 3000),
    ],
)
def test_the_market_may_be_told_by_day_week_or_month(tmp_path, days, amounts, seen):
    market = [
        {"day": day, "category": "Teas", "market_amount": amount} for day, amount in zip(days, amounts, strict=True)
    ]
    home = make_shop(
        tmp_path, market=market,
        orders=[order("1", "2026-06-01 10:00:00", 10), order("2", "2026-07-31 10:00:00", 30)],
        order_lines=[line("1", "1", "t", 10, category="Teas"), line("2", "1", "t", 30, category="Teas")],
    )  # fmt: skip
    (place,) = market_places(opened(home, "2026-08-01"), JULY)
    assert place.now.whole == seen
    assert place.now.ours == (0 if len(days) == 3 and days[0] < "2026-07" else 30)
