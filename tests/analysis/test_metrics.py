"""The catalogue: every entry is whole, and what it is made of exists."""

import pytest

from okrlib.analysis.metrics import (
    CATALOGUE,
    IDENTITIES,
    UNITS,
    explained,
    find_metric,
    formula,
    measures,
    metric_facts,
    visible,
)  # fmt: skip
from okrlib.analysis.metrics.dictionary import PLATFORMS
from okrlib.analysis.sources import SOURCES
from okrlib.errors import ParameterError
from tests.analysis import test_facts, test_surroundings

ALL = pytest.mark.parametrize("metric", CATALOGUE.values(), ids=list(CATALOGUE))
REQUIRED = {
    "gmv", "revenue", "net_revenue", "refund_amount", "refund_rate", "orders", "units", "buyers", "revenue_per_buyer",
    "revenue_per_order", "units_per_order", "new_buyers", "returning_buyers", "new_buyer_share",
    "returning_buyer_share",
    "repeat_purchase_rate", "cancelled_share", "active_products", "price_per_unit", "revenue_growth_quarter",
    "revenue_growth_year",
}  # fmt: skip


@ALL
def test_every_metric_says_all_a_reader_needs(metric):
    for text in (metric.label, metric.definition):
        assert text.en.isascii() or "客单价" in text.en or "笔单价" in text.en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text.zh)
    assert metric.unit in UNITS
    assert metric.better in {"up", "down", "none"}
    assert metric.area in {"sales", "market", "operations"}
    assert 0 < metric.revision_days <= 30


@ALL
def test_a_metric_is_a_measure_with_a_clock_or_made_of_others(metric):
    assert (metric.op is None) == bool(metric.source and metric.sql and not metric.of)
    least, most = {None: (0, 0), "growth": (1, 1), "ratio": (2, 2), "difference": (2, 9), "sum": (2, 9)}[metric.op]
    assert least <= len(metric.of) <= most
    assert (metric.against is not None) == (metric.op == "growth")
    assert {part.source for part in measures(metric.name)} <= set(SOURCES)


@ALL
def test_what_is_made_of_others_is_revised_as_long_as_they_are_and_adds_up_only_if_they_do(metric):
    if metric.op:
        assert metric.revision_days >= max(part.revision_days for part in measures(metric.name))
        assert not metric.adds_up or (
            metric.op in {"difference", "sum"} and all(part.adds_up for part in measures(metric.name))
        )


@ALL
def test_distinct_buyers_and_products_are_never_said_to_add_up(metric):
    if metric.unit in {"buyers", "products", "share"}:
        assert not metric.adds_up


def test_the_catalogue_holds_what_was_asked_for_and_hides_only_parts():
    assert {metric.name for metric in visible()} >= REQUIRED
    parts = {name for metric in CATALOGUE.values() for name in metric.of}
    assert all(metric.name in parts for metric in CATALOGUE.values() if metric.hidden)


def test_every_metric_is_worked_by_hand_in_one_place():
    by_hand = [name for tables in (test_facts.BY_HAND, test_surroundings.BY_HAND) for name in tables]
    assert sorted(by_hand) == sorted(CATALOGUE)


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.whole + "=" + identity.op)
def test_identities_name_metrics_people_can_use(identity):
    assert {identity.whole, *identity.parts} <= {metric.name for metric in visible()}
    assert len(identity.parts) in {2, 3}


def test_the_checks_know_what_can_be_summed():
    found = metric_facts()
    assert set(found) == {metric.name for metric in visible()}
    kinds = {name: found[name].kind for name in ("revenue", "buyers", "refund_rate", "revenue_growth_year")}
    assert kinds == {
        "revenue": "sum",
        "buyers": "count",
        "refund_rate": "ratio",
        "revenue_growth_year": "ratio",
    }


def test_an_unknown_metric_is_refused_with_the_nearest_names():
    with pytest.raises(ParameterError, match=r"'revenu': not in the catalogue; did you mean revenue"):
        find_metric("revenu")


def test_a_metric_is_explained_down_to_its_sql_with_its_equations_and_the_platforms_words():
    assert explained(find_metric("conversion"), "en").splitlines()[3:] == [
        "    = buyers ÷ visitors",
        "    numerator: buyers · Paying buyers",
        "    denominator: visitors · Visitors",
        "    buyers: SELECT count(DISTINCT buyer) FROM sales(start, end)",
        "    visitors: SELECT sum(visitors) FROM traffic(start, end)",
        "    revenue = visitors × conversion × revenue_per_buyer",
        "    Taobao/Tmall: 支付转化率; JD: 成交转化率; Pinduoduo: 支付转化率",
    ]
    assert "= revenue − refund_amount" in explained(find_metric("net_revenue"), "zh")
    assert "growth of revenue on as many days of last quarter" in explained(find_metric("revenue_growth_quarter"), "en")


@ALL
def test_every_metric_is_explained_in_both_languages_and_no_platform_is_unknown(metric):
    assert "SELECT" in explained(metric, "zh")
    assert formula(metric, "en")
    assert set(metric.called) <= set(PLATFORMS)


def test_there_are_fifty_metrics_and_more_from_every_area():
    areas = [metric.area for metric in visible()]
    assert len(areas) >= 50
    assert min(areas.count(area) for area in ("sales", "market", "operations")) >= 12
