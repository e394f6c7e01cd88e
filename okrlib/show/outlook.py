"""Targets and chances: what could be proposed, how high the chosen targets are, what the rest needs, and the back-test."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from okrlib.analysis.backtest import Backtest, Bin
from okrlib.analysis.during import RunRate
from okrlib.analysis.forecast import SHARED_SHOCKS
from okrlib.analysis.targets import Ambition
from okrlib.book import Book
from okrlib.okr import KeyResultState
from okrlib.show import theme
from okrlib.show.ahead import COMES
from okrlib.show.chart import Chart
from okrlib.show.goals import NO_SHEET
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Column, Status, Table
from okrlib.show.wording import amount, in_ten, kr_title, kr_unit, listed, paragraph, told_apart
from okrlib.text import Text, number, percent, short_day, signed_percent

_COLOURS = theme.LIGHT
_KEY_RESULT = Text("Key result", "关键结果")
_MARKS = {
    "sandbagging": (Text("too low", "过低，近乎必达"), "warn"),
    "fantasy": (Text("too high", "过高，脱离实际"), "bad"),
    None: (Text("within reason", "合理"), "good"),
}
_REACH = {
    "comes": (COMES, "good"),
    "season": (Text("on such days before", "往年同期达到过"), "none"),
    "best": (Text("in best weeks only", "只在最好的几周"), "none"),
    "never": (Text("never so far", "从未达到"), "bad"),
}


def _states(book: Book) -> list[tuple[KeyResultState, Ambition]]:
    states = book.scorecard.key_results if book.scorecard else ()
    return [(state, book.ambitions[state.id]) for state in states if state.id in book.ambitions]


def proposals(book: Book) -> Stack | Notice:
    """What targets the forecast would propose at a given chance, how high the chosen ones are, and what has no chance."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    told = [(state, found) for state, found in _states(book) if found.proposal or found.now is not None]
    parts: list[Part] = [_proposals(book, told), _same_growth(book, told)] if told else []
    silent = list(_silences(book))
    return Stack([*parts, *([Passage(silent)] if silent else [])])


def _proposals(book: Book, told: list[tuple[KeyResultState, Ambition]]) -> Table:
    policy = book.policy
    levels = {
        "committed": (Text("Committed, {p}", "承诺档，{p}"), policy.committed),
        "challenging": (Text("Challenging, {p}", "挑战档，{p}"), policy.challenging),
        "stretch": (Text("Stretch, {p}", "冲刺档，{p}"), policy.stretch),
    }
    columns = [
        Column("title", book.say(_KEY_RESULT), wide=True),
        *(Column(key, book.say(label, p=in_ten(book, p)), "right") for key, (label, p) in levels.items()),
        Column("target", book.say(Text("Target", "选定目标")), "right"),
        Column("chance", book.say(Text("Locked → now", "把握：锁定时 → 现在"))),
        Column("mark", book.say(Text("It was set", "目标定得"))),
    ]
    note = Text(
        "A proposal is what the forecast made at the start of the quarter (in a draft: today) reaches with that chance if "
        "nothing new is done; of ten committed targets about {n} should be reached. A target likelier than {easy} when set "
        "was too low, one less likely than {hard} too high.",
        "建议目标取自季度开始时（草稿则为今天）的预测：不采取新动作，能以相应把握达到的水平；十个承诺档目标里，大约应有 {n} 个达成。"
        "设定时达成把握超过 {easy} 的为过低，不到 {hard} 的为过高。",
    )
    limits = {"easy": percent(policy.sandbagging, book.locale), "hard": percent(policy.fantasy, book.locale)}
    rows = [_proposal_row(book, state, found) for state, found in told]
    caption = book.say(Text("Targets by their chance", "按把握看目标"))
    said = book.say(note, n=number(10 * policy.committed, book.locale), **limits)
    return Table(columns, rows, caption, said, stacked=True)


def _proposal_row(book: Book, state: KeyResultState, found: Ambition) -> dict[str, object]:
    kr, plan = state.key_result, found.proposal
    label, level = _MARKS[found.mark]
    levels: dict[str, object] = {
        name: amount(book, getattr(plan, name), kr_unit(kr)) if plan else None
        for name in ("committed", "challenging", "stretch")
    }
    return levels | {
        "title": f"{kr.id} {kr_title(book, kr)}{' ‡' if kr.guardrail else ''}",
        "target": amount(book, kr.target, kr_unit(kr)),
        "chance": f"{in_ten(book, found.at_lock)} → {in_ten(book, found.now)}",
        "mark": None if found.when_set is None or kr.guardrail else Status(book.say(label), level),  # type: ignore[arg-type]
    }


