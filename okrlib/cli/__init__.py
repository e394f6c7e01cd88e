"""The command line: the only floor that reads the clock."""

from __future__ import annotations

import sys

import typer

from okrlib.cli import customers, data, lookback, packets, private, sheets, trial
from okrlib.cli.app import ERRORS_IN, SOME_FAILED, WRONG, app
from okrlib.errors import DataError, OkrError

__all__ = ["app", "customers", "data", "lookback", "main", "packets", "private", "sheets", "trial"]


def main() -> None:
    """Run the command line; every error a person can cause is one line and an exit code."""
    try:
        app(standalone_mode=True)
    except DataError as bad:
        _fail(bad, SOME_FAILED)
    except OSError as bad:
        _fail(_of_system(bad), SOME_FAILED)
    except OkrError as bad:
        _fail(bad, WRONG)


def _of_system(bad: OSError) -> DataError:
    what, why = bad.filename, bad.strerror or bad
    return DataError(f"{what or 'disk'}: {why}", f"{what or '磁盘'}：无法读写（{why}）")


def _fail(bad: OkrError, code: int) -> None:
    typer.echo(f"okr: {bad.in_(ERRORS_IN)}", err=True)
    sys.exit(code)
