"""What market, money and rules say that is no noise: share won or lost, margin that moved, losses, rules broken.

Each is held against its own weekly (or monthly) variation, as `evidence` does; a rule against the chance that its true value
keeps it. Where the tables do not reach back far enough, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
from scipy.special import bdtr, bdtrc

from okrlib.analysis.advertising import channels, kept_before_ads
from okrlib.analysis.data import StoreData
from okrlib.analysis.economics import Economics, Waterfall, economics
from okrlib.analysis.evidence import LEVEL, Floats, doubt, scatter, weeks
from okrlib.analysis.facts import Fact, facts
from okrlib.analysis.market import Place, market_places
from okrlib.analysis.rules import Held, held
from okrlib.analysis.sales import span
from okrlib.periods import Period
from okrlib.policies import RuleBook

SignalKind = Literal["market_share", "margin", "loss", "ad_loss", "rule"]
_YEAR = 52
_LEAST_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Signal:
    """A value, what it stands against, the money of the difference over `days`, and the chance that it is noise.

    `by` and `segment` say of what; `at_risk` that the money is that of the orders concerned, not what was lost.
    """

    kind: SignalKind
    metric: str
    by: str
    segment: str | None
    days: Period
    value: Decimal
    usual: Decimal
    size: Decimal
    doubt: float
    at_risk: bool = False


def signals(data: StoreData, days: Period, book: RuleBook) -> Iterator[Signal]:
    """Yield what the market, the margin, categories, advertising and rules say about `days`."""
    yield from _market(data, days)
    found = economics(data, days, book)
    if found is not None:
        yield from _margin(data, found, book)
        yield from _losses(data, found)
        yield from _advertising(data, found)
    paid = found.store.step("revenue").amount if found else None
    if paid:
        yield from (one for rule in held(data, days, book) if (one := _rule(rule, days, paid)))


_Told = list[tuple[str, date, date, float, float]]


def _market(data: StoreData, days: Period) -> Iterator[Signal]:
    """Share of the market against last year: of all categories, or of single ones where all together have not moved."""
    places = [one for one in market_places(data, days) if one.won is not None]
    if not places:
        return
    sql = "SELECT category, first_day, day, ours::DOUBLE, market_amount::DOUBLE FROM market(?, ?) WHERE first_day >= ? ORDER BY ALL"
    told: _Told = data.rows(sql, [*span(Period(data.covers.start, days.end)), data.covers.start])
    found = [one for place in places if (one := _share(place, told, days, len(places)))]
    whole = [one for one in found if not one.by and one.doubt < LEVEL]
    yield from whole or found


def _share(place: Place, told: _Told, days: Period, many: int) -> Signal | None:
    logs, n = _share_logs([row for row in told if place.category in {None, row[0]}], days)
    then, now, won = place.last_year.share if place.last_year else None, place.now.share, place.won
    if n < 1 or not np.isfinite(logs[-n:]).any() or then is None or now is None or won is None:
        return None
    risk = doubt(float(np.nanmean(logs[-n:])), scatter(logs, n), many)
    by = "category" if place.category else ""
    return Signal("market_share", "market_share", by, place.category, place.days, now, then, won, risk)


def _share_logs(told: _Told, days: Period) -> tuple[Floats, int]:
    """Log growth of our share on the year before, by month where the market is told so, else by week; and how many are now."""
    monthly = bool(told) and (told[-1][2] - told[-1][1]).days >= 27
    sums: dict[int, list[float]] = {}
    for _, first, _, ours, whole in told:
        place = 12 * first.year + first.month if monthly else (first - days.end).days // 7
        both = sums.setdefault(place, [0.0, 0.0])
        both[0], both[1] = both[0] + ours, both[1] + whole
    shares = {place: float(np.log(ours / whole)) for place, (ours, whole) in sums.items() if ours > 0 and whole > 0}
    step = 12 if monthly else _YEAR
    logs = {place: value - shares[place - step] for place, value in shares.items() if place - step in shares}
    now = len({first for _, first, *_ in told if first >= days.start}) if monthly else days.days // 7
    return np.array([logs[place] for place in sorted(logs)]), min(now, len(logs))


def _margin(data: StoreData, found: Economics, book: RuleBook) -> Iterator[Signal]:
    """What is left of net revenue against last year, held against the weekly course of revenue less refunds, goods and ads."""
    before = economics(data, found.period.a_year_ago(), book)
    if before is None or before.store.margin is None or found.store.margin is None:
        return
    names = ["revenue", "refund_amount", "cost_of_goods", "ad_spend"]
    both = [facts(data, days, names, by="day") for days in (found.period, found.period.a_year_ago())]
    if any(row.reason for rows in both for row in rows):
        return
    now, then = (_rates(rows, names) for rows in both)
    n = min(len(now), len(then))
    moves = now[-n:] - then[-n:]
    if n < _LEAST_WEEKS or not np.isfinite(moves).all():
        return
    risk = doubt(float(moves.mean()), float(moves.std(ddof=1)) / n**0.5)
    size = (found.store.margin - before.store.margin) * found.store.net_revenue
    values = (found.store.margin, before.store.margin, size)
    yield Signal("margin", "contribution_margin", "", None, found.period, *values, risk)


def _rates(rows: list[Fact], names: list[str]) -> Floats:
    """Weekly share of revenue that is left after what the other names take."""
    by_name = {name: np.array([float(row.value or 0) for row in rows if row.metric == name]) for name in names}
    paid, *takes = (weeks(by_name[name]) for name in names)
    left = paid - sum(takes)
    return np.asarray(np.divide(left, paid, out=np.full(len(paid), np.nan), where=paid > 0))


def _losses(data: StoreData, found: Economics) -> Iterator[Signal]:
    """Categories that cost more than they bring, week after week."""
    losing = [one for one in found.categories if one.margin is not None and one.left < 0 and one.category]
    for one in losing:
        weekly = _weekly_left(data, found.period, one)
        if len(weekly) >= _LEAST_WEEKS and one.margin is not None:
            risk = doubt(float(weekly.mean()), float(weekly.std(ddof=1)) / len(weekly) ** 0.5, len(found.categories))
            yield Signal(
                "loss",
                "gross_margin_rate",
                "category",
                one.category,
                found.period,
                one.margin,
                Decimal(0),
                one.left,
                risk,
            )


def _weekly_left(data: StoreData, days: Period, one: Waterfall) -> Floats:
    """What a category left week by week; fees, shipping and advertising at their rate over all the days."""
    names = ["revenue", "refund_amount", "cost_of_goods"]
    daily = [facts(data, days, [name], by="day", where={"category": str(one.category)}) for name in names]
    if any(row.reason for rows in daily for row in rows):
        return np.array([])
    paid, back, goods = (weeks(np.array([float(row.value or 0) for row in rows])) for rows in daily)
    rest = sum(
        (step.amount for step in one.steps if step.name in {"fees", "shipping", "ads"} and step.amount), Decimal(0)
    )
    revenue = one.step("revenue").amount or Decimal(1)
    return np.asarray(paid * (1 + float(rest / revenue)) - back - goods)


def _advertising(data: StoreData, found: Economics) -> Iterator[Signal]:
    """Channels whose credited sales leave less than they cost, week after week."""
    kept = kept_before_ads(found.store)
    each, _ = channels(data, found.period, kept)
    losing = [one for one in each if one.left is not None and one.left < 0]
    for one in losing:
        where = {"source": one.name}
        spend, sales = (
            weeks(np.array([float(row.value or 0) for row in facts(data, found.period, [name], by="day", where=where)]))
            for name in ("ad_spend", "ad_revenue")
        )
        left = sales * float(kept or 0) - spend
        if len(left) >= _LEAST_WEEKS and one.left is not None and kept:
            risk = doubt(float(left.mean()), float(left.std(ddof=1)) / len(left) ** 0.5, len(each))
            yield Signal(
                "ad_loss",
                "ad_return",
                "source",
                one.name,
                found.period,
                one.returned or Decimal(0),
                1 / kept,
                one.left,
                risk,
            )


def _rule(one: Held, days: Period, paid: Decimal) -> Signal | None:
    """A broken rule on a share: the money of the orders beyond it, and the chance that luck alone broke it."""
    value, limit = one.fact, one.rule.at_most if one.rule.at_most is not None else one.rule.at_least
    if one.verdict != "broken" or value is None or value.unit != "share" or value.value is None or limit is None:
        return None
    over, under = float(value.numerator or 0), float(value.denominator or 0)
    risk = 0.0
    if 0 < limit < 1 and under:
        n, seen = round(under), round(over)
        at_most = one.rule.at_most is not None
        risk = float(bdtrc(seen - 1, n, float(limit)) if at_most and seen else bdtr(seen, n, float(limit)))
    return Signal(
        "rule", value.metric, "", one.rule.id, days, value.value, limit, -one.beyond * paid, risk, at_risk=True
    )
