"""What a finding rests on: the chart or table that shows its evidence, by the address it has in the page, and by its name."""

from __future__ import annotations

from okrlib.analysis.findings import Finding
from okrlib.text import Text

DAILY, DRIVERS, PRODUCTS, REFUNDS, SERVICE, STOCK, MARKET, MONEY, CATEGORIES, ADS, RULES = (
    f"okr-at-{name}"
    for name in (
        "daily",
        "drivers",
        "products",
        "refunds",
        "service",
        "stock",
        "market",
        "money",
        "categories",
        "ads",
        "rules",
    )
)
BY = {by: f"okr-at-by-{by}" for by in ("channel", "category", "region")}
NAMES: dict[str, Text] = {
    DAILY: Text("Paid revenue a day", "每日支付金额"),
    DRIVERS: Text("What moved revenue", "支付金额的驱动因素"),
    BY["channel"]: Text("Paid revenue by channel", "支付金额（按渠道）"),
    BY["category"]: Text("Paid revenue by category", "支付金额（按类目）"),
    BY["region"]: Text("Paid revenue by region", "支付金额（按地区）"),
    PRODUCTS: Text("Best sellers of the quarter", "本季度畅销商品"),
    REFUNDS: Text("Refunds by product", "商品退款"),
    SERVICE: Text("Promises kept, and what buyers say", "履约与口碑"),
    STOCK: Text("Moves too slowly", "滞销与积压"),
    MARKET: Text("Market share", "市场占有率"),
    MONEY: Text("What is left of the money", "钱剩下多少"),
    CATEGORIES: Text("What each category leaves", "各类目剩余"),
    ADS: Text("Does advertising pay, channel by channel", "各渠道推广是否划算"),
    RULES: Text("The platform's rules", "平台规则"),
}
_OF_KIND = {
    "total": DAILY, "conversion": DRIVERS, "stock_out": PRODUCTS, "refunds": REFUNDS, "shipping": SERVICE, "delivery": SERVICE,
    "reviews": SERVICE, "overstock": STOCK, "market_share": MARKET, "margin": MONEY, "loss": CATEGORIES, "ads": ADS, "ad_loss": ADS,
    "rule": RULES,
}  # fmt: skip


def rests_on(one: Finding) -> str:
    """Return the address of the chart or table that a finding rests on."""
    return _OF_KIND.get(one.kind) or BY.get(one.by, PRODUCTS)
