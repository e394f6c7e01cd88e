"""How far the data can be trusted: what was read, left out, rejected, missing, and how fresh it is."""

from __future__ import annotations

from okrlib.analysis.anomalies import FAR, anomalies, platform_count
from okrlib.analysis.quality import LeftOut, Quality
from okrlib.analysis.quality import data_quality as quality_of
from okrlib.book import Book
from okrlib.ingest.layout import load_layouts
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount
from okrlib.text import Text, day, number, percent

_MOST = 10
_BY_RULE, _BAD = Text("set aside by rule", "按规则搁置"), Text("could not be read", "无法读取")


def data_quality(book: Book) -> Stack:
    """What was read for the store and what was not, with reasons; then what is missing and what that switches off."""
    found = quality_of(book.data, load_layouts(book.workbook.params / "layouts"))
    parts: list[Part] = [_reading(book, found), _formats(book, found), _left_out(book, found), _gaps(book, found)]
    return Stack([*parts, *_counted_twice(book), _anomalies(book)])


def _reading(book: Book, found: Quality) -> Passage:
    text = Text(
        "{rows} rows were read from {files} files: {used} are used, {aside} were set aside by declared rules, "
        "{bad} could not be read. The orders reach from {a} to {b}.",
        "共读入 {files} 个文件、{rows} 行：采用 {used} 行，按声明的规则搁置 {aside} 行，无法读取 {bad} 行。订单覆盖 {a} 至 {b}。",
    )
    if len(found.files) == 1:
        text = Text(text.en.replace("{files} files", "one file"), text.zh)
    rows = (found.rows_read, found.rows_used, found.rows_set_aside, found.rows_rejected)
    read, used, aside, bad = (number(value, book.locale) for value in rows)
    span = found.covers
    return Passage([
        book.say(
            text, files=len(found.files), rows=read, used=used, aside=aside, bad=bad,
            a=day(span.start, book.locale), b=day(span.end, book.locale),
        )
    ])  # fmt: skip


def _formats(book: Book, found: Quality) -> Table:
    """One row per layout; the amount is the money in all rows read, before any rule."""
    columns = [
        Column("layout", book.say(Text("Export", "导出文件"))),
        Column("files", book.say(Text("Files", "文件数")), "right"),
        Column("rows", book.say(Text("Rows read", "读入行数")), "right"),
        Column("amount", book.say(Text("Money in them", "金额合计")), "right"),
        Column("span", book.say(Text("From – to", "时间范围"))),
    ]
    titles = {layout.id: layout.title for layout in load_layouts(book.workbook.params / "layouts")}
    rows: list[dict[str, object]] = []
    for name in dict.fromkeys(file.layout for file in found.files):
        files = [file for file in found.files if file.layout == name]
        title = titles.get(name)
        first = min((file.first_at for file in files if file.first_at), default=None)
        last = max((file.last_at for file in files if file.last_at), default=None)
        known = [file.amount_read for file in files if file.amount_read is not None]
        rows.append({
            "layout": (title.zh if book.locale == "zh" else title.en) if title else name,
            "files": len(files), "rows": number(sum(file.rows_read for file in files), book.locale),
            "amount": amount(book, sum(known), "money") if known else None,
            "span": f"{day(first.date(), book.locale)} – {day(last.date(), book.locale)}" if first and last else None,
        })  # fmt: skip
    note = Text(
        "Exports may overlap: an order counts once, as the last file tells it.",
        "导出文件可能重叠：每个订单只计一次，以最后读入的文件为准。",
    )
    return Table(columns, rows, book.say(Text("What was read", "读入的文件")), book.say(note))


def _left_out(book: Book, found: Quality) -> Table | Notice:
    if not found.left_out:
        return Notice("good", book.say(Text("No row was left out.", "没有任何行被剔除。")))
    columns = [
        Column("reason", book.say(Text("Reason", "原因"))),
        Column("rows", book.say(Text("Rows", "行数")), "right"),
        Column("amount", book.say(Text("Money in them", "金额")), "right"),
        Column("example", book.say(Text("For example", "示例"))),
        Column("how", book.say(Text("How", "方式"))),
    ]
    rows = [_left_out_row(book, one) for one in found.left_out]
    return Table(columns, rows, book.say(Text("Rows that are not in the figures", "未计入的行")))


def _left_out_row(book: Book, one: LeftOut) -> dict[str, object]:
    reason = book.say(one.reason)
    how = Status(book.say(_BY_RULE), "none") if one.rule else Status(book.say(_BAD), "warn")
    return {
        "reason": f"{one.column}: {reason}"
        if one.column and book.locale == "en"
        else f"{one.column}：{reason}"
        if one.column
        else reason,
        "rows": number(one.rows, book.locale),
        "amount": None if one.amount is None else amount(book, one.amount, "money"),
        "example": book.say(one.example),
        "how": how,
    }


def _gaps(book: Book, found: Quality) -> Table | Notice:
    if not found.gaps:
        return Notice(
            "good", book.say(Text("Nothing that the exports could tell is missing.", "导出文件应有的信息齐全。"))
        )
    columns = [
        Column("what", book.say(Text("Missing", "缺失"))),
        Column("off", book.say(Text("What that switches off", "因此无法提供"))),
    ]
    rows = [{"what": book.say(gap.what), "off": book.say(gap.switches_off)} for gap in found.gaps]
    return Table(columns, rows, book.say(Text("What the exports do not tell", "导出文件未提供的信息")))


def _counted_twice(book: Book) -> list[Passage]:
    """Hold the platform's own count of what was paid against the orders."""
    both = platform_count(book.data, book.to_date)
    if both is None:
        return []
    told, ours = both
    text = Text(
        "For the days of the quarter that its statistics cover, the platform counts {told} as paid, the orders say {ours}: {off} apart.",
        "在平台统计覆盖的本季日期内，平台统计支付金额 {told}，订单合计 {ours}，相差 {off}。",
    )
    off = percent(abs(told / ours - 1), book.locale, 1)
    return [Passage([book.say(text, told=amount(book, told, "money"), ours=amount(book, ours, "money"), off=off)])]


def _anomalies(book: Book) -> Table | Notice:
    found = anomalies(book.data, book.to_date)[:_MOST]
    if not found:
        text = Text(
            "No day of the quarter outside events is far from the same weekdays around it.",
            "除活动日外，本季没有明显偏离前后同星期水平的日子。",
        )
        return Notice("good", book.say(text))
    columns = [
        Column("day", book.say(Text("Day", "日期"))),
        Column("value", book.say(Text("Paid revenue", "支付金额")), "right"),
        Column("usual", book.say(Text("Usual for the weekday", "同星期常态")), "right"),
    ]
    rows = [
        {"day": day(one.day, book.locale), "value": amount(book, one.value, "money"), "usual": amount(book, one.usual, "money")}
        for one in found
    ]  # fmt: skip
    note = Text(
        "Outside shopping events, more than {far} robust standard deviations from the same weekdays up to six weeks away.",
        "不含活动日；与前后六周同星期相比偏离超过 {far} 个稳健标准差。",
    )
    return Table(columns, rows, book.say(Text("Days out of the ordinary", "异常日期")), book.say(note, far=FAR))
