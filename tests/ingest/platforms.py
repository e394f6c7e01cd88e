# ruff: noqa: E501 (a table reads better in wide rows)
"""How each platform exports the synthetic shop; columns that no layout reads are left out, as a merchant may."""

from __future__ import annotations

from tests.ingest.shop import File, Platform, at, claimed, first, line, of, paid_only, words

CLOSED = {
    "unpaid": "待付款",
    "paid": "待发货",
    "shipped": "已发货",
    "completed": "已完成",
    "refunded": "已关闭",
    "cancelled": "已关闭",
}
TMALL = words(
    unpaid="等待买家付款", paid="买家已付款，等待卖家发货", shipped="卖家已发货，等待买家确认",
    completed="交易成功", refunded="交易关闭", cancelled="交易关闭",
)  # fmt: skip
JD = words(
    unpaid="等待付款", paid="等待出库", shipped="等待确认收货", completed="完成", refunded="完成", cancelled="取消"
)
US = "%m/%d/%y"


def item(number):
    """Return the cell that holds an order's article of that number, nothing where it has no more."""

    def cell(order, _, __):
        if number >= len(order.lines):
            return ""
        x = order.lines[number]
        return f"name:{x.title}|product_id:9{number}|sku:{x.sku}|quantity:{x.quantity}|total:{x.amount}|sub_total:{x.price * x.quantity}|tax:0"

    return cell


