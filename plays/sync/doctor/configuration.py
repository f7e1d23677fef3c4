"""The settings and the database: what Django's own checks say, and what only we need."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.utils.translation import gettext as _

from plays.sync.doctor.findings import Area, Finding, fine, note, problem
from plays.sync.readiness import missing_migrations

NEEDED = ("CONFLUENCE_URL", "CONFLUENCE_API_TOKEN")


def look_at_configuration() -> Iterator[Finding]:
    """Settings that are missing or cannot be meant."""
    found = [*_checks(), *_missing()]
    yield from found
    if not any(finding.is_problem for finding in found):
        yield fine(Area.CONFIGURATION, _("The settings can be used."))


def database_trouble() -> Finding | None:
    """Why nothing in the database can be looked at; None if it can."""
    try:
        missing = missing_migrations()
    except DatabaseError as error:
        return problem(
            Area.CONFIGURATION,
            _("The database cannot be reached: %(reason)s") % {"reason": error},
            do=_("Check DATABASE_URL, and whether the server runs."),
        )
    if not missing:
        return None
    return problem(
        Area.CONFIGURATION,
        _("Migrations that the database lacks: %(count)s.") % {"count": missing},
        do="manage.py migrate",
    )


def _checks() -> Iterator[Finding]:
    for message in checks.run_checks():
        if message.is_silenced() or not message.is_serious(checks.WARNING):
            continue
        yield problem(
            Area.CONFIGURATION,
            str(message.msg),
            do=str(message.hint or _("Put the setting right.")),
            subject=message.id or "",
        )


def _missing() -> Iterator[Finding]:
    for name in NEEDED:
        if not getattr(settings, name):
            yield problem(
                Area.CONFIGURATION,
                _("%(name)s is not set.") % {"name": name},
                do=_("Set it in the environment or in .env, then start web and worker again."),
                subject=name,
            )
    if not settings.CONFLUENCE_SPACE_KEY:
        yield note(
            Area.CONFIGURATION,
            _("CONFLUENCE_SPACE_KEY is not set: no page can be made."),
            do=_("Set it to the key of the space that new pages go to."),
            subject="CONFLUENCE_SPACE_KEY",
        )
