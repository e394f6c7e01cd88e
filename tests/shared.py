"""What the project does not hold itself: real exports, beside it or where OKRLIB_SHARED says; a browser, a checker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def shared(*parts: str) -> Path:
    """Return a path under the shared folder; without it the test is skipped, with the reason."""
    path = Path(os.environ.get("OKRLIB_SHARED", PROJECT.parent / "shared")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} in {path.parent}, which is not part of the project (OKRLIB_SHARED)")
    return path


def unavailable(reason: str) -> NoReturn:
    """Skip the test, with the reason; where OKRLIB_NO_SKIP is set, as in continuous integration, it fails instead."""
    if os.environ.get("OKRLIB_NO_SKIP"):
        pytest.fail(f"{reason} (OKRLIB_NO_SKIP is set)")
    pytest.skip(reason)
