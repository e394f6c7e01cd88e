"""A merchant's stores side by side: what each platform leaves of the money, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from okrlib.analysis.economics import STEPS, Waterfall
from okrlib.book import Book
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import amount, platform_name
from okrlib.text import NO_DATA, Text, percent

_COSTS = tuple(name for name in STEPS if name not in {"revenue", "refunds"})
_NOTE = Text(
    "Costs as shares of net revenue, the quarter so far, each store in its own currency. ≈ is estimated in part: fees not settled "
    "yet by the rule book, parcels without a price at the average. A dash is no data, and then there is no margin.",
    "本季至今，各项成本为占净销售额的比例，各店按自己的币种。≈ 表示含估算：未结算费用按规则库，未填运费按均值。"
    "横线为无数据，此时不计利润率。",
)  # fmt: skip


def stores_economics(book: Book, books: Iterable[Book]) -> Table:
    """What is left of each store's money after refunds, goods, fees, shipping and advertising."""
    columns = [
        Column("store", book.say(Text("Store · platform", "店铺 · 平台")), wide=True),
        Column("net", book.say(Text("Net revenue", "净销售额")), "right"),
        *(Column(name, book.say(STEPS[name]), "right") for name in _COSTS),
        Column("left", book.say(Text("Left", "剩余")), "right"),
        Column("margin", book.say(Text("Margin", "利润率")), "right"),
    ]
    rows = [_row(one) for one in books]
    title = Text("What each platform leaves", "各平台剩余")
    return Table(columns, rows, book.say(title), book.say(_NOTE), stacked=True)


def _row(book: Book) -> dict[str, object]:
    found = book.money()
    named: dict[str, object] = {"store": f"{book.store.name(book.locale)} · {platform_name(book, book.store.platform)}"}
    if found is None:
        return named
    whole = found.store
    left = amount(book, whole.left, "money")
    return named | {name: _cost(book, whole, name) for name in _COSTS} | {
        "net": amount(book, whole.net_revenue, "money"), "margin": percent(whole.margin, book.locale, 1),
        "left": NO_DATA if whole.missing else Change(left, False) if whole.left < 0 else left,
    }  # fmt: skip


def _cost(book: Book, whole: Waterfall, name: str) -> str:
    step = next(step for step in whole.steps if step.name == name)
    if step.amount is None or whole.net_revenue <= 0:
        return NO_DATA
    mark = "≈ " if abs(step.estimated) > Decimal("0.05") * abs(step.amount) else ""
    return mark + percent(-step.amount / whole.net_revenue, book.locale, 1)
