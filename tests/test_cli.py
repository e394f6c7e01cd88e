"""Every command: what it says, and the exit code that a script goes by."""

import csv
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from okrlib.analysis.metrics import visible
from okrlib.book import open_book
from okrlib.periods import parse_day
from okrlib.starter import SAMPLE_STORE
from okrlib.stores import Workbook
from tests.commands import okr, okr_alone, run_alone
from tests.corner_shop import NAME, corner_shop, invoices

Q3 = "2025Q3"
END = "2025-09-30"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workbook for tests that change nothing in it."""
    return corner_shop(tmp_path_factory.mktemp("shop") / "workbook")


@pytest.fixture
def fresh(shop, tmp_path):
    """A copy of the workbook for a test that writes."""
    return Workbook(Path(shutil.copytree(shop.home, tmp_path / "workbook")))


def sheet_of(workbook):
    return workbook.params / "okrs" / NAME / f"{Q3}.yaml"


def edit(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def events(workbook):
    path = sheet_of(workbook).with_suffix(".jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


# A workbook and its exports


def test_init_makes_a_workbook_and_says_what_to_do_next(tmp_path):
    done = okr(tmp_path, "init", tmp_path / "mine")
    assert (done.code, done.err) == (0, "")
    assert f"workbook: {tmp_path / 'mine'}" in done.out
    assert "okr demo" in done.out
    assert Workbook(tmp_path / "mine").stores() == [SAMPLE_STORE]


def test_init_never_writes_into_a_folder_that_holds_something(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    done = okr(tmp_path, "init", tmp_path / "mine")
    assert done.code == 2
    assert "not empty" in done.one_line
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_outside_a_workbook_every_command_says_so(tmp_path):
    done = okr(tmp_path, "ingest", "corner")
    assert done.code == 2
    assert "no workbook here" in done.one_line
    assert "okr init" in done.one_line


def test_the_workbook_is_found_from_a_folder_inside_it(shop):
    done = okr_alone(shop.notebooks, "facts", NAME, "--quarter", Q3, "--format", "csv")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("name", ["茶舍 店铺", "Ann's 100%", "a#b {c} *?"])
def test_a_workbook_may_lie_in_a_folder_of_any_name(tmp_path, name):
    workbook = corner_shop(tmp_path / name / "workbook")
    words = ("--quarter", Q3, "--metrics", "revenue", "--as-of", END, "--format", "json")
    done = okr(workbook.home, "facts", NAME, *words)
    assert (done.code, json.loads(done.out)[0]["value"]) == (0, "2760")


def test_ingest_says_what_it_read_and_knows_it_again(fresh):
    shutil.rmtree(fresh.warehouse)
    first, again = okr(fresh.home, "ingest", NAME), okr(fresh.home, "ingest", NAME)
    rows = len(invoices())
    assert f"1 files read, 0 known already; {rows} rows: {rows} used, 0 set aside by rule, 0 rejected" in first.out
    assert "0 files read, 1 known already" in again.out
    assert (first.code, again.code) == (0, 0)


def test_a_bad_row_is_counted_shown_and_stops_nothing(fresh):
    export = fresh.exports / NAME / "more.csv"
    head = (fresh.exports / NAME / "till.csv").read_text().splitlines()[0]
    export.write_text(f"{head}\n1,MUG,Mug,many,2025-09-30 10:00:00,10,1,UK\n2,MUG,Mug,1,2025-09-30 10:00:00,10,1,UK\n")
    edit(fresh.params / "stores" / f"{NAME}.yaml", "owner:", "max_bad_share: 0.5\nowner:")
    done = okr(fresh.home, "ingest", NAME, export)
    assert done.code == 0
    assert "2 rows: 1 used, 0 set aside by rule, 1 rejected" in done.out
    told = okr(fresh.home, "rejects", NAME)
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0].startswith("more.csv:2: Quantity 'many': ")
    assert "1 rejected rows" in told.out


def test_platforms_are_listed_with_both_names(shop):
    done = okr(shop.home, "platforms")
    listed = {line.split()[0] for line in done.out.splitlines()}
    assert {"taobao_tmall.order_list", "taobao_tmall.order_details", "shopify.orders", "custom.online_retail"} <= listed
    assert "淘宝/天猫订单报表" in done.out


def test_a_probe_names_the_layout_and_hides_the_buyer(shop):
    done = okr(shop.home, "platforms", "--probe", shop.exports / NAME / "till.csv")
    assert (done.code, done.err) == (0, "")
    assert "custom.online_retail: fits" in done.out
    assert "17000" not in done.out


def test_a_probe_that_fits_nothing_names_the_nearest_and_what_they_miss(shop, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("InvoiceNo,Quantity,Weather\n1,2,rain\n")
    done = okr(shop.home, "platforms", "--probe", path)
    assert done.code == 1
    assert "custom.online_retail: misses" in done.out
    assert "StockCode" in done.out
    assert "no layout fits" in done.one_line


# Metrics and facts


@pytest.mark.parametrize(("locale", "word"), [("en", "Paid revenue"), ("zh", "支付金额")])
def test_the_dictionary_is_printed_in_both_languages(shop, locale, word):
    done = okr(shop.home, "metrics", "--locale", locale)
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == [metric.name for metric in visible()]
    assert any(line.startswith("revenue ") and word in line for line in lines)


def rows_of(shop, *words):
    done = okr(shop.home, "facts", NAME, "--quarter", Q3, "--format", "json", *words)
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


def test_facts_as_json_csv_and_table_agree(shop):
    words = ("--metrics", "revenue,orders,refund_amount", "--as-of", END)
    found = {row["metric"]: row["value"] for row in rows_of(shop, *words)}
    assert found == {"revenue": "2760", "orders": "92", "refund_amount": "20"}
    text = okr(shop.home, "facts", NAME, "--quarter", Q3, "--format", "csv", *words).out
    assert {row["metric"]: row["value"] for row in csv.DictReader(io.StringIO(text))} == found
    table = okr(shop.home, "facts", NAME, "--quarter", Q3, *words).out
    assert all(any(name in line and value in line for line in table.splitlines()) for name, value in found.items())


def test_facts_see_nothing_after_the_as_of_day(shop):
    (early,) = rows_of(shop, "--metrics", "revenue", "--as-of", "2025-07-10")
    assert (early["value"], early["to"], early["as_of"]) == ("300", "2025-07-10", "2025-07-10")


def test_facts_say_on_which_day_their_data_end(shop):
    (late,) = rows_of(shop, "--metrics", "revenue", "--as-of", "2025-12-31")
    assert (late["value"], late["to"], late["as_of"]) == ("2760", END, "2025-12-31")


def test_facts_by_segment_sum_to_the_whole(shop):
    for by in ("month", "week", "day", "region"):
        parts = rows_of(shop, "--metrics", "revenue", "--by", by, "--as-of", END)
        assert sum(float(row["value"]) for row in parts) == 2760, by
    months = rows_of(shop, "--metrics", "revenue", "--by", "month", "--as-of", END)
    assert [row["value"] for row in months] == ["930", "930", "900"]


def test_facts_that_the_exports_do_not_carry_say_why(shop):
    rows = rows_of(shop, "--metrics", "revenue", "--by", "channel", "--as-of", END)
    assert all(row["value"] is None and "channel" in row["why_missing"] for row in rows)


# The life of a sheet


def test_check_says_where_what_and_how_to_mend_it(shop):
    done = okr(shop.home, "check", NAME, Q3, "--as-of", END)
    assert (done.code, done.err) == (0, "")
    assert any(line.startswith("[worth mending] O1") and "→" in line for line in done.out.splitlines())
    assert done.out.splitlines()[-1].startswith(f"{NAME} {Q3}: ")
    chinese = okr(shop.home, "check", NAME, Q3, "--as-of", END, "--locale", "zh").out
    assert "[建议修改] O1" in chinese


def test_from_draft_to_closed(fresh):
    home, sheet = fresh.home, sheet_of(fresh)
    locked = okr(home, "lock", NAME, Q3, "--by", "Ann")
    assert (locked.code, locked.err) == (0, "")
    assert "O1.1: baseline 1820 (last_quarter, 2025-04-01..2025-06-30)" in locked.out
    assert "state: active" in sheet.read_text(encoding="utf-8")
    assert "# Written by hand; this comment stays." in sheet.read_text(encoding="utf-8")

    edit(sheet, "target: 3000", "target: 2700")
    changed = okr(home, "change", NAME, Q3, "--reason", "the street is dug up", "--by", "Ann")
    assert (changed.code, changed.out.splitlines()[0]) == (0, "O1.1/target: 3000 → 2700")

    said = okr(home, "check-in", NAME, Q3, "O1.1", "--confidence", 7, "--narrative", "mugs sell", "--by", "Ann")
    assert (said.code, said.err) == (0, "")

    closed = okr(home, "close", NAME, Q3, "--by", "Ann")
    assert (closed.code, closed.err) == (0, "")
    assert re.search(r"O1.1: 2760 · score 1(\.0)? ", closed.out)  # (2760 − 1820) / (2700 − 1820) = 1.07, held to 1
    assert "O1.2: 92 · score 0.9" in closed.out
    assert [event["kind"] for event in events(fresh)] == ["locked", "changed", "check_in", "scored"]
    assert {event["by"] for event in events(fresh)} == {"Ann"}
    assert "state: closed" in sheet.read_text(encoding="utf-8")


REFUSED = [
    (("lock", NAME, Q3), "locked already"),
    (("change", NAME, Q3, "--reason", "none"), "nothing has changed"),
    (("check-in", NAME, Q3, "O9", "--confidence", "5", "--narrative", "x"), "'O9': expected one of O1.1, O1.2, O1.3"),
    (("check-in", NAME, Q3, "O1.1", "--confidence", "5", "--narrative", " "), "narrative"),
    (
        ("check-in", NAME, Q3, "O1.1", "--confidence", "5", "--narrative", "x", "--value", "9"),
        "data supply its value (revenue)",
    ),
    (("check-in", NAME, Q3, "O1.1", "--confidence", "5", "--narrative", "x", "--next-due", "soon"), "next_due"),
    (("check-in", NAME, Q3, "O1.1", "--confidence", "5", "--narrative", "x", "--blocker-kind", "fate"), "blocker_kind"),
]


def test_a_sheet_is_checked_and_locked_before_its_quarter_begins(fresh, monkeypatch):
    module = sys.modules["okrlib.cli.app"]  # not the command line itself, which okrlib.cli calls app
    monkeypatch.setattr(module, "as_of_day", lambda given, *_: parse_day(given or END, "as-of"))
    next_sheet = sheet_of(fresh).with_name("2025Q4.yaml")
    next_sheet.write_text(sheet_of(fresh).read_text(encoding="utf-8").replace(Q3, "2025Q4"), encoding="utf-8")
    said, locked = okr(fresh.home, "check", NAME, "2025Q4"), okr(fresh.home, "lock", NAME, "2025Q4")
    assert said.err == locked.err == "2025Q4 has not begun: as of its first day, 2025-10-01\n"
    assert f"{NAME} 2025Q4: " in said.out
    assert "O1.1: baseline 2760 (last_quarter, 2025-07-01..2025-09-30)" in locked.out
    assert "begins only on 2025-10-01" in okr(fresh.home, "close", NAME, "2025Q4").one_line


@pytest.fixture(scope="module")
def locked(shop, tmp_path_factory):
    copy = Workbook(Path(shutil.copytree(shop.home, tmp_path_factory.mktemp("locked") / "workbook")))
    assert okr(copy.home, "lock", NAME, Q3, "--by", "Ann").code == 0
    return copy


@pytest.mark.parametrize(("words", "says"), REFUSED, ids=lambda value: value if isinstance(value, str) else value[0])
def test_what_cannot_be_journalled_is_refused_and_leaves_no_trace(locked, words, says):
    before = events(locked)
    done = okr(locked.home, *words)
    assert done.code == 2
    assert says in done.one_line
    assert events(locked) == before


def test_a_value_is_refused_where_none_is_asked_for_or_it_cannot_be(fresh):
    more = """
      - {id: O1.4, title: Open on Sundays, kind: yes_no}
      - {id: O1.5, title: Shop, kind: milestones, milestones: [{title: Lease}]}"""
    path = sheet_of(fresh)
    path.write_text(path.read_text(encoding="utf-8").rstrip() + more + "\n", encoding="utf-8")
    words = ("--confidence", 5, "--narrative", "x", "--value")
    said = [okr(fresh.home, "check-in", NAME, Q3, name, *words, 9).one_line for name in ("O1.1", "O1.4", "O1.5")]
    assert "O1.1: the data supply its value (revenue); leave out value 9" in said[0]
    assert "O1.4: value 9: expected 1 for yes or 0 for no" in said[1]
    assert "O1.5: its milestones supply its value; leave out value 9" in said[2]
    assert events(fresh) == []
    assert okr(fresh.home, "check-in", NAME, Q3, "O1.4", *words, 1).code == 0


def test_a_metric_that_is_none_is_named_with_its_key_result(fresh):
    edit(sheet_of(fresh), "metric: revenue", "metric: revenu")
    done = okr(fresh.home, "check", NAME, Q3)
    assert done.one_line.startswith(
        f"okr: {NAME} {Q3}: key result O1.1: metric 'revenu': not in the catalogue; did you mean"
    )


def test_segments_into_a_folder_that_is_not_there_are_refused(shop, tmp_path):
    done = okr(shop.home, "segments", NAME, "--quarter", Q3, "--out", tmp_path / "none" / "x.csv")
    assert (done.code, f"there is no folder {tmp_path / 'none'}" in done.one_line) == (2, True)


def test_a_confidence_beyond_ten_is_refused(locked):
    done = okr(locked.home, "check-in", NAME, Q3, "O1.1", "--confidence", 11, "--narrative", "x")
    assert done.code == 2
    assert "--confidence" in done.err
    assert len(events(locked)) == 1


def test_a_sheet_edited_after_the_lock_is_refused_with_the_command_that_records_it(fresh):
    okr(fresh.home, "lock", NAME, Q3)
    edit(sheet_of(fresh), "target: 3000", "target: 2000")
    for words in (("run", Q3, "--store", NAME), ("check", NAME, Q3), ("close", NAME, Q3)):
        done = okr(fresh.home, *words)
        assert done.code == 2
        assert "O1.1/target: 3000 → 2000" in done.one_line
        assert f"okr change {NAME} {Q3} --reason" in done.one_line
    assert not (fresh.reports / Q3).exists()
    assert len(events(fresh)) == 1


def test_a_recorded_change_leaves_earlier_days_readable(fresh):
    """As of a day before the lock the sheet was a draft; as of any day, what is recorded since is no edit."""
    okr(fresh.home, "lock", NAME, Q3)
    edit(sheet_of(fresh), "target: 3000", "target: 2000")
    okr(fresh.home, "change", NAME, Q3, "--reason", "rain")
    assert okr(fresh.home, "check", NAME, Q3, "--as-of", "2025-08-15").code == 0
    assert okr(fresh.home, "lock", NAME, Q3, "--as-of", "2025-08-15").code == 2
    assert open_book(NAME, Q3, "2025-08-15", home=fresh.home).scorecard.sheet.state == "draft"
    assert open_book(NAME, Q3, "2099-01-01", home=fresh.home).scorecard.sheet.state == "active"


# What stops a command before anything runs

SHEET_FAULTS = [
    ("    owner: Ann Lee\n", "    owner: Ann Lee\n    owner: Bob\n", ":9: not valid YAML: found duplicate key"),
    ("target: 3000", "target: three", ":11: objectives.0.key_results.0.target"),
    ("baseline: 0, target: 100", "baseline: 100, target: 100", "O1.2"),
    ("quarter: 2025Q3", "quarter: 2025Q9", "2025Q9"),
    ("metric: orders", "metrics: orders", "metrics"),
]


@pytest.mark.parametrize(("before", "after", "says"), SHEET_FAULTS, ids=[fault[2][:24] for fault in SHEET_FAULTS])
def test_a_sheet_that_cannot_be_meant_is_named_with_its_line(fresh, before, after, says):
    edit(sheet_of(fresh), before, after)
    done = okr(fresh.home, "run", Q3, "--store", NAME)
    assert done.code == 2
    assert says in done.one_line
    assert not (fresh.reports / Q3).exists()


STORE_FAULTS = [
    ("currency: GBP", "currency: pounds", "ISO 4217"),
    ("timezone: Europe/London", "timezone: London", "IANA"),
    ("store: corner", "store: kiosk", "the file's name"),
    ("owner: Ann Lee", "owner: Ann Lee\nowner: Bob", "duplicate key"),
    ("owner: Ann Lee", "proprietor: Ann Lee", "proprietor"),
]


@pytest.mark.parametrize(("before", "after", "says"), STORE_FAULTS, ids=[fault[1][:20] for fault in STORE_FAULTS])
def test_a_store_that_cannot_be_meant_is_named(fresh, before, after, says):
    edit(fresh.params / "stores" / f"{NAME}.yaml", before, after)
    done = okr(fresh.home, "run", Q3, "--store", NAME)
    assert done.code == 2
    assert says in done.one_line
    assert f"{NAME}.yaml" in done.one_line


BAD = [
    (("ingest", "nobody"), "'nobody': not in this workbook; stores: corner, demo_tmall"),
    (("ingest", "../corner"), "'../corner'"),
    (("ingest", "Corner"), "'Corner'"),
    (("facts", NAME, "--quarter", "2026Q5"), "2026Q5"),
    (("facts", NAME, "--quarter", Q3, "--metrics", "bogus"), "'bogus': not in the catalogue"),
    (("facts", NAME, "--quarter", Q3, "--metrics", "revenu"), "did you mean revenue"),
    (("facts", NAME, "--quarter", Q3, "--by", "bogus"), "channel, category, region"),
    (("facts", NAME, "--quarter", Q3, "--format", "xml"), "table, csv or json"),
    (("facts", NAME, "--quarter", Q3, "--as-of", "15.8.2025"), "2026-08-15"),
    (("metrics", "--locale", "fr"), "'fr': expected one of en, zh"),
    (("check", NAME, "2025Q2"), "no such file"),
    (("lock", NAME, "2025Q2"), "no such file"),
    (("run", "2026Q5"), "2026Q5"),
    (("run", "2025-Q3"), "2025-Q3"),
    (("run", Q3, "--store", "nobody"), "'nobody'"),
    (("run", Q3, "--store", NAME, "--store", "../corner"), "'../corner'"),
    (("run", Q3, "--store", NAME, "--locale", "fr"), "'fr'"),
    (("run", Q3, "--store", NAME, "--as-of", "2025-02-30"), "2025-02-30"),
    (("run", Q3, "--store", NAME, "--as-of", "2025-06-30"), "begins only on 2025-07-01"),
    (("run", "2025Q1", "--store", NAME, "--as-of", "2025-03-31"), "no orders by 2025-03-31"),
    (("run", Q3, "--store", SAMPLE_STORE), "okr ingest demo_tmall"),
]


@pytest.mark.parametrize(("words", "says"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_a_wrong_parameter_is_one_line_and_exit_code_2(shop, words, says):
    done = okr(shop.home, *words)
    assert done.code == 2
    assert says in done.one_line
    assert done.out == ""
    assert not (shop.reports / Q3).exists()


@pytest.mark.parametrize("words", [("frobnicate",), ("run",), ("run", Q3, "--jobs", "0"), ("facts", NAME)])
def test_a_command_written_wrong_says_how_it_is_used(shop, words):
    done = okr(shop.home, *words)
    assert done.code == 2
    assert done.err.startswith("Usage: ")
    assert "Error: " in done.err


def test_a_file_that_is_not_there_or_fits_nothing_is_named(shop, tmp_path):
    missing = okr(shop.home, "ingest", NAME, tmp_path / "nothing.csv")
    assert missing.code in {1, 2}
    assert "nothing.csv" in missing.one_line
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n")
    unfit = okr(shop.home, "ingest", NAME, odd)
    assert unfit.code == 2
    assert "odd.csv" in unfit.one_line


def test_a_wrong_parameter_is_told_the_same_by_python_m_okrlib(shop):
    done = okr_alone(shop.home, "run", "2026Q5")
    assert done.code == 2
    assert done.out == ""
    assert "2026Q5" in done.one_line


def test_help_lists_every_command(shop):
    done = okr(shop.home, "--help")
    words = ("init", "demo", "ingest", "platforms", "metrics", "facts", "check", "lock", "change", "close", "run")
    assert done.code == 0
    assert all(f"\n  {word} " in done.out for word in words)


def test_light_commands_load_nothing_heavy(shop):
    """`okr facts` and wrong parameters answer at once: neither pandas nor matplotlib nor the runner is loaded."""
    heavy = "'pandas', 'matplotlib', 'scipy', 'papermill', 'nbconvert'"
    script = f"""
import sys
sys.argv = ["okr", "facts", {NAME!r}, "--quarter", {Q3!r}, "--format", "csv"]
from okrlib import cli
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
assert not {{{heavy}}} & set(sys.modules), sorted({{{heavy}}} & set(sys.modules))
"""
    done = run_alone(shop.home, sys.executable, "-c", script)
    assert (done.code, done.err) == (0, "")
