"""Time all lenses of the business state for one store-quarter: ``python -m benchmarks.lenses [lines …]``.

A lake of many stores of equal size is made (20 million order lines by default, 100,000 a store, three years), then one
store is opened and every lens of notebook 01 is asked, in a process of its own whose largest memory is read. The same store
stands alone in a lake of its own beside it: what the other stores cost is the ratio. Then single stores of growing size show
how the time grows. Python's start with its imports is told apart: a kernel has them. Bars: 3 seconds of CPU and 1 GiB for a store-quarter
out of 20 million lines; exponent at most 1.1.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from deltalake import write_deltalake

from okrlib.analysis import customer_value, customers, inventory, lenses, sales, service, timing
from okrlib.analysis.data import StoreData
from okrlib.analysis.demographics import profiles
from okrlib.analysis.economics import economics
from okrlib.analysis.findings import findings
from okrlib.analysis.levers import levers
from okrlib.analysis.market import market_places, search_places
from okrlib.analysis.rivals import competition
from okrlib.analysis.rules import held
from okrlib.analysis.why import driver_tree
from okrlib.lake import connect
from okrlib.periods import Period
from okrlib.policies import rule_book
from okrlib.schema import TABLES

LINES, A_STORE = 20_000_000, 100_000
SIZES = (50_000, 200_000, 800_000)  # lines of single stores
BAR_SECONDS, BAR_BYTES, BAR_EXPONENT = 3.0, 1 << 30, 1.1
_STORE = """store: {name}
title: {{en: Bench, zh: 基准}}
platform: taobao_tmall
currency: CNY
timezone: Asia/Shanghai
country: CN
"""
# An order has one line, every third two or three; articles sell by a steep curve; three orders in ten are a former buyer's.
_ORDERS = """
SELECT '{store}' AS store, (n * 1000003 % 900000000 + 100000000)::VARCHAR || '{store}' AS order_id,
       'b' || CASE WHEN hash(n * 7 + {seed}) % 10 < 7 THEN n ELSE n - hash(n + 9) % (n // 5 + 1) END AS buyer,
       TIMESTAMP '2023-10-01' + to_seconds((n * (1095.0 * 86400 / {orders}))::BIGINT) AS ordered_at,
       ordered_at + INTERVAL 5 MINUTE AS paid_at, paid_at + to_hours((hash(n) % 44)::INTEGER) AS shipped_at,
       paid_at + to_days((3 + hash(n + 1) % 8)::INTEGER) AS delivered_at, 'completed' AS status,
       ['mobile', 'desktop'][1 + (hash(n + 2) % 10 = 0)::INTEGER] AS channel, 'region' || hash(n + 3) % 20 AS region, 'CNY' AS currency,
       0 AS discount_amount, 0 AS shipping_amount, 100 + hash(n + 4) % 300 AS order_amount, order_amount AS paid_amount,
       CASE WHEN hash(n + 5) % 20 = 0 THEN order_amount ELSE 0 END AS refund_amount, order_id AS source_order,
       'bench.csv' AS source_file, n AS source_line
FROM range({orders}) t(n) ORDER BY ordered_at"""
_LINES = """
SELECT store, order_id, i::VARCHAR AS line_id, 'sku' || (pow((hash(source_line * 31 + i) % 100000) / 100000.0, 3) * 500)::INTEGER AS sku,
       sku AS title, 'category' || hash(sku) % 8 AS category, 'product' AS kind, 1 + (hash(source_line + i) % 8 = 0)::INTEGER AS quantity,
       order_amount / quantity AS unit_price, order_amount AS line_amount, 0 AS refund_amount, source_order, source_file, source_line
FROM made_orders, (VALUES (1), (2), (3)) v(i) WHERE i = 1 OR source_line % 3 = 0 AND i <= 2 + source_line % 2"""
_BESIDE = {
    "products": "SELECT DISTINCT store, sku, title, category, 150 AS list_price, 60 AS unit_cost FROM made_lines",
    "stock": """SELECT DISTINCT store, sku, day, 40 + hash(sku, day) % 200 AS on_hand FROM (SELECT DISTINCT store, sku FROM made_lines),
        (SELECT unnest(range(DATE '2025-07-01', DATE '2026-10-01', INTERVAL 7 DAY))::DATE AS day)""",
    "traffic": """SELECT store, paid_at::DATE AS day, 'all' AS channel, count(*) * 30 AS visitors, count(*) * 90 AS page_views
        FROM made_orders GROUP BY store, day""",
    "reviews": """SELECT store, order_id AS review_id, delivered_at AS reviewed_at, order_id, 1 + hash(order_id) % 5 AS stars,
        ['发货太慢了', '很喜欢', 'arrived late', 'lovely', '杯子有裂纹'][1 + (hash(order_id, 1) % 5)::INTEGER] AS comment
        FROM made_orders WHERE source_line % 5 = 0""",
    "shipments": """SELECT store, order_id AS shipment_id, order_id, paid_at + INTERVAL 40 HOUR AS promised_at, shipped_at, delivered_at,
        paid_at + INTERVAL 9 DAY AS deliver_by, 6 AS cost FROM made_orders""",
    "settlements": """SELECT store, order_id AS entry_id, order_id, delivered_at AS settled_at, order_amount AS sale_amount,
        order_amount * 0.05 AS fee_amount FROM made_orders""",
    "ads": """SELECT store, paid_at::DATE AS day, 'search' AS channel, count(*) * 8 AS spend, count(*) * 20 AS ad_amount FROM made_orders
        GROUP BY store, day""",
    "buyers": """SELECT DISTINCT store, buyer, ['18-24', '25-34', '35-44'][1 + (hash(buyer) % 3)::INTEGER] AS age_group,
        ['female', 'male'][1 + (hash(buyer, 1) % 2)::INTEGER] AS gender FROM made_orders""",
    "market": """SELECT store, date_trunc('month', paid_at)::DATE AS day, category, sum(line_amount) * 40 AS market_amount,
        count(*) * 90 AS search_volume, count(*) AS brand_search_volume FROM made_lines JOIN made_orders USING (store, order_id)
        GROUP BY ALL""",
    "competitors": """SELECT store, day, 'rival' || r AS competitor, 'item' || i AS item, 90 + i AS price, 'sku' || i AS our_sku
        FROM (SELECT DISTINCT store FROM made_orders), range(3) a(r), range(20) b(i),
        (SELECT unnest(range(DATE '2026-01-01', DATE '2026-10-01', INTERVAL 7 DAY))::DATE AS day)""",
}
_CHILD = """
import json, resource, sys, time
from benchmarks.lenses import ask_every_lens
from okrlib.book import open_book
began, clock = time.process_time(), time.perf_counter()
book = open_book(sys.argv[2], "2026Q3", "2026-09-30", home=sys.argv[1])
opened = time.process_time()
ask_every_lens(book.data, book.period)
print(json.dumps({"start": began, "open": opened - began, "lenses": time.process_time() - opened, "wall": time.perf_counter() - clock,
                  "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def ask_every_lens(data: StoreData, period: Period) -> None:
    """Ask everything that notebook 01 shows of one store and quarter."""
    lenses.compared(
        data, period, "revenue", "orders", "buyers", "units", "refund_rate", "conversion", "on_time_delivery"
    )
    lenses.daily(data, period)
    lenses.weekly(data)
    for by in ("channel", "category", "region"):
        lenses.split(data, period, by)
    lenses.top_products(data, period)
    lenses.buyers_by_month(data, period.end)
    for lens in (sales.pareto, sales.slow_movers, sales.new_products, sales.price_bands, sales.refunds_by_product,
                 sales.pairs, timing.clock, timing.event_sales, driver_tree, inventory.inventory,
                 service.late_and_on_time, service.topics):  # fmt: skip
        lens(data, period)
    customers.segments(data, period.end)
    customers.cohorts(data, period.end)
    customers.second_order(data, period.end)
    customer_value.lifetime(data, period.end)
    book = rule_book(data.store.platform)
    economics(data, period, book)
    held(data, period, book)
    for look in (market_places, search_places, competition, profiles):
        look(data, period)
    levers(data, findings(data, period, book), period)


def make_lake(home: Path, stores: int, lines: int) -> None:
    """Write `stores` stores of `lines` order lines each into the lake of a workbook; the first has all other tables too."""
    con = connect()
    for number in range(stores):
        name = f"s{number:03d}"
        (home / "params" / "stores").mkdir(parents=True, exist_ok=True)
        (home / "params" / "stores" / f"{name}.yaml").write_text(_STORE.format(name=name), encoding="utf-8")
        orders = round(lines / 1.5)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE made_orders AS {_ORDERS.format(store=name, seed=number, orders=orders)}"
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE made_lines AS {_LINES}")
        made = {"orders": "FROM made_orders", "order_lines": "FROM made_lines"} | (_BESIDE if number == 0 else {})
        for table, sql in made.items():
            _write(con, home / "warehouse" / table, table, sql)


def _write(con: duckdb.DuckDBPyConnection, folder: Path, table: str, sql: str) -> None:
    columns = TABLES[table].all_columns
    have = {row[0] for row in con.execute(f"DESCRIBE ({sql})").fetchall()}
    typed = ", ".join(f"{name if name in have else 'NULL'}::{kind} AS {name}" for name, kind in columns.items())
    rows = con.sql(f"SELECT {typed} FROM ({sql})")
    write_deltalake(str(folder), rows, mode="append", partition_by=["store"])


def measured(home: Path) -> dict[str, float]:
    """Return seconds of CPU to start Python, open the first store and ask every lens, of wall for the two, and largest memory.

    Surroundings are those of a kernel in `okr run`; bytecode is there, as after the first run on any machine.
    """
    command = [sys.executable, "-c", _CHILD, str(home), "s000"]
    around = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", "import benchmarks.lenses"], check=True, env=around)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=around)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print times and memory; return 1 where a bar is missed."""
    lines = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else LINES
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        make_lake(Path(folder) / "many", lines // A_STORE, A_STORE)
        make_lake(Path(folder) / "alone", 1, A_STORE)
        many, alone = (measured(Path(folder) / name) for name in ("many", "alone"))
        _tell(f"{lines:,} lines of {lines // A_STORE} stores, one store-quarter", many)
        _tell(f"the same store alone ({A_STORE:,} lines)", alone)
        grown = []
        for size in SIZES:
            make_lake(Path(folder) / str(size), 1, size)
            grown.append(measured(Path(folder) / str(size)))
            _tell(f"a store of {size:,} lines", grown[-1])
    times = [_seconds(one) for one in grown]
    exponent = math.log(times[-1] / times[0]) / math.log(SIZES[-1] / SIZES[0])
    seconds = _seconds(many)
    ratio = seconds / _seconds(alone)
    print(
        f"beside {lines // A_STORE - 1} other stores: {ratio:.2f} times its time alone; exponent of growth {exponent:.2f}"
    )
    kept = seconds <= BAR_SECONDS and many["bytes"] <= BAR_BYTES and exponent <= BAR_EXPONENT
    print(f"bars (3 s, 1 GiB, exponent 1.1): {'kept' if kept else 'missed'}")
    return int(not kept)


def _tell(what: str, found: dict[str, float]) -> None:
    print(
        f"{what}: Python {found['start']:.2f} s, open {found['open']:.2f} s, lenses {found['lenses']:.2f} s of CPU "
        f"({found['wall']:.2f} s wall without Python's start), {found['bytes'] / 2**20:.0f} MiB",
        flush=True,
    )


def _seconds(found: dict[str, float]) -> float:
    return found["open"] + found["lenses"]


if __name__ == "__main__":
    sys.exit(main())
