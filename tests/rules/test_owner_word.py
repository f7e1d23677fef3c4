"""Asked on Friday morning, missed once the week is over."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from plays.rules.owner_word import WordState, word_state
from plays.rules.pages import PLAY_DB, PlayFacts, play_row, said_word
from plays.rules.status import Counts, Status

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
        ((), SUNDAY, date(2026, 11, 29), WordState.ASKED),
        ((), FRIDAY, date(2026, 11, 30), WordState.NOT_YET),
        ((), FRIDAY, None, WordState.NOT_YET),
        ((LAST,), FRIDAY, None, WordState.SAID),
    ],
)
def test_the_word_of_a_week(weeks, now, since, state):
    assert word_state(weeks, now=now, asked_since=since, zone=SEOUL) is state


@pytest.mark.parametrize(
    ("seen_as", "by", "written"),
    [
        (None, "", "계약을 마칩니다 (2026-11-27)"),
        (Status.YELLOW, "", "Y: 계약을 마칩니다 (2026-11-27)"),
        (Status.GREEN, "이PM", "G: 계약을 마칩니다 (이PM, 2026-11-27)"),
    ],
)
def test_a_page_says_the_word_with_its_colour_its_day_and_who_said_it_for_the_owner(
    seen_as, by, written
):
    assert said_word("계약을 마칩니다", seen_as=seen_as, by=by, on=FRIDAY.date()) == written


def test_without_a_word_the_row_has_no_cell_for_it():
    silent = PlayFacts(play_id="D01", status=Status.RED, counts=Counts())

    assert "owner_word" not in play_row(silent, now=FRIDAY, zone=SEOUL).cells
    assert "owner_word" in PLAY_DB.names
    assert "owner_word" not in PLAY_DB.needed
