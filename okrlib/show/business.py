"""The state of the business in charts, tables and sentences; the numbers come from the lenses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from okrlib.analysis import lenses
from okrlib.analysis.facts import Fact, fact, last_quarter
from okrlib.analysis.lenses import Split
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.sales import refunds_by_product
from okrlib.book import Book
from okrlib.periods import YEAR_OF_WEEKS, Period
from okrlib.show.anchors import BY, PRODUCTS
from okrlib.show.events import on_events
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Bar, Change, Column, Table
from okrlib.show.wording import amount, change, listed, paragraph, segment_name
from okrlib.text import Text, day, percent, short_day, signed_percent

_HEADLINE = (
    "revenue", "net_revenue", "refund_rate", "visitors", "order_conversion", "orders", "revenue_per_order", "buyers",
    "revenue_per_buyer", "returning_buyer_share", "gmv", "refund_amount", "units_per_order", "price_per_unit", "new_buyers",
    "repeat_purchase_rate", "cancelled_share", "active_products",
)  # fmt: skip
_DIMENSIONS = {
    "category": Text("category", "类目"),
    "region": Text("region", "地区"),
    "channel": Text("channel", "渠道"),
}
_MATTERS = Decimal("0.05")  # of what was paid
_MOST_SHOWN = 6
_FIGURES = 6
_PARTS = 4
_BEST = 5
_REST = Text("all others ({n})", "其他（{n} 个）")


def where_we_stand(book: Book) -> Passage:
    """Two or three sentences: revenue against last year and last quarter, what drove it, what refunds took."""
    return Passage([paragraph(book, _sentences(book))])


def _sentences(book: Book) -> Iterator[str]:
    now = fact(book.data, book.to_date, "revenue")
    if now.value is None:
        no_revenue = Text("There is no revenue to tell: {why}.", "暂无支付金额可供分析：{why}。")
        yield book.say(no_revenue, why=book.say(now.reason) if now.reason else "–")
        return
    yield book.say(
        Text("From {a} to {b} the store took {x}{vs}.", "{a}至{b}，店铺支付金额为 {x}{vs}。"),
        a=day(book.to_date.start, book.locale), b=day(book.to_date.end, book.locale), x=amount(book, now.value, "money"),
        vs=_against(book, now.value),
    )  # fmt: skip
    yield from _drivers(book)
    refunds = fact(book.data, book.to_date, "refund_rate")
    if refunds.value is None:
        yield book.say(
            Text("Refunds: {why}.", "退款：{why}。"), why=book.say(refunds.reason) if refunds.reason else "–"
        )
    else:
        text = Text("Refunds took {x}, {y} of what was paid{most}.", "退款 {x}，占支付金额的 {y}{most}。")
        yield book.say(
            text,
            x=amount(book, refunds.numerator, "money"),
            y=percent(refunds.value, book.locale, 1),
            most=_one_product(book, refunds),
        )


def _one_product(book: Book, refunds: Fact) -> str:
    """Name the product for which a quarter of all refunds and more was given back."""
    rows, _ = refunds_by_product(book.data, book.to_date, limit=1)
    if not rows or not refunds.numerator or rows[0].refunded < refunds.numerator / 4:
        return ""
    text = Text("; {x} of it for one product, {title}", "，其中 {x} 来自一款商品：{title}")
    return book.say(text, x=amount(book, rows[0].refunded, "money"), title=rows[0].title)


def _against(book: Book, now: Decimal) -> str:
    metric = CATALOGUE["revenue"]
    then = fact(book.data, book.to_date.a_year_ago(), "revenue").value
    before = fact(book.data, last_quarter(book.to_date), "revenue").value
    year, quarter = change(book, now, then, metric), change(book, now, before, metric)
    aligned = on_events(book)
    apart = Text(" ({x} with each event laid on last year's)", "（按活动对齐为 {x}）")
    beside = "" if aligned is None else book.say(apart, x=signed_percent(aligned, book.locale))
    parts = [
        book.say(Text("{x} on the same weekdays of last year{beside}", "同比 {x}{beside}"), x=year.text, beside=beside)
        if year
        else "",
        book.say(Text("{x} on as many days of last quarter", "环比（同天数）{x}"), x=quarter.text) if quarter else "",
    ]
    told = [part for part in parts if part] + ([] if year else _partly(book))
    if not told:
        return book.say(Text("; the exports do not reach back far enough to compare", "；导出数据不够久远，无法比较"))
    return book.say(Text(", {x}", "，{x}"), x=book.say(Text(" and ", "，")).join(told))


def _partly(book: Book) -> list[str]:
    """Compare at least the days that last year's exports know too, a week of them or more."""
    first = book.data.covers.start + YEAR_OF_WEEKS
    if not book.to_date.start < first <= book.to_date.end - timedelta(days=6):
        return []
    days = Period(first, book.to_date.end)
    now, then = (fact(book.data, span, "revenue").value for span in (days, days.a_year_ago()))
    moved = change(book, now, then, CATALOGUE["revenue"])
    text = Text("{x} on last year from {day} on, where its exports begin", "{day}起（去年数据由此开始）同比 {x}")
    return [book.say(text, x=moved.text, day=short_day(first, book.locale))] if moved else []


