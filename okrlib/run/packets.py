"""Making the packets of a quarter: what needs no run is skipped, the rest runs side by side, nothing good is lost."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from okrlib.errors import DataError
from okrlib.periods import Quarter
from okrlib.run.execute import Result, pages
from okrlib.run.hold import Shard, hold, writing
from okrlib.run.jobs import Job, Limits
from okrlib.run.manifest import Failure, Manifest, StderrNote, file_sha256, read_manifest, write_atomically
from okrlib.run.plan import DataState, Plan, Planner
from okrlib.run.workers import Crew, results
from okrlib.text import LOCALES, Locale

PAGES = "okrlib.run.page"
ONE_WORKER = Crew()

Status = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job ended; `page` is the packet or the failure's page, None if that could not be written."""

    job: Job
    status: Status
    page: Path | None
    failure: Failure | None = None
    warnings: tuple[StderrNote, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job: it started, or ended as `outcome` says; `done` of `total` jobs have ended."""

    kind: Literal["started", "finished", "failed", "skipped"]
    job: Job
    done: int
    total: int
    outcome: Outcome | None = None


def run_packets(
    home: Path,
    jobs: Sequence[Job],
    *,
    data_state: DataState,
    now: Callable[[], datetime],
    crew: Crew = ONE_WORKER,
    force: bool = False,
    on_event: Callable[[Event], None] = lambda _: None,
    limits: Limits | None = None,
    renderer: str = PAGES,
    shard: Shard | None = None,
) -> list[Outcome]:
    """Make the packets of `jobs` in the workbook `home` and each quarter's index; return the outcomes in jobs' order.

    `data_state(store)` tells the lake's ``{"versions": {table: number}, "fingerprint": text}``; `now` stamps the
    manifests; `renderer` names the module that draws pages. A job whose inputs and page are unchanged is skipped unless
    `force`. With `shard`, `jobs` are its share, and the other shards may run beside it. A failure of one job stays its own. Before
    anything runs: ParameterError for an unknown store or an unfit notebook, BusyError when another run holds the
    quarter.
    """
    jobs, home = list(dict.fromkeys(jobs)), home.resolve()
    planner = Planner(home, data_state, limits or Limits(), renderer, anew=force)
    plans = [planner.plan(job) for job in jobs]
    quarters = sorted({job.quarter for job in jobs})
    with ExitStack() as held:
        for quarter in quarters:
            held.enter_context(hold(home / "reports" / str(quarter), now, shard))
        ended: dict[Job, Outcome] = {}

        def tell(job: Job) -> None:
            on_event(_event(job, ended, jobs))

        with closing(_outcomes(plans, crew, force, now, tell)) as outcomes:
            for outcome in outcomes:
                ended[outcome.job] = outcome
                tell(outcome.job)
        for quarter in quarters:
            write_index(home, quarter, renderer)
    return [ended[job] for job in jobs]


def explain(
    home: Path, jobs: Sequence[Job], *, data_state: DataState, renderer: str = PAGES
) -> list[tuple[Job, tuple[str, ...]]]:
    """Return the jobs, each with the reasons why it would run, none if its packet stands; nothing runs."""
    planner = Planner(home.resolve(), data_state, Limits(), renderer)
    return [(job, planner.plan(job).reasons) for job in jobs]


def _event(job: Job, ended: Mapping[Job, Outcome], jobs: Sequence[Job]) -> Event:
    outcome = ended.get(job)
    kinds: dict[Status, Literal["finished", "failed", "skipped"]] = {"ok": "finished", "failed": "failed"}
    kind = kinds.get(outcome.status, "skipped") if outcome else "started"
    return Event(kind, job, len(ended), len(jobs), outcome)


def _outcomes(
    plans: Sequence[Plan], crew: Crew, force: bool, now: Callable[[], datetime], started: Callable[[Job], None]
) -> Generator[Outcome, None, None]:
    """Yield the outcome of each plan as it becomes known, its files already written."""
    by_job = {plan.task.job: plan for plan in plans if force or not plan.stands}
    for plan in plans:
        if plan.task.job not in by_job:
            yield Outcome(plan.task.job, "skipped", plan.page("packet"))
    tasks = [plan.task for plan in by_job.values()]
    with closing(results(tasks, crew, lambda task: started(task.job))) as made:
        for task, result in made:
            yield _publish(by_job[task.job], result, now())


def _publish(plan: Plan, result: Result, at: datetime) -> Outcome:
    """Put page and manifest in place, each in one step; a failure leaves the last good packet where it is."""
    failure, page = result.failure, plan.page("failed" if result.failure else "packet")
    try:
        if result.page is None:
            page.unlink(missing_ok=True)  # it would tell of another failure
        else:
            write_atomically(page, result.page)
        write_atomically(plan.manifest, _manifest(plan, result, page, at))
        if failure is None:
            plan.page("failed").unlink(missing_ok=True)
    except OSError as bad:
        failure = Failure("page", type(bad).__name__, f"{plan.folder}: cannot be written: {bad.strerror or bad}")
    written = page if result.page is not None and failure is result.failure else None
    status: Status = "failed" if failure else "ok"
    return Outcome(plan.task.job, status, written, failure, result.warnings, sum(result.seconds.values()))


def _manifest(plan: Plan, result: Result, page: Path, at: datetime) -> str:
    manifest = Manifest(
        **dict(plan.inputs),
        status="failed" if result.failure else "ok",
        finished_at=at.isoformat(timespec="seconds"),
        error=result.failure,
        warnings=result.warnings,
        page_sha256=file_sha256(page),
        summary=result.summary,
        timings={name: round(seconds, 3) for name, seconds in result.seconds.items()},
        last_good=plan.before.standing if result.failure and plan.before else None,
    )
    return manifest.to_json()


def write_index(home: Path, quarter: Quarter, renderer: str = PAGES) -> Path:
    """Write ``reports/<quarter>/index.html`` over all manifests there, and return its path."""
    folder = home / "reports" / str(quarter)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    entries = [_entry(folder, path) for path in sorted(folder.glob("*/manifest.*.json"))]
    index = folder / "index.html"
    with writing(index), FileLock(folder / ".index.lock"):  # shards may end at the same time
        write_atomically(index, pages(renderer).render_index(quarter, entries, _whole(folder)))
    return index


def _whole(folder: Path) -> dict[Locale, str]:
    """Return the pages over all stores that lie there, by language."""
    names: dict[Locale, str] = {locale: f"portfolio.{locale}.html" for locale in LOCALES}
    return {locale: name for locale, name in names.items() if (folder / name).exists()}


def _entry(folder: Path, path: Path) -> dict[str, Any]:
    """Return a manifest as plain values with the pages that exist beside it: ``packet`` and ``failed``, or None."""
    store, locale = path.parent.name, path.name.split(".")[1]
    try:
        manifest = read_manifest(path)
    except DataError as bad:
        manifest = Manifest(
            parameters={"store": store, "quarter": folder.name, "as_of": "", "locale": locale},
            store_title=store,
            status="failed",
            finished_at="",
            error=Failure("page", "DataError", str(bad)),
        )
    found = {kind: path.parent / f"{kind}.{locale}.html" for kind in ("packet", "failed")}
    links = {kind: f"{store}/{page.name}" if page.exists() else None for kind, page in found.items()}
    return (manifest.model_dump(mode="json") if manifest else {}) | links
