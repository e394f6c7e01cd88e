"""Time ``okr facts`` for a quarter as a whole process, start-up included: ``python -m benchmarks.facts``.

The demo stores are made in a temporary workbook. Beside it runs a bare DuckDB query, in a process of its own as well,
that sums the same orders from the same files. The bar is one second; the exit code says whether it was kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from okrlib.demo import write_demo_exports
from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import export_files, ingest
from okrlib.lake import Lake
from okrlib.periods import Quarter, parse_day
from okrlib.stores import Workbook

BAR = 1.0  # seconds
RUNS = 5
AS_OF = parse_day("2026-11-22")
QUARTER = Quarter.of(AS_OF)
PARAMS = Path(__file__).parents[1] / "params"
METRICS = "revenue,orders,buyers,units,refund_rate,revenue_per_order,returning_buyer_share"


def make_workbook(home: Path) -> Workbook:
    """Write the demo stores' exports and read them into a lake."""
    shutil.copytree(PARAMS, home / "params")
    workbook = Workbook(home)
    for store in write_demo_exports(workbook.exports, AS_OF):
        ingest(workbook, workbook.store(store), export_files(workbook.exports / store))
    return workbook


def okr_facts(workbook: Workbook, store: str) -> list[str]:
    """Return the command line that is measured."""
    command = [sys.executable, "-m", "okrlib", "--home", str(workbook.home), "facts", store]
    return [*command, "--quarter", str(QUARTER), "--as-of", str(AS_OF), "--metrics", METRICS, "--format", "csv"]


def bare_query(workbook: Workbook, store: str) -> list[str]:
    """Return a process that opens DuckDB and sums the quarter's orders from the lake's files, and nothing else."""
    orders = Lake(workbook.warehouse).scan("orders", store)
    sql = f"""SELECT sum(paid_amount), count(*), count(DISTINCT buyer) FROM {orders}
        WHERE paid_at >= DATE '{QUARTER.start}' AND paid_at <= DATE '{AS_OF}' + 1"""
    return [sys.executable, "-c", f"import duckdb; print(duckdb.sql({sql!r}).fetchall())"]


def seconds(command: list[str]) -> float:
    """Return the best wall time of several runs; a failing command raises."""

    def once() -> float:
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began

    return min(once() for _ in range(RUNS))


def main() -> int:
    """Print the times; return 1 where the bar is missed."""
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        os.environ[KEY_VARIABLE] = str(Path(folder) / "buyers.key")
        workbook = make_workbook(Path(folder) / "workbook")
        for store in sorted(path.name for path in workbook.exports.iterdir()):
            ours, bare = (seconds(make(workbook, store)) for make in (okr_facts, bare_query))
            slowest = max(slowest, ours)
            sys.stdout.write(
                f"okr facts {store} {QUARTER}: {ours:.2f} s, bare DuckDB query {bare:.2f} s, ratio {ours / bare:.1f}\n"
            )
    sys.stdout.write(f"bar: under {BAR:.0f} s: {'kept' if slowest < BAR else 'missed'}\n")
    return int(slowest >= BAR)


if __name__ == "__main__":
    sys.exit(main())
