"""The shape of every notebook: an article without outputs, in two languages, whose cells are calls."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

import okrlib
from okrlib import show
from okrlib.periods import Quarter, parse_day
from okrlib.run.jobs import PARAMETERS
from okrlib.text import LOCALES

PROJECT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((PROJECT / "notebooks").rglob("*.ipynb"))
TAGS = {"parameters", "en", "zh", "interactive"}
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try, ast.TryStar,
    ast.Lambda, ast.With, ast.AsyncWith, ast.Match, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp,
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind=None):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if kind in {None, cell["cell_type"]}]


def tags(cell):
    return cell["metadata"].get("tags", [])


def source(cell):
    return "".join(cell["source"])


def test_it_is_a_valid_notebook_whose_cells_have_ids_of_their_own(path):
    node = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(node)
    assert (node["nbformat"], node["nbformat_minor"] >= 5) == (4, True)
    ids = [cell["id"] for cell in node["cells"]]
    assert len(ids) == len(set(ids))
    assert re.fullmatch(r"\d\d_[a-z_]+", path.stem)


def test_it_remembers_no_run(path):
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    assert {key for cell in cells(path) for key in cell["metadata"]} <= {"tags"}
    assert set(json.loads(path.read_text(encoding="utf-8"))["metadata"]) <= {"kernelspec", "language_info", "okrlib"}


def test_its_cells_are_short_calls(path):
    for cell in cells(path, "code"):
        assert 0 < len(source(cell).splitlines()) <= 8, cell["id"]
        code = ast.parse(source(cell))
        assert [type(node).__name__ for node in ast.walk(code) if isinstance(node, FORBIDDEN)] == [], cell["id"]
        assert not re.search(r"^\s*[%!]", source(cell), re.MULTILINE), cell["id"]


def test_its_tags_are_four_at_most(path):
    for cell in cells(path):
        assert set(tags(cell)) <= TAGS, cell["id"]
        assert len(tags(cell)) <= 1, cell["id"]
        prose = cell["cell_type"] == "markdown"
        assert bool(set(tags(cell)) & set(LOCALES)) == prose, f"{cell['id']}: prose, and only prose, has a language"


def test_its_prose_comes_in_pairs(path):
    prose = cells(path, "markdown")
    assert prose
    order = [tags(cell) for cell in cells(path)]
    for place, own in enumerate(order):
        assert own != ["en"] or order[place + 1] == ["zh"], f"cell {place} has no Chinese after it"
        assert own != ["zh"] or order[place - 1] == ["en"], f"cell {place} has no English before it"
    for english, chinese in zip(prose[::2], prose[1::2], strict=True):
        assert not CHINESE.search(source(english)), english["id"]
        assert CHINESE.search(source(chinese)), chinese["id"]
        assert heading(english) == heading(chinese), english["id"]


def heading(cell):
    """The ranks of a cell's headings, as a pair must share them."""
    return re.findall(r"^(#+) ", source(cell), re.MULTILINE)


def test_it_begins_with_one_title_a_language(path):
    ranks = [rank for cell in cells(path, "markdown") if tags(cell) == ["en"] for rank in heading(cell)]
    assert ranks[0] == "#"
    assert ranks.count("#") == 1
    assert [tags(cell) for cell in cells(path)[:3]] == [["en"], ["zh"], ["parameters"]]


def test_it_has_the_four_parameters_with_values_that_can_be_right(path):
    (cell,) = [cell for cell in cells(path, "code") if tags(cell) == ["parameters"]]
    body = ast.parse(source(cell)).body
    given = {line.targets[0].id: ast.literal_eval(line.value) for line in body if isinstance(line, ast.Assign)}
    assert len(body) == len(given) == 4
    assert tuple(given) == PARAMETERS
    assert (PROJECT / "params" / "stores" / f"{given['store']}.yaml").exists()
    assert given["locale"] in LOCALES
    assert Quarter.parse(given["quarter"]).start <= parse_day(given["as_of"])


def test_it_imports_only_public_names(path):
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            assert not isinstance(node, ast.Import), cell["id"]
            if isinstance(node, ast.ImportFrom):
                assert node.module == "okrlib", cell["id"]
                assert {alias.name for alias in node.names} <= set(okrlib.__all__), cell["id"]
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "show":
                assert node.attr in show.__all__, cell["id"]
                assert callable(getattr(show, node.attr))


def test_it_opens_the_book_it_was_asked_for(path):
    code = "\n".join(source(cell) for cell in cells(path, "code"))
    assert "book = open_book(store, quarter, as_of, locale)" in code


def test_its_forms_stand_in_cells_that_a_scheduled_run_drops(path):
    for cell in cells(path, "code"):
        names = {node.id for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)}
        imported = {
            alias.name
            for node in ast.walk(ast.parse(source(cell)))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert ("forms" in names | imported) == (tags(cell) == ["interactive"]), cell["id"]
    _, opening, first, *_ = cells(path, "code")
    assert "open_book" in source(opening)
    assert source(first) == "from okrlib import forms\n\nforms.picker(book)", "the picker stands at the top"
