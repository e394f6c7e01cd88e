"""Did the task cause it? What was hoped of every task, what came, how sure that is, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okrlib.analysis.effect import BLIND, Effect
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.synthetic import LEAST_SIBLINGS
from okrlib.book import Book
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount
from okrlib.text import Text, day, percent, short_day, signed_percent

_NONE = Text(
    "No task says when it starts and what it is to move, so no effect can be measured. Write both on a task before it starts.",
    "没有任务写明开始日期和预期效果，因此无法衡量。请在任务开始前写上这两项。",
)
_VERDICTS = {
    "worked": (Text("moved as hoped", "如愿见效"), "good"),
    "opposite": (Text("moved the other way", "适得其反"), "bad"),
    "unclear": (Text("cannot tell", "看不出来"), "none"),
    "interim": (Text("too early", "为时尚早"), "none"),
    None: (Text("cannot be measured", "无法衡量"), "none"),
}
_METHOD = Text(
    "Without the task: where {n} or more other regions, categories or channels of the store were left alone, their mix that "
    "moved as this one did in the year before; else what the forecast of the eve made of these days from last year's. "
    "The range holds the true effect 9 times in 10. Against last year nothing smaller than ±{blind} can be told. "
    "“Cannot tell” is not “no effect”.",
    "没有该任务时会怎样：若店内有 {n} 个及以上未受影响的其他地区、类目或渠道，用它们在此前一年与本对象走势最接近的组合推算；"
    "否则用任务开始前一天按去年同期所作的预测。区间有九成把握包含真实效果。与去年相比时，小于 ±{blind} 的变化看不出来。"
    "“看不出来”不等于“没有效果”。",
)


def measured_effects(book: Book) -> Stack | Notice:
    """Set what became of every task's metric beside what was hoped, with its range and the least that could be told."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    if not book.effects:
        return Notice("none", book.say(_NONE))
    remarks = list(_remarks(book))
    parts: list[Part] = [_table(book)]
    return Stack([*parts, *([Passage(remarks)] if remarks else [])])


def _table(book: Book) -> Table:
    columns = [
        Column("task", book.say(Text("Task", "任务")), wide=True),
        Column("verdict", book.say(Text("Verdict", "结论"))),
        Column("together", book.say(Text("Its own doing?", "能否单独归功"))),
        Column("moves", book.say(Text("To move", "目标指标"))),
        Column("hoped", book.say(Text("Hoped for", "预期")), "right"),
        Column("came", book.say(Text("Measured", "实测")), "right"),
        Column("range", book.say(Text("9 in 10 lie in", "九成区间")), "right"),
        Column("least", book.say(Text("Least that could be told", "能看出的最小变化")), "right"),
        Column("amount", book.say(Text("That is", "折合")), "right"),
        Column("window", book.say(Text("Days looked at", "观察期"))),
        Column("basis", book.say(Text("Compared with", "比较对象"))),
    ]
    rows = [_row(book, one) for one in book.effects]
    note = book.say(_METHOD, n=LEAST_SIBLINGS, blind=percent(BLIND, book.locale))
    return Table(columns, rows, book.say(Text("What the tasks moved", "任务带来了什么变化")), note, stacked=True)


def _row(book: Book, one: Effect) -> dict[str, object]:
    label, level = _VERDICTS[one.verdict]
    metric = CATALOGUE[one.task.expected_effect.metric] if one.task.expected_effect else None
    cells: dict[str, object] = {
        "task": f"{one.task.id} {one.task.title}",
        "moves": book.say(metric.label) if metric else None,
        "window": _window(book, one),
        "hoped": signed_percent(one.hoped, book.locale),
        "verdict": Status(book.say(label), level),  # type: ignore[arg-type]
        "together": _together(book, one),
    }
    found = one.estimate
    if found is None:
        return cells
    low, high = (signed_percent(end, book.locale) for end in (found.low, found.high))
    return cells | {
        "came": signed_percent(found.change, book.locale), "range": book.say(Text("{a} to {b}", "{a} 至 {b}"), a=low, b=high),
        "amount": _gained(book, one.amount, metric.unit if metric else ""),
        "least": signed_percent(found.least(one.hoped < 0), book.locale, 0), "basis": _basis(book, one),
    }  # fmt: skip


def _together(book: Book, one: Effect) -> str | None:
    """What several tasks share is not credited to one."""
    if one.estimate is None:
        return None
    if not one.together:
        return book.say(Text("no other task near it", "前后没有其他任务"))
    ids = book.say(Text(", ", "、")).join(one.together)
    return book.say(Text("inseparable from {ids}", "与 {ids} 无法分开"), ids=ids)


def _window(book: Book, one: Effect) -> str | None:
    if one.window is None:
        return None
    return f"{short_day(one.window.start, book.locale)} – {short_day(one.window.end, book.locale)}"


def _gained(book: Book, value: Decimal | None, unit: str) -> str | None:
    if value is None:
        return None
    return f"{'+' if value > 0 else ''}{amount(book, round(value), unit)}"


def _basis(book: Book, one: Effect) -> str:
    if one.basis == "siblings":
        return book.say(Text("{n} untouched siblings", "{n} 个未受影响的同类"), n=one.siblings)
    return book.say(Text("last year's days, grown", "去年同期按增速推算"))


def _inseparable(book: Book) -> list[list[str]]:
    """Groups of tasks that cannot be told apart, the largest only."""
    groups = {frozenset({one.task.id, *one.together}) for one in book.effects if one.together}
    return sorted(sorted(group) for group in groups if not any(group < other for other in groups))


def _remarks(book: Book) -> Iterator[str]:
    """Why something is not measured, what cannot be told apart, what is not final, what was promised too late."""
    marks = book.effects
    for one in marks:
        if one.reason:
            text = Text("{id} is not measured: {why}", "{id} 未作衡量：{why}")
            why = book.say(one.reason).rstrip(".。")
            yield book.say(text, id=one.task.id, why=why) + book.say(Text(".", "。"))
    for group in _inseparable(book):
        text = Text(
            "{ids} began within two weeks of each other on the same figures: what moved is theirs together, and cannot be "
            "credited to one of them.",
            "{ids} 在两周之内先后开始，作用于相同的数字：变化是它们共同的结果，无法归功于其中某一项。",
        )
        yield book.say(text, ids=book.say(Text(", ", "、")).join(group))
    for one in marks:
        if one.interim and one.estimate:
            text = Text(
                "{id}: refunds and late payments may still move its figures until {on}; read it again then.",
                "{id}：{on} 之前数字仍可能因退款和延迟付款变动，届时请再看。",
            )
            yield book.say(text, id=one.task.id, on=day(one.interim, book.locale))
        if one.late:
            text = Text(
                "{id}: its expected effect was written down only after it had begun, which proves less.",
                "{id}：预期效果是在任务开始之后才写下的，说服力要打折扣。",
            )
            yield book.say(text, id=one.task.id)
