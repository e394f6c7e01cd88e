"""A check-in meeting's agenda, from hand-made cards a week apart."""

from datetime import date

from okrlib.okr import CheckIn, Decision, Idea, Journal, Outlook, TaskUpdate, scorecard
from okrlib.okr.agenda import agenda
from okrlib.okr.status import Status
from tests.okr.builders import at, d, kr, locked, objective, reading, sheet

DAY, WEEK_BEFORE = date(2026, 11, 15), date(2026, 11, 8)
TASKS = [
    {"id": "T1", "key_result": "a", "title": "Landing page", "owner": "Lin", "due": "2026-11-10"},
    {
        "id": "T2",
        "key_result": "a",
        "title": "Parcel test",
        "owner": "Xu",
        "due": "2026-11-30",
        "blocked_by": "supplier",
    },
    {"id": "T3", "key_result": "b", "title": "Finished", "owner": "Xu", "due": "2026-11-01", "status": "done"},
]


def said(key_result, day, month=11, **fields):
    return CheckIn(at=at(month, day), by="Lin", key_result=key_result, confidence=6, narrative="well", **fields)


def plan():
    return locked(sheet(objective(kr("a"), kr("b"), kr("c", kind="at_most", baseline=None, target=50), tasks=TASKS)))


def meeting(*events, now=None, before=None, outlooks=None):
    """The agenda of DAY; values of a, b and c now and a week before, where 100 is the start and 200 the target."""
    active, journal = plan()
    journal = Journal((*journal.events, *sorted(events, key=lambda event: event.at)))
    values = {"a": 150, "b": 150, "c": 40} | (now or {})
    earlier = values | (before or {})
    cards = [
        scorecard(active, journal, {name: reading(value) for name, value in given.items()}, outlooks or {}, day)
        for given, day in ((values, DAY), (earlier, WEEK_BEFORE))
    ]
    return agenda(*cards, journal)


def heard(*names):
    return [said(name, 13) for name in names]


def test_what_moved_is_told_in_shares_of_the_way():
    found = meeting(now={"a": 160, "b": 140}, before={"a": 150, "b": 150})
    assert [(move.state.id, move.change) for move in found.moved] == [("a", d("0.1")), ("b", d("-0.1"))]


def test_what_had_no_value_did_not_move():
    assert meeting(now={"a": 150}, before={"a": None, "b": None}).moved == ()
    assert meeting(now={"a": None}).moved == ()


def test_the_first_meeting_has_nothing_to_compare_with():
    active, journal = plan()
    card = scorecard(active, journal, {"a": reading(150)}, {}, DAY)
    assert agenda(card, None, journal).moved == ()


def test_a_threshold_that_is_crossed_moves_by_the_whole_way():
    (move,) = meeting(now={"c": 60}, before={"c": 40}).moved
    assert (move.state.id, move.change) == ("c", d(-1))


def test_lagging_is_what_is_behind_or_at_risk_but_heard_of():
    chances = {"a": Outlook(0.9), "b": Outlook(0.1), "c": Outlook(0.9)}
    found = meeting(*heard("a", "b", "c"), outlooks=chances)
    assert [(state.id, state.status) for state in found.lagging] == [("b", Status.AT_RISK)]
    assert found.silent == ()


def test_silence_is_told_apart_from_lagging():
    found = meeting(said("a", 13), said("b", 20, month=10), outlooks={"b": Outlook(0.1)})
    assert [state.id for state in found.silent] == ["b", "c"]
    assert "b" not in {state.id for state in found.lagging}


def test_a_blocker_counts_from_the_day_it_was_first_named_without_a_break():
    blocked = {"blocker": "samples", "blocker_kind": "external"}
    found = meeting(said("a", 2, **blocked), said("a", 5), said("a", 9, **blocked), said("a", 13, **blocked))
    first, task = found.blocked
    assert (first.id, first.by, first.kind, first.since, first.days) == (
        "a",
        "samples",
        "external",
        date(2026, 11, 9),
        6,
    )
    assert (task.id, task.by, task.days) == ("T2", "supplier", None)


def test_a_blocker_that_is_gone_is_not_on_the_agenda():
    assert [one.id for one in meeting(said("a", 9, blocker="samples"), said("a", 13)).blocked] == ["T2"]
    freed = TaskUpdate(at=at(11, 12), by="Xu", task="T2", unblocked=True)
    assert meeting(freed).blocked == ()


def test_promises_whose_day_has_passed_are_overdue():
    late = [
        said("a", 6, next_action="call the printer", next_due="2026-11-12"),
        Decision(at=at(11, 1), by="Lin", id="D1", says="order boxes", owner="Xu", due="2026-11-14"),
        Decision(at=at(11, 1), by="Lin", id="D2", says="due today", due="2026-11-15"),
    ]
    found = meeting(*late)
    assert [(one.what.en, one.title, one.owner, one.days) for one in found.overdue] == [
        ("task", "Landing page", "Lin", 5),
        ("next action", "call the printer", None, 3),
        ("decision", "order boxes", "Xu", 1),
    ]


def test_a_task_that_is_done_is_not_late():
    done = TaskUpdate(at=at(11, 9), by="Lin", task="T1", status="done")
    assert meeting(done).overdue == ()


def test_open_decisions_and_ideas_come_back_until_they_are_judged():
    events = [
        Decision(at=at(11, 1), by="Lin", id="D1", says="boxes"),
        Decision(at=at(11, 2), by="Lin", id="D2", says="ribbons"),
        Decision(at=at(11, 9), by="Lin", id="D1", says="boxes", status="done"),
        Idea(at=at(11, 3), by="Lin", id="I1", says="gift cards", author="Ann"),
        Idea(at=at(11, 3), by="Lin", id="I2", says="free tea", author="Bo"),
        Idea(at=at(11, 10), by="Lin", id="I2", says="free tea", author="Bo", status="declined"),
    ]
    found = meeting(*events)
    assert [one.id for one in found.decisions] == ["D2"]
    assert [(one.id, one.author) for one in found.ideas] == [("I1", "Ann")]


def test_nothing_of_tomorrow_is_on_todays_agenda():
    tomorrow = Decision(at=at(11, 16), by="Lin", id="D9", says="later")
    idea = Idea(at=at(11, 16), by="Lin", id="I9", says="later", author="Ann")
    found = meeting(tomorrow, idea, said("a", 16, blocker="later"))
    assert (found.decisions, found.ideas, [one.id for one in found.blocked]) == ((), (), ["T2"])
