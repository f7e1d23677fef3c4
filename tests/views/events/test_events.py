"""Events for staff: found, told why they were rejected, and accepted once the cause is gone."""

import pytest
from django.urls import reverse

from plays.models import AuditEntry
from tests.factories import make_event, make_job, make_play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
EN = {"Accept-Language": "en"}


@pytest.fixture
def at_work(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def play():
    return make_play()


def payload(event_id, play_id):
    data = f'{{"activity_id": "ACT-{event_id}", "play_id": "{play_id}", "title": "세미나"}}'
    return (
        f'{{"specversion": "1.0", "id": "{event_id}", "source": "/ax/portal",'
        f' "type": "activity.created", "time": "2026-11-20T10:30:00+09:00", "data": {data}}}'
    )


def rejected(event_id, play_id):
    return make_event(
        event_id=event_id,
        state="rejected",
        payload=payload(event_id, play_id),
        problems=[{"field": "data.play_id", "message": "unknown"}],
        accepted_at=None,
    )


def test_a_rejected_event_is_accepted_once_its_cause_is_gone(at_work, play):
    event = rejected("evt-x", play.play_id)

    response = at_work.post(reverse("plays:event_accept", args=[event.pk]), follow=True, headers=EN)

    event.refresh_from_db()
    assert "1 event was accepted." in response.text
    assert (event.state, event.action.play) == ("accepted", play)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.play) == ("accept", "evt-x", play)


def test_of_a_selection_those_are_accepted_that_can_be(at_work, play):
    good = rejected("evt-x", play.play_id)
    bad = rejected("evt-y", "NOBODY")

    response = at_work.post(
        reverse("plays:events_accept"),
        {"event": [good.pk, bad.pk, "x"], "next": "/events/?state=rejected"},
        follow=True,
        headers=EN,
    )

    assert "1 event was accepted." in response.text
    assert "1 event is still rejected: its cause is still there." in response.text
    bad.refresh_from_db()
    assert bad.state == "rejected"
    assert [entry.count for entry in AuditEntry.objects.order_by("pk")] == [2, 1]


def test_what_is_accepted_already_is_not_accepted_twice(at_work):
    response = at_work.post(
        reverse("plays:event_accept", args=[make_job().action.event.pk]),
        follow=True,
        headers=EN,
    )

    assert "Nothing to accept" in response.text
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?type=activity.created", {"a"}),
        ("?type=brief.created", {"b"}),
        ("?type=other", {"c"}),
        ("?q=evt-b", {"b"}),
    ],
)
def test_events_are_filtered_by_type_and_searched(seen, query, shown):
    for name, kind in {"a": "activity.created", "b": "brief.created", "c": "x.y"}.items():
        make_event(event_id=f"evt-{name}", type=kind)

    text = seen("events", query=query)

    assert {name for name in "abc" if f"evt-{name}" in text} == shown


def test_a_file_holds_what_the_filter_finds_and_no_formula(client, pm):
    client.force_login(pm)
    make_event(event_id="+evt-1", type="x.y")
    make_event()

    lines = client.get("/events/csv/?type=other").getvalue().decode().splitlines()

    assert len(lines) == 2
    assert "'+evt-1" in lines[1]


@pytest.mark.parametrize(("who", "shown"), [("pm", False), ("staff", True)])
def test_the_buttons_are_there_for_those_who_may(client, request, who, shown):
    client.force_login(request.getfixturevalue(who))
    event = rejected("evt-x", "NOBODY")

    one = client.get(reverse("plays:event", args=[event.pk])).text
    listed = client.get("/events/?state=rejected").text

    assert (reverse("plays:event_accept", args=[event.pk]) in one) is shown
    assert ('name="event"' in listed) is shown
    assert 'name="event"' not in client.get("/events/").text
