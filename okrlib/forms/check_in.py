"""The form of notebook 05: how each key result stands in its owner's words, last week's beside it; what the meeting says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import ipywidgets as w
from markupsafe import Markup

from okrlib.book import Book
from okrlib.forms.entry import Entry, as_number, options
from okrlib.forms.meeting import Meeting
from okrlib.forms.milestones import Milestones
from okrlib.forms.parts import LABEL, Form, Remark, day_input, of_labels, offer, text_input
from okrlib.forms.saving import SaveBar
from okrlib.forms.session import Session, session
from okrlib.okr import CheckIn, KeyResult
from okrlib.okr.events import Blocker
from okrlib.show.wording import amount, kr_title, kr_unit
from okrlib.steps import check_in as record_check_in
from okrlib.text import NO_DATA, Text, day

_TITLE = Text("Check in", "填写周报")
_LAST = Text("Last time, {day}, {by}: confidence {n} of 10", "上次（{day}，{by}）：信心 {n}/10")
_NEVER = Text("Nobody has checked in on it yet.", "还没有人更新过。")
_VALUE = Text("Value", "当前数值")
_STANDS = Text("Now {now}; target {target}", "目前 {now}；目标 {target}")


def check_in(book: Book) -> CheckInForm:
    """Return the form of check-ins, what the meeting says."""
    return CheckInForm(session(book))


class CheckInForm(Form):
    """A key result in a list, its last check-in, and the entry for the next; below, what a meeting says beside."""

    def __init__(self, session: Session) -> None:
        self.session = session
        wide = w.Layout(width="100%")
        self.list = w.Select(description=session.say(Text("Key result", "关键结果")), rows=7, style=LABEL, layout=wide)
        self.list.observe(self._point, "value")
        self.before = Remark()
        self.milestones, self.bar = Milestones(session), SaveBar(session)
        self.entry = _check_in_entry(session, self._check_in)
        self.meeting = Meeting(session)
        super().__init__(session, _TITLE, [self.list, self.before, self.milestones, self.bar, self.entry, self.meeting])

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
        self._show_milestones()
        self.meeting.refresh()

    def _point(self, _: object) -> None:
        self.entry.clear()
        self._show_before()
        self._show_milestones()

    def _show_milestones(self) -> None:
        """Let milestones be ticked off where there are some: the sheet holds the days on which they were reached."""
        kr = self.key_result
        self.milestones.point(kr.id if kr and kr.kind == "milestones" else None)
        self.bar.refresh()
        self.bar.layout.display = self.milestones.layout.display

    def _show_before(self) -> None:
        kr, book = self.key_result, self.session.book
        if kr is None:
            self.before.say(self.session.say(Text("There is no key result yet.", "还没有关键结果。")))
            return
        told = kr.metric is not None
        asked = None if told or kr.kind == "milestones" else "reached" if kr.kind == "yes_no" else "value"
        for name in ("value", "reached"):
            self.entry.fields[name].layout.display = "" if name == asked else "none"
        self.entry.controls["value"].description = _named(self.session, kr.measure.unit if kr.measure else "")
        now = amount(book, self.session.reading(kr).value, kr_unit(kr)) if told else NO_DATA
        target = amount(book, kr.target, kr_unit(kr)) if kr.target is not None else NO_DATA
        lines = [self.session.say(_STANDS, now=now, target=target)] if told else []
        said = book.whole_journal.check_ins(kr.id)
        lines += _last(self.session, said[-1]) if said else [self.session.say(_NEVER)]
        self.before.say(Markup("").join(Markup('<p class="okr-quiet">{}</p>').format(line) for line in lines))

    def _check_in(self, given: dict[str, Any]) -> None:
        value, reached = as_number(self.session, given.pop("value", "")), given.pop("reached", None)
        value = value if reached is None else Decimal(reached)
        self.session.record(record_check_in, str(self.list.value), value=value, **given)


def _named(session: Session, unit: str) -> str:
    """Label the typed value with its unit."""
    return session.say(Text("Value ({unit})", "当前数值（{unit}）"), unit=unit) if unit else session.say(_VALUE)


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
    done = [(session.say(Text("not yet", "尚未完成")), 0), (session.say(Text("yes", "已完成")), 1)]
    controls = {
        "confidence": options(session, Text("Confidence, 0 to 10", "信心（0–10）"), sure),
        "narrative": text_input(session, Text("What happened", "进展说明"), rows=3),
        "value": text_input(session, _VALUE),
        "reached": options(session, Text("Is it done?", "是否完成"), done),
        "blocker": text_input(session, Text("Blocked by", "受阻原因")),
        "blocker_kind": options(session, Text("Kind of blocker", "受阻类型"), of_labels(session, get_args(Blocker))),
        "next_action": text_input(session, Text("Next action", "下一步行动")),
        "next_due": day_input(session, Text("Due", "期限")),
    }
    rows = [["confidence", "value", "reached"], ["narrative"], ["blocker", "blocker_kind"], ["next_action", "next_due"]]
    label = Text("Record the check-in", "记录周报")
    return Entry(session, controls, record, required=("confidence", "narrative"), label=label, rows=rows)
