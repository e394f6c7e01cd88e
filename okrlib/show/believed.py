"""The forecast's chance and the owner's confidence, scored side by side over the quarters that are over."""

from __future__ import annotations

from okrlib.analysis.belief import Belief, Stage, beliefs_until, scores, stages
from okrlib.book import Book
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Stack
from okrlib.show.table import Table
from okrlib.show.wording import in_ten
from okrlib.text import Text, number

_NONE = Text(
    "No past quarter has both a forecast and the owner's confidence yet. From the first quarter that closes with weekly "
    "check-ins on, both are scored here.",
    "还没有哪个已结束的季度同时留有预测和负责人信心。从第一个按周检视并结束的季度起，两者都在这里评分。",
)
_CLOSE = 0.02  # scores nearer than this are no difference


def beliefs(book: Book) -> Stack | Notice:
    """How near the truth the forecast's chances and the owners' confidence came, early, midway and late in the quarter."""
    held = beliefs_until(book.data, book.workbook, book.quarter)
    if not held:
        return Notice("none", book.say(_NONE))
    return Stack([Passage([_verdict(book, held)]), _table(book, stages(held))])


def _verdict(book: Book, held: tuple[Belief, ...]) -> str:
    forecast, owner = scores(held)
    quarters = sorted({one.quarter for one in held})
    says = Text(
        "In {quarters}, {k} targets had a chance and a confidence beside each other, week by week: {n} pairs. Held against "
        "what came, the forecast scores {forecast} and the owners {owner} (Brier: 0 is perfect, a coin toss earns 0.25). "
        "{who} The weeks of one target are not so many tries, and targets of one quarter share their luck: take it as a hint.",
        "{quarters} 有 {k} 个目标每周同时留有预测把握和负责人信心，共 {n} 对。与实际对照，预测得分 {forecast}，负责人得分 {owner}"
        "（布里尔分数：0 为完美，抛硬币为 0.25）。{who}同一目标各周的判断算不上多次独立检验，同一季度的目标又好坏与共，仅供参考。",
    )
    joined = book.say(Text(", ", "、")).join(str(quarter) for quarter in quarters)
    return book.say(
        says, n=len(held), k=len({(one.quarter, one.key_result) for one in held}), quarters=joined,
        forecast=number(forecast, book.locale, 2), owner=number(owner, book.locale, 2), who=book.say(_nearer(forecast, owner)),
    )  # fmt: skip


def _nearer(forecast: float, owner: float) -> Text:
    if abs(forecast - owner) < _CLOSE:
        return Text("Neither was nearer.", "两者不相上下。")
    if forecast < owner:
        return Text("The forecast was nearer the truth.", "预测更接近事实。")
    return Text(
        "The owners were nearer the truth: they know what data cannot.", "负责人更接近事实：他们知道数据里没有的事。"
    )


def _table(book: Book, found: tuple[Stage, ...]) -> Table:
    labels = [
        Text("Said in", "判断时点"), Text("Statements", "判断数"), Text("Forecast said, on average", "预测平均所说"),
        Text("Owners said, on average", "负责人平均所说"), Text("Came true", "实际达成"),
        Text("Forecast's score", "预测得分"), Text("Owners' score", "负责人得分"),
    ]  # fmt: skip
    weeks = Text("weeks {a} to {b}", "第 {a}–{b} 周")
    rows = [
        [
            book.say(weeks, a=one.weeks[0], b=one.weeks[1]), one.count,
            *(in_ten(book, share) for share in (one.chance, one.confidence, one.reached)),
            *(number(brier, book.locale, 2) for brier in (one.forecast_score, one.owner_score)),
        ]
        for one in found
    ]  # fmt: skip
    caption = Text("Forecast and confidence against what came", "预测与信心，对照实际")
    return Table.plain([book.say(label) for label in labels], rows, book.say(caption))
