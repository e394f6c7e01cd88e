"""What forms are made of: fields with what the checks say beneath them, buttons, remarks; every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import anywidget
import ipywidgets as w
import traitlets as t
from markupsafe import Markup, escape

from okrlib.forms.session import Session
from okrlib.okr import LABELS, Edit, Finding
from okrlib.okr.fields import exact
from okrlib.show.palette import DARK, LIGHT, parts_css, variables
from okrlib.show.table import shape
from okrlib.text import Text

_FOLDER = Path(__file__).parent
_LEVELS = {"error": "bad", "warning": "warn", "note": "none"}
NUMBER = Text("expected a number such as 1460000, 146万 or 19%", "请填写数字，例如 1460000、146万 或 19%")
_SCALES = {"": 1, "k": 1000, "m": 1_000_000, "万": 10_000, "亿": 100_000_000}


class Speaks(Protocol):
    """Whatever says a Text in its language: a Book or a session."""

    def say(self, text: Text, **values: object) -> str:
        """Return `text` in the language."""


class Frame(anywidget.AnyWidget):
    """What every form begins with: its colours, light or dark as JupyterLab is, its name, and keys that stay inside it."""

    _esm = _FOLDER / "frame.js"
    _css = (
        f".okr-form{{{variables(LIGHT)}}}[data-jp-theme-light=false] .okr-form{{{variables(DARK)}color-scheme:dark}}"
        + parts_css()
        + (_FOLDER / "forms.css").read_text(encoding="utf-8")
    )
    title = t.Unicode().tag(sync=True)


class Form(w.VBox):  # type: ignore[misc]
    """A form over a session: `refresh` is called whenever the working copy changes."""

    def __init__(self, session: Session, title: Text, parts: Sequence[w.Widget]) -> None:
        self.session = session
        heading = Remark(Markup("<h3>{}</h3>").format(session.say(title)))
        super().__init__([Frame(title=session.say(title)), heading, *parts])
        self.add_class("okr-form")
        session.listeners.append(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the working copy as it is now."""

    def leave(self) -> None:
        """Listen no more: another form has taken the place. It is not closed, for JupyterLab would hide the place with it."""
        if self.refresh in self.session.listeners:
            self.session.listeners.remove(self.refresh)


class Remark(w.HTML):  # type: ignore[misc]
    """Something a form says; only markup made here takes effect."""

    def __init__(self, text: str | Markup = "") -> None:
        super().__init__(str(escape(text)))

    def say(self, text: str | Markup = "") -> None:
        """Say something else."""
        self.value = str(escape(text))  # the same once more is no message to the browser


def said(session: Session, findings: Iterable[Finding]) -> Markup:
    """Word findings as remarks: what is wrong, why it matters, how to mend it."""
    return Markup("").join(
        _SAID.format(
            _LEVELS[one.level],
            shape(_LEVELS[one.level]),
            session.say(LABELS[one.level]),
            session.say(one.says),
            session.say(one.remedy),
            session.say(one.why),
        )
        for one in findings
    )


_SAID = Markup(
    '<p class="okr-said okr-{}" role="status">{}<span class="okr-level">{}</span> {} <b>{}</b> '
    '<span class="okr-why">{}</span></p>'
)


def quiet(text: str) -> Markup:
    """Word something that helps and asks for nothing."""
    return Markup('<p class="okr-quiet">{}</p>').format(text)


def refused(text: str) -> Markup:
    """Word what a person typed that cannot be taken."""
    return Markup('<p class="okr-said okr-bad" role="alert">{}{}</p>').format(shape("bad"), text)


def words(text: str) -> str | None:
    """Read words; blank is nothing."""
    return text.strip() or None


def number(text: str) -> Decimal | None:
    """Read a number as people type it: ``1,460,000``, ``146万``, ``1.5m``, ``19%``; ValueError for anything else."""
    plain = text.strip().replace(",", "").replace("，", "").casefold()
    if not plain:
        return None
    found = re.fullmatch(r"([-+−]?[\d.]+)\s*(%|k|m|万|亿)?", plain)
    if not found:
        raise ValueError(text)
    typed = exact(found[1].replace("−", "-"))
    return exact(typed / 100 if found[2] == "%" else typed * _SCALES[found[2] or ""])


def listed(text: str) -> list[str] | None:
    """Read words with commas or semicolons between them."""
    return [part for part in (one.strip() for one in re.split(r"[,，;；、]", text)) if part] or None


