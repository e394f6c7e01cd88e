"""Targets by their chance, how high the chosen ones are, the pace still needed, and the forecast week by week."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from okrlib.analysis.during import RunRate
from okrlib.analysis.forecast import Forecast, Method
from okrlib.analysis.forecast.distribution import LogStudent
from okrlib.analysis.targets import Policy, level, propose, read_policy, round_number
from okrlib.book import open_book
from okrlib.errors import SheetError
from okrlib.okr import Baseline, CheckIn, append, lock, read_journal, read_sheet
from okrlib.okr.sheet import set_state
from okrlib.periods import Quarter
from okrlib.stores import Workbook
from tests.analysis.seasons import make_seasonal_shop
from tests.okr.builders import d

POLICY = Policy(committed=0.7, challenging=0.35, stretch=0.12, sandbagging=0.9, fantasy=0.05, flat_growth=0.1)
AS_OF, LOCK = date(2026, 8, 15), date(2026, 7, 6)
SHEET = """store: shop
quarter: 2026Q3
state: draft
objectives:
  - id: O1
    title: Become the shop people trust for tea
    owner: Lin
    type: aspirational
    key_results:
      - {id: O1.1, metric: revenue, baseline: 0, target: 135000}
      - {id: O1.2, metric: orders, baseline: 0, target: 20}
      - {id: O1.3, metric: refund_rate, kind: at_most, target: 0.0001, guardrail: true}
      - {id: O1.4, metric: refund_rate, kind: at_most, target: 0.0001}
      - {id: O1.5, metric: buyers, kind: at_least, target: 5}
      - {id: O1.6, metric: revenue, where: {channel: web}, kind: at_least, target: 90000, due: 2026-08-31}
"""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A shop with a sheet that was locked on 6 July, checked in twice, and one target raised in August."""
    shop = make_seasonal_shop(tmp_path_factory.mktemp("targets"))
    path = shop.sheet_path("shop", Quarter(2026, 3))
    path.parent.mkdir(parents=True)
    path.write_text(SHEET, encoding="utf-8")
    starts = {"O1.1": Baseline(value=d(0)), "O1.2": Baseline(value=d(0))}
    event = lock(read_sheet(path), read_journal(path), starts, at=_at(LOCK), by="Lin")
    journal = path.with_suffix(".jsonl")
    append(journal, event)
    set_state(path, "active")
    for day, confidence in ((date(2026, 7, 20), 8), (date(2026, 8, 10), 3)):
        word = CheckIn(at=_at(day), by="Lin", key_result="O1.1", confidence=confidence, narrative="So it goes.")
        append(journal, word)
    return shop


@pytest.fixture(scope="module")
def book(workbook):
    return open_book("shop", "2026Q3", AS_OF, home=workbook.home)


def _at(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def a_forecast(**fields):
    shape = LogStudent(0.0, 1000.0, 0.1)
    given = {"weeks": 100, "method": Method.YEAR_ON_YEAR, "distribution": shape, "spread": 0.1} | fields
    return Forecast(date(2026, 7, 1), date(2026, 9, 30), date(2026, 6, 30), 0.0, **given)


# The policy


def test_the_policy_is_the_workbooks_own_or_the_one_that_a_new_one_begins_with(tmp_path):
    mine = Workbook(tmp_path)
    assert read_policy(mine) == POLICY
    mine.params.mkdir()
    (mine.params / "targets.yaml").write_text(
        "committed: 0.6\nchallenging: 0.3\nstretch: 0.1\nsandbagging: 0.8\nfantasy: 0.02\nflat_growth: 0.2\n"
    )
    assert read_policy(mine).committed == 0.6


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("committed: 70", r"targets.yaml:1: committed: .*less than 1.*found 70"),
        ("committed: 0.2", "fantasy < stretch < challenging < committed < sandbagging"),
        ("comitted: 0.7", "targets.yaml:1: comitted: "),
        ("stretch: [0.1]", "stretch"),
    ],
)
def test_a_wrong_policy_names_file_line_and_value(tmp_path, line, says):
    mine = Workbook(tmp_path)
    mine.params.mkdir()
    right = {
        "committed": 0.7,
        "challenging": 0.35,
        "stretch": 0.12,
        "sandbagging": 0.9,
        "fantasy": 0.05,
        "flat_growth": 0.1,
    }
    name = line.split(":")[0]
    rest = [f"{key}: {value}" for key, value in right.items() if key != name]
    (mine.params / "targets.yaml").write_text("\n".join([line, *rest]) + "\n")
    with pytest.raises(SheetError, match=says):
        read_policy(mine)


