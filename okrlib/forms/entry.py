"""An entry into the journal: a few inputs, one button that records them, and what it answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from okrlib.errors import OkrError, ParameterError
from okrlib.forms.parts import LABEL, NUMBER, Remark, Speaks, button, number, refused, row
from okrlib.forms.session import Session
from okrlib.text import Text

_MISSING = Text("Say something here before it is recorded.", "请先填写此项。")
_RECORDED = Text("Recorded.", "已记录。")
_OPEN = Text("● Not recorded yet", "● 尚未记录")


class Entry(w.VBox):  # type: ignore[misc]
    """Inputs by the name of the event's field; `record` gets what was given in them and journals it.

    `required` ones are asked for in the reader's language; after recording all begin anew.
    """

    def __init__(
        self, session: Session, controls: Mapping[str, w.Widget], record: Callable[[dict[str, Any]], object],
        *, required: Sequence[str], label: Text, rows: Sequence[Sequence[str]],
    ) -> None:  # fmt: skip
        self.session, self.controls, self._record, self.required = session, dict(controls), record, required
        self.remarks = {name: Remark() for name in controls}
        self.answer = Remark()
        self.button = button(session, label, self._press, main=True)
        self._blank = {name: control.value for name, control in self.controls.items()}
        for control in self.controls.values():
            control.observe(lambda _: self._touched(), "value")
        self.fields = {name: self._field(name) for name in controls}
        laid = [row(*(self.fields[name] for name in names)) for names in rows]
        super().__init__([*laid, row(self.button, self.answer)])

    def _field(self, name: str) -> w.Widget:
        field = w.VBox([self.controls[name], self.remarks[name]])
        field.add_class("okr-field")
        return field

    def _touched(self) -> None:
        given = self.given()
        self.answer.say(Markup('<p class="okr-unsaved">{}</p>').format(self.session.say(_OPEN)) if given else "")
        for name, remark in self.remarks.items():
            if name in given:
                remark.say()

    def given(self) -> dict[str, Any]:
        """What was given so far, without what was left blank."""
        found = {name: control.value for name, control in self.controls.items() if control.value != self._blank[name]}
        return {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}

    def _press(self) -> None:
        given = {name: value for name, value in self.given().items() if value not in {None, ""}}
        missing = [name for name in self.required if name not in given]
        for name in missing:
            self.remarks[name].say(refused(self.session.say(_MISSING)))
        if missing:
            return
        try:
            self._record(given)
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
            return
        self.clear()
        self.answer.say(Markup('<p class="okr-saved" role="status">{}</p>').format(self.session.say(_RECORDED)))

    def offer(self, name: str, values: Sequence[tuple[str, Any]]) -> None:
        """Offer other values in a choice; what was chosen stays chosen where it is still there."""
        control, before = self.controls[name], self.controls[name].value
        options = (control.options[0], *values)
        if tuple(control.options) != options:
            control.options = options
            control.value = before if before in [value for _, value in values] else None

    def clear(self) -> None:
        """Begin anew."""
        for name, control in self.controls.items():
            control.value = self._blank[name]


def options(session: Speaks, label: Text, values: Sequence[tuple[str, Any]], none: Text | None = None) -> w.Dropdown:
    """Return a labelled choice that begins with none."""
    blank = session.say(none or Text("– choose –", "– 请选择 –"))
    wide = w.Layout(width="100%")
    return w.Dropdown(
        options=[(blank, None), *values], index=0, description=session.say(label), style=LABEL, layout=wide
    )


def as_number(session: Speaks, text: str) -> Decimal | None:
    """Read a number; ParameterError, in the reader's language, for anything else."""
    try:
        return number(text)
    except ValueError:
        raise ParameterError(session.say(NUMBER)) from None
