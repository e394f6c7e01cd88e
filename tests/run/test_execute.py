"""What a notebook's end looks like: every way of failing is told as what it is."""

import subprocess
import sys

import psutil
import pytest
from nbclient.exceptions import CellTimeoutError

from okrlib.run import engine
from okrlib.run.jobs import Limits
from tests.run.workbook import job, tiny_workbook


def cells(page):
    return {cell["id"]: cell for cell in page["notebooks"]["01_first"]["cells"]}


def printed(cell):
    return "".join(output.get("text", "") for output in cell["outputs"])


def failure(production, store):
    return production.outcomes[job(store)].failure


def test_a_good_packet_has_all_its_notebooks_with_their_outputs(production):
    page = production.json(job(), "packet.en.html")
    assert list(page["notebooks"]) == ["01_first", "02_second"]
    assert "cwd is home: True" in printed(cells(page)["conduct"])


def test_parameters_reach_the_notebook(production):
    page = production.json(job("good", "zh"), "packet.zh.html")
    source = cells(page)["injected-parameters"]["source"]
    for line in ('store = "good"', 'quarter = "2026Q3"', 'as_of = "2026-08-15"', 'locale = "zh"'):
        assert line in source


@pytest.mark.parametrize(("locale", "prose"), [("en", "prose-en"), ("zh", "prose-zh")])
def test_forms_and_the_other_language_are_left_out(production, locale, prose):
    page = production.json(job("good", locale), f"packet.{locale}.html")
    assert list(cells(page)) == ["declared", "injected-parameters", prose, "conduct", "summary"]


def test_surroundings_are_the_same_everywhere(production):
    text = printed(cells(production.json(job(), "packet.en.html"))["summary"])
    assert "('UTC', 'UTC') 1786752000" in text  # 2026-08-15T00:00Z


def test_no_trace_of_time_or_place(production):
    text = production.file(job(), "packet.en.html").read_text()
    for trace in ("papermill", "start_time", "iopub", str(production.home)):
        assert trace not in text


def test_an_error_names_its_cell(production):
    bad = failure(production, "broken")
    assert (bad.kind, bad.name, bad.message) == ("error", "ValueError", "no orders in July")
    assert (bad.notebook, bad.cell_index, bad.cell_id) == ("01_first", 3, "conduct")
    assert "raise ValueError" in bad.traceback
    assert "\x1b" not in bad.traceback


def test_a_failed_page_holds_what_came_before_the_error(production):
    page = production.json(job("broken"), "failed.en.html")
    assert list(page["notebooks"]) == ["01_first"]
    assert "so far so good" in printed(cells(page)["conduct"])
    assert cells(page)["summary"]["outputs"] == []
    assert all("papermill" not in str(cell["metadata"]) for cell in cells(page).values())


def test_a_killed_kernel_fails_in_its_cell(production):
    bad = failure(production, "killed")
    assert (bad.kind, bad.name, bad.cell_id) == ("kernel died", "DeadKernelError", "conduct")
    marked = cells(production.json(job("killed"), "failed.en.html"))["conduct"]["outputs"][-1]
    assert (marked["output_type"], marked["ename"]) == ("error", "DeadKernelError")


def test_a_cell_that_takes_too_long_says_how_long_it_may(production):
    bad = failure(production, "slow")
    assert (bad.kind, bad.cell_id) == ("timeout", "conduct")
    assert "longer than the 6 s" in bad.message


def test_a_notebook_has_a_limit_over_all_its_cells():
    within, beyond = engine.Watch(Limits(cell=5, notebook=60)), engine.Watch(Limits(cell=5, notebook=0))
    assert (within.seconds_left(None), beyond.seconds_left(None)) == (5, 0.01)
    told = [engine.ended(CellTimeoutError("late"), watch).message for watch in (within, beyond)]
    assert told == [
        "this cell took longer than the 5 s it may take",
        "this notebook took longer than the 0 s it may take",
    ]


def test_a_store_on_spark_has_longer_limits():
    limits = Limits(cell=5, notebook=60, start=30, memory=500)
    assert limits.on("duckdb") == limits
    assert limits.on("spark") == Limits(cell=20, notebook=240, start=30, memory=500)


def test_what_a_kernel_started_counts_into_its_memory():
    alone = engine.weight(psutil.Process())
    code = "x = bytearray(100_000_000); x[::4096] = b'x' * len(x[::4096]); print('full', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout.readline() == b"full\n"
        assert engine.weight(psutil.Process()) > alone + 90_000_000
        started.communicate(b"\n")


def test_leaving_early_is_no_success(production):
    bad = failure(production, "quitter")
    assert (bad.kind, bad.name, bad.cell_id) == ("error", "SystemExit", "conduct")


def test_stderr_is_a_warning_with_its_place(production):
    outcome = production.outcomes[job("noisy")]
    (note,) = outcome.warnings
    assert outcome.status == "ok"
    assert (note.notebook, note.cell_id, note.text) == ("01_first", "conduct", "a warning\n")


def test_a_page_that_cannot_be_drawn_is_a_failure_without_a_cell(production):
    bad = failure(production, "undrawable")
    assert (bad.kind, bad.name, bad.notebook) == ("page", "ValueError", None)
    assert 'raise ValueError("a chart without axes")' in bad.traceback
    assert production.file(job("undrawable"), "failed.en.html").exists()


def test_a_killed_worker_fails_its_own_job_only(production):
    assert failure(production, "murderer").kind == "worker"
    assert production.json(job("murderer"), "failed.en.html")["failure"]["kind"] == "worker"
    assert production.outcomes[job("good", "zh")].status == "ok"


def test_outputs_that_cannot_be_drawn_leave_a_page_that_says_so(production):
    page = production.json(job("undrawable"), "failed.en.html")
    assert (page["notebooks"], page["failure"]["message"]) == ({}, "a chart without axes")


def test_a_kernel_that_takes_too_much_memory_is_killed_and_says_how_much_it_may(production):
    bad = failure(production, "greedy")
    assert (bad.kind, bad.name, bad.cell_id) == ("kernel died", "MemoryLimit", "conduct")
    assert bad.message == "the notebook took more than the 500 MiB it may"


@pytest.mark.parametrize(("faults", "ends"), [(1, None), (2, "RuntimeError")])
def test_a_kernel_that_does_not_start_gets_one_more_chance(tmp_path, monkeypatch, faults, ends):
    book, runs = tiny_workbook(tmp_path, "good"), []

    def start(node, job, home, watch, connection):
        runs.append(connection)
        if len(runs) <= faults:
            return RuntimeError("Kernel died before replying to kernel_info")
        watch.cell = 0
        return None

    monkeypatch.setattr(engine, "_run", start)
    task = book.plan(job()).task
    _, bad = engine.execute(task.notebooks[0], task.job, tmp_path, task.limits, tmp_path)
    assert len(set(runs)) == 2
    assert (bad and bad.name) == ends


def test_an_error_in_a_cell_gets_no_second_chance(tmp_path, monkeypatch):
    book, runs = tiny_workbook(tmp_path, "good"), []

    def start(node, job, home, watch, connection):
        runs.append(connection)
        watch.cell = 0
        return RuntimeError("gone")

    monkeypatch.setattr(engine, "_run", start)
    task = book.plan(job()).task
    engine.execute(task.notebooks[0], task.job, tmp_path, task.limits, tmp_path)
    assert len(runs) == 1
