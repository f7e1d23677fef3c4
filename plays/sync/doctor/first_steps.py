"""The way from an empty installation to the first event on a page: which steps are done."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from plays.models import Event, Page, PageLayout, PageMapping, Play, Site
from plays.models.mapping import SHARED_PARTS
from plays.models.page import PageState
from plays.single_sign_on import is_on
from plays.sync import heartbeats
from plays.sync.doctor.confluence_site import look_at_account, look_at_space
from plays.sync.doctor.findings import Area, Finding, note
from plays.sync.doctor.single_sign_on import look_at_single_sign_on
from plays.sync.mappings.page_looks import examine as examine_page
from plays.sync.site.connection import connect, is_configured


class Key(enum.Enum):
    """The steps in the order in which they work."""

    CONFLUENCE = "confluence"
    PAGES = "pages"
    PLAYS = "plays"
    WORKER = "worker"
    EVENT = "event"
    ALERTS = "alerts"
    EXPIRY = "expiry"
    SIGN_ON = "sign_on"


@dataclass(frozen=True, kw_only=True)
class Step:
    """`is_done` None: it cannot be said without asking Confluence. `what` is the case, `do` says
    what comes next, "" where nothing does.
    """

    key: Key
    is_done: bool | None
    what: str
    do: str = ""


def first_steps(now: datetime) -> list[Step]:
    """What is known here; Confluence is not asked."""
    return [
        _confluence(now),
        _pages(),
        _plays(),
        _worker(now),
        _event(),
        _alerts(),
        _expiry(timezone.localdate(now)),
        *_sign_on(),
    ]


def looked_up_steps(now: datetime) -> list[Step]:
    """The same after a look at Confluence: the account, the space, each shared page, eleven calls
    at most; and at the provider of single sign-on, where it is on.
    """
    asked = _asked_confluence()
    if asked.is_done:
        for mapping in _shared():
            if mapping.page:
                examine_page(mapping.part, mapping.page.page_id)
    steps = [step for step in first_steps(now)[1:] if step.key is not Key.SIGN_ON]
    return [asked, *steps, *_asked_sign_on()]


def is_empty() -> bool:
    """Whether nothing has been put in yet."""
    return not Play.objects.exists()


def look_at_first_steps(now: datetime) -> Iterator[Finding]:
    """For the doctor: the steps that none of its own looks tells of."""
    areas = {Key.PLAYS: Area.PAGES, Key.EVENT: Area.EVENTS}
    areas |= dict.fromkeys((Key.ALERTS, Key.EXPIRY), Area.CONFIGURATION)
    for step in (_plays(), _event(), _alerts(), _expiry(timezone.localdate(now))):
        if not step.is_done:
            yield note(areas[step.key], step.what, do=step.do)


def _done(key: Key, what: str, do: str = "") -> Step:
    return Step(key=key, is_done=True, what=what, do=do)


def _to_do(key: Key, what: str, do: str) -> Step:
    return Step(key=key, is_done=False, what=what, do=do)


def _unsaid(key: Key, what: str, do: str = "") -> Step:
    return Step(key=key, is_done=None, what=what, do=do)


def _confluence(now: datetime) -> Step:
    if not is_configured():
        return _unconfigured()
    site = Site.current()
    if not site.is_open(now):
        return _to_do(
            Key.CONFLUENCE,
            _("Confluence does not let us in: %(reason)s") % {"reason": site.message},
            do=_("Put the CONFLUENCE_… settings right, then start web and worker again."),
        )
    if Page.objects.filter(state=PageState.OK).exists():
        return _done(Key.CONFLUENCE, _("Pages are read."))
    do = _("Press “Look again”: Confluence is asked who we are.")
    return _unsaid(Key.CONFLUENCE, _("Not asked yet."), do)


def _unconfigured() -> Step:
    return _to_do(
        Key.CONFLUENCE,
        _("CONFLUENCE_URL and CONFLUENCE_API_TOKEN are not both set."),
        do=_("Write them into .env, with CONFLUENCE_EMAIL, then start web and worker again."),
    )


def _asked_confluence() -> Step:
    try:
        client = connect()
    except ImproperlyConfigured:
        return _unconfigured()
    account = look_at_account(client)
    found = [account] if account.is_problem else [account, *look_at_space(client)]
    wrong = next((finding for finding in found if finding.is_problem), None)
    if wrong:
        return _to_do(Key.CONFLUENCE, wrong.what, do=wrong.do)
    words = " ".join(finding.what for finding in found)
    if settings.CONFLUENCE_SPACE_KEY:
        return _done(Key.CONFLUENCE, words)
    do = _("Set CONFLUENCE_SPACE_KEY to the key of the space that new pages go to.")
    return _done(Key.CONFLUENCE, words, do=do)


def _sign_on() -> list[Step]:
    """No step at all where it is off: few need it."""
    return [_unsaid(Key.SIGN_ON, _("Not asked yet."))] if is_on() else []


def _asked_sign_on() -> list[Step]:
    found = list(look_at_single_sign_on())
    if not found:
        return []
    worst = next((finding for finding in found if finding.is_problem), found[0])
    return [Step(key=Key.SIGN_ON, is_done=not worst.is_problem, what=worst.what, do=worst.do)]


def _shared() -> list[PageMapping]:
    rows = PageMapping.objects.filter(part__in=SHARED_PARTS).select_related("page")
    return sorted(rows, key=lambda mapping: SHARED_PARTS.index(mapping.part))


def _pages() -> Step:
    shared = _shared()
    mapped = {mapping.part for mapping in shared if mapping.page}
    missing = [str(part.label) for part in SHARED_PARTS if part not in mapped]
    if missing:
        return _to_do(
            Key.PAGES,
            _("Not mapped yet: %(parts)s.") % {"parts": ", ".join(missing)},
            do=_("Find each page by its title or paste its address."),
        )
    asking = set(PageLayout.objects.asking().values_list("mapping_id", flat=True))
    states = {mapping: mapping.page.state for mapping in shared if mapping.page}
    bad = [one for one, state in states.items() if state not in (PageState.OK, PageState.UNSEEN)]
    bad += [one for one in states if one.pk in asking and one not in bad]
    if bad:
        names = ", ".join(str(mapping.get_part_display()) for mapping in bad)
        return _to_do(
            Key.PAGES,
            _("A person is asked about: %(parts)s.") % {"parts": names},
            do=_("Open it: the page is looked up there, with what to do."),
        )
    if PageState.UNSEEN in states.values():
        return _unsaid(Key.PAGES, _("All three are mapped, not read yet."))
    return _done(Key.PAGES, _("All three are mapped and recognised."))


def _plays() -> Step:
    count = Play.objects.active().count()
    if count:
        what = _("Active Plays: %(count)s.") % {"count": count}
        return _done(Key.PLAYS, what)
    return _to_do(
        Key.PLAYS,
        _("There is no Play yet: events have nothing to belong to."),
        do=_("Import them from a file, or read them from the Play DB page."),
    )


def _worker(now: datetime) -> Step:
    if heartbeats.is_alive(now=now):
        return _done(Key.WORKER, _("A worker is at work."))
    return _to_do(
        Key.WORKER,
        _("No worker is at work: nothing is written to Confluence."),
        do=_("Start manage.py worker, and keep it running (systemd, docker)."),
    )


def _event() -> Step:
    if Event.objects.accepted().exists():
        return _done(Key.EVENT, _("Events come in."))
    return _to_do(
        Key.EVENT,
        _("No event has been accepted yet."),
        do=_("Make a token for the portal, and send a first event."),
    )


def _alerts() -> Step:
    count = len(settings.ALERT_EMAILS) + len(settings.ALERT_WEBHOOKS)
    if count:
        what = _("Who is told of trouble: %(count)s.") % {"count": count}
        return _done(Key.ALERTS, what)
    return _to_do(
        Key.ALERTS,
        _("Nobody is told when something needs a person."),
        do=_("Set ALERT_EMAILS (with EMAIL_URL) or ALERT_WEBHOOKS, and PUBLIC_URL for the links."),
    )


def _expiry(today: date) -> Step:
    end = settings.CONFLUENCE_API_TOKEN_EXPIRES
    if end is None:
        return _to_do(
            Key.EXPIRY,
            _("When Confluence's API token ends is not known here."),
            do=_("Write the day that Atlassian showed into CONFLUENCE_API_TOKEN_EXPIRES."),
        )
    holes = {"day": end.isoformat()}
    if end < today:
        return _to_do(
            Key.EXPIRY,
            _("Confluence's API token ended on %(day)s.") % holes,
            do=_("Make a new one, set both CONFLUENCE_API_TOKEN… names, and start again."),
        )
    return _done(Key.EXPIRY, _("The token ends on %(day)s.") % holes)
