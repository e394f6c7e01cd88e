"""Unsaved edits kept on disk, in case the kernel goes: under its process's number, so that nobody takes up a living one's."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from okrlib.book import Book
from okrlib.okr import WorkingCopy


def keep(book: Book, copy: WorkingCopy) -> None:
    """Keep the edits of a working copy; without any, keep nothing."""
    path = _folder(book) / f"{_name(book)}.{os.getpid()}.yaml"
    if copy.edits:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(copy.kept(), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def left_behind(book: Book) -> list[Path]:
    """Unsaved edits of the Book's sheet whose kernel is gone."""
    found = sorted(_folder(book).glob(f"{_name(book)}.*.yaml"))
    return [path for path in found if not psutil.pid_exists(int(path.stem.rsplit(".", 1)[1]))]


def _folder(book: Book) -> Path:
    return book.workbook.home / ".okr" / "unsaved"


def _name(book: Book) -> str:
    return f"{book.store.store}.{book.quarter}"
