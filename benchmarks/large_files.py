"""How reading grows with a file: ``python -m benchmarks.large_files [ROWS]``, 5,000,000 by default.

Beside DuckDB's bare typed read of the same file, the same in GB18030, and a workbook of 100,000 rows. The bars are those
a year of a large store needs; what is not reached yet is said as it is, and ends with 1.
"""

from __future__ import annotations

import hashlib
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import xlsxwriter  # type: ignore[import-untyped]

from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import ingest
from okrlib.stores import Workbook

STORE = """store: big
title: A large shop
platform: taobao_tmall
layout: taobao_tmall.order_list
currency: CNY
timezone: Asia/Shanghai
"""
COLUMNS = {
    "订单编号": "VARCHAR", "买家会员名": "VARCHAR", "订单状态": "VARCHAR", "总金额": "DECIMAL(18,2)",
    "买家实际支付金额": "DECIMAL(18,2)", "订单创建时间": "TIMESTAMP", "订单付款时间": "TIMESTAMP",
}  # fmt: skip
BARS = {"times bare": 2.5, "GB18030 times UTF-8": 2.0, "workbook seconds": 5.0, "exponent": 1.05, "peak MiB": 2048.0}


def rows(count: int) -> Iterator[list[str]]:
    """Yield invented orders under a header, the newest first, as platforms list them."""
    yield list(COLUMNS)
    days = [f"2026-{month:02}-{day:02}" for month in range(9, 0, -1) for day in range(28, 0, -1)]
    share = count / len(days)
    for n in range(count):
        minute = 1439 - int(n % share / share * 1440)
        at = f"{days[int(n / share)]} {minute // 60:02}:{minute % 60:02}:00"
        yield [f"{10**9 + n}", f"买家{n % 200_000}", "交易成功", f"{n % 900}.50", f"{n % 900}.50", at, at]


def text_file(path: Path, count: int, encoding: str = "utf-8") -> Path:
    """Write the orders as CSV."""
    with path.open("w", encoding=encoding, newline="\n") as out:
        out.writelines(",".join(row) + "\n" for row in rows(count))
    return path


def workbook_file(path: Path, count: int) -> Path:
    """Write the orders as XLSX."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows(count)):
            sheet.write_row(at, 0, row)
    return path


class Seconds(NamedTuple):
    """What something took, by the clock and of all processors together."""

    wall: float
    cpu: float


@contextmanager
def timed(into: list[Seconds]) -> Iterator[None]:
    """Add what the block took to `into`."""
    wall, before = time.perf_counter(), os.times()
    yield
    after = os.times()
    into.append(Seconds(time.perf_counter() - wall, after.user + after.system - before.user - before.system))


def ingest_seconds(path: Path) -> Seconds:
    """Time reading a file into the lake of a fresh workbook."""
    took: list[Seconds] = []
    with tempfile.TemporaryDirectory() as home:
        workbook = Workbook(Path(home))
        (workbook.params / "stores").mkdir(parents=True)
        (workbook.params / "stores" / "big.yaml").write_text(STORE, encoding="utf-8")
        with timed(took):
            ingest(workbook, workbook.store("big"), [path])
    return took[0]


def bare_seconds(path: Path, sql: str = "CREATE TABLE t AS {typed}") -> Seconds:
    """Time DuckDB reading the file into typed columns and no more, or what else `sql` does with them."""
    took: list[Seconds] = []
    typed = "SELECT * FROM read_csv($path, columns = $columns, header = true, auto_detect = false)"
    with timed(took):
        duckdb.connect().execute(sql.format(typed=typed), {"path": str(path), "columns": COLUMNS})
    return took[0]


def floor_seconds(path: Path) -> Seconds:
    """Time the least that reading into the lake takes, by DuckDB alone and blind to all that may be wrong.

    The file's digest, a look for the different buyers, and the typed rows written as Parquet: no line numbers,
    pseudonyms, checks of cells, nor rejects.
    """
    digest: list[Seconds] = []
    with timed(digest), path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")
    buyers = bare_seconds(path, "CREATE TABLE t AS SELECT DISTINCT 买家会员名 FROM ({typed})")
    copied = bare_seconds(path, f"COPY ({{typed}}) TO '{path.with_suffix('.parquet')}' (FORMAT parquet)")
    return Seconds(*map(sum, zip(digest[0], buyers, copied, strict=True)))


def measure(folder: Path, count: int) -> dict[str, float]:
    """Return the figure for each bar; ratios are of processor time, which other work on the machine does not stretch."""
    tenth, whole = text_file(folder / "tenth.csv", count // 10), text_file(folder / "whole.csv", count)
    ingest_seconds(text_file(folder / "first.csv", 10))  # layouts are loaded once a process
    small, large = ingest_seconds(tenth), ingest_seconds(whole)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare, floor = bare_seconds(whole), floor_seconds(whole)
    local = ingest_seconds(text_file(folder / "local.csv", count // 10, "gb18030"))
    print(f"{count:,} rows: {large.wall:.1f} s ({large.cpu:.1f} s CPU), bare {bare.wall:.1f} s ({bare.cpu:.1f} s CPU)")
    print(f"floor: {floor.cpu / bare.cpu:.2f} times bare; ingest is {large.cpu / floor.cpu:.2f} times the floor")
    return {
        "times bare": large.cpu / bare.cpu,
        "exponent": math.log10(large.cpu / small.cpu),
        "peak MiB": peak,
        "GB18030 times UTF-8": local.cpu / small.cpu,
        "workbook seconds": ingest_seconds(workbook_file(folder / "orders.xlsx", 100_000)).cpu,
    }


def main() -> int:
    """Print the figures beside their bars; 1 when one is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ[KEY_VARIABLE] = f"{folder}/buyers.key"
        found = measure(Path(folder), count)
    for name, value in found.items():
        print(f"large files: {value:.2f} {name} (bar {BARS[name]:g}{'' if value <= BARS[name] else ', missed'})")
    return int(any(value > BARS[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
