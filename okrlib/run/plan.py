"""What goes into each packet, read once, and whether the packet on disk is made of just that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from okrlib.errors import DataError
from okrlib.run.execute import Task
from okrlib.run.jobs import Job, Limits, load_notebooks
from okrlib.run.kept import run_key
from okrlib.run.manifest import (
    Inputs,
    Manifest,
    PacketMeta,
    code_state,
    file_sha256,
    package_versions,
    packet_key,
    params_files,
    params_sha256,
    read_manifest,
    sha256,
)
from okrlib.stores import Store, Workbook
from okrlib.text import Text

GENERATED = Text("generated data", "模拟数据")

_PARTS = {
    "sheet": "the sheet changed",
    "journal": "the journal changed",
    "params": "files under params/ changed",
}

DataState = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Plan:
    """A job with all that goes into it."""

    task: Task
    inputs: Inputs

    @cached_property
    def before(self) -> Manifest | None:
        """The manifest of the run before; a damaged one counts as none, for this run replaces it."""
        try:
            return read_manifest(self.manifest)
        except DataError:
            return None

    @property
    def manifest(self) -> Path:
        """Where the manifest lies."""
        return self.folder / f"manifest.{self.task.job.locale}.json"

    @property
    def folder(self) -> Path:
        """Where the packet and its manifest lie."""
        return self.task.job.folder(self.task.home)

    def page(self, kind: Literal["packet", "failed"]) -> Path:
        """Where the page of that kind lies."""
        return self.folder / f"{kind}.{self.task.job.locale}.html"

    @property
    def stands(self) -> bool:
        """Whether the packet on disk is the one that a run would make."""
        return not self.reasons

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why a run is needed, in words; none when the packet on disk is the one that it would make."""
        before = self.before
        if before is None:
            return ("there is no packet yet, or its manifest is damaged",)
        if before.status != "ok":
            return ("the last run failed",)
        if before.key != self.inputs.key:
            return tuple(_changes(before, self.inputs)) or ("the store's title or its labels changed",)
        if before.page_sha256 != file_sha256(self.page("packet")):
            return ("the page is missing or was edited",)
        return ()


def _changes(before: Inputs, after: Inputs) -> Iterator[str]:
    """Yield what is another than it was, part by part."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    if old["parameters"]["as_of"] != new["parameters"]["as_of"]:
        yield f"the as-of day moved from {old['parameters']['as_of']} to {new['parameters']['as_of']}"
    if old["known_at"] != new["known_at"]:
        yield f"what counts as known moved from {old['known_at'] or 'all'} to {new['known_at'] or 'all'}"
    for part, words in (("notebooks", "notebook"), ("packages", "package")):
        names = sorted(old[part].keys() | new[part].keys())
        yield from (f"{words} {name} changed" for name in names if old[part].get(name) != new[part].get(name))
    for part, words in _PARTS.items():
        if old[part] != new[part]:
            yield words
    if old["data"].get("fingerprint") != new["data"].get("fingerprint"):
        yield "the data changed"
    if old["code"].get("sources") != new["code"].get("sources"):
        yield "okrlib changed"
    elif old["code"].get("page") != new["code"].get("page"):
        yield "the page's template changed: notebooks need not run"


class Planner:
    """Reads what goes into the packets of the workbook `home`: once for all of them, or once per store."""

    def __init__(self, home: Path, data_state: DataState, limits: Limits, renderer: str, *, anew: bool = False) -> None:
        self.anew = anew
        self.book, self.notebooks, self.data_state = Workbook(home), load_notebooks(home), data_state
        self.limits, self.renderer = limits, renderer
        self.code, self.packages, self.params = code_state(), package_versions(), params_files(home)
        self.stores: dict[str, tuple[Store, Mapping[str, Any], str]] = {}

    def plan(self, job: Job) -> Plan:
        """Return what `job` would run with; ParameterError for a store that the workbook doesn't have."""
        store, data, params = self._store(job.store)
        inputs = Inputs(
            parameters=job.parameters,
            known_at=job.known_at,
            store_title=store.name(job.locale),
            notebooks={notebook.name: notebook.sha256 for notebook in self.notebooks},
            code=self.code,
            packages=self.packages,
            params=params,
            sheet=file_sha256(self.book.sheet_path(job.store, job.quarter)),
            journal=file_sha256(self.book.journal_path(job.store, job.quarter)),
            data=dict(data),
        )
        meta = _meta(job, store, inputs)
        inputs = inputs.model_copy(update={"key": packet_key(inputs, meta)})
        keys = {notebook.name: run_key(inputs, notebook) for notebook in self.notebooks}
        limits = self.limits.on(store.engine)
        task = Task(job, self.book.home, self.notebooks, keys, meta, limits, self.renderer, self.anew)
        return Plan(task, inputs)

    def _store(self, name: str) -> tuple[Store, Mapping[str, Any], str]:
        if name not in self.stores:
            params = params_sha256(self.params, name)
            self.stores[name] = (self.book.store(name), self.data_state(name), params)
        return self.stores[name]


def _meta(job: Job, store: Store, inputs: Inputs) -> PacketMeta:
    versions = inputs.data.get("versions", {})
    return PacketMeta(
        store=job.store,
        store_title=inputs.store_title,
        quarter=job.quarter,
        as_of=job.as_of,
        locale=job.locale,
        data_version=", ".join(f"{table} {versions[table]}" for table in sorted(versions)),
        data_fingerprint=str(inputs.data.get("fingerprint", "")),
        code_version=f"{inputs.code['version']}+{sha256(''.join(inputs.code.values()).encode())[:12]}",
        sheet_fingerprint=inputs.sheet,
        labels=(GENERATED.in_(job.locale),) if store.generated else (),
        known_at=job.known_at,
    )
