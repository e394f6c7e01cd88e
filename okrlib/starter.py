"""A new workbook: what `okr init` puts into an empty folder."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from okrlib.errors import ParameterError
from okrlib.stores import Workbook

SAMPLE_STORE = "demo_tmall"
_IGNORED = """\
# What is made from the exports can be made again; what a store exports stays on your machines.
exports/
warehouse/
reports/
.okr/
.ipynb_checkpoints/
"""


def _source() -> Path:
    """The folder with notebooks/ and params/: inside an installed package, beside a checked-out one."""
    with as_file(files("okrlib")) as package:
        installed = package / "starter_files"
        return installed if installed.is_dir() else package.parent


def starter_file(*parts: str) -> Path:
    """Return the path of a file that a new workbook begins with, such as ``params/targets.yaml``."""
    return _source().joinpath(*parts)


def init_workbook(folder: Path) -> Workbook:
    """Make a workbook with the notebooks, one sample store and an example layout; ParameterError unless empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(f"{folder}: not empty; name a new folder")
    source, copied = _source(), shutil.ignore_patterns(".*", "*.lock")
    shutil.copytree(source / "notebooks", folder / "notebooks", ignore=copied)
    for part in ("layouts", f"okrs/{SAMPLE_STORE}"):
        shutil.copytree(source / "params" / part, folder / "params" / part, ignore=copied)
    for name in ("calendar.yaml", "evaluation.yaml", "strategy.yaml", "targets.yaml", "team.yaml"):
        shutil.copy(starter_file("params", name), folder / "params")
    stores = folder / "params" / "stores"
    stores.mkdir()
    shutil.copy(source / "params" / "stores" / f"{SAMPLE_STORE}.yaml", stores)
    for name in ("exports", "reports"):
        (folder / name).mkdir()
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    return Workbook(folder)
