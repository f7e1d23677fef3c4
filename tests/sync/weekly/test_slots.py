"""A slot is run once, however many look, however late; a changed schedule moves the next one."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from plays import tasks
from plays.models import Pause, Site, WeeklySync
from plays.sync import weekly
from plays.sync.schedules import WEEKLY, ensure_schedules, in_force_since

pytestmark = pytest.mark.django_db(transaction=True)
INSTALLED = datetime.fromisoformat("2026-11-23T14:05+09:00")  # a Monday
SLOT = datetime.fromisoformat("2026-11-27T18:00+09:00")


def installed_at(moment):
    with time_machine.travel(moment, tick=False):
        Schedule.objects.filter(name=WEEKLY).delete()
        ensure_schedules()


@pytest.fixture
def friday(world):
    """An installation of Monday, at any moment after it."""
    installed_at(INSTALLED)

    def travel(moment):
        return time_machine.travel(moment, tick=True)

    return travel


def bells():
    return sum(task.func() == "plays.tasks.weekly_sync" for task in OrmQ.objects.all())


def test_the_schedule_is_in_force_from_when_it_was_made(friday):
    assert in_force_since(WEEKLY) == INSTALLED


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (INSTALLED, False),
        (SLOT - timedelta(seconds=1), False),
        (SLOT + timedelta(seconds=1), True),
        (SLOT + timedelta(days=6), True),
    ],
)
def test_a_new_installation_waits_for_its_first_slot(friday, moment, is_due):
    with friday(moment):
        assert weekly.wake_if_due() is is_due

    assert bells() == is_due


@pytest.mark.parametrize(
    ("after", "is_late"),
    [(timedelta(seconds=20), False), (timedelta(minutes=9), False), (timedelta(minutes=11), True),
     (timedelta(days=3), True)],
)  # fmt: skip
def test_a_missed_slot_is_run_once_as_soon_as_possible_and_marked_late(friday, after, is_late):
    with friday(SLOT + after):
        assert tasks.weekly_sync() == "done"
        assert tasks.weekly_sync() == ""

    run = WeeklySync.objects.get()
    assert (run.slot, run.trigger, run.is_late) == (SLOT, "schedule", is_late)


def test_of_several_missed_slots_only_the_last_is_run(friday):
    with friday(SLOT + timedelta(days=22)):
        tasks.weekly_sync()
        assert not weekly.wake_if_due()

    assert [run.slot for run in WeeklySync.objects.all()] == [SLOT + timedelta(days=21)]


def test_a_bell_is_rung_once_until_nobody_has_answered_for_long(friday):
    with friday(SLOT + timedelta(seconds=5)):
        assert [weekly.wake_if_due() for _ in range(3)] == [True, False, False]
    with friday(SLOT + timedelta(seconds=90)):
        assert weekly.wake_if_due()
        assert tasks.weekly_sync() == "done"
        assert not weekly.wake_if_due()

    assert bells() == 2


def test_one_run_a_slot_however_many_clusters_look(friday):
    states = []

    def cluster():
        states.append(tasks.weekly_sync())
        connection.close()

    with friday(SLOT + timedelta(seconds=5)):
        threads = [threading.Thread(target=cluster) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert WeeklySync.objects.count() == 1
    assert "done" in states
    assert len(WeeklySync.objects.get().results.all()) == 0


def test_a_changed_schedule_moves_the_next_run_and_owes_no_earlier_one(friday, settings):
    settings.SYNC_SCHEDULE = "0 9 * * 1"
    tuesday = INSTALLED + timedelta(days=1)
    with friday(tuesday):
        ensure_schedules()
        assert not weekly.wake_if_due()
        next_run = weekly.next_run()
        schedule = Schedule.objects.get(name=WEEKLY)

    monday = datetime.fromisoformat("2026-11-30T09:00+09:00")
    assert (next_run, schedule.next_run) == (monday, monday)
    with friday(SLOT + timedelta(hours=1)):
        assert not weekly.wake_if_due()
    with friday(monday + timedelta(seconds=5)):
        assert tasks.weekly_sync() == "done"


def test_the_schedule_stays_what_it_was_when_made_again(friday):
    before = Schedule.objects.get(name=WEEKLY).pk

    ensure_schedules()

    assert Schedule.objects.get(name=WEEKLY).pk == before
    assert in_force_since(WEEKLY) == INSTALLED


def test_nobody_is_woken_while_the_site_is_closed_or_all_is_paused(friday):
    with friday(SLOT + timedelta(minutes=1)):
        Site.objects.update_or_create(pk=1, defaults={"stopped_at": timezone.now()})
        assert not weekly.wake_if_due()
        Site.objects.update(stopped_at=None)
        pause = Pause.objects.create(scope="all", reason="점검", at=timezone.now())
        assert not weekly.wake_if_due()
        pause.delete()
        assert weekly.wake_if_due()


def test_the_sweep_rings_for_the_slot(friday):
    with friday(SLOT + timedelta(seconds=5)):
        tasks.sweep()

    assert bells() == 1
