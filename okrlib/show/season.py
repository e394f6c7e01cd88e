"""The shopping events that the forecast counts on: their days, last year's, what they brought, what is expected."""

from __future__ import annotations

from okrlib.analysis.season import Coming, coming
from okrlib.book import Book
from okrlib.periods import Period
from okrlib.show.prose import Notice
from okrlib.show.table import Column, Table
from okrlib.text import Text, number, short_day, signed_percent

_NONE = Text(
    "The calendar knows no shopping event of this store in the quarter. Its own are added in params/calendar.yaml.",
    "日历中本店本季没有大促或节日；自己的活动可写在 params/calendar.yaml。",
)
_NOTE = Text(
    "The forecast and the expected paths lay each event's days on the same days of last year's event, whatever the date; "
    "what it brought then is already in them. Against ordinary days: paid revenue a day, beside ordinary days up to six "
    "weeks around. What will differ this year, and events of your own, are set in params/calendar.yaml.",
    "预测和预期路径会把每个活动的日子对齐到去年同一活动的日子，不论日期是否相同；去年的成交力度已包含在内。"
    "“较平日”为日均支付金额与前后六周内平日之比。今年会有不同的，以及自己的活动，请写在 params/calendar.yaml。",
)
_AS_BEFORE, _TIMES = Text("as last year", "与去年相同"), Text("{x} times last year's", "去年的 {x} 倍")
_NO_YEAR = Text("no date known", "没有日期")


def season(book: Book) -> Table | Notice:
    """The events of the quarter: their days this year and last, what last year's brought, what is expected of them."""
    found = coming(book.data, book.period)
    if not found:
        return Notice("none", book.say(_NONE))
    columns = [
        Column("name", book.say(Text("Event", "活动"))),
        Column("days", book.say(Text("Days", "日期"))),
        Column("then", book.say(Text("Laid on last year's", "对齐的去年日期"))),
        Column("lift", book.say(Text("Then, against ordinary days", "去年较平日")), "right"),
        Column("expected", book.say(Text("Expected of it", "今年预计"))),
    ]
    caption = book.say(Text("Events that the forecast counts on", "预测所依据的大促与节日"))
    return Table(columns, [_row(book, one) for one in found], caption, book.say(_NOTE), stacked=True)


def _row(book: Book, one: Coming) -> dict[str, object]:
    times = number(one.multiplier, book.locale, 0 if one.multiplier == int(one.multiplier) else 2)
    return {
        "name": book.say(one.name),
        "days": _days(book, one.days),
        "then": book.say(_NO_YEAR) if one.last_year is None else _days(book, one.last_year),
        "lift": None if one.lift is None else signed_percent(one.lift, book.locale, 0),
        "expected": book.say(_AS_BEFORE) if one.multiplier == 1 else book.say(_TIMES, x=times),
    }


def _days(book: Book, days: Period) -> str:
    return " – ".join(short_day(day, book.locale) for day in dict.fromkeys((days.start, days.end)))
