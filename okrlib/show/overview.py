"""The top of a packet: cards that say where the quarter stands, and notices of what a reader must know first."""

from __future__ import annotations

from collections.abc import Iterator

from okrlib.analysis.facts import fact, last_quarter
from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.okr.states import ObjectiveState
from okrlib.okr.status import Status
from okrlib.show.cards import Card, Cards
from okrlib.show.prose import Notice
from okrlib.show.stack import Stack
from okrlib.show.wording import amount, change, in_ten, objective_pill, short
from okrlib.text import Text, day, number, percent, short_day

_STATE = {
    "draft": Text("Draft: nothing is binding until the sheet is locked.", "草稿：锁定之前，目标均不作数。"),
    "active": Text("In progress", "进行中"),
    "closed": Text("Closed", "已结项"),
}


def summary(book: Book) -> Cards:
    """Cards: the quarter's revenue, then one per objective with progress or score, confidence and status."""
    cards = [_revenue_card(book), *(_objective_card(book, state) for state in _objectives(book))]
    about = {"store": book.store.store, "quarter": str(book.quarter), "as_of": book.as_of.isoformat()}
    if book.data_to:
        about |= {"data_to": book.data_to.isoformat()}
    weakest = min((state.status for state in _objectives(book)), key=list(Status).index, default=None)
    if weakest is not None:
        about |= {"status": book.say(weakest.label), "level": weakest.colour}
    return Cards(cards, about)


def _objectives(book: Book) -> tuple[ObjectiveState, ...]:
    """The objectives that are measured themselves; those above them stand in their chapter."""
    return tuple(state for state in book.scorecard.objectives if state.key_results) if book.scorecard else ()


def _revenue_card(book: Book) -> Card:
    metric = CATALOGUE["revenue"]
    now = fact(book.data, book.to_date, "revenue")
    then = fact(book.data, book.to_date.a_year_ago(), "revenue")
    before = fact(book.data, last_quarter(book.to_date), "revenue")
    year, quarter = (change(book, now.value, other.value, metric) for other in (then, before))
    notes = [
        book.say(Text("{x} on last year", "同比 {x}"), x=year.text) if year else "",
        book.say(Text("{x} on last quarter", "环比 {x}"), x=quarter.text) if quarter else "",
    ]
    value = short(book, now.value, "money") if now.value is not None else amount(book, None, "money")
    why = book.say(now.reason) if now.reason else " · ".join(note for note in notes if note)
    return Card(_revenue_label(book), value, why)


def _revenue_label(book: Book) -> str:
    """Name the days that the revenue is of: those with data."""
    if book.data_to and book.data_to >= book.quarter.start:
        text = Text("Paid revenue, quarter to {day}", "本季至{day}支付金额")
        return book.say(text, day=short_day(book.data_to, book.locale))
    whole = Text("Paid revenue, the quarter", "本季支付金额")
    return book.say(whole if book.complete else Text("Paid revenue, quarter to date", "本季至今支付金额"))


def _objective_card(book: Book, state: ObjectiveState) -> Card:
    progress = None if state.progress is None else float(state.progress)
    if state.score is not None:
        value = number(state.score.value, book.locale, 1)
        return Card(state.objective.title, value, status=objective_pill(book, state), progress=progress)
    value, note = percent(state.progress, book.locale), " · ".join(_notes(book, state))
    return Card(state.objective.title, value, note, objective_pill(book, state), progress)


def _notes(book: Book, state: ObjectiveState) -> Iterator[str]:
    own = [kr for kr in state.key_results if not kr.key_result.guardrail]
    likely = [kr.probability for kr in own if kr.probability is not None]
    if likely:
        yield book.say(Text("least likely key result: {x}", "最没把握的关键结果：{x}"), x=in_ten(book, min(likely)))
    heard = [kr.confidence for kr in own if kr.check_in is not None]
    if heard:
        yield book.say(Text("confidence {x} of 10", "信心 {x}/10"), x=_numbers(heard))
    if state.average.measured < state.average.total:
        says = Text("{n} of {m} key results have data", "{m} 个关键结果中 {n} 个有数据")
        yield book.say(says, n=state.average.measured, m=state.average.total)


def _numbers(values: list[int]) -> str:
    return str(values[0]) if min(values) == max(values) else f"{min(values)}–{max(values)}"


def notices(book: Book) -> Stack:
    """What a reader must know before the figures: generated data, stale exports, a sheet that is missing or a draft."""
    return Stack(list(_notices(book)))


def _notices(book: Book) -> Iterator[Notice]:
    if book.store.generated:
        text = Text(
            "This store does not exist. Its data are generated to show what a packet looks like.",
            "这家店铺并不存在，数据由程序模拟生成，仅用于展示报告样式。",
        )
        yield Notice("warn", book.say(text))
    if book.ends_early:
        text = Text(
            "The exports end on {day}, {n} days before the as-of date: figures for the days since are missing, not zero.",
            "导出数据只到 {day}，距截至日还差 {n} 天：这几天的数据是缺失，不是零。",
        )
        yield Notice("warn", book.say(text, day=day(book.data_to, book.locale), n=book.data.stale_days))
    if book.sheet is None:
        text = Text(
            "There is no OKR sheet for {q}: objectives, check-ins and scores are left out.",
            "{q} 还没有 OKR 目标表，因此没有目标、周报和评分。",
        )
        yield Notice("none", book.say(text, q=book.quarter))
    elif book.scorecard and book.scorecard.sheet.state == "draft":
        yield Notice("warn", book.say(_STATE["draft"]))
    for damaged in book.journal.damaged:
        text = Text("The journal has a damaged line, set aside: {line}", "日志中有一行损坏，已另行搁置：{line}")
        yield Notice("bad", book.say(text, line=damaged))
