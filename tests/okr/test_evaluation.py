"""Evaluation by hand: what counts for how much, what is proposed, and why."""

from datetime import date
from decimal import Decimal

import pytest

from okrlib.errors import ParameterError, SheetError
from okrlib.okr import CheckIn, Decision, Idea, Journal, TaskUpdate, close, scorecard
from okrlib.okr.evaluation import Closed, Found, Rule, Term, evaluate, everybody, propose, read_rule
from okrlib.okr.plan import make_plan
from okrlib.okr.team import Resources
from okrlib.stores import Name
from tests.okr.builders import at, d, kr, locked, objective, reading, sheet
from tests.okr.test_plan import task
from tests.shared import PROJECT

END = date(2026, 12, 31)
RULE = Rule(
    weights={"key_results": 6, "tasks": 2, "teamwork": 2},
    breached_guardrail="0.2",
    late_task="0.25",
    proposals=[
        {"name": "bonus", "kind": "material", "per": ["quarter"], "at_least": {"total": "0.85"}, "breaches_at_most": 0},
        {"name": "training", "kind": "training", "per": ["quarter", "half"], "below": {"tasks": "0.7"}},
        {"name": "pay", "kind": "pay", "per": ["year"], "at_least": {"total": "0.8"}, "quarters_at_least": 3},
        {"name": "prize", "kind": "material", "per": ["quarter"], "ideas_at_least": 1},
    ],
)
UNITS = kr("O1.1", metric="units", baseline=0, target=10000, owner="Lin")
SATISFIED = kr("O1.2", metric="refund_rate", kind="at_most", baseline=None, target="0.06", guardrail=True, owner="Bo")
DREAM = kr("O2.1", metric="orders", baseline=0, target=100, owner="Lin")


def closed(values, *events, tasks=(), **fields):
    """A closed quarter of Lin's 10,000 units beside Bo's guardrail, and an aspiration of Lin's."""
    draft = sheet(
        objective(UNITS, SATISFIED, tasks=list(tasks), **fields), objective(DREAM, id_="O2", type="aspirational")
    )
    _, journal = locked(draft)
    journal = Journal(tuple(sorted((*journal.events, *events), key=lambda event: event.at)))
    readings = {name: reading(value, "units") for name, value in values.items()}
    card = scorecard(draft, journal, readings, {}, END)
    done = close(card, journal, data_fingerprint="x", at=at(12, 31, 20), by="Lin")
    journal = Journal((*journal.events, done))
    card = scorecard(draft, journal, {}, {}, END)
    return Closed(
        "shop",
        Name(en="Shop", zh="小店"),
        draft.quarter,
        card,
        make_plan(card.sheet, journal, END),
        journal,
        Resources(),
    )


def found(*quarters, term="2026Q4"):
    return Found(Term.parse(term), quarters, ())


def of(one, person="Lin", rule=RULE):
    return evaluate(found(one), person, rule)


GOOD = {"O1.1": 10000, "O1.2": "0.05", "O2.1": 20}


def test_ten_thousand_units_count_less_when_satisfaction_fell():
    assert of(closed(GOOD)).parts["key_results"] == 1
    sold = of(closed(GOOD | {"O1.2": "0.07"}))
    assert sold.parts["key_results"] == d("0.8")
    assert sold.breaches == ("shop 2026Q4 O1.2",)
    (item,) = (item for item in sold.of("key_results") if item.id == "O1.1")
    assert (item.value, item.counted) == (1, d("0.8"))
    assert item.notes[0].en == "guardrail O1.2 breached: counts 20% less"


def test_whoever_owns_the_guardrail_answers_for_it_too():
    assert of(closed(GOOD | {"O1.2": "0.07"}), "Bo").breaches == ("shop 2026Q4 O1.2",)


def test_an_aspiration_counts_only_where_the_rule_says_so():
    assert of(closed(GOOD)).parts["key_results"] == 1
    every = RULE.model_copy(update={"counts": "all"})
    assert of(closed(GOOD), rule=every).parts["key_results"] == d("0.6"), "the mean of 1.0 and 0.2"


def test_more_than_the_target_counts_as_the_target_and_no_data_not_at_all():
    assert of(closed(GOOD | {"O1.1": 15000})).parts["key_results"] == 1
    nothing = of(closed(GOOD | {"O1.1": None}))
    assert nothing.parts["key_results"] is None
    assert nothing.of("key_results")[0].notes[0].en == "no data: not counted"


def done(day, id_, month=11, **fields):
    return TaskUpdate(at=at(month, day), by="Ann", task=id_, status="done", **fields)


TASKS = (
    task("T1", due=date(2026, 11, 10)), task("T2", due=date(2026, 11, 10)), task("T3", due=date(2026, 11, 10)),
    task("T4", due=date(2026, 11, 10)), task("T5", due=date(2026, 11, 10), depends_on=["T2"], owner="Bo", participants=["Lin"]),
)  # fmt: skip


def test_a_task_counts_by_its_quality_and_less_when_late():
    one = closed(
        GOOD, done(10, "T1", quality=5), done(12, "T2", quality=4), done(9, "T3"),
        TaskUpdate(at=at(11, 9), by="Ann", task="T4", status="dropped"), done(10, "T5", quality=3), tasks=TASKS,
    )  # fmt: skip
    lin = of(one)
    counted = {item.id: item.counted for item in lin.of("tasks")}
    assert counted == {"T1": 1, "T2": d("0.6"), "T3": None, "T4": None}, "4 of 5, a quarter off for two days late"
    assert lin.parts["tasks"] == d("0.8")
    assert lin.helped == ("T5 do T5",)
    assert of(one, "Bo").parts["tasks"] == d("0.6")


