"""Staff at work in a real Chromium: something is red, why, and what they do about it."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import AuditEntry, Event, PageMapping, SyncJob
from plays.rules.planner import Part
from plays.sync.mappings.assign import assign
from tests.browser.looks import LOOKS, assert_sound, complaints_of_axe
from tests.factories import NOW, make_job, make_mapping, make_user
from tests.team import ONE_OF_EACH, make_team
from tests.world import LIVE_DOC

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAILED = {"state": "failed", "settled_at": NOW, "failing_since": NOW, "failures": 3}


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def plays(db):
    """The team, with a live doc that eleven jobs more do not find."""
    plays = make_team(ONE_OF_EACH)
    make_user("Staff", username="staff")
    make_user("Admin", username="admin")
    live = make_mapping(Part.LIVE_DOC, play=plays[4])
    for _ in range(11):
        make_job(play=plays[4], mapping=live, **FAILED, last_error="PageNotFound")
    return plays


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_every_page_of_staff_is_sound_in_every_look(visit, plays, viewport, scheme, locale):
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale)
    failed = SyncJob.objects.failed().first()
    told = [["LOG-2026-00120", "2026-11-19 · Activity · 고객 세미나", "Action Log"]]
    details = {"counts": {"unknown": 1}, "unknown": told, "unreadable": [["Live doc", "trashed"]]}
    compared = AuditEntry.objects.create(at=NOW, verb="reconcile", details=details)

    for address in (
        "/jobs/?state=failed",
        "/jobs/?q=tries:3+state:broken",
        "/jobs/retry/?state=failed&q=error:PageNotFound",
        "/jobs/cancel/?state=failed",
        "/jobs/recovery/",
        "/jobs/recovery/all/",
        "/reconcile/",
        f"/reconcile/done/{compared.pk}/",
        "/jobs/recovery/missing/",
        failed.get_absolute_url(),
        f"{failed.get_absolute_url()}preview/",
        "/events/?state=rejected",
        f"/events/{Event.objects.rejected()[0].pk}/",
    ):
        tab.goto(address)
        for summary in tab.locator("main details > summary").all():
            summary.click()
        assert_sound(tab, address)


@pytest.mark.parametrize("javascript", [True, False])
def test_something_is_red_and_staff_retry_all_with_the_same_cause(visit, plays, javascript):
    tab = visit(javascript=javascript)

    tab.click("text=Failed jobs")
    cause = tab.locator(".cause", has_text="Page not found")
    expect(cause).to_contain_text("12 jobs")
    expect(cause).to_contain_text("Check the page ID in the mapping, or restore the page")
    cause.locator("text=Retry group").click()
    expect(tab.locator(".question")).to_contain_text("12 jobs")
    tab.fill("#reason", "the page was restored")
    tab.click("text=Retry (12)")

    expect(tab.locator(".message")).to_have_text("12 jobs are retried now.")
    assert not SyncJob.objects.failed().filter(last_error="PageNotFound").exists()
    entry = AuditEntry.objects.get()
    assert (entry.by_name, entry.count, entry.reason) == ("staff", 12, "the page was restored")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_selection_is_canceled_with_a_reason(visit, plays, javascript):
    tab = visit(javascript=javascript)
    tab.goto("/jobs/?state=failed")

    for box in tab.locator("[name=job]").all()[:2]:
        box.check()
    tab.click("text=Cancel selected")
    tab.fill("#reason", "sent twice")
    tab.click("text=Cancel them (2)")

    expect(tab.locator(".message")).to_have_text("2 jobs were canceled.")
    assert SyncJob.objects.filter(state="canceled", last_message="sent twice").count() == 2


def test_a_preview_shows_what_a_write_would_change(visit, plays, confluence_settings, sandbox):
    mapping = PageMapping.objects.get(part="live_doc", play=plays[4])
    page_id = sandbox.add_page("Live", LIVE_DOC)
    assign(mapping, page_id)
    job = SyncJob.objects.filter(mapping=mapping).first()
    tab = visit()
    tab.goto(job.get_absolute_url())

    tab.click("text=Preview")

    added = tab.locator("#preview [data-mark='+']").first
    expect(added).to_contain_text(job.key)
    expect(tab.locator("#preview")).to_contain_text("nothing was written")
    assert complaints_of_axe(tab) == []
    assert sandbox.body(page_id) == LIVE_DOC


def test_a_search_is_explained_while_it_is_typed(visit, plays):
    tab = visit()
    tab.goto("/jobs/")

    tab.locator("main [name=q]").press_sequentially("attempts:many", delay=10)

    expect(tab.locator("#job-list .banner")).to_contain_text("A number is needed")
    tab.fill("[name=q]", "error:PageNotFound attempts:>2")
    expect(tab.locator(".found")).to_contain_text("1 job")


# --- Live refresh --------------------------------------------------------------------------------

SPAN = 11_000


@pytest.fixture
def watching(visit, plays):
    """A list of failed jobs that somebody looks at, with nothing under the pointer."""
    tab = visit(clock=True)
    tab.goto("/jobs/?state=failed")
    tab.mouse.move(2, 2)
    expect(tab.locator(".found")).to_contain_text("13 jobs")
    return tab


def one_more():
    return make_job(**FAILED, last_error="NotAllowed")


def test_what_happens_meanwhile_is_shown_and_said(watching):
    tab = watching
    tab.evaluate("window.stillTheSamePage = true")
    one_more()

    tab.clock.run_for(SPAN)

    expect(tab.locator(".found")).to_contain_text("14 jobs")
    expect(tab.locator("[data-live-status]")).to_have_text("14 jobs")
    assert tab.evaluate("window.stillTheSamePage")
    assert complaints_of_axe(tab) == []


def test_a_pause_holds_on_the_next_page_too(watching):
    tab = watching
    tab.click("text=Pause live refresh")
    tab.mouse.move(2, 2)
    tab.goto("/jobs/?state=failed")
    expect(tab.locator("[data-live-toggle]")).to_have_text("Resume live refresh")
    one_more()
    tab.clock.run_for(SPAN)
    expect(tab.locator(".found")).to_contain_text("13 jobs")

    tab.click("text=Resume live refresh")

    expect(tab.locator(".found")).to_contain_text("14 jobs")


@pytest.mark.parametrize("at_it", ["pointer", "focus", "tick", "hidden"])
def test_nothing_moves_while_somebody_is_at_it(watching, at_it):
    tab = watching
    row = tab.locator("#job-list tbody tr").first
    if at_it == "pointer":
        row.hover()
    elif at_it == "focus":
        row.locator("th a").focus()
    elif at_it == "tick":
        row.locator("[name=job]").check()
        tab.evaluate("document.activeElement.blur()")
        tab.mouse.move(2, 2)
    else:
        tab.evaluate("Object.defineProperty(document, 'hidden', {value: true, writable: true})")
    one_more()

    tab.clock.run_for(SPAN)
    tab.clock.run_for(SPAN)

    expect(tab.locator(".found")).to_contain_text("13 jobs")
    if at_it == "focus":
        assert (
            tab.evaluate("document.activeElement.textContent") == row.locator("th a").inner_text()
        )
    if at_it == "hidden":
        tab.evaluate(
            "document.hidden = false; document.dispatchEvent(new Event('visibilitychange'))"
        )
        expect(tab.locator(".found")).to_contain_text("14 jobs")


def test_the_overview_keeps_up_as_well(visit, plays):
    tab = visit(clock=True)
    tab.goto("/")
    tab.mouse.move(2, 2)
    one_more()

    tab.clock.run_for(SPAN)

    expect(tab.locator("#operation", has_text="Failed jobs")).to_contain_text("14")


def test_a_session_that_ends_meanwhile_leads_to_the_login(watching):
    watching.context.clear_cookies()

    watching.clock.run_for(SPAN)

    watching.wait_for_url(re.compile(r"/login/\?next="))


def test_without_javascript_there_is_no_live_refresh_to_pause(visit, plays):
    tab = visit(javascript=False)
    tab.goto("/jobs/")

    expect(tab.locator("[data-live-bar]")).to_be_hidden()
