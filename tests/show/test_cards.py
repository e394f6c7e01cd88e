import json

from okrlib.show.cards import Card, Cards
from okrlib.show.palette import SUMMARY_MIME
from okrlib.show.prose import Notice, Passage
from okrlib.show.table import Status

HOSTILE = "<script>alert(1)</script>"


def test_cards_are_html_and_plain_values():
    cards = Cards([Card("Repeat buyers", "43%", "of 60%", Status("on track", "good"), 0.72)], {"store": "s"}, "Now")
    bundle = cards._repr_mimebundle_()
    assert json.loads(json.dumps(bundle[SUMMARY_MIME])) == {
        "store": "s",
        "title": "Now",
        "cards": [
            {"label": "Repeat buyers", "value": "43%", "note": "of 60%", "progress": 0.72, "status": "on track",
             "level": "good"}
        ],
    }  # fmt: skip
    assert "on track" in bundle["text/html"]


def test_a_card_without_progress_has_no_bar():
    assert "okr-bar" not in Cards([Card("Score", "–")]).__html__()
    assert "okr-bar" in Cards([Card("Score", "0%", progress=0.0)]).__html__()


def test_what_people_typed_is_text():
    cards = Cards([Card(HOSTILE, HOSTILE, HOSTILE, Status(HOSTILE))], title=HOSTILE).__html__()
    assert "<script" not in cards + Passage([HOSTILE]).__html__() + Notice("warn", HOSTILE).__html__()
