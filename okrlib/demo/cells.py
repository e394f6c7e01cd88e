"""How the exports write amounts, times and files."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd


def amounts(values: Iterable[int], suffix: str = "") -> list[str]:
    """Write cents as ``12.34``."""
    return [f"{value // 100}.{value % 100:02d}{suffix}" for value in values]


def moments(times: pd.Series) -> list[str]:
    """Write times as ``2026-11-11 00:03:09``; what has not happened stays empty."""
    texts = np.datetime_as_string(times.to_numpy().astype("datetime64[s]"))
    return ["" if text == "NaT" else str(text).replace("T", " ") for text in texts]


def zoned(times: pd.Series, zone: str) -> list[str]:
    """Write local times with their offset, ``2026-11-11 00:03:09 -0500``; the hour that occurs twice is its first."""
    first = np.ones(len(times), dtype=bool)
    local = times.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return [time.strftime("%Y-%m-%d %H:%M:%S %z") if time is not pd.NaT else "" for time in local.array]


def write_table(path: Path, columns: dict[str, str], table: pd.DataFrame, encoding: str, *, quoted: bool) -> Path:
    """Write `table` under the header `columns` (name as written: name in the table); absent columns are empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    full = table.reindex(columns=list(columns.values()), fill_value="").set_axis(list(columns), axis=1)
    full.to_csv(
        path,
        index=False,
        encoding=encoding,
        lineterminator="\r\n",
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    return path


def spoil(path: Path, encoding: str, slips: Iterable[tuple[int, str, str]]) -> None:
    """Overwrite a cell for each (line, column, text): the first filled, plainly split one from that line on."""
    lines = path.read_bytes().decode(encoding).split("\r\n")
    header = lines[0].split(",")
    for start, column, text in slips:
        at = header.index(column)
        for number in range(start, len(lines)):
            cells = lines[number].split(",")
            if len(cells) == len(header) and cells[at]:
                lines[number] = ",".join([*cells[:at], text, *cells[at + 1 :]])
                break
    path.write_bytes("\r\n".join(lines).encode(encoding))
