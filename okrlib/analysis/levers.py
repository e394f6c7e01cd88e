"""Levers for growth: which of the six the findings point to and why, with key results and tasks to start from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import fact
from okrlib.analysis.findings import Finding
from okrlib.periods import Period, Quarter
from okrlib.text import Text


@dataclass(frozen=True, slots=True)
class Start:
    """A key result to start from: a metric, the part of the store it is counted on, and where it stood last quarter."""

    metric: str
    where: dict[str, str]
    about: Text | None
    baseline: Decimal | None


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever, why the data point to it (findings, or `why` where it is something else), and what to begin with."""

    id: str
    name: Text
    pays: Text
    objective: Text
    findings: tuple[Finding, ...]
    why: Text | None
    starts: tuple[Start, ...]
    tasks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: Text
    pays: Text
    objective: Text
    tasks: tuple[Text, ...]


# fmt: off
_LEVERS = {
    "process": _Kind(
        Text("Better processes", "优化流程"), Text("less is lost on the way", "减少运营损失，降低成本"),
        Text("What customers want can always be bought, and stays bought", "顾客想买的买得到，买到的不用退"),
        (Text("set a reorder point for every product of class A", "为每款 A 类商品设定补货点"),
         Text("find the batch, supplier or packing behind the refunds", "查清退款集中在哪一批次、哪家供应商或哪种包装"),
         Text("watch stock and refunds of the best sellers every week", "每周查看畅销品的库存与退款"))),
    "marketing": _Kind(
        Text("Precise marketing", "精准营销"), Text("a better return on each campaign", "提高营销投入的回报"),
        Text("The markets that have discovered us become regulars", "让正在兴起的市场成为稳定的市场"),
        (Text("move budget to what grows, and measure it against the rest", "把预算向增长的地方倾斜，并与其他部分对照"),
         Text("write product pages and offers for its buyers", "为这部分买家改写商品页与优惠"),
         Text("find out why what fell behind did, before spending on it", "落后的部分先弄清原因，再决定是否投入"))),
    "service": _Kind(
        Text("Customer service", "提升服务质量"), Text("satisfaction and loyalty", "提升满意度与忠诚度"),
        Text("Customers come back because they were well served", "服务让顾客愿意再来"),
        (Text("write to the good customers who are nearly lost: okr segments", "用 okr segments 导出重要挽留客户名单，逐批回访"),
         Text("call the buyers of refunded orders and note the reason", "回访退款买家，记录真实原因"))),
    "innovation": _Kind(
        Text("Employee innovation", "鼓励员工创新"), Text("new ideas, new growth", "带来新点子和新增长点"),
        Text("Every quarter something new finds its buyers", "每个季度都有新品打动顾客"),
        (Text("plan the successor of the new product with those who made it", "与新品团队一起规划下一款"),
         Text("collect ideas from the team, and try the best on a small scale", "向团队征集创意，择优小范围试行"))),
    "data": _Kind(
        Text("Data analysis", "数据分析"), Text("better decisions, chances seen early", "决策有据，及早发现机会"),
        Text("We know why our figures move", "清楚每个数字为什么变化"),
        (Text("export traffic, advertising and stock, or fill in their templates (okr template)",
              "补充流量、推广和库存数据，或填写模板（okr template）"),
         Text("look at the findings together every week", "每周一起过一遍重点发现"))),
    "together": _Kind(
        Text("Cross-department work", "加强跨部门合作"), Text("joint effort instead of waiting", "变等待为协同"),
        Text("No task waits for another department longer than a week", "跨部门等待不超过一周"),
        (Text("name one person for each hand-over", "每个交接环节指定一名负责人"),
         Text("take open hand-overs as the first point of the weekly meeting", "周会首先过一遍未完成的交接"))),
}
# fmt: on


def levers(data: StoreData, found: list[Finding], period: Period, waiting: int = 0) -> list[Lever]:
    """Return the levers that the findings point to, the one with most money first.

    `waiting` is the number of tasks that wait on another department. Where nothing explains how the store moves, the lever is
    data analysis; where it stands still, innovation.
    """
    pointed: dict[str, list[Finding]] = {}
    for one in found:
        for name in _points_to(one):
            pointed.setdefault(name, []).append(one)
    whys = _other_reasons(found, waiting)
    order = sorted({*pointed, *whys}, key=lambda name: (-sum(abs(one.size) for one in pointed.get(name, [])), name))
    return [_lever(data, name, tuple(pointed.get(name, [])), whys.get(name), period) for name in order]


