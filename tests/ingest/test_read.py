"""Files of a market stall into the lake: every row is used, set aside with a rule, or rejected with a reason."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

import okrlib.ingest.cells
import okrlib.ingest.log
import okrlib.lake
from okrlib.errors import DataError, LayoutError, ParameterError
from okrlib.ingest.log import RuleCount, stored_readings, stored_rejects, stored_rule_counts
from okrlib.ingest.read import RefusedError, export_files, ingest
from tests.ingest.conftest import HEADER, LINE, csv, good_lines, line

PERSONAL = ["Anna", "Schmidt", "杭州", "文一路", "13800001111"]


def test_two_lines_become_an_order_with_its_lines(stall):
    done = stall.read(csv(line(), line(item="bowl", pieces="1", price="30", returned="5")))
    assert stall.rows(
        "orders", "order_id", "ordered_at", "status", "region", "currency", "paid_amount", "refund_amount"
    ) == [
        ("1001", datetime.fromisoformat("2026-07-01 09:30:00"), "completed", "浙江省", "CNY", Decimal(55), Decimal(5))
    ]
    assert stall.rows("order_lines", "line_id", "sku", "quantity", "line_amount", "source_file", "source_line") == [
        ("1", "cup", 2, Decimal(25), "till.csv", 2),
        ("2", "bowl", 1, Decimal(30), "till.csv", 3),
    ]
    assert [(f.file, f.layout, f.encoding, f.rows_read, f.rows_used) for f in done.files] == [
        ("till.csv", "custom.till", "utf-8", 2, 2)
    ]


def test_every_bad_row_is_told_by_file_line_column_value_and_reason(stall):
    done = stall.read(
        csv(
            line(receipt="1"),
            line(receipt=""),
            line(receipt="1.2E+17"),
            line(at="2026-02-30 10:00:00"),
            line(price="12.5.0"),
            line(pieces="2.5"),
            line(state="lost"),
            "too,short",
            line() + ",x",
            line(note='"never closed'),
            line(item="damaged\x00"),
            *good_lines(range(30)),
        )
    )
    assert stall.rejects() == [
        ("till.csv", 3, "receipt", "", "is empty"),
        ("till.csv", 4, "receipt", "1.2E+17", "a spreadsheet has shortened this number; export it again as text"),
        ("till.csv", 5, "at", "2026-02-30 10:00:00", "expected a time such as 2026-12-31 21:45:30 or 2026-12-31 21:45"),
        ("till.csv", 6, "price", "12.5.0", "expected an amount such as 1,234.50"),
        ("till.csv", 7, "pieces", "2.5", "expected a whole number"),
        (
            "till.csv", 8, "state", "lost",
            "unknown status; known: sold; back, all of it; waiting. Add it under status_words in params/stores/stall.yaml",
        ),
        ("till.csv", 9, "", "", "has 2 cells, the header has 10"),
        ("till.csv", 10, "", "", "has 11 cells, the header has 10"),
        ("till.csv", 11, "", "", "has a quotation mark out of place"),
        ("till.csv", 12, "", "", "holds a NUL byte: the file is damaged here"),
    ]  # fmt: skip
    (file,) = done.files
    assert (file.rows_read, file.rows_used, file.rows_set_aside, file.rows_rejected) == (41, 31, 0, 10)
    assert done.rejected == 10
    assert stored_rejects(stall.lake, "stall")[0] == ("till.csv", 3, "receipt", "", "is empty")


def test_rules_set_good_rows_aside_with_their_money(stall):
    done = stall.read(csv(line(), line(), line(item="sample", price="0"), line(item="bowl", price="30")))
    counts = [
        RuleCount("duplicate", "exact duplicate of an earlier line", 1, Decimal(25)),
        RuleCount("gift", "given away", 1, Decimal(0)),
    ]
    assert done.set_aside == counts
    assert stored_rule_counts(stall.lake, "stall") == counts
    assert stall.rows("order_lines", "sku", "line_amount") == [("bowl", Decimal(60)), ("cup", Decimal(25))]
    assert done.files[0].amount_read == Decimal(25 + 25 + 0 + 60)


def test_the_reading_says_how_many_orders_buyers_and_regions_a_file_holds(stall):
    done = stall.read(
        csv(line(), line(receipt="2", customer=""), line(receipt="3", customer="Bo", address="上海 浦东"))
    )
    (facts,) = done.facts
    assert (facts.rows, facts.orders, facts.buyers, facts.regions, facts.rows_with_buyer) == (3, 3, 2, 2, 2)
    assert facts.amount == Decimal(75)


@pytest.mark.parametrize("disguise", ['="{}"', "'{}", "\t{}", " {} ", '"=""{}"""', '"{}"'])
def test_ids_in_every_disguise_are_the_same_id(stall, disguise):
    stall.read(csv(line(receipt=disguise.format("0012345678901234567"))))
    assert stall.rows("orders", "order_id") == [("0012345678901234567",)]


