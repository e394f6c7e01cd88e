"""The form of notebook 03: key results on metrics of the dictionary, with baseline, levels and ambition meter at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as w

from okrlib.analysis.metrics import CATALOGUE, visible
from okrlib.book import Book
from okrlib.errors import OkrError
from okrlib.forms.levels import Levels
from okrlib.forms.parts import (
    LABEL,
    Field,
    Form,
    Remark,
    as_day,
    button,
    choice,
    day_input,
    number,
    offer,
    quiet,
    refused,
    row,
    said,
    suggest,
    text_input,
    written,
)
from okrlib.forms.saving import SaveBar
from okrlib.forms.session import Session, session
from okrlib.okr import Finding
from okrlib.okr.people import people_of
from okrlib.show.wording import kr_title
from okrlib.text import Text

_TITLE = Text("Set the key results", "填写关键结果")
_OWN = Text("– a measure of our own –", "– 自定义指标 –")
_GUARDRAIL = Text("Guardrail: watched, not averaged", "底线指标：单独列示，不计入平均")
_HIGHER, _LOWER = Text("higher is better", "越高越好"), Text("lower is better", "越低越好")
_MEANS = Text("{label}: {means}", "{label}：{means}")
_SHOWN = ("title", "metric", "baseline", "target", "commit", "stretch", "due", "weight", "band", "owner", "source")
_LOCKED = Text("Locked: the baselines are frozen.", "已锁定：基线不再变动。")


def key_results(book: Book) -> KeyResultsForm:
    """Return the form of a Book's key results."""
    return KeyResultsForm(session(book))


