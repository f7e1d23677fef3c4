"""One job: its story, where it was written, what a write would change; and the four verbs."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from plays.models import AuditEntry, LogVolume, SyncJob
from plays.models.attempt import Outcome
from plays.rules.planner import Part
from plays.sync.jobs.retrying import cancel_jobs, retry_jobs
from plays.sync.mappings.assign import assign
from tests.factories import (
    NOW,
    make_action,
    make_attempt,
    make_job,
    make_mapping,
    make_page,
    make_play,
)
from tests.views.flat import flat

pytestmark = [pytest.mark.django_db]
EN = {"Accept-Language": "en"}
FAILED = {"state": "failed", "settled_at": NOW, "last_error": "PageNotFound"}


@pytest.fixture
def at_work(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def admin_at_work(client, admin_user):
    client.force_login(admin_user)
    return client


def only(job):
    return SyncJob.objects.filter(pk=job.pk)


# --- The story -----------------------------------------------------------------------------------


def test_a_job_tells_its_way_from_the_event_to_the_page(seen):
    job = make_job(state="synced", settled_at=NOW)
    make_attempt(job, outcome="error", error="ServerFault", started_at=NOW)
    make_attempt(job, started_at=NOW + timedelta(seconds=9))

    text = seen("job", job.pk)

    steps = ("Event received", "Owed to the page", "✕ error Confluence failed", "✓ written")
    places = [text.index(step) for step in (*steps, "version 4")]
    assert places == sorted(places)


@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_outcome_of_a_try_is_told(seen, outcome):
    job = make_job()
    make_attempt(job, outcome=outcome)

    with translation.override("en"):
        label = str(Outcome(outcome).label)
    assert seen("job", job.pk).count(label) >= 2


def test_many_tries_are_told_in_short(seen):
    job = make_job(**FAILED)
    for number in range(12):
        make_attempt(job, outcome="error", error="ServerFault", started_at=NOW + number * MINUTE)

    story = seen("job", job.pk).partition("How it went")[2].partition("What it is about")[0]

    assert story.count("Confluence failed") == 8
    assert "Earlier tries" in story


MINUTE = timedelta(minutes=1)


def test_what_people_did_is_part_of_the_story(seen, staff):
    job = make_job(**FAILED)
    retry_jobs(only(job), by=staff, reason="mapped again")
    cancel_jobs(only(job), by=staff, reason="seen twice")

    text = seen("job", job.pk)

    assert "staff retried mapped again" in text
    assert "staff canceled seen twice" in text
    assert "Canceled: seen twice" in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Is written next"),
        ({"run_after": NOW + 5 * MINUTE, "last_error": "ServerFault"}, "Next try"),
    ],
)
def test_the_story_ends_with_what_comes_next(seen, changes, told):
    assert told in seen("job", make_job(**changes).pk)


def test_a_job_leads_to_the_page_it_was_written_to(seen):
    now_on = make_page(title="Action Log 2026Q4")
    log = make_mapping(Part.ACTION_LOG, page=now_on)
    written = make_page(title="Action Log, full")
    job = make_job(kind="log_row", mapping=log, state="synced", written_to=written)

    text = seen("job", job.pk)

    assert "Action Log, full" in text
    assert "2026Q4" not in text


def test_a_job_is_canceled_from_its_page_with_a_reason(at_work):
    job = make_job(**FAILED)
    address = job.get_absolute_url()
    assert "Cancel the job" in at_work.get(address, headers=EN).text

    response = at_work.post(
        reverse("plays:jobs_cancel"), {"job": job.pk, "reason": "x", "next": address}
    )

    assert response.url == address
    assert only(job).get().state == "canceled"


def test_who_may_not_cancel_sees_no_button(client, pm):
    client.force_login(pm)

    text = client.get(make_job(**FAILED).get_absolute_url(), headers=EN).text

    assert "Cancel the job" not in text


def test_a_try_that_could_not_make_its_edit_is_no_success_and_its_question_is_told_once(at_work):
    job = make_job(state="failed", last_error="KeyColumnMissing")
    words = "which column is it? (line 1, column 304, table 1)"
    make_attempt(job, outcome="unchanged", error="KeyColumnMissing", message=words)

    text = at_work.get(job.get_absolute_url(), headers=EN).text

    assert "already right" not in text
    assert "column 304" not in text


# --- Preview -------------------------------------------------------------------------------------


@pytest.fixture
def job_on(confluence_settings, sandbox):
    """A job whose page is in the sandbox with this body."""

    def make(body, **changes):
        play = make_play(play_id="EXT_Desk_D01")
        action = make_action(play=play, title="콜센터 AHT", log_id="LOG-2026-00007")
        mapping = make_mapping(Part.LIVE_DOC, play=play)
        assign(mapping, sandbox.add_page("Live", body))
        mapping.refresh_from_db()
        return make_job(action=action, mapping=mapping, **changes)

    return make


LOG_TABLE = (
    "<table><tbody><tr><th>log_id</th><th>play_id</th><th>action_type</th><th>title</th>"
    "<th>url</th><th>actor</th><th>created_at</th></tr></tbody></table>"
)


def previewed(client, job, **headers):
    address = reverse("plays:job_preview", args=[job.pk])
    return client.get(address, headers={**EN, **headers}).text


def test_a_preview_shows_the_line_that_would_come_and_writes_nothing(at_work, job_on, sandbox):
    job = job_on("<h2>Activity log</h2><p>below</p><h2>Notes</h2>")
    page_id = job.mapping.page.page_id
    before = sandbox.body(page_id)

    text = previewed(at_work, job)

    assert '<span class="sr">added:</span>' in flat(text)
    assert "LOG-2026-00007" in text
    assert "## Notes" in text
    assert "compared with version 1, read just now; nothing was written" in text
    assert sandbox.body(page_id) == before
    assert only(job).get().state == "pending"
    assert not job.attempts.exists()


def test_a_page_that_is_right_already_is_said_to_be(at_work, job_on):
    job = job_on("<h2>활동 로그</h2><p><code>LOG-2026-00007</code> Activity · 콜센터 AHT</p>")

    assert "version 1 of the page already says it" in previewed(at_work, job)


def test_an_edit_that_cannot_be_made_says_why(at_work, job_on, sandbox):
    job = job_on("<p>x</p>")
    log = make_mapping(Part.ACTION_LOG)
    assign(log, sandbox.add_page("Log", LOG_TABLE * 2))
    row = make_job(kind="log_row", action=job.action, mapping=log)

    text = previewed(at_work, row)

    assert "fits none of the page's tables, or several." in unescape(text)
    assert "In its own words" not in text


def test_a_full_log_says_that_the_row_goes_on_a_new_page(at_work, job_on, sandbox, settings):
    settings.SYNC_LOG_CHARACTERS = 10
    job = job_on("<p>x</p>")
    log = make_mapping(Part.ACTION_LOG)
    assign(log, sandbox.add_page("Log", "<p>a longer text than fits</p>"))

    row = make_job(kind="log_row", action=job.action, mapping=log)

    assert "the row would go to a new page of the Action Log" in previewed(at_work, row)


def test_a_page_that_is_not_there_is_said_in_words(at_work, job_on, sandbox):
    job = job_on("<p>x</p>")
    assign(job.mapping, "999999")

    text = previewed(at_work, job)

    assert "Page not found." in text
    assert "Check the page ID in the mapping" in text


def test_no_page_and_no_confluence_are_said_too(client, pm, settings):
    client.force_login(pm)
    settings.CONFLUENCE_URL = ""

    assert "nothing to compare with" in previewed(
        client, make_job(mapping=make_mapping(Part.LIVE_DOC))
    )
    assert "Confluence is not configured here" in previewed(client, make_job())


def test_htmx_gets_only_the_preview(at_work, job_on):
    part = previewed(at_work, job_on("<p>x</p>"), **{"HX-Request": "true"})

    assert part.strip().startswith('<section id="preview"')
    assert "<html" not in part


def test_what_was_written_to_a_full_page_is_compared_with_that_page(at_work, job_on, sandbox):
    job = job_on("<p>x</p>")
    full, now_on = make_page(page_id=sandbox.add_page("Full", LOG_TABLE)), make_page()
    LogVolume.objects.create(page=full, number=1, opened_at=NOW, closed_at=NOW)
    log = make_mapping(Part.ACTION_LOG, page=now_on)
    row = make_job(kind="log_row", action=job.action, mapping=log, state="synced", written_to=full)

    assert "compared with version 1" in previewed(at_work, row)


# --- The four verbs ------------------------------------------------------------------------------


def test_each_verb_counts_before_anything_is_done(at_work):
    make_job(**FAILED, created_at=NOW)
    make_action()

    text = at_work.get(reverse("plays:recovery"), headers=EN).text

    assert "<b>1</b> failed" in text
    assert reverse("plays:recover_missing") in text
    # A million actions are gone through for it: on a page of its own, which a person asks for.
    assert "<b>3 jobs</b>" in flat(at_work.get(reverse("plays:recover_missing"), headers=EN).text)
    assert "Only an admin can do this." in text


def test_what_failed_since_a_time_is_counted_asked_for_and_recovered(at_work):
    old = make_job(**FAILED | {"settled_at": NOW - timedelta(days=2)})
    new = make_job(**FAILED)
    address = reverse("plays:recover_since") + "?since=2026-11-23T14:05"

    asked = at_work.get(address, headers=EN).text
    assert "<b>1 job</b>" in flat(asked)
    assert "2026-11-23 14:05" in asked
    done = at_work.post(address, {"reason": "outage is over"}, follow=True, headers=EN)

    assert "1 edit is on its way." in done.text
    assert (only(old).get().state, only(new).get().state) == ("failed", "pending")
    assert AuditEntry.objects.get().reason == "outage is over"


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-40T99:99"])
def test_a_time_that_is_none_changes_nothing(at_work, since):
    job = make_job(**FAILED)

    response = at_work.post(
        reverse("plays:recover_since") + f"?since={since}", follow=True, headers=EN
    )

    assert "That is no date and time." in response.text
    assert only(job).get().state == "failed"


def test_what_is_missing_is_sent_after_a_question(at_work):
    action = make_action()
    address = reverse("plays:recover_missing")

    assert "<b>2 jobs</b>" in flat(at_work.get(address, headers=EN).text)
    assert not SyncJob.objects.exists()
    at_work.post(address)

    assert set(SyncJob.objects.values_list("key", flat=True)) == {action.log_id}
    assert AuditEntry.objects.get().verb == "send_missing"


def test_everything_of_a_play_is_sent_again_with_a_reason_by_an_admin(admin_at_work):
    play = make_play(play_id="EXT_A")
    make_action(play=play)
    make_action()
    address = reverse("plays:recover_all") + "?play=EXT_A"

    assert "<b>2 jobs</b>" in flat(admin_at_work.get(address, headers=EN).text)
    assert "Please say why." in admin_at_work.post(address, {"reason": " "}, headers=EN).text
    assert not SyncJob.objects.exists()
    admin_at_work.post(address, {"reason": "page restored"})

    assert set(SyncJob.objects.values_list("play", flat=True)) == {play.pk}
    assert AuditEntry.objects.get().play == play


def test_a_play_that_is_unknown_is_not_taken_for_all(admin_at_work):
    make_action()

    response = admin_at_work.post(reverse("plays:recover_all") + "?play=NOBODY", {"reason": "x"})

    assert response.status_code == 404
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize("page", ["recovery", "recover_missing"])
def test_recovery_costs_the_same_however_much_is_missing(at_work, django_assert_num_queries, page):
    make_action()
    with CaptureQueriesContext(connection) as few:
        at_work.get(reverse(f"plays:{page}"))
    for _ in range(30):
        make_action()

    with django_assert_num_queries(len(few)):
        at_work.get(reverse(f"plays:{page}"))
