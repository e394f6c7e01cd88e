"""One store's data as of a day: the tables every metric and lens is written against.

`orders`            every order placed by the end of the day; what happened to it later is not seen
`sales(a, b)`       lines of the orders paid in [a, b): `paid` sums exactly to what the orders were paid
`placed(a, b)`      orders placed in [a, b)
`returned(a, b)`    money given back in [a, b): by its own date where the export has one, else by the order's payment

and one macro a table for what stands beside the sales (`analysis.sources`, written down in `analysis.views`).

Two things no export dates are taken as known from the order's first day: that it was cancelled before payment, and a
refund that only the order itself tells. Both are why a metric has a revision window.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import get_currency_precision

from okrlib.analysis.answers import FOLDER
from okrlib.analysis.events import Event, event_days, events_for, read_calendar
from okrlib.analysis.once import once
from okrlib.analysis.sources import SOURCES
from okrlib.analysis.tables import Columns, DuckTables, Tables
from okrlib.analysis.views import SALES, SURROUNDINGS
from okrlib.errors import NoDataError
from okrlib.lake import Lake, quoted
from okrlib.periods import Period
from okrlib.policies import rule_book
from okrlib.schema import TABLES
from okrlib.stores import Store, Workbook
from okrlib.text import Text, day

_OFTEN = 30  # days told, from which a source's pauses say how often it is exported


@dataclass(frozen=True, slots=True)
class Told:
    """How much of a period the exports tell: shares from 0 to 1; 1 where there was nothing to tell."""

    lines: float  # of paid orders, those that list what was bought
    refunds: float  # of paid orders, those not yet completed or that say what was given back
    refund_lines: float  # of money given back, that which names the article
    costs: float  # of the money paid for products, that whose unit cost is known


@dataclass(frozen=True)
class StoreData:
    """One store's canonical tables as of the end of a day."""

    store: Store
    as_of: date
    tables: Tables
    calendar: tuple[Mapping[str, Any], ...] = ()
    computed: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)  # see `analysis.once`

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query over the tables and return its rows; decimals stay decimals."""
        return self.tables.rows(sql, parameters or [])

    def columns(self, sql: str, parameters: list[Any]) -> Columns:
        """Run a query over the tables and return its columns by name; what is NULL is masked."""
        return self.tables.columns(sql, parameters)

    @cached_property
    def covers(self) -> Period:
        """First to last day with an order or a payment; the day after `as_of` when there is none yet."""
        sql = "SELECT min(ordered_at)::DATE, max(greatest(ordered_at, coalesce(paid_at, ordered_at)))::DATE FROM orders"
        first, last = self.rows(sql)[0]
        return Period(first or self.as_of + timedelta(days=1), last or self.as_of + timedelta(days=1))

    @cached_property
    def buyers_known(self) -> bool:
        """Whether the exports carry a usable buyer."""
        return bool(self.rows("SELECT count(buyer) FROM orders")[0][0])

    @cached_property
    def statuses_known(self) -> bool:
        """Whether an export says which orders were cancelled: its layout has a status, and not one word for all."""
        untold = "count(lacks) > 0 AND bool_and(contains(lacks, ',status,')) FILTER (lacks IS NOT NULL)"
        return not self.rows(f"SELECT coalesce({untold}, false) FROM raw_readings")[0][0]

    @cached_property
    def refund_events(self) -> bool:
        """Whether the exports tell refunds as events of their own, with a day or none."""
        sql = "SELECT count(*) FROM raw_refunds WHERE refunded_at IS NULL OR refunded_at < ?"
        return bool(self.rows(sql, [self.as_of + timedelta(days=1)])[0][0])

    @cached_property
    def refunds_known(self) -> bool:
        """Whether the exports tell refunds at all: by events of their own, or order by order."""
        sql = "SELECT count(*) FROM orders WHERE refund_told AND paid_at IS NOT NULL"
        return self.refund_events or bool(self.rows(sql)[0][0])

    @cached_property
    def values(self) -> dict[str, frozenset[str]]:
        """Every value seen in each dimension; an empty set where the exports tell none."""
        sources = {
            "channel": "SELECT DISTINCT channel FROM orders",
            "region": "SELECT DISTINCT region FROM orders UNION SELECT DISTINCT region FROM given_back",
            "category": "SELECT DISTINCT category FROM articles UNION SELECT DISTINCT category FROM sold",
            "product": "SELECT DISTINCT title FROM articles",
            "sku": "SELECT DISTINCT sku FROM articles",
            "source": "SELECT DISTINCT channel FROM raw_traffic UNION SELECT DISTINCT channel FROM raw_ads",
            "competitor": "SELECT DISTINCT competitor FROM raw_competitors",
        }
        return {name: frozenset(row[0] for row in self.rows(sql) if row[0]) for name, sql in sources.items()}

    @cached_property
    def by_state(self) -> bool:
        """Whether regions of two letters are states, as they are where one is no country: TX beside CA."""
        codes = {name for name in self.values["region"] if len(name) == 2 and name.isascii()}
        return not codes <= Locale("en").territories.keys()

    @once
    def reach(self, source: str) -> Period | None:
        """First to last day that a source of `SOURCES` tells of, by its own clock; None where it tells nothing."""
        moment = SOURCES[source].moment or "NULL"
        sql = f"SELECT min({moment})::DATE, max({moment})::DATE, count(*) FROM {source}(?, ?)"
        first, last, rows = self.rows(sql, [date(1900, 1, 1), self.as_of + timedelta(days=1)])[0]
        return Period(first or self.covers.start, last or self.covers.end) if rows else None

    @once
    def days_of(self, source: str) -> frozenset[date]:
        """The days by the as-of day for which a source has a row."""
        sql = f"SELECT DISTINCT {SOURCES[source].moment}::DATE FROM {source}(?, ?)"
        return frozenset(row[0] for row in self.rows(sql, [date(1900, 1, 1), self.as_of + timedelta(days=1)]))

    def days_told(self, source: str, period: Period) -> int:
        """Number of days of `period` for which a source has a row."""
        known = self.days_of(source)
        return sum(day in known for day in period)

    @once
    def patience(self, source: str) -> int:
        """Days without a row after which a source counts as ended: a week more than its longest pause, its `lag` at most."""
        lag, days = SOURCES[source].lag, sorted(self.days_of(source))
        if len(days) < _OFTEN:
            return lag
        return min(lag, 7 + max((later - day).days for day, later in pairwise(days)))

    @once
    def told(self, period: Period) -> Told:
        """How completely the exports tell `period`'s lines and refunds."""
        paid, itemised, untold, back, loose, products, costed = self.rows(
            """SELECT count(*), count(*) FILTER (itemised),
            count(*) FILTER (NOT refund_told AND status NOT IN ('paid', 'shipped')
                AND order_id NOT IN (SELECT order_id FROM given_back WHERE order_id IS NOT NULL)),
            (SELECT coalesce(sum(amount), 0) FROM returned(?, ?)),
            (SELECT coalesce(sum(amount) FILTER (kind = 'unitemised'), 0) FROM returned(?, ?)),
            (SELECT coalesce(sum(paid) FILTER (kind = 'product'), 0) FROM sales(?, ?)),
            (SELECT coalesce(sum(paid) FILTER (kind = 'product' AND unit_cost IS NOT NULL), 0) FROM sales(?, ?))
            FROM orders WHERE paid_at >= ? AND paid_at < ?""",
            [period.start, period.end + timedelta(days=1)] * 5,
        )[0]
        return Told(
            float(itemised / paid) if paid else 1.0,
            float(1 - untold / paid) if paid and not self.refund_events else 1.0,
            float(1 - loose / back) if back else 1.0,
            float(costed / products) if products else 1.0,
        )

    @property
    def stale_days(self) -> int:
        """Days between the last day the exports know and the as-of day."""
        return max((self.as_of - self.covers.end).days, 0)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The shopping events the store feels, with its own of ``params/calendar.yaml``."""
        return events_for(self.store.country, self.store.platform, self.calendar)

    def require_orders(self) -> None:
        """Raise NoDataError where nothing was ordered by the as-of day."""
        if self.covers.start > self.as_of:
            raise NoDataError(
                f"store {self.store.store!r}: no orders by {self.as_of}; the exports begin later",
                f"店铺 {self.store.store} 截至 {self.as_of} 还没有订单",
            )

    @once
    def events_in(self, period: Period) -> dict[date, tuple[Text, int]]:
        """Shopping events and festivals of a period: day to the event's name and the day's offset from it."""
        days = event_days(period.start, period.end, self.store.country, self.store.platform, self.calendar)
        return {day: (found.event.name, found.offset) for day, found in days.items()}

    def missing(self, period: Period) -> Text | None:
        """Say why `period` has no data, or None when the exports cover it from its first day."""
        first, last = self.covers.start, self.covers.end
        if first > self.as_of:
            return Text(f"no orders by {day(self.as_of, 'en')}", f"截至 {day(self.as_of, 'zh')} 没有订单")
        if period.start < first:
            return Text(f"the data begin on {day(first, 'en')}", f"数据从 {day(first, 'zh')} 开始")
        if period.start > last:
            return Text(f"the data end on {day(last, 'en')}", f"数据截至 {day(last, 'zh')}")
        return None


def open_data(workbook: Workbook, store: Store, as_of: date, known_at: datetime | None = None) -> StoreData:
    """Open a store's data as of the end of `as_of`, as the lake is or was at `known_at`; NoDataError when it has none."""
    lake = Lake(workbook.warehouse, known_at)
    end = f"TIMESTAMP {quoted(str(as_of + timedelta(days=1)))}"
    coins = f"{10 ** get_currency_precision(store.currency)}::DOUBLE"
    hours = rule_book(store.platform, workbook.params / "policies").on(as_of).ship_within
    promise = f"o.paid_at + INTERVAL {hours} HOUR" if hours else "CAST(NULL AS TIMESTAMP)"
    made = (SALES + SURROUNDINGS).replace("{end}", end).replace("{unit}", coins).replace("{promise}", promise)
    script = lake.views(store.store, [*TABLES, "readings", "rejects"]) + made
    tables = _tables(store, script, workbook.home / FOLDER / store.store)
    if not tables.rows("SELECT count(*) FROM raw_orders")[0][0]:
        if known_at is not None:
            raise NoDataError(
                f"store {store.store!r}: no orders had been read by {known_at:%Y-%m-%d %H:%M}; see what was read when: "
                f"okr lake log {store.store}",
                f"店铺 {store.store} 在 {known_at:%Y-%m-%d %H:%M} 之前还没有读取过订单；读取记录：okr lake log {store.store}",
            )
        raise NoDataError(
            f"store {store.store!r}: no orders in the lake yet; read its exports first: okr ingest {store.store}",
            f"店铺 {store.store} 还没有订单数据；请先导入：okr ingest {store.store}",
        )
    return StoreData(store, as_of, tables, read_calendar(workbook.params / "calendar.yaml"))


def _tables(store: Store, script: str, folder: Path) -> Tables:
    if store.engine == "duckdb":
        return DuckTables(script, folder)
    from okrlib.analysis.spark import SparkTables  # noqa: PLC0415  # only where it is asked for

    return SparkTables(script, folder)