class KeyResultsForm(Form):
    """An objective's key results in a list; the chosen one in fields, and beneath them whether the set holds together."""

    def __init__(self, session: Session) -> None:
        self.session = session
        wide = w.Layout(width="100%")
        self.objective = w.Dropdown(description=session.say(Text("Objective", "目标")), style=LABEL, layout=wide)
        self.list = w.Select(description=session.say(Text("Key results", "关键结果")), rows=5, style=LABEL, layout=wide)
        self.measured = _Measured(session)
        self.levels = Levels(session)
        self.fields = _fields(session)
        self.set, self.answer = Remark(), Remark()
        self.lock = button(session, Text("Lock the sheet", "锁定目标表"), self._lock)
        self.bar = SaveBar(session)
        self.buttons = {
            "new": button(session, Text("New key result", "新建关键结果"), self._new),
            "up": button(session, Text("Move up", "上移"), partial(self._move, -1)),
            "down": button(session, Text("Move down", "下移"), partial(self._move, 1)),
            "remove": button(session, Text("Remove", "删除"), self._remove),
        }
        f = self.fields
        self.objective.observe(self._list, "value")
        self.list.observe(self._point, "value")
        super().__init__(session, _TITLE, [
            self.objective, self.list, row(*self.buttons.values()), f["title"], self.measured, self.levels,
            row(f["owner"], f["due"], f["weight"]), row(f["guardrail"], f["source"], f["latency_days"]), self.set,
            self.bar, row(self.lock), self.answer,
        ])  # fmt: skip
        measured = [one["id"] for one in session.copy.typed.get("objectives") or () if one.get("key_results")]
        self.objective.value = measured[0] if measured else self.objective.value

    @property
    def chosen(self) -> str | None:
        """The id of the key result in the fields."""
        found: str | None = self.list.value
        return found

    def refresh(self) -> None:
        """Show everything as the working copy has it now."""
        known = self.session.copy.typed.get("objectives") or []
        offer(self.objective, self._list, [(f"{one['id']} {one.get('title') or ''}", one["id"]) for one in known])
        self._list()
        for part in (self.measured, self.levels, *self.fields.values()):
            part.refresh()
        self.set.say(said(self.session, [one for one in self.session.findings if self._is_of_the_set(one)]))
        self.buttons["new"].disabled = self.objective.value is None
        for name in ("up", "down", "remove"):
            self.buttons[name].disabled = self.chosen is None
        state = self.session.copy.sheet.state
        self.lock.disabled = state != "draft" or self.session.copy.changed or self.session.copy.read is None
        self.bar.refresh()

    def _is_of_the_set(self, one: Finding) -> bool:
        """Tell remarks on the objective as a whole, and on key results of it that no field shows."""
        own = [kr["id"] for kr in self._known()]
        shown = {f"{self.chosen}/{name}" for name in _SHOWN}
        if one.where.startswith(f"{self.chosen}/milestones"):
            return False
        item = one.where.split("/")[0]
        if one.where == f"{self.objective.value}/key_results" or item == "":
            return True
        return (
            item in {*own, self.objective.value}
            and one.where not in shown
            and not one.where.startswith(f"{self.objective.value}/")
        )

    def _known(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.session.value(f"{self.objective.value}/key_results") or []
        return found

    def _list(self, _: object = None) -> None:
        offer(self.list, self._point, [(_called(self.session, kr), kr["id"]) for kr in self._known()])

    def _point(self, _: object = None) -> None:
        for part in (self.measured, self.levels, *self.fields.values()):
            part.point(self.chosen)
        self.refresh()

    def _new(self) -> None:
        name = self.session.next_id(f"{self.objective.value}.")
        self.session.edit((f"{self.objective.value}/key_results/-", {"id": name, "baseline": "last_quarter"}))
        self.list.value = name

    def _move(self, by: int) -> None:
        ids = [name for _, name in self.list.options]
        at = ids.index(self.chosen) + by
        if 0 <= at < len(ids):
            self.session.edit((f"{self.chosen}/@", at))

    def _remove(self) -> None:
        self.session.edit((str(self.chosen), None))

    def _lock(self) -> None:
        try:
            self.session.lock()
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
            return
        self.answer.say(quiet(self.session.say(_LOCKED)))


def _called(session: Session, typed: dict[str, Any]) -> str:
    """Name a key result by its title, else by what it measures and its target."""
    sound = next((kr for kr in session.copy.sheet.key_results if kr.id == typed["id"]), None)
    named = kr_title(session.book, sound) if sound else typed.get("title") or ""
    return f"{typed['id']} {named if named != typed['id'] else '…'}"


def _fields(session: Session) -> dict[str, Any]:
    people = list(people_of(session.copy.sheet))
    guardrail = w.Checkbox(
        description=session.say(_GUARDRAIL),
        indent=False,
    )
    title = text_input(
        session, Text("Title (made from metric and target where blank)", "标题（留空则由指标和目标值生成）")
    )
    source = text_input(session, Text("Source of the number", "数据来源"))
    latency = text_input(session, Text("Days until it is known", "数据延迟（天）"))
    return {
        "title": Field(session, title, "title"),
        "owner": Field(session, suggest(session, Text("Owner", "负责人"), people), "owner"),
        "due": Field(session, day_input(session, Text("Due (end of quarter where blank)", "截止日（留空为季末）")), "due",
                     lambda value: value, as_day),
        "weight": Field(session, text_input(session, Text("Weight (all or none)", "权重（全填或全空）")), "weight", number),
        "guardrail": Field(session, guardrail, "guardrail", lambda value: value or None, bool),
        "source": Field(session, source, "source"),
        "latency_days": Field(session, latency, "latency_days", number, lambda value: written(value or None)),
    }  # fmt: skip


class _Measured(w.VBox):  # type: ignore[misc]
    """What is measured: a metric found by searching the dictionary, or a measure with a definition of its own; a filter."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.owner: str | None = None
        wide = w.Layout(width="100%")
        self.search = text_input(session, Text("Search the metrics", "搜索指标"))
        self.metric = w.Select(description=session.say(Text("Metric", "指标")), rows=5, style=LABEL, layout=wide)
        self.definition, self.remark = Remark(), Remark()
        inputs = {
            "measure/name": text_input(session, Text("Name", "名称")),
            "measure/definition": text_input(session, Text("Definition", "口径")),
            "measure/unit": text_input(session, Text("Unit", "单位")),
        }
        self.own = {name: Field(session, control, name) for name, control in inputs.items()}
        ways = [(session.say(_HIGHER), True), (session.say(_LOWER), False)]
        better = choice(session, Text("What is better", "方向"), ways)
        self.own["measure/higher_is_better"] = Field(
            session,
            better,
            "measure/higher_is_better",
            lambda up: None if up else False,
            lambda value: value is not False,
        )
        values = session.book.data.values
        labels = {
            "channel": Text("Channel", "渠道"),
            "category": Text("Category", "类目"),
            "region": Text("Region", "地区"),
        }
        self.where = {
            name: Field(session, suggest(session, label, sorted(values[name])), f"where/{name}")
            for name, label in labels.items()
        }
        self.box = row(*self.own.values())
        self.search.observe(lambda _: self._search(), "value")
        self.metric.observe(self._choose, "value")
        self._filling = False
        super().__init__([self.search, self.metric, self.definition, self.remark, self.box, row(*self.where.values())])

    def point(self, owner: str | None) -> None:
        """Show another key result."""
        self.owner = owner
        self.metric.disabled = owner is None
        for field in (*self.own.values(), *self.where.values()):
            field.point(owner)
        self.refresh()

    def refresh(self) -> None:
        """Show the metric that the working copy has, its definition and what the checks say of it."""
        self._search()
        name = (self.session.value(f"{self.owner}/metric") if self.owner else None) or ""
        metric = CATALOGUE.get(name)
        named = (
            {"label": self.session.say(metric.label), "means": self.session.say(metric.definition)} if metric else {}
        )
        text = self.session.say(_MEANS, **named) if metric else ""
        self.definition.say(quiet(text) if text else "")
        self.remark.say(
            said(self.session, [one for one in self.session.findings if one.where == f"{self.owner}/metric"])
        )
        self.box.layout.display = "none" if metric or self.owner is None else ""
        for field in (*self.own.values(), *self.where.values()):
            field.refresh()

    def _search(self) -> None:
        """List the metrics that the search finds in either language, and always the one that is chosen."""
        asked = self.search.value.strip().casefold()
        chosen = (self.session.value(f"{self.owner}/metric") if self.owner else None) or ""
        found = [one for one in visible() if one.name == chosen or asked in _searched(one.name)]
        options = [
            (self.session.say(_OWN), ""),
            *((f"{self.session.say(one.label)} ({one.name})", one.name) for one in found),
        ]
        value = chosen if chosen in {name for _, name in options} else ""
        self._filling = True
        if list(self.metric.options) != options:
            self.metric.options = options
        self.metric.value = value
        self._filling = False

    def _choose(self, change: dict[str, Any]) -> None:
        if self._filling or self.owner is None:
            return
        name = change["new"] or None
        self.session.edit((f"{self.owner}/metric", name), *([(f"{self.owner}/measure", None)] if name else []))


def _searched(name: str) -> str:
    metric = CATALOGUE[name]
    words = (name, metric.label.en, metric.label.zh, metric.definition.en, metric.definition.zh)
    return " ".join(words).casefold()
