"""Another try, asked for by a person: with plain forms, one job or a selection."""

import pytest
from django.urls import reverse

from plays.models import AuditEntry, SyncJob
from tests.factories import NOW, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed():
    return [
        make_job(state="failed", settled_at=NOW, failures=3, last_error="PageNotFound")
        for _ in range(3)
    ]


@pytest.fixture
def at_work(client, staff):
    client.force_login(staff)
    return client


def states(jobs):
    return [SyncJob.objects.get(pk=job.pk).state for job in jobs]


def test_a_job_is_due_again_and_its_page_says_so(at_work, failed):
    job = failed[0]

    response = at_work.post(
        reverse("plays:job_retry", args=[job.pk]), follow=True, headers={"Accept-Language": "ko"}
    )

    assert response.redirect_chain == [(reverse("plays:job", args=[job.pk]), 302)]
    assert "작업 1건을 지금 재시도합니다." in response.text
    assert states(failed) == ["pending", "failed", "failed"]


def test_a_selection_is_retried_and_its_page_tells_how_it_goes(at_work, failed):
    response = at_work.post(
        reverse("plays:jobs_retry"),
        {"job": [failed[0].pk, failed[2].pk], "next": "/jobs/?state=failed"},
    )

    assert response.url == reverse("plays:act", args=[AuditEntry.objects.get().pk])
    assert states(failed) == ["pending", "failed", "pending"]


def test_a_foreign_way_back_is_not_taken(at_work, failed):
    response = at_work.post(
        reverse("plays:jobs_retry"), {"job": failed[0].pk, "next": "https://evil.example/"}
    )

    assert response.url == reverse("plays:jobs")


@pytest.mark.parametrize("picked", [[], ["x"], ["9" * 30], ["-1"]])
def test_nothing_picked_is_said_and_changes_nothing(at_work, failed, picked):
    response = at_work.post(
        reverse("plays:jobs_retry"),
        {"job": picked},
        follow=True,
        headers={"Accept-Language": "en"},
    )

    assert "Nothing to retry" in response.text
    assert states(failed) == ["failed"] * 3


def test_what_is_synced_stays_as_it_is(at_work):
    job = make_job(state="synced", settled_at=NOW)

    response = at_work.post(
        reverse("plays:job_retry", args=[job.pk]), follow=True, headers={"Accept-Language": "en"}
    )

    assert "Nothing to retry" in response.text
    assert states([job]) == ["synced"]


@pytest.mark.parametrize(("who", "shown"), [("pm", False), ("staff", True), ("admin_user", True)])
def test_the_buttons_are_there_for_those_who_may(client, request, failed, who, shown):
    client.force_login(request.getfixturevalue(who))

    job = client.get(reverse("plays:job", args=[failed[0].pk]))
    jobs = client.get(reverse("plays:jobs"))

    assert (reverse("plays:job_retry", args=[failed[0].pk]) in job.text) is shown
    assert ('name="job"' in jobs.text) is shown
