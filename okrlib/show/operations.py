"""Stock, parcels and what buyers say of them: how long goods lie, whether promises are kept, what bad reviews are about."""

from __future__ import annotations

from decimal import Decimal

from okrlib.analysis.facts import Fact, facts
from okrlib.analysis.inventory import KEPT_DAYS, SLOW_DAYS, Inventory, Stocked
from okrlib.analysis.inventory import inventory as stock_of
from okrlib.analysis.lenses import Compared, compared
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.service import Punctual, Topic, late_and_on_time, shipping_from_orders, topics
from okrlib.book import Book
from okrlib.show.anchors import SERVICE, STOCK
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Bar, Column, Table
from okrlib.show.wording import amount, change, listed, paragraph
from okrlib.text import Text, day, number, percent

_SHOWN = 5


def inventory(book: Book) -> Stack | Notice:
    """What lies in stock, how often it turns, what moves too slowly, and what was sold out."""
    found = stock_of(book.data, book.to_date)
    if found is None:
        why = facts(book.data, book.to_date, ["closing_units"])[0].reason or Text("no stock counts", "没有库存数据")
        return Notice("none", book.say(Text("Inventory: {why}.", "库存：{why}。"), why=book.say(why)))
    says = [_turns(book, found), *_slow_says(book, found), *_empty_says(book, found)]
    slow, every = (
        Text("Moves too slowly: {first} above all", "滞销与积压：以{first}为主"),
        Text("Every article in stock ({n})", "全部在库商品（{n} 款）"),
    )
    worst = found.slow[:_SHOWN]
    return Stack([
        Passage([paragraph(book, says)]),
        *([Fold(book.say(slow, first=worst[0].title), [_stock_table(book, worst, STOCK)])] if worst else []),
        Fold(book.say(every, n=len(found.articles)), [_stock_table(book, found.articles)]),
    ])  # fmt: skip


def _turns(book: Book, found: Inventory) -> str:
    rows = facts(book.data, book.to_date, ["inventory_turnover", "inventory_days", "sell_through"])
    if why := next((row.reason for row in rows if row.reason), None):
        units = sum(one.on_hand for one in found.articles)
        text = Text(
            "On {day} {n} units lay in stock; how often they turn cannot be told: {why}.",
            "{day} 库存 {n} 件；周转情况暂无法计算：{why}。",
        )
        return book.say(text, day=day(found.counted, book.locale), n=number(units, book.locale), why=book.say(why))
    turns, days, through = (row.value for row in rows)
    text = Text(
        "On {day} stock at cost was {value}. In the quarter so far it turned {turns} times: {days} days from purchase to sale; "
        "{through} of what was to be had is sold.",
        "{day} 库存金额（成本）为 {value}；本季至今周转 {turns} 次，周转天数 {days} 天，售罄率 {through}。",
    )
    return book.say(
        text, day=day(found.counted, book.locale), value=amount(book, found.value, "money"), turns=number(turns, book.locale, 2),
        days=number(days, book.locale), through=percent(through, book.locale),
    )  # fmt: skip


def _slow_says(book: Book, found: Inventory) -> list[str]:
    if not found.slow:
        return [book.say(Text("Nothing lies longer than {n} days.", "没有超过 {n} 天的积压。"), n=SLOW_DAYS)]
    dead = [one for one in found.slow if one.supply is None]
    text = Text(
        "Articles that would last longer than {limit} days: {n}, of which without any sale in three months: {dead}. Beyond {kept} "
        "days' need they tie up {excess}.",
        "{n} 款商品可售天数超过 {limit} 天，其中 {dead} 款近三个月零销售；超出 {kept} 天用量的部分占用 {excess}。",
    )
    return [
        book.say(
            text, n=len(found.slow), limit=SLOW_DAYS, dead=len(dead), kept=KEPT_DAYS,
            excess=amount(book, found.excess, "money"),
        )
    ]  # fmt: skip


def _empty_says(book: Book, found: Inventory) -> list[str]:
    empty = [one for one in found.articles if one.sold_out]
    if not empty:
        return [book.say(Text("No article was sold out.", "没有商品断货。"))]
    worst = max(empty, key=lambda one: one.missed)
    text = Text(
        "Articles that were sold out: {n}, for {days} days in all, {worst} above all. At the usual pace that cost {missed}.",
        "{n} 款商品断货共 {days} 天，以{worst}为主，按平时速度损失约 {missed}。",
    )
    days = sum(one.sold_out for one in empty)
    return [book.say(text, n=len(empty), days=days, worst=worst.title, missed=amount(book, found.missed, "money"))]


