"""The range and its buyers' habits: Pareto, new and slow products, prices, refunds, baskets, hours."""

from __future__ import annotations

import matplotlib.pyplot as plt

from okrlib.analysis import sales, timing
from okrlib.analysis.sales import Pareto, PriceBand, ProductRefunds
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.anchors import REFUNDS
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice
from okrlib.show.stack import Stack
from okrlib.show.table import Bar, Change, Column, Table
from okrlib.show.wording import POINTS, amount
from okrlib.text import Text, day, money, number, percent

_COLOURS = theme.LIGHT
_SHOWN = 10
_NO_LINES = Text("No order lines: products cannot be told apart.", "没有订单明细，无法区分商品。")
_WEEKDAYS = (Text("Mon", "周一"), Text("Tue", "周二"), Text("Wed", "周三"), Text("Thu", "周四"), Text("Fri", "周五"),
             Text("Sat", "周六"), Text("Sun", "周日"))  # fmt: skip


def pareto(book: Book) -> Chart | Notice:
    """How few products bring most of the revenue."""
    found = sales.pareto(book.data, book.to_date)
    if found is None:
        return Notice("none", book.say(_NO_LINES))
    best, count = found.classes[0], len(found.cumulative)
    text = Text(
        "{n} of {all} products sold ({x}) bring {y} of product revenue: class A.",
        "{all} 款动销商品中，{n} 款（{x}）贡献了商品支付金额的 {y}，即 A 类。"
    )  # fmt: skip
    told = book.say(
        text, n=number(best.products, book.locale), all=number(count, book.locale),
        x=percent(best.share_of_products, book.locale), y=percent(best.share, book.locale),
    )  # fmt: skip
    with theme.style(book.locale):
        figure, axes = plt.subplots()
        axes.plot([0, *(100 * (n + 1) / count for n in range(count))], [0, *(100 * float(s) for s in found.cumulative)])
        axes.axvline(100 * float(best.share_of_products), color=_COLOURS.last_year, ls="--", lw=1.2)
        axes.set_ylim(0, 104)
        axes.set_xlim(0, 100)
        axes.set_xlabel(book.say(Text("% of products, best first", "商品占比（%，从畅销到滞销）")))
        axes.set_title(book.say(Text("Share of product revenue, %", "累计支付金额占比（%）")))
    return Chart(figure, told, told, _classes(book, found), book.locale)


def _classes(book: Book, found: Pareto) -> Table:
    labels = [Text("Class", "分类"), Text("Products", "商品数"), Text("of products", "商品占比"), Text("Revenue", "支付金额"),
              Text("of revenue", "金额占比")]  # fmt: skip
    rows = [
        [one.name, number(one.products, book.locale), percent(one.share_of_products, book.locale, 1),
         amount(book, one.revenue, "money"), percent(one.share, book.locale, 1)]
        for one in found.classes
    ]  # fmt: skip
    return Table.plain([book.say(label) for label in labels], rows)


def new_and_slow(book: Book) -> Stack:
    """New products with what they brought; listed products that sold nothing."""
    return Stack([_new(book), _slow(book)])


def _new(book: Book) -> Table | Notice:
    found = sales.new_products(book.data, book.to_date)[:_SHOWN]
    if not found:
        text = Text("No product was first sold in the last {n} days.", "近 {n} 天没有首次售出的新品。")
        return Notice("none", book.say(text, n=sales.NEW_FOR))
    labels = [
        Text("New product", "新品"),
        Text("First sold", "首次售出"),
        Text("Units", "件数"),
        Text("Revenue", "支付金额"),
        Text("Share", "占比"),
    ]
    rows = [
        [one.title, day(one.first_sold, book.locale), number(one.units, book.locale), amount(book, one.revenue, "money"),
         percent(one.share, book.locale, 1)]
        for one in found
    ]  # fmt: skip
    return Table.plain([book.say(label) for label in labels], rows, book.say(Text("New products", "新品表现")))


