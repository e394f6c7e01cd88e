"""Handing tasks to worker processes, and surviving the death of one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory

from okrlib.run.cluster import cluster_results
from okrlib.run.execute import SURROUNDINGS, Result, Task, drawn, run_task, start_worker
from okrlib.run.manifest import Failure
from okrlib.run.warm import warm_parent

_SECONDS_TO_END = 5.0
_LOST = Failure("worker", "BrokenProcessPool", "the process that made this packet was killed; was there enough memory?")


@dataclass(frozen=True, slots=True)
class Crew:
    """Who makes the packets: how many workers, and what their kernels have behind them when they start.

    `rehearsal` names a function (``module:function``): a warm parent calls it once, then kernels are forked from there.
    `executor` names a cluster (``dask://HOST:PORT``) whose workers see the workbook under the same path.
    """

    workers: int = 1
    rehearsal: str | None = None
    executor: str | None = None


def results(
    tasks: Iterable[Task], crew: Crew, started: Callable[[Task], None]
) -> Generator[tuple[Task, Result], None, None]:
    """Yield each task's result as it becomes known; `started` is called when a worker takes a task.

    A dying worker breaks the pool for all. So the tasks it had in hand run again, each alone: only the one that kills
    its worker once more has failed, and the rest goes on together. Close the generator to end all workers and kernels.
    """
    waiting = deque(tasks)
    if crew.executor:
        yield from _on_cluster(crew.executor, waiting, crew, started)
        return
    with _kernels(crew.rehearsal if waiting else None) as kernels:
        while waiting:
            for suspect in (yield from _run(waiting, crew.workers, started, kernels)):
                if (yield from _run(deque([suspect]), 1, lambda _: None, kernels)):
                    yield suspect, drawn(suspect, [], _LOST, {})


def _on_cluster(
    address: str, tasks: Iterable[Task], crew: Crew, started: Callable[[Task], None]
) -> Generator[tuple[Task, Result], None, None]:
    with closing(cluster_results(tasks, address, crew.workers, crew.rehearsal)) as made:
        for task, result in made:
            if result is None:
                started(task)
            else:
                yield task, result


def _kernels(rehearsal: str | None) -> AbstractContextManager[dict[str, str]]:
    return warm_parent(rehearsal, os.environ | SURROUNDINGS) if rehearsal else nullcontext({})


def _run(
    waiting: deque[Task], workers: int, started: Callable[[Task], None], kernels: dict[str, str]
) -> Generator[tuple[Task, Result], None, list[Task]]:
    """Work off `waiting` in one pool; return the tasks in hand when the pool broke, if it did."""
    running: dict[Future[Result], Task] = {}
    with _pool(min(workers, len(waiting)), kernels) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    running[pool.submit(run_task, waiting[0])] = waiting[0]
                    started(waiting.popleft())
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield running.pop(future), result
        except BrokenProcessPool:
            return list(running.values())
    return []


@contextmanager
def _pool(workers: int, kernels: dict[str, str]) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of fresh processes that never outlive the block, nor do their temporary files."""
    others = set(active_children())
    with TemporaryDirectory(prefix="okr-", ignore_cleanup_errors=True) as scratch:
        pool = ProcessPoolExecutor(workers, get_context("spawn"), start_worker, (scratch, kernels))
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            _end(set(active_children()) - others)
            raise
        pool.shutdown()


def _end(processes: Iterable[BaseProcess]) -> None:
    """Ask the workers to end, which closes their kernels; kill those that don't."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(_SECONDS_TO_END)
        if process.is_alive():
            process.kill()
