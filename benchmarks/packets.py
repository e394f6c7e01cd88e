"""Packets against the command lines of papermill and nbconvert, and against the floor, in one run on two cores.

`python -m benchmarks.packets` measures all of it in about half an hour; `python -m benchmarks.packets --quick` the same on
fewer packets, of which the warm parent and the workers take a larger share, so bars set for many are not judged by them.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from statistics import median
from sysconfig import get_paths
from typing import Any, NamedTuple

import psutil
from deltalake import write_deltalake

import okrlib
from okrlib import show
from okrlib.book import open_book
from okrlib.demo import STORES, write_store
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.ingest.read import export_files, ingest
from okrlib.lake import Lake, connect
from okrlib.packets import REHEARSAL, jobs_of, make_packets
from okrlib.run import Crew
from okrlib.show.chart import Chart, svg
from okrlib.show.theme import style
from okrlib.starter import SAMPLE_STORE, init_workbook
from okrlib.stores import Workbook

LOCALES = ("en", "zh")
MIB = 1 << 20
MOST_STORES = 50  # 100 packets
FEW, MANY = 10, 200  # packets for which the bars of speed are set, and those of one long run
FLOOR_BAR = 1.35
_CHEAPEST = "04_"
_DRAWN_AGAIN = 3


class Cost(NamedTuple):
    """Seconds on the clock and of CPU, of all processes; MiB as they came, one sample after the other."""

    wall: float
    cpu: float
    samples: list[Sample]


class Sample(NamedTuple):
    """MiB at one moment: a worker with the kernel it drives, on average; all that lives as long as the run."""

    per_worker: float
    lasting: float


def main(quick: bool = False) -> bool:  # --quick
    """Print what packets cost each way; true when one of the bars is missed."""
    stores, days = (1, 3) if quick else (FEW // len(LOCALES), MANY // FEW)
    _compile()
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        workbook = _workbook(Path(folder) / "workbook", MOST_STORES)
        names = workbook.stores()[:stores]
        missed = _speed(workbook, names, Path(folder))
        missed |= _memory(workbook, names, days)
        missed |= _nothing(workbook)
        _charts(workbook)
    return missed


def _speed(workbook: Workbook, names: list[str], folder: Path) -> bool:
    """Packets by command lines, in a warm script and by the runner; each contestant begins with nothing kept."""
    packets, few = len(names) * len(LOCALES), [word for name in names for word in ("--store", name)]
    lines = [_measured(lambda at=locale: _command_lines(workbook, folder, at)) for locale in LOCALES]
    theirs = Cost(sum(cost.wall for cost in lines) * len(names), sum(cost.cpu for cost in lines) * len(names), [])
    _forget(workbook)
    floor = _measured(lambda: _python(workbook, "-m", "benchmarks.packets", "floor", *names))
    _forget(workbook)
    cold = _measured(lambda: _okr_run(workbook, "--store", names[0], "--locale", "en", "--jobs", "1"))
    _forget(workbook)
    ours = _measured(lambda: _okr_run(workbook, *few, "--jobs", "2"))
    print(
        f"{packets} packets of {len(_notebooks(workbook))} notebooks; command lines measured on {len(LOCALES)} of them"
    )
    shown = {
        "command lines": theirs,
        "floor": floor,
        "okr run --jobs 2": ours,
        "one cold": cold,
        "its command lines": lines[0],
    }
    for name, cost in shown.items():
        print(f"{name:18} wall {cost.wall:7.1f} s   CPU {cost.cpu:7.1f} s")
    print(f"{'arithmetic':18} the floor itself is {theirs.cpu / floor.cpu:.2f} times better than the command lines, so")
    print(f"{'':18} at {FLOOR_BAR} times the floor packets are {theirs.cpu / floor.cpu / FLOOR_BAR:.2f} times better")
    missed = _at_least("CPU against command lines", theirs.cpu / ours.cpu, 5.5)
    missed |= _at_most("CPU against the floor", ours.cpu / floor.cpu, FLOOR_BAR)
    missed |= _at_least("wall against command lines", theirs.wall / ours.wall, 6.0)
    missed &= _judged(packets, FEW)
    missed |= _at_least("one cold packet, CPU", lines[0].cpu / cold.cpu, 3.0)
    return missed | _at_most("MiB per worker, kernel included", _peak(ours), 400)


def _memory(workbook: Workbook, names: list[str], days: int) -> bool:
    """Many packets in one run, of many days: what lives as long as the run may not grow."""
    run = _measured(lambda: _python(workbook, "-m", "benchmarks.packets", "days", str(days), *names))
    lasting = [sample.lasting for sample in run.samples if sample.per_worker]
    quarter = max(1, len(lasting) // 4)
    early, late = median(lasting[quarter : 2 * quarter] or lasting), median(lasting[-quarter:])
    packets = len(names) * len(LOCALES) * days
    print(
        f"{packets} packets in one run: wall {run.wall:.0f} s, runner, workers and warm parent {early:.0f}, then {late:.0f} MiB"
    )
    grown = _at_most("memory, last against second quarter", late / early, 1.1) & _judged(packets, MANY)
    return _at_most("MiB per worker", _peak(run), 400) | grown


def _nothing(workbook: Workbook) -> bool:
    """A run over a hundred packets that all stand; they are of one notebook, for what is in them is not looked at."""
    for notebook in _notebooks(workbook):
        if not notebook.stem.startswith(_CHEAPEST):
            notebook.unlink()
    _forget(workbook)
    _okr_run(workbook, "--jobs", "2")
    cost = _measured(lambda: _okr_run(workbook, "--jobs", "2"))
    packets = len(workbook.stores()) * len(LOCALES)
    print(f"nothing changed, {packets} packets: wall {cost.wall:.1f} s   CPU {cost.cpu:.1f} s")
    return _at_most("nothing changed, wall s", cost.wall, 3.0)


def _charts(workbook: Workbook) -> None:
    """Each chart of a packet as it is drawn, and as it was: PNG, drawn twice for a tight box."""
    drawn, sizes = {"SVG": 0.0, "tight PNG": 0.0}, {"SVG": 0, "tight PNG": 0}
    book = open_book(SAMPLE_STORE, str(QUARTER), AS_OF, home=workbook.home)
    charts = [draw(book) for draw in (show.daily_revenue, show.weekly_course, show.pareto)]
    for chart in [one for one in charts if isinstance(one, Chart)] * _DRAWN_AGAIN:
        began = time.process_time()
        png = BytesIO()
        with style(book.locale):
            chart.figure.savefig(png, format="png", bbox_inches="tight", dpi=200)
        middle = time.process_time()
        picture = svg(chart.figure, book.locale)
        drawn["tight PNG"] += middle - began
        drawn["SVG"] += time.process_time() - middle
        sizes["tight PNG"] += len(png.getvalue()) * 4 // 3
        sizes["SVG"] += len(picture) * 4 // 3
    ratios = (
        f"{drawn['tight PNG'] / drawn['SVG']:.2f} times sooner, {sizes['tight PNG'] / sizes['SVG']:.2f} times smaller"
    )
    print(f"charts as SVG in one pass against PNG in a tight box: {ratios}")


def _judged(packets: int, wanted: int) -> bool:
    """Whether there are as many packets as the bars above are set for; says so where there are not."""
    if packets < wanted:
        print(f"{'':36} {packets} packets: these bars are set for {wanted}, and not judged here")
    return packets >= wanted


def _peak(cost: Cost) -> float:
    return max((sample.per_worker for sample in cost.samples), default=0.0)


def _at_least(name: str, value: float, bar: float) -> bool:
    return _line(name, value, f">= {bar}", value >= bar)


def _at_most(name: str, value: float, bar: float) -> bool:
    return _line(name, value, f"<= {bar}", value <= bar)


def _line(name: str, value: float, bar: str, met: bool) -> bool:
    print(f"{name:36} {value:8.2f}   bar {bar:8}   {'pass' if met else 'falls short'}", flush=True)
    return not met


def _compile() -> None:
    """Compile all that is imported: no contestant pays for it, whatever PYTHONDONTWRITEBYTECODE says here."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folders = [get_paths()["purelib"], get_paths()["platlib"], str(Path(okrlib.__file__).parent)]
    compiled = [sys.executable, "-m", "compileall", "-q", "-j", "2", *dict.fromkeys(folders)]
    subprocess.run(compiled, check=False, capture_output=True)


