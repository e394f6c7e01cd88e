"""Whatever exports overlap in whatever way, the lake says what the last one of each order said."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrlib.ingest.read import ingest
from tests.ingest.conftest import HEADER, Stall, csv, line

SEVERAL = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LINES = st.builds(
    lambda item, pieces, price, returned, state: {
        "item": item,
        "pieces": str(pieces),
        "price": price,
        "returned": returned,
        "state": state,
    },
    st.sampled_from(["cup", "bowl", "tea, green", "杯子"]),
    st.integers(1, 3),
    st.sampled_from(["0", "9.90", "1200.00"]),
    st.sampled_from(["", "0", "5"]),
    st.sampled_from(["sold", "waiting"]),
)
EXPORT = st.dictionaries(st.integers(1, 5), st.lists(LINES, min_size=1, max_size=3), min_size=1, max_size=5)


def text(orders: dict[int, list[dict[str, str]]]) -> str:
    rows = [
        {"receipt": str(order), "customer": f"buyer {order % 2}"} | one
        for order, lines in orders.items()
        for one in lines
    ]
    return csv(*(line(**{name: f'"{cell}"' for name, cell in row.items()}) for row in rows))


def lake_after(*rounds: list[str]) -> dict[str, list[tuple[object, ...]]]:
    """Return what the lake says after reading the files of each round in one go, in a fresh workbook."""
    home = Path(tempfile.mkdtemp())
    try:
        stall = Stall(home)
        for number, texts in enumerate(rounds):
            paths = [stall.write(one, f"{number}-{at}.csv") for at, one in enumerate(texts)]
            ingest(stall.workbook, stall.store, paths)
        return stall.content()
    finally:
        shutil.rmtree(home)


@SEVERAL
@given(st.lists(EXPORT, min_size=2, max_size=3))
def test_any_overlapping_exports_give_the_lake_of_the_last_word_on_each_order(exports):
    last: dict[int, list[dict[str, str]]] = {}
    for export in exports:
        last |= export
    expected = lake_after([text(last)])
    texts = [text(export) for export in exports]
    assert lake_after(*([one] for one in texts)) == expected
    assert lake_after(texts) == expected


@SEVERAL
@given(EXPORT, st.permutations(range(len(HEADER))))
def test_the_order_of_the_columns_does_not_matter(export, order):
    straight = text(export).splitlines()
    cells = [one.replace('"tea, green"', '"tea; green"').split(",") for one in straight]
    turned = [",".join(row[at] for at in order).replace("tea; green", "tea, green") for row in cells]
    assert lake_after(["\n".join(turned) + "\n"]) == lake_after([text(export)])


@SEVERAL
@given(
    st.lists(
        st.one_of(
            st.sampled_from(['"', "a,b", '"x\ny', "\x00", ",,,,,,,,,", "1,\x1f,2"]),
            st.builds(
                lambda receipt, price, item: line(receipt=receipt, price=price, item=item),
                st.sampled_from(["1", "2", "", "1E+17"]),
                st.sampled_from(["1", "0", "x", '"1,000"']),
                st.sampled_from(["cup", '"two\nlines"', '5" plate', ""]),
            ),
        ),
        max_size=12,
    )
)
def test_every_row_read_is_used_set_aside_or_rejected(rows):
    with tempfile.TemporaryDirectory() as home:
        stall = Stall(Path(home))
        stall.settings("max_bad_share: 1\n")
        (file,) = stall.read(csv(*rows)).files
        assert file.rows_read == file.rows_used + file.rows_set_aside + file.rows_rejected
        assert file.rows_used == len(stall.rows("order_lines", "order_id"))
        assert file.rows_rejected == len(stall.rejects())


def test_a_line_that_a_later_export_no_longer_has_is_removed(stall):
    stall.read(csv(line(), line(item="bowl")))
    stall.read(csv(line()), "later.csv")
    assert stall.rows("order_lines", "sku", "source_file") == [("cup", "later.csv")]


def test_an_order_whose_lines_are_all_set_aside_later_leaves_no_old_lines(stall):
    stall.read(csv(line(), line(receipt="2")))
    stall.read(csv(line(price="0")), "later.csv")
    assert stall.rows("order_lines", "order_id") == [("2",)]
    assert stall.rows("orders", "order_id") == [("2",)]


def test_corrected_statuses_and_refunds_are_the_last_word(stall):
    stall.read(csv(line(state="waiting"), line(receipt="2")))
    done = stall.read(csv(line(), line(receipt="2", state='"back, all of it"', returned="25")), "later.csv")
    assert done.repeated_orders == 0
    assert [row[:2] for row in stall.rows("orders", "order_id", "status")] == [("1001", "completed"), ("2", "refunded")]
    assert [refund for (refund,) in stall.rows("orders", "refund_amount")] == [0, 25]


def test_an_export_read_twice_counts_once(stall):
    text = csv(line(), line(receipt="2"))
    before = (stall.read(text), stall.content())[1]
    again = stall.read(text, "copy.csv")
    assert (again.files, again.known) == ([], ["copy.csv"])
    assert stall.content() == before
