"""Sheets as files: reading, fingerprint, differences, and edits that keep people's comments and order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from okrlib.errors import ParameterError, SheetError
from okrlib.okr.events import Difference
from okrlib.okr.files import lock_beside, replace
from okrlib.okr.model import Sheet, State
from okrlib.periods import Quarter
from okrlib.yaml_files import dump_yaml, load_yaml, parse_model, read_yaml

Edit = tuple[str, object]
"""A place in a sheet and what to put there, see `apply_edits`."""

# What reports how the work goes, and so changes without a reason: the rest of the model is intention.
_COURSE: Any = {
    "state": True,
    "objectives": {
        "__all__": {
            "tasks": {"__all__": {"status", "blocked_by", "quality"}},
            "key_results": {"__all__": {"milestones": {"__all__": {"done"}}}},
        }
    },
}


def read_sheet(path: Path) -> Sheet:
    """Read a sheet; anything wrong, or a file that lies in another quarter's or store's place, is a SheetError."""
    return _parse(read_yaml(path), path)


def _parse(tree: Any, path: Path) -> Sheet:
    sheet = parse_model(Sheet, tree, str(path))
    try:
        place: Quarter | None = Quarter.parse(path.stem)
    except ParameterError:
        return sheet
    if place != sheet.quarter:
        raise SheetError(
            f"{path}: quarter: {sheet.quarter} in the file of {place}; write quarter: {place} or move it",
            f"{path}：文件名是 {place}，而 quarter 写的是 {sheet.quarter}；请改为 quarter: {place}，或移动文件",
        )
    if path.parent.parent.name == "okrs" and path.parent.name != sheet.store:
        raise SheetError(
            f"{path}: store: {sheet.store} in the folder of {path.parent.name}; correct one of them",
            f"{path}：文件夹是 {path.parent.name}，而 store 写的是 {sheet.store}；请改正其中之一",
        )
    return sheet


def fingerprint(sheet: Sheet) -> str:
    """Return the SHA-256 of what the sheet says; comments, order of fields and spelling of numbers do not matter."""
    content = json.dumps(sheet.model_dump(mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def differences(before: Sheet, after: Sheet, *, whole: bool = False) -> list[Difference]:
    """Return what was changed in the intention, of which state, task status and milestones reached are no part.

    `whole` returns what was changed in all that the sheet says.
    """
    old, new = (_items(sheet, None if whole else _COURSE) for sheet in (before, after))
    return [change for name in {**old, **new} for change in _compared(name, old.get(name), new.get(name))]


def _items(sheet: Sheet, exclude: Any) -> dict[str, dict[str, Any]]:
    """Every item's own fields by id, and which objective it belongs to; the sheet's own fields stand under ""."""
    fields = sheet.model_dump(mode="json", exclude=exclude)
    objectives = fields.pop("objectives")
    items = {"": fields}
    for objective in objectives:
        children = (*objective.pop("key_results"), *objective.pop("tasks"))
        items[objective["id"]] = objective
        items.update({child["id"]: {**child, "objective": objective["id"]} for child in children})
    return items


def _compared(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(path=name, before=_title(old), after=_title(new))
        return
    for field in {**old, **new}:
        if old.get(field) != new.get(field):
            yield Difference(path=f"{name}/{field}".lstrip("/"), before=old.get(field), after=new.get(field))


def _title(item: dict[str, Any] | None) -> str | None:
    return None if item is None else str(item.get("title") or item.get("metric") or item["id"])


def edit_sheet(path: Path, edits: Mapping[str, object] | Sequence[Edit], *, read: str | None) -> Sheet:
    """Write `edits` into the file, comments and order kept, and return the sheet it now is.

    Every edit is a place and what to put there, see `apply_edits`. `read` is the fingerprint of the sheet the edits were
    made on, None where there was no file yet. SheetError when the file says something else by now, or when the result
    would be no sound sheet; the file then stays as it was.
    """
    steps = list(edits.items()) if isinstance(edits, Mapping) else list(edits)
    with lock_beside(path):
        tree = blank_sheet(path) if read is None and not path.exists() else read_yaml(path)
        if read != (fingerprint(_parse(tree, path)) if path.exists() else None):
            raise SheetError(
                f"{path}: changed since it was read; read it again and repeat the edit",
                f"{path}：打开之后已被他人修改，请重新读取后再改",
            )
        apply_edits(tree, steps, str(path))
        text = dump_yaml(tree)
        sheet = _parse(load_yaml(text, str(path)), path)
        replace(path, text)
    return sheet


def blank_sheet(path: Path) -> Any:
    """Return the tree of a new sheet for the store and quarter in whose place `path` lies."""
    return load_yaml(f"store: {path.parent.name}\nquarter: {path.stem}\nstate: draft\nobjectives: []\n", str(path))


def apply_edits(tree: Any, edits: Sequence[Edit], name: str) -> None:
    """Change a tree of `read_yaml` in place, in the order of the edits; `name` stands in the SheetError.

    A place is ``<id>/<field>`` (``O1.1/target``, ``O1.1/measure/unit``, ``O1.1/milestones/0/done``), a field of the
    sheet (``cadence_days``), a list and a dash to add to it (``objectives/-``, ``O1/key_results/-``), or an id and ``@``
    to move the item to that position among its siblings; None removes the field, or the item when the place is an id.
    """
    for pointer, value in edits:
        _set(tree, pointer, value, name)


def set_state(path: Path, state: State) -> Sheet:
    """Write the sheet's state, comments and order kept."""
    return edit_sheet(path, {"state": state}, read=fingerprint(read_sheet(path)))