def _notebooks(workbook: Workbook) -> list[Path]:
    """Return the notebooks of a packet."""
    return [path for path in sorted(workbook.notebooks.glob("[0-9][0-9]_*.ipynb")) if _in_packet(path)]


def _in_packet(path: Path) -> bool:
    return bool(json.loads(path.read_text(encoding="utf-8"))["metadata"].get("okrlib", {}).get("packet", True))


def _workbook(home: Path, stores: int) -> Workbook:
    """A workbook with the sample store, and with as many copies of it under other names as are needed."""
    workbook = init_workbook(home)
    write_store(STORES[SAMPLE_STORE], workbook.exports / SAMPLE_STORE, AS_OF)
    ingest(workbook, workbook.store(SAMPLE_STORE), export_files(workbook.exports / SAMPLE_STORE))
    own = [path for path in workbook.params.rglob("*") if path.is_file() and SAMPLE_STORE in str(path)]
    for number in range(1, stores):
        for path in own:
            copied = Path(str(path).replace(SAMPLE_STORE, f"store_{number:02}"))  # sorts after the sample
            copied.parent.mkdir(exist_ok=True)
            text = path.read_text(encoding="utf-8").replace(SAMPLE_STORE, f"store_{number:02}")
            copied.write_text(text, encoding="utf-8")
    lake, con = Lake(workbook.warehouse), connect()
    for table in lake.versions():
        rows = f"{lake.scan(table, SAMPLE_STORE)} CROSS JOIN range(1, {stores}) numbers(n)"
        named = "* EXCLUDE (n) REPLACE (printf('store_%02d', n) AS store)"
        write_deltalake(str(workbook.warehouse / table), con.sql(f"SELECT {named} FROM {rows}"), mode="append")
    return workbook


