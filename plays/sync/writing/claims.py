"""Claims: one worker at a time writes a page.

They keep the peace among our workers and may fail; Confluence's version number keeps pages safe.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.utils import timezone

from plays.models import Page, SyncAttempt
from plays.models.attempt import Outcome
from plays.models.page import is_free
from plays.sync import leases
from plays.sync.unsynced import unsynced


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A page that is ours until `until`."""

    page: Page
    token: str
    until: datetime


@contextlib.contextmanager
def page_claim(page_pk: int) -> Iterator[Claim | None]:
    """The page as ours for the block, or None if somebody else is writing it."""
    claim = _take(page_pk, timezone.now())
    try:
        yield claim
    finally:
        if claim:
            _release(claim)


def take_back_dead() -> int:
    """Free pages whose worker, a process of this machine, is gone. Returns how many."""
    now = timezone.now()
    return leases.free_dead(Page.objects.claimed(now), now=now)


def _take(page_pk: int, now: datetime) -> Claim | None:
    """The wake-up is answered in the same step, whoever has the page: of what is enqueued from now
    on a worker hears, and what there is already is seen by the one who has it, at the end.
    """
    until = now + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
    token, free = leases.lease_token(), is_free(now)
    with unsynced():
        Page.objects.filter(pk=page_pk).update(
            lease_until=Case(When(free, then=Value(until)), default="lease_until"),
            lease_token=Case(When(free, then=Value(token)), default="lease_token"),
            rung_at=None,
        )
    left = SyncAttempt.objects.filter(page_id=page_pk, outcome=Outcome.RUNNING)
    page = Page.objects.filter(pk=page_pk, lease_token=token).first()
    if page is None:
        return None
    # Asked first: an update that finds nothing waits for SQLite's lock all the same.
    if left.exists() and (interrupted := left.update(outcome=Outcome.INTERRUPTED)):
        Page.objects.filter(pk=page_pk).update(interruptions=F("interruptions") + interrupted)
        page.refresh_from_db()
    return Claim(page=page, token=token, until=until)


def _release(claim: Claim) -> None:
    mine = Page.objects.filter(pk=claim.page.pk, lease_token=claim.token)
    with unsynced():
        leases.end(partial(mine.update, lease_until=None, lease_token=""), until=claim.until)
