"""Advertising, channel by channel: what it costs, what is credited to it, and whether that pays for it."""

from __future__ import annotations

from decimal import Decimal

from okrlib.analysis.advertising import Channel, channels, kept_before_ads
from okrlib.book import Book
from okrlib.show.anchors import ADS
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import amount, paragraph
from okrlib.text import Text, number, percent


def ad_channels(book: Book) -> Stack | Notice:
    """Each advertising channel: what it cost, what is credited to it, and whether that pays for it."""
    found = book.money()
    kept = kept_before_ads(found.store) if found else None
    rows, reason = channels(book.data, book.to_date, kept)
    if not rows:
        text = Text("Advertising is not analysed: {why}.", "未做推广分析：{why}。")
        none = Text("nothing was spent", "本期没有推广花费")
        return Notice("none", book.say(text, why=book.say(reason or none)))
    columns = [
        Column("name", book.say(Text("Channel", "推广渠道"))),
        Column("spend", book.say(Text("Spent", "花费")), "right"),
        Column("sales", book.say(Text("Credited sales", "成交金额")), "right"),
        Column("return", book.say(Text("Return (ROAS)", "投产比（ROI）")), "right"),
        Column("share", book.say(Text("Cost share (ACOS)", "费比（ACOS）")), "right"),
        Column("left", book.say(Text("Left after it", "扣除后剩余")), "right"),
    ]
    table = Table(columns, [_channel(book, one) for one in rows], note=_paying(book, kept), anchor=ADS)
    title = book.say(Text("Does advertising pay, channel by channel", "各渠道推广是否划算"))
    return Stack([Passage([_losing(book, rows)]), Fold(title, [table])])


def _losing(book: Book, rows: list[Channel]) -> str:
    """Say what advertising cost and brought, and how many channels cost more than they leave."""
    spend, sales = (sum((getattr(one, name) for one in rows), Decimal(0)) for name in ("spend", "sales"))
    text = Text("Advertising cost {spend} and was credited with {sales}, {times} for each unit spent.",
                "推广花费 {spend}，带来成交 {sales}，投产比 {times}。")  # fmt: skip
    told = [book.say(text, spend=amount(book, spend, "money"), sales=amount(book, sales, "money"),
                     times=number(sales / spend, book.locale, 2))]  # fmt: skip
    left = [one.left for one in rows if one.left is not None]
    if left and (losing := [one for one in left if one < 0]):
        text = Text("{n} of {all} channels cost more than they leave: {loss} together.",
                    "{all} 个渠道中 {n} 个入不敷出，合计亏 {loss}。")  # fmt: skip
        told.append(book.say(text, n=len(losing), all=len(rows), loss=amount(book, -sum(losing, Decimal(0)), "money")))
    elif left:
        told.append(book.say(Text("Every channel pays for itself.", "各渠道均划算。")))
    return paragraph(book, told)


def _channel(book: Book, one: Channel) -> dict[str, object]:
    left = (
        None
        if one.left is None
        else Change(f"{'+' if one.left > 0 else ''}{amount(book, one.left, 'money')}", one.left > 0)
    )
    return {
        "name": one.name, "spend": amount(book, one.spend, "money"), "sales": amount(book, one.sales, "money"),
        "return": number(one.returned, book.locale, 2), "share": percent(one.cost_share, book.locale, 1), "left": left,
    }  # fmt: skip


def _paying(book: Book, kept: Decimal | None) -> str:
    if kept is None:
        return book.say(Text(
            "Whether it pays cannot be told while goods, fees or shipping are unknown. Sales are those the platform credits.",
            "商品成本、平台费用或运费未知，暂无法判断是否划算。成交金额以平台归因为准。",
        ))  # fmt: skip
    if kept <= 0:
        return book.say(
            Text(
                "Before advertising nothing is left of a sale: no channel can pay.",
                "未计推广前销售已无剩余，任何渠道都不划算。",
            )
        )
    text = Text(
        "Before advertising {kept} of what is paid is left, so a channel pays from a return of {even} on. Sales are those the "
        "platform credits; some would have come without it.",
        "未计推广前，支付金额剩余 {kept}，投产比达到 {even} 才划算。成交金额以平台归因为准，部分订单没有推广也会成交。",
    )  # fmt: skip
    return book.say(text, kept=percent(kept, book.locale, 1), even=number(1 / kept, book.locale, 2))
