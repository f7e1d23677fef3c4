"""Who is meant where a Play names its owner."""

import pytest

from plays.rules.owners import is_owned, likely_names, owner_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("김철수", ("김철수",)),
        ("김철수, 이영희", ("김철수", "이영희")),
        ("김철수·이영희 / Lee", ("김철수", "이영희", "Lee")),
        ("김철수\n김 철수", ("김 철수",)),
        (" , ;", ()),
    ],
)
def test_an_owner_cell_names_people(text, names):
    assert owner_names(text) == names


@pytest.mark.parametrize(
    ("owner", "names", "owned"),
    [
        ("김철수", ["김철수"], True),
        ("김철수 매니저님", ["김철수"], True),
        ("이영희, 김철수", ["김철수"], True),
        ("KIM Chulsoo", ["kim chulsoo"], True),
        ("김철수민", ["김철수"], False),
        ("", ["김철수"], False),
        ("김철수", [], False),
        ("님", ["매니저"], False),
    ],
)
def test_a_play_is_its_owners(owner, names, owned):
    assert is_owned(owner, names) is owned


def test_a_users_own_name_is_found_among_the_owners():
    owners = ["김철수, 이영희", "박민준 책임", "cskim"]

    assert likely_names("철수", "김", "cskim", owners) == ("김철수", "cskim")
    assert likely_names("Minjun", "", "박민준", owners) == ("박민준 책임",)
    assert likely_names("", "", "nobody", owners) == ()
