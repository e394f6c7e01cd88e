"""What matters and what to do about it: findings, the levers they point to, and objectives to start from."""

from __future__ import annotations

from okrlib.analysis.by_event import by_event
from okrlib.analysis.findings import Finding
from okrlib.analysis.levers import Lever, Start, levers
from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.show.anchors import NAMES, rests_on
from okrlib.show.prose import Notice
from okrlib.show.stack import Fold, Stack, first_of
from okrlib.show.table import Change, Column, Marked, Table
from okrlib.show.wording import amount, paragraph, segment_name
from okrlib.text import Text, day, ends, number, percent, short_day, signed_percent

_MOST = 5
_LEVERS, _TASKS = 3, 3  # shown at once
_SAYS = {
    "total": Text(
        "The store took {value}, {change} on last year{laid}.", "全店支付金额 {value}，同比 {change}{laid}。"
    ),
    "grew": Text(
        "{label} outgrew the other {lens}: {change} on last year, where {usual} was usual.",
        "{label}增长快于其他{lens}：同比 {change}，其他{lens}一般为 {usual}。",
    ),
    "fell": Text(
        "{label} did not keep up with the other {lens}: {change} on last year, where {usual} was usual.",
        "{label}落后于其他{lens}：同比 {change}，其他{lens}一般为 {usual}。",
    ),
    "new": Text(
        "{label} is new and brought {value}, {share} of paid revenue.",
        "新上的{label}带来 {value}，占支付金额的 {share}。",
    ),
    "stock_out": Text(
        "{label} sold nothing from {first} to {last}, where some {expected} orders were to be expected: sold out?",
        "{label}在{first}至{last}一件未售，按此前走势应有约 {expected} 笔订单，疑似断货。",
    ),
    "refunds": Text(
        "{label}: of what was paid for it from {first} to {last}, {rate} came back, after {before} in the year before.",
        "{label}在{first}至{last}支付的金额中有 {rate} 已退款，此前一年为 {before}。",
    ),
    "conversion": Text(
        "{rate} of visitors ordered, where {usual_rate} was to be expected from last year's course.",
        "访客下单转化率为 {rate}，按去年走势应为 {usual_rate}。",
    ),
    "ads": Text(
        "Advertising brought {times} for each unit spent, where {usual_times} was to be expected.",
        "推广投入产出比为 {times}，按去年走势应为 {usual_times}。",
    ),
    "shipping": Text(
        "{rate} of parcels left as promised, where {usual_rate} was to be expected.",
        "按时发货率为 {rate}，按去年走势应为 {usual_rate}。",
    ),
    "delivery": Text(
        "{rate} of parcels arrived as promised, where {usual_rate} was to be expected.",
        "按时送达率为 {rate}，按去年走势应为 {usual_rate}。",
    ),
    "reviews": Text(
        "{rate} of reviews are bad (three stars and fewer), where {usual_rate} was to be expected.",
        "中差评率为 {rate}，按去年走势应为 {usual_rate}。",
    ),
    "overstock": Text(
        "Products that would take more than half a year to sell: {n}, {label} above all. Beyond 90 days' need they tie up {tied}.",
        "{n} 款商品按目前速度半年也卖不完，最突出的是{label}；超出 90 天用量的库存占用 {tied}。",
    ),
    "market_share": Text(
        "Our share of the market ({label}) is {fine}, after {fine_before} a year ago.",
        "本店市场占有率（{label}）为 {fine}，去年同期为 {fine_before}。",
    ),
    "margin": Text(
        "Of net revenue {rate} is left after all costs, after {before} a year ago.",
        "净销售额扣除各项成本后剩余 {rate}，去年同期为 {before}。",
    ),
    "loss": Text(
        "{label} costs more than it brings: {rate} of its net revenue.", "{label}入不敷出，剩余为净销售额的 {rate}。"
    ),
    "ad_loss": Text(
        "Advertising by {label} returned {times} for each unit spent; it pays from {usual_times} on.",
        "{label}投产比为 {times}，达到 {usual_times} 才划算。",
    ),
    "rule": Text(
        "A rule of the platform is broken, {rate} where {usual_rate} is asked: {label}.",
        "平台规则未达标，现为 {rate}，标准为 {usual_rate}：{label}。",
    ),
}
_CERTAIN = {True: Text("certain", "确凿"), False: Text("likely", "较可靠")}
_NOTE = Text(
    "From {first} to {last}. A finding is outside the 95% range of the store's own weekly variation (certain: 99.9%) and weighs at "
    "least 1% of revenue; refunds, a tenth of all refunds. Size is money against the usual course; of late parcels and bad "
    "reviews the money of the orders concerned, which is at risk, not lost; of overstock, what is tied up.",
    "统计区间：{first}至{last}。入选条件：超出店铺自身周波动的 95% 区间（确凿为 99.9%），且"
    "不低于支付金额的 1%（退款类不低于退款总额的一成）。影响金额为与常态相比的差额；"
    "物流与评价类为相关订单金额（有风险，并非已损失），积压类为占用资金。",
)


