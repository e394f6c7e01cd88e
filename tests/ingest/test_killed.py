"""An ingest that is killed, whenever, leaves a lake that can be read, and the next run completes it."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from okrlib.ingest.read import ingest
from tests.ingest.conftest import csv, line

RUN = """
import sys
from pathlib import Path
from okrlib.ingest.read import ingest
from okrlib.stores import Workbook
workbook = Workbook(Path(sys.argv[1]))
ingest(workbook, workbook.store("stall"), [Path(sys.argv[2])], lambda _: print("started", flush=True))
"""
ORDERS = 3000


def whole(orders: range, price: str) -> str:
    return csv(*(line(receipt=str(number), item=item, price=price) for number in orders for item in ("cup", "bowl")))


@pytest.mark.parametrize("turn", range(4))
def test_a_killed_ingest_is_completed_by_running_it_again(stall, turn):
    stall.read(whole(range(ORDERS), "5"))
    before = stall.rows("orders", "order_id", "order_amount")
    later = stall.write(whole(range(100, ORDERS + 100), "7"), "later.csv")
    command = [sys.executable, "-c", RUN, str(stall.workbook.home), str(later)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(random.uniform(turn * 0.15, turn * 0.15 + 0.3))  # any moment will do
        process.kill()
    known = {amount for _, amount in before}
    amounts = {amount for _, amount in stall.rows("orders", "order_id", "order_amount")}
    assert amounts in (known, {20, 28})
    ingest(stall.workbook, stall.store, [later])
    assert len(stall.rows("orders", "order_id")) == ORDERS + 100
    assert len(stall.rows("order_lines", "order_id")) == 2 * (ORDERS + 100)
    assert {amount for _, amount in stall.rows("orders", "order_id", "order_amount")} == {20, 28}
    assert len(stall.rows("readings", "sha256")) == 2
