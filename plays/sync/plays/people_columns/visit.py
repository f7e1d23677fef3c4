"""The Play DB page read from Confluence, by one call, for the mirror."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plays.confluence import Page
from plays.models import PageMapping
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.storage import EditError
from plays.sync import audit
from plays.sync.plays.people_columns.pull import MirrorReport, take_over_table
from plays.sync.plays.people_columns.reading import read_mirror
from plays.sync.site import pages
from plays.sync.site.connection import connect
from plays.sync.site.diagnosis import reported


class NotMapped(RuntimeError):
    """No page plays the Play DB's part yet."""

    def __str__(self) -> str:
        return _("The Play DB is not mapped yet: map its page, or set CONFLUENCE_PLAY_DB_PAGE_ID.")


def read_play_db(*, by: User | None = None, create: bool = False) -> MirrorReport:
    """Read the Play DB page and take people's columns over; `by` is who asked for it.

    Raises `NotMapped`, `ImproperlyConfigured` and any `ConfluenceError`.
    """
    return take_over_asked(fetch_play_db().body, by=by, create=create)


def take_over_asked(body: str, *, by: User | None, create: bool = False) -> MirrorReport:
    """Take over what was read before, since somebody asked for it: the audit trail has it."""
    try:
        table = read_mirror(body)  # may ask Confluence for names: not in a transaction
    except EditError as error:
        return MirrorReport(trouble=str(error))
    with transaction.atomic():
        report = take_over_table(table, now=timezone.now(), create=create)
        if report.is_change:
            _note(report, by)
    return report


def fetch_play_db() -> Page:
    """The page as it is. Raises as `read_play_db` does."""
    mapping = PageMapping.objects.shared(PartChoice.PLAY_DB)
    if mapping.page is None:
        raise NotMapped
    return reported(pages.read)(connect(), mapping.page)


def _note(report: MirrorReport, by: User | None) -> None:
    audit.note(
        Verb.IMPORT,
        by=by,
        target="Play DB",
        count=len({taken.play_id for taken in report.taken} | set(report.created)),
        details={
            "created": list(report.created),
            "taken": len(report.taken),
            "conflicts": len(report.conflicts),
        },
    )
