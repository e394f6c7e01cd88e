"""Where the whole company is going: the long, mid and short objectives of ``params/strategy.yaml``, which sheets serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from okrlib.errors import SheetError
from okrlib.okr.consistency import check_no_cycle
from okrlib.okr.fields import Model, NotNegative, QuarterName, Words
from okrlib.okr.model import Level, Objective
from okrlib.okr.refusals import refused
from okrlib.periods import Quarter
from okrlib.text import LOCALES, Locale
from okrlib.yaml_files import line_of, parse_model, read_yaml

Rate = Annotated[NotNegative, Field(gt=0)]


class CompanyObjective(Objective):
    """An objective of the company: the quarter it is for or the day it is due, and whose it is to serve it.

    Of horizon `short` it belongs to one `quarter`; longer ones are due on the day `until`. `stores` are those that are
    asked to serve it, with none named all of them.
    """

    level: Level = "company"
    quarter: QuarterName | None = None
    until: date | None = None
    stores: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _has_its_time(self) -> Self:
        if (self.horizon == "short") != (self.quarter is not None):
            raise refused(f"objective {self.id}: a quarter belongs to horizon short, and to no other: quarter: 2026Q4")
        if self.quarter and self.until:
            raise refused(f"objective {self.id}: it is due with {self.quarter}; remove until: {self.until}")
        if self.tasks:
            raise refused(f"objective {self.id}: tasks are planned in the sheet of a store; move them there")
        return self

    def concerns(self, store: str) -> bool:
        """Whether a store is asked to serve it."""
        return not self.stores or store in self.stores

    def in_force(self, quarter: Quarter) -> bool:
        """Whether it is pursued in a quarter: its own, or any that begins before it is due."""
        return self.quarter == quarter if self.quarter else self.until is None or self.until >= quarter.start


class Strategy(Model):
    """The company's objectives, since when they hold, and the rates at which other currencies are planned.

    Money is in `currency`; ``rates: {USD: 7.1}`` says that one dollar is planned as 7.1 of it.
    """

    currency: Words | None = None
    since: date | None = None
    rates: dict[str, Rate] = Field(default_factory=dict)
    objectives: tuple[CompanyObjective, ...] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        seen: set[str] = set()
        for name in self._ids():
            if name in seen:
                raise refused(f"id {name} is used twice; every objective and key result has its own")
            seen.add(name)
        check_no_cycle({o.id: (o.parent,) if o.parent else () for o in self.objectives}, "objective", "its own parent")
        return self

    def _ids(self) -> Iterator[str]:
        for objective in self.objectives:
            yield objective.id
            yield from (kr.id for kr in objective.key_results)

    def for_store(self, store: str, quarter: Quarter) -> tuple[CompanyObjective, ...]:
        """Return what a store is asked to serve in a quarter."""
        return tuple(one for one in self.objectives if one.concerns(store) and one.in_force(quarter))

    def rate(self, currency: str) -> Decimal | None:
        """Return what one unit of a currency is planned as; None where nobody wrote it down."""
        return Decimal(1) if currency == self.currency else self.rates.get(currency)


def read_strategy(path: Path, locale: Locale = "en") -> Strategy:
    """Read ``params/strategy.yaml``; without the file there is none. SheetError names file, line and value.

    What people wrote in both languages (``{en: …, zh: …}``) is taken in `locale`.
    """
    if not path.exists():
        return Strategy()
    tree = read_yaml(path)
    found = parse_model(Strategy, _in(tree, locale), str(path))
    known = {objective.id for objective in found.objectives}
    for n, objective in enumerate(found.objectives):
        if objective.parent and objective.parent not in known:
            line = line_of(tree, ("objectives", n, "parent"))
            raise SheetError(
                f"{path}:{line}: parent: {objective.parent} is no objective here: {', '.join(sorted(known))}",
                f"{path} 第 {line} 行：上级目标 {objective.parent} 不存在，可选 {'、'.join(sorted(known))}",
            )
    return found


def _in(tree: Any, locale: Locale) -> Any:
    """Put the words of one language in place, so that the tree still knows its lines."""
    if isinstance(tree, dict):
        if tree and set(tree) == set(LOCALES):
            return tree[locale]
        for key, value in tree.items():
            tree[key] = _in(value, locale)
    elif isinstance(tree, list):
        tree[:] = [_in(value, locale) for value in tree]
    return tree
