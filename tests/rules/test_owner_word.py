"""Asked on Friday morning, missed once the week is over."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from plays.rules.owner_word import WordState, word_state

SEOUL = ZoneInfo("Asia/Seoul")
THIS, LAST, LONG_AGO = date(2026, 11, 23), date(2026, 11, 16), date(2026, 10, 5)
MONDAY, EARLY, FRIDAY, SUNDAY = (
    datetime(2026, 11, 23, 14, tzinfo=SEOUL),
    datetime(2026, 11, 27, 8, 59, tzinfo=SEOUL),
    datetime(2026, 11, 27, 9, tzinfo=SEOUL),
    datetime(2026, 11, 29, 23, 59, tzinfo=SEOUL),
)


@pytest.mark.parametrize(
    ("weeks", "now", "since", "state"),
    [
        ((), MONDAY, date(2026, 1, 1), WordState.MISSED),
        ((LONG_AGO,), EARLY, date(2026, 1, 1), WordState.MISSED),
        ((LAST,), MONDAY, date(2026, 1, 1), WordState.SAID),
        ((LAST,), EARLY, date(2026, 1, 1), WordState.SAID),
        ((LAST,), FRIDAY, date(2026, 1, 1), WordState.ASKED),
        ((), SUNDAY, date(2026, 1, 1), WordState.ASKED),
        ((THIS,), MONDAY, date(2026, 1, 1), WordState.SAID),
        ((THIS,), SUNDAY, date(2026, 1, 1), WordState.SAID),
        # Nobody misses what they were not asked for.
        ((), MONDAY, date(2026, 11, 21), WordState.NOT_YET),
        ((), MONDAY, date(2026, 11, 20), WordState.MISSED),
        ((), FRIDAY, date(2026, 11, 28), WordState.ASKED),
        ((), FRIDAY, date(2026, 11, 30), WordState.NOT_YET),
        ((), FRIDAY, None, WordState.NOT_YET),
        ((LAST,), FRIDAY, None, WordState.SAID),
    ],
)
def test_the_word_of_a_week(weeks, now, since, state):
    assert word_state(weeks, now=now, asked_since=since, zone=SEOUL) is state
