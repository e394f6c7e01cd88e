"""Disks that are full or may only be read, and clocks that jump: the packet stands, one line says why, the next run completes."""

import os
import subprocess
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path

import pytest

from okrlib.errors import DataError
from okrlib.run import manifest
from tests.run.workbook import job, tiny_workbook
from tests.shared import unavailable


def mount(*words):
    return subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)


@pytest.fixture
def shop(tmp_path):
    """A workbook with a good packet on a small disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        done = mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
    except FileNotFoundError:
        unavailable("no mount here")
    if done.returncode:
        unavailable(f"a disk can be mounted by root on Linux only: {done.stderr.strip()}")
    try:
        book = tiny_workbook(disk, "good")
        (outcome,) = book.run(job())
        assert outcome.status == "ok"
        yield book
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(path: Path, left: int):
    """Write a file that fills the disk but for so many blocks."""
    with path.open("wb") as file:
        free = os.statvfs(path)
        file.write(b"x" * (free.f_bavail - left) * free.f_bsize)


def what_stands(book):
    return {path: path.read_bytes() for path in book.file(job(), "packet.en.html").parent.iterdir()}


def said_by(book):
    """Return what a run says when it fails, as the command prints it: a line for the run, or one for the packet."""
    try:
        (outcome,) = book.run(job())
    except DataError as bad:
        return str(bad)
    assert (outcome.status, outcome.page) == ("failed", None)
    return outcome.failure.message


@pytest.mark.parametrize("left", [0, 1])
def test_a_full_disk_is_told_and_emptied_the_next_run_completes(shop, left):
    before = what_stands(shop)
    fill(shop.home / "filler", left)
    shop.fingerprint = "data-2"
    said = said_by(shop)
    assert "No space left on device" in said
    assert said.startswith(str(shop.home.resolve() / "reports"))
    assert what_stands(shop) == before
    (shop.home / "filler").unlink()
    (outcome,) = shop.run(job())
    assert outcome.status == "ok"
    assert [path.name for path in (shop.home / "reports").rglob("*.tmp")] == []


def test_a_disk_that_may_only_be_read_is_told_and_the_next_run_completes(shop):
    before = what_stands(shop)
    assert mount("-o", "remount,ro", shop.home).returncode == 0
    shop.fingerprint = "data-2"
    said = said_by(shop)
    assert mount("-o", "remount,rw", shop.home).returncode == 0
    assert said.endswith("reports/2026Q3: cannot be written: Read-only file system")
    assert what_stands(shop) == before
    (outcome,) = shop.run(job())
    assert outcome.status == "ok"


def test_a_folder_that_may_only_be_read_is_told_where_no_disk_can_be_mounted(tmp_path, monkeypatch):
    book = tiny_workbook(tmp_path, "good")
    book.run(job())
    before = what_stands(book)

    def refused(path, content):
        raise OSError(30, "Read-only file system")

    book.fingerprint = "data-2"
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "write_bytes_atomically", refused)
        assert said_by(book).endswith("reports/2026Q3: cannot be written: Read-only file system")
    assert what_stands(book) == before


@pytest.mark.parametrize("years", [(2099,), (2026, 2099, 1999), (1999, 2099, 2026)])
def test_a_clock_that_jumps_during_a_run_costs_nothing(tmp_path, years):
    """Time limits are counted by a clock that nobody sets; what a manifest says of the time makes nothing run."""
    clock = chain((datetime(year, 12, 31, tzinfo=UTC) for year in years), repeat(datetime(2026, 8, 16, tzinfo=UTC)))
    book = tiny_workbook(tmp_path, "good")
    (outcome,) = book.run(job(), now=lambda: next(clock))
    assert (outcome.status, outcome.seconds > 0) == ("ok", True)
    (again,) = book.run(job())
    assert (again.status, book.runs) == ("skipped", 1)
