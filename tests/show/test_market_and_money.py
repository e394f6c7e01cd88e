"""What is said of market, competitors, money and rules: the figures of the teahouse, worked by hand in tests/analysis."""

from html import unescape

import pytest

from okrlib import show
from okrlib.book import open_book
from tests.show.conftest import words as escaped

RULES = """\
platform: custom
rules:
  - {id: glad, area: after_sales, title: {en: Glad buyers, zh: 买家满意}, source: house rules, metric: satisfaction, at_least: 0.95}
  - id: back
    area: after_sales
    title: {en: Few refunds, zh: 少退款}
    source: house rules
    seen: 2026-07-01
    metric: refund_rate
    at_most: 0.2
  - {id: talk, area: after_sales, title: {en: Answer, zh: 及时回复}, source: house rules, needs: {en: messages, zh: 消息记录}}
  - {id: fee, area: fees, title: {en: The fee, zh: 佣金}, source: house rules, fee: {rate: 0.05, per_order: 0.30, currency: CNY}}
"""


def words(shown):
    return unescape(escaped(shown))


@pytest.fixture(scope="module")
def book(teahouse):
    folder = teahouse.params / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "custom.yaml").write_text(RULES, encoding="utf-8")
    return lambda locale: open_book("shop", "2026Q3", "2026-07-31", locale, home=teahouse.home)


def test_what_is_left_is_said_drawn_and_told_by_category(book):
    english, chinese = words(show.what_is_left(book("en"))), words(show.what_is_left(book("zh")))
    assert (
        "Of CN¥370 net revenue CN¥135 is left (36.5%) after goods, platform fees, shipping and advertising." in english
    )
    assert "Most goes into cost of goods: CN¥140, 35.0% of what was paid." in english
    assert "Estimated: CN¥30 of refunds, CN¥4 of platform fees and CN¥7 of shipping." in english
    assert "净销售额 ¥370，扣除商品成本、平台费用、运费和推广后剩余 ¥135（36.5%）。" in chinese
    assert "其中估算：退款 ¥30、平台费用 ¥4、运费支出 ¥7。" in chinese


def test_an_ad_channel_pays_only_beyond_what_its_sales_leave(book):
    # 185 of 400 is left before advertising: a return of 2.16 pays; search returned 2.5, the feed 1.33
    english = words(show.ad_channels(book("en")))
    assert "a channel pays from a return of 2.16 on" in english
    assert "search CN¥20 CN¥50 2.50 40.0% +CN¥3" in english
    assert "feed CN¥30 CN¥40 1.33 75.0% -CN¥12" in english
    assert "投产比达到 2.16 才划算" in words(show.ad_channels(book("zh")))


def test_rules_are_listed_with_their_verdict_source_and_what_they_need(book):
    english, chinese = words(show.platform_rules(book("en"))), words(show.platform_rules(book("zh")))
    assert "Of 3 rules: 1 broken, 1 kept and 1 not testable." in english
    assert "Customer satisfaction stands at 90.0%, where at least 95.0% is asked." in english
    assert "Glad buyers (after-sales). Source: house rules, undated · check again" in english
    assert "would need: messages" in english
    assert "5.0% + CN¥0.30 an order" in english
    assert "共 3 条规则：1 条已违反、1 条符合、1 条暂无法检验。客户满意度为 90.0%，要求不低于 95.0%。" in chinese
    assert "少退款（售后）。来源：house rules，2026年7月1日" in chinese


def test_our_place_in_the_market_is_said_with_its_worth(book):
    english, chinese = words(show.market_share(book("en"))), words(show.market_share(book("zh")))
    assert "Of CN¥3,900 that buyers spent in our categories from 1 Jul to 31 Jul 2026, 10.00% came to us." in english
    assert "A year ago it was as much." in english
    assert "Our brand was searched 72 times, 8.00% of the category's searches (+2.9% on last year)." in english
    assert "Cups CN¥2,400 +50.0% 10.00% +10.00 pp +CN¥240 5 (was 9)" in english
    assert "2026年7月1日至7月31日，所售类目大盘成交 ¥3,900，本店占 10.00%。" in chinese


def test_where_we_are_stronger_and_weaker_is_said_with_by_how_much(book):
    english, chinese = words(show.competitors(book("en"))), words(show.competitors(book("zh")))
    assert (
        "We are stronger, cheaper than Blue Kiln (16.0%) and Clay & Co (20.0%); but we are weaker, rated below Blue Kiln "
        "(1.1 stars) and Clay & Co (0.5 stars); with a smaller range than Clay & Co (by 1)." in english
    )
    assert "from 75.0% of theirs in Pots to 96.0% in Cups." in english
    assert "Offered by competitors, not sold by us: Trays." in english
    assert "本店占优：价格低于Blue Kiln（16.0%）、Clay & Co（20.0%）。本店落后：评分低于" in chinese


def test_without_the_tables_it_is_said_what_would_help(bare):
    for name, english in (
        ("market_share", "okr template market"), ("competitors", "okr template competitors"),
        ("platform_rules", "params/policies/custom.yaml"), ("ad_channels", "no advertising export"),
    ):  # fmt: skip
        assert english in words(getattr(show, name)(bare()))
    assert (
        "The margin cannot be told: refunds unknown: add the after-sale or settlement export; order lines missing"
        in words(show.what_is_left(bare()))
    )
