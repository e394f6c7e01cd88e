"""The metric dictionary: what each metric means, in words."""

from __future__ import annotations

from okrlib.analysis.metrics.catalogue import measures
from okrlib.analysis.metrics.model import UNITS, Metric
from okrlib.analysis.sources import SOURCES
from okrlib.text import Locale, Text

_CURRENCY = Text("money", "金额")
_BETTER = {
    "up": Text("higher is better", "越高越好"),
    "down": Text("lower is better", "越低越好"),
    "none": Text("neither way is better", "无所谓高低"),
}
_ADDS = {True: Text("adds up over days", "可按天相加"), False: Text("does not add up over days", "不可按天相加")}
_ENTRY = Text(
    "{name} · {label}\n    {definition}\n    {unit}; {better}; counted on: {clock}; may move for {days} days; {adds}",
    "{name} · {label}\n    {definition}\n    {unit}；{better}；计入日期：{clock}；{days} 天内可能变动；{adds}",
)


def clocks(metric: Metric) -> list[Text]:
    """Return the events whose days a metric counts on: its own, or those of its parts."""
    sources = dict.fromkeys(part.source for part in measures(metric.name) if part.source)
    return list(dict.fromkeys(SOURCES[source].clock for source in sources))


def dictionary_entry(metric: Metric, locale: Locale) -> str:
    """Return a metric's entry in the dictionary: three lines of text."""
    return _ENTRY.in_(
        locale,
        name=metric.name,
        label=metric.label.in_(locale),
        definition=metric.definition.in_(locale),
        unit=UNITS[metric.unit].in_(locale, currency=_CURRENCY.in_(locale)),
        better=_BETTER[metric.better].in_(locale),
        clock=" / ".join(clock.in_(locale) for clock in clocks(metric)),
        days=metric.revision_days,
        adds=_ADDS[metric.adds_up].in_(locale),
    )
