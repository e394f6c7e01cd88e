"""Text lines into records: delimiters, quotes, quoted line breaks; every record with its physical line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

LONGEST_RECORD = 131_072  # characters; what the csv module takes for one cell, and far beyond any row of an export
MOST_LINES = 200  # a quote open for longer than this was never meant to be one

Record = tuple[int, list[str], str]
"""Physical line (1-based), cells, and what is wrong with the row ("" when nothing is)."""


def text_records(
    lines: Iterator[str],
    delimiter: str,
    width: int | None,
    first: int = 1,
    last: int | None = None,
    ahead: deque[str] | None = None,
) -> Iterator[Record]:
    """Split `lines` into records, blank lines left out; a quote that never closes costs its own line only.

    `width` is how many cells the header has, None before it is known: a record of several lines must come out at it.
    The lines are counted from `first`; no record begins after line `last`, and lines only looked at are left in `ahead`.
    """
    ahead = deque() if ahead is None else ahead
    number = first - 1
    while (last is None or number < last) and (line := ahead.popleft() if ahead else next(lines, None)) is not None:
        number += 1
        if line.isspace():
            continue
        if len(line) > LONGEST_RECORD:
            yield number, [], f"is longer than {LONGEST_RECORD:,} characters"
        elif '"' not in line:
            yield number, line.rstrip("\n").split(delimiter), ""
        else:
            cells, wrong, used = _quoted_record(line, lines, ahead, delimiter, width)
            yield number, cells, wrong
            number += used


def _quoted_record(
    line: str, lines: Iterator[str], ahead: deque[str], delimiter: str, width: int | None
) -> tuple[list[str], str, int]:
    """Return the record that starts with `line`, what is wrong with it, and how many further lines it took."""
    cells = _cells(line, delimiter)
    if cells:
        return cells, "", 0
    taken = _lines_until_quotes_close(line, lines, ahead)
    cells = _cells("".join([line, *taken]), delimiter)
    if cells and width in {None, len(cells)}:
        return cells, "", len(taken)
    ahead.extendleft(reversed(taken))
    return [], "has a quotation mark out of place", 0


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of a whole record, nothing where its quotes do not close."""
    try:
        return next(csv.reader([text.rstrip("\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _lines_until_quotes_close(line: str, lines: Iterator[str], ahead: deque[str]) -> list[str]:
    """Take the lines that make the number of quotation marks even, as it is in every whole record."""
    taken: list[str] = []
    marks, length = line.count('"'), len(line)
    while marks % 2 and len(taken) < MOST_LINES and length <= LONGEST_RECORD:
        following = ahead.popleft() if ahead else next(lines, None)
        if following is None:
            break
        taken.append(following)
        marks += following.count('"')
        length += len(following)
    return taken
