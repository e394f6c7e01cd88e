import subprocess
import sys
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from okrlib.okr import CheckIn, Decision, Idea, Journal, Lesson, TaskUpdate, append, journal_path, read_journal
from okrlib.okr.events import Changed, Difference, Locked
from tests.okr.builders import at, kr, locked, objective, sheet


def check_in(day, **fields):
    return CheckIn.model_validate(
        {"at": at(10, day), "by": "Lin", "key_result": "O1.1", "confidence": 6, "narrative": "Presale is ahead."}
        | fields
    )


def test_what_is_appended_is_read_back(tmp_path):
    path = journal_path(tmp_path / "demo" / "2026Q4.yaml")
    _, journal = locked(sheet(objective(kr())))
    events = [
        *journal.events,
        check_in(8, value="2.35"),
        Decision(at=at(10, 9), by="Lin", id="D1", says="Move the budget to search"),
        Lesson(at=at(10, 10), by="Lin", about="O1.1", cause="Presale came late", verdict="change"),
    ]
    for event in events:
        append(path, event)
    assert path.name == "2026Q4.jsonl"
    assert read_journal(path) == Journal(tuple(events))


def test_a_sheet_without_a_journal_has_an_empty_one(tmp_path):
    assert read_journal(tmp_path / "2026Q4.jsonl") == Journal()


def test_events_after_the_day_asked_for_are_not_seen(tmp_path):
    path = tmp_path / "j.jsonl"
    for day in (8, 15, 22):
        append(path, check_in(day))
    assert [event.at.day for event in read_journal(path, date(2026, 10, 15)).events] == [8, 15]


def test_the_day_of_an_event_is_the_one_its_writer_saw(tmp_path):
    path = tmp_path / "j.jsonl"
    append(path, check_in(8, at="2026-10-09T00:30:00+08:00"))  # still 8 October in UTC
    assert read_journal(path, date(2026, 10, 8)).events == ()
    assert len(read_journal(path, date(2026, 10, 9)).events) == 1


def test_a_half_written_last_line_is_set_aside_and_the_next_event_is_whole(tmp_path):
    path = tmp_path / "j.jsonl"
    append(path, check_in(8))
    with path.open("ab") as file:
        file.write('{"at":"2026-10-09T09:00:00Z","by":"林'.encode()[:-1])
    journal = read_journal(path)
    assert len(journal.events) == 1
    assert [damage.line for damage in journal.damaged] == [2]
    append(path, check_in(10))
    journal = read_journal(path)
    assert [event.at.day for event in journal.events] == [8, 10]
    assert [damage.line for damage in journal.damaged] == [2]
    assert "2026-10-09" in journal.damaged[0].text


def test_garbage_between_events_is_set_aside_with_its_line(tmp_path):
    path = tmp_path / "j.jsonl"
    append(path, check_in(8))
    with path.open("a") as file:
        file.write('<<<<<<< ours\n\n{"kind": "dance", "at": "2026-10-09T09:00:00Z", "by": "x"}\n')
    append(path, check_in(10))
    journal = read_journal(path)
    assert len(journal.events) == 2
    assert [damage.line for damage in journal.damaged] == [2, 4]
    assert "dance" in str(journal.damaged[1])


WRITER = """
import sys; from pathlib import Path
from okrlib.okr import append, CheckIn
for n in range(20):
    append(Path(sys.argv[1]), CheckIn(at=f"2026-10-08T09:00:{n:02d}Z", by=sys.argv[2], key_result="O1.1", confidence=5,
        narrative="n" * 3000))
"""


def test_two_writers_at_once_lose_nothing(tmp_path):
    path = tmp_path / "j.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("Lin", "Wu")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    journal = read_journal(path)
    assert len(journal.events) == 40
    assert journal.damaged == ()
    assert path.read_bytes().count(b"\n") == 40


@pytest.mark.parametrize("bad", [{"narrative": "  "}, {"confidence": 11}, {"at": "2026-10-08T09:00:00"}, {"mood": 1}])
def test_a_check_in_needs_a_story_a_confidence_and_an_hour_with_its_offset(bad):
    with pytest.raises(ValidationError):
        check_in(8, **bad)


def test_events_are_in_the_order_of_time(tmp_path):
    for day in (15, 8, 22):
        append(tmp_path / "j.jsonl", check_in(day))
    assert [event.at.day for event in read_journal(tmp_path / "j.jsonl").events] == [8, 15, 22]


def test_a_decision_is_as_it_last_stood():
    opened = Decision(at=at(10, 8), by="Lin", id="D1", says="Move the budget", owner="Wu")
    journal = Journal((opened, opened.model_copy(update={"at": at(10, 15), "status": "done"})))
    assert [decision.status for decision in journal.decisions()] == ["done"]
    assert [decision.status for decision in journal.until(date(2026, 10, 10)).decisions()] == ["open"]


def test_ideas_are_judged_by_a_later_event_and_keep_their_author():
    idea = Idea(at=at(10, 8), by="Wu", id="I1", says="Gift wrapping", author="Wu")
    judged = idea.model_copy(update={"at": at(10, 9), "by": "Lin", "status": "taken_up"})
    assert [(one.author, one.status) for one in Journal((idea, judged)).ideas()] == [("Wu", "taken_up")]
    assert (Journal((idea,)).next_id("I"), Journal((idea,)).next_id("D")) == ("I2", "D1")


def test_task_updates_lie_over_the_sheet():
    plan = {"id": "T1", "key_result": "O1.1", "title": "Presale"}
    one = objective(kr()).model_dump(exclude_defaults=True) | {"tasks": [plan]}
    draft = sheet().model_validate({"store": "s", "quarter": "2026Q4", "objectives": [one]})
    journal = Journal(
        (
            TaskUpdate(at=at(10, 8), by="Wu", task="T1", status="doing", blocked_by="design"),
            TaskUpdate(at=at(10, 9), by="Wu", task="T1", unblocked=True, quality=4),
        )
    )
    (task,) = journal.tasks(draft)
    assert (task.status, task.blocked_by, task.quality) == ("doing", None, 4)
    (task,) = journal.until(date(2026, 10, 8)).tasks(draft)
    assert (task.status, task.blocked_by) == ("doing", "design")


def test_adjustments_carry_their_reason():
    active, journal = locked(sheet(objective(kr())))
    change = Changed(
        at=at(11, 10), by="Lin", reason="The platform cut the event", sheet=active, fingerprint="x",
        differences=(Difference(path="O1.1/target", before="10000", after="8000"),),
    )  # fmt: skip
    journal = Journal((*journal.events, change))
    (found,) = journal.adjustments("O1.1")
    assert (found.before, found.after, found.reason) == ("10000", "8000", "The platform cut the event")
    assert journal.adjustments("O1") == ()
    assert isinstance(journal.locked, Locked)


def test_with_a_store_the_days_are_those_of_its_clock(tmp_path):
    path = tmp_path / "j.jsonl"
    append(path, check_in(8, at="2026-10-09T03:30:00+00:00"))  # in New York the evening before
    (seen,) = read_journal(path, date(2026, 10, 8), ZoneInfo("America/New_York")).events
    assert (seen.at.date(), seen.at.hour) == (date(2026, 10, 8), 23)
    assert read_journal(path, date(2026, 10, 8)).events == ()
