"""Writing files that others write too: one writer at a time, and never half a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from okrlib.turns import Turn, in_turn

PATIENCE = 60.0  # seconds: a save takes a moment
_NEW = 0o644  # a temporary file is its maker's alone; a sheet is the team's


def lock_beside(path: Path) -> Turn:
    """Return the lock that every writer of `path` takes; the folder is created. Its file is ``.<name>.lock``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return in_turn(path, path.with_name(f".{path.name}.lock"), PATIENCE)


def replace(path: Path, text: str) -> None:
    """Write `text` in place of the file in one step: a reader sees the old or the new one, whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(_NEW)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
