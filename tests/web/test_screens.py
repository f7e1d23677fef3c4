"""The screens say what the tables say, in both languages, at the same price however long."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from plays.models import Page, Play, QuarterCount, Site
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
)

pytestmark = pytest.mark.django_db

KO, EN = {"Accept-Language": "ko-KR,ko;q=0.9"}, {"Accept-Language": "en-GB,en;q=0.9"}
LISTS = ("dashboard", "plays", "jobs", "events", "mappings")


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seen(client, pm):
    """A page's visible text, read by a PM; English unless said otherwise."""
    client.force_login(pm)

    def read(name, *args, query="", headers=EN, status=200):
        response = client.get(reverse(f"plays:{name}", args=args) + query, headers=headers)
        assert response.status_code == status
        text = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
        return re.sub(r"\s+", " ", text)

    return read


def counted(play, **counts):
    return QuarterCount.objects.create(play=play, year=2026, quarter=4, **counts)


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
        counted(play, activity=number % 7, last_action_at=NOW)
        page = make_page()
        make_mapping(Part.LIVE_DOC, play=play, page=page)
        job = make_job(play=play, mapping=make_mapping(Part.LIVE_DOC, play=play), state="failed")
        make_attempt(job, outcome="error", error="PageNotFound")
        make_event(state="rejected", problems=[{"field": "id", "message": "missing"}])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_long(client, pm, django_assert_num_queries, name):
    client.force_login(pm)
    fill(3)
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


# --- Plays ---------------------------------------------------------------------------------------


def test_the_worst_play_comes_first(seen):
    counted(make_play(name="Good one"), activity=30, signal=10, brief=4, s2=2, last_action_at=NOW)
    counted(make_play(name="Bad one"), activity=1, last_action_at=NOW)
    counted(make_play(name="Fair one"), activity=9, signal=4, brief=1, s2=1, last_action_at=NOW)
    make_play(name="Gone one", is_active=False)

    text = seen("dashboard")

    assert text.index("Bad one") < text.index("Fair one") < text.index("Good one")
    assert "Gone one" not in text
    assert "Plays behind 1 / 3 1 at risk · 1 on track" in text


def test_the_sum_behind_a_status_is_shown(seen):
    play = make_play(activity_goal=20, signal_goal=0, brief_goal=4, s2_goal=0)
    counted(play, activity=8, brief=1, s3=2, last_action_at=NOW)

    text = seen("play", play.play_id)

    # 53.59 of 92 days: 58.2% of the quarter, so 11.6 activities and 2.3 briefs by now.
    assert "Activities 8 / 20 pace 11.6 11.6 69%" in text
    assert "Briefs 1 / 4 pace 2.3 2.3 43%" in text
    assert "Signals 0 no goal – –" in text
    assert "58% of the quarter has passed. On average the goals stand at 56 %" not in text
    assert "goals stand at 56% of what the pace asks for" in text
    assert "S3 2" in text
    assert "Q4 2026 (10.1–12.31), day 54 of 92" in text


def test_without_goals_the_last_action_decides_and_the_screen_says_so(seen):
    play = make_play(activity_goal=0, signal_goal=0, brief_goal=0, s2_goal=0)
    counted(play, last_action_at=NOW - timedelta(days=20))

    text = seen("play", play.play_id)

    assert "the last action decides: it was 2 weeks ago" in text
    assert "▲ At risk" in text


def test_a_status_set_by_hand_is_shown_with_who_why_and_how_long(seen, staff):
    play = make_play(
        override_status="G",
        override_reason="계약 직전",
        override_until=NOW + timedelta(days=3),
        override_by=staff,
    )

    text = seen("play", play.play_id)

    assert "● On track" in text
    assert "계약 직전 by staff, until 2026-11-26 (Thu) 14:05" in text


def test_each_action_says_where_it_stands_on_each_page(seen):
    play = make_play()
    live = make_mapping(Part.LIVE_DOC, play=play, page=make_page())
    brief = make_action(play=play, action_type="Brief", title="브리프 하나")
    make_job(action=brief, mapping=live, state="synced", settled_at=NOW)
    log = make_mapping(Part.ACTION_LOG, page=make_page())
    make_job(action=brief, kind="log_row", mapping=log, last_error="ServerFault")
    make_job(play=play, kind="play_row", mapping=make_mapping(Part.PLAY_DB))
    score = make_action(play=play, action_type="Scorecard", title="점수")
    make_job(action=score, mapping=live, state="failed", last_error="MergedCells")

    text = seen("play", play.play_id)

    assert re.search(r"브리프 하나 LOG-\S+ 김철수 ↻ retrying ✓ synced ◇ page not mapped yet", text)
    assert re.search(r"점수 LOG-\S+ 김철수 – not for this page ✕ failed – not for this page", text)


