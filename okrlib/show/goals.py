"""Objectives and key results as tables: what is intended, where it stands, what is to mend, what metrics mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE, clocks
from okrlib.analysis.outlook import kr_period, reference_values, slipping
from okrlib.book import Book
from okrlib.okr import LABELS, KeyResult, Scorecard
from okrlib.okr.checks import Finding
from okrlib.okr.states import KeyResultState
from okrlib.okr.status import BEHIND_PATH, ON_PATH, limits
from okrlib.show.course import chance
from okrlib.show.prose import Notice, Passage
from okrlib.show.table import KPI_ANCHOR, Bar, Column, Marked, Status, Table
from okrlib.show.wording import (
    amount,
    change,
    kr_measures,
    kr_title,
    kr_unit,
    objective_pill,
    paragraph,
    pill,
    progress_text,
)
from okrlib.text import NO_DATA, Text, number, percent

NO_SHEET = Text("No OKR sheet for this quarter.", "本季度没有 OKR 目标表。")
_LEVELS = {"error": "bad", "warning": "warn", "note": "none"}


def _none(book: Book) -> Notice:
    return Notice("none", book.say(NO_SHEET))


def objectives(book: Book) -> Table | Notice:
    """All objectives: kind, horizon, level, owner, progress or score, status."""
    if book.scorecard is None:
        return _none(book)
    longer = any(state.objective.horizon != "short" for state in book.scorecard.objectives)  # than the sheet's quarter
    columns = [
        Column("title", book.say(Text("Objective", "目标")), wide=True),
        Column("type", book.say(Text("Type", "类型"))),
        *([Column("horizon", book.say(Text("Horizon", "周期")))] if longer else []),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("weight", book.say(Text("Weight", "权重")), "right"),
        Column("progress", book.say(Text("Progress", "进度"))),
        Column("status", book.say(Text("Status", "状态"))),
    ]
    rows = []
    for state in book.scorecard.objectives:
        objective = state.objective
        text = percent(state.progress, book.locale)
        progress = None if state.progress is None else float(state.progress)
        rows.append({
            "title": f"{objective.id} {objective.title}", "type": book.say(LABELS[objective.type]),
            "horizon": book.say(LABELS[objective.horizon]), "owner": objective.owner,
            "weight": objective.weight, "progress": Bar(progress, text, (status := objective_pill(book, state)).level), "status": status,
        })  # fmt: skip
    note = Text(
        "An objective's progress is the weighted mean of its key results, each held to 0–100 %; guardrails are left out. "
        "Its status is that of its weakest key result; once closed, the verdict on its score. No data: one of its key "
        "results has none, and progress is that of the others.",
        "目标进度为各关键结果的加权平均（每项按 0–100% 计，底线指标不计入）；目标状态取其最弱的关键结果，结项后为评分结论。"
        "“暂无数据”表示其中有关键结果没有数据，进度只按其余各项计算。",
    )
    return Table(columns, rows, book.say(Text("Objectives", "目标一览")), book.say(note), stacked=True)


def reasons(book: Book) -> Passage | Notice:
    """Why each objective is worth having, in its owner's words."""
    if book.scorecard is None:
        return _none(book)
    why = Text("{title} — {why}", "{title}——{why}")
    missing = Text("no reason written down", "尚未写明理由")
    return Passage([
        book.say(why, title=f"{state.id} {state.objective.title}", why=state.objective.why or book.say(missing))
        for state in book.scorecard.objectives
    ])  # fmt: skip


def findings(book: Book) -> Table | Notice:
    """What the checks found in the sheet, with reason and remedy."""
    if book.sheet is None:
        return _none(book)
    if not book.findings:
        return Notice("good", book.say(Text("The checks found nothing to mend.", "检查未发现需要修改之处。")))
    return findings_table(book, book.findings)


