"""What a packet says about itself: where it comes from, whether it stands, and the key by which nothing runs twice."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256 as _sha256
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import okrlib
from okrlib.errors import DataError
from okrlib.periods import Quarter
from okrlib.text import Locale

FailureKind = Literal["error", "kernel died", "timeout", "page", "worker"]

# What reads, computes and draws: another version of one of these may give another page.
PACKAGES = (
    "babel", "deltalake", "duckdb", "holidays", "ipykernel", "jinja2", "matplotlib", "nbclient", "nbconvert", "nh3",
    "numpy", "pandas", "papermill", "pydantic", "seaborn",
)  # fmt: skip

PAGE_MODULES = {"appendix.py", "page.py", "sanitize.py", "words.py"}


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
    known_at: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class StderrNote:
    """What a notebook's cell wrote to stderr: no failure, but nothing to pass over either."""

    notebook: str
    cell_index: int
    cell_id: str
    text: str


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LastGood(_Frozen):
    """The packet that still stands although the latest run failed."""

    as_of: date
    finished_at: str
    page_sha256: str


class Inputs(_Frozen):
    """Everything that a packet is made from, known before it runs; hashes are SHA-256 in hex.

    `key` sums them up; `sheet` and `journal` are None where there is no such file; `data` is the lake's own account:
    ``{"versions": {table: number}, "fingerprint": text}``, as it is or as it was at `known_at`.
    """

    key: str = ""
    parameters: dict[str, str]
    known_at: datetime | None = None
    store_title: str
    notebooks: dict[str, str] = {}
    code: dict[str, str] = {}
    packages: dict[str, str] = {}
    params: str = ""
    sheet: str | None = None
    journal: str | None = None
    data: dict[str, Any] = {}


class Manifest(Inputs):
    """One run of one packet: what it was made from and how it ended; `timings` (seconds) and `finished_at` alone vary.

    `page_sha256` is that of the page this run wrote, the packet or the failure's; None when it could write neither.
    """

    status: Literal["ok", "failed"]
    finished_at: str
    error: Failure | None = None
    warnings: tuple[StderrNote, ...] = ()
    page_sha256: str | None = None
    summary: dict[str, Any] | None = None
    timings: dict[str, float] = {}
    last_good: LastGood | None = None

    def to_json(self) -> str:
        """Return the manifest as the text of its file: keys sorted, one value a line."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, indent=2, ensure_ascii=False) + "\n"

    @property
    def standing(self) -> LastGood | None:
        """The good packet that stands after this run, if there is one."""
        if self.status != "ok" or self.page_sha256 is None:
            return self.last_good
        as_of = date.fromisoformat(self.parameters["as_of"])
        return LastGood(as_of=as_of, finished_at=self.finished_at, page_sha256=self.page_sha256)


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest at `path`, None when there is none; a damaged one is a DataError."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as bad:
        raise DataError(f"{path}: not a manifest: {bad.errors()[0]['msg']}; run the packet again") from None


def packet_key(inputs: Inputs, meta: PacketMeta) -> str:
    """Return the SHA-256 of all that shapes the page; the lake's version numbers don't, its fingerprint does."""
    seen = inputs.model_dump(mode="json", exclude={"key", "data"})
    return sha256(json.dumps([seen, asdict(replace(meta, data_version=""))], sort_keys=True, default=str).encode())


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hex."""
    return _sha256(content).hexdigest()


def file_sha256(path: Path) -> str | None:
    """Return the SHA-256 of a file's bytes, None when there is no such file."""
    try:
        return sha256(path.read_bytes())
    except FileNotFoundError:
        return None


def code_state() -> dict[str, str]:
    """Return okrlib's version and the SHA-256 of all its files: of those that only draw the page, and of all others."""
    root = Path(okrlib.__path__[0])
    page, others = set[Path](), set[Path]()
    for path in root.rglob("*"):
        (page if _draws_page(path.relative_to(root)) else others).add(path)
    return {"version": okrlib.__version__, "sources": _tree_sha256(root, others), "page": _tree_sha256(root, page)}


def _draws_page(path: Path) -> bool:
    return path.parts[0] == "run" and (path.parts[1:2] == ("templates",) or path.name in PAGE_MODULES)


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape a page."""
    return {"python": sys.version.split()[0]} | {name: _version(name) for name in PACKAGES}


def params_files(home: Path) -> dict[Path, str]:
    """Return the SHA-256 of every file under `home`/params, by its path in there."""
    root = home / "params"
    return _files_sha256(root, root.rglob("*"))


def params_sha256(files: Mapping[Path, str], store: str) -> str:
    """Return the SHA-256 over `files` as far as `store` can see them: all but other stores' settings and sheets."""

    def seen(path: Path) -> bool:
        own = path.stem if path.parts[0] == "stores" else path.parts[1] if path.parts[0] == "okrs" else store
        return own == store

    return _summed({path: digest for path, digest in files.items() if seen(path)})


def write_atomically(path: Path, text: str) -> None:
    """Write `text` as UTF-8 so that a reader sees the old file or the new one, never a part; OSError where it can't."""
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write `content` so that a reader sees the old file or the new one, never a part; OSError where it can't.

    A temporary file left by a crash has a fixed name, so the next write replaces it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _tree_sha256(root: Path, paths: Iterable[Path]) -> str:
    return _summed(_files_sha256(root, paths))


def _files_sha256(root: Path, paths: Iterable[Path]) -> dict[Path, str]:
    files = (path for path in paths if not _is_litter(path.relative_to(root)) and path.is_file())
    return {path.relative_to(root): sha256(path.read_bytes()) for path in files}


def _summed(files: Mapping[Path, str]) -> str:
    return sha256("\n".join(f"{path.as_posix()} {files[path]}" for path in sorted(files)).encode())


def _is_litter(path: Path) -> bool:
    return path.suffix in {".lock", ".pyc"} or any(part.startswith(".") or part.endswith("~") for part in path.parts)
