"""One search over everything, time ranges on lists, terms to complete."""

from datetime import timedelta

import pytest

from plays.models import AuditEntry
from plays.rules.planner import Part
from tests.factories import NOW, make_action, make_job, make_mapping, make_page, make_play
from tests.views.conftest import EN
from tests.views.flat import flat
from tests.views.test_screens import CountQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def known():
    play = make_play(play_id="EXT_Desk_D01", name="세미나 발굴", owner="김철수")
    page = make_page(page_id="40100077", title="세미나 Live doc")
    mapping = make_mapping(Part.LIVE_DOC, play=play, page=page)
    action = make_action(play=play, title="콜센터 AHT", log_id="LOG-2026-77777", subject_id="SIG-7")
    return make_job(action=action, mapping=mapping)


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("세미나", "/plays/EXT_Desk_D01/"),
        ("김철수", "/plays/EXT_Desk_D01/"),
        ("ext_desk_d01", "/plays/EXT_Desk_D01/"),
        ("aht", "/events/{event}/"),
        ("log-2026-77777", "/events/{event}/"),
        ("LOG-2026-77777", "/jobs/{job}/"),
        ("SIG-7", "/events/{event}/"),
        ("Live doc", "/mappings/live_doc/EXT_Desk_D01/"),
        ("https://x.atlassian.net/wiki/spaces/AX/pages/40100077/Seminar", "/mappings/live_doc/"),
        ("{job}", "/jobs/{job}/"),
        ("funnel", "/funnel/"),
        ("recov", "/jobs/recovery/"),
    ],
)
def test_what_is_typed_leads_there(client, staff, known, words, leads):
    client.force_login(staff)
    names = {"job": known.pk, "event": known.action.event_id}

    page = client.get("/search/", {"q": words.format(**names)}, headers=EN).text

    assert f'href="{leads.format(**names)}' in page.partition("<main")[2]


def test_the_palette_gets_only_what_was_found_and_only_what_one_may(client, pm, known):
    client.force_login(pm)

    part = client.get("/search/?q=reco", headers={**EN, "HX-Request": "true"}).text

    assert "<html" not in part
    assert "/jobs/recovery/" not in part


@pytest.mark.parametrize("words", ["", "\x00", "nowhere at all", "9" * 400, "%", "pages/", "<b>"])
def test_nothing_that_is_typed_is_an_error(client, pm, words):
    client.force_login(pm)

    assert client.get("/search/", {"q": words}).status_code == 200


def test_a_search_costs_the_same_however_much_is_found(client, pm, django_assert_num_queries):
    client.force_login(pm)
    make_mapping(play=make_play(name="alike"), page=make_page(title="alike"))
    with CountQueries() as few:
        client.get("/search/?q=alike")
    for _ in range(8):
        make_action(title="alike", play=make_play(name="alike"))
        make_mapping(play=make_play(name="alike"), page=make_page(title="alike"))

    with django_assert_num_queries(len(few)):
        client.get("/search/?q=alike")


# --- Time ranges ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("since=2026-11-23", 1),
        ("until=2026-11-22", 1),
        ("since=2026-11-22&until=2026-11-23", 2),
        ("since=2027-01-01", 0),
        ("since=nonsense", 2),
    ],
)
def test_lists_are_narrowed_to_days_both_included(client, pm, query, count):
    client.force_login(pm)
    today, before = NOW, NOW - timedelta(days=1)
    for at in (today, before):
        job = make_job(created_at=at)
        job.action.event.received_at = at
        job.action.event.save()
        AuditEntry.objects.create(at=at, by_name="kim", verb="map")

    for name in ("jobs", "events", "audit"):
        page = client.get(f"/{name}/?{query}")
        assert page.context["page_obj"].paginator.count == count, name


def test_the_search_of_jobs_has_terms_to_complete(client, pm):
    client.force_login(pm)

    page = flat(client.get("/jobs/").text)

    for term in ("play:", "error:PageNotFound", "state:failed", "kind:log_row"):
        assert f'<option value="{term}"></option>' in page
