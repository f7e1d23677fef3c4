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
        ("9223372036854775807", LONGEST_WAIT_SECONDS),
        ("9" * 400, LONGEST_WAIT_SECONDS),
        ("Fri, 03 Jul 2026 12:00:30 GMT", 30.0),
        ("Fri, 03 Jul 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT_SECONDS),
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
    assert retry_after({"Retry-After": text}, now=NOW) == seconds


def test_the_rate_limit_reset_stands_in_for_a_missing_retry_after() -> None:
    reset = {"X-RateLimit-Reset": "2026-07-03T12:00:20Z"}
    assert retry_after(reset, now=NOW) == 20.0
    assert retry_after(reset | {"Retry-After": "3"}, now=NOW) == 3.0
    assert retry_after({"X-RateLimit-Reset": "2026-07-03T12:00"}, now=NOW) == 0.0
    assert retry_after({"X-RateLimit-Reset": "1783080000"}, now=NOW) is None


@given(st.text(), st.text())
def test_no_text_is_too_strange(asked: str, reset: str) -> None:
    headers = CaseInsensitiveDict({"retry-after": asked, "x-ratelimit-reset": reset})
    wait = retry_after(headers, now=NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT_SECONDS
