"""The month behind a meeting, worked by hand on a sheet of two key results; blockers by kind; what last quarter leaves."""

from datetime import date

from okrlib.okr import CheckIn, Decision, Idea, Journal, Lesson, Minutes, TaskUpdate, scorecard
from okrlib.okr.agenda import agenda, blockers_by_kind
from okrlib.okr.carry_over import carry_over
from okrlib.okr.month import month, month_of
from okrlib.periods import Period, Quarter
from tests.okr.builders import at, d, kr, locked, objective, reading, sheet

DAY = date(2026, 11, 22)
TASKS = [
    {"id": "T1", "key_result": "a", "title": "Page", "owner": "Lin", "blocked_by": "supplier"},
    {"id": "T2", "key_result": "b", "title": "Parcel", "owner": "Wu"},
]


def said(name, month_, day, **fields):
    return CheckIn(at=at(month_, day), by="Lin", key_result=name, confidence=6, narrative="well", **fields)


def looked_back(*events, before=True):
    active, journal = locked(sheet(objective(kr("a"), kr("b"), tasks=TASKS)))
    journal = Journal((*journal.events, *sorted(events, key=lambda event: event.at)))
    cards = [
        scorecard(active, journal, {"a": reading(value), "b": reading(150)}, {}, day)
        for value, day in ((160, DAY), (120, date(2026, 10, 25)))
    ]
    return month(cards[0], cards[1] if before else None, journal)


def test_a_month_is_four_weeks_inside_the_quarter():
    assert month_of(Quarter(2026, 4).period, DAY) == Period(date(2026, 10, 26), DAY)
    assert month_of(Quarter(2026, 4).period, date(2026, 10, 8)) == Period(date(2026, 10, 1), date(2026, 10, 8))
    assert month_of(Quarter(2026, 4).period, date(2027, 2, 1)).end == date(2026, 12, 31)


def test_each_key_result_says_how_far_it_came_and_how_often_its_owner_was_heard():
    found = looked_back(said("a", 10, 20), said("a", 10, 26), said("a", 11, 20), said("b", 11, 1))
    first, second = found.lines
    assert (first.before.progress, first.state.progress) == (d("0.2"), d("0.6"))
    assert (first.check_ins, first.asked_for, second.check_ins) == (2, 4, 1)
    assert looked_back(before=False).lines[0].before is None


def test_decisions_of_the_month_and_open_ones_stand_as_they_last_were():
    old, kept = (
        Decision(at=at(10, 2), by="Lin", id="D1", says="old", status="done"),
        Decision(at=at(10, 2), by="Lin", id="D2", says="open"),
    )
    made = Decision(at=at(11, 2), by="Lin", id="D3", says="new")
    found = looked_back(old, kept, made, made.model_copy(update={"at": at(11, 9), "status": "done"}))
    assert [(one.id, one.status) for one in found.decisions] == [("D2", "open"), ("D3", "done")]


def test_ideas_keep_their_author_and_minutes_their_words():
    idea = Idea(at=at(10, 2), by="Lin", id="I1", says="mugs", author="Wu")
    taken = idea.model_copy(update={"at": at(11, 2), "by": "Mei", "status": "taken_up"})
    found = looked_back(
        idea, taken, Minutes(at=at(11, 2), by="Lin", meeting="weekly", says="mugs it is", present=("Wu",))
    )
    assert [(one.author, one.status) for one in found.ideas] == [("Wu", "taken_up")]
    assert [(one.meeting, one.present) for one in found.minutes] == [("weekly", ("Wu",))]


def test_blockers_by_kind_count_days_since_it_was_first_said():
    active, journal = locked(sheet(objective(kr("a"), kr("b"), tasks=TASKS)))
    events = (
        TaskUpdate(at=at(11, 12), by="Lin", task="T1", blocked_by="supplier"),
        TaskUpdate(at=at(11, 20), by="Wu", task="T2", blocked_by="no budget", blocker_kind="resource"),
        said("b", 11, 21, blocker="still none", blocker_kind="resource"),
    )
    journal = Journal((*journal.events, *events))
    card = scorecard(active, journal, {}, {}, DAY)
    found = blockers_by_kind(agenda(card, None, journal).blocked)
    assert [(one.kind, [item.id for item in one.items], one.longest) for one in found] == [
        ("resource", ["b", "T2"], 2), ("dependency", ["T1"], 10),
    ]  # fmt: skip


def test_nothing_carries_over_by_itself_and_what_came_back_unasked_is_seen():
    titles = {"O1": "Win the festival", "O2": "Keep buyers", "O3": "Learn from live"}
    last = sheet(*(objective(kr(f"{name}.1"), id_=name) for name in titles), quarter="2026Q3")
    last = last.model_copy(
        update={"objectives": tuple(one.model_copy(update={"title": titles[one.id]}) for one in last.objectives)}
    )
    now = last.model_copy(update={"quarter": Quarter(2026, 4)})
    lessons = [
        Lesson(at=at(10, 2), by="Lin", about=name, verdict=verdict)
        for name, verdict in (("O1", "keep"), ("O2", "drop"))
    ]
    beside = Lesson(at=at(10, 2), by="Lin", about="O1.1", verdict="change", says="start earlier")
    still = Decision(at=at(9, 20), by="Lin", id="D1", says="bundles")
    found = carry_over(last, Journal((*lessons, beside, still)), now)
    assert [(one.objective.id, one.again.id, one.unasked) for one in found.objectives] == [
        ("O1", "O1", False), ("O2", "O2", True), ("O3", "O3", True),
    ]  # fmt: skip
    assert (found.lessons, [one.id for one in found.decisions]) == ((beside,), ["D1"])
    assert [one.again for one in carry_over(last, Journal(), None).objectives] == [None] * 3
