"""What goes wrong with OKR: six problems, each with its sign in the data and its answer, as method has them.

A sign is looked for on every day; where its input is missing (no team file, no survey, no year to compare with), that is
said, for what was not looked at is not well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from okrlib.analysis.breaks import Break
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.targets import Ambition
from okrlib.okr.balance import Handover
from okrlib.okr.events import Changed, CheckIn, Decision, Survey
from okrlib.okr.journal import Journal
from okrlib.okr.load import Booking, Load
from okrlib.okr.marks import days_en
from okrlib.okr.states import Scorecard
from okrlib.text import Text, day, percent, signed_percent

Problem = Literal["understanding", "resources", "motivation", "market", "cooperation", "watching"]
Level = Literal["good", "warn", "bad", "none"]
_DEFINES = ("metric", "measure", "where", "source")  # a change of one of these changes what is counted
_MIDDLE = 0.5  # of a survey's scale: below it more disagree than agree


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing seen: how bad it is, and what it is."""

    level: Level
    says: Text


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A problem with the signs of it, worst first; one sign of level good says that nothing was seen."""

    problem: Problem
    signs: tuple[Sign, ...]

    @property
    def level(self) -> Level:
        """The worst of its signs."""
        return min((sign.level for sign in self.signs), key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the signs are read from. `breaks` is None without a year to compare with; `load` None without a plan or team."""

    card: Scorecard
    journal: Journal
    load: Load | None
    handovers: Sequence[Handover]
    ambitions: Mapping[str, Ambition]
    breaks: Sequence[Break] | None
    surveys: Sequence[Survey]


_ORDER: tuple[Level, ...] = ("bad", "warn", "none", "good")
NOTHING_SEEN = Sign("good", Text("No sign of it.", "未见迹象。"))


def diagnose(found: Evidence) -> tuple[Diagnosis, ...]:
    """Look for the signs of all six problems, in the order in which a quarter meets them."""
    looked: tuple[tuple[Problem, Iterator[Sign]], ...] = (
        ("understanding", _understanding(found)),
        ("motivation", _motivation(found)),
        ("resources", _resources(found)),
        ("cooperation", _cooperation(found)),
        ("market", _market(found)),
        ("watching", _watching(found)),
    )
    return tuple(_diagnosis(problem, tuple(signs)) for problem, signs in looked)


def _diagnosis(problem: Problem, signs: tuple[Sign, ...]) -> Diagnosis:
    return Diagnosis(problem, tuple(sorted(signs, key=lambda sign: _ORDER.index(sign.level))) or (NOTHING_SEEN,))


def _understanding(found: Evidence) -> Iterator[Sign]:
    """A key result without a metric definition; a measure whose definition was changed, or has two."""
    for state in found.card.key_results:
        kr = state.key_result
        if "metric or measure" in kr.missing or (kr.metric and kr.metric not in CATALOGUE):
            yield Sign("bad", Text(f"{kr.id} does not say what is measured.", f"{kr.id} 没有说明衡量什么。"))
        for change in state.adjustments:
            if change.path.partition("/")[2].split("/")[0] in _DEFINES:
                when = Text(day(change.on, "en"), day(change.on, "zh"))
                yield Sign("warn", Text(
                    f"What {kr.id} measures was changed on {when.en}: {change.reason}",
                    f"{kr.id} 的口径在 {when.zh} 改过：{change.reason}",
                ))  # fmt: skip
    seen: dict[str, tuple[str, str]] = {}
    for measure, name in ((s.key_result.measure, s.id) for s in found.card.key_results if s.key_result.measure):
        first = seen.setdefault(measure.name.casefold(), (measure.definition, name))
        if first[0] != measure.definition:
            yield Sign("bad", Text(
                f"{first[1]} and {name} define “{measure.name}” in two ways.", f"{first[1]} 与 {name} 对“{measure.name}”的口径不一致。"
            ))  # fmt: skip


def _motivation(found: Evidence) -> Iterator[Sign]:
    """Targets beyond reach or trivial when they were set; a survey below the middle of its scale."""
    words = {
        "fantasy": Text("hardly within reach", "几乎够不着"),
        "sandbagging": Text("coming by itself", "不努力也能达成"),
    }
    known = [one for one in found.ambitions.values() if one.when_set is not None]
    for name, one in found.ambitions.items():
        if one.mark and one.when_set is not None:
            chance, word = one.when_set, words[one.mark]
            yield Sign("warn", Text(
                f"{name} was {word.en} when it was set: a chance of {percent(chance, 'en')}.",
                f"{name} 设定时{word.zh}：达成把握 {percent(chance, 'zh')}。",
            ))  # fmt: skip
    if not known:
        yield Sign("none", Text("No target here can be forecast.", "本季度没有可以预测的目标。"))
    yield from _survey(found.surveys)


