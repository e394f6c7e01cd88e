"""The form of notebook 04: tasks in a table that takes a paste from a spreadsheet; Gantt and capacity drawn as one types."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, get_args

import ipywidgets as w
from markupsafe import Markup

from okrlib.analysis.metrics import visible
from okrlib.book import Book
from okrlib.forms.entry import Entry, as_number, options
from okrlib.forms.grid import Column, Grid
from okrlib.forms.parts import Form, Remark, of_labels, said, text_input
from okrlib.forms.saving import SaveBar
from okrlib.forms.session import Session, session
from okrlib.forms.wording import heading
from okrlib.okr import Changed, Locked
from okrlib.okr.events import Blocker
from okrlib.okr.model import TaskStatus
from okrlib.show.resources import load
from okrlib.show.timeline import gantt
from okrlib.show.wording import kr_title
from okrlib.steps import update_task
from okrlib.text import Text

_TITLE = Text("Plan the work", "填写执行计划")
_HINT = Text(
    "Copy cells from a spreadsheet and paste them into a cell; with a first line of headings, columns may come in any order.",
    "可从电子表格复制单元格后直接粘贴；首行为列名时，各列顺序不限。",
)
_NEW = Text("New task", "新任务")
_MOVES, _BY_HOW_MUCH = Text("Expected to move", "预期影响的指标"), Text("By, in %", "预期变化（%）")
_EFFECT = "expected_effect"
_BLOCKER = Text("Kind of blocker", "受阻类型")
_PAUSE = 0.4  # seconds without an edit before the pictures are drawn again
_KINDS = {
    "start": "day",
    "due": "day",
    "effort_days": "number",
    "budget": "number",
    "expected_effect/metric": "choice",
    "expected_effect/change": "percent",
    "participants": "list",
    "depends_on": "list",
}
_WIDTHS = {"title": "16rem", "effort_days": "5rem", "budget": "6rem", "depends_on": "6rem", "key_result": "12rem",
           "expected_effect/metric": "10rem", "expected_effect/change": "5rem"}  # fmt: skip
_FIELDS = (
    "title", "key_result", "owner", "participants", "team", "start", "due", "depends_on", "effort_days", "budget", "goods",
    "expected_effect/metric", "expected_effect/change",
)  # fmt: skip


def plan(book: Book) -> PlanForm:
    """Return the form of a Book's tasks."""
    return PlanForm(session(book))


