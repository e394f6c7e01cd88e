"""Saving, explicitly: what would change in words, undo and redo, earlier versions, and what somebody else changed."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as w
from markupsafe import Markup

from okrlib.errors import OkrError
from okrlib.forms.parts import Remark, button, refused, row, text_input
from okrlib.forms.session import Session
from okrlib.forms.unsaved import left_behind
from okrlib.forms.wording import in_words
from okrlib.okr import Changed, Difference, Locked, Saved, Sheet, changes
from okrlib.text import Text, day

_UNSAVED = Text("● Not saved yet. Changes: {n}", "● 尚未保存：{n} 处改动")
_UNSOUND = Text("● Cannot be saved as it is typed", "● 现有内容有误，无法保存")
_CLEAN = Text("✓ All saved", "✓ 已全部保存")
_WILL = Text("Saving would change:", "保存后将有以下改动：")
_REASON = Text("Reason for the change (the sheet is locked)", "修改原因（目标表已锁定）")
_MOVED = Text(
    "Somebody else changed the sheet since you opened it. Nothing of theirs is overwritten.",
    "您打开之后，目标表已被他人修改。对方的内容不会被覆盖。",
)
_THEIRS, _MINE = Text("What they changed", "对方的改动"), Text("What you changed", "您的改动")
_SAME = Text("nothing", "没有改动")
_LEFT = Text(
    "Unsaved changes of an earlier session were found, for its kernel has stopped.",
    "发现上次未保存的改动（内核已停止）。",
)
_EVENTS = {
    "locked": Text("locked", "锁定"),
    "changed": Text("changed: {reason}", "调整：{reason}"),
    "saved": Text("saved", "保存"),
}


class SaveBar(w.VBox):  # type: ignore[misc]
    """Below every form of a sheet: the mark of unsaved changes, what they are, and what can be done with them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.mark, self.changes, self.answer = Remark(), Remark(), Remark()
        self.reason = text_input(session, _REASON)
        self.save = button(session, Text("Save", "保存"), self._save, main=True)
        self.undo = button(session, Text("Undo", "撤销"), session.undo)
        self.redo = button(session, Text("Redo", "重做"), session.redo)
        self.earlier = button(session, Text("Earlier versions", "历史版本"), self._list_versions)
        self.panel = w.VBox()
        for box, label in ((self.mark, "okr-mark-line"), (self.panel, "okr-panel")):
            box.add_class(label)
        buttons = row(self.save, self.undo, self.redo, self.earlier)
        super().__init__([self.mark, self.changes, self.reason, buttons, self.answer, self.panel])
        self.refresh()
        if not session.copy.edits and (left := left_behind(session.book)):
            self._offer(left[-1])

    def refresh(self) -> None:
        """Show what is unsaved."""
        copy = self.session.copy
        found = copy.changes if copy.changed else []
        self.mark.say(self._mark(len(found)))
        self.changes.say(_list(self.session, _WILL, found, copy.base, copy.sheet) if found else "")
        self.reason.layout.display = "" if found and self.session.needs_reason else "none"
        self.save.disabled = not found or copy.problem is not None
        self.undo.disabled, self.redo.disabled = not copy.can_undo, not copy.can_redo

    def _mark(self, number: int) -> Markup:
        if self.session.copy.problem:
            text, level = _UNSOUND, "unsaved"
        else:
            text, level = (_UNSAVED, "unsaved") if number else (_CLEAN, "saved")
        return Markup('<p class="okr-{}" role="status">{}</p>').format(level, self.session.say(text, n=number))

    def _save(self) -> None:
        self.answer.say()
        try:
            if theirs := self.session.copy.theirs:
                self._show_both(theirs)
                return
            self.session.save(self.reason.value.strip() or None)
        except OkrError as bad:
            self.answer.say(refused(self._word(bad)))
            return
        self.reason.value = ""
        self.panel.children = ()

    def _word(self, bad: OkrError) -> str:
        missing = self.session.needs_reason and not self.reason.value.strip()
        return (
            self.session.say(Text("Say why the locked sheet is changed.", "目标表已锁定，请填写修改原因。"))
            if missing
            else bad.in_(self.session.locale)
        )

    def _show_both(self, theirs: Sheet) -> None:
        """Lay both versions side by side; one's own edits can be put on top of theirs, or dropped."""
        copy = self.session.copy
        sides = row(
            Remark(_list(self.session, _THEIRS, changes(copy.base, theirs), copy.base, theirs)),
            Remark(_list(self.session, _MINE, copy.changes, copy.base, copy.sheet)),
        )
        keep = button(
            self.session,
            Text("Keep mine on top of theirs", "在对方版本上保留我的改动"),
            lambda: self._reread(keep=True),
        )
        drop = button(
            self.session, Text("Take theirs, drop mine", "采用对方版本，放弃我的改动"), lambda: self._reread(keep=False)
        )
        self.panel.children = (Remark(refused(self.session.say(_MOVED))), sides, row(keep, drop))

    def _reread(self, *, keep: bool) -> None:
        try:
            self.session.reread(keep=keep)
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
            return
        self.panel.children = ()

    def _offer(self, path: Path) -> None:
        take = button(self.session, Text("Take them up again", "恢复这些改动"), lambda: self._take(path))
        drop = button(self.session, Text("Drop them", "放弃"), lambda: self._forget(path))
        self.panel.children = (Remark(refused(self.session.say(_LEFT))), row(take, drop))

    def _take(self, path: Path) -> None:
        try:
            self.session.take_up(path)
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
        self.panel.children = ()

    def _forget(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.panel.children = ()

    def _list_versions(self) -> None:
        versions = self.session.versions
        if not versions:
            none = Text("The journal holds no earlier version yet.", "日志中还没有历史版本。")
            self.panel.children = (Remark(self.session.say(none)),)
            return
        options = [(self._version(event), event) for event in versions]
        label = self.session.say(Text("Earlier version", "历史版本"))
        chosen = w.Dropdown(options=options, description=label, style={"description_width": "initial"})
        shown = Remark()
        back = button(
            self.session, Text("Go back to this version", "恢复到此版本"), lambda: self.session.restore(chosen.value)
        )

        def look(_: object = None) -> None:
            now, then = self.session.copy.sheet, chosen.value.sheet
            title = Text("Going back would change:", "恢复后将有以下改动：")
            shown.say(_list(self.session, title, changes(now, then), now, then))

        chosen.observe(look, "value")
        look()
        self.panel.children = (chosen, shown, back)

    def _version(self, event: Locked | Changed | Saved) -> str:
        what = self.session.say(_EVENTS[event.kind], reason=getattr(event, "reason", ""))
        return f"{day(event.at.date(), self.session.locale)} {event.at:%H:%M} · {event.by} · {what}"


def _list(session: Session, title: Text, found: list[Difference], before: Sheet, after: Sheet) -> Markup:
    """A list of differences under a heading."""
    said = [in_words(session, one, before, after) for one in found] or [session.say(_SAME)]
    lines = Markup("").join(Markup("<li>{}</li>").format(one) for one in said)
    return Markup("<p><b>{}</b></p><ul>{}</ul>").format(session.say(title), lines)
