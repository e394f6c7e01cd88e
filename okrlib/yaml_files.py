"""Reading YAML that people write: YAML 1.2 core, no duplicate keys, no aliases, and line numbers for errors."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt

from okrlib.errors import OkrError, SheetError
from okrlib.text import Text

M = TypeVar("M", bound=BaseModel)
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
# What pydantic and the parser of YAML say, in plain English where their own is not, and in Chinese.
_SAID: tuple[tuple[str, str | None, str], ...] = (
    (r"Field required", "is missing", "必填"),
    (r"Extra inputs are not permitted", "no such field; check its spelling", "没有这个字段，请检查拼写"),
    (r"Input should be (?P<a>'.+)", None, "可选 {a}"),
    (r"Input should be greater than or equal to (?P<a>\S+)", None, "不能小于 {a}"),
    (r"Input should be less than or equal to (?P<a>\S+)", None, "不能大于 {a}"),
    (r"Input should be greater than (?P<a>\S+)", None, "必须大于 {a}"),
    (r"Input should be less than (?P<a>\S+)", None, "必须小于 {a}"),
    (r"Input should be a valid date.*", "expected a day such as 2026-12-31", "请填写日期，例如 2026-12-31"),
    (r"Input should be a valid string", None, "请填写文字"),
    (r"Input should be a valid integer.*", None, "请填写整数"),
    (r"Input should be a valid (?:number|decimal).*", None, "请填写数字"),
    (r"Input should be a valid boolean.*", None, "请填写 true 或 false"),
    (r"Input should be a valid (?:list|tuple|array).*", "expected a list", "应为列表"),
    (
        r"Input should be (?:a valid dictionary|an object|a valid mapping).*",
        "expected fields with values (field: value)",
        "应为“字段: 值”的形式",
    ),
    (r"String should have at least 1 character", "may not be empty", "不能为空"),
    (r"String should match pattern (?P<a>'.+')", None, "格式应符合 {a}"),
    (r"found duplicate key (?P<a>.+?)(?: with value .*)?", None, "字段 {a} 重复"),
    (r"found character '\\t' .*", None, "缩进不能用 Tab，请改用空格"),
)


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
            line = event.start_mark.line + 1
            if isinstance(event, AliasEvent):
                raise error(
                    f"{name}:{line}: aliases (*{event.anchor}) are not allowed; write it out",
                    f"{name} 第 {line} 行：不支持引用（*{event.anchor}），请直接写出内容",
                )
            if isinstance(event, ScalarEvent) and not event.style and _is_no_day(event.value):
                raise error(
                    f"{name}:{line}: {event.value} is no day of the calendar",
                    f"{name} 第 {line} 行：没有 {event.value} 这一天",
                )
        return _round_trip().load(StringIO(text))
    except MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        says = (bad.problem or str(bad)).splitlines()[0]
        chinese = in_chinese(says) or "请检查缩进、冒号和引号"
        place = _place(name, mark.line + 1 if mark else None)
        raise error(f"{place.en}: not valid YAML: {says}", f"{place.zh}：YAML 格式有误，{chinese}") from None


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
        raise error(f"{path}: no such file", f"{path}：文件不存在") from None
    except UnicodeDecodeError as bad:
        raise error(
            f"{path}: not UTF-8 text (byte {bad.start}); save it as UTF-8",
            f"{path}：不是 UTF-8 编码（第 {bad.start} 字节），请另存为 UTF-8",
        ) from None


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
        place, says, rest = _place(name, line_of(tree, tuple(first["loc"]))), said(first), len(problems) - 1
        en, zh = f"{place.en}: {where}: {says.en}", f"{place.zh}：{where}：{says.zh}"
        if first["type"] == "extra_forbidden":
            near = get_close_matches(str(first["loc"][-1]), _fields(model), 1)
            en, zh = (f"{en}; did you mean {near[0]}?", f"{zh}，是否应为 {near[0]}") if near else (en, zh)
        elif not isinstance(first["input"], dict | list):
            en, zh = f"{en} (found {first['input']!r})", f"{zh}（填写内容：{first['input']!r}）"
        if rest:
            en, zh = f"{en}; and {rest} more", f"{zh}；另有 {rest} 处"
        raise error(en, zh) from None


def _fields(model: Any) -> set[str]:
    """Return the names of all fields of a model, and of those in it."""
    found, seen, ahead = set[str](), set[Any](), [model]
    while ahead:
        kind = ahead.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            found |= {field.alias or name for name, field in kind.model_fields.items()}
            ahead += [field.annotation for field in kind.model_fields.values()]
        ahead += get_args(kind)
    return found


def _place(name: str, line: int | None) -> Text:
    return Text(f"{name}:{line}", f"{name} 第 {line} 行") if line else Text(name, name)


def said(problem: ErrorDetails) -> Text:
    """Return what pydantic, or the model, says of one problem in both languages; what has no Chinese stays English."""
    message = problem["msg"].removeprefix("Value error, ")
    own = getattr(problem.get("ctx", {}).get("error"), "zh", None)
    told = _told(message)
    return Text((told and told[0]) or message, own or (told and told[1]) or message)


def in_chinese(message: str) -> str | None:
    """Return a message of pydantic or of the YAML parser in Chinese; None where it is no known one."""
    told = _told(message)
    return told and told[1]


def _told(message: str) -> tuple[str | None, str] | None:
    for pattern, english, chinese in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            named = {key: value.replace("' or '", "'、'") for key, value in found.groupdict().items()}
            return english, chinese.format(**named)
    return None
