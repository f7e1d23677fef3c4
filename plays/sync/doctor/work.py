"""What goes on by itself: schedules, workers, edits that are pending, events that were rejected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django_q.models import Failure, Schedule

from plays.models import ApiToken, Event, Pause, SyncJob, WeeklySync
from plays.models.api_token import Scope
from plays.models.weekly import WeeklyState
from plays.sync import clocks, heartbeats
from plays.sync.doctor.findings import Area, Finding, fine, moment, note, problem
from plays.sync.log_stop_words import stopped
from plays.sync.schedules import LATE, NAMES, planned
from plays.sync.writing.drain import backlog

RECENT = timedelta(days=7)


def look_at_schedules(now: datetime) -> Iterator[Finding]:
    """Every schedule that the code plans: there, and not behind its time."""
    rows = {(row.name, row.cron): row for row in Schedule.objects.all()}
    late = []
    for wanted in planned():
        row = rows.get((wanted.name, wanted.cron))
        if row is None:
            yield problem(
                Area.SCHEDULE,
                _("The schedule “%(cron)s” is not there.") % {"cron": wanted.cron},
                do=_("Start manage.py worker (or run manage.py migrate): both make it."),
                subject=str(NAMES[wanted.name]),
            )
        elif row.next_run is None or row.next_run < now - LATE:
            late.append(str(NAMES[wanted.name]))
        else:
            words = _("Next run: %(when)s") % {"when": moment(row.next_run)}
            yield fine(Area.SCHEDULE, words, subject=str(NAMES[wanted.name]))
    if late:
        yield problem(
            Area.SCHEDULE,
            _("The time of the next run has passed, and nothing ran."),
            do=_("Start manage.py worker; if one runs, read its log."),
            subject=", ".join(late),
        )
    last = WeeklySync.objects.first()
    if last and last.state == WeeklyState.FAILED:
        yield problem(
            Area.SCHEDULE,
            _("The last weekly sync failed: %(reason)s") % {"reason": last.message or last.error},
            do=_("Look at /weekly/, put right what it names, and run manage.py weekly_sync."),
            subject=str(last),
        )


def look_at_workers(now: datetime) -> Iterator[Finding]:
    """Who has been heard of lately, and whether clocks agree."""
    newest = heartbeats.newest(now=now)
    if newest and heartbeats.is_alive(now=now):
        words = _("A worker is at work; last sign of life at %(when)s.")
        yield fine(Area.WORKERS, words % {"when": moment(newest)})
    else:
        seen = (
            _("the last sign of life was at %(when)s") % {"when": moment(newest)} if newest else ""
        )
        yield problem(
            Area.WORKERS,
            _("No worker is at work") + (f": {seen}." if seen else "."),
            do=_("Start manage.py worker, and keep it running (systemd, docker)."),
        )
    if abs(off := clocks.offset(now=now)) > clocks.SLACK:
        words = _("This machine's clock is %(seconds)s s off the database's.")
        yield problem(
            Area.WORKERS,
            words % {"seconds": round(abs(off.total_seconds()))},
            do=_("Set the clocks by NTP on both: leases and waits go by them."),
        )
    failures = Failure.objects.filter(stopped__gte=now - RECENT)
    if count := failures.count():
        latest = failures.order_by("-stopped").first()
        said = str(latest.result or "").strip().splitlines()[:1] if latest else []
        words = _("Tasks that ended with an error in the last week: %(count)s, such as “%(said)s”.")
        yield note(Area.WORKERS, words % {"count": count, "said": "".join(said)})


def look_at_queue(now: datetime) -> Iterator[Finding]:
    """Edits: kept up with, given up, held by a pause."""
    left = backlog(now=now)
    if left.failed:
        yield problem(
            Area.QUEUE,
            _("Edits that need a person: %(count)s.") % {"count": left.failed},
            do=_("Look at /jobs/?state=failed: each says what happened and what to do."),
        )
    oldest = SyncJob.objects.oldest_due(now)
    if oldest and oldest < now - LATE:
        yield problem(
            Area.QUEUE,
            _("Edits that are overdue: %(count)s, the oldest since %(when)s.")
            % {"count": left.due or left.later, "when": moment(oldest)},
            do=_("See whether a worker runs; manage.py drain writes them now."),
        )
    if log := stopped():
        seen = "" if log.before_us else f" “{log.reason}”"
        yield problem(Area.QUEUE, log.what + seen, do=log.do)
    for pause in Pause.objects.active():
        words = _("Paused by a person: %(what)s, “%(why)s”.")
        yield note(Area.QUEUE, words % {"what": pause, "why": pause.reason})
    if not left.failed and not (oldest and oldest < now - LATE):
        words = _("Edits on their way: %(count)s.") % {"count": left.pending}
        yield fine(Area.QUEUE, words)


def look_at_events(now: datetime) -> Iterator[Finding]:
    """Who may send them; rejected ones: those of this week want somebody to look."""
    if not _may_be_sent(now):
        yield note(
            Area.EVENTS,
            _("No program may send events: there is no token with which it could."),
            do=_("Make one on /access/, unless events come by manage.py ingest alone."),
        )
    rejected = Event.objects.rejected()
    fresh = rejected.filter(received_at__gte=now - RECENT).count()
    old = rejected.count() - fresh
    if fresh:
        yield problem(
            Area.EVENTS,
            _("Events rejected in the last week: %(count)s.") % {"count": fresh},
            do=_("Look at /events/?state=rejected: they are accepted once their cause is gone."),
        )
    if old:
        yield note(Area.EVENTS, _("Older events that stay rejected: %(count)s.") % {"count": old})
    if not fresh and not old:
        yield fine(Area.EVENTS, _("No event is rejected."))


def _may_be_sent(now: datetime) -> bool:
    if settings.EVENTS_TOKENS or settings.EVENTS_SIGNING_SECRETS:
        return True
    scopes = ApiToken.objects.usable(now).values_list("scopes", flat=True)
    return any(Scope.EVENTS in each for each in scopes)
