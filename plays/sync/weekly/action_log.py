"""The Action Log compared, on one page or on several: rows missing, doubled, or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from django.utils import timezone

from plays.confluence import Confluence
from plays.models import Action, PageMapping, SyncJob
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTION_LOG
from plays.rules.planner import EDITS_OF, Kind
from plays.storage import EditError, Recognition, UpsertRow, all_rows, recognise
from plays.sync.layouts.looking import notice
from plays.sync.weekly.absent import actions_of, missing, newest_jobs, truly_absent
from plays.sync.weekly.cells import Rows, by_key, lacks, wrong_cells
from plays.sync.weekly.differences import Difference, doubles, unreadable, without_column
from plays.sync.weekly.history import History, write_of
from plays.sync.weekly.page_reads import PageRead
from plays.sync.weekly.strangers import of_other_events, unknown
from plays.sync.writing.edits import edits_for

LOGGED = tuple(name for name, kinds in EDITS_OF.items() if Kind.LOG_ROW in kinds)


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """One page of the log as it was seen."""

    seen: PageRead
    keys: tuple[str, ...]
    rows: Rows
    history: History[Rows]


def compare_log(
    client: Confluence, pages: Sequence[PageRead], *, is_whole: bool
) -> list[Difference]:
    """Rows that are missing, stand there twice, or do not say what was done.

    `is_whole` says that every page of the log is among `pages`; a row that is on none of them may
    else stand on another.
    """
    found: list[Difference] = []
    log_pages: list[LogPage] = []
    for seen in pages:
        try:
            log_page = _log_page(client, seen)
            found += _changed(log_page)
            found += _strange(log_page)
            log_pages.append(log_page)
        except EditError as error:
            found.append(unreadable(seen.page, error))
            is_whole = False
    if log_pages:
        times = Counter(key for log_page in log_pages for key in log_page.keys)
        found += _doubled(log_pages, times)
        found += _missing(log_pages, times) if is_whole else ()
    return found


def notice_columns(pages: Sequence[PageRead]) -> None:
    """Remember how the log's newest page was found, as after a write: a quiet page may not get one
    soon. Not for a dry run: what a column is found for again is owed.
    """
    mapping = PageMapping.objects.shared(PartChoice.ACTION_LOG)
    for seen in pages:
        if seen.page == mapping.page:
            with suppress(EditError):  # `compare_log` tells of it
                notice(mapping, seen.page, seen.read.body, _found(seen))


def _found(seen: PageRead) -> Recognition:
    return recognise(seen.read.body, ACTION_LOG, seen.guidance[ACTION_LOG])


def _log_page(client: Confluence, seen: PageRead) -> LogPage:
    guidance = seen.guidance[ACTION_LOG]
    rows = all_rows(seen.read.body, ACTION_LOG, guidance)
    return LogPage(
        seen=seen,
        keys=tuple(row.key for row in rows),
        rows=by_key(rows),
        history=History(client, seen, lambda body: by_key(all_rows(body, ACTION_LOG, guidance))),
    )


def _changed(log_page: LogPage) -> list[Difference]:
    actions = actions_of(log_page.rows)
    wrong = wrong_cells(log_page.seen, _edits(actions.values()), log_page.rows)
    jobs = newest_jobs({cell.key for cell in wrong}, Kind.LOG_ROW)
    found: list[Difference] = []
    for cell in wrong:
        since = write_of(jobs.get(cell.key), log_page.seen.page)
        action = actions[cell.key]
        difference = replace(cell.difference(log_page.seen, action.play), action=action)
        found += log_page.history.blamed(difference, since=since or 1, is_as_now=cell.stands_in)
    return found


def _strange(log_page: LogPage) -> list[Difference]:
    told = {key: " · ".join(filter(None, row.cells.values())) for key, row in log_page.rows.items()}
    edits = _edits(actions_of(log_page.rows).values())
    return [
        *unknown(log_page.seen, told),
        *of_other_events(log_page.seen, edits),
        *without_column(log_page.seen.page, ACTION_LOG, _found(log_page.seen).layout),
    ]


def _edits(actions: Iterable[Action]) -> list[UpsertRow]:
    """The rows of these actions as we would write them today."""
    jobs = [SyncJob(kind=Kind.LOG_ROW, play=a.play, action=a) for a in actions]
    return [edit for edit in edits_for(jobs, now=timezone.now()) if isinstance(edit, UpsertRow)]


def _doubled(log_pages: Sequence[LogPage], times: Mapping[str, int]) -> list[Difference]:
    twice = {key: count for key, count in times.items() if count > 1}
    plays = {key: action.play for key, action in actions_of(twice).items()}
    page_of = {key: log_page.seen.page for log_page in log_pages for key in log_page.keys}
    return [
        difference
        for key in twice
        for difference in doubles(page_of[key], {key: twice[key]}, plays)
    ]


def _missing(log_pages: Sequence[LogPage], times: Mapping[str, int]) -> Iterator[Difference]:
    logged = Action.objects.filter(action_type__in=LOGGED).order_by("pk")
    absent = [key for key in logged.values_list("log_id", flat=True) if key not in times]
    first_look = min(log_page.seen.at for log_page in log_pages)
    for action, job in truly_absent(absent, Kind.LOG_ROW, seen_at=first_look):
        log_page = _log_page_of(job, log_pages)
        since = write_of(job, log_page.seen.page)
        yield from log_page.history.blamed(
            missing(log_page.seen, action), since=since, is_as_now=lacks(action.log_id)
        )


def _log_page_of(job: SyncJob | None, log_pages: Sequence[LogPage]) -> LogPage:
    """Where a row was written to, as far as that is known; else the newest page."""
    written_to = job.written_to_id if job else None
    return next((v for v in log_pages if v.seen.page.pk == written_to), log_pages[-1])
