"""The forms for data and for packets: what a file is understood as, what became of its rows; a run, its progress, its pages."""

import asyncio
import re

import pytest

from okrlib import forms
from tests.corner_shop import COLUMNS
from tests.forms.conftest import shorten


@pytest.fixture
def form(book):
    return forms.data(book("en"))


def uploaded(upload, name, *lines):
    """Send a file as the browser does, in pieces."""
    content = "\n".join([*lines, ""]).encode()
    upload.heard({"kind": "begin", "name": name, "size": len(content)}, [])
    for at in range(0, len(content), 50):
        upload.heard({"kind": "piece"}, [memoryview(content[at : at + 50])])
    upload.heard({"kind": "end"}, [])


LINES = (
    COLUMNS,
    "600001,CUP,<b>A cup</b>,2,2025-08-30 10:00:00,4.50,17001,United Kingdom",
    "600002,CUP,A cup,many,2025-08-30 11:00:00,4.50,17002,United Kingdom",
)


def test_an_upload_is_looked_at_before_it_is_read(form, home):
    uploaded(form.upload, "more.csv", *LINES)
    assert (home / "exports" / "corner" / "more.csv").exists()
    assert form.file.label == "more.csv"
    seen = form.seen.value
    assert "fits: 8 columns known" in seen
    assert "&lt;b&gt;A cup&lt;/b&gt;" in seen
    assert "many" in seen
    assert "17001" not in seen, "a buyer is hidden"
    assert not form.read.disabled


def test_reading_tells_what_became_of_the_rows(form):
    uploaded(form.upload, "more.csv", *LINES[:2], *(line.replace("6000", "7000") for line in LINES[1:2] * 3), LINES[2])
    form.read.click()
    assert "5 rows: " in form.progress.value
    assert "1 rejected" in form.progress.value
    assert "expected a whole number" in form.progress.value


def test_a_file_put_into_the_folder_is_seen_at_a_click(form, home):
    folder = home / "exports" / "corner"
    assert str(folder) in form.children[2].value
    assert [label for label, _ in form.file.options] == ["– choose –", "till.csv"]
    (folder / "august.csv").write_text("\n".join(LINES[:2]), encoding="utf-8")
    form.again.click()
    assert form.file.label == "august.csv"
    assert "fits: 8 columns known" in form.seen.value
    form.file.value = (folder / "august.csv", folder / "till.csv")
    assert form.file.label == "– all files of the folder (2) –"
    form.read.click()
    assert "1 rows: 1 used" in form.progress.value
    assert "1 files known already" in form.progress.value


def test_what_no_platform_exports_is_written_as_an_empty_table(form, home):
    blanks = form.children[-1]
    blanks.table.value = "stock"
    for _ in range(2):  # the second time it is there
        blanks.write.click()
        assert "stock.xlsx" in blanks.answer.value
    assert "on hand" in (home / "exports" / "_templates" / "stock.csv").read_text("utf-8-sig")


def test_a_name_that_is_taken_by_another_file_is_not_overwritten(form, home):
    before = (home / "exports" / "corner" / "till.csv").read_bytes()
    uploaded(form.upload, "till.csv", *LINES)
    assert form.file.label == "till (2).csv"
    assert (home / "exports" / "corner" / "till.csv").read_bytes() == before


def test_a_file_no_layout_knows_is_said_and_cannot_be_read(form):
    uploaded(form.upload, "odd.csv", "a,b", "1,2")
    assert "No layout fits" in form.seen.value
    assert form.read.disabled


def test_the_same_in_chinese(book):
    form = forms.data(book("zh"))
    uploaded(form.upload, "more.csv", *LINES[:2])
    assert "识别 8 列" in form.seen.value
    form.read.click()
    assert "无法读取 0 行" in form.progress.value
    uploaded(form.upload, "worse.csv", *LINES, *LINES[2:])
    assert "应为整数" in form.seen.value
    form.read.click()
    assert "整个文件未导入" in form.progress.value
    uploaded(form.upload, "void.csv")
    assert "文件是空的" in form.seen.value


@pytest.fixture
def quick(home):
    """A workbook whose packets are one short notebook."""
    shorten(home / "notebooks")


def test_packets_are_made_with_progress_and_links(book, home, quick):
    form = forms.run(book("en"))
    form.locale.value = "en"
    assert form.command == ["run", "2025Q3", "--store", "corner", "--as-of", "2025-08-31", "--locale", "en"]
    asyncio.run(form.make())
    assert "Done." in form.progress.value
    assert "reports/2025Q3/corner/packet.en.html" in form.pages.value
    assert (home / "reports" / "2025Q3" / "corner" / "packet.en.html").exists()
    assert (form.start.disabled, form.stop.disabled) == (False, True)


def test_what_cannot_be_made_is_said(book, home):
    form = forms.run(book("zh"))
    form.stores.value = ()
    (home / "params" / "okrs" / "corner" / "2025Q3.yaml").write_text("store: [", encoding="utf-8")
    asyncio.run(form.make())
    assert re.search(r"2025Q3\.yaml 第 1 行：YAML 格式有误，请检查缩进", form.progress.value)
    assert 'role="alert"' in form.progress.value
