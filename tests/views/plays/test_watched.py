"""What machines that watch are told: health, readiness and figures."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from plays.models import Heartbeat, Site
from tests.factories import NOW, make_attempt, make_event, make_job

pytestmark = pytest.mark.django_db


def figures(client, **headers):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    lines = response.text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_the_process_is_up_even_without_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_with_every_migration(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


def test_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder.Migration.objects.filter(app="plays").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "migrations missing"


def test_not_ready_while_the_database_is_away(client):
    def away(*_):
        raise DatabaseError("connection refused")

    with connection.execute_wrapper(away):
        response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"status": "database unreachable"})


@pytest.mark.parametrize(
    ("tokens", "header", "status"),
    [
        (["one", "two"], "Bearer two", 200),
        (["one", "two"], "bearer one", 200),
        (["one"], "Bearer one ", 200),
        (["one"], "Bearer on", 401),
        (["one"], "Bearer ", 401),
        ([], "Bearer ", 401),
        ([""], "Bearer ", 401),
        (["one"], "Basic one", 401),
        (["one"], "Bearer 토큰", 401),
    ],
)
def test_figures_want_a_token_or_a_login(client, settings, tokens, header, status):
    settings.EVENTS_TOKENS = tokens

    response = client.get("/metrics", headers={"Authorization": header.encode().decode("latin-1")})

    assert response.status_code == status


def test_a_refused_program_is_told_what_is_wanted(client):
    response = client.get("/metrics", headers={"Authorization": "Bearer wrong"})

    assert response["WWW-Authenticate"] == "Bearer"
    assert response.content == b"a valid bearer token is needed\n"


def test_figures_count_what_the_tables_hold(client, settings):
    settings.EVENTS_TOKENS = ["t"]
    late = make_job(run_after=NOW - timedelta(minutes=2), last_error="ServerFault")
    make_job(state="failed", settled_at=NOW)
    make_job(state="synced", settled_at=NOW)
    make_event(state="rejected")
    make_attempt(late, outcome="error")
    make_attempt(late, outcome="running")
    Site.objects.update_or_create(pk=1, defaults={"paused_until": NOW + timedelta(minutes=1)})
    Heartbeat.objects.create(worker="one", beat_at=NOW - timedelta(seconds=4))

    with time_machine.travel(NOW, tick=False):
        found = figures(client, Authorization="Bearer t")

    assert found['syncadmin_jobs{stage="retrying"}'] == "1.0"
    assert found['syncadmin_jobs{stage="failed"}'] == "1.0"
    assert found['syncadmin_jobs{stage="canceled"}'] == "0.0"
    assert found["syncadmin_oldest_due_seconds"] == "120.0"
    assert found['syncadmin_events{state="accepted"}'] == "3.0"
    assert found['syncadmin_events{state="rejected"}'] == "1.0"
    assert found["syncadmin_site_paused"] == "1.0"
    assert found["syncadmin_site_stopped"] == "0.0"
    assert found['syncadmin_tries_total{outcome="error"}'] == "1.0"
    assert found["syncadmin_tries_running"] == "1.0"
    assert found["syncadmin_workers"] == "1.0"
    assert found["syncadmin_worker_beat_age_seconds"] == "4.0"


def test_the_time_from_event_to_page_is_told_as_a_histogram_of_today(client, settings):
    settings.EVENTS_TOKENS = ["t"]
    for seconds in (0.5, 4, 4, 90):
        make_job(state="synced", created_at=NOW - timedelta(seconds=seconds), settled_at=NOW)
    yesterday = NOW - timedelta(days=1)
    make_job(state="synced", created_at=yesterday, settled_at=yesterday)

    with time_machine.travel(NOW, tick=False):
        found = figures(client, Authorization="Bearer t")

    name = "syncadmin_event_to_page_seconds"
    assert found[f'{name}_bucket{{le="1.0"}}'] == "1.0"
    assert found[f'{name}_bucket{{le="5.0"}}'] == "3.0"
    assert found[f'{name}_bucket{{le="+Inf"}}'] == "4.0"
    assert found[f"{name}_count"] == "4.0"
    assert found[f"{name}_sum"] == "98.5"


def test_figures_follow_prometheus_text_format(client, pm):
    client.force_login(pm)

    response = client.get("/metrics")

    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.text.endswith("\n")
    names = [line.split()[2] for line in response.text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) == 11
