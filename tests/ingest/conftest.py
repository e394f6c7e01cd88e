"""A workbook with one store, a market stall whose till writes a CSV of its own kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.ingest.read import Ingested, ingest
from okrlib.lake import Lake
from okrlib.schema import TABLES
from okrlib.stores import Store, Workbook

REJECT = ["source_file", "source_line", "column_name", "value", "reason"]
HEADER = ["receipt", "customer", "address", "at", "state", "item", "pieces", "price", "returned", "note"]
STORE = """
store: stall
title: Market stall
platform: custom
currency: CNY
timezone: Asia/Shanghai
"""
LAYOUT = """
layouts:
  - platform: custom
    name: till
    title: {en: Till, zh: 收银机}
    source: invented for the tests
    dates: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
    order: receipt
    fields:
      receipt: {columns: receipt, kind: id, required: true}
      customer: {columns: customer, kind: personal}
      address: {columns: address, kind: province}
      sold_at: {columns: [at, 时间], kind: time, required: true}
      state: {columns: state, kind: status, required: true}
      item: {columns: item, required: true}
      pieces: {columns: pieces, kind: integer, required: true}
      price: {columns: price, kind: money, required: true}
      returned: {columns: returned, kind: money}
    status_words: {sold: completed, "back, all of it": refunded, waiting: unpaid}
    duplicates: set_aside
    set_aside:
      - {name: gift, when: price = 0, reason: {en: given away, zh: 赠品}}
    totals:
      total: sum(pieces * price) OVER orders
      given_back: sum(coalesce(returned, 0)) OVER orders
    amount: pieces * price
    tables:
      orders:
        per: order
        columns:
          order_id: receipt
          buyer: customer
          ordered_at: sold_at
          paid_at: CASE WHEN state <> 'unpaid' THEN sold_at END
          status: state
          region: address
          order_amount: total
          paid_amount: CASE WHEN state <> 'unpaid' THEN total END
          refund_amount: given_back
      order_lines:
        columns:
          order_id: receipt
          line_id: position::VARCHAR
          sku: item
          kind: "'product'"
          quantity: pieces
          unit_price: price
          line_amount: pieces * price
"""
LINE = {
    "receipt": "1001",
    "customer": "Anna Schmidt",
    "address": "浙江省 杭州市 文一路1号",
    "at": "2026-07-01 09:30:00",
    "state": "sold",
    "item": "cup",
    "pieces": "2",
    "price": "12.50",
    "returned": "",
    "note": "ring 13800001111",
}


def line(**cells: str) -> str:
    """Return one line of the till's CSV, a usual sale but for `cells`."""
    return ",".join((LINE | cells)[name] for name in HEADER)


def csv(*lines: str) -> str:
    return "\n".join([",".join(HEADER), *lines]) + "\n"


class Stall:
    """The stall's workbook in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.workbook = Workbook(home)
        for folder in ("stores", "layouts"):
            (self.workbook.params / folder).mkdir(parents=True)
        self.folder = self.workbook.exports / "stall"
        self.folder.mkdir(parents=True)
        self.lake = Lake(self.workbook.warehouse)
        self.settings()
        self.layout()

    def settings(self, more: str = "") -> None:
        (self.workbook.params / "stores" / "stall.yaml").write_text(STORE + more, encoding="utf-8")

    def layout(self, *changes: tuple[str, str]) -> None:
        text = LAYOUT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (self.workbook.params / "layouts" / "till.yaml").write_text(text, encoding="utf-8")

    @property
    def store(self) -> Store:
        return self.workbook.store("stall")

    def write(self, content: str | bytes, name: str = "till.csv") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, content: str | bytes, name: str = "till.csv") -> Ingested:
        return ingest(self.workbook, self.store, [self.write(content, name)])

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        return self.lake.rows(f"SELECT {', '.join(columns)} FROM {self.lake.scan(table, 'stall')} ORDER BY ALL")

    def rejects(self) -> list[tuple[Any, ...]]:
        return [row[:-1] for row in self.rows("rejects", *REJECT, "rule") if not row[-1]]

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what the lake says of the shop, without where it was read."""
        where = {"source_file", "source_line"}
        return {
            name: self.rows(name, *(c for c in table.all_columns if c not in where)) for name, table in TABLES.items()
        }


@pytest.fixture(autouse=True)
def _key(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path_factory.getbasetemp() / "keys" / "buyers.key"))


@pytest.fixture
def stall(tmp_path: Path) -> Stall:
    return Stall(tmp_path / "workbook")


def good_lines(numbers: Iterable[int]) -> list[str]:
    return [line(receipt=str(number), item=f"item {number}") for number in numbers]
