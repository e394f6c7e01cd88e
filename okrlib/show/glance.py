"""The answer on top: what hurts most, what helps most, and what to do first."""

from __future__ import annotations

from collections.abc import Iterator

from okrlib.analysis.findings import Finding
from okrlib.book import Book
from okrlib.show.matters import levers_of, nothing_found, says
from okrlib.show.prose import Passage
from okrlib.show.wording import amount
from okrlib.text import Text

_HURTS = Text("What hurts most. ", "最大的问题：")
_HELPS = Text("What helps most. ", "最大的助力：")
_AT_RISK = Text(": orders of {size} are at risk.", "，涉及订单 {size}，有流失风险。")
_LESS, _MORE = Text(": some {size} less.", "，少收约 {size}。"), Text(": some {size} more.", "，多收约 {size}。")
_FIRST = Text("To do first, by {lever}: {tasks}.", "先做（{lever}）：{tasks}。")


def in_a_minute(book: Book) -> Passage:
    """What hurts most, what helps most, and what to do first, each in a sentence."""
    lines = list(_lines(book))
    return Passage(lines or [nothing_found(book)])


def _lines(book: Book) -> Iterator[str]:
    parts = [one for one in book.matters if one.kind != "total"]
    bad, good = ([one for one in parts if (one.size < 0) == lost] for lost in (True, False))
    if bad:
        yield f"{book.say(_HURTS)}{_each(book, bad[:3])}"
    if good:
        yield f"{book.say(_HELPS)}{_each(book, good[:1])}"
    found = next((lever for lever in levers_of(book) if any(one.size < 0 for one in lever.findings)), None)
    if found:
        tasks = book.say(Text("; ", "；")).join(book.say(task) for task in found.tasks[:3])
        yield book.say(_FIRST, lever=book.say(found.name).lower(), tasks=tasks)


def _each(book: Book, found: list[Finding]) -> str:
    """Say findings one after another, each with its money where the sentence does not tell it."""
    return (" " if book.locale == "en" else "").join(_with_money(book, one) for one in found)


def _with_money(book: Book, one: Finding) -> str:
    if one.kind in {"overstock", "new"}:
        return says(book, one)
    text = _AT_RISK if one.at_risk else _LESS if one.size < 0 else _MORE
    return f"{says(book, one).rstrip('.。')}{book.say(text, size=amount(book, abs(one.size), 'money'))}"
