"""The owner's word beside the status."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from plays.models import OwnerWord, Team
from tests.factories import NOW, make_play, make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db


@pytest.fixture
def play():
    return make_play(name="Seminar", owner="김철수")


@pytest.fixture
def owner(client):
    user = make_user("PM", username="kim", first_name="철수", last_name="김")
    client.force_login(user)
    return user


def say(client, play, **values):
    address = reverse("plays:play_word", args=[play.play_id])
    return client.post(
        address, {"text": "contract signed on the 3rd", "status": "G"} | values, headers=EN
    )


def test_an_owner_sees_a_play_another_way_and_says_why(client, owner, play, seen):
    client.force_login(owner)
    say(client, play)

    text = seen("play", play.play_id)

    word = OwnerWord.objects.get()
    assert (word.status, word.judged, word.is_owner) == ("G", "R", True)
    assert word.monday == date(2026, 11, 23)
    assert "● On track contract signed on the 3rd" in text
    assert "■ Behind" in text


def test_a_pm_says_it_for_the_owner_and_it_is_said_so(client, pm, play, monday):
    client.force_login(pm)

    say(client, play)

    assert "for the owner" in client.get(play.get_absolute_url(), headers=EN).text


def test_the_computed_colour_is_no_other_one(client, owner, play, monday):
    say(client, play, status="R")

    assert OwnerWord.objects.get().seen_as is None


def test_nothing_is_no_word(client, owner, play, monday):
    response = say(client, play, text="   ")

    assert not OwnerWord.objects.exists()
    assert response.status_code == 302


def test_a_word_that_was_missed_is_seen_and_the_last_one_stays_in_the_history(client, owner, play):
    Team.objects.update(words_since=date(2026, 1, 1))
    with time_machine.travel(NOW - timedelta(weeks=2), tick=False):
        client.force_login(owner)
        say(client, play)

    with time_machine.travel(NOW, tick=False):
        client.force_login(owner)
        page = client.get(play.get_absolute_url(), headers=EN).text

    assert "Last week ended without a word." in page
    assert page.count("contract signed on the 3rd") == 2
