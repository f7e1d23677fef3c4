"""What is wrong now, as rules see it; nothing is told here."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.utils import timezone

from plays.models import Acknowledgement, Event, Page, PageLayout, Site, SyncJob, WeeklySync
from plays.models.acknowledgement import Subject, is_known, open_failures, open_rejections
from plays.models.alert import AlertLevel
from plays.models.layout import LayoutState
from plays.models.page import PageState
from plays.models.weekly import WeeklyState
from plays.sync.access.logins import locks
from plays.sync.log_ids import here_before_us
from plays.sync.status.silence import silence
from plays.sync.weekly.outcome import open_and_known
from plays.sync.weekly.slots import LATE_AFTER, due_slot

MOST = 100  # pages or causes that are told apart
TOKEN_DAYS = (30, 14, 7, 1)
UNSURE = (LayoutState.DRIFTED, LayoutState.ASKS)
WELL = (PageState.OK, PageState.UNSEEN)

WORKER, SITE, LOG, WEEKLY_LATE, WEEKLY_FAILED = (
    "worker",
    "site",
    "log",
    "weekly_late",
    "weekly_failed",
)
LOGINS = "logins"
RED, REPORT = "red", "report"  # of one person, who asked for it
FINDINGS, PAGE, LAYOUT, JOBS, TOKEN = "findings", "page", "layout", "jobs", "token"
EVENTS = "events"
# They explain whatever else is wrong, so the rest is not told while one of them holds.
SITE_WIDE = (WORKER, SITE)
# They have nothing to do with those.
INDEPENDENT = (*SITE_WIDE, TOKEN, LOGINS)
# Each step of these is told; of others only that it is twice as bad, or worse for an hour.
EACH_STEP = (TOKEN, FINDINGS)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A trouble that holds now: how many things it is about, and what its words need. `known` more
    are acknowledged; while they are all there is (`count` 0), nothing is told of it.
    """

    rule: str
    level: AlertLevel
    subject: str = ""
    count: int = 1
    known: int = 0
    facts: dict[str, str] = field(default_factory=dict)


def conditions(now: datetime) -> list[Condition]:
    """All that is wrong now, in a fixed number of queries."""
    known = _known_pages(now)
    return [
        *_worker(now),
        *_site(),
        *_weekly(now),
        *_pages(known),
        *_layouts(known),
        *_jobs(now),
        *_events(now),
        *_token(timezone.localdate(now)),
        *_logins(now),
    ]


def _worker(now: datetime) -> Iterator[Condition]:
    """Who never started one and owes nothing is not told at night that none is there."""
    found = silence(now)
    if found and (found.since or found.waiting):
        facts = {"since": found.since.isoformat()} if found.since else {}
        facts["waiting"] = str(found.waiting)
        yield Condition(rule=WORKER, level=AlertLevel.CRITICAL, facts=facts)


def _site() -> Iterator[Condition]:
    """Our account is refused; or the log is stopped, as the database is older than its pages."""
    site = Site.objects.filter(pk=1).first() or Site()
    if site.stopped_at:
        facts = {"error": site.error, "message": site.message}
        yield Condition(rule=SITE, level=AlertLevel.CRITICAL, facts=facts)
    if site.log_stopped_at:
        facts = {"message": site.log_reason, "before_us": here_before_us()}
        yield Condition(rule=LOG, level=AlertLevel.CRITICAL, facts=facts)


def _weekly(now: datetime) -> Iterator[Condition]:
    slot = due_slot(now=now)
    if slot and now - slot > LATE_AFTER:
        facts = {"slot": slot.isoformat()}
        yield Condition(rule=WEEKLY_LATE, level=AlertLevel.WARNING, facts=facts)
    last = WeeklySync.objects.exclude(state=WeeklyState.RUNNING).first()
    if last is None:
        return
    facts = {"slot": last.slot.isoformat(), "run": str(last.pk)}
    if last.state == WeeklyState.FAILED:
        facts["message"] = last.message or last.error
        yield Condition(rule=WEEKLY_FAILED, level=AlertLevel.CRITICAL, facts=facts)
        return
    count, known = open_and_known(last, now)
    if count or known:
        yield Condition(
            rule=FINDINGS, level=AlertLevel.WARNING, count=count, known=known, facts=facts
        )


