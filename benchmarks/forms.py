"""How quickly forms answer on the demo store, beside opening a Book: a keystroke's check, a target's meter; CPU in milliseconds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from okrlib import forms
from okrlib.book import Book, open_book
from okrlib.demo import STORES, write_store
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.forms.session import forget
from okrlib.ingest.read import export_files, ingest
from okrlib.starter import SAMPLE_STORE, init_workbook

FIRST = {"a ratio": "revenue_per_order", "a total": "orders"}
AT_MOST = {
    "opening a Book": 1500,
    "a keystroke's check": 100,
    "a target's ambition meter": 300,
    **{f"the first meter of {what}, in a sheet without any": 300 for what in FIRST},
}


def main() -> None:
    """Print what was measured, and what is asked for."""
    folder = Path(tempfile.mkdtemp(prefix="okr-forms-"))
    try:
        workbook = init_workbook(folder / "workbook")
        write_store(STORES[SAMPLE_STORE], workbook.exports / SAMPLE_STORE, AS_OF)
        ingest(workbook, workbook.store(SAMPLE_STORE), export_files(workbook.exports / SAMPLE_STORE))
        sheet = workbook.sheet_path(SAMPLE_STORE, QUARTER)
        report(lambda: open_book(SAMPLE_STORE, str(QUARTER), AS_OF, home=workbook.home), sheet)
    finally:
        shutil.rmtree(folder)


def report(opened: Callable[[], Book], sheet: Path) -> None:
    """Choose the first metrics of a new sheet, then type into both forms of the demo's, and compare."""
    aside = sheet.rename(sheet.with_suffix(".aside"))
    form = begun(opened())
    measured = {
        f"the first meter of {what}, in a sheet without any": milliseconds(lambda _, name=name: chosen(form, name), 1)
        for what, name in FIRST.items()
    }
    aside.rename(sheet)
    forget()
    book = opened()
    title = forms.objectives(book).fields["title"].control
    target = forms.key_results(book).levels.fields["target"].control
    measured |= {
        "opening a Book": milliseconds(lambda _: opened()),
        "a keystroke's check": milliseconds(lambda n: setattr(title, "value", f"Be the shop people trust {n}")),
        "a target's ambition meter": milliseconds(lambda n: setattr(target, "value", str(1_400_000 + 1000 * n))),
    }
    for name, value in measured.items():
        share = value / measured["opening a Book"]
        print(f"{name}: {value:.0f} ms of CPU, {share:.2f} of opening (asked for: {AT_MOST[name]} ms)")


def begun(book: Book) -> Any:
    """Write an objective and a key result without a metric, as in a new sheet."""
    forms.objectives(book).buttons["new"].click()
    form = forms.key_results(book)
    form.buttons["new"].click()
    return form


def chosen(form: Any, metric: str) -> None:
    """Choose a metric and a target."""
    form.measured.metric.value = metric
    form.levels.fields["target"].control.value = "50"


def milliseconds(act: Callable[[int], object], times: int = 7) -> float:
    """Return the median CPU time of several times."""
    taken = []
    for n in range(times):
        began = process_time()
        act(n)
        taken.append(1000 * (process_time() - began))
    return median(taken)


if __name__ == "__main__":
    main()
