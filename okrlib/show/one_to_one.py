"""A sheet for the talk between two people: what one of them answers for, did, said, asks for and was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from okrlib.book import Book
from okrlib.okr import LABELS, Feedback, KeyResultState
from okrlib.okr.load import Booking, make_load
from okrlib.okr.plan import PlannedTask
from okrlib.okr.status import Status as OkrStatus
from okrlib.show.palette import Level
from okrlib.show.plan import plan_of, resources_of
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part
from okrlib.show.table import Bar, Column, Status, Table
from okrlib.show.wording import amount, kr_title, kr_unit, pill
from okrlib.text import Text, day, percent, short_day

_FALLEN = 2  # points of confidence that are worth a question
_NOTHING = Text("Nothing.", "无。")
_NOTHING_ASKED = Text(
    "Nothing is late, blocked or silent. What should go on just so?",
    "没有落后、受阻或久未更新的事项。哪些做法值得保持？",
)


def one_to_one(book: Book, person: str) -> list[tuple[str, Part]]:
    """Return headings and what stands under them: the questions first, then what they rest on."""
    parts = (
        (Text("To talk about", "谈什么"), _questions(book, person)),
        (Text("Key results", "关键结果"), _key_results(book, person)),
        (Text("Tasks", "任务"), _tasks(book, person)),
        (Text("Help asked for", "需要的支持"), _help(book, person)),
        (Text("Promised", "承诺事项"), _promised(book, person)),
        (Text("Ideas", "想法"), _ideas(book, person)),
        (Text("Feedback, both ways", "双向反馈"), _feedback(book, person)),
    )
    return [(book.say(title), part) for title, part in parts]


def _states(book: Book, person: str) -> list[KeyResultState]:
    return [state for state in book.scorecard.key_results if state.owner == person] if book.scorecard else []


def _own_tasks(book: Book, person: str) -> list[PlannedTask]:
    plan = plan_of(book)
    return [one for one in plan.tasks if person in one.people] if plan else []


def _listed(book: Book, columns: Sequence[tuple[str, Text]], rows: list[dict[str, object]]) -> Part:
    if not rows:
        return Passage([book.say(_NOTHING)])
    first, *rest = columns
    return Table(
        [Column(first[0], book.say(first[1]), wide=True), *(Column(key, book.say(label)) for key, label in rest)],
        rows,
        stacked=True,
    )


def _questions(book: Book, person: str) -> Part:
    """Ask what the figures ask; where they ask nothing, that is worth saying too."""
    asked = [
        *(question for state in _states(book, person) for question in _about_key_result(book, state)),
        *(question for one in _own_tasks(book, person) for question in _about_task(book, one, person)),
        *_about_load(book, person),
    ]
    if not asked:
        return Notice("good", book.say(_NOTHING_ASKED))
    return Table(
        [
            Column("about", book.say(Text("About", "事项"))),
            Column("why", book.say(Text("Sign", "迹象"))),
            Column("ask", book.say(Text("Question", "可以问")), wide=True),
        ],
        [{"about": about, "why": Status(why, level), "ask": ask} for about, why, level, ask in asked],
        stacked=True,
    )


Question = tuple[str, str, Level, str]


def _about_key_result(book: Book, state: KeyResultState) -> Iterator[Question]:
    if state.status in {OkrStatus.AT_RISK, OkrStatus.MISSED, OkrStatus.BEHIND}:
        ask = Text("What would bring it back, and what does it need from us?", "怎样才能追回来？需要我们做什么？")
        yield state.id, book.say(state.status.label), state.status.colour, book.say(ask)
    if state.status.silent:
        ask = Text("Is it still worth pursuing? If so, how does it stand?", "这项还要做吗？如果要，现在进展如何？")
        yield state.id, book.say(state.status.label), state.status.colour, book.say(ask)
    said = [one.confidence for one in book.journal.check_ins(state.id)]
    if len(said) > 1 and said[-2] - said[-1] >= _FALLEN:
        ask = Text("What has changed since then?", "这段时间发生了什么变化？")
        fell = book.say(Text("confidence {was} → {now}", "信心 {was} → {now}"), was=said[-2], now=said[-1])
        yield state.id, fell, "warn", book.say(ask)


def _about_task(book: Book, one: PlannedTask, person: str) -> Iterator[Question]:
    if one.marks and one.marks[0].level != "none" and one.task.owner == person:
        ask = Text("Who or what can help to move it on?", "谁或什么能帮它推进？")
        yield one.id, book.say(one.marks[0].says), one.marks[0].level, book.say(ask)


def _about_load(book: Book, person: str) -> Iterator[Question]:
    plan = plan_of(book)
    lines = make_load(plan, resources_of(book)).people if plan and not book.over else ()
    asks = {
        Booking.OVER: Text("What can wait, or go to somebody else?", "哪些可以延后，或交给别人？"),
        Booking.IDLE: Text("Where would a free hand help most?", "空出来的时间，用在哪里最有帮助？"),
    }
    for line in lines:
        if line.name == person and line.booking in asks:
            label = book.say(line.booking.label)
            yield book.say(Text("load", "工作量")), label, line.booking.level, book.say(asks[line.booking])


def _key_results(book: Book, person: str) -> Part:
    columns = (
        ("title", Text("Key result", "关键结果")), ("status", Text("Status", "状态")), ("progress", Text("Progress", "进度")),
        ("now", Text("Now", "当前")), ("confidence", Text("Confidence so far", "历次信心")), ("said", Text("Last said", "最近说明")),
    )  # fmt: skip
    rows: list[dict[str, object]] = []
    for state in _states(book, person):
        progress = None if state.progress is None else float(state.progress)
        trend = " → ".join(str(one.confidence) for one in book.journal.check_ins(state.id))
        rows.append({
            "title": f"{state.id} {kr_title(book, state.key_result)}", "status": pill(book, state.status),
            "progress": Bar(progress, percent(state.progress, book.locale), state.status.colour),
            "now": amount(book, state.value, kr_unit(state.key_result)), "confidence": trend or None, "said": state.narrative,
        })  # fmt: skip
    return _listed(book, columns, rows)


def _tasks(book: Book, person: str) -> Part:
    columns = (
        ("title", Text("Task", "任务")), ("status", Text("Status", "状态")), ("due", Text("Due", "截止日")),
        ("marks", Text("To watch", "需要留意")), ("quality", Text("Quality, 1–5", "质量（1–5）")),
    )  # fmt: skip
    helps = Text("{title} (takes part)", "{title}（参与）")
    rows: list[dict[str, object]] = []
    for one in _own_tasks(book, person):
        title = f"{one.id} {one.task.title}"
        rows.append({
            "title": title if one.task.owner == person else book.say(helps, title=title),
            "status": book.say(LABELS[one.task.status]), "due": short_day(one.schedule.due, book.locale),
            "marks": book.say(Text("; ", "；")).join(book.say(mark.says) for mark in one.marks) or None, "quality": one.task.quality,
        })  # fmt: skip
    return _listed(book, columns, rows)


def _help(book: Book, person: str) -> Part:
    found = book.agenda
    columns = (
        ("what", Text("Blocked", "受阻事项")),
        ("by", Text("By what", "受阻原因")),
        ("days", Text("Days", "天数")),
    )
    rows: list[dict[str, object]] = [
        {"what": f"{one.id} {one.title}", "by": one.by, "days": one.days}
        for one in (found.blocked if found else ())
        if one.owner == person
    ]
    return _listed(book, columns, rows)


def _promised(book: Book, person: str) -> Part:
    """Open decisions, and the next steps of the latest check-ins."""
    columns = (("says", Text("What", "内容")), ("due", Text("Due", "应完成")), ("made", Text("Since", "提出日")))
    said = [state.check_in for state in _states(book, person) if state.check_in and state.check_in.next_action]
    open_ = [one for one in book.journal.decisions() if one.status == "open" and one.owner == person]
    promises = [
        *((f"{one.id} {one.says}", one.due, one.at) for one in open_),
        *((f"{one.key_result} {one.next_action}", one.next_due, one.at) for one in said),
    ]
    rows: list[dict[str, object]] = [
        {"says": says, "due": _due(book, due), "made": day(at.date(), book.locale)} for says, due, at in promises
    ]
    return _listed(book, columns, rows)


def _due(book: Book, due: date | None) -> Status | str | None:
    if due is None:
        return None
    text = day(due, book.locale)
    return Status(text, "bad") if due < book.as_of else text


def _ideas(book: Book, person: str) -> Part:
    columns = (("says", Text("Idea", "想法")), ("status", Text("Status", "状态")), ("why", Text("Judgement", "评议")))
    rows: list[dict[str, object]] = [
        {"says": f"{one.id} {one.says}", "status": book.say(LABELS[one.status]), "why": one.judgement}
        for one in book.journal.ideas()
        if one.author == person
    ]
    return _listed(book, columns, rows)


def _feedback(book: Book, person: str) -> Part:
    columns = (
        ("says", Text("Said", "内容")), ("from", Text("From", "来自")), ("to", Text("To", "给")), ("on", Text("On", "日期")),
        ("about", Text("About", "关于")),
    )  # fmt: skip
    rows: list[dict[str, object]] = [
        {"says": one.says, "from": one.by, "to": one.to, "on": day(one.at.date(), book.locale), "about": one.about}
        for one in book.journal.of(Feedback)
        if person in {one.by, one.to}
    ]
    return _listed(book, columns, rows)
