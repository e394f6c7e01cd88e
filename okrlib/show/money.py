"""What is left of the money: the steps down from paid revenue, by category, and whether advertising pays."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from okrlib.analysis.economics import STEPS, Economics, Step, Waterfall
from okrlib.analysis.facts import last_quarter
from okrlib.analysis.lenses import segment_label
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.anchors import CATEGORIES, MONEY
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import amount, listed, paragraph, segment_name, short
from okrlib.text import NO_DATA, Text, money, percent

_COLOURS = theme.LIGHT
_LEFT = Text("Left", "剩余")
_STORE = Text("the store", "全店")
_NOTHING = Text(
    "Nothing was paid in the quarter so far: there is no money to follow.", "本季至今没有支付金额，无从拆解。"
)
_SHARED = Text(
    "Costs as shares of net revenue. Fees and parcels of an order are shared over its categories by what was paid for each; service fees "
    "and advertising like revenue. Goods sent back are not taken off the cost of goods.",
    "各项成本为占净销售额的比例。订单的平台费用与运费按各类目实付金额分摊，服务费与推广花费按收入分摊；退回的商品不冲减成本。",
)  # fmt: skip


def what_is_left(book: Book) -> Stack:
    """The steps from paid revenue to what is left, for the store and by category."""
    found = book.money()
    if found is None:
        return Stack([Notice("none", book.say(_NOTHING))])
    told = Passage([paragraph(book, _sentences(book, found))])
    costs = [step for step in found.store.steps if step.name not in {"revenue", "refunds"} and step.amount is not None]
    if not costs:
        return Stack([told])  # with no cost told there is nothing to draw, nor to compare
    title = book.say(Text("What each category leaves", "各类目剩余"))
    return Stack([told, _waterfall(book, found), Fold(title, [_categories(book, found)])])


def _sentences(book: Book, found: Economics) -> Iterator[str]:
    whole = found.store
    if whole.margin is None:
        yield from _unknown(book, whole)
    else:
        text = Text(
            "Of {net} net revenue {left} is left ({margin}) after goods, platform fees, shipping and advertising.",
            "净销售额 {net}，扣除商品成本、平台费用、运费和推广后剩余 {left}（{margin}）。",
        )
        yield book.say(text, net=amount(book, whole.net_revenue, "money"), left=amount(book, whole.left, "money"),
                       margin=percent(whole.margin, book.locale, 1))  # fmt: skip
        yield _earlier(book)
        yield _extremes(book, found)
    takes = sorted((step for step in whole.steps if step.amount and step.amount < 0), key=lambda step: step.amount or 0)
    if len(takes) > 1:
        text = Text(
            "Most goes into {name}: {x}, {share} of what was paid.", "去向最大的是{name}：{x}，占支付金额的 {share}。"
        )
        yield book.say(text, name=_lower(book, takes[0]), x=amount(book, -(takes[0].amount or 0), "money"),
                       share=_share(book, takes[0], whole))  # fmt: skip
    yield from _estimates(book, found)


def _unknown(book: Book, whole: Waterfall) -> Iterator[str]:
    text = Text(
        "The margin cannot be told: {why}. After what is known {left} of {paid} is left, which is no margin yet.",
        "暂无法计算利润率：{why}。仅扣除已知项目后，{paid} 中剩余 {left}，尚不是利润。",
    )
    joined = book.say(Text("; ", "；")).join(book.say(step.reason) for step in whole.missing if step.reason)
    yield book.say(
        text,
        why=joined,
        left=amount(book, whole.left, "money"),
        paid=amount(book, whole.step("revenue").amount, "money"),
    )


def _earlier(book: Book) -> str:
    """The margin beside as many days of last quarter, and beside last year's."""
    spans = {
        Text("last quarter", "上季度同天数"): last_quarter(book.to_date),
        Text("last year", "去年同期"): book.to_date.a_year_ago(),
    }
    told = []
    for name, days in spans.items():
        before = book.money(days)
        if before and before.store.margin is not None:
            text = Text("{x} {name}", "{name}为 {x}")
            told.append(book.say(text, x=percent(before.store.margin, book.locale, 1), name=book.say(name)))
    joined = book.say(Text(" and ", "，")).join(told)
    return book.say(Text("It was {told}.", "{told}。"), told=joined) if told else ""


def _extremes(book: Book, found: Economics) -> str:
    """Which category keeps most and which least, among those that matter."""
    least = found.store.net_revenue / 100
    ranked = sorted(
        (
            one
            for one in found.categories
            if one.margin is not None and one.net_revenue >= least and one.step("goods").amount
        ),
        key=lambda one: one.margin or Decimal(0),
    )
    if len(ranked) < 2:
        return ""
    text = Text("{best} keeps most ({a}), {worst} least ({b}).", "{best}的利润率最高（{a}），{worst}最低（{b}）。")
    return book.say(text, best=_name(book, ranked[-1]), a=percent(ranked[-1].margin, book.locale, 1),
                    worst=_name(book, ranked[0]), b=percent(ranked[0].margin, book.locale, 1))  # fmt: skip


