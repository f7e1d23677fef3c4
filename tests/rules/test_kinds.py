"""What an action may be: the pages, the planner and the events have the same words for it."""

from plays.rules.events import EVENT_TYPES
from plays.rules.page_columns import ACTION_WORDS
from plays.rules.planner import EDITS_OF


def test_what_each_event_becomes_is_owed_somewhere_and_has_a_word_in_every_family():
    assert {kind.action_type for kind in EVENT_TYPES.values()} == set(EDITS_OF)
    assert ACTION_WORDS[0] == tuple(EDITS_OF)
    assert {len(family) for family in ACTION_WORDS} == {len(EDITS_OF)}
