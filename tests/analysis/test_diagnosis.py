"""Breaks in series made by hand, and the six problems: each sign seen where it is, and not where it is not."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.breaks import Break, find_break
from okrlib.analysis.diagnosis import Evidence, diagnose
from okrlib.okr import CheckIn, Journal, Outlook, Survey, TaskUpdate, scorecard
from okrlib.okr.balance import handovers
from okrlib.okr.load import make_load
from okrlib.okr.plan import make_plan
from okrlib.okr.team import Resources, read_resources
from tests.okr.builders import at, kr, locked, objective, reading, sheet

DAY = date(2026, 11, 22)
PROBLEMS = ("understanding", "motivation", "resources", "cooperation", "market", "watching")


def series(fall=1.0, since=DAY - timedelta(days=27), seed=3):
    days = pd.date_range("2025-01-01", DAY, freq="D")
    noise = np.random.default_rng(seed).normal(1, 0.1, len(days))
    values = 1000 * (1 + 0.3 * np.sin(2 * np.pi * days.day_of_year / 365)) * noise
    return pd.Series(np.where(days >= pd.Timestamp(since), values * fall, values), index=days)


def test_a_fall_by_a_third_is_found_in_its_week_and_the_season_is_none():
    found = find_break("revenue", series(fall=0.65), DAY)
    assert abs((found.since - (DAY - timedelta(days=27))).days) <= 7
    assert found.change == pytest.approx(-0.35, abs=0.06)
    assert find_break("revenue", series(), DAY) is None


def test_days_after_the_as_of_day_are_not_looked_at_and_a_year_is_needed():
    assert find_break("revenue", series(fall=0.65), DAY - timedelta(days=30)) is None
    assert find_break("revenue", series(fall=0.65).loc["2026-01-01":], DAY) is None


def test_few_series_without_a_break_are_said_to_have_one():
    alarms = sum(find_break("revenue", series(seed=seed), DAY) is not None for seed in range(60))
    assert alarms <= 3


TEAM = """\
teams:
  - {name: Brush, people: [{name: Lin, days_a_week: 1}]}
  - {name: Voice, people: [{name: Bo, days_a_week: 5}]}
"""
TASKS = [
    {"id": "T1", "key_result": "a", "title": "Paint", "owner": "Lin", "start": "2026-11-02", "due": "2026-12-11", "effort_days": 20},
    {"id": "T2", "key_result": "a", "title": "Tell", "owner": "Bo", "start": "2026-12-14", "due": "2026-12-18", "effort_days": 1,
     "depends_on": ["T1"]},
]  # fmt: skip


def evidence(tmp_path: Path, *events, team=TEAM, breaks=(), surveys=(), tasks=TASKS, ambitions=None):
    active, journal = locked(sheet(objective(kr("a"), kr("b"), tasks=tasks)))
    journal = Journal((*journal.events, *events))
    card = scorecard(
        active, journal, {"a": reading(150), "b": reading(150)}, {"a": Outlook(0.8), "b": Outlook(0.8)}, DAY
    )
    (tmp_path / "team.yaml").write_text(team, encoding="utf-8")
    resources = read_resources(tmp_path / "team.yaml") if team else Resources()
    plan = make_plan(active, journal, DAY)
    load = make_load(plan, resources) if team else None
    return Evidence(card, journal, load, handovers(plan, resources), ambitions or {}, breaks, surveys)


def heard(name, day=20):
    return CheckIn(at=at(11, day), by="Lin", key_result=name, confidence=6, narrative="on")


def told(found, problem):
    one = next(one for one in diagnose(found) if one.problem == problem)
    return one.level, [sign.says.en for sign in one.signs]


def test_every_problem_is_looked_for_in_both_languages(tmp_path):
    found = diagnose(evidence(tmp_path, heard("a"), heard("b")))
    assert tuple(one.problem for one in found) == PROBLEMS
    assert all(sign.says.zh and sign.says.en for one in found for sign in one.signs)


def test_one_team_over_booked_while_another_is_idle(tmp_path):
    assert told(evidence(tmp_path), "resources") == ("bad", ["Brush over-booked while Voice could take on work."])
    assert told(evidence(tmp_path, team=""), "resources")[0] == "none"


def test_tasks_that_wait_on_another_team(tmp_path):
    assert told(evidence(tmp_path), "cooperation") == ("bad", ["T2 waits on Brush."])  # too late for its key result
    blocked = TaskUpdate(at=at(11, 12), by="Lin", task="T1", blocked_by="supplier")
    level, signs = told(evidence(tmp_path, blocked), "cooperation")
    assert (level, signs[0]) == ("bad", "T1 waits on supplier for 10 days.")
    assert told(evidence(tmp_path, tasks=[]), "cooperation") == ("good", ["No sign of it."])


def test_silence_is_seen(tmp_path):
    level, signs = told(evidence(tmp_path, heard("a")), "watching")
    assert (level, signs) == ("bad", ["b never heard of."])
    assert told(evidence(tmp_path, heard("a"), heard("b")), "watching")[0] == "good"


def test_a_break_is_bad_until_somebody_answers_it(tmp_path):
    fall = Break("revenue", date(2026, 11, 9), -0.2)
    level, (says,) = told(evidence(tmp_path, breaks=[fall]), "market")
    assert level == "bad"
    assert says == (
        "Paid revenue has run -20% off its course since 9 Nov 2026 (13 days ago): no check-in, decision or change since."
    )
    answered = told(evidence(tmp_path, heard("a"), breaks=[fall]), "market")
    assert answered[0] == "good"
    assert "1 check-in, decision or change since" in answered[1][0]
    assert told(evidence(tmp_path, breaks=None), "market")[0] == "none"


def test_a_survey_below_the_middle_of_its_scale(tmp_path):
    low = Survey(
        at=at(11, 1), by="Lin", name="autumn", respondents=9, scores={"ambition": Decimal("2.4"), "clarity": Decimal(4)}
    )
    level, signs = told(evidence(tmp_path, surveys=[low]), "motivation")
    assert (level, signs[0]) == ("bad", "Survey autumn: ambition 2.4 of 5.")


def test_two_definitions_of_one_measure(tmp_path):
    def typed(name, definition):
        return kr(name, metric=None, measure={"name": "Broken pots", "definition": definition, "unit": "pots"})

    active, journal = locked(sheet(objective(typed("a", "tickets"), typed("b", "returns"))))
    card = scorecard(active, journal, {}, {}, DAY)
    found = Evidence(card, journal, None, (), {}, (), ())
    assert told(found, "understanding") == ("bad", ["a and b define “Broken pots” in two ways."])
