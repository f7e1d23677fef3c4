"""Rows inserted many at once are those that Django would have inserted one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from plays.models import Event, Play, WeekCount
from plays.sync.inserting import insert

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 4, 5, 6, 789012, tzinfo=UTC)
TEXTS = [
    "",
    "콜센터 🟢",
    'it\'s "so" \\ {a,b}',
    "NULL",
    "%s %% $1",
    "two\nlines\t",
    "\\u0000",
    "x" * 9_000,
]


def event(text: str, **fields: object) -> Event:
    problems = [{"code": text, "field": None, "params": {"length": 3, "share": 0.1}}]
    known = {"source": "/s", "payload": text, "state": "rejected", "received_at": NOW}
    return Event(**known | {"problems": problems, "time": None} | fields)


def stored(source: str) -> list[tuple[object, ...]]:
    names = [field.name for field in Event._meta.fields if field.name not in ("id", "source")]
    return list(Event.objects.filter(source=source).order_by("pk").values_list(*names))


def test_rows_are_as_saved_one_by_one_whatever_is_in_them():
    apart = {"accepted_at": NOW}
    rows = [event(text, event_id=str(n), **apart) for n, text in enumerate(TEXTS)]

    insert(rows)
    for n, text in enumerate(TEXTS):
        event(text, event_id=str(n), source="/one", **apart).save()

    assert stored("/s") == stored("/one")


def test_rows_know_their_keys_also_beyond_what_goes_in_one_statement():
    rows = [event("", event_id=str(n)) for n in range(501)]

    insert(rows)

    assert Event.objects.in_bulk([row.pk for row in rows]) == {row.pk: row for row in rows}
    assert not any(row._state.adding for row in rows)
    assert [Event.objects.get(pk=row.pk).event_id for row in rows[-2:]] == ["499", "500"]


def test_a_row_that_is_there_is_written_over_where_that_is_asked_for():
    play = Play.objects.create(play_id="EXT_Desk_D01")
    monday = date(2026, 3, 2)
    WeekCount.objects.create(play=play, monday=monday, actions=1)
    rows = [WeekCount(play=play, monday=day, actions=7) for day in (monday, date(2026, 3, 9))]

    insert(rows, unique=["play_id", "monday"], update=["actions"])

    assert sorted(WeekCount.objects.values_list("monday", "actions")) == [
        (monday, 7),
        (date(2026, 3, 9), 7),
    ]


def test_one_row_that_cannot_be_stored_leaves_none():
    Event.objects.create(source="/s", event_id="1", received_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert([event("", event_id=name) for name in ("0", "1")])

    assert Event.objects.count() == 1


def test_a_text_too_long_for_its_column_is_refused_and_never_cut():
    rows = [event("", event_id=str(n), type="t" * 101) for n in range(2)]
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            insert(rows)
        return

    insert(rows)  # SQLite's columns have no end

    assert set(Event.objects.values_list("type", flat=True)) == {"t" * 101}


def test_nothing_to_insert_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert([])
