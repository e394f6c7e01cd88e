"""Reading YAML that people write: YAML 1.2 core, no duplicate keys, no aliases, and line numbers for errors."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt

from okrlib.errors import OkrError, SheetError

M = TypeVar("M", bound=BaseModel)
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    yaml.allow_duplicate_keys = False
    yaml.preserve_quotes = True
    yaml.width = 4096  # never rewrap what people wrote
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def load_yaml(text: str, name: str, error: type[OkrError] = SheetError) -> Any:
    """Parse `text` to a round-trip tree that keeps comments, order and line numbers; `name` stands in the errors."""
    try:
        for event in _round_trip().parse(StringIO(text)) if _is_suspect(text) else ():
            if isinstance(event, AliasEvent):
                line = event.start_mark.line + 1
                raise error(f"{name}:{line}: aliases (*{event.anchor}) are not allowed; write it out")
            if isinstance(event, ScalarEvent) and not event.style and _is_no_day(event.value):
                raise error(f"{name}:{event.start_mark.line + 1}: {event.value} is no day of the calendar")
        return _round_trip().load(StringIO(text))
    except MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise error(f"{name}{line}: not valid YAML: {(bad.problem or str(bad)).splitlines()[0]}") from None


def _is_suspect(text: str) -> bool:
    """Whether a text may hold what its events must be read for: no alias comes without a star."""
    return "*" in text or any(_is_no_day(found.group()) for found in _DAY.finditer(text))


def _is_no_day(scalar: str) -> bool:
    """Whether a scalar is written like a day and is none, such as 2026-13-31."""
    parts = _DAY.fullmatch(scalar)
    if parts is None:
        return False
    try:
        date(*map(int, parts.groups()))
    except ValueError:
        return True
    return False


def read_yaml(path: Path, error: type[OkrError] = SheetError) -> Any:
    """Read a YAML file as `load_yaml` does; a missing or unreadable file is an `error` that names it."""
    return load_yaml(yaml_text(path, error), str(path), error)


def yaml_text(path: Path, error: type[OkrError] = SheetError) -> str:
    """Read the text of a YAML file; a missing or unreadable file is an `error` that names it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise error(f"{path}: no such file") from None
    except UnicodeDecodeError as bad:
        raise error(f"{path}: not UTF-8 text (byte {bad.start}); save it as UTF-8") from None


def dump_yaml(tree: Any) -> str:
    """Write a round-trip tree back, comments and order kept."""
    out = StringIO()
    yaml = _round_trip()
    yaml.version = None  # no %YAML line in files that people edit
    yaml.dump(tree, out)
    return out.getvalue()


def plain(tree: Any) -> Any:
    """Return a round-trip tree as plain dicts, lists and scalars; decimals keep the digits that were typed."""
    if isinstance(tree, dict):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    if isinstance(tree, ScalarFloat):
        return float(tree)
    if isinstance(tree, ScalarInt):
        return int(tree)
    if isinstance(tree, str):
        return str(tree)
    return tree


def line_of(tree: Any, path: tuple[str | int, ...]) -> int | None:
    """Return the 1-based line of the deepest part of `path` that the file has."""
    line: int | None = None
    for step in path:
        if isinstance(tree, CommentedMap) and step in tree:
            line = tree.lc.key(step)[0] + 1
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0] + 1
        else:
            break
        tree = tree[step]
    return line


def parse_model(model: type[M], tree: Any, name: str, error: type[OkrError] = SheetError) -> M:
    """Validate a tree from `load_yaml`; the first problem becomes one line with file, line and value."""
    try:
        return model.model_validate(plain(tree))
    except ValidationError as bad:
        problems = bad.errors()
        first = min(problems, key=lambda problem: problem["type"] == "missing")  # a misspelt key explains a missing one
        where = ".".join(str(step) for step in first["loc"]) or "file"
        line = line_of(tree, tuple(first["loc"]))
        found = "" if isinstance(first["input"], dict | list) else f" (found {first['input']!r})"
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        message = first["msg"].removeprefix("Value error, ")
        raise error(f"{name}{f':{line}' if line else ''}: {where}: {message}{found}{more}") from None
