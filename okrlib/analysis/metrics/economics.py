"""What is left of the money: fees, costs, margins."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity
from okrlib.text import Text

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("gross_margin", Text("Gross margin", "毛利额"),
           Text("net revenue less the cost of goods sold", "净销售额 − 销售成本"),
           "money", "up", "sales", op="difference", of=("net_revenue", "cost_of_goods"), adds_up=True,
           revision_days=15, volume=True),
    Metric("gross_margin_rate", Text("Gross margin rate", "毛利率"),
           Text("gross margin divided by net revenue", "毛利额 ÷ 净销售额"),
           "share", "up", "sales", op="ratio", of=("gross_margin", "net_revenue"), revision_days=15),
    Metric("platform_fees", Text("Platform fees", "平台费用"),
           Text("fees and commissions that the platform has settled", "平台已结算的服务费与佣金"),
           "money", "down", "operations", "settlements", "sum(fee_amount)", adds_up=True),
    Metric("settled_sales", Text("Settled sales", "已结算销售额"),
           Text("money for goods and shipping that the platform has settled", "平台已结算的货款及运费收入"),
           "money", "up", "operations", "settlements", "sum(sale_amount)", adds_up=True, hidden=True),
    Metric("fee_share", Text("Fee share", "平台费率"),
           Text("settled fees divided by settled sales", "已结算费用 ÷ 已结算销售额"),
           "share", "down", "operations", op="ratio", of=("platform_fees", "settled_sales")),
    Metric("shipping_cost", Text("Shipping cost", "运费支出"),
           Text("what the parcels shipped have cost us", "已发包裹的运费支出"),
           "money", "down", "operations", "sent", "sum(cost)", adds_up=True),
    Metric("shipping_cost_share", Text("Shipping cost share", "运费支出占比"),
           Text("shipping cost divided by paid revenue", "运费支出 ÷ 支付金额"),
           "share", "down", "operations", op="ratio", of=("shipping_cost", "revenue")),
    Metric("contribution", Text("Contribution", "贡献毛利"),
           Text("gross margin less platform fees, shipping and advertising, each on its own day",
                "毛利额 − 平台费用 − 运费支出 − 推广花费（各按发生日）"),
           "money", "up", "sales", op="difference", of=("gross_margin", "platform_fees", "shipping_cost", "ad_spend"),
           adds_up=True, revision_days=15),
    Metric("contribution_margin", Text("Contribution margin", "贡献毛利率"),
           Text("contribution divided by net revenue", "贡献毛利 ÷ 净销售额"),
           "share", "up", "sales", op="ratio", of=("contribution", "net_revenue"), revision_days=15),
    Metric("ad_cost_of_sale", Text("Advertising cost of sale (ACOS)", "广告成交成本比（ACOS）"),
           Text("advertising spend divided by the sales credited to it", "推广花费 ÷ 推广成交金额"),
           "share", "down", "market", op="ratio", of=("ad_spend", "ad_revenue"), revision_days=15),
    Metric("acquisition_cost", Text("Cost of a new buyer", "拉新成本"),
           Text("advertising spend divided by new buyers", "推广花费 ÷ 新买家数"),
           "money_per_buyer", "down", "market", op="ratio", of=("ad_spend", "new_buyers")),
)
# fmt: on

IDENTITIES: tuple[Identity, ...] = (
    Identity("gross_margin", ("net_revenue", "cost_of_goods"), "difference"),
    Identity("gross_margin", ("net_revenue", "gross_margin_rate"), "product"),
    Identity("ad_spend", ("ad_revenue", "ad_cost_of_sale"), "product"),
    Identity("ad_spend", ("new_buyers", "acquisition_cost"), "product"),
)
