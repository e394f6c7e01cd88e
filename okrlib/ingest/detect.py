"""Which layout a file has, by its column names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okrlib.errors import LayoutError
from okrlib.ingest.decode import Export, Record, open_export
from okrlib.ingest.layout import Layout, Match

HEADER_WITHIN = 20  # rows; platforms put titles and notes above the header


@dataclass(frozen=True, slots=True)
class Detected:
    """A file, the layout that fits it, and where its header stands."""

    export: Export
    match: Match
    header_row: int  # among the rows that are not blank, 0-based
    width: int

    @property
    def layout(self) -> Layout:
        """The layout that fits."""
        return self.match.layout

    def rows(self) -> Iterator[Record]:
        """Yield the records below the header."""
        records = self.export.records(self.width)
        for _ in range(self.header_row + 1):
            next(records)
        return records


def detect(path: Path, layouts: list[Layout], wanted: str | None = None) -> Detected:
    """Find the layout of a file, or use the one `wanted` by the store; LayoutError names the nearest and what they miss."""
    tried = [layout for layout in layouts if wanted is None or layout.id == wanted]
    if not tried:
        raise LayoutError(f"layout {wanted!r} is unknown; known: {', '.join(layout.id for layout in layouts)}")
    export = open_export(path, tried[0].encoding if wanted else None)
    matches = [
        (match, row, len(cells))
        for row, cells in enumerate(export.head(HEADER_WITHIN))
        for match in (layout.match(cells) for layout in tried)
        if match.where
    ]
    fitting = [found for found in matches if not found[0].missing]
    if not fitting:
        raise LayoutError(_nearest(path, [match for match, _, _ in matches], wanted))
    match, row, width = max(fitting, key=lambda found: (len(found[0].where), -found[1]))
    rivals = {m.layout.id for m, r, _ in fitting if len(m.where) == len(match.where) and r == row}
    if len(rivals) > 1:
        names = " and ".join(sorted(rivals))
        raise LayoutError(f"{path}: {names} fit equally well; say which with `layout:` in the store's file")
    return Detected(export, match, row, width)


def _nearest(path: Path, matches: list[Match], wanted: str | None) -> str:
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda found: (len(found.missing), -len(found.where))):
        best.setdefault(match.layout.id, match)
    nearest = [f"{name} (misses {', '.join(match.missing)})" for name, match in list(best.items())[:3]]
    if not nearest:
        known = "the layout " + wanted if wanted else "any layout"
        return f"{path}: no column of {known} found in the first {HEADER_WITHIN} rows; is the header there? (okr platforms)"
    return f"{path}: no layout fits; nearest: {'; '.join(nearest)}. Write one of your own in params/layouts/ (see README)"
