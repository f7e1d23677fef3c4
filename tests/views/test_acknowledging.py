"""What is known is acknowledged, with a reason and an end, and raises no alarm so long."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from plays.models import Acknowledgement, AuditEntry, Finding, WeeklySync
from plays.sync.weekly.outcome import for_people
from tests.factories import NOW, make_event, make_job, make_mapping, make_page, make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(client, monday):
    client.force_login(make_user("Staff"))
    return client


def acknowledge(client, subject, row, **values):
    form = {"reason": "known", "until": "2026-11-30"}
    return client.post(address(subject, row), form | values, headers=EN)


def address(subject, row):
    return reverse("plays:acknowledge", args=[subject, row.pk])


def alarms(client):
    response = client.get(reverse("plays:jobs") + "?state=failed", headers=EN)
    return response.context["failed_jobs"], response.context["rejected_events"]


def test_a_cause_and_an_event_count_no_more_until_the_end(at_desk):
    mapping = make_mapping(page=make_page())
    known, _other = (
        make_job(mapping=mapping, state="failed", settled_at=NOW, last_error=error)
        for error in ("PageNotFound", "Forbidden")
    )
    event = make_event(state="rejected")
    assert alarms(at_desk) == (2, 1)

    acknowledge(at_desk, "cause", known)
    acknowledge(at_desk, "event", event)

    assert alarms(at_desk) == (1, 0)
    assert "known" in at_desk.get(reverse("plays:event", args=[event.pk])).text
    assert AuditEntry.objects.filter(verb="acknowledge", reason="known").count() == 2
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        at_desk.force_login(make_user("Staff"))
        assert alarms(at_desk) == (2, 1)


def test_it_ends_when_somebody_says_so(at_desk):
    event = make_event(state="rejected")
    acknowledge(at_desk, "event", event)
    known = Acknowledgement.objects.get()

    at_desk.post(reverse("plays:acknowledge_end", args=[known.pk]))

    assert alarms(at_desk) == (0, 1)


def test_a_finding_stays_known_in_the_next_run_while_the_page_says_the_same(at_desk):
    page = make_page()
    runs = [
        WeeklySync.objects.create(slot=NOW + timedelta(weeks=n), state="done", started_at=NOW)
        for n in range(3)
    ]
    first, _again, _other = (
        Finding.objects.create(weekly=run, kind="foreign", page=page, key="LOG-1", found=found)
        for run, found in zip(runs, ("theirs", "theirs", "new"), strict=True)
    )

    acknowledge(at_desk, "finding", first)

    assert [for_people(run) for run in runs] == [0, 0, 1]
    text = at_desk.get(reverse("plays:weekly_result", args=[runs[1].pk]), headers=EN).text
    assert "acknowledged" in text


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"reason": " "}, "2026-11-30"),
        ({"until": "2026-11-22"}, "known"),
        ({"until": "2028-01-01"}, "known"),
        ({"until": "soon"}, "soon"),
    ],
)
def test_without_a_reason_and_an_end_the_form_says_so_and_keeps_what_was_typed(
    at_desk, wrong, kept
):
    page = acknowledge(at_desk, "event", make_event(state="rejected"), **wrong, next="/events/")

    assert not Acknowledgement.objects.exists()
    assert "errorlist" in page.text
    assert kept in page.text
    assert 'name="next" value="/events/"' in page.text


@pytest.mark.parametrize("subject", ["cause", "event", "finding"])
def test_the_form_says_what_is_acknowledged_and_leads_back(at_desk, subject):
    page = make_page(title="Live doc of the seminar")
    job = make_job(mapping=make_mapping(page=page), state="failed", settled_at=NOW)
    run = WeeklySync.objects.create(slot=NOW, state="done", started_at=NOW)
    row, name = {
        "cause": (job, page.title),
        "event": (event := make_event(state="rejected"), event.event_id),
        "finding": (Finding.objects.create(weekly=run, kind="foreign", page=page), page.title),
    }[subject]

    shown = at_desk.get(address(subject, row) + "?next=/jobs/", headers=EN).text
    done = acknowledge(at_desk, subject, row, next="/jobs/")

    assert name in shown
    assert 'href="/jobs/"' in shown
    assert done.url == "/jobs/"


def test_what_needs_nobody_cannot_be_acknowledged(at_desk):
    assert acknowledge(at_desk, "event", make_event()).status_code == 404
    assert acknowledge(at_desk, "cause", make_job()).status_code == 404
    assert acknowledge(at_desk, "else", make_event(state="rejected")).status_code == 404


def test_a_rejected_event_leads_to_the_play_that_it_lacks(client, monday):
    client.force_login(make_user("Admin"))
    event = make_event(state="rejected", missing="play:EXT_New_N01")

    page = client.get(reverse("plays:event", args=[event.pk]), headers=EN).text

    assert "Make the Play EXT_New_N01" in page
    form = client.get(reverse("plays:play_add") + "?play_id=EXT_New_N01").text
    assert 'value="EXT_New_N01"' in form