@pytest.mark.parametrize(("chance", "mark"), [(0.91, "sandbagging"), (0.9, None), (0.05, None), (0.049, "fantasy")])
def test_marks_begin_beyond_the_policys_limits(chance, mark):
    assert POLICY.mark(chance) == mark


# Proposals


@pytest.mark.parametrize("chance", [0.7, 0.35, 0.12])
@pytest.mark.parametrize("rising", [True, False])
def test_a_level_is_reached_with_its_chance(chance, rising):
    forecast = a_forecast()
    assert forecast.probability(level(forecast, chance, rising=rising), at_least=rising) == pytest.approx(chance)


def test_proposals_are_round_and_harder_one_by_one():
    up, down = (propose(a_forecast(), POLICY, "money", rising=rising) for rising in (True, False))
    assert up.committed < up.challenging < up.stretch
    assert down.committed > down.challenging > down.stretch
    assert up.committed == round_number(level(a_forecast(), 0.7, rising=True))


def test_no_proposal_where_the_forecast_is_silent_or_the_quarter_over():
    silent = a_forecast(reason=Method.NONE.value)
    assert level(silent, 0.7, rising=True) is None
    assert propose(silent, POLICY, "money", rising=True) is None
    assert propose(a_forecast(spread=None), POLICY, "money", rising=True) is None


@pytest.mark.parametrize(
    ("value", "rounded"), [(1463482.11, "1460000"), (0.0623456, "0.0623"), (-98765.4, "-98800"), (0.0, "0"), (7, "7")]
)
def test_round_numbers_have_three_digits(value, rounded):
    assert round_number(value) == Decimal(rounded)


@pytest.mark.parametrize(("value", "rounded"), [(91.9, "92"), (1234.4, "1230"), (0.2, "0")])
def test_what_is_counted_stays_whole(value, rounded):
    assert round_number(value, "orders") == Decimal(rounded)


# The ambition of a sheet


def test_the_chance_at_lock_is_that_of_the_lock_day_and_now_is_now(book, workbook):
    found = book.ambitions["O1.1"]
    assert found.now == book.outlooks["O1.1"].probability
    then = open_book("shop", "2026Q3", LOCK, home=workbook.home)
    assert found.at_lock == then.outlooks["O1.1"].probability
    assert found.proposal.day == date(2026, 6, 30)


def test_a_target_is_set_beside_last_year_and_the_best_quarter(book):
    found, values = book.ambitions["O1.1"], book.tracks["O1.1"].above
    assert float(found.a_year_ago) == pytest.approx(values.loc["2025-07-01":"2025-09-30"].sum())
    totals = {
        q: values.loc[str(q.start) : str(q.end)].sum() for q in map(Quarter.parse, ("2025Q2", "2026Q1", "2026Q2"))
    }
    assert found.best[0] == max(totals, key=totals.get)
    assert float(found.best[1]) == pytest.approx(max(totals.values()))
    assert float(found.flat.target) == pytest.approx(1.1 * float(found.a_year_ago), rel=0.005)
    assert 0 < found.flat.chance < 1


def test_a_rate_that_should_fall_is_asked_to_fall(book):
    found = book.ambitions["O1.4"]
    assert found.proposal.committed > found.proposal.challenging > found.proposal.stretch
    assert found.flat.growth == -0.1
    assert found.flat.target < found.a_year_ago
    assert float(found.best[1]) == min(
        book.tracks["O1.4"].over(q.period) for q in (Quarter(2026, 2), Quarter(2026, 1), *_earlier())
    )


