"""A small shop of 2025 with a till of its own: quick to read, and its figures are worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from okrlib.starter import init_workbook
from okrlib.stores import Workbook
from tests.commands import okr

NAME = "corner"
STORE = """\
store: corner
title: {en: Corner shop, zh: 街角小店}
platform: custom
layout: custom.online_retail
currency: GBP
timezone: Europe/London
country: GB
owner: Ann Lee
"""
SHEET = """\
# Written by hand; this comment stays.
store: corner
quarter: 2025Q3
objectives:
  - id: O1
    title: Be the shop our street recommends
    why: Neighbours buy again when they feel at home.
    owner: Ann Lee
    type: committed
    key_results:
      - {id: O1.1, metric: revenue, baseline: last_quarter, target: 3000}
      - {id: O1.2, metric: orders, baseline: 0, target: 100}
      - {id: O1.3, metric: refund_rate, kind: at_most, target: 0.05, guardrail: true}
"""
COLUMNS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
FIRST, LAST = date(2025, 4, 1), date(2025, 9, 30)


def invoices() -> list[str]:
    """One invoice a day: 2 mugs at 10.00 in the second quarter (91 days), 3 in the third (92), and one taken back."""
    rows = []
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        pieces = 2 if day < date(2025, 7, 1) else 3
        rows.append(f"{500000 + n},MUG,A blue mug,{pieces},{day} 10:00:00,10.00,{17000 + n % 40},United Kingdom")
    return [*rows, "C500100,MUG,A blue mug,-2,2025-07-20 12:00:00,10.00,17005,United Kingdom"]


def corner_shop(folder: Path) -> Workbook:
    """Make the workbook, its export read, its sheet a draft."""
    workbook = init_workbook(folder)
    (workbook.params / "stores" / f"{NAME}.yaml").write_text(STORE, encoding="utf-8")
    sheet = workbook.params / "okrs" / NAME / "2025Q3.yaml"
    sheet.parent.mkdir()
    sheet.write_text(SHEET, encoding="utf-8")
    export = workbook.exports / NAME / "till.csv"
    export.parent.mkdir()
    export.write_text("\n".join([COLUMNS, *invoices()]) + "\n", encoding="utf-8")
    done = okr(workbook.home, "ingest", NAME)
    assert (done.code, done.err) == (0, ""), done.err
    return workbook
