"""What matters: ranked findings that objectives can answer, each with its evidence, its size in money and its certainty.

A finding must be outside the 95 % range of the store's own weekly variation (see `evidence`) and weigh at least 1 % of the
revenue of its days; refunds, which are small beside revenue, must weigh a tenth of all refunds. A finding that others
explain by half or more (store and category by products, a fall by a stock-out) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

from okrlib.analysis.by_event import by_event
from okrlib.analysis.data import StoreData
from okrlib.analysis.evidence import LEVEL, Daily, Floats, daily_money, doubt, scatter, usual_growth, weeks, yearly_log
from okrlib.analysis.lenses import known, segment_label
from okrlib.analysis.shifts import overstock, shifts
from okrlib.analysis.shortfalls import refund_rises, stock_outs
from okrlib.analysis.signals import signals
from okrlib.periods import Period
from okrlib.policies import RuleBook
from okrlib.text import Text

Kind = Literal[
    "total", "grew", "fell", "new", "stock_out", "refunds", "conversion", "ads", "shipping", "delivery", "reviews", "overstock",
    "market_share", "margin", "loss", "ad_loss", "rule",
]  # fmt: skip

MATERIAL = 0.01  # of the revenue of the days looked at
LEAST_DAYS = 28  # early in a quarter the last four weeks are looked at
NEW_DAYS = 182
LENS = {"channel": Text("channels", "渠道"), "region": Text("regions", "地区"),
        "category": Text("categories", "类目"), "sku": Text("products", "商品"), "": Text("sales", "销售"),
        "source": Text("advertising", "推广")}  # fmt: skip
_LENS_OF = {
    "conversion": Text("traffic", "流量"), "ads": Text("advertising", "推广"), "shipping": Text("logistics", "物流"),
    "delivery": Text("logistics", "物流"), "reviews": Text("service", "服务"), "overstock": Text("inventory", "库存"),
    "market_share": Text("competitors", "竞争"), "margin": Text("economics", "盈利"), "loss": Text("economics", "盈利"),
    "ad_loss": Text("economics", "盈利"), "rule": Text("platform rules", "平台规则"),
}  # fmt: skip
_SHIFTED: dict[str, Kind] = {
    "order_conversion": "conversion", "ad_return": "ads", "on_time_shipping": "shipping", "on_time_delivery": "delivery",
    "bad_review_share": "reviews",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that matters.

    `value` stands against `comparison` in the unit of `metric`; for a stock-out they are orders on its `days` and those to be
    expected. `size` is money: what it brought more (or less, negative) over `period`; of overstock, what is tied up; `at_risk`,
    the money of the orders concerned. `doubt` is the chance that it is noise. `count` is of articles, where it is of several.
    """

    kind: Kind
    metric: str
    by: str
    segment: str | None
    label: Text
    period: Period
    value: Decimal
    comparison: Decimal | None
    size: Decimal
    share: float
    doubt: float
    parent: str | None = None
    at_risk: bool = False
    count: int = 0

    @property
    def id(self) -> str:
        """A name that stays the same as long as the finding does: ``grew.region.DE``."""
        return ".".join(part for part in (self.kind, self.by, self.segment) if part)

    @property
    def lens(self) -> Text:
        """The lens it was seen through."""
        return _LENS_OF.get(self.kind, LENS[self.by])

    @property
    def certain(self) -> bool:
        """Whether noise reaches so far less than once in a thousand times; else it is likely (once in twenty)."""
        return self.doubt < 0.001


def window(data: StoreData, period: Period) -> Period | None:
    """Return the days that findings look at: the period so far, in its first weeks the last four; None without enough data."""
    days = known(data, period)
    if days is None:
        return None
    days = Period(min(days.start, days.end - timedelta(days=LEAST_DAYS - 1)), days.end)
    return days if days.start >= data.covers.start else None


def findings(data: StoreData, period: Period, book: RuleBook | None = None) -> list[Finding]:
    """Return what matters in a quarter so far, what weighs most first; empty where the data are too short to tell.

    With the platform's rules in `book` also what the market, the money and the rules say.
    """
    days = window(data, period)
    if days is None:
        return []
    whole = daily_money(data, "channel", days, float("inf"))
    revenue = float(whole.within(days).sum())
    if revenue <= 0:
        return []
    products = daily_money(data, "sku", days, MATERIAL * revenue)
    found = [
        *_total(data, whole, days),
        *_segments(data, products, days, revenue),
        *_shortfalls(data, products, days, revenue),
        *_shifts(data, days, revenue),
        *(_signals(data, days, revenue, book) if book else ()),
    ]
    return sorted(_unexplained(found), key=lambda one: (-abs(one.size), one.id))


