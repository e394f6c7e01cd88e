from datetime import date

import pytest

from okrlib.okr import Objective, Reading, Sheet
from okrlib.okr.checks import check_sheet
from okrlib.okr.checks.words import counts_activities, has_number, length, moves_a_metric, starts_with_activity
from okrlib.text import Text
from tests.okr.builders import d, kr, objective, sheet
from tests.okr.checks.catalogue import CATALOGUE, at_place, found

GOOD = {
    "title": "成为大促期间品类里最受信赖的茶具店",
    "why": "复购连续两季下滑",
    "owner": "林夏",
    "horizon": "long",
}


def sound(**fields):
    lag = kr("lag", metric="net_revenue")
    lead = kr("lead", metric="visitors")
    guard = kr("guard", metric="refund_rate", kind="at_most", baseline="0.05", target="0.04", guardrail=True)
    return objective(lag, lead, guard, **{**GOOD, **fields})


def only(*key_results, **fields):
    return sheet(objective(*key_results, **{**GOOD, **fields}))


def test_a_sound_sheet_has_nothing_to_mend():
    assert found(sheet(sound())) == []


@pytest.mark.parametrize(
    "title",
    [
        "净销售额500万",
        "提升转化率和客单价",
        "Raise the conversion rate of the shop",
        "Reach 5,000,000 this autumn",
        "做到三百万",
    ],
)
def test_an_objective_that_is_a_number_or_its_movement(title):
    assert "The objective is a number or the movement of one." in at_place(sheet(sound(title=title)), "O1/title")


@pytest.mark.parametrize(
    "title",
    ["成为2026年双11最受信赖的茶具店", "Become the tea shop of 2026Q4 and Double 11", "让618的老客愿意再来一次"],
)
def test_years_quarters_and_events_are_no_numbers(title):
    assert at_place(sheet(sound(title=title)), "O1/title") == []


@pytest.mark.parametrize(
    "title", ["Launch a new tea collection this autumn", "开展直播培训提升团队能力", "举办新品发布会"]
)
def test_an_objective_that_begins_with_an_activity(title):
    assert any("begins with an activity" in said for said in at_place(sheet(sound(title=title)), "O1/title"))


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("最受信赖", "The objective has 4 Chinese characters."),
        ("最" * 41, "The objective has 41 Chinese characters."),
        ("Trusted most", "The objective has 2 words."),
        ("word " * 19, "The objective has 19 words."),
    ],
)
def test_an_objective_too_short_or_too_long(title, says):
    assert at_place(sheet(sound(title=title)), "O1/title") == [says]


@pytest.mark.parametrize("title", ["最受信赖的店", "最" * 40, "Be the most trusted", ("word " * 18).strip()])
def test_the_bounds_of_length_are_included(title):
    assert at_place(sheet(sound(title=title)), "O1/title") == []


def test_an_objective_without_why_or_owner():
    bare = sheet(sound(why=None, owner=None))
    assert at_place(bare, "O1/why") == ["Why this objective is missing."]
    assert at_place(bare, "O1/owner") == ["The objective has no owner."]


def test_mid_and_short_horizons_serve_a_longer_one():
    for horizon in ("mid", "short"):
        (says,) = at_place(sheet(sound(horizon=horizon)), "O1/parent")
        assert says.endswith("and serves no longer objective.")
    above = Objective(id="Y1", title="a")
    lost = sheet(sound(horizon="short", parent="Y1"))
    assert at_place(lost, "O1/parent") == ["Its parent Y1 is not there."]
    assert at_place(lost, "O1/parent", elsewhere=[above]) == []


def test_at_most_five_objectives_at_a_level():
    six = [Objective.model_validate({**GOOD, "id": f"O{n}"}) for n in range(6)]
    assert at_place(sheet(*six[:5]), "objectives") == []
    assert at_place(sheet(*six), "objectives") == ["There are 6 objectives at the level team."]


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, ["The objective has no key results; it cannot be locked."]),
        (1, ["The objective has one key result only."]),
        (2, []),
        (5, []),
        (6, ["The objective has 6 key results."]),
    ],
)
def test_two_to_five_key_results(count, says):
    results = [kr(f"k{n}", metric="visitors", where={"channel": str(n)}) for n in range(count)]
    lag = [kr("lag", metric="refund_rate", baseline="0.05", target="0.04")] if count > 1 else []
    sheet_ = only(*results[: count - len(lag)], *lag)
    assert at_place(sheet_, "O1/key_results") == says
    levels = {one.level for one in found(sheet_) if one.where == "O1/key_results"}
    assert levels <= {"warning" if count else "error"}, "a lock refuses an objective with nothing to be measured by"


