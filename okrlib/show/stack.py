"""Several parts shown one below the other by a single call."""

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
