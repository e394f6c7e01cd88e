"""Three lenses of the retrospective beside results and growth: what customers said, competitors, and how we worked together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okrlib.analysis.gains import Gain, gains
from okrlib.book import Book
from okrlib.okr import LABELS, Survey, store_journal
from okrlib.okr.collaboration import Collaboration, StoodStill, collaboration
from okrlib.okr.marks import days_en
from okrlib.okr.plan import make_plan
from okrlib.okr.survey import QUESTIONS, may_be_shown, teams_shown
from okrlib.show.goals import NO_SHEET
from okrlib.show.plan import resources_of
from okrlib.show.prose import Notice, Passage
from okrlib.show.review import beside
from okrlib.show.stack import Part, Stack
from okrlib.show.table import Change, Column, Status, Table
from okrlib.text import Text, number, short_day, signed_percent

_VOICE = (
    "review_score", "bad_review_share", "reviews", "satisfaction", "refund_rate", "repeat_purchase_rate", "on_time_shipping",
)  # fmt: skip
_MARKET = ("market_share", "search_share", "price_index")
_LEVEL = 0.02  # growth apart by less is level


def customer_voice(book: Book) -> Table | Stack:
    """What customers said and did: reviews, satisfaction, refunds, coming back; each that no export tells, with why."""
    return beside(book, _VOICE, Text("What customers said", "客户反馈"))


def against_rivals(book: Book) -> Stack:
    """Did we gain on competitors? Our place in the market, and each competitor between its first and last look."""
    parts: list[Part] = [beside(book, _MARKET, Text("Our place in the market", "市场位置"))]
    found = gains(book.data, book.to_date)
    if not found:
        text = Text(
            "No competitor was looked at twice this quarter (okr template competitors), so whether we gained on one cannot be told.",
            "本季度没有对竞品的两次及以上记录（okr template competitors），无法判断是否领先。",
        )
        return Stack([*parts, Notice("none", book.say(text))])
    return Stack([*parts, Passage([_gained(book, found)]), _rivals(book, found)])


def _gained(book: Book, found: list[Gain]) -> str:
    known = [one for one in found if one.gained is not None]
    if not known:
        text = Text(
            "What competitors sell is not told, so only their prices and reviews can be compared.",
            "竞品销量未知，只能比较价格和评价。",
        )
        return book.say(text)
    ahead = [one.name for one in known if float(one.gained or 0) > _LEVEL]
    behind = [one.name for one in known if float(one.gained or 0) < -_LEVEL]
    listed, nobody = book.say(Text(", ", "、")), book.say(Text("nobody", "无"))
    text = Text(
        "We grew faster than: {ahead}. Faster than we grew: {behind}.",
        "我们增长快于：{ahead}。增长快于我们的：{behind}。",
    )
    return book.say(text, ahead=listed.join(ahead) or nobody, behind=listed.join(behind) or nobody)


def _rivals(book: Book, found: list[Gain]) -> Table:
    columns = [
        Column("name", book.say(Text("Competitor", "竞争对手"))),
        Column("gained", book.say(Text("Did we gain?", "我们是否领先"))),
        Column("ours", book.say(Text("Our units", "本店销量变化")), "right"),
        Column("theirs", book.say(Text("Their units", "竞品销量变化")), "right"),
        Column("price", book.say(Text("Their prices", "竞品售价变化")), "right"),
        Column("reviews", book.say(Text("Reviews added", "新增评价")), "right"),
        Column("items", book.say(Text("Articles", "对标商品")), "right"),
    ]
    note = Text(
        "Units of the 30 days before the last look in the quarter ({last}) against the first ({first}), ours and theirs over the same "
        "articles; level: less than two points apart.",
        "以本季度末次记录（{last}）与首次记录（{first}）之前 30 天的销量相比，双方均按同一批对标商品计；相差不足 2 个百分点视为持平。",
    )
    first, last = min(one.days.start for one in found), max(one.days.end for one in found)
    rows = [_rival_row(book, one) for one in found]
    title = book.say(Text("Competitors", "与竞争对手相比"))
    return Table(
        columns, rows, title, book.say(note, first=short_day(first, book.locale), last=short_day(last, book.locale))
    )


def _rival_row(book: Book, one: Gain) -> dict[str, object]:
    words = {
        True: (Text("gained", "领先"), "good"),
        False: (Text("lost", "落后"), "bad"),
        None: (Text("level", "持平"), "none"),
    }
    gained = None if one.gained is None else float(one.gained)
    way = None if gained is None or abs(gained) <= _LEVEL else gained > 0
    label, level = words[way] if gained is not None else (Text("not known", "未知"), "none")
    units = {
        name: None if pair is None or not pair[0] else Change(signed_percent(pair[1] / pair[0] - 1, book.locale))
        for name, pair in (("ours", one.ours), ("theirs", one.theirs))
    }
    return {
        "name": one.name, "gained": Status(book.say(label), level), **units,  # type: ignore[arg-type]
        "price": None if one.price is None else Change(signed_percent(one.price, book.locale)),
        "reviews": None if one.reviews is None else number(one.reviews, book.locale), "items": one.matched or one.items,
    }  # fmt: skip


def working_together(book: Book) -> Stack | Notice:
    """Hand-overs between teams, what stood still and for how long, what came late and who waited for it."""
    card = book.scorecard
    if card is None:
        return Notice("none", book.say(NO_SHEET))
    found = collaboration(
        make_plan(card.sheet, book.journal, min(book.as_of, book.quarter.end)), book.journal, resources_of(book)
    )
    tables = [_handed_over(book, found), _stood_still(book, found), _late(book, found)]
    return Stack([Passage([_together(book, found)]), *(table for table in tables if table.rows)])


def _together(book: Book, found: Collaboration) -> str:
    n, due = len(found.handed_over), sum(one.late is not None for one in found.handed_over)
    days, late = found.days_still, len(found.late)
    en = [
        f"{n} {'task was' if n == 1 else 'tasks were'} handed from one team to another"
        + (f", {found.in_time} of {due} due in time" if due else "") if n else "No task was handed from one team to another",
        f"work stood still for {days_en(days)} in all" if days else "nothing stood still",
        f"{late} {'task' if late == 1 else 'tasks'} came late" if late else "no task came late",
    ]  # fmt: skip
    zh = [
        f"跨团队交接 {n} 项" + (f"，到期 {due} 项中 {found.in_time} 项按时" if due else "") if n else "没有跨团队交接",
        f"受阻累计 {days} 天" if days else "没有受阻",
        f"逾期任务 {late} 项" if late else "没有任务逾期",
    ]
    return book.say(Text("; ".join(en) + ".", "；".join(zh) + "。"))


def _handed_over(book: Book, found: Collaboration) -> Table:
    columns = [
        Column("task", book.say(Text("Handed over", "交接任务")), wide=True),
        Column("from", book.say(Text("From", "交付方"))),
        Column("to", book.say(Text("To", "接收方"))),
        Column("late", book.say(Text("In time?", "是否按时"))),
        Column("waited", book.say(Text("Waited for by", "等待的任务"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "task": f"{one.task.id} {one.task.task.title}", "from": one.giver, "to": one.taker, "late": _in_time(book, one.late),
            "waited": f"{one.waited.id} {one.waited.task.title}",
        }
        for one in found.handed_over
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("Hand-overs between teams", "团队间交接")), stacked=True)


def _in_time(book: Book, late: int | None) -> Status:
    if late is None:
        return Status(book.say(Text("not due yet", "未到期")), "none")
    if not late:
        return Status(book.say(Text("in time", "按时")), "good")
    return Status(book.say(Text(f"{days_en(late)} late", f"晚 {late} 天")), "bad")


def _stood_still(book: Book, found: Collaboration) -> Table:
    columns = [
        Column("title", book.say(Text("Stood still", "受阻事项")), wide=True),
        Column("days", book.say(Text("Days", "天数")), "right"),
        Column("by", book.say(Text("By what", "受阻原因")), wide=True),
        Column("kind", book.say(Text("Kind", "类型"))),
        Column("span", book.say(Text("From – to", "起止"))),
        Column("owner", book.say(Text("Owner", "负责人"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "title": f"{one.id} {one.title}", "days": one.days, "by": one.by, "owner": one.owner, "span": _span(book, one),
            "kind": book.say(LABELS[one.kind]) if one.kind else None,
        }
        for one in found.stood_still
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("What stood still", "受阻时间")), stacked=True)


def _span(book: Book, one: StoodStill) -> str:
    until = short_day(one.until, book.locale) if one.over else book.say(Text("not freed", "未解除"))
    return f"{short_day(one.since, book.locale)} – {until}"


def _late(book: Book, found: Collaboration) -> Table:
    columns = [
        Column("task", book.say(Text("Late task", "逾期任务")), wide=True),
        Column("days", book.say(Text("Days late", "逾期天数")), "right"),
        Column("owner", book.say(Text("Owner", "负责人"))),
        Column("waited", book.say(Text("Who waited", "受影响的任务"))),
    ]
    rows: list[dict[str, object]] = [
        {
            "task": f"{one.task.id} {one.task.task.title}", "days": one.days, "owner": one.task.task.owner,
            "waited": book.say(Text(", ", "、")).join(f"{other.id} {other.task.owner or ''}".strip() for other in one.waited) or None,
        }
        for one in found.late
    ]  # fmt: skip
    return Table(columns, rows, book.say(Text("What came late", "逾期任务")), stacked=True)


def team_survey(book: Book) -> Stack | Notice:
    """How the team feels: means of its surveys, beside last quarter's, and by team where that gives nobody away."""
    surveys = book.journal.surveys()
    if not surveys:
        text = Text(
            "No survey of the team this quarter (okr template survey, then okr survey).",
            "本季度没有团队调查（先 okr template survey，再 okr survey 导入）。",
        )
        return Notice("none", book.say(text))
    before = _before(book)
    return Stack(list(_surveys(book, surveys, before)))


