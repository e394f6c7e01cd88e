"""YAML as people write it: what is text stays text, and nothing doubtful is taken."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from okrlib import errors
from okrlib.errors import LayoutError, SheetError
from okrlib.yaml_files import dump_yaml, line_of, load_yaml, parse_model, plain, read_yaml

CHINESE = re.compile("[\u4e00-\u9fff]")
LIBRARY = Path(errors.__file__).parent


def value(text):
    return plain(load_yaml(f"key: {text}\n", "a.yaml"))["key"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("null", None),
        ("~", None),
        ("'0012'", "0012"),
        ("1_000", 1000),
        ("四川省", "四川省"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, read):
    found = value(text)
    assert (found, type(found)) == (read, type(read))


def test_a_leading_zero_is_no_octal():
    assert value("012") == 12
    assert value("010") != 8


def test_a_country_code_of_norway_is_no_lie():
    assert plain(load_yaml("- NO\n- SE\n", "a.yaml")) == ["NO", "SE"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", r"a\.yaml:3: not valid YAML: found duplicate key"),
        ("a:\n  b: 1\n  b: 2\n", r"a\.yaml:3: .*duplicate key"),
        ("a: &x 1\nb: *x\n", r"a\.yaml:2: aliases \(\*x\) are not allowed"),
        ("a: [1, 2\nb: 3\n", r"a\.yaml:\d: not valid YAML"),
        ("a: 'open\n", r"a\.yaml:\d: not valid YAML"),
        ("\ta: 1\n", r"a\.yaml:1: not valid YAML"),
    ],
)
def test_doubtful_yaml_is_refused_with_its_line(text, says):
    with pytest.raises(SheetError, match=says) as caught:
        load_yaml(text, "a.yaml")
    assert "\n" not in str(caught.value)


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    with pytest.raises(SheetError, match="aliases"):
        load_yaml("\n".join(lines), "bomb.yaml")


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []", "!!python/name:os.system ''"])
def test_a_tag_runs_nothing(text):
    assert "getcwd" not in str(value(text))
    assert not callable(value(text))


def test_a_file_that_is_not_there_or_not_utf_8_is_named(tmp_path):
    with pytest.raises(SheetError, match=r"none\.yaml: no such file"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("title: 茶器".encode("gb18030"))
    with pytest.raises(LayoutError, match=r"gbk\.yaml: not UTF-8 text \(byte 7\)"):
        read_yaml(tmp_path / "gbk.yaml", LayoutError)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    (tmp_path / "bom.yaml").write_text("store: a\n", encoding="utf-8-sig")
    assert plain(read_yaml(tmp_path / "bom.yaml")) == {"store": "a"}


SHEET = """\
# what we intend
store: demo   # ours
objectives:
  - id: O1
    title: "成为最好"
    target: 1460000
    share: 0.180

  # the second
  - {id: O2, title: Two}
