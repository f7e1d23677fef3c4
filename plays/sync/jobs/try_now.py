"""A person has a closed site tried at once, instead of at the time that the banner names."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from plays.models import Site
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.jobs.wakeups import send_on_commit, wake_due
from plays.sync.site.availability import open_now


def try_now(*, by: User, now: datetime | None = None) -> bool:
    """End a pause; where our account was refused, ask Confluence whether it is accepted now (one
    call). True if the site is open, and what is due is written at once.

    Raises `ImproperlyConfigured` where settings name no usable site.
    """
    audit.note(Verb.TRY_NOW, by=by, target="Confluence", reason=Site.current().error, now=now)
    is_open = open_now(now=now)
    if is_open:
        send_on_commit(wake_due)
    return is_open
