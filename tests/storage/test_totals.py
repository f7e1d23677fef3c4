"""Rows that only sum up others."""

import pytest

from plays.storage.totals import is_total


@pytest.mark.parametrize("text", ["합계", "소계 (데스크)", "Total:", "Total (" + "x" * 22 + ")"])
def test_a_total_is_told_by_its_word_whatever_stands_in_brackets(text):
    assert len(text) <= 30
    assert is_total(text)


@pytest.mark.parametrize("text", ["합계표 개선", "Total rewards", "Total (" + "x" * 23 + ")"])
def test_what_says_more_than_that_or_is_longer_than_thirty_letters_is_none(text):
    assert not is_total(text)
