import re
from decimal import Decimal

import pytest
from pydantic import ValidationError

from okrlib.errors import SheetError
from okrlib.okr.fields import exact
from okrlib.okr.model import Objective, Sheet
from tests.okr.builders import d, kr, objective, sheet


def refused(words):
    return pytest.raises(ValidationError, match=re.escape(words))


def test_numbers_are_the_decimals_that_were_typed():
    assert str(kr(baseline=2.35, target=2.6).baseline) == "2.35"
    assert [str(exact(value)) for value in ("5000000.0", 5e6, Decimal("2.60"), "-0.05")] == [
        "5000000", "5000000", "2.6", "-0.05",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", [True, "500万", "nan", "inf", ""])
def test_what_is_no_number_is_refused(typed):
    with refused("expected a number such as 5000000"):
        kr(target=typed)


def test_target_equal_to_baseline_is_refused_naming_the_key_result():
    with refused("key result O1.1: target 100 equals its baseline"):
        kr(baseline=100, target="100.0")


def test_conversions_in_decimals_and_negative_margins_are_fine():
    assert kr(baseline="2.35", target="2.60").target == d("2.6")
    assert kr(baseline="-0.05", target="-0.01").target == d("-0.01")


@pytest.mark.parametrize("levels", [(150, 120, 180), (120, 150, 140), (200, 150, 160)])
def test_levels_out_of_order_are_refused(levels):
    commit, target, stretch = levels
    with refused("are not in order"):
        kr(commit=commit, target=target, stretch=stretch)


def test_levels_run_in_the_direction_of_improvement():
    assert kr(baseline=10, commit=8, target=6, stretch=5).direction(d(10)) == -1
    with refused("run against the way from baseline 100"):
        kr(baseline=100, commit=220, target=200, stretch=180)
    with refused("run against the way"):
        kr(kind="at_most", baseline=None, commit=1, target=2, stretch=3)


def test_one_of_three_key_results_with_a_weight_is_refused_naming_the_two_without():
    with refused("key results O1.2, O1.3 have no weight while others have one"):
        objective(kr("O1.1", weight=2), kr("O1.2"), kr("O1.3"))


def test_weights_are_not_negative_and_have_a_positive_sum():
    with refused("greater than or equal to 0"):
        kr(weight=-1)
    with refused("sum to 0"):
        objective(kr("O1.1", weight=0), kr("O1.2", weight=0))


def test_sibling_objectives_are_all_weighed_or_none():
    with refused("objectives O2 have no weight"):
        sheet(objective(kr("a"), id_="O1", weight=2), objective(kr("b"), id_="O2"))
    sheet(objective(kr("a"), id_="O1"), objective(kr("b"), id_="O2", parent="O1", weight=2))


def test_a_guardrail_needs_no_weight_and_may_have_none():
    objective(kr("a", weight=1), kr("g", kind="at_most", baseline=None, guardrail=True))
    with refused("carries no weight"):
        kr("g", kind="at_most", baseline=None, guardrail=True, weight=1)


def test_an_objective_without_key_results_is_fine_in_a_draft_only():
    draft = sheet(objective())
    with pytest.raises(ValueError, match="objective O1: no key results"):
        draft.check_complete()
    with refused("objective O1: no key results"):
        sheet(objective(), state="active")


def test_an_objective_measured_by_those_that_serve_it_needs_none_of_its_own():
    sheet(objective(), objective(kr("a"), id_="O2", parent="O1"), state="active")


def test_only_a_draft_may_lack_what_a_key_result_is_measured_by():
    bare = kr(metric=None, target=None)
    assert bare.missing == ("metric or measure", "target")
    with refused("key result O1.1: metric or measure, target missing"):
        sheet(objective(bare), state="active")


def test_ids_are_unique_and_text():
    with refused("id O1 is used 2 times"):
        sheet(objective(kr("O1")))
    with refused('put it in quotes, "1.1"'):
        kr(1.1)
    with refused("no slash"):
        kr("O1/1")


def test_unknown_fields_are_refused():
    with refused("Extra inputs are not permitted"):
        kr(taget=5)


def test_metric_and_measure_exclude_each_other():
    with refused("not both"):
        kr(measure={"name": "a", "definition": "b", "unit": "c"})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "milestones"}, "has no commit, target or stretch"),
        ({"band": [1, 2]}, "a band belongs to kind between"),
        ({"kind": "between", "target": None, "band": [3, 2]}, "the lower end comes first"),
        ({"milestones": [{"title": "a"}]}, "use kind: milestones"),
        ({"kind": "milestones", "target": None, "milestones": [{"title": "a", "weight": 0}]}, "weights sum to 0"),
    ],
)
def test_fields_that_do_not_fit_the_kind_are_refused(fields, words):
    with refused(words):
        kr(**fields)


def tasks(*given):
    plan = [{"key_result": "O1.1", "title": "t", **task} for task in given]
    return Sheet.model_validate(
        sheet(objective(kr())).model_dump(exclude_defaults=True)
        | {"objectives": [objective(kr()).model_dump(exclude_defaults=True) | {"tasks": plan}]}
    )


def test_tasks_name_key_results_and_tasks_that_exist():
    with refused("task T1: key result O9 is not one of objective O1: O1.1"):
        Objective.model_validate({"id": "O1", "title": "a", "key_results": [{"id": "O1.1"}]} | {
            "tasks": [{"id": "T1", "key_result": "O9", "title": "t"}]})  # fmt: skip
    with refused("depends on T7"):
        tasks({"id": "T1", "depends_on": ["T7"]})


def test_nothing_waits_for_itself():
    with refused("task T1 is waiting for itself: T1 → T2 → T1"):
        tasks({"id": "T1", "depends_on": ["T2"]}, {"id": "T2", "depends_on": ["T1"]})
    with refused("objective O1 is its own parent: O1 → O2 → O1"):
        sheet(objective(kr("a"), parent="O2"), objective(kr("b"), id_="O2", parent="O1"))


def test_a_task_ends_after_its_start():
    with refused("task T1: due 2026-10-01 lies before its start"):
        tasks({"id": "T1", "start": "2026-10-02", "due": "2026-10-01"})


def test_owner_and_due_day_fall_back_to_objective_and_quarter():
    plain, own = kr("a"), kr("b", owner="Wu", due="2026-11-30")
    found = sheet(objective(plain, own, owner="Lin"))
    assert [found.owner(result) for result in found.key_results] == ["Lin", "Wu"]
    assert [str(found.due(result)) for result in found.key_results] == ["2026-12-31", "2026-11-30"]


def test_a_quarter_that_is_none_is_refused():
    with refused("expected a year and a quarter from Q1 to Q4"):
        sheet(quarter="2026Q5")


def test_sheet_errors_are_raised_for_progress_without_a_way():
    from okrlib.okr.scoring import progress

    with pytest.raises(SheetError, match=r"key result O1\.1"):
        progress(kr(baseline="last_quarter", target=100), d(100), d(120))
