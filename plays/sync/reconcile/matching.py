"""Whether what a page tells is an action's event, by what both say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from plays.models import Action, SyncJob
from plays.models.job import LOG_KINDS, JobKind, JobState
from plays.rules.pages import telling
from plays.storage.scan.entry_lines import Verdict, behind_key
from plays.storage.whose import Fact, is_foreign
from plays.sync.chunks import in_chunks
from plays.sync.intake import recovered
from plays.sync.reconcile.reading import Told
from plays.sync.writing.edits import action_facts

# Play, type and day; None where a page does not say it.
_Where = tuple[int | None, str | None, date | None]


class Candidates:
    """Actions, each of which can be found once by what a page tells.

    Beside the title two of Play, type and time must be told, so that an action is looked for only
    among those of the same Play, type and day, or of any where one of these is not told.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        self._lying: dict[_Where, dict[int, tuple[str, Action]]] = defaultdict(dict)
        for action in actions:
            for where in _places(action):
                self._lying[where][action.pk] = recovered.folded(action.title), action

    def take(self, told: Told) -> Action | None:
        """The action that a page tells of, one with this very title before one whose title is only
        part of what is told. It is not found again.
        """
        there = self._lying.get(_where(told), {})
        text, title = recovered.folded(told.text), recovered.folded(told.title)
        maybe = [one for own, one in there.values() if own == title or own in text]
        maybe.sort(key=lambda one: recovered.folded(one.title) != title)
        found = next((one for one in maybe if is_same(told, one)), None)
        if found is not None:
            for where in _places(found):
                del self._lying[where][found.pk]
        return found


def _where(told: Told) -> _Where:
    play = told.play.pk if told.play else None
    return play, told.action_type or None, _day(told.moment) if told.moment else None


def _places(action: Action) -> list[_Where]:
    play, kind, day = action.play_id, action.action_type, _day(action.occurred_at)
    return [(play, kind, day), (None, kind, day), (play, None, day), (play, kind, None)]


def _day(moment: datetime) -> date:
    return moment.astimezone(timezone.get_default_timezone()).date()


def never_written() -> list[Action]:
    """Actions none of whose rows and entries was ever on a page, as far as the database knows."""
    synced = SyncJob.objects.filter(
        action=OuterRef("pk"), kind__in=LOG_KINDS, state=JobState.SYNCED
    )
    return list(Action.objects.exclude(Exists(synced)).select_related("play").order_by("pk"))


def written(actions: Iterable[Action]) -> set[tuple[str, int]]:
    """Which of their rows and entries the database knows to be written: kind of job, action."""
    found: set[tuple[str, int]] = set()
    for chunk in in_chunks(action.pk for action in actions):
        synced = SyncJob.objects.filter(action__in=chunk, state=JobState.SYNCED, kind__in=LOG_KINDS)
        found.update(synced.values_list("kind", "action__pk"))
    return found


def is_of_another(told: Told, action: Action, ours: set[tuple[str, int]]) -> bool:
    """Whether what a page tells is no event of ours; `ours` is what `written` found."""
    if is_same(told, action):
        return False
    kind = JobKind.LOG_ROW if told.is_row else JobKind.LIVE_ENTRY
    was_written = (kind, action.pk) in ours
    if told.is_row:
        return is_foreign(_facts(told, action), was_written=was_written)
    facts = action_facts(action, play_id=action.play.play_id, was_written=was_written)
    tells = telling(facts, zone=timezone.get_default_timezone())
    return tells.verdict(behind_key(told.text, told.log_id)) is Verdict.FOREIGN


def _facts(told: Told, action: Action) -> list[Fact]:
    """What a row says of an action's Play, type, title and time; a time as closely as it says."""
    when = told.moment
    same_time = when is not None and _same_time(told, action)
    return [
        _fact(told.play, told.play == action.play),
        _fact(told.action_type, told.action_type == action.action_type),
        _fact(told.title, recovered.folded(told.title) == recovered.folded(action.title)),
        _fact(when, same_time),
    ]


def _fact(said: object, is_same: bool) -> Fact:
    if not said:
        return Fact.SILENT
    return Fact.SAME if is_same else Fact.OTHER


def is_same(told: Told, action: Action) -> bool:
    """Whether pages tell of this very event: all that is needed is said, and is the same."""
    if told.title and recovered.tells_title(told.text, action.title):
        told = replace(told, title=action.title)  # a colleague wrote more into it
    facts = _facts(told, action)
    return Fact.OTHER not in facts and told.title != "" and facts.count(Fact.SAME) >= 3


def _same_time(told: Told, action: Action) -> bool:
    assert told.moment is not None  # noqa: S101 - asked for by the caller
    zone = timezone.get_default_timezone()
    ours, theirs = action.occurred_at.astimezone(zone), told.moment.astimezone(zone)
    if not told.has_clock:
        return ours.date() == theirs.date()
    return recovered.minute_of(ours) == recovered.minute_of(theirs)
