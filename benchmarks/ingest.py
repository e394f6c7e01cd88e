"""How fast exports are read: ``python -m benchmarks.ingest`` beside DuckDB's bare read_csv of the same files.

The bars are 10 s and 1 GiB for the 305 files of "Online Retail" (``OKRLIB_SHARED`` names the folder that has it).
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import export_files, ingest
from okrlib.stores import Workbook

PROJECT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("OKRLIB_SHARED", PROJECT.parent / "shared")) / "data" / "online_retail"
BARS = {"seconds": 10.0, "peak MiB": 1024.0}


def bare_seconds(paths: list[Path]) -> float:
    """Time DuckDB reading the same files into a table, as text, with as many threads as it likes."""
    start = time.perf_counter()
    duckdb.connect().execute(
        "CREATE TABLE t AS SELECT * FROM read_csv($1, all_varchar = true)", [[str(p) for p in paths]]
    )
    return time.perf_counter() - start


def ingest_seconds(paths: list[Path]) -> float:
    """Time reading the files into the lake of a fresh workbook."""
    with tempfile.TemporaryDirectory() as home:
        os.environ[KEY_VARIABLE] = f"{home}-key"
        shutil.copytree(PROJECT / "params", Path(home) / "params")
        workbook = Workbook(Path(home))
        start = time.perf_counter()
        ingest(workbook, workbook.store("online_retail"), paths)
        seconds = time.perf_counter() - start
    Path(os.environ[KEY_VARIABLE]).unlink()
    return seconds


def main() -> int:
    """Print the figures; 1 when a bar is missed, 0 when all hold or the data is not there."""
    if not DATA.is_dir():
        print(f"ingest: skipped, no data in {DATA} (OKRLIB_SHARED)")
        return 0
    paths = export_files(DATA)
    seconds = ingest_seconds(paths)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare = bare_seconds(paths)
    found = {"seconds": seconds, "peak MiB": peak}
    for name, value in found.items():
        print(f"ingest of {len(paths)} files: {value:.1f} {name} (bar {BARS[name]:.0f})")
    print(f"ingest of {len(paths)} files: {seconds / bare:.1f} times DuckDB's bare read_csv ({bare:.2f} s)")
    return int(any(value > BARS[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