def test_a_line_break_within_a_cell_is_a_blank_and_emoji_stay(stall):
    stall.read(
        csv(line(item='"tea\n""pot"" 🍵, blue"'), line(receipt="2", item="bad", price="x"), *good_lines(range(4)))
    )
    assert ('tea "pot" 🍵, blue',) in stall.rows("order_lines", "sku")
    assert [(row[1], row[2]) for row in stall.rejects()] == [(4, "price")]


def test_personal_data_reaches_neither_the_lake_nor_the_temporary_file(stall, monkeypatch):
    passed: list[bytes] = []
    unlink = Path.unlink

    def keep(path: Path, missing_ok: bool = False) -> None:
        if path.name == "cells":
            passed.append(path.read_bytes())
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", keep)
    lines = [
        line(),
        line(receipt="2", address="浙江省杭州市文一路1号"),
        line(receipt="3", note='"Anna Schmidt'),
        "Anna Schmidt,x",
    ]
    stall.read(csv(*lines, *good_lines(range(9))))
    written = [path.read_bytes() for path in stall.workbook.warehouse.rglob("*") if path.is_file()]
    dumped = [repr(stall.content()).encode(), repr(stall.rows("rejects", "*")).encode()]
    assert len(passed) == 1
    for content in [*passed, *written, *dumped]:
        assert not [word for word in PERSONAL if word.encode() in content]
    assert "浙江省".encode() in passed[0]


def test_the_same_buyer_is_one_buyer(stall):
    stall.read(
        csv(
            line(),
            line(receipt="2", customer=" anna schmidt"),
            line(receipt="3", customer="Bo"),
            line(receipt="4", customer="-"),
        )
    )
    buyers = [buyer for (buyer,) in stall.rows("orders", "buyer")]
    assert len(buyers) == 4
    assert buyers.count(None) == 1
    assert sorted(buyers.count(buyer) for buyer in set(buyers) - {None}) == [1, 2]


def test_two_date_widths_in_one_file_are_both_read(stall):
    done = stall.read(csv(line(receipt="1"), line(receipt="2", at="2026-07-01 9:30")))
    assert done.rejected == 0
    assert [at for (at,) in stall.rows("orders", "ordered_at")] == [datetime.fromisoformat("2026-07-01 09:30:00")] * 2


def test_a_file_with_too_many_bad_rows_is_refused_whole(stall):
    spoilt = csv(*good_lines(range(6)), *[line(price="x")] * 4)
    message = r"till\.csv: 4 of 10 rows are bad, more than max_bad_share 30% allows; nothing of it was read "
    with pytest.raises(
        DataError, match=message + re.escape("(first: line 8: price 'x': expected an amount such as 1,234.50)")
    ):
        stall.read(spoilt)
    assert stall.lake.versions() == {}
    stall.settings("max_bad_share: 0.4\n")
    assert stall.read(spoilt).rejected == 4


def test_a_truncated_last_line_costs_itself_only(stall):
    stall.read(csv(*good_lines(range(5))) + line()[:20])
    assert [(row[1], row[4]) for row in stall.rejects()] == [(7, "has 3 cells, the header has 10")]
    assert len(stall.rows("orders", "order_id")) == 5


def test_blank_cells_beyond_the_header_do_no_harm(stall):
    assert stall.read(csv(line() + ",,")).rejected == 0


def test_a_header_without_rows_is_a_reading_of_nothing(stall):
    (file,) = stall.read(csv()).files
    assert (file.rows_read, file.rows_used, file.rows_rejected) == (0, 0, 0)
    assert stall.rows("orders", "order_id") == []
    assert stall.read(csv()).known == ["till.csv"]


@pytest.mark.parametrize("name", ["till.tsv", "till.xlsx"])
def test_a_users_layout_reads_tsv_and_xlsx(stall, name):
    path = stall.folder / name
    cells = [HEADER, list(LINE.values()), list((LINE | {"receipt": "1002", "item": "tea, green"}).values())]
    if name.endswith(".tsv"):
        path.write_text("\n".join("\t".join(row) for row in cells) + "\n", encoding="utf-8")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "Till of the stall")
            for at, row in enumerate(cells, 2):
                sheet.write_row(at, 0, row)
    done = ingest(stall.workbook, stall.store, [path])
    assert stall.rows("order_lines", "order_id", "sku", "quantity") == [("1001", "cup", 2), ("1002", "tea, green", 2)]
    assert done.files[0].encoding == ("utf-8" if name.endswith(".tsv") else "xlsx")