def test_an_overdue_play_is_marked(seen):
    make_play(due_date=NOW.date() - timedelta(days=1))

    assert "2026-11-22 (Sun) overdue" in seen("plays")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Alpha", "Beta"}),
        ("?q=alp", {"Alpha"}),
        ("?q=ext_1 kim", {"Alpha"}),
        ("?owner=Lee", {"Beta"}),
        ("?status=R", {"Beta"}),
        ("?status=nonsense", {"Alpha", "Beta"}),
        ("?active=all", {"Alpha", "Beta", "Gamma"}),
        ("?q=%00", {"Alpha", "Beta"}),
        ("?p=999", {"Alpha", "Beta"}),
    ],
)
def test_plays_are_filtered_by_the_address(seen, query, shown):
    good = make_play(play_id="EXT_1", name="Alpha", owner="Kim")
    counted(good, activity=20, signal=10, brief=4, s2=2, last_action_at=NOW)
    make_play(play_id="EXT_2", name="Beta", owner="Lee")
    make_play(play_id="EXT_3", name="Gamma", owner="Lee", is_active=False)

    text = seen("plays", query=query)

    assert {name for name in ("Alpha", "Beta", "Gamma") if f" {name} " in text} == shown


# --- Jobs ----------------------------------------------------------------------------------------


@pytest.fixture
def six_jobs():
    """One at each stage, by its stage."""
    mapped = make_mapping(Part.ACTION_LOG, page=make_page(page_id="777", title="Action Log"))
    settled = {"settled_at": NOW, "mapping": mapped, "kind": "log_row"}
    return {
        "pending": make_job(kind="log_row", mapping=mapped),
        "unmapped": make_job(mapping=make_mapping(Part.LIVE_DOC)),
        "retrying": make_job(
            kind="log_row", mapping=mapped, last_error="ServerFault", last_message="HTTP 503 oops"
        ),
        "failed": make_job(**settled, state="failed", last_error="MergedCells"),
        "synced": make_job(**settled, state="synced"),
        "canceled": make_job(**settled, state="canceled"),
    }


@pytest.mark.parametrize(
    "stage", ["pending", "unmapped", "retrying", "failed", "synced", "canceled"]
)
def test_a_tab_counts_and_shows_the_jobs_of_one_stage(seen, six_jobs, stage):
    text = seen("jobs", query=f"?state={stage}")

    shown = {name for name, job in six_jobs.items() if job.key in text}
    assert shown == {stage}
    assert six_jobs[stage].stage == stage
    assert "All 6 pending 1 page not mapped yet 1 retrying 1 failed 1 synced 1 canceled 1" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?page=777", {"pending", "retrying", "failed", "synced", "canceled"}),
        ("?kind=live_entry", {"unmapped"}),
        ("?kind=nonsense&q=oops", {"retrying"}),
        ("?q=mergedcells", {"failed"}),
        ("?q={unmapped.action.event.event_id}", {"unmapped"}),
        ("?play={synced.play.play_id}", {"synced"}),
        ("?q=nothing-of-the-kind", set()),
    ],
)
def test_jobs_are_filtered_by_the_address(seen, six_jobs, query, shown):
    text = seen("jobs", query=query.format(**six_jobs))

    assert {name for name, job in six_jobs.items() if job.key in text} == shown


def test_a_long_list_has_pages_that_keep_the_filter(client, pm):
    client.force_login(pm)
    for _ in range(51):
        make_job(last_error="ServerFault")

    response = client.get("/jobs/?state=retrying&p=2")

    assert "?state=retrying&amp;p=1" in response.text
    assert len(response.context["leaf"].object_list) == 1


