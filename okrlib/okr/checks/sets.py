"""Checks on key results together: guardrails, lead and lag, duplicates."""

from __future__ import annotations

from collections.abc import Iterator

from okrlib.okr.checks.facts import Case, Finding
from okrlib.okr.model import KeyResult, Objective
from okrlib.text import Text


def check_sets(case: Case) -> Iterator[Finding]:
    """Check what key results make of each other."""
    for objective in case.sheet.objectives:
        yield from _guarded(case, objective)
        yield from _lead_and_lag(case, objective)
    yield from _no_duplicates(case)


def _guarded(case: Case, objective: Objective) -> Iterator[Finding]:
    volume = [kr for kr in objective.averaged if (facts := case.facts(kr)) and facts.volume]
    if volume and not any(kr.guardrail for kr in objective.key_results):
        name = case.name(volume[0])
        yield Finding(
            "warning",
            f"{objective.id}/key_results",
            Text(
                f"“{name.en}” is a volume goal without a guardrail beside it.",
                f"“{name.zh}”是规模目标，但没有配套的底线指标。",
            ),
            Text("volume can be bought with discounts, refunds or bad service", "规模可以靠打折、刷量或牺牲服务换来"),
            Text(
                "Add one with guardrail: true, such as a refund rate at most what it is now.",
                "请加一条 guardrail: true 的关键结果，例如退款率不高于现在的水平。",
            ),
        )


def _lead_and_lag(case: Case, objective: Objective) -> Iterator[Finding]:
    """Typed-in measures and milestones may be either, so they leave the question open."""
    known = [case.metrics.get(kr.metric) if kr.metric else None for kr in objective.averaged]
    leads = [facts.leads for facts in known if facts]
    if len(known) < 2 or len(leads) < len(known) or len(set(leads)) > 1:
        return
    missing = Text("lag", "结果性") if leads[0] else Text("lead", "过程性")
    example = Text("revenue", "净销售额") if leads[0] else Text("new buyers", "新买家数")
    yield Finding(
        "warning",
        f"{objective.id}/key_results",
        Text(f"The objective has no {missing.en} measure.", f"目标缺少{missing.zh}指标。"),
        Text(
            "lead measures warn in time, lag measures prove the result",
            "过程性指标可以提前预警，结果性指标才能证明成效",
        ),
        Text(f"Add one, such as {example.en}.", f"请补充一条，例如{example.zh}。"),
    )


def _no_duplicates(case: Case) -> Iterator[Finding]:
    first: dict[object, KeyResult] = {}
    for kr in case.sheet.key_results:
        if kr.metric is None and kr.measure is None:
            continue
        earlier = first.setdefault(kr.measures, kr)
        if earlier is not kr:
            yield Finding(
                "warning",
                kr.id,
                Text(f"It measures the same as {earlier.id}.", f"与 {earlier.id} 衡量的是同一个指标。"),
                Text(
                    "one number would count twice, or two targets contradict",
                    "同一个数会被重复计算，或出现两个互相矛盾的目标",
                ),
                Text("Keep one, or give one a filter of its own.", "请保留一条，或为其中一条设置不同的筛选范围。"),
            )
