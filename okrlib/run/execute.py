"""Running one packet's notebooks in a process of its own: outputs and page, or an honest account of what went wrong."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing import parent_process
from pathlib import Path
from time import perf_counter
from traceback import format_exception
from typing import Any, NoReturn, Protocol, cast

from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from okrlib.periods import Quarter
from okrlib.run import provisioner
from okrlib.run.jobs import Job, Notebook, prepared
from okrlib.run.manifest import Failure, PacketMeta, StderrNote
from okrlib.run.outputs import TRACEBACK_LINES, first_error, plain, stderr_notes, summary, without_traces
from okrlib.text import Locale

SURROUNDINGS = {"PYTHONHASHSEED": "0", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""What every kernel finds in its environment: no order left to chance, no local zone, one thread for sums."""


class Pages(Protocol):
    """The module that draws pages; it goes to the workers by name."""

    def render_packet(self, meta: PacketMeta, notebooks: list[tuple[str, NotebookNode]], locale: Locale) -> str:
        """Return a packet's page."""

    def render_failure(
        self, meta: PacketMeta, failure: Failure, executed: list[tuple[str, NotebookNode]], locale: Locale
    ) -> str:
        """Return the page that tells why there is no packet; the failed notebook is the last of `executed`."""

    def render_index(self, quarter: Quarter, entries: list[dict[str, Any]]) -> str:
        """Return the page over all packets of a quarter."""


def pages(name: str) -> Pages:
    """Return the page module of that name."""
    return cast("Pages", import_module(name))


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds: one cell, one whole notebook, the start of a kernel."""

    cell: float = 300
    notebook: float = 900
    start: int = 60


@dataclass(frozen=True)
class Task:
    """All that a worker needs to make one packet."""

    job: Job
    home: Path
    notebooks: tuple[Notebook, ...]
    meta: PacketMeta
    limits: Limits
    pages: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task: the packet's page or the failure's (None if it could not be drawn), and what was noticed."""

    page: str | None
    failure: Failure | None
    warnings: tuple[StderrNote, ...] = ()
    summary: dict[str, Any] | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def run_task(task: Task) -> Result:
    """Run the notebooks one after another, stop at the first that fails, and draw the page; never raises for a job."""
    try:
        return _run_task(task)
    except SystemExit:  # told to stop: the kernels are closed by now, and the pool must not hand over another job
        os._exit(1)


def _run_task(task: Task) -> Result:
    executed: list[tuple[str, NotebookNode]] = []
    seconds: dict[str, float] = {}
    failure = None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _set_environment(task, scratch)
        for notebook in task.notebooks:
            began = perf_counter()
            node, failure = execute(notebook, task, Path(scratch))
            seconds[notebook.name] = perf_counter() - began
            executed.append((notebook.name, node))
            if failure:
                break
    return drawn(task, executed, failure, seconds)


def _set_environment(task: Task, scratch: str) -> None:
    """Give the kernels the same surroundings every time: no user's IPython profile, no local zone, no random hashes."""
    midnight = timegm(task.job.as_of.timetuple())
    os.environ |= SURROUNDINGS | {"OKR_HOME": str(task.home), "SOURCE_DATE_EPOCH": str(midnight)}
    os.environ |= {"IPYTHONDIR": scratch, "JUPYTER_RUNTIME_DIR": scratch}
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the matrices are small; threads that wait for each other cost seconds
    os.environ.pop("MPLBACKEND", None)  # the kernel chooses the one that draws into the notebook


def drawn(
    task: Task, executed: list[tuple[str, NotebookNode]], failure: Failure | None, seconds: dict[str, float]
) -> Result:
    """Return the result with its page; a page that cannot be drawn is a failure too."""
    began = perf_counter()
    page = None
    if failure is None:
        page, failure = _attempt(lambda: pages(task.pages).render_packet(task.meta, executed, task.job.locale))
    if failure is not None:
        page = _failed_page(task, failure, executed) or _failed_page(task, failure, [])
    seconds = seconds | {"page": perf_counter() - began}
    return Result(page, failure, tuple(stderr_notes(executed)), summary(executed), seconds)


def _failed_page(task: Task, failure: Failure, executed: list[tuple[str, NotebookNode]]) -> str | None:
    page, _ = _attempt(lambda: pages(task.pages).render_failure(task.meta, failure, executed, task.job.locale))
    return page


def _attempt(draw: Callable[[], str]) -> tuple[str | None, Failure | None]:
    try:
        return draw(), None
    except Exception as bad:  # noqa: BLE001  # whatever goes wrong in drawing one page must not stop the others
        tail = "".join(format_exception(bad)).splitlines()[-TRACEBACK_LINES:]
        return None, Failure("page", type(bad).__name__, str(bad), traceback="\n".join(tail))


