"""The market we sell in, and those we share it with."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity
from okrlib.text import Text

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("market_size", Text("Market size", "类目大盘成交额"),
           Text("sales of the categories on the platform, of the days, weeks or months told to their end",
                "平台各类目的成交额，只计已完整统计的日、周或月"),
           "money", "none", "market", "market", "sum(market_amount)", adds_up=True, leads=True),
    Metric("market_revenue", Text("Our sales in that market", "大盘口径本店成交额"),
           Text("what was paid for our products in the categories, and on the days, that the market's figures stand for",
                "大盘数据所覆盖的类目与日期内，本店商品的支付金额"),
           "money", "up", "market", "market", "sum(ours)", adds_up=True, volume=True),
    Metric("market_share", Text("Market share", "市场占有率"),
           Text("our sales in the market divided by the market's", "大盘口径本店成交额 ÷ 类目大盘成交额"),
           "share", "up", "market", op="ratio", of=("market_revenue", "market_size"),
           called={"taobao_tmall": "行业占比"}),
    Metric("brand_searches", Text("Brand searches", "品牌搜索量"),
           Text("searches for our brand", "搜索本店品牌的次数"),
           "searches", "up", "market", "searches", "sum(brand_search_volume)", adds_up=True, leads=True, volume=True),
    Metric("category_searches", Text("Category searches", "类目搜索量"),
           Text("searches in the categories we sell in", "所售类目的搜索次数"),
           "searches", "none", "market", "searches", "sum(search_volume)", adds_up=True, leads=True),
    Metric("search_share", Text("Share of search", "搜索占比"),
           Text("brand searches divided by category searches", "品牌搜索量 ÷ 类目搜索量"),
           "share", "up", "market", op="ratio", of=("brand_searches", "category_searches"), leads=True),
    Metric("own_basket", Text("Matched articles at our prices", "对标商品按本店成交价合计"),
           Text("what a unit of ours brought, summed over all looks at competitors' matching articles",
                "每次比价时本店对应商品的成交单价之和"),
           "money", "none", "market", "competitors", "sum(own_price) FILTER (price > 0)", hidden=True),
    Metric("their_basket", Text("Matched articles at their prices", "对标商品按竞品售价合计"),
           Text("what competitors asked for the matching articles, summed over the same looks", "同样次数的竞品售价之和"),
           "money", "none", "market", "competitors", "sum(price) FILTER (price > 0 AND own_price IS NOT NULL)",
           hidden=True),
    Metric("price_index", Text("Price index", "价格指数"),
           Text("matched articles at our prices divided by the same at competitors'; above 100% we are dearer",
                "对标商品按本店成交价合计 ÷ 按竞品售价合计；高于 100% 表示本店更贵"),
           "share", "none", "market", op="ratio", of=("own_basket", "their_basket"), leads=True),
)
# fmt: on

IDENTITIES: tuple[Identity, ...] = (
    Identity("market_revenue", ("market_size", "market_share"), "product"),
    Identity("brand_searches", ("category_searches", "search_share"), "product"),
)