def _total(data: StoreData, whole: Daily, days: Period) -> Iterator[Finding]:
    """The store as a whole against last year, on the same weekdays and event on event: both must be beyond noise.

    Told is the one on the same weekdays, unless that would mislead: then event on event.
    """
    laid = by_event(data, days)
    if laid is None or min(laid.then, laid.weekdays) <= 0 or laid.now <= 0:
        return
    then = laid.then if laid.misleads else laid.weekdays
    nearest = min((laid.then, laid.weekdays), key=lambda value: abs(np.log(float(laid.now / value))))
    logs = yearly_log(whole.total, np.ones_like(whole.total))
    risk = doubt(np.log(float(laid.now / nearest)), scatter(logs, days.days // 7))
    if risk < LEVEL and abs(laid.now - then) >= Decimal(str(MATERIAL)) * laid.now:
        share = float(laid.now / then) - 1
        yield Finding(
            "total", "revenue", "", None, Text("the store", "全店"), days, laid.now, then, laid.now - then, share, risk
        )


def _segments(data: StoreData, products: Daily, days: Period, revenue: float) -> Iterator[Finding]:
    parents = dict(data.rows("SELECT sku, category FROM articles"))
    for by in ("channel", "region", "category", "sku"):
        table = products if by == "sku" else daily_money(data, by, days, MATERIAL * revenue)
        if by == "channel" and len(table.names) < 2:
            continue
        for one in _moves(data, by, table, days, revenue):
            yield one if by != "sku" else _named(data, one, parents)


def _moves(data: StoreData, by: str, table: Daily, days: Period, revenue: float) -> Iterator[Finding]:
    """Segments that grew or fell otherwise than the middle of their kind, and those that are new."""
    now, then = table.within(days), table.within(days.a_year_ago())
    usual = usual_growth(now, then) if days.a_year_ago().start >= data.covers.start else None
    for row, name in enumerate(table.names):
        label = segment_label(by, name, states=data.by_state)
        if _is_new(table.values[row]):
            yield from _newcomer(by, name, label, table.values[row], days, revenue, len(table.names))
        elif usual is not None and then[row] > 0 and now[row] > 0:
            size = float(now[row] - then[row] * usual)
            risk = _risk(table, row, days, size) if abs(size) >= MATERIAL * revenue else 1.0
            if risk < LEVEL:
                kind: Kind = "grew" if size > 0 else "fell"
                values = (_money(now[row]), _money(then[row]), _money(size))
                yield Finding(kind, "revenue", by, name, label, days, *values, size / revenue, risk)


def _risk(table: Daily, row: int, days: Period, size: float) -> float:
    """Chance that noise alone moves a segment so, in the quarter so far or in the half-year that ends with it."""
    half = Period(min(days.start, days.end - timedelta(days=NEW_DAYS - 1)), days.end)
    logs, risks = yearly_log(table.values[row], table.total), [1.0]
    for span in {days, half}:
        before = span.a_year_ago()
        usual = usual_growth(table.within(span), table.within(before))
        now, then = table.within(span)[row], table.within(before)[row]
        if before.start >= table.span.start and usual and now > 0 and then > 0:
            distance, sd = np.log(now / (then * usual)), scatter(logs, span.days // 7)
            wide = None if sd is None else max(sd, np.hypot(table.luck(row, span), table.luck(row, before)))
            risks.append(doubt(distance, wide, 2 * len(table.names)) if distance * size > 0 else 1.0)
    return min(risks)


def _is_new(own: Floats) -> bool:
    """Whether the first sale is less than half a year ago, and the data knew half a year without it."""
    first = int(np.flatnonzero(own > 0)[0]) if (own > 0).any() else 0
    return first >= NEW_DAYS and len(own) - first <= NEW_DAYS


def _newcomer(
    by: str, name: str, label: Text, own: Floats, days: Period, revenue: float, many: int
) -> Iterator[Finding]:
    lately = weeks(own[-days.days :])
    lately = lately[np.flatnonzero(lately > 0)[0] :] if (lately > 0).any() else lately
    if len(lately) < 4:
        return
    brought = float(own[-days.days :].sum())
    risk = doubt(float(np.mean(lately)), float(np.std(lately, ddof=1)) / len(lately) ** 0.5, many)
    if risk < LEVEL and brought >= MATERIAL * revenue:
        yield Finding(
            "new", "revenue", by, name, label, days, _money(brought), None, _money(brought), brought / revenue, risk
        )


def _shortfalls(data: StoreData, products: Daily, days: Period, revenue: float) -> Iterator[Finding]:
    parents = dict(data.rows("SELECT sku, category FROM articles"))
    for out in stock_outs(data, products, days):
        if out.doubt < LEVEL and out.lost >= MATERIAL * revenue:
            one = Finding(
                "stock_out", "revenue", "sku", out.sku, Text(out.sku, out.sku), out.gap, Decimal(0), _money(out.expected),
                -_money(out.lost), -out.lost / revenue, out.doubt,
            )  # fmt: skip
            yield _named(data, one, parents)
    for rise in refund_rises(data, products, days):
        if rise.doubt < LEVEL:
            rates = (Decimal(str(round(rise.rate, 4))), Decimal(str(round(rise.before, 4))))
            one = Finding(
                "refunds", "refund_rate", "sku", rise.sku, Text(rise.sku, rise.sku), rise.days, *rates, -_money(rise.extra),
                -rise.extra / revenue, rise.doubt,
            )  # fmt: skip
            yield _named(data, one, parents)


def _shifts(data: StoreData, days: Period, revenue: float) -> Iterator[Finding]:
    """Ratios that moved, and what lies in stock too long."""
    whole = Text("the store", "全店")
    for one in shifts(data, days):
        if one.doubt < LEVEL and abs(one.size) >= MATERIAL * revenue:
            values = (Decimal(str(round(one.value, 6))), Decimal(str(round(one.usual, 6))), _money(one.size))
            kind, part = _SHIFTED[one.metric], one.size / revenue
            yield Finding(kind, one.metric, "", None, whole, days, *values, part, one.doubt, at_risk=one.at_risk)
    if (lies := overstock(data, days)) and lies.excess >= MATERIAL * revenue:
        yield Finding(
            "overstock", "inventory_days", "", None, Text(lies.worst, lies.worst), days, _money(lies.value), None,
            -_money(lies.excess), -lies.excess / revenue, 0.0, count=lies.articles,
        )  # fmt: skip


def _signals(data: StoreData, days: Period, revenue: float, book: RuleBook) -> Iterator[Finding]:
    """What the market, the money and the platform's rules say; see `signals`."""
    titles = {rule.id: rule.title for rule in book.rules}
    whole = Text("all our categories", "所售类目合计")
    for one in signals(data, days, book):
        if one.doubt < LEVEL and abs(one.size) >= MATERIAL * revenue:
            label = (
                titles[one.segment or ""]
                if one.kind == "rule"
                else segment_label(one.by, one.segment, states=data.by_state)
                if one.by
                else whole
            )
            yield Finding(
                one.kind, one.metric, one.by, one.segment, label, one.days, one.value, one.usual, _money(float(one.size)),
                float(one.size) / revenue, one.doubt, at_risk=one.at_risk,
            )  # fmt: skip


def _named(data: StoreData, one: Finding, parents: dict[str, str | None]) -> Finding:
    title = data.rows("SELECT title FROM articles WHERE sku = ?", [one.segment])
    name = str(title[0][0]) if title else str(one.segment)
    return replace(one, label=Text(name, name), parent=parents.get(one.segment or ""))


def _unexplained(found: list[Finding]) -> list[Finding]:
    """Leave out what findings on its own parts explain by half or more."""
    return [one for one in found if not _explained(one, found)]


def _explained(one: Finding, found: list[Finding]) -> bool:
    products = [part for part in found if part.by == "sku" and part.metric == one.metric]
    if one.kind == "rule":  # what moved says it, and against what
        return any(part.metric == one.metric and part.kind != "rule" for part in found)
    if one.kind == "margin":
        return _half(one, [part.size for part in found if part.kind in {"ads", "refunds"}])
    if one.metric not in {"revenue", "refund_rate"}:
        return False
    if one.by == "category":
        parts = [part.size for part in products if part.parent == one.segment]
    elif one.kind == "total":
        parts = [part.size for part in products]
    else:
        parts = [part.size for part in products if part.kind == "stock_out" != one.kind and part.segment == one.segment]
    return _half(one, parts)


def _half(one: Finding, parts: list[Decimal]) -> bool:
    return sum(parts, Decimal(0)) / one.size >= Decimal("0.5") if one.size else False


def _money(value: float) -> Decimal:
    return Decimal(str(round(float(value), 2)))
