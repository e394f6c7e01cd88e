"""The form of notebook 05: how each key result stands in its owner's words, last week's beside it; decisions and ideas."""

from __future__ import annotations

from typing import Any, get_args

import ipywidgets as w
from markupsafe import Markup

from okrlib.book import Book
from okrlib.forms.entry import Entry, as_number, options
from okrlib.forms.parts import (
    LABEL,
    Form,
    Remark,
    button,
    day_input,
    of_labels,
    offer,
    row,
    suggest,
    text_input,
)
from okrlib.forms.session import Session, session
from okrlib.okr import LABELS, CheckIn, Decision, Idea, KeyResult
from okrlib.okr.events import Blocker
from okrlib.okr.people import people_of
from okrlib.show.wording import amount, kr_title, kr_unit
from okrlib.steps import check_in as record_check_in
from okrlib.steps import decide, follow_up, propose
from okrlib.text import NO_DATA, Text, day

_TITLE = Text("Check in", "填写周报")
_LAST = Text("Last time, {day}, {by}: confidence {n} of 10", "上次（{day}，{by}）：信心 {n}/10")
_NEVER = Text("Nobody has checked in on it yet.", "还没有人更新过。")
_STANDS = Text("Now {now}; target {target}", "目前 {now}；目标 {target}")


def check_in(book: Book) -> CheckInForm:
    """Return the form of check-ins, decisions and ideas."""
    return CheckInForm(session(book))


class CheckInForm(Form):
    """A key result in a list, its last check-in, and the entry for the next; below, decisions and ideas."""

    def __init__(self, session: Session) -> None:
        self.session = session
        wide = w.Layout(width="100%")
        self.list = w.Select(description=session.say(Text("Key result", "关键结果")), rows=7, style=LABEL, layout=wide)
        self.list.observe(self._point, "value")
        self.before = Remark()
        self.entry = _check_in_entry(session, self._check_in)
        self.decision, self.idea = _decision_entry(session, self._decide), _idea_entry(session, self._propose)
        self.unsettled = w.VBox()
        headings = [
            Remark(Markup("<h4>{}</h4>").format(session.say(text)))
            for text in (Text("Decisions", "决定"), Text("Ideas", "想法"), Text("Still open", "尚未了结"))
        ]
        super().__init__(session, _TITLE, [
            self.list, self.before, self.entry, headings[0], self.decision, headings[1], self.idea, headings[2], self.unsettled,
        ])  # fmt: skip

    @property
    def key_result(self) -> KeyResult | None:
        """The chosen key result, as it was last saved."""
        found = {kr.id: kr for kr in self.session.copy.base.key_results}
        return found.get(self.list.value)

    def refresh(self) -> None:
        """Show the key results, who has said something of them when, and what is open."""
        book = self.session.book
        offer(
            self.list,
            self._point,
            [(f"{kr.id} {kr_title(book, kr)}", kr.id) for kr in self.session.copy.base.key_results],
        )
        self._show_before()
        self.unsettled.children = tuple(self._unsettled())

    def _point(self, _: object) -> None:
        self.entry.clear()
        self._show_before()

    def _show_before(self) -> None:
        kr, book = self.key_result, self.session.book
        if kr is None:
            self.before.say(self.session.say(Text("There is no key result yet.", "还没有关键结果。")))
            return
        told = kr.metric is not None
        self.entry.controls["value"].layout.display = "none" if told else ""
        now = amount(book, self.session.reading(kr).value, kr_unit(kr)) if told else NO_DATA
        target = amount(book, kr.target, kr_unit(kr)) if kr.target is not None else NO_DATA
        lines = [self.session.say(_STANDS, now=now, target=target)] if told else []
        said = book.whole_journal.check_ins(kr.id)
        lines += _last(self.session, said[-1]) if said else [self.session.say(_NEVER)]
        self.before.say(Markup("").join(Markup('<p class="okr-quiet">{}</p>').format(line) for line in lines))

    def _check_in(self, given: dict[str, Any]) -> None:
        value = as_number(self.session, given.pop("value", ""))
        self.session.record(record_check_in, str(self.list.value), value=value, **given)

    def _decide(self, given: dict[str, Any]) -> None:
        self.session.record(decide, given.pop("says"), **given)

    def _propose(self, given: dict[str, Any]) -> None:
        self.session.record(propose, given.pop("says"), given.pop("author", self.session.by), **given)

    def _unsettled(self) -> list[w.Widget]:
        """Open decisions and ideas not yet judged, each with the words that end it."""
        journal = self.session.book.whole_journal
        decisions = [one for one in journal.decisions() if one.status == "open"]
        ideas = [one for one in journal.ideas() if one.status == "proposed"]
        return [
            *(self._settle(one, ("done", "dropped")) for one in decisions),
            *(self._settle(one, ("taken_up", "declined")) for one in ideas),
        ]

    def _settle(self, one: Decision | Idea, ends: tuple[str, ...]) -> w.Widget:
        def end(status: str) -> None:
            self.session.record(follow_up, type(one), one.id, status=status)

        buttons = [button(self.session, LABELS[status], lambda status=status: end(status)) for status in ends]  # type: ignore[misc]
        who = one.owner if isinstance(one, Decision) else one.author
        for made in buttons:
            made.tooltip = f"{one.id} {made.description}"
        return row(Remark(" · ".join(filter(None, (one.id, one.says, who)))), *buttons)


