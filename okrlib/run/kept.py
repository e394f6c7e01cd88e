"""Executed notebooks, kept beside the workbook so that nothing runs twice: not after an interruption, not for a page.

The folder ``.okr/executed`` can be thrown away at any time; what is missing, damaged or out of date runs again.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from nbformat import NotebookNode, from_dict

from okrlib.run.jobs import Job, Notebook
from okrlib.run.manifest import Inputs, sha256, write_bytes_atomically

FOLDER = Path(".okr", "executed")
_SHAPES_PAGES_ONLY = {"key", "store_title", "notebooks", "code", "data"}


def run_key(inputs: Inputs, notebook: Notebook) -> str:
    """Return the SHA-256 of all that shapes the outputs of `notebook`: what draws the page is not in it."""
    seen = inputs.model_dump(mode="json", exclude=_SHAPES_PAGES_ONLY)
    code = {name: value for name, value in inputs.code.items() if name != "page"}
    data = inputs.data.get("fingerprint")
    return sha256(json.dumps([seen, code, data, notebook.name, notebook.sha256], sort_keys=True).encode())


def load(home: Path, job: Job, notebook: str, key: str) -> NotebookNode | None:
    """Return the executed notebook that was kept under `key`, None when there is none."""
    try:
        kept = json.loads(gzip.decompress(_path(home, job, notebook).read_bytes()))
        return from_dict(kept["notebook"]) if kept["key"] == key else None  # type: ignore[no-untyped-call]
    except (OSError, EOFError, ValueError, LookupError, TypeError):
        return None


def keep(home: Path, job: Job, notebook: str, key: str, node: NotebookNode) -> None:
    """Keep an executed notebook in place of the one before; a disk that takes no more only means another run."""
    content = json.dumps({"key": key, "notebook": node}).encode()
    path = _path(home, job, notebook)
    try:
        write_bytes_atomically(path, gzip.compress(content, compresslevel=1, mtime=0))
        (home / FOLDER.parts[0] / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError:
        return


def _path(home: Path, job: Job, notebook: str) -> Path:
    return home / FOLDER / str(job.quarter) / job.store / f"{notebook}.{job.locale}.json.gz"