def _survey(surveys: Sequence[Survey]) -> Iterator[Sign]:
    if not surveys:
        yield Sign("none", Text("The team was not surveyed.", "还没有做过团队问卷。"))
        return
    last = surveys[-1]
    low, high = last.scale
    for question, mean in last.scores.items():
        if float((mean - low) / (high - low)) < _MIDDLE:
            yield Sign("bad", Text(
                f"Survey {last.name}: {question} {mean} of {high}.", f"问卷“{last.name}”：{question} 仅 {mean} 分（满分 {high}）。"
            ))  # fmt: skip


def _resources(found: Evidence) -> Iterator[Sign]:
    """One team over-booked, another idle: worse together than either alone."""
    if found.load is None:
        yield Sign(
            "none", Text("Capacity is not known: write params/team.yaml.", "可用人天未知：请填写 params/team.yaml。")
        )
        return
    over = [line.name for line in found.load.teams if line.booking is Booking.OVER]
    idle = [line.name for line in found.load.teams if line.booking is Booking.IDLE]
    en, zh = ", ".join, "、".join
    ended = any(line.over for line in found.load.teams)
    could = (
        Text("could have taken on work", "原本还能接活的团队")
        if ended
        else Text("could take on work", "还能接活的团队")
    )
    if over and idle:
        yield Sign("bad", Text(
            f"{en(over)} over-booked while {en(idle)} {could.en}.", f"排期过满：{zh(over)}；{could.zh}：{zh(idle)}。"
        ))  # fmt: skip
    elif over or idle:
        text = Text(f"{en(over)} over-booked.", f"排期过满：{zh(over)}。") if over else Text(
            f"{en(idle)} {could.en}.", f"{could.zh}：{zh(idle)}。"
        )  # fmt: skip
        yield Sign("warn", text)
    alone = [line.name for line in found.load.people if line.booking is Booking.OVER and line.team not in over]
    if alone:
        yield Sign(
            "warn",
            Text(f"Over-booked, though not their team: {en(alone)}.", f"个人排期过满（所在团队未满）：{zh(alone)}。"),
        )


def _cooperation(found: Evidence) -> Iterator[Sign]:
    """Tasks waiting on another team."""
    for one in found.handovers:
        task = one.task
        days = (found.card.as_of - task.blocked_since).days if task.blocked_since and not one.waits_for else None
        en, zh = ("", "") if days is None else (f" for {days_en(days)}", f"，已 {days} 天")
        late = days is not None or (task.schedule.slack or 0) < 0
        waits = Text(f"{task.id} waits on {one.giver}{en}.", f"{task.id} 在等{one.giver}{zh}。")
        yield Sign("bad" if late else "warn", waits)


def _market(found: Evidence) -> Iterator[Sign]:
    """A break in the market's or our own series, and whether anybody has reacted since."""
    if found.breaks is None:
        yield Sign(
            "none", Text("No year to compare with: breaks cannot be told.", "不足一年的数据，无法判断走势突变。")
        )
        return
    heard = [event.at.date() for event in found.journal.events if isinstance(event, CheckIn | Changed | Decision)]
    for one in found.breaks:
        days, answers = (found.card.as_of - one.since).days, sum(on >= one.since for on in heard)
        yield Sign("good" if answers else "bad", _broke(one, days, answers))


def _broke(one: Break, days: int, answers: int) -> Text:
    label, change = CATALOGUE[one.metric].label, one.change
    what = "check-in, decision or change" if answers == 1 else "check-ins, decisions or changes"
    said = Text(f"{answers} {what} since", f"此后有 {answers} 次更新、决议或调整") if answers else Text(
        "no check-in, decision or change since", "此后没有任何更新、决议或调整"
    )  # fmt: skip
    return Text(
        f"{label.en} has run {signed_percent(change, 'en', 0)} off its course since {day(one.since, 'en')} ({days} days ago): {said.en}.",
        f"{label.zh}自 {day(one.since, 'zh')} 起偏离原走势 {signed_percent(change, 'zh', 0)}（{days} 天前）：{said.zh}。",
    )


def _watching(found: Evidence) -> Iterator[Sign]:
    """Check-ins that are stale, or were never made."""
    for state in found.card.key_results:
        if state.status.silent:
            last = state.last_check_in
            since = Text(
                f"not heard of since {day(last, 'en')}", f"自 {day(last, 'zh')} 起没有更新"
            ) if last else Text("never heard of", "从未更新")  # fmt: skip
            yield Sign("bad", Text(f"{state.id} {since.en}.", f"{state.id} {since.zh}。"))
