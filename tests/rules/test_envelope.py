"""Plain objects become CloudEvents; whatever else is sent stays as it is."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.envelope import in_envelope

ZONE = timezone(timedelta(hours=9))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
)


def envelope(**fields):
    return in_envelope(fields, zone=ZONE)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"event_type": "signal.created", "signal_id": " S1 "}, "signal.created:S1"),
        ({"event_type": "brief.created", "brief_id": "B1", "signal_id": "S1"}, "brief.created:B1"),
        ({"event_type": "signal.created", "data": {"signal_id": "S1"}}, "signal.created:S1"),
        (
            {"event_type": "signal.created", "signal_id": "S1", "created_at": "2026-01-02T10:00Z"},
            "signal.created:S1",
        ),
        ({"event_type": "signal.scored", "signal_id": "S1"}, "signal.scored:S1"),
        (
            {"event_type": "signal.scored", "signal_id": "S1", "created_at": "2026-01-02T10:00:00"},
            "signal.scored:S1:2026-01-02T10:00:00+09:00",
        ),
    ],
)
def test_the_id_is_made_from_type_and_subject(fields, name):
    assert envelope(**fields)["id"] == name


@pytest.mark.parametrize("kind", ["signal.created", "party.held", 7, None, ["x"]])
def test_without_a_subject_only_the_same_again_has_the_same_id(kind):
    one, same = envelope(event_type=kind, title="a"), envelope(event_type=kind, title="a")
    other = envelope(event_type=kind, title="b")

    assert one["id"] == same["id"] != other["id"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-02 10:00", "2026-01-02T10:00:00+09:00"),
        ("2026-01-02T10:00:00Z", "2026-01-02T10:00:00Z"),
        ("yesterday", "yesterday"),
        (7, 7),
    ],
)
def test_a_time_without_an_offset_is_in_our_zone_and_what_is_none_is_left_to_be_told(written, read):
    assert envelope(event_type="signal.created", created_at=written)["time"] == read


@pytest.mark.parametrize(
    ("nested", "data"),
    [
        ({"signal_id": "S1"}, {"play_id": "P", "signal_id": "S1"}),
        ({"data": 7}, {"play_id": "P", "data": 7}),
    ],
)
def test_what_stands_in_data_stands_beside_the_rest(nested, data):
    assert envelope(event_type="signal.created", play_id="P", data=nested)["data"] == data


@given(JSON)
def test_what_has_an_envelope_or_is_no_event_stays_as_it_is(raw):
    if not isinstance(raw, dict) or "event_type" not in raw:
        assert in_envelope(raw, zone=ZONE) is raw
    assert in_envelope({"specversion": "1.0", "event_type": raw}, zone=ZONE)["event_type"] == raw


@given(st.dictionaries(st.sampled_from(["signal_id", "data", "created_at", "x"]), JSON), JSON)
def test_no_field_is_lost(fields, kind):
    event = in_envelope({**fields, "event_type": kind}, zone=ZONE)

    data = {name: value for name, value in fields.items() if name != "created_at"}
    if isinstance(data.get("data"), dict):
        data.update(data.pop("data"))
    assert event["data"] == data
    assert event["id"]
