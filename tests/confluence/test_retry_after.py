from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from plays.confluence.retry_after import LONGEST_WAIT_SECONDS, retry_after

NOW = datetime(2026, 7, 3, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("1.5", 1.5),
        ("3600", LONGEST_WAIT_SECONDS),
        ("3601", None),
        ("9223372036854775807", None),
        ("9" * 400, None),
        ("Fri, 03 Jul 2026 12:00:30 GMT", 30.0),
        ("Fri, 03 Jul 2026 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Fri, 03 Jul 2026 12:00:30 -0000", 30.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
        ("1e3", None),
    ],
)
def test_each_form_of_retry_after_is_read(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}, status=429, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "2026-07-03T12:00:20Z"}, 20.0),
        ({"X-RateLimit-Reset": "2026-07-03T12:00:20Z", "Retry-After": "3"}, 3.0),
        ({"X-RateLimit-Reset": "2026-07-03T12:00:20Z", "Retry-After": "9" * 19}, 20.0),
        ({"X-RateLimit-Reset": "2026-07-03T12:00"}, 0.0),
        ({"X-RateLimit-Reset": "2026-07-03T11:59"}, None),
        ({"X-RateLimit-Reset": "1783080000"}, None),
    ],
)
def test_of_a_429_the_rate_limit_reset_stands_in_for_a_missing_retry_after(headers, seconds):
    assert retry_after(headers, status=429, now=NOW) == seconds


def test_of_other_answers_the_rate_limit_reset_asks_for_nothing():
    reset = {"X-RateLimit-Reset": "2026-07-03T12:00:20Z"}
    assert retry_after(reset, status=503, now=NOW) is None
    assert retry_after(reset | {"Retry-After": "3"}, status=503, now=NOW) == 3.0


@given(st.text(), st.text())
def test_no_text_is_too_strange(asked: str, reset: str) -> None:
    headers = CaseInsensitiveDict({"retry-after": asked, "x-ratelimit-reset": reset})
    wait = retry_after(headers, status=429, now=NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT_SECONDS
