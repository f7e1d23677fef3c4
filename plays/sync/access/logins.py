"""Wrong passwords: each is logged, those for a name of ours audited; who tries too often waits.

django-axes counts them, per name and address, and closes the door; here it is told.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from axes.signals import user_locked_out
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from plays.models.audit import Verb
from plays.sync.audit import NOT_LOGGED_IN, acting_as, note

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Nobody logs in as `name` from `address` before `until`."""

    name: str
    address: str
    until: datetime


def connect() -> None:
    """Hear of failed logins; once per process."""
    user_login_failed.connect(_on_failure, dispatch_uid="plays.login_failed")
    user_locked_out.connect(_on_lock, dispatch_uid="plays.locked_out")


def locks(now: datetime) -> list[Lock]:
    """Who must wait now, the longest first."""
    tried = AccessAttempt.objects.filter(attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    counted = tried.order_by().values("username", "ip_address")
    counted = counted.annotate(last=Max("attempt_time"), failures=Sum("failures_since_start"))
    return [
        Lock(
            name=row["username"] or "",
            address=row["ip_address"] or "",
            until=row["last"] + settings.AXES_COOLOFF_TIME,
        )
        for row in counted.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by("-last")
    ]


def lock_of(name: str, address: str, now: datetime) -> Lock | None:
    return next((one for one in locks(now) if (one.name, one.address) == (name, address)), None)


def let_in(name: str, address: str, *, by: User) -> bool:
    """Let `name` try again from `address` at once. False where nothing held them up."""
    if not reset(ip=address or None, username=name):
        return False
    note(Verb.LET_IN, by=by, target=name, details={"address": address})
    return True


def _on_failure(
    credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """What is no name of ours may be a password in the wrong field: it is not written down."""
    if request is None or getattr(request, "axes_locked_out", False):
        return
    name, address = str(credentials.get("username", "")), address_of(request)
    if not User.objects.filter(username=name).exists():
        log.warning("login failed: an unknown name, from %s", address)
        return
    log.warning("login failed: %s, from %s", name, address)
    with acting_as(NOT_LOGGED_IN):
        note(Verb.LOGIN_FAILED, by=None, target=name, details={"address": address})


def _on_lock(request: HttpRequest, username: str | None, ip_address: str | None, **_: Any) -> None:
    """Once when it begins: later tries reach nothing that counts."""
    if not getattr(request, "axes_failures_since_start", None):
        return
    is_known = User.objects.filter(username=username or "").exists()
    name = (username or "") if is_known else "?"
    log.warning("login closed for a while: %s, from %s", name, ip_address)
    with acting_as(NOT_LOGGED_IN):
        note(Verb.LOCK_OUT, by=None, target=name, details={"address": ip_address or ""})


def address_of(request: HttpRequest) -> str:
    """Where a request came from; behind a proxy the server (waitress: --trusted-proxy) says it."""
    return str(request.META.get("REMOTE_ADDR") or "")


def minutes_left(lock: Lock, now: datetime | None = None) -> int:
    """Whole minutes until the door opens, rounded up; 1 at least."""
    seconds = (lock.until - (now or timezone.now())).total_seconds()
    return max(1, -int(-seconds // 60))
