"""What a demo shop's world is made of: where visits come from, what is promised, what buyers say, who else sells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from okrlib.demo import shopify, tmall


@dataclass(frozen=True, slots=True)
class Visits:
    """A source of visits: its share, how it grows (continuously, per year), and, of advertising, cents a click costs."""

    name: str
    share: float
    growth: float = 0.0
    click: int = 0


@dataclass(frozen=True, slots=True)
class Rival:
    """Another shop: its prices beside ours, how well it is reviewed, what is complained of, and how it grows per year."""

    name: str
    price: float
    rating: float
    complaints: str
    growth: float
    cuts: tuple[date, float] | None = None  # from this day on, prices times this


@dataclass(frozen=True, slots=True)
class World:
    """All of a shop's surroundings.

    From the day `turn` it promises more than its warehouse can keep, and its new advertising brings visitors who buy less.
    """

    files: Mapping[str, str]
    order_ids: Callable[[pd.DataFrame], list[str]]
    buyer: str  # how an order names a buyer, with its number
    sources: tuple[Visits, ...]
    overlap: float  # visitors of all sources together, over visitors
    overall: bool  # whether the platform tells visits as a whole elsewhere
    conversion: float
    turn: date
    ship_hours: tuple[int, int]  # promised from payment to dispatch, before and after the turn
    deliver_days: tuple[int, int]  # promised from payment to receipt, before and after the turn
    parcel_cost: int  # cents
    praise: tuple[str, ...]
    complaints: Mapping[str, tuple[str, ...]]  # by what went wrong
    women: float
    ages: Mapping[str, float]
    young: tuple[str, ...]  # articles whose buyers are younger
    rivals: tuple[Rival, ...]
    offer: str  # what rivals call their promotions
    share_of_market: float
    survey: str
    slow: Mapping[str, int]  # articles of which far too many lie in stock: units beside what sells


TMALL = World(
    files={
        "traffic": "流量来源", "ads": "推广报表", "stock": "库存", "buyers": "会员资料", "reviews": "评价",
        "shipments": "物流", "competitors": "竞品", "market": "类目大盘", "service": "满意度",
    },
    order_ids=tmall.order_ids,
    buyer="演示买家{:06d}",
    sources=(
        Visits("手淘搜索", 0.36), Visits("手淘推荐", 0.24, 0.1), Visits("我的淘宝", 0.1), Visits("购物车", 0.09),
        Visits("淘宝客", 0.05, 0.05, 60), Visits("直通车", 0.1, 0.1, 118), Visits("引力魔方", 0.06, 0.25, 85),
    ),
    overlap=1.12,
    overall=True,
    conversion=0.034,
    turn=date(2026, 10, 1),
    ship_hours=(42, 36),
    deliver_days=(12, 10),
    parcel_cost=620,
    praise=(
        "釉色很润，和图片一样，泡茶正好", "包装严实，客服耐心，会再来", "送长辈的，很喜欢", "杯壁薄而不烫手，手感好",
        "茶香很足，性价比高", "做工细致，第二次买了", "颜色比图片还好看", "发货快，第二天就收到了",
    ),
    complaints={
        "late": ("发货太慢了，等了一个多星期", "物流慢，催了几次客服才发货",
                 "到货太晚，错过了送礼的日子", "快递拖了很久，物流信息一直不更新"),
        "broken": ("壶身收到就有裂纹", "煮水时玻璃炸裂了，太危险", "玻璃太薄，用两次就裂了", "打开包装发现壶嘴碎了", "裂纹，申请退款了"),
        "quality": ("尺寸比图片小很多", "釉面有黑点，做工一般", "颜色和图片有色差", "茶叶味道淡，不如上次"),
        "service": ("客服回复慢，态度敷衍", "问客服半天没人理", "退款流程麻烦，客服推来推去"),
    },
    women=0.58,
    ages={"18-24": 0.12, "25-34": 0.34, "35-44": 0.28, "45-54": 0.17, "55+": 0.09},
    young=("QL-CB-09", "QL-CY-08", "QL-CB-07", "QL-CH-03"),
    rivals=(
        Rival("云栖茶舍", 0.93, 4.7, "物流慢；包装简陋", 0.35, (date(2026, 10, 10), 0.88)),
        Rival("陶然居", 1.18, 4.9, "价格高", 0.1),
        Rival("一叶知秋", 0.82, 4.5, "色差；做工一般", 0.2),
    ),
    offer="满300减40",
    share_of_market=0.024,
    survey="旺旺满意度",
    slow={"QL-CP-03": 260, "QL-GW-05": 210, "QL-CH-06": 150, "QL-LH-09": 320},
)  # fmt: skip

SHOPIFY = World(
    files={
        "traffic": "traffic", "ads": "ads", "stock": "stock", "buyers": "customers", "reviews": "reviews",
        "shipments": "shipments", "competitors": "competitors", "market": "market", "service": "satisfaction",
    },
    order_ids=shopify.order_ids,
    buyer="buyer{:06d}@example.com",
    sources=(
        Visits("organic search", 0.31), Visits("direct", 0.23), Visits("email", 0.11), Visits("social", 0.12, 0.15),
        Visits("google ads", 0.14, 0.1, 72), Visits("meta ads", 0.09, 0.3, 58),
    ),
    overlap=1.0,
    overall=False,
    conversion=0.026,
    turn=date(2026, 10, 1),
    ship_hours=(42, 36),
    deliver_days=(13, 11),
    parcel_cost=640,
    praise=(
        "Beautiful glaze, exactly as pictured", "Wrapped with care, lovely gift", "The gaiwan pours without a drip",
        "Fragrant tea, will order again", "My second set, just as good as the first", "Fast dispatch and friendly replies",
        "Feels good in the hand", "Great value for handmade cups",
    ),
    complaints={
        "late": ("Arrived two weeks late", "Shipping took forever, tracking never updated", "Came too late for the birthday",
                 "Slow delivery, had to ask twice"),
        "broken": ("The glass cracked on first use", "Arrived broken, shards in the box", "Pot cracked when the water boiled",
                   "Lid was chipped and the glass cracked"),
        "quality": ("Smaller than it looks in the photos", "Glaze has black spots", "Colour differs from the pictures",
                    "Tea tastes flat this time"),
        "service": ("Support answered after a week", "Nobody replied to my emails", "Refund took ages, support unhelpful"),
    },
    women=0.55,
    ages={"18-24": 0.09, "25-34": 0.3, "35-44": 0.27, "45-54": 0.2, "55+": 0.14},
    young=("QT-CU-06", "QT-PO-03", "QT-CU-05"),
    rivals=(
        Rival("Harbour Tea Co", 0.94, 4.6, "slow delivery; thin boxes", 0.3, (date(2026, 10, 12), 0.87)),
        Rival("Kiln & Leaf", 1.22, 4.8, "dear", 0.08),
        Rival("Everyday Teaware", 0.78, 4.3, "colour differs; chips easily", 0.22),
    ),
    offer="15% off from $75",
    share_of_market=0.011,
    survey="after-sale survey",
    slow={"QT-TR-02": 130, "QT-GW-03": 110, "QT-CU-09": 240},
)  # fmt: skip
