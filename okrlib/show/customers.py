"""Customers in tables and charts: segments and their worth, cohorts, the second order, value to come."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from okrlib.analysis import customers
from okrlib.analysis.customer_value import lifetime
from okrlib.analysis.customers import Cohort, SegmentWorth
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.table import Bar, Column, Table
from okrlib.show.wording import amount
from okrlib.text import Text, number, percent

_MONTHS = 11
_SEGMENTS = 4


def _switched_off(book: Book) -> Notice:
    why = customers.no_buyers(book.data, book.to_date.end) or Text("no buyer has paid yet", "还没有付款买家")
    return Notice(
        "none", book.say(Text("Customers are not analysed: {why}.", "未做客户分析：{why}。"), why=book.say(why))
    )


def segments(book: Book) -> Table | Notice:
    """Customer segments by recency, frequency and money, and what each is worth."""
    found = customers.segments(book.data, book.to_date.end)
    if not found:
        return _switched_off(book)
    columns = [
        Column("segment", book.say(Text("Segment", "人群"))),
        Column("meaning", book.say(Text("Who they are", "特征")), wide=True),
        Column("buyers", book.say(Text("Buyers", "买家数")), "right"),
        Column("each", book.say(Text("Paid so far, each", "人均累计支付")), "right"),
        Column("year", book.say(Text("Past 365 days", "近 365 天支付")), "right"),
        Column("share", book.say(Text("Share", "占比"))),
    ]
    note = Text(
        "Scores are fifths of the store's own buyers by last order, number of orders and money. The list of buyers for a CRM: "
        "okr segments {store} --quarter {quarter} --out FILE.xlsx",
        "按本店买家最近付款、订单数、支付金额各分五档。导出 CRM 名单：okr segments {store} --quarter {quarter} --out FILE.xlsx",
    )
    told = book.say(note, store=book.store.store, quarter=book.quarter)
    rows = [_segment_row(book, row) for row in found]
    more = book.say(Text("{n} more segments", "其余 {n} 个人群"), n=len(rows) - _SEGMENTS)
    return Table(columns, rows, note=told, stacked=True, first=_SEGMENTS, more=more)


def _segment_row(book: Book, row: SegmentWorth) -> dict[str, object]:
    share = None if row.share_of_year is None else float(row.share_of_year)
    return {
        "segment": book.say(row.segment.name), "meaning": book.say(row.segment.meaning), "buyers": number(row.buyers, book.locale),
        "each": amount(book, row.per_buyer, "money"), "year": amount(book, row.of_year, "money"),
        "share": Bar(share, percent(row.share_of_year, book.locale, 1)),
    }  # fmt: skip


def second_orders(book: Book) -> Passage | Notice:
    """How many come back, and how soon: the share with a second order within 30 days to a year."""
    found = customers.second_order(book.data, book.to_date.end)
    if found is None or not found.within:
        return _switched_off(book)
    within = book.say(Text(", ", "，")).join(
        book.say(Text("{x} within {n} days", "{n} 天内 {x}"), x=percent(share, book.locale, 1), n=days)
        for days, share in found.within.items()
    )
    text = Text("First-time buyers come back for a second order: {within}.", "首购买家的复购比例：{within}。")
    parts = [book.say(text, within=within)]
    if found.median_days is not None:
        middle = Text(
            "Half of those who came back did so within {n} days: that is when a reminder is worth most.",
            "回头的买家有一半在 {n} 天内再次付款，这段时间最值得提醒。",
        )
        parts.append(book.say(middle, n=found.median_days))
    return Passage([" ".join(parts) if book.locale == "en" else "".join(parts)])


def cohorts(book: Book) -> Chart | Notice:
    """The share of each month's new buyers who bought again, month by month since."""
    found = [row for row in customers.cohorts(book.data, book.to_date.end, _MONTHS + 1) or [] if row.again]
    if not found:
        why = Text("No month of new buyers is followed by a whole month yet.", "还没有可观察满一个月的新买家。")
        return (
            _switched_off(book) if customers.no_buyers(book.data, book.to_date.end) else Notice("none", book.say(why))
        )
    first = [float(row.again[0]) for row in found]
    text = Text(
        "Of a month's new buyers, {x} bought again in the month after (between {low} and {high}).",
        "新买家次月再次付款的比例平均为 {x}（各月在 {low} 至 {high} 之间）。",
    )
    mean = sum(share * row.buyers for share, row in zip(first, found, strict=True)) / sum(row.buyers for row in found)
    told = book.say(
        text,
        x=percent(mean, book.locale, 1),
        low=percent(min(first), book.locale, 1),
        high=percent(max(first), book.locale, 1),
    )
    return Chart(_cohort_figure(book, found), told, told, _cohort_table(book, found), book.locale)


