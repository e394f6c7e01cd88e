"""Why a metric cannot be told, or not cut a certain way, in words: no data is never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from okrlib.analysis.data import StoreData
from okrlib.analysis.metrics import Metric, measures
from okrlib.analysis.sources import SOURCES
from okrlib.periods import Period, Quarter
from okrlib.text import LOCALES, Locale, Text, day

ENOUGH = 0.95  # of the orders must tell a thing before a sum over them is told, and of the days an export of every day

TIME = ("day", "week", "month")
COLUMN = {
    "channel": "channel", "category": "category", "region": "region", "product": "title", "sku": "sku",
    "source": "source", "competitor": "competitor",
}  # fmt: skip
NAMES = {
    "channel": Text("channel", "渠道"),
    "category": Text("category", "类目"),
    "region": Text("region", "地区"),
    "product": Text("product", "商品"),
    "sku": Text("article code", "商家编码"),
    "source": Text("traffic source", "流量来源"),
    "competitor": Text("competitor", "竞争店铺"),
}
_OF_A_LINE = {"category", "product", "sku"}

_NO_BUYERS = Text("this platform's export names no buyers", "该平台导出文件不含买家信息")
_NO_REFUNDS = Text("refunds unknown: add the after-sale or settlement export", "退款未知：请补充售后或结算导出文件")
_NO_LINES = Text("order lines missing: add the export of order details", "缺少订单明细：请补充宝贝明细导出文件")
_NO_STATUSES = Text("the exports do not say which orders were cancelled", "导出文件没有订单状态，无法识别已取消的订单")
_NO_COSTS = Text("unit costs missing: add them to the product list", "缺少成本价，请在商品清单中补充")
_BY_ORDER = Text("counted by order, not by line: cannot be split this way", "按订单统计，无法按此维度拆分")
_REFUNDS_BY_ORDER = Text("refunds are told by order, not by article", "退款只记录到订单，未细分到商品")
_WHOLE_ONLY = Text("growth is told for the whole period only", "增幅只按整期计算")
_AT_THE_END = Text("told for the end of the period only", "只有期末数，不能按时间拆分")


@dataclass(frozen=True, slots=True)
class Question:
    """Which days, cut how, and which of the rows."""

    data: StoreData
    period: Period
    by: str | None
    where: Mapping[str, str]

    @property
    def dimensions(self) -> set[str]:
        """What the rows are cut or chosen by."""
        return {*self.where, *([self.by] if self.by else [])}


def unheard_of(asked: Question) -> Text | None:
    """Say which dimension, or which value of a filter, the data have never had."""
    known = asked.data.values
    for name in sorted(asked.dimensions - set(TIME)):
        label, value = NAMES[name], asked.where.get(name)
        if not known[name]:
            return Text(f"the exports tell no {label.en}", f"导出文件没有{label.zh}信息")
        if value is not None and value not in known[name]:
            return Text(f"no {label.en} {value!r} in the data so far", f"数据中还没有{label.zh}“{value}”")
    return None


def reason(asked: Question, metric: Metric) -> Text | None:
    """Say why a metric cannot be told, or not cut this way; None when it can."""
    parts = measures(metric.name)
    sources = dict.fromkeys(part.source for part in parts if part.source)
    for source in sources:
        if why := _not_cut(asked, source) or _not_exported(asked, source):
            return why
    needs = {need for part in parts for need in part.needs}
    by_line = bool(asked.dimensions & _OF_A_LINE) and bool({"sales", "returned"} & set(sources))
    if "buyers" in needs and not asked.data.buyers_known:
        return _NO_BUYERS
    of_orders = _of_orders(asked, needs, by_line=by_line) if needs - {"buyers"} or by_line else None
    return of_orders or (_WHOLE_ONLY if metric.op == "growth" and asked.by else None)


def _of_orders(asked: Question, needs: AbstractSet[str], *, by_line: bool) -> Text | None:
    """Say what the exports of orders do not tell well enough."""
    data, told = asked.data, asked.data.told(asked.period)
    if ("lines" in needs or by_line) and told.lines < ENOUGH:
        return _NO_LINES
    if "statuses" in needs and not data.statuses_known:
        return _NO_STATUSES
    if "costs" in needs and told.costs < ENOUGH:
        return _NO_COSTS
    if "refunds" in needs and not (data.refunds_known and told.refunds >= ENOUGH):
        return _NO_REFUNDS
    if "refunds" in needs and (why := _refunds_ended(data, asked.period)):
        return why
    return _REFUNDS_BY_ORDER if "refunds" in needs and by_line and told.refund_lines < ENOUGH else None


def _refunds_ended(data: StoreData, days: Period) -> Text | None:
    """Say that the export of refunds ends early; not where refunds are so rare that a month without one tells nothing."""
    rare = not data.refund_events or data.patience("returned") >= SOURCES["returned"].lag
    return None if rare else _ended(data, "returned", days, Text("refund", "退款"))


def _not_cut(asked: Question, name: str) -> Text | None:
    """Say that a source does not tell the dimensions asked for."""
    source = SOURCES[name]
    missing = sorted(asked.dimensions - set(TIME) - source.cuts)
    if missing:
        if source.title is None:
            return _BY_ORDER if name == "placed" else Text(
                f"not told by {NAMES[missing[0]].en}", f"无法按{NAMES[missing[0]].zh}拆分"
            )  # fmt: skip
        label = NAMES[missing[0]]
        return Text(
            f"the {source.title.en} export does not tell {label.en}", f"{source.title.zh}数据没有{label.zh}信息"
        )
    return _AT_THE_END if source.moment is None and asked.by in TIME else None


def _not_exported(asked: Question, name: str) -> Text | None:
    """Say that the table a source stands on has not been exported for the days asked about."""
    source, days = SOURCES[name], asked.period
    if source.title is None:
        return None
    reach = asked.data.reach(name)
    if reach is None or reach.end < days.start or reach.start > days.end:
        en, zh = (days_in_words(days, locale) for locale in LOCALES)
        return Text(f"no {source.title.en} export for {en}", f"缺少 {zh} 的{source.title.zh}数据")
    return None if source.moment is None else _partly(asked.data, name, days, reach)


def _partly(data: StoreData, name: str, days: Period, reach: Period) -> Text | None:
    """Say that a source tells of too few of some days: of one with a row a day those are counted, else its ends."""
    source = SOURCES[name]
    if source.title is None:
        return None
    if source.lag == 0:
        return _too_few(data, name, days)
    en, zh, first = source.title.en, source.title.zh, reach.start
    if (first - days.start).days > source.lag:
        return Text(f"the {en} data begin on {day(first, 'en')}", f"{zh}数据从 {day(first, 'zh')} 开始")
    return _ended(data, name, days, source.title)


def _ended(data: StoreData, name: str, days: Period, title: Text) -> Text | None:
    """Say that a source has fallen silent before the end of some days: no row any more is not zero."""
    reach = data.reach(name)
    if reach is None or (days.end - reach.end).days <= data.patience(name):
        return None
    last = reach.end
    return Text(f"the {title.en} data end on {day(last, 'en')}", f"{title.zh}数据截至 {day(last, 'zh')}")


def _too_few(data: StoreData, name: str, days: Period) -> Text | None:
    """Say that a source with a row for every day lacks too many of some days."""
    source, told = SOURCES[name], data.days_told(name, days)
    if source.title is None or told >= ENOUGH * days.days:
        return None
    return Text(
        f"the {source.title.en} export tells only {told} of {days.days} days",
        f"{source.title.zh}数据只有 {days.days} 天中的 {told} 天",
    )


def every_day(metric: Metric) -> list[str]:
    """Return the sources of a metric that have a row for every day, of which a single day or week can be missing."""
    names = dict.fromkeys(str(part.source) for part in measures(metric.name))
    return [name for name in names if SOURCES[name].title and SOURCES[name].lag == 0]


def gap(data: StoreData, names: Iterable[str], days: Period) -> Text | None:
    """Say which of the sources of `every_day` tells too little of one day, week or month of a period told as a whole."""
    return next((why for name in names if (why := _too_few(data, name, days))), None)


def days_in_words(period: Period, locale: Locale) -> str:
    """Name a period as people do: its quarter where it begins with one, else its first and last day, or its only one."""
    quarter = Quarter.of(period.start)
    if period.days == 1:
        return day(period.start, locale)
    if period.start == quarter.start and period.end <= quarter.end:
        return str(quarter)
    return f"{day(period.start, locale)} – {day(period.end, locale)}"
