"""What is due, on screen and as iCalendar."""

from datetime import date

import pytest
from django.urls import reverse
from icalendar import Calendar

from plays.models import Person, TodoTask
from plays.views.calendar.dues import dues
from tests.factories import make_play, make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(client, monday):
    user = make_user("PM", username="kim", first_name="철수", last_name="김")
    client.force_login(user)
    return user


@pytest.fixture
def due_play():
    return make_play(
        name="Seminar", owner="김철수", next_action="세미나, 발표", due_date=date(2026, 11, 26)
    )


@pytest.fixture
def other_play():
    return make_play(name="Fair", owner="박민준", due_date=date(2026, 11, 2))


def read(client, **query):
    return client.get(reverse("plays:calendar"), query, headers=EN).text


def test_this_week_comes_first_and_what_is_overdue_is_marked(kim, client, due_play, other_play):
    TodoTask.objects.create(
        play=other_play, position=1, text="book a room", due_on=date(2026, 12, 9)
    )

    page = read(client, of="all")

    order = [
        page.index(word) for word in ("This week", "Seminar", "Overdue", "Fair", "book a room")
    ]
    assert order == sorted(order)
    assert page.count('class="overdue"') == 1


def test_mine_has_my_plays_and_the_tasks_assigned_to_me(kim, client, due_play, other_play):
    for position, (who, text) in enumerate((("김철수", "for me"), ("박민준", "for him")), 1):
        TodoTask.objects.create(
            play=other_play, position=position, text=text, assignee=who, due_on=date(2026, 11, 27)
        )

    page = read(client, of="mine")

    assert "Seminar" in page
    assert "for me" in page
    assert "for him" not in page


def test_a_secret_address_is_read_without_a_login_until_it_is_renewed(kim, client, due_play):
    client.post(reverse("plays:calendar_key"))
    key = Person.objects.get().calendar_key
    client.logout()

    answer = client.get(reverse("plays:calendar_ics"), {"key": key})
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert event["summary"] == "Seminar: 세미나, 발표"
    assert event.decoded("dtstart") == date(2026, 11, 26)
    assert event["url"].endswith(due_play.get_absolute_url())
    assert client.get(reverse("plays:calendar_ics"), {"key": "guessed"}).status_code == 404
    client.force_login(kim)
    client.post(reverse("plays:calendar_key"))
    assert client.get(reverse("plays:calendar_ics"), {"key": key}).status_code == 404


def test_who_may_no_longer_log_in_has_no_calendar(kim, client):
    client.post(reverse("plays:calendar_key"))
    key = Person.objects.get().calendar_key
    kim.is_active = False
    kim.save()

    assert client.get(reverse("plays:calendar_ics"), {"key": key}).status_code == 404


def test_an_address_that_was_taken_back_is_gone(kim, client):
    client.post(reverse("plays:calendar_key"))
    client.post(reverse("plays:calendar_key"), {"end": "1"})

    assert Person.objects.get().calendar_key is None
    assert "key=" not in read(client)


def test_a_long_calendar_is_turned_and_each_part_of_a_week_says_which(kim, client, due_play):
    TodoTask.objects.bulk_create(
        TodoTask(play=due_play, position=n, text=f"step-{n:03d}", due_on=date(2026, 12, 9))
        for n in range(120)
    )

    pages = [read(client, of="all", p=number) for number in (1, 2, 3)]

    assert [page.count('class="due-day"') for page in pages] == [50, 50, 21]
    assert ["This week" in page for page in pages] == [True, False, False]
    assert all("12.7–12.13" in page for page in pages)
    assert all(sum(f"step-{n:03d}" in page for page in pages) == 1 for n in range(120))


def test_no_task_is_left_out_however_many_there_are(due_play):
    TodoTask.objects.bulk_create(
        TodoTask(play=due_play, position=n, text="step", due_on=date(2026, 12, 9))
        for n in range(2_500)
    )

    assert len(dues([due_play])) == 2_501
