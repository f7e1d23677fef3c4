"""Jobs for staff: found by qualifiers, told apart by cause, retried and canceled as meant."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plays.models import AuditEntry, PageLayout, Play, SyncJob
from plays.rules.planner import Part
from plays.sync.jobs.failures import causes
from tests.factories import NOW, make_attempt, make_job, make_mapping, make_page
from tests.views.flat import flat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
EN = {"Accept-Language": "en"}
FAILED = {"state": "failed", "settled_at": NOW, "failing_since": NOW, "failures": 3}


@pytest.fixture
def at_work(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def jobs():
    """Three that failed for two reasons, one that waits, one that is done."""
    log = make_mapping(Part.ACTION_LOG, page=make_page(page_id="777", title="Action Log"))
    row = {"kind": "log_row", "mapping": log}
    made = {
        "cells": make_job(**row, **FAILED, last_error="MergedCells", last_message="in the header"),
        "cells2": make_job(**row, **FAILED, last_error="MergedCells", last_message="in the footer"),
        "gone": make_job(**FAILED, last_error="PageNotFound", last_message="No such page"),
        "waiting": make_job(**row, last_error="ServerFault", last_message="HTTP 503 oops"),
        "done": make_job(**row, state="synced", settled_at=NOW),
    }
    for _ in range(4):
        make_attempt(made["gone"], outcome="error", error="PageNotFound")
    make_attempt(made["waiting"], outcome="error", error="ServerFault")
    return made


def states(jobs):
    return {name: SyncJob.objects.get(pk=job.pk).state for name, job in jobs.items()}


# --- Search --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("play:{gone.play.play_id}", {"gone"}),
        ("error:mergedcells", {"cells", "cells2"}),
        ("error:MergedCells error:PageNotFound", {"cells", "cells2", "gone"}),
        ("attempts:>3", {"gone"}),
        ("attempts:1", {"waiting"}),
        ("attempts:<1", {"cells", "cells2", "done"}),
        ("page:777 state:failed", {"cells", "cells2"}),
        ("event:{done.action.event.event_id}", {"done"}),
        ("log:{waiting.action.log_id}", {"waiting"}),
        ("log:LOG-2026 kind:live_entry", {"gone"}),
        ("part:live_doc", {"gone"}),
        ("state:retrying state:synced", {"waiting", "done"}),
        ('"503 oops"', {"waiting"}),
        ('"oops 503"', set()),
        ("oops HTTP", {"waiting"}),
        ("error:MergedCells footer", {"cells2"}),
    ],
)
def test_qualifiers_find_what_they_say(seen, jobs, search, found):
    text = seen("jobs", query="?q=" + search.format(**jobs).replace('"', "%22"))

    assert {name for name, job in jobs.items() if job.key in text} == found


def test_words_are_looked_for_in_the_names_of_play_and_page(seen, jobs):
    play = Play.objects.filter(pk=jobs["gone"].play_id)
    play.update(name="Observatory")

    of_play = seen("jobs", query="?q=observaTORY")
    of_page = seen("jobs", query="?q=action%20LOG")

    assert {name for name, job in jobs.items() if job.key in of_play} == {"gone"}
    on_log = SyncJob.objects.filter(mapping__page__title="Action Log")
    assert {job.pk for job in jobs.values() if job.key in of_page} == {job.pk for job in on_log}


@pytest.mark.parametrize("name", ["page", "q"])
def test_a_page_with_more_jobs_than_a_list_can_be_turned_finds_the_same(
    seen, jobs, name, monkeypatch
):
    monkeypatch.setattr("plays.models.counting.DEEPEST", 1)
    query = f"?{name}=" + ("777" if name == "page" else "page:777")

    text = seen("jobs", query=query + "&state=failed")

    assert {name for name, job in jobs.items() if job.key in text} == {"cells", "cells2"}


def test_a_search_works_together_with_the_form_and_the_tab(seen, jobs):
    text = seen("jobs", query="?q=error:MergedCells&page=777&kind=log_row&state=failed")

    assert {name for name, job in jobs.items() if job.key in text} == {"cells", "cells2"}


def test_a_search_that_cannot_be_meant_is_told_and_finds_nothing(seen, jobs):
    text = seen("jobs", query="?q=tries:3 state:broken")

    assert "tries:3 There is no such qualifier." in text
    assert "state:broken That is none of the values it can have." in text
    assert not any(job.key in text for job in jobs.values())


def test_a_page_that_the_log_has_left_finds_what_was_written_to_it(seen):
    old = make_page(page_id="111", title="Old log")
    log = make_mapping(Part.ACTION_LOG, page=make_page(page_id="222"))
    job = make_job(kind="log_row", mapping=log, state="synced", written_to=old)

    assert job.key in seen("jobs", query="?q=page:111")
    assert "Old log" in seen("jobs")


# --- Causes --------------------------------------------------------------------------------------


def test_failures_are_one_cause_where_error_step_and_page_are_the_same(jobs):
    cells, gone = causes(SyncJob.objects.all())

    assert (cells.error, cells.kind, cells.jobs, cells.plays) == ("MergedCells", "log_row", 2, 2)
    assert (cells.page.page_id, cells.words) == ("777", "in the footer")
    assert (gone.error, gone.jobs) == ("PageNotFound", 1)


def test_a_cause_says_what_to_do_and_how_long_it_has_been(seen, jobs):
    SyncJob.objects.filter(pk=jobs["cells"].pk).update(failing_since=NOW - timedelta(hours=3))

    text = seen("jobs", query="?state=failed")

    assert "Why they failed 2" in text
    assert "To do: Split the cells that are named, then retry." in text
    assert "2 jobs 2 Plays first 3 hours ago , last just now" in text


def test_a_cause_says_once_what_its_error_means(seen):
    said = "the page is not current · HTTP 200 · “Log” is archived"
    make_job(**FAILED, last_error="PageNotCurrent", last_message=said)

    text = seen("jobs")

    assert "The page is in the trash, archived or a draft" in text
    assert "HTTP 200 · “Log” is archived" in text
    assert "the page is not current" not in text


def test_what_a_page_asks_is_a_cause_in_the_readers_language_alone(at_work):
    said = "The table has 5 of our 7 headings but none for Log ID; which column is it? (line 1)"
    job = make_job(**FAILED, last_error="KeyColumnMissing", last_message=said)
    params = {"found": 5, "total": 7, "label": "Log ID"}
    PageLayout.objects.create(
        mapping=job.mapping, state="asks", code="key_column_missing", params=params
    )

    text = at_work.get("/jobs/?state=failed", headers={"Accept-Language": "ko"}).text

    assert "Log ID 열을 찾지 못했습니다" in text
    assert "which column is it" not in text
    assert f'href="{job.mapping.get_absolute_url()}"' in text


def test_a_cause_leads_to_its_jobs_and_to_a_retry_of_just_them(at_work, jobs):
    (cells, _) = causes(SyncJob.objects.all())

    asked = at_work.get("/jobs/retry/", {"state": "failed", "q": cells.search}, headers=EN)
    at_work.post(asked.wsgi_request.get_full_path(), {"all": "1"})

    assert "2 jobs" in asked.text
    assert states(jobs) == {
        "cells": "pending",
        "cells2": "pending",
        "gone": "failed",
        "waiting": "pending",
        "done": "synced",
    }


def test_failures_of_a_part_without_a_page_are_a_cause_too(jobs):
    make_job(mapping=make_mapping(Part.PLAY_DB), kind="play_row", **FAILED, last_error="EmptyKey")

    cause = next(c for c in causes(SyncJob.objects.all()) if c.error == "EmptyKey")

    assert (cause.page, cause.search) == (None, "error:EmptyKey part:play_db kind:play_row")


def test_causes_cost_the_same_however_many(client, pm, django_assert_num_queries, jobs):
    client.force_login(pm)

    with CaptureQueriesContext(connection) as few:
        client.get("/jobs/?state=failed")
    for _ in range(30):
        make_job(**FAILED, last_error="NotAllowed")
    with django_assert_num_queries(len(few)):
        client.get("/jobs/?state=failed")


# --- Everything that matches ---------------------------------------------------------------------


def test_all_that_match_are_counted_and_asked_for_before_they_are_retried(at_work, jobs):
    listed = at_work.get("/jobs/?state=failed", headers=EN)
    asked = at_work.get("/jobs/retry/?state=failed", headers=EN)

    assert 'href="/jobs/retry/?state=failed">Retry all 3 that match…' in flat(listed.text)
    assert "<b>3 jobs</b>" in flat(asked.text)
    assert states(jobs)["gone"] == "failed"

    done = at_work.post(
        "/jobs/retry/?state=failed",
        {"all": "1", "reason": "rights given", "next": "/jobs/?state=failed"},
        follow=True,
        headers=EN,
    )

    assert "3 jobs are retried now." in done.text
    assert set(states(jobs).values()) == {"pending", "synced"}
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.count, entry.reason) == ("retry", 3, "rights given")
    assert entry.details == {"state": "failed"}


def test_more_than_one_page_of_jobs_is_retried_by_its_filter(at_work):
    for _ in range(60):
        make_job(**FAILED, last_error="PageNotFound")

    at_work.post("/jobs/retry/?q=error:PageNotFound", {"all": "1"})

    assert not SyncJob.objects.failed().exists()


@pytest.mark.parametrize(
    "query", ["?q=tries:3", "?state=broken", "?kind=nonsense", "?q=" + "x" * 600]
)
@pytest.mark.parametrize("act", ["retry", "cancel"])
def test_nothing_is_done_for_a_filter_that_must_be_guessed(at_work, jobs, query, act):
    before = states(jobs)

    response = at_work.post(
        f"/jobs/{act}/{query}", {"all": "1", "reason": "x"}, follow=True, headers=EN
    )

    assert "The filter is not clear. Nothing was changed." in response.text
    assert states(jobs) == before


def test_nothing_that_matches_is_said_before_anything_is_asked(at_work):
    text = at_work.get("/jobs/retry/?state=failed", headers=EN).text

    assert "There is nothing to do." in text
    assert '<form method="post" class="stack">' not in text


# --- Cancel --------------------------------------------------------------------------------------


def test_a_selection_is_canceled_after_a_reason_was_given(at_work, jobs):
    picked = [jobs["gone"].pk, jobs["waiting"].pk]
    asked = at_work.post(
        "/jobs/cancel/", {"job": picked, "next": "/jobs/?state=failed"}, headers=EN
    )
    assert "<b>2 jobs</b>" in flat(asked.text)
    assert f'name="job" value="{picked[0]}"' in asked.text
    assert states(jobs)["gone"] == "failed"

    done = at_work.post(
        "/jobs/cancel/", {"job": picked, "reason": "중복", "next": "/jobs/?state=failed"}
    )

    act = AuditEntry.objects.get()
    assert done.url == f"/acts/{act.pk}/"
    assert states(jobs)["gone"] == states(jobs)["waiting"] == "canceled"
    assert act.details == {"jobs": sorted(picked)}


def test_without_a_reason_nothing_is_canceled_and_it_is_said(at_work, jobs):
    response = at_work.post("/jobs/cancel/", {"job": jobs["gone"].pk, "reason": "  "}, headers=EN)

    assert "Please say why." in response.text
    assert states(jobs)["gone"] == "failed"


def test_all_that_match_are_canceled(at_work, jobs):
    at_work.post("/jobs/cancel/?q=error:MergedCells", {"all": "1", "reason": "alt"})

    assert [s for s in states(jobs).values() if s == "canceled"] == ["canceled"] * 2


def test_what_is_synced_cannot_be_canceled(at_work, jobs):
    response = at_work.post(
        "/jobs/cancel/",
        {"job": jobs["done"].pk, "reason": "x"},
        follow=True,
        headers=EN,
    )

    assert "Nothing to cancel" in response.text
    assert states(jobs)["done"] == "synced"


# --- A file, a part, nothing new -----------------------------------------------------------------


def test_a_file_holds_what_the_filter_finds_and_no_formula(client, pm, jobs):
    client.force_login(pm)
    SyncJob.objects.filter(pk=jobs["gone"].pk).update(last_message="=HYPERLINK(1)")

    lines = client.get("/jobs/csv/?q=error:PageNotFound").getvalue().decode().splitlines()

    assert len(lines) == 2
    assert "'=HYPERLINK(1)" in lines[1]


LIVE = {"X-Live": "true", "HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.mark.parametrize("address", ["/", "/jobs/", "/events/"])
def test_a_page_that_refreshes_itself_gets_only_what_is_new(at_work, jobs, address):
    first = at_work.get(address, headers=LIVE)
    ask = {**LIVE, "If-None-Match": first.headers["ETag"]}

    assert "<html" in first.text
    assert at_work.get(address, headers=ask).status_code == 304
    make_job(**FAILED)
    assert at_work.get(address, headers=ask).status_code == 200


def test_a_browsers_cache_keeps_no_form_of_an_older_session(at_work, jobs):
    assert "ETag" not in at_work.get("/jobs/", headers={"HX-Request": "true"}).headers
