"""A live doc compared: entries that are missing or stand there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from plays.confluence import Confluence
from plays.models import Action, Play
from plays.rules.planner import Kind
from plays.storage import EditError, entry_counts
from plays.sync.weekly.absent import missing, truly_absent
from plays.sync.weekly.cells import lacks
from plays.sync.weekly.differences import Difference, doubles, unreadable
from plays.sync.weekly.history import History, write_of
from plays.sync.weekly.page_reads import PageRead


def compare_live_doc(client: Confluence, seen: PageRead, plays: Iterable[Play]) -> list[Difference]:
    """Entries of these Plays' actions that are not on the page, or there more than once."""
    try:
        times = entry_counts(seen.read.body)
    except EditError as error:
        return [unreadable(seen.page, error)]
    owners = {play.pk: play for play in plays}
    rows = Action.objects.filter(play__in=owners).order_by("pk").values_list("log_id", "play_id")
    owed = {log_id: owners[play] for log_id, play in rows}
    history = History[Counter[str]](client, seen, entry_counts)
    absent = [key for key in owed if key not in times]
    return [*doubles(seen.page, times, owed), *_missing(seen, absent, history)]


def _missing(
    seen: PageRead, absent: list[str], history: History[Counter[str]]
) -> Iterator[Difference]:
    for action, job in truly_absent(absent, Kind.LIVE_ENTRY, seen_at=seen.at):
        since = write_of(job, seen.page)
        yield from history.blamed(
            missing(seen, action), since=since, is_as_now=lacks(action.log_id)
        )
