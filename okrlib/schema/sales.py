"""What was sold, given back and settled."""

from __future__ import annotations

from okrlib.schema.table import MONEY, Column, Table
from okrlib.text import Text

ORDERS = Table(
    "orders",
    Text("Orders", "订单"),
    ("order_id",),
    {
        "order_id": Column("VARCHAR", Text("the platform's order number", "平台订单号"), required=True),
        "buyer": Column("VARCHAR", Text("the buyer's account; only a keyed hash is kept", "买家账号，只保留散列")),
        "ordered_at": Column("TIMESTAMP", Text("placed", "下单时间"), required=True),
        "paid_at": Column("TIMESTAMP", Text("paid; empty when never paid", "付款时间，未付款则空")),
        "shipped_at": Column("TIMESTAMP", Text("handed to the carrier", "发货时间")),
        "delivered_at": Column("TIMESTAMP", Text("received, or receipt confirmed", "收货或确认收货时间")),
        "status": Column(
            "VARCHAR",
            Text(
                "status: unpaid, paid, shipped, completed, cancelled or refunded",
                "订单状态（待付款、已付款待发货、已发货、交易完成、未付款已取消、全额退款关闭）",
            ),
            required=True,
        ),
        "channel": Column("VARCHAR", Text("sales channel", "销售渠道")),
        "region": Column("VARCHAR", Text("province, state or country of delivery", "收货省份、州或国家")),
        "currency": Column("VARCHAR", Text("ISO 4217 code", "货币代码"), required=True),
        "discount_amount": Column(MONEY, Text("discounts already taken off", "已扣除的优惠")),
        "shipping_amount": Column(MONEY, Text("shipping the buyer was charged", "买家支付的运费")),
        "order_amount": Column(
            MONEY, Text("asked of the buyer: goods − discounts + shipping", "应付总额（货款−优惠+运费）")
        ),
        "paid_amount": Column(
            MONEY, Text("paid, before any later refund; empty when unpaid", "实付金额（退款前），未付款则空")
        ),
        "refund_amount": Column(
            MONEY, Text("given back so far; empty when the export does not say", "已退款金额，导出文件未提供则空")
        ),
    },
)

ORDER_LINES = Table(
    "order_lines",
    Text("Order lines", "订单明细"),
    ("order_id", "line_id"),
    {
        "order_id": Column("VARCHAR", Text("order it belongs to", "所属订单号"), required=True),
        "line_id": Column(
            "VARCHAR", Text("the platform's line number, else its position", "子订单号或行序号"), required=True
        ),
        "sku": Column("VARCHAR", Text("the merchant's article code", "商家编码")),
        "title": Column("VARCHAR", Text("product title", "商品标题")),
        "category": Column("VARCHAR", Text("product category", "商品类目")),
        "kind": Column(
            "VARCHAR",
            Text(
                "kind: product, shipping, discount or manual",
                "行类型（product 商品、shipping 运费、discount 折扣、manual 手工调整）",
            ),
            required=True,
        ),
        "quantity": Column("INTEGER", Text("units", "件数"), required=True),
        "unit_price": Column(MONEY, Text("list price of a unit", "单价")),
        "line_amount": Column(MONEY, Text("asked for the line after its discounts", "该行应付金额")),
        "refund_amount": Column(
            MONEY, Text("given back for the line; empty when the export does not say", "该行退款金额")
        ),
    },
)

REFUNDS = Table(
    "refunds",
    Text("Refunds with a date of their own", "有独立时间的退款"),
    ("refund_id",),
    {
        "refund_id": Column("VARCHAR", Text("refund number, else made from the order", "退款编号"), required=True),
        "order_id": Column("VARCHAR", Text("order refunded; empty when the export does not say", "对应订单号")),
        "buyer": Column("VARCHAR", Text("the buyer's account; only a keyed hash is kept", "买家账号，只保留散列")),
        "sku": Column("VARCHAR", Text("article refunded", "退款商品编码")),
        "title": Column("VARCHAR", Text("product title", "商品标题")),
        "kind": Column(
            "VARCHAR",
            Text(
                "kind: product, shipping, discount or manual",
                "行类型（product 商品、shipping 运费、discount 折扣、manual 手工调整）",
            ),
        ),
        "region": Column("VARCHAR", Text("region of the buyer", "买家地区")),
        "channel": Column("VARCHAR", Text("sales channel", "销售渠道")),
        "refunded_at": Column("TIMESTAMP", Text("when; empty when the export does not say", "退款时间，未知则空")),
        "amount": Column(MONEY, Text("given back, positive", "退款金额，正数"), required=True),
        "quantity": Column("INTEGER", Text("units sent back", "退回件数")),
        "reason": Column("VARCHAR", Text("reason as the platform gives it", "退款原因")),
    },
)

PRODUCTS = Table(
    "products",
    Text("Products", "商品"),
    ("sku",),
    {
        "sku": Column("VARCHAR", Text("the merchant's article code", "商家编码"), required=True),
        "title": Column("VARCHAR", Text("product title", "商品标题")),
        "category": Column("VARCHAR", Text("product category", "商品类目")),
        "list_price": Column(MONEY, Text("price before promotions", "标价")),
        "unit_cost": Column(MONEY, Text("cost of one unit", "单位成本")),
        "listed_at": Column("TIMESTAMP", Text("first put on sale", "上架时间")),
    },
)

SETTLEMENTS = Table(
    "settlements",
    Text("Settlements with the platform", "平台结算"),
    ("entry_id",),
    {
        "entry_id": Column("VARCHAR", Text("the platform's number of the movement", "平台流水号"), required=True),
        "order_id": Column(
            "VARCHAR", Text("order it belongs to; empty for what belongs to none", "对应订单号，无则空")
        ),
        "settled_at": Column("TIMESTAMP", Text("when the money moved", "入账时间"), required=True),
        "kind": Column("VARCHAR", Text("kind of movement, as the platform says", "账务类型")),
        "sale_amount": Column(MONEY, Text("received for goods and shipping", "货款及运费收入")),
        "refund_amount": Column(MONEY, Text("given back to the buyer, positive", "退款，正数")),
        "fee_amount": Column(MONEY, Text("fees and commissions, positive", "服务费与佣金，正数")),
        "net_amount": Column(MONEY, Text("what the account gained or lost", "账户净变动")),
    },
)
