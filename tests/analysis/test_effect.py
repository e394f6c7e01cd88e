"""Effects of tasks: injected ones are found, none is seen where there is none, and what cannot be told is said."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from okrlib.analysis.effect import APART, BLIND, NOT_BEGUN, TOO_EARLY, against_forecast, effects, in_weeks
from okrlib.analysis.forecast import Method, quarter_total
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.synthetic import LEAST_SIBLINGS, simplex_weights, synthetic_control
from okrlib.analysis.tracks import Track
from okrlib.errors import DataError
from okrlib.okr import Journal, Sheet
from okrlib.okr.events import Locked
from okrlib.periods import Period
from tests.analysis.seasons import make_seasonal_shop
from tests.analysis.shops import add_rows, make_shop, opened, order
from tests.shared import shared

INJECTED, WEEKS = 0.10, 8
STARTS = (70, 80, 95, 110, 125)


def made_up(seed, units=24, weeks=150):
    """Weekly sales of a chain: a common season and shocks, which each store feels in its own measure, and own noise."""
    chance = np.random.default_rng(seed)
    season = 0.2 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    shocks = np.cumsum(chance.normal(0, 0.02, (weeks, 3)), axis=0)
    own = chance.normal(0, 0.05, (weeks, units))
    logs = 8 + season[:, None] + shocks @ chance.dirichlet([1, 1, 1], units).T + own
    return pd.DataFrame(np.exp(logs), columns=[f"s{n}" for n in range(units)])


def tried(frame, starts, effect=INJECTED):
    """Inject an effect into every series at every start, and estimate it."""
    for start in starts:
        for name in frame.columns:
            known = frame.iloc[: start + WEEKS].reset_index(drop=True)
            own = known[name].copy()
            own.iloc[start:] *= 1 + effect
            yield synthetic_control(own, known.drop(columns=name), start)


def scores(estimates, effect=INJECTED):
    """Bias, root mean square error, and how often the interval held the effect."""
    off = np.array([one.log - np.log1p(effect) for one in estimates])
    held = [one.low <= effect <= one.high for one in estimates]
    return np.expm1(off).mean(), np.sqrt((np.expm1(off) ** 2).mean()), np.mean(held)


def test_injected_effects_are_recovered_on_simulated_chains():
    found = [one for seed in range(2) for one in tried(made_up(seed), (80, 120))]
    bias, error, held = scores(found)
    assert abs(bias) < 0.01
    assert error < 0.04
    assert 0.83 <= held <= 0.97


def test_where_nothing_happened_nothing_is_told_nine_times_in_ten():
    told = [one.told for one in tried(made_up(3), (80, 100), effect=0)]
    assert np.mean(told) < 0.18


def test_injected_effects_are_recovered_on_public_data_within_the_bars():
    path = shared("data", "forecast", "walmart45_weekly_sales.csv.gz")
    stores = pd.read_csv(path, index_col=0, parse_dates=True)
    bias, error, held = scores(list(tried(stores, STARTS)))
    assert abs(bias) <= 0.0033
    assert error <= 0.0475
    assert 0.85 <= held <= 0.95


def test_last_year_as_the_counterfactual_on_public_data():
    path = shared("data", "forecast", "walmart45_weekly_sales.csv.gz")
    stores = pd.read_csv(path, index_col=0, parse_dates=True)
    found = []
    for start in STARTS:
        first, last = stores.index[start] - pd.Timedelta(days=6), stores.index[start + WEEKS - 1]
        eve = (first - pd.Timedelta(days=1)).date()
        made = quarter_total(stores, first.date(), last.date(), eve, freq="W", country="US")
        actual = stores.iloc[start : start + WEEKS].sum() * (1 + INJECTED)
        found += [
            against_forecast(actual[name], one) for name, one in made.items() if one.method is Method.YEAR_ON_YEAR
        ]
    bias, error, held = scores(found)
    assert len(found) >= 4 * 45
    assert abs(bias) < 0.02
    assert error < 0.085, "as bad as before against after"
    assert held >= 0.9
    assert min(one.least() for one in found) > BLIND


def test_the_least_that_can_be_told_is_told_in_eight_cases_of_ten():
    panel = made_up(5)
    (typical,) = [np.median([one.least() for one in tried(panel, (90,), effect=0)])]
    told = [one.told and one.log > 0 for one in tried(panel, (90, 110), effect=typical)]
    assert 0.6 <= np.mean(told) <= 0.95


def test_weights_are_a_mix():
    panel = np.log(made_up(1).to_numpy())
    truth = 0.7 * panel[:, 1] + 0.3 * panel[:, 2]
    weights = simplex_weights(truth - truth.mean(), panel[:, 1:] - panel[:, 1:].mean(axis=0))
    assert weights.sum() == pytest.approx(1)
    assert weights.min() >= 0
    assert weights[:2] == pytest.approx([0.7, 0.3], abs=0.01)


def test_the_width_does_not_hang_on_what_came_after_the_start():
    panel = made_up(2).iloc[:90]
    moved = panel["s0"].copy()
    moved.iloc[82:] *= 3
    plain, shifted = (synthetic_control(own, panel.drop(columns="s0"), 82) for own in (panel["s0"], moved))
    assert shifted.half == pytest.approx(plain.half)
    assert shifted.log == pytest.approx(plain.log + np.log(3))


@pytest.mark.parametrize(
    ("panel", "start", "says"),
    [
        (made_up(0, units=LEAST_SIBLINGS).iloc[:90], 80, "needs 10 siblings or more \\(found 9\\)"),
        (made_up(0).iloc[:60], 50, "needs 52 weeks before the start \\(found 50\\)"),
        (
            made_up(0).iloc[:90].assign(s0=lambda t: t["s0"].where(t.index != 60, 0.0)),
            80,
            "positive in the year before",
        ),
    ],
)
def test_what_it_cannot_do_it_refuses(panel, start, says):
    with pytest.raises(DataError, match=says):
        synthetic_control(panel["s0"], panel.drop(columns="s0"), start)


def test_siblings_that_stood_still_are_left_out():
    panel = made_up(0).iloc[:90].copy()
    before = synthetic_control(panel["s0"], panel.drop(columns=["s0", "s1"]), 80)
    panel.loc[85, "s1"] = 0.0
    assert synthetic_control(panel["s0"], panel.drop(columns="s0"), 80) == before


def test_weeks_are_counted_from_the_start_and_whole():
    days = pd.date_range("2026-07-01", "2026-07-31", freq="D")
    track = Track(CATALOGUE["revenue"], pd.Series(1.0, index=days))
    weeks = in_weeks(track, Period(date(2026, 7, 16), date(2026, 7, 30)))
    assert list(weeks.index) == [-2, -1, 0, 1]
    assert set(weeks) == {7.0}


START = date(2026, 7, 6)
REGIONS = [f"r{n:02}" for n in range(13)]


def task(number, start, change, key_result="O1.1", metric="revenue", **more):
    effect = {"metric": metric, "change": change} if change is not None else None
    return {
        "id": f"T{number}",
        "key_result": key_result,
        "title": "x",
        "start": start,
        "expected_effect": effect,
    } | more


def sheet(*tasks):
    """One key result for region r00, one for r01, one for the whole store."""
    krs = [
        {"id": "O1.1", "metric": "revenue", "where": {"region": "r00"}, "baseline": 0, "target": 1},
        {"id": "O1.2", "metric": "revenue", "where": {"region": "r01"}, "baseline": 0, "target": 1},
        {"id": "O1.3", "metric": "revenue", "baseline": 0, "target": 1},
    ]
    return Sheet.model_validate({
        "store": "shop", "quarter": "2026Q3", "objectives": [{"id": "O1", "title": "x", "key_results": krs, "tasks": list(tasks)}],
    })  # fmt: skip


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A shop that sells in thirteen regions, an order a week in each; in r00 two fifths more from START on."""
    chance = np.random.default_rng(11)
    weeks = [START + timedelta(weeks=n) for n in range(-60, 7)]
    common = np.cumsum(chance.normal(0, 0.03, len(weeks)))
    rows = [
        order(f"{name}{week:%y%m%d}", f"{week:%Y-%m-%d} 12:00:00", round(amount, 2), region=name)
        for name in REGIONS
        for week, log in zip(weeks, common + chance.normal(0, 0.04, len(weeks)), strict=True)
        for amount in [1000 * float(np.exp(log)) * (1.4 if name == "r00" and week >= START else 1)]
    ]
    shop = make_shop(tmp_path_factory.mktemp("chain"), orders=rows[:200])
    for begin in range(200, len(rows), 200):
        add_rows(shop, orders=rows[begin : begin + 200])
    return cache(lambda day: opened(shop, day))


