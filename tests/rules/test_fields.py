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


def day_or_moment(text):
    return fields.day_or_moment(text, now=NOW, zone=UTC)


def moment(text):
    return fields.moment(text, now=NOW)


@pytest.mark.parametrize(
    ("check", "limit", "text"),
    [
        (fields.identifier, 200, "x"),
        (fields.title, 1_000, "x"),
        (fields.name, 200, "x"),
        (fields.prose, 10_000, "x"),
        (fields.web_address, 2_000, "https://wiki.example/"),
        (moment, 64, "2026-01-18T10:30:00Z"),
        (day_or_moment, 64, "2026-01-18"),
    ],
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(check, limit, text):
    longest = text.ljust(limit)

    assert check(longest) == check(text)
    with pytest.raises(FieldProblem) as refused:
        check(longest + " ")
    assert refused.value.code == Code.TOO_LONG


def test_the_letters_of_a_play_id_are_counted_once_composed():
    one_that_becomes_three = "\ufb2c"

    assert len(fields.play_id(one_that_becomes_three * 66)) == 198
    with pytest.raises(FieldProblem) as refused:
        fields.play_id(one_that_becomes_three * 67)
    assert refused.value.code == Code.TOO_LONG


@pytest.mark.parametrize("value", [0, 1, 99.5, 100])
def test_a_score_is_from_nought_to_a_hundred(value):
    assert fields.score(value) == value


@pytest.mark.parametrize("value", [-0.1, 100.1, float("nan"), float("inf")])
def test_what_is_beyond_is_no_score(value):
    with pytest.raises(FieldProblem) as refused:
        fields.score(value)
    assert refused.value.code == Code.NOT_A_SCORE


def test_a_time_lies_in_this_century():
    first = "2000-01-01T00:00:00+00:00"

    assert fields.moment(first, now=NOW) == datetime(2000, 1, 1, tzinfo=UTC)
    with pytest.raises(FieldProblem) as refused:
        fields.moment("1999-12-31T23:59:59+00:00", now=NOW)
    assert refused.value.code == Code.TOO_EARLY
