"""How quickly forms answer on the demo store, beside opening a Book: a keystroke's check, a target's meter; CPU in milliseconds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from okrlib import forms
from okrlib.book import Book, open_book
from okrlib.demo import STORES, write_store
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.ingest.read import export_files, ingest
from okrlib.starter import SAMPLE_STORE, init_workbook

AT_MOST = {"a keystroke's check": 100, "a target's ambition meter": 300, "opening a Book": 1500}


def main() -> None:
    """Print what was measured, and what is asked for."""
    folder = Path(tempfile.mkdtemp(prefix="okr-forms-"))
    try:
        workbook = init_workbook(folder / "workbook")
        write_store(STORES[SAMPLE_STORE], workbook.exports / SAMPLE_STORE, AS_OF)
        ingest(workbook, workbook.store(SAMPLE_STORE), export_files(workbook.exports / SAMPLE_STORE))
        report(lambda: open_book(SAMPLE_STORE, str(QUARTER), AS_OF, home=workbook.home))
    finally:
        shutil.rmtree(folder)


def report(opened: Callable[[], Book]) -> None:
    """Type into both forms, and compare."""
    book = opened()
    title = forms.objectives(book).fields["title"].control
    target = forms.key_results(book).levels.fields["target"].control
    measured = {
        "opening a Book": milliseconds(lambda _: opened()),
        "a keystroke's check": milliseconds(lambda n: setattr(title, "value", f"Be the shop people trust {n}")),
        "a target's ambition meter": milliseconds(lambda n: setattr(target, "value", str(1_400_000 + 1000 * n))),
    }
    for name, value in measured.items():
        print(
            f"{name}: {value:.0f} ms of CPU, {value / measured['opening a Book']:.2f} of opening (asked for: {AT_MOST[name]} ms)"
        )


def milliseconds(act: Callable[[int], object]) -> float:
    """Return the median CPU time of seven times."""
    taken = []
    for n in range(7):
        began = process_time()
        act(n)
        taken.append(1000 * (process_time() - began))
    return median(taken)


if __name__ == "__main__":
    main()
