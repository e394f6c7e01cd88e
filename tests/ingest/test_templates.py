"""Templates that people fill by hand, and what is read back from them."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from okrlib.errors import ParameterError
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.read import ingest
from okrlib.ingest.templates import BY_HAND, plain_layouts, template_rows, write_template
from okrlib.schema import TABLES


def filled(table: str) -> list[list[str]]:
    """Return a template as someone filled it: the example made a row of its own, and a second day's row."""
    headings, meanings, example = template_rows(TABLES[table])
    row = [example[0].removeprefix("# "), *example[1:]]
    return [headings, meanings, example, row]


def test_every_table_has_a_template():
    assert set(BY_HAND) == set(TABLES)


def test_sales_of_a_shop_without_a_platform_are_filled_in_by_hand(stall):
    orders = "order id,ordered at,订单状态,order amount,实付金额\n1,2026-07-01 10:00,交易完成,80,80\n2,2026-07-02,unpaid,9,\n"
    lines = "order id,line id,sku,quantity,line amount\n1,1,QL-01,2,80\n"
    paths = [stall.write(text, f"{name}.csv") for name, text in (("orders", orders), ("order_lines", lines))]
    done = ingest(stall.workbook, stall.store, paths)
    assert [(file.layout, file.rows_used) for file in done.files] == [("plain.orders", 2), ("plain.order_lines", 1)]
    assert stall.rows("orders", "order_id", "status", "paid_amount", "currency") == [
        ("1", "completed", Decimal(80), "CNY"),
        ("2", "unpaid", None, "CNY"),
    ]
    assert stall.rows("order_lines", "kind", "quantity") == [("product", 2)]


@pytest.mark.parametrize("table", BY_HAND)
def test_a_template_explains_itself_in_both_languages_and_reads_as_nothing_yet(stall, table):
    paths = write_template(table, stall.folder)
    header, meanings, example = csv.reader(io.StringIO(paths[0].read_text(encoding="utf-8-sig")))
    assert [len(row) for row in (header, meanings, example)] == [len(TABLES[table].columns)] * 3
    assert all(cell.isascii() is False for cell in header)
    assert all(" · " in cell for cell in meanings)
    assert CalamineWorkbook.from_path(paths[1]).get_sheet_by_index(0).to_python() == [header, meanings, example]
    done = ingest(stall.workbook, stall.store, paths)
    assert [(file.layout, file.rows_read) for file in done.files] == [(f"plain.{table}", 0)] * 2


@pytest.mark.parametrize("table", BY_HAND)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_filled_in_is_read_back(stall, table, kind):
    path = stall.folder / f"{table}.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(filled(table))
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate(filled(table)):
                sheet.write_row(at, 0, row)
    done = ingest(stall.workbook, stall.store, [path])
    assert (done.rejected, done.files[0].rows_used) == (0, 1)
    (row,) = stall.rows(table, *TABLES[table].columns)
    assert None not in row


def test_the_last_word_on_a_day_of_traffic_stays(stall):
    header = "day,channel,visitors,amount\n"
    for number, text in enumerate(
        ["2026-07-01,search,10,5\n2026-07-01,ads,3,\n2026-07-02,search,8,\n", "2026-07-01,search,12,6.5\n"]
    ):
        ingest(stall.workbook, stall.store, [stall.write(header + text, f"{number}.csv")])
    first, second = dt.date(2026, 7, 1), dt.date(2026, 7, 2)
    assert stall.rows("traffic", "day", "channel", "visitors", "amount") == [
        (first, "search", 12, Decimal("6.5")),
        (second, "search", 8, None),
    ]


def test_a_buyer_of_the_template_is_the_buyer_of_the_orders(stall):
    from tests.ingest.conftest import csv as till
    from tests.ingest.conftest import line

    stall.read(till(line()))
    stall.read("buyer,age group,gender\nanna schmidt,25-34,female\n", "buyers.csv")
    assert stall.rows("buyers", "buyer") == stall.rows("orders", "buyer")


def test_a_table_without_a_template_lists_those_that_have_one(tmp_path):
    with pytest.raises(ParameterError, match="table 'parcels': no template; expected one of orders, order_lines"):
        write_template("parcels", tmp_path)


def test_a_template_never_writes_over_a_file(tmp_path):
    write_template("stock", tmp_path)
    with pytest.raises(ParameterError, match=r"stock\.csv: is there already"):
        write_template("stock", tmp_path)


def test_the_plain_layouts_are_among_the_packages_own():
    assert {layout.id for layout in plain_layouts()} <= {layout.id for layout in load_layouts()}


def test_the_examples_of_one_order_hang_together():
    order, line, paid_out = (
        dict(zip(TABLES[name].columns, template_rows(TABLES[name])[2], strict=True))
        for name in ("orders", "order_lines", "settlements")
    )
    worth = {
        name: Decimal(cell) for row in (order, line, paid_out) for name, cell in row.items() if name.endswith("amount")
    }
    gross = Decimal(line["unit_price"]) * int(line["quantity"])
    assert gross - worth["discount_amount"] + worth["shipping_amount"] == worth["order_amount"] == worth["paid_amount"]
    assert worth["line_amount"] == gross - worth["discount_amount"]
    assert worth["sale_amount"] - worth["fee_amount"] - worth["refund_amount"] == worth["net_amount"]
    assert order["ordered_at"] < order["paid_at"] < order["shipped_at"] < order["delivered_at"]
