"""Looking back: scores against the original and the adjusted target, what changed, what was learned."""

from __future__ import annotations

from collections.abc import Sequence

from okrlib.analysis.facts import Fact
from okrlib.analysis.metrics import CATALOGUE, Metric
from okrlib.book import Book
from okrlib.okr import KeyResult
from okrlib.okr.states import KeyResultState, Scorecard
from okrlib.show.business import beside_earlier, seen
from okrlib.show.goals import NO_SHEET, score_text
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, change, kr_title, kr_unit, paragraph, pill, progress_text
from okrlib.text import NO_DATA, Text, day, percent

_GROWTH = (
    "revenue", "net_revenue", "orders", "buyers", "revenue_per_buyer", "returning_buyer_share", "market_share", "refund_rate",
)  # fmt: skip
NOT_THERE = Text("no data", "暂无数据")


def verdict(book: Book) -> Passage | Notice:
    """One paragraph: how many key results are reached, against which targets, and whether the figures are final."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    counted = [state for state in book.scorecard.key_results if not state.key_result.guardrail]
    known = [state for state in counted if state.progress is not None]
    met = sum(state.reached for state in known)
    guardrails = [state for state in book.scorecard.key_results if state.key_result.guardrail and state.met is not None]
    held = sum(bool(state.met) for state in guardrails)
    closed = book.scorecard.sheet.state == "closed"
    lead = Text("At closing, {met} of {n} key results were reached", "结项时，{n} 个关键结果中有 {met} 个达成") if closed else Text(
        "So far {met} of {n} key results are met", "截至目前，{n} 个关键结果中有 {met} 个达标"
    )  # fmt: skip
    text = book.say(lead, met=met, n=len(counted))
    if silent := sum(bool(state.met) for state in known if state.status.silent):
        unheard = Text(", not counting {k} last heard of too long ago", "（另有 {k} 个久未更新，不计在内）")
        text += book.say(unheard, k=silent)
    if len(known) < len(counted):
        text += book.say(Text(", {k} without data", "，{k} 个暂无数据"), k=len(counted) - len(known))
    if guardrails:
        text += book.say(
            Text("; {held} of {m} guardrails held", "；{m} 条底线守住 {held} 条"), held=held, m=len(guardrails)
        )
    return Passage([
        paragraph(book, [text + book.say(Text(".", "。")), _scored_early(book), _finality(book, book.scorecard)])
    ])  # fmt: skip


def _scored_early(book: Book) -> str:
    """Say that the quarter was closed though the data did not reach its end."""
    last = book.journal.scored.data_to if book.journal.scored else None
    text = Text(
        "It was closed on data to {day} only; closing once more (okr close) scores what has been read since.",
        "结项时数据只到 {day}；补齐数据后再次结项（okr close）即重新评分。",
    )
    return book.say(text, day=day(last, book.locale)) if last else ""


def _finality(book: Book, card: Scorecard) -> str:
    """Say until when refunds may still move the results, or that they were scored before they were final."""
    interim = [one.reading.final_on for one in card.key_results if one.interim and one.reading.final_on]
    early = [one.score.final_on for one in card.key_results if one.score and one.score.final_on]
    if interim:
        text = Text(
            "Some figures are interim: refunds may still move them until {day}.",
            "部分数字为暂定值，{day} 之前仍可能因退款变动。",
        )
        return book.say(text, day=day(max(interim), book.locale))
    if early:
        text = Text(
            "Some were scored before they were final on {day}; closing once more (okr close) scores them as they ended.",
            "部分结果在定稿日（{day}）之前评分；再次结项（okr close）即按最终数据评分。",
        )
        return book.say(text, day=day(max(early), book.locale))
    return ""


def scores(book: Book) -> Table | Notice:
    """Every key result against the original and, where one moved, the adjusted target, with its score once closed."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    closed = book.scorecard.sheet.state == "closed"
    moved = any(_moved(state) for state in book.scorecard.key_results)
    note = Text(
        "Score: progress held to 0–1, to one decimal. Aspirational: 0.7 and more is reached. Committed: 1.0 is expected, "
        "anything less needs a cause. A score exists only once the quarter is closed.",
        "评分＝进度限定在 0–1 之间、保留一位小数。挑战型：0.7 及以上即为达成；承诺型：应为 1.0，未满须说明原因。结项后才有评分。",
    )
    title = Text("Results against both targets", "对照原目标与调整后目标") if moved else Text("Results", "结果")
    rows = [_score_row(book, state) for state in book.scorecard.key_results]
    return Table(_score_columns(book, closed, moved), rows, book.say(title), book.say(note), stacked=True)


def _score_columns(book: Book, closed: bool, moved: bool) -> list[Column]:
    first = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("verdict", book.say(Text("Verdict", "结论"))),
        Column("score", book.say(Text("Score", "评分")), "right"),
    ]
    value = Column("value", book.say(Text("Result", "结果") if closed else Text("So far", "目前")), "right")
    if not moved:
        return [
            *first,
            value,
            Column("original", book.say(Text("Target", "目标值")), "right"),
            Column("on_original", book.say(Text("Progress", "完成")), "right"),
            Column("baseline", book.say(Text("Baseline", "基线")), "right"),
        ]
    return [
        *first,
        value,
        Column("original", book.say(Text("Original target", "原目标")), "right"),
        Column("on_original", book.say(Text("of original", "原目标完成")), "right"),
        Column("adjusted", book.say(Text("Adjusted target", "调整后目标")), "right"),
        Column("progress", book.say(Text("of adjusted", "调整后完成")), "right"),
    ]


