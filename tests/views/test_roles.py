"""Who may open and do what: every address, every group, every method."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from plays.models import (
    Acknowledgement,
    AuditEntry,
    Finding,
    PageBatch,
    PageLayout,
    PageLayoutChange,
    PageMappingChange,
    Pause,
    WeeklySync,
)
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from plays.templatetags.navigation import GROUPS
from tests.factories import NOW, make_action, make_job, make_mapping, make_user

pytestmark = pytest.mark.django_db

LOGIN, FORBIDDEN, WRONG_METHOD = "login", 403, 405
ROLES = ("anonymous", "nobody", "PM", "Staff", "Admin", "superuser")

# What a GET and a POST come to, by role in the order of ROLES.
SEEN = ((LOGIN, 403, 200, 200, 200, 200), (LOGIN, 403, 405, 405, 405, 405))
RETRIED = ((LOGIN, 403, 403, 405, 405, 405), (LOGIN, 403, 403, 302, 302, 302))
MAPPED = (SEEN[0], (LOGIN, 403, 403, 403, 302, 302))
UNDONE = ((LOGIN, 403, 403, 403, 405, 405), MAPPED[1])
UPLOADED = ((LOGIN, 403, 403, 403, 200, 200), (LOGIN, 403, 403, 403, 200, 200))
MADE = ((LOGIN, 403, 403, 403, 405, 405), (LOGIN, 403, 403, 403, 302, 302))
EDITED = ((LOGIN, 403, 403, 403, 200, 200), (LOGIN, 403, 403, 403, 200, 200))
ENDED = ((LOGIN, 403, 403, 403, 405, 405), (LOGIN, 403, 403, 403, 302, 302))
RULED = (SEEN[0], (LOGIN, 403, 403, 403, 200, 200))
OWN = ((LOGIN, 403, 405, 405, 405, 405), (LOGIN, 403, 302, 302, 302, 302))
ASKED = ((LOGIN, 403, 403, 200, 200, 200), RETRIED[1])
SENT_BACK = ((LOGIN, 403, 403, 302, 302, 302), RETRIED[1])
OPEN = ((200,) * 6, (405,) * 6)
CHOSEN = ((405,) * 6, (302,) * 6)
TABLE = {
    "dashboard": SEEN,
    "funnel": SEEN,
    "search": SEEN,
    "view_save": OWN,
    "view_forget": OWN,
    "plays": SEEN,
    "plays_csv": SEEN,
    "play": SEEN,
    "report_write": RETRIED,
    "calendar": SEEN,
    "calendar_key": OWN,
    "calendar_ics": ((LOGIN, LOGIN, 200, 200, 200, 200), (405,) * 6),
    "acknowledge": (ASKED[0], ASKED[0]),
    "acknowledge_end": RETRIED,
    "act": SEEN,
    "play_word": OWN,
    "rules": RULED,
    "targets": RULED,
    "me": SEEN,
    "me_names": OWN,
    "digest": SEEN,
    "play_add": EDITED,
    "play_edit": EDITED,
    "play_status": EDITED,
    "play_status_end": ENDED,
    "jobs": SEEN,
    "job": SEEN,
    "job_retry": RETRIED,
    "site_try_now": RETRIED,
    "job_preview": SEEN,
    "jobs_retry": ASKED,
    "jobs_cancel": ASKED,
    "jobs_csv": SEEN,
    "recovery": (ASKED[0], RETRIED[1][:3] + (405,) * 3),
    "reconcile": (ASKED[0], RETRIED[1][:3] + (405,) * 3),
    "reconcile_look": (ASKED[0], RETRIED[1][:3] + (405,) * 3),
    "reconcile_act": ENDED,
    "reconcile_done": (ASKED[0], RETRIED[1][:3] + (405,) * 3),
    "recover_since": SENT_BACK,
    "recover_missing": ASKED,
    "recover_all": UPLOADED,
    "events": SEEN,
    "events_csv": SEEN,
    "events_accept": RETRIED,
    "event": SEEN,
    "event_accept": RETRIED,
    "mappings": SEEN,
    "mapping": MAPPED,
    "play_mapping": MAPPED,
    "mapping_history": SEEN,
    "mapping_undo": UNDONE,
    "mapping_csv": SEEN,
    "mapping_sheet": UPLOADED,
    "plays_import": UPLOADED,
    "play_db_read": MADE,
    "plays_export": SEEN,
    "pauses": SEEN,
    "pause_begin": RETRIED,
    "pause_end": RETRIED,
    "audit": SEEN,
    "audit_csv": SEEN,
    "todo": SEEN,
    "todo_create": MADE,
    "make_missing": ((LOGIN, 403, 403, 403, 200, 200), (LOGIN, 403, 403, 403, 302, 302)),
    "page_batch": SEEN,
    "columns": ((LOGIN, 403, 302, 302, 302, 302), MAPPED[1]),
    "columns_undo": UNDONE,
    "page_batch_again": MADE,
    "todo_read": RETRIED,
    "todo_read_all": RETRIED,
    "weekly": SEEN,
    "weekly_result": SEEN,
    "weekly_run": RETRIED,
    "weekly_schedule": (ENDED[0], (LOGIN, 403, 403, 403, 400, 400)),
    "weekly_answer": (RETRIED[0], RETRIED[1][:3] + (400,) * 3),
    "weekly_plan": (RETRIED[0][:3] + (200,) * 3, RETRIED[0]),
    "status": SEEN,
    "test_alert": UNDONE,
    "status_checks": (RETRIED[0][:3] + (200,) * 3, RETRIED[0]),
    "metrics": (SEEN[0], (405,) * 6),
    "healthz": OPEN,
    "readyz": OPEN,
    "me_mails": ((LOGIN, 403, 405, 405, 405, 405), (LOGIN, 403, 302, 302, 302, 302)),
    "password": ((LOGIN, *(200,) * 5), (LOGIN, *(200,) * 5)),
    "log_out_everywhere": ((LOGIN, *(405,) * 5), (LOGIN, *(302,) * 5)),
    "setup": (UPLOADED[0], (LOGIN, 403, 403, 403, 405, 405)),
    "setup_look": (UPLOADED[0], (LOGIN, 403, 403, 403, 405, 405)),
    "access": (UPLOADED[0], (LOGIN, 403, 403, 403, 405, 405)),
    "token_make": (ENDED[0], UPLOADED[1]),
    "token_revoke": UNDONE,
    "let_in": UNDONE,
    "sso": ((404,) * 6, (405,) * 6),
    "sso_done": ((404,) * 6, (405,) * 6),
    "theme": CHOSEN,
    "language": ((302,) * 6, (302,) * 6),
    "login": ((200, 302, 302, 302, 302, 302), (200, 302, 302, 302, 302, 302)),
    "logout": ((405,) * 6, (302,) * 6),
}
NO_SCREENS = (
    *("plays_csv", "jobs_csv", "events_csv", "mapping_csv", "audit_csv", "plays_export"),
    *("metrics", "healthz", "readyz", "calendar_ics"),
)


@pytest.fixture
def rows():
    job = make_job(state="failed", settled_at=NOW, last_error="PageNotFound")
    change = PageMappingChange.objects.create(mapping=job.mapping, at=NOW)
    layout = PageLayout.objects.create(mapping=make_mapping("play_db"))
    layout_change = PageLayoutChange.objects.create(layout=layout, at=NOW)
    batch = PageBatch.objects.create(part="live_doc", total=1, started_at=NOW)
    run = WeeklySync.objects.create(slot=NOW, state="done", started_at=NOW)
    finding = Finding.objects.create(weekly=run, kind="changed", page=job.mapping.page)
    ack = Acknowledgement.objects.create(
        subject="cause", reason="x", by_name="x", at=NOW, until=NOW
    )
    entry = AuditEntry.objects.create(verb="retry", by_name="x", at=NOW, count=1)
    return {
        "acknowledge": ["cause", job.pk],
        "acknowledge_end": [ack.pk],
        "act": [entry.pk],
        "play": [job.play.play_id],
        "play_word": [job.play.play_id],
        "play_edit": [job.play.play_id],
        "play_status": [job.play.play_id],
        "play_status_end": [job.play.play_id],
        "job": [job.pk],
        "job_retry": [job.pk],
        "job_preview": [job.pk],
        "event": [job.action.event_id],
        "event_accept": [job.action.event_id],
        "todo_create": [job.play.play_id],
        "todo_read": [job.play.play_id],
        "columns": ["play_db"],
        "columns_undo": [layout_change.pk],
        "make_missing": ["live_doc"],
        "page_batch": [batch.pk],
        "page_batch_again": [batch.pk],
        "mapping": ["play_db"],
        "play_mapping": ["live_doc", job.play.play_id],
        "mapping_undo": [change.pk],
        "weekly_result": [run.pk],
        "reconcile_done": [AuditEntry.objects.create(at=NOW, verb="reconcile").pk],
        "weekly_answer": [finding.pk],
        "token_revoke": [make_token("t", [Scope.READ], by=None)[0].pk],
        "view_forget": [1],
        "pause_end": [Pause.objects.create(scope="all", reason="x", at=NOW).pk],
    }


@pytest.fixture
def people():
    """Somebody of each role; nobody for "anonymous"."""
    groups = {"PM", "Staff", "Admin"}
    return {
        role: make_user(*groups & {role}, is_superuser=role == "superuser") for role in ROLES[1:]
    }


@pytest.mark.parametrize("name", TABLE)
def test_each_address_lets_in_whom_it_should(rows, people, name):
    address = reverse(f"plays:{name}", args=rows.get(name, []))

    answers = tuple(
        tuple(
            answer_to(method, address, people.get(role), expected)
            for role, expected in zip(ROLES, row, strict=True)
        )
        for method, row in zip(("GET", "POST"), TABLE[name], strict=True)
    )

    assert answers == TABLE[name]


def answer_to(method, address, person, expected):
    """The status of an answer, or LOGIN where it should lead there; then all is as before it."""
    before = transaction.savepoint()
    client = Client()
    if person:
        client.force_login(person)
    response = client.generic(method, address)
    transaction.savepoint_rollback(before)
    cache.clear()
    if expected == LOGIN and response.status_code == 302:
        return LOGIN if response.url.startswith(reverse("plays:login")) else response.url
    return response.status_code


def test_the_table_leaves_out_no_address():
    (ours,) = (r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "plays")
    names = {pattern.name for pattern in ours.url_patterns if getattr(pattern, "name", None)}

    assert names == set(TABLE)


def test_after_the_login_people_are_where_they_wanted_to_be(client):
    make_user("PM", username="kim", password="secret")

    asked = client.get("/jobs/?state=failed")
    shown = client.get(asked.url)
    response = client.post(
        asked.url,
        {"username": "kim", "password": "secret", "next": shown.context["next"]},
    )

    assert response.url == "/jobs/?state=failed"


def test_a_session_that_ended_sends_the_whole_page_to_the_login(client):
    response = client.get(
        "/jobs/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?q=x"},
    )

    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/login/?next=/jobs/%3Fq%3Dx"


def test_a_stranger_learns_nothing_from_what_is_missing(client):
    assert client.get("/jobs/4711/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/plays/NOT_A_PLAY/", "/jobs/99999999999999999999/"]
)
def test_what_is_not_there_is_said_in_the_design(client, pm, address):
    client.force_login(pm)

    response = client.get(address, headers={"Accept-Language": "ko"})

    assert response.status_code == 404
    assert "찾을 수 없습니다" in response.text
    assert "app.css" in response.text


def test_a_refusal_says_why(client, pm):
    job = make_job(action=make_action())
    client.force_login(pm)

    response = client.post(
        reverse("plays:job_retry", args=[job.pk]), headers={"Accept-Language": "en"}
    )

    assert "Your group may not do this." in response.text


SCREENS = [name for name, (read, _) in TABLE.items() if read[-1] == 200 and name not in NO_SCREENS]


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_lies_below_one_entry_of_the_navigation(client, rows, admin_user, name):
    client.force_login(admin_user)

    page = client.get(reverse(f"plays:{name}", args=rows.get(name, []))).text

    assert page.partition("</nav>")[0].count('aria-current="page"') == 1


def test_the_navigation_names_only_addresses_that_are_there():
    places = [place for group in GROUPS for place in group.places]
    assert {name for place in places for name in place.screens} <= set(TABLE)
