"""Pages for one pair of eyes: in the packet's look, but in a folder that nobody else can read and git passes over."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from okrlib.run import words
from okrlib.run.page import render_page
from okrlib.text import HTML_LANG, Locale, Text, day

FOLDER = "private"
PRIVATE = Text("Private: for the two of you only", "仅供面谈双方，请勿转发")


class Part(Protocol):
    """Anything that can be shown; its own text is escaped."""

    def __html__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one store has to tell as of a day: headings and what stands under them."""

    title: str
    as_of: date
    parts: Sequence[tuple[str, Part]]


def render_private(
    eyebrow: str, heading: str, term: str, chapters: Sequence[Chapter], locale: Locale, private: Text = PRIVATE
) -> str:
    """Return a self-contained page about a term, marked `private`; the same chapters give the same text."""
    seen = words.PACKET["as_of"].in_(locale)
    shown = [
        {"title": chapter.title, "as_of": f"{seen} {day(chapter.as_of, locale)}", "parts": chapter.parts}
        for chapter in chapters
    ]
    return render_page(
        "private.html.j2", HTML_LANG[locale], f"{heading} · {term}", f"{heading} · {term} · {private.in_(locale)}",
        eyebrow=eyebrow, heading=heading, term=term, chapters=shown, private=private.in_(locale),
        contents=words.PACKET["contents"].in_(locale),
    )  # fmt: skip


def write_private(home: Path, term: str, name: str, page: str) -> Path:
    """Write a page to ``private/<term>/<name>.html``: the folders are their owner's alone (0700), the page too."""
    top = home / FOLDER
    folder = top / term
    for part in (top, folder):
        part.mkdir(mode=0o700, exist_ok=True)
        part.chmod(0o700)  # also where it was made by hand
    (top / ".gitignore").write_text("*\n", encoding="utf-8")
    path = folder / f"{_file_name(name)}.html"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(page)
    return path


def _file_name(name: str) -> str:
    """Leave letters of any script and digits; everything else, above all a slash, becomes an underscore."""
    return re.sub(r"[^\w.-]+", "_", name).lstrip(".") or "_"
