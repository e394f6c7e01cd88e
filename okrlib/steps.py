"""The steps of a sheet's life as a person takes them: lock, change with reason, check in, decide, propose, close, learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from okrlib.analysis import outlook as look
from okrlib.book import Book
from okrlib.errors import SheetError
from okrlib.ingest.decode import as_declared, open_export
from okrlib.lake import Lake
from okrlib.okr import (
    Baseline,
    Cause,
    Changed,
    CheckIn,
    Decision,
    Feedback,
    Idea,
    Lesson,
    Locked,
    Minutes,
    Saved,
    Scored,
    Sheet,
    TaskUpdate,
    WorkingCopy,
    append,
    close,
    differences,
    edit_sheet,
    lock,
    record,
    record_change,
    require_unchanged,
    scorecard,
    store_journal,
)
from okrlib.okr.draft import draft_next
from okrlib.okr.journal import append_numbered
from okrlib.okr.plan import require_sound_tasks
from okrlib.okr.scoring import require_fitting
from okrlib.okr.survey import Imported, summarise
from okrlib.text import Locale
from okrlib.yaml_files import said

E = TypeVar("E", Cause, CheckIn, Decision, Feedback, Idea, Lesson, Minutes, TaskUpdate)
N = TypeVar("N", Decision, Idea)


def lock_sheet(book: Book, *, at: datetime, by: str) -> Locked:
    """Freeze the baselines and make the sheet binding.

    SheetError names a baseline that the data cannot give, a task that nobody owns or that leaves the quarter, or what
    the checks say must be mended: a frozen baseline cannot be mended any more.
    """
    sheet = _sheet(book)
    require_sound_tasks(sheet)
    for finding in book.findings:
        if finding.level == "error":
            raise SheetError(
                f"{_path(book)}: {finding.where}: {finding.says.en} {finding.remedy.en}",
                f"{finding.where}：{finding.says.zh}{finding.remedy.zh}",
            )
    event = lock(sheet, book.whole_journal, _baselines(book, sheet), at=at, by=by)
    record(_path(book), event)
    return event


def change_sheet(book: Book, reason: str, *, at: datetime, by: str) -> Changed:
    """Record how the sheet differs from what was last journalled, and why."""
    sheet = _sheet(book)
    require_sound_tasks(sheet)
    event = record_change(sheet, book.whole_journal, reason, at=at, by=by, baselines=_baselines(book, sheet))
    record(_path(book), event)
    return event


def save_sheet(book: Book, copy: WorkingCopy, *, at: datetime, by: str, reason: str | None = None) -> Saved | Changed:
    """Write a working copy into the sheet's file, and journal it: what is locked changes for a reason only.

    SheetError, and nothing written, when what is typed is no sound sheet, a reason is missing, or somebody else changed
    the file meanwhile.
    """
    sheet, journal = copy.sheet, store_journal(book.workbook, book.store, book.quarter)
    if copy.problem:
        raise SheetError(
            f"{copy.path}: {copy.problem.where}: {copy.problem.says.en}",
            f"{copy.problem.where}：{copy.problem.says.zh}",
        )
    event: Saved | Changed = Saved(at=at, by=by, sheet=sheet)
    if journal.sheet is not None and differences(journal.sheet, sheet):
        if not reason:
            raise SheetError(f"{copy.path}: locked; say why it is changed", "目标表已锁定，请填写修改原因")
        require_sound_tasks(sheet)
        event = record_change(sheet, journal, reason, at=at, by=by, baselines=_baselines(book, sheet))
    copy.became(edit_sheet(copy.path, copy.edits, read=copy.read))
    append(_journal_path(book), event)
    return event


def close_sheet(book: Book, *, at: datetime, by: str, anyway: bool = False) -> Scored:
    """Freeze the results as the data gives them; SheetError while the quarter runs, DataError (unless `anyway`) without its last days."""
    sheet = _sheet(book)
    if not book.over:
        raise SheetError(
            f"{_path(book)}: {book.quarter} runs until {book.quarter.end}; close it from that day on",
            f"{book.quarter} 到 {book.quarter.end} 才结束，当日起才能结束本季度",
        )
    require_unchanged(sheet, book.whole_journal)
    data_to, open_journal = book.last_day_scored(anyway=anyway), book.journal.reopened()
    card = scorecard(sheet, open_journal, book.readings, {}, book.as_of)
    _, fingerprint = Lake(book.workbook.warehouse, book.known_at).state(book.store.store)
    event = close(card, open_journal, data_fingerprint=fingerprint, at=at, by=by, data_to=data_to)
    record(_path(book), event)
    return event


def check_in(book: Book, key_result: str, *, at: datetime, by: str, **words: Any) -> CheckIn:
    """Journal what an owner says of a key result: confidence 0–10 and a narrative at least."""
    _require_known(book, "key result", key_result, [kr.id for kr in _sheet(book).key_results])
    if book.whole_journal.scored:
        raise SheetError(
            f"{_path(book)}: closed already; what comes after is a lesson", "本季度已结束，之后的内容请记为经验"
        )
    event = _event(CheckIn, {"at": at, "by": by, "key_result": key_result, **words})
    require_fitting(next(kr for kr in _sheet(book).key_results if kr.id == key_result), event.value)
    append(_journal_path(book), event)
    return event


def update_task(book: Book, task: str, *, at: datetime, by: str, **words: Any) -> TaskUpdate:
    """Journal how a task stands: status, what blocks it, what it took, how good it is; what is not said stays."""
    _require_known(book, "task", task, [one.id for one in _sheet(book).tasks])
    if not any(words.values()):
        raise SheetError(
            f"task {task}: nothing to record; say at least one thing of it, such as its status",
            f"任务 {task}：没有可记录的内容；请至少填写一项，例如进展",
        )
    event = _event(TaskUpdate, {"at": at, "by": by, "task": task, **words})
    append(_journal_path(book), event)
    return event


def decide(book: Book, says: str, *, at: datetime, by: str, **words: Any) -> Decision:
    """Journal a decision under the next free id."""
    _require_item(book, words.get("about"))
    said = {"at": at, "by": by, "says": says, **words}
    return append_numbered(_journal_path(book), "D", lambda name: _event(Decision, {"id": name, **said}))


def keep_minutes(book: Book, says: str, meeting: str, *, at: datetime, by: str, present: Sequence[str] = ()) -> Minutes:
    """Journal what was said in a meeting, and who was there."""
    _sheet(book)
    event = _event(Minutes, {"at": at, "by": by, "meeting": meeting, "says": says, "present": tuple(present)})
    append(_journal_path(book), event)
    return event


def propose(book: Book, says: str, author: str, *, at: datetime, by: str, **words: Any) -> Idea:
    """Journal an idea under the next free id, credited to its author."""
    _require_item(book, words.get("about"))
    said = {"at": at, "by": by, "says": says, "author": author, **words}
    return append_numbered(_journal_path(book), "I", lambda name: _event(Idea, {"id": name, **said}))


def give_feedback(book: Book, to: str, says: str, *, at: datetime, by: str, about: str | None = None) -> Feedback:
    """Journal what one person says to another."""
    _sheet(book)
    _require_item(book, about)
    event = _event(Feedback, {"at": at, "by": by, "to": to, "says": says, "about": about})
    append(_journal_path(book), event)
    return event


def follow_up(book: Book, kind: type[N], name: str, *, at: datetime, by: str, **words: Any) -> N:
    """Journal how a decision or an idea (`kind`) went on: what is not said of it stays as it was."""
    known = {one.id: one for one in book.whole_journal.of(kind)}
    _require_known(book, kind.__name__.lower(), name, list(known))
    _require_item(book, words.get("about"))
    said = {field: value for field, value in words.items() if value is not None}
    event = _event(kind, {**known[name].model_dump(exclude={"at", "by"}), "at": at, "by": by, **said})
    append(_journal_path(book), event)
    return event


def name_cause(book: Book, key_result: str, cause: str, *, at: datetime, by: str, says: str | None = None) -> Cause:
    """Journal why a key result fell short (one of eight causes); SheetError while the quarter still runs."""
    _require_known(book, "key result", key_result, [kr.id for kr in _sheet(book).key_results])
    if not book.over:
        raise SheetError(
            f"{_path(book)}: {book.quarter} runs until {book.quarter.end}; what blocks it is a check-in's",
            f"{book.quarter} 到 {book.quarter.end} 才结束；进行中的受阻原因请写在周报里",
        )
    if book.whole_journal.locked is None:
        raise SheetError(
            f"{_path(book)}: a draft, never locked: nothing was promised that could fall short",
            "还是草稿，从未锁定：没有承诺过的事，谈不上未达标",
        )
    event = _event(Cause, {"at": at, "by": by, "key_result": key_result, "cause": cause, "says": says})
    append(_journal_path(book), event)
    return event


def learn(book: Book, about: str, verdict: str, *, at: datetime, by: str, says: str | None = None) -> Lesson:
    """Journal a lesson about an objective, key result or task: keep, change or drop it next quarter, and why."""
    _require_item(book, about)
    event = _event(Lesson, {"at": at, "by": by, "about": about, "verdict": verdict, "says": says})
    append(_journal_path(book), event)
    return event


def import_survey(book: Book, path: Path, name: str, *, at: datetime, by: str) -> Imported:
    """Journal the means of a survey (CSV, TSV or XLSX, one person a row); no person's answers are kept.

    DataError when too few people answered, or the file cannot be read.
    """
    _sheet(book)
    export = as_declared(open_export(path), None)
    found = summarise(name, ((row[0], row[1]) for row in export.records(export.delimiters()[0])), at=at, by=by)
    append(_journal_path(book), found.event)
    return found


def write_next(book: Book, locale: Locale) -> Path:
    """Write a draft sheet for the quarter after a closed one, and return its path; one that is there is not touched."""
    sheet = _sheet(book)
    path = book.workbook.sheet_path(book.store.store, book.quarter.next)
    text = draft_next(sheet, book.whole_journal, locale)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise SheetError(
            f"{path}: is there already; a draft is written only where there is no sheet yet",
            f"{path} 已存在；只有还没有目标表时才会生成草稿",
        ) from None
    return path


def _require_item(book: Book, name: str | None) -> None:
    if name is not None:
        sheet = _sheet(book)
        items = (sheet.objectives, sheet.key_results, sheet.tasks)
        _require_known(book, "item", name, [one.id for group in items for one in group])


def _require_known(book: Book, what: str, name: str, known: list[str]) -> None:
    if name not in known:
        listed = f"expected one of {', '.join(known)}" if known else "there is none yet"
        chinese = f"可选 {'、'.join(known)}" if known else "目前一项也没有"
        raise SheetError(
            f"{_path(book)}: {what} {name!r}: {listed}", f"没有编号为 {name or '（空）'} 的内容；{chinese}"
        )


def _event(kind: type[E], words: Mapping[str, Any]) -> E:
    """Make an event of what was given; the first thing wrong with it is a SheetError."""
    try:
        return kind(**{name: value for name, value in words.items() if value is not None})
    except ValidationError as bad:
        first = bad.errors()[0]
        where, says = ".".join(str(step) for step in first["loc"]), said(first)
        found = f"{first['input']!r}"
        raise SheetError(f"{where}: {says.en} (found {found})", f"{says.zh}（填写内容：{found}）") from None


def _baselines(book: Book, sheet: Sheet) -> dict[str, Baseline]:
    _, fingerprint = Lake(book.workbook.warehouse, book.known_at).state(book.store.store)
    found, missing = look.baselines(book.data, sheet, book.as_of, fingerprint)
    for name, reason in missing.items():
        kr = next(kr for kr in sheet.key_results if kr.id == name)
        if kr.kind == "reach":
            raise SheetError(
                f"{_path(book)}: key result {name}: baseline {kr.baseline}: {reason.en}; type a number instead",
                f"关键结果 {name}：无法计算基线（{reason.zh}），请直接填写数字",
            )
    return found


def _sheet(book: Book) -> Sheet:
    if book.sheet is None:
        raise SheetError(
            f"{_path(book)}: no such file; write the quarter's sheet there first (README shows one)",
            "本季度还没有目标表，请先填写并保存目标",
        )
    return book.sheet


def _journal_path(book: Book) -> Path:
    return book.workbook.journal_path(book.store.store, book.quarter)


def _path(book: Book) -> Path:
    return book.workbook.sheet_path(book.store.store, book.quarter)
