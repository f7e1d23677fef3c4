"""Which tries carried which jobs: rows grow with jobs, and each job's tries are told exactly."""

import pytest

from plays.models import AttemptSpan, SyncAttempt, SyncJob
from plays.sync.intake.receiving import record_all
from plays.sync.writing.drain import drain
from tests.events import activity
from tests.factories import make_attempt, make_job, make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db


def test_tries_in_a_row_are_one_row_a_job():
    page, play = make_page(), make_play()
    mapping = make_mapping("live_doc", play=play, page=page)
    jobs = [make_job(mapping=mapping, play=play) for _ in range(3)]

    tries = [make_attempt(*jobs, outcome="error") for _ in range(10)]

    assert AttemptSpan.objects.count() == 3
    assert set(jobs[0].attempts) == set(tries)
    assert SyncAttempt.objects.first().job_count == 3


def test_a_try_of_another_page_between_is_not_the_jobs():
    job, other = make_job(), make_job()

    first = make_attempt(job)
    make_attempt(other)
    second = make_attempt(job)

    assert set(job.attempts) == {first, second}
    assert AttemptSpan.objects.filter(job=job).get().tries == 2


def test_a_try_of_its_page_that_left_it_out_is_not_the_jobs():
    play = make_play()
    mapping = make_mapping("live_doc", play=play, page=make_page())
    job, other = (make_job(mapping=mapping, play=play) for _ in range(2))

    first, _, third = make_attempt(job, other), make_attempt(other), make_attempt(job, other)

    assert set(job.attempts) == {first, third}
    assert [span.tries for span in job.spans.order_by("first")] == [1, 1]


def test_a_job_that_moved_to_another_page_has_the_tries_of_both():
    job = make_job()
    before = make_attempt(job)
    job.mapping.page = make_page()
    job.mapping.save()

    after = make_attempt(job)

    assert set(job.attempts) == {before, after}


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_away_for_long_leaves_a_row_a_job(world, settings):
    settings.SYNC_RETRY_DELAY = 0
    play = world.add_play("A")
    record_all([activity(play_id=play.play_id) for _ in range(100)])
    page = world.live_docs["A"]
    world.sandbox.faults.script("error_before", match=f"PUT /pages/{page}", times=30)

    for _ in range(10):
        SyncJob.objects.update(run_after="2026-01-01T00:00:00Z")
        drain(at_once=True)

    failed = SyncAttempt.objects.filter(page__page_id=page, outcome="error").count()
    print(f"{failed} failed tries of 100 edits: {AttemptSpan.objects.count()} rows")  # noqa: T201
    assert failed >= 10
    assert AttemptSpan.objects.filter(page__page_id=page).count() == 100
