"""Everything that can be wrong, looked at in a few calls; works while Confluence is down, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from plays.confluence import Confluence
from plays.sync.doctor.configuration import database_trouble, look_at_configuration
from plays.sync.doctor.confluence_site import (
    look_at_account,
    look_at_pauses,
    look_at_space,
    look_at_token,
)
from plays.sync.doctor.findings import Area, Finding, note, problem
from plays.sync.doctor.first_steps import look_at_first_steps
from plays.sync.doctor.pages import (
    Progress,
    look_at_known_pages,
    look_at_mappings,
    look_at_pages,
    mappings_to_look_at,
)
from plays.sync.doctor.single_sign_on import look_at_single_sign_on
from plays.sync.doctor.work import look_at_events, look_at_queue, look_at_schedules, look_at_workers
from plays.sync.site.connection import connect


def examine(
    *, now: datetime | None = None, on_page: Progress = lambda _done, _all: None
) -> list[Finding]:
    """All findings, in the order of `Area`. Raises nothing for what is wrong.

    Calls to Confluence: one for the account, one for the space, and for each mapped page one, or
    two where the right to edit it is not known from a write of the last day. To the provider of
    single sign-on, where it is on: three.
    """
    now = now or timezone.now()
    if trouble := database_trouble():
        return [*look_at_configuration(), trouble]
    here = (look_at_single_sign_on(), look_at_first_steps(now), _here(now))
    return _in_order(look_at_configuration(), _confluence(now, on_page), *here)


def examine_here(*, now: datetime | None = None) -> list[Finding]:
    """What is known without asking Confluence, in a fixed number of queries: of the pages, what
    the last read or write of each found. The database must have its migrations.
    """
    now = now or timezone.now()
    mappings = mappings_to_look_at()
    pages = (*look_at_mappings(mappings), *look_at_known_pages(mappings))
    here = (look_at_first_steps(now), _here(now))
    return _in_order(look_at_configuration(), pages, *here)


def _in_order(*found: Iterable[Finding]) -> list[Finding]:
    order = list(Area)
    return sorted(chain(*found), key=lambda finding: order.index(finding.area))


def _here(now: datetime) -> list[Finding]:
    found = [*look_at_token(timezone.localdate(now)), *look_at_pauses(now)]
    found += look_at_schedules(now)
    found += look_at_workers(now)
    found += look_at_queue(now)
    found += look_at_events(now)
    return found


def _confluence(now: datetime, on_page: Progress) -> Iterator[Finding]:
    mappings = mappings_to_look_at()
    yield from look_at_mappings(mappings)
    client = _client()
    if isinstance(client, Finding):
        yield client
    else:
        account = look_at_account(client)
        yield account
        if not account.is_problem:
            yield from look_at_space(client)
            yield from look_at_pages(client, mappings, now=now, on_page=on_page)
            return
    if count := sum(mapping.page is not None for mapping in mappings):
        yield note(Area.PAGES, _("Pages that were not looked at: %(count)s.") % {"count": count})


def _client() -> Confluence | Finding:
    try:
        return connect()
    except ImproperlyConfigured as error:
        return problem(
            Area.CONFLUENCE, str(error), do=_("Put the CONFLUENCE_… settings right first.")
        )
