"""The check-in meeting: an agenda that writes itself, and what owners last said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.okr import LABELS, KeyResult
from okrlib.okr.agenda import Agenda
from okrlib.okr.states import KeyResultState
from okrlib.okr.status import limits
from okrlib.show.course import chance, judged_as
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice
from okrlib.show.stack import Stack
from okrlib.show.table import Change, Column, Status, Table
from okrlib.show.wording import POINTS, amount, kr_title, kr_unit, pill
from okrlib.text import Text, day, number, percent, signed_percent

_GUARDRAIL, _COMMITMENT = Text("a guardrail", "底线指标"), Text("a commitment", "承诺型目标")
_OTHER = Text("such an objective", "这类目标")
_UNKNOWN = Text("{what}: no data since {day}.", "{what}：{day}之后没有数据。")
_NOTHING = Text("Nothing to talk about under: {what}.", "以下各项均无内容：{what}。")


def agenda(book: Book) -> Stack:
    """The agenda in the order of a meeting: moved, lagging, blocked, overdue, silent, decisions, ideas."""
    found = book.agenda
    if found is None:
        return Stack([Notice("none", book.say(NO_SHEET))])
    parts = (_moved, _lagging, _blocked, _overdue, _silent, _decisions, _ideas)
    made = [part(book, found) for part in parts]
    unknown = book.say(_UNKNOWN, what=made[0].caption, day=day(book.data_to, book.locale)) if book.cut_short else ""
    empty = [table.caption for table in made if not (table.rows or (unknown and table is made[0]))]
    rest = [Notice("none", book.say(_NOTHING, what=" · ".join(empty)))] if empty else []
    missing = [Notice("warn", unknown)] if unknown else []
    return Stack([*missing, *(table for table in made if table.rows), *rest])


def _listed(book: Book, title: Text, columns: list[Column], rows: list[dict[str, object]]) -> Table:
    return Table(columns, rows, book.say(title), stacked=True)


def _moved(book: Book, found: Agenda) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("before", book.say(Text("A week ago", "一周前")), "right"),
        Column("now", book.say(Text("Now", "当前")), "right"),
        Column("change", book.say(Text("Progress moved", "进度变化")), "right"),
    ]
    rows: list[dict[str, object]] = []
    for move in sorted(found.moved, key=lambda one: -abs(one.change)):
        unit = kr_unit(move.state.key_result)
        rows.append({
            "title": f"{move.state.id} {kr_title(book, move.state.key_result)}", "before": amount(book, move.before.value, unit),
            "now": amount(book, move.state.value, unit), "change": moved(book, move.state.key_result, move.change),
        })  # fmt: skip
    return _listed(book, Text("What moved in the last seven days", "近七天的变化"), columns, rows)


def moved(book: Book, kr: KeyResult, by: Decimal) -> Change:
    """Say how far progress came (0.05 is five points); a threshold is only ever met or not."""
    if kr.kind in {"reach", "milestones"}:
        return Change(f"{'+' if by > 0 else ''}{number(by * 100, book.locale, 1)} {book.say(POINTS)}", by > 0)
    met = Text("now met", "现已达标") if by > 0 else Text("no longer met", "不再达标")
    return Change(book.say(met), by > 0)


def _lagging(book: Book, found: Agenda) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("now", book.say(Text("Now", "当前")), "right"),
        Column("expected", book.say(Text("Expected by now", "此时应为")), "right"),
        Column("driver", book.say(Text("Held back by", "主要拖累"))),
        Column("tasks", book.say(Text("Tasks meant to move it", "相关任务"))),
        Column("status", book.say(Text("Status", "状态"))),
    ]
    tasks = book.journal.tasks(book.scorecard.sheet) if book.scorecard else ()
    rows: list[dict[str, object]] = []
    for state in found.lagging:
        unit = kr_unit(state.key_result)
        own = [f"{task.title} ({book.say(LABELS[task.status])})" for task in tasks if task.key_result == state.id]
        rows.append({
            "title": f"{state.id} {kr_title(book, state.key_result)}", "owner": state.owner,
            "now": amount(book, state.value, unit), "expected": amount(book, state.expected, unit),
            "driver": _held_back(book, state), "tasks": "; ".join(own) or book.say(Text("none", "无")),
            "status": pill(book, state.status),
        })  # fmt: skip
    return _listed(book, Text("Lagging key results", "落后的关键结果"), columns, rows)


def _held_back(book: Book, state: KeyResultState) -> str | None:
    """What weighs most against a key result; one that is not behind its path says which chance it lacks."""
    said = (_driver(book, state.id, kr_unit(state.key_result)), _too_unlikely(book, state))
    return book.say(Text("; ", "；")).join(part for part in said if part) or None


def _too_unlikely(book: Book, state: KeyResultState) -> str | None:
    if not state.on_path or state.probability is None:
        return None
    kind = judged_as(book, state)
    asked = _GUARDRAIL if state.key_result.guardrail else _COMMITMENT if kind == "committed" else _OTHER
    says = Text(
        "not behind its path, but its chance ({chance}) is below the {limit} asked of {asked}",
        "并未落后于预期路径，但达成把握（{chance}）低于{asked}所要求的 {limit}",
    )
    limit = percent(Decimal(str(limits(kind)[0])), book.locale)
    return book.say(says, chance=chance(book, state), limit=limit, asked=book.say(asked))


def _driver(book: Book, name: str, unit: str) -> str | None:
    """The driver that weighs most against a key result, and how much it takes from it."""
    drag = book.drags.get(name)
    if drag is None:
        return None
    label = book.say(CATALOGUE[drag.metric].label)
    if drag.change is not None:
        moved = signed_percent(drag.change, book.locale, 0)
        return book.say(Text("{label} {moved} on last year", "{label}同比 {moved}"), label=label, moved=moved)
    says = {
        "plan": Text("{label}: {part} against the plan", "{label}：较计划 {part}"),
        "last_year": Text("{label}: {part} on last year", "{label}：较去年 {part}"),
    }
    return book.say(says[drag.against], label=label, part=f"−{amount(book, abs(drag.part or Decimal(0)), unit)}")


def _blocked(book: Book, found: Agenda) -> Table:
    columns = [
        Column("title", book.say(Text("Blocked", "受阻事项"))),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("by", book.say(Text("By what", "受阻原因")), wide=True),
        Column("kind", book.say(Text("Kind", "类型"))),
        Column("days", book.say(Text("Days", "天数")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": f"{one.id} {one.title}", "owner": one.owner, "by": one.by,
            "kind": book.say(LABELS[one.kind]) if one.kind else None, "days": one.days,
        }
        for one in found.blocked
    ]  # fmt: skip
    return _listed(book, Text("Blocked", "受阻"), columns, rows)


def _overdue(book: Book, found: Agenda) -> Table:
    columns = [
        Column("title", book.say(Text("Promised", "承诺事项"))),
        Column("what", book.say(Text("Kind", "类型"))),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("due", book.say(Text("Due", "应完成"))),
        Column("days", book.say(Text("Days late", "逾期天数")), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": one.title, "what": book.say(one.what), "owner": one.owner,
            "due": day(one.due, book.locale), "days": one.days,
        }
        for one in found.overdue
    ]  # fmt: skip
    return _listed(book, Text("Overdue", "已逾期"), columns, rows)


def _silent(book: Book, found: Agenda) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("last", book.say(Text("Last check-in", "上次更新"))),
    ]
    never = book.say(Text("never", "从未"))
    rows: list[dict[str, object]] = [
        {
            "title": f"{state.id} {kr_title(book, state.key_result)}", "owner": state.owner,
            "last": day(state.last_check_in, book.locale) if state.last_check_in else never,
        }
        for state in found.silent
    ]  # fmt: skip
    return _listed(book, Text("Silent key results", "久未更新的关键结果"), columns, rows)


def _decisions(book: Book, found: Agenda) -> Table:
    columns = [
        Column("says", book.say(Text("Decision", "决议")), wide=True),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("due", book.say(Text("Due", "应完成"))),
        Column("made", book.say(Text("Decided on", "议定日"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "says": f"{one.id} {one.says}", "owner": one.owner, "due": day(one.due, book.locale) if one.due else None,
            "made": day(one.at.date(), book.locale),
        }
        for one in found.decisions
    ]  # fmt: skip
    return _listed(book, Text("Open decisions", "待落实的决议"), columns, rows)


def _ideas(book: Book, found: Agenda) -> Table:
    columns = [
        Column("says", book.say(Text("Idea", "想法")), wide=True),
        Column("author", book.say(Text("From", "提出人"))),
        Column("made", book.say(Text("On", "日期"))),
    ]
    rows: list[dict[str, object]] = [
        {"says": f"{one.id} {one.says}", "author": one.author, "made": day(one.at.date(), book.locale)}
        for one in found.ideas
    ]
    return _listed(book, Text("Ideas to judge", "待评议的想法"), columns, rows)


def check_ins(book: Book) -> Table | Notice:
    """What every owner last said: confidence, story, next step."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("by", book.say(Text("Said by", "填写人"))),
        Column("on", book.say(Text("On", "日期"))),
        Column("confidence", book.say(Text("Confidence", "信心")), "right"),
        Column("narrative", book.say(Text("What happened", "进展说明")), wide=True),
        Column("next", book.say(Text("Next", "下一步"))),
    ]
    return _listed(book, Text("Latest check-ins", "最近一次周报"), columns, list(_check_in_rows(book)))


def _check_in_rows(book: Book) -> Iterator[dict[str, object]]:
    for state in book.scorecard.key_results if book.scorecard else ():
        said = state.check_in
        if said is None:
            silence = Status(book.say(Text("no check-in yet", "尚无周报")), "none")
            yield {"title": f"{state.id} {kr_title(book, state.key_result)}", "narrative": silence}
            continue
        trend = [one.confidence for one in book.journal.check_ins(state.id)]
        moved = f"{trend[-2]} → {trend[-1]}" if len(trend) > 1 and trend[-2] != trend[-1] else str(trend[-1])
        due = f" ({day(said.next_due, book.locale)})" if said.next_due else ""
        yield {
            "title": f"{state.id} {kr_title(book, state.key_result)}", "by": said.by, "on": day(said.at.date(), book.locale),
            "confidence": moved, "narrative": said.narrative, "next": f"{said.next_action}{due}" if said.next_action else None,
        }  # fmt: skip
