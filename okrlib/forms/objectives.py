"""The form of notebook 02: objectives taken over from findings or written anew, checked while one types."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as w
from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from okrlib.analysis.levers import Lever, levers
from okrlib.book import Book
from okrlib.forms.parts import (
    LABEL,
    Field,
    Form,
    Remark,
    button,
    choice,
    listed,
    number,
    of_labels,
    offer,
    row,
    said,
    suggest,
    text_input,
    written,
)
from okrlib.forms.saving import SaveBar
from okrlib.forms.session import Session, session
from okrlib.okr.fields import Id
from okrlib.okr.model import Where
from okrlib.okr.people import people_of
from okrlib.show.matters import says
from okrlib.text import Text

_TITLE = Text("Write the objectives", "填写目标")
_CANDIDATES = Text("Objectives the findings suggest", "由重点发现提出的候选目标")
_LONGER = {"short": ("mid", "long"), "mid": ("long",), "long": ()}


def objectives(book: Book) -> ObjectivesForm:
    """Return the form of a Book's objectives."""
    return ObjectivesForm(session(book))


class ObjectivesForm(Form):
    """Objectives in a list; the chosen one in fields; below, what the findings suggest and what is to be saved."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.list = w.Select(
            description=session.say(Text("Objectives", "目标")), rows=6, style=LABEL, layout=w.Layout(width="100%")
        )
        self.list.observe(self._point, "value")
        self.fields = _fields(session)
        cadence = text_input(session, Text("Days between check-ins (the whole sheet)", "周报间隔天数（整张目标表）"))
        self.cadence = Field(session, cadence, "cadence_days", number, lambda value: written(value or 7))
        self.general = Remark()
        self.bar = SaveBar(session)
        self.candidates = _Candidates(session, self._take)
        self.buttons = {
            "new": button(session, Text("New objective", "新建目标"), self._new),
            "up": button(session, Text("Move up", "上移"), partial(self._move, -1)),
            "down": button(session, Text("Move down", "下移"), partial(self._move, 1)),
            "remove": button(session, Text("Remove", "删除"), self._remove),
        }
        f = self.fields
        super().__init__(session, _TITLE, [
            self.list, row(*self.buttons.values()), f["title"], f["why"],
            row(f["owner"], f["level"], f["horizon"]), row(f["parent"], f["type"], f["weight"]), f["answers"],
            self.general, self.candidates, self.cadence, self.bar,
        ])  # fmt: skip
        self.cadence.point("")

    @property
    def chosen(self) -> str | None:
        """The id of the objective in the fields."""
        found: str | None = self.list.value
        return found

    def refresh(self) -> None:
        """Show list, fields and remarks as the working copy has them now."""
        known = self.session.copy.typed.get("objectives") or []
        options = [(f"{one['id']} {one.get('title') or ''}".strip(), one["id"]) for one in known]
        offer(self.list, self._point, options)
        self._offer_parents()
        for field in self.fields.values():
            field.refresh()
        self.cadence.refresh()
        own = [one for one in self.session.findings if one.where in self._places()]
        self.general.say(said(self.session, own))
        for name in ("up", "down", "remove"):
            self.buttons[name].disabled = self.chosen is None
        self.bar.refresh()

    def _places(self) -> set[str]:
        """Where remarks belong that no field shows: the objective itself and its key results as a set."""
        return {"", "objectives", *([self.chosen, f"{self.chosen}/key_results"] if self.chosen else [])}

    def _point(self, _: object = None) -> None:
        self._offer_parents()
        for field in self.fields.values():
            field.point(self.chosen)
        self.refresh()

    def _offer_parents(self) -> None:
        """Offer the objectives that look further ahead than the chosen one, and the company's."""
        sheet, own = self.session.copy.typed.get("objectives") or [], self.chosen
        horizon = str((self.session.value(f"{own}/horizon") if own else None) or "short")
        further = [
            (one["id"], one.get("title")) for one in sheet if (one.get("horizon") or "short") in _LONGER[horizon]
        ]
        company = self.session.book.cascade.company.values()
        further += [(one.id, one.title) for one in company if one.horizon in (horizon, *_LONGER[horizon])]
        none = (self.session.say(Text("– none –", "– 无 –")), "")
        options = [none, *((f"{name} {title or ''}", name) for name, title in further)]
        named = (self.session.value(f"{own}/parent") if own else None) or ""
        if named not in [value for _, value in options]:
            options.append((named, named))
        self.fields["parent"].offer(options, named)

    def _new(self) -> None:
        self._add({"title": self.session.say(Text("What will be true at the end?", "季度末会是什么样子？"))})

    def _add(self, content: dict[str, Any]) -> None:
        name = self.session.next_id("O")
        self.session.edit(("objectives/-", {"id": name, **content}))
        self.list.value = name

    def _take(self, content: dict[str, Any], starts: list[dict[str, Any]]) -> None:
        name = self.session.next_id("O")
        key_results = [{"id": f"{name}.{n}", **start} for n, start in enumerate(starts, start=1)]
        self._add({**content, "key_results": key_results})

    def _move(self, by: int) -> None:
        ids = [name for _, name in self.list.options]
        at = ids.index(self.chosen) + by
        if 0 <= at < len(ids):
            self.session.edit((f"{self.chosen}/@", at))

    def _remove(self) -> None:
        self.session.edit((str(self.chosen), None))


