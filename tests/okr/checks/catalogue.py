"""A small catalogue for the tests of this folder."""

from okrlib.okr.checks import Identity, MetricFacts, check_sheet
from okrlib.text import Text

CATALOGUE = {
    facts.name: facts
    for facts in (
        MetricFacts("revenue", Text("Revenue", "营业额"), "money", "up", "sum", volume=True,
                    identities=(Identity("revenue", ("visitors", "conversion", "revenue_per_buyer"), "product"),)),
        MetricFacts("net_revenue", Text("Net revenue", "净销售额"), "money", "up", "sum", volume=True,
                    identities=(Identity("net_revenue", ("revenue", "refund_amount"), "difference"),)),
        MetricFacts("refund_amount", Text("Refunds", "退款金额"), "money", "down", "sum", "operations"),
        MetricFacts("units", Text("Units sold", "销量"), "units", "up", "sum", volume=True),
        MetricFacts("price_per_unit", Text("Price per unit", "件单价"), "money_per_unit", "none", "ratio"),
        MetricFacts("visitors", Text("Visitors", "访客数"), "visitors", "up", "sum", "market", leads=True),
        MetricFacts("conversion", Text("Conversion", "支付转化率"), "share", "up", "ratio", "market", leads=True),
        MetricFacts("revenue_per_buyer", Text("Revenue per buyer", "客单价"), "money_per_buyer", "up", "ratio"),
        MetricFacts("refund_rate", Text("Refund rate", "退款率"), "share", "down", "ratio", "operations"),
        MetricFacts("buyers", Text("Buyers", "买家数"), "buyers", "up", "count", volume=True,
                    identities=(Identity("buyers", ("new_buyers", "returning_buyers"), "sum"),)),
        MetricFacts("new_buyers", Text("New buyers", "新买家数"), "buyers", "up", "count", "market", leads=True),
        MetricFacts("returning_buyers", Text("Returning buyers", "老买家数"), "buyers", "up", "count", "market",
                    leads=True),
    )
}  # fmt: skip


def found(sheet, **known):
    """Findings by place, errors first."""
    return check_sheet(sheet, CATALOGUE, **known)


def at_place(sheet, place, **known):
    """What is said in English of one place in the sheet."""
    return [finding.says.en for finding in found(sheet, **known) if finding.where == place]