def _known_pages(now: datetime) -> set[int]:
    """Pages of which all that failed is acknowledged, and with it what is wrong with the page."""
    known = Acknowledgement.objects.active(now).filter(subject=Subject.CAUSE)
    pages = {page for page in known.values_list("page_id", flat=True) if page is not None}
    failures = open_failures(now).filter(mapping__page__in=pages)
    return pages - set(failures.values_list("mapping__page_id", flat=True)) if pages else pages


def _pages(known: Container[int]) -> Iterator[Condition]:
    bad = Page.objects.filter(mappings__isnull=False).exclude(state__in=WELL)
    # What a page asks is told as its layout's.
    asks = {"state": PageState.WRONG_SHAPE, "state_reason": ""}
    bad = bad.exclude(**asks, mappings__layout__state=LayoutState.ASKS)
    for page in bad.distinct().order_by("pk")[:MOST]:
        facts = {"page": str(page), "state": page.state, "message": page.state_reason}
        facts["page_id"] = page.page_id
        yield Condition(
            rule=PAGE,
            subject=page.page_id,
            level=AlertLevel.WARNING,
            facts=facts,
            **_one(is_known=page.pk in known),
        )


def _one(*, is_known: bool) -> dict[str, int]:
    return {"count": int(not is_known), "known": int(is_known)}


def _layouts(known: Container[int]) -> Iterator[Condition]:
    """A shared page's table that has changed, or of which a person must say what is what."""
    for layout in PageLayout.objects.filter(state__in=UNSURE).select_related("mapping__play"):
        asks = layout.state == LayoutState.ASKS
        yield Condition(
            rule=LAYOUT,
            subject=str(layout.mapping_id),
            level=AlertLevel.CRITICAL if asks else AlertLevel.WARNING,
            facts={"part": layout.mapping.part, "asks": "yes" if asks else ""},
            **_one(is_known=layout.mapping.page_id in known),
        )


def _jobs(now: datetime) -> Iterator[Condition]:
    """Edits that were given up, by cause and page; a page that is told of explains its own."""
    failed = SyncJob.objects.failed().exclude(mapping__layout__state=LayoutState.ASKS).order_by()
    # One filter: with two, joined, SQLite does not begin with the few that failed.
    fine = failed.filter(Q(mapping__page__isnull=True) | Q(mapping__page__state__in=WELL))
    causes = fine.values("last_error", "mapping__page__page_id", "mapping__page__title").annotate(
        all=Count("*"), known=Count("pk", filter=is_known(now)), message=Max("last_message")
    )
    for cause in causes.order_by("-all", "last_error")[:MOST]:
        page_id = cause["mapping__page__page_id"] or ""
        yield Condition(
            rule=JOBS,
            subject=f"{cause['last_error']} {page_id}".strip(),
            level=AlertLevel.WARNING,
            count=cause["all"] - cause["known"],
            known=cause["known"],
            facts={
                "error": cause["last_error"],
                "page_id": page_id,
                "page": cause["mapping__page__title"] or page_id,
                "message": cause["message"],
            },
        )


def _events(now: datetime) -> Iterator[Condition]:
    """Events that were not accepted: what they tell stands on no page."""
    rejected, count = Event.objects.rejected().count(), open_rejections(now).count()
    if rejected:
        level = AlertLevel.WARNING
        yield Condition(rule=EVENTS, level=level, count=count, known=rejected - count)


def _token(today: date) -> Iterator[Condition]:
    """Atlassian's API tokens live a year at most, and no address of theirs says until when."""
    end = settings.CONFLUENCE_API_TOKEN_EXPIRES
    if end is None:
        return
    days = (end - today).days
    step = sum(days <= mark for mark in TOKEN_DAYS) + (days < 0)
    if step:
        level = AlertLevel.CRITICAL if days <= TOKEN_DAYS[-1] else AlertLevel.WARNING
        facts = {"day": end.isoformat(), "days": str(days)}
        yield Condition(rule=TOKEN, level=level, count=step, facts=facts)


def _logins(now: datetime) -> Iterator[Condition]:
    """Who is locked out after wrong passwords: their own fault mostly, somebody else's perhaps."""
    closed = locks(now)
    if closed:
        known = User.objects.filter(username__in=[lock.name for lock in closed])
        names = ", ".join(known.order_by("username").values_list("username", flat=True)[:10])
        addresses = ", ".join(sorted({lock.address for lock in closed})[:10])
        yield Condition(
            rule=LOGINS,
            level=AlertLevel.WARNING,
            count=len(closed),
            facts={"names": names or "?", "addresses": addresses},
        )
