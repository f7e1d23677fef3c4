"""An Action Log that never ends: when a page is full, the log goes on on a new one.

The order of steps is what keeps every row on one page only, whatever is killed or delayed:

1. the new page is made, or one that an earlier try made is adopted;
2. the mapping moves to it, and with it every row that is still owed. A worker looks at the mapping
   between its read and its write, so nobody who reads the old page later writes rows to it;
3. the old page is *sealed*: read, rows found on it completed, and a link written to it.
   Confluence's version rule then refuses any write that was on its way since before that read;
4. only then are rows written to the new page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, PageHead
from plays.models import LogVolume, Page, PageMapping, SyncJob
from plays.models.attempt import Outcome
from plays.models.job import JobKind
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTION_LOG, continuation_link, volume_body, volume_title
from plays.rules.quarter import Quarter
from plays.storage import EditError, apply_edits, inventory
from plays.sync.chunks import in_chunks
from plays.sync.jobs.locking import locked
from plays.sync.jobs.outcomes import complete
from plays.sync.layouts.guidance import Guidances, guidance_for
from plays.sync.mappings.assign import assign
from plays.sync.site import pages
from plays.sync.site.title_holders import TitleHeld
from plays.sync.writing.attempt import (
    Step,
    Target,
    Try,
    edit,
    keep_pending,
    mind_the_log,
    read_page,
    save,
)


def fitting(body: str, jobs: Sequence[SyncJob], guidance: Guidances) -> list[SyncJob]:
    """Those of `jobs` that the page has room for: all but the log rows that are too many."""
    rows = [job for job in jobs if job.kind == JobKind.LOG_ROW]
    try:
        there = _keys_on(body, guidance) if rows else set()
    except EditError:
        return list(jobs)  # the edits themselves will say what is wrong with the page
    room = settings.SYNC_LOG_ROWS - len(there)
    if len(body) >= settings.SYNC_LOG_CHARACTERS:
        room = 0
    new = [job for job in rows if job.key not in there]
    left_out = {job.pk for job in new[max(0, room) :]}
    return [job for job in jobs if job.pk not in left_out]


def begin_next(target: Target, result: Try) -> Try:
    """Let the log go on on a new page (steps 1 and 2), named for the quarter.

    A title that somebody else's page has, archived ones too, is passed over for a numbered one,
    in a try of its own; one that a page of the log has, at once. Raises `ConfluenceError` where the
    page can be neither made nor adopted.
    """
    if LogVolume.objects.filter(page__title=_title()).exists():
        return begin_numbered(target, result)
    try:
        return _begun(target, result, is_numbered=False)
    except TitleHeld:
        return replace(result, jobs=[], outcome=Outcome.CONTINUED, then=(begin_numbered,))


def begin_numbered(target: Target, result: Try) -> Try:
    """`begin_next` with a title that has the volume's number."""
    return _begun(target, result, is_numbered=True)


def keep_fitting(target: Target, result: Try) -> Try:
    """Without the rows that the page has no room for: they go to the next page."""
    guidance = guidance_for(target.page)
    there_is_room = fitting(result.page_read.body, result.jobs, guidance)
    then = (begin_next,) if len(there_is_room) < len(result.jobs) else ()
    return replace(result, jobs=there_is_room, guidance=guidance, then=then)


def seal(target: Target, result: Try) -> Try:
    """Seal the volume before the page, if it still is open (step 3). Rows that were found on it
    are synced."""
    found = seal_previous(target.client, target.page)
    return replace(result, jobs=[job for job in result.jobs if job.pk not in found])


# A page that is an action log: step 4 of the above, and whatever must come before it.
LOG_STEPS: tuple[Step, ...] = (
    seal,
    read_page,
    keep_pending,
    mind_the_log,
    keep_fitting,
    edit,
    save,
)


