"""Who buys, and who comes back."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity
from okrlib.text import Text

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("new_buyers", Text("New buyers", "新买家数"),
           Text("paying buyers whose first paid order, as far as the data go back, lies in the period",
                "首次付款（以现有数据为限）发生在本期的支付买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (first_paid_at >= since)",
           needs=("buyers",), leads=True,
           called={"taobao_tmall": "支付新买家数", "jd": "新客户数", "shopify": "New customers"}),
    Metric("returning_buyers", Text("Returning buyers", "老买家数"),
           Text("paying buyers who had paid before the period", "本期之前已付过款的支付买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (first_paid_at < since)",
           needs=("buyers",), leads=True,
           called={"taobao_tmall": "支付老买家数", "jd": "老客户数", "shopify": "Returning customers"}),
    Metric("repeat_buyers", Text("Buyers with two or more orders", "复购买家数"),
           Text("paying buyers with at least two paid orders in the period", "本期付款两笔及以上的买家数"),
           "buyers", "up", "market", "sales", "count(DISTINCT buyer) FILTER (order_id <> first_order)",
           needs=("buyers",)),
    Metric("new_buyer_share", Text("Share of new buyers", "新客占比"),
           Text("new buyers among paying buyers", "新买家数 ÷ 支付买家数"),
           "share", "none", "market", op="ratio", of=("new_buyers", "buyers")),
    Metric("returning_buyer_share", Text("Share of returning buyers", "老客占比"),
           Text("returning buyers among paying buyers", "老买家数 ÷ 支付买家数"),
           "share", "up", "market", op="ratio", of=("returning_buyers", "buyers"), leads=True,
           called={"taobao_tmall": "老买家占比", "shopify": "Returning customer rate"}),
    Metric("repeat_purchase_rate", Text("Repeat-purchase rate", "复购率"),
           Text("paying buyers with two or more paid orders in the period", "本期付款两笔及以上的买家 ÷ 支付买家数"),
           "share", "up", "market", op="ratio", of=("repeat_buyers", "buyers"),
           called={"taobao_tmall": "复购率", "jd": "复购率"}),
)
# fmt: on

IDENTITIES = (Identity("buyers", ("new_buyers", "returning_buyers"), "sum"),)
