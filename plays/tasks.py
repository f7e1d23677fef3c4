"""Wake-ups for django-q2: only ids cross; a task that is lost or sent twice changes nothing."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_q.tasks import async_task

from plays.models import Play
from plays.sync import alerts, clocks, heartbeats, retention, schedules, weekly
from plays.sync.intake import receiving
from plays.sync.jobs import wakeups
from plays.sync.page_requests import asking
from plays.sync.plays import editing, week_statuses
from plays.sync.report import page as report
from plays.sync.site.availability import probe_if_stopped
from plays.sync.status.system import note_size
from plays.sync.todo import progress
from plays.sync.todo.problems import TodoProblem
from plays.sync.writing import claims, revisit, writer


def write_page(page_pk: int) -> int:
    """Write what is pending for a page; returns the number of tries made."""
    return writer.write_page(page_pk)


def make_page(request_pk: int) -> str:
    """Make the page that a request asks for; returns what became of it."""
    made = asking.handle_request(request_pk)
    return made.how if made else ""


def read_todo_page(play_pk: int) -> str:
    """Read a Play's ToDo page back; returns what was wrong, if anything."""
    play = Play.objects.filter(pk=play_pk).first()
    try:
        reading = progress.read_todo_page(play) if play else None
    except TodoProblem as problem:
        return type(problem).__name__
    return reading.error if reading else ""


def read_todo_pages() -> int:
    """Wake workers to read every active Play's ToDo page; returns how many pages there are."""
    heartbeats.beat_task(schedules.READ_TODO)
    return progress.wake_for_readings()


def weekly_sync(since: str = "") -> str:
    """Carry on the weekly run that is due or was left half-way; returns how it stands.

    `since` is only the schedule's own memory of when its line came into force.
    """
    run = weekly.run_due(seconds=settings.SYNC_WRITE_SECONDS)
    return run.state if run else ""


def write_report() -> str:
    """Write the weekly report's page; returns what was wrong, if anything."""
    written = report.write_report()
    return written.error if written else ""


def cleanup() -> bool:
    """Delete what is old, again where the time was up; returns whether all is gone."""
    heartbeats.beat_task(schedules.CLEANUP)
    is_whole = retention.clean_up(seconds=settings.SYNC_WRITE_SECONDS).is_whole
    if not is_whole:
        async_task("plays.tasks.cleanup")
    return is_whole


def send_alerts() -> int:
    """Send messages that are due; returns how many were taken."""
    return alerts.send_due()


def sweep() -> int:
    """Wake workers for what is due, heal what was lost; returns how many pages were woken for."""
    now = timezone.now()
    heartbeats.beat_task(schedules.SWEEP, now=now)
    note_size(now)
    clocks.void_impossible_times()
    probe_if_stopped()
    claims.take_back_dead()
    receiving.accept_everything_now_known()
    editing.end_expired_statuses()
    asking.wake_due_requests()
    week_statuses.tell_weeks(now=now)
    weekly.wake_if_due()
    report.wake_if_due(now)
    revisit.revisit()
    alerts.look()
    alerts.tell_people()
    if alerts.is_anything_due():
        async_task("plays.tasks.send_alerts")
    return wakeups.wake_due()
