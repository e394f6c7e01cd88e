"""The metric catalogue: one entry a metric; dictionary, facts, forms and checks all read it from here.

A metric is a measure (an SQL aggregate over one of the sources of `analysis.data`), or a ratio, difference or growth of
other metrics. Ratios are computed from the numerator and denominator of the very period and segment, never averaged.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from okrlib.errors import ParameterError
from okrlib.okr.checks import Identity, MetricFacts
from okrlib.text import Locale, Text

Source = Literal["sales", "placed", "returned"]
Unit = Literal[
    "money", "orders", "units", "buyers", "products", "share",
    "money_per_buyer", "money_per_order", "units_per_order", "money_per_unit",
]  # fmt: skip
Area = Literal["sales", "market", "operations"]
Need = Literal["buyers", "refunds", "lines"]

UNITS: dict[str, Text] = {
    "money": Text("{currency}", "{currency}"),
    "orders": Text("orders", "笔"),
    "units": Text("units", "件"),
    "buyers": Text("buyers", "人"),
    "products": Text("products", "款"),
    "share": Text("%", "%"),
    "money_per_buyer": Text("{currency} per buyer", "{currency}/人"),
    "money_per_order": Text("{currency} per order", "{currency}/笔"),
    "units_per_order": Text("units per order", "件/笔"),
    "money_per_unit": Text("{currency} per unit", "{currency}/件"),
}
_CURRENCY = Text("money", "金额")
CLOCKS: dict[str, Text] = {
    "sales": Text("day of payment", "付款日"),
    "placed": Text("day the order was placed", "下单日"),
    "returned": Text(
        "day of the refund; where the export gives none, the order's day of payment",
        "退款日；导出文件没有退款时间时按订单付款日",
    ),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of the business."""

    name: str
    label: Text
    definition: Text
    unit: Unit
    better: Literal["up", "down", "none"]
    area: Area
    source: Source | None = None  # of a measure
    sql: str = ""  # aggregate over the source; of `sales` also: `since` and `first_order`, see `analysis.facts`
    op: Literal["ratio", "difference", "growth"] | None = None
    of: tuple[str, ...] = ()  # ratio: numerator, denominator; difference: whole, part; growth: the metric
    against: Literal["last_quarter", "last_year"] | None = None
    adds_up: bool = False  # over days; distinct counts of buyers or products never do
    revision_days: int = 3  # refunds and late payments still move it for so long
    needs: tuple[Need, ...] = ()  # of a measure; what is made of it needs them too
    leads: bool = False
    volume: bool = False
    hidden: bool = False  # a part of another metric, not one to set a target on


