"""Packets on disk: what stands, what is skipped, what is written when something fails."""

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import active_children
from pathlib import Path
from shutil import copytree

import pytest

from okrlib.errors import DataError, ParameterError
from okrlib.run import packets, plan
from okrlib.run.hold import BusyError, Shard, hold
from okrlib.run.packets import explain, write_index
from tests.run.workbook import STORES, job, tiny_workbook

NOW = datetime(2026, 8, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One store with a good packet; every test leaves it with one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            plan, "code_state", lambda: {"version": "1", "sources": "the same while the tests run", "page": "1"}
        )
        book = tiny_workbook(tmp_path_factory.mktemp("shop"), "good")
        book.run(job())
        yield book


def kinds(book):
    return [event.kind for event in book.events]


def test_every_job_is_told_started_and_ended_once(production):
    assert kinds(production).count("started") == 10
    assert sorted(set(kinds(production))) == ["failed", "finished", "started"]
    last = production.events[-1]
    assert (last.done, last.total) == (10, 10)


def test_outcomes_come_in_the_order_of_the_jobs(production):
    assert list(production.outcomes) == [*map(job, STORES), job("good", "zh")]
    assert [o.status for o in production.outcomes.values()] == ["ok", *["failed"] * 3, "ok", *["failed"] * 4, "ok"]


def test_the_meta_is_in_the_packets_language(production):
    english, chinese = (
        production.json(job("good", locale), f"packet.{locale}.html")["meta"] for locale in ("en", "zh")
    )
    assert (english["store_title"], english["labels"]) == ("The good", ["generated data"])
    assert (chinese["store_title"], chinese["labels"]) == ("小店", ["模拟数据"])
    assert (english["data_version"], english["data_fingerprint"]) == ("orders 3", "data-1")


def test_the_manifest_says_where_the_packet_comes_from(production):
    manifest = production.json(job(), "manifest.en.json")
    assert manifest["status"] == "ok"
    assert manifest["parameters"] == {"store": "good", "quarter": "2026Q3", "as_of": "2026-08-15", "locale": "en"}
    assert list(manifest["notebooks"]) == ["01_first", "02_second"]
    assert manifest["summary"]["cards"] == [{"label": "revenue", "value": "1"}]
    assert manifest["finished_at"] == "2026-08-16T09:30:00+00:00"
    assert set(manifest["timings"]) == {"01_first", "02_second", "page"}
    assert (manifest["sheet"], manifest["error"], manifest["last_good"]) == (None, None, None)


def test_the_index_lists_every_packet_and_links_what_is_there(production):
    index = json.loads((production.home / "reports" / "2026Q3" / "index.html").read_text())
    entries = {(e["parameters"]["store"], e["parameters"]["locale"]): e for e in index["entries"]}
    assert len(entries) == 10
    assert entries["good", "zh"]["packet"] == "good/packet.zh.html"
    assert (entries["broken", "en"]["packet"], entries["broken", "en"]["failed"]) == (None, "broken/failed.en.html")


def test_nothing_half_written_is_left(production):
    assert [p for p in (production.home / "reports").rglob("*") if p.suffix == ".tmp" or p.name == ".holder"] == []


def test_the_same_inputs_give_the_same_bytes(shop):
    page, manifest = shop.file(job(), "packet.en.html").read_bytes(), shop.json(job(), "manifest.en.json")
    (again,) = shop.run(job(), force=True)
    assert (again.status, shop.runs) == ("ok", 2)
    assert again.page.read_bytes() == page
    repeated = shop.json(job(), "manifest.en.json")
    assert repeated | {"timings": None} == manifest | {"timings": None}


def test_nothing_runs_twice(shop):
    shop.events.clear()
    (outcome,) = shop.run(job())
    assert (outcome.status, kinds(shop)) == ("skipped", ["skipped"])
    assert outcome.page == shop.file(job(), "packet.en.html").resolve()


def test_a_failure_leaves_the_last_good_packet_and_the_next_success_clears_it(shop):
    good = shop.file(job(), "packet.en.html").read_bytes()
    shop.fingerprint = "data-2"
    trouble = shop.home / "trouble"
    trouble.touch()
    (failed,) = shop.run(job())
    assert failed.page == shop.file(job(), "failed.en.html").resolve()
    assert shop.file(job(), "packet.en.html").read_bytes() == good
    assert shop.json(job(), "manifest.en.json")["last_good"]["as_of"] == "2026-08-15"
    trouble.unlink()
    (mended,) = shop.run(job())
    assert mended.status == "ok"
    assert not failed.page.exists()
    assert shop.json(job(), "manifest.en.json")["last_good"] is None