TMALL_DETAILS = File("taobao_tmall.order_details", "line", {
    "子订单编号": lambda o, x, n: f'="{o.id}{n}"', "主订单编号": lambda o, x, n: f'="{o.id}"', "标题": line("title"),
    "价格": line("price"), "购买数量": line("quantity"), "商家编码": line("sku"), "买家应付货款": line("amount"),
}, encoding="gb18030")  # fmt: skip
PLATFORMS = {
    "taobao_tmall": Platform(
        (
            File("taobao_tmall.order_list", "order", {
                "订单编号": lambda o, x, n: f'="{o.id}"', "买家会员名": of("buyer"), "买家应付货款": of("goods"),
                "买家应付邮费": of("shipping"), "总金额": of("total"), "订单状态": TMALL,
                "收货地址 ": lambda o, x, n: f"{o.region} 杭州市 文一路{n}号", "订单创建时间": at("ordered"),
                "订单付款时间 ": at("paid"), "退款金额": paid_only(of("refund")), "发货时间": at("shipped"),
                "确认收货时间": at("delivered", blank="null"), "是否手机订单": lambda o, x, n: "手机订单",
            }, encoding="gb18030"),
            TMALL_DETAILS,
        ),
    ),
    "custom_orders": Platform(
        (
            File("taobao_tmall.custom_orders", "order", {
                "订单编号": of("id"), "支付单号": lambda o, x, n: n, "买家应付货款": of("goods"), "买家应付邮费": of("shipping"),
                "总金额": of("total"), "买家实付金额": paid_only(lambda o, x, n: o.total - o.refund), "订单创建时间": at("ordered"),
                "订单付款时间": at("paid"), "商品标题 ": line("title"), "退款金额": paid_only(of("refund")),
                "确认收货打款金额": lambda o, x, n: o.total - o.refund if o.status == "completed" else "0.00",
            }, encoding="gb18030"),
            TMALL_DETAILS,
        ),
        name="taobao_tmall",
    ),
    "shopify": Platform(
        (
            File("shopify.orders", "line", {
                "Name": of("id"), "Email": first("buyer", of("buyer")),
                "Financial Status": first("status", words(unpaid="pending", paid="paid", shipped="paid", completed="paid",
                                                          refunded="refunded", cancelled="voided")),
                "Paid at": first("paid", at("paid", "%Y-%m-%d %H:%M:%S +0800")),
                "Fulfilled at": first("shipped", at("shipped", "%Y-%m-%d %H:%M:%S +0800")),
                "Shipping": first("shipping", of("shipping")), "Total": first("total", of("total")),
                "Discount Amount": first("discount", of("discount")),
                "Created at": first("ordered", at("ordered", "%Y-%m-%d %H:%M:%S +0800")),
                "Lineitem quantity": line("quantity"), "Lineitem name": line("title"), "Lineitem price": line("price"),
                "Lineitem sku": line("sku"), "Lineitem discount": line("discount"),
                "Shipping Country": first("region", of("region")), "Source": first("channel", lambda o, x, n: "web"),
                "Refunded Amount": first("refund", of("refund")), "Outstanding Balance": first("rest", lambda o, x, n: "0.00"),
            }),
        ),
    ),
    "jd_pop": Platform(
        (
            File("jd_pop.orders", "line", {
                "订单号": of("id"), "商品ID": line("sku"), "商品名称": line("title"), "订购数量": line("quantity"),
                "下单时间": at("ordered"), "京东价": line("price"), "订单金额": of("total"), "余额支付": lambda o, x, n: "1.00",
                "应付金额": lambda o, x, n: o.total - 1, "订单状态": JD, "下单帐号": of("buyer"),
                "客户地址": lambda o, x, n: f"{o.region}杭州市西湖区文一路{n}号", "运费金额": of("shipping"),
                "付款确认时间": at("paid", blank="0001-01-01 00:00:00"), "货号": line("sku"), "订单完成时间": at("delivered"),
                "订单渠道": lambda o, x, n: "APP",
            }, encoding="gb18030"),
        ),
        partial=False,
    ),
    "pinduoduo": Platform(
        (
            File("pinduoduo.orders", "order", {
                "商品": line("title"), "订单号": of("id"),
                "订单状态": words(unpaid="待支付", paid="待发货", shipped="已发货，待签收", completed="已收货",
                                  refunded="未发货，退款成功", cancelled="已取消"),
                "商品总价(元)": lambda o, x, n: x.price * x.quantity, "邮费(元)": of("shipping"), "店铺优惠折扣(元)": of("discount"),
                "用户实付金额(元)": of("total"), "商品数量(件)": line("quantity"), "支付时间": at("paid"), "发货时间": at("shipped"),
                "确认收货时间": at("delivered"), "商家编码-规格维度": line("sku"), "省": of("region"), "订单成交时间": at("ordered"),
                "售后状态": claimed("退款成功", "无售后或售后取消"), "订单来源": lambda o, x, n: "直播",
            }),
        ),
        one_line=True, partial=False,
    ),
    "douyin": Platform(
        (
            File("douyin.orders", "line", {
                "主订单编号": lambda o, x, n: f"\t{o.id}", "子订单编号": lambda o, x, n: f"\t{o.id}{n}", "选购商品": lambda o, x, n: f"\t{x.title}",
                "商品数量": line("quantity"), "商家编码": lambda o, x, n: f"\t{x.sku}", "商品单价": line("price"),
                "订单应付金额": lambda o, x, n: f"{x.amount + (o.shipping if n == 10 else 0):,}",
                "运费": lambda o, x, n: o.shipping if n == 10 else "0.00", "优惠总金额": line("discount"), "省": of("region"),
                "订单提交时间": at("ordered"), "订单完成时间": at("delivered", blank="-"), "支付完成时间": at("paid", blank="-"),
                "订单状态": words(unpaid="待支付", paid="待发货", shipped="已发货", completed="已完成", refunded="已关闭", cancelled="已关闭"),
                "售后状态": claimed("退款成功", "-"), "流量来源": lambda o, x, n: "商城", "发货时间": at("shipped", blank="-"),
            }),
        ),
        partial=False,
    ),
    "kuaishou": Platform(
        (
            File("kuaishou.orders", "order", {
                "订单号": of("id"), "订单创建时间": at("ordered", "%Y/%m/%d %H:%M:%S"), "订单支付时间": at("paid", "%Y/%m/%d %H:%M:%S"),
                "订单状态": words(unpaid="待付款", paid="待发货", shipped="已发货", completed="交易成功", refunded="交易关闭", cancelled="交易关闭"),
                "实付款": lambda o, x, n: f"¥{o.total}", "快递费": of("shipping"), "店铺优惠": of("discount"), "成交数量": line("quantity"),
                "售后状态": claimed("退款成功"), "商品名称": line("title"), "SKU编码": line("sku"), "商品单价": line("price"),
                "渠道": lambda o, x, n: "分销", "收货地址-省": of("region"), "发货时间": at("shipped", "%Y/%m/%d %H:%M:%S"),
            }),
        ),
        one_line=True, partial=False,
    ),
    "xiaohongshu": Platform(
        (
            File("xiaohongshu.orders", "line", {
                "订单号": of("id"),
                "订单状态": words(unpaid="已下单待付款", paid="待发货", shipped="待收货", completed="已完成", refunded="已关闭", cancelled="已取消"),
                "售后状态": claimed("售后完成", "无售后"), "订单类型": lambda o, x, n: "普通", "省": of("region"), "规格ID": lambda o, x, n: f"v{n}",
                "SKU件数": line("quantity"), "商品总价(元)": lambda o, x, n: x.price * x.quantity,
                "用户应付金额(元)": lambda o, x, n: x.amount + (o.shipping if n == 10 else 0),
                "支付时间": at("paid"), "订单创建时间": at("ordered"), "订单发货时间": at("shipped"), "订单完成时间": at("delivered"),
                "用户编号": of("buyer"), "商家编码": line("sku"), "商品名称": line("title"),
            }),
        ),
        partial=False,
    ),
    "wechat_store": Platform(
        (
            File("wechat_store.orders", "line", {
                "订单号": of("id"), "订单下单时间": at("ordered"), "订单发货时间": at("shipped"), "订单确认收货时间": at("delivered"),
                "订单状态": words(**CLOSED), "省": of("region"), "订单实际支付金额": of("total"), "订单运费": of("shipping"),
                "支付时间": at("paid"), "带货方式": lambda o, x, n: "自营", "商品名称": line("title"), "SKU编码(自定义)": line("sku"),
                "商品价格(单件)": line("price"), "商品实际价格(总共)": line("amount"), "商品数量": line("quantity"), "商品已退款金额": line("refund"),
            }),
        ),
    ),
    "amazon": Platform(
        (
            File("amazon.all_orders", "line", {
                "amazon-order-id": of("id"), "purchase-date": at("ordered", "%Y-%m-%dT%H:%M:%S+08:00"),
                "order-status": words(unpaid="Pending", paid="Unshipped", shipped="Shipped", completed="Shipped",
                                      refunded="Shipped", cancelled="Cancelled"),
                "sales-channel": lambda o, x, n: "Amazon.com", "ship-state": of("region"), "product-name": line("title"),
                "sku": line("sku"), "quantity": line("quantity"), "currency": lambda o, x, n: "CNY",
                "item-price": lambda o, x, n: x.price * x.quantity, "shipping-price": lambda o, x, n: o.shipping if n == 10 else "",
                "item-promotion-discount": line("discount"),
            }, encoding="utf-8", delimiter="\t"),
        ),
        paid_at_once=True, partial=False,
    ),
    "shopee": Platform(
        (
            File("shopee.orders", "line", {
                "Order ID": of("id"),
                "Order Status": words(unpaid="Unpaid", paid="To ship", shipped="Shipping", completed="Completed",
                                      refunded="Cancelled", cancelled="Cancelled"),
                "Return / Refund Status": lambda o, x, n: "", "Shipping Option": lambda o, x, n: "Standard",
                "Ship Time": at("shipped"), "Order Creation Date": at("ordered"), "Order Paid Time": at("paid", blank="-"),
                "Product Name": line("title"), "SKU Reference No.": line("sku"), "Deal Price": line("price"), "Quantity": line("quantity"),
                "Product Subtotal": lambda o, x, n: x.price * x.quantity, "Total Amount": of("total"),
                "Buyer Paid Shipping Fee": of("shipping"), "Username (Buyer)": of("buyer"), "State": of("region"),
                "Order Complete Time": at("delivered"),
            }),
        ),
        partial=False,
    ),
    "lazada": Platform(
        (
            File("lazada.orders", "unit", {
                "orderItemId": lambda o, x, n: f"{o.id}{n}", "deliveryType": lambda o, x, n: "dropship", "sellerSku": line("sku"),
                "createTime": at("ordered", "%d %b %Y %H:%M"), "orderNumber": of("id"), "deliveredDate": at("delivered", "%d %b %Y %H:%M"),
                "customerEmail": of("buyer"), "shippingRegion": of("region"), "paidPrice": lambda o, x, n: x.amount / x.quantity,
                "unitPrice": line("price"), "shippingFee": lambda o, x, n: o.shipping if n == 10 else "0",
                "itemName": line("title"), "refundAmount": lambda o, x, n: x.refund / x.quantity,
                "status": words(unpaid="unpaid", paid="ready_to_ship", shipped="shipped", completed="delivered",
                                refunded="returned", cancelled="canceled"),
            }),
        ),
        paid_at_once=True,
    ),
    "tiktok_shop": Platform(
        (
            File("tiktok_shop.orders", "line", {
                "Order ID": of("id"),
                "Order Status": words(unpaid="Unpaid", paid="To ship", shipped="Shipped", completed="Completed",
                                      refunded="Canceled", cancelled="Canceled"),
                "SKU ID": lambda o, x, n: f"v{n}", "Seller SKU": line("sku"), "Product Name": line("title"), "Quantity": line("quantity"),
                "SKU Unit Original Price": line("price"), "SKU Seller Discount": line("discount"), "SKU Subtotal After Discount": line("amount"),
                "Shipping Fee After Discount": of("shipping"), "Order Amount": of("total"), "Order Refund Amount": of("refund"),
                "Created Time": at("ordered", "%m/%d/%Y %I:%M:%S %p"), "Paid Time": at("paid", "%m/%d/%Y %I:%M:%S %p"),
                "Shipped Time": at("shipped", "%m/%d/%Y %I:%M:%S %p"), "Delivered Time": at("delivered", "%m/%d/%Y %I:%M:%S %p"),
                "Fulfillment Type": lambda o, x, n: "seller", "Buyer Username": of("buyer"), "Province": of("region"),
            }, below_header=("Platform unique order ID.,The status of the order.,x",)),
        ),
    ),
    "ebay": Platform(
        (
            File("ebay.orders", "line", {
                "Sales Record Number": lambda o, x, n: n, "Order Number": of("id"), "Buyer Username": first("buyer", of("buyer")),
                "Item Number": line("sku"), "Item Title": line("title"), "Custom Label": line("sku"), "Quantity": line("quantity"),
                "Sold For": lambda o, x, n: f"¥{x.price}", "Shipping And Handling": first("shipping", of("shipping")),
                "Total Price": first("total", of("total")), "Sale Date": first("ordered", at("ordered", "%b-%d-%y")),
                "Paid On Date": first("paid", at("paid", "%b-%d-%y")), "Shipped On Date": first("shipped", at("shipped", "%b-%d-%y")),
                "Transaction ID": lambda o, x, n: f"{o.id}{n}", "Ship To State": first("region", of("region")),
            }, at_end=("", "Seller ID : stall")),
        ),
        days_only=True, partial=False,
    ),
    "etsy": Platform(
        (
            File("etsy.orders", "order", {
                "Sale Date": at("ordered", US), "Order ID": of("id"), "Buyer User ID": of("buyer"), "Date Shipped": at("shipped", US),
                "Ship State": of("region"), "Currency": lambda o, x, n: "CNY", "Order Value": lambda o, x, n: o.goods + o.discount,
                "Discount Amount": of("discount"), "Shipping": of("shipping"), "Order Total": of("total"),
                "Status": words(unpaid="Unpaid", paid="Paid", shipped="Shipped", completed="Completed", refunded="Refunded", cancelled="Canceled"),
                "Adjusted Order Total": lambda o, x, n: o.total - o.refund if o.refund else "0.00", "Order Type": lambda o, x, n: "online",
                "Date Paid": at("paid", US),
            }),
            File("etsy.order_items", "line", {
                "Order ID": of("id"), "Transaction ID": lambda o, x, n: f"{o.id}{n}", "SKU": line("sku"), "Item Name": line("title"),
                "Quantity": line("quantity"), "Price": lambda o, x, n: f"${x.price}", "Item Total": lambda o, x, n: x.price * x.quantity,
                "Discount Amount": line("discount"), "Listing ID": line("sku"),
            }),
        ),
        days_only=True,
    ),
    "woocommerce": Platform(
        (
            File("woocommerce.orders", "order", {
                "order_id": of("id"), "order_date": at("ordered"), "paid_date": at("paid"),
                "status": words(unpaid="wc-pending", paid="processing", shipped="processing", completed="completed",
                                refunded="refunded", cancelled="cancelled"),
                "shipping_total": of("shipping"), "discount_total": of("discount"), "order_total": of("total"),
                "order_currency": lambda o, x, n: "CNY", "payment_method": lambda o, x, n: "card", "customer_email": of("buyer"),
                "shipping_state": of("region"), "line_item_1": item(0), "line_item_2": item(1), "line_item_3": item(2),
            }),
        ),
        partial=False,
    ),
}  # fmt: skip

CATEGORY, COST = "Tea ware", "11.20"
CATALOGUES = {
    "shopify": File("shopify.products", "line", {
        "Handle": line("sku"), "Title": line("title"), "Type": lambda o, x, n: CATEGORY, "Variant SKU": line("sku"),
        "Variant Price": line("price"), "Cost per item": lambda o, x, n: COST, "Image Src": lambda o, x, n: f"{n}.jpg",
    }, at_end=("QL-01,,,,,,second.jpg",)),
    "amazon": File("amazon.report_by_sku", "line", {
        "(Parent) ASIN": lambda o, x, n: f"P{n}", "(Child) ASIN": lambda o, x, n: f"B{n}", "Title": line("title"),
        "SKU": line("sku"), "Sessions - Total": lambda o, x, n: "12,131", "Ordered Product Sales": lambda o, x, n: "$12,905.25",
    }),
    "taobao_tmall": File("taobao_tmall.product_report", "line", {
        "统计日期": lambda o, x, n: "2026-07-01", "商品ID": lambda o, x, n: n, "商品名称": line("title"), "货号": line("sku"),
        "商品访客数": lambda o, x, n: "1,204",
    }),
}  # fmt: skip
