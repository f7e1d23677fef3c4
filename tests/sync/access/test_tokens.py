"""API tokens: shown once, kept as a hash, each may only what it was made for, and they end."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from plays.models import ApiToken, AuditEntry
from plays.models.api_token import Scope
from plays.sync.access.tokens import TokenRefused, make_token, revoke_token
from plays.tokens import caller_of

pytestmark = pytest.mark.django_db
ALL = tuple(Scope)


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


def test_a_token_lets_in_for_what_it_was_made_and_is_audited(admin_user):
    token, text = make_token(" portal\n", [Scope.READ, Scope.EVENTS], by=admin_user)

    caller = caller_of(text)
    entry = AuditEntry.objects.get()

    assert (caller.name, caller.scopes) == ("portal", {Scope.EVENTS, Scope.READ})
    assert (entry.verb, entry.target, entry.by) == ("make_token", "portal", admin_user)
    assert text.endswith(token.tail)


def test_nothing_in_the_database_holds_the_token(admin_user):
    _, text = make_token("portal", ALL, by=admin_user)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM plays_apitoken")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT * FROM plays_auditentry")
        rows += str(cursor.fetchall())

    assert text not in rows
    assert text.removeprefix("sync_")[:10] not in rows


@pytest.mark.parametrize("text", ["", None, "sync_", "other", "토큰"])
def test_what_is_no_token_lets_nobody_in(text):
    assert caller_of(text) is None


def test_a_token_of_the_environment_may_send_and_read(settings):
    settings.EVENTS_TOKENS = ["one", "토큰"]

    for text in settings.EVENTS_TOKENS:
        assert caller_of(text).scopes == {Scope.EVENTS, Scope.READ}


def test_a_token_ends_at_its_time():
    _, text = make_token("t", ALL, by=None, expires_at=timezone.now() + timedelta(hours=1))

    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert caller_of(text)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert caller_of(text) is None


def test_a_revoked_token_is_worth_nothing_at_once_and_its_name_is_free():
    token, text = make_token("t", ALL, by=None)

    assert revoke_token(token, by=None, reason="leaked")
    assert not revoke_token(token, by=None)

    assert caller_of(text) is None
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["revoke_token", "make_token"]
    make_token("t", ALL, by=None)


def test_that_a_token_was_used_is_noted_once_a_minute(django_assert_num_queries):
    token, text = make_token("t", ALL, by=None)

    with django_assert_num_queries(2):
        caller_of(text)
    with django_assert_num_queries(1):
        caller_of(text)
    first = ApiToken.objects.get(pk=token.pk).used_at
    with time_machine.travel(first + timedelta(minutes=1)):
        caller_of(text)

    assert ApiToken.objects.get(pk=token.pk).used_at > first


@pytest.mark.parametrize(
    ("name", "scopes", "hours"),
    [("", ALL, 1), ("   ", ALL, 1), ("x" * 101, ALL, 1), ("t", (), 1), ("t", ALL, -1)],
)
def test_a_token_that_makes_no_sense_is_refused(name, scopes, hours):
    with pytest.raises(TokenRefused):
        make_token(name, scopes, by=None, expires_at=timezone.now() + timedelta(hours=hours))

    assert not ApiToken.objects.exists()


def test_two_tokens_in_force_never_share_a_name():
    make_token("t", ALL, by=None)

    with pytest.raises(TokenRefused, match="“t”"):
        make_token("t", ALL, by=None)


@pytest.mark.parametrize(
    ("method", "address", "needed"),
    [
        ("post", "/api/events", "events"),
        ("get", "/api/status", "read"),
        ("get", "/metrics", "read"),
    ],
)
def test_each_address_asks_for_its_scope(client, method, address, needed):
    for scope in Scope:
        _, text = make_token(scope.value, [scope], by=None)

        answer = getattr(client, method)(address, headers=bearer(text))

        assert (answer.status_code == 403) == (scope != needed)
        if scope != needed:
            assert "insufficient_scope" in answer["WWW-Authenticate"]
            assert needed in answer.text


def test_the_command_makes_tells_and_revokes(capsys):
    call_command("token", "portal", "--scope", "events, read", "--expires", "2099-12-31")
    text = capsys.readouterr().out.strip()

    assert caller_of(text).scopes == {Scope.EVENTS, Scope.READ}

    call_command("token", "--list")
    told = capsys.readouterr().out
    call_command("token", "--revoke", "portal")

    assert told.startswith(
        f"portal  …{text[-4:]}  events,read  usable, ends 2100-01-01 00:00, used"
    )
    assert text not in told
    assert caller_of(text) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name it"),
        (["portal"], "name it"),
        (["portal", "--scope", "events,all"], "all: scopes are events, read, act"),
        (["portal", "--scope", ""], "nothing: scopes are"),
        (["portal", "--scope", "read", "--expires", "soon"], "no day"),
        (["portal", "--scope", "read", "--expires", "2020-01-01"], "in the future"),
        (["--revoke", "portal"], "no token 'portal'"),
    ],
)
def test_the_command_says_what_it_cannot_do(arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("token", *arguments)
