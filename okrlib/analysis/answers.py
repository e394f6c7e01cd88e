"""What queries answered, kept beside the workbook: no notebook, language or run asks the same of the same data twice.

The files of a lake never change. So a script that names them, and a question, fix the answer for good; the folder
``.okr/answers`` can be thrown away at any time, and what is missing or damaged there is asked again.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

FOLDER = Path(".okr", "answers")
_VERSIONS_KEPT = 12  # of one store's data and days; a packet looks at two or three
_PLAIN = {
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"), ("decimal", "Decimal"),
    ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.ma", "MaskedArray"), ("numpy.ma.core", "MaskedArray"), ("numpy.ma.core", "_mareconstruct"),
}  # fmt: skip

_Answer = TypeVar("_Answer")


class Answers:
    """The answers kept under `folder` for what `script` sets up."""

    def __init__(self, folder: Path, script: str) -> None:
        self.folder = folder / _short(script)

    def to(self, question: str, ask: Callable[[], _Answer]) -> _Answer:
        """Return the answer that is kept to `question`, else the one that `ask` gives, which is kept from now on."""
        path = self.folder / _short(question)
        try:
            kept: _Answer = _Reader(io.BytesIO(path.read_bytes())).load()
        except (OSError, EOFError, ValueError, LookupError, AttributeError, TypeError, pickle.UnpicklingError):
            kept = ask()
            _keep(path, pickle.dumps(kept, protocol=5))
        return kept


class _Reader(pickle.Unpickler):
    """Reads numbers, words, days and arrays of them, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return super().find_class(module, name)


def forget(home: Path, store: str) -> None:
    """Throw away what queries answered of a store: all is asked anew."""
    rmtree(home / FOLDER / store, ignore_errors=True)


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _keep(path: Path, content: bytes) -> None:
    """Put an answer in place in one step; a disk that takes no more only means asking again."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        if not path.parent.is_dir():
            _make_room(path.parent)
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def _make_room(folder: Path) -> None:
    """Make `folder` and drop the oldest beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parents[2] / ".gitignore").write_text("*\n", encoding="utf-8")
    beside = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in beside[_VERSIONS_KEPT:]:
        rmtree(old, ignore_errors=True)