def test_a_status_word_added_later_reads_the_file_again(stall):
    text = csv(line(), line(receipt="2", state="picked up"), *good_lines(range(3)))
    assert stall.read(text).rejected == 1
    assert stall.read(text).known == ["till.csv"]
    stall.settings("status_words: {picked up: completed}\n")
    assert stall.read(text).rejected == 0
    assert stall.rejects() == []
    assert [file.rows_used for file in stored_readings(stall.lake, "stall")] == [5]


def test_a_status_word_for_no_status_is_refused(stall):
    stall.settings("status_words: {picked up: done}\n")
    with pytest.raises(ParameterError, match="status_words: 'done' is no status; expected one of unpaid"):
        stall.read(csv(line()))


def test_an_expression_that_cannot_be_read_names_the_layout(stall):
    stall.layout(("amount: pieces * price", "amount: pieces * cost"))
    with pytest.raises(LayoutError, match=r"layout custom\.till: .*cost"):
        stall.read(csv(line()))


def test_a_required_column_that_comes_out_empty_is_the_layouts_fault(stall):
    stall.layout(("          ordered_at: sold_at\n", "          ordered_at: nullif(sold_at, sold_at)\n"))
    with pytest.raises(LayoutError, match=r"tables\.orders\.ordered_at is empty for till\.csv line 2"):
        stall.read(csv(line()))


def test_what_stands_on_an_orders_first_line_is_missed_when_that_line_is_bad(stall):
    stall.layout(
        (
            "state: {columns: state, kind: status, required: true}",
            "state: {columns: state, kind: status, required: true, fill_down: true}",
        )
    )
    done = stall.read(
        csv(
            line(price="x"),
            line(state="", item="bowl"),
            line(receipt="2"),
            line(receipt="2", state="", item="bowl"),
            *good_lines(range(10, 15)),
        )
    )
    assert [(row[1], row[2], row[4]) for row in stall.rejects()] == [
        (2, "price", "expected an amount such as 1,234.50"),
        (3, "state", "is on no readable line of the order"),
    ]
    assert stall.rows("orders", "order_id")[-1] == ("2",)
    (file,) = done.files
    assert file.rows_read == file.rows_used + file.rows_set_aside + file.rows_rejected == 9


def test_files_are_read_in_the_order_their_numbers_say(stall):
    for name in ("b10.csv", "b9.csv", "a.csv", "b9 (1).csv", "sub/c.tsv", "~b.csv", ".hidden.csv", "notes.md"):
        stall.write("x", name)
    assert [path.name for path in export_files(stall.folder)] == ["a.csv", "b9.csv", "b9 (1).csv", "b10.csv", "c.tsv"]
    with pytest.raises(DataError, match="no such folder"):
        export_files(stall.folder / "none")


def test_files_of_one_name_in_two_folders_are_two_files(stall):
    stall.read(csv(line(), line(receipt="7", price="x"), *good_lines(range(5))), "july/till.csv")
    stall.read(csv(line(receipt="2"), line(receipt="8", price="y"), *good_lines(range(9))), "august/till.csv")
    assert [(file.file, file.rows_read) for file in stored_readings(stall.lake, "stall")] == [
        ("july/till.csv", 7),
        ("august/till.csv", 11),
    ]
    assert [row[0] for row in stall.rejects()] == ["august/till.csv", "july/till.csv"]


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_an_interrupted_ingest_is_completed_by_running_it_again(stall, monkeypatch, step):
    """The tables are written one by one; whichever was the last one written, the next run completes the rest."""
    whole = csv(line(), line(receipt="2", price="x"), *good_lines(range(8)))
    calls = 0

    def interrupted(function):
        def once(*arguments, **more):
            nonlocal calls
            calls += 1
            if calls == step:
                raise KeyboardInterrupt
            return function(*arguments, **more)

        return once

    with monkeypatch.context() as patched:
        patched.setattr(okrlib.lake.Lake, "put", interrupted(okrlib.lake.Lake.put))
        patched.setattr(okrlib.lake.Lake, "replace", interrupted(okrlib.lake.Lake.replace))
        with pytest.raises(KeyboardInterrupt):
            stall.read(whole)
    assert stall.rows("readings", "source_file") == []
    assert len(stall.read(whole).files) == 1
    assert len(stall.rows("orders", "order_id")) == 9
    assert len(stall.rows("order_lines", "order_id")) == 9
    assert len(stall.rejects()) == 1
    assert stall.read(whole).known == ["till.csv"]


