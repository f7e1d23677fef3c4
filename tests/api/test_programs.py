"""`/api/`: programs read and act, with tokens, cursors, ETags and keys."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from plays.api.urls import api
from plays.models import AnsweredCall, AuditEntry, SyncJob, WeeklySync
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from tests.factories import make_action, make_attempt, make_job, make_play
from tests.trouble import database_is_away

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(settings):
    """A token of each scope, and one of the environment."""
    settings.EVENTS_TOKENS = ["environment"]
    made = {scope.value: make_token(scope.value, [scope], by=None)[1] for scope in Scope}
    return {**made, "environment": "environment"}


@pytest.fixture
def get(client, tokens):
    def ask(address, data=None, *, token="read", **headers):
        given = {"Authorization": f"Bearer {tokens[token]}"} if token else {}
        return client.get(f"/api/{address}", data, headers={**given, **headers})

    return ask


@pytest.fixture
def post(client, tokens):
    def send(address, body=None, *, token="act", key=None):
        headers = {"Authorization": f"Bearer {tokens[token]}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        content = "" if body is None else json.dumps(body)
        return client.post(
            f"/api/{address}", content, content_type="application/json", headers=headers
        )

    return send


def every_page(get, address, **data):
    """All items of a list, by its cursors."""
    items, cursor = [], ""
    while cursor is not None:
        answer = get(address, {**data, **({"cursor": cursor} if cursor else {})}).json()
        items += answer["items"]
        cursor = answer["next_cursor"]
    return items


def test_a_play_is_told_with_the_sum_that_its_status_comes_from(get):
    play = make_play(play_id="EXT_Desk_D01", name="데스크", activity_goal=10, signal_goal=0,
                     brief_goal=0, s2_goal=0)  # fmt: skip
    job = make_job(play=play, state="failed")

    told = get("plays/EXT_Desk").json()

    assert (told["play_id"], told["name"], told["status"]) == ("EXT_Desk_D01", "데스크", "R")
    assert told["status_from"] == "goals"
    assert [(part["name"], part["goal"], part["share"]) for part in told["parts"]] == [
        ("activity", 10, 0.0)
    ]
    assert told["pages"][0]["page_id"] == job.mapping.page.page_id
    assert told["owed"] == {"pending": 0, "unmapped": 0, "retrying": 0, "failed": 1}


def test_lists_go_on_where_they_stopped_whatever_comes_in_between(get):
    for _ in range(5):
        make_action()
    first = get("actions", {"limit": 2}).json()
    make_action()

    rest = every_page(get, "actions", limit=2, cursor=first["next_cursor"])

    ids = [line["log_id"] for line in first["items"] + rest]
    assert len(ids) == len(set(ids)) == 5 + 1 - 1
    assert [line["play_id"] for line in every_page(get, "plays", limit=2)] == sorted(
        line["play_id"] for line in every_page(get, "plays", limit=200)
    )


def test_an_event_is_followed_to_its_pages(get):
    action = make_action()
    job = make_job(action=action, play=action.play, state="synced")
    make_action()

    (line,) = get("actions", {"event_id": action.event.event_id}).json()["items"]

    assert line["log_id"] == action.log_id
    assert line["edits"] == [{"job_id": job.pk, "kind": job.kind, "stage": "synced"}]


def test_actions_are_narrowed_by_play_type_and_time(get):
    action = make_action(action_type="Signal", occurred_at=timezone.now())
    make_action(action_type="Brief", occurred_at=timezone.now() - timedelta(days=9))

    def found(**data):
        return [line["log_id"] for line in get("actions", data).json()["items"]]

    since = (timezone.now() - timedelta(days=1)).isoformat()
    assert found(type="Signal") == found(since=since) == found(play=action.play.play_id)
    assert found(type="Signal") == [action.log_id]
    assert get("actions", {"type": "Party"}).status_code == 422
    assert get("actions", {"play": "nobody"}).status_code == 404


def test_a_job_says_what_failed_and_what_to_do(get):
    job = make_job(state="failed", last_error="PageNotFound", last_message="no page")
    make_attempt(job, outcome="error", http_status=404, error="PageNotFound")
    make_job(state="synced")

    (line,) = get("jobs", {"stage": "failed", "error": "PageNotFound"}).json()["items"]
    detail = get(f"jobs/{job.pk}").json()

    assert line["id"] == job.pk
    assert line["means"]
    assert line["next"]
    assert [(one["http_status"], one["error"]) for one in detail["tries"]] == [
        (404, "PageNotFound")
    ]


def test_a_job_is_tried_again_once_per_key_and_the_audit_trail_says_by_whom(post, get):
    job = make_job(state="failed", last_error="PageNotFound")

    first = post(f"jobs/{job.pk}/retry", key="k1")
    again = post(f"jobs/{job.pk}/retry", key="k1")

    assert (first.status_code, first.json()["retried"]) == (200, True)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert AuditEntry.objects.get(verb="retry").by_name == "act (API)"
    job.refresh_from_db()
    assert job.state == "pending"
    assert post("jobs/retry", {"stage": "failed"}, key="k1").status_code == 422
    assert post("jobs/999/retry", key="k2").status_code == 404
    assert not AnsweredCall.objects.filter(key="k2").exists()


def test_what_is_synced_stays(post):
    job = make_job(state="synced")

    assert post(f"jobs/{job.pk}/retry").json()["retried"] is False


def test_many_jobs_are_tried_again_by_a_filter_that_says_something(post):
    for error in ("PageNotFound", "PageNotFound", "Forbidden"):
        make_job(state="failed", last_error=error)
    wanted = {"error": "PageNotFound"}

    assert post("jobs/retry", {}).status_code == 422
    assert post("jobs/retry", {"eror": "PageNotFound"}).status_code == 422
    assert post("jobs/retry", {**wanted, "dry_run": True}).json() == {
        "retried": 2, "dry_run": True,
    }  # fmt: skip
    assert SyncJob.objects.failed().count() == 3
    assert post("jobs/retry", {**wanted, "reason": "page is back"}).json()["retried"] == 2
    assert AuditEntry.objects.get(verb="retry").reason == "page is back"
    assert SyncJob.objects.failed().count() == 1


def test_a_weekly_run_is_started_once_and_followed(post, get):
    started = post("weekly", {"dry_run": False}, key="w1")

    assert (started.status_code, started.json()["state"]) == (202, "running")
    assert post("weekly", {"dry_run": False}, key="w1").json() == started.json()
    assert post("weekly", {"dry_run": False}, key="w2").status_code == 409
    assert get(f"weekly/{started.json()['id']}").json()["state"] == "running"
    assert WeeklySync.objects.count() == 1


def test_a_dry_run_is_the_default_and_writes_nothing(post, confluence_settings):
    told = post("weekly").json()

    assert (told["dry_run"], told["is_mapped"], told["rows"]) == (True, False, [])
    assert not WeeklySync.objects.exists()


def test_a_closed_site_is_503_and_says_when_to_come_back(post, settings, monkeypatch):
    from plays.sync import weekly

    def waits():
        raise weekly.RunMustWait(weekly.WaitReason.SITE_CLOSED)

    monkeypatch.setattr(weekly, "plan", waits)
    answer = post("weekly")

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("address", ["plays", "actions", "jobs", "status", "openapi.json"])
def test_who_reads_needs_the_scope_or_a_login(client, get, staff, address):
    assert get(address, token=None).status_code == 401
    assert get(address, token="events").status_code == 403
    assert get(address, token="environment").status_code == 200
    client.force_login(staff)
    assert get(address, token=None).status_code == 200


def test_who_acts_needs_the_scope_and_a_login_is_not_enough(client, post, admin_user):
    job = make_job(state="failed")
    client.force_login(admin_user)

    assert post(f"jobs/{job.pk}/retry", token=None).status_code == 401
    assert post(f"jobs/{job.pk}/retry", token="environment").status_code == 403
    assert post(f"jobs/{job.pk}/retry", token="read").status_code == 403
    job.refresh_from_db()
    assert job.state == "failed"


def test_an_answer_that_is_known_already_is_304(get):
    make_play()
    first = get("plays")

    known = get("plays", **{"If-None-Match": first["ETag"]})
    make_play()
    changed = get("plays", **{"If-None-Match": first["ETag"]})

    assert (known.status_code, known.content) == (304, b"")
    assert changed.status_code == 200
    assert "private" in first["Cache-Control"]
    assert "Authorization" in first["Vary"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("plays/nobody", 404),
        ("plays/a%00b", 422),
        ("nothing", 404),
        ("", 404),
        ("jobs/0", 422),
        ("jobs/99999999999999999999", 422),
        ("jobs/7", 404),
        ("jobs?limit=0", 422),
        ("jobs?stage=lost", 422),
        ("jobs?state=failed", 422),
        ("jobs?wanted=failed", 422),
        ("plays?activ=true", 422),
        ("status?since=1", 422),
        ("plays?cursor=x", 422),
        ("plays?cursor=WyJhXHUwMDAwYiJd", 422),
        ("jobs?cursor=Wy0xXQ", 422),
        ("jobs?play=a%00b", 422),
        ("actions?since=yesterday", 422),
        ("actions?since=0001-01-01T00:00:00%2B23:00", 422),
    ],
)
def test_what_cannot_be_meant_is_a_problem_in_words(get, address, status):
    answer = get(address)

    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_method_that_is_not_for_an_address_is_405(post, client):
    answer = post("plays")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in answer["Allow"]


@pytest.mark.django_db(transaction=True)
def test_storage_trouble_is_503_and_the_act_is_made_once_when_it_is_over(tokens, post):
    job = make_job(state="failed")
    with database_is_away():
        answer = post(f"jobs/{job.pk}/retry", key="k1")

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert post(f"jobs/{job.pk}/retry", key="k1").json()["retried"] is True
    assert AuditEntry.objects.filter(verb="retry").count() == 1


def test_the_document_is_openapi_3_1_and_names_every_address(get):
    document = get("openapi.json").json()

    assert document["openapi"].startswith("3.1")
    assert document == json.loads(json.dumps(api.get_openapi_schema()))
    assert set(document["paths"]) == {
        "/api/events", "/api/plays", "/api/plays/{play_id}", "/api/actions", "/api/jobs",
        "/api/jobs/{job_id}", "/api/jobs/{job_id}/retry", "/api/jobs/retry", "/api/weekly",
        "/api/weekly/{run_id}", "/api/status",
    }  # fmt: skip
