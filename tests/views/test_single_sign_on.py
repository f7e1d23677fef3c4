"""Single sign-on against a real OpenID provider, a process of its own that this file starts."""

import json
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from plays.models import AuditEntry, Identity
from plays.sync.doctor.findings import Level
from plays.sync.doctor.first_steps import Key, first_steps, looked_up_steps
from plays.sync.doctor.single_sign_on import look_at_single_sign_on
from plays.sync.setup import make_groups
from tests.factories import make_user
from tests.views.conftest import EN

PEOPLE = [
    {
        "sub": "kim",
        "preferred_username": "kim.cs",
        "given_name": "철수",
        "family_name": "김",
        "email": "kim@example.com",
        "email_verified": True,
        "groups": ["sync-staff", "everybody"],
    },
    {
        "sub": "lee",
        "preferred_username": "admin",
        "email": "admin@example.com",
        "groups": "everybody",
    },
    {"sub": "park"},
]
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("provider")]


@pytest.fixture(scope="module")
def provider():
    """The provider's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "-r", *people]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if "Uvicorn running" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def known(provider, settings):
    """Settings with which the provider knows us, as its registration gave them out."""
    places = ("http://testserver", "http://sync.example", "https://sync.example")
    body = {"redirect_uris": [f"{place}/login/sso/done/" for place in places]}
    answer = requests.post(f"{provider}/oauth2/clients", json=body, timeout=20).json()
    settings.OIDC_ISSUER = provider
    settings.OIDC_CLIENT_ID = answer["client_id"]
    settings.OIDC_CLIENT_SECRET = answer["client_secret"]
    settings.OIDC_GROUP_MAP = ["everybody=PM", "sync-staff=Staff"]
    make_groups()
    return settings


def go(client, **answer):
    """To the provider, and with its answer to our door; (address there, address back)."""
    there = client.get(reverse("plays:sso"), {"next": "/jobs/?state=failed"}).url
    back = requests.post(there, data=answer, allow_redirects=False, timeout=20)
    return there, back.headers["Location"].removeprefix("http://testserver")


def sign_on(client, name):
    return client.get(go(client, sub=name)[1], headers=EN)


def test_who_is_new_becomes_a_user_in_the_groups_that_the_provider_names(client, known):
    answer = sign_on(client, "kim")

    person = User.objects.get()
    assert answer.url == "/jobs/?state=failed"
    assert client.get(answer.url).status_code == 200
    assert (person.username, person.email, person.get_full_name()) == (
        "kim.cs",
        "kim@example.com",
        "철수 김",
    )
    assert {group.name for group in person.groups.all()} == {"PM", "Staff"}
    assert not person.has_usable_password()
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by_name, entry.target) == ("add_user", "single sign-on", "kim.cs")


def test_the_same_person_is_the_same_user_however_they_are_called(client, known):
    sign_on(client, "kim")
    User.objects.update(username="renamed", email="")
    client.logout()

    sign_on(client, "kim")

    assert User.objects.get().username == "renamed"


def test_groups_follow_the_provider_at_each_login(client, known):
    sign_on(client, "kim")
    client.logout()
    known.OIDC_GROUP_MAP = ["everybody=PM"]

    sign_on(client, "kim")

    assert {group.name for group in User.objects.get().groups.all()} == {"PM"}
    assert AuditEntry.objects.first().details == {"groups": ["PM, Staff", "PM"]}


def test_without_a_map_admins_put_people_into_groups(client, known):
    known.OIDC_GROUP_MAP = []
    answer = sign_on(client, "park")

    assert User.objects.get().username == "park"
    assert "You are in no group yet" in client.get(answer.url, headers=EN).text


def test_a_verified_mail_address_finds_the_user_who_was_there_before(client, known):
    before = make_user("PM", username="old", email="Kim@example.com")

    sign_on(client, "kim")

    assert Identity.objects.get().user == before
    assert User.objects.count() == 1


@pytest.mark.parametrize("mark", ["is_superuser", "is_not_verified"])
def test_nobody_becomes_somebody_else_by_a_name_or_an_unverified_address(client, known, mark):
    root = make_user(
        username="admin", email="kim@example.com" if mark == "is_superuser" else "admin@example.com"
    )
    User.objects.filter(pk=root.pk).update(is_superuser=mark == "is_superuser")

    sign_on(client, "kim" if mark == "is_superuser" else "lee")

    made = Identity.objects.get().user
    assert made != root
    assert made.username in ("kim.cs", "admin-2")


def test_who_may_not_come_in_any_more_does_not(client, known):
    sign_on(client, "kim")
    User.objects.update(is_active=False)
    client.logout()

    answer = sign_on(client, "kim")

    assert answer.url == reverse("plays:login")
    assert "not active" in client.get(answer.url, headers=EN).text
    assert client.get("/").status_code == 302


def test_a_refusal_there_is_told_here(client, known):
    _, back = go(client, action="deny")

    answer = client.get(back, headers=EN, follow=True)

    assert "Single sign-on did not work: access_denied" in answer.text


@pytest.mark.parametrize("name", ["state", "code"])
def test_an_answer_that_was_not_asked_for_lets_nobody_in(client, known, name):
    _, back = go(client, sub="kim")
    query = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}

    answer = client.get(f"{urlsplit(back).path}?{urlencode(query | {name: 'other'})}")

    assert answer.url == reverse("plays:login")
    assert not User.objects.exists()


def test_an_answer_is_worth_something_once(client, known):
    _, back = go(client, sub="kim")
    client.get(back)
    client.logout()

    assert client.get(back).url == reverse("plays:login")


def test_what_leaves_us_is_bound_to_the_browser_and_to_this_one_login(client, known):
    there, _ = go(client, sub="kim")
    query = parse_qs(urlsplit(there).query)

    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://testserver/login/sso/done/"]
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert known.OIDC_CLIENT_SECRET not in there


def test_the_way_back_is_the_public_one(client, known):
    known.PUBLIC_URL = "https://sync.example"

    there = client.get(reverse("plays:sso")).url

    assert parse_qs(urlsplit(there).query)["redirect_uri"] == [
        "https://sync.example/login/sso/done/"
    ]


def test_a_next_that_leads_elsewhere_is_not_followed(client, known):
    there = client.get(reverse("plays:sso"), {"next": "//evil.example/"}).url
    back = requests.post(there, data={"sub": "kim"}, allow_redirects=False, timeout=20)

    assert client.get(back.headers["Location"].removeprefix("http://testserver")).url == "/"


def test_the_login_offers_it_where_it_is_on(client, known):
    assert "/login/sso/?next=/jobs/" in client.get("/login/?next=/jobs/").text
    known.OIDC_ISSUER = ""
    assert "sso" not in client.get("/login/?next=/jobs/").text


def test_a_wrong_secret_lets_nobody_in(client, known):
    known.OIDC_CLIENT_SECRET = "wrong"

    assert sign_on(client, "kim").url == reverse("plays:login")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("issuer", "said"),
    [("http://127.0.0.1:1", "did not answer as it should"), ("{}/x/..", "calls itself")],
)
def test_a_provider_that_is_not_there_or_is_another_is_told(client, known, issuer, said):
    known.OIDC_ISSUER = issuer.format(known.OIDC_ISSUER)

    answer = client.get(reverse("plays:sso"), headers=EN, follow=True)

    assert answer.redirect_chain == [(reverse("plays:login"), 302)]
    assert said in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "by halves"),
        ({"OIDC_ISSUER": "http://login.example"}, "must begin with https://"),
        ({"OIDC_GROUP_MAP": ["staff=Boss"]}, "'staff=Boss' must be like"),
    ],
)
def test_settings_that_let_nobody_in_are_refused(settings, changes, said):
    whole = {"OIDC_ISSUER": "https://x.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    for name, value in (whole | changes).items():
        setattr(settings, name, value)

    with pytest.raises(Exception, match=said):
        call_command("check")


@pytest.fixture
def found(known):
    """What the doctor says of single sign-on with some settings changed: problems and their do."""

    def look(**changes):
        for name, value in ({"PUBLIC_URL": "https://sync.example"} | changes).items():
            setattr(known, name, value.format(known.OIDC_ISSUER))
        with translation.override("en"):
            return list(look_at_single_sign_on())

    return look


def test_the_doctor_sees_that_people_can_come_in_and_logs_nobody_in(found):
    (well,) = found()

    assert well.what.endswith("answers, and lets people come back to us.")
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said", "do"),
    [
        ({"OIDC_ISSUER": "http://127.0.0.1:1"}, "did not answer", "127.0.0.1:1/.well-known/"),
        ({"OIDC_ISSUER": "{}/x/.."}, "calls itself", "to the letter"),
        ({"PUBLIC_URL": "https://other.example"}, "refuses our client or its return", "other.ex"),
        ({"OIDC_CLIENT_ID": "nobody"}, "refuses our client or its return", "Register exactly"),
        ({"OIDC_CLIENT_SECRET": "old"}, "invalid_client", "Make a new secret"),
        ({"PUBLIC_URL": "http://sync.example"}, "without TLS", "https://"),
    ],
)
def test_the_doctor_says_what_lets_nobody_in_and_what_to_do(found, changes, said, do):
    wrong = [finding for finding in found(**changes) if finding.is_problem]

    assert any(said in finding.what and do in finding.do for finding in wrong)


def test_the_doctor_asks_for_a_public_address_and_is_silent_where_it_is_off(found, settings):
    asked, well = found(PUBLIC_URL="")
    assert (asked.level, asked.subject) == (Level.NOTE, "PUBLIC_URL")
    assert well.level is Level.OK

    assert found(OIDC_ISSUER="") == []


def test_the_first_steps_look_at_it_only_where_it_is_on(known):
    known.PUBLIC_URL = "https://sync.example"
    now = timezone.now()
    assert [step.is_done for step in first_steps(now) if step.key is Key.SIGN_ON] == [None]
    assert [step.is_done for step in looked_up_steps(now) if step.key is Key.SIGN_ON] == [True]

    known.OIDC_CLIENT_SECRET = "old"
    with translation.override("ko"):
        assert looked_up_steps(now)[-1].do.startswith("공급자에서 클라이언트 시크릿")
    known.OIDC_ISSUER = ""
    assert Key.SIGN_ON not in {step.key for step in looked_up_steps(now)}