def test_htmx_gets_only_the_list(client, pm):
    client.force_login(pm)

    part = client.get("/jobs/", headers={"HX-Request": "true"})
    again = client.get(
        "/jobs/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )

    assert part.text.strip().startswith('<section id="job-list">')
    assert "HX-Request" in part.headers["Vary"]
    assert "<html" in again.text


def test_a_job_tells_every_try_in_confluences_words(seen):
    page = make_page(url="https://wiki.example/wiki/spaces/AX/pages/9", page_id="9")
    job = make_job(
        mapping=make_mapping(Part.LIVE_DOC, page=page),
        state="failed",
        settled_at=NOW,
        failures=1,
        last_error="PageNotFound",
        last_message="No such page",
    )
    make_attempt(
        job,
        make_job(mapping=job.mapping),
        outcome="error",
        error="ServerFault",
        http_status=503,
        message="Down for maintenance",
        request_id="req-7",
        duration_ms=2400,
        version_after=None,
    )

    text = seen("job", job.pk)

    assert "Page not found. Check the page ID in the mapping" in text
    assert "No such page" in text
    assert "2026-11-23 (Mon) 14:05:00 ✕ error 2 jobs in one write" in text
    assert "Confluence failed Down for maintenance Request ID req-7 503 2 2.4 s 3" in text


def test_a_write_links_to_what_it_changed(client, pm):
    client.force_login(pm)
    page = make_page(url="https://wiki.example/wiki/spaces/AX/pages/9", page_id="9")
    job = make_job(mapping=make_mapping(Part.LIVE_DOC, page=page))
    make_attempt(job, version_before=3, version_after=4)

    text = client.get(job.get_absolute_url()).text

    assert "https://wiki.example/wiki/pages/viewpreviousversions.action?pageId=9" in text
    assert (
        "https://wiki.example/wiki/pages/diffpagesbyversion.action?pageId=9"
        "&amp;selectedPageVersions=3&amp;selectedPageVersions=4" in text
    )


def test_a_job_without_a_page_says_what_it_waits_for(seen):
    job = make_job(mapping=make_mapping(Part.LIVE_DOC))

    assert "The page (Live doc) is not mapped yet." in seen("job", job.pk)


# --- Events and mappings -------------------------------------------------------------------------


def test_a_rejected_event_shows_its_reasons_and_what_came_in(seen):
    event = make_event(
        state="rejected",
        payload='{"data": {"play_id": "없는 Play"}}',
        problems=[{"field": "data.play_id", "message": "unknown Play"}],
        missing="play:없는 Play",
    )

    assert "data.play_id unknown Play" in seen("events", query="?state=rejected")
    text = seen("event", event.pk)
    assert "It can be accepted once play:없는 Play is known." in text
    assert "&quot;play_id&quot;: &quot;없는 Play&quot;" in text


def test_a_payload_that_is_no_json_is_shown_as_it_came(seen):
    event = make_event(state="rejected", payload="{not json")

    assert "{not json" in seen("event", event.pk)


def test_an_accepted_event_leads_to_what_it_became(seen):
    job = make_job(state="synced", settled_at=NOW)

    text = seen("event", job.action.event_id)

    assert job.action.log_id in text
    assert "Live doc ✓ synced" in text


def test_every_part_and_play_is_listed_mapped_or_not(seen):
    log = make_page(page_id="40100003", title="Our log", state="missing", state_reason="gone")
    make_mapping(Part.ACTION_LOG, page=log)
    play = make_play(name="Alpha")
    make_mapping(Part.LIVE_DOC, play=play, page=make_page(title="Alpha doc"))
    make_job(play=play, mapping=make_mapping(Part.PLAY_TODO, play=play))
    Play.objects.filter(name__startswith="데스크").delete()

    text = seen("mappings")

    assert "Project TODO ◇ not mapped yet" in text
    assert "Action Log Our log ✕ missing 40100003 · version 3 gone" in text
    assert re.search(r"Alpha EXT_\S+ Alpha doc ✓ fine .* ◇ not mapped yet 1 edit waits", text)


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", {"Alpha", "Beta"}), ("?show=unmapped", {"Beta"}), ("?show=problem", {"Alpha"})],
)
def test_mappings_are_filtered_by_what_is_wrong(seen, query, shown):
    alpha, beta = make_play(name="Alpha"), make_play(name="Beta")
    make_mapping(Part.LIVE_DOC, play=alpha, page=make_page(state="forbidden"))
    make_mapping(Part.PLAY_TODO, play=alpha, page=make_page())
    make_mapping(Part.PLAY_TODO, play=beta, page=make_page())

    text = seen("mappings", query=query)

    assert {name for name in ("Alpha", "Beta") if f" {name} " in text} == shown
    assert "All Plays 2 No live doc mapped 1 Page with a problem 1" in text


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
