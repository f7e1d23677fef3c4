"""Of all pairings of fields and columns the one with the highest sum is taken."""

from hypothesis import given
from hypothesis import strategies as st

from plays.storage.layout.assignment import assign

SCORES = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 4)), st.integers(1, 9), max_size=12
)


def highest(scores, fields="abcd", taken=frozenset()):
    """The highest sum by trying every pairing."""
    if not fields:
        return 0
    field, rest = fields[0], fields[1:]
    sums = [
        score + highest(scores, rest, taken | {column})
        for (name, column), score in scores.items()
        if name == field and column not in taken
    ]
    return max([highest(scores, rest, taken), *sums])


@given(SCORES)
def test_no_other_pairing_has_a_higher_sum(scores):
    found = assign(scores)

    assert len(set(found.values())) == len(found)
    assert sum(scores[pair] for pair in found.items()) == highest(scores)
