"""Why a sheet, or another file of the team's, is refused, also in Chinese: the messages of the models."""

from __future__ import annotations

import re

from okrlib.errors import FieldError
from okrlib.okr.labels import LABELS
from okrlib.text import Text
from okrlib.yaml_files import in_chinese

_NAMES = {
    "key result": "关键结果",
    "key results": "关键结果",
    "objective": "目标",
    "objectives": "目标",
    "task": "任务",
}
_WAYS = {"its own parent": "不能以自己为上级", "waiting for itself": "不能等待自己"}
_CHINESE = (
    (r"key result (?P<id>\S+): give a metric of the catalogue or .*", "关键结果 {id}：指标库指标与自定义指标只能选一种"),
    (r"key result (?P<id>\S+): kind (?P<kind>\S+) has no commit, .*", "关键结果 {id}：“{kind}”类型没有承诺值、目标值或冲刺值"),
    (r"key result (?P<id>\S+): a band belongs to kind between", "关键结果 {id}：只有“保持在区间内”类型才填区间"),
    (r"key result (?P<id>\S+): band (?P<a>\S+) to (?P<b>\S+): .*", "关键结果 {id}：区间 {a} 至 {b} 应先填下限，再填上限"),
    (r"key result (?P<id>\S+): kind (?P<kind>\S+) has no milestones.*", "关键结果 {id}：“{kind}”类型没有里程碑"),
    (r"key result (?P<id>\S+): the milestones' weights .*", "关键结果 {id}：里程碑权重合计为 0，请至少给一项权重"),
    (r"key result (?P<id>\S+): a guardrail .*", "关键结果 {id}：底线指标单独列示，不计权重，请去掉权重"),
    (r"key result (?P<id>\S+): levels (?P<a>.+) are not in order.*", "关键结果 {id}：{a} 顺序不对，请按承诺、目标、冲刺由易到难填写"),
    (r"key result (?P<id>\S+): target (?P<a>\S+) equals .*", "{id}：目标值 {a} 等于基线；请调整，只需守住时改用“不低于”“不高于”"),
    (r"key result (?P<id>\S+): levels (?P<a>.+) run against .*", "关键结果 {id}：{a} 的方向与起点或类型相反，请由易到难填写"),
    (r"key result (?P<id>\S+): (?P<a>.+) missing; .*", "关键结果 {id}：缺少 {a}；只有草稿可以暂缺"),
    (r"objective (?P<id>\S+): no key results; .*", "目标 {id}：没有关键结果，请补充 2–5 条，或删除该目标"),
    (r"task (?P<id>\S+): due (?P<a>\S+) lies before its start (?P<b>\S+)", "任务 {id}：截止日 {a} 早于开始日 {b}"),
    (r"task (?P<id>\S+): key result (?P<a>\S+) is not one of .*", "任务 {id}：本目标下没有关键结果 {a}"),
    (r"task (?P<id>\S+): depends on (?P<a>.+), no task .*", "任务 {id}：所依赖的 {a} 不在目标表中"),
    (r"id (?P<id>\S+) is used (?P<a>\d+) times; .*", "编号 {id} 用了 {a} 次；每个目标、关键结果和任务的编号必须唯一"),
    (r"(?P<name>key results|objectives) (?P<a>.+) have no weight while .*", "{name} {a} 没有权重，而其他的有；请全部填写或全部留空"),
    (r"the weights of (?P<name>key results|objectives) (?P<a>.+) sum to 0; .*", "{name} {a} 的权重合计为 0，请至少给一项大于 0 的权重"),
    (r"(?P<name>objective|task) (?P<a>\S+) is (?P<way>its own parent|waiting for itself): (?P<b>.+)", "{name} {a} {way}：{b}"),
    (r"expected a number such as .*", "请填写数字，例如 5000000 或 2.35"),
    (r"expected a number or one of .*", "请填写数字，或选择一种取数规则"),
    (r"an id is text: .*", "编号是文字，请加引号"),
    (r"id (?P<id>\S+) is used twice; .*", "编号 {id} 用了两次；每个目标和关键结果的编号必须唯一"),
    (r"objective (?P<id>\S+): a quarter belongs to .*", "目标 {id}：短期目标须填季度（如 quarter: 2026Q4），其他期限不填"),
    (r"objective (?P<id>\S+): it is due with (?P<a>\S+); .*", "目标 {id}：已随 {a} 季度到期，请去掉 until"),
    (r"objective (?P<id>\S+): tasks are planned .*", "目标 {id}：任务应写在店铺的目标表中"),
    (r"expected a day or its span, .*", "请填写日期或起止日期，例如 2026-10-01 或 2026-10-01..2026-10-07"),
    (r"a budget is a team's .*", "预算只能属于团队或目标之一"),
    (r"expected a name and a quantity, .*", "请填写名称和数量，例如 礼盒 1,200 套"),
    (r"proposal (?P<a>.+): no condition; .*", "建议 {a}：缺少条件，请填写 at_least、below 或 ideas_at_least"),
    (r"weights: key results come first; .*", "weights：请给 key_results 大于 0 的权重"),
    (r"an id .*", "编号不能有空格或斜杠，例如 O1 或 O1.2"),
)  # fmt: skip


def refusal(message: str) -> Text:
    """Return one of the model's messages in both languages; one that has no Chinese yet stays as it is."""
    for pattern, chinese in _CHINESE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            named = {key: _chinese(value) for key, value in found.groupdict().items()}
            return Text(message, chinese.format(**named))
    return Text(message, in_chinese(message) or message)


def refused(message: str) -> FieldError:
    """Return the error of a model that says this, in both languages."""
    return FieldError(message, refusal(message).zh)


def _chinese(word: str) -> str:
    if word in LABELS:
        return LABELS[word].zh
    return _NAMES.get(word) or _WAYS.get(word) or word