# fmt: off
_MEASURES = (
    Metric("gmv", Text("GMV", "成交总额（GMV）"),
           Text("what all orders placed ask of their buyers, paid or not, shipping included",
                "所有已下单订单的应付总额，含未付款与运费"),
           "money", "up", "sales", "placed", "sum(order_amount)", adds_up=True, volume=True),
    Metric("revenue", Text("Paid revenue", "支付金额"),
           Text("what buyers paid, shipping included, before refunds", "买家实际支付的金额，含运费，未扣退款"),
           "money", "up", "sales", "sales", "sum(paid)", adds_up=True, volume=True),
    Metric("product_revenue", Text("Revenue from products", "商品支付金额"),
           Text("paid revenue without shipping, manual entries and orders without line items",
                "支付金额中商品部分，不含运费、手工调整与无明细订单"),
           "money", "up", "sales", "sales", "sum(paid) FILTER (kind = 'product')",
           adds_up=True, needs=("lines",), volume=True),
    Metric("refund_amount", Text("Refunds", "退款金额"),
           Text("money given back to buyers", "退还给买家的金额"),
           "money", "down", "sales", "returned", "sum(amount)",
           adds_up=True, revision_days=15, needs=("refunds",)),
    Metric("orders", Text("Paid orders", "支付订单数"),
           Text("orders paid", "完成付款的订单数"),
           "orders", "up", "sales", "sales", "count(DISTINCT order_id)", adds_up=True, volume=True),
    Metric("units", Text("Units sold", "支付件数"),
           Text("units of products in paid orders", "已付款订单中的商品件数"),
           "units", "up", "sales", "sales", "sum(quantity) FILTER (kind = 'product')",
           adds_up=True, needs=("lines",), volume=True),
    Metric("buyers", Text("Paying buyers", "支付买家数"),
           Text("different buyers with a paid order", "有付款订单的去重买家数"),
           "buyers", "up", "sales", "sales", "count(DISTINCT buyer)", needs=("buyers",), volume=True),
    Metric("new_buyers", Text("New buyers", "新买家数"),
           Text("paying buyers whose first paid order, as far as the data go back, lies in the period",
                "首次付款（以现有数据为限）发生在本期的支付买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (first_paid_at >= since)",
           needs=("buyers",), leads=True),
    Metric("returning_buyers", Text("Returning buyers", "老买家数"),
           Text("paying buyers who had paid before the period", "本期之前已付过款的支付买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (first_paid_at < since)",
           needs=("buyers",), leads=True),
    Metric("repeat_buyers", Text("Buyers with two or more orders", "复购买家数"),
           Text("paying buyers with at least two paid orders in the period", "本期付款两笔及以上的买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (order_id <> first_order)",
           needs=("buyers",)),
    Metric("known_buyer_revenue", Text("Revenue from known buyers", "可识别买家支付金额"),
           Text("paid revenue of orders whose buyer the export names", "导出文件含买家信息的订单的支付金额"),
           "money", "up", "sales", "sales", "sum(paid) FILTER (buyer IS NOT NULL)",
           adds_up=True, needs=("buyers",), hidden=True),
    Metric("active_products", Text("Products with a sale", "动销商品数"),
           Text("different products sold at least once", "至少售出一件的商品款数（动销）"),
           "products", "up", "operations", "sales", "count(DISTINCT sku) FILTER (kind = 'product')",
           needs=("lines",), leads=True),
    Metric("placed_orders", Text("Orders placed", "下单数"),
           Text("orders placed, paid or not", "已下单的订单数，含未付款"),
           "orders", "up", "sales", "placed", "count(*)", adds_up=True, leads=True, volume=True),
    Metric("cancelled_orders", Text("Cancelled orders", "取消订单数"),
           Text("orders placed and closed without payment", "下单后未付款即关闭的订单数"),
           "orders", "down", "operations", "placed", "count(*) FILTER (status = 'cancelled')", adds_up=True),
)

_COMPUTED = (
    Metric("net_revenue", Text("Net revenue", "净销售额"),
           Text("paid revenue less refunds", "支付金额减退款金额"),
           "money", "up", "sales", op="difference", of=("revenue", "refund_amount"),
           adds_up=True, revision_days=15, volume=True),
    Metric("refund_rate", Text("Refund rate", "退款率"),
           Text("refunds as a share of paid revenue", "退款金额占支付金额的比例"),
           "share", "down", "operations", op="ratio", of=("refund_amount", "revenue"), revision_days=15),
    Metric("revenue_per_buyer", Text("Revenue per buyer", "客单价"),
           Text("paid revenue of known buyers per paying buyer (客单价)", "可识别买家的支付金额 ÷ 支付买家数"),
           "money_per_buyer", "up", "sales", op="ratio", of=("known_buyer_revenue", "buyers")),
    Metric("revenue_per_order", Text("Revenue per order", "笔单价"),
           Text("paid revenue per paid order (笔单价)", "支付金额 ÷ 支付订单数"),
           "money_per_order", "up", "sales", op="ratio", of=("revenue", "orders")),
    Metric("units_per_order", Text("Units per order", "连带率（件/笔）"),
           Text("units of products per paid order", "商品件数 ÷ 支付订单数"),
           "units_per_order", "up", "sales", op="ratio", of=("units", "orders")),
    Metric("price_per_unit", Text("Price per unit sold", "件单价"),
           Text("revenue from products per unit sold", "商品支付金额 ÷ 支付件数"),
           "money_per_unit", "none", "sales", op="ratio", of=("product_revenue", "units")),
    Metric("new_buyer_share", Text("Share of new buyers", "新客占比"),
           Text("new buyers among paying buyers", "新买家数 ÷ 支付买家数"),
           "share", "none", "market", op="ratio", of=("new_buyers", "buyers")),
    Metric("returning_buyer_share", Text("Share of returning buyers", "老客占比"),
           Text("returning buyers among paying buyers", "老买家数 ÷ 支付买家数"),
           "share", "up", "market", op="ratio", of=("returning_buyers", "buyers"), leads=True),
    Metric("repeat_purchase_rate", Text("Repeat-purchase rate", "复购率"),
           Text("paying buyers with two or more paid orders in the period", "本期付款两笔及以上的买家 ÷ 支付买家数"),
           "share", "up", "market", op="ratio", of=("repeat_buyers", "buyers")),
    Metric("cancelled_share", Text("Cancelled share", "取消率"),
           Text("orders closed without payment among orders placed", "未付款关闭的订单 ÷ 下单数"),
           "share", "down", "operations", op="ratio", of=("cancelled_orders", "placed_orders")),
    Metric("revenue_growth_quarter", Text("Revenue growth on last quarter", "支付金额环比"),
           Text("paid revenue against the same number of days from the start of last quarter",
                "支付金额与上季度同天数相比的增幅"),
           "share", "up", "sales", op="growth", of=("revenue",), against="last_quarter"),
    Metric("revenue_growth_year", Text("Revenue growth on last year", "支付金额同比"),
           Text("paid revenue against the same weekdays a year (364 days) earlier",
                "支付金额与去年同期（按星期对齐，364 天前）相比的增幅"),
           "share", "up", "sales", op="growth", of=("revenue",), against="last_year"),
)
# fmt: on

CATALOGUE: dict[str, Metric] = {metric.name: metric for metric in (*_MEASURES, *_COMPUTED)}


# Equations that hold in the data to the cent, and that a sheet's targets are checked against.
IDENTITIES = (
    Identity("revenue", ("orders", "revenue_per_order"), "product"),
    Identity("revenue", ("buyers", "revenue_per_buyer"), "product"),
    Identity("product_revenue", ("units", "price_per_unit"), "product"),
    Identity("units", ("orders", "units_per_order"), "product"),
    Identity("net_revenue", ("revenue", "refund_amount"), "difference"),
    Identity("buyers", ("new_buyers", "returning_buyers"), "sum"),
)


def find_metric(name: str) -> Metric:
    """Return a metric by name; an unknown one is a ParameterError that names those nearest."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = difflib.get_close_matches(name, CATALOGUE, n=3) or list(CATALOGUE)[:5]
    raise ParameterError(f"metric {name!r}: not in the catalogue; did you mean {' or '.join(near)}? (all: okr metrics)")


def visible() -> list[Metric]:
    """List the metrics people set targets on, in the catalogue's order."""
    return [metric for metric in CATALOGUE.values() if not metric.hidden]


def metric_facts() -> dict[str, MetricFacts]:
    """Return the catalogue as the checks of a sheet need it."""
    return {
        metric.name: MetricFacts(
            metric.name,
            metric.label,
            metric.unit,
            metric.better,
            "ratio" if metric.op in {"ratio", "growth"} else "sum" if metric.adds_up else "count",
            metric.area,
            metric.leads,
            metric.volume,
            tuple(identity for identity in IDENTITIES if identity.whole == metric.name),
        )
        for metric in visible()
    }


_BETTER = {
    "up": Text("higher is better", "越高越好"),
    "down": Text("lower is better", "越低越好"),
    "none": Text("neither way is better", "无所谓高低"),
}
_ADDS = {True: Text("adds up over days", "可按天相加"), False: Text("does not add up over days", "不可按天相加")}
_ENTRY = Text(
    "{name} · {label}\n    {definition}\n    {unit}; {better}; counted on: {clock}; may move for {days} days; {adds}",
    "{name} · {label}\n    {definition}\n    {unit}；{better}；计入日期：{clock}；{days} 天内可能变动；{adds}",
)


def clocks(metric: Metric) -> list[Text]:
    """Return the events whose days a metric counts on: its own, or those of its parts."""
    sources = [metric.source] if metric.source else [CATALOGUE[name].source for name in metric.of]
    found = [CLOCKS[source] for source in dict.fromkeys(sources) if source]
    return found or [clock for name in metric.of for clock in clocks(CATALOGUE[name])]


def dictionary_entry(metric: Metric, locale: Locale) -> str:
    """Return a metric's entry in the dictionary: three lines of text."""
    return _ENTRY.in_(
        locale,
        name=metric.name,
        label=metric.label.in_(locale),
        definition=metric.definition.in_(locale),
        unit=UNITS[metric.unit].in_(locale, currency=_CURRENCY.in_(locale)),
        better=_BETTER[metric.better].in_(locale),
        clock=" / ".join(clock.in_(locale) for clock in clocks(metric)),
        days=metric.revision_days,
        adds=_ADDS[metric.adds_up].in_(locale),
    )
