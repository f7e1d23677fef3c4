"""Pausing and resuming from the screens, and the banner that everybody sees meanwhile."""

import re

import pytest
from django.urls import reverse

from plays.models import AuditEntry, Pause, SyncJob
from plays.models.pause import PauseScope
from plays.sync.jobs.pauses import pause, resume
from tests.factories import make_job, make_play
from tests.views.conftest import EN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def at_work(client, staff):
    client.force_login(staff)
    return client


def text_of(response):
    assert response.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", response.text.partition("</header>")[2])
    return re.sub(r"\s+", " ", plain)


def begin(client, **fields):
    return text_of(client.post(reverse("plays:pause_begin"), fields, headers=EN, follow=True))


def target_of(scope, job):
    return {
        "page": f"https://wiki.example/wiki/spaces/AX/pages/{job.mapping.page.page_id}/x",
        "play": job.play.play_id,
        "kind": job.kind,
        "all": "",
    }[scope]


@pytest.mark.parametrize("scope", PauseScope.values)
def test_each_scope_can_be_paused_and_resumed(at_work, staff, scope):
    job = make_job()

    text = begin(at_work, scope=scope, reason="개편 중", **{scope: target_of(scope, job)})

    assert "Paused. Nothing is lost" in text
    assert not SyncJob.objects.unpaused().exists()
    made = Pause.objects.get()
    assert (made.scope, made.reason, made.by) == (scope, "개편 중", staff)

    ended = at_work.post(reverse("plays:pause_end", args=[made.pk]), headers=EN, follow=True)

    assert "Resumed. What waited is written now." in text_of(ended)
    assert SyncJob.objects.unpaused().count() == 1
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["pause", "resume"]


def test_only_the_field_that_the_choice_speaks_of_counts(at_work):
    begin(at_work, scope="all", kind="log_row", page="7", reason="x")

    made = Pause.objects.get()
    assert (made.scope, made.kind, made.page) == ("all", "", None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scope": "all"}, "Say why: everybody will read it."),
        ({"scope": "all", "reason": "  "}, "Say why: everybody will read it."),
        ({"scope": "page", "reason": "x"}, "Give the ID or the address of a page that is mapped"),
        ({"scope": "page", "reason": "x", "page": "404"}, "a page that is mapped here"),
        ({"scope": "page", "reason": "x", "page": "no page"}, "neither a page ID (digits)"),
        ({"scope": "play", "reason": "x"}, "Choose a Play."),
        ({"scope": "play", "reason": "x", "play": "NONE"}, "Select a valid choice."),
        ({"scope": "kind", "reason": "x"}, "Choose a kind of edit."),
        ({"scope": "kind", "reason": "x", "kind": "nonsense"}, "Select a valid choice."),
        ({"scope": "nonsense", "reason": "x"}, "Select a valid choice."),
        ({}, "This field is required."),
    ],
)
def test_what_cannot_be_paused_is_answered_with_what_to_do(at_work, fields, said):
    assert said in begin(at_work, **fields)
    assert not Pause.objects.exists()


def test_a_resumed_pause_cannot_be_resumed_again(at_work, staff):
    made = pause(PauseScope.ALL, reason="x", by=staff)
    resume(made, by=staff)

    response = at_work.post(reverse("plays:pause_end", args=[made.pk]), headers=EN, follow=True)

    assert "This pause had ended already." in text_of(response)


@pytest.mark.parametrize("name", ["dashboard", "plays", "jobs", "events", "mappings", "audit"])
def test_everybody_sees_on_every_page_what_is_paused_by_whom_and_why(client, pm, staff, name):
    pause(PauseScope.PLAY, play=make_play(name="세미나"), reason="개편 중", by=staff)
    client.force_login(pm)

    text = text_of(client.get(reverse(f"plays:{name}"), headers=EN)).partition("All times")[0]

    assert "Paused: Play 세미나 · 개편 중 staff, since 2026-11-23 (Mon) 14:05" in text
    assert "Resume" not in text


def test_many_pauses_do_not_fill_the_page(at_work, staff):
    for number in range(5):
        pause(PauseScope.PLAY, play=make_play(), reason=f"reason {number}", by=staff)

    text = text_of(at_work.get(reverse("plays:jobs"), headers=EN))

    assert "reason 2" in text
    assert "reason 3" not in text
    assert "All 5 pauses" in text


def test_the_page_of_pauses_tells_what_waits_and_what_has_ended(at_work, staff, admin_user):
    job = make_job()
    over = pause(PauseScope.KIND, kind="log_row", reason="over", by=staff)
    resume(over, by=admin_user)
    pause(PauseScope.PLAY, play=job.play, reason="now", by=staff)

    text = text_of(at_work.get(reverse("plays:pauses"), headers=EN))

    assert "Paused now 1" in text
    assert re.search(r"now staff 2026-11-23 \(Mon\) 14:05 just now 1 Resume", text)
    assert re.search(r"Action Log row over staff 2026-\S+ \(Mon\) 14:05 admin", text)


@pytest.mark.parametrize(("who", "may"), [("pm", False), ("staff", True), ("admin_user", True)])
def test_the_buttons_are_there_for_those_who_may(client, request, staff, who, may):
    pause(PauseScope.ALL, reason="x", by=staff)
    client.force_login(request.getfixturevalue(who))

    text = text_of(client.get(reverse("plays:pauses"), headers=EN))

    assert ("Resume Everything" in text or "Pause something" in text) is may


def test_a_play_can_be_paused_where_it_is_looked_at(at_work, staff):
    play = make_play(play_id="EXT_1")
    assert "Pause this Play" in text_of(at_work.get(play.get_absolute_url(), headers=EN))

    begin(at_work, scope="play", play="EXT_1", reason="개편", next=play.get_absolute_url())

    text = text_of(at_work.get(play.get_absolute_url(), headers=EN))
    assert "Pause this Play" not in text
    assert re.search(r"Paused by staff since .* ?: 개편 Resume", text)


def test_a_job_says_which_pause_it_waits_for(at_work, staff):
    job = make_job()
    pause(PauseScope.PAGE, page=job.mapping.page, reason="개편", by=staff)

    text = text_of(at_work.get(job.get_absolute_url(), headers=EN))

    assert "Held back by a pause: Page" in text


def test_a_jobs_page_and_kind_can_be_paused_where_it_is_looked_at(at_work):
    job = make_job()
    text = text_of(at_work.get(job.get_absolute_url(), headers=EN))
    assert "Pause this page" in text
    assert "Pause this kind of edit" in text

    begin(at_work, scope="kind", kind=job.kind, reason="개편")

    text = text_of(at_work.get(job.get_absolute_url(), headers=EN))
    assert "Held back by a pause: Live doc entry · 개편" in text
    assert "Pause this kind of edit" not in text