def _drivers(book: Book) -> Iterator[str]:
    """Say which of orders and revenue per order moved, where last year is known."""
    names = ("orders", "revenue_per_order")
    now, then = (
        [fact(book.data, span, name).value for name in names] for span in (book.to_date, book.to_date.a_year_ago())
    )
    if any(value is None for value in (*now, *then)):
        return
    moves = [change(book, a, b, CATALOGUE[name]) for a, b, name in zip(now, then, names, strict=True)]
    if moves[0] and moves[1]:
        text = Text(
            "Behind it stand {a} orders and {b} revenue per order against last year.",
            "与去年同期相比，订单数 {a}，笔单价 {b}。",
        )
        yield book.say(text, a=moves[0].text, b=moves[1].text)


def headline(book: Book) -> Table:
    """The quarter to date against last quarter and last year, metric by metric, each with its reason where missing."""
    columns = [
        Column("name", book.say(Text("Metric", "指标"))),
        Column(
            "now",
            book.say(Text("The quarter", "本季度") if book.complete else Text("Quarter to date", "本季至今")),
            "right",
        ),
        Column("quarter", book.say(Text("on last quarter", "环比")), "right"),
        Column("year", book.say(Text("on last year", "同比")), "right"),
    ]
    note = Text(
        "{seen}. Compared are as many days from the start of last quarter, and the same weekdays of last year.",
        "{seen}。环比取上季度开头的相同天数，同比取去年的相同星期。",
    )
    rows = [
        row
        for name in _HEADLINE
        for row in (_headline_row(book, name), *(_on_events_row(book) if name == "revenue" else ()))
    ]
    if any(row["note"] for row in rows):
        columns.append(Column("note", book.say(Text("Why not", "原因")), wide=True))
    more = book.say(Text("{n} more figures", "其余 {n} 项指标"), n=len(rows) - _FIGURES)
    return Table(columns, rows, note=book.say(note, seen=seen(book)), first=_FIGURES, more=more)


def seen(book: Book) -> str:
    """Say the as-of day, and the last day with data where that is another."""
    text = (
        Text("As of {day}, data to {last}", "截至日 {day}，数据截至 {last}")
        if book.data_to
        else Text("As of {day}", "截至 {day}")
    )
    return book.say(text, day=day(book.as_of, book.locale), last=day(book.data_to, book.locale))


def beside_earlier(book: Book, name: str) -> tuple[Fact, Fact, Fact]:
    """A metric over the quarter to date, over as many days of last quarter, and over last year's same weekdays."""
    spans = (book.to_date, last_quarter(book.to_date), book.to_date.a_year_ago())
    now, before, then = (fact(book.data, span, name) for span in spans)
    return now, before, then


def _headline_row(book: Book, name: str) -> dict[str, object]:
    metric = CATALOGUE[name]
    now, before, then = beside_earlier(book, name)
    return {
        "name": book.say(metric.label),
        "now": amount(book, now.value, metric.unit),
        "quarter": change(book, now.value, before.value, metric),
        "year": change(book, now.value, then.value, metric),
        "note": book.say(now.reason) if now.reason else None,
    }


def _on_events_row(book: Book) -> Iterator[dict[str, object]]:
    """Paid revenue on last year event on event, where the same weekdays alone would mislead."""
    moved = on_events(book)
    if moved is not None:
        name = Text("– with each event laid on last year's", "– 按活动对齐")
        shown = Change(signed_percent(moved, book.locale), moved > 0 if moved else None)
        yield {"name": book.say(name), "year": shown, "now": "", "quarter": "", "note": None}


def splits(book: Book) -> Stack:
    """Paid revenue by category, region and channel, with share and change on last year; all but the first folded."""
    found = {name: lenses.split(book.data, book.to_date, by) for by, name in _DIMENSIONS.items()}
    tables = {name: _split_table(book, one, name) for name, one in found.items()}
    told = [name for name, table in tables.items() if isinstance(table, Table)]
    silent = [table for table in tables.values() if isinstance(table, Notice)]
    if not told:
        return Stack(silent)
    first, *rest = told
    title = book.say(Text("By {names}", "按{names}"), names=listed(book, [book.say(name) for name in rest]))
    fold = [Fold(title, [tables[name] for name in rest])] if rest else []
    return Stack([Passage([_most_and_least(book, found[first])]), tables[first], *fold, *silent])


