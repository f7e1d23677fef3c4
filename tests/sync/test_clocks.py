"""A clock that was wrong once holds nothing up once it is right again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from plays.models import Heartbeat, Page, PageRequest, Site, SyncJob, WeeklySync
from plays.models.weekly import WeeklyTrigger
from plays.sync import clocks, heartbeats
from plays.sync.jobs.wakeups import due_pages, wake
from plays.sync.schedules import WEEKLY, ensure_schedules, in_force_since
from plays.sync.weekly.slots import due_slot, open_run
from plays.sync.writing.drain import drain
from tests.factories import make_job, make_page, make_play

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TOMORROW = NOW + timedelta(days=1)


def void():
    return clocks.void_impossible_times(now=NOW)


@pytest.fixture(autouse=True)
def today(db, monkeypatch):
    """NOW is the test's own moment, not that at which this file was read, minutes earlier."""
    now = timezone.now()
    monkeypatch.setitem(globals(), "NOW", now)
    monkeypatch.setitem(globals(), "TOMORROW", now + timedelta(days=1))
    void()


def test_a_lease_until_tomorrow_does_not_hold_its_page():
    job = make_job(run_after=NOW)
    Page.objects.update(lease_until=TOMORROW, lease_token="elsewhere 1 1 abc")
    assert due_pages(NOW) == []

    void()

    assert due_pages(NOW) == [job.mapping.page_id]


def test_a_wakeup_of_tomorrow_does_not_keep_its_page_silent():
    page = make_page(rung_at=TOMORROW)
    assert not wake(page.pk, now=NOW)

    void()

    assert wake(page.pk, now=NOW)


def test_a_pause_until_tomorrow_is_over_and_one_that_can_be_meant_stands():
    Site.objects.update_or_create(pk=1, defaults={"paused_until": TOMORROW, "pauses": 1})
    void()
    assert Site.current().is_open(NOW)

    hour = NOW + timedelta(seconds=settings.SYNC_LONGEST_WAIT_SECONDS)
    Site.objects.update(paused_until=hour)
    void()
    assert Site.current().paused_until == hour


def test_a_probe_of_tomorrow_is_made_now():
    Site.objects.update_or_create(pk=1, defaults={"stopped_at": NOW, "probe_after": TOMORROW})

    void()

    assert Site.current().probe_after == NOW


def test_a_job_that_would_wait_until_tomorrow_is_due():
    job = make_job(run_after=TOMORROW, failing_since=TOMORROW, last_error="ServerFault")

    void()

    job.refresh_from_db()
    assert (job.run_after, job.failing_since) == (NOW, NOW)


def test_a_job_that_waits_a_minute_but_has_failed_since_tomorrow_has_failed_since_now():
    job = make_job(run_after=NOW + timedelta(minutes=1), failing_since=TOMORROW)

    void()

    job.refresh_from_db()
    assert job.failing_since == NOW


def test_a_job_that_waits_as_long_as_the_policy_lets_it_goes_on_waiting():
    longest = timedelta(seconds=settings.SYNC_LONGEST_WAIT_SECONDS) * 1.25
    job = make_job(run_after=NOW + longest, failing_since=NOW)

    assert void() == 0

    job.refresh_from_db()
    assert job.run_after == NOW + longest


def test_a_synced_job_keeps_its_times():
    job = make_job(state="synced", run_after=TOMORROW, settled_at=TOMORROW)

    assert void() == 0
    assert SyncJob.objects.get(pk=job.pk).run_after == TOMORROW


def test_a_todo_page_asked_for_tomorrow_is_made_now():
    PageRequest.objects.create(play=make_play(), asked_at=NOW, run_after=TOMORROW)

    void()

    assert PageRequest.objects.due(NOW).exists()


def test_a_dead_workers_beat_of_tomorrow_does_not_stand_for_a_living_one():
    Heartbeat.objects.create(worker="dead", beat_at=TOMORROW)
    assert not heartbeats.is_alive(now=NOW)

    void()

    assert not Heartbeat.objects.exists()


def test_a_message_that_the_queue_hides_until_tomorrow_is_dropped():
    OrmQ.objects.create(key="syncadmin", payload="", lock=TOMORROW)
    OrmQ.objects.create(key="syncadmin", payload="", lock=NOW)

    void()

    assert OrmQ.objects.count() == 1


def test_a_schedule_runs_at_its_lines_next_slot():
    ensure_schedules()
    Schedule.objects.filter(name="sweep").update(next_run=TOMORROW)

    void()

    assert Schedule.objects.get(name="sweep").next_run <= NOW + timedelta(minutes=10)


def test_a_weekly_run_of_a_slot_to_come_does_not_stand_in_its_way(settings):
    settings.SYNC_SCHEDULE = "0 18 * * 5"
    ensure_schedules()
    week = timedelta(days=7)
    Schedule.objects.filter(name=WEEKLY).update(kwargs=f"since={(NOW + week).isoformat()!r}")
    slot = open_run_of_the_coming_slot()

    void()

    assert in_force_since(WEEKLY) == NOW
    assert due_slot(now=slot + timedelta(minutes=1)) == slot
    assert open_run(now=slot + timedelta(minutes=1)).slot == slot


def open_run_of_the_coming_slot():
    from plays.sync.weekly.slots import next_run

    slot = next_run(now=NOW)
    while slot - NOW < timedelta(minutes=5):
        slot += timedelta(days=7)
    WeeklySync.objects.create(
        slot=slot, trigger=WeeklyTrigger.SCHEDULE, state="done", started_at=slot
    )
    return slot


def test_a_machine_whose_own_clock_is_wrong_voids_nothing_of_the_others(monkeypatch):
    make_page(lease_until=TOMORROW, lease_token="elsewhere 1 1 abc")
    monkeypatch.setattr(clocks, "offset", lambda *, now: timedelta(days=1))

    assert void() == 0
    assert Page.objects.get().lease_until == TOMORROW


def test_the_databases_clock_is_the_one_that_counts():
    behind = timezone.now() - timedelta(days=1)

    off = clocks.offset(now=behind)

    if connection.vendor == "postgresql":
        assert timedelta(hours=23) < off < timedelta(hours=25)
    else:
        assert off == timedelta(0)


def test_a_drain_minds_times_that_cannot_be_as_the_worker_does(confluence_settings):
    Site.objects.update_or_create(pk=1, defaults={"paused_until": TOMORROW, "pauses": 1})

    drain()

    assert Site.current().paused_until is None
