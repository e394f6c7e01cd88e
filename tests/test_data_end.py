"""A store whose data end before the day asked about: what says so, and what is not claimed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from okrlib import show
from okrlib.book import open_book
from okrlib.errors import DataError
from okrlib.periods import Quarter
from okrlib.steps import close_sheet, lock_sheet
from tests.analysis.shops import add_rows, make_shop, order
from tests.show.conftest import words

SHEET = """\
store: shop
quarter: 2026Q3
objectives:
  - id: O1
    title: Sell
    why: To live.
    owner: Lin
    type: committed
    key_results:
      - {id: O1.1, metric: orders, baseline: 0, target: 92}
      - {id: O1.2, metric: orders, baseline: 0, target: 60, due: 2026-08-31}
      - {id: O1.3, title: Villages, kind: reach, baseline: 0, target: 10, measure: {name: Villages, definition: served, unit: villages}}
"""


def _shop_to(home, last, as_of):
    """A shop with an order of 100 every day up to `last`, as of a day."""
    days = [date(2026, 7, 1) + timedelta(n) for n in range((last - date(2026, 7, 1)).days + 1)]
    orders = [order(str(day), f"{day} 10:00:00", 100, refund_amount=0) for day in days]
    workbook = make_shop(home, orders=orders)
    path = workbook.sheet_path("shop", Quarter(2026, 3))
    path.parent.mkdir(parents=True)
    path.write_text(SHEET, encoding="utf-8")
    return open_book("shop", "2026Q3", as_of, home=home)


@pytest.mark.parametrize(
    ("last", "as_of", "data_to", "early", "complete"),
    [
        ((8, 10), "2026-08-10", None, False, False),
        ((8, 10), "2026-08-12", (8, 10), False, False),  # two days may pass without an order
        ((8, 10), "2026-08-13", (8, 10), True, False),
        ((9, 29), "2026-09-30", (9, 29), False, False),
        ((9, 29), "2026-10-20", (9, 29), True, False),  # nobody knows whether nothing was ordered on the 30th
        ((9, 30), "2026-10-20", None, False, True),
        ((10, 2), "2026-10-20", None, False, True),
    ],
)
def test_where_the_data_end(tmp_path, last, as_of, data_to, early, complete):
    book = _shop_to(tmp_path, date(2026, *last), as_of)
    assert (book.data_to, book.ends_early, book.complete) == (data_to and date(2026, *data_to), early, complete)


def test_only_what_the_data_measure_to_a_later_day_is_cut_short(tmp_path):
    book = _shop_to(tmp_path, date(2026, 9, 10), "2026-10-20")
    assert [kr.id for kr in book.cut_short] == ["O1.1"], "O1.2 was due in August; villages are told by people"


def test_a_quarter_without_its_last_days_is_closed_only_when_told_so(tmp_path):
    book = _shop_to(tmp_path, date(2026, 9, 10), "2026-10-20")
    moment = {"at": datetime(2026, 10, 20, 9, tzinfo=UTC), "by": "Lin"}
    lock_sheet(book, **moment)
    book = open_book("shop", "2026Q3", "2026-10-20", home=tmp_path)
    with pytest.raises(
        DataError, match=r"exports end on 2026-09-10, 20 days before 2026Q3 does, so O1\.1 cannot"
    ) as bad:
        close_sheet(book, **moment)
    assert "okr ingest shop" in str(bad.value)
    assert "导出数据只到 2026-09-10，距 2026Q3 结束还差 20 天" in bad.value.in_("zh")
    assert book.whole_journal.scored is None
    assert close_sheet(book, **moment, anyway=True).data_to == date(2026, 9, 10)
    closed = open_book("shop", "2026Q3", "2026-10-20", home=tmp_path)
    assert "closed on data to 10 Sept 2026 only" in words(show.verdict(closed))

    days = [f"2026-09-{day}" for day in range(11, 31)]
    add_rows(closed.workbook, orders=[order(day, f"{day} 10:00:00", 100, refund_amount=0) for day in days])
    whole = open_book("shop", "2026Q3", "2026-10-20", home=tmp_path)
    again = close_sheet(whole, **moment)
    assert (again.data_to, again.key_results[0].value) == (None, 92)
    assert "closed on data" not in words(show.verdict(open_book("shop", "2026Q3", "2026-10-20", home=tmp_path)))


def test_pages_name_the_days_that_have_data(tmp_path):
    book = _shop_to(tmp_path, date(2026, 9, 10), "2026-10-20")
    cards = show.summary(book)
    assert (cards.cards[0].label, cards.summary["data_to"]) == ("Paid revenue, quarter to 10 Sept", "2026-09-10")
    chinese = open_book("shop", "2026Q3", "2026-10-20", "zh", home=tmp_path)
    assert show.summary(chinese).cards[0].label == "本季至9月10日支付金额"
    told = words(show.headline(book))
    assert "Quarter to date" in told
    assert "As of 20 Oct 2026, data to 10 Sept 2026." in told
    assert "As of 20 Oct 2026, data to 10 Sept 2026." in words(show.growth(book))
    assert "shows when the quarter is over and the data reach its end" in words(show.hindsight(book))
    assert "Data to" in words(show.portfolio(book))
    assert "数据截至 最弱的关键结果" in words(show.portfolio(chinese))
    whole = open_book("shop", "2026Q3", "2026-09-10", home=tmp_path)
    assert "data_to" not in show.summary(whole).summary
    assert "Data to" not in words(show.portfolio(whole))


def test_an_agenda_without_data_does_not_say_that_nothing_moved(tmp_path):
    book = _shop_to(tmp_path, date(2026, 8, 10), "2026-08-20")
    told = words(show.agenda(book))
    assert "What moved in the last seven days: no data since 10 Aug 2026." in told
    assert "under: What moved" not in told
    chinese = open_book("shop", "2026Q3", "2026-08-20", "zh", home=tmp_path)
    assert "近七天的变化：2026年8月10日之后没有数据。" in words(show.agenda(chinese))
    assert "no data since" not in words(show.agenda(open_book("shop", "2026Q3", "2026-08-11", home=tmp_path)))
