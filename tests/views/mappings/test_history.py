"""Who mapped what: found by words and part, and what was done at once is one line."""

from datetime import timedelta

import pytest

from plays.models import PageMappingChange
from plays.rules.planner import Part
from plays.views.mappings.history import acts_of
from tests.factories import NOW, make_mapping, make_page, make_play, make_user

pytestmark = pytest.mark.django_db


def change(mapping, *, minutes=0, seconds=0, **values):
    at = NOW + timedelta(minutes=minutes, seconds=seconds)
    return PageMappingChange.objects.create(mapping=mapping, at=at, **values)


def test_what_one_person_did_at_once_is_one_act():
    admin, other = make_user("Admin"), make_user("Admin")
    mapping = make_mapping(Part.LIVE_DOC)
    for second in range(3):
        change(mapping, seconds=second, by=admin, reason="import")
    change(mapping, minutes=5, by=admin, reason="import")  # too late for the same act
    change(mapping, minutes=6, by=other, reason="import")

    acts = acts_of(PageMappingChange.objects.all())

    assert [(act.is_many, len(act.changes)) for act in acts] == [(False, 2), (True, 3)]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"moved", "import"}),
        ("?q=EXT_1", {"moved"}),
        ("?q=4711", {"import"}),
        ("?q=einmalig+import", {"import"}),
        ("?part=play_db", {"import"}),
        ("?part=nonsense", {"moved", "import"}),
        ("?q=nothing", set()),
    ],
)
def test_the_history_is_narrowed_by_the_address(seen, query, shown):
    change(make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1")), reason="moved")
    page = make_page(page_id="4711", title="Einmalig")
    change(make_mapping(Part.PLAY_DB), new_page=page, reason="import", minutes=9)

    text = seen("mapping_history", query=query)

    assert {word for word in ("moved", "import") if f" {word} " in text} == shown


def test_many_changes_at_once_are_told_in_one_line(seen):
    for number in range(4):
        play = make_play(play_id=f"EXT_{number}")
        change(make_mapping(Part.LIVE_DOC, play=play), seconds=number, reason="import")

    assert "4 mappings at once" in seen("mapping_history")
