"""Which heading an edit would use."""

import pytest

from plays.storage import NotStorage
from plays.storage.scan.sections import heading_used


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("<h1>개요</h1><h2><strong>활동</strong> 로그</h2>", "활동 로그"),
        ("<h2>ACTIVITY_LOG</h2>", "ACTIVITY_LOG"),
        ("<h2>Activity</h2><h2>활동로그</h2>", "활동로그"),
        ("<p>활동 로그</p>", None),
        ("", None),
    ],
)
def test_the_heading_is_told_as_the_page_has_it(body, used):
    assert heading_used(body, ["활동 로그", "Activity Log", "Activity"]) == used


def test_a_broken_page_is_refused():
    with pytest.raises(NotStorage):
        heading_used("<p>", ["활동 로그"])
