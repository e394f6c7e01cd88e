"""How good statements with a probability were, in one number."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean


def brier(said: Iterable[tuple[float, bool]]) -> float:
    """Return the mean of (probability - outcome)² (Brier 1950): 0 is perfect, 0.25 what a coin toss earns.

    Errors: StatisticsError where nothing was said.
    """
    return fmean((chance - came) ** 2 for chance, came in said)