def _forget(workbook: Workbook) -> None:
    """Throw away what was made, and what queries answered."""
    rmtree(workbook.home / ".okr", ignore_errors=True)
    rmtree(workbook.reports / str(QUARTER), ignore_errors=True)


def _measured(work: Callable[[], Any]) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    samples, done = list[Sample](), threading.Event()
    scale = threading.Thread(target=_weigh, args=(done, samples))
    scale.start()
    try:
        work()
    finally:
        done.set()
        scale.join()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, samples)


def _weigh(done: threading.Event, samples: list[Sample]) -> None:
    """Add a sample now and then; pages that processes share count for each by its share (PSS)."""
    me = psutil.Process()
    while not done.wait(0.5):
        try:
            samples.append(_sample(me.children()))
        except psutil.Error:  # one of them has just ended
            continue


def _sample(runs: list[psutil.Process]) -> Sample:
    """Weigh a run: its children are workers, and the warm parent, whose children are kernels."""
    children = [child for run in runs for child in run.children()]
    parents = [child for child in children if "okrlib.run.warm" in child.cmdline()]
    workers = [child for child in children if "multiprocessing.spawn" in " ".join(child.cmdline())]
    kernels = [kernel for parent in parents for kernel in parent.children()]
    lasting = [*runs, *workers, *parents]
    per_worker = (_mib(workers) + _mib(kernels)) / len(workers) if workers else 0.0
    return Sample(per_worker, _mib(lasting))


def _mib(processes: list[psutil.Process]) -> float:
    return sum(process.memory_full_info().pss for process in processes) / MIB


def _python(workbook: Workbook, *words: str) -> None:
    project = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "OKR_HOME": str(workbook.home)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (project, os.environ.get("PYTHONPATH"))))
    subprocess.run(
        [sys.executable, *words], cwd=workbook.home, env=environment, check=True, capture_output=True, text=True
    )


def _okr_run(workbook: Workbook, *options: str) -> None:
    _python(workbook, "-m", "okrlib", "run", str(QUARTER), "--as-of", str(AS_OF), *options)


def _command_lines(workbook: Workbook, folder: Path, locale: str) -> None:
    parameters = [part for name, value in _values(SAMPLE_STORE, locale).items() for part in ("-p", name, value)]
    for notebook in _notebooks(workbook):
        done = str(folder / notebook.name)
        _python(workbook, "-m", "papermill", str(notebook), done, *parameters)
        _python(workbook, "-m", "nbconvert", "--to", "html", done)


def _values(store: str, locale: str) -> dict[str, str]:
    return {"store": store, "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": locale}


def floor(stores: list[str]) -> None:
    """Do what the notebooks of all packets do in one warm process: the same queries and drawing, no notebook, no page."""
    workbook = Workbook(Path(os.environ["OKR_HOME"]))
    for locale in LOCALES:
        for store in stores:
            for notebook in _notebooks(workbook):
                _do_cells(json.loads(notebook.read_text(encoding="utf-8"))["cells"], _values(store, locale))


def many_days(days: int, stores: list[str]) -> None:
    """Make, in one run, the packets of all stores of as many days."""
    workbook = Workbook(Path(os.environ["OKR_HOME"]))
    seen = [AS_OF - timedelta(days=number) for number in range(days)]
    jobs = [job for day in seen for job in jobs_of(dict.fromkeys(stores, day), QUARTER, LOCALES)]
    outcomes = make_packets(workbook, jobs, Crew(2, REHEARSAL), force=True, now=lambda: datetime.now(UTC))
    sys.exit(any(outcome.failure for outcome in outcomes))


def _do_cells(cells: list[Any], names: dict[str, Any]) -> None:
    for cell in cells:
        if cell["cell_type"] != "code" or {"parameters", "interactive"} & set(cell["metadata"].get("tags", ())):
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102  # the notebooks' own code
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
            draw = getattr(shown, "_repr_mimebundle_", None) or getattr(shown, "_repr_html_", None)
            if draw:
                draw()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["floor", *names]:
            floor(names)
        case ["days", number, *names]:
            many_days(int(number), names)
        case words:
            sys.exit(main(quick=words == ["--quick"]))
