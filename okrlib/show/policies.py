"""The platform's rules: which are broken, near, kept or not testable, and what the platform charges."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.rules import Held, Verdict, charges, held
from okrlib.book import Book
from okrlib.policies import Area, Fee, Rule
from okrlib.show.anchors import RULES
from okrlib.show.palette import Level
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, listed, paragraph
from okrlib.text import Text, day, money, percent

_VERDICTS: dict[Verdict, tuple[Text, Level]] = {
    "broken": (Text("broken", "已违反"), "bad"),
    "near": (Text("near", "接近红线"), "warn"),
    "kept": (Text("kept", "符合"), "good"),
    "untested": (Text("not testable", "暂无法检验"), "none"),
}
_AREAS: dict[Area, Text] = {
    "entry": Text("entry", "入驻"),
    "fees": Text("fees", "费用"),
    "promotion": Text("promotion", "营销"),
    "after_sales": Text("after-sales", "售后"),
    "shipping": Text("shipping", "发货"),
}
_NOTE = Text(
    "Over the quarter so far; platforms count over windows of their own. Near: four fifths of the room is used. Rules come from the "
    "sources named, not from the platform itself: “check again” marks those older than a year or without a date. Yours go into "
    "params/policies/{platform}.yaml.",
    "按本季至今统计，平台各有自己的统计周期。“接近红线”指余量已用去八成。规则来自所列来源，并非平台直接提供；“需复核”表示超过一年或来源无日期。"
    "自定规则请写入 params/policies/{platform}.yaml。",
)  # fmt: skip


def platform_rules(book: Book) -> Stack:
    """The rules of the platform held against the quarter so far, and below them what it charges."""
    if not book.rules.rules:
        text = Text(
            "No rule book for the platform {name}: write one as params/policies/{name}.yaml.",
            "平台 {name} 还没有规则库，可自行编写 params/policies/{name}.yaml。",
        )
        return Stack([Notice("none", book.say(text, name=book.store.platform))])
    found = held(book.data, book.to_date, book.rules)
    urgent = [one for one in found if one.verdict in {"broken", "near"}]
    calm = [one for one in found if one not in urgent]
    parts: list[Part] = [Passage([_summary(book, found)])] if found else []
    parts += [_rules(book, urgent)] if urgent else []
    note = Passage([book.say(_NOTE, platform=book.store.platform)])
    parts += [Fold(book.say(_CALM, n=len(calm)), [_rules(book, calm), note])] if calm else [note]
    return Stack([*parts, *_charges(book)])


_CALM = Text("Rules kept, or not testable with the data at hand ({n})", "符合或暂无法检验的规则（{n} 条）")


def _summary(book: Book, found: list[Held]) -> str:
    counts = Counter(one.verdict for one in found)
    each = Text("{n} {verdict}", "{n} 条{verdict}")
    told = listed(book, [
        book.say(each, n=counts[name], verdict=book.say(text)) for name, (text, _) in _VERDICTS.items() if counts[name]
    ])  # fmt: skip
    several = Text("Of {n} rules: {told}.", "共 {n} 条规则：{told}。")
    one = Text("One rule: {told}.", "共 1 条规则：{told}。")
    broken = [_worst(book, one) for one in found if one.verdict == "broken"]
    return paragraph(book, [book.say(several if len(found) > 1 else one, n=len(found), told=told), *broken])


def _worst(book: Book, one: Held) -> str:
    if one.fact is None or one.fact.value is None:
        return ""
    metric = CATALOGUE[one.fact.metric]
    text = Text("{name} stands at {value}, where {limit} is asked.", "{name}为 {value}，要求{limit}。")
    name = book.say(metric.label)
    return book.say(text, name=name, value=amount(book, one.fact.value, metric.unit), limit=_limit(book, one.rule))


def _limit(book: Book, rule: Rule) -> str:
    unit = CATALOGUE[rule.metric].unit if rule.metric in CATALOGUE else ""
    if rule.at_most is not None:
        return book.say(Text("at most {x}", "不高于 {x}"), x=amount(book, rule.at_most, unit))
    return book.say(Text("at least {x}", "不低于 {x}"), x=amount(book, rule.at_least, unit))


def _rules(book: Book, found: list[Held]) -> Table:
    columns = [
        Column("verdict", book.say(Text("Verdict", "结论"))),
        Column("rule", book.say(Text("Rule", "规则")), wide=True),
        Column("stands", book.say(Text("Where we stand", "现状"))),
    ]
    anchor = RULES if any(one.verdict == "broken" for one in found) else ""
    return Table(columns, [_rule_row(book, one) for one in found], stacked=True, anchor=anchor)


def _rule_row(book: Book, one: Held) -> dict[str, object]:
    text, level = _VERDICTS[one.verdict]
    return {
        "verdict": Status(book.say(text), level),
        "rule": _told(book, one.rule, one.check_again),
        "stands": _stands(book, one),
    }


def _stands(book: Book, one: Held) -> str:
    if one.fact is None or one.fact.value is None:
        text = Text("would need: {why}", "需要：{why}") if one.fact is None else Text("{why}", "{why}")
        return book.say(text, why=book.say(one.reason) if one.reason else "")
    metric = CATALOGUE[one.fact.metric]
    text = Text("{name} {value}, {limit}", "{name} {value}，{limit}")
    return book.say(text, name=book.say(metric.label), value=amount(book, one.fact.value, metric.unit),
                    limit=_limit(book, one.rule))  # fmt: skip


def _told(book: Book, rule: Rule, again: bool) -> str:
    """Say a rule, what it is about and where it is written."""
    text = Text("{rule} ({area}). Source: {source}", "{rule}（{area}）。来源：{source}")
    return book.say(
        text, rule=book.say(rule.title), area=book.say(_AREAS[rule.area]), source=_source(book, rule, again)
    )


def _source(book: Book, rule: Rule, again: bool) -> str:
    seen = book.say(Text("undated", "未注明日期")) if rule.seen is None else day(rule.seen, book.locale)
    text = Text("{source}, {seen}", "{source}，{seen}")
    named = f"{rule.source} ({rule.gloss})" if rule.gloss and book.locale == "en" else rule.source
    told = book.say(text, source=named, seen=seen)
    return f"{told} · {book.say(Text('check again', '需复核'))}" if again else told


def _charges(book: Book) -> list[Fold]:
    found = charges(book.data, book.rules)
    if not found:
        return []
    columns = [
        Column("rule", book.say(Text("What the platform charges", "平台收费")), wide=True),
        Column("rate", book.say(Text("Charge", "标准")), "right"),
    ]
    rows = [{"rule": _told(book, one.rule, one.check_again), "rate": _charge(book, one.rule.fee)} for one in found]
    title = book.say(Text("Fees and deposits ({n})", "费用与保证金（{n} 项）"), n=len(rows))
    return [Fold(title, [Table(columns, rows, stacked=True)])]


def _charge(book: Book, fee: Fee | None) -> str:
    if fee is None:
        return ""
    currency = fee.currency or book.store.currency
    sums = {
        Text("{x} an order", "每单 {x}"): fee.per_order, Text("{x} a month", "每月 {x}"): fee.a_month,
        Text("{x} a year", "每年 {x}"): fee.a_year, Text("deposit {x}", "保证金 {x}"): fee.deposit,
    }  # fmt: skip
    told = [percent(fee.rate, book.locale, 1 + (fee.rate * 1000 % 1 != 0))] if fee.rate else []
    told += [book.say(text, x=_sum(book, value, currency)) for text, value in sums.items() if value]
    return " + ".join(told) or book.say(Text("free", "免费"))


def _sum(book: Book, value: Decimal, currency: str) -> str:
    return money(value, currency, book.locale, cents=value != int(value))
