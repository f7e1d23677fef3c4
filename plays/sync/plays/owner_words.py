"""What the owners of Plays say of them: one sentence a week, kept, shown beside the status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import OwnerWord, Play, Team
from plays.models.owner_word import LONGEST_WORD
from plays.rules.fields import one_line
from plays.rules.owner_word import WordState, word_state
from plays.rules.owners import is_owned
from plays.rules.status import Status
from plays.rules.weeks import STRIP, Week
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.people.owners import names_of
from plays.sync.plays.play_status import play_statuses


@dataclass(frozen=True, kw_only=True)
class Word:
    """How it is with a Play's word: its state, and the newest word there is."""

    state: WordState = WordState.NOT_YET
    newest: OwnerWord | None = None

    @property
    def current(self) -> OwnerWord | None:
        """The word that counts now: not one of long ago."""
        return self.newest if self.state is WordState.SAID else None

    @property
    def seen_as(self) -> Status | None:
        """The owner's colour, where the word of now names one."""
        return self.current.seen_as if self.current else None


def words_of(plays: Iterable[Play], *, now: datetime) -> dict[int, Word]:
    """The word of each Play at `now`, by its primary key; two queries however many."""
    plays = list(plays)
    zone = timezone.get_default_timezone()
    since = Team.current().words_since
    known = _newest(plays, Week.of(now, zone))
    states = {
        play.pk: word_state(
            {word.monday} if (word := known.get(play.pk)) else (),
            now=now,
            asked_since=since,
            zone=zone,
        )
        for play in plays
    }
    return {pk: Word(state=state, newest=known.get(pk)) for pk, state in states.items()}


def say(
    play: Play,
    text: str,
    *,
    by: User,
    status: Status | None = None,
) -> OwnerWord:
    """Keep what `by` says of a Play, and let the Play DB say it, too; `status` is how the owner
    sees the Play where that differs.

    Raises `ValueError` without words.
    """
    now, text = timezone.now(), one_line(text).strip()[:LONGEST_WORD]
    if not text:
        raise ValueError("a word needs a sentence")
    with transaction.atomic():
        locked = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        judged = play_statuses([locked], now=now)[locked.pk].status
        word = OwnerWord.objects.create(
            play=locked,
            monday=Week.of(now, timezone.get_default_timezone()).monday,
            text=text,
            status=status.value if status and status is not judged else "",
            judged=judged.value,
            by=by,
            by_name=by.get_full_name() or by.get_username(),
            is_owner=is_owned(locked.owner, names_of(by).names),
            at=now,
        )
        if locked.is_active:
            enqueue([row_of(locked)], now=now)
    return word


def _newest(plays: list[Play], this: Week) -> dict[int, OwnerWord]:
    """The newest word of each Play up to a week, as far back as screens look."""
    first = this.monday - timedelta(weeks=STRIP)
    rows = OwnerWord.objects.filter(monday__gte=first, monday__lte=this.monday)
    rows = rows.filter(play=plays[0]) if len(plays) == 1 else rows
    newest: dict[int, OwnerWord] = {}
    for word in rows.order_by("play", "-monday", "-at", "-pk"):
        newest.setdefault(word.play_id, word)
    return newest
