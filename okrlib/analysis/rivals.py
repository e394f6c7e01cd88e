"""Competitors as they were last looked at: range, prices of matching articles, promotions, ratings, complaints, sales."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.analysis.service import BAD, Said, told_apart, words
from okrlib.periods import Period

Side = Literal["price", "rating", "range", "promotions"]
_SPLIT = re.compile(r"\s*[;；,，、/|]\s*")
_NOTES, _HAN = re.compile(r"[;；、/|]"), re.compile(r"[\u3400-\u9fff]")
_FEW = 3
_A_TEXT, _LONG = 4, 10  # words, or Chinese signs, from which a note is a text
TELLING = {"price": Decimal("0.03"), "rating": Decimal("0.1"), "range": Decimal("0.2"), "promotions": Decimal("0.1")}
"""A difference below this is level: prices and range relative, ratings in stars, promotions in shares."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One article of ours beside a competitor's: what a unit of ours brought in the period, and what they last asked."""

    sku: str
    title: str
    competitor: str
    item: str
    own_price: Decimal
    price: Decimal
    promotion: str | None
    seen: date

    @property
    def index(self) -> Decimal:
        """Our price as a multiple of theirs."""
        return self.own_price / self.price


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor over the period: what it offers, how it is priced against us, promoted and rated.

    `index` is our price of all matching articles over theirs; `moved` how its prices changed on the last look before the
    period, over articles seen at both; `promoted` the share of looks that found a promotion. None is not told.
    """

    name: str
    items: int
    matched: int
    index: Decimal | None
    moved: Decimal | None
    promoted: Decimal
    promotions: tuple[str, ...]
    rating: Decimal | None
    reviews: int | None
    units: int | None
    sales: Decimal | None
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Articles on offer in one category: ours sold in the period, and each competitor's."""

    category: str
    ours: int
    theirs: dict[str, int]


@dataclass(frozen=True, slots=True)
class CategoryPrice:
    """Prices in one category: over the `matched` articles, and the mean over all of ours and all of theirs."""

    category: str
    ours: int
    theirs: int
    matched: int
    index: Decimal | None  # of the matched articles: our prices over theirs
    own_mean: Decimal | None
    their_mean: Decimal

    @property
    def mean_index(self) -> Decimal | None:
        """Our mean price over theirs, whatever the articles."""
        return None if self.own_mean is None else self.own_mean / self.their_mean


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing on which we and a competitor differ: our figure, theirs, and whether ours is the better one (None: neither)."""

    side: Side
    rival: str
    ours: Decimal
    theirs: Decimal
    stronger: bool | None


@dataclass(frozen=True, slots=True)
class Competition:
    """All that the table of competitors tells about a period."""

    days: Period
    looked: date
    rivals: tuple[Rival, ...]
    matched: tuple[Matched, ...]
    ranges: tuple[Range, ...]
    prices: tuple[CategoryPrice, ...]
    rating: Decimal | None
    promoted: Decimal | None
    beside: tuple[Beside, ...]


def competition(data: StoreData, period: Period) -> Competition | None:
    """Return how we stand beside our competitors; None where nobody looked at any in the period."""
    days = known(data, period)
    names = (
        data.rows("SELECT competitor, max(day) FROM competitors(?, ?) GROUP BY 1 ORDER BY 1", span(days))
        if days
        else []
    )
    if days is None or not names:
        return None
    matched, ranges = _matched(data, days), _ranges(data, days)
    praised = _praised(data, days)
    rivals = tuple(
        _rival(data, days, name, [one for one in matched if one.competitor == name], praised) for name, _ in names
    )
    rating = fact(data, days, "review_score").value
    promoted = _promoted(data, days)
    beside = tuple(one for rival in rivals for one in _beside(rival, rating, promoted, ranges))
    return Competition(
        days,
        max(last for _, last in names),
        rivals,
        tuple(matched),
        tuple(ranges),
        tuple(_prices(data, days)),
        rating,
        promoted,
        beside,
    )


_LAST = """
WITH looks AS (SELECT * FROM competitors(?, ?)),
last AS (SELECT * FROM looks QUALIFY row_number() OVER (PARTITION BY competitor, item ORDER BY day DESC) = 1)
"""


def _matched(data: StoreData, days: Period) -> list[Matched]:
    sql = """SELECT l.our_sku, coalesce(n.title, l.our_sku), l.competitor, l.item, l.own_price::DECIMAL(18,4), l.price, l.promotion,
                    l.day FROM last l LEFT JOIN articles n ON n.sku = l.our_sku
    WHERE l.own_price > 0 AND l.price > 0 ORDER BY l.competitor, l.item"""
    return [Matched(*row) for row in data.rows(_LAST + sql, span(days))]


def _ranges(data: StoreData, days: Period) -> list[Range]:
    sql = """SELECT category, competitor, count(*) FROM last WHERE category IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    theirs: dict[str, dict[str, int]] = {}
    for category, competitor, items in data.rows(_LAST + sql, span(days)):
        theirs.setdefault(category, {})[competitor] = items
    sql = "SELECT category, count(DISTINCT sku) FROM sales(?, ?) WHERE kind = 'product' AND sku IS NOT NULL GROUP BY 1"
    ours = dict(data.rows(sql, span(days)))
    return [Range(name, ours.get(name, 0), theirs[name]) for name in sorted(theirs)]


