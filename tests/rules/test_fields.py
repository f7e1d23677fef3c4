"""Times of events: how far a sender's clock may be ahead, and how far back a time may lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plays.rules import fields
from plays.rules.problems import Code, FieldProblem

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_clock_may_be_a_day_ahead_and_no_more():
    latest = NOW + timedelta(days=1)

    assert fields.moment(latest.isoformat(), now=NOW) == latest
    with pytest.raises(FieldProblem) as refused:
        fields.moment((latest + timedelta(seconds=1)).isoformat(), now=NOW)
    assert refused.value.code == Code.IN_FUTURE


def test_a_time_lies_in_this_century():
    first = "2000-01-01T00:00:00+00:00"

    assert fields.moment(first, now=NOW) == datetime(2000, 1, 1, tzinfo=UTC)
    with pytest.raises(FieldProblem) as refused:
        fields.moment("1999-12-31T23:59:59+00:00", now=NOW)
    assert refused.value.code == Code.TOO_EARLY
