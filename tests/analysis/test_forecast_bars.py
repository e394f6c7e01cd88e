"""The bars on public data; skipped where the data are not at hand."""

import pytest

from benchmarks import worlds
from benchmarks.forecast import SETS, shared_folder, speed, table, verdicts


@pytest.mark.parametrize("data", SETS, ids=lambda data: data.title)
def test_every_bar_is_reached(data):
    if not (shared_folder() / data.file).exists():
        pytest.skip(f"{data.file} is not in {shared_folder()} (set OKRLIB_SHARED)")
    assert [text for text, reached in verdicts(data, table(data)) if not reached] == []


@pytest.mark.parametrize("name", worlds.WORLDS)
def test_worlds_of_known_truth_are_covered_and_guesses_beaten(name):
    measured = worlds.table(worlds.WORLDS[name])
    assert len(measured) == 3
    assert not worlds.short(measured), measured.to_string()


def test_a_thousand_daily_series_take_seconds():
    assert min(speed()[1] for _ in range(2)) < 5
