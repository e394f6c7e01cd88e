"""The command line as a test runs it: what it said, and the exit code it left with."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from okrlib import cli
from tests.shared import PROJECT


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def one_line(self) -> str:
        """The only line on stderr; anything else there, or a traceback, is a failure of its own."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("okr: ")
        return lines[0]


def okr(home: Path, *words: object) -> Done:
    """Run a command inside this process: quick, and any warning is an error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    line = ["okr", "--home", str(home), *map(str, words)]
    with patch.dict(os.environ), patch.object(sys, "argv", line), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def run_alone(home: Path, *command: object) -> Done:
    """Run a program in a process of its own, in the workbook, with this okrlib importable."""
    paths = filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    environment.pop("OKR_HOME", None)
    done = subprocess.run(
        list(map(str, command)), cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def okr_alone(home: Path, *words: object) -> Done:
    """Run a command in a process of its own, as a person or a scheduler does from the workbook folder."""
    return run_alone(home, sys.executable, "-m", "okrlib", *words)
