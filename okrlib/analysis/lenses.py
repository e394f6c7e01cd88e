"""Lenses: the tidy rows behind the notebook on the state of the business, computed here and drawn elsewhere.

Each lens takes a store's data and a period, looks no further than the as-of day, and returns frozen rows with Decimals.
None is "the data do not say" and never zero. A year ago is 364 days ago, so that weekdays fall together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import Fact, facts, last_quarter
from okrlib.periods import YEAR_OF_WEEKS, Period
from okrlib.schema import LINE_KINDS
from okrlib.text import Text

UNKNOWN = Text("not recorded", "未记录")
_WEEK = timedelta(days=7)
_UNSOLD = {"product_revenue": Decimal(0)}


@dataclass(frozen=True, slots=True)
class Point:
    """A day or week of a metric, and the same weekdays a year (364 days) before; `span` is the days it holds."""

    span: Period
    value: Decimal | None
    last_year: Decimal | None

    @property
    def day(self) -> date:
        """First day of the span."""
        return self.span.start


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a metric: its value, its share of the whole, last year's value and the change on it."""

    segment: str | None
    label: Text
    value: Decimal
    share: Decimal | None
    last_year: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Split:
    """A metric cut by one dimension, largest part first, what is not recorded last; without parts there is a `reason`.

    The parts sum to `total`. `before` is the days of last year compared with, None where the data do not reach them.
    """

    metric: str
    by: str
    period: Period
    before: Period | None
    total: Decimal | None
    parts: tuple[Part, ...]
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """An article sold: units, money paid for it, its share of all product revenue, and how that compares.

    `refund_share` is money given back in the period over money paid in it, None where refunds do not name articles;
    `last_quarter` is the revenue of as many days of last quarter, None where the data do not reach them.
    """

    sku: str
    title: str
    category: str | None
    units: Decimal
    revenue: Decimal
    share: Decimal | None
    refund_share: Decimal | None
    last_quarter: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class BuyerMonth:
    """Paying buyers of one month (or the part of it the data know), by whether they had bought before it."""

    span: Period
    buyers: Decimal
    new: Decimal
    returning: Decimal
    returning_share: Decimal | None

    @property
    def month(self) -> date:
        """First day of the month."""
        return self.span.start.replace(day=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric beside as many days from the start of last quarter, and beside the same weekdays a year before."""

    metric: str
    now: Fact
    last_quarter: Fact
    last_year: Fact

    @property
    def on_quarter(self) -> Decimal | None:
        """Growth on last quarter."""
        return change(self.now.value, self.last_quarter.value)

    @property
    def on_year(self) -> Decimal | None:
        """Growth on last year."""
        return change(self.now.value, self.last_year.value)


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Growth of `now` on `before` (0.1 for a tenth more); None where either is unknown or `before` is not positive."""
    return None if now is None or before is None or before <= 0 else now / before - 1


def known(data: StoreData, period: Period) -> Period | None:
    """Return the days of `period` that are over by the as-of day and that the data reach; None when there are none."""
    return None if data.missing(period) else period.until(min(data.as_of, data.covers.end))


def compared(data: StoreData, period: Period, *metrics: str) -> list[Compared]:
    """Compare metrics on the days that the data know, so that stale exports do not look like a fall."""
    days = known(data, period) or period
    rows = (facts(data, span, metrics) for span in (days, last_quarter(days), days.a_year_ago()))
    return [Compared(now.metric, now, quarter, year) for now, quarter, year in zip(*rows, strict=True)]


def daily(data: StoreData, period: Period, metric: str = "revenue") -> list[Point]:
    """Return a metric on every day of `period` beside the same weekday a year before; days to come have no value."""
    now, before = (_by_time(data, span, metric, "day") for span in (period, period.a_year_ago()))
    return [Point(Period(day, day), now.get(day), before.get(day - YEAR_OF_WEEKS)) for day in period]


def weekly(data: StoreData, metric: str = "revenue", weeks: int = 104) -> list[Point]:
    """Return a metric in each of the last whole weeks (Monday to Sunday) the data know, beside the week a year before.

    Weeks that begin before the data do are left out, so there may be fewer than `weeks`.
    """
    end = min(data.as_of, data.covers.end)
    sunday = end - timedelta(days=(end.weekday() + 1) % 7)
    values = _by_time(data, Period(data.covers.start, sunday), metric, "week") if sunday >= data.covers.start else {}
    whole = {monday: value for monday, value in values.items() if monday >= data.covers.start}
    return [
        Point(Period(monday, monday + _WEEK - timedelta(days=1)), value, whole.get(monday - YEAR_OF_WEEKS))
        for monday, value in list(whole.items())[-weeks:]
    ]


def _by_time(data: StoreData, period: Period, metric: str, unit: str) -> dict[date, Decimal | None]:
    """Return a metric by first day of the day, week or month, for those of `period` that the data know."""
    begun = Period(max(period.start, data.covers.start), period.end) if period.end >= data.covers.start else None
    days = known(data, begun) if begun else None
    if days is None:
        return {}
    return {row.segment: row.value for row in facts(data, days, [metric], by=unit) if isinstance(row.segment, date)}


def split(data: StoreData, period: Period, by: str, metric: str = "revenue") -> Split:
    """Cut a metric that adds up (such as revenue) by channel, category, region or product.

    Compared are the days that the data know with the same weekdays of last year; a segment sold only then has a zero.
    """
    days = known(data, period)
    rows = facts(data, days or period, [metric], by=by)
    if days is None or any(row.reason for row in rows):
        return Split(metric, by, days or period, None, None, (), next((row.reason for row in rows if row.reason), None))
    now = _by_segment(rows)
    earlier = facts(data, days.a_year_ago(), [metric], by=by)
    before = None if any(row.reason for row in earlier) else _by_segment(earlier)
    total = sum(now.values(), Decimal(0))
    states = by == "region" and data.by_state
    labels = {name: segment_label(by, name, states=states) for name in (*now, *(before or {}))}
    parts = [_part(name, label, now, before, total) for name, label in labels.items()]
    parts.sort(key=lambda part: (part.segment is None, -part.value, part.segment))
    return Split(metric, by, days, days.a_year_ago() if before is not None else None, total, tuple(parts))


def _by_segment(rows: list[Fact]) -> dict[str | None, Decimal]:
    return {None if row.segment is None else str(row.segment): row.value for row in rows if row.value is not None}


def _part(
    name: str | None,
    label: Text,
    now: dict[str | None, Decimal],
    before: dict[str | None, Decimal] | None,
    total: Decimal,
) -> Part:
    value = now.get(name, Decimal(0))
    then = None if before is None else before.get(name, Decimal(0))
    return Part(name, label, value, value / total if total > 0 else None, then, change(value, then))


def segment_label(by: str, name: str | None, *, states: bool = False) -> Text:
    """Name a segment: the merchant's own word in both languages, okrlib's words for what is no product.

    Regions of two letters are countries, unless they are `states` (`StoreData.by_state`): CA is Canada or California.
    """
    if name is None:
        return UNKNOWN
    if by == "category" and name in LINE_KINDS:
        return LINE_KINDS[name]
    return _country(name) if by == "region" and not (states and len(name) == 2) else Text(name, name)


def _country(code: str) -> Text:
    """Name a country by its ISO 3166 code or its English name; what is none stays as it is."""
    found = code if len(code) == 2 else _codes().get(code, code)
    en, zh = (Locale(language).territories.get(found, code) for language in ("en", "zh"))
    return Text(en if found == code else code, zh)


@cache
def _codes() -> dict[str, str]:
    """Codes of countries by their English names, but for one that is as well a state."""
    return {name: code for code, name in Locale("en").territories.items() if len(code) == 2 and name != "Georgia"}


def top_products(data: StoreData, period: Period, limit: int = 10, also: Sequence[str] = ()) -> list[Product]:
    """Return the articles that brought most, less what was given back for them, beside as many days of last quarter.

    Shipping and fees are none. Those whose codes are in `also` follow where they are not among the best.
    The list is empty where the data do not reach the period or hold no order lines.
    """
    days = known(data, period)
    if days is None:
        return []
    names = {sku: (title, category) for sku, title, category in data.rows("SELECT sku, title, category FROM articles")}
    now = _by_article(data, days, "product_revenue", "units", "refund_amount")
    before = _by_article(data, last_quarter(days), "product_revenue") if known(data, last_quarter(days)) else None
    total = sum((values["product_revenue"] for values in now.values()), Decimal(0))
    sold = [sku for sku, values in now.items() if sku in names and values["product_revenue"] > 0]
    order = sorted(sold, key=lambda sku: (now[sku].get("refund_amount", 0) - now[sku]["product_revenue"], sku))
    best = [*order[:limit], *(sku for sku in order[limit:] if sku in also)]
    earlier = {sku: None if before is None else before.get(sku, _UNSOLD)["product_revenue"] for sku in best}
    return [_product((sku, *names[sku]), now[sku], earlier[sku], total) for sku in best]


def _by_article(data: StoreData, period: Period, *metrics: str) -> dict[str, dict[str, Decimal]]:
    """Return metric values by article code; a metric the data cannot tell is left out."""
    found: dict[str, dict[str, Decimal]] = {}
    for row in facts(data, period, metrics, by="sku"):
        if row.value is not None and isinstance(row.segment, str):
            found.setdefault(row.segment, {})[row.metric] = row.value
    return found


def _product(
    article: tuple[str, str, str | None], values: dict[str, Decimal], before: Decimal | None, total: Decimal
) -> Product:
    revenue, back = values["product_revenue"], values.get("refund_amount")
    share, refund_share = revenue / total, None if back is None else back / revenue
    return Product(*article, values["units"], revenue, share, refund_share, before, change(revenue, before))


def buyers_by_month(data: StoreData, end: date, months: int = 13) -> list[BuyerMonth]:
    """Return new and returning buyers of the month of `end` and those before it; none where exports name no buyers.

    Buyers of the data's first months look new because nothing older is known.
    """
    start = _months_back(end.replace(day=1), months - 1)
    days = known(data, Period(max(start, data.covers.start), end)) if end >= data.covers.start else None
    if days is None:
        return []
    rows = facts(data, days, ["new_buyers", "returning_buyers"], by="month")
    found: dict[date, dict[str, Decimal]] = {}
    for row in rows:
        if row.value is not None and isinstance(row.segment, date):
            found.setdefault(row.segment, {})[row.metric] = row.value
    return [
        _buyer_month(month, days, values["new_buyers"], values["returning_buyers"]) for month, values in found.items()
    ]


def _months_back(first: date, months: int) -> date:
    """First day of the month that lies `months` before the month of `first`."""
    index = 12 * first.year + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _buyer_month(month: date, days: Period, new: Decimal, returning: Decimal) -> BuyerMonth:
    last = _months_back(month, -1) - timedelta(days=1)
    span, buyers = Period(max(month, days.start), min(last, days.end)), new + returning
    return BuyerMonth(span, buyers, new, returning, returning / buyers if buyers else None)
