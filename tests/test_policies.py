"""Rule books: what is shipped hangs together, a user's file replaces and adds, and a wrong one says where."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import SheetError
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.model import SHARED_PLATFORMS
from okrlib.policies import RuleBook, platforms, rule_book

EVERY = [(platform, rule) for platform in platforms() for rule in rule_book(platform).rules]
every_rule = pytest.mark.parametrize(("platform", "rule"), EVERY, ids=lambda part: getattr(part, "id", part))


def test_every_platform_with_a_layout_has_a_book():
    known = {layout.platform for layout in load_layouts()} - SHARED_PLATFORMS
    assert set(platforms()) == known


@every_rule
def test_a_rule_names_its_source_and_was_not_seen_in_the_future(platform, rule):
    assert len(rule.source) > 10
    assert rule.seen is None or rule.seen <= date(2026, 11, 25)
    assert rule.check_again(date(2036, 1, 1)), "no rule stays fresh"
    if rule.since and rule.until:
        assert rule.since <= rule.until


@every_rule
def test_a_fee_is_a_share_or_a_sum_that_a_store_could_pay(platform, rule):
    if rule.fee:
        assert 0 <= rule.fee.rate <= Decimal("0.2")
        assert rule.fee.per_order <= 1


OWN = """\
platform: shopify
rules:
  - id: card_fee
    area: fees
    title: {en: Our contract, zh: 我们的合同}
    source: our contract of 2026
    seen: 2026-03-01
    fee: {rate: 0.024, per_order: 0.30, currency: USD, categories: {Teas: 0.01}}
  - id: our_own
    area: after_sales
    title: {en: Refunds below 5%, zh: 退款率低于 5%}
    source: house rule
    metric: refund_rate
    at_most: 0.05
  - {id: other_provider, area: fees, title: {en: Not ours, zh: 不适用}, source: house rule, until: 2020-01-01, fee: {rate: 0}}
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "shopify.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_a_users_rule_replaces_the_one_of_its_name_or_is_added(own):
    shipped, ours = rule_book("shopify"), rule_book("shopify", own)
    rules = {rule.id: rule for rule in ours.rules}
    assert set(rules) == {rule.id for rule in shipped.rules} | {"our_own"}
    assert rules["card_fee"].fee.rate == Decimal("0.024")
    assert rules["card_fee"].fee.categories == {"Teas": Decimal("0.01")}
    assert rules["plan"] == shipped.rules[0]
    assert rule_book("amazon", own) == rule_book("amazon")
    assert rule_book("nowhere", own) == RuleBook(platform="nowhere", rules=())


def test_a_rule_out_of_force_is_not_on_the_book_of_the_day(own):
    assert "other_provider" not in {rule.id for rule in rule_book("shopify", own).on(date(2026, 11, 22)).rules}
    before = {rule.id for rule in rule_book("xiaohongshu").on(date(2026, 8, 31)).rules}
    assert before - {rule.id for rule in rule_book("xiaohongshu").on(date(2026, 9, 1)).rules} == {"first_million"}


def test_a_rule_older_than_a_year_or_undated_is_to_be_checked_again():
    rules = {rule.id: rule for rule in rule_book("shopify").rules}
    assert not rules["plan"].check_again(date(2027, 8, 27))
    assert rules["plan"].check_again(date(2027, 8, 28))
    assert rules["chargebacks"].check_again(date(2026, 4, 2)), "its source bears no date"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("rate: 0.024", r"shopify.yaml:8: rules.0.fee.rate: Input should be less than 1 \(found 24\)|less than 1"),
        (", currency: USD", "say in which currency"),
        ("    at_most: 0.05\n", "goes with either at_most or at_least"),
        ("id: our_own", "is there twice"),
        ("    source: house rule\n", r"source: is missing"),
        ("zh: 我们的合同", "zh"),
    ],
)
def test_a_wrong_book_says_where_and_what(tmp_path, change, complaint):
    other = {"rate: 0.024": "rate: 24", "id: our_own": "id: card_fee"}.get(change, "")
    (tmp_path / "shopify.yaml").write_text(OWN.replace(change, other), encoding="utf-8")
    with pytest.raises(SheetError, match=complaint) as told:
        rule_book("shopify", tmp_path)
    assert "shopify.yaml" in str(told.value)


def test_a_book_under_another_platforms_name_is_refused(tmp_path):
    (tmp_path / "ebay.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(SheetError, match="expected 'ebay'"):
        rule_book("ebay", tmp_path)


def test_a_rule_says_how_it_is_tested(tmp_path):
    text = "platform: ebay\nrules:\n  - {id: a, area: entry, title: {en: A, zh: 甲}, source: somewhere}\n"
    (tmp_path / "ebay.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SheetError, match="what would have to be known"):
        rule_book("ebay", tmp_path)


@every_rule
def test_a_source_in_another_script_is_glossed_in_english(platform, rule):
    assert bool(rule.gloss) == any("\u4e00" <= sign <= "\u9fff" for sign in rule.source)
