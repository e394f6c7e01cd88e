import time

import pytest

from okrlib.ingest.records import LONGEST_RECORD, text_records


def records(text: str, width: int | None = 3) -> list[tuple[int, list[str], str]]:
    return list(text_records(iter(text.splitlines(keepends=True)), ",", width))


def test_plain_lines_keep_their_numbers_and_blank_lines_are_passed_over():
    assert records("a,b,c\n\n  \n1,2,3") == [(1, ["a", "b", "c"], ""), (4, ["1", "2", "3"], "")]


def test_quotes_hold_delimiters_and_doubled_quotes():
    assert records('1,"a ""big"" cup, blue",3\n') == [(1, ["1", 'a "big" cup, blue', "3"], "")]


def test_a_quoted_line_break_belongs_to_the_record_and_later_lines_keep_their_physical_numbers():
    text = '1,"two\nlines",3\n4,5,6\n7,"three\n\nlines",9\nx,y,z\n'
    assert records(text) == [
        (1, ["1", "two\nlines", "3"], ""),
        (3, ["4", "5", "6"], ""),
        (4, ["7", "three\n\nlines", "9"], ""),
        (7, ["x", "y", "z"], ""),
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only():
    found = records('1,2,3\n4,"five,6\n7,8,9\n' + "a,b,c\n" * 300)
    assert found[1] == (2, [], "has a quotation mark out of place")
    assert found[2] == (3, ["7", "8", "9"], "")
    assert len(found) == 303
    assert found[-1][0] == 303


def test_two_unclosed_quotes_lose_two_lines_and_nothing_between():
    found = records('4,"five,6\n7,8,9\n4,"six,6\n1,2,3\n')
    assert [(number, wrong != "") for number, _, wrong in found] == [(1, True), (2, False), (3, True), (4, False)]


def test_a_quote_inside_an_unquoted_cell_stands_for_itself():
    assert records('1,5" plate,3\n7,8,9\n') == [(1, ["1", '5" plate', "3"], ""), (2, ["7", "8", "9"], "")]


def test_a_line_beyond_all_measure_is_one_bad_line():
    found = records("1,2,3\n" + "x" * (LONGEST_RECORD + 1) + '\n1,"' + "y" * (LONGEST_RECORD + 1) + '",3\n4,5,6\n')
    assert [(number, wrong != "") for number, _, wrong in found] == [(1, False), (2, True), (3, True), (4, False)]


@pytest.mark.parametrize("line", ['1,"open,3\n', '1,"a" b,3\n', '1,"a,"b,3\n'])
def test_many_broken_quotes_cost_time_in_proportion(line: str):
    start = time.process_time()
    records(line * 20_000)
    assert time.process_time() - start < 2
