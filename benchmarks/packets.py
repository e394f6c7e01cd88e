"""Packets against the command lines of papermill and nbconvert, and against the floor, in one run on two cores.

`python -m benchmarks.packets [STORES]` makes STORES × 2 packets (default 5 stores, so 10 packets).
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
from pathlib import Path
from shutil import copy, rmtree
from typing import Any, NamedTuple

import psutil

from okrlib.demo import STORES, write_store
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.ingest.read import export_files, ingest
from okrlib.starter import SAMPLE_STORE, init_workbook
from okrlib.stores import Workbook

LOCALES = ("en", "zh")
MIB = 1 << 20
BARS = {"CPU against command lines": 5.5, "wall with two workers": 6.0, "one cold packet, CPU": 3.0}
FLOOR_BAR = 1.35
NOTHING_BAR = 3.0
MEMORY_BAR = 400.0


class Cost(NamedTuple):
    """Seconds on the clock and of CPU, of all processes; the largest process in MiB."""

    wall: float
    cpu: float
    largest: float = 0.0


def main(stores: int = 5) -> bool:
    """Print what packets cost each way; true when one of the bars is missed."""
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        workbook = _workbook(Path(folder) / "workbook", stores)
        packets = stores * len(LOCALES)
        lines = _measured(lambda: [_command_lines(workbook, Path(folder), locale) for locale in LOCALES])
        theirs = Cost(lines.wall / len(LOCALES) * packets, lines.cpu / len(LOCALES) * packets)
        floor = _measured(lambda: _python(workbook, "-m", "benchmarks.packets", "floor"))
        cold = _measured(lambda: _okr_run(workbook, "--store", SAMPLE_STORE, "--locale", "en", "--jobs", "1"))
        _forget(workbook)
        ours = _measured(lambda: _okr_run(workbook, "--jobs", "2"))
        nothing = _measured(lambda: _okr_run(workbook, "--jobs", "2"))
    print(f"{packets} packets of {len(list(workbook_notebooks()))} notebooks; command lines measured on {len(LOCALES)}")
    for name, cost in (("command lines", theirs), ("floor", floor), ("okr run --jobs 2", ours), ("one cold", cold)):
        print(f"{name:18} wall {cost.wall:7.1f} s   CPU {cost.cpu:7.1f} s   largest process {cost.largest:4.0f} MiB")
    ratios = (theirs.cpu / ours.cpu, theirs.wall / ours.wall, theirs.cpu / packets / cold.cpu)
    short = False
    for (name, bar), ratio in zip(BARS.items(), ratios, strict=True):
        short |= _line(name, ratio, bar, ratio >= bar)
    short |= _line("CPU against the floor", ours.cpu / floor.cpu, FLOOR_BAR, ours.cpu / floor.cpu <= FLOOR_BAR)
    short |= _line(f"nothing changed, {packets} packets, s", nothing.wall, NOTHING_BAR, nothing.wall <= NOTHING_BAR)
    return short | _line("largest process, MiB", ours.largest, MEMORY_BAR, ours.largest <= MEMORY_BAR)


def _line(name: str, value: float, bar: float, met: bool) -> bool:
    print(f"{name:32} {value:8.2f}   bar {bar:6.2f}   {'met' if met else 'missed'}")
    return not met


def workbook_notebooks() -> list[Path]:
    """Return the notebooks of a packet."""
    return sorted(path for path in Path("notebooks").glob("[0-9][0-9]_*.ipynb") if _in_packet(path))


def _in_packet(path: Path) -> bool:
    return bool(json.loads(path.read_text(encoding="utf-8"))["metadata"].get("okrlib", {}).get("packet", True))


def _workbook(home: Path, stores: int) -> Workbook:
    """A workbook with the sample store, and with as many copies of it under other names as are needed."""
    workbook = init_workbook(home)
    for number in range(stores):
        name = SAMPLE_STORE if number == 0 else f"copy_{number}"
        settings = workbook.params / "stores" / f"{name}.yaml"
        if number:
            copy(workbook.params / "stores" / f"{SAMPLE_STORE}.yaml", settings)
            settings.write_text(settings.read_text(encoding="utf-8").replace(SAMPLE_STORE, name), encoding="utf-8")
        write_store(STORES[SAMPLE_STORE], workbook.exports / name, AS_OF)
        ingest(workbook, workbook.store(name), export_files(workbook.exports / name))
    return workbook


def _forget(workbook: Workbook) -> None:
    rmtree(workbook.home / ".okr", ignore_errors=True)
    rmtree(workbook.reports / str(QUARTER))


def _measured(work: Callable[[], Any]) -> Cost:
    before, start, largest = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), [0.0]
    done = threading.Event()
    scale = threading.Thread(target=_weigh, args=(done, largest))
    scale.start()
    try:
        work()
    finally:
        done.set()
        scale.join()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, largest[0])


def _weigh(done: threading.Event, largest: list[float]) -> None:
    """Keep the size of the largest process that descends from this one."""
    me = psutil.Process()
    while not done.wait(0.5):
        for child in me.children(recursive=True):
            try:
                largest[0] = max(largest[0], child.memory_info().rss / MIB)
            except psutil.Error:
                continue


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
    values = {"store": SAMPLE_STORE, "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": locale}
    parameters = [part for name, value in values.items() for part in ("-p", name, value)]
    for notebook in sorted((workbook.notebooks).glob("[0-9][0-9]_*.ipynb")):
        if _in_packet(notebook):
            done = str(folder / notebook.name)
            _python(workbook, "-m", "papermill", str(notebook), done, *parameters)
            _python(workbook, "-m", "nbconvert", "--to", "html", done)


def floor() -> None:
    """Do what the notebooks of all packets do in one warm process: the same queries and drawing, no notebook, no page."""
    workbook = Workbook(Path(os.environ["OKR_HOME"]))
    for store in workbook.stores():
        for locale in LOCALES:
            for notebook in sorted(workbook.notebooks.glob("[0-9][0-9]_*.ipynb")):
                if _in_packet(notebook):
                    values = {"store": store, "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": locale}
                    _do_cells(json.loads(notebook.read_text(encoding="utf-8"))["cells"], values)


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
    if sys.argv[1:] == ["floor"]:
        floor()
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
