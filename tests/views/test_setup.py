"""The first steps: an empty installation says what is missing, and sees by itself what is done."""

import json
import shlex
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from plays.models import PageMapping
from plays.models.api_token import Scope
from plays.sync import heartbeats
from plays.sync.access.tokens import make_token
from plays.sync.doctor.examination import examine_here
from plays.sync.doctor.first_steps import Key, first_steps
from plays.sync.mappings.assign import assign
from tests.factories import make_event, make_play
from tests.views.conftest import EN
from tests.world import PEOPLE_TABLE

pytestmark = pytest.mark.django_db
ALWAYS = set(Key) - {Key.SIGN_ON}  # which is a step only where it is on


def state(response):
    return {step.key: step.is_done for step, *_ in response.context["steps"]}


def look(client):
    return state(client.get(reverse("plays:setup_look"), headers=EN))


def test_an_empty_installation_opens_on_what_is_to_be_done(client, admin_user):
    client.force_login(admin_user)

    shown = client.get("/", headers=EN)

    assert "First steps" in shown.text
    assert "0 of 7 done" in shown.text
    assert not any(state(shown).values())


def test_until_the_first_event_an_admin_is_led_back_to_the_first_steps(client, admin_user, pm):
    make_play(play_id="EXT_1")
    led = 'href="/setup/">First steps say what is missing'
    client.force_login(pm)
    assert led not in client.get("/", headers=EN).text
    client.force_login(admin_user)
    assert led in client.get("/", headers=EN).text
    assert led not in client.get("/setup/", headers=EN).text

    make_event()

    assert led not in client.get("/", headers=EN).text


def test_others_see_the_overview_as_ever(client, pm):
    client.force_login(pm)

    assert "First steps" not in client.get("/", headers=EN).text


def test_each_step_is_seen_to_be_done(client, admin_user, confluence_settings, sandbox):
    client.force_login(admin_user)
    assert look(client) == {key: key is Key.CONFLUENCE for key in ALWAYS}

    for part, body in (("project_todo", ""), ("play_db", PEOPLE_TABLE)):
        assign(PageMapping.objects.shared(part), sandbox.add_page(part, body))
    assert not look(client)[Key.PAGES]
    assign(PageMapping.objects.shared("action_log"), sandbox.add_page("log", ""))
    assert look(client)[Key.PAGES]

    make_play(play_id="EXT_1")
    heartbeats.beat("worker")
    confluence_settings.ALERT_EMAILS = ["kim@example.com"]
    confluence_settings.CONFLUENCE_API_TOKEN_EXPIRES = date(2099, 1, 1)
    before_event = look(client)
    post_as_told(client)

    assert before_event == {key: key is not Key.EVENT for key in ALWAYS}
    assert all(look(client).values())


def post_as_told(client):
    """What the page gives to be pasted, sent with a token in place of TOKEN."""
    words = shlex.split(client.get(reverse("plays:setup")).context["curl"].replace("\\\n", ""))
    _, text = make_token("portal", [Scope.EVENTS], by=None)
    body = words[words.index("-d") + 1]
    answer = client.post(
        words[1].removeprefix("http://testserver"),
        body,
        content_type="application/cloudevents+json",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 202
    assert json.loads(body)["data"]["play_id"] == "EXT_1"


def test_a_title_with_a_quotation_mark_does_not_end_the_command(client, admin_user):
    make_play(play_id="EXT'1; rm")
    client.force_login(admin_user)

    words = shlex.split(client.get(reverse("plays:setup")).context["curl"].replace("\\\n", ""))

    assert json.loads(words[words.index("-d") + 1])["data"]["play_id"] == "EXT'1; rm"


def test_wrong_credentials_are_told_with_what_to_do(client, admin_user, confluence_settings):
    confluence_settings.CONFLUENCE_API_TOKEN = "wrong"
    client.force_login(admin_user)

    shown = client.get(reverse("plays:setup_look"), headers=EN)

    step = shown.context["steps"][0][0]
    assert step.is_done is False
    assert step.do


def test_a_page_that_asks_is_not_done(client, admin_user, confluence_settings, sandbox):
    client.force_login(admin_user)
    for part in ("project_todo", "play_db", "action_log"):
        assign(PageMapping.objects.shared(part), sandbox.add_page(part, ""))
    sandbox.set_status(PageMapping.objects.shared("play_db").page.page_id, "trashed")

    assert look(client)[Key.PAGES] is False


def test_a_token_that_has_ended_is_not_done(settings):
    settings.CONFLUENCE_API_TOKEN_EXPIRES = date(2020, 1, 1)

    step = next(one for one in first_steps(timezone.now()) if one.key is Key.EXPIRY)

    assert step.is_done is False
    assert "2020-01-01" in step.what


def test_the_doctor_says_the_same(capsys, db):
    notes = {one.what for one in examine_here()}
    undone = {step.what for step in first_steps(timezone.now()) if step.is_done is False}

    for key in (Key.PLAYS, Key.EVENT, Key.ALERTS, Key.EXPIRY):
        step = next(one for one in first_steps(timezone.now()) if one.key is key)
        assert step.what in notes & undone
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "There is no Play yet" in capsys.readouterr().out
