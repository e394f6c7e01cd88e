"""One small synthetic shop, and how each platform would export it: column by column, in the platform's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

D = Decimal
NOTHING = D(0)


@dataclass(frozen=True)
class Line:
    sku: str
    title: str
    quantity: int
    price: Decimal
    discount: Decimal = NOTHING  # off the whole line
    refund: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity - self.discount


@dataclass(frozen=True)
class Order:
    id: str
    buyer: str
    status: str
    ordered: datetime
    paid: datetime | None
    shipped: datetime | None
    delivered: datetime | None
    lines: tuple[Line, ...]
    shipping: Decimal = NOTHING
    region: str = "浙江省"

    @property
    def goods(self) -> Decimal:
        return sum((line.amount for line in self.lines), D(0))

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), D(0))

    @property
    def total(self) -> Decimal:
        return self.goods + self.shipping

    @property
    def refund(self) -> Decimal:
        return self.total if self.status == "refunded" else sum((line.refund for line in self.lines), D(0))


CUP = Line("QL-01", '青釉盖碗 "大" 🍵, tea for two', 2, D("50.00"), D("6.00"))
POT = Line("QL-02", "Teapot", 1, D("30.50"), D("4.00"))
GIFT = Line("QL-03", "Gift spoon", 1, D("0.00"))
START = datetime.fromisoformat("2026-07-01 09:30:15")


def _order(number: int, status: str, *lines: Line, shipping: str = "0") -> Order:
    at = START + timedelta(days=number)
    paid = None if status in {"unpaid", "cancelled"} else at + timedelta(minutes=5)
    shipped = at + timedelta(hours=8) if status in {"shipped", "completed"} else None
    delivered = at + timedelta(days=3) if status == "completed" else None
    lines = tuple(replace(line, refund=line.amount) for line in lines) if status == "refunded" else lines
    return Order(
        f"2607{number:02}-9000000{number}",
        f"buyer {number % 3}",
        status,
        at,
        paid,
        shipped,
        delivered,
        lines,
        D(shipping),
    )


ORDERS = (
    _order(1, "completed", CUP, POT, shipping="8.00"),
    _order(2, "unpaid", CUP),
    _order(3, "shipped", replace(CUP, quantity=3), shipping="12.50"),
    _order(4, "refunded", POT),
    _order(5, "cancelled", POT, CUP),
    _order(6, "paid", POT, GIFT),
)
PARTIAL = _order(7, "completed", replace(CUP, refund=D("20.00")), POT)

Cell = Callable[[Order, Line, int], Any]
Rows = Literal["order", "line", "unit"]


@dataclass(frozen=True)
class File:
    """One export file: what a row is, its columns, and what the platform puts around the rows."""

    layout: str
    per: Rows
    columns: dict[str, Cell]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    below_header: tuple[str, ...] = ()
    at_end: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """How one platform exports the shop, and how its shop differs because it cannot do otherwise."""

    files: tuple[File, ...]
    name: str = ""  # of the platform, where it has more than one way to export its orders
    one_line: bool = False  # an order has one article
    paid_at_once: bool = False  # no time of payment is exported
    days_only: bool = False
    partial: bool = True  # a partial refund is told as money

    def orders(self) -> list[Order]:
        """Return the shop as this platform knows it."""
        return [self._known(order) for order in (*ORDERS, *((PARTIAL,) if self.partial else ()))]

    def _known(self, order: Order) -> Order:
        if self.one_line:
            order = replace(order, lines=order.lines[:1])
        if self.paid_at_once and order.paid:
            order = replace(order, paid=order.ordered)
        if self.days_only:
            times = {name: getattr(order, name) for name in ("ordered", "paid", "shipped", "delivered")}
            days = {name: at and at.replace(hour=0, minute=0, second=0) for name, at in times.items()}
            order = replace(order, **days)
        return order


def rows(file: File, orders: list[Order]) -> Iterator[list[str]]:
    """Yield a file's rows as cells, header first."""
    yield list(file.columns)
    for order in orders:
        lines = order.lines[:1] if file.per == "order" else order.lines
        for number, line in enumerate(lines, 1):
            for unit in range(line.quantity if file.per == "unit" else 1):
                yield [_text(cell(order, line, number * 10 + unit)) for cell in file.columns.values()]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def at(name: str, form: str = "%Y-%m-%d %H:%M:%S", blank: str = "") -> Cell:
    def cell(order: Order, _: Line, __: int) -> str:
        value = getattr(order, name)
        return value.strftime(form) if value else blank

    return cell


def first(name: str, form: Cell) -> Cell:
    """Fill a cell on the order's first line only."""
    return lambda o, x, n: form(o, x, n) if n == 10 else ""


def words(**by_status: str) -> Cell:
    return lambda o, x, n: by_status[o.status]


def of(name: str) -> Cell:
    return lambda o, x, n: getattr(o, name)


def line(name: str) -> Cell:
    return lambda o, x, n: getattr(x, name)


def paid_only(value: Cell) -> Cell:
    return lambda o, x, n: value(o, x, n) if o.paid else "0.00"


def claimed(word: str, otherwise: str = "") -> Cell:
    return lambda o, x, n: word if o.status == "refunded" else otherwise
