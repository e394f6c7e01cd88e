"""A made-up shop with weekdays, a season, steady growth and weather that the forecast cannot know."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from okrlib.stores import Workbook
from tests.analysis.shops import add_rows, make_shop, order, refund

FIRST, LAST = date(2024, 1, 1), date(2026, 8, 15)
CHUNK = 200


def daily(seed: int, first: date = FIRST, last: date = LAST) -> pd.Series:
    """Daily revenue: about 1,000 a day, 15 % more every year, weekly noise of 8 %, daily noise of 10 %."""
    days = pd.date_range(first, last, freq="D")
    chance = np.random.default_rng(seed)
    weekly = np.repeat(chance.normal(0, 0.08, len(days) // 7 + 1), 7)[: len(days)]
    year = 2 * np.pi * days.day_of_year.to_numpy() / 365
    log = 0.15 * np.arange(len(days)) / 365 + 0.2 * np.sin(year) + weekly + chance.normal(0, 0.1, len(days))
    weekday = np.where(days.day_of_week.to_numpy() >= 5, 1.3, 1.0)
    return pd.Series(np.round(1000 * weekday * np.exp(log), 2), index=days)


def make_seasonal_shop(home: Path, first: date = FIRST, last: date = LAST, refund_after: int = 10) -> Workbook:
    """A shop with one order a day; every tenth is given back in part, `refund_after` days later."""
    values = daily(7, first, last)
    orders = [
        order(f"{day:%Y%m%d}", f"{day:%Y-%m-%d} 12:00:00", amount, channel="web") for day, amount in values.items()
    ]
    refunds = [
        refund(f"R{day:%Y%m%d}", f"{day + pd.Timedelta(days=refund_after):%Y-%m-%d} 09:00:00", round(amount / 2, 2))
        | {"order_id": f"{day:%Y%m%d}"}
        for day, amount in list(values.items())[::10]
    ]
    shop = make_shop(home, orders=orders[:CHUNK], refunds=refunds)
    for begin in range(CHUNK, len(orders), CHUNK):  # one long query is slower than a few short ones
        add_rows(shop, orders=orders[begin : begin + CHUNK])
    return shop
