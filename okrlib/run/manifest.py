"""What a packet says about itself: where it comes from, whether it stands, and the key under which it need not run again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from okrlib.periods import Quarter
from okrlib.text import Locale

FailureKind = Literal["error", "kernel died", "timeout", "page", "worker"]


@dataclass(frozen=True, slots=True)
class PacketMeta:
    """What a page says about its origin; the same inputs give the same PacketMeta, so it holds no time of day.

    `store_title` and `labels` (such as "generated data") are already in the packet's language; fingerprints are
    SHA-256 in hex, and `sheet_fingerprint` is None when the store has no sheet for the quarter.
    """

    store: str
    store_title: str
    quarter: Quarter
    as_of: date
    locale: Locale
    data_version: str
    data_fingerprint: str
    code_version: str
    sheet_fingerprint: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why and where a packet failed; `cell_index` counts from 0 in the executed notebook.

    `name` is the exception's (``ValueError``), `message` its words, `traceback` the last lines without colours.
    Notebook and cell are None when no notebook is to blame, as when the page itself could not be drawn.
    """

    kind: FailureKind
    name: str
    message: str
    notebook: str | None = None
    cell_index: int | None = None
    cell_id: str | None = None
    traceback: str = ""
