"""The monthly meeting: what four weeks brought, what was decided and became of it, whose ideas were taken up, what was said."""

from __future__ import annotations

from okrlib.book import Book
from okrlib.okr import LABELS, Decision
from okrlib.okr.agenda import KindOfBlocker, blockers_by_kind
from okrlib.okr.events import CONFIDENCE_AT_START
from okrlib.okr.month import Month, MonthLine
from okrlib.show.goals import NO_SHEET
from okrlib.show.meeting import moved
from okrlib.show.palette import Level
from okrlib.show.plan import LISTED, handover
from okrlib.show.prose import Notice
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import kr_title, pill
from okrlib.text import NO_DATA, Text, day, ends, percent

_DECIDED: dict[str, Level] = {"open": "warn", "done": "good", "dropped": "none"}
_JUDGED: dict[str, Level] = {"proposed": "none", "taken_up": "good", "done": "good", "declined": "none"}
_NOTHING = Text(
    "No meeting has left anything written down in these four weeks.", "这四周没有留下会议记录、决议或想法。"
)


def month(book: Book) -> Stack:
    """Look back on four weeks: every key result, decisions, ideas with credit, minutes."""
    found = book.month
    if found is None:
        return Stack([Notice("none", book.say(NO_SHEET))])
    kept = [part for part in (_decisions(book, found), _ideas(book, found), _minutes(book, found)) if part.rows]
    return Stack([_lines(book, found), *(kept or (Notice("none", book.say(_NOTHING)),))])


def _lines(book: Book, found: Month) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("then", book.say(Text("Progress then", "期初进度")), "right"),
        Column("now", book.say(Text("Progress now", "当前进度")), "right"),
        Column("moved", book.say(Text("Progress moved", "进度变化")), "right"),
        Column("confidence", book.say(Text("Confidence", "信心")), "right"),
        Column("heard", book.say(Text("Check-ins", "更新次数")), "right"),
        Column("status", book.say(Text("Status", "状态"))),
    ]
    title = Text("Four weeks, from {first} to {last}", "近四周（{first}至{last}）")
    note = Text(
        "Check-ins: made / asked for by the sheet's cadence. Progress is the share of the way from baseline to target, then "
        "on the day before these weeks began: on a short way a small step of the figure is a large one of progress.",
        "更新次数：实际 / 按约定频率应有。进度＝从基线到目标已走的比例，两者相近时，数值稍动进度就会大变；"
        "期初进度取这四周开始前一天。",
    )
    first, last = ends(found.days.start, found.days.end, book.locale)
    caption = book.say(title, first=first, last=last)
    return Table(columns, [_line(book, one) for one in found.lines], caption, book.say(note), stacked=True)


def _line(book: Book, one: MonthLine) -> dict[str, object]:
    state, before = one.state, one.before
    then = before.progress if before else None
    by = None if state.progress is None or then is None else state.progress - then
    was = before.confidence if before else CONFIDENCE_AT_START
    enough: Level = "good" if one.check_ins >= one.asked_for else "warn" if one.check_ins else "bad"
    return {
        "title": f"{state.id} {kr_title(book, state.key_result)}", "owner": state.owner,
        "then": percent(then, book.locale), "now": percent(state.progress, book.locale),
        "moved": moved(book, state.key_result, by) if by else NO_DATA,
        "confidence": f"{was} → {state.confidence}" if state.check_in else NO_DATA,
        "heard": Status(f"{one.check_ins} / {one.asked_for}", enough), "status": pill(book, state.status),
    }  # fmt: skip


def _decisions(book: Book, found: Month) -> Table:
    columns = [
        Column("says", book.say(Text("Decision", "决议")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("due", book.say(Text("Due", "应完成"))),
        Column("status", book.say(Text("What became of it", "落实情况"))),
        Column("meeting", book.say(Text("Meeting", "会议"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "says": f"{one.id} {one.says}", "owner": one.owner, "due": day(one.due, book.locale) if one.due else None,
            "status": _became(book, one), "meeting": one.meeting,
        }
        for one in found.decisions
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Decisions, and what became of them", "决议与落实")), stacked=True)


def _became(book: Book, one: Decision) -> Status:
    if one.status == "open" and one.due and one.due < book.as_of:
        late = Text("open, {n} days late", "未落实，已逾期 {n} 天")
        return Status(book.say(late, n=(book.as_of - one.due).days), "bad")
    return Status(book.say(LABELS[one.status]), _DECIDED[one.status])


def _ideas(book: Book, found: Month) -> Table:
    columns = [
        Column("says", book.say(Text("Idea", "想法")), wide=True),
        Column("author", book.say(Text("Thanks to", "提出人"))),
        Column("status", book.say(Text("Taken up?", "是否采纳"))),
        Column("judgement", book.say(Text("Why", "评议")), wide=True),
    ]
    rows: list[dict[str, object]] = [
        {
            "says": f"{one.id} {one.says}", "author": one.author, "judgement": one.judgement,
            "status": Status(book.say(LABELS[one.status]), _JUDGED[one.status]),
        }
        for one in found.ideas
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Ideas, and whose they are", "想法与提出人")), stacked=True)


def _minutes(book: Book, found: Month) -> Table:
    columns = [
        Column("on", book.say(Text("Meeting", "会议"))),
        Column("says", book.say(Text("Minutes", "纪要")), wide=True),
        Column("present", book.say(Text("Present", "参会人"))),
        Column("decided", book.say(Text("Decided there", "当日决议"))),
    ]
    rows: list[dict[str, object]] = []
    for one in found.minutes:
        made = [
            event.id for event in book.journal.of(Decision)
            if event.at.date() == one.at.date() and event.meeting == one.meeting and event.status == "open"
        ]  # fmt: skip
        rows.append({
            "on": f"{day(one.at.date(), book.locale)} {one.meeting}", "says": one.says,
            "present": book.say(LISTED).join(one.present) or None, "decided": book.say(LISTED).join(made) or None,
        })  # fmt: skip
    return Table(columns, rows, book.say(Text("Minutes", "会议纪要")), stacked=True)


def blockers(book: Book) -> Stack | Notice:
    """What holds the work up, by kind, and what teams wait for from each other."""
    if book.agenda is None:
        return Notice("none", book.say(NO_SHEET))
    kinds = blockers_by_kind(book.agenda.blocked)
    parts: list[Part] = [_kinds(book, kinds)] if kinds else [
        Notice("good", book.say(Text("Nothing is blocked.", "没有受阻事项。")))
    ]  # fmt: skip
    return Stack([*parts, handover(book)])


def _kinds(book: Book, kinds: tuple[KindOfBlocker, ...]) -> Table:
    columns = [
        Column("kind", book.say(Text("Kind", "类型"))),
        Column("count", book.say(Text("Blocked", "受阻项数")), "right"),
        Column("days", book.say(Text("Longest, in days", "最长天数")), "right"),
        Column("what", book.say(Text("What waits", "受阻事项")), wide=True),
    ]
    unknown = Text("not said", "未说明")
    rows: list[dict[str, object]] = [
        {
            "kind": book.say(LABELS[one.kind] if one.kind else unknown), "count": len(one.items), "days": one.longest,
            "what": book.say(Text("; ", "；")).join(f"{item.id} {item.title}" for item in one.items),
        }
        for one in kinds
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("What holds the work up", "受阻原因")), stacked=True)
