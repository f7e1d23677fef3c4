"""`POST /api/events`: the portal's door, as docs/interface.md fixes it."""

import base64
import hashlib
import hmac
import json
import re
import time

import pytest

from plays.models import Action, Event
from tests.events import activity, brief, signal
from tests.factories import make_play

pytestmark = pytest.mark.django_db
TOKEN = "portal-token"
SECRETS = [
    "whsec_" + base64.b64encode(name.encode() * 4).decode() for name in ("first-secret", "second-s")
]
BATCH = "application/cloudevents-batch+json"


@pytest.fixture(autouse=True)
def door(settings):
    settings.EVENTS_TOKENS = ["other-token", TOKEN]
    settings.EVENTS_SIGNING_SECRETS = SECRETS


@pytest.fixture
def post(client):
    def send(body, *, content_type="application/cloudevents+json", token=TOKEN, headers=None):
        body = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"Authorization": f"Bearer {token}"} if token else {}
        return client.post(
            "/api/events", body, content_type=content_type, headers={**given, **(headers or {})}
        )

    return send


def signature(body, *, secret=SECRETS[0], at=None, message_id="msg_1"):
    """Headers as the Standard Webhooks specification has them."""
    stamp = str(int(at if at is not None else time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


def test_an_event_is_answered_after_it_is_committed(post):
    make_play(play_id="EXT_Desk_D01")
    event = signal("EXT_Desk_D01")

    answer = post(event)

    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "results": [{"id": event["id"], "status": "accepted", "log_id": "LOG-2026-00001"}],
    }
    assert Action.objects.count() == 1


def test_a_batch_is_answered_in_the_order_sent(post):
    make_play(play_id="EXT_Desk_D01")
    good, bad = activity("EXT_Desk_D01"), brief(title="x")

    answer = post([good, bad, good], content_type=BATCH)

    assert answer.status_code == 202
    said = answer.json()
    assert [r["status"] for r in said["results"]] == ["accepted", "rejected", "duplicate"]
    assert (said["accepted"], said["duplicates"], said["rejected"]) == (1, 1, 1)
    assert said["results"][2]["log_id"] == said["results"][0]["log_id"]
    assert said["results"][1]["errors"][0]["field"] == "data.play_id"


def test_an_array_of_plain_json_is_a_batch_too(post):
    make_play(play_id="EXT_Desk_D01")

    answer = post([activity("EXT_Desk_D01")], content_type="application/json; charset=utf-8")

    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)


def test_one_event_alone_that_is_rejected_is_422_and_kept(post):
    answer = post(activity("EXT_Nowhere"))

    assert answer.status_code == 422
    assert answer.json()["results"][0]["errors"] == [
        {"field": "data.play_id", "message": "no Play is called EXT_Nowhere"}
    ]
    assert Event.objects.rejected().count() == 1


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "{'a': 1}",
        '{"a": NaN}',
        '{"a": Infinity}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"a":' * 150 + "1" + "}" * 150,
        '{"a": ' + "9" * 5_000 + "}",
    ],
    ids=lambda body: str(body[:12]),
)
def test_what_is_not_json_is_400(post, body):
    answer = post(body)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "body", ["null", "7", '"x"', "{}", '{"id": "a\\u0000b"}', '{"id":"\\ud800"}']
)
def test_json_that_is_no_event_is_422_with_reasons(post, body):
    answer = post(body)

    assert answer.status_code == 422
    assert answer.json()["results"][0]["errors"]


def test_too_many_events_are_413(post):
    assert post([{}] * 1_001, content_type=BATCH).status_code == 413
    assert not Event.objects.exists()


def test_too_many_bytes_are_413(post):
    assert post(b" " * (5 * 1024 * 1024 + 1)).status_code == 413


def test_a_thousand_events_are_taken(post):
    make_play(play_id="EXT_Desk_D01")

    answer = post([activity("EXT_Desk_D01") for _ in range(1_000)], content_type=BATCH)

    assert answer.json()["accepted"] == 1_000


def test_another_content_type_is_415(post):
    assert post("a=1", content_type="application/x-www-form-urlencoded").status_code == 415


def test_only_posting_is_possible(client):
    assert client.get("/api/events").status_code == 405


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic cG9ydGFsLXRva2Vu", "Bearer 토큰", TOKEN],
)
def test_no_or_a_wrong_token_is_401(post, header):
    answer = post({}, token=None, headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert not Event.objects.exists()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_signature_by_any_of_the_secrets_opens_the_door(post, secret):
    make_play(play_id="EXT_Desk_D01")
    body = json.dumps(activity("EXT_Desk_D01"))

    answer = post(body, token=None, headers=signature(body, secret=secret))

    assert answer.status_code == 202


def test_one_right_signature_among_several_is_enough(post):
    make_play(play_id="EXT_Desk_D01")
    body = json.dumps(activity("EXT_Desk_D01"))
    headers = signature(body)
    headers["webhook-signature"] = "v1,AAAA v1a,zzz " + headers["webhook-signature"]

    assert post(body, token=None, headers=headers).status_code == 202


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,!!!not base64!!!"},
        {"webhook-signature": "v1"},
        {"webhook-signature": ""},
        {"webhook-signature": ","},
        {"webhook-signature": "v1,\u00e9"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "inf"},
        {"webhook-id": "another"},
        {"webhook-id": ""},
    ],
    ids=str,
)
def test_malformed_or_wrong_signatures_are_401_never_500(post, change):
    body = json.dumps(activity("EXT_Desk_D01"))

    answer = post(body, token=None, headers={**signature(body), **change})

    assert answer.status_code == 401


