"""Why the log is stopped and what to do about it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from plays.models import Site
from plays.sync import log_ids


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """`reason`: what was seen, in English. `before_us`: the highest log id of a log that this
    database never wrote on; empty where it did.
    """

    reason: str
    before_us: str = ""
    since: datetime | None = None

    @property
    def what(self) -> str:
        if self.before_us:
            words = _("The pages have log ids up to %(id)s that were here before us.")
            return words % {"id": self.before_us} + " " + _("Rows and entries wait.")
        return _("The database is older than its pages: the log is stopped.")

    @property
    def do(self) -> str:
        if self.before_us:
            return _("If they are the team's own, have the log go on after them at /reconcile/.")
        return _("Compare both at /reconcile/, and take over what the pages know.")

    @property
    def why(self) -> str:
        """All of it in a line."""
        return " ".join([self.what, *([] if self.before_us else [f"“{self.reason}”"]), self.do])


def stopped() -> Stopped | None:
    """None while the log goes on."""
    site = Site.objects.filter(log_stopped_at__isnull=False).first()
    if site is None:
        return None
    return Stopped(
        reason=site.log_reason, before_us=log_ids.here_before_us(), since=site.log_stopped_at
    )
