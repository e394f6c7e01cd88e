"""A job is one packet to be made; its notebooks are read and checked before anything runs."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import nbformat
from nbformat import NotebookNode
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from okrlib.errors import ParameterError
from okrlib.periods import Quarter, parse_day, parse_moment
from okrlib.run.manifest import sha256
from okrlib.stores import STORE_NAME
from okrlib.text import LOCALES, Locale, check_locale

PARAMETERS = ("store", "quarter", "as_of", "locale")
_NOTEBOOK_NAMES = "[0-9][0-9]_*.ipynb"
_VOLATILE = ("execution", "papermill", "ExecuteTime", "collapsed", "scrolled")


def _store_name(value: object) -> str:
    if not (isinstance(value, str) and STORE_NAME.fullmatch(value)):
        raise ParameterError(f"store {value!r}: expected lower-case letters, digits, - and _, at most 64 of them")
    return value


def _quarter(value: object) -> Quarter:
    return value if isinstance(value, Quarter) else Quarter.parse(str(value))


def _day(value: object) -> date:
    return value if type(value) is date else parse_day(str(value), "as_of")


def _locale(value: object) -> Locale:
    return check_locale(str(value))


def _moment(value: object) -> datetime | None:
    return None if value is None else parse_moment(str(value))


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Job:
    """One packet: a store's quarter as it stood on a day, in one language; a Job that cannot be right is not made.

    `known_at` is the moment whose lake is read, None for the lake as it is; it is no parameter of the notebooks.
    Fields are given as their types or as people write them (``"2026Q3"``, ``"2026-08-15"``); ParameterError otherwise.
    """

    store: Annotated[str, BeforeValidator(_store_name)]
    quarter: Annotated[Quarter, BeforeValidator(_quarter)]
    as_of: Annotated[date, BeforeValidator(_day)]
    locale: Annotated[Locale, BeforeValidator(_locale)]
    known_at: Annotated[datetime | None, BeforeValidator(_moment)] = None

    @property
    def parameters(self) -> dict[str, str]:
        """The four parameters of every notebook, as text."""
        as_of = self.as_of.isoformat()
        return {"store": self.store, "quarter": str(self.quarter), "as_of": as_of, "locale": self.locale}

    def folder(self, home: Path) -> Path:
        """Return the folder under `home` that holds the packet and its manifest."""
        return home / "reports" / str(self.quarter) / self.store


def read_job(parameters: Mapping[str, object]) -> Job:
    """Return the Job that `parameters` name; a name too many, one missing or a wrong value is a ParameterError.

    Parameter names become code in a notebook, so nothing but the four known ones ever passes.
    """
    try:
        return TypeAdapter(Job).validate_python(dict(parameters))
    except ValidationError as bad:
        problem = min(bad.errors(), key=lambda problem: problem["type"] == "missing")
        name, expected = problem["loc"][-1], "expected exactly store, quarter, as_of and locale"
        what = "is missing" if problem["type"] == "missing" else "is not a parameter of the notebooks"
        raise ParameterError(f"parameter {name!r} {what}: {expected}") from None


@plain_dataclass(frozen=True, slots=True)
class Limits:
    """What a notebook may take: seconds for one cell, for all of it, for its kernel to start; MiB of memory, if any."""

    cell: float = 300
    notebook: float = 900
    start: int = 60
    memory: int | None = None

    def on(self, engine: str) -> Limits:
        """Return the limits on a store's engine: Spark starts anew in every notebook, and plans each question at length."""
        slower = 4 if engine == "spark" else 1
        return replace(self, cell=slower * self.cell, notebook=slower * self.notebook)


@plain_dataclass(frozen=True)
class Notebook:
    """One notebook of a packet without outputs: its name (``01_business_state``), cells and their SHA-256."""

    name: str
    node: NotebookNode
    sha256: str


def load_notebooks(home: Path) -> tuple[Notebook, ...]:
    """Read ``notebooks/NN_*.ipynb`` under `home` in order, without those whose metadata says ``okrlib.packet: false``.

    Raises ParameterError for a notebook that cannot be read or does not declare the four parameters, and for none.
    """
    nodes = [(path, _read(path)) for path in sorted((home / "notebooks").glob(_NOTEBOOK_NAMES))]
    found = tuple(_checked(path, node) for path, node in nodes if _in_packet(node))
    if not found:
        raise ParameterError(
            f"{home / 'notebooks'}: no notebook of a packet there, such as 01_business_state.ipynb",
            f"{home / 'notebooks'}：没有报告所用的笔记本，例如 01_business_state.ipynb",
        )
    return found


def _read(path: Path) -> NotebookNode:
    try:
        return _with_ids(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, nbformat.ValidationError) as bad:
        reason = (str(bad).splitlines() or ["no reason given"])[0]
        raise ParameterError(
            f"{path}: not a notebook that can be read: {reason}", f"{path}：笔记本无法读取（{reason}）"
        ) from None


def _with_ids(tree: Any) -> NotebookNode:
    """Return the notebook with an id in every cell; nbformat would give random ones, and no two runs the same page."""
    if tree["nbformat"] != 4:
        raise ValueError(f"format {tree['nbformat']}, expected 4; open it in JupyterLab and save it")
    for number, cell in enumerate(tree["cells"]):
        cell.setdefault("id", f"cell-{number}")
    if len({cell["id"] for cell in tree["cells"]}) < len(tree["cells"]):
        raise ValueError("two cells have the same id")
    text = json.dumps(tree | {"nbformat_minor": 5})
    node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(node)  # reads only logs what is wrong
    return node


def _in_packet(node: NotebookNode) -> bool:
    return bool(node.metadata.get("okrlib", {}).get("packet", True))


def _checked(path: Path, node: NotebookNode) -> Notebook:
    declared = [_assigned(path, cell) for cell in node.cells if "parameters" in tags(cell)]
    if len(declared) != 1 or sorted(declared[0]) != sorted(PARAMETERS):
        raise ParameterError(
            f"{path}: expected one cell tagged parameters that sets exactly {', '.join(PARAMETERS)}",
            f"{path}：须有且只有一个带 parameters 标签的单元格，并只设置 {'、'.join(PARAMETERS)}",
        )
    _clean(node)
    return Notebook(path.stem, node, sha256(json.dumps(node.cells, sort_keys=True).encode()))


def _assigned(path: Path, cell: NotebookNode) -> list[str]:
    """Return the names that the cell sets at top level."""
    try:
        body = ast.parse(cell.source).body
    except SyntaxError as bad:
        raise ParameterError(
            f"{path}: line {bad.lineno} of its parameters cell is not Python: {bad.msg}",
            f"{path}：parameters 单元格第 {bad.lineno} 行不是有效的 Python（{bad.msg}）",
        ) from None
    targets: list[Any] = []
    for line in body:
        targets += line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _clean(node: NotebookNode) -> None:
    """Drop what a notebook remembers of earlier runs."""
    for cell in node.cells:
        for name in _VOLATILE:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def tags(cell: NotebookNode) -> frozenset[str]:
    """Return the cell's tags."""
    return frozenset(cell.metadata.get("tags", ()))


def prepared(notebook: Notebook, locale: Locale) -> NotebookNode:
    """Return a copy to run: without forms (``interactive``) and without prose in the other language."""
    node = deepcopy(notebook.node)
    node.cells = [cell for cell in node.cells if _wanted(tags(cell), locale)]
    return node


def _wanted(cell_tags: frozenset[str], locale: Locale) -> bool:
    languages = cell_tags.intersection(LOCALES)
    return "interactive" not in cell_tags and (not languages or locale in languages)
