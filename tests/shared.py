"""Data that is not part of the project: real exports, beside it or where OKRLIB_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def shared(*parts: str) -> Path:
    """Return a path under the shared folder; without it the test is skipped, with the reason."""
    path = Path(os.environ.get("OKRLIB_SHARED", PROJECT.parent / "shared")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} in {path.parent}, which is not part of the project (OKRLIB_SHARED)")
    return path
