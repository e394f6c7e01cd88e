"""All stores of a quarter on one page: where each stands, the worst and the best, and how the platforms compare."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book, open_book
from okrlib.errors import DataError
from okrlib.okr import Scorecard
from okrlib.okr.portfolio import Ranked, progress_of, ranked, rolled_up, score_of
from okrlib.okr.status import weakest
from okrlib.show.aligned import company_alignment
from okrlib.show.goals import NO_SHEET, score_text
from okrlib.show.prose import Notice
from okrlib.show.side_by_side import stores_economics
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Bar, Column, Table
from okrlib.show.wording import amount, change, in_ten, kr_title, pill, platform_name
from okrlib.text import NO_DATA, Text, money, percent, short_day

_DATA_TO = Text("Data to", "数据截至")
_FEW = 3
_REACHED, _MET = Text("Reached", "已达成"), Text("Met so far", "目前达标")
_COMPARED = ("revenue_per_order", "revenue_per_buyer", "returning_buyer_share", "refund_rate")


def portfolio(book: Book) -> Stack:
    """Every store that has a sheet for the Book's quarter, seen on the same day."""
    books, unable = _books(book)
    cards = {name: one.scorecard for name, one in books.items() if one.scorecard}
    notices = [Notice("warn", reason) for reason in unable]
    if not cards:
        return Stack([Notice("none", book.say(NO_SHEET)), *notices])
    worst, best = _worst_and_best(ranked(cards))
    parts: list[Part] = [
        _stores(book, books, cards),
        _extremes(book, books, Text("The three that stand worst", "最需要关注的三项"), worst),
        _extremes(book, books, Text("The three that stand best", "进展最好的三项"), best),
        _platforms(book, books),
        stores_economics(book, books.values()),
    ]
    shown = [part for part in parts if isinstance(part, Table) and part.rows]
    return Stack([*shown, company_alignment(book, books), *notices])


def _worst_and_best(order: Sequence[Ranked]) -> tuple[Sequence[Ranked], Sequence[Ranked]]:
    """Return the few at either end, none twice; those that stand well are not among the worst."""
    worst = [one for one in order[:_FEW] if one.state.status.colour != "good"]
    return worst, [one for one in reversed(order) if one not in worst][:_FEW]


def _books(book: Book) -> tuple[dict[str, Book], list[str]]:
    """Open every store that has a sheet for the quarter; those whose data are missing are named."""
    found, unable = {}, []
    for name in book.workbook.stores():
        if name == book.store.store:
            found[name] = book
        elif book.workbook.sheet_path(name, book.quarter).exists():
            try:
                found[name] = open_book(name, str(book.quarter), book.as_of, book.locale, home=book.workbook.home)
            except DataError as bad:
                unable.append(bad.in_(book.locale))
    return {name: one for name, one in found.items() if one.sheet}, unable


def _revenue(book: Book) -> Decimal | None:
    return book.facts("revenue")[0].value


