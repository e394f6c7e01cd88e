"""Shopping events: what they bring beyond ordinary days, and the quarter against last year event on event."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okrlib.analysis.by_event import ByEvent, Held, by_event
from okrlib.analysis.lenses import change as growth
from okrlib.analysis.timing import EventSales, event_sales
from okrlib.book import Book
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import amount, listed, paragraph, signed_money
from okrlib.text import Text, money, number, percent, signed_percent

_EVENTS = Text("Events and ordinary days", "大促与平日")
_OTHER_DAYS = Text("all other days", "其余日期")
_NOTE = Text(
    "Ordinary days are those of no event, up to six weeks before and after.",
    "平日指前后六周内不属于任何活动的日子。",
)
_LAID = Text(
    " Last year: each event's days are laid on the same days of that event, the others on ordinary days of the same weekday.",
    "去年同期：活动日对应去年同一活动的相同天次，其余日期对应去年相同星期的平日。",
)


def event_lift(book: Book) -> Stack | Notice:
    """What each event brought, a day against ordinary days, and against the same event of last year, to the cent."""
    found = event_sales(book.data, book.to_date)
    if not found:
        return Notice("none", book.say(Text("No shopping event in the quarter so far.", "本季至今没有大促或节日。")))
    laid = by_event(book.data, book.period)
    table = _table(book, found, laid)
    if laid is None:
        return Stack([table])
    return Stack([Passage([paragraph(book, _sentences(book, laid))]), Fold(book.say(_EVENTS), [table])])


def on_events(book: Book) -> Decimal | None:
    """Growth of paid revenue on last year event on event, where the same weekdays alone would mislead."""
    laid = by_event(book.data, book.period)
    return laid.growth if laid and laid.misleads else None


def _sentences(book: Book, laid: ByEvent) -> Iterator[str]:
    parts = listed(book, [f"{_name(book, one)} {signed_money(book, one.difference, cents=True)}" for one in laid.parts])
    whole = laid.now - laid.then
    text = Text(
        "Event on event the quarter {far}brought {x} {vs} than last year ({rate}): {parts}.",
        "按活动对齐，本季{far}比去年{vs} {x}（{rate}）：{parts}。",
    )
    far, more, less = Text("so far ", "至今"), Text("more", "多"), Text("less", "少")
    yield book.say(
        text, far="" if book.complete else book.say(far), x=money(abs(whole), book.store.currency, book.locale, cents=True),
        vs=book.say(more if whole >= 0 else less),
        rate=signed_percent(laid.growth, book.locale), parts=parts,
    )  # fmt: skip
    if laid.calendar:
        text = Text(
            "On the same weekdays it is {plain} ({rate}); {moved} of that is the calendar, in which event days move.",
            "按相同星期比较则为 {plain}（{rate}），其中 {moved} 来自日历错位（活动日移动）。",
        )
        plain = laid.now - laid.weekdays
        yield book.say(text, plain=signed_money(book, plain, cents=True), moved=signed_money(book, laid.calendar, cents=True),
                       rate=signed_percent(growth(laid.now, laid.weekdays), book.locale))  # fmt: skip
    for one in laid.parts:
        if one.fresh:
            text = Text("{name} was not held last year.", "去年没有{name}。")
            yield book.say(text, name=_name(book, one))


def _table(book: Book, found: list[EventSales], laid: ByEvent | None) -> Table:
    columns = [
        Column("name", book.say(Text("Event (days)", "活动（天数）"))),
        Column("revenue", book.say(Text("Paid revenue", "支付金额")), "right"),
        Column("share", book.say(Text("Share", "占比")), "right"),
        Column("lift", book.say(Text("a day, on ordinary days", "日均较平日")), "right"),
    ]
    if laid:
        columns.append(Column("then", book.say(Text("last year", "去年对应日期")), "right"))
        columns.append(Column("change", book.say(Text("on last year", "同比")), "right"))
    beside = {part.name: part for part in laid.parts} if laid else {}
    rows = [_event_row(book, one, beside.get(one.name)) for one in found]
    if laid:
        rest = beside.get(None)
        rows += [_row(book, _name(book, rest), rest, laid.now)] if rest else []
        whole = Held(None, laid.period.start, laid.period.days, laid.now, laid.then)
        rows.append(_row(book, book.say(Text("together", "合计")), whole, laid.now))
    return Table(columns, rows, book.say(_EVENTS), book.say(_NOTE) + (book.say(_LAID) if laid else ""))


def _event_row(book: Book, one: EventSales, part: Held | None) -> dict[str, object]:
    row = _row(book, book.say(one.name), part, None) if part else {}
    lift = None if one.lift is None else Change(signed_percent(one.lift, book.locale), None)
    return row | {
        "name": _counted(book, book.say(one.name), one.days), "revenue": amount(book, one.revenue, "money"),
        "share": percent(one.share, book.locale, 1), "lift": lift,
    }  # fmt: skip


def _row(book: Book, name: str, part: Held, whole: Decimal | None) -> dict[str, object]:
    moved = part.growth
    return {
        "name": _counted(book, name, part.days), "revenue": amount(book, part.now, "money"),
        "share": percent(part.now / whole, book.locale, 1) if whole else None,
        "then": amount(book, part.then, "money"),
        "change": None if moved is None else Change(signed_percent(moved, book.locale), moved > 0 if moved else None),
    }  # fmt: skip


def _name(book: Book, part: Held) -> str:
    return book.say(part.name or _OTHER_DAYS)


def _counted(book: Book, name: str, days: int) -> str:
    return book.say(Text("{name} ({n})", "{name}（{n}）"), name=name, n=number(days, book.locale))
