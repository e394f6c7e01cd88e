import re
from datetime import date

import pytest

from okrlib.errors import SheetError
from okrlib.okr import (
    Baseline,
    Journal,
    baseline_period,
    close,
    fingerprint,
    journal_path,
    lock,
    read_journal,
    read_sheet,
    record,
    record_change,
    require_unchanged,
    scorecard,
)
from okrlib.periods import Quarter
from tests.okr.builders import at, d, kr, locked, objective, reading, sheet


def refused(words):
    return pytest.raises(SheetError, match=re.escape(words))


def test_the_lock_freezes_baselines_and_the_sheet():
    draft = sheet(objective(kr(), kr("O1.2", baseline="last_quarter"), kr("O1.3", kind="at_most", baseline=None)))
    computed = {"O1.2": Baseline(value=d(90), rule="last_quarter", period="2026Q3", fingerprint="abc")}
    event = lock(draft, Journal(), computed, at=at(10, 1), by="Lin")
    assert event.baselines == {"O1.1": Baseline(value=d(100)), **computed}
    assert event.sheet.state == "active"
    assert event.fingerprint == fingerprint(event.sheet)


def test_an_objective_without_key_results_is_refused_at_the_lock():
    with refused("demo_tmall 2026Q4: objective O1: no key results"):
        lock(sheet(objective()), Journal(), {}, at=at(10, 1), by="Lin")


def test_a_baseline_without_data_is_refused_at_the_lock():
    with refused("key result O1.1: no data for baseline last_quarter; type a number"):
        lock(sheet(objective(kr(baseline="last_quarter"))), Journal(), {}, at=at(10, 1), by="Lin")


def test_a_computed_baseline_that_equals_the_target_is_refused_at_the_lock():
    with refused("key result O1.1: target 200 equals its baseline"):
        locked(sheet(objective(kr(baseline="last_quarter"))), O1_1=d(200))


def test_a_computed_baseline_on_the_wrong_side_of_the_levels_is_refused_at_the_lock():
    with refused("run against the way from baseline 300"):
        locked(sheet(objective(kr(baseline="last_quarter", commit=150, stretch=250))), O1_1=d(300))


def test_a_sheet_is_locked_once():
    active, journal = locked(sheet(objective(kr())))
    with refused("locked already"):
        lock(active, journal, {}, at=at(10, 2), by="Lin")


def test_an_edited_sheet_is_refused_with_its_differences_and_the_command():
    active, journal = locked(sheet(objective(kr())))
    require_unchanged(active, journal)
    edited = sheet(objective(kr(target=180, owner="Wu")), state="active")
    with refused(
        'O1.1/target: 200 → 180; O1.1/owner: nothing → Wu. Record it: okr change demo_tmall 2026Q4 --reason "…"'
    ):
        require_unchanged(edited, journal)
    journal = Journal((*journal.events, record_change(edited, journal, "Less stock", at=at(11, 1), by="Lin")))
    require_unchanged(edited, journal)


def test_a_sheet_typed_as_active_without_a_lock_is_refused():
    with refused("never locked"):
        require_unchanged(sheet(objective(kr()), state="active"), Journal())
    require_unchanged(sheet(objective(kr())), Journal())


def test_a_frozen_baseline_never_moves():
    _, journal = locked(sheet(objective(kr())))
    with refused("key result O1.1: baseline 100 is frozen since the lock; put it back (found 90)"):
        record_change(sheet(objective(kr(baseline=90)), state="active"), journal, "why", at=at(11, 1), by="Lin")


@pytest.mark.parametrize("reason", ["", " "])
def test_a_change_without_a_reason_is_refused(reason):
    _, journal = locked(sheet(objective(kr())))
    with refused("locked; say in words why it is changed"):
        record_change(sheet(objective(kr(target=180)), state="active"), journal, reason, at=at(11, 1), by="Lin")


def test_a_changed_target_may_not_meet_the_frozen_baseline():
    _, journal = locked(sheet(objective(kr(baseline="last_quarter"))), O1_1=d(150))
    with refused("target 150 equals its baseline"):
        record_change(
            sheet(objective(kr(baseline="last_quarter", target=150)), state="active"),
            journal,
            "why",
            at=at(11, 1),
            by="L",
        )


def test_a_new_key_result_gets_its_baseline_when_it_is_recorded():
    _, journal = locked(sheet(objective(kr())))
    wider = sheet(objective(kr(), kr("O1.2", metric="units", baseline="last_quarter")), state="active")
    with refused("key result O1.2: no data for baseline last_quarter"):
        record_change(wider, journal, "why", at=at(11, 1), by="Lin")
    change = record_change(wider, journal, "why", at=at(11, 1), by="Lin", baselines={"O1.2": Baseline(value=d(7))})
    assert set(change.baselines) == {"O1.2"}
    assert [str(one) for one in change.differences] == ["O1.2: added (units)"]


def test_there_must_be_something_to_record():
    active, journal = locked(sheet(objective(kr())))
    with refused("nothing has changed"):
        record_change(active, journal, "why", at=at(11, 1), by="Lin")
    with refused("a draft needs no reasons"):
        record_change(sheet(objective(kr())), Journal(), "why", at=at(11, 1), by="Lin")


def test_a_closed_sheet_is_not_changed_and_a_draft_not_closed():
    active, journal = locked(sheet(objective(kr())))
    card = scorecard(active, journal, {"O1.1": reading(200)}, {}, date(2026, 12, 31))
    scored = Journal((*journal.events, close(card, journal, data_fingerprint="a", at=at(12, 31), by="Lin")))
    with refused("closed already"):
        record_change(sheet(objective(kr(target=180)), state="active"), scored, "why", at=at(12, 31), by="Lin")
    with refused("a draft cannot be closed"):
        close(card, Journal(), data_fingerprint="a", at=at(12, 31), by="Lin")


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("last_quarter", "2026-07-01..2026-09-30"),
        ("same_quarter_last_year", "2025-10-01..2025-12-31"),
        ("trailing_13_weeks", "2026-07-04..2026-10-02"),
    ],
)
def test_the_days_a_baseline_rule_means(rule, days):
    assert str(baseline_period(rule, Quarter.parse("2026Q4"), date(2026, 10, 3))) == days


def test_a_life_on_disk(tmp_path):
    path = tmp_path / "2026Q4.yaml"
    path.write_text(
        "store: demo_tmall\nquarter: 2026Q4\nobjectives:\n  - id: O1\n    title: t  # keep\n    key_results:\n"
        "      - {id: O1.1, metric: units, baseline: 100, target: 200}\n"
    )
    record(path, lock(read_sheet(path), Journal(), {}, at=at(10, 1), by="Lin"))
    active, journal = read_sheet(path), read_journal(journal_path(path))
    require_unchanged(active, journal)
    card = scorecard(active, journal, {"O1.1": reading(200)}, {}, date(2026, 12, 31))
    record(path, close(card, journal, data_fingerprint="a", at=at(12, 31), by="Lin"))
    after = read_sheet(path)
    require_unchanged(after, read_journal(journal_path(path)))
    assert [active.state, after.state] == ["active", "closed"]
    assert "# keep" in path.read_text()
    assert scorecard(after, read_journal(journal_path(path)), {}, {}, date(2027, 1, 1)).key_result("O1.1").value == 200
