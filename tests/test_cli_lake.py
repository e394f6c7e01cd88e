"""The lake on the command line: its versions, what was known when, and templates to fill by hand."""

import csv
import io
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from okrlib.lake import Lake
from tests.commands import okr, okr_alone
from tests.corner_shop import COLUMNS, NAME, corner_shop
from tests.run.workbook import PARAMETERS, cell, write_notebook

SALES = ("facts", NAME, "--quarter", "2025Q3", "--metrics", "revenue", "--format", "csv")
LATER = f"{COLUMNS}\n900000,MUG,A blue mug,100,2025-09-30 12:00:00,10.00,17000,United Kingdom\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The corner shop after a second export; with the moment between the two."""
    workbook = corner_shop(tmp_path_factory.mktemp("lake") / "workbook")
    between = Lake(workbook.warehouse).history()[0].at.astimezone(ZoneInfo("Europe/London"))
    (workbook.exports / NAME / "later.csv").write_text(LATER, encoding="utf-8")
    assert okr(workbook.home, "ingest", NAME).code == 0
    return workbook, between


def revenue(shop, *words):
    (row,) = csv.DictReader(io.StringIO(okr(shop.home, *SALES, *words).out))
    return float(row["value"]), row.get("known_at")


def test_facts_as_they_were_known_at_a_moment(shop):
    workbook, between = shop
    now, before = revenue(workbook), revenue(workbook, "--known-at", between.isoformat())
    assert now[0] - before[0] == 1000
    assert (now[1], before[1]) == (None, str(between))
    assert revenue(workbook, "--known-at", between.replace(tzinfo=None).isoformat()) == before


def test_a_day_is_known_to_its_end(shop):
    workbook, between = shop
    assert revenue(workbook, "--known-at", str(between.date()))[0] == revenue(workbook)[0]
    done = okr(workbook.home, *SALES, "--known-at", "2025-12-31")
    assert done.one_line.endswith(
        "no orders had been read by 2025-12-31 23:59; see what was read when: okr lake log corner"
    )


def test_a_moment_that_is_none_is_refused(shop):
    done = okr(shop[0].home, *SALES, "--known-at", "yesterday")
    assert (done.code, "2026-11-22T18:30" in done.one_line) == (2, True)


def test_the_log_lists_the_versions_that_touched_the_store(shop):
    workbook, _ = shop
    *lines, last = okr(workbook.home, "lake", "log", NAME).out.splitlines()
    orders = [line.split() for line in lines if line.split()[1] == "orders"]
    assert [(words[3], words[4]) for words in orders] == [("1", "write"), ("0", "create")]
    assert all(datetime.fromisoformat(line.split()[0]).tzinfo for line in lines)
    assert last == f"{NAME}: {len(lines)} versions"
    assert Lake(workbook.warehouse).history("nobody") == []


def test_a_packet_as_it_was_known_at_a_moment(shop):
    workbook, between = shop
    for path in workbook.notebooks.glob("*.ipynb"):
        path.unlink()
    show = (
        "from okrlib import open_book\nprint(int(open_book(store, quarter, as_of, locale).facts('revenue')[0].value))"
    )
    write_notebook(workbook.notebooks / "01_revenue.ipynb", cell(PARAMETERS, "parameters"), cell(show))
    words = ("run", "2025Q3", "--store", NAME, "--as-of", "2025-09-30", "--locale", "en")
    pages = []
    for known in ((), ("--known-at", between.isoformat()), ("--known-at", between.isoformat())):
        done = okr_alone(workbook.home, *words, *known)
        assert (done.code, "unchanged 1" in done.out) == (0, len(pages) == 2)
        pages.append((workbook.reports / "2025Q3" / NAME / "packet.en.html").read_text(encoding="utf-8"))
    figure = re.compile(r"<pre>(\d+)\n?</pre>")
    now, then = (int(figure.search(page)[1]) for page in pages[:2])
    assert now - then == 1000
    assert f"Exports read by <time>{between.isoformat(' ', timespec='minutes')}</time>" in pages[1]
    manifest = json.loads((workbook.reports / "2025Q3" / NAME / "manifest.en.json").read_text(encoding="utf-8"))
    assert datetime.fromisoformat(manifest["known_at"]) == between
    assert manifest["data"]["versions"]["orders"] == 0
    assert "what counts as known moved" in okr(workbook.home, *words, "--explain").out


def test_compacting_changes_no_figure(shop):
    workbook, between = shop
    before = revenue(workbook), revenue(workbook, "--known-at", between.isoformat())
    assert "orders" in okr(workbook.home, "lake", "compact").out
    assert (revenue(workbook), revenue(workbook, "--known-at", between.isoformat())) == before


def test_a_template_is_written_and_never_over_a_file(shop, tmp_path):
    done = okr(shop[0].home, "template", "stock", tmp_path / "new")
    assert (done.code, sorted(path.name for path in (tmp_path / "new").iterdir())) == (0, ["stock.csv", "stock.xlsx"])
    assert "is there already" in okr(shop[0].home, "template", "stock", tmp_path / "new").one_line
    assert "expected one of orders" in okr(shop[0].home, "template", "parcels").one_line


def test_a_refused_file_is_named_and_the_others_are_read(shop, tmp_path):
    good, odd = tmp_path / "good.csv", tmp_path / "odd.csv"
    good.write_text(LATER.replace("900000", "900001").replace("2025-09-30", "2025-06-30"), encoding="utf-8")
    odd.write_text("a,b\n1,2\n", encoding="utf-8")
    done = okr(shop[0].home, "ingest", NAME, odd, good)
    assert (done.code, "odd.csv" in done.one_line, "1 files read" in done.out) == (1, True, True)