class PlanForm(Form):
    """The table of tasks, what the checks say of it, the pictures, how tasks stand, and what is to be saved."""

    def __init__(self, session: Session) -> None:
        self.session = session
        table, add = Text("Tasks", "任务"), Text("Add a task", "新增任务")
        self.grid = Grid(
            session, _columns(session), table, add, edited=self._edit, added=self._add, removed=self._remove
        )
        self.remarks, self.pictures = Remark(), w.HTML()
        self.bar = SaveBar(session)
        self.update = _update_entry(session, self._update)
        self._soon: asyncio.TimerHandle | None = None
        self._drawn: object = None
        standing = Remark(Markup("<h4>{}</h4>").format(session.say(Text("How a task stands", "更新任务进展"))))
        hint = Remark(Markup('<p class="okr-quiet">{}</p>').format(session.say(_HINT)))
        super().__init__(
            session, _TITLE, [hint, self.grid, self.remarks, self.bar, self.pictures, standing, self.update]
        )

    def refresh(self) -> None:
        """Show the tasks as the working copy has them now."""
        tasks = {
            task["id"]: {**task, **{f"{_EFFECT}/{name}": value for name, value in (task.get(_EFFECT) or {}).items()}}
            for one in self.session.copy.typed.get("objectives") or ()
            for task in one.get("tasks") or ()
        }
        places = {f"{name}/{key}": (name, key) for name in tasks for key in _FIELDS}
        remarks: dict[str, dict[str, str]] = {}
        for one in self.session.findings:
            if one.where in places:
                name, key = places[one.where]
                remarks.setdefault(name, {})[key] = f"{self.session.say(one.says)} {self.session.say(one.remedy)}"
        self.grid.fill(tasks, remarks)
        self.update.offer("task", _known(self.session))
        rest = [
            one for one in self.session.findings if one.where not in places and one.where.split("/")[0] in {"", *tasks}
        ]
        self.remarks.say(said(self.session, rest))
        self.bar.refresh()
        self._draw_soon()

    def _edit(self, cells: list[tuple[str, str, Any]]) -> None:
        edits: list[tuple[str, Any]] = []
        for name, key, value in cells:
            if key == "key_result" and value:
                edits += self._moved(name, value)
            elif key != "key_result":
                edits.append((f"{name}/{key}", (value or self.session.say(_NEW)) if key == "title" else value))
        self.session.edit(*edits)
        if not edits:
            self.refresh()

    def _moved(self, name: str, key_result: str) -> list[tuple[str, Any]]:
        """A task lies under the objective of its key result, and moves there with it."""
        here = f"{name}/key_result"
        homes = {
            kr["id"]: one["id"] for one in self.session.copy.typed["objectives"] for kr in one.get("key_results") or ()
        }
        if homes[str(self.session.value(here))] == homes[key_result]:
            return [(here, key_result)]
        whole = {**(self.session.value(name) or {}), "key_result": key_result}
        return [(name, None), (f"{homes[key_result]}/tasks/-", whole)]

    def _add(self, number: int) -> list[str]:
        """Add tasks for the key result of the last one, or the first there is; none where there is none."""
        sheet = self.session.copy.typed.get("objectives") or []
        tasks = [task for one in sheet for task in one.get("tasks") or ()]
        krs = [(kr["id"], one["id"]) for one in sheet for kr in one.get("key_results") or ()]
        if not krs:
            return []
        last = tasks[-1]["key_result"] if tasks else krs[0][0]
        names, place = self.session.next_ids("T", number), f"{dict(krs)[last]}/tasks/-"
        new = {"key_result": last, "title": self.session.say(_NEW)}
        self.session.edit(*((place, {"id": name, **new}) for name in names))
        return names

    def _remove(self, name: str) -> None:
        self.session.edit((name, None))

    def _update(self, given: dict[str, Any]) -> None:
        effort = as_number(self.session, given.pop("effort_days", ""))
        self.session.record(update_task, given.pop("task"), effort_days=effort, **given)

    def _draw_soon(self) -> None:
        """Draw once nobody has typed for a moment; at once where no loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._draw()
            return
        if self._soon:
            self._soon.cancel()
        self._soon = loop.call_later(_PAUSE, self._draw)

    def _draw(self) -> None:
        sheet = self.session.copy.sheet
        if sheet is self._drawn or self.session.copy.problem:
            return
        self._drawn = sheet
        book = _as_typed(self.session.working)
        self.pictures.value = f"<div class='okr'>{gantt(book).__html__()}{load(book).__html__()}</div>"


def _as_typed(book: Book) -> Book:
    """Return the Book with the plan as it is typed, also where the sheet is locked."""
    events = tuple(event for event in book.journal.events if not isinstance(event, Locked | Changed))
    return replace(book, journal=replace(book.journal, events=events))


def _columns(session: Session) -> list[Column]:
    sheet = session.copy.sheet
    none = ("–", "")
    krs = tuple((f"{kr.id} {kr_title(session.book, kr)}", kr.id) for kr in sheet.key_results)
    own = {task.expected_effect.metric for task in sheet.tasks if task.expected_effect}
    metrics = tuple((session.say(one.label), one.name) for one in visible())
    metrics += tuple((name, name) for name in sorted(own - {name for _, name in metrics}))
    choices = {"key_result": krs, f"{_EFFECT}/metric": (none, *metrics)}
    labels = {f"{_EFFECT}/metric": _MOVES, f"{_EFFECT}/change": _BY_HOW_MUCH}
    return [
        Column(
            key, session.say(labels.get(key) or heading(key)), "choice" if key in choices else _KINDS.get(key, "text"),  # type: ignore[arg-type]
            choices.get(key, ()), _WIDTHS.get(key, ""),
        )
        for key in _FIELDS
    ]  # fmt: skip


def _known(session: Session) -> list[tuple[str, str]]:
    """The tasks that are saved, of which alone it can be told how they stand."""
    return [(f"{task.id} {task.title}", task.id) for task in session.copy.base.tasks]


def _update_entry(session: Session, record: Any) -> Entry:
    clear = w.Checkbox(description=session.say(Text("Nothing blocks it any more", "已不再受阻")), indent=False)
    controls = {
        "task": options(session, Text("Task", "任务"), _known(session)),
        "status": options(session, heading("status"), of_labels(session, get_args(TaskStatus))),
        "blocked_by": text_input(session, heading("blocked_by")),
        "blocker_kind": options(session, _BLOCKER, of_labels(session, get_args(Blocker))),
        "unblocked": clear,
        "effort_days": text_input(session, Text("Person-days so far", "已用人天")),
        "quality": options(session, Text("Quality, 1 to 5", "质量（1–5）"), [(str(n), n) for n in range(1, 6)]),
        "note": text_input(session, Text("Note", "备注")),
    }
    rows = [["task", "status"], ["blocked_by", "blocker_kind", "unblocked"], ["effort_days", "quality", "note"]]
    return Entry(session, controls, record, required=("task",), label=Text("Record the update", "记录进展"), rows=rows)
