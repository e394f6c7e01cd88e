"""How revenue comes about: visitors, conversion and what a buyer spends, against last year; where visits come from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from okrlib.analysis.lenses import change as growth
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.visits import ConversionGap, conversion_gap
from okrlib.analysis.why import Driver, driver_tree
from okrlib.book import Book
from okrlib.show.anchors import DRIVERS
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Column, Table
from okrlib.show.why import driver_name, driver_table, signed, waterfall
from okrlib.show.wording import amount, signed_money
from okrlib.text import Text, percent, signed_percent

_SILENT = Text("Visits: {why}.", "流量：{why}。")


def drivers(book: Book) -> Stack | Notice:
    """Revenue against last year, split to the cent over visitors, conversion and revenue per buyer, and in other ways."""
    found = driver_tree(book.data, book.period)
    if found.reason:
        text = Text("What moved revenue cannot be told: {why}.", "无法拆解支付金额的变动：{why}。")
        return Notice("none", book.say(text, why=book.say(found.reason)))
    name = book.say(CATALOGUE["revenue"].label)
    steps = book.say(Text("; ", "；")).join(_step(book, one) for one in found.ways[0] if one.part)
    text = Text("Against last year {steps}. Together: {whole}.", "与去年同期相比：{steps}。合计 {whole}。")
    change = found.change or Decimal(0)
    whole = f"{'+' if change > 0 else ''}{amount(book, change, 'money')}"
    says = [book.say(text, steps=steps, whole=whole)]
    says += [book.say(_SILENT, why=book.say(why)) for why in found.silent]
    sources = conversion_gap(book.data, book.to_date, found)
    says += [_mix_and_within(book, sources)] if sources else []
    detail = Text("All drivers, to the cent", "全部驱动因素（精确到分）")
    tables = [driver_table(book, name, "money", found, None), *([_sources(book, sources)] if sources else [])]
    return Stack(
        [Passage(says), replace(waterfall(book, name, "money", found), anchor=DRIVERS), Fold(book.say(detail), tables)]
    )


def _mix_and_within(book: Book, found: ConversionGap) -> str:
    """Say how much of conversion's part is mix and how much within, and which source moved most."""
    first = found.rows[0]
    text = Text(
        "Of what conversion did, {mix} is mix (visits moved between sources that convert well and less well) and {within} is "
        "within (sources convert otherwise than a year ago); {source} did most: {x}, its conversion now {now} after {then}.",
        "转化率的影响中，{mix} 来自流量结构（访客在转化高低不同的来源之间转移），{within} 来自各来源自身转化的变化；"
        "影响最大的是{source}：{x}，转化率由 {then} 变为 {now}。",
    )
    return book.say(
        text, mix=signed_money(book, found.mix), within=signed_money(book, found.within), source=first.source,
        x=signed_money(book, first.mix + first.within), now=percent(first.after.conversion, book.locale, 1),
        then=percent(first.before.conversion, book.locale, 1),
    )  # fmt: skip


def _sources(book: Book, found: ConversionGap) -> Table:
    columns = [
        Column("name", book.say(Text("Source of visits", "流量来源"))),
        Column("share", book.say(Text("Share of visits", "访客占比")), "right"),
        Column("share_then", book.say(Text("last year", "去年同期")), "right"),
        Column("rate", book.say(Text("Conversion", "转化率")), "right"),
        Column("rate_then", book.say(Text("last year", "去年同期")), "right"),
        Column("mix", book.say(Text("Mix", "结构")), "right"),
        Column("within", book.say(Text("Within", "自身转化")), "right"),
    ]
    before, after = (sum(getattr(row, end).visitors for row in found.rows) for end in ("before", "after"))
    rows: list[dict[str, object]] = [
        {
            "name": row.source, "share": percent(Decimal(row.after.visitors) / after, book.locale, 1),
            "share_then": percent(Decimal(row.before.visitors) / before, book.locale, 1),
            "rate": percent(row.after.conversion, book.locale, 1), "rate_then": percent(row.before.conversion, book.locale, 1),
            "mix": signed(book, row.mix, "money"), "within": signed(book, row.within, "money"),
        }
        for row in found.rows
    ]  # fmt: skip
    together = Text("together", "合计")
    rows.append(
        {
            "name": book.say(together),
            "mix": signed(book, found.mix, "money"),
            "within": signed(book, found.within, "money"),
        }
    )
    note = Text(
        "As the platform counts visitors and buyers by source. Mix and within{rest} sum to what conversion did: {whole}.",
        "访客与买家按平台的来源口径统计。结构与自身转化{rest}之和即转化率的影响：{whole}。",
    )
    rest = Text(" and {x} that its count by source does not tell", "，加上来源口径未反映的 {x}，")
    told = book.say(rest, x=signed_money(book, found.rest, cents=True)) if found.rest else ""
    caption = book.say(Text("Conversion by source of visits", "转化率变化（按流量来源）"))
    return Table(
        columns, rows, caption, book.say(note, rest=told, whole=signed_money(book, found.driver.part, cents=True))
    )


def _step(book: Book, one: Driver) -> str:
    """Say what one driver did: ``visitors (+42.1%) brought CN¥81,200``."""
    moved = growth(one.after, one.before)
    text = Text("{name}{moved} {brought} {part}", "{name}{moved}{brought} {part}")
    brought = Text("brought", "带来") if one.part > 0 else Text("cost", "减少")
    shown = "" if moved is None or one.name not in CATALOGUE else signed_percent(moved, book.locale)
    shown = book.say(Text(" ({x})", "（{x}）"), x=shown) if shown else ""
    name = driver_name(book, one.name)
    return book.say(
        text, name=name[:1].lower() + name[1:] if book.locale == "en" else name, moved=shown, brought=book.say(brought),
        part=amount(book, abs(one.part), "money"),
    )  # fmt: skip
