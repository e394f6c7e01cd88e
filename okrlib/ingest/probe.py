"""What is seen in a file before it is read: which layouts fit, what others miss, the first rows as understood."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from okrlib.ingest.cells import CellReader
from okrlib.ingest.decode import open_export
from okrlib.ingest.detect import Detected, Header, nearest
from okrlib.ingest.model import Layout, Match
from okrlib.ingest.personal import Pseudonyms
from okrlib.ingest.source import sources
from okrlib.lake import connect
from okrlib.stores import Name, Store

HASHED = "(hashed)"  # what stands for a buyer in a probe: present, and not to be shown


@dataclass(frozen=True, slots=True)
class Fit:
    """How one layout lies over a file: its columns by field, and those it misses."""

    layout: Layout
    columns: dict[str, str]
    missing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the file can be read with it."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Probe:
    """What was seen in a file; `rows` as the best-fitting layout understands them, `problems` what it cannot read."""

    path: Path
    encoding: str
    delimiter: str
    header_line: int
    unread: list[str]
    fits: list[Fit]
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, column, value, reason


def probe(path: Path, layouts: list[Layout], store: Store | None = None, rows: int = 5) -> Probe:
    """Look at a file without reading it into the lake; a file that cannot be opened is a DataError.

    `store` gives the time zone and status words of its own; without one the layout's are used, in UTC.
    """
    export = open_export(sources(path)[0])
    found = nearest(export, layouts)
    if not found:
        return Probe(path, export.encoding, export.delimiters()[0], 0, [], [])
    fits = [_fit(match, header) for match, header in found]
    match, header = found[0]
    unread = [cell.strip() for at, cell in enumerate(header.cells) if at not in match.where.values() and cell.strip()]
    seen = Probe(path, export.encoding, header.delimiter, header.line, unread, fits)
    if fits[0].fits:
        _understand(seen, Detected(export, match, header, only=rows), store or _nobody(match.layout))
    return seen


def _fit(match: Match, header: Header) -> Fit:
    columns = {name: header.cells[at].strip() for name, at in match.where.items()}
    return Fit(match.layout, columns, match.missing)


def _understand(seen: Probe, first: Detected, store: Store) -> None:
    """Type the first rows and add them, and what is wrong with them, to `seen`."""
    layout, con = first.layout, connect()
    reader = CellReader.of([first], Pseudonyms(b"probe", store.store), store)
    with tempfile.TemporaryDirectory(prefix="okr-probe-") as folder:
        reader.load(con, [first], Path(folder))
    typed = con.execute("SELECT * FROM typed ORDER BY source_line")
    names = [column[0] for column in typed.description or []]
    for values in typed.fetchall():
        row = dict(zip(names, values, strict=True))
        if row["bad_reason"]:
            seen.problems.append((row["source_line"], row["bad_column"], row["bad_value"], row["bad_reason"]))
            continue
        hidden = {name: HASHED for name in reader.fields if layout.fields[name].kind == "personal" and row[name]}
        seen.rows.append({"line": row["source_line"]} | {name: row[name] for name in reader.fields} | hidden)


def _nobody(layout: Layout) -> Store:
    """Stand in for the store that a probed file belongs to."""
    return Store(
        store="probe", title=Name(en="probe", zh="probe"), platform=layout.platform, currency="XXX", timezone="UTC"
    )
