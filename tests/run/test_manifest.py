"""Manifests and fingerprints."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import okrlib
from okrlib.errors import DataError
from okrlib.run import manifest
from okrlib.run.manifest import (
    Failure,
    Inputs,
    LastGood,
    Manifest,
    PacketMeta,
    StderrNote,
    code_state,
    file_sha256,
    packet_key,
    params_files,
    params_sha256,
    read_manifest,
    write_atomically,
)
from tests.run.workbook import job

PARAMETERS = job().parameters
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of the five letters


def made(status="ok", **more):
    return Manifest(parameters=PARAMETERS, store_title="店", status=status, finished_at="2026-08-16T09:30:00", **more)


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    bad = Failure("error", "ValueError", "no orders", "01_first", 3, "conduct", "raise")
    full = made(
        "failed",
        error=bad,
        warnings=(StderrNote("01_first", 3, "conduct", "hm"),),
        last_good=LastGood(as_of=date(2026, 7, 1), finished_at="then", page_sha256=HELLO),
        data={"versions": {"orders": 3}, "fingerprint": "f"},
        timings={"01_first": 1.25},
    )
    write_atomically(tmp_path / "manifest.en.json", full.to_json())
    assert read_manifest(tmp_path / "manifest.en.json") == full


def test_the_file_is_sorted_and_keeps_chinese_readable():
    lines = made().to_json().splitlines()
    keys = [line.split('"')[1] for line in lines if line.startswith('  "')]
    assert keys == sorted(keys)
    assert any("店" in line for line in lines)


def test_no_manifest_is_none_and_a_damaged_one_an_error(tmp_path):
    path = tmp_path / "manifest.en.json"
    assert read_manifest(path) is None
    path.write_text('{"status": "ok"')
    with pytest.raises(DataError, match=r"manifest\.en\.json: not a manifest"):
        read_manifest(path)


def test_what_stands_after_a_run():
    good = made(page_sha256=HELLO)
    assert good.standing == LastGood(as_of=date(2026, 8, 15), finished_at="2026-08-16T09:30:00", page_sha256=HELLO)
    assert made("failed", page_sha256=HELLO).standing is None
    assert made("failed", last_good=good.standing).standing == good.standing


def test_a_write_replaces_whole_files_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "page.html"
    write_atomically(path, "一")
    assert path.read_bytes() == "一".encode()

    def fails(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest.os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "two")
    assert path.read_text(encoding="utf-8") == "一"
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]


def test_file_fingerprints(tmp_path):
    (tmp_path / "f").write_text("hello")
    assert file_sha256(tmp_path / "f") == HELLO
    assert file_sha256(tmp_path / "none") is None


def test_params_are_all_a_store_can_see(tmp_path):
    def put(name, text="x"):
        path = tmp_path / "params" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return params_sha256(params_files(tmp_path), "demo")

    seen = [put("stores/demo.yaml"), put("okrs/demo/2026Q3.yaml"), put("okrs/demo/2026Q2.jsonl"), put("holidays.yaml")]
    assert len(set(seen)) == 4
    assert put("okrs/other/2026Q3.yaml") == seen[-1]
    assert put("stores/other.yaml") == seen[-1]
    assert put("okrs/demo/.2026Q3.yaml.swp") == seen[-1]
    assert put("okrs/demo/2026Q3.jsonl.lock") == seen[-1]


def test_code_is_all_files_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(okrlib, "__path__", [str(tmp_path)])
    states = [code_state()["sources"]]
    for name in ("a.py", "templates/page.css", "a.pyc"):
        path = Path(tmp_path, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
        states.append(code_state()["sources"])
    assert len(set(states)) == 3
    assert states[2] == states[3]


@pytest.mark.parametrize("name", ["run/page.py", "run/words.py", "run/templates/deep/page.css"])
def test_what_only_draws_the_page_is_told_apart(tmp_path, monkeypatch, name):
    monkeypatch.setattr(okrlib, "__path__", [str(tmp_path)])
    before = code_state()
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("new")
    after = code_state()
    assert (before["sources"], before["page"] != after["page"]) == (after["sources"], True)


META = PacketMeta("good", "Good", job().quarter, date(2026, 8, 15), "en", "orders 3", "data-1", "0.1.0+abc")


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": job("good", "zh").parameters},
        {"notebooks": {"01_first": "2"}},
        {"code": {"sources": "2"}},
        {"packages": {"pandas": "4"}},
        {"params": "2"},
        {"sheet": "2"},
        {"journal": "2"},
        {"store_title": "Better"},
        {"known_at": datetime(2026, 8, 16, tzinfo=UTC)},
    ],
)
def test_every_input_is_in_the_key(change):
    inputs = Inputs(parameters=PARAMETERS, store_title="Good", notebooks={"01_first": "1"})
    assert packet_key(inputs, META) != packet_key(inputs.model_copy(update=change), META)