"""


def test_a_round_trip_keeps_every_character():
    assert dump_yaml(load_yaml(SHEET, "a.yaml")) == SHEET


def test_an_edit_leaves_the_rest_alone():
    tree = load_yaml(SHEET, "a.yaml")
    tree["objectives"][0]["target"] = 1500000
    assert dump_yaml(tree) == SHEET.replace("1460000", "1500000")


def test_lines_are_found_as_deep_as_the_file_goes():
    tree = load_yaml(SHEET, "a.yaml")
    assert line_of(tree, ("store",)) == 2
    assert line_of(tree, ("objectives", 0, "target")) == 6
    assert line_of(tree, ("objectives", 1, "owner")) == 10
    assert line_of(tree, ("nothing",)) is None


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    store: str
    weight: Decimal = Field(default=Decimal(1), ge=0)


def parsed(text):
    return parse_model(Model, load_yaml(text, "a.yaml"), "a.yaml")


def test_a_model_is_read():
    assert parsed("store: a\nweight: 2.50\n") == Model(store="a", weight=Decimal("2.50"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("store: a\nweight: -1\n", r"a\.yaml:2: weight: .*\(found -1\)"),
        ("store: a\nwieght: 1\n", r"a\.yaml:2: wieght: no such field; check its spelling; did you mean weight\?$"),
        ("weight: 1\n", r"a\.yaml: store: is missing$"),
        ("weight: -1\nmore: 1\n", r"and 2 more"),
        ("- 1\n", r"a\.yaml: file: expected fields with values \(field: value\)$"),
        ("", r"a\.yaml: file: expected fields with values \(field: value\) \(found None\)$"),
    ],
)
def test_what_does_not_fit_a_model_is_one_line(text, says):
    with pytest.raises(SheetError, match=says) as caught:
        parsed(text)
    assert "\n" not in str(caught.value)


@given(st.dictionaries(st.text("abcxyz", min_size=1), st.text("abc 客:#-'\"0", min_size=1, max_size=12)))
def test_written_text_reads_back(tree):
    assert plain(load_yaml(dump_yaml(tree), "a.yaml")) == tree


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)

    name: str = Field(min_length=1, pattern="^[a-z]*$")
    number: int = Field(default=0, ge=0, lt=9)
    share: float = Field(default=0, gt=0, le=1)
    day: date | None = None
    yes: bool = False
    some: tuple[int, ...] = ()
    kind: Literal["a", "b"] = "a"
    mine: dict[str, int] = {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("number: 1", "name：必填"),
        ("nmae: a", "nmae：没有这个字段，请检查拼写，是否应为 name；另有 1 处"),
        ("name: 12", "name：请填写文字（填写内容：12）"),
        ("name: ''", "name：不能为空（填写内容：''）"),
        ("name: A", "name：格式应符合 '^[a-z]*$'（填写内容：'A'）"),
        ("{name: a, number: -1}", "number：不能小于 0（填写内容：-1）"),
        ("{name: a, number: 9}", "number：必须小于 9（填写内容：9）"),
        ("{name: a, number: x}", "number：请填写整数（填写内容：'x'）"),
        ("{name: a, share: 0.0}", "share：必须大于 0（填写内容：0.0）"),
        ("{name: a, share: 2}", "share：不能大于 1（填写内容：2）"),
        ("{name: a, share: x}", "share：请填写数字（填写内容：'x'）"),
        ("{name: a, day: soon}", "day：请填写日期，例如 2026-12-31（填写内容：'soon'）"),
        ("{name: a, yes: perhaps}", "yes：请填写 true 或 false（填写内容：'perhaps'）"),
        ("{name: a, some: x}", "some：应为列表（填写内容：'x'）"),
        ("{name: a, kind: c}", "kind：可选 'a'、'b'（填写内容：'c'）"),
        ("{name: a, mine: x}", "mine：应为“字段: 值”的形式（填写内容：'x'）"),
        ("- a", "应为“字段: 值”的形式"),
        ("a: 1\na: 2", 'YAML 格式有误，字段 "a" 重复'),
        ("name:\n\t- 1", "YAML 格式有误，缩进不能用 Tab，请改用空格"),
        ("name: [1", "YAML 格式有误，请检查缩进、冒号和引号"),
        ("a: &x 1\nb: *x", "不支持引用（*x），请直接写出内容"),
        ("a: 2026-02-30", "没有 2026-02-30 这一天"),
    ],
)
def test_what_is_refused_is_said_in_chinese_too(text, says):
    with pytest.raises(SheetError) as bad:
        parse_model(Part, load_yaml(text, "a.yaml"), "a.yaml")
    assert bad.value.in_("zh").startswith("a.yaml")
    assert bad.value.in_("zh").endswith(says)
    assert not CHINESE.search(str(bad.value))


BY_HAND = ("okr", "ingest", "policies", "lake.py", "periods.py", "stores.py", "yaml_files.py", "packets.py", "steps.py")


def test_whatever_refuses_what_people_write_has_its_chinese():
    """Every error of ours that these parts raise, and every one of their models, is made of two texts."""
    alone = []
    for path in (path for part in BY_HAND for path in [LIBRARY / part, *(LIBRARY / part).rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path.is_file() else ():
            made = node.exc if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
            name = ast.unparse(made.func) if made else ""
            given = made and (len(made.args) + len(made.keywords) > 1 or isinstance(made.args[0], ast.Starred))
            if made and (name == "error" or name in vars(errors)) and not given:
                alone.append(f"{path.name}:{node.lineno}")
    assert alone == []
