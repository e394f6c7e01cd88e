"""Marks from 0 to 1 of one person over a term: key results first, then task quality, then teamwork.

Every mark is a mean of items that are listed with it, so that anybody can work it out by hand. Each closed quarter counts
the same; what nothing is known of counts neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from okrlib.okr.collaboration import days_late
from okrlib.okr.evaluation.rule import PARTS, Mark, Part, Rule
from okrlib.okr.evaluation.terms import Closed, Found, Term
from okrlib.okr.events import CheckIn
from okrlib.okr.people import people_of
from okrlib.okr.plan import PlannedTask
from okrlib.okr.scoring import ONE, ZERO, clamped
from okrlib.okr.states import KeyResultState
from okrlib.okr.status import is_silent
from okrlib.periods import Quarter
from okrlib.text import Text

HIGHEST_QUALITY = 5
_PER_CENT, _HUNDREDTH = Decimal(100), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a part of the evaluation rests on: its `value`, what of it is `counted` (None: not at all), why."""

    part: Part
    store: str
    quarter: Quarter
    id: str
    title: str | Text
    value: Decimal | None
    counted: Decimal | None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """One person's marks over a term, each with the items behind it; a mark is None where nothing is known.

    `breaches` are the guardrails breached beside the person's own key results, `ideas` those taken up, `helped` the tasks
    of others that were done with the person's help. `final_on` is set while refunds may still move a result.
    """

    person: str
    term: Term
    items: tuple[Item, ...]
    by_quarter: Mapping[Quarter, Mapping[Part, Decimal | None]]
    parts: Mapping[Part, Decimal | None]
    total: Decimal | None
    breaches: tuple[str, ...]
    ideas: tuple[str, ...]
    helped: tuple[str, ...]
    final_on: date | None

    def mark(self, name: Mark) -> Decimal | None:
        """Return the total or a part."""
        return self.total if name == "total" else self.parts[name]

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The closed quarters of which something is known."""
        return tuple(self.by_quarter)

    def of(self, part: Part) -> tuple[Item, ...]:
        """Return the items of one part."""
        return tuple(item for item in self.items if item.part == part)


def everybody(found: Found) -> tuple[str, ...]:
    """Return everybody whom the closed sheets name, or who is in a team that works for their stores."""
    names: dict[str, None] = {}
    for one in found.closed:
        members = (person.name for team in one.resources.teams_of(one.store) for person in team.people)
        names |= dict.fromkeys((*people_of(one.card.sheet), *members))
    return tuple(names)


def evaluate(found: Found, person: str, rule: Rule) -> Marks:
    """Weigh what is closed of a term by the rule."""
    items = tuple(item for one in found.closed for item in _items(one, person, rule))
    quarters = dict.fromkeys(item.quarter for item in items if item.counted is not None)
    by_quarter = {quarter: {part: _of(items, part, quarter) for part in PARTS} for quarter in quarters}
    parts = {part: _mean(marks[part] for marks in by_quarter.values()) for part in PARTS}
    return Marks(
        person, found.term, items, by_quarter, parts, _total(parts, rule),
        tuple(f"{one.store} {one.quarter} {name}" for one in found.closed for name in _breaches(one, person)),
        tuple(name for one in found.closed for name in _ideas(one, person)),
        tuple(name for one in found.closed for name in _helped(one, person)),
        max((day for one in found.closed for day in _interim(one, person)), default=None),
    )  # fmt: skip


def _total(parts: Mapping[Part, Decimal | None], rule: Rule) -> Decimal | None:
    """The weighted mean of the parts that are known; without key results, which come first, there is none."""
    if parts["key_results"] is None:
        return None
    known = {part: mark for part, mark in parts.items() if mark is not None and rule.weight(part)}
    weight = sum((rule.weight(part) for part in known), ZERO)
    marks = sum((rule.weight(part) * mark for part, mark in known.items()), ZERO)
    return (marks / weight).quantize(_HUNDREDTH, ROUND_HALF_UP) if weight else None


def _of(items: Iterable[Item], part: Part, quarter: Quarter) -> Decimal | None:
    return _mean(item.counted for item in items if (item.part, item.quarter) == (part, quarter))


def _mean(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return a mean to the second decimal: what is printed is what is compared, and can be worked out again."""
    known = [value for value in values if value is not None]
    return (sum(known, ZERO) / len(known)).quantize(_HUNDREDTH, ROUND_HALF_UP) if known else None


def _items(one: Closed, person: str, rule: Rule) -> Iterator[Item]:
    for state in _owned(one, person):
        if not state.key_result.guardrail:
            yield _key_result(one, state, rule)
    for task in one.plan.tasks:
        if task.task.owner == person:
            yield _task(one, task, rule)
    yield from _teamwork(one, person)


def _owned(one: Closed, person: str) -> Iterator[KeyResultState]:
    return (state for state in one.card.key_results if state.owner == person)


