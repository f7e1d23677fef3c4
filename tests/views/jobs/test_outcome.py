"""An act on many has a page that tells how it went."""

import pytest
from django.urls import reverse

from plays.models import AuditEntry, SyncJob
from tests.factories import NOW, make_job, make_mapping, make_page, make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(client, monday):
    """Three failed jobs of one page, and a member of staff."""
    client.force_login(make_user("Staff"))
    mapping = make_mapping(page=make_page())
    return [
        make_job(mapping=mapping, state="failed", settled_at=NOW, last_error="PageNotFound")
        for _ in range(3)
    ]


def retry_all(client):
    return client.post(
        reverse("plays:jobs_retry") + "?state=failed", {"all": "1"}, follow=True, headers=EN
    )


def words(response):
    return " ".join(response.text.split())


def test_who_retries_many_is_told_how_each_ended(client, failed, settle):
    page = words(retry_all(client))
    assert "3: 0 done" in page
    assert "3 on the way" in page
    assert 'hx-trigger="every 2s"' in page

    settle(failed[0], "synced")
    settle(failed[1], "failed", last_error="PageNotFound")
    settle(failed[2], "synced")
    page = words(client.get(reverse("plays:act", args=[AuditEntry.objects.get().pk]), headers=EN))

    assert "3: 2 done" in page
    assert "1 failed" in page
    assert "every 2s" not in page
    assert "PageNotFound" in page or "page" in page


def test_a_later_act_takes_its_jobs_along(client, failed, settle):
    retry_all(client)
    first = AuditEntry.objects.get()
    for job in failed:
        settle(job, "failed", last_error="PageNotFound")

    retry_all(client)
    page = words(client.get(reverse("plays:act", args=[first.pk]), headers=EN))

    assert "3 in a later act" in page


def test_the_audit_trail_leads_there(client, failed):
    retry_all(client)

    address = reverse("plays:act", args=[AuditEntry.objects.get().pk])
    assert address in client.get(reverse("plays:audit")).text


def test_what_is_sent_again_is_told_too(client, failed):
    SyncJob.objects.update(state="canceled")

    page = words(client.post(reverse("plays:recover_missing"), follow=True, headers=EN))

    assert "on the way" in page


@pytest.fixture
def settle():
    def settle(job, state, **values):
        SyncJob.objects.filter(pk=job.pk).update(state=state, settled_at=NOW, **values)

    return settle
