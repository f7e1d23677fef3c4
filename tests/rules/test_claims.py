"""Claims of single sign-on: read whatever a provider sends, trusted only for what it vouches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.claims import BadMap, groups_of, read_claims, read_map

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = (
    "iss",
    "sub",
    "preferred_username",
    "email",
    "email_verified",
    "name",
    "given_name",
    "groups",
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_a_provider_sends_makes_a_user_name_that_can_be_stored(claims):
    read = read_claims(claims, "groups")

    assert 1 <= len(read.username) <= 150
    assert read.username.isprintable()
    assert "\0" not in read.first_name + read.mail
    assert read.mail == "" or claims["email_verified"] in (True, "true")


@pytest.mark.parametrize(
    ("claims", "username"),
    [
        ({"preferred_username": "김철수", "sub": "1"}, "김철수"),
        ({"preferred_username": "DOMAIN\\kim", "sub": "1"}, "DOMAINkim"),
        ({"email": "kim@example.com", "sub": "1"}, "kim"),
        ({"sub": "a1b2"}, "a1b2"),
        ({"sub": "///"}, "user"),
    ],
)
def test_the_user_name_is_the_first_that_serves(claims, username):
    assert read_claims(claims, "groups").username == username


@pytest.mark.parametrize(
    ("claims", "first", "last"),
    [
        ({"given_name": "철수", "family_name": "김", "name": "김철수"}, "철수", "김"),
        ({"given_name": "철수", "name": "김철수"}, "철수", ""),
        ({"family_name": "김", "name": "김철수"}, "", "김"),
        ({"name": "김철수"}, "김철수", ""),
    ],
)
def test_a_whole_name_is_taken_only_where_there_are_no_parts_of_it(claims, first, last):
    read = read_claims(claims, "groups")

    assert (read.first_name, read.last_name) == (first, last)


@pytest.mark.parametrize(
    ("verified", "mail"),
    [
        (True, "kim@example.com"),
        ("true", "kim@example.com"),
        (False, ""),
        ("false", ""),
        (None, ""),
    ],
)
def test_a_mail_address_counts_only_where_the_provider_has_verified_it(verified, mail):
    claims = {"email": "kim@example.com", "email_verified": verified}

    assert read_claims(claims, "groups").mail == mail


def test_names_are_cut_to_what_can_be_stored():
    long = "x" * 151
    read = read_claims(
        {"preferred_username": long, "given_name": long, "family_name": long}, "groups"
    )

    assert {len(read.username), len(read.first_name), len(read.last_name)} == {150}


@pytest.mark.parametrize(
    ("groups", "ours"),
    [
        (["a", "b"], {"PM", "Staff"}),
        ("a", {"PM"}),
        (["c", 7, None], set()),
        (None, set()),
        ({"a": 1}, set()),
    ],
)
def test_groups_are_those_that_the_map_knows(groups, ours):
    table = read_map(["a = PM", "b=Staff"], ("PM", "Staff", "Admin"))

    assert groups_of(read_claims({"groups": groups}, "groups"), table) == ours
    assert groups_of(read_claims({"groups": groups}, "groups"), {}) is None


def test_a_value_may_hold_an_equals_sign():
    assert read_map(["cn=sync,=x=PM"], ("PM",)) == {"cn=sync,=x": "PM"}


@pytest.mark.parametrize("entry", ["staff", "=PM", "staff=", "staff=Boss"])
def test_an_entry_that_maps_nothing_is_named(entry):
    with pytest.raises(BadMap, match="Admin"):
        read_map([entry], ("PM", "Staff", "Admin"))
