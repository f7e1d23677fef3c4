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
from django.db.models import F
from django.utils import timezone

from plays.models import Page, SyncAttempt
from plays.models.attempt import Outcome
from plays.sync import leases


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
    until = now + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
    token = leases.lease_token()
    mine = Page.objects.filter(pk=page_pk).free(now)
    if not mine.update(lease_until=until, lease_token=token, rung_at=None):
        return None
    left = SyncAttempt.objects.filter(page_id=page_pk, outcome=Outcome.RUNNING)
    if interrupted := left.update(outcome=Outcome.INTERRUPTED):
        Page.objects.filter(pk=page_pk).update(interruptions=F("interruptions") + interrupted)
    return Claim(page=Page.objects.get(pk=page_pk), token=token, until=until)


def _release(claim: Claim) -> None:
    mine = Page.objects.filter(pk=claim.page.pk, lease_token=claim.token)
    leases.end(partial(mine.update, lease_until=None, lease_token=""), until=claim.until)
