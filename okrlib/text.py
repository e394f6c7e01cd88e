"""Words in both languages, and numbers, money and dates as each language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from okrlib.errors import ParameterError

Locale = Literal["en", "zh"]
Number = Decimal | int | float
LOCALES: tuple[Locale, ...] = get_args(Locale)
HTML_LANG: dict[Locale, str] = {"en": "en", "zh": "zh-CN"}
_BABEL: dict[Locale, str] = {"en": "en_GB", "zh": "zh_Hans_CN"}
NO_DATA = "–"


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of user-facing text in every language; a missing language fails where it is written.

    Placeholders are `str.format` fields and must be the same in both: ``Text("{n} orders", "{n} 笔订单")``.
    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not (self.en.strip() and self.zh.strip()):
            raise ValueError(f"a Text needs both languages: {self!r}")

    def in_(self, locale: Locale, **values: object) -> str:
        """Return the text in `locale`, its placeholders filled."""
        template = self.zh if locale == "zh" else self.en
        return template.format(**values) if values else template


def check_locale(value: str) -> Locale:
    """Return `value` as a Locale or raise ParameterError."""
    if value not in LOCALES:
        raise ParameterError(f"locale {value!r}: expected one of {', '.join(LOCALES)}")
    return value


def money(value: Number | None, currency: str, locale: Locale, *, cents: bool = False) -> str:
    """Format an amount of `currency` (ISO 4217 code): ``£9,747.93``; whole units unless `cents`; None is a dash."""
    if value is None:
        return NO_DATA
    pattern = "¤#,##0.00;-¤#,##0.00" if cents else "¤#,##0;-¤#,##0"
    return format_currency(value, currency, format=pattern, locale=_BABEL[locale], currency_digits=False)


def compact_money(value: Number | None, currency: str, locale: Locale) -> str:
    """Format an amount shortly: ``¥1.2M`` in English, ``¥120万`` in Chinese."""
    if value is None:
        return NO_DATA
    sign = "-" if value < 0 else ""
    symbol = format_currency(0, currency, format="¤", locale=_BABEL[locale], currency_digits=False).strip()
    return f"{sign}{symbol}{compact(abs(Decimal(value)), locale)}"


def compact(value: Number | None, locale: Locale) -> str:
    """Format a count shortly: ``1.2M`` in English, ``120万`` in Chinese."""
    if value is None:
        return NO_DATA
    size = abs(float(value))
    if locale == "zh" and size < 10_000:  # Chinese counts in 万: below it there is nothing to shorten
        return number(value, locale)
    digits = 0 if size < 1000 else 2 if locale == "en" and size >= 1_000_000 else 1
    return format_compact_decimal(float(value), locale=_BABEL[locale], fraction_digits=digits)


def number(value: Number | None, locale: Locale, digits: int = 0) -> str:
    """Format a number with `digits` decimals and the language's separators."""
    if value is None:
        return NO_DATA
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=_BABEL[locale]))


def percent(value: Number | None, locale: Locale, digits: int = 0) -> str:
    """Format a share (0.137) as a percentage (``13.7%`` for one digit), never clamped."""
    if value is None:
        return NO_DATA
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    text = format_percent(value, format=pattern, locale=_BABEL[locale])
    return text if any(digit in text for digit in "123456789") else text.removeprefix("-")  # nothing is below zero


def signed_percent(value: Number | None, locale: Locale, digits: int = 1) -> str:
    """Format a change (0.137) with its sign: ``+13.7%``."""
    text = percent(value, locale, digits)
    return f"+{text}" if value is not None and value > 0 else text


def day(value: date | None, locale: Locale) -> str:
    """Format a calendar day: ``15 Aug 2011`` or ``2011年8月15日``."""
    if value is None:
        return NO_DATA
    return str(format_date(value, format="d MMM y" if locale == "en" else "y年M月d日", locale=_BABEL[locale]))


def short_day(value: date, locale: Locale) -> str:
    """Format a day without its year: ``15 Aug`` or ``8月15日``."""
    return format_date(value, format="d MMM" if locale == "en" else "M月d日", locale=_BABEL[locale])


def ends(first: date, last: date, locale: Locale) -> tuple[str, str]:
    """Format a span's two days, a shared year said once: ``1 Oct``, ``22 Nov 2026``; ``2026年10月1日``, ``11月22日``."""
    once = first.year == last.year
    head, tail = (short_day, day) if locale == "en" else (day, short_day)
    return (head if once else day)(first, locale), (tail if once else day)(last, locale)
