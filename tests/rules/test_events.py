"""An event is read whole or refused with every reason, field by field."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.events import EVENT_TYPES, PlayEvent, Rejected, event_key, parse_event

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SIGNAL = {
    "specversion": "1.0",
    "id": "evt-1",
    "source": "/ax/portal",
    "type": "signal.created",
    "time": "2026-01-18T10:30:00+09:00",
    "data": {
        "signal_id": "SIG-2026-001",
        "play_id": "EXT_Desk_D01",
        "title": "콜센터 AHT 최적화",
        "owner": "김철수",
        "url": "https://portal.example/signals/SIG-2026-001",
    },
}


def parse(raw):
    return parse_event(raw, now=NOW, zone=SEOUL)


def event(type_name, data):
    return {**SIGNAL, "type": type_name, "data": data}


def signal(**changes):
    return event("signal.created", {**SIGNAL["data"], **changes})


def problems(raw):
    with pytest.raises(Rejected) as caught:
        parse(raw)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_play_id_in_decomposed_letters_is_the_same_play():
    decomposed = unicodedata.normalize("NFD", "그룹_영업_S01")

    assert parse(signal(play_id=decomposed)).play_id == "그룹_영업_S01"


@pytest.mark.parametrize(
    "play_id", ["EXT  D01", "EXT\u00a0D01", "EXT\u200b", "\ufeffEXT", "E\u202eX"]
)
def test_a_play_id_that_a_page_would_show_as_another_is_refused(play_id):
    assert "nobody can see" in problems(signal(play_id=play_id))["data.play_id"]


def test_the_example_of_the_interface_is_read_whole():
    assert parse(SIGNAL) == PlayEvent(
        source="/ax/portal",
        event_id="evt-1",
        type="signal.created",
        occurred_at=datetime(2026, 1, 18, 1, 30, tzinfo=UTC),
        action_type="Signal",
        subject_id="SIG-2026-001",
        play_id="EXT_Desk_D01",
        title="콜센터 AHT 최적화",
        url="https://portal.example/signals/SIG-2026-001",
        actor="김철수",
        details={"signal_id": "SIG-2026-001"},
    )


LEAST = {
    "activity.created": {"activity_id": "A", "play_id": "P", "title": "T"},
    "signal.created": {"signal_id": "S", "play_id": "P", "title": "T"},
    "signal.scored": {"signal_id": "S", "total_score": 78},
    "brief.created": {"brief_id": "B", "title": "T", "signal_id": "S"},
    "validation.completed": {"validation_id": "V", "decision": "GO", "brief_id": "B"},
    "pilot.started": {"pilot_id": "I", "title": "T", "brief_id": "B"},
}


def test_every_type_is_in_the_table_of_least_events():
    assert set(LEAST) == set(EVENT_TYPES)


@pytest.mark.parametrize("type_name", LEAST)
def test_what_an_event_must_have_is_enough(type_name):
    parsed = parse(event(type_name, LEAST[type_name]))

    assert parsed.type == type_name


@pytest.mark.parametrize(
    ("type_name", "dropped", "missed"),
    [
        ("activity.created", "activity_id", "activity_id"),
        ("activity.created", "play_id", "play_id"),
        ("activity.created", "title", "title"),
        ("signal.created", "signal_id", "signal_id"),
        ("signal.created", "play_id", "play_id"),
        ("signal.created", "title", "title"),
        ("signal.scored", "signal_id", "signal_id"),
        ("signal.scored", "total_score", "total_score"),
        ("brief.created", "brief_id", "brief_id"),
        ("brief.created", "title", "title"),
        ("brief.created", "signal_id", "play_id"),  # there is no way to the Play left
        ("validation.completed", "validation_id", "validation_id"),
        ("validation.completed", "decision", "decision"),
        ("validation.completed", "brief_id", "play_id"),
        ("pilot.started", "pilot_id", "pilot_id"),
        ("pilot.started", "title", "title"),
        ("pilot.started", "brief_id", "play_id"),
    ],
)
def test_each_field_that_must_be_there_is_missed_by_name(type_name, dropped, missed):
    data = {name: value for name, value in LEAST[type_name].items() if name != dropped}

    found = problems(event(type_name, data))

    assert list(found) == [f"data.{missed}"]
    assert "missing" in found[f"data.{missed}"]


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"title": "x" * 100_000}, "data.title", "too long"),
        ({"title": "  \x00\n "}, "data.title", "empty"),
        ({"title": 7}, "data.title", "text"),
        ({"title": {"a": 1}}, "data.title", "text"),
        ({"url": "javascript:alert(1)"}, "data.url", "http"),
        ({"url": "JaVaScRiPt:alert(1)"}, "data.url", "http"),
        ({"url": "data:text/html,x"}, "data.url", "http"),
        ({"url": "https://"}, "data.url", "http"),
        ({"url": "https://a b"}, "data.url", "spaces"),
        ({"url": "http://[::1"}, "data.url", "web address"),
        ({"play_id": ""}, "data.play_id", "empty"),
        ({"play_id": "a\x00b"}, "data.play_id", "control"),
        ({"signal_id": ["S"]}, "data.signal_id", "text"),
    ],
)
def test_a_bad_field_is_refused_with_a_clear_word(change, field, word):
    assert word in problems(signal(**change))[field]


@pytest.mark.parametrize("score", [-1, 100.5, "78", True, None, float("inf"), float("nan")])
def test_a_score_is_a_number_from_0_to_100(score):
    assert "data.total_score" in problems(
        event("signal.scored", {"signal_id": "S", "total_score": score})
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"type": "signal.deleted"}, "type"),
        ({"type": ["signal.created"]}, "type"),
        ({"id": ""}, "id"),
        ({"id": 5}, "id"),
        ({"id": " evt"}, "id"),
        ({"source": None}, "source"),
        ({"data": None}, "data"),
        ({"data": [1]}, "data"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-01-18T10:30:00"}, "time"),
        ({"time": "1999-12-31T00:00:00Z"}, "time"),
        ({"time": "2026-12-24T00:00:00Z"}, "time"),
        ({"time": "0001-01-01T00:00:00+23:00"}, "time"),
    ],
)
def test_a_bad_envelope_is_refused_by_name(change, field):
    assert field in problems({**SIGNAL, **change})


def test_all_problems_are_told_at_once():
    raw = {**signal(title="", url="javascript:x"), "specversion": "2"}

    assert set(problems(raw)) == {"specversion", "data.title", "data.url"}


def test_control_characters_and_line_breaks_in_a_title_become_spaces():
    assert parse(signal(title="a\x00b\r\nc \ud800 d")).title == "a b c d"


def test_markup_in_a_title_is_kept_as_text():
    title = "]]> <script>alert('1')</script> &amp; 😀 שלום"

    assert parse(signal(title=title)).title == title


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-01-18", "2026-01-18T01:30:00+00:00"),  # the event's own day, known to the minute
        ("2026-01-17", "2026-01-16T15:00:00+00:00"),  # midnight in Seoul
        ("2026-01-17T09:00:00", "2026-01-17T00:00:00+00:00"),
        ("2026-01-17T09:00:00Z", "2026-01-17T09:00:00+00:00"),
    ],
)
def test_an_activity_happened_on_its_own_date(date, expected):
    raw = event("activity.created", {**LEAST["activity.created"], "date": date})

    assert parse(raw).occurred_at == datetime.fromisoformat(expected)


@pytest.mark.parametrize("time", ["2026-01-18t01:30:00z", "2026-01-18T10:30:00.000+09:00"])
def test_a_time_in_any_form_of_rfc_3339_is_taken(time):
    assert parse(SIGNAL | {"time": time}).occurred_at == datetime(2026, 1, 18, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("time", [{}, {"time": None}])
def test_an_event_without_a_time_happens_now(time):
    raw = {name: value for name, value in SIGNAL.items() if name != "time"} | time

    assert parse(raw).occurred_at == NOW


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
envelopes = st.dictionaries(
    st.sampled_from(["specversion", "id", "source", "type", "time", "data"]), json_values
)
payloads = st.fixed_dictionaries(
    {
        "specversion": st.just("1.0"),
        "id": st.just("e"),
        "source": st.just("s"),
        "type": st.sampled_from(sorted(EVENT_TYPES)),
        "data": st.dictionaries(
            st.sampled_from(
                sorted(
                    {n for t in EVENT_TYPES.values() for n in (t.subject, *t.required, *t.optional)}
                )
            ),
            json_values,
        ),
    }
)


@given(json_values | envelopes | payloads)
def test_whatever_comes_is_an_event_or_is_refused_with_reasons(raw):
    source, event_id = event_key(raw)

    try:
        parsed = parse(raw)
    except Rejected as rejected:
        reasons = rejected.problems
    else:
        reasons = ["accepted"]
        assert (parsed.source, parsed.event_id) == (source, event_id)

    assert reasons
    assert event_id


def test_an_event_without_a_name_is_named_by_what_it_says():
    assert event_key({"a": 1}) == event_key({"a": 1})
    assert event_key({"a": 1}) != event_key({"a": 2})
    assert event_key({"source": "/x", "id": "1"}) == ("/x", "1")
