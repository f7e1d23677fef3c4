"""Pages whose edits were given up because of the page: looked at now and then, and once the cause
is gone the edits are tried again by themselves.

One read a page and look, at growing intervals, however many edits were given up.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from plays import confluence
from plays.confluence import ConfluenceError
from plays.models import Page, Site, SyncJob
from plays.models.job import SyncJobQuerySet
from plays.models.page import PageState
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.layouts.questions import PAGE_ERRORS
from plays.sync.site import diagnosis, pages
from plays.sync.site.connection import connect
from plays.sync.site.remedies import policy

# Gone once the page can be read: untrashed, unarchived, permission given back.
# A page that reads empty is not here: that it is meant to be empty, only a person can say.
OUT_OF_REACH = (
    confluence.PageNotFound,
    confluence.AccessUnclear,
    confluence.NotAllowed,
    confluence.PageNotCurrent,
)
LOOKS_A_SWEEP = 1  # a look may take as long as a call; the next sweep comes in seconds
REASON = "the page reads well again"


def revisit() -> int:
    """Look at what is due; try again what was given up where the cause is gone. Returns how many
    jobs will be tried."""
    now = timezone.now()
    blamed = set(_given_up().values_list("mapping__page", flat=True))
    _forget_the_well(blamed)
    fresh = Page.objects.filter(pk__in=blamed, look_after__isnull=True)
    fresh.update(look_after=now + policy().wait_after(1))
    if not Site.current().is_open(now):
        return 0
    due = Page.objects.filter(pk__in=blamed, look_after__lte=now).order_by("look_after")
    return sum(_look(page, now) for page in due[:LOOKS_A_SWEEP])


def _forget_the_well(blamed: set[str]) -> None:
    """Only a try that went well ends the growing of the intervals: a look alone may be wrong."""
    looked_at = Page.objects.filter(look_after__isnull=False)
    well = looked_at.filter(state=PageState.OK).exclude(pk__in=blamed)
    well.update(look_after=None, looks=0)


def _look(page: Page, now: datetime) -> int:
    later = now + policy().wait_after(page.looks + 2)
    mine = Page.objects.filter(pk=page.pk, look_after=page.look_after)
    if not mine.update(look_after=later, looks=F("looks") + 1):
        return 0
    client = connect()
    try:
        read = pages.read(client, page)
    except ConfluenceError as error:
        diagnosis.report(client, error)
        return 0
    healed = _given_up().on(page).filter(_cause_is_gone(page, read))
    return retry_jobs(healed, by=None, reason=REASON, chosen={"page": page.page_id}, now=now)


def _cause_is_gone(page: Page, read: confluence.Page) -> Q:
    """What the editor could not do is worth a try once the page has changed since."""
    gone = Q(last_error__in=_names(*OUT_OF_REACH))
    newest = _given_up().on(page).filter(last_error__in=_shapes()).order_by("-settled_at").first()
    failed = newest.attempts.first() if newest else None
    seen = failed and (failed.version_after or failed.version_before)
    return gone | Q(last_error__in=_shapes()) if seen != read.version.number else gone


def _given_up() -> SyncJobQuerySet:
    """Failed edits whose error is the page's, not the edit's own."""
    return (
        SyncJob.objects.failed()
        .mapped()
        .unpaused()
        .filter(last_error__in=[*_names(*OUT_OF_REACH), *_shapes()])
    )


def _shapes() -> list[str]:
    return [*_names(confluence.TooLarge), *PAGE_ERRORS]


def _names(*errors: type[Exception]) -> list[str]:
    return [error.__name__ for error in errors]
