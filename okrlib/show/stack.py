"""Several parts shown one below the other by a single call, or folded away until somebody wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from okrlib.show.palette import in_notebook


class Part(Protocol):
    """Anything that can be shown: a chart, a table, a notice."""

    def __html__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts in the order they are read; none at all shows nothing."""

    parts: Sequence[Part]

    def __html__(self) -> str:
        return Markup("").join(Markup(part.__html__()) for part in self.parts)  # noqa: S704  # parts escape their own text

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__()) if self.parts else ""


@dataclass(frozen=True, slots=True)
class Fold:
    """Detail that is folded away under one line until a reader wants it; paper shows it open."""

    title: str
    parts: Sequence[Part]

    def __html__(self) -> str:
        body = Markup("").join(Markup(part.__html__()) for part in self.parts)  # noqa: S704  # parts escape their own text
        return Markup('<details class="okr-fold"><summary>{}</summary>{}</details>').format(self.title, body)

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())


def first_of(parts: Sequence[Part], shown: int, rest: str) -> Stack:
    """Stack the first `shown` parts; the others, if any, are folded under the line `rest`."""
    return Stack([*parts[:shown], *([Fold(rest, parts[shown:])] if len(parts) > shown else [])])
