"""Hours, weekdays and shopping events, worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.timing import clock, event_sales
from okrlib.periods import Period
from tests.analysis.shops import make_shop, opened, order


def daily(start, days, amount):
    first = date.fromisoformat(start)
    return [(str(first + timedelta(days=n)), amount) for n in range(days)]


def shop(home, rows, as_of):
    orders = [order(f"{day}-{n}", f"{day} 10:00:00", amount) for n, (day, amount) in enumerate(rows)]
    return opened(make_shop(home, orders=orders), as_of)


def test_the_clock_counts_orders_by_weekday_and_hour(tmp_path):
    rows = [("1", "2026-07-06 09:59:59"), ("2", "2026-07-13 10:00:00"), ("3", "2026-07-12 23:30:00")]
    data = opened(make_shop(tmp_path, orders=[order(name, at, 5) for name, at in rows]), "2026-07-31")
    found = clock(data, Period(date(2026, 7, 6), date(2026, 7, 13)))
    assert found.days == (2, 1, 1, 1, 1, 1, 1)  # two Mondays
    assert found.a_day == [1, 0, 0, 0, 0, 0, 1]
    assert {hour: n for hour, n in enumerate(found.by_hour) if n} == {9: 1, 10: 1, 23: 1}
    assert sum(map(sum, found.orders)) == 3
    assert clock(data, Period(date(2025, 7, 6), date(2025, 7, 13))) is None


def test_an_event_is_held_against_ordinary_days_around_it(tmp_path):
    # Double 11 is 31 October to 13 November; its pre-sale 20 to 30 October; National Day week 1 to 8 October
    rows = daily("2026-10-09", 11, 100) + daily("2026-10-20", 11, 150) + daily("2026-10-31", 14, 400)
    data = shop(tmp_path, rows + daily("2026-11-14", 9, 100), "2026-11-22")
    found = {row.name.en: row for row in event_sales(data, Period(date(2026, 10, 9), date(2026, 11, 22)))}
    assert list(found) == ["Double 11 pre-sale", "Double 11"]
    eleven = found["Double 11"]
    assert (eleven.first, eleven.days, eleven.revenue, eleven.lift) == (date(2026, 10, 31), 14, 5600, 3)
    assert eleven.share == Decimal(5600) / (2000 + 1650 + 5600)
    assert found["Double 11 pre-sale"].lift == Decimal("0.5")


def test_no_lift_without_a_week_of_ordinary_days(tmp_path):
    data = shop(tmp_path, daily("2026-10-28", 20, 100), "2026-11-16")
    assert [row.lift for row in event_sales(data, Period(date(2026, 10, 28), date(2026, 11, 16)))] == [None, None]


def test_days_without_a_sale_count_as_ordinary_zeros(tmp_path):
    rows = daily("2026-10-12", 1, 140) + daily("2026-10-31", 14, 100)
    (presale, eleven) = event_sales(shop(tmp_path, rows, "2026-11-13"), Period(date(2026, 10, 12), date(2026, 11, 13)))
    assert (presale.revenue, presale.lift) == (0, -1)
    assert eleven.lift == 100 / (Decimal(140) / 8) - 1