def change_sheet(book):
    sheet = book.home / "params" / "okrs" / "good" / "2026Q3.yaml"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("objectives: []\n")


def change_store(book):
    path = book.home / "params" / "stores" / "good.yaml"
    path.write_text(path.read_text().replace("Asia/Shanghai", "Europe/London"))


def change_notebook(book):
    path = book.home / "notebooks" / "02_second.ipynb"
    path.write_text(path.read_text().replace("print(locale)", "print(store)"))


def change_page(book):
    book.file(job(), "packet.en.html").write_text("edited by hand")


def lose_page(book):
    book.file(job(), "packet.en.html").unlink()


def damage_manifest(book):
    book.file(job(), "manifest.en.json").write_text("{")


def change_data(book):
    book.fingerprint = "data-3"


def change_another_stores_sheet(book):
    sheet = book.home / "params" / "okrs" / "other" / "2026Q3.yaml"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("objectives: []\n")


def change_the_lakes_version_only(book):
    book.version = 4


def execute_the_notebook_in_place(book):
    path = book.home / "notebooks" / "02_second.ipynb"
    node = json.loads(path.read_text())
    node["cells"][1] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "en"}]}
    node["cells"][1]["metadata"]["execution"] = {"iopub.execute_input": "2026-08-15T10:00:00Z"}
    path.write_text(json.dumps(node))


def copy_of(shop, folder):
    return replace(shop, home=Path(copytree(shop.home, folder / "copy")).resolve(), events=[])


REASONS = {
    change_sheet: "the sheet changed",
    change_store: "files under params/ changed",
    change_notebook: "notebook 02_second changed",
    change_page: "the page is missing or was edited",
    lose_page: "the page is missing or was edited",
    damage_manifest: "there is no packet yet, or its manifest is damaged",
    change_data: "the data changed",
}
NO_REASONS = [change_another_stores_sheet, change_the_lakes_version_only, execute_the_notebook_in_place]


@pytest.mark.parametrize(("change", "reason"), REASONS.items())
def test_a_change_makes_the_job_run_again_and_says_why(shop, tmp_path, change, reason):
    book = copy_of(shop, tmp_path)
    assert book.plan(job()).stands
    change(book)
    assert book.plan(job()).reasons[0] == reason


def test_another_day_is_told_with_both_days(shop):
    assert shop.plan(job(as_of="2026-08-16")).reasons == ("the as-of day moved from 2026-08-15 to 2026-08-16",)


def new_template(patch):
    code = {"version": "1", "sources": "the same while the tests run", "page": "2"}
    patch.setattr(plan, "code_state", lambda: code)


def test_a_changed_template_draws_the_page_without_running_a_notebook(shop, tmp_path, monkeypatch):
    book = copy_of(shop, tmp_path)
    before, page = book.runs, book.file(job(), "packet.en.html").read_text()
    new_template(monkeypatch)
    assert book.plan(job()).reasons == ("the page's template changed: notebooks need not run",)
    (outcome,) = book.run(job())
    assert (outcome.status, book.runs) == ("ok", before)
    assert set(book.json(job(), "manifest.en.json")["timings"]) == {"page"}
    notebooks = [json.loads(text)["notebooks"] for text in (page, outcome.page.read_text())]
    assert notebooks[0] == notebooks[1]


def test_a_changed_notebook_runs_alone(shop, tmp_path):
    book = copy_of(shop, tmp_path)
    before = book.runs
    change_notebook(book)
    (outcome,) = book.run(job())
    assert (outcome.status, book.runs) == ("ok", before)
    assert set(book.json(job(), "manifest.en.json")["timings"]) == {"02_second", "page"}


@pytest.mark.parametrize("damage", [lambda kept: kept.unlink(), lambda kept: kept.write_bytes(b"\x1f\x8b broken")])
def test_what_was_kept_and_is_gone_or_damaged_runs_again(shop, tmp_path, monkeypatch, damage):
    book = copy_of(shop, tmp_path)
    before = book.runs
    (kept,) = (book.home / ".okr").rglob("01_first.en.json.gz")
    damage(kept)
    new_template(monkeypatch)
    (outcome,) = book.run(job())
    assert (outcome.status, book.runs) == ("ok", before + 1)