def _same_growth(book: Book, told: list[tuple[KeyResultState, Ambition]]) -> Table:
    columns = [
        Column("title", book.say(_KEY_RESULT), wide=True),
        Column("year", book.say(Text("Same quarter last year", "去年同期")), "right"),
        Column("best", book.say(Text("Best past quarter", "历史最好季度")), "right"),
        Column("growth", book.say(Text("The same step for all", "统一幅度")), "right"),
        Column("flat", book.say(Text("would be", "对应目标")), "right"),
        Column("chance", book.say(Text("Its chance", "季初把握"))),
    ]
    note = Text(
        "The same step is not the same difficulty: for one key result it comes by itself, for another it is out of reach.",
        "同样的幅度，难度并不相同：有的顺水推舟，有的遥不可及。",
    )
    rows = [_growth_row(book, state, found) for state, found in told]
    return Table(
        columns, rows, book.say(Text("What a flat step would mean here", "“一刀切”意味着什么")), book.say(note)
    )


def _growth_row(book: Book, state: KeyResultState, found: Ambition) -> dict[str, object]:
    unit = kr_unit(state.key_result)
    return {
        "title": f"{state.id} {kr_title(book, state.key_result)}",
        "year": amount(book, found.a_year_ago, unit),
        "best": f"{amount(book, found.best[1], unit)} ({found.best[0]})" if found.best else None,
        "growth": signed_percent(found.flat.growth, book.locale, 0) if found.flat else None,
        "flat": amount(book, found.flat.target, unit) if found.flat else None,
        "chance": in_ten(book, found.flat.chance) if found.flat else None,
    }


def _silences(book: Book) -> Iterator[str]:
    """Why a key result has no chance, or a weak one."""
    grouped: dict[Text, list[str]] = {}
    for state, found in _states(book):
        if why := found.reason or found.caution:
            grouped.setdefault(why, []).append(state.id)
    for why, ids in grouped.items():
        names = "、".join(ids) if book.locale == "zh" else ", ".join(ids)
        yield book.say(Text("{ids}: {why}", "{ids}：{why}"), ids=names, why=book.say(why))


def run_rate(book: Book) -> Table | Notice:
    """What each total still needs a day, beside the last four weeks, last year's same days and the best weeks ever."""
    states = [state for state in book.scorecard.key_results if state.id in book.run_rates] if book.scorecard else []
    if not states:
        says = Text(
            "No total is left to be reached in the rest of the quarter.", "本季余下时间没有仍待达成的总量目标。"
        )
        return Notice("none", book.say(says))
    columns = [
        Column("title", book.say(_KEY_RESULT), wide=True),
        Column("days", book.say(_days_left(book)), "right"),
        Column("needed", book.say(Text("Needed a day", "每天需要")), "right"),
        Column("expected", book.say(Text("Expected", "预计")), "right"),
        Column("recent", book.say(Text("Last 4 weeks", "最近四周")), "right"),
        Column("year", book.say(Text("A year ago", "去年同期")), "right"),
        Column("best", book.say(Text("Best 4 weeks ever", "历史最好四周")), "right"),
        Column("reach", book.say(Text("Within reach", "够得着吗"))),
    ]
    rows = [_run_rate_row(book, state, book.run_rates[state.id]) for state in states]
    caption = book.say(Text("The pace that the rest needs, a day", "余下时间每天需要的速度"))
    ends = [
        f"{state.id} {short_day(end, book.locale)}" for state in states if (end := book.run_rates[state.id].best_end)
    ]
    best = Text("The best four weeks ended on: {days}.", "最好四周的最后一天：{days}。")
    note = Text("Expected: the middle of the forecast, if nothing changes.", "预计：维持现状时的预测中值。")
    said = [book.say(note), *([book.say(best, days=listed(book, ends))] if ends else [])]
    return Table(columns, rows, caption, paragraph(book, said))


def _days_left(book: Book) -> Text:
    """Name the days after the last one known; where exports are missing, not all of them are still to come."""
    missing = Text("Days without data", "尚无数据天数")
    return missing if book.ends_early else Text("Days left", "剩余天数")


def _run_rate_row(book: Book, state: KeyResultState, rate: RunRate) -> dict[str, object]:
    unit = kr_unit(state.key_result)
    label, level = _REACH[rate.reach] if rate.reach else (None, "none")
    needed, expected = amount(book, rate.needed, unit), amount(book, rate.expected, unit)
    if rate.expected is not None:
        needed, expected = told_apart(book, rate.needed, rate.expected, unit)
    return {
        "title": f"{state.id} {kr_title(book, state.key_result)}",
        "days": rate.days,
        "needed": needed,
        "expected": expected,
        "recent": amount(book, rate.recent, unit),
        "year": amount(book, rate.a_year_ago, unit),
        "best": amount(book, rate.best, unit),
        "reach": Status(book.say(label), level) if label else None,  # type: ignore[arg-type]
    }


def backtest(book: Book) -> Stack | Notice:
    """The forecast replayed on past quarters: did its ranges hold, and did 7 in 10 come true 7 times in 10."""
    found = book.backtest
    if found.reason:
        return Notice("none", book.say(found.reason))
    return Stack([Passage(list(_verdict(book, found))), _reliability(book, found), _by_week(book, found)])