def test_a_task_in_one_region_is_held_against_the_others(chain):
    (found,) = effects(chain("2026-08-20"), sheet(task(1, START, "0.3")), Journal())
    assert (found.basis, found.siblings, found.verdict) == ("siblings", 12, "worked")
    assert found.estimate.change == pytest.approx(0.4, abs=0.06)
    assert found.window == Period(START, date(2026, 8, 17))
    assert float(found.amount) == pytest.approx(7000 * 0.4, rel=0.5)
    (hoped_for_less,) = effects(chain("2026-08-20"), sheet(task(1, START, "-0.3")), Journal())
    assert hoped_for_less.verdict == "opposite"


def test_a_region_with_a_task_of_its_own_is_no_sibling(chain):
    tasks = task(1, START, "0.3"), task(2, START, None, "O1.2")
    (found,) = effects(chain("2026-08-20"), sheet(*tasks), Journal())
    assert found.siblings == 11
    assert found.together == (), "another region is another figure"


def test_where_nothing_happened_it_cannot_tell(chain):
    (found,) = effects(chain("2026-08-20"), sheet(task(1, START, "0.05", "O1.2")), Journal())
    assert found.basis == "siblings"
    assert found.verdict == "unclear"


def test_tasks_that_begin_close_together_are_named_inseparable(chain):
    near, far = START + timedelta(days=APART - 1), START + timedelta(days=APART)
    first, second = effects(chain("2026-08-20"), sheet(task(1, START, "0.3"), task(2, near, "0.1")), Journal())
    assert (first.together, second.together) == (("T2",), ("T1",))
    first, second = effects(chain("2026-08-20"), sheet(task(1, START, "0.3"), task(2, far, "0.1")), Journal())
    assert (first.together, second.together) == ((), ())
    assert first.window.end == far - timedelta(days=1), "what comes later is not the first one's doing"
    assert second.window.start == far