def test_the_kept_notebooks_stay_out_of_version_control(shop):
    assert (shop.home / ".okr" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("change", NO_REASONS)
def test_what_does_not_shape_the_page_makes_nothing_run(shop, tmp_path, change):
    book = copy_of(shop, tmp_path)
    change(book)
    assert book.plan(job()).stands


def test_an_unknown_store_stops_before_anything_runs(shop):
    shop.events.clear()
    with pytest.raises(ParameterError, match=r"nobody.*stores: good"):
        shop.run(job(), job("nobody"))
    assert shop.events == []


def test_a_second_run_is_told_who_holds_the_quarter(shop):
    who = rf"process {os.getpid()} on .* since 2026-08-16 00:00"
    with hold(shop.home / "reports" / "2026Q3", lambda: NOW), pytest.raises(BusyError, match=who):
        shop.run(job())


def test_shards_have_each_job_once_and_run_beside_each_other(shop):
    jobs = list(range(7))
    assert sorted(job for number in (1, 2, 3) for job in Shard(number, 3).share(jobs)) == jobs
    folder = shop.home / "reports" / "2026Q3"
    with hold(folder, lambda: NOW, Shard(1, 2)):
        (outcome,) = shop.run(job(), shard=Shard(2, 2))
        assert outcome.status == "skipped"
        for clash in ({}, {"shard": Shard(1, 2)}):
            with pytest.raises(BusyError, match=r"since 2026-08-16 00:00"):
                shop.run(job(), **clash)


def test_a_shard_waits_outside_a_whole_run(shop):
    with hold(shop.home / "reports" / "2026Q3", lambda: NOW), pytest.raises(BusyError, match="another run"):
        shop.run(job(), shard=Shard(1, 1))


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "a/b", "1/4 ", "-1/4", "", "²/4"])
def test_a_shard_is_a_part_of_a_whole(text):
    with pytest.raises(ParameterError, match="such as 1/4 to 4/4"):
        Shard.parse(text)


def test_explaining_runs_nothing(shop):
    shop.events.clear()
    told = explain(shop.home, [job(), job("good", "zh")], data_state=shop.data_state, renderer="tests.run.stub_pages")
    assert [(one.locale, bool(reasons)) for one, reasons in told] == [("en", False), ("zh", True)]
    assert shop.events == []


def test_a_clock_that_jumps_back_changes_nothing(shop):
    (forced,) = shop.run(job(), force=True, now=lambda: datetime(1999, 12, 31, tzinfo=UTC))
    assert (forced.status, forced.seconds > 0) == ("ok", True)
    (again,) = shop.run(job(), now=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert again.status == "skipped"


def test_a_disk_that_is_full_fails_the_job_and_keeps_the_packet(shop, monkeypatch):
    def full(path, text):
        raise OSError(28, "No space left on device")

    before = shop.file(job(), "packet.en.html").read_bytes()
    monkeypatch.setattr(packets, "write_atomically", full)
    outcome = packets._publish(shop.plan(job()), packets.Result("<html>", None), NOW)
    assert (outcome.status, outcome.page) == ("failed", None)
    assert "No space left on device" in outcome.failure.message
    assert shop.file(job(), "packet.en.html").read_bytes() == before


def test_reports_that_cannot_be_written_are_told_in_one_line(tmp_path):
    book = tiny_workbook(tmp_path, "good")
    (tmp_path / "reports").write_text("a file where a folder should be")
    with pytest.raises(DataError, match="reports/2026Q3: cannot be written"):
        book.run(job())


def test_a_damaged_manifest_shows_in_the_index_as_failed(tmp_path):
    folder = tmp_path / "reports" / "2026Q3" / "good"
    folder.mkdir(parents=True)
    (folder / "manifest.en.json").write_text("{")
    text = write_index(tmp_path, job().quarter, "tests.run.stub_pages").read_text()
    assert '"status": "failed"' in text
    assert "not a manifest" in text


def test_an_interrupt_ends_workers_and_kernels(tmp_path):
    book = tiny_workbook(tmp_path, "slow")
    pid_file = tmp_path / "pids" / "slow"

    def interrupt(_):
        wait_for(lambda: pid_file.exists() and pid_file.read_text())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.run(job("slow"), on_event=interrupt)
    assert active_children() == []
    kernel = int(pid_file.read_text())
    wait_for(lambda: not Path(f"/proc/{kernel}").exists(), seconds=5)


def wait_for(true, seconds=30):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)