class _Offered(Field):
    """A choice whose options change with the sheet."""

    def offer(self, options: list[tuple[str, str]], value: str) -> None:
        """Set the options without taking that for a choice."""
        if list(self.control.options) != options:
            self._filling = True
            self.control.options, self.control.value = options, value
            self._filling = False


def _fields(session: Session) -> dict[str, Any]:
    people = list(people_of(session.copy.sheet))
    hint = Text("Be the tea shop buyers come back to", "成为顾客愿意再来的茶器店")

    def labels(*names: str) -> list[tuple[str, str]]:
        return of_labels(session, names)

    title = text_input(session, Text("Objective", "目标"), hint=hint)
    level = choice(session, Text("Level", "层级"), labels("company", "team", "person"))
    horizon = choice(session, Text("Horizon", "周期"), labels("short", "mid", "long"))
    kind = choice(session, Text("Type", "类型"), labels("committed", "aspirational", "learning"))
    answers = text_input(session, Text("Findings it answers", "对应发现（引用名）"))
    return {
        "title": Field(session, title, "title", typed=str.strip),
        "why": Field(session, text_input(session, Text("Why", "为什么"), rows=2), "why"),
        "owner": Field(session, suggest(session, Text("Owner", "负责人"), people), "owner"),
        "level": Field(session, level, "level", shown=lambda value: value or "team"),
        "horizon": Field(session, horizon, "horizon", shown=lambda value: value or "short"),
        "type": Field(session, kind, "type", shown=lambda value: value or "committed"),
        "parent": _Offered(session, choice(session, Text("Serves", "上级目标"), [("–", "")]), "parent"),
        "weight": Field(
            session, text_input(session, Text("Weight (all or none)", "权重（全填或全空）")), "weight", number
        ),
        "answers": Field(session, answers, "answers", listed),
    }


class _Candidates(w.VBox):  # type: ignore[misc]
    """What the findings suggest, with the evidence beside it; one click takes it over."""

    def __init__(self, session: Session, take: Any) -> None:
        self.session, self.take = session, take
        book = session.book
        waiting = sum(task.blocked_by is not None and task.status != "done" for task in session.copy.sheet.tasks)
        found = levers(book.data, book.matters, book.period, waiting)
        heading = Remark(Markup("<h4>{}</h4>").format(session.say(_CANDIDATES)))
        super().__init__([heading, *(self._offer(one) for one in found if one.starts)])

    def _offer(self, one: Lever) -> w.Widget:
        book = self.session.book
        title = self.session.say(one.objective)
        evidence = [says(book, found) for found in one.findings[:3]] or [self.session.say(one.why or one.pays)]
        text = Markup('<p><b>{}</b> · {}</p><p class="okr-quiet">{}</p>')
        remark = Remark(text.format(title, self.session.say(one.name), " ".join(evidence)))
        content = {
            "title": title,
            "why": evidence[0],
            "answers": [one.id for one in one.findings if _is_id(one.id)] or None,
        }
        starts = [
            _start(start.metric, start.where) for start in one.starts if set(start.where) <= set(Where.model_fields)
        ]
        label = Text("Take over: {title}", "采用：{title}")
        taken = button(
            self.session, Text("Take over", "采用"), lambda: self.take({k: v for k, v in content.items() if v}, starts)
        )
        taken.tooltip = self.session.say(label, title=title)
        return row(taken, remark)


def _start(metric: str, where: dict[str, str]) -> dict[str, Any]:
    return {"metric": metric, **({"where": where} if where else {}), "baseline": "last_quarter"}


def _is_id(name: str) -> bool:
    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError:
        return False
    return True
