"""Kernels forked from a warm parent are what kernels started the stock way are, only sooner."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory

from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.lake import Lake
from okrlib.packets import REHEARSAL
from okrlib.run import Crew, provisioner, run_packets
from okrlib.run.execute import SURROUNDINGS
from okrlib.run.jobs import read_job
from okrlib.run.warm import ADDRESS, decided_at_start, warm_parent
from tests.run.test_packets import NOW, wait_for
from tests.run.workbook import job, tiny_workbook
from tests.shared import PROJECT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

LOOKS = """
import json, os, sys, threading
told = {"path": sys.path, "name": __name__, "argv": [os.path.basename(sys.argv[0]), len(sys.argv)]}
told |= {"cwd": os.getcwd(), "environment": dict(os.environ), "open": sorted(os.listdir("/proc/self/fd"))[:3]}
told |= {"session": os.getsid(0) == os.getpid(), "mask": os.umask(0o22), "encoding": sys.stdout.encoding}
told |= {"names": sorted(set(globals()) - {"told"}), "daemons": all(t.daemon for t in threading.enumerate()[1:])}
print(json.dumps(told))
"""
RANDOM = "import random, numpy; print(random.random(), numpy.random.random())"
CHART = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"


@pytest.fixture
def warm(monkeypatch):
    """Send kernels to a warm parent with that rehearsal."""

    @contextmanager
    def kept(rehearsal="tests.run.rehearsals:pyplot"):
        with warm_parent(rehearsal, os.environ) as kernels, monkeypatch.context() as patch:
            for name, value in kernels.items():
                patch.setenv(name, value)
            KernelProvisionerFactory.clear_instance()  # it reads the environment once
            provisioner.register()
            yield

    yield kept
    KernelProvisionerFactory.clear_instance()


@contextmanager
def kernel(**options):
    manager, client = start_new_kernel(**options)
    manager.tell = lambda code: run(client, code)
    try:
        yield manager
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client, code):
    """Return what the code printed, and the kinds of data that it displayed."""
    said, shown = [], []

    def hear(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            said.append(content["text"])
        shown.extend(content.get("data", ()))

    client.execute_interactive(code, output_hook=hear, timeout=30)
    return "".join(said) or shown


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_forked(manager):
    return isinstance(manager.provisioner.process, provisioner.ForkedKernel)


def test_a_forked_kernel_finds_what_a_stock_one_finds(warm, tmp_path):
    with kernel(cwd=str(tmp_path)) as manager:
        stock = json.loads(manager.tell(LOOKS))
    with warm(), kernel(cwd=str(tmp_path)) as manager:
        assert is_forked(manager)
        forked = json.loads(manager.tell(LOOKS))
    for name in (ADDRESS, "JUPYTER_DEFAULT_PROVISIONER_NAME"):
        del forked["environment"][name]
    assert forked == stock


def test_two_kernels_share_no_chance(warm):
    with warm(), kernel() as one, kernel() as other:
        assert set(one.tell(RANDOM).split()) & set(other.tell(RANDOM).split()) == set()


def test_charts_are_shown_in_the_notebook(warm):
    with warm(), kernel() as forked:
        assert is_forked(forked)
        assert "image/png" in forked.tell(CHART)


@pytest.mark.parametrize("unusual", ["warns", "threads", "fails", "missing"])
def test_after_an_unusual_rehearsal_kernels_start_the_stock_way(warm, unusual):
    with warm(f"tests.run.rehearsals:{unusual}"), kernel() as stock:
        assert not is_forked(stock)
        assert stock.tell("print(1 + 1)") == "2\n"


def test_an_environment_that_is_read_at_start_is_not_forked(warm):
    with warm():
        with kernel(env=os.environ | {"PYTHONHASHSEED": "7"}) as stock:
            assert not is_forked(stock)
        with kernel(env=os.environ | {"SHOP": "7"}) as forked:
            assert is_forked(forked)
            assert forked.tell("import os; print(os.environ['SHOP'])") == "7\n"


def test_an_independent_kernel_is_not_forked(warm):
    with warm(), kernel(independent=True) as stock:
        assert not is_forked(stock)


def test_the_end_of_a_kernel_is_known_with_its_status(warm):
    with warm(), kernel() as forked:
        process = forked.provisioner.process
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(5) == -signal.SIGKILL
        process.kill()  # nobody is there any more


def test_kernels_outlive_a_killed_parent_and_the_next_starts_the_stock_way(warm):
    with warm(), kernel() as before:
        assert is_forked(before)
        os.kill(parent_of(before.provisioner.process.pid), signal.SIGKILL)
        assert before.tell("print('still here')") == "still here\n"
        with kernel() as after:
            assert not is_forked(after)
        before.provisioner.process.kill()
        assert before.provisioner.process.wait(5) == 1


def test_a_kernel_ends_with_the_process_that_asked_for_it(warm):
    code = (
        "import os; from jupyter_client.manager import start_new_kernel; from okrlib.run import provisioner;"
        "provisioner.register(); manager, _ = start_new_kernel();"
        "print(manager.provisioner.process.pid, type(manager.provisioner.process).__name__, flush=True); os._exit(1)"
    )
    with warm():
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        pid, kind = said.stdout.split()
        assert kind == "ForkedKernel"
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), seconds=5)


def test_the_parent_ends_with_its_block(warm):
    with warm(), kernel() as forked:
        assert is_forked(forked)
        parent = parent_of(forked.provisioner.process.pid)
    assert not Path(f"/proc/{parent}").exists()


def test_a_folder_too_deep_for_a_socket_means_no_parent(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with warm_parent("tests.run.rehearsals:pyplot", os.environ) as kernels:
        assert kernels == {}


def test_what_is_decided_at_start():
    assert decided_at_start({"PYTHONPATH": "1", "LC_ALL": "2", "TZ": "3", "MPLBACKEND": "4"}) == {
        "PYTHONPATH": "1",
        "LC_ALL": "2",
    }


def test_every_output_of_the_real_notebooks_is_the_same(demo, monkeypatch):
    """Images included: the stub page holds the executed notebooks whole. In Chinese, whose charts need both fonts."""

    def state(store):
        versions, fingerprint = Lake(demo.warehouse).state(store)
        return {"versions": versions, "fingerprint": fingerprint}

    job = read_job({"store": "demo_tmall", "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": "zh"})
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    made = []
    for crew in (Crew(), Crew(1, REHEARSAL)):
        (outcome,) = run_packets(
            demo.home, [job], data_state=state, now=lambda: NOW, crew=crew, force=True, renderer="tests.run.stub_pages"
        )
        assert outcome.failure is None
        made.append(json.loads(outcome.page.read_text())["notebooks"])
        outcome.page.unlink()
    stock, forked = made
    for name, node in stock.items():
        assert [cell for cell, same in zip(node["cells"], forked[name]["cells"], strict=True) if cell != same] == []
    assert stock == forked
    assert "<svg" in str(stock)


def test_the_surroundings_are_decided_before_the_parent_starts():
    assert decided_at_start(SURROUNDINGS) == {n: v for n, v in SURROUNDINGS.items() if n != "TZ"}


def test_a_killed_parent_costs_no_packet(tmp_path):
    """It dies while a kernel of its own runs: that one goes on, those after it start the stock way."""
    book = tiny_workbook(tmp_path, "patient")

    def kill(event):
        if event.kind == "started":
            threading.Thread(target=kill_parent_of_kernel, args=(tmp_path / "pids" / "patient",)).start()

    (outcome,) = book.run(job("patient"), crew=Crew(1, "tests.run.rehearsals:pyplot"), on_event=kill)
    assert outcome.failure is None
    assert (tmp_path / "killed").exists()


def kill_parent_of_kernel(pid_file):
    wait_for(lambda: pid_file.exists() and pid_file.read_text())
    parent = parent_of(int(pid_file.read_text()))
    command = Path(f"/proc/{parent}/cmdline").read_bytes()
    if b"okrlib.run.warm" in command:
        os.kill(parent, signal.SIGKILL)
        (pid_file.parent.parent / "killed").touch()
