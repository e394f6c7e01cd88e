"""From stores to packets: which can be made, and the runner's progress shown as it goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)  # fmt: skip
from rich.progress import Task as RichTask
from rich.text import Text as Plain

from okrlib.analysis.answers import forget
from okrlib.book import open_book
from okrlib.errors import DataError, OkrError, ParameterError
from okrlib.lake import Lake
from okrlib.okr import require_unchanged
from okrlib.periods import Quarter
from okrlib.policies import rule_book
from okrlib.run import Crew, Event, Job, Limits, Outcome, Shard, explain, run_packets
from okrlib.run.hold import writing
from okrlib.starter import SAMPLE_STORE, starter_file
from okrlib.stores import Workbook, find_home
from okrlib.text import LOCALES, Locale, day

REHEARSAL = f"{__name__}:rehearse"
_SOME_DAY = date(2026, 1, 1)
Known = Mapping[str, datetime | None]  # by store; None: the lake as it is
_ALL: Known = {}


def ready(
    workbook: Workbook, quarter: Quarter, days: Mapping[str, date], known: Known = _ALL, *, named: bool
) -> dict[str, DataError]:
    """Open the Book of every store that is to run, before anything runs; return those that cannot, and why.

    ParameterError and SheetError end everything, and so does missing data of a store that was `named`.
    """
    unable: dict[str, DataError] = {}
    for store, as_of in days.items():
        try:
            book = open_book(store, str(quarter), as_of, home=workbook.home, known_at=known.get(store))
        except DataError as bad:
            if named:
                raise ParameterError(str(bad), bad.zh) from None
            unable[store] = bad
            continue
        if quarter.end < book.data.covers.start:
            raise ParameterError(
                f"store {store!r}: the data begin on {book.data.covers.start}, after {quarter} ends",
                f"店铺 {store}：数据始于 {book.data.covers.start}，晚于 {quarter} 结束日",
            )
        if book.sheet is not None:
            require_unchanged(book.sheet, book.whole_journal)
    return unable


def jobs_of(days: Mapping[str, date], quarter: Quarter, locales: Sequence[Locale], known: Known = _ALL) -> list[Job]:
    """Return the jobs of `days` (store to as-of day); `known` is the moment whose lake each reads.

    One language after the other: the second finds answers that the first has asked for.
    """
    return [Job(store, quarter, as_of, locale, known.get(store)) for locale in locales for store, as_of in days.items()]


def make_packets(
    workbook: Workbook,
    jobs: Sequence[Job],
    crew: Crew,
    *,
    force: bool,
    now: Callable[[], datetime],
    limits: Limits | None = None,
    shard: Shard | None = None,
    log: Path | None = None,
    left_out: Mapping[Job, str] | None = None,
) -> list[Outcome]:
    """Make the packets of `jobs`, showing progress on stderr and adding a line of JSON to `log` for each that ended.

    Those `left_out` are not made; the log says why. `force` trusts nothing that was kept: notebooks run, and what
    queries once answered is asked again.
    """
    for store in {job.store for job in jobs} if force else ():
        forget(workbook.home, store)
    with _log(log, now) as note, _progress() as bar:
        for job, reason in (left_out or {}).items():
            note({**_asked(job), "status": "left out", "reason": reason})
        task = bar.add_task("packets", total=None)
        running: dict[Job, None] = {}

        def show(event: Event) -> None:
            running.pop(event.job, None)
            if event.kind == "started":
                running[event.job] = None
            else:
                note(_told(event))
            words = ", ".join(f"{job.store} {job.locale}" for job in running)
            bar.update(task, completed=event.done, total=event.total, description=words or "packets")

        return run_packets(
            workbook.home, jobs, data_state=_state(workbook, jobs), now=now, crew=crew, force=force, on_event=show,
            limits=limits, shard=shard,
        )  # fmt: skip


def why(workbook: Workbook, jobs: Sequence[Job]) -> list[tuple[Job, tuple[str, ...]]]:
    """Return the jobs with the reasons why each would run."""
    return explain(workbook.home, jobs, data_state=_state(workbook, jobs))


def _progress() -> Progress:
    now, times = TextColumn("{task.description}"), (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    return Progress(
        now, BarColumn(), MofNCompleteColumn(), _Rate(), *times, console=Console(stderr=True), transient=True
    )


class _Rate(ProgressColumn):
    """Packets a minute."""

    def render(self, task: RichTask) -> Plain:
        return Plain(f"{task.speed * 60:.1f}/min" if task.speed else "")


@contextmanager
def _log(path: Path | None, now: Callable[[], datetime]) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give a function that adds what it is told to the log, a line of JSON at once on disk."""
    if path is None:
        yield lambda _: None
        return
    with writing(path), path.open("a", encoding="utf-8", buffering=1) as file:
        yield lambda told: _add_line(file, told, now())


def _add_line(file: TextIO, told: Mapping[str, Any], at: datetime) -> None:
    file.write(json.dumps({"at": at.isoformat(timespec="seconds"), **told}, ensure_ascii=False) + "\n")


def _told(event: Event) -> dict[str, Any]:
    """Return what became of a job: parameters, status, seconds, page, error."""
    outcome = event.outcome
    told: dict[str, Any] = {**_asked(event.job), "done": event.done, "total": event.total}
    if outcome:
        told |= {"status": outcome.status, "seconds": round(outcome.seconds, 3)}
        told |= {"page": outcome.page and str(outcome.page), "error": outcome.failure and asdict(outcome.failure)}
    return told


def _asked(job: Job) -> dict[str, str]:
    return job.parameters | ({"known_at": job.known_at.isoformat()} if job.known_at else {})


def _state(workbook: Workbook, jobs: Sequence[Job]) -> Callable[[str], dict[str, Any]]:
    """Ask the lake once about all stores that are seen as of the same moment."""
    stores: dict[datetime | None, set[str]] = {}
    for job in jobs:
        stores.setdefault(job.known_at, set()).add(job.store)
    found: dict[str, dict[str, Any]] = {}
    for known, names in stores.items():
        versions, fingerprints = Lake(workbook.warehouse, known).states(sorted(names))
        found |= {store: {"versions": versions, "fingerprint": told} for store, told in fingerprints.items()}
    return found.__getitem__


def rehearse() -> None:
    """Import, read and draw once what every packet needs of okrlib itself, so that a kernel forked afterwards need not."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # here and below: only where it is rehearsed

    from okrlib import analysis, show  # noqa: PLC0415
    from okrlib.analysis.events import spring_festival  # noqa: PLC0415
    from okrlib.analysis.service import words  # noqa: PLC0415
    from okrlib.ingest.layout import load_layouts  # noqa: PLC0415
    from okrlib.show.theme import style  # noqa: PLC0415

    sample = Workbook(starter_file()).store(SAMPLE_STORE)
    rule_book(sample.platform)
    with suppress(OkrError):  # a notebook says it where it belongs
        load_layouts(Workbook(find_home()).params / "layouts")
    words("好")
    spring_festival(_SOME_DAY.year)
    for found in walk_packages(analysis.__path__, f"{analysis.__name__}."):
        import_module(found.name)
    for name in show.__all__:
        vars(show).pop(name, None)  # a module of that name, which an import has put before the function
        setattr(show, name, getattr(show, name))
    for locale in LOCALES:
        day(_SOME_DAY, locale)
        with style(locale):
            figure = Figure()
            figure.subplots().set_title("2026 第三季度 Q3")
            figure.savefig(BytesIO(), format="svg")
