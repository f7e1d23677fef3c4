"""What a try that failed leaves with its jobs: how often, since when, when again, who is asked."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from plays import confluence
from plays.models import Page, SyncJob
from plays.rules.retry import Remedy
from plays.sync.jobs.outcomes import postpone
from tests.factories import make_job

pytestmark = pytest.mark.django_db
ILL = confluence.ServerFault("ill")
GONE = confluence.PageNotFound("gone")


def postponed(job, error=ILL, remedy=Remedy.WAIT):
    """The job after a claim of its page that ended with `error`."""
    postpone(job.mapping.page, [job], error, remedy)
    return SyncJob.objects.get(pk=job.pk)


def test_each_failed_claim_counts_one_and_the_first_says_since_when():
    job = make_job()

    first = postponed(job)
    second = postponed(first)

    assert (first.failures, second.failures) == (1, 2)
    assert (first.last_error, first.last_message) == ("ServerFault", str(ILL))
    assert timezone.now() - first.failing_since < timedelta(minutes=5)
    assert second.failing_since == first.failing_since


def test_the_same_error_is_counted_in_a_row_and_another_begins_at_one():
    once = postponed(make_job())
    twice = postponed(once)
    another = postponed(twice, confluence.NoAnswer("silence"))

    assert [job.same_failures for job in (once, twice, another)] == [1, 2, 1]


def test_the_wait_grows_with_the_failures_before():
    before = timezone.now()
    waits = postponed(make_job(failures=2)).run_after - before

    assert timedelta(minutes=4) <= waits < timedelta(minutes=6)  # the third, and a spread


def test_waiting_for_others_counts_nothing():
    waiting = postponed(make_job(), confluence.VersionConflict("edited"), Remedy.REREAD)

    assert (waiting.failures, waiting.same_failures, waiting.failing_since) == (0, 0, None)
    assert waiting.last_error == "VersionConflict"


@pytest.mark.parametrize(
    ("error", "remedy", "state"),
    [
        (ILL, Remedy.PERSON, "ok"),
        (GONE, Remedy.PERSON, "missing"),
        (confluence.NotAllowed("no"), Remedy.PERSON, "forbidden"),
    ],
)
def test_a_page_is_blamed_where_the_error_says_what_it_is(error, remedy, state):
    failed = postponed(make_job(), error, remedy)

    page = Page.objects.get()
    assert (failed.state, page.state) == ("failed", state)
    assert page.state_reason == ("" if state == "ok" else str(error))


def test_who_fails_for_a_day_is_given_up_and_told_with_what_it_takes_to_find_it(caplog):
    job = make_job(failing_since=timezone.now() - timedelta(hours=25), failures=9)

    with caplog.at_level(logging.WARNING, "plays.sync.jobs.outcomes"):
        failed = postponed(job)

    assert (failed.state, failed.failures, failed.failing_since) == (
        *("failed", 10, job.failing_since),
    )
    (line,) = caplog.records
    assert (line.job, line.key, line.play) == (job.pk, job.key, job.play.play_id)
    assert (line.event, line.page) == (job.action.event.event_id, job.mapping.page.page_id)
