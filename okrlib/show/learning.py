"""What there is to learn from a quarter: causes, whether the forecast was right, lessons, and what is adjusted next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okrlib.analysis.hindsight import Hindsight, brier_score, hindsights
from okrlib.analysis.targets import COUNTED
from okrlib.book import Book
from okrlib.okr import LABELS, KeyResultState, Lesson
from okrlib.okr.retrospect import asks_for_a_cause, blockers_of, improvements
from okrlib.show.goals import NO_SHEET, score_text
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, in_ten, kr_title, kr_unit
from okrlib.text import NO_DATA, Text, day, number

VERDICT_LEVELS = {"keep": "good", "change": "warn", "drop": "none"}
_LISTED = Text(", ", "、")


def causes(book: Book) -> Table | Notice:
    """Why key results fell short: of the eight causes the one that was named, or that it is missing, with the signs."""
    card = book.scorecard
    if card is None:
        return Notice("none", book.say(NO_SHEET))
    if not any(state.score for state in card.key_results):
        return Notice(
            "none", book.say(Text("Causes are named once the quarter is closed.", "结项之后再逐项说明原因。"))
        )
    short = [state for state in card.key_results if asks_for_a_cause(state.score)]
    if not short:
        return Notice(
            "good", book.say(Text("Nothing fell short: no cause to look for.", "没有未达标的项目，无需追究原因。"))
        )
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("score", book.say(Text("Score", "评分")), "right"),
        Column("cause", book.say(Text("Cause", "原因"))),
        Column("says", book.say(Text("In words", "具体说明")), wide=True),
        Column("signs", book.say(Text("Blocked on the way by", "过程中的阻碍"))),
        Column("by", book.say(Text("Said by", "填写人"))),
    ]
    note = Text(
        "Listed is every score under 0.7, every commitment short of 1.0 and every guardrail breached. Causes are chosen from eight: {all}.",
        "列出评分低于 0.7 的项目、未满 1.0 的承诺和失守的底线。原因从八项中选取：{all}。",
    )
    eight = book.say(_LISTED).join(book.say(LABELS[name]) for name in _EIGHT)
    return Table(
        columns,
        [_cause_row(book, state) for state in short],
        book.say(Text("Why they fell short", "未达标的原因")),
        book.say(note, all=eight),
        stacked=True,
    )


_EIGHT = ("resource", "dependency", "clarity", "priority", "external", "too_high", "no_effect", "execution")


def _cause_row(book: Book, state: KeyResultState) -> dict[str, object]:
    found = book.journal.causes().get(state.id)
    missing = Status(book.say(Text("not named yet", "尚未说明")), "bad")
    blocked = (book.say(LABELS[kind]) for kind in blockers_of(book.journal, state.id))
    return {
        "title": f"{state.id} {kr_title(book, state.key_result)}",
        "score": score_text(book, state.score.value) if state.score else NO_DATA,
        "cause": book.say(LABELS[found.cause]) if found else missing,
        "says": found.says if found else None,
        "signs": book.say(_LISTED).join(blocked) or None,
        "by": found.by if found else None,
    }


def hindsight(book: Book) -> Stack | Notice:
    """What the forecast said of each target when it was locked, what came, and how good that was."""
    card = book.scorecard
    if card is None:
        return Notice("none", book.say(NO_SHEET))
    if not book.over or book.cut_short:
        text = Text(
            "Whether the forecast was right shows when the quarter is over and the data reach its end.",
            "预测是否准确，要等季度结束、数据补齐后才见分晓。",
        )
        return Notice("none", book.say(text))
    locked = book.journal.locked
    seen = hindsights(book.data, card, book.tracks, locked.at.date() if locked else None)
    told = [one for one in seen if one.low is not None]
    untold = [one for one in seen if one.low is None]
    parts: list[Part] = []
    if told:
        parts += [Passage([_how_good(book, told)]), _hindsight_table(book, told)]
    for one in untold:
        why = book.say(one.reason) if one.reason else NO_DATA
        text = Text("{id} had no forecast. {why}", "{id} 没有预测：{why}")
        parts.append(Notice("none", book.say(text, id=one.state.id, why=why)))
    nothing = Text("No key result with a metric and a target was locked.", "没有锁定过带指标和目标值的关键结果。")
    return Stack(parts or [Notice("none", book.say(nothing))])


def _how_good(book: Book, told: Sequence[Hindsight]) -> str:
    judged = [one for one in told if one.inside is not None]
    inside, score = sum(bool(one.inside) for one in judged), brier_score(told)
    text = Text(
        "{k} of {n} results came to lie in the range that the forecast gave 8 chances in 10.",
        "{n} 项结果中有 {k} 项落在预测给出的八成把握区间内。",
    )
    says = book.say(text, k=inside, n=len(judged))
    if score is None:
        return says
    brier = Text(
        " Its chances earn a Brier score of {score}: 0 is perfect, 0.25 what a coin toss earns; so few say little, "
        "which is why the forecast is also tried on past quarters (chapter on key results).",
        "把握程度的布里尔分数为 {score}（0 为完美，抛硬币为 0.25）。样本太少，说明不了多少，"
        "因此还在以往季度上检验了预测（见“关键结果”一章）。",
    )
    return says + book.say(brier, score=number(score, book.locale, 2))


def _hindsight_table(book: Book, told: Sequence[Hindsight]) -> Table:
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("right", book.say(Text("Forecast", "预测"))),
        Column("chance", book.say(Text("Chance at the lock", "锁定时的把握"))),
        Column("target", book.say(Text("Target", "目标值")), "right"),
        Column("range", book.say(Text("8 in 10 between", "八成把握区间")), "right"),
        Column("middle", book.say(Text("Middle", "中值")), "right"),
        Column("value", book.say(Text("Came", "实际")), "right"),
    ]
    note = Text(
        "As the forecast stood at the end of {day}, of the target as it was locked, with nothing later looked at.",
        "为 {day} 结束时的预测，针对锁定时的目标，未使用之后的数据。",
    )
    rows = [_hindsight_row(book, one) for one in told]
    title = book.say(Text("What the forecast said at the lock", "锁定时的预测与结果"))
    return Table(columns, rows, title, book.say(note, day=day(told[0].day, book.locale)), stacked=True)


_RIGHT = {
    True: (Text("leaned the right way", "方向判断正确"), "good"),
    False: (Text("leaned the wrong way", "方向判断有误"), "warn"),
    None: (Text("leaned neither way", "两可"), "none"),
}


def _hindsight_row(book: Book, one: Hindsight) -> dict[str, object]:
    unit = kr_unit(one.state.key_result)
    label, level = _RIGHT[one.right]
    outside = Text("{value} (outside)", "{value}（区间外）")
    came = amount(book, one.value, unit)
    return {
        "title": f"{one.state.id} {kr_title(book, one.state.key_result)}",
        "right": Status(book.say(label), level),  # type: ignore[arg-type]
        "chance": in_ten(book, one.chance) if one.chance is not None else NO_DATA,
        "target": amount(book, one.state.original.target, unit) if one.state.original else NO_DATA,
        "range": f"{_guess(book, one.low, unit)} – {_guess(book, one.high, unit)}",
        "middle": _guess(book, one.median, unit),
        "value": book.say(outside, value=came) if one.inside is False else came,
    }


def _guess(book: Book, value: float | None, unit: str) -> str:
    """Write what was forecast: what comes whole is told whole."""
    return amount(book, round(value) if value is not None and unit in COUNTED else value, unit)


def lessons(book: Book) -> Table | Notice:
    """Keep, change or drop: what was decided of each objective, and what else was learned."""
    card = book.scorecard
    if card is None:
        return Notice("none", book.say(NO_SHEET))
    verdicts, own = book.journal.verdicts(), [one for one in card.objectives if one.objective.horizon == "short"]
    if not (verdicts or book.over):
        return Notice("none", book.say(Text("No lessons are written down yet.", "还没有记录经验。")))
    columns = [
        Column("about", book.say(Text("About", "事项")), wide=True),
        Column("verdict", book.say(Text("Next quarter", "下季度"))),
        Column("says", book.say(Text("Lesson", "经验")), wide=True),
        Column("by", book.say(Text("By", "填写人"))),
    ]
    undecided = Status(book.say(Text("not decided yet", "尚未决定")), "warn" if book.over else "none")
    titles = {one.id: one.objective.title for one in own}
    rows: list[dict[str, object]] = [
        _lesson_row(book, verdicts[name], title) if name in verdicts
        else {"about": f"{name} {title}", "verdict": undecided}
        for name, title in titles.items()
    ]  # fmt: skip
    titles = {one.id: kr_title(book, one.key_result) for one in card.key_results}
    titles |= {task.id: task.title for task in card.sheet.tasks}
    rows += [_lesson_row(book, one, titles.get(name, "")) for name, one in verdicts.items() if name in titles]
    note = Text(
        "Nothing carries over by itself: okr next writes a draft of what is to be kept or changed.",
        "没有内容会自动延续：okr next 会为保持或改进的目标生成草稿。",
    )
    return Table(
        columns, rows, book.say(Text("Keep, change or drop", "保持、改进还是停止")), book.say(note), stacked=True
    )


def _lesson_row(book: Book, one: Lesson, title: str) -> dict[str, object]:
    words = [part for part in (one.cause, one.says) if part]
    return {
        "about": f"{one.about} {title}".strip(),
        "verdict": Status(book.say(LABELS[one.verdict]), VERDICT_LEVELS[one.verdict]),  # type: ignore[arg-type]
        "says": book.say(Text(": ", "：")).join(words) or None,
        "by": one.by,
    }


def improvement(book: Book) -> Table | Notice:
    """What was adjusted in the quarter, and is to be: objectives and key results, the plan, communication."""
    card = book.scorecard
    if card is None:
        return Notice("none", book.say(NO_SHEET))
    columns = [
        Column("what", book.say(Text("What", "调整对象"))),
        Column("how", book.say(Text("How it was adjusted", "本季度的调整")), wide=True),
        Column("next", book.say(Text("What asks for more", "仍需改进")), wide=True),
        Column("end", book.say(Text("To what end", "目的"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "what": book.say(row.what), "end": book.say(row.end),
            "how": _sentences(book, row.done), "next": _sentences(book, row.open),
        }
        for row in improvements(card, book.journal, book.as_of)
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Improvement", "持续改进")), stacked=True)


def _sentences(book: Book, found: Sequence[Text]) -> str:
    return book.say(Text("; ", "；")).join(_said(book, found)) or book.say(Text("nothing", "无"))


def _said(book: Book, found: Sequence[Text]) -> Iterator[str]:
    return (book.say(text) for text in found)
