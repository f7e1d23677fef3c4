"""A live doc compared: entries that are missing or stand there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from django.utils import timezone

from plays.confluence import Confluence
from plays.models import Action, Play
from plays.rules.pages import telling
from plays.rules.planner import Kind
from plays.storage import EditError, entry_counts
from plays.sync.weekly.absent import missing, truly_absent
from plays.sync.weekly.cells import lacks
from plays.sync.weekly.differences import Difference, doubles, unreadable
from plays.sync.weekly.history import History, write_of
from plays.sync.weekly.page_reads import PageRead
from plays.sync.weekly.strangers import entries_told, unknown
from plays.sync.writing.edits import action_facts


def compare_live_doc(client: Confluence, seen: PageRead, plays: Iterable[Play]) -> list[Difference]:
    """Entries of these Plays' actions that are not on the page, or there more than once."""
    owners = {play.pk: play for play in plays}
    actions = Action.objects.filter(play__in=owners).order_by("pk")
    logged = {action.log_id: owners[action.play_id] for action in actions}
    zone = timezone.get_default_timezone()
    tells = {
        action.log_id: telling(action_facts(action, play_id=""), zone=zone) for action in actions
    }
    try:
        times = entry_counts(seen.read.body, tells)
        history = History[Counter[str]](client, seen, partial(entry_counts, owed=tells))
    except EditError as error:
        return [unreadable(seen.page, error)]
    absent = [key for key in logged if key not in times]
    return [
        *doubles(seen.page, times, logged),
        *unknown(seen, entries_told(seen.read.body)),
        *_missing(seen, absent, history),
    ]


def _missing(
    seen: PageRead, absent: list[str], history: History[Counter[str]]
) -> Iterator[Difference]:
    for action, job in truly_absent(absent, Kind.LIVE_ENTRY, seen_at=seen.at):
        since = write_of(job, seen.page)
        yield from history.blamed(
            missing(seen, action), since=since, is_as_now=lacks(action.log_id)
        )
