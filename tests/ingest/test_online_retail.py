"""A real shop's two years, to the penny: "Online Retail" (UCI, CC BY 4.0), read by the layout a user would write."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from okrlib.ingest.log import stored_rule_counts
from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import Ingested, export_files, ingest
from okrlib.lake import Lake
from okrlib.stores import Workbook
from tests.shared import PROJECT, shared

STORE = "online_retail"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Ingested]:
    data = shared("data", "online_retail")
    home = tmp_path_factory.mktemp("retail")
    shutil.copytree(PROJECT / "params", home / "params")
    workbook = Workbook(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(Path(tmp_path_factory.mktemp("keys")) / "buyers.key"))
        done = ingest(workbook, workbook.store(STORE), export_files(data))
    return Lake(workbook.warehouse), done


def amount(lake: Lake, table: str, sql: str) -> Decimal:
    return lake.rows(f"SELECT {sql} FROM {lake.scan(table, STORE)}")[0][0]


def test_everything_that_was_read_is_there(read):
    _, done = read
    (facts,) = done.facts
    assert len(done.files) == 305
    assert (facts.rows, facts.orders, facts.buyers, facts.regions) == (541_909, 25_900, 4_372, 38)
    assert facts.rows_with_buyer == 406_829
    assert facts.amount == Decimal("9747747.934")
    assert (done.rejected, done.repeated_orders, done.repeated_lines) == (0, 0, 0)


def test_the_rules_are_reported_by_name_with_rows_and_money(read):
    lake, done = read
    assert {rule.rule: (rule.rows, rule.amount) for rule in done.set_aside} == {
        "duplicate": (5268, Decimal("21740.98")),
        "stock_adjustment": (1336, 0),
        "free_of_charge": (1174, 0),
        "fee": (87, Decimal("-236629.569")),
        "sample": (62, Decimal("-3039.65")),
        "bad_debt": (3, Decimal("-11062.06")),
    }
    assert stored_rule_counts(lake, STORE) == done.set_aside


def test_the_parts_sum_to_the_whole(read):
    lake, done = read
    lines = amount(lake, "order_lines", "sum(line_amount)")
    refunds = amount(lake, "refunds", "sum(amount)")
    aside = sum(rule.amount for rule in done.set_aside)
    assert lines - refunds + aside == done.facts[0].amount
    assert amount(lake, "orders", "sum(order_amount)") == lines
    rows = amount(lake, "order_lines", "count(*)") + amount(lake, "refunds", "count(*)")
    assert rows == sum(file.rows_used for file in done.files) == 541_909 - sum(rule.rows for rule in done.set_aside)
