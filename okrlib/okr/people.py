"""Who is named in a sheet."""

from __future__ import annotations

from okrlib.okr.model import Sheet


def people_of(sheet: Sheet) -> tuple[str, ...]:
    """Return everybody who owns or takes part in something, each once, in the order of the sheet."""
    named: list[str | None] = []
    for objective in sheet.objectives:
        named += [objective.owner, *(kr.owner for kr in objective.key_results)]
        for task in objective.tasks:
            named += [task.owner, *task.participants]
    return tuple(dict.fromkeys(name for name in named if name))