class _Watch:
    """Sees a notebook run: which cell it is at, and how long that one may still take."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.ends = perf_counter() + limits.notebook
        self.cell: int | None = None

    def cell_started(self, cell_index: int, **_: object) -> None:
        self.cell = cell_index

    def seconds_left(self, _: object) -> float:
        return max(0.01, min(self.limits.cell, self.ends - perf_counter()))  # nbclient takes 0 for "no limit"


def execute(notebook: Notebook, task: Task, scratch: Path) -> tuple[NotebookNode, Failure | None]:
    """Run `notebook` in a fresh kernel; return it as far as it came, without traces of time, and why it failed.

    `scratch` is a private folder for the kernel's sockets.
    """
    from papermill import execute_notebook  # noqa: PLC0415  # half a second that only workers should pay

    engine, watch = _engine(), _Watch(task.limits)
    engine.live = node = prepared(notebook, task.job.locale)
    reason: Exception | None = None
    try:
        execute_notebook(
            node,
            None,  # nothing half-done on disk
            task.job.parameters,
            engine_name=engine.name,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=task.limits.start,
            cwd=task.home,
            timeout_func=watch.seconds_left,
            on_cell_start=watch.cell_started,
            record_timing=False,
            shutdown_kernel="immediate",
            config=_connection(scratch / f"{notebook.name[:2]}.json"),
        )
    except Exception as bad:  # noqa: BLE001  # papermill, nbclient, zmq and the system each have their own
        reason = bad
    executed = without_traces(engine.live)
    return executed, _failure(notebook.name, executed, reason, watch)


def _connection(file: Path) -> Config:
    """Talk to the kernel over sockets in a private folder, where the system has them: no port to clash over."""
    private = {"transport": "ipc", "connection_file": str(file)}
    return Config() if sys.platform == "win32" else Config(KernelManager=private)


def _engine() -> Any:
    """Return papermill's own engine that also keeps hold of the running notebook, which papermill loses on errors."""
    from papermill.engines import NBClientEngine, papermill_engines  # noqa: PLC0415

    class Engine(NBClientEngine):  # type: ignore[misc]
        name = "okrlib"
        live: NotebookNode

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, *args: Any, **kwargs: Any) -> None:
            cls.live = nb_man.nb
            super().execute_managed_notebook(nb_man, *args, **kwargs)

    papermill_engines.register(Engine.name, Engine)
    return Engine


def _failure(name: str, node: NotebookNode, reason: Exception | None, watch: _Watch) -> Failure | None:
    """Say what failed: an error among the outputs, even one papermill lets pass, or `reason`, marked in its cell."""
    error = first_error(name, node)
    if error is not None or reason is None:
        return error
    failure = replace(_ended(reason, watch), notebook=name)
    if watch.cell is None:  # the kernel never got as far as a cell
        return failure
    cell = node.cells[watch.cell]
    failure = replace(failure, cell_index=watch.cell, cell_id=cell.id)
    if cell.cell_type == "code":
        shown = new_output("error", ename=failure.name, evalue=failure.message, traceback=[])  # type: ignore[no-untyped-call]
        cell.outputs.append(shown)
    return failure


def _ended(reason: Exception, watch: _Watch) -> Failure:
    """Put into words how a run ended that left no error in its cells."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415

    name = type(reason).__name__
    if isinstance(reason, DeadKernelError):
        return Failure("kernel died", name, "the kernel died while this cell ran; it was killed or ran out of memory")
    if isinstance(reason, CellTimeoutError):
        whole = perf_counter() >= watch.ends
        what, limit = ("notebook", watch.limits.notebook) if whole else ("cell", watch.limits.cell)
        return Failure("timeout", name, f"this {what} took longer than the {limit:g} s it may take")
    return Failure("error", name, plain(str(reason)).strip() or name)


def start_worker(scratch: str, kernels: dict[str, str]) -> None:
    """Make this process a worker with `scratch` for temporary files; SIGTERM ends it, and so does its parent's end.

    `kernels` are the environment variables that say where its kernels come from.
    """
    tempfile.tempdir = scratch
    os.environ |= kernels
    provisioner.register()
    signal.signal(signal.SIGINT, lambda *_: None)  # the parent's business; SIG_IGN would be inherited by kernels
    signal.signal(signal.SIGTERM, _stop)
    logging.getLogger("papermill").addHandler(logging.NullHandler())  # what fails is in the result, not on the screen
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _stop(*_: object) -> NoReturn:
    sys.exit(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
