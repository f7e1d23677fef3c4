"""Mails that people asked for: once per turn to red, once per weekly run; nothing unasked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from plays.models import AlertDelivery, Person, Play, WeeklySync
from plays.sync import heartbeats
from plays.sync.alerts import send_due, tell_people
from plays.sync.alerts.ping import ping_if_due
from tests.factories import make_play, make_user

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)


@pytest.fixture
def kim(client):
    """Somebody who owns a Play that is behind by now, and is logged in."""
    person = make_user("PM", username="kim", first_name="철수", last_name="김", email="k@x.example")
    client.force_login(person)
    return person


def tell(now):
    tell_people(now=now)
    send_due(now=now)
    return [one.body for one in mail.outbox]


def choose(client, *names):
    client.post(reverse("plays:me_mails"), dict.fromkeys(names, "on"))


def test_a_play_that_turns_red_is_told_once_and_again_when_it_turns_red_again(client, kim):
    now = timezone.now()
    choose(client, "red")
    assert tell(now) == []
    play = make_play(owner="김철수", name="세미나")

    assert "세미나" in tell(now + LATER)[0]
    assert len(tell(now + 2 * LATER)) == 1
    Play.objects.update(is_active=False)
    tell(now + 3 * LATER)
    Play.objects.update(is_active=True)

    assert len(tell(now + 4 * LATER)) == 2
    assert mail.outbox[0].to == ["k@x.example"]
    assert play.play_id


def test_what_is_red_already_when_it_is_asked_for_is_not_sent(client, kim):
    make_play(owner="김철수")
    choose(client, "red")

    assert tell(timezone.now()) == []


def test_the_report_comes_after_each_run_that_ended(client, kim):
    now = timezone.now()
    WeeklySync.objects.create(slot=now - timedelta(days=7), state="done", started_at=now)
    choose(client, "report")
    assert tell(now) == []
    WeeklySync.objects.create(slot=now, state="done", started_at=now)

    assert len(tell(now + LATER)) == 1
    assert len(tell(now + 2 * LATER)) == 1


def test_who_wants_none_gets_none(client, kim):
    choose(client, "red", "report")
    choose(client)
    make_play(owner="김철수")

    assert tell(timezone.now()) == []
    assert not Person.objects.filter(mails_red=True).exists()


def test_somebody_who_has_left_gets_nothing_more(client, kim):
    choose(client, "red")
    make_play(owner="김철수")
    now = timezone.now()
    tell_people(now=now)
    kim.is_active = False
    kim.save()

    send_due(now=now)

    assert mail.outbox == []
    assert AlertDelivery.objects.get().state == "failed"


def test_one_process_looks_at_a_time(client, kim):
    choose(client, "red")
    make_play(owner="김철수")
    now = timezone.now()

    assert (tell_people(now=now), tell_people(now=now + timedelta(minutes=4))) == (1, 0)


@pytest.mark.parametrize("is_alive", [True, False])
def test_an_outside_check_hears_of_us_while_a_worker_is_at_work(settings, monkeypatch, is_alive):
    calls = []
    monkeypatch.setattr(
        "plays.sync.alerts.ping.requests.get",
        lambda url, **_: calls.append(url) or type("Answer", (), {"ok": True})(),
    )
    settings.ALERT_PING_URL = "https://check.example/abc"
    now = timezone.now()
    if is_alive:
        heartbeats.beat("w", now=now)

    heard = [ping_if_due(now=now), ping_if_due(now=now + timedelta(seconds=30))]

    assert heard == [is_alive, False]
    assert calls == ["https://check.example/abc"] * is_alive
