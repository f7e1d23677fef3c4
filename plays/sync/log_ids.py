"""Log ids: which comes next, and what the pages say of those that were given.

Pages remember. One that knows higher numbers than the database, or tells of another event under a
number that we are about to write, was written by a database that is lost or newer than this one.
The log then stops, rows and entries alike, until a person has the two compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from plays.models import LogNumber, LogVolume, Page, PageMapping, SyncJob
from plays.models.job import LOG_KINDS, JobState
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTION_LOG, CONTINUED, KINDS
from plays.storage import EditError, Entry, Telling, inventory, read_entries
from plays.storage.scan.entry_lines import Verdict, behind_key
from plays.sync.layouts.guidance import guidance_for
from plays.sync.site import log_stop

# Nine digits at most: a longer number is nobody's log id, and fits no column.
LOG_ID = re.compile(r"LOG-\d{4}-\d{5,9}(?!\d)")


def next_log_ids(moments: Iterable[datetime]) -> list[str]:
    """`LOG-<year>-<number>` for each, in the order given, above all that any page is known to have.
    The years' rows are locked until the caller commits.
    """
    zone = timezone.get_default_timezone()
    years = [timezone.localtime(moment, zone).year for moment in moments]
    last = {year: _taken(year, count) - count for year, count in sorted(Counter(years).items())}
    ids = []
    for year in years:
        last[year] += 1
        ids.append(log_id(year, last[year]))
    return ids


def lock_numbers() -> None:
    """Lock the rows of all years until the caller commits, for locks that come behind them."""
    list(LogNumber.objects.select_for_update(no_key=True).order_by("year").values_list("year"))


def _taken(year: int, count: int) -> int:
    """The last of `count` numbers that nobody else is given."""
    row = LogNumber.objects.filter(year=year)
    if not row.update(last=Greatest(F("last"), F("seen")) + count):
        LogNumber.objects.get_or_create(year=year)
        return _taken(year, count)
    return row.values_list("last", flat=True).get()


def log_id(year: int, number: int) -> str:
    return f"LOG-{year}-{number:05d}"


def numbers_of(log_ids: Iterable[str]) -> dict[int, int]:
    """The highest number of each year."""
    highest: dict[int, int] = {}
    for one in log_ids:
        _, year, number = one.split("-")
        highest[int(year)] = max(highest.get(int(year), 0), int(number))
    return highest


def ids_on(page: Page, body: str) -> set[str]:
    """The log ids that have a row (on a page of the log) or an entry (in a live doc) there.

    Raises `EditError` where the page cannot be read as what it is.
    """
    found: set[str] = set()
    if is_log(page):
        rows = inventory(body, ACTION_LOG, guidance_for(page)[ACTION_LOG])
        found.update(key for key in rows if LOG_ID.fullmatch(key))
    if PageMapping.objects.filter(page=page, part=PartChoice.LIVE_DOC).exists():
        found.update(entry.key for entry in entries_in(body))
    return found


def entries_in(body: str) -> list[Entry]:
    """The entries of a live doc that tell of something. Raises `NotStorage`."""
    found = read_entries(body, LOG_ID)
    return [entry for entry in found if tells_of_an_event(entry.key, entry.text)]


def is_log(page: Page) -> bool:
    is_one = Q(mappings__part=PartChoice.ACTION_LOG) | Q(log_volume__isnull=False)
    return Page.objects.filter(is_one, pk=page.pk).exists()


def tells_of_an_event(key: str, text: str) -> bool:
    """Whether an entry line says what was done or when; else it only mentions the id."""
    nobody = Telling(title="\N{NULL}", kind="", kinds=KINDS)
    return nobody.verdict(behind_key(text, key)) is not Verdict.MENTION


def notice(page: Page, body: str) -> bool:
    """Look at a page just read; stop the log where it knows numbers that were never given here.

    Returns whether the log is stopped. Costs no call.
    """
    now = timezone.now()
    if LOG_ID.search(body):
        _compare(page, body, now)
    if is_log(page):
        log_stop.compared(now)
        if CONTINUED in body and _is_current(page) and not _is_known_full(page):
            log_stop.stop(f"{page} goes on on a page that this database does not know", now=now)
    return log_stop.is_stopped()


def here_before_us() -> str:
    """The highest log id on the pages of a log that stopped before this database wrote anything on
    it: the team numbered by hand, or our database is a new one. Empty in all other cases.
    """
    written = SyncJob.objects.filter(kind__in=LOG_KINDS, state=JobState.SYNCED)
    if not log_stop.is_stopped() or written.exists():
        return ""
    newest = LogNumber.objects.filter(seen__gt=0).order_by("year").last()
    return log_id(newest.year, newest.seen) if newest else ""


def raise_seen(highest: dict[int, int]) -> None:
    """Remember the highest numbers on pages, by year: none at or below them is given any more."""
    for year, number in highest.items():
        LogNumber.objects.get_or_create(year=year)
        LogNumber.objects.filter(year=year, seen__lt=number).update(seen=number)


def _compare(page: Page, body: str, now: datetime) -> None:
    if not _ahead(numbers_of(LOG_ID.findall(body))):
        return
    try:
        ahead = _ahead(numbers_of(ids_on(page, body)))
    except EditError:
        return  # whoever edits the page is told what is wrong with it
    if ahead:
        raise_seen(ahead)
        told = ", ".join(log_id(year, number) for year, number in sorted(ahead.items()))
        log_stop.stop(f"{page} knows {told}, which this database never gave", now=now)


def _ahead(highest: dict[int, int]) -> dict[int, int]:
    given = dict(LogNumber.objects.values_list("year", "last"))
    return {year: number for year, number in highest.items() if number > given.get(year, 0)}


def _is_current(page: Page) -> bool:
    """Whether rows go to this page; the link to the next is written when they no longer do."""
    return PageMapping.objects.filter(page=page, part=PartChoice.ACTION_LOG).exists()


def _is_known_full(page: Page) -> bool:
    """Whether this database itself went on elsewhere: an admin may have mapped the page again."""
    return LogVolume.objects.closed().filter(page=page).exists()
