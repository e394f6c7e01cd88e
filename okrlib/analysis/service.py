"""What buyers say and how they were served: reviews of parcels late and on time, and what the bad ones are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period

BAD = 3  # stars and fewer
LEAST = 3  # bad reviews must use a word before it is a topic
_WORD = re.compile(r"[a-z][a-z'-]{2,}|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Punctual:
    """Reviews of orders that arrived by the promised time, or late (`late` None: no promise or no parcel known)."""

    late: bool | None
    reviews: int
    stars: Decimal
    bad: int

    @property
    def score(self) -> Decimal:
        """Average stars."""
        return self.stars / self.reviews

    @property
    def bad_share(self) -> Decimal:
        """Part of bad reviews."""
        return Decimal(self.bad) / self.reviews


@dataclass(frozen=True, slots=True)
class Topic:
    """A word that bad reviews use more often than good ones: its reviews, parts of both kinds, and one that uses it."""

    word: str
    bad: int
    share: Decimal  # of bad reviews
    elsewhere: Decimal  # of good reviews
    example: str
    articles: tuple[tuple[str, int], ...]  # article titles it is said of most, with how often


_PUNCTUAL = """
WITH parcel AS (SELECT order_id, bool_or(coalesce(delivered_at > deliver_by, true)) AS late FROM parcels
                WHERE deliver_by IS NOT NULL GROUP BY order_id)
SELECT p.late, count(*), sum(r.stars), count(*) FILTER (r.stars <= ?)
FROM reviews(?, ?) r LEFT JOIN parcel p USING (order_id) GROUP BY p.late ORDER BY p.late NULLS LAST"""


def late_and_on_time(data: StoreData, period: Period) -> list[Punctual]:
    """Return reviews by whether the parcel came in time, on time first; empty where there are none."""
    days = known(data, period)
    rows = data.rows(_PUNCTUAL, [BAD, *span(days)]) if days else []
    return [Punctual(late, count, Decimal(stars), bad) for late, count, stars, bad in rows]


def shipping_from_orders(data: StoreData) -> bool:
    """Whether parcels are not exported, and what is shipped on time is told by the orders' own times."""
    return not data.rows("SELECT count(*) FROM raw_shipments")[0][0] and bool(
        data.rows("SELECT count(*) FROM parcels")[0][0]
    )


def topics(data: StoreData, period: Period, limit: int = 8) -> list[Topic]:
    """Return the words that tell bad reviews from good ones, those that most bad reviews use first.

    A word counts once a review. It is a topic from three bad reviews on, where their part exceeds that of the good ones by
    two standard deviations; a word that only ever stands beside a stronger one is left to that one.
    """
    days = known(data, period)
    sql = "SELECT stars, comment, coalesce(title, sku, '') FROM reviews(?, ?) WHERE comment IS NOT NULL ORDER BY review_id"
    rows = data.rows(sql, span(days)) if days else []
    bad, good = (
        [Said(words(text), text, title) for stars, text, title in rows if (stars <= BAD) is side]
        for side in (True, False)
    )
    return told_apart(bad, good)[:limit]


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its words, and the article it is about."""

    words: frozenset[str]
    text: str
    title: str = ""


def told_apart(bad: Sequence[Said], good: Sequence[Said]) -> list[Topic]:
    """Return the words that tell one side's texts from the other's, as `topics` says."""
    counts = {
        side: Counter(word for one in texts for word in one.words) for side, texts in ((True, bad), (False, good))
    }
    sizes = {True: len(bad), False: len(good)}
    if not bad:
        return []
    found = [word for word, n in counts[True].items() if n >= LEAST and _tells(n, counts[False][word], sizes)]
    found.sort(key=lambda word: (-counts[True][word], word))
    kept: list[str] = []
    for word in found:
        if not any(_beside(word, other, bad) for other in kept):
            kept.append(word)
    return [_topic(word, bad, counts[False][word], sizes) for word in kept]


def words(text: str) -> frozenset[str]:
    """Return the words of a review, Chinese cut by jieba; single signs say too little."""
    import rjieba  # noqa: PLC0415  # its dictionary takes a third of a second

    found: set[str] = set()
    for run in _WORD.findall(text.lower()):
        found.update(rjieba.cut(run) if "\u3400" <= run[0] <= "\u9fff" else [run])
    return frozenset(word for word in found if len(word) > 1)


def _tells(bad: int, good: int, sizes: dict[bool, int]) -> bool:
    whole = sizes[True] + sizes[False]
    usual = (bad + good) / whole
    expected = usual * sizes[True]
    return bool(bad - expected > 2 * (expected * (1 - usual)) ** 0.5)


def _beside(word: str, other: str, bad: Sequence[Said]) -> bool:
    own = [one for one in bad if word in one.words]
    return sum(other in one.words for one in own) * 5 >= len(own) * 4


def _topic(word: str, bad: Sequence[Said], good: int, sizes: dict[bool, int]) -> Topic:
    own = [one for one in bad if word in one.words]
    said_of = Counter(one.title for one in own if one.title).most_common(2)
    elsewhere = Decimal(good) / sizes[False] if sizes[False] else Decimal(0)
    return Topic(word, len(own), Decimal(len(own)) / sizes[True], elsewhere, own[0].text, tuple(said_of))
