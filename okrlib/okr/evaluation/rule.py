"""The rule that a team has written down, ``params/evaluation.yaml``: what counts for how much, and what may be proposed.

Doerr (*Measure What Matters*), Google re:Work ("Set goals with OKRs") and Wodtke (*Radical Focus*) agree that
aspirational scores are not to be paid for; so only committed key results count, unless the rule says otherwise.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from okrlib.okr.fields import Model, NotNegative, Number
from okrlib.okr.refusals import refused
from okrlib.stores import Name
from okrlib.text import Text
from okrlib.yaml_files import parse_model, read_yaml

Part = Literal["key_results", "tasks", "teamwork"]
Mark = Literal["total", "key_results", "tasks", "teamwork"]
Span = Literal["quarter", "half", "year"]
Use = Literal["material", "recognition", "pay", "promotion", "training"]
PARTS: tuple[Part, ...] = get_args(Part)
MARKS: dict[Mark, Text] = {
    "total": Text("Total", "总分"),
    "key_results": Text("Key results", "关键结果"),
    "tasks": Text("Task quality", "任务质量"),
    "teamwork": Text("Teamwork", "协作"),
}
USES: dict[Use, Text] = {
    "material": Text("material incentive", "物质激励"),
    "recognition": Text("recognition", "精神激励"),
    "pay": Text("pay", "调薪"),
    "promotion": Text("promotion", "晋升"),
    "training": Text("training", "培训"),
}
SPANS: dict[Span, Text] = {
    "quarter": Text("quarter", "季度"),
    "half": Text("half-year", "半年度"),
    "year": Text("year", "年度"),
}
WARNING = Text(
    "The rule counts aspirational results too. The literature is of one mind on this (Doerr, Google re:Work, Wodtke): whoever is "
    "paid for stretch targets sets lower ones, and ambition is gone. Write counts: committed in params/evaluation.yaml.",
    "现行规则把挑战型结果也计入。业内文献对此看法一致（Doerr、Google re:Work、Wodtke）：挑战型得分一旦与奖金挂钩，人们就会把目标定低，"
    "挑战也就不存在了。建议在 params/evaluation.yaml 中写 counts: committed。",
)


def _both(value: Any) -> Any:
    return {"en": value, "zh": value} if isinstance(value, str) else value


Named = Annotated[Name, BeforeValidator(_both)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Proposal(Model):
    """What may be proposed, for which spans, and the conditions that must all hold; marks run from 0 to 1."""

    name: Named
    kind: Use
    per: tuple[Span, ...] = Field(min_length=1)
    at_least: dict[Mark, Share] = Field(default_factory=dict)
    below: dict[Mark, Share] = Field(default_factory=dict)
    breaches_at_most: int | None = Field(default=None, ge=0)
    quarters_at_least: int = Field(default=1, ge=1, le=4)
    ideas_at_least: int = Field(default=0, ge=0)
    size: Named | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.at_least or self.below or self.ideas_at_least):
            raise refused(f"proposal {self.name.en!r}: no condition; give at_least, below or ideas_at_least")
        return self


class Rule(Model):
    """How results are weighed. `breached_guardrail` and `late_task` are the share that each takes off."""

    counts: Literal["committed", "all"] = "committed"
    weights: dict[Part, NotNegative]
    breached_guardrail: Share
    late_task: Share
    proposals: tuple[Proposal, ...] = ()

    @model_validator(mode="after")
    def _weighs_key_results(self) -> Self:
        if not self.weights.get("key_results"):
            raise refused("weights: key results come first; give key_results a weight above 0")
        return self

    def weight(self, part: Part) -> Decimal:
        """Return the weight of a part; one that is not named counts for nothing."""
        return self.weights.get(part, Decimal(0))


def read_rule(path: Path) -> Rule:
    """Read a team's ``evaluation.yaml``; SheetError names file, line and value where it is wrong."""
    return parse_model(Rule, read_yaml(path), str(path))
