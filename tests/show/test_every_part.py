"""What a notebook can show, each of it: on a full Book, on a bare one, on a hostile one, in both languages."""

import pytest

from okrlib import show
from tests.show.conftest import ATTACK, html, words

every_part = pytest.mark.parametrize("name", show.__all__)


@every_part
@pytest.mark.parametrize("store", ["demo_tmall", "demo_shopify"])
def test_it_shows_something_and_says_it_in_both_languages(demo_book, name, store):
    english, chinese = (html(getattr(show, name)(demo_book(store, locale))) for locale in ("en", "zh"))
    assert len(english) > 40
    assert english != chinese
    for text in (english, chinese):
        for bad in ("None", "nan%", "NaN", "Traceback", "object at 0x", "Decimal("):
            assert bad not in text.replace("pointer-events: none", ""), bad


@every_part
def test_showing_it_again_gives_the_same_bytes(demo_book, name):
    book = demo_book("demo_tmall", "zh")
    assert html(getattr(show, name)(book)) == html(getattr(show, name)(book))


@every_part
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_shop_without_lines_buyers_or_sheet_is_told_so(bare, name, locale):
    shown = getattr(show, name)(bare(locale))
    assert "None" not in html(shown)
    assert name in {"kr_courses", "notices"} or words(shown).strip(), "silence explains nothing"


@every_part
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_no_word_of_a_store_becomes_markup(hostile, name, locale):
    text = html(getattr(show, name)(hostile(locale)))
    assert "<script" not in text
    assert "<img src=x" not in text


ATTACKED = {
    "ad_channels", "agenda", "best_sellers", "changes", "check_ins", "competitors", "data_quality", "dictionary",
    "key_results", "kr_courses", "lessons", "market_share", "what_is_left",
    "objectives", "reasons", "scores", "splits", "summary",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ATTACKED))
def test_the_attack_was_there_and_is_shown_as_text(hostile, name):
    assert ATTACK.replace("<", "&lt;").replace(">", "&gt;") in html(getattr(show, name)(hostile()))


def test_an_unknown_part_lists_the_known_ones():
    with pytest.raises(AttributeError, match=r"it has .*agenda.*weekly_course"):
        show.pie_chart  # noqa: B018
    assert dir(show) == sorted(show.__all__)