def test_a_task_of_the_whole_store_has_no_siblings_and_needs_last_year(chain):
    (found,) = effects(chain("2026-08-20"), sheet(task(1, START, "0.3", "O1.3")), Journal())
    assert found.estimate is None
    assert found.verdict is None
    assert found.reason is not None


def test_what_has_not_begun_or_just_did_has_no_effect_yet(chain):
    tasks = (
        task(1, date(2026, 8, 25), "0.1"),
        task(2, date(2026, 8, 12), "0.1", "O1.2"),
        task(3, START, "0.1", status="dropped"),
    )
    first, second = effects(chain("2026-08-20"), sheet(*tasks), Journal())
    assert (first.reason, second.reason) == (NOT_BEGUN, TOO_EARLY)


def test_figures_that_still_move_are_not_judged(chain):
    (found,) = effects(chain("2026-08-18"), sheet(task(1, START, "0.3")), Journal())
    assert found.estimate is not None
    assert (found.interim, found.verdict) == (date(2026, 8, 20), "interim")


def test_what_the_exports_do_not_tell_and_growth_are_not_measured(chain):
    (found,) = effects(chain("2026-08-20"), sheet(task(1, START, "0.3", metric="buyers")), Journal())
    assert "names no buyers" in found.reason.en
    (found,) = effects(chain("2026-08-20"), sheet(task(1, START, "0.3", metric="revenue_growth_year")), Journal())
    assert "through its total" in found.reason.en


def test_an_expectation_written_after_the_start_is_marked(chain):
    plan = sheet(task(1, START, "0.3"))

    def locked(day):
        at = datetime(2026, 7, day, tzinfo=UTC)
        return Journal((Locked(at=at, by="x", sheet=plan, baselines={}, fingerprint="f"),))

    late = [effects(chain("2026-08-20"), plan, locked(day))[0].late for day in (6, 7)]
    assert late == [False, True]


def test_against_last_year_nothing_small_can_be_told(tmp_path):
    data = opened(make_seasonal_shop(tmp_path), "2026-08-20")
    (found,) = effects(data, sheet(task(1, date(2026, 7, 6), "0.05", "O1.3")), Journal())
    assert found.basis == "last_year"
    assert found.estimate.half >= np.log1p(BLIND)
    assert found.verdict == "unclear"
    assert found.estimate.low < 0 < found.estimate.high
    assert found.estimate.least(fall=True) < -BLIND
