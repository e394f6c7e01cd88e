"""The shop as Taobao and Tmall export it: an order list and a detail list, GB18030; and its own product list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from okrlib.demo.cells import amounts, moments, write_table
from okrlib.demo.shop import Shop

ORDER_COLUMNS = [
    "订单编号",
    "买家会员名",
    "买家会员昵称",
    "支付单号",
    "支付详情",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "虚拟号过期时间",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "是否上传合同照片",
    "是否上传小票",
    "是否代付",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
    "新零售交易类型",
    "新零售导购门店名称",
    "新零售导购门店id",
    "新零售发货门店名称",
    "新零售发货门店id",
    "退款金额",
    "预约门店",
    "确认收货时间",
    "打款商家金额",
    "含应开票给个人的个人红包",
    "是否信用购",
    "体验期结束时间",
    "前N有礼",
    "配送类型",
    "直播返现状态",
    "返现金额",
    "延迟发货自动赔付金额",
    "新零售成交门店昵称",
    "新零售成交门店id",
    "新零售成交经销商id",
    "预售订单",
    "发货时间",
    "商家备忘",
    "主订单编号",
]
DETAIL_COLUMNS = [
    "子订单编号",
    "主订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
    "支付单号",
    "买家应付货款",
    "买家实际支付金额",
    "退款状态",
    "退款金额",
    "订单创建时间",
    "订单付款时间",
]
ENCODING = "gb18030"


def write_tmall(shop: Shop, folder: Path) -> list[Path]:
    """Write ExportOrderList and ExportOrderDetailList of one export, named by the day it was taken."""
    tables = {
        "ExportOrderList": (ORDER_COLUMNS, _orders(shop)),
        "ExportOrderDetailList": (DETAIL_COLUMNS, _lines(shop)),
    }
    return [
        write_table(
            folder / f"{name}{shop.taken:%Y%m%d}.csv", {c: c.strip() for c in columns}, table, ENCODING, quoted=False
        )
        for name, (columns, table) in tables.items()
    ]


def write_products(shop: Shop, folder: Path) -> Path:
    """Write the product list that a merchant keeps by hand, since the order exports name no category and no cost."""
    products = shop.on_sale()
    table = pd.DataFrame(
        {
            "商家编码": [product.sku for product in products],
            "商品标题": [product.title for product in products],
            "类目": [product.category for product in products],
            "标价": [str(product.price) for product in products],
            "成本价": [str(shop.unit_cost(product)) for product in products],
            "上架日期": [str(product.launched or shop.spec.opened) for product in products],
        }
    )
    return write_table(
        folder / "商品清单.csv", {str(column): str(column) for column in table}, table, ENCODING, quoted=False
    )


def order_ids(orders: pd.DataFrame) -> list[str]:
    """Return 17-digit order numbers that begin with 90, as no real one does."""
    return [f"90{day:%y%m%d}{number:07d}00" for number, day in orders["created"].items()]


def _ids(shop: Shop) -> pd.Series:
    return pd.Series(order_ids(shop.orders), shop.orders.index)


def _status(orders: pd.DataFrame) -> pd.Series:
    conditions = [orders[time].notna() for time in ("closed", "received", "shipped", "paid")]
    words = ["交易关闭", "交易成功", "卖家已发货，等待买家确认", "买家已付款，等待卖家发货"]
    return pd.Series(np.select(conditions, words, "等待买家付款"), orders.index)


def _kept(orders: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """Return what the export calls actually paid: nothing before payment, and nothing again once refunded in full."""
    return amount.where(orders["paid"].notna() & orders["closed"].isna(), 0)


def _text(values: pd.Series) -> list[str]:
    return [f'="{value}"' for value in values]


def _orders(shop: Shop) -> pd.DataFrame:
    orders, ids = shop.orders, _ids(shop)
    paid, status = _kept(orders, orders["total"]), _status(orders)
    done = status == "交易成功"
    return pd.DataFrame(
        {
            "订单编号": _text(ids),
            "买家会员名": [f"演示买家{buyer:06d}" for buyer in orders["buyer"]],
            "买家应付货款": amounts(orders["goods"]),
            "买家应付邮费": amounts(orders["shipping"]),
            "买家支付积分": "0",
            "总金额": amounts(orders["total"]),
            "返点积分": "0",
            "买家实际支付金额": amounts(paid),
            "买家实际支付积分": "0",
            "订单状态": status.to_numpy(),
            "买家留言": np.where(orders["buyer"] % 8 == 0, "null", ""),
            **_delivery(shop),
            "订单创建时间": moments(orders["created"]),
            "订单付款时间": moments(orders["paid"]),
            **_content(shop),
            "店铺Id": "0",
            "店铺名称": shop.spec.name,
            "订单关闭原因": _reason(orders),
            "卖家服务费": "0.00元",
            "是否手机订单": np.where(orders["channel"] == _mobile(shop), "手机订单", ""),
            "退款金额": amounts(orders["refund"]),
            "确认收货时间": moments(orders["received"]),
            "打款商家金额": amounts((orders["total"] - orders["refund"]).where(done, 0), "元"),
            "发货时间": moments(orders["shipped"]),
        }
    )


def _delivery(shop: Shop) -> dict[str, object]:
    orders, regions = shop.orders, shop.spec.regions
    sent = orders["shipped"].notna()
    return {
        "收货人姓名": "演**",
        "收货地址": [
            f"{regions[region].name} {regions[region].city} 演示路{1 + buyer % 199}号"
            for region, buyer in zip(orders["region"], orders["buyer"], strict=True)
        ],
        "运送方式": "快递",
        "联系手机": [f"'100{buyer:08d}" for buyer in orders["buyer"]],
        "物流单号": np.where(sent, [f"No:DEMO{number:08d}" for number in orders.index], ""),
        "物流公司": np.where(sent, "演示快递", ""),
    }


def _content(shop: Shop) -> dict[str, object]:
    titles = np.array([product.title for product in shop.spec.products])[shop.lines["product"]]
    groups = shop.lines.assign(title=titles).groupby("order")
    # Lines lie in the order of their orders, so the groups do too.
    return {
        "宝贝标题": groups["title"].agg("，".join).to_numpy(),
        "宝贝种类": groups.size().to_numpy(),
        "宝贝总数量": groups["quantity"].sum().to_numpy(),
    }


def _reason(orders: pd.DataFrame) -> object:
    closed = orders["closed"].notna()
    return np.select([closed & orders["paid"].isna(), closed], ["买家未付款", "退款"], "订单未关闭")


def _mobile(shop: Shop) -> int:
    return next((i for i, channel in enumerate(shop.spec.channels) if channel.name == "mobile"), -1)


def _lines(shop: Shop) -> pd.DataFrame:
    lines = shop.lines
    orders = shop.orders.loc[lines["order"]].set_axis(lines.index)
    ids = _ids(shop).loc[lines["order"]].set_axis(lines.index)
    products = [shop.spec.products[product] for product in lines["product"]]
    return pd.DataFrame(
        {
            "子订单编号": [f'="{order[:-2]}{line:02d}"' for order, line in zip(ids, lines["line"], strict=True)],
            "主订单编号": _text(ids),
            "标题": [product.title for product in products],
            "价格": amounts(lines["price"]),
            "购买数量": lines["quantity"].to_numpy(),
            "商品属性": [f"分类：{product.category}" for product in products],
            "订单状态": _status(orders).to_numpy(),
            "商家编码": [product.sku for product in products],
            "买家应付货款": amounts(lines["payable"]),
            "买家实际支付金额": amounts(_kept(orders, lines["payable"])),
            "退款状态": np.where(lines["refund"] > 0, "退款成功", "没有申请退款"),
            "退款金额": amounts(lines["refund"]),
            "订单创建时间": moments(orders["created"]),
            "订单付款时间": moments(orders["paid"]),
        }
    )
