"""Who there is to do the work, and with what: people, money and goods, as ``params/team.yaml`` has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainSerializer, PlainValidator, model_validator

from okrlib.errors import ParameterError, SheetError
from okrlib.okr.fields import Id, Model, NotNegative, QuarterName, Words
from okrlib.okr.refusals import refused
from okrlib.periods import Period, Quarter, parse_day
from okrlib.yaml_files import line_of, parse_model, read_yaml

WORKING_DAYS = 5  # Monday to Friday; what is worked at weekends is part of `days_a_week`


def _days(value: object) -> Period:
    try:
        first, _, last = str(value).partition("..")
        return Period(parse_day(first.strip()), parse_day((last or first).strip()))
    except ParameterError:
        raise refused("expected a day or its span, such as 2026-10-01 or 2026-10-01..2026-10-07") from None


Days = Annotated[Period, PlainValidator(_days), PlainSerializer(str)]


class Person(Model):
    """Somebody with `days_a_week` to give to the plan, beside the daily business; `away` are days off."""

    name: Words
    days_a_week: Annotated[NotNegative, Field(le=7)]
    away: tuple[Days, ...] = ()


class Team(Model):
    """People who work together, for the `stores` named or, with none named, for all."""

    name: Words
    stores: tuple[Words, ...] = ()
    holidays: tuple[Days, ...] = ()
    people: tuple[Person, ...] = ()

    def working_days(self, person: Person, period: Period) -> int:
        """Count the days from Monday to Friday on which a person is there."""
        off = (*self.holidays, *person.away)
        return sum(day.weekday() < WORKING_DAYS and not any(day in days for days in off) for day in period)

    def capacity(self, person: Person, period: Period) -> Decimal:
        """Return the person-days that somebody has for the plan in a period."""
        return person.days_a_week * self.working_days(person, period) / WORKING_DAYS


class Budget(Model):
    """Money for a team or for an objective in one quarter, in the store's currency."""

    store: Words
    quarter: QuarterName
    team: Words | None = None
    objective: Id | None = None
    money: NotNegative

    @model_validator(mode="after")
    def _is_somebodys(self) -> Self:
        if (self.team is None) == (self.objective is None):
            raise refused("a budget is a team's or an objective's: give one of the two")
        return self


@dataclass(frozen=True, slots=True)
class Goods:
    """So many pieces of something, as people write it: ``礼盒 1,200 套``, ``1,200 gift boxes``."""

    name: str
    quantity: Decimal
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Goods | None:
        """Read a name, a quantity and a unit, the unit left out where the quantity comes first; else None."""
        after = re.fullmatch(r"(\D*\S)\s+([\d,]*\d)\s*(\D*)", text.strip())
        before = re.fullmatch(r"([\d,]*\d)\s*(\D+)", text.strip())
        found = (after[1], after[2], after[3]) if after else (before[2], before[1], "") if before else None
        return None if found is None else cls(found[0], Decimal(found[1].replace(",", "")), found[2])


def _goods(value: object) -> Goods:
    found = Goods.parse(str(value))
    if found is None:
        raise refused("expected a name and a quantity, such as 礼盒 1,200 套 or 1,200 gift boxes")
    return found


class Stock(Model):
    """Goods that there are for the plan of one quarter."""

    store: Words
    quarter: QuarterName
    goods: Annotated[Goods, PlainValidator(_goods)]


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the team they belong to."""

    person: Person
    team: Team

    def capacity(self, period: Period) -> Decimal:
        """Return the person-days there are in a period."""
        return self.team.capacity(self.person, period)


class Resources(Model):
    """Everybody and everything that plans may draw on."""

    teams: tuple[Team, ...] = ()
    budgets: tuple[Budget, ...] = ()
    goods: tuple[Stock, ...] = ()

    @cached_property
    def members(self) -> dict[str, Member]:
        """Everybody by name."""
        return {person.name: Member(person, team) for team in self.teams for person in team.people}

    def teams_of(self, store: str) -> tuple[Team, ...]:
        """Return the teams that work for a store."""
        return tuple(team for team in self.teams if not team.stores or store in team.stores)

    def money(self, store: str, quarter: Quarter, whose: Literal["team", "objective"]) -> dict[str, Decimal]:
        """Return the budgets of a store's quarter by team or by objective; several lines of one add up."""
        found: dict[str, Decimal] = {}
        for budget in self.budgets:
            name = budget.team if whose == "team" else budget.objective
            if name and (budget.store, budget.quarter) == (store, quarter):
                found[name] = found.get(name, Decimal(0)) + budget.money
        return found

    def stock(self, store: str, quarter: Quarter) -> tuple[Goods, ...]:
        """Return the goods there are for a store's quarter."""
        return tuple(line.goods for line in self.goods if (line.store, line.quarter) == (store, quarter))


def read_resources(path: Path) -> Resources:
    """Read ``params/team.yaml``; without the file nothing is known. SheetError names file, line and value."""
    if not path.exists():
        return Resources()
    tree = read_yaml(path)
    found = parse_model(Resources, tree, str(path))
    seen: set[str] = set()
    for place, name in _names(found):
        if name in seen:
            raise SheetError(
                f"{path}:{line_of(tree, place)}: {name} stands here twice; every team and person has a name of their own",
                f"{path} 第 {line_of(tree, place)} 行：{name} 重复；团队和人员不能重名",
            )
        seen.add(name)
    return found


def _names(resources: Resources) -> Iterator[tuple[tuple[Any, ...], str]]:
    for i, team in enumerate(resources.teams):
        yield ("teams", i), team.name
        for j, person in enumerate(team.people):
            yield ("teams", i, "people", j), person.name
