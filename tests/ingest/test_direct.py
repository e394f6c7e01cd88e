"""Files that DuckDB splits by itself come out as the loop over lines reads them, whatever is in them."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import okrlib.ingest.blocks
import okrlib.ingest.cells
import okrlib.ingest.direct
from okrlib.ingest.personal import HASH, Pseudonyms, bare, province, province_sql
from okrlib.lake import connect
from tests.ingest.conftest import Stall, csv, good_lines, line

CELLS = [
    "",
    "-",
    "Anna",
    '"a,b"',
    '"x\ny"',
    '5" plate',
    '="77"',
    "'8",
    " 杯 ",
    "\u3000茶",
    '"say ""hi"""',
    "ÉCLAIR",
    "\t9",
]
ROWS = st.one_of(
    st.builds(lambda cell, name: line(item=cell, customer=name), st.sampled_from(CELLS), st.sampled_from(CELLS)),
    st.sampled_from([line(price="x"), line(address="内蒙古自治区 包头"), line(address="哈尔滨市南岗区一二三"), line()]),
)
AWRY = st.sampled_from(
    [
        "", "a,b", '"', ",,,,,,,,,", '"a"b,' + line(), line() + ",", "\x00", ' "q",1', " ", "# a note", "#,,,,,,,,,",
        line(item='"x\n\ny"', note='"z\nz"'), line(item='5" plate', note='"z\nz"'), line(item='7"'), line(note='"open'),
        line(note="").rsplit(",", 3)[0], "\u3000", line(customer='"An\nna"', address='"江苏省\n1"'),
    ]
)  # fmt: skip
NOTES = ("    order: receipt", "    not_rows: ['#']\n    short_rows: true\n    order: receipt")


def told(content, large, block, *changes):
    """Return all that the lake says after a file whose blocks from `large` bytes on may be split by DuckDB."""
    with (
        tempfile.TemporaryDirectory() as home,
        patch.object(okrlib.ingest.direct, "LARGE", large),
        patch.object(okrlib.ingest.blocks, "BLOCK", block),
    ):
        stall = Stall(Path(home))
        stall.settings("max_bad_share: 1\n")
        stall.layout(*changes)
        stall.read(content)
        readings = stall.rows("readings", "rows_read", "rows_used", "rows_set_aside", "rows_rejected")
        return stall.content(), readings, stall.rejects(), stall.rows("order_lines", "source_line", "sku")


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.one_of(ROWS, ROWS, ROWS, AWRY), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from([100, 300, 1 << 20]),
    st.sampled_from([(), (NOTES,)]),
)
def test_both_ways_read_the_same(rows, ending, encoding, block, changes):
    content = csv(*rows).replace("\n", ending).encode(encoding)
    assert told(content, 0, block, *changes) == told(content, 1 << 40, 1 << 20, *changes)


@pytest.mark.parametrize(
    ("rows", "direct"),
    [
        (good_lines(range(9)), True),
        ([*good_lines(range(9)), line(item='"a, ""b"""')], True),
        ([*good_lines(range(9)), line(item='"a\nb"')], True),
        ([*good_lines(range(9)), line(item='5" plate', note='"a\nb"')], False),
        ([*good_lines(range(9)), "too,short"], False),
        (["", *good_lines(range(9))], False),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_clean_files_are_split_directly_and_no_others(stall, monkeypatch, rows, direct, encoding):
    monkeypatch.setattr(okrlib.ingest.direct, "LARGE", 0)
    did = []
    split = okrlib.ingest.cells.Direct.split
    monkeypatch.setattr(okrlib.ingest.cells.Direct, "split", lambda *given: did.append(split(*given)) or did[-1])
    stall.settings("max_bad_share: 1\n")
    stall.read(csv(*rows).encode(encoding))
    assert [sql is not None for sql in did] == [direct]


def test_one_bad_line_costs_its_own_block_only(stall, monkeypatch):
    monkeypatch.setattr(okrlib.ingest.direct, "LARGE", 0)
    monkeypatch.setattr(okrlib.ingest.blocks, "BLOCK", 1000)
    did = []
    split = okrlib.ingest.cells.Direct.split
    monkeypatch.setattr(okrlib.ingest.cells.Direct, "split", lambda *given: did.append(split(*given)) or did[-1])
    stall.read(csv(*good_lines(range(100)), line(item='"never closed'), *good_lines(range(100, 200))))
    assert did.count(None) == 1
    assert len(did) > 10
    assert [row[1] for row in stall.rejects()] == [102]
    assert sorted(stall.rows("order_lines", "source_line", "sku"))[100:102] == [(103, "item 100"), (104, "item 101")]


def of_sql(sql, cell, hashed):
    con = connect()
    con.create_function(HASH, hashed.__call__, ["VARCHAR"], "VARCHAR")
    return con.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS cell)", [cell]).fetchall()[0][0]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1f\r\n"), max_size=12).map(bare)


@settings(max_examples=40, deadline=None)
@given(st.one_of(TEXT, st.sampled_from(["", "-", "NULL", "12.0", "Anna", "张三", "STRASSE", "Straße", "İ"])))
def test_a_pseudonym_is_the_same_in_sql(cell):
    hashed = Pseudonyms(b"k" * 32, "stall")
    assert (of_sql(hashed.sql("cell"), cell, hashed) or "") == hashed(cell)


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(
        TEXT,
        st.sampled_from(
            [
                "浙江省 杭州市",
                "中国浙江省杭州",
                "内蒙古",
                "上海市浦东",
                "香港特别行政区中环",
                "London W1",
                "北京",
                "哈尔滨市南岗区一二三",
            ]
        ),
    )
)
def test_a_province_is_the_same_in_sql(cell):
    assert of_sql(province_sql("cell"), cell, Pseudonyms(b"k", "s")) == province(cell)