def _slow(book: Book) -> Table | Notice:
    found = sales.slow_movers(book.data, book.to_date)
    if not found:
        no_list = Text("No product list: slow movers cannot be told.", "没有商品清单，无法识别滞销商品。")
        all_sold = Text("No slow movers: every listed product was sold.", "没有滞销商品：清单中的商品全部动销。")
        return Notice("none", book.say(no_list if found is None else all_sold))
    labels = [
        Text("Without a sale", "滞销商品"),
        Text("Category", "类目"),
        Text("Last sold", "最近售出"),
        Text("In stock", "库存"),
    ]
    rows = [
        [one.title, one.category, day(one.last_sold, book.locale), number(one.stock, book.locale)]
        for one in found[:_SHOWN]
    ]
    text = Text("Slow movers: {n} listed products without a sale this quarter", "滞销商品：清单中有 {n} 款本季未售出")
    return Table.plain([book.say(label) for label in labels], rows, book.say(text, n=len(found)))


def price_bands(book: Book) -> Table | Notice:
    """What is sold at which price."""
    found = sales.price_bands(book.data, book.to_date)
    if not found:
        return Notice("none", book.say(_NO_LINES))
    columns = [
        Column("band", book.say(Text("Price paid per unit", "成交单价"))),
        Column("units", book.say(Text("Units", "件数")), "right"),
        Column("revenue", book.say(Text("Revenue", "支付金额")), "right"),
        Column("share", book.say(Text("Share", "占比"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "band": _band(book, one), "units": number(one.units, book.locale), "revenue": amount(book, one.revenue, "money"),
            "share": Bar(None if one.share is None else float(one.share), percent(one.share, book.locale, 1)),
        }
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Price bands", "价格带")))


def _band(book: Book, one: PriceBand) -> str:
    low, high = (
        None if x is None else money(x, book.store.currency, book.locale, cents=x != int(x))
        for x in (one.low, one.high)
    )
    if low is None or high is None:
        text = Text("{x} and more", "{x} 及以上") if high is None else Text("below {x}", "{x} 以下")
        return book.say(text, x=low or high or "–")
    return book.say(Text("{low} to below {high}", "{low} 至 {high}（不含）"), low=low, high=high)


def product_refunds(book: Book) -> Stack:
    """Products for which most was given back, against the half year before, and the reasons buyers gave."""
    rows, reason = sales.refunds_by_product(book.data, book.to_date)
    if reason:
        text = Text("No refunds by product: {why}.", "无法按商品看退款：{why}。")
        return Stack([Notice("none", book.say(text, why=book.say(reason))), *_risen(book)])
    if not rows:
        return Stack([Notice("none", book.say(Text("Nothing was given back for any product.", "没有商品发生退款。")))])
    columns = [
        Column("title", book.say(Text("Product", "商品"))),
        Column("paid", book.say(Text("Paid", "支付金额")), "right"),
        Column("back", book.say(Text("Given back", "退款金额")), "right"),
        Column("rate", book.say(Text("Share", "退款占比")), "right"),
        Column("change", book.say(Text("on the half year before", "较前半年")), "right"),
    ]
    caption = book.say(Text("Refunds by product", "商品退款"))
    return Stack([Table(columns, [_refund_row(book, one) for one in rows], caption, anchor=REFUNDS), *_reasons(book)])


def _risen(book: Book) -> list[Table]:
    """The products whose refunds have risen, where only whole orders tell what was given back."""
    found = [one for one in book.matters if one.kind == "refunds"]
    labels = [Text("Product", "商品"), Text("Share that came back", "退款占比"), Text("in the year before", "此前一年")]
    rows = [
        [book.say(one.label), *(percent(rate, book.locale, 1) for rate in (one.value, one.comparison))] for one in found
    ]
    note = Text(
        "What an order gave back is shared over its products by what was paid for them.",
        "整单退款按各商品实付金额分摊。",
    )
    columns = [Column(str(n), book.say(label), "right" if n else "left") for n, label in enumerate(labels)]
    cells = [{str(n): cell for n, cell in enumerate(row)} for row in rows]
    return [Table(columns, cells, note=book.say(note), anchor=REFUNDS)] if found else []


def _refund_row(book: Book, one: ProductRefunds) -> dict[str, object]:
    moved = None if one.rate_before is None else round((one.rate - one.rate_before) * 100, 1)
    text = (
        None
        if moved is None
        else f"{'+' if moved > 0 else ''}{number(moved or abs(moved), book.locale, 1)} {book.say(POINTS)}"
    )
    return {
        "title": one.title, "paid": amount(book, one.paid, "money"), "back": amount(book, one.refunded, "money"),
        "rate": percent(one.rate, book.locale, 1),
        "change": None if text is None or moved is None else Change(text, moved < 0 if moved else None),
    }  # fmt: skip


def _reasons(book: Book) -> list[Table]:
    found = sales.refund_reasons(book.data, book.to_date)[:_SHOWN]
    if len(found) < 2:
        return []  # one reason for everything explains nothing
    unknown = book.say(Text("not recorded", "未记录"))
    rows = [
        [one.reason or unknown, amount(book, one.amount, "money"), percent(one.share, book.locale, 1)] for one in found
    ]
    labels = [
        book.say(label) for label in (Text("Reason", "退款原因"), Text("Given back", "退款金额"), Text("Share", "占比"))
    ]
    return [Table.plain(labels, rows, book.say(Text("Why it came back", "退款原因")))] if rows else []


def bought_together(book: Book) -> Table | Notice:
    """Products that are bought in one order more often than by chance."""
    found = sales.pairs(book.data, book.to_date)
    if not found:
        none = Text("No two products are bought together more often than by chance.", "没有明显的连带购买组合。")
        return Notice("none", book.say(none))
    labels = [Text("Who buys", "买了"), Text("often takes", "常同时买"), Text("Orders", "订单数"), Text("Support", "支持度"),
              Text("Confidence", "置信度"), Text("Lift", "提升度")]  # fmt: skip
    rows = [
        [one.first, one.second, number(one.orders, book.locale), percent(one.support, book.locale, 1),
         percent(one.confidence, book.locale), number(one.lift, book.locale, 1)]
        for one in found
    ]  # fmt: skip
    note = Text(
        "Support: of all orders, those with both. Confidence: of those with the first, those with the second too. "
        "Lift: times as often as by chance.",
        "支持度：同时含两者的订单占全部订单的比例；置信度：买了前者的订单中也买后者的比例；提升度：相当于随机情况的倍数。",
    )
    caption = book.say(Text("Bought together", "连带购买"))
    return Table.plain([book.say(label) for label in labels], rows, caption, book.say(note))


def buying_hours(book: Book) -> Chart | Notice:
    """At which hour of the day buyers pay."""
    found = timing.clock(book.data, book.to_date)
    if found is None:
        return Notice("none", book.say(Text("No paid order yet.", "还没有付款订单。")))
    hours, total = found.by_hour, sum(found.by_hour)
    best = max(range(24), key=lambda hour: hours[hour])
    top = max(range(7), key=lambda weekday: found.a_day[weekday])
    text = Text(
        "Most buyers pay between {a}:00 and {b}:00 ({x} of orders), most on {d}.",
        "付款最集中在 {a}–{b} 点（占订单的 {x}），{d}订单最多。",
    )
    days = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
    name = Text(days[top], _WEEKDAYS[top].zh)
    if len(set(found.a_day)) == 1:
        text = Text(text.en.replace(", most on {d}", ""), text.zh.replace("，{d}订单最多", ""))
    told = book.say(text, a=best, b=best + 1, x=percent(hours[best] / total, book.locale, 1), d=book.say(name))
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 3.0))
        axes.bar(range(24), [100 * n / total for n in hours], color=_COLOURS.this_year, width=0.8)
        axes.set_xticks(range(0, 24, 3), [f"{hour}:00" for hour in range(0, 24, 3)])
        axes.set_title(book.say(Text("Orders by hour of payment, %", "各时段付款订单占比（%）")))
    labels = [book.say(Text("Weekday", "星期")), book.say(Text("Orders on such a day", "日均订单"))]
    rows = [[book.say(_WEEKDAYS[n]), number(found.a_day[n], book.locale, 1)] for n in range(7)]
    return Chart(figure, told, told, Table.plain(labels, rows), book.locale)