def written(value: object) -> str:
    """Write a value of the sheet as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    return format(exact(value), "f") if isinstance(value, int | float | Decimal) else str(value)


class Field(w.VBox):  # type: ignore[misc]
    """One place of the sheet: a labelled input and, beneath it, what the checks say of it while one types.

    `typed` reads what stands in the control and raises ValueError, `shown` is its inverse; `echo` says how it was understood,
    `along` what else has to change with it. The place may be an item's field, or with `owner` blank one of the sheet itself.
    """

    def __init__(
        self, session: Session, control: w.Widget, name: str,
        typed: Callable[[Any], Any] = words, shown: Callable[[Any], Any] = written, wrong: Text = NUMBER,
        echo: Callable[[Any], str] | None = None, along: Callable[[Any], Sequence[Edit]] = lambda _: (),
    ) -> None:  # fmt: skip
        self.session, self.control, self.name, self.echo, self.along = session, control, name, echo, along
        self.typed, self.shown, self.wrong = typed, shown, wrong
        self.owner: str | None = None
        self.unread = False
        self._filling = False
        self.remark = Remark()
        super().__init__([control, self.remark])
        self.add_class("okr-field")
        control.observe(self._heard, "value")

    @property
    def place(self) -> str | None:
        """The id and field that are edited here."""
        return None if self.owner is None else f"{self.owner}/{self.name}".lstrip("/")

    def point(self, owner: str | None) -> None:
        """Show the field of another item; None shows that of none."""
        self.owner, self.unread = owner, False
        self.control.disabled = owner is None
        self._fill()
        self.refresh()

    def _fill(self) -> None:
        self._filling = True
        self.control.value = self.shown(self.session.value(self.place) if self.place else None)
        self._filling = False

    def _heard(self, _: object) -> None:
        if self._filling or self.place is None:
            return
        try:
            value = self.typed(self.control.value)
        except ValueError:
            self.unread = True
            self.remark.say(refused(self.session.say(self.wrong)))
            return
        self.unread = False
        self.session.edit((self.place, value), *self.along(value))

    def refresh(self) -> None:
        """Show what the working copy says, and the checks say of it."""
        if self.unread or self.place is None:
            return
        value = self.session.value(self.place)
        try:
            same = written(self.typed(self.control.value)) == written(value)
        except ValueError:
            same = False
        if not same:
            self._fill()
        own = [one for one in self.session.findings if one.where == self.place]
        echo = self.echo(value) if self.echo and value is not None else ""
        self.remark.say((quiet(echo) if echo else Markup("")) + said(self.session, own))


def text_input(session: Speaks, label: Text, *, hint: Text | None = None, rows: int = 0) -> w.Widget:
    """Return a labelled input for words or numbers."""
    kind = w.Textarea if rows else w.Text
    shown = {"placeholder": session.say(hint)} if hint else {}
    more = {"rows": rows} if rows else {}
    return kind(description=session.say(label), style=LABEL, layout=w.Layout(width="100%"), **shown, **more)


def choice(session: Speaks, label: Text, options: Sequence[tuple[str, Any]]) -> w.Dropdown:
    """Return a labelled choice among (words, value)."""
    return w.Dropdown(options=options, description=session.say(label), style=LABEL, layout=w.Layout(width="100%"))


def of_labels(session: Speaks, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return the field's fixed words as options."""
    return [(session.say(LABELS[value]), value) for value in values]


def offer(control: w.Widget, heard: Callable[[Any], None], options: Sequence[tuple[str, Any]]) -> None:
    """Offer other options: what was chosen stays chosen where it is still there, else the first is; `heard` hears of that."""
    if list(control.options) == list(options):
        return
    before, known = control.value, [value for _, value in options]
    control.unobserve(heard, "value")
    control.options = options
    control.value = before if before in known else known[0] if known else None
    control.observe(heard, "value")
    if control.value != before:
        heard({"new": control.value, "owner": control})


def suggest(session: Speaks, label: Text, options: Sequence[str]) -> w.Combobox:
    """Return a labelled input that suggests words already in use."""
    return w.Combobox(
        options=list(options), description=session.say(label), style=LABEL, layout=w.Layout(width="100%"),
        continuous_update=False,
    )  # fmt: skip


def day_input(session: Speaks, label: Text) -> w.DatePicker:
    """Return a labelled input for a day."""
    return w.DatePicker(description=session.say(label), style=LABEL, layout=w.Layout(width="100%"))


def as_day(value: object) -> date | None:
    """Return a day of the sheet as a date picker takes it."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None


def button(
    session: Speaks, label: Text, pressed: Callable[[], object] | None = None, *, main: bool = False
) -> w.Button:
    """Return a button; `main` marks the one that matters."""
    made = w.Button(description=session.say(label), layout=w.Layout(width="auto"))
    if pressed:
        made.on_click(lambda _: pressed())
    made.add_class("okr-button")
    if main:
        made.add_class("okr-main")
    return made


def row(*parts: w.Widget) -> w.Box:
    """Return parts side by side, below each other where it is narrow."""
    made = w.Box(list(parts))
    made.add_class("okr-row")
    return made


LABEL = {"description_width": "initial"}