def test_a_blank_cell_may_say_something_where_the_file_has_its_column(stall):
    stall.layout(
        ("customer: {columns: customer, kind: personal}", "customer: {columns: customer, blank: walk-in}"),
        ("buyer: customer", "channel: customer"),
    )
    stall.read(csv(line(customer=""), line(receipt="2")))
    lines = [row.split(",") for row in csv(line(receipt="3")).splitlines()]
    at = HEADER.index("customer")
    stall.read("\n".join(",".join(row[:at] + row[at + 1 :]) for row in lines) + "\n", "other.csv")
    assert stall.rows("orders", "order_id", "channel") == [("1001", "walk-in"), ("2", "Anna Schmidt"), ("3", None)]


def test_refused_files_are_named_and_the_others_are_read(stall):
    bad = {"stranger.csv": "a,b\n1,2\n", "spoilt.csv": csv(*[line(price="x")] * 4), "broken.zip": "PK", "empty.csv": ""}
    paths = [stall.write(text, name) for name, text in bad.items()]
    paths.insert(2, stall.write(csv(line()), "good.csv"))
    with pytest.raises(RefusedError) as caught:
        ingest(stall.workbook, stall.store, paths)
    assert [file.file for file in caught.value.done.files] == ["good.csv"]
    assert len(caught.value.done.refused) == 4
    assert all(name in str(caught.value) for name in bad)
    assert stall.rows("orders", "order_id", "source_file") == [("1001", "good.csv")]
    assert [file.file for file in stored_readings(stall.lake, "stall")] == ["good.csv"]
    assert stall.rejects() == []


def test_an_order_whose_lines_contradict_each_other_on_its_money_keeps_the_first_word(stall):
    price = "price: {columns: price, kind: money, required: true}"
    due = "due: {columns: returned, kind: money}"
    stall.layout((price, f"{price}\n      {due}"), ("order_amount: total", "order_amount: due"))
    torn = [line(returned="25.00"), line(item="bowl", returned="30.00"), line(item="pot", returned="25")]
    done = stall.read(csv(*torn, line(receipt="2", returned="7"), *good_lines(range(10, 15))))
    assert stall.rejects() == [
        ("till.csv", 3, "returned", "30.00", "contradicts line 2, which says 25.00 for the same order")
    ]
    assert ("1001", 25) in stall.rows("orders", "order_id", "order_amount")
    assert [row[0] for row in stall.rows("order_lines", "sku", "order_id") if row[1] == "1001"] == ["cup", "pot"]
    (file,) = done.files
    assert (file.rows_read, file.rows_used, file.rows_rejected) == (9, 8, 1)


def test_what_lies_in_the_future_is_refused_where_somebody_knows_the_day(stall):
    lines = [line(), line(receipt="2", at="2026-07-03 00:00:01"), *good_lines(range(5))]
    path = stall.write(csv(*lines))
    ingest(stall.workbook, stall.store, [path], until=datetime(2026, 7, 3))
    assert stall.rejects() == [
        ("till.csv", 3, "at", "2026-07-03 00:00:01", "lies in the future, after 2026-07-03 00:00:00")
    ]
    assert len(stall.rows("orders", "order_id")) == 6


def test_a_file_that_grows_while_it_is_read_is_refused_and_read_when_it_stands_still(stall, monkeypatch):
    path = stall.write(csv(*good_lines(range(5))))
    load = okrlib.ingest.cells.CellReader.load

    def meanwhile(*given):
        load(*given)
        with path.open("a") as out:
            out.write(line(receipt="9") + "\n")

    with monkeypatch.context() as patched:
        patched.setattr(okrlib.ingest.cells.CellReader, "load", meanwhile)
        with pytest.raises(DataError, match=r"till\.csv: changed while it was read; wait until it is written whole"):
            ingest(stall.workbook, stall.store, [path])
    assert stall.lake.versions() == {}
    assert len(ingest(stall.workbook, stall.store, [path]).files) == 1
    assert len(stall.rows("orders", "order_id")) == 6


def test_a_link_that_leads_out_of_the_workbook_is_refused_unless_the_file_itself_is_named(stall, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text(csv(line()), encoding="utf-8")
    (stall.folder / "link.csv").symlink_to(outside)
    with pytest.raises(DataError, match=r"link\.csv: leads out of the workbook, to .*outside\.csv; copy the file"):
        ingest(stall.workbook, stall.store, export_files(stall.folder))
    assert stall.lake.versions() == {}
    (stall.folder / "link.csv").unlink()
    stall.folder.rename(tmp_path / "drive")
    stall.folder.symlink_to(tmp_path / "drive")  # the folder of exports is where its owner wants it
    stall.write(csv(line(receipt="2")))
    assert len(ingest(stall.workbook, stall.store, export_files(stall.folder)).files) == 1
    assert len(ingest(stall.workbook, stall.store, [outside]).files) == 1
