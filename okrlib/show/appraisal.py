"""The evaluation of people: marks, the items behind them, proposals with their reasons. Private, in no packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from okrlib.analysis.metrics import CATALOGUE
from okrlib.book import Book
from okrlib.okr.evaluation import (
    PARTS,
    Found,
    Item,
    Marks,
    Proposed,
    Rule,
    Term,
    closed_quarters,
    evaluate,
    everybody,
    propose,
    read_rule,
)
from okrlib.okr.evaluation.rule import MARKS, SPANS, USES, WARNING, Part, Span
from okrlib.okr.people import people_of
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Part as Shown
from okrlib.show.stack import Stack
from okrlib.show.table import Column, Table
from okrlib.starter import starter_file
from okrlib.stores import Workbook
from okrlib.text import NO_DATA, Locale, Text, day, number, percent

TITLE = Text("Evaluation", "绩效评估")
PRIVATE = Text("Private: for the person and those who decide, not to be passed on", "仅供本人与决策者，请勿转发")
EVERYBODY = Text("Everybody", "全员一览")
RULE = Text("The rule", "规则")
_DECIDES = Text(
    "The workbook works out marks by the team's written rule and says what the rule proposes, and why. It decides nothing: people do, "
    "after talking to the person.",
    "系统按团队写明的规则计算得分，列出规则给出的建议及理由，但不作决定：决定由人作出，并应先与本人沟通。",
)
_COMMITTED = Text(
    "Only committed key results count: whoever is paid for stretch targets sets lower ones (Doerr, Measure What Matters; Google "
    "re:Work; Wodtke, Radical Focus).",
    "只计承诺型关键结果：挑战型得分一旦与奖金挂钩，人们就会把目标定低（Doerr《Measure What Matters》、Google re:Work、"
    "Wodtke《Radical Focus》）。",
)
_WEIGHTS = Text(
    "Weights: key results {key_results}, task quality {tasks}, teamwork {teamwork}; what nothing is known of is left out. Each guardrail "
    "breached takes {cut} off the key results of its objective, a late task counts {late} less. Every closed quarter counts the same.",
    "权重：关键结果 {key_results}、任务质量 {tasks}、协作 {teamwork}，没有依据的部分不计。每失守一条底线，同一目标下的关键结果少计 {cut}；"
    "逾期完成的任务少计 {late}。各已结项季度同等计入。",
)
_SEPARATOR = Text("; ", "；")


def rule_of(workbook: Workbook) -> Rule:
    """Return the team's rule, else the one that a new workbook begins with."""
    own = workbook.params / "evaluation.yaml"
    path: Path = own if own.exists() else starter_file("params", "evaluation.yaml")
    return read_rule(path)


def over_all(found: Found, everyone: Sequence[Marks], rule: Rule, locale: Locale) -> list[tuple[str, Shown]]:
    """Return headings and parts over everybody: the rule in words, and one row a person."""
    return [
        (RULE.in_(locale), _rule(found, rule, locale)),
        (EVERYBODY.in_(locale), _people(everyone, rule, locale)),
    ]


def parts_of(found: Found, marks: Marks, rule: Rule, locale: Locale, *, alone: bool = False) -> list[tuple[str, Shown]]:
    """Return headings and parts about one person: proposals first, then what they rest on; `alone`, the rule too."""
    parts: list[tuple[Text, Shown]] = [
        (Text("Proposals", "建议"), _proposals(propose(marks, rule), locale)),
        (Text("Marks", "得分"), _marks(marks, rule, locale)),
        *((MARKS[part], _items(marks.of(part), part, found, locale)) for part in PARTS),
        (Text("Credit", "加分事项"), _credit(marks, locale)),
        *([(RULE, _rule(found, rule, locale))] if alone else []),
    ]
    return [(title.in_(locale), part) for title, part in parts]


def _rule(found: Found, rule: Rule, locale: Locale) -> Stack:
    values: dict[str, str] = {part: number(rule.weight(part), locale) for part in PARTS}
    values |= {"cut": percent(rule.breached_guardrail, locale), "late": percent(rule.late_task, locale)}
    counted = [] if rule.counts == "all" else [_COMMITTED.in_(locale)]
    warned = [Notice("bad", WARNING.in_(locale))] if rule.counts == "all" else []
    waiting = ", ".join(f"{store} {quarter}" for store, quarter in found.still_open)
    text = Text("Not closed yet, and so left out: {waiting}.", "尚未结项，未计入：{waiting}。")
    still = [Notice("warn", text.in_(locale, waiting=waiting))] if waiting else []
    return Stack([*warned, Passage([_DECIDES.in_(locale), _WEIGHTS.in_(locale, **values), *counted]), *still])


