"""A day far from its weekdays is told, an event and a quiet series are not; the platform's count beside the orders."""

from datetime import date, timedelta

from okrlib.analysis.anomalies import anomalies, platform_count
from okrlib.analysis.quality import gaps
from okrlib.periods import Period
from tests.analysis.shops import make_shop, opened, order

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(120)]
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 28))


def shop(tmp_path, odd=None, **tables):
    """A shop that takes about 100 a day, more on Sundays, and something else on the `odd` days."""
    usual = [100 + 30 * (day.weekday() == 6) + n * n % 11 for n, day in enumerate(DAYS)]
    paid = {day: (odd or {}).get(day, money) for day, money in zip(DAYS, usual, strict=True)}
    orders = [order(str(n), f"{day} 10:00:00", money) for n, (day, money) in enumerate(paid.items())]
    return make_shop(tmp_path, orders=orders, **tables)


def test_a_day_out_of_the_ordinary_is_told_with_what_was_usual(tmp_path):
    odd = {date(2026, 5, 20): 5, date(2026, 4, 14): 900}
    found = anomalies(opened(shop(tmp_path, odd), "2026-06-28"), QUARTER)
    assert [one.day for one in found] == [date(2026, 5, 20), date(2026, 4, 14)]
    assert found[0].value == 5
    assert 100 <= found[0].usual <= 111


def test_sundays_and_shopping_events_are_no_anomalies(tmp_path):
    assert anomalies(opened(shop(tmp_path, {date(2026, 6, 18): 1200}), "2026-06-28"), QUARTER) == []


def test_too_short_a_series_tells_nothing(tmp_path):
    data = opened(shop(tmp_path), "2026-04-10")
    assert anomalies(data, Period(date(2026, 4, 1), date(2026, 4, 10))) == []


def test_the_platforms_count_stands_beside_the_orders_of_the_same_days(tmp_path):
    visits = [{"day": "2026-04-01", "channel": "all", "visitors": 9, "amount": 100},
              {"day": "2026-04-02", "channel": "all", "visitors": 9, "amount": 104}]  # fmt: skip
    data = opened(shop(tmp_path, {date(2026, 4, 1): 100, date(2026, 4, 2): 100}, traffic=visits), "2026-06-28")
    assert platform_count(data, QUARTER) == (204, 200)


def test_tables_nobody_exported_are_named_with_what_waits_for_them(tmp_path):
    data = opened(shop(tmp_path), "2026-06-28")
    told = {gap.what.en: gap.switches_off.en for gap in gaps(data)}
    assert told["no traffic export"].startswith("visitors, page views, conversion rate")
    assert told["no stock export"].startswith("stock at cost, units in stock at the end, inventory turnover")
    assert "no traffic export" not in {gap.what.en for gap in gaps(opened(shop(tmp_path / "b", traffic=[
        {"day": "2026-04-01", "channel": "all", "visitors": 9}]), "2026-06-28"))}  # fmt: skip