def _stores(book: Book, books: dict[str, Book], cards: dict[str, Scorecard]) -> Table:
    columns = [
        Column("store", book.say(Text("Store", "店铺")), wide=True),
        *([Column("data_to", book.say(_DATA_TO))] if any(books[name].data_to for name in cards) else []),
        Column("status", book.say(Text("Weakest key result", "最弱的关键结果"))),
        Column("progress", book.say(Text("Progress", "进度"))),
        Column("chance", book.say(Text("Least chance", "最低把握"))),
        Column(
            "met", book.say(_REACHED if all(card.sheet.state == "closed" for card in cards.values()) else _MET), "right"
        ),
        *(
            [Column("score", book.say(Text("Score", "评分")), "right")]
            if any(score_of(card).measured for card in cards.values())
            else []
        ),
        Column("revenue", book.say(Text("Revenue so far", "目前销售额")), "right"),
        Column("year", book.say(Text("On last year", "同比")), "right"),
    ]
    revenue = {name: _revenue(books[name]) for name in cards}
    currency = {name: books[name].store.currency for name in cards}
    known = {name: value for name, value in revenue.items() if value is not None}
    rows = [_store_row(books[name], card, revenue[name]) for name, card in cards.items()]
    for code, whole in rolled_up(cards, known, currency).items():
        if list(currency.values()).count(code) > 1:
            together = Text("All stores in {code}, weighed by revenue", "{code} 店铺合计（按销售额加权）")
            share = None if whole.value is None else float(whole.value)
            total = sum((known[name] for name in known if currency[name] == code), Decimal(0))
            rows.append({
                "store": book.say(together, code=code), "progress": Bar(share, percent(whole.value, book.locale)),
                "revenue": money(total, code, book.locale),
            })  # fmt: skip
    note = Text(
        "Progress, and the score once closed: the store's objectives by their weight. Least chance: of the key result least "
        "likely to be reached. Met so far: at its target today, which it may still lose; what is outdated does not count. "
        "Stores are rolled up by revenue, and only within one currency.",
        "进度与结项后的评分按各目标权重计算；最低把握指最难达成的一条关键结果；“目前达标”指当前值已到目标，期末前仍可能回落，久未更新的不计；"
        "多店合计按销售额加权，且只在同一币种内合计。",
    )
    return Table(columns, rows, book.say(Text("Stores", "店铺一览")), book.say(note), stacked=True)


def _store_row(book: Book, card: Scorecard, revenue: Decimal | None) -> dict[str, object]:
    done, counted = progress_of(card), [state for state in card.key_results if not state.key_result.guardrail]
    status = weakest(state.status for state in card.key_results)
    chances = [state.probability for state in counted if state.probability is not None]
    year_ago = book.facts("revenue", period=book.to_date.a_year_ago())[0].value
    return {
        "store": book.store.name(book.locale),
        "data_to": short_day(book.data_to or min(book.as_of, book.quarter.end), book.locale),
        "status": pill(book, status),
        "progress": Bar(
            None if done.value is None else float(done.value), percent(done.value, book.locale), status.colour
        ),
        "chance": in_ten(book, min(chances)) if chances else NO_DATA,
        "score": score_text(book, score_of(card).value),
        "met": f"{sum(state.reached for state in counted)} / {len(counted)}",
        "revenue": amount(book, revenue, "money"),
        "year": change(book, revenue, year_ago, CATALOGUE["revenue"]),
    }


def _extremes(book: Book, books: dict[str, Book], title: Text, few: Sequence[Ranked]) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("store", book.say(Text("Store", "店铺"))),
        Column("status", book.say(Text("Status", "状态"))),
        Column("chance", book.say(Text("Chance", "达成把握"))),
        Column("owner", book.say(Text("Owner", "负责人"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": f"{one.state.id} {kr_title(books[one.store], one.state.key_result)}", "status": pill(book, one.state.status),
            "store": books[one.store].store.name(book.locale), "owner": one.state.owner,
            "chance": in_ten(book, one.state.probability) if one.state.probability is not None else NO_DATA,
        }
        for one in few
    ]  # fmt: skip
    return Table(columns, rows, book.say(title), stacked=True)


def _platforms(book: Book, books: dict[str, Book]) -> Table:
    columns = [
        Column("store", book.say(Text("Store", "店铺")), wide=True),
        Column("platform", book.say(Text("Platform", "平台"))),
        *(Column(name, book.say(CATALOGUE[name].label), "right") for name in _COMPARED),
    ]
    rows: list[dict[str, object]] = []
    for one in books.values():
        values = {fact.metric: amount(one, fact.value, CATALOGUE[fact.metric].unit) for fact in one.facts(*_COMPARED)}
        rows.append(
            {"store": one.store.name(book.locale), "platform": platform_name(book, one.store.platform), **values}
        )
    note = Text("The quarter so far, each store in its own currency.", "本季度至今，各店按自己的币种。")
    return Table(
        columns, rows, book.say(Text("Stores and platforms compared", "店铺与平台对比")), book.say(note), stacked=True
    )
