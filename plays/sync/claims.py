"""Claims: one worker at a time writes a page.

They keep the peace among our workers and may fail; Confluence's version number keeps pages safe.
"""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path as FilePath

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from plays.models import Page, SyncAttempt
from plays.models.attempt import Outcome


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A page that is ours until `until`."""

    page: Page
    token: str
    until: datetime


@contextlib.contextmanager
def page_claim(page_pk: int, *, now: datetime | None = None) -> Iterator[Claim | None]:
    """The page as ours for the block, or None if somebody else is writing it."""
    now = now or timezone.now()
    claim = _take(page_pk, now)
    try:
        yield claim
    finally:
        if claim:
            _release(claim)


def take_back_dead(*, now: datetime | None = None) -> int:
    """Free pages whose worker, a process of this machine, is gone. Returns how many.

    Without this a killed worker's pages would wait for their lease to run out.
    """
    now = now or timezone.now()
    freed = 0
    for pk, token in Page.objects.claimed(now).values_list("pk", "lease_token"):
        if _is_dead(token):
            freed += Page.objects.filter(pk=pk, lease_token=token).update(lease_until=now)
    return freed


def _take(page_pk: int, now: datetime) -> Claim | None:
    until = now + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
    token = f"{_this_process()} {uuid.uuid4().hex}"
    mine = Page.objects.filter(pk=page_pk).free(now)
    if not mine.update(lease_until=until, lease_token=token, rung_at=None):
        return None
    left = SyncAttempt.objects.filter(page_id=page_pk, outcome=Outcome.RUNNING)
    if interrupted := left.update(outcome=Outcome.INTERRUPTED):
        Page.objects.filter(pk=page_pk).update(interruptions=F("interruptions") + interrupted)
    return Claim(page=Page.objects.get(pk=page_pk), token=token, until=until)


def _release(claim: Claim) -> None:
    Page.objects.filter(pk=claim.page.pk, lease_token=claim.token).update(
        lease_until=None, lease_token=""
    )


def _this_process() -> str:
    return f"{_machine()} {os.getpid()} {_start_of(os.getpid())}"


def _machine() -> str:
    """Names the set of processes that our process ids belong to (a container has its own)."""
    try:
        namespace = str(FilePath("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = "-"
    return f"{socket.gethostname()}/{namespace}".replace(" ", "_")


def _start_of(pid: int) -> str:
    """When a process began, in clock ticks since boot; empty where there is no such process.

    Source: proc(5), /proc/[pid]/stat field 22; the command in field 2 may hold spaces.
    """
    try:
        stat = FilePath(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def _is_dead(token: str) -> bool:
    """Whether the claim's process is surely gone; False where that cannot be told."""
    try:
        machine, pid, start, _ = token.split(" ")
    except ValueError:
        return False
    if machine != _machine() or not start or not FilePath("/proc/self/stat").exists():
        return False
    return _start_of(int(pid)) != start
