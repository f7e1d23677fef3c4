"""A person's own page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plays.models import AuditEntry
from tests.factories import make_play, make_user

pytestmark = pytest.mark.django_db


def test_a_users_plays_are_found_by_their_own_name(client, monday):
    make_play(name="세미나", owner="김철수, 이영희")
    make_play(name="전시회", owner="박민준")
    client.force_login(make_user("PM", username="kim", first_name="철수", last_name="김"))

    page = client.get(reverse("plays:me")).text

    assert "세미나" in page
    assert "전시회" not in page


def test_names_that_a_person_says_they_have_win_and_are_in_the_audit(client, pm, monday):
    make_play(name="전시회", owner="민준 Park")
    client.force_login(pm)

    client.post(reverse("plays:me_names"), {"names": "민준 park, 박민준"})

    assert "전시회" in client.get(reverse("plays:me")).text
    assert AuditEntry.objects.get().details == {"names": ["", "민준 park, 박민준"]}


def test_the_page_asks_no_more_of_the_database_for_more_plays(
    client, pm, monday, django_assert_num_queries
):
    client.force_login(pm)
    client.post(reverse("plays:me_names"), {"names": "김철수"})
    make_play(owner="김철수")
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("plays:me"))

    for _ in range(20):
        make_play(owner="김철수")

    with django_assert_num_queries(len(few)):
        client.get(reverse("plays:me"))
