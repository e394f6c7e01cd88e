"""Visits and advertising: who came, from where, and at what cost."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity
from okrlib.text import Text

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("visitors", Text("Visitors", "访客数"),
           Text("visitors of each day, summed: who comes on two days counts twice, since exports tell no more",
                "每日访客数之和：同一人两天来访计两次，导出文件不提供跨天去重"),
           "visitors", "up", "market", "traffic", "sum(visitors)", adds_up=True, leads=True, volume=True,
           called={"taobao_tmall": "访客数", "jd": "访客数", "pinduoduo": "店铺访客数", "douyin": "商品曝光人数",
                   "amazon": "Sessions", "shopify": "Online store visitors"}),
    Metric("page_views", Text("Page views", "浏览量"),
           Text("pages that visitors opened", "访客打开的页面数"),
           "views", "up", "market", "traffic", "sum(page_views)", adds_up=True, leads=True, volume=True,
           called={"taobao_tmall": "浏览量", "jd": "浏览量", "pinduoduo": "店铺浏览量", "amazon": "Page views", "shopify": "Pageviews"}),
    Metric("conversion", Text("Conversion rate", "支付转化率"),
           Text("paying buyers divided by visitors", "支付买家数 ÷ 访客数"),
           "share", "up", "sales", op="ratio", of=("buyers", "visitors"), leads=True,
           called={"taobao_tmall": "支付转化率", "jd": "成交转化率", "pinduoduo": "支付转化率"}),
    Metric("order_conversion", Text("Orders per visitor", "访客下单转化率"),
           Text("paid orders divided by visitors; for platforms that name no buyers", "支付订单数 ÷ 访客数；用于不提供买家信息的平台"),
           "share", "up", "sales", op="ratio", of=("orders", "visitors"), leads=True,
           called={"amazon": "Order item session percentage", "shopify": "Conversion rate"}),
    Metric("revenue_per_visitor", Text("Revenue per visitor", "访客价值（UV价值）"),
           Text("paid revenue divided by visitors", "支付金额 ÷ 访客数"),
           "money_per_visitor", "up", "sales", op="ratio", of=("revenue", "visitors"),
           called={"taobao_tmall": "UV价值", "jd": "UV价值"}),
    Metric("pages_per_visitor", Text("Pages per visitor", "人均浏览量"),
           Text("page views divided by visitors", "浏览量 ÷ 访客数"),
           "views_per_visitor", "up", "market", op="ratio", of=("page_views", "visitors"), leads=True,
           called={"taobao_tmall": "人均浏览量", "jd": "人均浏览量"}),
    Metric("ad_spend", Text("Advertising spend", "推广花费"),
           Text("spent on advertising on the platform", "平台内推广的花费"),
           "money", "none", "market", "ads", "sum(spend)", adds_up=True, volume=True,
           called={"taobao_tmall": "花费", "jd": "花费", "amazon": "Spend"}),
    Metric("ad_impressions", Text("Ad impressions", "推广展现量"),
           Text("times an advertisement was shown", "推广的展现次数"),
           "views", "up", "market", "ads", "sum(impressions)", adds_up=True, leads=True, volume=True,
           called={"taobao_tmall": "展现量", "jd": "展现数", "amazon": "Impressions"}),
    Metric("ad_clicks", Text("Ad clicks", "推广点击量"),
           Text("clicks on advertisements", "推广的点击次数"),
           "views", "up", "market", "ads", "sum(clicks)", adds_up=True, leads=True, volume=True,
           called={"taobao_tmall": "点击量", "jd": "点击数", "amazon": "Clicks"}),
    Metric("ad_revenue", Text("Revenue credited to ads", "推广成交金额"),
           Text("sales that the platform credits to advertising", "平台归因于推广的成交金额"),
           "money", "up", "sales", "ads", "sum(ad_amount)", adds_up=True, revision_days=15, volume=True,
           called={"taobao_tmall": "总成交金额", "jd": "总订单金额", "amazon": "14 day total sales"}),
    Metric("ad_return", Text("Return on advertising", "投入产出比（ROI）"),
           Text("sales credited to advertising divided by advertising spend", "推广成交金额 ÷ 推广花费"),
           "times", "up", "market", op="ratio", of=("ad_revenue", "ad_spend"), revision_days=15,
           called={"taobao_tmall": "投入产出比", "jd": "ROI", "amazon": "Total return on advertising spend (ROAS)"}),
    Metric("ad_cost_share", Text("Advertising cost share", "推广费用率"),
           Text("advertising spend divided by paid revenue", "推广花费 ÷ 支付金额"),
           "share", "down", "market", op="ratio", of=("ad_spend", "revenue"),
           called={"amazon": "TACoS"}),
    Metric("cost_per_click", Text("Cost per click", "平均点击花费"),
           Text("advertising spend divided by ad clicks", "推广花费 ÷ 点击量"),
           "money_per_click", "down", "market", op="ratio", of=("ad_spend", "ad_clicks"),
           called={"taobao_tmall": "平均点击花费", "jd": "平均点击成本", "amazon": "Cost per click (CPC)"}),
    Metric("click_through_rate", Text("Click-through rate", "点击率"),
           Text("ad clicks divided by ad impressions", "点击量 ÷ 展现量"),
           "share", "up", "market", op="ratio", of=("ad_clicks", "ad_impressions"), leads=True,
           called={"taobao_tmall": "点击率", "jd": "点击率", "amazon": "Click-thru rate (CTR)"}),
)
# fmt: on

IDENTITIES: tuple[Identity, ...] = (
    Identity("revenue", ("visitors", "conversion", "revenue_per_buyer"), "product"),
    Identity("revenue", ("visitors", "order_conversion", "revenue_per_order"), "product"),
    Identity("page_views", ("visitors", "pages_per_visitor"), "product"),
    Identity("ad_revenue", ("ad_spend", "ad_return"), "product"),
    Identity("ad_spend", ("ad_clicks", "cost_per_click"), "product"),
    Identity("ad_clicks", ("ad_impressions", "click_through_rate"), "product"),
)
