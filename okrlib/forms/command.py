"""A command of okr, run from a form: it goes on while the form is used, and refuses in the form's language."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

from okrlib.cli.app import ERRORS_IN_VARIABLE
from okrlib.forms.session import Session


async def start(session: Session, *words: str) -> Process:
    """Start a command as one would type it after `okr`, in the workbook of the session's Book."""
    command = [sys.executable, "-m", "okrlib", "--home", str(session.book.workbook.home), *words]
    own = os.environ | {ERRORS_IN_VARIABLE: session.locale}
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=own)


def refusal(code: int, said: bytes) -> str:
    """Return why a command ended with this code: the last line of its standard error, else the code."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("okr: ") if lines else str(code)
