"""Two ways in which a product loses money unseen: it cannot be bought for weeks, or it comes back more often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp, sqrt

import numpy as np

from okrlib.analysis.data import StoreData
from okrlib.analysis.evidence import Daily, Floats, doubt, laid_out, weeks
from okrlib.analysis.facts import ENOUGH
from okrlib.periods import Period

GAP_DAYS = 7
RETURN_DAYS = 15  # after payment; until then an order may still come back
REFUND_PART = 0.1  # of all refunds, what a rise must weigh
_WEEKS = 13  # with sales, from which a product's usual refunds are known
_BEFORE = 28  # days before a gap from which its demand is known


@dataclass(frozen=True, slots=True)
class StockOut:
    """Days in a row on which a product that sells daily sold nothing; `expected` orders and money `lost` meanwhile."""

    sku: str
    gap: Period
    expected: float
    lost: float
    doubt: float


@dataclass(frozen=True, slots=True)
class RefundRise:
    """A product whose refunds of `days` are above their year before; `extra` is the money that this costs over all its orders."""

    sku: str
    days: Period
    rate: float
    before: float
    extra: float
    doubt: float


def stock_outs(data: StoreData, products: Daily, days: Period) -> Iterator[StockOut]:
    """Find gaps of a week and more that touch `days`.

    Demand is the product's share of the four weeks before, of what all others sold meanwhile. The doubt is the Poisson chance
    of no order at all, times the products and weeks looked at.
    """
    sql = """SELECT sku AS name, paid_at::DATE AS day, count(DISTINCT order_id) AS value FROM sold
    WHERE kind = 'product' AND sku IN (SELECT unnest(?)) GROUP BY ALL"""
    counts = laid_out(data.columns(sql, [list(products.names)]), products.span)
    begin = (days.start - products.span.start).days
    for name in counts.names:
        own = counts.values[counts.names.index(name)]
        paid = products.values[products.names.index(name)]
        for first, last in _gaps(own):
            if first >= _BEFORE and last >= begin:
                tests = len(products.names) * (days.days // 7 + 1)
                yield _stock_out(name, own, paid, products.total, (first, last, begin), products, tests)


def _gaps(own: Floats) -> Iterator[tuple[int, int]]:
    """Yield first and last day of each stretch of zeros between two sales, or since the last one."""
    sold = [*np.flatnonzero(own > 0), len(own)]
    for before, after in pairwise(sold):
        if after - before - 1 >= GAP_DAYS:
            yield int(before) + 1, int(after) - 1


def _stock_out(
    name: str, own: Floats, paid: Floats, total: Floats, place: tuple[int, int, int], products: Daily, tests: int
) -> StockOut:
    first, last, begin = place
    prior, gap, counted = slice(first - _BEFORE, first), slice(first, last + 1), slice(max(first, begin), last + 1)
    others = total[prior].sum() - paid[prior].sum()
    share = paid[prior].sum() / others if others > 0 else 0.0
    price = paid[prior].sum() / max(own[prior].sum(), 1)
    expected = share * total[gap].sum() / price if price > 0 else 0.0
    days = Period(products.span.start + timedelta(days=first), products.span.start + timedelta(days=last))
    return StockOut(name, days, expected, share * float(total[counted].sum()), min(1.0, tests * exp(-expected)))


_BACK = """
WITH named AS (SELECT sku, returned_at::DATE AS day, amount FROM given_back WHERE kind = 'product' AND sku IS NOT NULL),
loose AS (SELECT order_id, returned_at::DATE AS day, sum(amount) AS amount FROM given_back WHERE kind = 'unitemised' GROUP BY ALL),
lines AS (SELECT order_id, sku, paid / nullif(sum(paid) OVER (PARTITION BY order_id), 0) AS part FROM sold
          WHERE kind = 'product' AND order_id IN (SELECT order_id FROM loose)),
-- a refund told for the whole order is shared out over its products by what was paid for them
every AS (FROM named UNION ALL SELECT sku, day, amount * part FROM loose JOIN lines USING (order_id))
SELECT sku AS name, day, sum(amount)::DOUBLE AS value FROM every WHERE day < ? GROUP BY ALL"""


def refund_rises(data: StoreData, products: Daily, days: Period) -> Iterator[RefundRise]:
    """Find products whose refunds rose against the 52 weeks before, by more than their weeks scatter.

    Where refunds carry no dates of their own they count on the order's day, and orders of the last days are left out.
    """
    if not data.refunds_known or data.told(days).refunds < ENOUGH:
        return
    back = laid_out(data.columns(_BACK, [days.end + timedelta(days=1)]), products.span)
    young = 0 if data.refund_events else RETURN_DAYS
    start = min((days.start - products.span.start).days, products.span.days - young - _BEFORE)
    all_back = back.values[:, start : products.span.days - young].sum()
    for name in set(products.names) & set(back.names):
        rows = products.values[products.names.index(name)], back.values[back.names.index(name)]
        found = _rise(name, *rows, start, products.span.days - young, len(products.names), products.span.start)
        if found and found.extra >= REFUND_PART * all_back:
            yield found


def _rise(name: str, paid: Floats, back: Floats, start: int, stop: int, many: int, begin: date) -> RefundRise | None:
    first = max(start - 364, 0)
    old_paid, old_back = weeks(paid[first:start]), weeks(back[first:start])
    now_paid, now_back = paid[start:stop].sum(), back[start:stop].sum()
    if np.count_nonzero(old_paid) < _WEEKS or now_paid <= 0:
        return None
    before = old_back.sum() / old_paid.sum()
    spread = float(
        np.sqrt(((old_back - before * old_paid) ** 2).sum() / old_paid.sum())
    )  # grows with the root of money
    extra = now_back - before * now_paid
    risk = doubt(extra / sqrt(now_paid), spread, many) if extra > 0 else 1.0
    scale = paid[start:].sum() / now_paid  # the youngest orders will come back like those before
    days = Period(begin + timedelta(days=start), begin + timedelta(days=stop - 1))
    return RefundRise(name, days, float(now_back / now_paid), float(before), float(extra * scale), risk)
