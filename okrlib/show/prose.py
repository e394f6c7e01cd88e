"""Sentences that code has written: escaped paragraphs, and notices such as "no data" or "generated demo data"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from okrlib.show.palette import Level, in_notebook
from okrlib.show.table import shape


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs of plain text, shown as they are: no markup in them takes effect."""

    paragraphs: Sequence[str]

    def __html__(self) -> str:
        body = Markup("").join(Markup("<p>{}</p>").format(paragraph) for paragraph in self.paragraphs)
        return Markup('<div class="okr-passage">{}</div>').format(body)

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())


@dataclass(frozen=True, slots=True)
class Notice:
    """One remark set apart from the text, with the shape and colour of its level."""

    level: Level
    text: str

    def __html__(self) -> str:
        return _NOTICE.format(self.level, shape(self.level), self.text)

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())


_NOTICE = Markup('<div class="okr-notice okr-{}" role="note">{}<p>{}</p></div>')