def _most_and_least(book: Book, found: Split) -> str:
    """Which part brings most, and of those that matter which grew most and least."""
    best = next(part for part in found.parts if part.segment is not None)
    text = Text("{name} brings most: {share} of what was paid.", "{name}贡献最多，占支付金额的 {share}。")
    told = [book.say(text, name=segment_name(book, best.label), share=percent(best.share, book.locale, 1))]
    moved = sorted(
        ((part.change, segment_name(book, part.label)) for part in found.parts
         if part.segment is not None and part.change is not None and part.share and part.share >= _MATTERS),
    )  # fmt: skip
    if len(moved) > 1:
        text = Text("On last year {a} did best ({x}), {b} worst ({y}).", "同比{a}表现最好（{x}），{b}最差（{y}）。")
        (least, b), (most, a) = moved[0], moved[-1]
        told.append(book.say(text, a=a, x=signed_percent(most, book.locale), b=b, y=signed_percent(least, book.locale)))
    return paragraph(book, told)


def _split_table(book: Book, found: Split, name: Text) -> Table | Notice:
    if not found.parts or all(part.segment is None for part in found.parts):
        why = found.reason or Text("the exports do not carry it", "导出文件不含该信息")
        text = Text("No split by {name}: {why}.", "无法按{name}拆分：{why}。")
        return Notice("none", book.say(text, name=book.say(name), why=book.say(why)))
    columns = [
        Column("segment", book.say(name).capitalize()),
        Column("value", book.say(Text("Paid revenue", "支付金额")), "right"),
        Column("share", book.say(Text("Share", "占比"))),
        Column("change", book.say(Text("on last year", "同比")), "right"),
    ]
    cited = {one.segment for one in book.matters if one.by == found.by}
    shown = [part for n, part in enumerate(found.parts) if n < _MOST_SHOWN or part.segment in cited]
    rest = [part for part in found.parts if part not in shown]
    rows = [_part_row(book, segment_name(book, part.label), part.value, part.share, part.change) for part in shown]
    if rest:
        value = sum((part.value for part in rest), Decimal(0))
        then = (
            None
            if any(p.last_year is None for p in rest)
            else sum((p.last_year or Decimal(0) for p in rest), Decimal(0))
        )
        share = value / found.total if found.total else None
        rows.append(_part_row(book, book.say(_REST, n=len(rest)), value, share, lenses.change(value, then)))
    more = book.say(Text("{n} more", "其余 {n} 项"), n=len(rows) - _PARTS)
    title = book.say(Text("Paid revenue by {name}", "支付金额（按{name}）"), name=book.say(name))
    return Table(columns, rows, title, anchor=BY[found.by], first=_PARTS, more=more)


def _part_row(book: Book, name: str, value: Decimal, share: Decimal | None, moved: Decimal | None) -> dict[str, object]:
    bar = Bar(None if share is None else float(share), percent(share, book.locale, 1))
    text = None if moved is None else Change(signed_percent(moved, book.locale), moved > 0 if moved else None)
    return {"segment": name, "value": amount(book, value, "money"), "share": bar, "change": text}


def best_sellers(book: Book) -> Table | Notice:
    """The products that brought most, with units, refunds and the change on last quarter."""
    cited = [one.segment for one in book.matters if one.by == "sku" and one.segment]
    found = lenses.top_products(book.data, book.to_date, also=cited)
    if not found:
        return Notice(
            "none", book.say(Text("No order lines: best sellers cannot be told.", "没有订单明细，无法列出畅销商品。"))
        )
    columns = [
        Column("title", book.say(Text("Product", "商品"))),
        Column("units", book.say(Text("Units", "件数")), "right"),
        Column("revenue", book.say(Text("Revenue", "支付金额")), "right"),
        Column("share", book.say(Text("Share", "占比")), "right"),
        Column("refunds", book.say(Text("Refunded", "退款占比")), "right"),
        Column("change", book.say(Text("on last quarter", "环比")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": product.title, "units": amount(book, product.units, "units"), "revenue": amount(book, product.revenue, "money"),
            "share": percent(product.share, book.locale, 1), "refunds": percent(product.refund_share, book.locale, 1),
            "change": None if product.change is None else Change(signed_percent(product.change, book.locale), product.change > 0),
        }
        for product in found
    ]  # fmt: skip
    more = book.say(Text("{n} more products", "其余 {n} 款商品"), n=len(rows) - _BEST)
    note = Text("Ranked by what was paid less what was given back.", "按支付金额减退款排序。")
    return Table(columns, rows, note=book.say(note), anchor=PRODUCTS, first=_BEST, more=more)
