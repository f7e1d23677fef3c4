"""Packed bodies: gzip is read, up to what an unpacked one may be; anything else is told."""

import gzip
import json
import zlib

import pytest
from django.test import RequestFactory

from plays.api.payload import MAX_BYTES, unpacked
from plays.models import Event
from tests.events import activity
from tests.factories import make_play

pytestmark = pytest.mark.django_db
TOKEN = "a-token"


@pytest.fixture
def post(client, settings):
    settings.EVENTS_TOKENS = [TOKEN]
    headers = {"Authorization": f"Bearer {TOKEN}"}

    def post(body, encoding):
        return client.post(
            "/api/events",
            body,
            content_type="application/json",
            headers={**headers, "Content-Encoding": encoding},
        )

    return post


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_gzip_body_is_read(post, encoding):
    make_play(play_id="EXT_Desk_D01")
    body = gzip.compress(json.dumps(activity("EXT_Desk_D01")).encode())

    assert post(body, encoding).json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "encoding", "status", "said"),
    [
        (b"{}", "br", 415, "gzip is"),
        (b"{}", "gzip, gzip", 415, "gzip is"),
        (b"{}", "gzip", 400, "not gzip"),
        (zlib.compress(b"{}"), "gzip", 400, "not gzip"),
        (gzip.compress(b"{}" * 500, mtime=0)[:-6], "gzip", 400, "cut off"),
        (gzip.compress(b"{}", mtime=0) * 2, "gzip", 400, "follows"),
        (gzip.compress(b" " * (MAX_BYTES + 1), mtime=0), "gzip", 413, "when unpacked"),
    ],
    ids=["br", "twice", "plain", "zlib", "cut off", "two", "bomb"],  # a body tells when it was made
)
def test_what_cannot_be_unpacked_is_told_and_nothing_is_stored(post, body, encoding, status, said):
    answer = post(body, encoding)

    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert not Event.objects.exists()


def test_a_body_of_just_the_limit_is_unpacked():
    body = gzip.compress(b" " * MAX_BYTES)
    request = RequestFactory().post(
        "/", body, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )

    assert len(unpacked(request)) == MAX_BYTES