def _begun(target: Target, result: Try, *, is_numbered: bool) -> Try:
    now = timezone.now()
    volume = _volume_of(target.page, now)
    number = _last_number() + 1
    title = _title(number if is_numbered else None)
    made = _make_or_adopt(target.client, title, previous=result.page_read)
    with transaction.atomic():
        new_page = pages.remember(made)
        LogVolume.objects.get_or_create(
            page=new_page, defaults={"number": number, "opened_at": now}
        )
        mapping = PageMapping.objects.shared(PartChoice.ACTION_LOG)
        if mapping.page_id == volume.page_id:
            assign(mapping, made.id, reason=f"{target.page} was full")
    return replace(result, jobs=[], outcome=Outcome.CONTINUED)


def _title(number: int | None = None) -> str:
    """What a page that is begun now is called."""
    return volume_title(Quarter.of(timezone.now(), timezone.get_default_timezone()), number)


def seal_previous(client: Confluence, page: Page) -> set[int]:
    """Seal the volume before `page`, if it still is open (step 3).

    Returns the owed rows that were found on it, by their primary key: they are synced.
    Raises `ConfluenceError`; VersionConflict where somebody saved in between, Refused where the
    page cannot be read as a log.
    """
    previous = _open_volume_before(page)
    if previous is None:
        return set()
    read = client.get_page(previous.page.page_id)
    try:
        there = _keys_on(read.body, guidance_for(previous.page))
        applied = apply_edits(read.body, [continuation_link(page.title, page.url)])
        if problem := applied.outcomes[0].problem:
            raise problem
    except EditError as problem:
        raise confluence.Refused(str(problem), path=f"page {previous.page.page_id}") from problem
    found = _complete_found(there, on=previous.page, now_mapped=page)
    if applied.body != read.body:
        client.update_page(
            previous.page.page_id,
            title=read.title,
            body=applied.body,
            version=read.version.number + 1,
            message="Play sync: the log goes on on another page",
            minor_edit=True,
        )
    LogVolume.objects.filter(pk=previous.pk).update(closed_at=timezone.now())
    return found


def _keys_on(body: str, guidance: Guidances) -> set[str]:
    """The log ids that have a row on a page. Raises `EditError` where it is no log."""
    return inventory(body, ACTION_LOG, guidance[ACTION_LOG])


def _volume_of(page: Page, now: datetime) -> LogVolume:
    """The page's volume; the first page becomes volume 1 when it is full."""
    return LogVolume.objects.get_or_create(
        page=page, defaults={"number": _last_number() + 1, "opened_at": now}
    )[0]


def _last_number() -> int:
    return LogVolume.objects.aggregate(last=Max("number"))["last"] or 0


def _open_volume_before(page: Page) -> LogVolume | None:
    volume = LogVolume.objects.filter(page=page).first()
    if volume is None:
        return None
    earlier = LogVolume.objects.filter(number__lt=volume.number, closed_at__isnull=True)
    return earlier.select_related("page").order_by("-number").first()


def _make_or_adopt(client: Confluence, title: str, *, previous: confluence.Page) -> pages.Head:
    """The page for the next volume; one left behind by a try that died is taken."""
    body = volume_body(previous.title, previous.url)
    parent = LogVolume.objects.order_by("number").values_list("page__page_id", flat=True)[0]

    def is_left_behind(head: PageHead) -> bool:
        return pages.is_same(client.get_page(head.id).body, body)

    there = pages.ensure(client, title, body=body, parent_id=parent, adopts=is_left_behind)
    return there.page


def _complete_found(there: set[str], *, on: Page, now_mapped: Page) -> set[int]:
    """Complete the pending rows whose log ids (`there`) stand on the page that the log has left."""
    owed = SyncJob.objects.pending().filter(kind=JobKind.LOG_ROW)
    found = [pk for pk, key in owed.values_list("pk", "key") if key in there]
    with locked([on.pk, now_mapped.pk], found):
        mapping = PageMapping.objects.shared(PartChoice.ACTION_LOG)
        jobs = [job for chunk in in_chunks(found) for job in owed.filter(pk__in=chunk)]
        complete(jobs, page=mapping.page_id, written_to=on, now=timezone.now())
    return set(found)
