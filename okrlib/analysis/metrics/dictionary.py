"""The metric dictionary: what each metric means, in words."""

from __future__ import annotations

from okrlib.analysis.metrics.catalogue import CATALOGUE, IDENTITIES, measures
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


_SIGNS = {"ratio": " ÷ ", "difference": " − ", "sum": " + ", "product": " × "}
_GROWTH = {
    "last_quarter": Text("growth of {name} on as many days of last quarter", "{name}较上季度同天数的增幅"),
    "last_year": Text("growth of {name} on the same weekdays of last year", "{name}较去年同星期的增幅"),
}
PLATFORMS = {
    "taobao_tmall": Text("Taobao/Tmall", "生意参谋"), "jd": Text("JD", "京东商智"), "pinduoduo": Text("Pinduoduo", "拼多多"),
    "douyin": Text("Douyin", "抖音电商罗盘"), "amazon": Text("Amazon", "亚马逊"), "shopify": Text("Shopify", "Shopify"),
}  # fmt: skip
_COLON, _SEMICOLON = Text(": ", "："), Text("; ", "；")


def formula(metric: Metric, locale: Locale) -> str:
    """Return how a metric comes about: the SQL of a measure over its source, or the metrics it is made of."""
    if metric.op is None:
        return f"SELECT {metric.sql} FROM {metric.source}(start, end)"
    if metric.op == "growth":
        return _GROWTH[metric.against or "last_year"].in_(locale, name=metric.of[0])
    return _SIGNS[metric.op].join(metric.of)


def platform_words(metric: Metric, locale: Locale) -> list[tuple[str, str]]:
    """Return what each platform calls a metric, as (platform, word)."""
    return [(PLATFORMS[name].in_(locale), word) for name, word in metric.called.items()]


def explained(metric: Metric, locale: Locale) -> str:
    """Return all there is to know of a metric: its entry, how it comes about down to the SQL, equations, platforms' words."""
    lines = [dictionary_entry(metric, locale)]
    colon = _COLON.in_(locale)
    if metric.op:
        lines.append(f"    = {formula(metric, locale)}")
    if metric.op == "ratio":
        lines += [
            f"    {title.in_(locale)}{colon}{part} · {CATALOGUE[part].label.in_(locale)}"
            for title, part in zip((Text("numerator", "分子"), Text("denominator", "分母")), metric.of, strict=True)
        ]
    lines += [f"    {part.name}{colon}{formula(part, locale)}" for part in measures(metric.name)]
    for identity in (one for one in IDENTITIES if metric.name in {one.whole, *one.parts}):
        lines.append(f"    {identity.whole} = {_SIGNS[identity.op].join(identity.parts)}")
    if metric.called:
        words = _SEMICOLON.in_(locale).join(f"{where}{colon}{word}" for where, word in platform_words(metric, locale))
        lines.append(f"    {words}")
    return "\n".join(lines)
