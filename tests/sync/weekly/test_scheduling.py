"""Admins pause the weekly schedule, change its line, and have a slot run that was missed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django_q.models import Schedule

from plays.models import AuditEntry, WeeklySchedule, WeeklySync
from plays.sync import weekly
from plays.sync.schedules import WEEKLY, ensure_schedules, in_force_since
from plays.sync.weekly.scheduling import (
    BadLine,
    change_line,
    missed_slot,
    pause_schedule,
    resume_schedule,
    run_missed,
)
from plays.sync.weekly.slots import due_slot
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db
MONDAY = datetime.fromisoformat("2026-11-23T14:05+09:00")
SLOT = datetime.fromisoformat("2026-11-27T18:00+09:00")
SATURDAY = SLOT + timedelta(hours=20)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        Schedule.objects.filter(name=WEEKLY).delete()
        ensure_schedules()
        yield traveller


def verbs():
    return [entry.verb for entry in AuditEntry.objects.order_by("pk")]


def test_while_it_is_paused_no_slot_is_due_and_none_is_made_up_for(clock, admin_user):
    assert pause_schedule(by=admin_user, reason="연말")
    assert not pause_schedule(by=admin_user)
    clock.move_to(SATURDAY)

    assert weekly.next_run() is None
    assert due_slot(now=SATURDAY) is None
    assert resume_schedule(by=admin_user)
    assert due_slot(now=SATURDAY) is None
    assert weekly.next_run() == SLOT + timedelta(days=7)
    assert verbs() == ["pause_weekly", "resume_weekly"]


def test_the_slot_that_was_missed_is_run_by_hand_once(clock, admin_user):
    pause_schedule(by=admin_user)
    clock.move_to(SATURDAY)

    assert missed_slot(SATURDAY) == SLOT
    run = run_missed(by=admin_user, reason="감사")

    assert (run.slot, run.is_late, run.asked_by) == (SLOT, True, admin_user)
    assert missed_slot(SATURDAY) is None
    assert run_missed(by=admin_user) is None


def test_a_slot_before_the_first_run_was_nobodys(clock):
    assert missed_slot(MONDAY) is None


def test_a_slot_that_is_still_due_is_not_missed(clock):
    WeeklySync.objects.create(slot=SLOT - timedelta(days=7), started_at=MONDAY)

    assert due_slot(now=SATURDAY) == SLOT
    assert missed_slot(SATURDAY) is None


def test_a_changed_line_holds_from_now_on(clock, admin_user):
    assert change_line(" 0  9 * * 2 ", by=admin_user)
    clock.move_to(MONDAY + timedelta(hours=1))
    assert not change_line("0 9 * * 2", by=admin_user)

    assert weekly.next_run() == datetime.fromisoformat("2026-11-24T09:00+09:00")
    assert in_force_since(WEEKLY) == MONDAY
    assert AuditEntry.objects.get().details == {"old": "0 18 * * 5", "new": "0 9 * * 2"}


def test_an_empty_line_follows_the_settings_again(clock, admin_user):
    change_line("0 9 * * 2", by=admin_user)

    change_line("", by=admin_user)

    assert weekly.next_run() == SLOT
    assert WeeklySchedule.current().line == ""


@pytest.mark.parametrize("line", ["friday", "0 0 18 * * 5", "0 0 31 2 *"])
def test_a_line_that_cannot_be_followed_changes_nothing(clock, admin_user, line):
    with pytest.raises(BadLine):
        change_line(line, by=admin_user)

    assert weekly.next_run() == SLOT
    assert verbs() == []


def test_all_of_it_is_on_the_weekly_screen(client, clock, admin_user, pm):
    client.force_login(admin_user)
    address = reverse("plays:weekly_schedule")
    shown = []

    for form in (
        {"do": "change", "line": "never"},
        {"do": "change", "line": "0 9 * * 2"},
        {"do": "pause"},
        {"do": "resume"},
        {"do": "missed"},
    ):
        shown.append(client.post(address, form, headers=EN, follow=True).text)

    assert "is no cron line" in shown[0]
    assert "every Tuesday at 9:00" in shown[1]
    assert "The schedule is paused" in shown[2]
    assert "goes on with its next slot" in shown[3]
    assert "No slot was missed." in shown[4]
    assert verbs() == ["change_weekly", "pause_weekly", "resume_weekly"]
