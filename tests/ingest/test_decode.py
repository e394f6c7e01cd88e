import codecs
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from okrlib.errors import DataError
from okrlib.ingest.decode import as_declared, open_export

CHINESE = "订单编号,商品\n1,青釉盖碗\n"


def opened(tmp_path: Path, content: bytes, name: str = "file.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return open_export(path)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode("utf-8"), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
        (
            b"order,item\n" * 40_000 + "1,杯\n".encode("gbk"),
            "gb18030",
        ),  # a detector that looks at the start gets it wrong
    ],
)
def test_the_ladder_finds_the_encoding_from_the_whole_file(tmp_path, content, encoding):
    export = opened(tmp_path, content)
    assert export.encoding == encoding
    assert next(cells for _, cells, _ in export.records(",")) in (["订单编号", "商品"], ["order", "item"])


def test_what_is_no_known_encoding_is_not_guessed(tmp_path):
    export = opened(tmp_path, "Café,Größe\n".encode("cp1252") + b"\xff\xff\n")
    with pytest.raises(DataError, match=r"file\.csv: neither UTF-8 nor GB18030; .*cp1252"):
        as_declared(export, None)


@pytest.mark.parametrize("text", ["Café,Größe\n", "Straße,größer\nä,éa\n"])
def test_an_encoding_that_a_layout_declares_comes_before_gb18030_and_after_utf8(tmp_path, text):
    assert as_declared(opened(tmp_path, text.encode("cp1252")), "cp1252").encoding == "cp1252"
    assert as_declared(opened(tmp_path, text.encode("utf-8")), "cp1252").encoding == "utf-8"


def test_a_file_that_begins_as_utf8_with_bom_and_breaks_is_damaged(tmp_path):
    with pytest.raises(DataError, match="damaged"):
        opened(tmp_path, codecs.BOM_UTF8 + "订单".encode()[:-1] + b"\n")


@pytest.mark.parametrize("content", [b"", b"\n \n", codecs.BOM_UTF8])
def test_an_empty_file_is_named(tmp_path, content):
    with pytest.raises(DataError, match=r"file\.csv: the file is empty"):
        opened(tmp_path, content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv: cannot be read: No such file"):
        open_export(tmp_path / "none.csv")


def test_windows_and_old_mac_line_ends_count_as_one_line(tmp_path):
    export = opened(tmp_path, b"a,b\r\n1,2\r\n3,4\r\n")
    assert list(export.records(",")) == [(1, ["a", "b"], ""), (2, ["1", "2"], ""), (3, ["3", "4"], "")]


def test_a_workbook_reads_as_text_with_its_row_numbers(tmp_path):
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 0, ["order", "at", "day", "price", "pieces"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_string(4, 0, "0123456789012345678")
        sheet.write_datetime(4, 1, datetime.fromisoformat("2026-07-01 09:30:05"), moment)
        sheet.write_datetime(4, 2, date(2026, 7, 2), day)
        sheet.write_number(4, 3, 12.5)
        sheet.write_number(4, 4, 3)
    export = open_export(path)
    assert export.delimiters() == [""]
    assert list(export.records("")) == [
        (3, ["order", "at", "day", "price", "pieces"], ""),
        (5, ["0123456789012345678", "2026-07-01 09:30:05", "2026-07-02 00:00:00", "12.5", "3"], ""),
    ]


def test_a_damaged_workbook_is_named(tmp_path):
    export = opened(tmp_path, b"PK\x03\x04" + b"\x00" * 100, "file.xlsx")
    with pytest.raises(DataError, match=r"file\.xlsx: not a readable archive or workbook"):
        list(export.records(""))
