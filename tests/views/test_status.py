"""`/status/`, `/api/status` and the banner: a dead worker, the pace and every check are seen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from plays.models import DatabaseSize, Heartbeat, RowCount, Site, SyncJob
from plays.models.job import Stage
from plays.sync.status.pace import pace
from plays.sync.status.system import note_size
from plays.templatetags.screens import exact
from plays.templatetags.status import with_links
from tests.conftest import SANDBOX_EMAIL, SANDBOX_TOKEN
from tests.factories import NOW, make_attempt, make_job, make_mapping, make_page, make_play
from tests.views.conftest import EN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def worker():
    return Heartbeat.objects.create(worker="host-1", beat_at=NOW - timedelta(seconds=4))


SCREENS = ("/", "/plays/", "/jobs/", "/events/", "/weekly/", "/mappings/", "/todo/", "/status/")


@pytest.mark.parametrize("address", SCREENS)
def test_a_worker_that_has_not_answered_for_a_minute_is_told_on_every_screen(
    client, pm, worker, address
):
    client.force_login(pm)
    make_job()

    worker.beat_at = NOW - timedelta(seconds=60)
    worker.save()
    assert "No worker is at work" not in client.get(address, headers=EN).text

    worker.beat_at = NOW - timedelta(seconds=61)
    worker.save()
    text = client.get(address, headers=EN).text
    assert "No worker is at work: nothing is written to Confluence." in text
    assert "1 edit waits; nothing is lost." in text
    assert "2026-11-23 (Mon) 14:03:59" in text


def test_who_never_started_a_worker_is_told_too(client, pm):
    client.force_login(pm)

    assert "There never was one." in client.get("/", headers=EN).text
    assert "동작 중인 워커가 없어" in client.get("/").text


def test_tile_and_banner_tell_one_last_sign_of_life(client, pm, worker):
    client.force_login(pm)
    Heartbeat.objects.update(beat_at=NOW - timedelta(seconds=90))
    Heartbeat.objects.create(worker="schedule:sweep", beat_at=NOW - timedelta(seconds=79))

    text = client.get("/status/", headers=EN).text

    with translation.override("en"):
        told = exact(NOW - timedelta(seconds=79))
    banner, _, rest = text.partition('<ul class="tiles">')
    assert told in banner
    assert told in rest.partition("</ul>")[0]


def test_while_one_is_at_work_the_tile_tells_what_the_table_tells_of_it(client, pm, worker):
    client.force_login(pm)
    Heartbeat.objects.create(worker="schedule:sweep", beat_at=NOW)

    text = client.get("/status/", headers=EN).text

    with translation.override("en"):
        assert text.partition('id="system"')[2].count(exact(worker.beat_at)) == 2
        assert exact(NOW) not in text.partition('id="system"')[2].partition("</ul>")[0]


def test_tile_and_banner_tell_one_pause(client, staff, worker):
    client.force_login(staff)
    until = NOW + timedelta(minutes=5)
    Site.current()
    Site.objects.update(paused_until=until, error="RateLimited", message="slow down")

    text = client.get("/status/", headers=EN).text

    assert "paused" in text.partition('<span class="tile-label">Confluence</span>')[2][:200]
    with translation.override("en"):
        told = exact(until)
    assert told in text.partition("Paused until")[2][:200]


def test_the_status_names_workers_queue_and_what_is_late(client, staff, worker):
    client.force_login(staff)
    late = make_job(run_after=NOW - timedelta(minutes=9))
    make_attempt(late, outcome="error", http_status=429, started_at=NOW - timedelta(hours=1))
    make_attempt(late, outcome="error", http_status=429, started_at=NOW - timedelta(days=2))

    text = client.get("/status/", headers=EN).text
    told = client.get("/api/status").json()

    assert "host-1" in text
    assert "Edits that are overdue: 1" in text
    assert told["worker_at_work"] is True
    assert told["queue"]["oldest_due_seconds"] == 540
    assert told["confluence"]["rate_limited_24h"] == 1
    assert {one["name"] for one in told["schedules"]} >= {"sweep", "weekly sync"}


def test_every_check_is_in_the_readers_language_with_what_to_do(client, pm):
    client.force_login(pm)

    english, korean = client.get("/status/", headers=EN).text, client.get("/status/").text

    assert "No worker is at work" in english
    assert "Start manage.py worker, and keep it running" in english
    assert "manage.py worker를" in korean
    assert "Start manage.py" not in korean


def test_a_page_that_was_found_missing_is_among_the_checks(client, pm, worker):
    client.force_login(pm)
    page = make_page(state="missing", state_reason="No page with id 7")
    make_mapping("live_doc", play=make_play(), page=page)

    assert "missing: No page with id 7" in client.get("/status/", headers=EN).text


def test_the_pace_is_told_by_hour_and_by_day():
    for wait, ago in ((1, 0), (3, 0), (50, 0), (7, 60), (9, 60 * 24 * 3)):
        settled = NOW - timedelta(minutes=ago)
        make_job(state="synced", created_at=settled - timedelta(seconds=wait), settled_at=settled)
    make_job(state="failed", created_at=NOW - timedelta(hours=1), settled_at=NOW)

    found = pace(NOW)

    assert (found.hours[-1].written, found.hours[-1].p50, found.hours[-1].p95) == (3, 3, 50)
    assert (found.hours[-2].written, found.hours[-3].written) == (1, 0)
    assert found.hours[-3].p50 is None
    assert (found.days[-1].written, found.days[-4].written, found.days[-4].p95) == (4, 1, 9)
    assert (len(found.hours), len(found.days)) == (24, 14)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "Asia/Seoul"])
def test_the_pace_leaves_nothing_out_in_any_zone(settings, zone):
    settings.TIME_ZONE = zone
    for minutes in range(0, 600, 45):
        make_job(state="synced", created_at=NOW, settled_at=NOW - timedelta(minutes=minutes))

    assert sum(span.written for span in pace(NOW).hours) == 14


def test_the_database_grows_by_what_its_sizes_say(client, staff):
    client.force_login(staff)
    assert client.get("/api/status").json()["database"]["bytes_per_day"] is None

    note_size(NOW)
    note_size(NOW)
    assert DatabaseSize.objects.count() == 1
    size = DatabaseSize.objects.get().size
    DatabaseSize.objects.create(day=NOW.date() - timedelta(days=10), size=size - 10_000)

    grown = client.get("/api/status").json()["database"]
    assert grown["bytes_per_day"] == (grown["bytes"] - size + 10_000) // 10


def test_all_jobs_are_told_whatever_was_counted_before():
    def noted(day):
        note_size(NOW + timedelta(days=day))
        return RowCount.objects.get(table=SyncJob._meta.db_table)

    make_job(state="synced")
    assert noted(0).count == 0, "who writes now may have an earlier row"
    make_job(state="synced")
    assert noted(1).count == 1
    make_job(state="synced")
    make_job(state="pending")
    with CaptureQueriesContext(connection) as queries:
        counts = SyncJob.stage_counts()
    assert (counts[Stage.SYNCED], counts[Stage.PENDING]) == (3, 1)
    assert len(queries) == 3

    RowCount.objects.update(count=17)
    assert noted(2).count == 2, "each count is made of the rows"
    assert SyncJob.stage_counts()[Stage.SYNCED] == 3


def test_the_api_wants_a_token_or_a_login(client, settings):
    settings.EVENTS_TOKENS = ["t"]

    assert client.get("/api/status").status_code == 401
    assert client.get("/api/status", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/api/status", headers={"Authorization": "Bearer t"}).status_code == 200
    assert client.post("/api/status").status_code == 405


def test_the_status_costs_the_same_however_much_there_is(
    client, pm, worker, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(pm)
    make_job()
    client.get("/status/")
    with django_assert_max_num_queries(60) as few:
        client.get("/status/")
    for number in range(30):
        make_job(state="synced", created_at=NOW, settled_at=NOW - timedelta(hours=number))
        make_mapping("live_doc", play=make_play(), page=make_page())
        Heartbeat.objects.create(worker=f"w{number}", beat_at=NOW)

    with django_assert_num_queries(len(few)):
        client.get("/status/")


def test_confluence_is_asked_about_every_page_when_staff_say_so(client, staff, sandbox, settings):
    settings.CONFLUENCE_URL, settings.CONFLUENCE_EMAIL = sandbox.url, SANDBOX_EMAIL
    settings.CONFLUENCE_API_TOKEN = SANDBOX_TOKEN
    client.force_login(staff)
    page = make_page(page_id=sandbox.add_page("VoC", "<p>안내</p>"))
    make_mapping("live_doc", play=make_play(), page=page)
    sandbox.reset_calls()

    client.get("/status/")
    assert len(sandbox.calls) == 0
    text = client.get("/status/checks/", headers=EN).text

    assert len(sandbox.calls) == 3
    assert "Confluence and every mapped page were asked" in text
    assert "Confluence answers, and knows us as" in text
    assert "1 of 1 mapped pages can play their parts." in text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Map one on /mappings/.", 'Map one on <a href="/mappings/">/mappings/</a>.'),
        ("/weekly/: <b>", '<a href="/weekly/">/weekly/</a>: &lt;b&gt;'),
        ("At /jobs/?state=failed.", 'At <a href="/jobs/?state=failed">/jobs/?state=failed</a>.'),
        ("/jobs/?state=failed에서", '<a href="/jobs/?state=failed">/jobs/?state=failed</a>에서'),
        ("/status/에서", '<a href="/status/">/status/</a>에서'),
        ("register /login/sso/done/ there", "register /login/sso/done/ there"),
        ("as at /mappings/12/", "as at /mappings/12/"),
        ("see https://a.example/jobs/ or /etc/ssl/", "see https://a.example/jobs/ or /etc/ssl/"),
    ],
)
def test_what_to_do_links_the_screens_that_it_names(words, shown):
    assert with_links(words) == shown