def what_matters(book: Book) -> Stack | Notice:
    """The findings of the quarter, those with most money first, each with its evidence; the smaller ones folded."""
    found = book.matters
    if not found:
        return Notice("none", nothing_found(book))
    first, rest = found[:_MOST], found[_MOST:]
    more = Text("{n} smaller findings", "其余 {n} 项较小的发现")
    days = next((one.period for one in found if one.kind not in {"stock_out", "market_share", "refunds"}), book.to_date)
    since, until = ends(days.start, days.end, book.locale)
    note = book.say(_NOTE, first=since, last=until)
    table = _findings_table(book, first, note)
    parts = [table, *([_findings_table(book, rest)] if rest else [])]
    return first_of(parts, 1, book.say(more, n=len(rest)))


def _findings_table(book: Book, found: list[Finding], note: str = "") -> Table:
    columns = [
        Column("says", book.say(Text("Finding", "发现")), wide=True),
        Column("lens", book.say(Text("Lens, certainty, shown in", "视角、可信度、依据"))),
        Column("size", book.say(Text("Size", "影响金额")), "right"),
        Column("share", book.say(Text("of revenue", "占支付金额")), "right"),
        Column("id", book.say(Text("Name to cite", "引用名"))),
    ]
    return Table(columns, [_finding_row(book, one) for one in found], note=note, stacked=True)


def nothing_found(book: Book) -> str:
    """Say that nothing stands out; or, where the data reach back less than a year, that nothing can be told yet."""
    if book.data.covers.start <= book.to_date.a_year_ago().start:
        return book.say(_CALM)
    return book.say(_TOO_YOUNG, day=day(book.data.covers.start, book.locale))


_CALM = Text(
    "Nothing stands out: no change is outside the store's own weekly variation and large enough.",
    "没有突出变化：各项变动都在店铺自身周波动之内，或金额不够大。",
)
_TOO_YOUNG = Text(
    "What stands out cannot be told yet: a change is told from the season by the year before, and the data begin on {day}.",
    "暂时无法判断哪些变化突出：要与去年同期对照才能排除季节因素，而数据从{day}才开始。",
)


def _finding_row(book: Book, one: Finding) -> dict[str, object]:
    sign = "+" if one.size > 0 else ""
    at_risk = Text("{size} at risk", "{size} 有风险")
    size = Change(f"{sign}{amount(book, one.size, 'money')}", one.size > 0)
    if one.at_risk:
        size = Change(book.say(at_risk, size=amount(book, abs(one.size), "money")))
    part = percent(abs(one.share), book.locale, 1) if one.kind not in {"total", "overstock"} else None
    return {
        "says": says(book, one),
        "lens": _seen(book, one),
        "size": size,
        "share": part,
        "id": one.id,
    }


def _seen(book: Book, one: Finding) -> Marked:
    """The lens and how certain it is, with the way to the chart or table it rests on."""
    text = Text("{lens}, {sure}:", "{lens}，{sure}：")
    told = book.say(text, lens=book.say(one.lens), sure=book.say(_CERTAIN[one.certain]))
    anchor = rests_on(one)
    return Marked(told, book.say(NAMES[anchor]), anchor)


