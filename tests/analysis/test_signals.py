"""Signals of market, money and rules: told when they are beyond chance, silent when they are not."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from okrlib.analysis.findings import findings
from okrlib.analysis.levers import levers
from okrlib.analysis.signals import signals
from okrlib.periods import Period
from okrlib.policies import Fee, Rule, RuleBook
from okrlib.text import Text
from tests.analysis.shops import line, make_shop, opened, order, parcel_rows

FIRST, LAST = date(2024, 7, 1), date(2026, 9, 27)  # Monday to Sunday
SUMMER = Period(date(2026, 7, 6), LAST)
WEEKS = 12
CHANNELS = ("good", "poor")
FEE = Fee(rate="0.05")
LATE = Rule(
    id="late",
    area="shipping",
    title=Text("In time", "按时"),
    source="a test",
    metric="on_time_shipping",
    at_least="0.9",
)


def book(*rules):
    fee = Rule(id="fee", area="fees", title=Text("Fee", "费用"), source="a test", fee=FEE)
    return RuleBook(platform="custom", rules=(fee, *rules))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Every Sunday an order of a cup at 100 (cost 40) and a vase at 50 (cost 55), two years and a quarter; 10 of advertising.

    The market of cups grows by a fifth from July 2026, that of vases does not; from then on one channel
    brings little, and thrice as much is spent on the other.
    """
    rng = np.random.default_rng(5)
    sundays = [FIRST + timedelta(days=n) for n in range(6, (LAST - FIRST).days + 1, 7)]
    noise = rng.lognormal(0, 0.02, (3, len(sundays)))
    orders = [order(f"{day:%y%m%d}", f"{day} 10:00:00", 150, refund_amount=0) for day in sundays]
    lines = [line(f"{day:%y%m%d}", n, *rest) for day in sundays for n, *rest in (("1", "cup", 100), ("2", "vase", 50))]
    products = [
        {"sku": "cup", "category": "Cups", "unit_cost": 40},
        {"sku": "vase", "category": "Vases", "unit_cost": 55},
    ]
    market = [
        {"day": day - timedelta(days=6), "category": name, "source_order": f"{day}{name}",
         "market_amount": round(size * noise[k, n] * (1.2 if name == "Cups" and day >= SUMMER.start else 1), 2)}
        for n, day in enumerate(sundays) for k, (name, size) in enumerate((("Cups", 1000), ("Vases", 2000)))
    ]  # fmt: skip
    ads = []
    for n, day in enumerate(sundays):
        spent, brought = (
            ({"good": 15, "poor": 5}, {"good": 60, "poor": 6})
            if day >= SUMMER.start
            else (dict.fromkeys(CHANNELS, n_) for n_ in (5, 20))
        )
        ads += [
            {"day": day, "channel": name, "spend": spent[name], "source_order": f"{day}{name}",
             "ad_amount": round(brought[name] * noise[2, n], 2)} for name in CHANNELS
        ]  # fmt: skip
    parcels = parcel_rows(sundays, lambda n, day: day >= SUMMER.start and n % 2 == 0)
    tables = {
        "orders": orders,
        "order_lines": lines,
        "products": products,
        "market": market,
        "ads": ads,
        "shipments": parcels,
    }
    return opened(make_shop(tmp_path_factory.mktemp("signals"), **tables), LAST)


def test_what_has_moved_is_told_with_its_money(shop):
    found = {(one.kind, one.segment): one for one in signals(shop, SUMMER, book(LATE)) if one.doubt < 0.05}
    assert set(found) == {
        ("market_share", None),
        ("loss", "Vases"),
        ("ad_loss", "poor"),
        ("rule", "late"),
        ("margin", None),
    }
    share = found["market_share", None]
    assert float(share.size) == pytest.approx((150 / 3200 - 150 / 3000) * 3200 * WEEKS, abs=20), (
        "about 120, with the noise of 24 weeks"
    )
    vases = found["loss", "Vases"]
    assert (vases.by, vases.metric, vases.usual) == ("category", "gross_margin_rate", 0)
    # a week: 50 paid, 55 of goods, 2.5 fee, a third of 3 for the parcel, a third of 20 for advertising
    assert float(vases.size) == pytest.approx(-(55 + 2.5 + 1 + 20 / 3 - 50) * WEEKS, abs=0.5)
    margin = found["margin", None]
    assert float(margin.size) == pytest.approx(-10 * WEEKS, abs=0.5), "ten more for advertising a week"
    poor = found["ad_loss", "poor"]
    kept = (150 - 95 - 7.5 - 3) / 150
    assert float(poor.usual) == pytest.approx(1 / kept, rel=1e-3)
    assert float(poor.size) == pytest.approx((6 * kept - 5) * WEEKS, rel=0.02)
    rule = found["rule", "late"]
    assert (rule.value, rule.usual, rule.at_risk) == (Decimal("0.5"), Decimal("0.9"), True)
    assert rule.size == -Decimal("0.4") * 150 * WEEKS


def test_signals_become_findings_with_stable_names_and_levers(shop):
    quarter = Period(date(2026, 7, 1), date(2026, 9, 30))
    found = findings(shop, quarter, book(LATE))
    own = {one.id: one for one in found if one.kind in {"market_share", "margin", "loss", "ad_loss", "rule"}}
    assert set(own) >= {"market_share", "loss.category.Vases", "ad_loss.source.poor"}
    assert {"shipping"} == {one.kind for one in found if one.metric == "on_time_shipping"}, (
        "what moved tells more than the rule"
    )
    assert all(one.lens.en in {"competitors", "economics", "platform rules"} for one in own.values())
    assert not [one for one in findings(shop, quarter) if one.kind in {"market_share", "loss", "rule"}], (
        "no rule book, no signals"
    )
    assert {"process", "marketing"} <= {one.id for one in levers(shop, found, quarter)}


def test_before_the_change_nothing_moved_but_what_always_loses(shop):
    spring = Period(date(2026, 4, 6), date(2026, 6, 28))
    assert {(one.kind, one.segment) for one in signals(shop, spring, book()) if one.doubt < 0.05} == {("loss", "Vases")}


@pytest.mark.parametrize(("late", "told"), [(2, False), (30, True)])
def test_a_rule_broken_by_luck_alone_is_doubtful(tmp_path, late, told):
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range(30)]
    orders = [order(f"{day:%y%m%d}", f"{day} 10:00:00", 10) for day in days]
    home = make_shop(tmp_path, orders=orders, shipments=parcel_rows(days, lambda n, _: n < late))
    rule = Rule(
        id="r",
        area="shipping",
        title=Text("In time", "按时"),
        source="a test",
        metric="on_time_shipping",
        at_least="0.95",
    )
    july = Period(days[0], days[-1])
    (one,) = signals(opened(home, days[-1]), july, book(rule))
    assert (one.doubt < 0.05) == told
    strict = rule.model_copy(update={"at_least": Decimal(1)})
    assert next(signals(opened(home, days[-1]), july, book(strict))).doubt == 0, "whoever must never be late has been"


def test_without_the_tables_there_is_no_signal(tea):
    july = Period(date(2026, 7, 1), date(2026, 7, 31))
    assert list(signals(opened(tea, "2026-07-31"), july, RuleBook(platform="custom", rules=()))) == []
