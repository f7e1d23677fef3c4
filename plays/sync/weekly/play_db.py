"""The Play DB compared: what somebody changed in our cells since we last wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from plays.confluence import Confluence
from plays.models import Play
from plays.models.weekly import FindingKind
from plays.rules.pages import PLAY_DB
from plays.storage import EditError, Guidance, Row, UpsertRow, all_rows, recognise
from plays.sync.weekly.cells import Rows, by_key, lacks, wrong_cells
from plays.sync.weekly.differences import (
    Difference,
    doubles,
    rows_of_no_play,
    unreadable,
    without_column,
)
from plays.sync.weekly.history import History, last_write
from plays.sync.weekly.page_reads import PageRead

Edits = Mapping[Play, UpsertRow]


def play_rows(body: str, guidance: Guidance) -> dict[str, Row]:
    """The Play DB's rows by their Play id. Raises `EditError` where they cannot be read."""
    return by_key(all_rows(body, PLAY_DB, guidance))


def compare_play_db(client: Confluence, seen: PageRead, edits: Edits) -> list[Difference]:
    """Cells of ours that somebody changed, rows taken away, rows that stand there twice.

    A counter that is behind because more was done since is no difference: it is written anyway.
    """
    guidance = seen.guidance[PLAY_DB]
    try:
        times = Counter(row.key for row in all_rows(seen.read.body, PLAY_DB, guidance))
        plays = {play.play_id: play for play in edits}
        found = recognise(seen.read.body, PLAY_DB, guidance)
        nobodys = [key for key in times if key not in guidance.known.aliases]
        return [
            *doubles(seen.page, times, plays),
            *rows_of_no_play(seen.page, nobodys),
            *without_column(seen.page, PLAY_DB, found.layout),
            *_changed_by_others(client, seen, edits, guidance),
        ]
    except EditError as error:
        return [unreadable(seen.page, error)]


def _changed_by_others(
    client: Confluence, seen: PageRead, edits: Edits, guidance: Guidance
) -> Iterator[Difference]:
    ours = last_write(seen.page)
    if ours is None or ours >= seen.read.version.number:
        return
    history = History[Rows](client, seen, lambda body: play_rows(body, guidance))
    there = play_rows(seen.read.body, guidance)
    written = history.at(ours)
    if written is None:
        return
    yield from _rows_taken_away(seen, edits, history, ours, written.content, there)
    yield from _cells_changed(seen, edits, history, ours, written.content, there)


def _rows_taken_away(
    seen: PageRead, edits: Edits, history: History[Rows], ours: int, written: Rows, there: Rows
) -> Iterator[Difference]:
    for play in edits:
        if play.play_id in written and play.play_id not in there:
            gone = Difference(kind=FindingKind.MISSING, page=seen.page, key=play.play_id, play=play)
            yield from history.blamed(gone, since=ours, is_as_now=lacks(play.play_id))


def _cells_changed(
    seen: PageRead, edits: Edits, history: History[Rows], ours: int, written: Rows, there: Rows
) -> Iterator[Difference]:
    plays = {play.play_id: play for play in edits}
    for wrong in wrong_cells(seen, list(edits.values()), there):
        if wrong.key in written and not wrong.stands_in(written):
            changed = wrong.difference(seen, plays[wrong.key])
            yield from history.blamed(changed, since=ours, is_as_now=wrong.stands_in)
