"""Many people write at once, and machines die in mid-write: nothing is lost, nothing torn, nobody overwrites another."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from okrlib.errors import SheetError
from okrlib.okr import CheckIn, Decision, append, edit_sheet, fingerprint, read_journal, read_sheet
from okrlib.okr.journal import append_numbered

AT = datetime(2026, 10, 8, 9, tzinfo=UTC)
SHEET = """\
store: tea
quarter: 2026Q4
objectives:
  - id: O1
    title: Be the tea shop people come back to   # nobody's comment is lost
    key_results:
      - {id: O1.1, metric: revenue, baseline: 0, target: 1000}
"""
WRITER = """
import sys
from pathlib import Path
from okrlib.okr import CheckIn, append
for n in range(int(sys.argv[3])):
    append(Path(sys.argv[1]), CheckIn(at="2026-10-08T09:00:00Z", by=sys.argv[2], key_result="O1.1", confidence=5,
        narrative=f"{n} " + "茶" * (n * 7 % 1500)))
    print(n, flush=True)
"""
TORN = """
import os, signal, sys
from pathlib import Path
from okrlib.okr import CheckIn, journal
write = journal._write
def half(path, event):
    line = event.model_dump_json(exclude_none=True).encode()
    with path.open("ab") as file:
        file.write(line[: len(line) // 2])
        file.flush()
        os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)
journal._write = half
journal.append(Path(sys.argv[1]), CheckIn(at="2026-10-08T09:00:00Z", by="Lin", key_result="O1.1", confidence=5, narrative="…"))
"""


def _writer(path: Path, name: str, events: int, **options) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(events)], text=True, **options)


def _said(by: str, narrative: str = "on we go") -> CheckIn:
    return CheckIn(at=AT, by=by, key_result="O1.1", confidence=5, narrative=narrative)


def test_eight_writers_of_a_thousand_events_lose_none_and_tear_none(tmp_path):
    path, names = tmp_path / "2026Q4.jsonl", [f"writer {n}" for n in range(8)]
    writers = [_writer(path, name, 1000, stdout=subprocess.DEVNULL) for name in names]
    assert [writer.wait(300) for writer in writers] == [0] * 8
    journal = read_journal(path)
    assert journal.damaged == ()
    for name in names:  # each one's own, all of them, in the order they were written
        own = [int(event.narrative.split()[0]) for event in journal.events if event.by == name]
        assert own == list(range(1000))


def test_a_writer_killed_at_any_moment_leaves_a_readable_journal_with_all_it_had_said(tmp_path):
    path, said = tmp_path / "2026Q4.jsonl", {}
    for name, killed_after in (("a", 1), ("b", 7), ("c", 23), ("d", 60)):
        writer = _writer(path, name, 10_000, stdout=subprocess.PIPE)
        lines = [writer.stdout.readline() for _ in range(killed_after)]
        os.kill(writer.pid, signal.SIGKILL)
        said[name] = len(lines) + len(writer.stdout.read().split())
        assert writer.wait(60) == -signal.SIGKILL
        writer.stdout.close()
    append(path, _said("the next"))  # the dead hold no lock
    journal = read_journal(path)
    for name, acknowledged in said.items():
        assert sum(event.by == name for event in journal.events) >= acknowledged
    assert sum(event.by == "the next" for event in journal.events) == 1
    assert len(journal.damaged) <= len(said)


def test_a_line_half_written_when_its_writer_was_killed_is_set_aside_and_reported(tmp_path):
    path = tmp_path / "2026Q4.jsonl"
    append(path, _said("Wu"))
    assert subprocess.run([sys.executable, "-c", TORN, str(path)], check=False).returncode == -signal.SIGKILL
    [damaged] = read_journal(path).damaged
    assert damaged.line == 2
    assert damaged.text.startswith('{"at":"2026-10-08')
    append(path, _said("Mei"))
    journal = read_journal(path)
    assert [event.by for event in journal.events] == ["Wu", "Mei"]
    assert [one.line for one in journal.damaged] == [2]
    assert damaged.text in path.read_text(encoding="utf-8")  # set aside, not thrown away


def test_two_people_who_decide_at_once_get_two_ids(tmp_path):
    path = tmp_path / "2026Q4.jsonl"

    def decide(n: int) -> Decision:
        return append_numbered(path, "D", lambda name: Decision(at=AT, by="Lin", id=name, says=f"decision {n}"))

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(decide, range(40)))
    assert {one.id for one in made} == {f"D{n}" for n in range(1, 41)}
    assert {one.says for one in read_journal(path).decisions()} == {f"decision {n}" for n in range(40)}


def test_the_second_of_two_who_save_a_sheet_is_told_and_nothing_is_overwritten(tmp_path):
    path = tmp_path / "2026Q4.yaml"
    path.write_text(SHEET)
    seen = fingerprint(read_sheet(path))  # both opened the sheet as it was

    def save(target: int) -> str | None:
        try:
            edit_sheet(path, {"O1.1/target": target}, read=seen)
        except SheetError as told:
            return str(told)
        return None

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(save, range(2000, 2006)))
    assert answers.count(None) == 1
    assert all("changed since it was read" in answer for answer in answers if answer)
    won = 2000 + answers.index(None)
    assert read_sheet(path).key_results[0].target == won
    assert path.read_text() == SHEET.replace("target: 1000", f"target: {won}")


def test_what_the_second_wanted_can_be_saved_once_read_again(tmp_path):
    path = tmp_path / "2026Q4.yaml"
    path.write_text(SHEET)
    seen = fingerprint(read_sheet(path))
    edit_sheet(path, {"O1/owner": "Lin"}, read=seen)
    with pytest.raises(SheetError, match="read it again"):
        edit_sheet(path, {"O1.1/target": 2000}, read=seen)
    edit_sheet(path, {"O1.1/target": 2000}, read=fingerprint(read_sheet(path)))
    sheet = read_sheet(path)
    assert (sheet.objectives[0].owner, sheet.key_results[0].target) == ("Lin", 2000)
