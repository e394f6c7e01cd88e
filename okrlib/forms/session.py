"""A sheet in somebody's hands: the working copy, the Book it is checked against, and the forms that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from okrlib.analysis import outlook as look
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.starts import Start, starts
from okrlib.analysis.targets import Ambition, Meter, meter
from okrlib.book import Book
from okrlib.cli.app import now, who
from okrlib.forms.unsaved import keep
from okrlib.okr import (
    Baseline,
    Changed,
    Edit,
    Finding,
    KeyResult,
    Locked,
    Objective,
    Reading,
    Saved,
    Sheet,
    WorkingCopy,
    store_journal,
)
from okrlib.steps import lock_sheet, save_sheet
from okrlib.text import Locale, Text

_OPEN: dict[Path, Session] = {}


def session(book: Book) -> Session:
    """Return the session of the Book's sheet in this kernel; one that is open already goes on with the new Book."""
    path = book.workbook.sheet_path(book.store.store, book.quarter)
    found = _OPEN.get(path)
    if found is None:
        found = _OPEN[path] = Session(book, path)
    else:
        found.reopen(book)
    return found


def forget() -> None:
    """Forget all sessions, as a new kernel would."""
    _OPEN.clear()


class Session:
    """One sheet being edited in this kernel by one person; every form of the sheet shows the same working copy."""

    def __init__(self, book: Book, path: Path) -> None:
        self.copy = WorkingCopy(path)
        self.by = who(None)
        self.listeners: list[Callable[[], None]] = []
        self._readings: dict[tuple[Any, ...], Reading] = {}
        self._baselines: dict[tuple[Any, ...], Baseline | Text | None] = {}
        self._starts: dict[tuple[Any, ...], Start | None] = {}
        self._meters: dict[tuple[Any, ...], Meter | Text] = {}
        self._findings: list[Finding] | None = None
        self._held = False
        self.book = book

    def reopen(self, book: Book) -> None:
        """Go on with another Book of the same sheet: another day, another language, newer data."""
        if not self.copy.changed:
            self.copy = WorkingCopy(self.copy.path)
        for known in (self._readings, self._baselines, self._starts, self._meters):
            known.clear()
        self.book = book
        self._changed()

    @property
    def locale(self) -> Locale:
        """The language of the forms."""
        return self.book.locale

    def say(self, text: Text, **values: object) -> str:
        """Return `text` in the language of the forms."""
        return self.book.say(text, **values)

    def edit(self, *edits: Edit) -> None:
        """Change the working copy and tell every form; removing what is not there is no change."""
        wanted = [edit for edit in edits if edit[1] is not None or self.value(edit[0]) is not None]
        if wanted:
            self.copy.edit(*wanted)
            self._changed()

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Let all edits made inside be undone as one, and tell the forms of them once."""
        self._held = True
        try:
            with self.copy.one_step():
                yield
        finally:
            self._held = False
            self._changed()

    def undo(self) -> None:
        """Take back the last step."""
        self.copy.undo()
        self._changed()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.copy.redo()
        self._changed()

    def _changed(self) -> None:
        self._findings = None
        if self._held:
            return
        keep(self.book, self.copy)
        for listener in list(self.listeners):
            listener()

    def value(self, place: str) -> Any:
        """Return what is typed at a place (an id and a field, or an id); None where nothing is."""
        first, *rest = place.split("/")
        node: Any = next((item for item in self._items() if item["id"] == first), None)
        node, rest = (self.copy.typed, [first, *rest]) if node is None else (node, rest)
        for step in rest:
            if isinstance(node, list) and step.isdecimal():
                node = node[int(step)] if int(step) < len(node) else None
            else:
                node = node.get(step) if isinstance(node, dict) else None
        return node

    def _items(self) -> Iterator[dict[str, Any]]:
        for objective in self.copy.typed.get("objectives") or ():
            yield objective
            for name in ("key_results", "tasks"):
                yield from objective.get(name) or ()

    def next_ids(self, prefix: str, number: int) -> list[str]:
        """Return the first ids with this prefix that nothing has: ``O3`` for ``O``, ``O1.4`` for ``O1.``."""
        taken = {item["id"] for item in self._items()}
        return [name for n in range(1, len(taken) + number + 1) if (name := f"{prefix}{n}") not in taken][:number]

    def next_id(self, prefix: str) -> str:
        """Return the first id with this prefix that nothing has."""
        return self.next_ids(prefix, 1)[0]

    @property
    def working(self) -> Book:
        """The Book as if the working copy were saved, with what has been read of the data so far."""
        sheet = self.copy.sheet
        book, own = replace(self.book, sheet=sheet), {sheet.store: sheet}
        measured = [kr for kr in sheet.key_results if kr.metric in CATALOGUE]
        begun = {kr.id: start for kr in sheet.key_results if (start := self._start(kr))}
        ambitions = {kr.id: found for kr in measured if (found := self._ambition(kr)) is not None}
        known: dict[str, Any] = {"readings": {kr.id: self.reading(kr) for kr in measured}}
        known |= {"starts": begun, "startless": {kr.id: why for kr in measured if (why := self._startless(kr))}}
        known |= {"matters": self.book.matters, "cascade": replace(self.book.cascade, sheets=own)}
        book.__dict__.update(known | {"ambitions": ambitions, "intended": sheet})
        return book

    @property
    def findings(self) -> list[Finding]:
        """What the checks say of the working copy; what is unsound comes first."""
        if self._findings is None:
            problem = self.copy.problem
            unsound = [Finding("error", problem.where, problem.says, _WHY, _MEND)] if problem else []
            self._findings = [*unsound, *self.working.findings]
        return self._findings

    def reading(self, kr: KeyResult) -> Reading:
        """Return what the data gives for a key result today, computed once for each metric, filter and due day."""
        period = look.kr_period(self.copy.sheet, kr)
        key = (*kr.measures, period)
        if key not in self._readings:
            self._readings[key] = look.reading(self.book.data, kr, period)
        return self._readings[key]

    def baseline(self, kr: KeyResult) -> Baseline | Text | None:
        """Return where a key result starts: frozen, typed, or as its rule has it today; a Text says why there is none."""
        if frozen := self.book.whole_journal.baselines.get(kr.id):
            return frozen
        if kr.baseline is None or isinstance(kr.baseline, Decimal):
            return None if kr.baseline is None else Baseline(value=kr.baseline)
        key = (*kr.measures, kr.baseline)
        if key not in self._baselines:
            found, missing = look.baselines(self.book.data, self._alone(kr), self.book.as_of, "")
            self._baselines[key] = found.get(kr.id) or missing.get(kr.id)
        return self._baselines[key]

    def _startless(self, kr: KeyResult) -> Text | None:
        """Say why the data give no start where a way needs one."""
        start = self.baseline(kr) if kr.kind == "reach" else None
        return start if isinstance(start, Text) else None

    def _start(self, kr: KeyResult) -> Start | None:
        """Return where a key result starts, with what is unusual about its days: looked for once for each baseline."""
        key = (*kr.measures, self.baseline(kr))
        if key not in self._starts:
            found = starts(self.book.data, self._alone(kr), self.book.whole_journal, self.book.as_of)
            self._starts[key] = found.get(kr.id)
        start = self._starts[key]
        return replace(start, key_result=kr) if start else None

    def _alone(self, kr: KeyResult) -> Sheet:
        """Return the working copy's sheet with nothing in it but one key result."""
        only = Objective(id="O", title="O", key_results=(kr.model_copy(update={"weight": None}),))
        return self.copy.sheet.model_copy(update={"objectives": (only,)})

    def meter(self, kr: KeyResult) -> Meter | Text:
        """Return the ambition meter of a key result's metric, laid out once; a Text says why there is none."""
        key = self._meter_key(kr)
        if key not in self._meters:
            self._meters[key] = meter(self.book.data, str(kr.metric), kr.where.items, key[-1], self.book.policy)
        return self._meters[key]

    def _meter_key(self, kr: KeyResult) -> tuple[Any, ...]:
        return (*kr.measures, look.kr_period(self.copy.sheet, kr))

    def _ambition(self, kr: KeyResult) -> Ambition | None:
        """Read the meter where it is laid out already: a keystroke does not wait for a forecast."""
        known = self._meter_key(kr) in self._meters and kr.target is not None
        found = self.ambition(kr) if known else None
        return found if isinstance(found, Ambition) else None

    def ambition(self, kr: KeyResult) -> Ambition | Text:
        """Read the meter for a key result's target."""
        found, start = self.meter(kr), self.baseline(kr)
        return (
            found.read(kr, start.value if isinstance(start, Baseline) else None) if isinstance(found, Meter) else found
        )

    @property
    def needs_reason(self) -> bool:
        """Whether the sheet is binding, so that a change needs a reason."""
        return self.book.whole_journal.locked is not None

    def save(self, reason: str | None = None) -> None:
        """Write the working copy and journal it; SheetError, and nothing written, where `save_sheet` refuses."""
        save_sheet(self.book, self.copy, at=now(), by=self.by, reason=reason)
        self._read_journal()

    def record(self, step: Callable[..., object], *about: Any, **words: Any) -> None:
        """Take a step that journals something, now and in this person's name; what the step refuses is an OkrError."""
        self._read_journal()
        step(replace(self.book, sheet=self.copy.base), *about, at=now(), by=self.by, **words)
        self._read_journal()

    def lock(self) -> Locked:
        """Make the saved sheet binding; SheetError says what stands against it."""
        self._read_journal()
        event = lock_sheet(replace(self.book, sheet=self.copy.base), at=now(), by=self.by)
        self.copy = WorkingCopy(self.copy.path)
        self._read_journal()
        return event

    def _read_journal(self) -> None:
        journal = store_journal(self.book.workbook, self.book.store, self.book.quarter)
        self.book = replace(self.book, sheet=self.copy.base, journal=journal.until(self.book.as_of))
        self.book.__dict__["whole_journal"] = journal
        self._changed()

    @property
    def versions(self) -> tuple[Locked | Changed | Saved, ...]:
        """The sheet as it was, latest first."""
        return self.book.whole_journal.versions[::-1]

    def restore(self, version: Locked | Changed | Saved) -> None:
        """Edit the working copy so that it says again what a version said; it can be undone, and is yet to be saved."""
        self.copy.restore(version.sheet)
        self._changed()

    def reread(self, *, keep: bool) -> None:
        """Begin anew from the file as somebody else left it, the own edits kept on top or not."""
        self.copy.reread(keep=keep)
        self._read_journal()

    def take_up(self, path: Path) -> None:
        """Do the unsaved edits of a kernel that is gone again; SheetError if the sheet has no place for them by now."""
        self.copy.take_up(path.read_text(encoding="utf-8"))
        path.unlink()
        self._changed()


_WHY = Text("the sheet cannot be saved or locked like this", "这样无法保存或锁定目标表")
_MEND = Text("Mend it, or undo.", "请修改，或撤销。")
