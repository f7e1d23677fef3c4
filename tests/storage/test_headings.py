"""Which heading an edit would use, and which one is proposed for a field."""

import pytest

from plays.storage import Column, NotStorage, TableShape, recognise
from plays.storage.scan.sections import heading_used
from tests.storage.shapes import table


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


OWNED = TableShape(
    (Column("id"), Column("status"), Column("owner", hints=("PM", "책임 PM"))), key="id"
)


@pytest.mark.parametrize(
    ("heading", "proposed"),
    [
        ("ownr", [("owner", "alike")]),
        ("PM", [("owner", "hint")]),
        ("✅ 3. 책임_PM (정)", [("owner", "hint")]),
        ("PM의 할 일", []),
        ("weather", []),
        ("", []),
    ],
)
def test_only_a_heading_that_hints_at_a_field_or_is_like_its_name_is_proposed(heading, proposed):
    layout = recognise(table("1|G|x", headings=("id", "status", heading)), OWNED).layout

    assert [(field.name, field.reason.code) for field in layout.proposals] == proposed


def test_a_broken_page_is_refused():
    with pytest.raises(NotStorage):
        heading_used("<p>", ["활동 로그"])