def _key_result(one: Closed, state: KeyResultState, rule: Rule) -> Item:
    objective = one.card.sheet.objective_of(state.id)
    value = None if state.progress is None else clamped(state.progress)
    kr = state.key_result
    title = kr.title or kr.metric or (kr.measure.name if kr.measure else kr.id)
    notes: list[Text] = []
    counted = value
    if value is None:
        notes.append(Text("no data: not counted", "无数据，不计入"))
    elif rule.counts == "committed" and objective.type != "committed":
        counted = None
        notes.append(Text("not a commitment: not counted", "非承诺型，不计入"))
    elif broken := _broken(one, objective.id):
        cut = min(rule.breached_guardrail * len(broken), ONE)
        counted = value * (ONE - cut)
        names, per_cent = ", ".join(broken), f"{cut * _PER_CENT:.0f}%"
        notes.append(Text(f"guardrail {names} breached: counts {per_cent} less", f"底线 {names} 失守，少计 {per_cent}"))
    return Item("key_results", one.store, one.quarter, state.id, title, value, counted, tuple(notes))


def _broken(one: Closed, objective: str) -> list[str]:
    """The guardrails of an objective that were breached at closing."""
    states = one.card.objective(objective).key_results
    return [state.id for state in states if state.score and state.score.verdict == "breached"]


def _breaches(one: Closed, person: str) -> Iterator[str]:
    objectives = dict.fromkeys(one.card.sheet.objective_of(state.id).id for state in _owned(one, person))
    return (name for objective in objectives for name in _broken(one, objective))


def _task(one: Closed, task: PlannedTask, rule: Rule) -> Item:
    """A task counts by its quality mark, less where it came late; one left undone counts nothing, one dropped not at all."""
    late = days_late(task, one.plan.as_of)
    quality = None if task.task.quality is None else Decimal(task.task.quality) / HIGHEST_QUALITY
    notes: tuple[Text, ...] = ()
    counted = quality
    if task.task.status == "dropped":
        counted, notes = None, (Text("dropped: not counted", "已取消，不计入"),)
    elif task.is_open:
        counted, notes = ZERO, (Text("not done", "未完成"),)
    elif quality is None:
        notes = (Text("no quality mark: not counted", "无质量评分，不计入"),)
    elif late:
        counted = quality * (ONE - rule.late_task)
        less = f"{rule.late_task * _PER_CENT:.0f}%"
        days = "1 day" if late == 1 else f"{late} days"
        notes = (Text(f"{days} late: counts {less} less", f"逾期 {late} 天，少计 {less}"),)
    return Item("tasks", one.store, one.quarter, task.id, task.task.title, quality, counted, notes)


def _teamwork(one: Closed, person: str) -> Iterator[Item]:
    """Three promises to others: what they waited for came in time, decisions were seen to, check-ins did not fall silent."""
    given = [task for task in one.plan.tasks if task.task.owner == person and _waited_for(one, task)]
    kept = [decision.status == "done" for decision in one.journal.decisions() if decision.owner == person]
    heard = [share for state in _owned(one, person) if (share := _heard(one, state.id)) is not None]
    in_time = [days_late(task, one.plan.as_of) == 0 for task in given]
    shares = (
        (
            "hand-overs",
            Text("tasks others waited for, in time", "他人等待的任务按时交付"),
            _share(in_time),
            len(in_time),
        ),
        ("decisions", Text("decisions seen to", "负责的决议已落实"), _share(kept), len(kept)),
        ("check-ins", Text("days not outdated by silence", "按时更新的天数占比"), _mean(heard), len(heard)),
    )
    for name, title, value, n in shares:
        if value is not None:
            notes = (Text(f"of {n}", f"共 {n} 项"),)
            yield Item("teamwork", one.store, one.quarter, name, title, value, value, notes)


def _waited_for(one: Closed, task: PlannedTask) -> bool:
    after = [other for other in one.plan.tasks if task.id in other.task.depends_on]
    return task.task.status != "dropped" and any(other.task.owner != task.task.owner for other in after)


def _share(values: list[bool]) -> Decimal | None:
    return Decimal(sum(values)) / len(values) if values else None


def _heard(one: Closed, key_result: str) -> Decimal | None:
    """The share of the quarter's days, from the lock on, on which a key result was not outdated."""
    locked = one.journal.locked
    if locked is None:
        return None
    began = max(locked.at.date(), one.quarter.start)
    said = [began, *(event.at.date() for event in one.journal.of(CheckIn) if event.key_result == key_result)]
    days = [began + timedelta(days=n) for n in range((one.quarter.end - began).days + 1)]
    cadence = one.card.sheet.cadence_days
    silent = sum(is_silent(max(on for on in said if on <= day), cadence, day) for day in days)
    return 1 - Decimal(silent) / len(days) if days else None


def _ideas(one: Closed, person: str) -> Iterator[str]:
    for idea in one.journal.ideas():
        if idea.author == person and idea.status in {"taken_up", "done"}:
            yield idea.says


def _helped(one: Closed, person: str) -> Iterator[str]:
    for task in one.plan.tasks:
        if person in task.task.participants and task.task.owner != person and task.task.status == "done":
            yield f"{task.id} {task.task.title}"


def _interim(one: Closed, person: str) -> Iterator[date]:
    for state in _owned(one, person):
        if state.score and state.score.final_on and state.score.final_on > one.card.as_of:
            yield state.score.final_on
