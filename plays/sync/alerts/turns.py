"""Any number of processes look at the same things: one at a time does, and not too often."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from plays.models import AlertLook

AN_HOUR = timedelta(hours=1)


class Turn(enum.IntEnum):
    """What is done in turns; the value is the primary key of its row."""

    CONDITIONS = 1
    PEOPLE = 2
    PING = 3


def is_our_turn(turn: Turn, every: timedelta, now: datetime) -> bool:
    """Whether this process is to look; then nobody else is for `every`."""
    if not AlertLook.objects.filter(pk=turn).exists():
        AlertLook.objects.get_or_create(pk=turn, defaults={"looked_at": now - every})
    # One of the future was made while a clock was wrong.
    row = AlertLook.objects.filter(pk=turn)
    ours = row.filter(looked_at__lte=now - every) | row.filter(looked_at__gt=now + AN_HOUR)
    return bool(ours.update(looked_at=now))
