"""How revenue comes about: visitors, conversion and what a buyer spends, against last year; where visits come from."""

from __future__ import annotations

from decimal import Decimal

from okrlib.analysis.lenses import change as growth
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.why import Driver, driver_tree
from okrlib.book import Book
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.why import driver_name, driver_table, waterfall
from okrlib.show.wording import amount
from okrlib.text import Text, signed_percent

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
    detail = Text("All drivers, to the cent", "全部驱动因素（精确到分）")
    table = driver_table(book, name, "money", found, None)
    return Stack([Passage(says), waterfall(book, name, "money", found), Fold(book.say(detail), [table])])


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
