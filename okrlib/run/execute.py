"""Running one packet's notebooks in a process of its own: outputs and page, or an honest account of what went wrong."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
from calendar import timegm
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import parent_process
from pathlib import Path
from time import perf_counter
from traceback import format_exception
from typing import Any, NoReturn, Protocol, cast

from nbformat import NotebookNode

import okrlib
from okrlib.periods import KNOWN_AT_VARIABLE, Quarter
from okrlib.run import provisioner
from okrlib.run.jobs import Job, Limits, Notebook
from okrlib.run.kept import keep, load
from okrlib.run.manifest import Failure, PacketMeta, StderrNote
from okrlib.run.outputs import TRACEBACK_LINES, stderr_notes, summary
from okrlib.text import Locale

SURROUNDINGS = {"PYTHONHASHSEED": "0", "TZ": "UTC", **okrlib.ONE_THREAD}
"""What every kernel finds in its environment: no order left to chance, no local zone, one thread for sums."""


class Pages(Protocol):
    """The module that draws pages; it goes to the workers by name."""

    def render_packet(self, meta: PacketMeta, notebooks: list[tuple[str, NotebookNode]], locale: Locale) -> str:
        """Return a packet's page."""

    def render_failure(
        self, meta: PacketMeta, failure: Failure, executed: list[tuple[str, NotebookNode]], locale: Locale
    ) -> str:
        """Return the page that tells why there is no packet; the failed notebook is the last of `executed`."""

    def render_index(self, quarter: Quarter, entries: list[dict[str, Any]], whole: dict[Locale, str]) -> str:
        """Return the page over all packets of a quarter."""


def pages(name: str) -> Pages:
    """Return the page module of that name."""
    return cast("Pages", import_module(name))


@dataclass(frozen=True)
class Task:
    """All that a worker needs to make one packet; an executed notebook kept under its key need not run, unless `anew`."""

    job: Job
    home: Path
    notebooks: tuple[Notebook, ...]
    keys: Mapping[str, str]
    meta: PacketMeta
    limits: Limits
    pages: str
    anew: bool = False


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
        return run_notebooks(task)
    except SystemExit:  # told to stop: the kernels are closed by now, and the pool must not hand over another job
        os._exit(1)


def run_notebooks(task: Task) -> Result:
    """Run what is not kept, one notebook after another, and draw the page; it changes this process's environment."""
    executed: list[tuple[str, NotebookNode]] = []
    seconds: dict[str, float] = {}
    failure = None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _set_environment(task, scratch)
        for notebook in task.notebooks:
            began = perf_counter()
            kept = None if task.anew else load(task.home, task.job, notebook.name, task.keys[notebook.name])
            node, failure = (kept, None) if kept is not None else _run_and_keep(notebook, task, Path(scratch))
            if kept is None:
                seconds[notebook.name] = perf_counter() - began
            executed.append((notebook.name, node))
            if failure:
                break
    return drawn(task, executed, failure, seconds)


def _run_and_keep(notebook: Notebook, task: Task, scratch: Path) -> tuple[NotebookNode, Failure | None]:
    from okrlib.run.engine import execute  # noqa: PLC0415  # half a second that only workers should pay

    node, failure = execute(notebook, task.job, task.home, task.limits, scratch)
    if failure is None:
        keep(task.home, task.job, notebook.name, task.keys[notebook.name], node)
    return node, failure


def _set_environment(task: Task, scratch: str) -> None:
    """Give the kernels the same surroundings every time: no user's IPython profile, no local zone, no random hashes."""
    midnight = timegm(task.job.as_of.timetuple())
    os.environ |= SURROUNDINGS | {"OKR_HOME": str(task.home), "SOURCE_DATE_EPOCH": str(midnight)}
    os.environ |= {"IPYTHONDIR": scratch, "JUPYTER_RUNTIME_DIR": scratch, "TMPDIR": scratch}
    os.environ.pop(KNOWN_AT_VARIABLE, None)
    if task.job.known_at:
        os.environ[KNOWN_AT_VARIABLE] = task.job.known_at.isoformat()
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
