"""The plan by hand: rules for dates, critical path, slack, marks, load, balance, hand-overs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.errors import SheetError
from okrlib.okr import Journal, TaskUpdate
from okrlib.okr.balance import goods_balance, handovers, money_balance
from okrlib.okr.load import Booking, make_load
from okrlib.okr.plan import make_plan, require_sound_tasks
from okrlib.okr.team import Resources
from tests.okr.builders import at, kr, objective, sheet

TODAY = date(2026, 11, 15)  # a Sunday


def nov(day):
    return date(2026, 11, day)


def task(id_, start=None, due=None, **fields):
    given = {
        "id": id_,
        "key_result": "O1.1",
        "title": f"do {id_}",
        "owner": "Lin",
        "start": start,
        "due": due,
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def sheet_with(*tasks, due=date(2026, 12, 20)):
    return sheet(objective(kr(due=due), kr("O1.2", metric="orders"), tasks=list(tasks)))


def planned(*tasks, updates=(), as_of=TODAY, **fields):
    plan = make_plan(sheet_with(*tasks, **fields), Journal(tuple(updates)), as_of)
    return plan, {one.id: one for one in plan.tasks}


def update(day, id_="T1", **fields):
    return TaskUpdate(at=at(11, day), by="Lin", task=id_, **fields)


# Dates by rule


def test_dates_that_were_not_typed_follow_a_rule():
    plan, tasks = planned(
        task("T1"),  # nothing: the whole quarter, until its key result is due
        task("T2", due=nov(30), effort_days=5),  # five working days are a week
        task("T3", depends_on=["T2"]),  # the day after what it waits for
        task("T4", due=nov(20), effort_days=500),  # never before the quarter
        task("T5", start=date(2026, 12, 24)),  # begun after its key result: a day
    )
    span = {name: (one.schedule.start, one.schedule.due) for name, one in tasks.items()}
    first, end = date(2026, 10, 1), date(2026, 12, 20)
    assert span == {
        "T1": (first, end),
        "T2": (nov(24), nov(30)),
        "T3": (date(2026, 12, 1), end),
        "T4": (first, nov(20)),
        "T5": (date(2026, 12, 24), date(2026, 12, 24)),
    }
    assert plan.as_of == TODAY


# Critical path and slack


def diamond():
    """A (3 days) opens B (10) and C (4); D (5) waits for both; the key result is due on 20 December."""
    return (
        task("A", nov(16), nov(18)),
        task("B", nov(19), nov(28), depends_on=["A"]),
        task("C", nov(19), nov(22), depends_on=["A"]),
        task("D", nov(29), date(2026, 12, 3), depends_on=["B", "C"]),
    )


def test_the_critical_path_is_the_chain_with_the_least_slack():
    plan, tasks = planned(*diamond())
    assert [one.id for one in plan.critical_path] == ["A", "B", "D"]
    assert {name: one.schedule.slack for name, one in tasks.items()} == {"A": 17, "B": 17, "C": 23, "D": 17}
    assert [one.critical for one in tasks.values()] == [True, True, False, True]


def test_a_late_task_moves_all_that_wait_for_it():
    plan, tasks = planned(*diamond(), as_of=nov(20))  # A has not begun: it takes 20–22, B 23 to 2 December
    assert (tasks["A"].schedule.begins, tasks["A"].schedule.ends) == (nov(20), nov(22))
    assert tasks["D"].schedule.ends == date(2026, 12, 7)
    assert tasks["D"].schedule.slack == 13
    assert [one.id for one in plan.critical_path] == ["A", "B", "D"]


def test_a_task_without_a_start_is_not_late_while_its_effort_still_fits():
    _, tasks = planned(task("T1", due=nov(30)), task("T2", due=nov(20), effort_days=5))  # T2 takes a week
    assert (tasks["T1"].schedule.ends, tasks["T1"].schedule.slack) == (nov(30), 20)
    assert (tasks["T2"].schedule.begins, tasks["T2"].schedule.ends) == (TODAY, nov(21))


def test_what_is_done_delays_nothing_and_has_no_slack():
    done = [update(16, "A", status="doing"), update(17, "A", status="done")]
    plan, tasks = planned(*diamond(), updates=done, as_of=nov(18))
    assert (tasks["A"].schedule.ends, tasks["A"].schedule.slack) == (nov(17), None)
    assert [one.id for one in plan.critical_path] == ["B", "D"]
    assert not planned(task("T1", status="done"))[0].critical_path


def test_a_dropped_task_is_waited_for_by_nobody():
    _, tasks = planned(*diamond(), updates=[update(15, "B", status="dropped")])
    assert tasks["B"].schedule.slack is None
    assert tasks["D"].schedule.slack == 17  # its own day stands
    assert tasks["C"].schedule.slack == 23


def test_a_key_result_that_will_be_missed_has_slack_below_zero():
    _, tasks = planned(*diamond(), due=date(2026, 12, 1))
    assert {name: one.schedule.slack for name, one in tasks.items()} == {"A": -2, "B": -2, "C": 4, "D": -2}
    assert "2 days too late for the key result" in [mark.says.en for mark in tasks["B"].marks]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(0, 30))
def test_a_chain_has_one_slack_all_along(lengths, delay):
    tasks, start = [], nov(16)
    for n, length in enumerate(lengths):
        waits = {"depends_on": [f"T{n - 1}"]} if n else {}
        due = start + timedelta(days=length - 1)
        tasks.append(task(f"T{n}", start, due, **waits))
        start = due + timedelta(days=1)
    plan, found = planned(*tasks, as_of=nov(16) + timedelta(days=delay))
    slack = (date(2026, 12, 20) - nov(16)).days + 1 - sum(lengths) - delay
    assert {one.schedule.slack for one in found.values()} == {slack}
    assert len(plan.critical_path) == len(lengths)


# Marks


def marks(*tasks, **fields):
    plan, _ = planned(*tasks, **fields)
    return [mark.says.en for mark in plan.tasks[-1].marks]


def test_a_sound_task_has_no_mark():
    assert marks(task("T1", nov(16), nov(20), effort_days=2)) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"owner": None}, "no owner"),
        ({"effort_days": None}, "no effort given"),
        ({"due": None}, "no due day of its own"),
        ({"due": date(2027, 1, 2)}, "reaches beyond the quarter"),
        ({"due": date(2026, 12, 21)}, "due after its key result"),
        ({"start": nov(2), "due": nov(10), "status": "doing"}, "overdue by 5 days"),
        ({"start": nov(12)}, "should have begun 3 days ago"),
        ({"start": nov(12)}, "expected only on 23 Nov"),
        ({"blocked_by": "supplier"}, "blocked by supplier"),
    ],
)
def test_what_is_marked(fields, says):
    assert says in marks(task("T1", **({"start": nov(16), "due": nov(20), "effort_days": 2} | fields)))


def test_starting_before_what_it_waits_for_is_due():
    found = marks(task("T1", nov(16), nov(20)), task("T2", nov(20), nov(25), depends_on=["T1"], effort_days=1))
    assert "starts before T1, which it waits for, is due (20 Nov)" in found


def test_done_and_dropped_tasks_are_left_in_peace():
    assert marks(task("T1", nov(2), nov(3), status="done", owner=None)) == []


def test_blocked_since_the_present_blockage_began():
    said = [
        update(1, blocked_by="design"), update(3, unblocked=True), update(6, blocked_by="supplier"), update(9, blocked_by="supplier"),
        update(20, unblocked=True),
    ]  # fmt: skip
    assert marks(task("T1", nov(2), nov(30), effort_days=1, status="doing"), updates=said) == [
        "blocked by supplier for 9 days"
    ]
    assert marks(task("T1", nov(2), nov(30), effort_days=1, status="doing"), updates=said, as_of=nov(21)) == []


def test_what_a_task_took_is_the_last_word_on_it():
    _, tasks = planned(
        task("T1"), updates=[update(3, effort_days=2), update(9, effort_days="3.5"), update(20, effort_days=9)]
    )
    assert tasks["T1"].spent_days == Decimal("3.5")


def test_effects_of_a_key_result_compound():
    plan, _ = planned(
        task("T1", expected_effect={"metric": "net_revenue", "change": "0.1"}),
        task("T2", expected_effect={"metric": "net_revenue", "change": "0.1"}),
        task("T3", expected_effect={"metric": "refund_rate", "change": "-0.05"}, status="dropped"),
    )
    first, second = plan.effects
    assert first.changes == {"net_revenue": Decimal("0.21")}
    assert (second.key_result.id, second.tasks, second.changes) == ("O1.2", (), {})


# What is refused


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"owner": None}, "task T1: no owner"),
        ({"due": date(2027, 1, 2)}, "due 2027-01-02 lies outside 2026Q4; expected a day from 2026-10-01 to 2026-12-31"),
        ({"start": date(2026, 9, 30)}, "start 2026-09-30 lies outside"),
    ],
)
def test_a_plan_that_cannot_stand_is_refused(fields, says):
    with pytest.raises(SheetError, match=says):
        require_sound_tasks(sheet_with(task("T1", **fields)))
    require_sound_tasks(sheet_with(task("T1"), task("T2", status="dropped", due=date(2027, 1, 2))))


def test_a_circle_is_refused_when_the_sheet_is_read():
    with pytest.raises(ValueError, match="task T1 is waiting for itself: T1 → T2 → T1"):
        sheet_with(task("T1", depends_on=["T2"]), task("T2", depends_on=["T1"]))


# Load


RESOURCES = Resources.model_validate(
    {
        "teams": [
            {
                "name": "Shop", "stores": ["demo_tmall"], "holidays": ["2026-11-18"],
                "people": [{"name": "Lin", "days_a_week": 2}, {"name": "Bo", "days_a_week": 5}],
            },
            {"name": "Store room", "people": [{"name": "Ada", "days_a_week": 3}]},
            {"name": "Elsewhere", "stores": ["other"], "people": [{"name": "Cy", "days_a_week": 3}]},
        ],
        "budgets": [
            {"store": "demo_tmall", "quarter": "2026Q4", "team": "Shop", "money": 100},
            {"store": "demo_tmall", "quarter": "2026Q4", "objective": "O1", "money": 500},
        ],
        "goods": [{"store": "demo_tmall", "quarter": "2026Q4", "goods": "boxes 100 sets"}],
    }
)  # fmt: skip


def load(*tasks, as_of=None):
    found = make_load(planned(*tasks, as_of=as_of or nov(16))[0], RESOURCES)
    return found, {line.name: line for line in (*found.people, *found.teams)}


def test_effort_is_spread_over_people_and_their_working_days():
    # 9 person-days, half of them Lin's, over 16–27 November: 9 working days for the Shop, the 18th is a holiday.
    _, lines = load(task("T1", nov(16), nov(27), effort_days=9, participants=["Bo"]))
    assert [week.booked for week in lines["Lin"].weeks[:3]] == [2, Decimal("2.5"), 0]
    assert [week.capacity for week in lines["Lin"].weeks[:2]] == [Decimal("1.6"), 2]
    assert [week.booked for week in lines["Shop"].weeks[:3]] == [4, 5, 0]
    assert [week.capacity for week in lines["Shop"].weeks[:2]] == [Decimal("5.6"), 7]
    assert {name: line.booking for name, line in lines.items()} == {  # Bo: 4.5 of 19 days in four weeks
        "Lin": Booking.OVER, "Bo": Booking.IDLE, "Ada": Booking.IDLE, "Shop": Booking.FITS, "Store room": Booking.IDLE,
    }  # fmt: skip


def test_weeks_are_cut_to_the_quarter_and_begin_today():
    _, lines = load(as_of=date(2026, 12, 22))
    assert [str(week.days) for week in lines["Ada"].weeks] == ["2026-12-21..2026-12-27", "2026-12-28..2026-12-31"]
    assert [week.capacity for week in lines["Ada"].weeks] == [3, Decimal("2.4")]
    _, lines = load(as_of=date(2026, 12, 31))
    assert len(lines["Ada"].weeks) == 14
    assert lines["Ada"].booking is Booking.IDLE


def test_somebody_unknown_has_no_capacity_and_is_not_said_to_fit():
    _, lines = load(task("T1", nov(16), nov(20), owner="Zoe", effort_days=5))
    assert (lines["Zoe"].booked, lines["Zoe"].capacity, lines["Zoe"].booking) == (5, None, Booking.UNKNOWN)
    assert "Cy" not in lines


def test_effort_never_disappears_without_a_word():
    found, lines = load(
        task("T1", nov(16), nov(20)),
        task("T2", nov(16), nov(20), owner=None, effort_days=3),
        task("T3", nov(21), nov(22), effort_days=2),  # a weekend: done all the same
        task("T4", nov(16), nov(20), effort_days=3, status="dropped"),
    )
    assert [one.id for one in found.unplanned] == ["T1"]
    assert [one.id for one in found.unowned] == ["T2"]
    assert lines["Lin"].booked == 2


# Balance and hand-overs


def test_budgets_are_held_against_the_plan():
    plan, _ = planned(
        task("T1", budget=80), task("T2", budget=45, team="Shop"), task("T3", budget=7, owner="Zoe"),
        task("T4", budget=999, status="dropped"),
    )  # fmt: skip
    teams = {line.name: (line.planned, line.available, line.left) for line in money_balance(plan, RESOURCES, "team")}
    assert teams == {"Shop": (125, 100, -25), None: (7, None, None)}
    (whole,) = money_balance(plan, RESOURCES, "objective")
    assert (whole.name, whole.planned, whole.left) == ("O1", 132, 368)


def test_goods_are_held_against_the_plan():
    plan, _ = planned(
        task("T1", goods="boxes 80 sets"), task("T2", goods="boxes 45 sets"), task("T3", goods="some ribbon")
    )
    lines = {
        (line.name, line.unit): (line.planned, line.available, line.left) for line in goods_balance(plan, RESOURCES)
    }
    assert lines == {("boxes", "sets"): (125, 100, -25), ("some ribbon", ""): (None, None, None)}


def test_handovers_are_between_teams():
    plan, _ = planned(
        task("T1", owner="Ada"),
        task("T2", depends_on=["T1"]),
        task("T3", depends_on=["T2"], owner="Bo"),  # the same team
        task("T4", status="done", owner="Ada"),
        task("T5", depends_on=["T4"], blocked_by="supplier"),
    )
    found = [
        (one.giver, one.taker, one.task.id, one.waits_for and one.waits_for.id) for one in handovers(plan, RESOURCES)
    ]
    assert found == [("Store room", "Shop", "T2", "T1"), ("supplier", "Shop", "T5", None)]