@pytest.mark.parametrize(("age", "said"), [(-400, "ahead of"), (400, "behind")])
def test_a_signature_outside_the_replay_window_is_401_and_says_whose_clock_is_off(post, age, said):
    body = json.dumps(activity("EXT_Desk_D01"))

    answer = post(body, token=None, headers=signature(body, at=time.time() - age))

    assert answer.status_code == 401
    assert re.search(rf"is (399|400|401) s {said} the clock here; 300 are", answer.json()["detail"])


@pytest.mark.parametrize("stamp", ["nan", "inf", "", "soon"])
def test_a_time_that_is_none_gets_the_plain_answer(post, stamp):
    body = json.dumps(activity("EXT_Desk_D01"))

    answer = post(body, token=None, headers={**signature(body), "webhook-timestamp": stamp})

    assert answer.json()["detail"] == "a valid bearer token or signature is needed"


def test_a_signature_of_another_body_is_401(post):
    headers = signature(json.dumps(activity("EXT_Desk_D01")))

    assert post("{}", token=None, headers=headers).status_code == 401


def test_a_secret_that_cannot_be_one_opens_nothing(post, settings):
    settings.EVENTS_SIGNING_SECRETS = ["whsec_!!!", "", "  "]
    body = json.dumps(activity("EXT_Desk_D01"))

    assert post(body, token=None, headers=signature(body)).status_code == 401


def test_with_neither_tokens_nor_secrets_the_door_is_shut(post, settings):
    settings.EVENTS_TOKENS = []
    settings.EVENTS_SIGNING_SECRETS = []

    assert post({}, token="").status_code == 401


@pytest.mark.parametrize(
    "title", ["]]>", "<script>alert(1)</script>", "&nbsp; &amp; <b>", "\u202eevil", "💥" * 400]
)
def test_odd_titles_are_accepted_as_they_are(post, title):
    make_play(play_id="EXT_Desk_D01")

    assert post(activity("EXT_Desk_D01", title=title)).status_code == 202
    assert Action.objects.get().title == title


def test_an_event_in_binary_mode_has_its_attributes_in_headers(post):
    make_play(play_id="EXT_Desk_D01")
    event = signal("EXT_Desk_D01")
    headers = {f"ce-{name}": event[name] for name in ("specversion", "id", "type", "time")}

    def send():
        return post(
            event["data"],
            content_type="application/json",
            headers={**headers, "ce-source": "/ax/%ED%8F%AC%ED%84%B8", "ce-subject": "x"},
        )

    assert send().json()["accepted"] == 1
    assert send().json()["duplicates"] == 1
    kept = Event.objects.get()
    assert (kept.source, kept.event_id) == ("/ax/포털", event["id"])
    assert json.loads(kept.payload)["subject"] == "x"


def test_structured_mode_wins_over_stray_headers(post):
    make_play(play_id="EXT_Desk_D01")

    answer = post(signal("EXT_Desk_D01"), headers={"ce-id": "other"})

    assert answer.json()["accepted"] == 1
    assert Event.objects.get().event_id != "other"


def test_data_in_base64_is_read(post):
    make_play(play_id="EXT_Desk_D01")
    event = signal("EXT_Desk_D01")
    data = base64.b64encode(json.dumps(event.pop("data")).encode()).decode()

    assert post({**event, "data_base64": data}).json()["accepted"] == 1
    answer = post({**event, "id": "other", "data_base64": "?"})
    assert answer.json()["results"][0]["errors"][0]["field"] == "data"


def test_a_plain_object_as_the_portal_makes_it_is_taken_once(post):
    make_play(play_id="EXT_Desk_D01")
    plain = {
        "event_type": "signal.created", "signal_id": "SIG-1", "play_id": "EXT_Desk_D01",
        "title": "콜센터", "owner": "김철수", "source": "세미나",
        "created_at": "2026-11-20 10:30:00",
    }  # fmt: skip

    first = post(plain, content_type="application/json").json()
    again = post([plain, plain], content_type="application/json").json()

    assert first["results"][0]["id"] == "signal.created:SIG-1"
    assert (first["accepted"], again["duplicates"]) == (1, 2)
    action = Action.objects.get()
    assert action.occurred_at.isoformat() == "2026-11-20T01:30:00+00:00"
    assert (action.title, action.data["source"]) == ("콜센터", "세미나")


def test_a_plain_object_that_is_refused_says_why_and_is_taken_once_mended(post):
    plain = {"event_type": "signal.created", "signal_id": "SIG-1", "play_id": "D1", "title": "x"}

    refused = post(plain, content_type="application/json")
    make_play(play_id="D1")

    assert refused.status_code == 422
    assert refused.json()["results"][0]["errors"][0]["field"] == "data.play_id"
    assert post(plain, content_type="application/json").json()["accepted"] == 1
    assert Event.objects.count() == 1
