"""What each step from revenue to what is left takes from each category, told where it can be and estimated where it must.

The steps are sums over the orders paid in a period. What belongs to an order (fees, parcels) is shared over its categories by
what was paid for each; what belongs to none (service fees, advertising) is shared like revenue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from babel.numbers import get_currency_precision

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.sales import span
from okrlib.periods import Period
from okrlib.policies import Fee, RuleBook
from okrlib.text import Text

Category = str | None
Parts = Mapping[Category, Decimal]

_ENOUGH_SETTLED = Decimal("0.2")  # of the money, so that its fees tell those of the rest
_ENOUGH_PARCELS = Decimal("0.5")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step takes by category (positive), the part of it that is estimated, or the reason why it is unknown."""

    parts: Parts
    estimated: Parts
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A store's days, and what was paid by category on them."""

    data: StoreData
    days: Period
    paid: Mapping[Category, Decimal]

    @property
    def digits(self) -> int:
        """Decimals of the store's currency."""
        return get_currency_precision(self.data.store.currency)

    def cents(self, value: Decimal | float) -> Decimal:
        """Return an amount to the cent."""
        return Decimal(value).quantize(Decimal(1).scaleb(-self.digits))

    def shared(self, total: Decimal, weights: Parts | None = None) -> dict[Category, Decimal]:
        """Share an amount by `weights`, else like revenue."""
        return share_out(total, self.paid if weights is None else weights, self.digits)

    def by_order(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL over `shares`: the part that each category has in each order paid in the period."""
        return self.data.rows(_SHARES + sql, span(self.days))

    @property
    def end(self) -> str:
        """The moment from which nothing is seen."""
        return f"TIMESTAMP '{self.data.as_of + timedelta(days=1)}'"


# The part that each category has in each order paid in the period; an order of nothing but gifts is shared by lines.
_SHARES = """
WITH lines AS (
    SELECT order_id, category, sum(paid) AS paid, count(*) AS n FROM sales(?, ?) GROUP BY order_id, category
), shares AS (
    SELECT order_id, category, paid,
           CASE WHEN sum(paid) OVER o > 0 THEN paid::DOUBLE / (sum(paid) OVER o)::DOUBLE
                ELSE n / sum(n) OVER o END AS share
    FROM lines WINDOW o AS (PARTITION BY order_id)
)
"""


def share_out(total: Decimal, weights: Parts, digits: int) -> dict[Category, Decimal]:
    """Share an amount in proportion to weights that are not negative, to the cent: the parts sum to it exactly."""
    positive = {name: max(weight, _ZERO) for name, weight in weights.items()}
    whole, unit = sum(positive.values(), _ZERO), Decimal(1).scaleb(-digits)
    if not whole:
        positive, whole = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    exact = {name: total * weight / whole for name, weight in positive.items()}
    parts = {name: value.quantize(unit, ROUND_FLOOR) for name, value in exact.items()}
    rest = total - sum(parts.values(), _ZERO)
    for name in sorted(parts, key=lambda name: (parts[name] - exact[name], name is None, name or "")):
        step = min(unit, rest)
        parts[name], rest = parts[name] + step, rest - step
    return parts


def refunds(asked: Asked) -> Taken:
    """Return money given back in the period; what names no article is shared like revenue, as an estimate."""
    total = fact(asked.data, asked.days, "refund_amount")
    if total.value is None:
        return Taken({}, {}, total.reason)
    sql = """SELECT CASE WHEN kind <> 'unitemised' THEN category END, kind = 'unitemised', sum(amount)
    FROM returned(?, ?) GROUP BY ALL"""
    named: dict[Category, Decimal] = {}
    loose = _ZERO
    for category, unnamed, amount in asked.data.rows(sql, span(asked.days)):
        if unnamed or category not in asked.paid:
            loose += amount
        else:
            named[category] = named.get(category, _ZERO) + amount
    guess = asked.shared(loose) if loose else {}
    return Taken(_plus(named, guess), guess)


def _plus(one: Parts, other: Parts) -> dict[Category, Decimal]:
    return {name: one.get(name, _ZERO) + other.get(name, _ZERO) for name in {**one, **other}}


def goods(asked: Asked) -> Taken:
    """Return units sold at their unit cost; the few without one are estimated.

    Goods sent back are not taken off, since nobody says in what state they came.
    """
    if reason := fact(asked.data, asked.days, "cost_of_goods").reason:
        return Taken({}, {}, reason)
    sql = """SELECT category, coalesce(sum(quantity * unit_cost), 0), coalesce(sum(paid) FILTER (unit_cost IS NOT NULL), 0),
                    sum(paid) FROM sales(?, ?) WHERE kind = 'product' GROUP BY category"""
    rows = asked.data.rows(sql, span(asked.days))
    told = sum((row[2] for row in rows), _ZERO)
    cost = {name: asked.cents(value) for name, value, *_ in rows}
    usual = sum(cost.values(), _ZERO) / told if told else _ZERO
    guess = {name: asked.cents((whole - known) * usual) for name, _, known, whole in rows}
    return Taken(_plus(cost, guess), guess)


def fees(asked: Asked, book: RuleBook, back: Taken) -> tuple[Taken, tuple[Text, ...]]:
    """Return fees of the orders paid: as settled; the rest at the rate of the settled ones, or without any by the rule book."""
    sql = f""", fees AS (SELECT order_id, sum(fee_amount) AS fee FROM raw_settlements
        WHERE settled_at < {asked.end} AND order_id IS NOT NULL GROUP BY order_id)
    SELECT category, sum(share * fee::DOUBLE), coalesce(sum(paid) FILTER (fee IS NOT NULL), 0),
           coalesce(sum(share) FILTER (fee IS NULL), 0)
    FROM shares LEFT JOIN fees USING (order_id) GROUP BY category"""
    rows = asked.by_order(sql)
    settled = {name: value for name, _, value, _ in rows}
    taken, covered = _settled(asked, {name: Decimal(fee or 0) for name, fee, *_ in rows}), sum(settled.values(), _ZERO)
    whole = sum(asked.paid.values(), _ZERO)
    open_ = {name: asked.paid[name] - settled.get(name, _ZERO) for name in asked.paid}
    if covered >= _ENOUGH_SETTLED * whole:
        rate = sum(taken.values(), _ZERO) / covered
        guess = {name: asked.cents(value * rate) for name, value in open_.items()}
        return Taken(_plus(_plus(taken, guess), _unordered(asked)), guess), ()
    orders = sum((Decimal(left) for *_, left in rows), _ZERO)
    booked, left_out = _by_the_book(asked, book, _Unsettled(open_, orders, back.parts))
    if booked is None:
        return Taken({}, {}, _why_untold(asked, "platform_fees", _NO_FEES)), left_out
    return Taken(_plus(_plus(taken, booked), _unordered(asked)), booked), left_out


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """Money and orders whose fees nobody has told, and what was given back."""

    paid: Parts
    orders: Decimal
    back: Parts


def _settled(asked: Asked, weights: Parts) -> dict[Category, Decimal]:
    """Share the exact fees of the period's orders by what each category had in them."""
    sql = f"""SELECT coalesce(sum(s.fee_amount), 0) FROM raw_settlements s JOIN orders o USING (order_id)
    WHERE o.paid_at >= ? AND o.paid_at < ? AND s.settled_at < {asked.end}"""
    total = asked.data.rows(sql, span(asked.days))[0][0]
    return asked.shared(total, weights) if total else dict.fromkeys(asked.paid, _ZERO)


def _unordered(asked: Asked) -> dict[Category, Decimal]:
    """Fees that belong to no order, by the day they were settled, shared like revenue."""
    sql = """SELECT coalesce(sum(fee_amount), 0) FROM raw_settlements
    WHERE order_id IS NULL AND settled_at >= ? AND settled_at < ?"""
    return asked.shared(asked.data.rows(sql, span(asked.days))[0][0])


def _by_the_book(
    asked: Asked, book: RuleBook, rest: _Unsettled
) -> tuple[dict[Category, Decimal] | None, tuple[Text, ...]]:
    """Estimate the fees of money not settled, and name the rules that could not be counted; None without any rate."""
    charged = [(rule, rule.fee) for rule in book.rules if rule.fee and not rule.fee.deposit]
    currency = asked.data.store.currency
    left_out = [rule.title for rule in book.rules if rule.area == "fees" and rule.fee is None]
    left_out += [rule.title for rule, fee in charged if fee.currency not in {None, currency}]
    found: dict[Category, Decimal] = {}
    for _, fee in charged:
        found = _plus(found, _fee(asked, fee, rest))
    return found if any(found.values()) or (found and not left_out) else None, tuple(left_out)


def _fee(asked: Asked, fee: Fee, rest: _Unsettled) -> dict[Category, Decimal]:
    back = {} if fee.on_refunds else rest.back
    shares = {
        name: asked.cents(fee.categories.get(name or "", fee.rate) * max(value - back.get(name, _ZERO), _ZERO))
        for name, value in rest.paid.items()
    }
    if fee.currency != asked.data.store.currency:
        return shares
    sums = fee.per_order * rest.orders + (fee.a_month * 12 + fee.a_year) * asked.days.days / 365
    return _plus(shares, asked.shared(asked.cents(sums), rest.paid))


def parcels(asked: Asked) -> Taken:
    """Return what sending the period's orders cost; an order whose parcel has no price yet counts as the average one."""
    sql = f""", prices AS (SELECT order_id, sum(cost) AS cost FROM raw_shipments
        WHERE cost IS NOT NULL AND coalesce(shipped_at, promised_at, TIMESTAMP '1970-01-01') < {asked.end} GROUP BY order_id),
    sent AS (SELECT order_id FROM orders WHERE shipped_at IS NOT NULL OR status NOT IN ('cancelled', 'refunded'))
    SELECT category, sum(share * cost::DOUBLE), coalesce(sum(share) FILTER (cost IS NULL AND order_id IN (FROM sent)), 0),
           coalesce(sum(share) FILTER (cost IS NOT NULL), 0)
    FROM shares LEFT JOIN prices USING (order_id) GROUP BY category"""
    rows = asked.by_order(sql)
    priced, unpriced = (sum((Decimal(row[n]) for row in rows), _ZERO) for n in (3, 2))
    if not priced or priced < _ENOUGH_PARCELS * (priced + unpriced):
        return Taken({}, {}, _why_untold(asked, "shipping_cost", _NO_PARCELS))
    sql = f"""SELECT coalesce(sum(s.cost), 0) FROM raw_shipments s JOIN orders o USING (order_id)
    WHERE o.paid_at >= ? AND o.paid_at < ? AND coalesce(s.shipped_at, s.promised_at, TIMESTAMP '1970-01-01') < {asked.end}"""
    total = asked.data.rows(sql, span(asked.days))[0][0]
    told = asked.shared(total, {name: Decimal(cost or 0) for name, cost, *_ in rows})
    guess = {name: asked.cents(Decimal(left) * total / priced) for name, _, left, _ in rows}
    return Taken(_plus(told, guess), guess)


def _why_untold(asked: Asked, metric: str, absent: Text) -> Text:
    """Say why too few of the orders tell a cost: what the metric itself waits for where it was ever told, else `absent`."""
    ever = asked.data.reach(str(CATALOGUE[metric].source)) is not None
    return (fact(asked.data, asked.days, metric).reason if ever else None) or absent


def advertising(asked: Asked) -> Taken:
    """Return advertising on the period's days, shared like revenue: exports tell it by channel, not by article."""
    spent = fact(asked.data, asked.days, "ad_spend")
    return Taken({}, {}, spent.reason) if spent.value is None else Taken(asked.shared(asked.cents(spent.value)), {})


_NO_FEES = Text(
    "no settlement export, and the platform's rule book has no rates", "没有结算导出文件，平台规则库也没有费率"
)
_NO_PARCELS = Text(
    "no prices of parcels: fill in the column cost of shipments", "没有运费支出，请在发货表中填写运费支出一列"
)
