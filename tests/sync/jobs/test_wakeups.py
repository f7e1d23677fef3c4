"""A queue that cannot be reached: what is committed is answered so, and written later."""

import json
import socket
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ

from plays import tasks
from plays.models import Page, PageMapping, PageRequest, SyncJob, WeeklySync
from plays.sync.jobs import wakeups
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.jobs.wakeups import WAKEUP_LIFETIME, due_pages, wake, wake_all
from plays.sync.mappings.assign import assign
from tests.events import activity
from tests.factories import NOW, make_job

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def queue(monkeypatch):
    """django-q2's Redis broker at an address where nobody listens, until `queue()` is called."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with monkeypatch.context() as broken:
            broken.setattr(Conf, "BROKER_CLASS", None)
            broken.setattr(Conf, "ORM", None)
            broken.setattr(Conf, "REDIS", f"redis://127.0.0.1:{nobody.getsockname()[1]}")
            yield broken.undo


def woken():
    """The pages that a worker is asked to write, in order."""
    return [row.task["args"][0] for row in OrmQ.objects.order_by("pk")]


def work_through_the_queue():
    """What workers do: each task once, those that come meanwhile too."""
    while waiting := list(OrmQ.objects.order_by("pk")):
        for row in waiting:
            task = row.task
            row.delete()
            getattr(tasks, task["func"].rpartition(".")[2])(*task["args"])


@pytest.fixture
def staff_at_work(client, staff):
    client.force_login(staff)
    return client


def test_the_queue_of_these_tests_cannot_be_reached(queue):
    page = make_job().mapping.page

    with pytest.raises(Exception, match=r"Connection refused"):
        wake(page.pk)
    queue()

    assert wake(page.pk), "the wake-up that was not sent does not count"


def test_a_page_is_woken_once_until_its_wake_up_is_old():
    first, second = make_job().mapping.page, make_job().mapping.page

    assert wake_all([first.pk], now=NOW) == 1
    assert wake_all([first.pk, second.pk], now=NOW + WAKEUP_LIFETIME / 2) == 1
    assert wake_all([first.pk, second.pk], now=NOW + WAKEUP_LIFETIME) == 1

    assert woken() == [first.pk, second.pk, first.pk]


def waits():
    """How long after NOW each wake-up may be taken, to the second."""
    return [
        round((row.lock - timezone.now()).total_seconds()) for row in OrmQ.objects.order_by("pk")
    ]


def test_a_page_that_was_written_lately_gathers_for_a_moment_and_one_at_rest_does_not():
    now = timezone.now()
    busy, at_rest, unseen = (make_job().mapping.page for _ in range(3))
    Page.objects.filter(pk=busy.pk).update(written_at=now - timedelta(seconds=9))
    Page.objects.filter(pk=at_rest.pk).update(written_at=now - timedelta(seconds=10))

    wake_all([busy.pk, at_rest.pk, unseen.pk], now=now)

    assert waits() == [1, 0, 0]


def test_what_the_queue_refuses_takes_no_more_than_a_hundred_wake_ups_with_it(monkeypatch):
    pages = Page.objects.bulk_create(Page(page_id=f"{number}") for number in range(201))

    def refuse_the_last(page_pk, *, later):
        if page_pk == pages[-1].pk:
            raise ConnectionError

    monkeypatch.setattr(wakeups, "_send", refuse_the_last)
    with pytest.raises(ConnectionError):
        wake_all([page.pk for page in pages])

    assert Page.objects.filter(rung_at__isnull=False).count() == 200


def test_a_clock_that_was_ahead_keeps_no_page_waiting():
    page = make_job().mapping.page
    Page.objects.update(written_at=timezone.now() + timedelta(seconds=100))

    wake(page.pk)

    assert waits() == [0]


def test_a_person_who_retries_waits_for_no_other_event(staff):
    job = make_job(state="failed", settled_at=NOW)
    Page.objects.update(written_at=timezone.now())
    wake(job.mapping.page_id)

    retry_jobs(SyncJob.objects.all(), by=staff)

    assert waits() == [1, 0]


def test_what_is_enqueued_wakes_its_page_once_it_is_committed():
    job = make_job()

    with transaction.atomic():
        enqueue([PendingEdit(kind=job.kind, key="x", play=job.play_id)], now=NOW)
        assert woken() == []

    assert woken() == [job.mapping.page_id]


def test_a_mapping_whose_page_is_taken_away_wakes_nobody():
    job = make_job()

    assign(job.mapping, "")

    job.mapping.refresh_from_db()
    assert (job.mapping.page, woken()) == (None, [])


def test_events_are_accepted_and_written_when_the_queue_is_back(world, client, settings, queue):
    settings.EVENTS_TOKENS = ["portal-token"]
    world.add_play(PLAY)

    response = client.post(
        "/api/events",
        json.dumps([activity(PLAY) for _ in range(3)]),
        content_type="application/cloudevents-batch+json",
        headers={"Authorization": "Bearer portal-token"},
    )

    assert (response.status_code, response.json()["accepted"]) == (202, 3)
    queue()
    tasks.sweep()
    work_through_the_queue()
    assert SyncJob.objects.pending().count() == 0
    world.assert_every_action_is_on_its_pages_once()


def test_a_retry_is_answered_and_due(staff_at_work, queue):
    job = make_job(state="failed", settled_at=NOW)

    response = staff_at_work.post(
        reverse("plays:job_retry", args=[job.pk]), follow=True, headers={"Accept-Language": "en"}
    )

    assert response.status_code == 200
    assert "1 job is retried now." in response.text
    queue()
    assert due_pages(job.run_after.replace(year=2100)) == [job.mapping.page_id]
    tasks.sweep()
    assert [row.func() for row in OrmQ.objects.all()] == ["plays.tasks.write_page"]


def test_what_is_missing_is_enqueued(staff_at_work, world, queue):
    world.add_play(PLAY)
    job = make_job(state="canceled")

    response = staff_at_work.post(reverse("plays:recover_missing"), {"confirmed": "1"})

    assert response.status_code == 302
    assert SyncJob.objects.pending().filter(key=job.key).exists()


def test_another_page_is_mapped(world, admin_user, queue):
    play = world.add_play(PLAY)
    job = make_job(play=play, mapping=play.mappings.get(part="live_doc"))

    assert assign(job.mapping, world.sandbox.add_page("Another"), by=admin_user)


def test_todo_pages_are_asked_for(client, admin_user, world, queue):
    world.add_play(PLAY)
    client.force_login(admin_user)

    response = client.post(reverse("plays:make_missing", args=["play_todo"]))

    assert response.status_code == 302
    assert PageRequest.objects.count() == 1


def test_todo_pages_are_read_later(staff_at_work, world, queue):
    play = world.add_play(PLAY)
    assign(PageMapping.objects.of_play(play, "play_todo"), world.sandbox.add_page("ToDo"))

    assert staff_at_work.post(reverse("plays:todo_read_all")).status_code == 302


def test_the_weekly_sync_is_started(staff_at_work, world, queue):
    assert staff_at_work.post(reverse("plays:weekly_run")).status_code == 302
    assert WeeklySync.objects.count() == 1