def _stock_table(book: Book, articles: tuple[Stocked, ...], anchor: str = "") -> Table:
    columns = [
        Column("title", book.say(Text("Article", "商品"))),
        Column("on_hand", book.say(Text("In stock", "库存")), "right"),
        Column("value", book.say(Text("At cost", "库存金额")), "right"),
        Column("supply", book.say(Text("Lasts, days", "可售天数")), "right"),
        Column("excess", book.say(Text("Beyond need", "积压金额")), "right"),
        Column("last", book.say(Text("Last sold", "最近售出"))),
        Column("out", book.say(Text("Days sold out", "断货天数")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": one.title, "on_hand": number(one.on_hand, book.locale), "value": amount(book, one.value, "money"),
            "supply": number(one.supply, book.locale) if one.supply is not None else book.say(Text("no sale", "零销售")),
            "excess": amount(book, one.excess, "money"), "last": day(one.last_sold, book.locale),
            "out": number(one.sold_out, book.locale),
        }
        for one in articles
    ]  # fmt: skip
    return Table(columns, rows, anchor=anchor)


_PROMISES = ("on_time_shipping", "on_time_delivery", "review_score", "bad_review_share", "satisfaction")


def logistics_and_service(book: Book) -> Stack:
    """Promises kept, and what buyers say: against last quarter and last year, by late and on time, by topic."""
    rows = compared(book.data, book.period, *_PROMISES)
    columns = [
        Column("name", book.say(Text("Measure", "指标"))),
        Column("now", book.say(Text("Quarter to date", "本季至今")), "right"),
        Column("quarter", book.say(Text("on last quarter", "环比")), "right"),
        Column("year", book.say(Text("on last year", "同比")), "right"),
    ]
    told = [row for row in rows if row.now.value is not None]
    table = Table(columns, [
        {
            "name": book.say(CATALOGUE[row.metric].label), "now": amount(book, row.now.value, row.now.unit),
            "quarter": change(book, row.now.value, row.last_quarter.value, CATALOGUE[row.metric]),
            "year": change(book, row.now.value, row.last_year.value, CATALOGUE[row.metric]),
        }
        for row in told
    ], anchor=SERVICE)  # fmt: skip
    says = [*_kept(book, rows), *_by_time(book, late_and_on_time(book.data, book.to_date))]
    return Stack([
        *_silent(book, [row.now for row in rows]),
        *_from_orders(book),
        *([Passage([paragraph(book, says)])] if says else []),
        *([table] if told else []),
        *_topics(book, topics(book.data, book.to_date)),
    ])  # fmt: skip


def _from_orders(book: Book) -> list[Passage]:
    """Say that on-time shipping is counted from the orders, and by which promise."""
    hours = book.rules.on(book.as_of).ship_within
    if hours is None or not shipping_from_orders(book.data):
        return []
    text = Text(
        "No parcels are exported: on-time shipping is counted from the orders, by payment and shipping time, against the {hours} "
        "hours that the platform allows.",
        "没有物流导出文件：按时发货率按订单的付款时间与发货时间计算，以平台规定的付款后 {hours} 小时内发货为准。",
    )
    return [Passage([book.say(text, hours=hours)])]


def _kept(book: Book, rows: list[Compared]) -> list[str]:
    """Say how many parcels left and arrived as promised, each beside last year."""
    words = {
        "on_time_shipping": Text("{now} of parcels left as promised{then}.", "按时发货率 {now}{then}。"),
        "on_time_delivery": Text("{now} arrived as promised{then}.", "按时送达率 {now}{then}。"),
    }
    then = Text(" ({x} a year ago)", "（去年同期 {x}）")
    return [
        book.say(
            words[row.metric], now=percent(row.now.value, book.locale, 1),
            then="" if row.last_year.value is None else book.say(then, x=percent(row.last_year.value, book.locale, 1)),
        )
        for row in rows if row.metric in words and row.now.value is not None
    ]  # fmt: skip


def _silent(book: Book, rows: list[Fact]) -> list[Notice]:
    whys = dict.fromkeys(book.say(row.reason) for row in rows if row.value is None and row.reason)
    if not whys:
        return []
    text = Text("Not available: {whys}.", "暂无：{whys}。")
    return [Notice("none", book.say(text, whys=book.say(Text("; ", "；")).join(whys)))]


def _by_time(book: Book, found: list[Punctual]) -> list[str]:
    by = {one.late: one for one in found}
    if True not in by or False not in by:
        return []
    text = Text(
        "Buyers whose parcel came in time gave {good} stars ({good_bad} bad reviews of {good_n}), those whose parcel came late {late} "
        "({late_bad} of {late_n}).",
        "按时送达的订单平均 {good} 星（{good_n} 条评价中差评占 {good_bad}），迟到的订单平均 {late} 星（{late_n} 条中占 {late_bad}）。",
    )
    on_time, late = by[False], by[True]
    return [
        book.say(
            text, good=number(on_time.score, book.locale, 2), good_bad=percent(on_time.bad_share, book.locale),
            good_n=on_time.reviews, late=number(late.score, book.locale, 2), late_bad=percent(late.bad_share, book.locale),
            late_n=late.reviews,
        )
    ]  # fmt: skip


def _topics(book: Book, found: list[Topic]) -> list[Fold]:
    if not found:
        return []
    columns = [
        Column("word", book.say(Text("Word", "关键词"))),
        Column("share", book.say(Text("of bad reviews", "占中差评"))),
        Column("good", book.say(Text("of good ones", "占好评")), "right"),
        Column("example", book.say(Text("For example", "例如")), wide=True),
        Column("articles", book.say(Text("Said most of", "主要涉及商品"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "word": one.word, "share": Bar(float(one.share), _of(book, one.share, one.bad)),
            "good": percent(one.elsewhere, book.locale), "example": one.example,
            "articles": book.say(Text(", ", "、")).join(title for title, _ in one.articles[:1]),
        }
        for one in found[:_SHOWN]
    ]  # fmt: skip
    note = Text(
        "Words that reviews of one to three stars use more often than good ones, beyond chance. As written by buyers.",
        "一至三星评价中出现频率显著高于好评的词，原文摘录。",
    )
    table = Table(columns, rows, note=book.say(note), stacked=True)
    title = Text("What bad reviews are about: {words}", "中差评在说什么：{words}")
    return [Fold(book.say(title, words=listed(book, [one.word for one in found[:3]])), [table])]


def _of(book: Book, share: Decimal, count: int) -> str:
    return (
        f"{percent(share, book.locale)} ({count})"
        if book.locale == "en"
        else f"{percent(share, book.locale)}（{count}）"
    )
