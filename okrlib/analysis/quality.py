"""How far the data can be trusted: what was read and what was not, how fresh it is, what is missing at what cost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okrlib.analysis.data import StoreData
from okrlib.analysis.facts import ENOUGH
from okrlib.analysis.metrics import measures, visible
from okrlib.analysis.sources import SOURCES
from okrlib.ingest.layout import Layout
from okrlib.ingest.log import FILE_FIELDS, FileReading
from okrlib.periods import Period
from okrlib.text import Text

_NAMED = 5  # measures that a gap names
SILENT_DAYS = 7  # without any order, in a store that has one on most days, before it is worth a word

_DUPLICATE = Text("exact duplicate of an earlier line", "与前面某一行完全重复")
_BAD_ROW = (  # what reading can complain of, and how that is said in Chinese
    (r"is empty", r"为空"),
    (r"is on no readable line of the order", r"该订单没有一行可读出此项"),
    (r"has (\d+) cells, the header has (\d+)", r"有 \1 列，表头有 \2 列"),
    (r"has a quotation mark out of place", r"引号位置不对"),
    (r"is longer than ([\d,]+) characters", r"超过 \1 个字符"),
    (r"contradicts line (\d+), which says (.*) for the same order", r"与第 \1 行矛盾：同一订单该行为 \2"),
    (r"lies in the future, after (.*)", r"时间在未来（晚于 \1）"),
    (r"expected a whole number", r"应为整数"),
    (r"expected an amount such as (.*)", r"应为金额，例如 \1"),
    (r"expected a time such as (.*)", r"应为时间，例如 \1"),
    (r"holds a NUL byte: the file is damaged here", r"含空字节，文件在此处已损坏"),
    (r"a spreadsheet has shortened this number; .*", r"编号被表格软件缩短，请以文本格式重新导出"),
    (r"unknown status; known: (.*)\. Add it under (\S+) in (.*)", r"未知的状态；已知：\1。请在 \3 的 \2 中补充"),
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are not in the numbers for one reason; `rule` names the layout's rule, or is empty for unreadable rows.

    `amount` is the money in them, None where it could not be read; `example` is one of them: file, line, value.
    """

    rule: str
    column: str
    reason: Text
    rows: int
    amount: Decimal | None
    example: Text


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the exports do not tell, and what cannot be shown for want of it."""

    what: Text
    switches_off: Text


@dataclass(frozen=True, slots=True)
class Quality:
    """What stands behind a store's numbers on a day. `silent` are weeks and more without any order inside the data."""

    files: tuple[FileReading, ...]
    left_out: tuple[LeftOut, ...]
    covers: Period
    stale_days: int
    gaps: tuple[Gap, ...]
    silent: tuple[Period, ...]

    @property
    def rows_read(self) -> int:
        """Rows of all files; the rows used, set aside and rejected sum to it."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_used(self) -> int:
        """Rows that became orders, lines, refunds or products."""
        return sum(file.rows_used for file in self.files)

    @property
    def rows_set_aside(self) -> int:
        """Rows taken out by a declared rule."""
        return sum(file.rows_set_aside for file in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows that could not be read."""
        return sum(file.rows_rejected for file in self.files)


def data_quality(data: StoreData, layouts: Collection[Layout] = ()) -> Quality:
    """Summarise what was read for a store by the as-of day; `layouts` say in both languages what they set aside and lack.

    Files whose first row is later than the as-of day are not seen.
    """
    return Quality(
        files=tuple(FileReading(*row) for row in data.rows(_FILES, [_end(data)])),
        left_out=tuple(_left_out(data, layouts)),
        covers=data.covers,
        stale_days=data.stale_days,
        gaps=tuple(gaps(data, layouts)),
        silent=tuple(Period(*row) for row in data.rows(_SILENT, [SILENT_DAYS])),
    )


_FILES = f"SELECT {FILE_FIELDS} FROM raw_readings WHERE first_at IS NULL OR first_at < ? ORDER BY read_order"

_LEFT_OUT = """
SELECT f.layout, r.rule, coalesce(r.column_name, '') AS field, r.reason, count(*) AS n, sum(r.amount),
       arg_min(source_file, (f.read_order, r.source_line)), arg_min(r.source_line, (f.read_order, r.source_line)),
       arg_min(coalesce(r.value, ''), (f.read_order, r.source_line))
FROM raw_rejects r JOIN raw_readings f USING (source_file, sha256) WHERE f.first_at IS NULL OR f.first_at < ?
GROUP BY f.layout, r.rule, field, r.reason ORDER BY r.rule = '', n DESC, r.rule, field, r.reason
"""

_SILENT = """
WITH days AS (
    SELECT d, lag(d) OVER (ORDER BY d) AS before FROM (SELECT DISTINCT ordered_at::DATE AS d FROM orders)
)
SELECT before + 1, d - 1 FROM days
WHERE date_diff('day', before, d) > ? AND (SELECT 2 * count(*) > date_diff('day', min(d), max(d)) FROM days) ORDER BY d
"""


def _end(data: StoreData) -> date:
    return data.as_of + timedelta(days=1)


