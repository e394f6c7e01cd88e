"""What platforms say of money, visits and articles beside the orders: one small file each, answers worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.ingest.read import ingest

SETTLEMENTS = {
    "taobao_tmall.settlement": (
        (
            "入账时间,支付流水号,主订单id,入账类型,收入金额（元）,支出金额（元）\n"
            "2026-07-01 10:00:00,A1,O1,交易收款,100.00,\n2026-07-02 10:00:00,A2,O1,交易退款(售后),,30.00\n"
            "2026-07-02 11:00:00,A3,O1,服务费,,2.50\n2026-07-02 12:00:00,A4,,其他,,1.00\n"
        ),
        [("O1", 100, 0, 0, 100), ("O1", 0, 30, 0, -30), ("O1", 0, 0, "2.5", "-2.5"), (None, 0, 0, 0, -1)],
    ),
    "taobao_tmall.alipay": (
        (
            "#支付宝账务明细查询\n#账号：[stall]\n序号,入账时间,支付宝流水号,业务基础订单号,账务类型,收入（+元）,支出（-元）,业务描述\n"
            "1,2026-07-01 10:00:00,B1,O1,交易收款,100.00,,货款\n2,2026-07-02 10:00:00,B2,O1,转账,,-30.00,售后退款\n"
            "3,2026-07-03 10:00:00,B3,O1,转账,,-2.50,软件服务费\n"
        ),
        [("O1", 100, 0, 0, 100), ("O1", 0, 30, 0, -30), ("O1", 0, 0, "2.5", "-2.5")],
    ),
    "douyin.settlement": (
        (
            "动账时间,动帐流水号,动账方向,动账金额,动账场景,订单号,订单实付应结,运费实付,订单退款,平台服务费,佣金\n"
            "2026-07-01 10:00:00,'C1,入账,95.00,货款结算入账,'O1,100.00,8.00,0.00,-3.00,-10.00\n"
            "2026-07-02 10:00:00,'C2,出账,30.00,退款,'O1,0.00,0.00,-30.00,0.00,0.00\n"
        ),
        [("O1", 108, 0, 13, 95), ("O1", 0, 30, 0, -30)],
    ),
    "kuaishou.settlement": (
        (
            "订单号,订单实付(元),订单退款(元),技术服务费(元),预售增收技术服务费（元）,达人佣金(元),其他收费,实际结算金额(元),实际结算时间\n"
            "O1,100.00,20.00,4.00,1.00,10.00,0,65.00,2026-07-01 10:00:00\n"
        ),
        [("O1", 100, 20, 15, 65)],
    ),
    "xiaohongshu.settlement": (
        (
            "订单号,售后单号,结算时间,交易类型,动账金额,商品实付/实退,运费实付/实退,佣金,支付渠道费,分销佣金\n"
            "O1,,2026-07-01 10:00:00,结算,93.00,100.00,0.00,-5.00,-1.00,-1.00\n"
            "O1,R1,2026-07-08 10:00:00,退款,-30.00,-30.00,0.00,0.00,0.00,0.00\n"
        ),
        [("O1", 100, 0, 7, 93), ("O1", 0, 30, 0, -30)],
    ),
}
TRAFFIC = {
    "taobao_tmall.shop_overview": (
        '生意参谋\n取数时间\n\n统计日期,访客数,浏览量,支付金额,支付买家数,支付商品件数,客单价\n2026-07-01,"1,234",5678,9876.50,40,-,1\n',
        (1234, 5678, 40, None, "9876.5"),
    ),
    "amazon.traffic_by_date": (
        'Date,Ordered Product Sales,Units Ordered,Sessions - Total,Page Views - Total\n7/1/26,"$12,905.25",45,"1,234",5678\n',
        (1234, 5678, None, 45, "12905.25"),
    ),
}


def read(stall, layout, text):
    store = stall.store.model_copy(update={"platform": layout.split(".")[0]})
    done = ingest(stall.workbook, store, [stall.write(text, "file.csv")])
    assert [(file.layout, file.rows_rejected) for file in done.files] == [(layout, 0)]


@pytest.mark.parametrize("layout", SETTLEMENTS)
def test_settlements_tell_sales_refunds_fees_and_what_is_left(stall, layout):
    text, expected = SETTLEMENTS[layout]
    read(stall, layout, text)
    names = ("settled_at", "order_id", "sale_amount", "refund_amount", "fee_amount", "net_amount")
    found = [row[1:] for row in stall.rows("settlements", *names)]
    assert found == [(order, *map(Decimal, amounts)) for order, *amounts in expected]


@pytest.mark.parametrize("layout", TRAFFIC)
def test_traffic_is_told_by_day(stall, layout):
    text, (*counts, amount) = TRAFFIC[layout]
    read(stall, layout, text)
    names = ("day", "channel", "visitors", "page_views", "buyers", "units", "amount")
    ((day, channel, *found),) = stall.rows("traffic", *names)
    assert (str(day), channel, found) == ("2026-07-01", "all", [*counts, Decimal(amount)])


def test_a_product_report_leaves_category_and_cost_that_it_cannot_tell(stall):
    read(stall, "plain.products", "sku,title,category,unit cost\nQL-01,Cup,teaware,12.5\n")
    read(
        stall,
        "taobao_tmall.product_report",
        "统计日期,商品id,商品名称,货号,商品访客数\n2026-07-01,123,Big cup,QL-01,9\n",
    )
    assert stall.rows("products", "sku", "title", "category", "unit_cost") == [
        ("QL-01", "Big cup", "teaware", Decimal("12.5"))
    ]


def test_stock_without_a_day_is_dated_by_its_files_name(stall):
    header = "sku\tproduct-name\tyour-price\tafn-fulfillable-quantity\tafn-inbound-shipped-quantity\n"
    store = stall.store.model_copy(update={"platform": "amazon"})
    reports = {"FBA-2026-07-01.txt": 4, "fba 20260702.txt": 3, "today.txt": 9}
    for name, count in reports.items():
        ingest(
            stall.workbook, store, [stall.write(f"{header}QL-01\tCup\t50.00\t{count}\t2\nQL-02\tPot\t9\t--\n", name)]
        )
    assert stall.rows("stock", "day", "sku", "on_hand", "inbound") == [
        (date(2026, 7, 1), "QL-01", 4, 2),
        (date(2026, 7, 2), "QL-01", 3, 2),
    ]
    assert len(stall.rows("products", "sku")) == 2