def _earlier():
    return [Quarter(year, n) for year in (2024, 2025) for n in (1, 2, 3, 4)]


def test_sandbagging_and_fantasy_are_marked_but_not_on_guardrails(book):
    marks = {name: found.mark for name, found in book.ambitions.items()}
    assert (marks["O1.2"], marks["O1.4"], marks["O1.3"]) == ("sandbagging", "fantasy", None)


def test_the_checks_judge_by_the_same_policy_and_by_the_chance_at_lock(book, workbook):
    def too_easy_or_hard(one):
        return {f.where for f in one.findings if "sandbagging" in f.says.en or "fantasy" in f.says.en}

    assert too_easy_or_hard(book) == {"O1.2/target", "O1.4/target"}
    late = open_book("shop", "2026Q3", AS_OF, home=workbook.home)
    late.__dict__["policy"] = Policy(
        committed=0.3, challenging=0.2, stretch=0.1, sandbagging=0.31, fantasy=1e-9, flat_growth=0.1
    )
    assert late.ambitions["O1.1"].when_set == late.ambitions["O1.1"].at_lock
    easy = {f"{name}/target" for name, one in late.ambitions.items() if one.mark == "sandbagging"}
    assert easy == too_easy_or_hard(late) - {"O1.4/target"}


def test_what_the_exports_do_not_tell_says_why_it_has_no_chance(book):
    found = book.ambitions["O1.5"]
    assert (found.at_lock, found.now, found.proposal) == (None, None, None)
    assert "names no buyers" in found.reason.en


def test_a_key_result_due_early_is_compared_over_as_many_days(book):
    found, values = book.ambitions["O1.6"], book.tracks["O1.6"].above
    assert float(found.a_year_ago) == pytest.approx(values.loc["2025-07-01":"2025-08-31"].sum())
    assert found.now == book.outlooks["O1.6"].probability


def test_a_draft_is_judged_by_today(workbook):
    (workbook.params / "okrs" / "shop" / "2026Q2.yaml").write_text(SHEET.replace("Q3", "Q2").replace("08-31", "05-31"))
    draft = open_book("shop", "2026Q2", "2026-04-20", home=workbook.home)
    found = draft.ambitions["O1.2"]
    assert found.at_lock is None
    assert (found.mark, found.proposal.day) == ("sandbagging", date(2026, 4, 20))


# During the quarter


def test_the_pace_needed_by_hand(book):
    rate, values = book.run_rates["O1.1"], book.tracks["O1.1"].above
    assert rate.days == 46
    so_far = Decimal(str(values.loc["2026-07-01":].sum())).quantize(Decimal("0.01"))
    assert float(rate.needed) == pytest.approx(float(135000 - so_far) / 46)
    assert float(rate.recent) == pytest.approx(values.loc["2026-07-19":"2026-08-15"].mean(), abs=0.01)
    assert float(rate.a_year_ago) == pytest.approx(values.loc["2025-08-17":"2025-10-01"].mean(), abs=0.01)
    best = max(values.iloc[i : i + 28].mean() for i in range(len(values) - 27))
    assert float(rate.best) == pytest.approx(best, abs=0.01)
    assert values.loc[: str(rate.best_end)].iloc[-28:].mean() == pytest.approx(best)


def test_nothing_is_needed_where_less_is_better_where_it_is_reached_or_where_it_does_not_add_up(book):
    assert set(book.run_rates) == {"O1.1", "O1.6"}
    assert book.run_rates["O1.6"].days == 16


@pytest.mark.parametrize(
    ("needed", "a_year_ago", "reach"),
    [(90, 100, "season"), (110, 100, "best"), (160, 100, "never"), (90, None, "best"), (70, None, "season")],
)
def test_a_pace_was_usual_seen_or_never_seen(needed, a_year_ago, reach):
    then = None if a_year_ago is None else d(a_year_ago)
    assert RunRate(10, d(needed), d(80), then, d(150), date(2026, 7, 1)).reach == reach
    assert RunRate(10, d(needed), None, then, None, None).reach is None