def _prices(data: StoreData, days: Period) -> list[CategoryPrice]:
    """Prices by category, the largest gap first; ours are what a unit of an article brought."""
    sql = """, ours AS (
        SELECT category, count(*) AS n, avg(price) AS mean FROM (
            SELECT category, sum(paid) / sum(quantity) AS price FROM sales(?, ?)
            WHERE kind = 'product' AND quantity > 0 AND paid > 0 AND sku IS NOT NULL GROUP BY category, sku) GROUP BY category)
    SELECT l.category, coalesce(any_value(o.n), 0), count(*), count(own_price), sum(own_price)::DECIMAL(38,4),
           sum(l.price) FILTER (own_price IS NOT NULL)::DECIMAL(38,4), any_value(o.mean)::DECIMAL(38,4), avg(l.price)::DECIMAL(38,4)
    FROM last l LEFT JOIN ours o USING (category) WHERE l.category IS NOT NULL AND l.price > 0 GROUP BY l.category ORDER BY l.category"""
    rows = data.rows(_LAST + sql, [*span(days), *span(days)])
    found = [
        CategoryPrice(name, ours, theirs, matched, own / their if own and their else None, own_mean, their_mean)
        for name, ours, theirs, matched, own, their, own_mean, their_mean in rows
    ]
    return sorted(found, key=lambda one: (-abs((one.index or one.mean_index or Decimal(1)) - 1), one.category))


def _praised(data: StoreData, days: Period) -> list[Said]:
    """Our own good reviews, beside which complaints of competitors' buyers stand out."""
    sql = "SELECT comment FROM reviews(?, ?) WHERE stars > ? AND comment IS NOT NULL ORDER BY review_id"
    return [Said(words(text), text) for (text,) in data.rows(sql, [*span(days), BAD])]


