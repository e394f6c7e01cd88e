"""Working together, by hand: what was handed over, what stood still, what came late."""

from datetime import date

from okrlib.okr import CheckIn, Journal
from okrlib.okr.collaboration import collaboration
from okrlib.okr.plan import make_plan
from okrlib.okr.team import Resources
from tests.okr.builders import at
from tests.okr.test_plan import nov, sheet_with, task, update

TEAMS = Resources(
    teams=[
        {"name": "Shop", "people": [{"name": "Lin", "days_a_week": 3}]},
        {"name": "Studio", "people": [{"name": "Chen", "days_a_week": 3}]},
    ]
)
TASKS = (
    task("T1", due=nov(10), owner="Chen"), task("T2", due=nov(20), depends_on=["T1"]),
    task("T3", due=nov(5), depends_on=["T2"]), task("T4", due=nov(30), owner="Chen", depends_on=["T3"]),
)  # fmt: skip


def seen(*events, on=date(2026, 11, 25), tasks=TASKS):
    journal = Journal(events)
    return collaboration(make_plan(sheet_with(*tasks), journal, on), journal, TEAMS)


def said(day, blocker=None, key_result="O1.1"):
    kind = "external" if blocker else None
    return CheckIn(
        at=at(11, day), by="Lin", key_result=key_result, confidence=5, narrative="x", blocker=blocker, blocker_kind=kind
    )


def test_hand_overs_between_teams_are_in_time_or_late():
    found = seen(update(12, "T1", status="done"))
    told = [(one.giver, one.taker, one.task.id, one.waited.id, one.late) for one in found.handed_over]
    assert told == [("Studio", "Shop", "T1", "T2", 2), ("Shop", "Studio", "T3", "T4", 20)]
    assert found.in_time == 0
    assert seen(update(10, "T1", status="done")).in_time == 1
    assert [one.late for one in seen(on=nov(3)).handed_over] == [None, None], "not due yet: neither in time nor late"


def test_within_a_team_nothing_is_handed_over():
    assert seen(tasks=(task("T1", due=nov(10)), task("T2", depends_on=["T1"]))).handed_over == ()


def test_late_tasks_name_who_waited():
    late = seen(update(12, "T1", status="done"), on=nov(19)).late
    assert [(one.task.id, one.days, [other.id for other in one.waited]) for one in late] == [
        ("T3", 14, ["T4"]),
        ("T1", 2, ["T2"]),
    ]
    dropped = update(1, "T3", status="dropped")
    assert [one.task.id for one in seen(dropped, update(12, "T1", status="done"), on=nov(19)).late] == ["T1"]


def test_a_key_result_stands_still_until_a_check_in_names_no_blocker():
    found = seen(said(2, "rain"), said(9, "more rain"), said(16), said(23, "snow"))
    told = [(one.id, one.by, one.kind, one.days, one.over) for one in found.stood_still]
    assert told == [("O1.1", "more rain", "external", 14, True), ("O1.1", "snow", "external", 2, False)]
    assert found.days_still == 16


def test_nothing_stands_still_after_the_quarter():
    found = seen(
        CheckIn(at=at(12, 28), by="Lin", key_result="O1.1", confidence=1, narrative="x", blocker="snow"),
        on=date(2027, 2, 1),
    )
    assert [one.days for one in found.stood_still] == [3], "from the 28th to the 31st"


def test_a_task_stands_still_until_it_is_freed_done_or_dropped():
    found = seen(
        update(2, "T1", blocked_by="printer"), update(4, "T1", blocked_by="paper"), update(9, "T1", unblocked=True),
        update(10, "T2", blocked_by="Chen"), update(13, "T2", status="done"), update(20, "T4", blocked_by="Bo"),
    )  # fmt: skip
    told = {one.id: (one.by, one.days, one.over) for one in found.stood_still}
    assert told == {"T1": ("paper", 7, True), "T2": ("Chen", 3, True), "T4": ("Bo", 5, False)}


def test_later_events_are_not_seen():
    assert seen(update(20, "T4", blocked_by="Bo"), on=nov(19)).stood_still == ()
