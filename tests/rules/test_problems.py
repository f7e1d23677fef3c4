"""A problem is a code with its parameters; every code has a sentence that they fill."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.problems import SENTENCES, Code, FieldProblem, Problem, problem_of

values = st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=5), max_size=3).map(tuple)


def test_every_code_has_a_sentence():
    assert set(SENTENCES) == set(Code)
    assert len(set(SENTENCES.values())) == len(Code)


@pytest.mark.parametrize("code", Code)
def test_a_sentence_is_filled_by_named_parameters_only(code):
    names = re.findall(r"%\((\w+)\)s", SENTENCES[code])

    told = Problem(code=code, params=dict.fromkeys(names, "x")).message

    assert "%" not in told
    assert told == re.sub(r"%\(\w+\)s", "x", SENTENCES[code])


@given(st.sampled_from(Code), st.text(max_size=20), st.dictionaries(st.text(max_size=5), values))
def test_what_is_stored_reads_as_the_same_problem(code, field, params):
    problem = Problem(code=code, field=field, params=params)

    assert problem_of(json.loads(json.dumps(problem.as_json()))) == problem


def test_numbers_and_lists_are_shown_as_people_write_them():
    long = FieldProblem(Code.TOO_LONG, length=12_345, limit=1_000).at("data.title")

    assert long.field == "data.title"
    assert long.message == "is too long: 12,345 characters, 1,000 are allowed"
    assert str(FieldProblem(Code.NOT_ONE_OF, choices=("a", "b"))) == "must be one of a, b"


def test_the_readers_sentence_is_made_from_the_same_code():
    problem = Problem(code=Code.TOO_EARLY, params={"year": "2000"})

    assert (
        problem.told({"must not be before %(year)s": "nicht vor %(year)s"}.get) == "nicht vor 2000"
    )


def test_a_stored_problem_of_a_code_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no_such_code"):
        problem_of({"code": "no_such_code", "field": "", "params": {}})
