"""The forecast's chance and the owner's confidence against what came."""

import pytest

from okrlib.analysis.belief import Belief, scores, stages
from okrlib.periods import Quarter

Q3 = Quarter(2026, 3)


def test_both_are_scored_by_hand():
    held = [
        Belief(Q3, "O1.1", 0, 0.9, 0.5, reached=True),
        Belief(Q3, "O1.1", 4, 0.7, 0.3, reached=True),
        Belief(Q3, "O1.2", 9, 0.2, 0.6, reached=False),
    ]
    early, late = stages(held)
    assert (early.weeks, early.count, late.weeks, late.count) == ((0, 4), 2, (9, 13), 1)
    assert (early.chance, early.confidence, early.reached) == pytest.approx((0.8, 0.4, 1))
    assert (early.forecast_score, early.owner_score) == pytest.approx(((0.01 + 0.09) / 2, (0.25 + 0.49) / 2))
    assert (late.forecast_score, late.owner_score) == pytest.approx((0.04, 0.36))
    assert scores(held) == pytest.approx(((0.01 + 0.09 + 0.04) / 3, (0.25 + 0.49 + 0.36) / 3))
    assert stages([]) == ()
