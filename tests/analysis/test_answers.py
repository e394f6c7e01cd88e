"""Answers are kept for files that never change: asked once, and never told about other data."""

import os
import pickle
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from okrlib.analysis import tables
from okrlib.analysis.answers import _VERSIONS_KEPT, FOLDER, Answers
from okrlib.analysis.facts import fact
from okrlib.periods import Period
from tests.analysis.shops import add_rows, make_shop, opened, order


@pytest.fixture
def answers(tmp_path):
    return Answers(tmp_path / FOLDER / "shop", "script")


def never():
    raise AssertionError("asked again")


VALUES = [
    [(date(2026, 8, 1), Decimal("1.20"), None, "满减", 1.5, True, 7)],
    {"day": np.ma.masked_array(np.array(["2026-08-01"], "datetime64[D]"), [True]), "name": np.array(["a"], object)},
    [],
]


@pytest.mark.parametrize("value", VALUES)
def test_an_answer_is_given_again_without_asking(answers, value):
    first = answers.to("q", lambda: value)
    again = answers.to("q", never)
    assert repr(again) == repr(first) == repr(value)


def test_another_question_and_another_script_have_answers_of_their_own(answers, tmp_path):
    assert answers.to("q", lambda: 1) == 1
    assert answers.to("r", lambda: 2) == 2
    assert Answers(tmp_path / FOLDER / "shop", "other").to("q", lambda: 3) == 3
    assert answers.to("q", never) == 1


class Hostile:
    def __reduce__(self):
        return os.mkdir, ("hostile",)


@pytest.mark.parametrize("damage", [b"", b"\x80\x05broken", pickle.dumps(Hostile())])
def test_what_is_damaged_or_hostile_is_not_read_but_asked_again(answers, tmp_path, monkeypatch, damage):
    monkeypatch.chdir(tmp_path)
    answers.to("q", lambda: 1)
    kept = next((tmp_path / FOLDER / "shop").glob("*/*"))
    kept.write_bytes(damage)
    assert answers.to("q", lambda: 2) == 2
    assert not (tmp_path / "hostile").exists()
    assert answers.to("q", never) == 2


def test_where_nothing_can_be_written_it_is_asked_each_time(tmp_path):
    (tmp_path / ".okr").write_text("a file")
    answers = Answers(tmp_path / FOLDER / "shop", "script")
    assert answers.to("q", lambda: 1) == 1
    assert answers.to("q", lambda: 2) == 2


def test_old_versions_make_room(tmp_path):
    for n in range(_VERSIONS_KEPT + 5):
        Answers(tmp_path / FOLDER / "shop", str(n)).to("q", lambda: 1)
    assert len(list((tmp_path / FOLDER / "shop").iterdir())) == _VERSIONS_KEPT
    assert (tmp_path / ".okr" / ".gitignore").read_text() == "*\n"


def test_a_failed_question_keeps_no_answer(answers, tmp_path):
    with pytest.raises(AssertionError):
        answers.to("q", never)
    assert not (tmp_path / FOLDER).exists()


def test_a_store_opened_again_needs_no_database_until_it_has_new_rows(tmp_path, monkeypatch):
    shop = make_shop(tmp_path, orders=[order("1", "2026-08-01 10:00", 10)])
    assert revenue(shop) == 10
    with monkeypatch.context() as patch:
        patch.setattr(tables, "connect", never)
        assert revenue(shop) == 10
    add_rows(shop, orders=[order("2", "2026-08-02 10:00", 5)])
    assert revenue(shop) == 15


def revenue(shop):
    data = opened(shop, "2026-08-15")
    return fact(data, Period(date(2026, 8, 1), date(2026, 8, 15)), "revenue").value
