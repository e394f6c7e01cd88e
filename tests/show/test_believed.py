"""The forecast's chance and the owner's confidence beside each other, over the quarters that are over."""

from dataclasses import replace
from datetime import date

from okrlib import show
from okrlib.analysis.belief import beliefs_until, scores
from okrlib.analysis.outlook import more_is_better
from okrlib.periods import Quarter

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def test_a_past_quarter_of_the_demo_is_scored_and_a_running_one_is_not(demo_book):
    book, past = demo_book("demo_tmall", "en", "2026Q4"), demo_book("demo_tmall", "en", "2026Q3")
    held = beliefs_until(book.data, book.workbook, book.quarter)
    assert {one.quarter for one in held} == {Q3}
    krs = {kr.id: kr for kr in past.sheet.key_results if kr.target == past.scorecard.key_result(kr.id).original.target}
    unchanged = [one for one in held if one.key_result in krs]
    assert unchanged
    for one in unchanged:
        kr, state = krs[one.key_result], past.scorecard.key_result(one.key_result)
        assert one.reached == (
            state.value >= kr.target if more_is_better(kr, state.baseline) else state.value <= kr.target
        )
    assert {one.week for one in held} <= set(range(14))
    assert beliefs_until(replace(book.data, as_of=date(2026, 9, 15)), book.workbook, Q3) == ()


def test_both_scores_are_shown_in_both_languages(demo_book):
    held = beliefs_until(demo_book("demo_tmall", "en").data, demo_book("demo_tmall", "en").workbook, Q4)
    for locale, words in (("en", "The forecast was nearer the truth"), ("zh", "预测更接近事实")):
        said = show.beliefs(demo_book("demo_tmall", locale, "2026Q4")).__html__()
        assert words in said
        assert f"{scores(held)[0]:.2f}" in said
