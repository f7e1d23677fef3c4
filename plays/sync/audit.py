"""The audit trail: every act of a person leaves who, when, what and why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.models import AuditEntry, Play
from plays.models.audit import Verb

log = logging.getLogger(__name__)

# Who acts on the command line, where nobody has logged in.
COMMAND_LINE = "command line"
NOT_LOGGED_IN = "not logged in"
# What the product ends by itself, as people had asked for.
PROGRAM = "the program"
# How those are told who have no name of their own in the trail.
NAMELESS = {
    COMMAND_LINE: _("command line"),
    NOT_LOGGED_IN: _("not logged in"),
    PROGRAM: _("the program"),
}
_acting: ContextVar[str] = ContextVar("acting", default=COMMAND_LINE)


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Acts of nobody who is logged in (`by` is None) are the program `name`'s here."""
    before = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(before)


def note(
    verb: Verb,
    *,
    by: User | None,
    target: str = "",
    play: Play | None = None,
    count: int | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> AuditEntry:
    """Add an entry; call it in the transaction of the act itself."""
    entry = AuditEntry.objects.create(
        at=now or timezone.now(),
        by=by,
        by_name=(by.get_full_name() or by.get_username()) if by else _acting.get()[:200],
        verb=verb,
        target=target[:300],
        play=play,
        count=count,
        reason=reason,
        details=details or {},
    )
    facts = {"act": str(verb.value), "by": entry.by_name, "target": entry.target, "count": count}
    facts["play"] = play.play_id if play else None
    words = f"{entry.by_name}: {verb.value} {entry.target}".rstrip()
    log.info("%s%s", words, f" ({count})" if count is not None else "", extra=facts)
    return entry