def _last(session: Session, one: CheckIn) -> list[str]:
    lines = [session.say(_LAST, day=day(one.at.date(), session.locale), by=one.by, n=one.confidence), one.narrative]
    if one.blocker:
        lines.append(session.say(Text("Blocked: {what}", "受阻：{what}"), what=one.blocker))
    if one.next_action:
        due = f" ({day(one.next_due, session.locale)})" if one.next_due else ""
        lines.append(session.say(Text("Next: {what}", "下一步：{what}"), what=one.next_action) + due)
    return lines


def _check_in_entry(session: Session, record: Any) -> Entry:
    sure = [(str(n), n) for n in range(11)]
    controls = {
        "confidence": options(session, Text("Confidence, 0 to 10", "信心（0–10）"), sure),
        "narrative": text_input(session, Text("What happened", "进展说明"), rows=3),
        "value": text_input(session, Text("Value", "当前数值")),
        "blocker": text_input(session, Text("Blocked by", "受阻原因")),
        "blocker_kind": options(session, Text("Kind of blocker", "受阻类型"), of_labels(session, get_args(Blocker))),
        "next_action": text_input(session, Text("Next action", "下一步行动")),
        "next_due": day_input(session, Text("Due", "期限")),
    }
    rows = [["confidence", "value"], ["narrative"], ["blocker", "blocker_kind"], ["next_action", "next_due"]]
    label = Text("Record the check-in", "记录周报")
    return Entry(session, controls, record, required=("confidence", "narrative"), label=label, rows=rows)


def _decision_entry(session: Session, record: Any) -> Entry:
    controls = {
        "says": text_input(session, Text("What is decided", "决定内容")),
        "owner": suggest(session, Text("Owner", "负责人"), people_of(session.copy.sheet)),
        "due": day_input(session, Text("Due", "期限")),
    }
    return Entry(session, controls, record, required=("says",), label=Text("Record the decision", "记录决定"),
                 rows=[["says"], ["owner", "due"]])  # fmt: skip


def _idea_entry(session: Session, record: Any) -> Entry:
    controls = {
        "says": text_input(session, Text("The idea", "想法内容")),
        "author": suggest(session, Text("Whose idea", "提出人"), people_of(session.copy.sheet)),
    }
    return Entry(session, controls, record, required=("says",), label=Text("Record the idea", "记录想法"),
                 rows=[["says", "author"]])  # fmt: skip