def test_a_task_left_undone_counts_nothing():
    assert of(closed(GOOD, done(10, "T1", quality=5), tasks=TASKS[:2])).parts["tasks"] == d("0.5")


def test_teamwork_is_what_others_could_rely_on():
    says = {"id": "D1", "says": "x", "owner": "Lin", "at": at(10, 5), "by": "Ann"}
    kept = Decision(**says, status="done")
    missed = Decision(**says | {"id": "D2"})
    late = closed(GOOD, kept, missed, done(12, "T2"), done(12, "T5"), tasks=TASKS[1:5:3])
    marks = {item.id: item.counted for item in of(late).of("teamwork")}
    assert marks["decisions"] == d("0.5")
    assert marks["hand-overs"] == 0, "Bo waited two days for T2"
    # Locked on 1 October and never heard of again: ten days within cadence and grace, and the day itself, of 92.
    assert marks["check-ins"] == (Decimal(11) / 92).quantize(d("0.01"))


def test_a_check_in_each_week_is_never_silent():
    said = [
        CheckIn(at=at(10 + (day - 1) // 31, (day - 1) % 31 + 1), by="Lin", key_result=name, confidence=5, narrative="x")
        for day in range(7, 31, 7)
        for name in ("O1.1", "O2.1")
    ]
    one = closed(GOOD, *said)
    (item,) = of(one).of("teamwork")
    assert item.counted == (Decimal(28 + 10) / 92).quantize(d("0.01")), "heard of on the 28th, and ten days more"


def test_the_total_is_the_weighted_mean_of_what_is_known():
    one = closed(GOOD, done(10, "T1", quality=4), tasks=TASKS[:1])
    marks = of(one)
    assert marks.parts == {"key_results": 1, "tasks": d("0.8"), "teamwork": d("0.12")}
    assert marks.total == ((6 * 1 + 2 * d("0.8") + 2 * d("0.12")) / 10).quantize(d("0.01")) == d("0.78")
    assert of(one, "Nobody").total is None
    assert of(one, "Bo").parts["teamwork"] is not None
    assert of(one, "Bo").total is None, "key results come first: without any there is no total"


def test_every_closed_quarter_counts_the_same():
    marks = evaluate(found(closed(GOOD), closed(GOOD | {"O1.1": 5000}), term="2026"), "Lin", RULE)
    assert marks.parts["key_results"] == d("0.75"), "one quarter twice: the mean of its two key results"
    assert marks.quarters == (closed(GOOD).quarter,)


def test_a_proposal_is_made_when_all_its_conditions_hold():
    idea = Idea(at=at(10, 9), by="Lin", id="I1", says="A mug of the month", author="Lin", status="taken_up")
    weekly = [
        CheckIn(at=at(month, day), by="Lin", key_result=name, confidence=5, narrative="x")
        for month in (10, 11, 12)
        for day in (3, 10, 17, 24, 30)
        for name in ("O1.1", "O2.1")
    ]
    made = {one.proposal.name.en: one for one in propose(of(closed(GOOD, idea, *weekly)), RULE)}
    assert {name: one.made for name, one in made.items()} == {"bonus": True, "training": False, "prize": True}
    assert [condition.says.en for condition in made["bonus"].conditions] == [
        "Total: 1.00 (at least 0.85)",
        "guardrails breached: 0 (at most 0)",
    ]
    assert made["training"].conditions[0].says.en == "Task quality: nothing known", "no data proposes no training"
    breached = {one.proposal.name.en: one.made for one in propose(of(closed(GOOD | {"O1.2": 1}, *weekly)), RULE)}
    assert breached["bonus"] is False


def test_everybody_is_who_is_named():
    assert everybody(found(closed(GOOD, tasks=TASKS))) == ("Lin", "Bo")


@pytest.mark.parametrize(
    ("text", "quarters"),
    [("2026Q3", ["2026Q3"]), ("2026H1", ["2026Q1", "2026Q2"]), ("2026H2", ["2026Q3", "2026Q4"]),
     ("2026", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"])],
)  # fmt: skip
def test_a_term_is_a_quarter_half_or_year(text, quarters):
    assert list(map(str, Term.parse(text).quarters)) == quarters
    assert Term.around(Term.parse(text).quarters[0], Term.parse(text).span) == Term.parse(text)


@pytest.mark.parametrize("text", ["2026Q5", "2026H3", "H2", "26", "2026-Q1", ""])
def test_no_other_term(text):
    with pytest.raises(ParameterError, match="expected a quarter, half-year or year"):
        Term.parse(text)


def test_the_rule_of_a_new_workbook_is_sound_and_counts_commitments_only():
    rule = read_rule(PROJECT / "params" / "evaluation.yaml")
    assert rule.counts == "committed"
    assert {proposal.kind for proposal in rule.proposals} == {"material", "recognition", "pay", "promotion", "training"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weights: {tasks: 1}", "key results come first"),
        ("weights: {key_results: 1, luck: 2}", "luck"),
        ("breached_guardrail: 2", "less than or equal to 1"),
        ("counts: everything", "'committed' or 'all'"),
        ("proposals: [{name: x, kind: material, per: [quarter]}]", "no condition; give at_least"),
        ("proposals: [{name: x, kind: gift, per: [quarter], ideas_at_least: 1}]", "'material'"),
        ("salaries: 3", "salaries"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(tmp_path, text, says):
    path = tmp_path / "evaluation.yaml"
    given = {"weights": "{key_results: 6}", "breached_guardrail": "0.2", "late_task": "0.2"}
    key, _, value = text.partition(": ")
    path.write_text("\n".join(f"{name}: {said}" for name, said in (given | {key: value}).items()), encoding="utf-8")
    with pytest.raises(SheetError, match="evaluation") as bad:
        read_rule(path)
    assert says in str(bad.value)
