"""What stands beside the sales: visits, stock, advertising, buyers, reviews, parcels, rivals, market, service."""

from __future__ import annotations

from okrlib.schema.table import MONEY, Column, Table
from okrlib.text import Text

TRAFFIC = Table(
    "traffic",
    Text("Visits by day", "每日流量"),
    ("day", "channel"),
    {
        "day": Column("DATE", Text("day of the visits", "日期"), required=True),
        "channel": Column(
            "VARCHAR",
            Text("where visits came from; all, when not told apart", "流量来源，未区分则为 all"),
            required=True,
        ),
        "visitors": Column("BIGINT", Text("visitors of the day; they never add up over days", "访客数，不可按天相加")),
        "page_views": Column("BIGINT", Text("pages viewed", "浏览量")),
        "buyers": Column("BIGINT", Text("visitors who paid, as the platform counts", "平台统计的支付买家数")),
        "units": Column("BIGINT", Text("units sold, as the platform counts", "平台统计的支付件数")),
        "amount": Column(MONEY, Text("sales, as the platform counts", "平台统计的支付金额")),
    },
)

STOCK = Table(
    "stock",
    Text("Stock on a day", "每日库存"),
    ("day", "sku"),
    {
        "day": Column("DATE", Text("day of the count", "盘点日期"), required=True),
        "sku": Column("VARCHAR", Text("the merchant's article code", "商家编码"), required=True),
        "on_hand": Column("BIGINT", Text("units that can be sold", "可售库存")),
        "inbound": Column("BIGINT", Text("units on their way", "在途库存")),
    },
)

ADS = Table(
    "ads",
    Text("Advertising by day", "每日推广"),
    ("day", "channel"),
    {
        "day": Column("DATE", Text("day of the spending", "日期"), required=True),
        "channel": Column("VARCHAR", Text("advertising channel", "推广渠道"), required=True),
        "spend": Column(MONEY, Text("spent", "花费")),
        "impressions": Column("BIGINT", Text("times shown", "展现量")),
        "clicks": Column("BIGINT", Text("clicks", "点击量")),
        "ad_orders": Column("BIGINT", Text("orders the platform credits to it", "成交笔数")),
        "ad_amount": Column(MONEY, Text("sales the platform credits to it", "成交金额")),
    },
)

BUYERS = Table(
    "buyers",
    Text("Buyers", "买家"),
    ("buyer",),
    {
        "buyer": Column(
            "VARCHAR",
            Text("the buyer as in the orders; only a keyed hash is kept", "买家账号，只保留散列"),
            required=True,
        ),
        "age_group": Column("VARCHAR", Text("age group, such as 25-34", "年龄段")),
        "gender": Column("VARCHAR", Text("gender", "性别")),
        "home_region": Column("VARCHAR", Text("province, state or country", "常住地区")),
    },
)

REVIEWS = Table(
    "reviews",
    Text("Reviews", "评价"),
    ("review_id",),
    {
        "review_id": Column("VARCHAR", Text("number of the review", "评价编号"), required=True),
        "reviewed_at": Column("TIMESTAMP", Text("when it was written", "评价时间"), required=True),
        "sku": Column("VARCHAR", Text("article reviewed", "商家编码")),
        "stars": Column("INTEGER", Text("stars from 1 to 5", "星级，1 至 5"), required=True),
        "order_id": Column("VARCHAR", Text("order it is about", "所属订单号")),
        "comment": Column("VARCHAR", Text("what was written", "评价内容")),
    },
)

SHIPMENTS = Table(
    "shipments",
    Text("Shipments", "发货"),
    ("shipment_id",),
    {
        "shipment_id": Column("VARCHAR", Text("number of the parcel", "快递单号"), required=True),
        "order_id": Column("VARCHAR", Text("order it belongs to", "所属订单号"), required=True),
        "promised_at": Column("TIMESTAMP", Text("promised to be shipped by", "承诺发货时间")),
        "shipped_at": Column("TIMESTAMP", Text("handed to the carrier", "发货时间")),
        "delivered_at": Column("TIMESTAMP", Text("received", "签收时间")),
        "cost": Column(MONEY, Text("what sending it cost us", "运费支出")),
        "deliver_by": Column("TIMESTAMP", Text("promised to arrive by", "承诺送达时间")),
    },
)

COMPETITORS = Table(
    "competitors",
    Text("Competitors", "竞争对手"),
    ("day", "competitor", "item"),
    {
        "day": Column("DATE", Text("day it was looked at", "日期"), required=True),
        "competitor": Column("VARCHAR", Text("competitor", "竞争店铺"), required=True),
        "item": Column("VARCHAR", Text("article", "竞品"), required=True),
        "price": Column(MONEY, Text("price asked", "售价")),
        "promotion": Column("VARCHAR", Text("promotion running", "促销活动")),
        "review_count": Column("BIGINT", Text("number of reviews", "评价数")),
        "rating": Column(MONEY, Text("average rating", "评分")),
        "category": Column("VARCHAR", Text("category, by our own names", "类目，按本店名称")),
        "our_sku": Column("VARCHAR", Text("our article that it competes with", "对标的本店商家编码")),
        "units": Column("BIGINT", Text("units sold in the 30 days before", "近 30 天销量")),
        "complaints": Column("VARCHAR", Text("what its reviews complain of", "评价中的主要抱怨")),
    },
)

MARKET = Table(
    "market",
    Text("Market by category", "类目大盘"),
    ("day", "category"),
    {
        "day": Column("DATE", Text("first day of the day, week or month", "日期"), required=True),
        "category": Column("VARCHAR", Text("category", "类目"), required=True),
        "market_amount": Column(MONEY, Text("sales of the whole category", "类目交易额")),
        "our_rank": Column("BIGINT", Text("our rank in the category", "本店排名")),
        "search_volume": Column("BIGINT", Text("searches for the category", "类目搜索量")),
        "brand_search_volume": Column("BIGINT", Text("searches for our brand", "品牌搜索量")),
    },
)

SERVICE = Table(
    "service",
    Text("Customer satisfaction", "客户满意度"),
    ("day", "survey"),
    {
        "day": Column("DATE", Text("day of the survey or score", "日期"), required=True),
        "survey": Column("VARCHAR", Text("which survey or score", "调查名称"), required=True),
        "answers": Column("BIGINT", Text("answers", "答复数")),
        "satisfied": Column("BIGINT", Text("answers that were satisfied", "满意数")),
    },
)
