"""The lake's tables: replaced by what an export mentions, by nothing else, and readable all the while."""

from datetime import timedelta
from pathlib import Path

import pytest

import okrlib.lake
from okrlib.errors import DataError
from okrlib.lake import Lake, connect, quoted
from okrlib.schema import ORDERS, PRODUCTS


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "warehouse")


def put(lake: Lake, store: str, *products: tuple[str, str, str], mentions: str | None = None) -> int:
    rows = " UNION ALL ".join(
        f"SELECT {quoted(store)} AS store, {quoted(sku)} AS sku, {quoted(title)} AS title, {quoted(entry)} AS source_order"
        for sku, title, entry in products
    )
    names = ", ".join(
        f"NULL AS {name}" for name in PRODUCTS.all_columns if name not in {"store", "sku", "title", "source_order"}
    )
    empty = "SELECT NULL AS store, NULL AS sku, NULL AS title, NULL AS source_order WHERE false"
    return lake.put(connect(), PRODUCTS, store, f"SELECT *, {names} FROM ({rows or empty})", mentions=mentions)


def titles(lake: Lake, store: str) -> dict[str, str]:
    return dict(lake.rows(f"SELECT sku, title FROM {lake.scan('products', store)}"))


def test_an_absent_table_reads_as_no_rows(lake):
    assert lake.rows(f"SELECT sku, list_price FROM {lake.scan('products', 'one')}") == []
    assert lake.versions() == {}


def test_what_an_export_mentions_is_replaced_and_no_other(lake):
    assert put(lake, "one", ("a", "old", "1"), ("b", "old", "1"), ("c", "old", "2")) == 3
    assert put(lake, "one", ("a", "new", "1"), ("d", "new", "3")) == 2
    assert titles(lake, "one") == {"a": "new", "c": "old", "d": "new"}


def test_a_mention_without_rows_removes_what_was_there(lake):
    put(lake, "one", ("a", "old", "1"), ("b", "old", "2"))
    assert put(lake, "one", mentions="SELECT '1'") == 0
    assert titles(lake, "one") == {"b": "old"}


def test_a_key_known_under_another_entry_moves_to_the_new_one(lake):
    put(lake, "one", ("a", "old", "1"))
    put(lake, "one", ("a", "new", "2"))
    assert titles(lake, "one") == {"a": "new"}


def test_what_an_export_cannot_tell_of_a_known_row_stays(lake):
    put(lake, "one", ("a", "title", "1"))
    rows = f"SELECT * REPLACE ('other' AS title, 3 AS unit_cost) FROM {lake.scan('products', 'one')}"
    lake.put(connect(), PRODUCTS, "one", rows, given=["sku", "unit_cost"])
    assert lake.rows(f"SELECT sku, title, unit_cost FROM {lake.scan('products', 'one')}") == [("a", "title", 3)]


def test_stores_do_not_touch_each_other(lake):
    put(lake, "one", ("a", "mine", "1"))
    put(lake, "two", ("a", "yours", "1"))
    put(lake, "two", mentions="SELECT '1'")
    assert (titles(lake, "one"), titles(lake, "two")) == ({"a": "mine"}, {})


def test_the_same_rows_again_change_nothing_and_nothing_makes_no_version(lake):
    put(lake, "one", ("a", "old", "1"))
    put(lake, "one", mentions="SELECT '7'")
    assert lake.versions() == {"products": 0}


def test_a_table_written_before_a_column_existed_is_read_and_grows(lake):
    con = connect()
    from deltalake import write_deltalake

    old = con.sql("SELECT 'one' AS store, 'a' AS sku, 'old' AS title, '1' AS source_order")
    write_deltalake(str(lake.folder / "products"), old, partition_by=["store"])
    assert lake.rows(f"SELECT sku, unit_cost FROM {lake.scan('products', 'one')}") == [("a", None)]
    put(lake, "one", ("b", "new", "2"))
    assert titles(lake, "one") == {"a": "old", "b": "new"}


def test_the_lake_as_it_was_known_at_a_moment(lake):
    assert lake.history() == []
    put(lake, "one", ("a", "old", "1"))
    (first,) = lake.history()
    put(lake, "one", ("a", "new", "1"))
    assert [(change.table, change.version) for change in lake.history()] == [("products", 1), ("products", 0)]
    then = Lake(lake.folder, known_at=first.at)
    assert (titles(then, "one"), then.versions()) == ({"a": "old"}, {"products": 0})
    assert titles(Lake(lake.folder, known_at=first.at - timedelta(seconds=1)), "one") == {}
    assert titles(Lake(lake.folder, known_at=first.at + timedelta(days=1)), "one") == {"a": "new"}
    with pytest.raises(DataError, match="the past is for reading only"):
        then.writer()


def test_compacting_keeps_the_rows(lake):
    for sku in "abc":
        put(lake, "one", (sku, "t", sku))
    lake.compact()
    assert titles(lake, "one") == {"a": "t", "b": "t", "c": "t"}


def test_quotes_in_names_are_only_text(lake):
    put(lake, "o'ne", ("it's", "a 'title'", "1"))
    assert titles(lake, "o'ne") == {"it's": "a 'title'"}


@pytest.mark.parametrize(("moment", "clustered"), [("i", True), ("-i", True), ("i * 37 % 1000", False)])
def test_rows_that_stand_by_time_already_are_not_sorted_again(monkeypatch, moment, clustered):
    monkeypatch.setattr(okrlib.lake, "ROW_GROUP", 20)
    con = connect()
    con.execute(
        f"CREATE TABLE put_rows AS SELECT TIMESTAMP '2026-01-01' + to_hours({moment}) AS ordered_at FROM range(1000) t(i)"
    )
    assert okrlib.lake._clustered(con, ORDERS, 1000) is clustered
    assert not okrlib.lake._clustered(con, ORDERS, 40)
