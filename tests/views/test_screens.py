"""Every screen: both languages, the same price however long, banners, text from outside."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plays.models import AuditEntry, Page, PageMappingChange, Pause, QuarterCount, Site
from plays.rules.planner import Part
from tests.factories import (
    NOW,
    make_action,
    make_attempt,
    make_event,
    make_job,
    make_mapping,
    make_page,
    make_play,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

KO, EN = {"Accept-Language": "ko-KR,ko;q=0.9"}, {"Accept-Language": "en-GB,en;q=0.9"}
LISTS = (
    "dashboard",
    "funnel",
    "plays",
    "jobs",
    "events",
    "mappings",
    "mapping_history",
    "pauses",
    "audit",
)


# --- Languages and themes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("headers", "word"), [(KO, "매핑"), (EN, "Mappings")])
def test_the_browsers_language_wins(client, pm, name, headers, word):
    client.force_login(pm)

    response = client.get(reverse(f"plays:{name}"), headers=headers)

    assert word in response.text
    assert f'<html lang="{headers["Accept-Language"][:2]}"' in response.text


def test_korean_for_a_browser_that_says_nothing(client, pm):
    client.force_login(pm)

    assert '<html lang="ko"' in client.get("/").text


def test_a_language_that_was_chosen_beats_the_browsers(client, pm):
    client.force_login(pm)

    client.post(reverse("plays:language"), {"language": "en", "next": "/"})

    assert '<html lang="en"' in client.get("/", headers=KO).text


@pytest.mark.parametrize(
    ("chosen", "drawn"), [("dark", "dark"), ("light", "light"), ("<x>", "auto")]
)
def test_a_theme_is_remembered_without_a_script(client, pm, chosen, drawn):
    client.force_login(pm)

    client.post(reverse("plays:theme"), {"theme": chosen, "next": "/"})

    assert f'data-theme="{drawn}"' in client.get("/").text


# --- The same price however long -----------------------------------------------------------------


def fill(count):
    for number in range(count):
        play = make_play(due_date=NOW.date())
        QuarterCount.objects.create(
            play=play, year=2026, quarter=4, activity=number % 7, last_action_at=NOW
        )
        page = make_page()
        make_mapping(Part.LIVE_DOC, play=play, page=page)
        job = make_job(play=play, mapping=make_mapping(Part.LIVE_DOC, play=play), state="failed")
        make_attempt(job, outcome="error", error="PageNotFound")
        make_event(state="rejected", problems=[{"field": "id", "message": "missing"}])
        PageMappingChange.objects.create(mapping=job.mapping, new_page=page, at=NOW)
        for ended_at in (None, NOW):
            Pause.objects.create(scope="page", page=page, reason="x", at=NOW, ended_at=ended_at)
        AuditEntry.objects.create(at=NOW, by_name="kim", verb="map", play=play)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_long(client, pm, django_assert_num_queries, name):
    client.force_login(pm)
    fill(3)
    client.get(reverse(f"plays:{name}"))  # the first visit is kept
    with CountQueries() as few:
        client.get(reverse(f"plays:{name}"))
    fill(60)

    with django_assert_num_queries(len(few)):
        client.get(reverse(f"plays:{name}"))


def test_a_plays_actions_cost_the_same_however_many(client, pm, django_assert_num_queries):
    client.force_login(pm)
    play = make_play()
    live = make_mapping(Part.LIVE_DOC, play=play, page=make_page())
    for _ in range(2):
        make_job(action=make_action(play=play), mapping=live)
    with CountQueries() as few:
        client.get(play.get_absolute_url())
    for _ in range(40):
        make_job(action=make_action(play=play), mapping=live)

    with django_assert_num_queries(len(few)):
        client.get(play.get_absolute_url())


def test_a_jobs_tries_cost_the_same_however_many(client, pm, django_assert_num_queries):
    client.force_login(pm)
    job = make_job()
    make_attempt(job)
    with CountQueries() as few:
        client.get(job.get_absolute_url())
    for _ in range(40):
        make_attempt(job, make_job(mapping=job.mapping))

    with django_assert_num_queries(len(few)):
        client.get(job.get_absolute_url())


class CountQueries:
    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.capture = CaptureQueriesContext(connection)
        return self.capture.__enter__()

    def __exit__(self, *error):
        self.capture.__exit__(*error)


# --- The site is paused or stopped ---------------------------------------------------------------


def set_site(**changes):
    Site.objects.update_or_create(pk=1, defaults=changes)


def banner(client, headers=EN):
    text = client.get("/", headers=headers).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[0]))


def test_a_paused_site_says_until_when_and_why(client, pm):
    client.force_login(pm)
    set_site(
        paused_until=NOW + timedelta(minutes=4),
        error="RateLimited",
        message="HTTP 429 · Rate limit exceeded",
    )

    assert "Writing to Confluence is paused." in banner(client)
    assert "resumes by itself at 2026-11-23 (Mon) 14:09" in banner(client)
    assert "HTTP 429 · Rate limit exceeded" in banner(client)
    assert "Confluence가 호출을 줄여 달라고 했습니다" in banner(client, KO)


def test_a_stopped_site_says_since_when_and_what_to_do(client, pm):
    client.force_login(pm)
    set_site(stopped_at=NOW, error="CredentialsRejected", message="HTTP 401")

    assert "Writing to Confluence is stopped." in banner(client)
    assert "Since 2026-11-23 (Mon) 14:05 it has not accepted our account" in banner(client)
    assert "Ask an admin to check the Confluence account" in banner(client)


@pytest.mark.parametrize(
    ("group", "closed"),
    [("PM", False), ("Staff", True), ("Admin", True)],
)
def test_who_may_retry_may_have_a_closed_site_tried_now(client, group, closed):
    client.force_login(make_user(group))
    set_site(paused_until=timezone.now() + timedelta(minutes=4), error="RateLimited")

    assert ("Try now" in banner(client)) is closed
    answer = client.post("/site/try-now/", {"next": "/jobs/"}, follow=True, headers=EN)

    assert ("Confluence is tried now. What is due is written." in answer.text) is closed
    assert Site.current().is_open(timezone.now()) is closed


def test_a_stopped_site_that_still_refuses_us_stays_stopped(client, staff, sandbox, settings):
    settings.CONFLUENCE_URL, settings.CONFLUENCE_API_TOKEN = sandbox.url, "wrong"
    client.force_login(staff)
    set_site(stopped_at=NOW, probe_after=NOW + timedelta(minutes=1), error="CredentialsRejected")

    assert "The next look is at 2026-11-23 (Mon) 14:06" in banner(client)
    answer = client.post("/site/try-now/", follow=True, headers=EN)

    assert "Confluence still does not accept our account." in answer.text
    assert Site.current().stopped_at == NOW


def test_there_is_no_banner_while_all_is_well(client, pm):
    client.force_login(pm)
    set_site(paused_until=NOW - timedelta(minutes=1), error="RateLimited")

    assert "Writing to Confluence" not in banner(client)


# --- What comes from outside ---------------------------------------------------------------------


def test_text_from_outside_is_text_and_only_web_addresses_are_links(client, pm):
    client.force_login(pm)
    play = make_play(name="<script>alert(1)</script>", notes="<b>x</b>")
    action = make_action(play=play, title='"><img src=x onerror=y>', url="javascript:alert(1)")
    page = make_page(title="<i>page</i>", url="javascript:alert(2)")
    job = make_job(action=action, mapping=make_mapping(Part.LIVE_DOC, play=play, page=page))
    make_attempt(job, outcome="error", error="<u>E</u>", message="<s>m</s>")
    Page.objects.update(state_reason="<em>why</em>")

    for address in ("/", "/plays/", play.get_absolute_url(), "/jobs/", job.get_absolute_url()):
        text = client.get(address).text
        assert not re.search(r"<(script>|b>x|img src=x|i>page|u>|s>|em>)", text), address
        assert "javascript:" not in text, address


def test_no_page_carries_script_or_style_of_its_own(client, pm):
    client.force_login(pm)
    fill(1)

    for name in LISTS:
        text = client.get(reverse(f"plays:{name}")).text
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=|hx-on", text), name
