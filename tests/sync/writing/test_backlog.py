"""What is left to write, each edit counted once, and how long to wait for it."""

from datetime import timedelta

import pytest
import time_machine

from plays.models import Site
from plays.models.pause import PauseScope
from plays.sync.jobs.pauses import pause
from plays.sync.writing import drain
from plays.sync.writing.drain import Backlog, backlog
from tests.factories import NOW, make_job, make_mapping

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


def test_each_edit_that_is_left_is_counted_once(staff):
    make_job()
    for _ in range(2):
        make_job(run_after=LATER)
    held = make_job()
    make_job(play=held.play, mapping=held.mapping, run_after=LATER)
    make_job(mapping=make_mapping("live_doc"))
    for _ in range(4):
        make_job(state="failed")
    make_job(state="synced")
    pause(PauseScope.PLAY, play=held.play, reason="x", by=staff)

    left = backlog(now=NOW)

    assert left == Backlog(due=1, later=2, paused=2, unmapped=1, failed=4)
    assert left.pending == 3


def test_while_the_site_is_paused_nothing_is_due():
    make_job()
    Site.current()
    Site.objects.update(paused_until=LATER)

    assert backlog(now=NOW) == Backlog(due=0, later=1, paused=0, unmapped=0, failed=0)


@pytest.mark.parametrize(("ahead", "wait"), [(0.01, 0.2), (2, 2), (600, 5), (None, 5)])
def test_the_next_look_comes_when_something_is_ready_between_a_blink_and_five_seconds(ahead, wait):
    if ahead is not None:
        make_job(run_after=NOW + timedelta(seconds=ahead))

    with time_machine.travel(NOW, tick=False):
        assert drain._pause_before_next_look() == timedelta(seconds=wait)


def test_the_next_look_waits_for_a_pause_of_the_site():
    Site.current()
    Site.objects.update(paused_until=LATER)

    with time_machine.travel(NOW, tick=False):
        assert drain._pause_before_next_look() == timedelta(seconds=1)