def findings_table(book: Book, found: Sequence[Finding]) -> Table:
    """List what checks found: what and where, how to mend it, why it matters."""
    columns = [
        Column("where", book.say(Text("Where", "位置"))),
        Column("level", book.say(Text("Weight", "程度"))),
        Column("says", book.say(Text("What", "问题")), wide=True),
        Column("remedy", book.say(Text("How to mend it", "怎么改")), wide=True),
        Column("why", book.say(Text("Why it matters", "为什么重要")), wide=True),
    ]
    rows = [
        {
            "where": one.where, "says": _says(book, one), "why": book.say(one.why), "remedy": book.say(one.remedy),
            "level": Status(book.say(LABELS[one.level]), _LEVELS[one.level]),  # type: ignore[arg-type]
        }
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Findings of the checks", "检查结果")), stacked=True)


_LOOKS_LIKE_KPI = Text("looks like a KPI", "更像 KPI")
_OKR_AND_KPI = Text("OKR and KPI", "OKR 与 KPI")


def _says(book: Book, one: Finding) -> str | Marked:
    says = book.say(one.says)
    return Marked(says, book.say(_OKR_AND_KPI), KPI_ANCHOR) if one.like_kpi else says


def key_results(book: Book) -> Table | Notice:
    """Every key result: how far it has come, where it stands, the owner's confidence and the model's chance."""
    if book.scorecard is None:
        return _none(book)
    # What a hurried reader needs stands first; a phone shows three or four columns at a time.
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("status", book.say(Text("Status", "状态"))),
        Column("chance", book.say(Text("Chance", "达成把握"))),
        Column("progress", book.say(Text("Progress", "进度"))),
        Column("now", book.say(Text("Now", "当前")), "right"),
        Column("target", book.say(Text("Target", "目标值")), "right"),
        Column("confidence", book.say(Text("Confidence", "信心")), "right"),
        Column("owner", book.say(Text("Owner", "负责人"))),
    ]
    note = Text(
        "Progress comes from the data, confidence (0–10) is the owner's word, the chance is the forecast's. "
        "They are never mixed. "
        "‡ guardrail: reported beside, not averaged. * interim: refunds or late payments may still move it.",
        "进度来自数据，信心（0–10）是负责人的判断，达成把握来自预测模型，三者互不混淆。"
        "‡ 底线指标：单独列示，不计入平均。* 暂定值：退款或迟到的付款仍可能改变它。",
    )
    rows = [_key_result_row(book, state) for state in book.scorecard.key_results]
    notes = paragraph(book, [book.say(note), _judged(book), *_slips(book, book.scorecard)])
    return Table(columns, rows, book.say(Text("Key results", "关键结果一览")), notes, stacked=True)


def _judged(book: Book) -> str:
    """Say by which rule a status is given."""
    says = Text(
        "Status goes by the chance: on track from {high}, at risk below {low} in committed objectives and for guardrails, "
        "{easy} and {least} in others; behind in between, even ahead of the path. Without a chance, by the distance to the "
        "expected value: on track within {near}, behind within {far}. Outdated: nobody has checked in for too long, whatever "
        "the figures say; it is red where they say at risk.",
        "状态优先按达成把握判定：承诺型目标和底线指标满 {high} 为进展正常、不到 {low} 为有风险，其他目标分别为 {easy} 和 {least}，"
        "介于其间为落后，即使当前值领先于预期路径；没有达成把握时，按与预期值的差距判定：{near} 以内为进展正常，{far} 以内为落后。"
        "“久未更新”指超过约定时间没有周报，无论数字如何；数字本身有风险时标为红色。",
    )
    (high, low), (easy, least) = limits("committed"), limits("aspirational")
    bounds = {"high": high, "low": low, "easy": easy, "least": least, "near": ON_PATH, "far": BEHIND_PATH}
    return book.say(says, **{name: percent(Decimal(str(bound)), book.locale) for name, bound in bounds.items()})


def _slips(book: Book, card: Scorecard) -> Iterator[str]:
    """Say why a target that is met today has little chance all the same."""
    says = Text(
        "{id} is met as of today and will hardly stay so: last year the figure stood at {then} by this day and at {end} at "
        "the end, and this year's follows the same season.",
        "{id} 目前已达标，但很难保持到期末：去年同日为 {then}，期末为 {end}，今年的季节走势相同。",
    )
    for state in card.key_results:
        if found := slipping(book.data, state, kr_period(card.sheet, state.key_result)):
            then, end = (amount(book, value, kr_unit(state.key_result)) for value in found)
            yield book.say(says, id=state.id, then=then, end=end)


