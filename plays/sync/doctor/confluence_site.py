"""The Confluence site as a whole: can it be reached, are we somebody there, is the space there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from plays.confluence import Confluence, ConfluenceError
from plays.models import Site
from plays.sync.doctor.findings import Area, Finding, fine, moment, note, problem
from plays.sync.mappings.page_problems import unreadable
from plays.sync.site.availability import went_well
from plays.sync.site.diagnosis import report, report_account

# From when on a new token is asked for: the first day on which people are told.
SOON = timedelta(days=30)


def look_at_account(client: Confluence) -> Finding:
    """Whose credentials ours are; a problem where Confluence does not answer that. One call."""
    try:
        user = client.whoami()
    except ConfluenceError as error:
        report_account(error)
        what, do = unreadable(error)
        said = f"{what} ({error.message})" if error.message else what
        return problem(Area.CONFLUENCE, said, do=do, subject=settings.CONFLUENCE_URL)
    went_well()
    words = _("Confluence answers, and knows us as %(name)s.") % {"name": user.name}
    return fine(Area.CONFLUENCE, words, subject=settings.CONFLUENCE_URL)


def look_at_space(client: Confluence) -> Iterator[Finding]:
    """The space that new pages go to, if one is named. One call."""
    key = settings.CONFLUENCE_SPACE_KEY
    if not key:
        return
    try:
        space = client.space(key)
    except ConfluenceError as error:
        report(client, error)
        yield problem(
            Area.CONFLUENCE,
            _("The space %(key)s cannot be seen: %(reason)s") % {"key": key, "reason": error},
            do=_("Check CONFLUENCE_SPACE_KEY, and let the sync account see the space."),
            subject=key,
        )
        return
    words = _("New pages go to the space “%(name)s”.") % {"name": space.name}
    yield fine(Area.CONFLUENCE, words, subject=key)


def look_at_token(today: date) -> Iterator[Finding]:
    """The last day of the API token, where it is known; Atlassian's last a year at most."""
    end = settings.CONFLUENCE_API_TOKEN_EXPIRES
    if end is None:
        return
    do = _("Make a new one, set both CONFLUENCE_API_TOKEN… names, and start again.")
    day = {"day": end.isoformat()}
    if end < today:
        said = _("Confluence's API token ended on %(day)s.") % day
        yield problem(Area.CONFLUENCE, said, do=do)
    elif end - today <= SOON:
        yield note(Area.CONFLUENCE, _("The token ends on %(day)s.") % day, do=do)
    else:
        yield fine(Area.CONFLUENCE, _("The token ends on %(day)s.") % day)


def look_at_pauses(now: datetime) -> Iterator[Finding]:
    """Whether the whole site is paused or stopped, as the workers last saw it."""
    site = Site.current()
    if site.stopped_at is not None:
        yield problem(
            Area.CONFLUENCE,
            _("Nothing is written since %(when)s: %(reason)s")
            % {"when": moment(site.stopped_at), "reason": site.message},
            do=_("Once the account works again, writing goes on by itself within a minute."),
        )
    elif until := site.pause_end(now):
        yield problem(
            Area.CONFLUENCE,
            _("Confluence is left alone until %(when)s: %(reason)s")
            % {"when": moment(until), "reason": site.message},
            do=_("Nothing to do: it goes on by itself. manage.py drain --now tries at once."),
        )
