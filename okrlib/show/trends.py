"""The course of the business over time: revenue by day and week, buyers by month."""

from __future__ import annotations

from datetime import date

import matplotlib.pyplot as plt

from okrlib.analysis import lenses
from okrlib.book import Book
from okrlib.periods import Period
from okrlib.show import theme
from okrlib.show.anchors import DAILY
from okrlib.show.chart import Chart
from okrlib.show.course import day_axis, mark_events, unit_axis, x
from okrlib.show.prose import Notice
from okrlib.show.table import Table
from okrlib.show.wording import amount
from okrlib.text import Text, day, ends, percent

_COLOURS = theme.LIGHT


def daily_revenue(book: Book) -> Chart | Notice:
    """Paid revenue day by day, last year's weekdays behind it, shopping events shaded."""
    points = lenses.daily(book.data, book.period)
    known = [point for point in points if point.value is not None]
    if not known:
        return Notice("none", book.say(Text("No revenue in this quarter yet.", "本季度暂无支付金额。")))
    this, last = book.say(Text("this year", "今年")), book.say(Text("last year, same weekday", "去年同星期"))
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 3.0))
        mark_events(axes, book, book.period)
        old = [(x(point.day), float(point.last_year)) for point in points if point.last_year is not None]
        if old:
            axes.plot(*zip(*old, strict=True), color=_COLOURS.last_year, lw=1.5, label=last)
        days, values = [x(point.day) for point in known], [float(point.value or 0) for point in known]
        axes.plot(days, values, color=_COLOURS.this_year, label=this)
        axes.set_ylim(bottom=min(0, *values))
        axes.set_title(book.say(Text("Paid revenue a day", "每日支付金额")), pad=24)
        day_axis(axes, book, book.period)
        unit_axis(axes, book, "money")
        figure.legend(ncols=2, loc="outside lower center")
    best = max(known, key=lambda point: point.value or 0)
    says = Text(
        "The best day was {day} with {x}; an ordinary (median) day brought {y}.",
        "最高的一天是 {day}，支付金额 {x}；普通一天（中位数）为 {y}。",
    )
    middle = sorted(values)[len(values) // 2]
    told = book.say(
        says, day=day(best.day, book.locale), x=amount(book, best.value, "money"), y=amount(book, middle, "money")
    )
    labels = [book.say(Text("Day", "日期")), this, last]
    rows = [
        [day(p.day, book.locale), amount(book, p.value, "money"), amount(book, p.last_year, "money")] for p in points
    ]
    return Chart(figure, told, told, Table.plain(labels, rows), book.locale, DAILY)


def weekly_course(book: Book) -> Chart | Notice:
    """Two years of paid revenue by week, so that season and events can be seen."""
    points = lenses.weekly(book.data)
    if len(points) < 2:
        return Notice("none", book.say(Text("Less than two whole weeks of data.", "数据不足两个完整周。")))
    span = Period(points[0].day, points[-1].span.end)
    with theme.style(book.locale):
        figure, axes = plt.subplots()
        axes.axvspan(x(book.to_date.start), x(book.to_date.end), color=_COLOURS.rule, alpha=0.6, lw=0)
        weeks, values = [x(point.day) for point in points], [float(point.value or 0) for point in points]
        axes.plot(weeks, values, color=_COLOURS.this_year, lw=1.8)
        axes.set_ylim(bottom=min(0, *values))
        starts = [d for d in span if d.day == 1 and d.month in {1, 4, 7, 10}]
        axes.set_xticks([x(d) for d in starts], [_quarter_start(book, d) for d in starts])
        axes.set_title(book.say(Text("Paid revenue a week; this quarter shaded", "每周支付金额（阴影为本季度）")))
        unit_axis(axes, book, "money")
    best = max(points, key=lambda point: point.value or 0)
    says = Text(
        "{n} whole weeks from {a} to {b}; the best began on {day} with {x}.",
        "{a} 至 {b} 共 {n} 个完整周；最高的一周始于 {day}，支付金额 {x}。",
    )
    told = book.say(
        says, n=len(points), a=day(span.start, book.locale), b=day(span.end, book.locale),
        day=day(best.day, book.locale), x=amount(book, best.value, "money"),
    )  # fmt: skip
    labels = [
        book.say(Text("Week from", "起始日")),
        book.say(Text("Revenue", "支付金额")),
        book.say(Text("A year before", "去年同周")),
    ]
    rows = [
        [day(p.day, book.locale), amount(book, p.value, "money"), amount(book, p.last_year, "money")] for p in points
    ]
    return Chart(figure, told, told, Table.plain(labels, rows), book.locale)


def _quarter_start(book: Book, start: date) -> str:
    if book.locale == "zh":
        return f"{start.year % 100}年{start.month}月"
    return start.strftime("%b ") + str(start.year)[2:] if start.month == 1 else start.strftime("%b")


def new_and_returning(book: Book) -> Chart | Notice:
    """Paying buyers by month: new ones and those who came back."""
    months = lenses.buyers_by_month(book.data, book.to_date.end)
    if not months:
        return Notice("none", book.say(Text("The exports name no buyers.", "导出文件不含买家信息。")))
    new, back = book.say(Text("new buyers", "新买家")), book.say(Text("returning buyers", "老买家"))
    names = [_month_name(book, month.month) for month in months]
    with theme.style(book.locale):
        figure, axes = plt.subplots()
        returning, fresh = [float(m.returning) for m in months], [float(m.new) for m in months]
        places = range(len(names))  # a month may come twice, a year apart
        axes.bar(places, returning, color=theme.CATEGORIES[0], label=back, width=0.7)
        axes.bar(places, fresh, bottom=returning, color=theme.CATEGORIES[1], label=new, width=0.7)
        axes.set_title(book.say(Text("Paying buyers a month", "每月支付买家数")))
        axes.tick_params(axis="x", length=0)
        axes.set_xticks(places, names, fontsize=9)
        unit_axis(axes, book, "buyers")
        figure.legend(ncols=2, loc="outside lower center")
    last = months[-1]
    says = Text(
        "In the last month ({month}), {x} of {n} paying buyers had bought before. That month ends where the data end.",
        "{month}，{n} 位支付买家中有 {x} 为老买家。最后一个月截至数据末日。",
    )
    month_name = " – ".join(ends(last.span.start, last.span.end, book.locale))
    told = book.say(
        says, month=month_name, x=percent(last.returning_share, book.locale), n=amount(book, last.buyers, "buyers")
    )
    labels = [book.say(Text("Month", "月份")), new, back, book.say(Text("share returning", "老客占比"))]
    rows = [
        [
            name,
            amount(book, m.new, "buyers"),
            amount(book, m.returning, "buyers"),
            percent(m.returning_share, book.locale, 1),
        ]
        for name, m in zip(names, months, strict=True)
    ]
    return Chart(figure, told, told, Table.plain(labels, rows), book.locale)


def _month_name(book: Book, month: date) -> str:
    if book.locale == "zh":
        return f"{month.month}月" if month.month > 1 else f"{month.year % 100}年1月"
    return month.strftime("%b") if month.month > 1 else month.strftime("%b\n%Y")