def test_a_pace_that_the_forecast_expects_comes_by_itself():
    before = (d(80), d(85), d(95), date(2026, 7, 1))
    assert [RunRate(10, d(100), *before, expected).reach for expected in (d(100), d(99))] == ["comes", "never"]


def test_the_forecast_week_by_week_is_what_each_week_saw(book, workbook):
    seen = {glance.day: glance for glance in book.glances["O1.1"]}
    assert list(seen) == [date(2026, 6, 30), *(date(2026, 7, n) for n in (7, 14, 21, 28)), date(2026, 8, 4),
                          date(2026, 8, 11), AS_OF]  # fmt: skip
    then = open_book("shop", "2026Q3", "2026-07-28", home=workbook.home)
    assert seen[date(2026, 7, 28)].chance == pytest.approx(then.outlooks["O1.1"].probability)
    assert seen[date(2026, 7, 28)].low == pytest.approx(then.courses["O1.1"].forecast.quantile(0.1))
    assert seen[AS_OF].high - seen[AS_OF].low < seen[date(2026, 6, 30)].high - seen[date(2026, 6, 30)].low
    assert all(one.low < one.lower < one.median < one.upper < one.high for one in seen.values())


def test_the_owners_confidence_stands_beside_from_the_day_it_was_said(book):
    assert [glance.confidence for glance in book.glances["O1.1"]] == [None, None, None, 8, 8, 8, 3, 3]
    assert {glance.target for glance in book.glances["O1.1"]} == {135000}
    assert "O1.5" not in book.glances


def test_a_sheetless_book_still_has_its_revenue_on_trial(workbook):
    bare = open_book("shop", "2026Q1", "2026-03-31", home=workbook.home)
    assert (bare.ambitions, bare.run_rates, bare.glances) == ({}, {}, {})
    assert list(bare.tracks) == ["revenue"]
    assert bare.backtest.replays


# The workbook's own events


def test_an_own_event_with_its_multiplier_reaches_the_forecast(workbook, book):
    path = workbook.params / "calendar.yaml"
    entry = (
        "- {id: fair, name: {en: Fair, zh: 展会}, dates: [2024-09-10, 2025-09-10, 2026-09-10], before: 5, after: 5, "
        "multiplier: {2026: 3}}\n"
    )
    try:
        path.write_text(entry, encoding="utf-8")
        raised = open_book("shop", "2026Q3", AS_OF, home=workbook.home)
        plain = book.glances["O1.1"][-1].median
        assert raised.glances["O1.1"][-1].median > plain + 15000
        assert raised.outlooks["O1.1"].probability > book.outlooks["O1.1"].probability
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# mine\n- {id: 618, befor: 3}\n", r"calendar.yaml:2: calendar event 618: unknown field 'befor'"),
        (
            "- {id: fair, name: {en: Fair, zh: 展会}, dates: 2026-09-10}\n",
            r"calendar.yaml:1: .*'fair': dates must be a list",
        ),
        (
            "- {id: fair, name: {en: Fair, zh: 展会}, dates: [2026-9-1]}\n",
            r"calendar.yaml:1: .*'fair': dates '2026-9-1'",
        ),
        ("- {id: fair, name: {en: Fair, zh: 展会}, dates: [2026-09-10, 2026-09-11]}\n", "one day a year"),
        ("- {id: double_11, countries: CN}\n", "countries must be a list"),
        (
            "- {id: double_11, before: 3}\n- {id: double_11, after: 3}\n",
            r"calendar.yaml:2: .*'double_11' stands here twice",
        ),
        ("- {id: double_11, multiplier: high}\n", r"calendar.yaml:1: .*multiplier must be a number.*'high'"),
        ("fair: 2026-09-10\n", "expected a list of events"),
    ],
)
def test_a_wrong_calendar_names_file_line_and_entry(workbook, text, says):
    path = workbook.params / "calendar.yaml"
    try:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SheetError, match=says):
            open_book("shop", "2026Q3", AS_OF, home=workbook.home)
    finally:
        path.unlink()