def _rival(data: StoreData, days: Period, name: str, matched: list[Matched], praised: list[Said]) -> Rival:
    sql = """SELECT count(*), sum(rating * review_count) / nullif(sum(review_count) FILTER (rating IS NOT NULL), 0), avg(rating),
                    sum(review_count), sum(units), sum(units * price)
             FROM last WHERE competitor = ?"""
    items, weighed, plain, reviews, units, sales = data.rows(_LAST + sql, [*span(days), name])[0]
    sql = "SELECT complaints, promotion FROM competitors(?, ?) WHERE competitor = ? ORDER BY day, item"
    complaints, promotions = zip(*data.rows(sql, [*span(days), name]), strict=True)
    promoted = [one for one in reversed(promotions) if one]
    rating = plain if weighed is None else weighed
    own, their = (sum((price for price in prices), Decimal(0)) for prices in
                  zip(*((one.own_price, one.price) for one in matched), strict=True)) if matched else (None, None)  # fmt: skip
    return Rival(
        name, items, len(matched), own / their if own and their else None, _moved(data, days, name),
        Decimal(len(promoted)) / len(promotions), tuple(dict.fromkeys(promoted))[:_FEW],
        None if rating is None else Decimal(str(rating)), reviews, units, sales, _most_said(complaints, praised),
    )  # fmt: skip


def _most_said(complaints: Iterable[str | None], praised: list[Said]) -> tuple[str, ...]:
    """What is complained of most: the words that tell texts of reviews from our good ones, then what is noted in short.

    A cell may hold several notes; it is a text where one of them is long.
    """
    cells = [cell.strip() for cell in complaints if cell and cell.strip()]
    texts = [Said(words(cell), cell) for cell in cells if any(map(_is_text, _NOTES.split(cell)))]
    written = {one.text for one in texts}
    notes = Counter(word for cell in cells if cell not in written for word in _SPLIT.split(cell) if word)
    short = [word for word, _ in sorted(notes.items(), key=lambda pair: (-pair[1], pair[0]))]
    return tuple(dict.fromkeys([*(one.word for one in told_apart(texts, praised)), *short]))[:_FEW]


def _is_text(note: str) -> bool:
    return len(words(note)) >= _A_TEXT or len(_HAN.findall(note)) >= _LONG


def _moved(data: StoreData, days: Period, name: str) -> Decimal | None:
    sql = """, before AS (SELECT item, arg_max(price, day) AS price FROM raw_competitors WHERE competitor = ? AND day < ?
             AND price > 0 GROUP BY item)
    SELECT sum(l.price), sum(b.price) FROM last l JOIN before b USING (item) WHERE l.competitor = ? AND l.price > 0"""
    now, then = data.rows(_LAST + sql, [*span(days), name, days.start, name])[0]
    return now / then - 1 if now and then else None


def _promoted(data: StoreData, days: Period) -> Decimal | None:
    """Share of our paid orders with a discount; None where exports tell no discounts."""
    sql = "SELECT count(*), count(*) FILTER (discount_amount > 0), count(discount_amount) FROM orders WHERE paid_at >= ? AND paid_at < ?"
    orders, discounted, told = data.rows(sql, span(days))[0]
    return Decimal(discounted) / orders if told else None


def _beside(rival: Rival, rating: Decimal | None, promoted: Decimal | None, ranges: list[Range]) -> list[Beside]:
    found: list[Beside] = []
    if rival.index is not None:
        dearer = rival.index - 1
        found.append(Beside("price", rival.name, rival.index, Decimal(1), _better(-dearer, "price")))
    if rating is not None and rival.rating is not None:
        found.append(Beside("rating", rival.name, rating, rival.rating, _better(rating - rival.rating, "rating")))
    shared = [one for one in ranges if rival.name in one.theirs]
    if shared:
        ours, theirs = (
            Decimal(sum(n)) for n in zip(*((one.ours, one.theirs[rival.name]) for one in shared), strict=True)
        )
        more = _better(ours / theirs - 1, "range")
        found.append(Beside("range", rival.name, ours, theirs, None if more else more))  # nobody watches a whole range
    if promoted is not None:
        level = abs(promoted - rival.promoted) < TELLING["promotions"]
        found.append(
            Beside("promotions", rival.name, promoted, rival.promoted, None if level else promoted > rival.promoted)
        )
    return found


def _better(lead: Decimal, side: Side) -> bool | None:
    return None if abs(lead) < TELLING[side] else lead > 0
