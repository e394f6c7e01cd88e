"""What several parts of a page ask of the same days is computed once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class Keeps(Protocol):
    """Data that keep what was computed from them, for as long as they are open."""

    @property
    def computed(self) -> dict[Hashable, Any]:
        """Answers by what was asked."""


_Data = TypeVar("_Data", bound=Keeps)
_About = ParamSpec("_About")
_Answer = TypeVar("_Answer")


def once(ask: Callable[Concatenate[_Data, _About], _Answer]) -> Callable[Concatenate[_Data, _About], _Answer]:
    """Compute `ask` once for the same data and arguments, which must be hashable; for answers that nobody changes."""

    @wraps(ask)
    def kept(data: _Data, /, *about: _About.args, **named: _About.kwargs) -> _Answer:
        question = (ask, about, tuple(named.items()))
        if question not in data.computed:
            data.computed[question] = ask(data, *about, **named)
        answer: _Answer = data.computed[question]
        return answer

    return kept