def _estimates(book: Book, found: Economics) -> Iterator[str]:
    guessed = [step for step in found.store.steps if step.estimated]
    if guessed:
        text = Text("Estimated: {what}.", "其中估算：{what}。")
        each = Text("{x} of {name}", "{name} {x}")
        yield book.say(text, what=listed(book, [
            book.say(each, x=amount(book, abs(step.estimated), "money"), name=_lower(book, step)) for step in guessed
        ]))  # fmt: skip
    if found.left_out:
        text = Text("Not in the estimate of fees: {what}.", "平台费用估算未含：{what}。")
        yield book.say(text, what=book.say(Text("; ", "；")).join(book.say(title) for title in found.left_out))


def _lower(book: Book, step: Step) -> str:
    return book.say(STEPS[step.name]).lower()


def _share(book: Book, step: Step, whole: Waterfall) -> str:
    paid = whole.step("revenue").amount
    return percent(abs(step.amount) / paid, book.locale, 1) if step.amount is not None and paid else NO_DATA


def _name(book: Book, one: Waterfall) -> str:
    return segment_name(book, segment_label("category", one.category))


def _waterfall(book: Book, found: Economics) -> Chart:
    whole = found.store
    told = Text("From {paid} paid to {left} left, step by step.", "从支付金额 {paid} 到剩余 {left}，逐项拆解。")
    words = book.say(
        told, paid=amount(book, whole.step("revenue").amount, "money"), left=amount(book, whole.left, "money")
    )
    guessed = book.say(Text("Hatched: estimated.", "斜线部分为估算。")) if whole.estimated else ""
    labels = [
        book.say(Text("To the cent", "精确到分")),
        *(book.say(label) for label in STEPS.values()),
        book.say(_LEFT),
    ]
    rows = [_exact(book, one, _name(book, one)) for one in found.categories]
    rows.append(_exact(book, whole, book.say(_STORE)))
    return Chart(
        _steps_figure(book, whole),
        paragraph(book, [words, guessed]),
        guessed,
        Table.plain(labels, rows),
        book.locale,
        MONEY,
    )


def _exact(book: Book, one: Waterfall, name: str) -> list[str]:
    values = [*(step.amount for step in one.steps), one.left]
    return [name, *(money(value, book.store.currency, book.locale, cents=True) for value in values)]


def _steps_figure(book: Book, whole: Waterfall) -> Figure:
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 2.8))
        before, top = 0.0, float(whole.step("revenue").amount or 0)
        for place, step in enumerate(whole.steps):
            move = float(step.amount or 0)
            start, end = (0.0, move) if step.name == "revenue" else (before, before + move)
            colour = _COLOURS.this_year if step.name == "revenue" else _COLOURS.none
            axes.barh(place, end - start, left=start, color=colour, height=0.62)
            if step.estimated:
                axes.barh(place, -float(step.estimated), left=end, height=0.62, color="none", hatch="////",
                          edgecolor=_COLOURS.surface, lw=0)  # fmt: skip
            label = (
                short(book, step.amount, "money") if step.amount is not None else book.say(Text("no data", "无数据"))
            )
            axes.text(max(start, end) + top * 0.015, place, label, va="center", fontsize=10.5)
            before = end
        left = float(whole.left)
        last = len(whole.steps)
        axes.barh(last, left, color=_COLOURS.good if left > 0 else _COLOURS.bad, height=0.62)
        axes.text(max(left, 0) + top * 0.015, last, short(book, whole.left, "money"), va="center", fontsize=10.5)
        names = [*(book.say(STEPS[step.name]) for step in whole.steps), book.say(_LEFT)]
        axes.set_yticks(range(last + 1), names)
        axes.invert_yaxis()
        axes.set_xlim(min(0, before, left) * 1.05, top * 1.17)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.set_title(book.say(Text("What is left of the money", "钱剩下多少")))
    return figure


def _categories(book: Book, found: Economics) -> Table:
    columns = [
        Column("name", book.say(Text("Category", "类目"))),
        Column("net", book.say(Text("Net revenue", "净销售额")), "right"),
        *(Column(name, book.say(STEPS[name]), "right") for name in STEPS if name not in {"revenue", "refunds"}),
        Column("left", book.say(_LEFT), "right"),
        Column("margin", book.say(Text("Margin", "利润率")), "right"),
    ]
    rows = [_row(book, one, _name(book, one)) for one in found.categories]
    rows.append(_row(book, found.store, book.say(_STORE)))
    return Table(columns, rows, note=book.say(_SHARED), anchor=CATEGORIES)


def _row(book: Book, one: Waterfall, name: str) -> dict[str, object]:
    net = one.net_revenue
    costs: dict[str, object] = {
        step.name: percent(-step.amount / net, book.locale, 1)
        for step in one.steps
        if step.amount is not None and net > 0
    }
    left = amount(book, one.left, "money")
    return {
        **costs, "name": name, "net": amount(book, net, "money"),
        "left": Change(left, False) if one.left < 0 and not one.missing else left,
        "margin": None if one.margin is None else percent(one.margin, book.locale, 1),
    }  # fmt: skip
