"""Our place in the market: shares of each category's sales and searches, beside last year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from okrlib.analysis.lenses import segment_label
from okrlib.analysis.market import Place, market_places, search_places
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.anchors import MARKET
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import POINTS, amount, paragraph, segment_name, signed_money
from okrlib.text import NO_DATA, Text, ends, number, percent, signed_percent

_COLOURS = theme.LIGHT
_NO_MARKET = Text(
    "No market figures: fill in the template market (okr template market) or export the category's sales from the platform.",
    "没有大盘数据：可填写模板 market（okr template market），或从平台导出类目大盘。",
)
_DRAWN = 6  # all told and the five largest categories; the table has every one
_ALL = Text("all told", "合计")
_LARGEST = Text(
    "Drawn are the {n} largest categories; the table has every one.", "图中只画最大的 {n} 个类目，数据表列出全部类目。"
)


def market_share(book: Book) -> Stack | Notice:
    """Our share of each category's sales and of its searches, beside last year."""
    places = market_places(book.data, book.to_date)
    if not places:
        return Notice("none", book.say(_NO_MARKET))
    searches = search_places(book.data, book.to_date)
    told = [*_share_sentences(book, places), *_search_sentences(book, searches)]
    title = Text("Each category: its size, our share, rank and searches", "分类目：大盘、占有率、排名与搜索")
    table = Fold(book.say(title), [_share_table(book, places, searches)])
    return Stack([Passage([paragraph(book, told)]), _share_chart(book, places), table])


def _share_sentences(book: Book, places: list[Place]) -> Iterator[str]:
    first = places[0]
    a, b = ends(first.days.start, first.days.end, book.locale)
    text = Text(
        "Of {whole} that buyers spent in our categories from {a} to {b}, {share} came to us.",
        "{a}至{b}，所售类目大盘成交 {whole}，本店占 {share}。",
    )
    yield book.say(text, whole=amount(book, first.now.whole, "money"), a=a, b=b,
                   share=percent(first.now.share, book.locale, 2))  # fmt: skip
    if first.won is None or first.last_year is None:
        yield book.say(Text("Last year's market is not told.", "没有去年的大盘数据，无法同比。"))
        return
    then = percent(first.last_year.share, book.locale, 2)
    if round(first.won) == 0:
        yield book.say(Text("A year ago it was as much.", "与去年同期持平。"))
    else:
        text = Text(
            "A year ago it was {then}: {moved}, worth {money}.", "去年同期为 {then}，变动 {moved}，折合 {money}。"
        )
        yield book.say(text, then=then, moved=_points(book, first), money=signed_money(book, first.won))
    yield _best_and_worst(book, [one for one in places[1:] if one.won])


def _best_and_worst(book: Book, places: list[Place]) -> str:
    """In which category most was won and lost."""
    moved = sorted(places, key=lambda one: one.won or Decimal(0))
    if len(moved) < 2:
        return ""
    worst, best = moved[0], moved[-1]
    if (best.won or 0) < 0:
        text = Text(
            "Every category lost: {b} most ({y}), {a} least ({x}).", "各类目均下滑：{b}最多（{y}），{a}最少（{x}）。"
        )
    elif (worst.won or 0) > 0:
        text = Text(
            "Every category won: {a} most ({x}), {b} least ({y}).", "各类目均提升：{a}最多（{x}），{b}最少（{y}）。"
        )
    else:
        text = Text("Most was won in {a} ({x}), most lost in {b} ({y}).", "{a}提升最多（{x}），{b}下滑最多（{y}）。")
    return book.say(
        text, a=_name(book, best), x=signed_money(book, best.won), b=_name(book, worst), y=signed_money(book, worst.won)
    )


def _points(book: Book, one: Place) -> str:
    if one.now.share is None or one.last_year is None or one.last_year.share is None:
        return NO_DATA
    moved = (one.now.share - one.last_year.share) * 100
    return f"{'+' if moved > 0 else ''}{number(moved, book.locale, 2)} {book.say(POINTS)}"


def _search_sentences(book: Book, places: list[Place]) -> Iterator[str]:
    if not places:
        return
    first = places[0]
    text = Text(
        "Our brand was searched {n} times, {share} of the category's searches", "品牌搜索 {n} 次，占类目搜索的 {share}"
    )
    told = book.say(text, n=number(first.now.ours, book.locale), share=percent(first.now.share, book.locale, 2))
    if first.last_year and first.last_year.ours:
        moved = first.now.ours / first.last_year.ours - 1
        told += book.say(Text(" ({x} on last year)", "（同比 {x}）"), x=signed_percent(moved, book.locale))
    yield told + book.say(Text(".", "。"))


