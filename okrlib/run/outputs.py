"""What an executed notebook holds beside its figures: errors, warnings, a summary, and traces of its run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from nbformat import NotebookNode

from okrlib.run.jobs import tags
from okrlib.run.manifest import Failure, StderrNote
from okrlib.show.palette import SUMMARY_MIME

TRACEBACK_LINES = 30
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PAPERMILL_MARK = "papermill-error-cell-tag"

Executed = Sequence[tuple[str, NotebookNode]]


def plain(text: str) -> str:
    """Return `text` without a terminal's colours."""
    return _ANSI.sub("", text)


def first_error(name: str, node: NotebookNode) -> Failure | None:
    """Return the first error among the outputs of the notebook `name`; leaving early by ``exit()`` is one."""
    for index, cell in enumerate(node.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                tail = plain("\n".join(output.traceback)).splitlines()[-TRACEBACK_LINES:]
                return Failure("error", output.ename, plain(output.evalue), name, index, cell.id, "\n".join(tail))
    return None


def stderr_notes(executed: Executed) -> Iterator[StderrNote]:
    """Yield what the cells wrote to stderr, cell by cell."""
    for name, node in executed:
        for index, cell in enumerate(node.cells):
            text = "".join(out.text for out in cell.get("outputs", ()) if out.get("name") == "stderr")
            if text:
                yield StderrNote(name, index, cell.id, text)


def summary(executed: Executed) -> dict[str, Any] | None:
    """Return the first summary among the outputs."""
    outputs = (out for _, node in executed for cell in node.cells for out in cell.get("outputs", ()))
    found = (out.data[SUMMARY_MIME] for out in outputs if SUMMARY_MIME in out.get("data", ()))
    return next(found, None)


def without_traces(node: NotebookNode) -> NotebookNode:
    """Drop papermill's dates, paths, marks and random ids; join what was printed in pieces."""
    node.metadata.pop("papermill", None)
    node.cells = [cell for cell in node.cells if _PAPERMILL_MARK not in tags(cell)]
    for cell in node.cells:
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in tags(cell):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    return node


def _joined(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