def says(book: Book, one: Finding) -> str:
    """Say a finding in a sentence, with its figures."""
    then = one.comparison
    moved = {}
    if one.kind in {"total", "grew", "fell"} and then:
        usual = signed_percent((one.value - one.size) / then - 1, book.locale)
        moved = {"change": signed_percent(one.value / then - 1, book.locale), "usual": usual}
    return book.say(
        _SAYS[one.kind], laid=_laid(book, one), label=segment_name(book, one.label), lens=book.say(one.lens), **moved,
        value=amount(book, one.value, "money"), share=percent(one.share, book.locale, 1),
        usual_rate=percent(then, book.locale, 1), times=number(one.value, book.locale, 2), usual_times=number(then, book.locale, 2),
        fine=percent(one.value, book.locale, 2), fine_before=percent(then, book.locale, 2),
        n=one.count, tied=amount(book, abs(one.size), "money"),
        first=short_day(one.period.start, book.locale), last=short_day(one.period.end, book.locale),
        expected=number(then, book.locale), rate=percent(one.value, book.locale, 1), before=percent(then, book.locale, 1),
    )  # fmt: skip


def _laid(book: Book, one: Finding) -> str:
    """Say that the store is held against last year event on event, where it is."""
    laid = by_event(book.data, one.period) if one.kind == "total" else None
    return book.say(Text(", event on event", "（按活动对齐）")) if laid and laid.misleads else ""


def levers_of(book: Book) -> list[Lever]:
    """The levers of the Book's findings, with the tasks that wait on others."""
    tasks = book.sheet.tasks if book.sheet else ()
    waiting = sum(task.blocked_by is not None and task.status != "done" for task in tasks)
    return levers(book.data, book.matters, book.period, waiting)


def growth_levers(book: Book) -> Stack:
    """The levers that the findings point to, why, and what to do first; folded, key results and tasks to start from."""
    columns = [
        Column("lever", book.say(Text("Lever", "抓手"))),
        Column("why", book.say(Text("Why now", "为什么")), wide=True),
        Column("tasks", book.say(Text("To begin with", "从哪里做起")), wide=True),
    ]
    rows = [
        {
            "lever": book.say(one.name),
            "why": " ".join([*(says(book, found) for found in one.findings[:1]), *_other(book, one)]),
            "tasks": book.say(Text("; ", "；")).join(book.say(task) for task in one.tasks[:_TASKS]),
        }
        for one in levers_of(book)
    ]
    more = book.say(Text("{n} more levers", "其余 {n} 个抓手"), n=len(rows) - _LEVERS)
    title = Text("Key results and tasks to start from, lever by lever", "各抓手的候选关键结果与起步任务")
    table = Table(columns, rows, stacked=True, first=_LEVERS, more=more)
    return Stack([table, Fold(book.say(title), candidates(book).parts)])


def _other(book: Book, one: Lever) -> list[str]:
    return [book.say(Text("{why}.", "{why}。"), why=book.say(one.why))] if one.why else []


def candidates(book: Book) -> Stack:
    """Objectives to start from, one for each lever: what it answers, and its key results with where they stood."""
    return Stack([_candidate(book, one) for one in levers_of(book) if one.starts])


def _candidate(book: Book, one: Lever) -> Table:
    columns = [
        Column("metric", book.say(Text("Key result on", "关键结果指标"))),
        Column("where", book.say(Text("Counted on", "统计范围"))),
        Column("baseline", book.say(Text("Last quarter", "上季度")), "right"),
    ]
    rows = [_start_row(book, start) for start in one.starts]
    cited = ", ".join(found.id for found in one.findings)
    told = [book.say(Text("Answers: {ids}.", "对应发现：{ids}。"), ids=cited)] if cited else _other(book, one)
    tasks = book.say(Text("; ", "；")).join(book.say(task) for task in one.tasks)
    note = paragraph(book, [*told, book.say(Text("Tasks to start with: {tasks}.", "起步任务：{tasks}。"), tasks=tasks)])
    return Table(columns, rows, f"{book.say(one.objective)} · {book.say(one.name)}", note)


def _start_row(book: Book, start: Start) -> dict[str, object]:
    metric = CATALOGUE[start.metric]
    everywhere = Text("the whole store", "全店")
    where = segment_name(book, start.about) if start.about else book.say(everywhere)
    return {"metric": book.say(metric.label), "where": where, "baseline": amount(book, start.baseline, metric.unit)}
