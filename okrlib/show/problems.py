"""Six things that go wrong with OKR: what the data show of each, and where the answer is."""

from __future__ import annotations

from okrlib.analysis.breaks import store_breaks
from okrlib.analysis.diagnosis import NOTHING_SEEN, Diagnosis, Evidence, Problem, diagnose
from okrlib.book import Book
from okrlib.okr.balance import handovers
from okrlib.okr.load import make_load
from okrlib.show.goals import NO_SHEET
from okrlib.show.palette import Level
from okrlib.show.plan import plan_of, resources_of
from okrlib.show.prose import Notice
from okrlib.show.table import Column, Status, Table
from okrlib.text import Text

_PROBLEMS: dict[Problem, tuple[Text, Text]] = {
    "understanding": (
        Text("People read the same objective differently", "对同一目标理解不一"),
        Text(
            "One definition, unit and source for each measure: the metric dictionary, chapter 3. Settle that before values.",
            "每个指标只有一个口径、单位和来源：见第 3 章的指标词典。先统一口径，再谈数值。",
        ),
    ),
    "motivation": (
        Text("Targets move nobody", "目标缺乏激励"),
        Text(
            "The ambition meter, chapter 3, says how likely each target is. Reset what nobody believes, and what comes by itself.",
            "第 3 章标明每个目标有多大把握。没人相信的和自然就能达成的，都应重新设定。",
        ),
    ),
    "resources": (
        Text("Resources are badly spread", "资源分配不均"),
        Text(
            "The load table, chapter 4, week by week. Hand tasks over, or let what is not critical wait.",
            "第 4 章的工作量表逐周列出各团队排期。可转交任务，或推迟不在关键路径上的工作。",
        ),
    ),
    "cooperation": (
        Text("Departments do not work together", "部门之间不配合"),
        Text(
            "The hand-over table names who waits for whom. Take it first in the weekly meeting, with one name for each hand-over.",
            "交接表写明谁在等谁。周会先过这张表，每个交接指定一名负责人。",
        ),
    ),
    "market": (
        Text("The market moves and we answer slowly", "市场变化应对迟缓"),
        Text(
            "The break alert, with the days since. Look for the cause in chapter 1, then change targets or plan, with the reason.",
            "突变提醒会写明已过去几天。先到第 1 章找原因，再调整目标或计划，并写明理由。",
        ),
    ),
    "watching": (
        Text("Nobody watches", "没人跟进"),
        Text(
            "Silence is shown as silence, never as green. Ask the owner whether it is still worth pursuing.",
            "沉默就显示为沉默，绝不显示为正常。请问负责人：这项还要做吗？",
        ),
    ),
}
_STANDING: dict[Level, Text] = {
    "bad": Text("act now", "需要处理"), "warn": Text("watch", "留意"), "none": Text("not judged", "无法判断"),
    "good": Text("no sign", "未见迹象"),
}  # fmt: skip


def _standing(one: Diagnosis) -> Text:
    """One word for a problem; what was seen and answered is no open problem."""
    return Text("answered", "已应对") if one.level == "good" and one.signs != (NOTHING_SEEN,) else _STANDING[one.level]


def diagnosis(book: Book) -> Table | Notice:
    """The six problems, each with its signs in the data and what to do about it."""
    if book.scorecard is None:
        return Notice("none", book.say(NO_SHEET))
    plan, resources = plan_of(book), resources_of(book)
    load = make_load(plan, resources) if plan and resources.teams_of(book.store.store) else None
    waiting = handovers(plan, resources) if plan else ()
    evidence = Evidence(
        book.scorecard,
        book.journal,
        load,
        waiting,
        book.ambitions,
        store_breaks(book.data, book.as_of),
        book.journal.surveys(),
    )
    columns = [
        Column("problem", book.say(Text("Problem", "问题")), wide=True),
        Column("level", book.say(Text("State", "状态"))),
        Column("signs", book.say(Text("Signs in the data", "数据中的迹象")), wide=True),
        Column("answer", book.say(Text("What to do", "怎么办")), wide=True),
    ]
    rows = [
        {
            "problem": book.say(_PROBLEMS[one.problem][0]), "level": Status(book.say(_standing(one)), one.level),
            "signs": " ".join(book.say(sign.says) for sign in one.signs), "answer": book.say(_PROBLEMS[one.problem][1]),
        }
        for one in diagnose(evidence)
    ]  # fmt: skip
    return Table(
        columns, rows, book.say(Text("What goes wrong, and what to do about it", "常见问题诊断")), stacked=True
    )
