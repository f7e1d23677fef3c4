"""What each screen says of Plays, jobs and events is what the tables say."""

import re
from datetime import timedelta

import pytest

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


# --- Plays ---------------------------------------------------------------------------------------


def test_the_worst_play_comes_first(seen, counted):
    counted(make_play(name="Good one"), activity=30, signal=10, brief=4, s2=2, last_action_at=NOW)
    counted(make_play(name="Bad one"), activity=1, last_action_at=NOW)
    counted(make_play(name="Fair one"), activity=9, signal=4, brief=1, s2=1, last_action_at=NOW)
    make_play(name="Gone one", is_active=False)

    text = seen("dashboard")

    assert text.index("Bad one") < text.index("Fair one") < text.index("Good one")
    assert "Gone one" not in text
    assert "■ Behind 1 ▲ At risk 1 ● On track 1" in text


def test_the_sum_behind_a_status_is_shown(seen, counted):
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


def test_without_goals_the_last_action_decides_and_the_screen_says_so(seen, counted):
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
def test_plays_are_filtered_by_the_address(seen, counted, query, shown):
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
    assert len(response.context["page_obj"].object_list) == 1


def test_htmx_gets_only_the_list(client, pm):
    client.force_login(pm)

    part = client.get("/jobs/", headers={"HX-Request": "true"})
    again = client.get(
        "/jobs/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )

    assert part.text.strip().startswith('<section id="job-list"')
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


# --- Events --------------------------------------------------------------------------------------


def test_a_rejected_event_shows_its_reasons_and_what_came_in(seen):
    event = make_event(
        state="rejected",
        payload='{"data": {"play_id": "없는 Play"}}',
        problems=[
            {"code": "unknown_play", "field": "data.play_id", "params": {"name": "없는 Play"}}
        ],
        missing="play:없는 Play",
    )

    assert "data.play_id no Play is called 없는 Play" in seen("events", query="?state=rejected")
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


def test_the_foot_of_a_page_leads_to_the_guide_where_the_team_keeps_one(client, pm, settings):
    client.force_login(pm)
    address = "https://wiki.example/guide"

    without = client.get("/me/").text
    settings.GUIDE_URL = address

    assert address not in without
    assert f'<a href="{address}">' in client.get("/me/").text
