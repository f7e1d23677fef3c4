"""Who comes in: wrong passwords wait, sessions are one's own, admins see to tokens."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plays.models import ApiToken, AuditEntry
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from plays.sync.alerts.conditions import LOGINS, conditions
from plays.sync.alerts.words import words
from plays.tokens import caller_of
from tests.factories import make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db
NEW = "a long new passphrase"


def log_in(client, name, password, **extra):
    form = {"username": name, "password": password}
    return client.post(reverse("plays:login"), form, headers=EN, **extra)


def knock(client, name, times, **extra):
    return [log_in(client, name, "wrong", **extra).status_code for _ in range(times)]


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_the_tenth_wrong_password_closes_the_door_for_a_quarter_of_an_hour(client):
    make_user("PM", username="kim")

    assert knock(client, "kim", 10) == [200] * 9 + [429]
    refused = log_in(client, "kim", "secret")

    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert "too many wrong passwords for “kim” from here. Try again in 15 minutes." in " ".join(
        refused.text.split()
    )
    assert reverse("plays:login") in refused.text
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert log_in(client, "kim", "secret").status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert log_in(client, "kim", "secret").status_code == 302


def test_knocking_on_does_not_make_the_wait_longer(client):
    make_user("PM", username="kim")
    knock(client, "kim", 10)

    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        later = log_in(client, "kim", "wrong")

    assert later["Retry-After"] == "300"
    assert verbs().count("lock_out") == 1
    assert verbs().count("login_failed") == 9


def test_only_that_name_from_that_address_waits(client):
    make_user("PM", username="kim")
    make_user("PM", username="lee")
    knock(client, "kim", 10)

    assert log_in(Client(), "lee", "secret").status_code == 302
    assert log_in(Client(), "kim", "secret", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_another_browser_is_no_way_around_it(client):
    make_user("PM", username="kim")
    for number in range(10):
        log_in(client, "kim", "wrong", HTTP_USER_AGENT=f"browser {number}")

    assert log_in(client, "kim", "secret").status_code == 429


def test_the_right_password_forgets_the_wrong_ones(client):
    make_user("PM", username="kim")
    knock(client, "kim", 9)
    assert log_in(client, "kim", "secret").status_code == 302

    assert knock(Client(), "kim", 9) == [200] * 9


def test_djangos_admin_has_the_same_door(client):
    asked = client.get("/admin/", follow=True)

    assert asked.redirect_chain[-1][0] == "/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_a_wrong_password_is_logged_and_audited_but_never_written_down(client, caplog):
    make_user("PM", username="kim")
    log_in(client, "kim", "my-password-1")
    log_in(client, "my-password-2", "x")

    entry = AuditEntry.objects.get()
    ours = [record for record in caplog.records if record.name == "plays.sync.access.logins"]
    lines = [record.getMessage() for record in ours]

    assert (entry.verb, entry.target, entry.details) == (
        "login_failed",
        "kim",
        {"address": "127.0.0.1"},
    )
    assert lines == [
        "login failed: kim, from 127.0.0.1",
        "login failed: an unknown name, from 127.0.0.1",
    ]


def test_an_admin_sees_who_waits_and_lets_them_in(client, admin_user):
    make_user("PM", username="kim")
    knock(Client(), "kim", 10)
    client.force_login(admin_user)

    shown = client.get(reverse("plays:access"), headers=EN).text
    client.post(reverse("plays:let_in"), {"name": "kim", "address": "127.0.0.1"})

    assert "kim" in shown.partition("Locked out now")[2]
    assert verbs()[-1] == "let_in"
    assert log_in(Client(), "kim", "secret").status_code == 302


def test_a_name_that_is_not_locked_out_is_not_let_in_again(client, admin_user):
    client.force_login(admin_user)

    client.post(reverse("plays:let_in"), {"name": "", "address": ""})

    assert verbs() == []


def test_who_changes_the_password_stays_and_their_other_sessions_end(client, pm):
    elsewhere = Client()
    for browser in (client, elsewhere):
        log_in(browser, "pm", "pm")
    form = {"old_password": "pm", "new_password1": NEW, "new_password2": NEW}

    answer = client.post(reverse("plays:password"), form)

    assert answer.url == reverse("plays:me")
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert verbs() == ["set_password"]
    assert log_in(Client(), "pm", NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"), [("no", NEW, NEW), ("pm", NEW, "other"), ("pm", "12345", "12345")]
)
def test_a_password_is_not_changed_for_who_does_not_know_it(client, pm, old, new, again):
    client.force_login(pm)
    form = {"old_password": old, "new_password1": new, "new_password2": again}

    assert client.post(reverse("plays:password"), form).status_code == 200
    assert User.objects.get(pk=pm.pk).check_password("pm")
    assert verbs() == []


def test_logging_out_everywhere_ends_ones_own_sessions_only(client, pm, staff):
    elsewhere, other = Client(), Client()
    client.force_login(pm)
    elsewhere.force_login(pm)
    other.force_login(staff)

    client.post(reverse("plays:log_out_everywhere"))

    assert [one.get("/").status_code for one in (client, elsewhere, other)] == [302, 302, 200]
    assert AuditEntry.objects.get().count == 2


def test_a_session_ends_a_week_after_the_login(client, pm):
    client.force_login(pm)

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert client.get("/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert client.get("/").status_code == 302


def test_a_token_is_made_shown_once_and_revoked_in_the_browser(client, admin_user):
    client.force_login(admin_user)
    form = {"name": "portal", "scopes": ["events", "read"], "last_day": "2099-12-31"}

    made = client.post(reverse("plays:token_make"), form, headers=EN)
    text = made.context["text"]
    again = client.get(reverse("plays:access"), headers=EN).text
    token = ApiToken.objects.get()
    assert caller_of(text).scopes == {Scope.EVENTS, Scope.READ}
    client.post(reverse("plays:token_revoke", args=[token.pk]), {"reason": "leaked"})

    assert text in made.text
    assert "no-store" in made["Cache-Control"]
    assert text not in again
    assert f"…{token.tail}" in again
    assert token.expires_at.isoformat() == "2099-12-31T15:00:00+00:00"
    assert caller_of(text) is None
    assert verbs() == ["make_token", "revoke_token"]


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "scopes": ["read"]},
        {"name": "t"},
        {"name": "t", "scopes": ["all"]},
        {"name": "t\0", "scopes": ["read"]},
        {"name": "t", "scopes": ["read"], "last_day": "2020-01-01"},
        {"name": "t", "scopes": ["read"], "last_day": "9999-12-31"},
        {"name": "old", "scopes": ["read"]},
    ],
)
def test_a_token_that_cannot_be_made_is_told_with_the_form(client, admin_user, form):
    make_token("old", [Scope.READ], by=None)
    client.force_login(admin_user)

    answer = client.post(reverse("plays:token_make"), form, headers=EN)

    assert answer.status_code == 200
    assert "errorlist" in answer.text
    assert ApiToken.objects.count() == 1


def test_what_an_admin_changes_of_people_is_audited(client, admin_user):
    client.force_login(admin_user)
    group = Group.objects.get_or_create(name="PM")[0]
    client.post(
        reverse("admin:auth_user_add"),
        {"username": "kim", "usable_password": "true", "password1": NEW, "password2": NEW},
    )
    kim = User.objects.get(username="kim")
    dates = {"date_joined_0": "2026-11-23", "date_joined_1": "09:00"}
    fields = {"username": "kim", "is_active": "on", "groups": [group.pk], **dates}

    client.post(reverse("admin:auth_user_change", args=[kim.pk]), fields)
    client.post(
        reverse("admin:auth_user_password_change", args=[kim.pk]),
        {"usable_password": "true", "password1": "another " + NEW, "password2": "another " + NEW},
    )
    client.post(reverse("admin:auth_user_delete", args=[kim.pk]), {"post": "yes"})

    assert verbs() == ["add_user", "edit_user", "set_password", "delete_user"]
    edited = AuditEntry.objects.get(verb="edit_user")
    assert (edited.by, edited.target, edited.details) == (
        admin_user,
        "kim",
        {"groups": ["", "PM"]},
    )
    told = client.get(reverse("plays:audit"), headers=EN).text
    assert NEW not in told


def test_an_admin_without_djangos_own_mark_enters_djangos_admin(client):
    client.force_login(make_user("Admin"))

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 200


def test_what_was_seen_logged_in_stays_in_no_cache(client, pm):
    client.force_login(pm)

    for name in ("dashboard", "jobs_csv", "me"):
        assert "no-store" in client.get(reverse(f"plays:{name}"))["Cache-Control"]


def test_no_page_may_ask_for_camera_or_place(client):
    policy = client.get(reverse("plays:login"))["Permissions-Policy"]

    assert "camera=()" in policy
    assert "geolocation=()" in policy


def test_who_is_locked_out_is_told_to_whom_it_concerns(client):
    make_user("PM", username="kim")
    knock(client, "kim", 10)
    knock(client, "my-password", 10)

    (told,) = [one for one in conditions(timezone.now()) if one.rule == LOGINS]

    assert (told.count, told.facts) == (2, {"names": "kim", "addresses": "127.0.0.1"})
    assert "kim" in words(told.rule, told.count, told.facts).what
    assert not [
        one for one in conditions(timezone.now() + timedelta(hours=1)) if one.rule == LOGINS
    ]
