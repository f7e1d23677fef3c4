"""Who wins when a page and we say different things: the table whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.merge import Merged, merge


def stays(value):
    return Merged(value=value, is_differing=True)


def taken(value, *, conflict=False):
    return Merged(value=value, is_taken=True, is_conflict=conflict)


@pytest.mark.parametrize(
    ("base", "ours", "page", "merged"),
    [
        ("a", "a", "a", Merged(value="a")),
        ("a", "a", "b", taken("b")),
        ("a", "b", "a", stays("b")),
        ("a", "b", "c", taken("c", conflict=True)),
        ("a", "b", "b", Merged(value="b")),
        ("a", "a", "", taken("")),
        ("a", "", "a", stays("")),
        ("a", "b", "", taken("", conflict=True)),
        ("", "b", "", stays("b")),
        ("", "", "b", taken("b")),
        (None, "a", "a", Merged(value="a")),
        (None, "", "b", taken("b")),
        (None, "a", "", stays("a")),
        (None, "a", "b", taken("b", conflict=True)),
        (None, "", "", Merged(value="")),
    ],
)
def test_the_page_wins_what_it_has_changed_and_we_keep_what_only_we_have(base, ours, page, merged):
    assert merge(base, ours=ours, page=page) == merged


texts = st.sampled_from(["", "a", "b", "c"])


@given(base=st.none() | texts, ours=texts, page=texts)
def test_a_second_reading_of_the_same_page_takes_nothing(base, ours, page):
    first = merge(base, ours=ours, page=page)
    second = merge(page, ours=first.value, page=page)
    assert not second.is_taken
    assert second.value == first.value
    assert second.is_differing == first.is_differing
