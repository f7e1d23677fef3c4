"""What a cell calls its row, with the signs that people put around an id aside."""

import pytest

from plays.storage.layout.keys import without_signs


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LOG-1", "LOG-1"),
        ("✅LOG-1", "LOG-1"),
        ("✅✅ LOG-1: ⭐", "LOG-1"),
        ("(LOG-1)", "(LOG-1)"),
        ("A", "A"),
        ("✅", ""),
        ("", ""),
    ],
)
def test_signs_at_the_ends_are_no_part_of_a_name(text, name):
    assert without_signs(text) == name