def _cohort_figure(book: Book, found: list[Cohort]) -> Figure:
    grid = np.full((len(found), max(len(row.again) for row in found)), np.nan)
    for place, row in enumerate(found):
        grid[place, : len(row.again)] = [float(share) for share in row.again]
    top = float(np.nanmax(grid)) or 1.0
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 4.2))
        axes.imshow(grid, cmap=theme.HEAT, vmin=0, vmax=top, aspect="auto")
        for (y, x), share in np.ndenumerate(grid):
            if np.isfinite(share):
                text = number(share * 100, book.locale)
                axes.text(x, y, text, ha="center", va="center", fontsize=9, color=theme.heat_ink(share / top))
        axes.set_yticks(range(len(found)), [f"{row.month:%Y-%m}" for row in found], fontsize=9)
        axes.set_xticks(range(grid.shape[1]), [str(n + 1) for n in range(grid.shape[1])], fontsize=9)
        axes.grid(visible=False)
        axes.set_title(book.say(Text("Buying again, % of the month's new buyers", "各月新买家再次付款的比例（%）")))
        axes.set_xlabel(book.say(Text("months since the first order", "首购后第几个月")))
    return figure


def _cohort_table(book: Book, found: list[Cohort]) -> Table:
    longest = max(len(row.again) for row in found)
    labels = [
        book.say(Text("First order in", "首购月份")),
        book.say(Text("Buyers", "买家数")),
        *(f"+{n + 1}" for n in range(longest)),
    ]
    rows = [
        [f"{row.month:%Y-%m}", number(row.buyers, book.locale), *(percent(share, book.locale, 1) for share in row.again),
         *[""] * (longest - len(row.again))]
        for row in found
    ]  # fmt: skip
    return Table.plain(labels, rows)


def lifetime_value(book: Book) -> Table | Notice:
    """What a buyer of each segment is expected to spend in the weeks to come, as a range."""
    found = lifetime(book.data, book.to_date.end)
    if found.reason:
        return Notice(
            "none",
            book.say(
                Text("No forecast of customers' value: {why}.", "未预测客户价值：{why}。"), why=book.say(found.reason)
            ),
        )
    columns = [
        Column("segment", book.say(Text("Segment", "人群"))),
        Column("buyers", book.say(Text("Buyers", "买家数")), "right"),
        Column("orders", book.say(Text("Orders to come, each", "人均预计订单")), "right"),
        Column("value", book.say(Text("Spending to come, each", "人均预计支付")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "segment": book.say(row.segment.name), "buyers": number(row.buyers, book.locale),
            "orders": number(row.orders, book.locale, 2),
            "value": f"{amount(book, row.low, 'money')} – {amount(book, row.high, 'money')}",
        }
        for row in found.rows
    ]  # fmt: skip
    note = Text(
        "The next {n} weeks; 8 in 10 fall into the range. Tested on the last {n} weeks: {told} orders of known buyers were forecast, "
        "{came} came. Models: BG/NBD and Gamma-Gamma.",
        "未来 {n} 周，八成把握落在区间内。用最近 {n} 周检验：预测老买家下单 {told} 次，实际 {came} 次。模型：BG/NBD 与 Gamma-Gamma。",
    )
    told = book.say(note, n=found.weeks, told=number(found.told, book.locale), came=number(found.came, book.locale))
    return Table(columns, rows, book.say(Text("What customers are still worth", "客户的后续价值")), told)