def test_an_unknown_metric_is_an_error_with_those_near():
    (finding,) = [one for one in found(only(kr(metric="net_revenu"))) if one.where == "O1.1/metric"]
    assert finding.level == "error"
    assert "net_revenue" in finding.remedy.en
    assert "revenue" in finding.remedy.zh


def test_what_is_measured_where_from_and_how_far_must_be_there():
    bare = only(kr(metric=None, baseline=None, target=None))
    errors = {one.where: one.says.en for one in found(bare) if one.level == "error"}
    assert errors == {
        "O1.1/metric": "What is measured is not defined.",
        "O1.1/baseline": "The key result lacks a baseline.",
        "O1.1/target": "The key result lacks a target.",
    }


def test_a_target_worse_than_the_baseline_runs_backwards():
    says = at_place(only(kr(baseline="last_quarter", target=100)), "O1.1/target", baselines={"O1.1": d(150)})
    assert says == ["The way from 150 to 100 runs backwards: more is better for Net revenue."]
    rate = kr(metric="refund_rate", kind="at_least", baseline=None, target="0.05")
    assert at_place(only(rate), "O1.1/target") == ["The way to 5% runs backwards: less is better for Refund rate."]
    price = kr(metric="price_per_unit", baseline=100, target=90)
    assert at_place(only(price), "O1.1/target") == []


def test_a_computed_baseline_that_equals_the_target():
    says = at_place(only(kr(baseline="last_quarter", target=100)), "O1.1/target", baselines={"O1.1": d(100)})
    assert says == ["The target equals the baseline."]


@pytest.mark.parametrize(
    ("probability", "says"),
    [(0.95, "sandbagging"), (0.9, None), (0.5, None), (0.05, None), (0.02, "fantasy"), (None, None)],
)
def test_a_target_neither_too_easy_nor_out_of_reach(probability, says):
    found_ = at_place(only(kr()), "O1.1/target", probabilities={"O1.1": probability})
    assert [says in one for one in found_] == ([True] if says else [])


def test_a_key_result_moves_what_its_objective_answers():
    answering = only(kr(metric="refund_rate", baseline="0.05", target="0.04"), answers=["F1"])
    assert at_place(answering, "O1.1/metric", findings={"F1": ["new_buyers"]}) == [
        "Refund rate does not move what the objective answers (New buyers)."
    ]
    assert at_place(answering, "O1.1/metric", findings={"F1": ["refund_rate"]}) == []
    tied = only(kr(metric="buyers"), answers=["F1"])
    assert at_place(tied, "O1.1/metric", findings={"F1": ["new_buyers"]}) == []


def test_an_objective_cites_findings_that_are_there():
    said = "It answers F7, which is no finding of this quarter or the last."
    answering = sheet(sound(answers=["F1", "F7"]))
    (one,) = (
        one for one in check_sheet(answering, CATALOGUE, findings={"F1": ["refund_rate"]}) if one.where == "O1/answers"
    )
    assert (one.level, one.says.en, one.remedy.en) == ("warning", said, "Cite one of them, such as F1, or none.")
    assert at_place(answering, "O1/answers", findings={"F1": ["refund_rate"], "F7": ["visitors"]}) == []
    assert at_place(answering, "O1/answers") == [], "nobody looked for findings"
    locked = answering.model_copy(update={"state": "active"})
    assert [one.level for one in check_sheet(locked, CATALOGUE, findings={}) if one.where == "O1/answers"] == ["note"]


def test_a_short_key_result_is_due_inside_the_quarter():
    assert at_place(only(kr(due="2027-01-15"), horizon="short"), "O1.1/due") == [
        "It is due on 15 Jan 2027, outside 2026Q4."
    ]
    assert len(at_place(only(kr(due="2026-09-30"), horizon="short"), "O1.1/due")) == 1
    assert at_place(only(kr(due="2026-12-31"), horizon="short"), "O1.1/due") == []
    assert at_place(only(kr(due="2027-01-15"), horizon="mid"), "O1.1/due") == []


def test_a_volume_goal_needs_a_guardrail():
    says = "“Net revenue” is a volume goal without a guardrail beside it."
    assert says in at_place(only(kr(), kr("b", metric="visitors")), "O1/key_results")


def test_a_lead_and_a_lag_measure():
    lag_only = only(kr(), kr("b", metric="revenue_per_buyer"))
    lead_only = only(kr(metric="visitors"), kr("b", metric="new_buyers"))
    assert "The objective has no lead measure." in at_place(lag_only, "O1/key_results")
    assert "The objective has no lag measure." in at_place(lead_only, "O1/key_results")


