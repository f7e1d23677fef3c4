"""What the Play DB should say of each Play: its numbers, its status, its owner's word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from plays.models import OwnerWord, Play
from plays.rules.pages import PlayFacts, said_word
from plays.sync.plays.owner_words import words_of
from plays.sync.plays.play_status import play_statuses


def play_facts(plays: Iterable[Play], *, now: datetime) -> dict[int, PlayFacts]:
    """What the Play DB should say of each Play now, by its primary key."""
    plays = list(plays)
    words = words_of(plays, now=now)
    return {
        pk: PlayFacts(
            play_id=s.play.play_id,
            status=s.status,
            counts=s.counts,
            goals=s.goals,
            channel=s.play.channel,
            word=_written(word) if (word := words[pk].current) else "",
        )
        for pk, s in play_statuses(plays, now=now).items()
    }


def _written(word: OwnerWord) -> str:
    return said_word(
        word.text,
        seen_as=word.seen_as,
        by="" if word.is_owner else word.by_name,
        on=timezone.localdate(word.at, timezone.get_default_timezone()),
    )
