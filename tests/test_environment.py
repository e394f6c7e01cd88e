"""Three ways to set okrlib up that cannot drift apart, the words of make, and a package that carries its starter files."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from okrlib.starter import SAMPLE_STORE
from okrlib.yaml_files import plain, read_yaml
from tests.shared import PROJECT

ON_CONDA_FORGE = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base", "ruamel-yaml": "ruamel.yaml"}
ON_PYPI_ALONE = {"rjieba"}  # which conda's pip brings with okrlib
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text):
    """Split ``duckdb>=1.4`` into its name and its bounds in no particular order."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)\s*([<>=!~].*)?", text.strip()).groups()
    return name, frozenset((bounds or "").replace(" ", "").split(","))


def declared(extra=None):
    project = PYPROJECT["project"]
    names = project["optional-dependencies"][extra] if extra else project["dependencies"]
    own = [name for name in names if name.startswith("okrlib[")]  # okrlib[cluster,database]: those extras too
    inner = [part for name in own for part in name.removeprefix("okrlib[").removesuffix("]").split(",")]
    found = dict(requirement(re.sub(r"\[.*?\]", "", name)) for name in names if name not in own)
    return found | {name: bounds for part in inner for name, bounds in declared(part).items()}


@pytest.fixture(scope="module")
def conda():
    return plain(read_yaml(PROJECT / "environment.yml"))


def test_conda_installs_what_pyproject_needs(conda):
    listed = dict(requirement(line) for line in conda["dependencies"] if isinstance(line, str))
    python = listed.pop("python")
    assert listed.pop("pip") == {""}
    assert listed == {
        ON_CONDA_FORGE.get(name, name): bounds for name, bounds in declared().items() if name not in ON_PYPI_ALONE
    }
    assert python == requirement(f"python{PYPROJECT['project']['requires-python']}")[1]


def test_conda_uses_conda_forge_alone_and_okrlib_from_here(conda):
    assert conda["channels"] == ["conda-forge", "nodefaults"]
    assert [line["pip"] for line in conda["dependencies"] if isinstance(line, dict)] == [["-e ."]]


def pins():
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_constraints_are_exact_pins_and_nothing_else():
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)]
    assert wrong == [], "a pin is name==version: no host, no path, no local version"
    assert len(pins()) == len([line for line in lines if "==" in line])


def test_constraints_pin_every_package_that_is_needed():
    pinned = {canonical(name): version for name, version in pins().items()}
    assert {name for name in (*declared(), *declared("dev")) if canonical(name) not in pinned} == set()


def test_constraints_pin_what_those_packages_need():
    pinned, unseen, missing = {canonical(name) for name in pins()}, [*declared(), *declared("dev")], set()
    seen = set()
    while unseen:
        name = canonical(unseen.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform or Python
        missing |= set() if name in pinned else {name}
        unseen += [requirement(re.split(r"[\[; (<>=!~]", need)[0])[0] for need in needs if ";" not in need]
    assert missing == set()


def test_pins_satisfy_pyproject():
    pinned = {canonical(name): version for name, version in pins().items()}
    for name, bounds in (declared() | declared("dev")).items():
        for bound in filter(None, bounds):
            sign, wanted = re.match(r"([<>=]+)(.*)", bound).groups()
            have, want = parts(pinned[canonical(name)]), parts(wanted)
            assert have >= want if sign == ">=" else have < want, f"{name} {pinned[canonical(name)]} {bound}"


def parts(version):
    return tuple(map(int, re.findall(r"\d+", version.partition("+")[0])))


MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


def make(*words):
    """Run make as a person would, not as the make that may be running this suite."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", *words], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_make_help_lists_every_word():
    lines = make("help")
    words = [line.split()[0] for line in lines]
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split()
    assert sorted(words) == sorted(phony)
    assert {"demo", "test", "lab", "bench", "help"} <= set(words)
    assert all(len(line.split()) > 2 for line in lines), "each word is explained"


@pytest.mark.parametrize(
    ("word", "runs"),
    [
        ("demo", "okr demo"),
        ("test", "bin/pytest"),
        ("test", "bin/mypy"),
        ("test", "ruff check"),
        ("lab", "jupyter lab"),
        ("bench", "benchmarks"),
    ],
)
def test_make_words_do_what_they_say_in_the_projects_own_environment(word, runs):
    own = (".venv/", "OKR_HOME=")
    assert [line for line in make("-n", word) if runs in line and line.lstrip().startswith(own)]


def test_continuous_integration_runs_the_whole_suite():
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("exec make test")
    subprocess.run(["bash", "-n", script], check=True)


def test_warnings_are_errors_and_types_are_strict():
    assert PYPROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"
    assert PYPROJECT["tool"]["mypy"]["strict"] is True


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The files of the wheel, laid out as pip would: the package and what pyproject force-includes."""
    site = tmp_path_factory.mktemp("site")
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for package in wheel["packages"]:
        shutil.copytree(PROJECT / package, site / package, ignore=ignored)
    for source, target in wheel["force-include"].items():
        shutil.copytree(PROJECT / source, site / target, ignore=ignored)
    return site


def test_an_installed_okrlib_makes_a_workbook(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "okrlib", "init", str(tmp_path / "mine")]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    made = {path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*") if path.is_file()}
    assert {f"notebooks/{path.name}" for path in (PROJECT / "notebooks").glob("*.ipynb")} <= made
    assert {f"params/stores/{SAMPLE_STORE}.yaml", "params/layouts/online_retail.yaml", ".gitignore"} <= made
    assert {f"params/okrs/{SAMPLE_STORE}/2026Q4.{kind}" for kind in ("yaml", "jsonl")} <= made
    stores = {Path(name).parts[2] for name in made if name.startswith(("params/okrs/", "params/stores/"))}
    assert stores == {SAMPLE_STORE, f"{SAMPLE_STORE}.yaml"}, "no other store of ours is anybody's business"


def test_every_file_the_library_reads_lies_in_the_package(installed):
    kept = {path.suffix for path in (installed / "okrlib").rglob("*") if path.is_file()}
    assert {".py", ".yaml", ".j2", ".css", ".js", ".ttf", ".ipynb"} <= kept