@pytest.mark.parametrize(
    "title", ["Hold 5 meetings", "举办3场直播培训", "Publish 20 posts on the forum", "开展客户拜访"]
)
def test_an_activity_dressed_as_a_result(title):
    own = kr(title=title, metric=None, measure={"name": "n", "definition": "d", "unit": "x"})
    assert any("dressed as a result" in one for one in at_place(only(own), "O1.1/title"))


@pytest.mark.parametrize("title", ["完成净销售额500万", "Visitors come back within 30 days"])
def test_a_result_of_the_catalogue_may_begin_with_any_word(title):
    assert at_place(only(kr(title=title)), "O1.1/title") == []


def test_duplicates_of_metric_and_filter():
    same = only(kr("a"), kr("b", target=300), kr("c", where={"channel": "search"}))
    assert at_place(same, "b") == ["It measures the same as a."]
    assert at_place(same, "c") == []


def test_ratios_print_numerator_and_denominator():
    rate = only(kr(metric="conversion", baseline="0.02", target="0.026"))
    value = Reading(d("0.0235"), "share", date(2026, 11, 1), numerator=d(235), denominator=d(10_000))
    assert at_place(rate, "O1.1", values={"O1.1": value}) == ["Conversion: 2.35% = 235 ÷ 10,000."]
    bare = Reading(d("0.0235"), "share", date(2026, 11, 1))
    assert at_place(rate, "O1.1", values={"O1.1": bare}) == ["Conversion comes without its two parts."]


@pytest.mark.parametrize(
    "fields", [{"title": "保持净销售额"}, {"title": "Maintain net revenue"}, {"baseline": 100, "target": 101}]
)
def test_business_as_usual_looks_like_a_kpi(fields):
    assert at_place(only(kr(**fields)), "O1.1") == ["This looks like a KPI: it holds what there is."]


def test_a_guardrail_is_meant_to_hold():
    guard = kr(kind="at_most", metric="refund_rate", baseline="0.04", target="0.04", guardrail=True)
    assert at_place(only(guard), "O1.1") == []


def test_a_task_has_an_owner():
    plan = {"id": "T1", "key_result": "lag", "title": "Presale"}
    one = sound().model_dump(exclude_defaults=True) | {"tasks": [plan]}
    sheet_ = Sheet.model_validate({"store": "s", "quarter": "2026Q4", "objectives": [one]})
    (finding,) = [one for one in found(sheet_) if one.where == "T1/owner"]
    assert finding.level == "error", "a lock refuses it"
    assert finding.says.en.startswith("Task “Presale”: no owner; ")


def test_a_baseline_that_the_data_cannot_give_is_to_be_mended_before_the_lock():
    says = Text("the data begin on 1 Aug 2026", "数据从 2026年8月1日 开始")
    (finding,) = [
        one
        for one in check_sheet(only(kr(baseline="last_quarter")), CATALOGUE, startless={"O1.1": says})
        if one.where == "O1.1/baseline"
    ]
    assert (finding.level, finding.says.zh) == ("error", "无法计算基线 last_quarter：数据从 2026年8月1日 开始。")


def test_levels_against_the_way_from_a_computed_baseline_are_to_be_mended_before_the_lock():
    climbing = only(kr(baseline="last_quarter", commit=150, target=200, stretch=250))
    assert at_place(climbing, "O1.1", baselines={"O1.1": d(100)}) == []
    (says,) = at_place(climbing, "O1.1", baselines={"O1.1": d(300)})
    assert "run against the way from baseline 300" in says


def test_every_finding_says_what_why_and_how_in_both_languages_and_errors_come_first():
    bad = only(kr(metric="nonsense"), kr("b", title="Hold 5 meetings", due="2027-02-01"), title="提升销售额", why=None)
    findings = check_sheet(bad, CATALOGUE, probabilities={"b": 0.99})
    assert [one.level for one in findings] == sorted(
        (one.level for one in findings), key=["error", "warning", "note"].index
    )
    for text in (text for one in findings for text in (one.says, one.why, one.remedy)):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text.zh)


def test_words():
    assert (length("成为 TOP 茶具店！"), length("Be the first choice")) == (5, 4)
    assert (starts_with_activity("Running shoes people love"), starts_with_activity("run an event")) == (None, "run")
    assert [has_number(text) for text in ("第四季度", "增长30%", "翻三倍", "Q4 2026")] == [False, True, True, False]
    assert (counts_activities("办5场直播"), counts_activities("售出5000件")) == ("5场直播", None)
    assert [moves_a_metric(text) for text in ("退款率下降", "Grow together with our makers")] == [True, False]
