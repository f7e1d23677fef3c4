"""What people send by hand-made forms is cleaned before it reaches the database."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from plays.models import AuditEntry
from plays.views.common.posted import LONGEST_REASON, picked_ids, posted_reason
from plays.views.common.tabs import tabs
from tests.factories import make_job, make_play

NUL = " a\0b\n c "


@pytest.fixture
def as_admin(client, admin_user):
    client.force_login(admin_user)
    return client


def posted(**values):
    return RequestFactory().post("/", values)


@pytest.mark.parametrize(
    ("sent", "reason"), [(NUL, "a b c"), ("\0", ""), ("\ud800x", "x"), ("x" * 600, "x" * 500)]
)
def test_a_reason_is_one_line_without_control_characters(sent, reason):
    request = posted()
    request.POST = {"reason": sent}

    assert posted_reason(request) == reason
    assert len(reason) <= LONGEST_REASON


def test_what_is_no_primary_key_is_not_picked():
    request = posted(job=["7", "-1", "x", "", "1" * 19, "٣", "7.0", "8"])

    assert picked_ids(request, "job") == [7, 8]
    assert picked_ids(request, "event") == []


def test_the_whole_list_is_current_where_the_address_names_no_tab():
    labels, counts = {"": "All", "failed": "Failed"}, {"": 5, "failed": 2}

    found = tabs(labels, counts, "nonsense", alarms=["failed"])

    assert [(t.name, t.count, t.is_current, t.is_alarm) for t in found] == [
        ("", 5, True, False),
        ("failed", 2, False, True),
    ]


@pytest.mark.parametrize(
    "name",
    ["jobs_cancel", "jobs_retry", "job_retry", "recover_all", "recover_since", "recover_missing"],
)
def test_a_reason_for_jobs_may_hold_what_a_database_cannot(as_admin, name):
    job = make_job(state="failed", settled_at=timezone.now())
    make_job(play=job.play, state="canceled", settled_at=timezone.now())
    address = reverse(f"plays:{name}", args=[job.pk] if name == "job_retry" else [])
    since = f"{timezone.localtime() - timedelta(days=1):%Y-%m-%dT%H:%M}"

    response = as_admin.post(f"{address}?since={since}", {"job": job.pk, "reason": NUL})

    assert response.status_code == 302
    assert AuditEntry.objects.get().reason == "a b c"


def test_a_reason_for_other_acts_may_hold_what_a_database_cannot(as_admin):
    play = make_play(
        override_status="R",
        override_reason="x",
        override_until=timezone.now() + timedelta(days=1),
    )

    for name, args in (
        ("play_status_end", [play.play_id]),
        ("weekly_run", []),
        ("todo_create", [play.play_id]),
        ("make_missing", ["play_todo"]),
    ):
        response = as_admin.post(reverse(f"plays:{name}", args=args), {"reason": NUL})
        assert response.status_code == 302, name

    assert {entry.reason for entry in AuditEntry.objects.all()} == {"a b c"}


def test_a_play_whose_name_no_database_can_hold_is_not_found(as_admin):
    address = reverse("plays:recover_all")

    assert as_admin.get(f"{address}?play=no%00body").status_code == 404
