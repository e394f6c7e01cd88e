"""Running one notebook in a fresh kernel, within its limits: outputs as far as they came, and why they came no further."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.log import logger
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

from okrlib.run.jobs import Job, Limits, Notebook, prepared
from okrlib.run.manifest import Failure
from okrlib.run.outputs import first_error, plain, without_traces

_NAME = "okrlib"
_SECONDS_BETWEEN_LOOKS = 0.2
_MIB = 1 << 20


class Watch:
    """Sees a notebook run: which cell it is at, what it has put out, and whether it keeps within its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.ends = perf_counter() + limits.notebook
        self.cell: int | None = None
        self.node: NotebookNode | None = None
        self.overweight = False
        self.over = threading.Event()

    def cell_started(self, cell_index: int, **_: object) -> None:
        """Note that the cell of that number starts now."""
        self.cell = cell_index

    def seconds_left(self, _: object) -> float:
        """Return how long the cell that starts now may take."""
        return max(0.01, min(self.limits.cell, self.ends - perf_counter()))  # nbclient takes 0 for "no limit"

    def weigh(self, kernel: int) -> None:
        """Kill the process `kernel` when it takes more memory than it may, until the run is over; what it started ends then."""
        process = psutil.Process(kernel)
        while not self.over.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                used = weight(process)
            except psutil.Error:
                return
            if self.limits.memory is not None and used > self.limits.memory * _MIB:
                self.overweight = True
                process.kill()


def weight(process: psutil.Process) -> int:
    """Return the bytes of memory that a process takes, with all that it has started, such as Spark's Java."""
    used: int = process.memory_info().rss
    for started in process.children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            used += started.memory_info().rss
    return used


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which has its kernel weighed while it runs."""

    watch: Watch

    async def async_start_new_kernel_client(self) -> Any:
        if self.watch.limits.memory is not None:
            kernel = self.km.provisioner.pid
            threading.Thread(target=self.watch.weigh, args=(kernel,), daemon=True).start()
        return await super().async_start_new_kernel_client()

    start_new_kernel_client = run_sync(async_start_new_kernel_client)


class _Engine(Engine):  # type: ignore[misc]
    """papermill's engine under a watch, which keeps hold of the running notebook: papermill loses it on errors."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, watch: Watch, folder: Path, config: Config, **_: object
    ) -> None:
        watch.node = nb_man.nb
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            config=config,
            log=logger,
            startup_timeout=watch.limits.start,
            timeout_func=watch.seconds_left,
            on_cell_start=watch.cell_started,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        client.watch = watch
        try:
            client.execute(cwd=str(folder))
        finally:
            watch.over.set()


papermill_engines.register(_NAME, _Engine)


def execute(
    notebook: Notebook, job: Job, home: Path, limits: Limits, scratch: Path
) -> tuple[NotebookNode, Failure | None]:
    """Run `notebook` in a fresh kernel; return it as far as it came, without traces of time, and why it failed.

    `scratch` is a private folder for the kernel's sockets. A kernel that does not start gets a second chance.
    """
    for attempt in (1, 2):
        watch, node = Watch(limits), prepared(notebook, job.locale)
        reason = _run(node, job, home, watch, scratch / f"{notebook.name[:2]}-{attempt}.json")
        if reason is None or watch.cell is not None:
            break
    executed = without_traces(watch.node or node)
    return executed, _failure(notebook.name, executed, reason, watch)


def _run(node: NotebookNode, job: Job, home: Path, watch: Watch, connection: Path) -> Exception | None:
    try:
        papermill_engines.execute_notebook_with_engine(
            _NAME,
            _parameterized(node, job),
            kernel_name="python3",
            progress_bar=False,
            watch=watch,
            folder=home,
            config=_private(connection),
        )
    except Exception as bad:  # noqa: BLE001  # papermill, nbclient, zmq and the system each have their own
        return bad
    return None


def _parameterized(node: NotebookNode, job: Job) -> NotebookNode:
    """Return the notebook as papermill prepares it to run, spared its way through text and back, thrice with a notebook."""
    node.metadata["papermill"] = {}
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])
    ready: NotebookNode = parameterize_notebook(node, job.parameters, kernel_name="python3", language="python")
    return ready


def _private(connection: Path) -> Config:
    """Talk to the kernel over sockets in a private folder, where the system has them: no port to clash over."""
    private = {"transport": "ipc", "connection_file": str(connection)}
    return Config() if sys.platform == "win32" else Config(KernelManager=private)


def _failure(name: str, node: NotebookNode, reason: Exception | None, watch: Watch) -> Failure | None:
    """Say what failed: an error among the outputs, even one papermill lets pass, or `reason`, marked in its cell."""
    error = first_error(name, node)
    if error is not None or reason is None:
        return error
    failure = replace(ended(reason, watch), notebook=name)
    if watch.cell is None:  # the kernel never got as far as a cell
        return failure
    cell = node.cells[watch.cell]
    failure = replace(failure, cell_index=watch.cell, cell_id=cell.id)
    if cell.cell_type == "code":
        shown = new_output("error", ename=failure.name, evalue=failure.message, traceback=[])  # type: ignore[no-untyped-call]
        cell.outputs.append(shown)
    return failure


def ended(reason: Exception, watch: Watch) -> Failure:
    """Put into words how a run ended that left no error in its cells."""
    name = type(reason).__name__
    if watch.overweight:
        return Failure(
            "kernel died", "MemoryLimit", f"the notebook took more than the {watch.limits.memory} MiB it may"
        )
    if isinstance(reason, DeadKernelError):
        return Failure("kernel died", name, "the kernel died while this cell ran; it was killed or ran out of memory")
    if isinstance(reason, CellTimeoutError):
        whole = perf_counter() >= watch.ends
        what, limit = ("notebook", watch.limits.notebook) if whole else ("cell", watch.limits.cell)
        return Failure("timeout", name, f"this {what} took longer than the {limit:g} s it may take")
    return Failure("error", name, plain(str(reason)).strip() or name)
