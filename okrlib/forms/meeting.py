"""What a meeting says beside the check-ins: decisions, ideas, minutes, and what one person tells another."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
from markupsafe import Markup

from okrlib.forms.entry import Entry, options
from okrlib.forms.parts import Remark, button, day_input, listed, row, suggest, text_input
from okrlib.forms.session import Session
from okrlib.okr import LABELS, Decision, Idea
from okrlib.okr.people import people_of
from okrlib.show.wording import kr_title
from okrlib.steps import decide, follow_up, give_feedback, keep_minutes, propose
from okrlib.text import Text

_ABOUT, _OWNER, _DUE = Text("About", "关于"), Text("Owner", "负责人"), Text("Due", "期限")
_MEETING = Text("Meeting", "会议")
_USUAL = (Text("weekly", "周会"), Text("monthly", "月会"))
_PRESENT = Text("Who was there (commas between)", "参会人（用逗号隔开）")
_PRIVATE = Text("Feedback (shows in one-to-ones only)", "反馈（只在一对一面谈中显示）")
_ENDS = {Decision: ("done", "dropped"), Idea: ("taken_up", "declined")}


class Meeting(w.VBox):  # type: ignore[misc]
    """An entry for each thing that a meeting says, and what is still open of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.decision = _decision(session, self._decide)
        self.idea = _idea(session, self._propose)
        self.minutes = _minutes(session, self._keep)
        self.feedback = _feedback(session, self._tell)
        self.unsettled = w.VBox()
        parts = {
            Text("Decisions", "决定"): self.decision, Text("Ideas", "想法"): self.idea,
            Text("Still open", "尚未了结"): self.unsettled, Text("Minutes", "会议纪要"): self.minutes, _PRIVATE: self.feedback,
        }  # fmt: skip
        heading = Markup("<h4>{}</h4>")
        super().__init__(
            [one for text, part in parts.items() for one in (Remark(heading.format(session.say(text))), part)]
        )

    def refresh(self) -> None:
        """Show decisions that are open and ideas not yet judged, each with the words that end it."""
        journal = self.session.book.whole_journal
        decisions = [one for one in journal.decisions() if one.status == "open"]
        ideas = [one for one in journal.ideas() if one.status == "proposed"]
        for entry in (self.decision, self.idea, self.feedback):
            entry.offer("about", _known(self.session))
        self.unsettled.children = (*map(self._settle, decisions), *map(self._settle, ideas))

    def _settle(self, one: Decision | Idea) -> w.Widget:
        why = text_input(self.session, Text("Why", "理由"))

        def end(status: str) -> None:
            more = {"judgement": why.value.strip() or None} if isinstance(one, Idea) else {}
            self.session.record(follow_up, type(one), one.id, status=status, **more)

        buttons = [button(self.session, LABELS[word], lambda word=word: end(word)) for word in _ENDS[type(one)]]  # type: ignore[misc]
        for made in buttons:
            made.tooltip = f"{one.id} {made.description}"
        who = one.owner if isinstance(one, Decision) else one.author
        said = Remark(" · ".join(filter(None, (one.id, one.says, who))))
        return row(said, *([why] if isinstance(one, Idea) else []), *buttons)

    def _decide(self, given: dict[str, Any]) -> None:
        self.session.record(decide, given.pop("says"), **given)

    def _propose(self, given: dict[str, Any]) -> None:
        self.session.record(propose, given.pop("says"), given.pop("author", self.session.by), **given)

    def _keep(self, given: dict[str, Any]) -> None:
        present = listed(given.pop("present", "")) or ()
        self.session.record(keep_minutes, given["says"], given["meeting"], present=present)

    def _tell(self, given: dict[str, Any]) -> None:
        self.session.record(give_feedback, given.pop("to"), given.pop("says"), **given)


def _about(session: Session) -> w.Dropdown:
    return options(session, _ABOUT, _known(session))


def _known(session: Session) -> list[tuple[str, str]]:
    """What something may be about: objectives and key results."""
    sheet = session.copy.base
    named = [(f"{one.id} {one.title}", one.id) for one in sheet.objectives]
    named += [(f"{kr.id} {kr_title(session.book, kr)}", kr.id) for kr in sheet.key_results]
    return sorted(named, key=lambda one: one[1])


def _people(session: Session, label: Text) -> w.Combobox:
    return suggest(session, label, people_of(session.copy.base))


def _meeting(session: Session) -> w.Combobox:
    return suggest(session, _MEETING, [session.say(text) for text in _USUAL])


def _decision(session: Session, record: Any) -> Entry:
    controls = {
        "says": text_input(session, Text("What is decided", "决定内容")), "owner": _people(session, _OWNER),
        "due": day_input(session, _DUE), "about": _about(session), "meeting": _meeting(session),
    }  # fmt: skip
    rows = [["says"], ["owner", "due"], ["about", "meeting"]]
    return Entry(
        session, controls, record, required=("says",), label=Text("Record the decision", "记录决定"), rows=rows
    )


def _idea(session: Session, record: Any) -> Entry:
    author = _people(session, Text("Whose idea", "提出人"))
    controls = {
        "says": text_input(session, Text("The idea", "想法内容")), "author": author, "about": _about(session),
    }  # fmt: skip
    rows = [["says"], ["author", "about"]]
    return Entry(session, controls, record, required=("says",), label=Text("Record the idea", "记录想法"), rows=rows)


def _minutes(session: Session, record: Any) -> Entry:
    controls = {
        "says": text_input(session, Text("What was said", "纪要内容"), rows=3), "meeting": _meeting(session),
        "present": text_input(session, _PRESENT),
    }  # fmt: skip
    rows = [["meeting", "present"], ["says"]]
    label = Text("Keep the minutes", "保存纪要")
    return Entry(session, controls, record, required=("meeting", "says"), label=label, rows=rows)


def _feedback(session: Session, record: Any) -> Entry:
    controls = {
        "to": _people(session, Text("To whom", "反馈给谁")), "about": _about(session),
        "says": text_input(session, Text("Feedback", "反馈内容"), rows=2),
    }  # fmt: skip
    rows = [["to", "about"], ["says"]]
    label = Text("Give the feedback", "记录反馈")
    return Entry(session, controls, record, required=("to", "says"), label=label, rows=rows)
