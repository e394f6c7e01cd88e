"""What a metric is: a measure over one source, or a ratio, difference, sum or growth of other metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from okrlib.text import Text

Area = Literal["sales", "market", "operations"]
Need = Literal["buyers", "refunds", "lines", "costs", "statuses"]
Op = Literal["ratio", "difference", "sum", "growth"]

_PER = {
    "money_per_buyer": Text("{currency} per buyer", "{currency}/人"),
    "money_per_order": Text("{currency} per order", "{currency}/笔"),
    "units_per_order": Text("units per order", "件/笔"),
    "money_per_unit": Text("{currency} per unit", "{currency}/件"),
    "money_per_visitor": Text("{currency} per visitor", "{currency}/访客"),
    "money_per_click": Text("{currency} per click", "{currency}/次"),
    "views_per_visitor": Text("pages per visitor", "页/访客"),
}
UNITS: dict[str, Text] = {
    "money": Text("{currency}", "{currency}"),
    "orders": Text("orders", "笔"),
    "units": Text("units", "件"),
    "buyers": Text("buyers", "人"),
    "products": Text("products", "款"),
    "share": Text("%", "%"),
    **_PER,
    "visitors": Text("visitors", "人次"),
    "views": Text("times", "次"),
    "parcels": Text("parcels", "单"),
    "reviews": Text("reviews", "条"),
    "answers": Text("answers", "份"),
    "searches": Text("searches", "次"),
    "stars": Text("stars", "星"),
    "times": Text("times", "倍"),
    "days": Text("days", "天"),
    "hours": Text("hours", "小时"),
    "rank": Text("place", "名"),
    "money_days": Text("{currency} × days", "{currency}·天"),
}

_DISTINCT = re.compile(r"count\(DISTINCT (\w+)\)(?: FILTER \((.+)\))?")


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of the business; `called` is the platforms' own word for it, by platform."""

    name: str
    label: Text
    definition: Text
    unit: str  # of `UNITS`
    better: Literal["up", "down", "none"]
    area: Area
    source: str | None = None  # of a measure: one of `analysis.sources.SOURCES`
    sql: str = ""  # aggregate over the source's columns
    op: Op | None = None
    of: tuple[str, ...] = ()  # ratio: numerator, denominator; difference: whole, parts; growth: the metric
    against: Literal["last_quarter", "last_year"] | None = None
    adds_up: bool = False  # over days; distinct counts of buyers or products never do
    revision_days: int = 3  # refunds and late payments still move it for so long
    needs: tuple[Need, ...] = ()  # of a measure; what is made of it needs them too
    leads: bool = False
    volume: bool = False
    hidden: bool = False  # a part of another metric, not one to set a target on
    called: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def distinct(self) -> tuple[str, str] | None:
        """What a measure counts each of once, and of which rows (empty: of all); None for any other measure."""
        found = None if self.adds_up else _DISTINCT.fullmatch(self.sql)
        return (found[1], found[2] or "") if found else None
