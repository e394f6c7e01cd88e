"""Packets made on a Dask cluster, whose workers see the workbook under the same path; extra ``[cluster]``."""

from __future__ import annotations

import atexit
import os
import re
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from okrlib.errors import DataError, ParameterError
from okrlib.run import provisioner
from okrlib.run.execute import SURROUNDINGS, Result, Task, drawn, run_notebooks
from okrlib.run.manifest import Failure
from okrlib.run.warm import warm_parent

_SECONDS_TO_CONNECT = 10
_one_at_a_time = threading.Lock()


def check_address(address: str) -> str:
    """Return ``HOST:PORT`` of ``dask://HOST:PORT``; ParameterError for anything else."""
    found = re.fullmatch(r"dask://([^/\s:]+:[0-9]{1,5})", address)
    if found is None:
        raise ParameterError(f"executor {address!r}: expected dask://HOST:PORT")
    return found[1]


def cluster_results(
    tasks: Iterable[Task], address: str, side_by_side: int, rehearsal: str | None
) -> Generator[tuple[Task, Result | None], None, None]:
    """Yield each task with None as it is handed over and with its result when that is known.

    A task whose worker is lost, again and again, has failed; DataError where there is no cluster.
    """
    waiting, running = deque(tasks), dict[Future[Result], Task]()
    with _executor(check_address(address)) as pool:
        while waiting or running:
            while waiting and len(running) < side_by_side:
                running[pool.submit(_run_here, waiting[0], rehearsal)] = waiting[0]
                yield waiting.popleft(), None
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task, bad = running.pop(future), future.exception()
                yield task, drawn(task, [], _lost(bad), {}) if bad else future.result()


def _lost(bad: BaseException) -> Failure:
    return Failure("worker", type(bad).__name__, f"the cluster lost this packet: {bad}")


@contextmanager
def _executor(address: str) -> Iterator[Executor]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ParameterError("--executor dask:// needs the extra: pip install 'okrlib[cluster]'") from None
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except OSError as bad:
        raise DataError(f"dask://{address}: no cluster answers: {bad}") from None
    with client, client.get_executor() as executor:
        yield executor


def _run_here(task: Task, rehearsal: str | None) -> Result:
    """Make a packet in this worker of the cluster; the environment belongs to one packet at a time."""
    with _one_at_a_time:
        _prepare(rehearsal)
        return run_notebooks(task)


@cache
def _prepare(rehearsal: str | None) -> None:
    """Keep a warm parent as long as this worker lives."""
    provisioner.register()
    if rehearsal:
        kept = ExitStack()
        os.environ.update(kept.enter_context(warm_parent(rehearsal, os.environ | SURROUNDINGS)))
        atexit.register(kept.close)
