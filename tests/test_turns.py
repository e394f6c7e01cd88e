"""Two who write at once take turns; who waits too long is told in words, and nothing of theirs is written."""

import pytest
from filelock import FileLock

from okrlib.errors import DataError
from okrlib.okr import append, files, journal_path
from okrlib.turns import in_turn
from tests.okr.builders import at
from tests.okr.test_journal import check_in


def test_whoever_waits_too_long_is_told_who_keeps_them(tmp_path):
    lock = tmp_path / ".sheet.lock"
    with FileLock(lock), pytest.raises(DataError) as told, in_turn(tmp_path / "sheet.yaml", lock, 0.01):
        pytest.fail("two writers at once")
    assert str(told.value).startswith(f"{tmp_path / 'sheet.yaml'}: somebody else has been writing it for 0 seconds")
    assert "try again" in str(told.value)


def test_the_lock_is_given_back_when_a_writer_fails(tmp_path):
    lock = tmp_path / ".sheet.lock"
    with pytest.raises(ValueError, match="full"), in_turn(tmp_path, lock, 0.01):
        raise ValueError("disk full")
    with in_turn(tmp_path, lock, 0.01):
        assert at(10, 8)


def test_an_event_that_cannot_be_written_in_time_leaves_the_journal_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    path = journal_path(tmp_path / "2026Q4.yaml")
    append(path, check_in(8))
    before = path.read_bytes()
    with files.lock_beside(path), pytest.raises(DataError, match=r"2026Q4\.jsonl: somebody else"):
        append(path, check_in(9))
    assert path.read_bytes() == before
