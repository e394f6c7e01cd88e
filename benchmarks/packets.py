"""A packet of five notebooks against the command lines of papermill and nbconvert, in one run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from okrlib.demo import STORES, write_store
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.ingest.read import export_files, ingest
from okrlib.starter import SAMPLE_STORE, init_workbook

BAR = 20.0  # seconds for a packet of five notebooks


def main() -> bool:
    """Print both ways' wall and CPU seconds and their ratios; true when the packet takes longer than the bar."""
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        home = Path(folder) / "workbook"
        workbook = init_workbook(home)
        write_store(STORES[SAMPLE_STORE], workbook.exports / SAMPLE_STORE, AS_OF)
        ingest(workbook, workbook.store(SAMPLE_STORE), export_files(workbook.exports / SAMPLE_STORE))
        ours = _measured(lambda: _okr_run(home))
        theirs = _measured(lambda: _command_lines(home, Path(folder)))
    print(
        f"packet of {len(list_notebooks())} notebooks   wall {ours[0]:6.1f} s   CPU {ours[1]:6.1f} s   (bar {BAR:.0f} s)"
    )
    print(f"papermill + nbconvert      wall {theirs[0]:6.1f} s   CPU {theirs[1]:6.1f} s")
    print(f"ratio                      wall {theirs[0] / ours[0]:6.2f}     CPU {theirs[1] / ours[1]:6.2f}")
    return ours[0] > BAR


def list_notebooks() -> list[Path]:
    """Return the notebooks of the project."""
    return sorted((Path(__file__).parent.parent / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def _measured(work: Callable[[], None]) -> tuple[float, float]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(*command: str, cwd: Path) -> None:
    environment = {**os.environ, "OKR_HOME": str(cwd), "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True)


def _okr_run(home: Path) -> None:
    options = ("--store", SAMPLE_STORE, "--as-of", str(AS_OF), "--locale", "en", "--jobs", "1")
    _run(sys.executable, "-m", "okrlib", "run", str(QUARTER), *options, cwd=home)


def _command_lines(home: Path, folder: Path) -> None:
    parameters = [
        part
        for name, value in (("store", SAMPLE_STORE), ("quarter", QUARTER), ("as_of", AS_OF), ("locale", "en"))
        for part in ("-p", name, str(value))
    ]
    for notebook in sorted((home / "notebooks").glob("*.ipynb")):
        done = folder / notebook.name
        _run(sys.executable, "-m", "papermill", str(notebook), str(done), *parameters, cwd=home)
        _run(sys.executable, "-m", "nbconvert", "--to", "html", str(done), cwd=home)


if __name__ == "__main__":
    sys.exit(main())
