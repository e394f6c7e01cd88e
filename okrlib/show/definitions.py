"""The metric dictionary as an appendix: one definition for everyone, the platform's own word beside it."""

from __future__ import annotations

from okrlib.analysis.metrics import UNITS, Metric, clocks, formula, visible
from okrlib.book import Book
from okrlib.show.stack import Fold
from okrlib.show.table import Column, Table
from okrlib.text import Text


def all_metrics(book: Book) -> Fold:
    """Every metric of the catalogue: definition, how it is computed, unit, which day counts, and the platform's word."""
    metrics = visible()
    columns = [
        Column("name", book.say(Text("Metric", "指标"))),
        Column("definition", book.say(Text("Definition", "定义")), wide=True),
        Column("word", book.say(Text("On the platform", "平台叫法"))),
        Column("unit", book.say(Text("Unit", "单位"))),
        Column("clock", book.say(Text("Counted on", "计入日期"))),
        Column("days", book.say(Text("Final after", "定稿天数")), "right"),
        Column("formula", book.say(Text("Computed as", "计算方式")), wide=True),
    ]
    title = Text("Metric dictionary: {n} definitions, with their SQL", "指标词典：{n} 个指标的定义与 SQL")
    table = Table(columns, [_row(book, metric) for metric in metrics])
    return Fold(book.say(title, n=len(metrics)), [table])


def _row(book: Book, metric: Metric) -> dict[str, object]:
    days = Text("{n} days", "{n} 天")
    return {
        "name": book.say(metric.label),
        "definition": book.say(metric.definition),
        "word": metric.called.get(book.store.platform),
        "unit": book.say(UNITS[metric.unit], currency=book.store.currency),
        "clock": " / ".join(book.say(clock) for clock in clocks(metric)),
        "days": book.say(days, n=metric.revision_days),
        "formula": formula(metric, book.locale),
    }
