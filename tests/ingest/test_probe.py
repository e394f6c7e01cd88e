from datetime import datetime
from decimal import Decimal

from okrlib.ingest.layout import load_layouts
from okrlib.ingest.probe import HASHED, probe
from tests.ingest.conftest import csv, line


def probed(stall, content):
    return probe(stall.write(content), load_layouts(stall.workbook.params / "layouts"), stall.store)


def test_a_probe_shows_the_first_rows_as_understood_and_no_buyer(stall):
    seen = probed(stall, "Till of the stall\n" + csv(line(), line(price="x"), *[line()] * 9))
    assert (seen.encoding, seen.delimiter, seen.header_line, seen.unread) == ("utf-8", ",", 2, ["note"])
    assert seen.fits[0].fits
    assert (seen.fits[0].layout.id, seen.fits[0].columns["sold_at"]) == ("custom.till", "at")
    assert seen.rows[0] == {
        "line": 3, "receipt": "1001", "customer": HASHED, "address": "浙江省", "sold_at": datetime.fromisoformat("2026-07-01 09:30:00"),
        "state": "completed", "item": "cup", "pieces": 2, "price": Decimal("12.5"), "returned": None,
    }  # fmt: skip
    assert len(seen.rows) == 4
    assert seen.problems == [(4, "price", "x", "expected an amount such as 1,234.50")]
    assert stall.lake.versions() == {}


def test_a_probe_of_a_file_that_no_layout_fits_shows_what_each_misses(stall):
    seen = probed(stall, csv(line()).replace(",price,", ",cost each,"))
    assert not seen.fits[0].fits
    assert seen.fits[0].missing == ("price",)
    assert (seen.rows, seen.problems) == ([], [])


def test_a_probe_of_a_strange_file_fits_nothing(stall):
    assert probed(stall, "x,y\n1,2\n").fits == []
