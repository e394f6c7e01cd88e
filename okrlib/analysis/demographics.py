"""Who the buyers are by age, gender and region, as far as the table of buyers tells: counts of groups, never of persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Literal

from okrlib.analysis.customers import no_buyers
from okrlib.analysis.data import StoreData
from okrlib.analysis.lenses import known
from okrlib.analysis.sales import span
from okrlib.periods import Period
from okrlib.text import Text

Trait = Literal["age_group", "gender", "home_region"]
TRAITS: dict[Trait, Text] = {
    "age_group": Text("age", "年龄"),
    "gender": Text("gender", "性别"),
    "home_region": Text("home region", "常住地区"),
}
LEAST = 10  # buyers; smaller groups are told together, so that no group points to a person
_OFTEN = 1.25  # times as often as all known buyers, before a group is said to prefer an article
_LEAST_ORDERS = 20
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Group:
    """Buyers who share a trait: how many paid in the period, what, in how many orders, and how many had paid before it.

    `prefers` is the article they take most beyond what all known buyers do, and how many times as often. `name` None holds
    all groups of fewer than `LEAST` buyers.
    """

    name: str | None
    buyers: int
    orders: int
    revenue: Decimal
    returning: int
    share: Decimal
    prefers: tuple[str, float] | None

    @property
    def per_buyer(self) -> Decimal:
        """Money paid by a buyer in the period."""
        return self.revenue / self.buyers


@dataclass(frozen=True, slots=True)
class Profile:
    """The paying buyers of a period by one trait; `told` is the share of buyers whose trait is known.

    Ages come in their order, other groups by revenue.
    """

    trait: Trait
    groups: tuple[Group, ...]
    told: Decimal

    @property
    def best(self) -> Group:
        """The group that brought most."""
        return max(self.groups, key=lambda one: one.revenue)


def profiles(data: StoreData, period: Period) -> tuple[list[Profile], Text | None]:
    """Return a profile for each trait that is told of anyone, or the reason why there is none."""
    days = known(data, period)
    if days is None or (reason := no_buyers(data, days.end)):
        return [], reason if days else data.missing(period)
    found = [_profile(data, days, trait) for trait in TRAITS]
    kept = [one for one in found if one is not None]
    return kept, None if kept else _NOBODY


_PAID = """
WITH paid AS (
    SELECT s.buyer, count(DISTINCT s.order_id) AS orders, sum(s.paid) AS paid, any_value(s.first_paid_at) AS first
    FROM sales(?, ?) s WHERE s.buyer IS NOT NULL GROUP BY s.buyer
), traits AS (SELECT p.*, nullif(trim(b.{trait}), '') AS trait FROM paid p LEFT JOIN raw_buyers b USING (buyer))
"""


def _profile(data: StoreData, days: Period, trait: Trait) -> Profile | None:
    sql = f"""SELECT trait, count(*), sum(orders)::BIGINT, sum(paid), count(*) FILTER (first < TIMESTAMP '{days.start}')
    FROM traits GROUP BY trait"""
    rows = data.rows(_PAID.format(trait=trait) + sql, span(days))
    told = [row for row in rows if row[0] is not None]
    buyers = sum(row[1] for row in rows)
    if not told or not buyers:
        return None
    whole = sum((row[3] for row in told), Decimal(0))
    prefers = _preferences(data, days, trait)
    large, small = [row for row in told if row[1] >= LEAST], [row for row in told if row[1] < LEAST]
    groups = [_group(row, whole, prefers.get(row[0])) for row in large]
    groups.sort(key=lambda one: (0 if trait == "age_group" else -one.revenue, one.name or ""))
    if small:
        together = [sum(column) for column in zip(*(row[1:] for row in small), strict=True)]
        groups.append(_group((None, *together), whole, None))
    return Profile(trait, tuple(groups), Decimal(sum(row[1] for row in told)) / buyers)


def _group(row: Iterable[object], whole: Decimal, prefers: tuple[str, float] | None) -> Group:
    name, buyers, orders, revenue, returning = row
    paid = Decimal(str(revenue))
    return Group(
        None if name is None else str(name), int(str(buyers)), int(str(orders)), paid, int(str(returning)),
        paid / whole if whole > 0 else Decimal(0), prefers,
    )  # fmt: skip


def _preferences(data: StoreData, days: Period, trait: Trait) -> dict[str, tuple[str, float]]:
    """Per group the article with most orders beyond what all buyers of known trait would have placed.

    Beyond means outside the 95% range of chance, widened for as many articles and groups as are looked at (Bonferroni).
    """
    sql = """, items AS (
        SELECT DISTINCT t.trait, s.order_id, s.sku, s.title FROM sales(?, ?) s JOIN traits t USING (buyer)
        WHERE s.kind = 'product' AND s.sku IS NOT NULL AND t.trait IS NOT NULL
    )
    SELECT trait, sku, any_value(title), count(*) AS n,
           sum(n) OVER (PARTITION BY trait) * sum(n) OVER (PARTITION BY sku) / sum(n) OVER () AS usual
    FROM items GROUP BY trait, sku"""
    rows = data.rows(_PAID.format(trait=trait) + sql, [*span(days), *span(days)])
    beyond = NormalDist().inv_cdf(1 - _LEVEL / 2 / len(rows)) if rows else 0.0
    found: dict[str, tuple[float, str, str, float]] = {}
    for name, sku, title, n, usual in rows:
        extra = n - float(usual)
        if n >= _LEAST_ORDERS and n >= _OFTEN * float(usual) and extra > beyond * float(usual) ** 0.5:
            found[name] = min(found.get(name, (0.0, "", "", 0.0)), (-extra, sku, title, n / float(usual)))
    return {name: (title, times) for name, (_, _, title, times) in found.items()}


_NOBODY = Text(
    "the exports name none of them; fill in the template buyers",
    "导出文件没有这些信息，可填写模板 buyers",
)
