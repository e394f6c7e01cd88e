"""What metrics stand on: each source with the event whose day counts, what it can be cut by, and what it needs.

A source is a macro of `analysis.views` of the same name. Sources with a `table` fall silent where that table has not been
exported for the days asked about, and what is made of them with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from okrlib.text import Text

_ARTICLE = frozenset({"category", "product", "sku"})
_EVERY_DAY = 0
_WEEK = 7
_MONTH = 31


@dataclass(frozen=True, slots=True)
class Source:
    """One source: `moment` is its column of time, None where it tells the state at the end of the period.

    `lag` is how many days at most may pass without a row before the table counts as not exported (`StoreData.patience`);
    0: it has a row for every day.
    `whole` and `apart` choose rows: those that sum to the whole, and those that tell a cut by `source` apart. `more` are
    columns made in the query, where `segment`, `start` (the period's first moment) and `begin` (the segment's) are known.
    """

    clock: Text
    moment: str | None
    cuts: frozenset[str]
    title: Text | None = None
    table: str | None = None
    lag: int = _EVERY_DAY
    whole: str = "true"
    apart: str = "true"
    more: str = ""


SOURCES: dict[str, Source] = {
    "sales": Source(
        Text("day of payment", "付款日"), "paid_at", _ARTICLE | {"channel", "region"},
        more="greatest({start}, {begin}) AS since, min(order_id) OVER (PARTITION BY segment, buyer) AS first_order",
    ),
    "placed": Source(Text("day the order was placed", "下单日"), "ordered_at", frozenset({"channel", "region"})),
    "returned": Source(
        Text("day of the refund; where the export gives none, the order's day of payment",
             "退款日；导出文件没有退款时间时按订单付款日"),
        "returned_at", _ARTICLE | {"channel", "region"}, lag=_MONTH,
    ),
    "traffic": Source(
        Text("day of the visit", "访问日"), "day", frozenset({"source"}), Text("traffic", "流量"), "traffic",
        whole="whole", apart="source <> 'all'",
    ),
    "ads": Source(
        Text("day of the spending", "推广花费日"), "day", frozenset({"source"}), Text("advertising", "推广"), "ads", _WEEK
    ),
    "stock": Source(
        Text("day of the count", "盘点日"), "day", _ARTICLE, Text("stock", "库存"), "stock", _WEEK,
        more="row_number() OVER (PARTITION BY segment, sku ORDER BY day DESC) = 1 AS closing",
    ),
    "products": Source(
        Text("end of the period", "期末"), None, _ARTICLE, Text("product list", "商品清单"), "products",
        more="{start} AS since",
    ),
    "shipments": Source(
        Text("day it was promised to be shipped by", "承诺发货日"), "due_at", frozenset({"channel", "region"}),
        Text("shipping", "发货"), "shipments", _WEEK,
    ),
    "sent": Source(
        Text("day the parcel was shipped", "发货日"), "shipped_at", frozenset({"channel", "region"}),
        Text("parcel cost", "运费"), "shipments", _WEEK,
    ),
    "deliveries": Source(
        Text("day it was promised to arrive by", "承诺送达日"), "due_at", frozenset({"channel", "region"}),
        Text("delivery", "送达"), "shipments", _WEEK,
    ),
    "reviews": Source(
        Text("day of the review", "评价日"), "reviewed_at", _ARTICLE, Text("review", "评价"), "reviews", _MONTH
    ),
    "service": Source(
        Text("day of the survey", "调查日"), "day", frozenset(), Text("satisfaction", "满意度"), "service", _MONTH
    ),
    "settlements": Source(
        Text("day of the settlement", "结算日"), "settled_at", frozenset({"channel", "region"}),
        Text("settlement", "结算"), "settlements", _MONTH,
    ),
    "market": Source(
        Text("last day of the day, week or month the figure stands for", "数据所属日、周或月的最后一天"), "day",
        frozenset({"category"}), Text("market", "大盘"), "market", _MONTH,
    ),
    "searches": Source(
        Text("last day of the day, week or month the figure stands for", "数据所属日、周或月的最后一天"), "day",
        frozenset({"category"}), Text("search", "搜索"), "market", _MONTH,
    ),
    "competitors": Source(
        Text("day it was looked at", "观察日"), "day", frozenset({"competitor"}), Text("competitor", "竞品"), "competitors",
        _MONTH,
    ),
}  # fmt: skip
