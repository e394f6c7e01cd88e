"""The house stands: imports point down, one floor reads the clock, everything stays small, nothing names a machine."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LIBRARY = PROJECT / "okrlib"
MODULES = sorted(LIBRARY.rglob("*.py"))
FLOORS = (
    {"errors", "text", "periods", "schema", "turns", "yaml_files"},
    {"lake", "policies", "stores"},
    {"ingest", "okr", "demo", "starter"},
    {"analysis"},
    {"state"},
    {"book"},
    {"show", "steps"},
    {"run"},
    {"packets"},
    {"cli"},
    {"forms"},
    {"__main__"},
)
FLOOR_OF = {part: height for height, parts in enumerate(FLOORS) for part in parts}
NEVER_NAMED = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "core"}
CLOCK = re.compile(
    r"\b(current_date|current_timestamp|localtimestamp|(now|today|get_current_timestamp)\s*\(\))", re.IGNORECASE
)


def name_of(path):
    return path.relative_to(PROJECT).as_posix()


def part_of(dotted):
    return dotted.split(".")[1] if "." in dotted else ""


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Every module that a file imports, anywhere in it, by its full dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: relative import"
            yield from (
                f"{node.module}.{alias.name}" if node.module == "okrlib" else node.module for alias in node.names
            )


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def upward(path):
    own = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
    for name in imported(path):
        part = part_of(name) if name.startswith("okrlib.") else own
        beside = part != own and FLOOR_OF.get(part) == FLOOR_OF[own] > 0
        if part != "__version__" and (FLOOR_OF.get(part, 99) > FLOOR_OF[own] or beside):
            yield f"{own} imports {name}"


def test_every_part_of_the_library_has_a_floor():
    parts = {path.relative_to(LIBRARY).parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    assert parts == set(FLOOR_OF)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent != LIBRARY or path.stem != "__init__"], ids=name_of
)
def test_imports_only_point_down(path):
    assert list(upward(path)) == []


def test_floor_0_has_no_circle():
    edges = {
        path.stem: {part_of(name) for name in imported(path) if part_of(name) in FLOORS[0]}
        for path in MODULES
        if path.parent == LIBRARY and path.stem in FLOORS[0]
    }
    while edges:
        free = {name for name, needs in edges.items() if not needs & edges.keys()}
        assert free, f"a circle among {sorted(edges)}"
        edges = {name: needs for name, needs in edges.items() if name not in free}


def test_the_okr_core_is_plain_python():
    heavy = {"pandas", "duckdb", "numpy", "deltalake", "matplotlib", "scipy"}
    found = {(name_of(path), name) for path in (LIBRARY / "okr").rglob("*.py") for name in imported(path)}
    assert {pair for pair in found if pair[1].split(".")[0] in heavy} == set()


def test_the_runner_knows_no_numbers():
    above = {"analysis", "book", "lake", "ingest", "okr", "demo"}
    found = {(name_of(path), name) for path in (LIBRARY / "run").rglob("*.py") for name in imported(path)}
    assert {pair for pair in found if part_of(pair[1]) in above and pair[1].startswith("okrlib.")} == set()


def reads_the_clock(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            if re.search(r"\.(today|utcnow)$|\b(datetime|Timestamp)\.now$|^time\.(time|time_ns|localtime)$", called):
                yield f"{name_of(path)}:{node.lineno}: {called}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and CLOCK.search(node.value):
            yield f"{name_of(path)}:{node.lineno}: {node.value[:60]!r}"


def test_nobody_below_the_command_line_reads_the_clock():
    assert [place for path in MODULES if "cli" not in path.parts for place in reads_the_clock(path)] == []
    assert list(reads_the_clock(LIBRARY / "cli" / "app.py")), "the check finds the one place that may"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_stay_small(path):
    long = {node.name: node.end_lineno - node.lineno + 1 for node in functions(path)}
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


def test_the_median_function_is_short():
    lengths = sorted(node.end_lineno - node.lineno + 1 for path in MODULES for node in functions(path))
    assert lengths[len(lengths) // 2] < 10


def test_modules_have_names_of_their_own():
    stems = {part.removesuffix(".py").lstrip("_") for path in MODULES for part in path.relative_to(LIBRARY).parts}
    assert stems & NEVER_NAMED == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_prints(path):
    called = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert [f for f in called if isinstance(f, ast.Name) and f.id in {"print", "pprint", "breakpoint"}] == []


def undocumented(path):
    """Public functions, methods and classes without a docstring; an overload's stub and a Protocol's need none."""
    yield from [] if ast.get_docstring(tree(path)) or not tree(path).body else [f"{name_of(path)}: the module"]
    classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for holder in (tree(path), *classes):
        for node in holder.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            stub = any(ast.unparse(one) == "overload" for one in node.decorator_list) if named else False
            if named and not stub and not ast.get_docstring(node):
                yield f"{name_of(path)}:{node.lineno}: {node.name}"


def test_what_is_public_is_explained():
    assert [place for path in MODULES for place in undocumented(path)] == []


@cache
def tracked():
    """Every text file that the repository holds or is about to hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout, so nobody can say which files belong to it")
    paths = [PROJECT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in {".ttf", ".png", ".gz"}]


def lines_with(pattern):
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if path != Path(__file__) and re.search(pattern, line):
                yield f"{name_of(path)}:{number}: {line.strip()[:120]}"


def test_the_repository_names_no_package_host():
    assert (
        list(lines_with(r"(?i)pypi\.org|pythonhosted|anaconda\.org|registry\.npmjs|--(extra-)?index-url|artifactory"))
        == []
    )


def test_the_repository_names_nobodys_folders():
    assert list(lines_with(r"(?<![\w.])(/work/|/home/\w|/root/|/Users/\w|/tmp/\w|[A-Z]:\\\\?Users)")) == []


def test_versions_agree():
    found = re.search(r'^__version__ = "(.+)"$', (LIBRARY / "__init__.py").read_text(), re.MULTILINE)[1]
    declared = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert found == declared
