"""Checks on one key result: specific, measurable, achievable, relevant, time-bound; a result, not an activity."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from decimal import Decimal

from okrlib.okr.checks.facts import Case, Finding, amount
from okrlib.okr.checks.words import counts_activities, says_as_usual, starts_with_activity
from okrlib.okr.model import KeyResult, Objective
from okrlib.periods import Period
from okrlib.text import Text, day, percent

UNCHANGED = Decimal("0.01")  # a target this near its baseline asks for nothing new


def check_key_results(case: Case) -> Iterator[Finding]:
    """Check every key result by itself."""
    for objective in case.sheet.objectives:
        for kr in objective.key_results:
            yield from _specific(case, kr)
            yield from _measurable(kr)
            yield from _usual_start(case, kr)
            yield from _forwards(case, kr)
            yield from _achievable(case, kr)
            yield from _relevant(case, objective, kr)
            yield from _in_time(case, objective, kr)
            yield from _a_result(kr)
            yield from _stretching(case, kr)
            yield from _ratio_in_full(case, kr)


def _specific(case: Case, kr: KeyResult) -> Iterator[Finding]:
    why = Text("without one definition two people read two numbers", "没有统一口径，同一条关键结果会有两种解读")
    if "metric or measure" in kr.missing:
        says = Text("What is measured is not defined.", "没有说明衡量的是什么。")
        remedy = Text(
            "Name a metric of the catalogue, or a measure with definition and unit.",
            "请填写指标库中的指标，或自定义指标及其口径和单位。",
        )
        yield Finding("error", f"{kr.id}/metric", says, why, remedy)
    elif kr.metric and kr.metric not in case.metrics:
        near = difflib.get_close_matches(kr.metric, case.metrics, n=3, cutoff=0.5)
        says = Text(f"Metric {kr.metric} is not in the catalogue.", f"指标库中没有 {kr.metric}。")
        remedy = (
            Text(f"Did you mean {' or '.join(near)}?", f"您要填的是不是 {' 或 '.join(near)}？")
            if near
            else Text("Choose one of the catalogue, or define a measure.", "请从指标库中选择，或自定义指标。")
        )
        yield Finding("error", f"{kr.id}/metric", says, why, remedy)


_FIELDS = {
    "baseline": Text("a baseline", "基线（baseline）"),
    "target": Text("a target", "目标值（target）"),
    "band": Text("a band", "目标区间（band）"),
    "milestones": Text("milestones", "里程碑（milestones）"),
    "title": Text("a title", "标题（title）"),
}


def _measurable(kr: KeyResult) -> Iterator[Finding]:
    for name in kr.missing:
        if field := _FIELDS.get(name):
            yield Finding(
                "error",
                f"{kr.id}/{name}",
                Text(f"The key result lacks {field.en}.", f"关键结果缺少{field.zh}。"),
                Text("progress is counted from somewhere to somewhere", "没有起点和终点就无法计算进度"),
                Text(f"Add {field.en}.", f"请补充{field.zh}。"),
            )


def _usual_start(case: Case, kr: KeyResult) -> Iterator[Finding]:
    for says in case.unusual.get(kr.id, ()):
        yield Finding(
            "warning",
            f"{kr.id}/baseline",
            says,
            Text("progress is counted from a start that was no ordinary one", "起点不寻常，进度就会虚高或虚低"),
            Text(
                "Choose another rule, or type the number and say where it is from.",
                "请换一种基线规则，或直接填写数值并注明来源。",
            ),
        )


def _forwards(case: Case, kr: KeyResult) -> Iterator[Finding]:
    facts, baseline = case.facts(kr), case.baseline(kr)
    if kr.target is None or (kr.kind == "reach" and baseline is None):
        return
    if baseline == kr.target and kr.kind == "reach":
        yield _backwards(
            kr,
            Text("The target equals the baseline.", "目标值与基线相同。"),
            Text(
                "Move the target, or use at_least or at_most to hold it.",
                "请调整目标值；如只需守住，请用 at_least 或 at_most。",
            ),
        )
    elif facts and facts.direction != "none" and (kr.direction(baseline) > 0) != (facts.direction == "up"):
        better = Text("more", "越高越好") if facts.direction == "up" else Text("less", "越低越好")
        start = f" from {amount(baseline, facts.unit).en}" if baseline is not None else ""
        target = amount(kr.target, facts.unit)
        yield _backwards(
            kr,
            Text(
                f"The way{start} to {target.en} runs backwards: {better.en} is better for {facts.label.en}.",
                f"目标 {target.zh} 的方向反了：{facts.label.zh}{better.zh}。",
            ),
            Text("Check target and baseline, or the kind.", "请检查目标值、基线或类型（kind）。"),
        )


def _backwards(kr: KeyResult, says: Text, remedy: Text) -> Finding:
    why = Text("getting worse would be counted as progress", "否则越做越差反而会算作进步")
    return Finding("error" if kr.kind == "reach" else "warning", f"{kr.id}/target", says, why, remedy)


def _achievable(case: Case, kr: KeyResult) -> Iterator[Finding]:
    chance = case.probabilities.get(kr.id)
    lowest, highest = case.believable
    if chance is None or kr.guardrail or lowest <= chance <= highest:
        return
    bound = highest if chance > highest else lowest  # said as a bound: 4.6 % would print as 5 %, which is no fault
    shown = Text(percent(Decimal(str(bound)), "en"), percent(Decimal(str(bound)), "zh"))
    if chance > highest:
        says = Text(
            f"The target is reached with a chance of more than {shown.en} if nothing new is done (sandbagging).",
            f"即使不采取新动作，达成把握也超过 {shown.zh}，目标定得过低。",
        )
        remedy = Text("Raise the target, or call it business as usual.", "请提高目标，或把它列为日常指标。")
    else:
        says = Text(
            f"The target is reached with a chance of less than {shown.en} (fantasy).",
            f"达成把握不到 {shown.zh}，目标脱离实际。",
        )
        remedy = Text(
            "Lower the target, or say what will be done differently.", "请降低目标，或写明将采取哪些新的举措。"
        )
    why = Text("a target moves people when it is hard and within reach", "够得着又有难度的目标才能带动人")
    yield Finding("warning", f"{kr.id}/target", says, why, remedy)


def _relevant(case: Case, objective: Objective, kr: KeyResult) -> Iterator[Finding]:
    aims = {metric for answer in objective.answers for metric in (case.findings or {}).get(answer, ())}
    if (
        not aims
        or kr.metric is None
        or kr.metric not in case.metrics
        or kr.guardrail
        or aims & _related(case, kr.metric)
    ):
        return
    labels = [case.metrics[name].label for name in sorted(aims) if name in case.metrics]
    facts = case.metrics[kr.metric]
    yield Finding(
        "warning",
        f"{kr.id}/metric",
        Text(
            f"{facts.label.en} does not move what the objective answers ({', '.join(label.en for label in labels)}).",
            f"{facts.label.zh}与目标要回应的发现无关（{'、'.join(label.zh for label in labels)}）。",
        ),
        Text("reaching it would leave the finding as it was", "即使达成，发现的问题仍然存在"),
        Text(
            "Choose a metric that moves the finding, or another finding.",
            "请选择能改变该发现的指标，或改为回应另一条发现。",
        ),
    )


def _related(case: Case, metric: str) -> set[str]:
    """Return the metric and those tied to it by an equation."""
    identities = [one for facts in case.metrics.values() for one in facts.identities]
    return {metric}.union(*({one.whole, *one.parts} for one in identities if metric in {one.whole, *one.parts}))


def _in_time(case: Case, objective: Objective, kr: KeyResult) -> Iterator[Finding]:
    quarter: Period = case.sheet.quarter.period
    if kr.due and kr.due not in quarter and objective.horizon == "short":
        yield Finding(
            "warning",
            f"{kr.id}/due",
            Text(
                f"It is due on {day(kr.due, 'en')}, outside {case.sheet.quarter}.",
                f"截止日 {day(kr.due, 'zh')} 不在 {case.sheet.quarter} 之内。",
            ),
            Text("it could not be scored with the quarter", "季度结束时无法评分"),
            Text(
                f"Choose a day from {day(quarter.start, 'en')} to {day(quarter.end, 'en')}.",
                f"请选择 {day(quarter.start, 'zh')} 至 {day(quarter.end, 'zh')} 之间的日期。",
            ),
        )


def _a_result(kr: KeyResult) -> Iterator[Finding]:
    said = kr.title or (kr.measure.name if kr.measure else "")
    counted = counts_activities(said)
    found = counted or (starts_with_activity(said) if kr.metric is None else None)
    if found:
        yield Finding(
            "warning",
            f"{kr.id}/title",
            Text(f"An activity is dressed as a result (“{found}”).", f"把动作写成了结果（“{found}”）。"),
            Text("it can be done in full and change nothing", "事情做完了，业务可能毫无变化"),
            Text("Make it a task, and measure what it is to bring about.", "请改为任务，关键结果写它要带来的变化。"),
        )


def _stretching(case: Case, kr: KeyResult) -> Iterator[Finding]:
    baseline, said = case.baseline(kr), kr.title or (kr.measure.name if kr.measure else "")
    held = kr.target is not None and baseline is not None and abs(kr.target - baseline) <= abs(baseline) * UNCHANGED
    if kr.guardrail or not (held or says_as_usual(said)):
        return
    yield Finding(
        "note",
        kr.id,
        Text("This looks like a KPI: it holds what there is.", "这更像 KPI：只是守住现状。"),
        Text(
            "an OKR is for change; business as usual is watched, not aimed at",
            "OKR 面向改变；日常经营指标用来监控，而不是作为目标",
        ),
        Text("Mark it as a guardrail, or aim at a change.", "请标为底线指标（guardrail），或设定一个要改变的结果。"),
        like_kpi=True,
    )


def _ratio_in_full(case: Case, kr: KeyResult) -> Iterator[Finding]:
    facts, value = case.facts(kr), case.values.get(kr.id)
    if facts is None or facts.kind != "ratio" or value is None or value.value is None:
        return
    why = Text("a ratio also moves when only its base does", "分母变化也会让比率变化")
    if value.numerator is None or not value.denominator:
        says = Text(f"{facts.label.en} comes without its two parts.", f"{facts.label.zh}缺少分子和分母。")
        yield Finding("warning", kr.id, says, why, Text("Show numerator and denominator.", "请同时给出分子和分母。"))
        return
    shown, over, under = (amount(one, unit) for one, unit in
                          ((value.value, facts.unit), (value.numerator, ""), (value.denominator, "")))  # fmt: skip
    yield Finding(
        "note",
        kr.id,
        Text(
            f"{facts.label.en}: {shown.en} = {over.en} ÷ {under.en}.",
            f"{facts.label.zh}：{shown.zh} = {over.zh} ÷ {under.zh}。",
        ),
        why,
        Text("Watch both parts.", "请同时关注分子和分母。"),
    )