def _name(book: Book, one: Place) -> str:
    return book.say(_ALL) if one.category is None else segment_name(book, segment_label("category", one.category))


def _share_chart(book: Book, places: list[Place]) -> Chart:
    told = Text("Market share this year and last: {each}.", "今年与去年的市场占有率：{each}。")
    labels = [
        book.say(label) for label in (Text("Category", "类目"), Text("this year", "今年"), Text("last year", "去年"))
    ]
    rows = [
        [
            _name(book, one),
            percent(one.now.share, book.locale, 2),
            percent(one.last_year.share if one.last_year else None, book.locale, 2),
        ]
        for one in places
    ]
    each = book.say(Text("; ", "；")).join(" ".join(row) for row in rows)
    return Chart(
        _share_figure(book, places[:_DRAWN]),
        book.say(told, each=each),
        book.say(_LARGEST, n=_DRAWN - 1) if len(places) > _DRAWN else "",
        Table.plain(labels, rows),
        book.locale,
        MARKET,
    )


def _share_figure(book: Book, places: list[Place]) -> Figure:
    now = [100 * float(one.now.share or 0) for one in places]
    then = [
        100 * float(one.last_year.share) if one.last_year and one.last_year.share is not None else np.nan
        for one in places
    ]
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 0.9 + 0.37 * len(places)))
        at = np.arange(len(places))
        axes.barh(at - 0.18, now, height=0.34, color=_COLOURS.this_year, label=book.say(Text("this year", "今年")))
        if not all(np.isnan(then)):
            axes.barh(at + 0.2, then, height=0.26, color=_COLOURS.last_year, label=book.say(Text("last year", "去年")))
        top = max(*now, *(value for value in then if not np.isnan(value)), 0.01)
        for place, (value, before) in enumerate(zip(now, then, strict=True)):
            axes.text(value + top * 0.015, place - 0.18, percent(value / 100, book.locale, 2), va="center", fontsize=10)
            if not np.isnan(before):
                axes.text(before + top * 0.015, place + 0.2, percent(before / 100, book.locale, 2), va="center", fontsize=9,
                          color=_COLOURS.muted)  # fmt: skip
        axes.set_yticks(at, [_name(book, one) for one in places])
        axes.invert_yaxis()
        axes.set_xlim(0, top * 1.15)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.set_title(book.say(Text("Market share", "市场占有率")))
        figure.legend(ncols=2, loc="outside lower center")
    return figure


def _share_table(book: Book, places: list[Place], searches: list[Place]) -> Table:
    of_search = {one.category: one for one in searches}
    columns = [
        Column("name", book.say(Text("Category", "类目"))),
        Column("whole", book.say(Text("Market", "大盘成交额")), "right"),
        Column("growth", book.say(Text("its growth", "大盘同比")), "right"),
        Column("share", book.say(Text("Our share", "本店占比")), "right"),
        Column("moved", book.say(Text("on last year", "较去年")), "right"),
        Column("won", book.say(Text("worth", "折合金额")), "right"),
        Column("rank", book.say(Text("Rank", "排名")), "right"),
        Column("search", book.say(Text("Share of search", "搜索占比")), "right"),
    ]
    rows = [_share_row(book, one, of_search.get(one.category)) for one in places]
    note = Text(
        "Only days, weeks and months told to their end count, on both sides. Worth: the change of our share times today's market.",
        "只计已完整统计的日、周或月，双方同口径。折合金额 = 占有率变化 × 本期大盘。",
    )
    return Table(columns, rows, book.say(Text("Our place in the market", "市场地位")), book.say(note))


def _share_row(book: Book, one: Place, search: Place | None) -> dict[str, object]:
    then = one.last_year
    growth = None if then is None or not then.whole else signed_percent(one.now.whole / then.whole - 1, book.locale)
    won = None if one.won is None else Change(signed_money(book, one.won), one.won > 0 if one.won else None)
    rank = None if one.rank is None else number(one.rank, book.locale)
    if one.rank is not None and one.rank_before is not None:
        rank = book.say(Text("{n} (was {m})", "{n}（去年 {m}）"), n=one.rank, m=one.rank_before)
    return {
        "name": _name(book, one), "whole": amount(book, one.now.whole, "money"), "growth": growth, "won": won, "rank": rank,
        "share": percent(one.now.share, book.locale, 2), "moved": None if then is None else _points(book, one),
        "search": percent(search.now.share, book.locale, 2) if search else None,
    }  # fmt: skip
