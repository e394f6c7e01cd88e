"""The day on which the demo stores are seen: Double 11 is over, Black Friday still to come."""

from __future__ import annotations

from datetime import date

from okrlib.demo import STORES
from okrlib.errors import ParameterError
from okrlib.periods import Quarter
from okrlib.stores import Workbook

AS_OF = date(2026, 11, 22)
QUARTER = Quarter(2026, 4)


def demo_stores(workbook: Workbook) -> list[str]:
    """The demo stores that a workbook has; none is a ParameterError."""
    found = [name for name in STORES if name in workbook.stores()]
    if not found:
        raise ParameterError(
            f"{workbook.params / 'stores'}: no demo store here; okr init DIR makes a workbook with one"
        )
    return found
