"""Pauses and stops of the whole site: how long, and what ends them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from plays.confluence import RateLimited, Unreachable
from plays.models import AuditEntry, Site, SyncJob
from plays.sandbox import Fault
from plays.sync.intake.receiving import record
from plays.sync.jobs import wakeups
from plays.sync.jobs.pauses import try_now
from plays.sync.site.availability import open_now, pause, stop, went_well
from plays.sync.writing.drain import drain
from tests.events import activity
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
PLAY = "EXT_Desk_D01"


def waits(count, *, error=None):
    """Seconds of pauses in a row, each met when the one before is over."""
    now, found = NOW, []
    for _ in range(count):
        until = pause(error or Unreachable("no route"), now=now)
        found.append((until - now).total_seconds())
        now = until
    return found


def test_pauses_in_a_row_grow_from_half_a_minute_to_five():
    for wait, least in zip(waits(7), (30, 60, 120, 240, 300, 300, 300), strict=True):
        assert least <= wait <= least * 1.25


def test_what_the_site_asks_for_is_waited_at_least():
    for wait in waits(5, error=RateLimited("slow down", retry_after=77)):
        assert 77 <= wait <= 77 * 1.25


def test_waits_are_spread():
    found = set()
    for _ in range(9):
        Site.objects.all().delete()
        found.update(waits(1))

    assert len(found) > 5


def test_errors_of_calls_that_were_on_their_way_make_one_pause():
    first = pause(Unreachable("no route"), now=NOW)

    assert pause(Unreachable("no route"), now=NOW + timedelta(seconds=1)) == first
    assert Site.current().pauses == 1


def test_a_longer_wait_that_is_asked_for_during_a_pause_holds():
    pause(Unreachable("no route"), now=NOW)

    until = pause(RateLimited("slow down", retry_after=900), now=NOW)

    assert Site.current().pause_end(NOW) == until >= NOW + timedelta(seconds=900)


def test_a_call_that_went_well_ends_no_pause_that_holds():
    pause(RateLimited("slow down", retry_after=900), now=NOW)

    went_well(now=NOW + timedelta(seconds=899))
    assert not Site.current().is_open(NOW + timedelta(seconds=899))

    went_well(now=NOW + timedelta(seconds=1_200))
    assert (Site.current().pauses, Site.current().paused_until) == (0, None)


def test_opening_a_pause_at_once_forgets_no_pauses_before_it():
    waits(3)

    assert open_now(now=NOW)
    assert Site.current().is_open(NOW)
    assert (pause(Unreachable("no route"), now=NOW) - NOW).total_seconds() >= 240


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asked", ["9223372036854775807", "3601", "-5", "soon", ""])
@pytest.mark.parametrize("kind", ["rate_limited", "unavailable"])
def test_a_wait_that_cannot_be_meant_is_no_instruction(world, kind, asked):
    world.add_play(PLAY)
    record(activity(PLAY))
    world.sandbox.faults.script(Fault(kind, retry_after=asked), times=99)

    drain()

    left = (Site.current().paused_until - timezone.now()).total_seconds()
    assert 0 < left <= 30 * 1.25


@pytest.mark.django_db(transaction=True)
def test_a_person_opens_a_pause_and_what_is_due_is_written(world):
    world.add_play(PLAY)
    record(activity(PLAY))
    pause(RateLimited("slow down", retry_after=900))
    wakeups.forget_all()
    OrmQ.objects.all().delete()
    person = make_user("Staff")

    assert try_now(by=person)

    assert OrmQ.objects.count() == 2  # pages that are owed something
    drain()
    assert set(SyncJob.objects.values_list("state", flat=True)) == {"synced"}
    entry = AuditEntry.objects.get(verb="try_now")
    assert (entry.by, entry.reason) == (person, "RateLimited")


@pytest.mark.django_db(transaction=True)
def test_a_person_has_a_stopped_site_asked_and_it_opens_only_if_it_accepts_us(world):
    world.sandbox.revoke_token()
    stop(RateLimited("x"))
    OrmQ.objects.all().delete()

    assert not try_now(by=make_user("Staff"))
    assert not OrmQ.objects.exists()
    assert Site.current().stopped_at is not None

    world.sandbox.accept_token()
    assert try_now(by=make_user("Staff"))
    assert Site.current().is_open(timezone.now())
