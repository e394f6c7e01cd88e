"""Rules held against the teahouse (conftest) in July 2026: broken, near, kept, not testable."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.rules import charges, held
from okrlib.errors import SheetError
from okrlib.periods import Period
from okrlib.policies import Fee, Rule, RuleBook, platforms, rule_book
from okrlib.text import Text
from tests.analysis.shops import opened

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


def rule(name, **more):
    return Rule(id=name, area="shipping", title=Text("A rule", "规则"), source="a test", **more)


def book(*rules):
    return RuleBook(platform="custom", rules=rules)


@pytest.fixture(scope="module")
def data(teahouse):
    return opened(teahouse, "2026-08-31")


# In July 1 of 3 parcels was on time, refunds were 30 of 400 (7.5%), reviews 11 stars in 3.
@pytest.mark.parametrize(
    ("metric", "limit", "verdict", "used"),
    [
        ("on_time_shipping", {"at_least": "0.9"}, "broken", Decimal(20) / 3),
        ("on_time_shipping", {"at_least": "0.3"}, "near", (Decimal(2) / 3) / Decimal("0.7")),
        ("on_time_shipping", {"at_least": "0.1"}, "kept", (Decimal(2) / 3) / Decimal("0.9")),
        ("on_time_shipping", {"at_least": "1"}, "broken", None),
        ("refund_rate", {"at_most": "0.075"}, "near", 1),
        ("refund_rate", {"at_most": "0.0749"}, "broken", Decimal("0.075") / Decimal("0.0749")),
        ("refund_rate", {"at_most": "0.2"}, "kept", Decimal("0.375")),
        ("refund_rate", {"at_most": "0"}, "broken", None),
        ("review_score", {"at_least": "3.6"}, "near", (5 - Decimal(11) / 3) / Decimal("1.4")),
        ("orders", {"at_least": "2"}, "kept", Decimal(2) / 3),
    ],
)  # fmt: skip
def test_a_rule_is_kept_near_or_broken(data, metric, limit, verdict, used):
    (one,) = held(data, JULY, book(rule("r", metric=metric, **limit)))
    assert one.verdict == verdict
    assert one.used is used is None or float(one.used) == pytest.approx(float(used))
    assert (one.beyond > 0) == (verdict == "broken")


def test_what_is_worst_comes_first_and_what_nobody_can_test_last_with_what_it_needs(data):
    rules = (
        rule("kept", metric="refund_rate", at_most="0.2"),
        rule("needs", needs=Text("messages", "消息")),
        rule("no_data", metric="ad_return", at_least="2"),
        rule("broken", metric="refund_rate", at_most="0.05"),
        rule("near", metric="refund_rate", at_most="0.08"),
        rule("over", until=date(2020, 1, 1), needs=Text("x", "某")),
    )
    found = held(data, Period(date(2026, 8, 1), date(2026, 8, 31)), book(*rules))
    assert [one.rule.id for one in found[-2:]] == ["needs", "no_data"]
    assert found[-2].reason.en == "messages"
    assert found[-1].reason.en.startswith("no advertising export")
    july = held(data, JULY, book(*rules[:2], *rules[3:]))
    assert [one.rule.id for one in july] == ["broken", "near", "kept", "needs"]
    assert july[0].beyond == Decimal("0.025")


def test_fees_are_listed_apart_and_old_rules_ask_to_be_checked(data):
    fee = rule("fee", fee=Fee(rate="0.05"), seen=date(2026, 1, 1))
    old = rule("old", fee=Fee(rate="0.01"), seen=date(2025, 1, 1))
    assert held(data, JULY, book(fee, old)) == []
    assert [(one.rule.id, one.check_again) for one in charges(data, book(fee, old))] == [("fee", False), ("old", True)]


def test_a_rule_on_an_unknown_metric_names_file_and_rule(data):
    with pytest.raises(SheetError, match=r"policies/custom.yaml: r: metric 'speed' is not in the catalogue"):
        held(data, JULY, book(rule("r", metric="speed", at_most="1")))


@pytest.mark.parametrize("platform", platforms())
def test_the_metrics_of_the_books_are_in_the_catalogue(platform):
    assert {one.metric for one in rule_book(platform).rules if one.metric} <= set(CATALOGUE)
