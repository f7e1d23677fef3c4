"""Names of Plays: an id, an alias, or the front of an id that only one Play has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.play_names import PlayNames, alias_list, as_text, fronts, new_play_id
from plays.rules.problems import Code, FieldProblem

TEAM = PlayNames(
    ids=frozenset(
        ("EXT_Desk_D01_세미나수집", "EXT_Desk_D02_주간소식", "KT_Self_S01", "KT_Self_S01_상담")
    ),
    aliases={"D01": "EXT_Desk_D01_세미나수집", "세미나": "EXT_Desk_D01_세미나수집"},
)


@pytest.mark.parametrize(
    ("name", "play"),
    [
        ("EXT_Desk_D01_세미나수집", "EXT_Desk_D01_세미나수집"),
        ("D01", "EXT_Desk_D01_세미나수집"),
        ("세미나", "EXT_Desk_D01_세미나수집"),
        ("EXT_Desk_D01", "EXT_Desk_D01_세미나수집"),
        ("EXT_Desk_D02", "EXT_Desk_D02_주간소식"),
        ("KT_Self_S01", "KT_Self_S01"),  # an id is itself, whatever else begins so
        ("EXT_Desk", None),  # two begin so
        ("EXT_Desk_D0", None),  # no whole part of an id
        ("EXT_Desk_D01_", None),
        ("세미나수집", None),
        ("", None),
    ],
)
def test_a_name_names_one_play_or_none(name, play):
    assert TEAM.find(name) == play


def test_those_that_begin_the_same_are_named():
    assert TEAM.beginning_with("EXT_Desk") == ("EXT_Desk_D01_세미나수집", "EXT_Desk_D02_주간소식")


@given(st.text("AB_가", min_size=1, max_size=8))
def test_the_fronts_of_an_id_end_before_an_underscore(name):
    for front in fronts(name):
        assert front
        assert name.startswith(front + "_")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("import", Code.RESERVED_ID),
        ("CSV", Code.RESERVED_ID),
        ("..", Code.RESERVED_ID),
        ("A B", Code.SPACES_OR_SLASHES),
        ("A/B", Code.SPACES_OR_SLASHES),
        ("A\u200bB", Code.UNSEEN_CHARACTERS),
        ("x" * 101, Code.TOO_LONG),
    ],
)
def test_what_cannot_be_an_id_is_refused_by_its_reason(text, code):
    with pytest.raises(FieldProblem) as problem:
        new_play_id(text)
    assert problem.value.code is code


def test_an_id_or_alias_has_a_hundred_letters_at_most():
    longest = "x" * 100

    assert new_play_id(longest) == longest
    assert alias_list(longest) == (longest,)
    with pytest.raises(FieldProblem) as problem:
        alias_list(longest + "x")
    assert problem.value.code is Code.TOO_LONG


def test_an_id_is_kept_in_composed_letters():
    assert new_play_id(" D01_세미나 ") == "D01_세미나"


def test_aliases_stand_between_commas_semicolons_or_lines():
    assert alias_list("D01, 세미나;D-1\nD01,,") == ("D01", "세미나", "D-1")
    assert alias_list(as_text(("나", "가"))) == ("가", "나")