def _verdict(book: Book, found: Backtest) -> Iterator[str]:
    replays, first, last = len(found.replays), found.quarters[0], found.quarters[-1]
    says = Text(
        "Replayed on {q} past quarters ({a} to {b}), each as it stood on its eve and after four and eight weeks, seeing "
        "nothing later: {n} forecasts. The range that promises 8 in 10 held what came {held} times; {due} would be exactly "
        "as promised.",
        "在过去 {q} 个季度（{a} 至 {b}）上重演：各取季前一天、第四周末、第八周末，只用当时已有的数据，共 {n} 次预测。"
        "八成把握的范围有 {held} 次包含了实际结果；恰如所言则应为 {due} 次。",
    )
    yield book.say(
        says, q=len(found.quarters), a=first, b=last, n=replays, held=found.covered, due=round(0.8 * replays)
    )
    growth, targets = (found.brier(*claims) for claims in (("growth",), ()))
    says = Text(
        "Its statements about beating last year by 5 % score {x} (Brier: 0 is perfect, a coin toss earns 0.25); with "
        "those about the targets it would have proposed, {y}.",
        "对“比去年增长 5%”的判断得分 {x}（布里尔分数：0 为完美，抛硬币为 0.25）；连同当时会建议的各档目标，得分 {y}。",
    )
    yield book.say(says, x=number(growth, book.locale, 2), y=number(targets, book.locale, 2))
    says = Text(
        "Read this with care: the key results of one quarter share their luck, so {n} forecasts of {q} quarters are fewer "
        "tries than they seem. {shared}",
        "请谨慎解读：同一季度的关键结果好坏与共，{q} 个季度的 {n} 次预测并不等于 {n} 次独立检验。{shared}",
    )
    yield book.say(says, n=replays, q=len(found.quarters), shared=book.say(SHARED_SHOCKS))


def _reliability(book: Book, found: Backtest) -> Chart:
    title = book.say(Text("When it said 7 in 10, how often did it happen?", "说有七成把握的，后来真的做到了几成？"))
    bins = found.reliability
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 4.1))
        _draw_bins(axes, book, bins)
        axes.set_title(title)
        figure.legend(ncols=2, loc="outside lower center")
    labels = [
        book.say(label) for label in
        (Text("Said, on average", "平均所说"), Text("Happened", "实际发生"), Text("Statements", "判断次数"))
    ]  # fmt: skip
    rows = [[in_ten(book, one.said), in_ten(book, one.came), one.count] for one in bins]
    says = Text("said {a}: happened {b} times of {n}", "所说{a}：{n} 次中发生 {b} 次")
    alt = [book.say(says, a=in_ten(book, one.said), b=round(one.came * one.count), n=one.count) for one in bins]
    return Chart(figure, f"{title} {'；'.join(alt) if book.locale == 'zh' else '; '.join(alt)}", "",
                 Table.plain(labels, rows, title), book.locale)  # fmt: skip


def _draw_bins(axes: Axes, book: Book, bins: tuple[Bin, ...]) -> None:
    axes.plot(
        [0, 10], [0, 10], ls="--", lw=1.6, color=_COLOURS.last_year, label=book.say(Text("as promised", "恰如所言"))
    )
    said, came = [10 * one.said for one in bins], [10 * one.came for one in bins]
    axes.plot(said, came, "o-", ms=8, color=_COLOURS.this_year, label=book.say(Text("this store", "本店")))
    for one, across, up in zip(bins, said, came, strict=True):
        times = book.say(Text("{b} of {n}", "{n} 次中 {b} 次"), b=round(one.came * one.count), n=one.count)
        axes.annotate(
            times, (across, up), xytext=(8, -14), textcoords="offset points", fontsize=9.5, color=_COLOURS.muted,
            bbox={"facecolor": _COLOURS.surface, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    axes.set(xlim=(-0.4, 11.6), ylim=(-1, 10.8), xticks=range(0, 11, 2), yticks=range(0, 11, 2))
    axes.set_xlabel(book.say(Text("said, in 10", "所说的把握（成）")))
    axes.set_ylabel(book.say(Text("happened, in 10", "实际发生（成）")))


def _by_week(book: Book, found: Backtest) -> Table:
    labels = [
        Text("Seen from", "预测时点"), Text("Forecast off by", "预测误差"), Text("Steady pace off by", "匀速推算误差"),
        Text("Last year's figure off by", "照搬去年误差"), Text("8-in-10 range held", "八成范围命中"),
    ]  # fmt: skip
    weeks = {0: Text("the eve of the quarter", "季前一天")}
    rows = [
        [
            book.say(weeks.get(score.week, Text("after {n} weeks", "第 {n} 周末")), n=score.week),
            *(percent(error, book.locale, 1) for error in (score.error, score.pace_error, score.last_year_error)),
            book.say(Text("{a} of {n}", "{n} 次中 {a} 次"), a=round(score.coverage * score.count), n=score.count),
        ]
        for score in found.by_week
    ]  # fmt: skip
    caption = Text("How far off, on average", "平均偏差")
    return Table.plain([book.say(label) for label in labels], rows, book.say(caption))
