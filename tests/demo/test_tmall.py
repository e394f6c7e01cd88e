import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from okrlib.demo.tmall import DETAIL_COLUMNS, ENCODING, ORDER_COLUMNS
from tests.demo.conftest import SOON, in_cents, keyed, named, read

FORMATS = Path(__file__).parents[2].parent / "shared" / "platforms" / "formats.json"
SLIPS = ["0000-00-00 00:00:00", "N/A", "待人工核实"]


@pytest.fixture(scope="module")
def orders(exports) -> pd.DataFrame:
    tables = [read(path, ENCODING) for path in exports["demo_tmall"] if path.name.startswith("ExportOrderList")]
    return keyed(pd.concat([*tables[:-2], tables[-1]]).rename(columns=str.strip), "订单编号")


@pytest.fixture(scope="module")
def details(exports) -> pd.DataFrame:
    tables = [read(path, ENCODING) for path in exports["demo_tmall"] if path.name.startswith("ExportOrderDetail")]
    return keyed(pd.concat([*tables[:-2], tables[-1]]), "子订单编号")


def test_headers_are_as_written_with_their_trailing_spaces(exports):
    listed, detailed = exports["demo_tmall"][:2]
    assert listed.read_bytes().split(b"\r\n")[0].decode(ENCODING) == ",".join(ORDER_COLUMNS)
    assert detailed.read_bytes().split(b"\r\n")[0].decode(ENCODING) == ",".join(DETAIL_COLUMNS)
    spaced = [name for name in ORDER_COLUMNS if name != name.strip()]
    assert spaced == ["收货地址 ", "联系电话 ", "订单付款时间 ", "宝贝标题 ", "宝贝种类 ", "物流单号 "]
    assert (len(ORDER_COLUMNS), len(DETAIL_COLUMNS)) == (71, 18)


@pytest.mark.skipif(not FORMATS.exists(), reason="the collection of platform formats is not beside the project")
@pytest.mark.parametrize(
    ("name", "columns"), [("ExportOrderList_2022", ORDER_COLUMNS), ("ExportOrderDetailList_new", DETAIL_COLUMNS)]
)
def test_headers_agree_with_the_collected_formats(name, columns):
    formats = {entry["name"]: entry for entry in json.loads(FORMATS.read_text(encoding="utf-8"))}
    assert [column.strip() for column in columns] == formats[name]["header"]


def test_the_product_list_names_every_article_that_was_sold(exports, details):
    products = keyed(read(named(exports["demo_tmall"], "商品清单")[0], ENCODING), "商家编码")
    assert set(details["商家编码"]) <= set(products.index)
    assert set(products["类目"]) == {"茶壶", "茶杯", "盖碗", "茶叶", "茶盘", "礼盒"}
    assert (in_cents(products["成本价"]) < in_cents(products["标价"]) // 2).all()
    assert "QL-CB-09" not in products.index  # launched in 2026


def test_ids_and_phones_are_written_as_the_platform_writes_them(orders, details):
    assert orders.index.str.fullmatch(r'="90\d{15}"').all()
    assert details.index.str.fullmatch(r'="90\d{15}"').all()
    assert orders["联系手机"].str.fullmatch(r"'100\d{8}").all()
    assert orders["卖家服务费"].str.endswith("元").all()
    assert orders["打款商家金额"].str.endswith("元").all()


def test_total_is_goods_and_postage(orders):
    goods, postage, total = (in_cents(orders[name]) for name in ("买家应付货款", "买家应付邮费", "总金额"))
    assert (goods + postage == total).all()
    assert set(postage) == {0, 1000}


def test_details_add_up_to_their_order(orders, details):
    sums = in_cents(details["买家应付货款"]).groupby(details["主订单编号"]).sum()
    assert (sums.reindex(orders.index) == in_cents(orders["买家应付货款"])).all()
    assert set(details["主订单编号"]) == set(orders.index)


def test_a_line_owes_its_price_less_a_discount(details):
    full = in_cents(details["价格"]) * details["购买数量"].astype(int)
    owed = in_cents(details["买家应付货款"])
    assert ((owed <= full) & (owed >= full * 85 // 100)).all()


def test_what_was_paid_follows_the_status(orders):
    paid, total, back = (in_cents(orders[name]) for name in ("买家实际支付金额", "总金额", "退款金额"))
    never_paid, closed = orders["订单付款时间"] == "", orders["订单状态"] == "交易关闭"
    returned = closed & ~never_paid
    assert (paid[never_paid | closed] == 0).all()
    assert (paid[~never_paid & ~closed] == total[~never_paid & ~closed]).all()
    assert (back[returned] == total[returned]).all()
    assert (back[~closed] < total[~closed]).all()
    assert set(orders["订单状态"][never_paid]) <= {"交易关闭", "等待买家付款"}
    assert returned.sum() > 50
    assert (never_paid & closed).sum() > 50


def test_the_merchant_receives_what_was_paid_less_refunds_once_completed(orders):
    received, paid, back = (in_cents(orders[name]) for name in ("打款商家金额", "买家实际支付金额", "退款金额"))
    completed = orders["订单状态"] == "交易成功"
    assert (received == np.where(completed, paid - back, 0)).all()
    assert (completed & (back > 0)).sum() > 50


def test_refunds_of_lines_and_orders_agree_up_to_the_postage_of_a_full_refund(orders, details):
    lines = in_cents(details["退款金额"]).groupby(details["主订单编号"]).sum().reindex(orders.index)
    full = (orders["订单状态"] == "交易关闭") & (orders["订单付款时间"] != "")
    postage = in_cents(orders["买家应付邮费"]).where(full, 0)
    assert (in_cents(orders["退款金额"]) == lines + postage).all()
    assert ((details["退款状态"] == "退款成功") == (in_cents(details["退款金额"]) > 0)).all()


def test_times_are_real_and_in_their_order(orders):
    times = pd.DataFrame(
        {name: pd.to_datetime(orders[name]) for name in ("订单创建时间", "订单付款时间", "发货时间", "确认收货时间")}
    )
    assert times["订单创建时间"].dt.date.between(pd.Timestamp("2024-06-01").date(), SOON).all()
    assert times.max().max() < pd.Timestamp(SOON) + pd.Timedelta(days=1)
    for earlier, later in zip(times.columns[:-1], times.columns[1:], strict=True):
        assert (times[later].isna() | (times[later] > times[earlier])).all()


def test_the_last_export_corrects_the_hasty_one(exports, orders):
    hasty = (
        read(named(exports["demo_tmall"], "ExportOrderList")[-2], ENCODING)
        .rename(columns=str.strip)
        .set_index("订单编号")
    )
    later = orders.loc[hasty.index]
    plain = ~hasty.isin(SLIPS).any(axis=1)
    assert (hasty["订单状态"] != later["订单状态"]).sum() > 100
    assert (in_cents(hasty["退款金额"]) <= in_cents(later["退款金额"])).all()
    assert (in_cents(hasty["退款金额"]) < in_cents(later["退款金额"])).sum() > 5
    assert (hasty["订单创建时间"] == later["订单创建时间"])[plain].all()
    assert (~plain).sum() == 3
    assert not later.isin(SLIPS).any(axis=None)