def _set(tree: Any, pointer: str, value: object, name: str) -> None:
    first, *rest = pointer.split("/")
    places = ((items, at) for items in _lists(tree) for at, item in enumerate(items) if item["id"] == first)
    siblings, at = next(places, (None, 0))
    try:
        if siblings is not None and rest == ["@"]:
            siblings.insert(int(str(value)), siblings.pop(at))
        elif siblings is None:
            Sheet.model_fields[first]  # KeyError: neither an id nor a field of the sheet
            _put(tree, [first, *rest], as_typed(value))
        else:
            _put(siblings, [str(at), *rest], as_typed(value))
    except (KeyError, IndexError, ValueError, TypeError):
        raise SheetError(
            f"{name}: {pointer}: no such place; expected an id and a field, such as O1.1/target",
            f"{name}：找不到 {pointer}；对应的内容可能已被他人删除",
        ) from None


def _lists(tree: Any) -> Iterator[list[Any]]:
    objectives = tree.get("objectives") or []
    yield objectives
    for objective in objectives:
        yield from (objective[name] for name in ("key_results", "tasks") if objective.get(name))


def _put(node: Any, steps: list[str], value: Any) -> None:
    step, *rest = steps
    if step == "-":
        node.append(value)
        return
    key = int(step) if isinstance(node, list) else step
    if rest:
        if isinstance(node, dict) and node.get(step) is None:
            node[step] = [] if rest == ["-"] else {}
        _put(node[key], rest, value)
        if value is None and node[key] == {}:
            del node[key]  # what has lost its last field is not there
    elif value is None:
        del node[key]
    else:
        node[key] = value


def as_typed(value: object) -> Any:
    """Return a value as YAML writes it: models as their given fields, decimals as the digits they have."""
    if isinstance(value, BaseModel):
        return as_typed(value.model_dump(exclude_defaults=True))
    if isinstance(value, Mapping):
        return {str(key): as_typed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_typed(part) for part in value]
    if isinstance(value, Decimal):
        return load_yaml(format(value, "f"), "number")
    return value if value is None or isinstance(value, bool | int | float | date) else str(value)
