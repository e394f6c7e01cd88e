"""The two demo shops of one invented family business: what they sell, to whom, and the stories worth finding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okrlib.demo.seasons import CHINA, GIFTS_CHINA, GIFTS_OVERSEAS, OVERSEAS
from okrlib.demo.shop import Loyalty, Product, Region, Share, ShopSpec
from okrlib.periods import Period

OPENED = date(2024, 6, 1)


def _products(category: str, refund_rate: float, *rows: tuple[str, str, str, float]) -> tuple[Product, ...]:
    """Return products from (sku, title, price, share) rows."""
    return tuple(Product(sku, title, category, Decimal(price), share, refund_rate) for sku, title, price, share in rows)


def _regions(country: str, *rows: tuple[str, str, str, float, float]) -> tuple[Region, ...]:
    """Return regions from (name, code, city, weight, growth) rows."""
    return tuple(Region(name, weight, growth, city, country, code) for name, code, city, weight, growth in rows)


TMALL = ShopSpec(
    name="青岚茶器旗舰店（演示数据）",
    seed=20240601,
    currency="CNY",
    time_zone="Asia/Shanghai",
    opened=OPENED,
    newcomers=18.6,
    growth=0.25,
    products=(
        # The best seller, sold out for three weeks of August 2026.
        Product("QL-GW-01", "青釉三才盖碗 单个装", "盖碗", Decimal("129.00"), 0.115, 0.06, "QL-CB-01",
                out_of_stock=Period(date(2026, 8, 8), date(2026, 8, 28))),
        # Launched in September 2026, soon among the first three.
        Product("QL-CB-09", "山岚旅行快客杯 一壶两杯", "茶杯", Decimal("159.00"), 0.11, 0.05, "QL-CY-03",
                launched=date(2026, 9, 5)),
        # A batch of glass that breaks: refunds triple from October 2026.
        Product("QL-CH-03", "耐热玻璃煮茶壶 900ml", "茶壶", Decimal("219.00"), 0.055, 0.06, "QL-CB-03",
                refunds_rise=(date(2026, 10, 1), 0.2)),
        Product("QL-CH-01", "紫砂西施壶 200ml", "茶壶", Decimal("368.00"), 0.03, 0.07, "QL-CB-02"),
        Product("QL-LH-01", "如意茶礼盒 龙井配盖碗", "礼盒", Decimal("398.00"), 0.022, 0.04, festive=True),
        Product("QL-LH-02", "团圆茶礼盒 白茶饼配品茗杯", "礼盒", Decimal("328.00"), 0.02, 0.04, festive=True),
        Product("QL-LH-03", "清和茶礼盒 四味小罐", "礼盒", Decimal("198.00"), 0.026, 0.04, festive=True),
        Product("QL-LH-04", "臻选茶器礼盒 壶杯六件套", "礼盒", Decimal("588.00"), 0.011, 0.05, festive=True),
        Product("QL-LH-05", "伴手茶礼盒 茉莉绿茶", "礼盒", Decimal("128.00"), 0.024, 0.03, festive=True),
        *_products("茶壶", 0.07,
            ("QL-CH-02", "青瓷提梁壶 350ml", "258.00", 0.026), ("QL-CH-04", "粗陶侧把壶 220ml", "168.00", 0.034),
            ("QL-CH-05", "白瓷美人肩壶 180ml", "188.00", 0.028), ("QL-CH-06", "紫砂石瓢壶 240ml", "468.00", 0.012),
            ("QL-CH-07", "日式横手急须 280ml", "199.00", 0.018)),
        *_products("茶杯", 0.055,
            ("QL-CB-01", "青釉品茗杯 两只装", "59.00", 0.06), ("QL-CB-02", "建盏主人杯 单只", "89.00", 0.045),
            ("QL-CB-03", "双层玻璃杯 两只装", "69.00", 0.04), ("QL-CB-04", "青花压手杯 四只装", "99.00", 0.025),
            ("QL-CB-05", "粗陶马克杯 带茶隔", "79.00", 0.035), ("QL-CB-06", "白瓷闻香杯 对杯", "49.00", 0.02),
            ("QL-CB-07", "同心杯 泡茶办公杯", "109.00", 0.03), ("QL-CB-08", "手绘兰花主人杯", "128.00", 0.015)),
        *_products("盖碗", 0.065,
            ("QL-GW-02", "白瓷羊脂玉盖碗", "99.00", 0.04), ("QL-GW-03", "玻璃防烫盖碗", "69.00", 0.03),
            ("QL-GW-04", "手绘缠枝莲盖碗", "199.00", 0.018), ("QL-GW-05", "粗陶鎏银盖碗", "238.00", 0.01),
            ("QL-GW-06", "旅行盖碗套组 一碗三杯", "149.00", 0.024)),
        *_products("茶叶", 0.02,
            ("QL-CY-01", "明前龙井 100g", "168.00", 0.04), ("QL-CY-02", "福鼎白牡丹 150g", "118.00", 0.035),
            ("QL-CY-03", "凤凰单丛鸭屎香 125g", "98.00", 0.045), ("QL-CY-04", "正山小种红茶 150g", "78.00", 0.035),
            ("QL-CY-05", "云南普洱熟茶 357g", "138.00", 0.025), ("QL-CY-06", "安溪铁观音 250g", "88.00", 0.022),
            ("QL-CY-07", "茉莉银针花茶 100g", "69.00", 0.03), ("QL-CY-08", "冷泡茶包 20 袋", "39.00", 0.04)),
        *_products("茶盘", 0.075,
            ("QL-CP-01", "竹制干泡茶盘 小号", "99.00", 0.03), ("QL-CP-02", "黑檀木茶盘 中号", "329.00", 0.012),
            ("QL-CP-03", "乌金石茶盘 大号", "458.00", 0.007), ("QL-CP-04", "陶瓷壶承 圆形", "79.00", 0.03),
            ("QL-CP-05", "便携茶席布配壶垫", "49.00", 0.024)),
        # Listed since the spring of 2025, and nobody buys it.
        Product("QL-LH-09", "金丝楠木茶礼盒 定制款", "礼盒", Decimal("698.00"), 0.0, launched=date(2025, 4, 10)),
    ),
    cost_shares={"茶壶": Decimal("0.38"), "茶杯": Decimal("0.34"), "盖碗": Decimal("0.33"),
                 "茶叶": Decimal("0.46"), "茶盘": Decimal("0.41"), "礼盒": Decimal("0.44")},
    regions=_regions("中国",
        ("广东省", "", "广州市", 0.15, 0.0), ("浙江省", "", "杭州市", 0.12, 0.0), ("江苏省", "", "苏州市", 0.11, 0.0),
        ("上海", "", "上海市", 0.09, -0.05), ("北京", "", "北京市", 0.09, -0.05), ("山东省", "", "济南市", 0.08, 0.0),
        ("福建省", "", "福州市", 0.07, 0.0), ("四川省", "", "成都市", 0.035, 0.6), ("湖北省", "", "武汉市", 0.05, 0.0),
        ("河南省", "", "郑州市", 0.05, 0.0), ("湖南省", "", "长沙市", 0.04, 0.0), ("安徽省", "", "合肥市", 0.04, 0.0),
        ("陕西省", "", "西安市", 0.035, 0.05), ("辽宁省", "", "沈阳市", 0.03, -0.1),
        ("云南省", "", "昆明市", 0.03, 0.0)),
    channels=(Share("mobile", 0.9, 0.02), Share("desktop", 0.1, -0.2)),
    season=CHINA,
    gifts=GIFTS_CHINA,
    loyalty=Loyalty(gap=75),
    postage=Decimal("10.00"),
    free_from=Decimal("99.00"),
    coupon=("店铺优惠券", 0.08),
    promotion=("大促满减", 0.12),
    unpaid=0.07,
    unpaid_closes=1,
    cancelled=0.018,
    transit=(3, 11),
)  # fmt: skip

SHOPIFY = ShopSpec(
    name="Qinglan Tea (demo)",
    seed=20240602,
    currency="USD",
    time_zone="America/New_York",
    opened=OPENED,
    newcomers=9.7,
    growth=0.24,
    products=(
        Product("QT-GW-01", "Celadon Gaiwan - 150 ml", "Gaiwans", Decimal("38.00"), 0.115, 0.06, "QT-CU-01"),
        Product("QT-CU-06", "Mountain Mist Travel Set - One Pot, Two Cups", "Cups", Decimal("46.00"), 0.1, 0.05,
                "QT-TE-03", launched=date(2026, 9, 12)),
        Product("QT-PO-03", "Glass Simmering Pot - 900 ml", "Teapots", Decimal("64.00"), 0.06, 0.06, "QT-CU-03",
                refunds_rise=(date(2026, 10, 1), 0.18)),
        Product("QT-GB-01", "Longjing & Gaiwan Gift Box", "Gift Boxes", Decimal("96.00"), 0.03, 0.04, festive=True),
        Product("QT-GB-02", "Four Teas Gift Box", "Gift Boxes", Decimal("48.00"), 0.045, 0.03, festive=True),
        Product("QT-GB-03", "Six-Piece Teaware Gift Box", "Gift Boxes", Decimal("148.00"), 0.014, 0.05, festive=True),
        *_products("Teapots", 0.07,
            ("QT-PO-01", "Yixing Xishi Teapot - 200 ml", "98.00", 0.05),
            ("QT-PO-02", "Celadon Handle Teapot - 350 ml", "72.00", 0.035),
            ("QT-PO-04", "Stoneware Side-Handle Pot - 220 ml", "54.00", 0.04),
            ("QT-PO-05", "White Porcelain Teapot - 180 ml", "58.00", 0.03)),
        *_products("Cups", 0.055,
            ("QT-CU-01", "Celadon Tasting Cups - Pair", "24.00", 0.07),
            ("QT-CU-02", "Jianzhan Master Cup", "42.00", 0.06),
            ("QT-CU-03", "Double-Wall Glasses - Pair", "28.00", 0.045),
            ("QT-CU-04", "Blue & White Cups - Set of Four", "36.00", 0.03),
            ("QT-CU-05", "Stoneware Mug with Infuser", "32.00", 0.055)),
        *_products("Gaiwans", 0.065,
            ("QT-GW-02", "Jade White Gaiwan - 140 ml", "34.00", 0.045),
            ("QT-GW-03", "Hand-Painted Lotus Gaiwan - 150 ml", "68.00", 0.02)),
        *_products("Teas", 0.02,
            ("QT-TE-01", "Pre-Qingming Longjing - 100 g", "44.00", 0.05),
            ("QT-TE-02", "White Peony - 150 g", "36.00", 0.045),
            ("QT-TE-03", "Phoenix Dancong - 125 g", "34.00", 0.05),
            ("QT-TE-04", "Lapsang Souchong - 150 g", "26.00", 0.05),
            ("QT-TE-05", "Ripe Pu'er Cake - 357 g", "48.00", 0.03),
            ("QT-TE-06", "Jasmine Silver Needle - 100 g", "30.00", 0.04)),
        *_products("Trays", 0.075,
            ("QT-TR-01", "Bamboo Dry Tea Tray - Small", "45.00", 0.035),
            ("QT-TR-02", "Ebony Tea Tray - Medium", "118.00", 0.012),
            ("QT-TR-03", "Ceramic Pot Stand - Round", "29.00", 0.03)),
        # Listed since the spring of 2025, and nobody buys it.
        Product("QT-CU-09", "Gilded Master Cup - Boxed", "Cups", Decimal("88.00"), 0.0, launched=date(2025, 4, 10)),
    ),
    cost_shares={"Teapots": Decimal("0.34"), "Cups": Decimal("0.3"), "Gaiwans": Decimal("0.3"),
                 "Teas": Decimal("0.42"), "Trays": Decimal("0.38"), "Gift Boxes": Decimal("0.4")},
    regions=(
        *_regions("US",
            ("California", "CA", "Los Angeles", 0.17, 0.0), ("New York", "NY", "New York", 0.12, 0.0),
            ("Texas", "TX", "Austin", 0.07, 0.05), ("Washington", "WA", "Seattle", 0.07, 0.0),
            ("Illinois", "IL", "Chicago", 0.05, 0.0), ("Massachusetts", "MA", "Boston", 0.05, 0.0),
            ("Florida", "FL", "Miami", 0.05, 0.0)),
        *_regions("GB", ("England", "ENG", "London", 0.14, 0.0), ("Scotland", "SCT", "Edinburgh", 0.03, 0.0)),
        *_regions("CA", ("Ontario", "ON", "Toronto", 0.07, 0.0), ("British Columbia", "BC", "Vancouver", 0.05, 0.0)),
        *_regions("AU", ("New South Wales", "NSW", "Sydney", 0.05, 0.0), ("Victoria", "VIC", "Melbourne", 0.04, 0.0)),
        *_regions("DE", ("Berlin", "BE", "Berlin", 0.02, 0.65), ("Bavaria", "BY", "Munich", 0.02, 0.65)),
    ),
    channels=(Share("web", 0.82, -0.04), Share("pos", 0.07, -0.1), Share("shopify_draft_order", 0.06, 0.0),
              Share("instagram", 0.05, 0.5)),
    season=OVERSEAS,
    gifts=GIFTS_OVERSEAS,
    loyalty=Loyalty(gap=85),
    postage=Decimal("7.95"),
    free_from=Decimal("75.00"),
    coupon=("WELCOME10", 0.1),
    promotion=("FESTIVAL15", 0.15),
    unpaid=0.02,
    unpaid_closes=7,
    cancelled=0.015,
    transit=(4, 12),
)  # fmt: skip
