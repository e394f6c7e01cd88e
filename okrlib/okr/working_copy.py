"""The working copy of a sheet: edits with undo and redo, what they change, and what others did to the file meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from okrlib.okr.events import Difference
from okrlib.okr.model import Sheet
from okrlib.okr.refusals import refusal
from okrlib.okr.sheet import Edit, apply_edits, as_typed, blank_sheet, differences, fingerprint, read_sheet
from okrlib.text import Text
from okrlib.yaml_files import dump_yaml, load_yaml, plain, read_yaml, said


@dataclass(frozen=True, slots=True)
class Problem:
    """Why what is typed is no sound sheet: at which place (as in `apply_edits`), and what would be right."""

    where: str
    says: Text


@dataclass(frozen=True, slots=True)
class _Step:
    """The tree after some edits; those typed into one place directly after each other are one step."""

    edits: tuple[Edit, ...]
    tree: Any


class WorkingCopy:
    """A sheet being edited: nothing is written before it is saved (`steps.save_sheet`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read()

    def _read(self) -> None:
        """Begin anew from what the file says; without a file, from a blank sheet."""
        there = self.path.exists()
        self.base = read_sheet(self.path) if there else Sheet.model_validate(plain(blank_sheet(self.path)))
        self.read = fingerprint(self.base) if there else None
        self._first = read_yaml(self.path) if there else blank_sheet(self.path)
        self._steps: list[_Step] = []
        self._at = 0
        self._judge()

    def _judge(self) -> None:
        """Find the sheet that is meant; what is typed half may be incomplete, and while it is unsound the last one stands."""
        self.problem: Problem | None = None
        self.typed = typed = self._plain()
        self.sound = True
        try:
            draft = Sheet.model_validate({**typed, "state": "draft"})
            self.sheet = draft.model_copy(update={"state": typed.get("state") or "draft"})
            if self.sheet.state != "draft":
                draft.check_complete()
        except ValidationError as bad:
            self.sound = False
            self.problem = _problem(bad, typed)
        except ValueError as bad:
            self.problem = Problem("", refusal(str(bad)))

    @property
    def _tree(self) -> Any:
        return self._steps[self._at - 1].tree if self._at else self._first

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits that stand, in their order."""
        return tuple(edit for step in self._steps[: self._at] for edit in step.edits)

    def _plain(self) -> dict[str, Any]:
        """What is typed so far, sound or not, as plain lists and values."""
        found: dict[str, Any] = plain(self._tree)
        return found

    def edit(self, *edits: Edit) -> None:
        """Change places of the sheet as one step that can be undone; SheetError for a place that is not there."""
        before = self._steps[self._at - 1] if self._at else None
        on = before and len(edits) == len(before.edits) == 1 and edits[0][0] == before.edits[0][0]
        typing_on = bool(on and self._at == len(self._steps) and "-" not in edits[0][0].split("/"))
        tree = deepcopy(self._tree)
        apply_edits(tree, edits, str(self.path))
        self._steps[self._at - typing_on :] = [_Step(edits, tree)]
        self._at = len(self._steps)
        self._judge()

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Let all edits made inside be one step, that is undone as one."""
        begun = self._at
        try:
            yield
        finally:
            if made := self._steps[begun : self._at]:
                self._steps[begun:] = [_Step(tuple(edit for step in made for edit in step.edits), made[-1].tree)]
                self._at = begun + 1

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step to do again."""
        return self._at < len(self._steps)

    def undo(self) -> None:
        """Take back the last step."""
        self._move(-1)

    def redo(self) -> None:
        """Do again what was last taken back."""
        self._move(1)

    def _move(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._steps))
        self._judge()

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.problem is not None or self.sheet != self.base

    @property
    def changes(self) -> list[Difference]:
        """What saving would change, against what was read."""
        return changes(self.base, self.sheet)

    def became(self, later: Sheet) -> None:
        """Take note that the sheet was saved and is `later` now; what was typed can still be undone."""
        self.base, self.read = later, fingerprint(later)
        self._first, self._steps, self._at = self._tree, [], 0
        self._judge()

    @property
    def theirs(self) -> Sheet | None:
        """What the file says by now, if somebody else changed it since it was read; SheetError if it is no sheet."""
        if not self.path.exists():
            return None
        found = read_sheet(self.path)
        return None if fingerprint(found) == self.read else found

    def reread(self, *, keep: bool) -> None:
        """Begin anew from the file as it is by now, and `keep` the own edits on top; SheetError if they find no place."""
        mine = self.edits if keep else ()
        fresh = WorkingCopy(self.path)
        if mine:
            fresh.edit(*mine)
        self.__dict__.update(fresh.__dict__)

    def restore(self, then: Sheet) -> None:
        """Edit the sheet so that it says again what an earlier version said; its state stays as it is."""
        now = self.sheet.model_dump(exclude_defaults=True) if self.sound else self.typed
        if edits := _edits(now, then.model_dump(exclude_defaults=True)):
            self.edit(*edits)

    def kept(self) -> str:
        """Return the unsaved edits as text, to find them again after the kernel is gone."""
        return dump_yaml(as_typed({"read": self.read, "edits": [{"at": at, "to": to} for at, to in self.edits]}))

    def take_up(self, kept: str) -> None:
        """Do the edits of `kept` again, on the file as it is by now."""
        found = load_yaml(kept, "edits")
        self.edit(*((str(one["at"]), one["to"]) for one in found["edits"]))


def changes(before: Sheet, after: Sheet) -> list[Difference]:
    """Return everything that differs between two versions of a sheet, the order of its items too."""
    was, now = _orders(before), _orders(after)
    moved = [
        Difference(path=f"{place}/@", before=old, after=new)
        for place, old, new in ((place, _shared(was[place], order), _shared(order, was[place]))
                                for place, order in now.items() if place in was)
        if old != new
    ]  # fmt: skip
    return [*differences(before, after, whole=True), *moved]


def _orders(sheet: Sheet) -> dict[str, list[str]]:
    """The ids in the order of each list of a sheet."""
    own = {f"{one.id}/{name}": [item.id for item in getattr(one, name)]
           for one in sheet.objectives for name in ("key_results", "tasks")}  # fmt: skip
    return {"objectives": [one.id for one in sheet.objectives], **own}


def _shared(names: list[str], others: list[str]) -> list[str]:
    return [name for name in names if name in others]


def _edits(old: dict[str, Any], new: dict[str, Any]) -> list[Edit]:
    """Edits that lead from one sheet to another, field by field, so that comments beside what stays are kept."""
    edits = _fields("", old, new, ("store", "quarter", "state", "objectives"))
    edits += _items("objectives", old, new, ("key_results", "tasks"))
    before = {one["id"]: one for one in old.get("objectives") or ()}
    for objective in new.get("objectives") or ():
        was = before.get(objective["id"], {})
        for name in ("key_results", "tasks") if was else ():
            edits += _items(f"{objective['id']}/{name}", was, objective, ())
    return edits


def _items(place: str, old: dict[str, Any], new: dict[str, Any], inner: tuple[str, ...]) -> list[Edit]:
    name = place.rsplit("/", 1)[-1]
    was = {one["id"]: one for one in old.get(name) or ()}
    wanted = {one["id"]: one for one in new.get(name) or ()}
    edits: list[Edit] = [(key, None) for key in was if key not in wanted]
    for position, (key, one) in enumerate(wanted.items()):
        edits += _fields(key, was[key], one, inner) if key in was else [(f"{place}/-", one)]
        edits += [(f"{key}/@", position)] if list(was) != list(wanted) else []
    return edits


def _fields(key: str, old: dict[str, Any], new: dict[str, Any], inner: tuple[str, ...]) -> list[Edit]:
    names = [name for name in {**old, **new} if name not in inner and old.get(name) != new.get(name)]
    return [(f"{key}/{name}".lstrip("/"), new.get(name)) for name in names]


def _problem(bad: ValidationError, tree: Any) -> Problem:
    """Say the first thing that is wrong, at the item and field it is wrong with."""
    first = min(bad.errors(), key=lambda problem: problem["type"] == "missing")
    where, node = [], tree
    for step in first["loc"]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            where.append(str(step))
            break
        where = [str(node["id"])] if isinstance(node, dict) and "id" in node else [*where, str(step)]
    return Problem("/".join(where), said(first))