def _key_result_row(book: Book, state: KeyResultState) -> dict[str, object]:
    kr, unit = state.key_result, kr_unit(state.key_result)
    progress = None if state.progress is None else float(state.progress)
    now = amount(book, state.value, unit) + ("*" if state.interim and state.value is not None else "")
    title = f"{kr.id} {kr_title(book, kr)}{' ‡' if kr.guardrail else ''}"
    like_kpi = any(one.like_kpi and one.where == kr.id for one in book.findings)
    return {
        "title": Marked(title, book.say(_LOOKS_LIKE_KPI), KPI_ANCHOR) if like_kpi else title,
        "owner": state.owner,
        "now": now if kr.kind != "yes_no" else _yes_no(book, state.value),
        "target": _target(book, kr),
        "progress": Bar(progress, progress_text(book, state), state.status.colour),
        "confidence": state.confidence if state.check_in else None,
        "chance": chance(book, state),
        "status": pill(book, state.status),
    }


def _yes_no(book: Book, value: Decimal | None) -> str:
    if value is None:
        return NO_DATA
    return book.say(Text("yes", "是") if value >= 1 else Text("not yet", "尚未"))


def _target(book: Book, kr: KeyResult) -> str:
    unit = kr_unit(kr)
    if kr.kind == "between" and kr.band:
        low, high = (amount(book, end, unit) for end in kr.band)
        return f"{low.removesuffix(unit).rstrip()}–{high}" if unit not in {"money", "share"} else f"{low}–{high}"
    if kr.kind in {"yes_no", "milestones"}:
        return book.say(Text("done", "完成"))
    sign = {"at_least": "≥ ", "at_most": "≤ "}.get(kr.kind, "")
    return f"{sign}{amount(book, kr.target, unit)}"


def ambition(book: Book) -> Table | Notice:
    """Each target against what the store did a year ago and last quarter."""
    if book.scorecard is None:
        return _none(book)
    columns = [
        Column("title", book.say(Text("Key result", "关键结果")), wide=True),
        Column("target", book.say(Text("Target", "目标值")), "right"),
        Column("year", book.say(Text("Same quarter last year", "去年同期")), "right"),
        Column("up", book.say(Text("Target on last year", "目标较去年")), "right"),
        Column("quarter", book.say(Text("Last quarter", "上季度")), "right"),
    ]
    rows = [_ambition_row(book, state) for state in book.scorecard.key_results if state.key_result.metric]
    note = Text(
        "A dash means that the exports do not reach back so far.",
        "横线表示导出数据没有覆盖到那时。",
    )
    return Table(columns, rows, book.say(Text("How high the targets are", "目标有多高")), book.say(note))


def _ambition_row(book: Book, state: KeyResultState) -> dict[str, object]:
    kr, metric = state.key_result, CATALOGUE[state.key_result.metric or ""]
    then = reference_values(book.data, kr, book.quarter)
    year, quarter = (then[name].value for name in ("same_quarter_last_year", "last_quarter"))
    return {
        "title": f"{kr.id} {kr_title(book, kr)}",
        "target": _target(book, kr),
        "year": amount(book, year, metric.unit),
        "up": change(book, kr.target, year, metric),
        "quarter": amount(book, quarter, metric.unit),
    }


def dictionary(book: Book) -> Table | Notice:
    """What the sheet's metrics mean: definition, which day counts, how long the figure may still move."""
    if book.sheet is None:
        return _none(book)
    columns = [
        Column("name", book.say(Text("Measure", "指标"))),
        Column("definition", book.say(Text("Definition", "定义")), wide=True),
        Column("clock", book.say(Text("Counted on", "计入日期"))),
        Column("final", book.say(Text("May move for", "可能变动")), "right"),
    ]
    rows: list[dict[str, object]] = []
    seen: set[str] = set()
    for kr in book.sheet.key_results:
        name = kr.metric or (kr.measure.name if kr.measure else "")
        if name and name not in seen:
            rows.append(_dictionary_row(book, kr))
        seen.add(name)
    return Table(columns, rows, book.say(Text("Metric dictionary", "指标词典")), stacked=True)


def _dictionary_row(book: Book, kr: KeyResult) -> dict[str, object]:
    metric = CATALOGUE.get(kr.metric or "")
    if metric is None:
        definition = kr.measure.definition if kr.measure else ""
        source = kr.source or book.say(Text("check-ins", "周报填写"))
        return {"name": kr_measures(book, kr), "definition": definition, "clock": source, "final": None}
    days = Text("{n} days", "{n} 天")
    return {
        "name": book.say(metric.label),
        "definition": book.say(metric.definition),
        "clock": " / ".join(book.say(clock) for clock in clocks(metric)),
        "final": book.say(days, n=metric.revision_days),
    }


def score_text(book: Book, value: Decimal | None) -> str:
    """A score to one decimal."""
    return number(value, book.locale, 1)
