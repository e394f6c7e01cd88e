"""The command line: the only floor that reads the clock."""

from __future__ import annotations

import sys

import typer

from okrlib.cli import customers, data, lookback, packets, private, sheets, trial
from okrlib.cli.app import SOME_FAILED, WRONG, app
from okrlib.errors import DataError, OkrError

__all__ = ["app", "customers", "data", "lookback", "main", "packets", "private", "sheets", "trial"]


def main() -> None:
    """Run the command line; every error a person can cause is one line and an exit code."""
    try:
        app(standalone_mode=True)
    except DataError as bad:
        _fail(bad, SOME_FAILED)
    except OSError as bad:
        _fail(DataError(f"{bad.filename or 'disk'}: {bad.strerror or bad}"), SOME_FAILED)
    except OkrError as bad:
        _fail(bad, WRONG)


def _fail(bad: OkrError, code: int) -> None:
    typer.echo(f"okr: {bad}", err=True)
    sys.exit(code)
