"""Words in two languages, and numbers as each language writes them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.errors import ParameterError
from okrlib.text import (
    LOCALES,
    NO_DATA,
    Text,
    check_locale,
    compact,
    compact_money,
    day,
    ends,
    money,
    number,
    percent,
    short_day,
    signed_percent,
)


def test_a_text_speaks_both_languages_and_fills_its_places():
    text = Text("{n} orders", "{n} 笔订单")
    assert (text.in_("en", n=3), text.in_("zh", n=3)) == ("3 orders", "3 笔订单")


def test_a_text_without_values_keeps_its_braces():
    assert Text("{a}", "{b}").in_("zh") == "{b}"


@pytest.mark.parametrize(("en", "zh"), [("", "空"), ("word", ""), ("word", "  ")])
def test_a_missing_language_fails_where_it_is_written(en, zh):
    with pytest.raises(ValueError, match="both languages"):
        Text(en, zh)


def test_a_locale_is_one_of_two():
    assert [check_locale(locale) for locale in LOCALES] == ["en", "zh"]
    with pytest.raises(ParameterError, match="'zh-CN': expected one of en, zh"):
        check_locale("zh-CN")


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_200, "1.2K", "1,200"),
        (120_000, "120K", "12万"),
        (1_234_567, "1.23M", "123.5万"),
        (12_345_678, "12.35M", "1234.6万"),
        (123_456_789, "123.46M", "1.2亿"),
        (None, NO_DATA, NO_DATA),
    ],
)
def test_big_counts_are_shortened_as_each_language_counts(value, en, zh):
    assert (compact(value, "en"), compact(value, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("value", "currency", "en", "zh"),
    [
        (Decimal("9747747.934"), "GBP", "£9.75M", "£974.8万"),
        (Decimal(-120000), "CNY", "-CN¥120K", "-¥12万"),
        (Decimal("1.5e8"), "CNY", "CN¥150M", "¥1.5亿"),
        (None, "USD", NO_DATA, NO_DATA),
    ],
)
def test_short_money_has_sign_symbol_and_size(value, currency, en, zh):
    assert (compact_money(value, currency, "en"), compact_money(value, currency, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("value", "cents", "en", "zh"),
    [
        (Decimal("9747.934"), True, "£9,747.93", "£9,747.93"),
        (Decimal("9747.934"), False, "£9,748", "£9,748"),
        (Decimal("-0.5"), True, "-£0.50", "-£0.50"),
        (Decimal("12345678901234.55"), True, "£12,345,678,901,234.55", "£12,345,678,901,234.55"),
        (None, True, NO_DATA, NO_DATA),
    ],
)
def test_money_is_whole_unless_cents_are_asked_for(value, cents, en, zh):
    assert money(value, "GBP", "en", cents=cents) == en
    assert money(value, "GBP", "zh", cents=cents) == zh


def test_yen_and_yuan_cannot_be_confused():
    assert money(1, "CNY", "zh") == "¥1"
    assert money(1, "JPY", "zh") != money(1, "CNY", "zh")
    assert money(1, "JPY", "en") != money(1, "CNY", "en")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(0.137, 1, "13.7%"), (1.37, 0, "137%"), (-0.2, 0, "-20%"), (12.5, 0, "1,250%"), (None, 1, NO_DATA)],
)
def test_a_share_is_never_clamped(value, digits, shown):
    assert [percent(value, locale, digits) for locale in LOCALES] == [shown, shown]


@pytest.mark.parametrize(("value", "shown"), [(0.137, "+13.7%"), (0, "0.0%"), (-0.031, "-3.1%"), (None, NO_DATA)])
def test_a_change_has_its_sign(value, shown):
    assert [signed_percent(value, locale) for locale in LOCALES] == [shown, shown]


def test_numbers_have_separators_and_the_digits_asked_for():
    assert number(Decimal("1234567.891"), "en", 2) == number(Decimal("1234567.891"), "zh", 2) == "1,234,567.89"
    assert number(None, "zh") == NO_DATA


def test_days_are_written_as_people_write_them():
    assert (day(date(2011, 8, 15), "en"), day(date(2011, 8, 15), "zh")) == ("15 Aug 2011", "2011年8月15日")
    assert (short_day(date(2011, 9, 5), "en"), short_day(date(2011, 9, 5), "zh")) == ("5 Sept", "9月5日")
    assert (day(None, "en"), day(None, "zh")) == (NO_DATA, NO_DATA)


def test_a_span_says_its_year_once_where_the_language_does():
    first, last, next_year = date(2026, 10, 1), date(2026, 11, 22), date(2027, 1, 3)
    assert ends(first, last, "en") == ("1 Oct", "22 Nov 2026")
    assert ends(first, last, "zh") == ("2026年10月1日", "11月22日")
    assert ends(first, next_year, "en") == ("1 Oct 2026", "3 Jan 2027")
    assert ends(first, next_year, "zh") == ("2026年10月1日", "2027年1月3日")


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(LOCALES))
def test_written_money_reads_back_to_the_cent(value, locale):
    shown = money(value, "GBP", locale, cents=True)
    assert Decimal(shown.replace("£", "").replace(",", "")) == value


@given(st.integers(-(10**9), 10**9), st.sampled_from(LOCALES))
def test_written_numbers_read_back(value, locale):
    assert int(number(value, locale).replace(",", "")) == value