def _before(book: Book) -> Mapping[str, Survey]:
    journal = store_journal(book.workbook, book.store, book.quarter.previous, book.as_of)
    return {one.name: one for one in journal.surveys() if may_be_shown(one)}


def _surveys(book: Book, surveys: tuple[Survey, ...], before: Mapping[str, Survey]) -> Iterator[Part]:
    for one in surveys:
        if may_be_shown(one):
            yield _survey(book, one, before.get(one.name))
        else:
            text = Text(
                "{name}: too few answers to be shown without giving somebody away.",
                "{name}：作答人数太少，为保护匿名不予展示。",
            )
            yield Notice("warn", book.say(text, name=one.name))


def _survey(book: Book, one: Survey, before: Survey | None) -> Table:
    teams = teams_shown(one)
    columns = [
        Column("question", book.say(Text("Statement", "问题")), wide=True),
        Column("mean", book.say(Text("All", "全体")), "right"),
        *([Column("change", book.say(Text("on last quarter", "较上季度")), "right")] if before else []),
        *(Column(f"team {n}", team.team, "right") for n, team in enumerate(teams)),
    ]
    rows: list[dict[str, object]] = []
    for name, mean in sorted(one.scores.items(), key=lambda item: (item[1], item[0])):
        was = before.scores.get(name) if before else None
        moved = None if was is None else mean - was
        text = None if moved is None else f"{'+' if moved > 0 else ''}{number(moved, book.locale, 1)}"
        told = {f"team {n}": number(team.scores.get(name), book.locale, 1) for n, team in enumerate(teams)}
        rows.append({
            "question": book.say(QUESTIONS[name]) if name in QUESTIONS else name, "mean": number(mean, book.locale, 1),
            "change": Change(text, moved > 0 if moved else None) if text and moved is not None else None, **told,
        })  # fmt: skip
    note = Text(
        "{n} people answered, from {low} (not at all) to {high} (fully); lowest first. A team of fewer than five is not told apart.",
        "{n} 人作答，{low} 为完全不同意，{high} 为完全同意；从低到高排列。不足五人的团队不单独列出。",
    )
    low, high = one.scale
    return Table(columns, rows, one.name, book.say(note, n=one.respondents, low=low, high=high))
