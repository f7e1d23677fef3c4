"""After an outage those who waited do not all come back at once."""

from datetime import timedelta

import pytest

from plays.confluence import ServerFault
from plays.models import Page, Site, SyncJob
from plays.rules.retry import Remedy
from plays.sandbox import Fault
from plays.sync.intake.receiving import record_all
from plays.sync.jobs.due import bring_forward
from plays.sync.jobs.outcomes import postpone
from plays.sync.jobs.wakeups import wake_due
from plays.sync.site.availability import open_now
from plays.sync.site.remedies import policy
from plays.sync.writing.drain import drain
from tests.events import activity
from tests.factories import NOW, make_job

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = 24


def test_pages_that_failed_together_come_back_over_a_quarter_of_their_wait():
    for job in [make_job() for _ in range(PAGES)]:
        postpone(job.mapping.page, [job], ServerFault("503"), Remedy.WAIT)

    times = sorted(SyncJob.objects.values_list("run_after", flat=True))
    quarter = policy().first_wait / 4
    fullest = max(sum(at <= one < at + quarter / 4 for one in times) for at in times)
    assert quarter / 2 < times[-1] - times[0] < quarter + timedelta(seconds=5)
    assert fullest < PAGES * 3 / 4


def test_jobs_of_one_page_come_back_together():
    first = make_job()
    jobs = [first, make_job(mapping=first.mapping, play=first.play)]

    postpone(first.mapping.page, jobs, ServerFault("503"), Remedy.WAIT)

    assert len(set(SyncJob.objects.values_list("run_after", flat=True))) == 1


def test_what_is_picked_is_due_at_once_and_what_else_waits_is_left_to_wait():
    later = NOW + timedelta(hours=1)
    picked, other = make_job(run_after=later), make_job(run_after=later)

    assert bring_forward(SyncJob.objects.filter(pk=picked.pk), now=NOW) == 1

    assert list(SyncJob.objects.due(NOW)) == [picked]
    assert SyncJob.objects.get(pk=other.pk).run_after == later


def test_while_the_site_is_paused_nobody_is_woken():
    job = make_job()
    Site.current()
    Site.objects.update(paused_until=NOW + timedelta(seconds=1))

    assert wake_due(now=NOW) == 0
    assert wake_due(now=NOW + timedelta(seconds=1)) == 1
    assert Page.objects.get(pk=job.mapping.page_id).rung_at == NOW + timedelta(seconds=1)


def test_a_site_that_is_still_busy_after_its_pause_gets_one_call_not_one_per_page(world):
    for number in range(6):
        world.add_play(f"EXT_Desk_D{number:02d}")
    record_all(activity(play) for play in world.live_docs)
    world.sandbox.faults.script(Fault("rate_limited", retry_after="30"), match="GET", times=99)
    drain()
    calls = len(world.sandbox.calls)

    open_now()
    left = drain()

    assert len(world.sandbox.calls) - calls == 1
    assert left.pending == 12
