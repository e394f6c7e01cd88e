"""`okr run` as a scheduler uses it: its log, its shards, its reasons, and being stopped at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from okrlib.analysis.answers import FOLDER
from tests.commands import okr_alone
from tests.corner_shop import NAME, corner_shop
from tests.run.test_packets import wait_for
from tests.shared import PROJECT

WORDS = ("run", "2025Q3", "--store", NAME, "--as-of", "2025-09-30")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A workbook with one small store and one short notebook."""
    workbook = corner_shop(tmp_path_factory.mktemp("small") / "workbook")
    for path in workbook.notebooks.glob("*.ipynb"):
        if path.stem != "02_objectives":
            path.unlink()
    return workbook


def started(workbook, *words):
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(
        [sys.executable, "-m", "okrlib", *words],
        cwd=workbook.home,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def children(pid):
    """Every process that descends from `pid`."""
    psutil = pytest.importorskip("psutil")
    return {child.pid for child in psutil.Process(pid).children(recursive=True)}


def alive(pids):
    psutil = pytest.importorskip("psutil")
    return {pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_stopped_at_any_moment_it_leaves_nothing_behind_and_the_next_run_completes(small, how):
    with started(small, *WORDS, "--force") as run:
        time.sleep(random.uniform(1.5, 6))
        family = children(run.pid) if run.poll() is None else set()
        if run.poll() is None:
            os.kill(run.pid, how)
        said = run.communicate(timeout=30)
    assert run.returncode in {0, 130, 128 + how, -how}, said
    wait_for(lambda: not alive(family), seconds=15)
    for page in (small.reports / "2025Q3").glob(f"{NAME}/packet.*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>"), "no reader ever saw a part"
    again = okr_alone(small.home, *WORDS)
    assert again.code == 0, again.out + again.err
    assert len(list((small.reports / "2025Q3" / NAME).glob("packet.*.html"))) == 2
    assert list(small.reports.rglob(".*.tmp")) == []
    assert "made 0, unchanged 2, failed 0" in okr_alone(small.home, *WORDS).out


def test_every_packet_has_a_line_in_the_log_and_a_reason(small, tmp_path):
    log = tmp_path / "runs.jsonl"
    shards = [okr_alone(small.home, *WORDS, "--shard", f"{part}/2", "--force", "--log", log) for part in (1, 2)]
    assert [done.code for done in shards] == [0, 0]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["store"], line["locale"], line["status"]) for line in lines] == [
        (NAME, "en", "ok"),
        (NAME, "zh", "ok"),
    ]
    assert all(line["seconds"] > 0 and line["error"] is None and line["at"] for line in lines)
    assert okr_alone(small.home, *WORDS).code == 0
    told = okr_alone(small.home, *WORDS, "--explain").out.splitlines()
    assert told == [f"stands   {NAME} {locale}: nothing changed" for locale in ("en", "zh")]


def test_force_asks_the_data_anew(small):
    okr_alone(small.home, *WORDS)
    kept = small.home / FOLDER / NAME
    for answer in filter(Path.is_file, kept.rglob("*")):
        answer.write_bytes(b"not what the data say")
    (kept / "old").mkdir(parents=True, exist_ok=True)
    assert okr_alone(small.home, *WORDS, "--locale", "en", "--force").code == 0
    assert not (kept / "old").exists()
    assert b"not what the data say" not in {path.read_bytes() for path in filter(Path.is_file, kept.rglob("*"))}


def test_a_wrong_shard_or_log_is_one_line(small, tmp_path):
    assert "such as 1/4" in okr_alone(small.home, *WORDS, "--shard", "3/2").one_line
    assert "cannot be written" in okr_alone(small.home, *WORDS, "--log", tmp_path / "no" / "log").one_line


def test_a_command_ends_with_its_own_code_and_finds_warm_kernels(small):
    code = "import os, sys; sys.exit(7 if os.environ['JUPYTER_DEFAULT_PROVISIONER_NAME'] == 'okrlib-warm' else 1)"
    assert okr_alone(small.home, "warm", "--", sys.executable, "-c", code).code == (7 if sys.platform == "linux" else 1)
    assert "cannot be run" in okr_alone(small.home, "warm", "--", "no-such-program").one_line
