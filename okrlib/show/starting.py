"""Where key results start: the value, by which rule, from which days and data, and what is unusual about them."""

from __future__ import annotations

from okrlib.analysis.starts import Start
from okrlib.book import Book
from okrlib.okr import LABELS
from okrlib.periods import Period, parse_day
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, kr_title, kr_unit
from okrlib.text import Text, day

_TYPED = Text("typed", "手工填写")
_SHORT = 8  # of the fingerprint's 64 digits, enough to tell two apart


def baselines(book: Book) -> Table | Notice:
    """Every baseline with its rule, window and data, and whether the window was an ordinary one."""
    if book.intended is None:
        return Notice("none", book.say(NO_SHEET))
    if not book.starts:
        return Notice("none", book.say(Text("No key result has a baseline.", "没有需要基线的关键结果。")))
    odd = any(start.unusual for start in book.starts.values())
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("value", book.say(Text("Baseline", "基线")), "right"),
        Column("rule", book.say(Text("Rule", "规则"))),
        Column("days", book.say(Text("Days", "取数区间"))),
        Column("ordinary", book.say(Text("Ordinary days?", "区间寻常吗"))),
        *([Column("unusual", book.say(Text("What is unusual", "不寻常之处")), wide=True)] if odd else []),
        Column("data", book.say(Text("Data", "数据指纹"))),
    ]
    frozen = next(iter(book.starts.values())).frozen_on
    note = Text(
        "Frozen on {day}: whatever happens to targets, baselines never move. Data: the first digits of the fingerprint of all files "
        "read by then.",
        "基线于 {day} 锁定：目标可以调整，基线不再变动。数据指纹：当时已读取的全部文件的指纹前几位。",
    ) if frozen else Text("A draft: baselines are frozen when it is locked.", "草稿：锁定时基线才会固定。")  # fmt: skip
    rows = [_row(book, start) for start in book.starts.values()]
    said = book.say(note, day=day(frozen, book.locale)) if frozen else book.say(note)
    return Table(columns, rows, book.say(Text("Where they start", "从哪里起步")), said, stacked=True)


def _row(book: Book, start: Start) -> dict[str, object]:
    kr, baseline = start.key_result, start.baseline
    by_rule = baseline.rule != "typed"
    ordinary = (
        Status(book.say(Text("no", "否")), "warn") if start.unusual else Status(book.say(Text("yes", "是")), "good")
    )
    return {
        "title": f"{kr.id} {kr_title(book, kr)}",
        "value": amount(book, baseline.value, kr_unit(kr)),
        "rule": book.say(LABELS[baseline.rule] if by_rule else _TYPED),
        "days": days_of(book, baseline.period),
        "ordinary": ordinary if by_rule else None,
        "unusual": " ".join(book.say(says) for says in start.unusual) or None,
        "data": baseline.fingerprint[:_SHORT] if baseline.fingerprint else None,
    }


def days_of(book: Book, text: str | None) -> str | None:
    """Word the days of a frozen baseline (``2026-07-01..2026-09-30``); a typed one has none."""
    if text is None:
        return None
    first, _, last = text.partition("..")
    period = Period(parse_day(first), parse_day(last))
    return f"{day(period.start, book.locale)} – {day(period.end, book.locale)}"
