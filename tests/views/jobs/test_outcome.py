"""An act on many has a page that tells how it went."""

import pytest
from django.urls import reverse

from plays.models import AuditEntry, Event, SyncJob
from plays.sync.intake.receiving import record_all
from plays.sync.mappings.assign import Assignment, assign_all
from plays.sync.plays.importer.applying import import_plays
from tests.events import signal
from tests.factories import NOW, make_job, make_mapping, make_page, make_play, make_user
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


def test_what_many_were_canceled_for_is_told(client, failed):
    picked = {"job": [job.pk for job in failed], "reason": "sent twice"}

    page = words(client.post(reverse("plays:jobs_cancel"), picked, follow=True, headers=EN))

    assert "3 jobs were canceled." in page
    assert "sent twice" in page
    assert "every 2s" not in page
    assert SyncJob.objects.filter(act=AuditEntry.objects.get()).count() == 3


def test_events_accepted_again_are_told_with_their_edits_and_what_is_still_rejected(
    client, monday, settle
):
    client.force_login(make_user("Staff"))
    record_all([signal("EXT_A"), signal("EXT_A"), signal("EXT_B")])
    assert Event.objects.rejected().count() == 3
    make_play(play_id="EXT_A")
    make_mapping("action_log", page=make_page())

    picked = {"event": list(Event.objects.values_list("pk", flat=True))}
    page = words(client.post(reverse("plays:events_accept"), picked, follow=True, headers=EN))

    assert "Events: 3 looked at again, 1 still rejected." in page
    assert "2 on the way" in page  # a row of the Action Log for each of two events
    assert "2 waiting for a page to be mapped" in page  # nobody has mapped the live doc
    SyncJob.objects.filter(mapping__page__isnull=False).update(state="synced", settled_at=NOW)
    entry = AuditEntry.objects.get(verb="accept", count=3)
    page = words(client.get(reverse("plays:act", args=[entry.pk]), headers=EN))
    assert "every 2s" not in page
    assert reverse("plays:act", args=[entry.pk]) in client.get(reverse("plays:audit")).text


def test_an_import_is_followed_until_its_last_edit(client, monday, settle):
    client.force_login(make_user("Admin"))
    play, page = make_play(play_id="EXT_A"), make_page()
    job = make_job(play=play, mapping=make_mapping("live_doc", play=play, page=page))
    settle(job, "failed", last_error="PageNotFound")

    done = import_plays("play_id,owner,live_doc_page_id\nEXT_A,Kim,4711\nEXT_B,Lee,\n", by=None)
    shown = words(client.get(reverse("plays:act", args=[done.act.pk]), headers=EN))
    settle(job, "failed", last_error="NotAllowed")
    ended = words(client.get(reverse("plays:act", args=[done.act.pk]), headers=EN))

    assert "Plays: 1 new, 1 changed." in shown
    assert "1 on the way" in shown
    assert "1 failed" in ended
    assert "every 2s" not in ended


def test_mappings_changed_at_once_are_told_with_the_edits_that_move_along(client, monday, settle):
    jobs = [
        make_job(mapping=make_mapping("live_doc", play=make_play(), page=make_page()))
        for _ in range(2)
    ]
    admin = make_user("Admin")
    client.force_login(admin)
    changes = [
        Assignment(mapping=job.mapping, page_id=f"900{n}", expected=job.mapping.page.page_id)
        for n, job in enumerate(jobs)
    ]

    act = assign_all(changes, by=admin).entry

    page = words(client.get(reverse("plays:act", args=[act.pk]), headers=EN))
    assert "changed 2 page mappings" in page
    assert "2 on the way" in page


def test_a_comparison_of_the_pages_has_a_page_of_its_own(client, failed):
    entry = AuditEntry.objects.create(at=NOW, by_name="x", verb="reconcile")

    assert client.get(reverse("plays:act", args=[entry.pk])).url == f"/reconcile/done/{entry.pk}/"