def _left_out(data: StoreData, layouts: Iterable[Layout]) -> Iterable[LeftOut]:
    rules = {(layout.id, rule.name): rule.reason for layout in layouts for rule in layout.set_aside}
    for layout, rule, column, reason, rows, amount, *example in data.rows(_LEFT_OUT, [_end(data)]):
        name = rules.get((layout, rule))
        text = Text(name.en, name.zh) if name else _DUPLICATE if rule == "duplicate" else bad_row_reason(reason)
        yield LeftOut(rule, column, text, rows, amount, _example(*example))


def _example(file: str, line: int, value: str) -> Text:
    return Text(
        f"{file}, line {line}" + (f": {value}" if value else ""),
        f"{file} 第 {line} 行" + (f"：{value}" if value else ""),
    )


def bad_row_reason(reason: str) -> Text:
    """Return in both languages why a row was rejected; what is not known here stays as it was written."""
    for english, chinese in _BAD_ROW:
        if found := re.fullmatch(english, reason, re.DOTALL):
            return Text(reason, found.expand(chinese).replace(" or ", " 或 "))
    return Text(reason, reason)


def gaps(data: StoreData, layouts: Iterable[Layout] = ()) -> Iterable[Gap]:
    """Say what the exports lack over all the data, and what that switches off; why, where their layouts declare it."""
    told, values = data.told(data.covers), data.values
    products = data.rows("SELECT count(*) FROM raw_products")[0][0]
    lacks = {
        "lines": told.lines < ENOUGH,
        "buyers": not data.buyers_known,
        "refunds": not data.refunds_known or told.refunds < ENOUGH,
        "refund_dates": data.refunds_known and not data.refund_events,
        "statuses": not data.statuses_known,
        "products": not products,
        **{name: not values[name] for name in ("category", "channel", "region")},
        **{name: not data.rows(f"SELECT count({name}) FROM orders")[0][0] for name in _TIMES},
    }
    declared = _declared(data, layouts)
    for name, gap in _GAPS.items():
        why = declared.get(_DECLARED_AS.get(name, name))
        if lacks[name] and (why or name not in _TIMES):
            yield Gap(why or gap.what, gap.switches_off)
    yield from _absent_tables(data)


def _absent_tables(data: StoreData) -> Iterable[Gap]:
    """Say which tables beside the sales no export has brought, and which measures wait for them."""
    absent = dict.fromkeys(one.table for name, one in SOURCES.items() if one.title and data.reach(name) is None)
    for table in (name for name in absent if name and name != "products"):
        titles = [one.title for one in SOURCES.values() if one.table == table and one.title]
        sources = {name for name, one in SOURCES.items() if one.table == table and data.reach(name) is None}
        waiting = [one.label for one in visible() if sources & {part.source for part in measures(one.name)}]
        yield Gap(
            Text(f"no {titles[0].en} export", f"没有{titles[0].zh}数据"),
            Text(
                ", ".join(label.en[:1].lower() + label.en[1:] for label in waiting[:_NAMED])
                + (" …" if waiting[_NAMED:] else ""),
                "、".join(label.zh for label in waiting[:_NAMED]) + ("等" if waiting[_NAMED:] else ""),
            ),
        )


def _declared(data: StoreData, layouts: Iterable[Layout]) -> dict[str, Text]:
    """What the layouts of the store's own files say that they cannot tell, and why."""
    used = {layout for (layout,) in data.rows("SELECT DISTINCT layout FROM raw_readings")}
    found = (layout.lacks for layout in layouts if layout.id in used)
    return {name: Text(why.en, why.zh) for lacks in found for name, why in lacks.items()}


_TIMES = ("shipped_at", "delivered_at")
_DECLARED_AS = {"buyers": "buyer", "refunds": "refund_amount", "lines": "order_lines", "statuses": "status"}
_GAPS = {
    "lines": Gap(
        Text("order lines are missing for some or all orders", "部分或全部订单缺少明细"),
        Text("units, products, categories, price per unit", "件数、商品、类目、件单价"),
    ),
    "buyers": Gap(
        Text("the exports name no buyers", "导出文件不含买家信息"),
        Text("buyers, new and returning, repeat purchase, revenue per buyer", "买家数、新老客、复购、客单价"),
    ),
    "refunds": Gap(
        Text("the exports do not tell refunds for all orders", "导出文件未包含全部订单的退款"),
        Text("refunds, refund rate and net revenue", "退款金额、退款率、净销售额"),
    ),
    "refund_dates": Gap(
        Text("refunds have no dates of their own", "退款没有单独的时间"),
        Text("the day of a refund: it counts on the day its order was paid", "退款日期：按订单付款日统计"),
    ),
    "statuses": Gap(
        Text("the exports do not say which orders were cancelled", "导出文件没有订单状态，无法识别已取消的订单"),
        Text("cancelled orders and their share", "取消订单数与取消率"),
    ),
    "products": Gap(
        Text("no product list", "没有商品清单"),
        Text("products without a sale, costs and margins", "未动销商品、成本与毛利"),
    ),
    "category": Gap(Text("no product categories", "没有商品类目"), Text("everything by category", "按类目的分析")),
    "channel": Gap(Text("no sales channels", "没有销售渠道"), Text("everything by channel", "按渠道的分析")),
    "region": Gap(Text("no regions", "没有地区"), Text("everything by region", "按地区的分析")),
    "shipped_at": Gap(Text("no times of shipping", "没有发货时间"), Text("how soon orders are shipped", "发货时长")),
    "delivered_at": Gap(Text("no times of receipt", "没有签收时间"), Text("how soon orders arrive", "签收时长")),
}