def _points_to(one: Finding) -> tuple[str, ...]:
    if one.kind == "total":
        return ("innovation",) if one.size < 0 else ()
    if one.kind in {"conversion", "market_share", "margin"} and one.size > 0:
        return ()
    return _POINTS[one.kind]


_POINTS: dict[str, tuple[str, ...]] = {
    "grew": ("marketing",), "fell": ("marketing",), "new": ("innovation",), "stock_out": ("process",),
    "refunds": ("process", "service"), "conversion": ("marketing",), "ads": ("marketing",), "shipping": ("process", "together"),
    "delivery": ("process", "together"), "reviews": ("service",), "overstock": ("process",),
    "market_share": ("marketing",), "margin": ("process",), "loss": ("process",), "ad_loss": ("marketing",),
    "rule": ("process", "together"),
}  # fmt: skip
_TASKS: dict[str, Text] = {
    "conversion": Text("compare the pages and offers that the new visitors land on", "对照新增访客的落地页与优惠，找出流失环节"),
    "ads": Text("stop what brings less than it costs, and try again small", "暂停亏损的推广计划，小预算重新测试"),
    "shipping": Text("promise what the warehouse can keep, or staff it for the promise", "按仓库产能调整发货承诺，或按承诺补足人手"),
    "delivery": Text("agree on times with the carrier, by region", "分地区与快递商约定送达时限"),
    "reviews": Text("answer every bad review within a day, and pass its cause on", "差评 24 小时内回复，并把原因转给责任部门"),
    "overstock": Text("clear what lies longest, and order no more of it", "清理积压最久的商品，暂停补货"),
    "market_share": Text("find out to whom the share went, by price, range and reviews", "从价格、商品和评价查清份额流向了谁"),
    "margin": Text("go through goods, fees, shipping and advertising, the largest first", "从占比最大的成本入手，逐项压降"),
    "loss": Text("raise the price, cut the cost or stop selling what loses", "亏损类目提价、降本或停售"),
    "ad_loss": Text("stop the channel, or bid only up to what a sale leaves", "暂停该渠道，或按单笔剩余利润设出价上限"),
    "rule": Text("name one person for the rule, and watch its figure every week", "为该规则指定负责人，每周查看达标情况"),
}  # fmt: skip
_MOST_TASKS = 5


def _other_reasons(found: list[Finding], waiting: int) -> dict[str, Text]:
    whys: dict[str, Text] = {}
    if waiting:
        whys["together"] = Text(f"Tasks that wait on another department: {waiting}", f"有 {waiting} 项任务在等其他部门")
    if not any(one.by for one in found):
        whys["data"] = Text("Nothing in the data explains how the store moves", "现有数据尚不能解释店铺的变化")
    return whys


def _lever(data: StoreData, name: str, found: tuple[Finding, ...], why: Text | None, period: Period) -> Lever:
    kind = _LEVERS[name]
    asked = dict.fromkeys(_ask(name, one) for one in found)
    asked |= dict.fromkeys([_GENERAL[name]] if name in _GENERAL else [])
    labels = {one.segment: one.label for one in found}
    last = Quarter.of(period.end).previous.period
    starts = []
    for metric, where in asked:
        value = fact(data, last, metric, dict(where)).value
        starts.append(Start(metric, dict(where), labels.get(where[0][1]) if where else None, value))
    own = [_TASKS[seen] for seen in dict.fromkeys(one.kind for one in found) if seen in _TASKS]
    tasks = tuple([*own, *kind.tasks][:_MOST_TASKS])
    return Lever(name, kind.name, kind.pays, kind.objective, found, why, tuple(starts), tasks)


_Asked = tuple[str, tuple[tuple[str, str], ...]]
_GENERAL: dict[str, _Asked] = {
    "service": ("repeat_purchase_rate", ()), "data": ("revenue", ()),
    "innovation": ("active_products", ()),
}  # fmt: skip


def _ask(name: str, one: Finding) -> _Asked:
    """The metric that would show the finding answered, on the part of the store it is about."""
    where = ((one.by, one.segment),) if one.by and one.segment else ()
    return ("refund_rate", ()) if name == "service" and one.kind == "refunds" else (one.metric, where)