def _moved(state: KeyResultState) -> bool:
    return state.original is not None and state.original.target != state.key_result.target


def _target(book: Book, kr: KeyResult | None) -> str | None:
    return None if kr is None or kr.target is None else amount(book, kr.target, kr_unit(kr))


def _score_row(book: Book, state: KeyResultState) -> dict[str, object]:
    kr, unit = state.key_result, kr_unit(state.key_result)
    return {
        "title": f"{kr.id} {kr_title(book, kr)}{' ‡' if kr.guardrail else ''}",
        "baseline": amount(book, state.baseline, unit) if kr.kind == "reach" else None,
        "value": amount(book, state.value, unit),
        "original": _target(book, state.original),
        "on_original": percent(state.original_progress, book.locale) if _moved(state) else progress_text(book, state),
        "adjusted": _target(book, kr) if _moved(state) else book.say(Text("unchanged", "未调整")),
        "progress": progress_text(book, state),
        "score": score_text(book, state.score.value) if state.score else NO_DATA,
        "verdict": Status(book.say(state.score.says(book.as_of)), state.score.colour)
        if state.score
        else pill(book, state.status),
    }


def changes(book: Book) -> Table | Notice:
    """What was changed after the lock, by whom and why."""
    columns = [
        Column("on", book.say(Text("On", "日期"))),
        Column("path", book.say(Text("What", "变更项"))),
        Column("before", book.say(Text("Before", "变更前")), "right"),
        Column("after", book.say(Text("After", "变更后")), "right"),
        Column("reason", book.say(Text("Reason", "原因")), wide=True),
        Column("by", book.say(Text("By", "变更人"))),
    ]
    items = [o.id for o in book.scorecard.objectives] if book.scorecard else []
    items += [state.id for state in book.scorecard.key_results] if book.scorecard else []
    found = sorted(
        (one for item in items for one in book.journal.adjustments(item)), key=lambda one: (one.on, one.path)
    )
    rows: list[dict[str, object]] = [
        {
            "on": day(one.on, book.locale), "path": one.path, "before": str(one.before) if one.before is not None else None,
            "after": str(one.after) if one.after is not None else None, "reason": one.reason, "by": one.by,
        }
        for one in found
    ]  # fmt: skip
    if not rows:
        return Notice("none", book.say(Text("Nothing was changed after the lock.", "锁定后没有变更。")))
    return Table(columns, rows, book.say(Text("Changes after the lock", "锁定后的变更")), stacked=True)


def growth(book: Book) -> Table | Stack:
    """The business beside the targets: this quarter, last quarter, a year ago; sales, buyers, share of the market."""
    return beside(book, _GROWTH, Text("Growth", "增长"))


def beside(book: Book, names: Sequence[str], title: Text) -> Table | Stack:
    """Metrics of this quarter beside last quarter's and last year's; those without data are named below, with why."""
    told = [(CATALOGUE[name], beside_earlier(book, name)) for name in names if name in CATALOGUE]
    known = [one for one in told if one[1][0].value is not None]
    absent = [one for one in told if one[1][0].value is None]
    missing = _untold(book, absent)
    if not known:
        return Stack(missing)
    columns = [
        Column("name", book.say(Text("Metric", "指标"))),
        Column("now", book.say(Text("This quarter", "本季度")), "right"),
        Column("on_quarter", book.say(Text("on last quarter", "环比")), "right"),
        Column("on_year", book.say(Text("on last year", "同比")), "right"),
        Column("quarter", book.say(Text("Last quarter", "上季度")), "right"),
        Column("year", book.say(Text("A year ago", "去年同期")), "right"),
    ]
    note = Text(
        "The same number of days each: last quarter from its first day, a year ago by weekday (364 days earlier). A dash: no data.",
        "各列天数相同：上季度从首日起算，去年按星期对齐（364 天前）。横线表示没有数据。",
    )
    rows = [_beside_row(book, metric, found) for metric, found in known]
    days = book.say(Text("{seen}. ", "{seen}。"), seen=seen(book)) if book.data_to else ""
    table = Table(columns, rows, book.say(title), days + book.say(note))
    return Stack([table, *missing]) if missing else table


def _untold(book: Book, absent: Sequence[tuple[Metric, tuple[Fact, ...]]]) -> list[Notice]:
    """Say which metrics cannot be told, reason by reason."""
    names: dict[str, list[str]] = {}
    for metric, found in absent:
        names.setdefault(book.say(found[0].reason or NOT_THERE), []).append(book.say(metric.label))
    if not names:
        return []
    listed = book.say(Text(", ", "、"))
    parts = [
        book.say(Text("{names} ({why})", "{names}（{why}）"), names=listed.join(own), why=why)
        for why, own in names.items()
    ]
    text = Text("Not told: {parts}.", "暂缺：{parts}。")
    return [Notice("none", book.say(text, parts=book.say(Text("; ", "；")).join(parts)))]


def _beside_row(book: Book, metric: Metric, found: tuple[Fact, Fact, Fact]) -> dict[str, object]:
    now, before, then = found
    return {
        "name": book.say(metric.label),
        "now": amount(book, now.value, metric.unit),
        "quarter": amount(book, before.value, metric.unit),
        "on_quarter": change(book, now.value, before.value, metric),
        "year": amount(book, then.value, metric.unit),
        "on_year": change(book, now.value, then.value, metric),
    }