def _mark(value: Decimal | None, locale: Locale) -> str:
    return NO_DATA if value is None else number(value, locale, 2)


def _people(everyone: Sequence[Marks], rule: Rule, locale: Locale) -> Table:
    columns = [
        Column("person", Text("Person", "姓名").in_(locale)),
        *(Column(name, label.in_(locale), "right") for name, label in MARKS.items()),
        Column("breaches", Text("Guardrails breached", "失守底线").in_(locale), "right"),
        Column("proposed", Text("The rule proposes", "规则建议").in_(locale), wide=True),
    ]
    rows: list[dict[str, object]] = [
        {
            "person": one.person, **{name: _mark(one.mark(name), locale) for name in MARKS}, "breaches": len(one.breaches),
            "proposed": _SEPARATOR.in_(locale).join(_name(made, locale) for made in propose(one, rule) if made.made) or None,
        }
        for one in everyone
    ]  # fmt: skip
    note = Text(
        "Marks from 0 to 1. A dash: nothing to judge by, which is neither good nor bad.",
        "得分为 0 到 1。横线表示没有依据，不代表好坏。",
    )
    return Table(columns, rows, note=note.in_(locale), stacked=True)


def _name(made: Proposed, locale: Locale) -> str:
    name = made.proposal.name
    return name.zh if locale == "zh" else name.en


def _proposals(all_: Sequence[Proposed], locale: Locale) -> Stack:
    """What the rule proposes with its reasons; then what it does not, and why not."""
    made, rest = [one for one in all_ if one.made], [one for one in all_ if not one.made]
    nothing = Notice("none", Text("The rule proposes nothing for this term.", "按规则，本期没有建议。").in_(locale))
    shown: list[Shown] = [_made(made, locale)] if made else [nothing]
    if rest:
        columns = [
            Column("name", Text("Not proposed", "未建议").in_(locale)),
            Column("why", Text("What is missing", "未满足的条件").in_(locale), wide=True),
        ]
        rows = [
            {
                "name": _name(one, locale),
                "why": _SEPARATOR.in_(locale).join(c.says.in_(locale) for c in one.conditions if not c.holds),
            }
            for one in rest
        ]
        shown.append(Table(columns, rows, Text("Not proposed, and why", "未建议的事项及原因").in_(locale)))
    return Stack(shown)


def _made(made: Sequence[Proposed], locale: Locale) -> Table:
    columns = [
        Column("name", Text("Proposal", "建议").in_(locale)),
        Column("use", Text("Use", "用途").in_(locale)),
        Column("size", Text("Size", "幅度").in_(locale)),
        Column("why", Text("Reasons", "理由").in_(locale), wide=True),
    ]
    rows: list[dict[str, object]] = []
    for one in made:
        size = one.proposal.size
        rows.append({
            "name": _name(one, locale), "use": USES[one.proposal.kind].in_(locale),
            "size": (size.zh if locale == "zh" else size.en) if size else None,
            "why": _SEPARATOR.in_(locale).join(condition.says.in_(locale) for condition in one.conditions),
        })  # fmt: skip
    return Table(
        columns, rows, Text("Proposed by the rule; people decide", "按规则建议，由人决定").in_(locale), stacked=True
    )


def _marks(marks: Marks, rule: Rule, locale: Locale) -> Table:
    quarters = marks.quarters if len(marks.term.quarters) > 1 else ()
    columns = [
        Column("part", Text("Part", "部分").in_(locale)),
        Column("weight", Text("Weight", "权重").in_(locale), "right"),
        *(Column(str(quarter), str(quarter), "right") for quarter in quarters),
        Column("mark", Text("Mark", "得分").in_(locale), "right"),
    ]
    rows: list[dict[str, object]] = [
        {
            "part": MARKS[part].in_(locale), "weight": number(rule.weight(part), locale), "mark": _mark(marks.parts[part], locale),
            **{str(quarter): _mark(marks.by_quarter[quarter][part], locale) for quarter in quarters},
        }
        for part in PARTS
    ]  # fmt: skip
    rows.append({"part": MARKS["total"].in_(locale), "mark": _mark(marks.total, locale)})
    note = ""
    if marks.final_on:
        text = Text("Interim: refunds may still move a result until {day}.", "暂定：{day}前结果仍可能因退款变动。")
        note = text.in_(locale, day=day(marks.final_on, locale))
    return Table(columns, rows, Text("Marks from 0 to 1", "得分（0 到 1）").in_(locale), note)


