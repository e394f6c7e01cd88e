"""What Tmall itself exports beside the orders: visits of the shop, and what it has settled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from okrlib.demo.cells import amounts, moments, write_table
from okrlib.demo.shop import Shop
from okrlib.demo.tmall import ENCODING, order_ids

FEE = 0.05  # of what stays paid goes to the platform


def write_overview(visits: pd.DataFrame, folder: Path) -> Path:
    """Write the shop's visits by day as Shengyi Canmou tells them; `visits` as of `around.traffic.overall`."""
    table = pd.DataFrame(
        {
            "统计日期": np.datetime_as_string(visits.index.to_numpy(), unit="D"),
            "访客数": visits["visitors"].to_numpy(),
            "浏览量": visits["page_views"].to_numpy(),
            "支付买家数": visits["buyers"].to_numpy(),
            "支付商品件数": visits["units"].to_numpy(),
            "支付金额": amounts(visits["amount"]),
        }
    )
    return write_table(
        folder / "生意参谋_店铺概况.csv", {str(column): str(column) for column in table}, table, "utf-8", quoted=True
    )


def write_settlement(shop: Shop, folder: Path) -> Path:
    """Write 千牛动账: for each order received, its payment, what was given back of it, and the platform's 5 percent."""
    done = shop.orders[shop.orders["received"].notna()]
    fee = np.rint((done["total"] - done["refund"]) * FEE).astype("int64")
    moves = [("交易收款", done["total"], 1), ("交易退款", done["refund"], -1), ("服务费", fee, -1)]
    tables = [_moves(done, kind, cents, sign) for kind, cents, sign in moves]
    table = pd.concat(tables).sort_values(["入账时间", "支付流水号"], kind="stable")
    return write_table(
        folder / "千牛动账明细.csv", {str(column): str(column) for column in table}, table, ENCODING, quoted=False
    )


def _moves(done: pd.DataFrame, kind: str, cents: pd.Series, sign: int) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "支付流水号": [f"Z{number:08d}{kind[-1]}" for number in done.index],
            "主订单编号": order_ids(done),
            "入账时间": moments(done["received"]),
            "入账类型": kind,
            "收入金额(元)": amounts(cents) if sign > 0 else "",
            "支出金额(元)": "" if sign > 0 else amounts(cents),
        },
        index=done.index,
    )
    return table[(cents > 0).to_numpy()]
