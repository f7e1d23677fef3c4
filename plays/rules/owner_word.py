"""Whether the owner of a Play has said this week how it stands: asked on Friday morning, missed
once the week is over without a word."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo

from plays.rules.weeks import Week

ASKED_DAY, ASKED_AT = 4, time(9)  # Friday, 9 o'clock


class WordState(enum.StrEnum):
    SAID = "said"  # this week, or last week while nobody is asked for this one yet
    ASKED = "asked"
    MISSED = "missed"
    NOT_YET = "not_yet"  # nobody was asked so far


def asks_at(week: Week, zone: tzinfo) -> datetime:
    """When the owners are asked for their word of a week."""
    return datetime.combine(week.monday + timedelta(days=ASKED_DAY), ASKED_AT, zone)


def word_state(
    weeks: Collection[date], *, now: datetime, asked_since: date | None, zone: tzinfo
) -> WordState:
    """How it is with the word of a Play at `now`. `weeks` are the Mondays of the weeks of which
    there is a word; nobody is asked before `asked_since`, or ever where that is None.
    """
    this = Week.of(now, zone)
    if this.monday in weeks:
        return WordState.SAID
    if asked_since is not None and now >= asks_at(this, zone) and asked_since <= this.sunday:
        return WordState.ASKED
    if this.previous.monday in weeks:
        return WordState.SAID
    if asked_since is None or asked_since > asks_at(this.previous, zone).date():
        return WordState.NOT_YET
    return WordState.MISSED
