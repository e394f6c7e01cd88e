"""Exports in what they come in: archives, HTML that calls itself .xls, text that calls itself .xlsx."""

import zipfile

import pytest

import okrlib.ingest.direct
from okrlib.errors import DataError
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.probe import probe
from okrlib.ingest.read import export_files, ingest
from tests.ingest.conftest import HEADER, LINE, csv, good_lines, line


def page(*rows: list[str], head: str = "") -> str:
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head>{head}</head><body><table>\n{body}\n</table></body></html>\n"


def cells(**changes: str) -> list[str]:
    return [(LINE | changes)[name] for name in HEADER]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_an_xls_that_is_an_html_table_is_read_with_its_lines(stall, encoding):
    rows = [
        ["Till of the stall"],
        HEADER,
        *[cells(receipt=str(n)) for n in range(5)],
        cells(price="x"),
        cells(item="a&amp;b<br>c"),
    ]
    stall.read(page(*rows).encode(encoding), "till.xls")
    assert [(row[1], row[2], row[3]) for row in stall.rejects()] == [(9, "price", "x")]
    assert ("a&b c",) in stall.rows("order_lines", "sku")
    assert len(stall.rows("orders", "order_id")) == 6


def test_text_that_calls_itself_a_workbook_is_text(stall):
    assert stall.read(csv(line()), "till.xlsx").files[0].encoding == "utf-8"


def test_a_zipped_download_is_read_member_by_member_and_never_unpacked(stall):
    path = stall.folder / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/till.csv", csv(line()).encode("gb18030"))
        archive.writestr("b/till.tsv", csv(line(receipt="2", price="x"), *good_lines(range(5))).replace(",", "\t"))
        archive.writestr("__MACOSX/till.csv", "x")
        archive.writestr("read me.md", "x")
    assert export_files(stall.folder) == [path]
    done = ingest(stall.workbook, stall.store, [path])
    assert [(file.file, file.rows_read) for file in done.files] == [
        ("download.zip/a/till.csv", 1),
        ("download.zip/b/till.tsv", 6),
    ]
    assert stall.rejects()[0][:2] == ("download.zip/b/till.tsv", 2)
    assert probe(path, load_layouts(stall.workbook.params / "layouts")).fits[0].fits
    assert ingest(stall.workbook, stall.store, [path]).files == []


def test_an_archive_without_an_export_is_named(stall):
    path = stall.folder / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", "x")
    with pytest.raises(DataError, match=r"download\.zip: holds no export; expected a file ending in \.csv"):
        ingest(stall.workbook, stall.store, [path])


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.xlsx"])
def test_a_bomb_is_not_opened(stall, name):
    path = stall.folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("till.csv", b"0" * (300 << 20))
    with pytest.raises(DataError, match=r"would unpack from .* bytes; that is no export, and it was not opened"):
        ingest(stall.workbook, stall.store, [path])


def test_a_broken_archive_is_named(stall):
    with pytest.raises(DataError, match=r"broken\.zip: not a readable archive"):
        stall.read(b"PK\x03\x04broken", "broken.zip")


AWRY = {
    "a cell of 10 MB": (line(receipt="bad", item="x" * 10_000_000), "is longer than 131,072 characters"),
    "a quoted cell of 10 MB": (
        line(receipt="bad", item='"' + "x," * 5_000_000 + '"'),
        "is longer than 131,072 characters",
    ),
    "a NUL byte": (line(receipt="bad", item="c\0up"), "holds a NUL byte: the file is damaged here"),
    "a line of NUL bytes": ("\0" * 5_000, "holds a NUL byte: the file is damaged here"),
}


@pytest.mark.parametrize(("broken", "reason"), AWRY.values(), ids=AWRY)
@pytest.mark.parametrize("large", [0, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_monstrous_or_damaged_row_costs_itself_only_and_is_named(stall, monkeypatch, broken, reason, large, encoding):
    monkeypatch.setattr(okrlib.ingest.direct, "LARGE", large)
    content = csv(*good_lines(range(5)), broken, *good_lines(range(5, 10))).encode(encoding)
    assert stall.read(content).rejected == 1
    assert [(row[1], row[4]) for row in stall.rejects()] == [(7, reason)]
    assert stall.rows("order_lines", "sku") == [(f"item {n}",) for n in range(10)]
    assert stall.rows("order_lines", "max(source_line)") == [(12,)]
    assert stall.read(content).known == ["till.csv"]
