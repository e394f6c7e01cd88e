"""Competitors beside us: where we are stronger and weaker, prices of matching articles, ratings, range, promotions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from okrlib.analysis.rivals import Beside, Competition, Matched, Rival, Side, competition
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Part, Stack
from okrlib.show.table import Column, Table
from okrlib.show.wording import POINTS, amount, listed, paragraph
from okrlib.text import Text, day, number, percent, signed_percent

_COLOURS = theme.LIGHT
_NO_RIVALS = Text(
    "Nobody looked at competitors this quarter: the template competitors (okr template competitors) takes prices, promotions and ratings.",
    "本季没有竞品记录：可用模板 competitors（okr template competitors）记录竞品价格、促销与评分。",
)
_MOST = 12


def competitors(book: Book) -> Stack | Notice:
    """Each competitor beside us, where we are stronger and weaker and by how much, and the prices of matching articles."""
    found = competition(book.data, book.to_date)
    if found is None:
        return Notice("none", book.say(_NO_RIVALS))
    detail: list[Part] = [_rivals(book, found), *([_prices(book, found.matched)] if found.matched else [])]
    detail += [price_indices(book, found)] if found.prices else []
    title = Text("Side by side: range, prices, promotions, ratings", "逐项对比：商品、价格、促销、评分")
    return Stack([Passage([paragraph(book, _standing(book, found))]), Fold(book.say(title), detail)])


_STRONGER = {
    "price": Text("cheaper than {rivals}", "价格低于{rivals}"),
    "rating": Text("rated above {rivals}", "评分高于{rivals}"),
    "promotions": Text("on promotion more often than {rivals}", "促销频率高于{rivals}"),
}
_WEAKER = {
    "price": Text("dearer than {rivals}", "价格高于{rivals}"),
    "rating": Text("rated below {rivals}", "评分低于{rivals}"),
    "range": Text("with a smaller range than {rivals}", "同类目商品少于{rivals}"),
    "promotions": Text("on promotion less often than {rivals}", "促销频率低于{rivals}"),
}
_BY: dict[Side, Text] = {
    "price": Text("{x}", "{x}"),
    "rating": Text("{x} stars", "{x} 星"),
    "range": Text("by {x}", "{x} 款"),
    "promotions": Text("{x}", "{x}"),
}


def _standing(book: Book, found: Competition) -> Iterator[str]:
    """Where we are stronger and weaker, and by how much, in one sentence; then what stands out."""
    sides = {
        True: (Text("we are stronger, {what}", "本店占优：{what}"), _STRONGER),
        False: (Text("we are weaker, {what}", "本店落后：{what}"), _WEAKER),
    }
    told = [
        book.say(text, what=book.say(Text("; ", "；")).join(each))
        for side, (text, words) in sides.items()
        if (each := list(_each(book, [one for one in found.beside if one.stronger is side], words)))
    ]
    if told:
        whole = book.say(Text("; but ", "。")).join(told)
        yield book.say(Text("{whole}.", "{whole}。"), whole=whole[:1].upper() + whole[1:])
    if all(one.stronger is None for one in found.beside):
        yield book.say(Text("We are level with every competitor on what is told.", "在已记录的方面，与竞品不相上下。"))
    yield from _by_category(book, found)
    if missing := [one.category for one in found.ranges if not one.ours]:
        yield book.say(
            Text("Offered by competitors, not sold by us: {what}.", "竞品有而本店未售的类目：{what}。"),
            what=listed(book, missing),
        )
    cuts = [one for one in found.rivals if one.moved is not None and abs(one.moved) >= Decimal("0.01")]
    for one in cuts:
        text = Text("{rival} has cut its prices by {x} since before the quarter.", "{rival}较季前降价 {x}。")
        if (one.moved or 0) > 0:
            text = Text("{rival} has raised its prices by {x} since before the quarter.", "{rival}较季前涨价 {x}。")
        yield book.say(text, rival=one.name, x=percent(abs(one.moved or Decimal(0)), book.locale, 1))


def _each(book: Book, found: list[Beside], words: Mapping[str, Text]) -> Iterator[str]:
    """One thing after the other, with the competitors on it and by how much."""
    for side, text in words.items():
        by = Text("{rival} ({x})", "{rival}（{x}）")
        rivals = [book.say(by, rival=one.rival, x=_by(book, one)) for one in found if one.side == side]
        if rivals:
            yield book.say(text, rivals=listed(book, rivals))


def _by(book: Book, one: Beside) -> str:
    gap = abs(one.ours - one.theirs)
    if one.side == "price":
        return percent(gap, book.locale, 1)
    if one.side == "promotions":
        return f"{number(gap * 100, book.locale)} {book.say(POINTS)}"
    return book.say(_BY[one.side], x=number(gap, book.locale, 1 if one.side == "rating" else 0))


def _by_category(book: Book, found: Competition) -> Iterator[str]:
    """In which category matching articles of ours are dearest and cheapest."""
    told = sorted((one.index, one.category) for one in found.prices if one.index is not None)
    if len(told) > 1:
        text = Text(
            "By category our matching articles are priced from {low} of theirs in {a} to {high} in {b}.",
            "按类目看，对标商品价格相当于竞品的 {low}（{a}）至 {high}（{b}）。",
        )
        yield book.say(
            text,
            low=percent(told[0][0], book.locale, 1),
            a=told[0][1],
            high=percent(told[-1][0], book.locale, 1),
            b=told[-1][1],
        )


def price_indices(book: Book, found: Competition) -> Table:
    """Our prices against theirs by category: of matching articles, and the means of all."""
    columns = [
        Column("name", book.say(Text("Category", "类目"))),
        Column("matched", book.say(Text("Matching articles", "对标商品")), "right"),
        Column("index", book.say(Text("Our price, theirs = 100", "价格指数（对方=100）")), "right"),
        Column("ours", book.say(Text("Our mean price (articles)", "本店均价（款）")), "right"),
        Column("theirs", book.say(Text("their mean price (articles)", "竞品均价（款）")), "right"),
        Column("mean", book.say(Text("Means, theirs = 100", "均价指数（对方=100）")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "name": one.category, "matched": number(one.matched, book.locale), "index": _index(book, one.index),
            "ours": _mean(book, one.own_mean, one.ours), "theirs": _mean(book, one.their_mean, one.theirs),
            "mean": _index(book, one.mean_index),
        }
        for one in found.prices
    ]  # fmt: skip
    note = Text(
        "Means are over articles, whatever they are: they tell the level at which each side sells, not the same goods.",
        "均价按款平均，商品不尽相同，反映的是价格定位而非同款比价。",
    )
    return Table(columns, rows, book.say(Text("Prices by category", "各类目价格对比")), book.say(note))


def _index(book: Book, index: Decimal | None) -> str | None:
    return None if index is None else number(index * 100, book.locale)


def _mean(book: Book, mean: Decimal | None, articles: int) -> str | None:
    text = Text("{x} ({n})", "{x}（{n}）")
    return None if mean is None else book.say(text, x=amount(book, mean, "money_per_unit"), n=articles)


def _rivals(book: Book, found: Competition) -> Table:
    columns = [
        Column("name", book.say(Text("Competitor", "竞争店铺"))),
        Column("items", book.say(Text("Articles", "商品数")), "right"),
        Column("index", book.say(Text("Our price, theirs = 100", "价格指数（对方=100）")), "right"),
        Column("moved", book.say(Text("their prices", "对方价格变动")), "right"),
        Column("promoted", book.say(Text("on promotion", "促销占比")), "right"),
        Column("promotions", book.say(Text("Promotions", "促销活动"))),
        Column("rating", book.say(Text("Rating", "评分")), "right"),
        Column("reviews", book.say(Text("Reviews", "评价数")), "right"),
        Column("sales", book.say(Text("Sales of 30 days", "近 30 天销售额")), "right"),
        Column("complaints", book.say(Text("Complaints", "主要抱怨"))),
    ]
    note = Text(
        "As last looked at by {looked}. Our price is what a unit brought this quarter, over matching articles. Promotions: share of "
        "looks that found one, for us of orders with a discount. A difference is told from 3% of price, 0.1 stars, a "
        "fifth of the range, 10 points of promotion.",
        "以 {looked} 前最近一次记录为准。本店价格为本季对标商品的成交单价；促销占比为记录中有促销的比例，本店为有优惠的订单比例。"
        "价格差 3%、评分差 0.1 星、商品数差两成、促销差 10 个百分点以上才算差距。",
    )  # fmt: skip
    rows = [_rival_row(book, one) for one in found.rivals]
    rows.append({
        "name": book.say(Text("our store", "本店")), "rating": number(found.rating, book.locale, 2),
        "promoted": percent(found.promoted, book.locale), "index": None,
    })  # fmt: skip
    return Table(
        columns, rows, book.say(Text("Competitors", "竞争对手")), book.say(note, looked=day(found.looked, book.locale))
    )


def _rival_row(book: Book, one: Rival) -> dict[str, object]:
    index = None if one.index is None else book.say(
        Text("{x} ({n} articles)", "{x}（{n} 款）"), x=number(one.index * 100, book.locale), n=one.matched
    )  # fmt: skip
    separator = book.say(Text("; ", "；"))
    return {
        "name": one.name, "items": number(one.items, book.locale), "index": index,
        "moved": None if one.moved is None else signed_percent(one.moved, book.locale),
        "promoted": percent(one.promoted, book.locale), "promotions": separator.join(one.promotions) or None,
        "rating": number(one.rating, book.locale, 2), "reviews": number(one.reviews, book.locale),
        "sales": amount(book, one.sales, "money"), "complaints": separator.join(one.complaints) or None,
    }  # fmt: skip


_PRICE_COLUMNS = (
    Text("Our article", "本店商品"), Text("Competitor", "竞争店铺"), Text("Its article", "竞品"), Text("Our price", "本店成交价"),
    Text("its price", "竞品售价"), Text("we are", "本店价差"), Text("Promotion", "促销"),
)  # fmt: skip


def _prices(book: Book, matched: tuple[Matched, ...]) -> Chart:
    ranked = sorted(matched, key=lambda one: (one.index, one.title, one.competitor))
    shown = ranked if len(ranked) <= _MOST else [*ranked[: _MOST // 2], *ranked[-_MOST // 2 :]]
    dearer = sum(one.index > 1 for one in matched)
    text = Text(
        "On {n} of {all} matching articles we are dearer; the widest gap is “{title}” beside “{rival}”: {x}.",
        "{all} 款对标商品中 {n} 款比对方贵；差距最大的是“{title}”（对比“{rival}”）：{x}。",
    )
    widest = max(matched, key=lambda one: abs(one.index - 1))
    told = book.say(text, n=dearer, all=len(matched), title=widest.title, rival=widest.competitor,
                    x=signed_percent(widest.index - 1, book.locale))  # fmt: skip
    labels = [book.say(label) for label in _PRICE_COLUMNS]
    rows = [
        [one.title, one.competitor, one.item, amount(book, one.own_price, "money_per_unit"), amount(book, one.price, "money_per_unit"),
         signed_percent(one.index - 1, book.locale), one.promotion]
        for one in ranked
    ]  # fmt: skip
    return Chart(_price_figure(book, shown), told, told, Table.plain(labels, rows), book.locale)


def _price_figure(book: Book, shown: list[Matched]) -> Figure:
    gaps = [100 * float(one.index - 1) for one in shown]
    wide = max(abs(gap) for gap in gaps) or 1
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 1.0 + 0.36 * len(shown)))
        axes.barh(
            range(len(shown)), gaps, color=[_COLOURS.bad if gap > 0 else _COLOURS.good for gap in gaps], height=0.6
        )
        for place, gap in enumerate(gaps):
            beside = gap + wide * (0.02 if gap >= 0 else -0.02)
            words = signed_percent(gap / 100, book.locale, 0)
            axes.text(beside, place, words, ha="left" if gap >= 0 else "right", va="center", fontsize=9.5)
        axes.set_yticks(range(len(shown)), [_short(f"{one.title} · {one.competitor}") for one in shown], fontsize=9)
        axes.invert_yaxis()
        axes.axvline(0, color=_COLOURS.muted, lw=1)
        axes.set_xlim(-wide * 1.2, wide * 1.2)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.set_title(book.say(Text("Our price against theirs, %", "本店价格与竞品相比（%）")))
    return figure


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