def _items(items: Sequence[Item], part: Part, found: Found, locale: Locale) -> Shown:
    if not items:
        return Passage([Text("Nothing to judge by.", "没有依据。").in_(locale)])
    titles = {one.store: one.title.zh if locale == "zh" else one.title.en for one in found.closed}
    several = len({(one.store, one.quarter) for one in found.closed}) > 1
    columns = [
        Column("title", MARKS[part].in_(locale), wide=True),
        *([Column("where", Text("Store and quarter", "店铺与季度").in_(locale))] if several else []),
        Column("value", Text("Result", "结果").in_(locale), "right"),
        Column("counted", Text("Counted", "计入").in_(locale), "right"),
        Column("notes", Text("Why", "说明").in_(locale), wide=True),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": _title(item, locale), "where": f"{titles[item.store]} {item.quarter}", "value": percent(item.value, locale),
            "counted": _mark(item.counted, locale),
            "notes": _SEPARATOR.in_(locale).join(note.in_(locale) for note in item.notes) or None,
        }
        for item in items
    ]  # fmt: skip
    return Table(columns, rows, stacked=True)


def _title(item: Item, locale: Locale) -> str:
    if isinstance(item.title, Text):
        return item.title.in_(locale)
    metric = CATALOGUE.get(item.title)
    return f"{item.id} {metric.label.in_(locale) if metric else item.title}"


def _credit(marks: Marks, locale: Locale) -> Shown:
    """Ideas that were taken up, and tasks of others that were done with the person's help; they carry no mark."""
    found = [
        *((Text("idea taken up", "被采纳的想法"), says, n) for says, n in Counter(marks.ideas).items()),
        *((Text("helped with", "参与他人任务"), says, n) for says, n in Counter(marks.helped).items()),
    ]
    if not found:
        return Passage([Text("Nothing recorded.", "没有记录。").in_(locale)])
    columns = [
        Column("kind", Text("Credit", "事项").in_(locale)),
        Column("says", Text("For", "内容").in_(locale), wide=True),
    ]
    return Table(
        columns, [{"kind": kind.in_(locale), "says": f"{says} × {n}" if n > 1 else says} for kind, says, n in found]
    )


def evaluation(book: Book) -> Stack:
    """The rule and, for the quarter, half-year and year that the Book lies in, one row for each person of its store."""
    rule = rule_of(book.workbook)
    tables: list[Shown] = []
    spans: tuple[Span, ...] = ("quarter", "half", "year")
    for span in spans:
        found, marks = _of_book(book, span, rule)
        if marks:
            title = Text("{span} {name}", "{span} {name}")
            table = _people(marks, rule, book.locale)
            caption = book.say(title, span=book.say(SPANS[span]).capitalize(), name=found.term.name)
            tables.append(Table(table.columns, table.rows, caption, table.note if span == "year" else ""))
    nothing = Text("Nothing is closed yet, so there is nothing to evaluate.", "尚无已结项的季度，暂无可评估的内容。")
    found, _ = _of_book(book, "year", rule)
    return Stack([_rule(found, rule, book.locale), *(tables or [Notice("none", book.say(nothing))])])


def evaluation_reasons(book: Book) -> Stack:
    """For each person of the Book's store: what the rule proposes for the quarter, and the items it rests on."""
    rule = rule_of(book.workbook)
    found, everyone = _of_book(book, "quarter", rule)
    shown: list[Shown] = []
    for marks in everyone:
        shown += [
            Passage([marks.person]),
            _proposals(propose(marks, rule), book.locale),
            _marks(marks, rule, book.locale),
        ]
        shown += [_items(marks.of(part), part, found, book.locale) for part in PARTS if marks.of(part)]
    return Stack(shown or [Notice("none", book.say(Text("This quarter is not closed yet.", "本季度尚未结项。")))])


def _of_book(book: Book, span: Span, rule: Rule) -> tuple[Found, list[Marks]]:
    found = closed_quarters(book.workbook, Term.around(book.quarter, span), book.as_of)
    own = {name for one in found.closed if one.store == book.store.store for name in people_of(one.card.sheet)}
    return found, [evaluate(found, name, rule) for name in everybody(found) if name in own]
