"""Admins and staff at work in a real Chromium: a page that moved, a pause, the trail they leave."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from playwright.sync_api import expect

from plays.models import Page, PageMapping, Pause, SyncJob
from plays.models.pause import PauseScope
from plays.rules.planner import Part
from plays.sync.jobs.pauses import pause, resume
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import drain
from tests.browser.looks import LOOKS, assert_sound, complaints_of_axe
from tests.factories import NOW, make_mapping, make_user
from tests.team import ONE_OF_EACH, make_team
from tests.world import LIVE_DOC, PEOPLE_TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def team(confluence_settings, sandbox):
    """Plays of which the fifth lost its live doc, with Confluence there and people who act."""
    plays = make_team(ONE_OF_EACH)
    for group in ("PM", "Staff", "Admin"):
        make_user(group, username=group.lower())
    return plays


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no script"])
def test_an_admin_finds_the_page_that_moved_and_what_failed_is_written(
    visit, team, sandbox, javascript
):
    failed = SyncJob.objects.get(last_error="PageNotFound")
    moved = sandbox.add_page(f"{failed.play.play_id} Live", LIVE_DOC)
    tab = visit("admin", javascript=javascript)

    tab.goto("/mappings/?show=problem")
    tab.click(f"tr:has-text('{failed.play.play_id}') a:has-text('Change: Live doc')")
    expect(tab.locator("main")).to_contain_text("Page not found. Check the page ID")
    tab.fill("[name=q]", f"{sandbox.url}/spaces/AX/pages/{moved}/Live")
    tab.click("button:has-text('Look up')")
    expect(tab.locator("#look-up")).to_contain_text(f"{failed.play.play_id} Live")
    expect(tab.locator("#look-up")).to_contain_text("Entries go below the heading")
    assert complaints_of_axe(tab) == [] if javascript else True
    tab.fill("#look-up [name=reason]", "moved to the new space")
    tab.click("#look-up button:has-text('Save')")

    expect(tab.locator(".message")).to_contain_text(f"Page {moved} plays this part now.")
    drain()
    failed.refresh_from_db()
    assert failed.state == "synced"
    assert failed.key in sandbox.body(moved)

    tab.goto("/audit/")
    expect(tab.locator("tbody tr").first).to_contain_text("moved to the new space")

    tab.goto("/mappings/history/")
    tab.click("tbody tr >> nth=0 >> summary:has-text('Undo')")
    expect(tab.locator("details[open]")).to_contain_text("waiting edits move back to it")
    tab.click("details[open] button:has-text('Yes, undo')")
    expect(tab.locator(".message")).to_contain_text("Undone.")


def test_staff_pause_a_play_everybody_sees_it_and_resume(visit, team):
    play = team[0]
    tab = visit("staff")
    tab.goto(play.get_absolute_url())

    tab.click("summary:has-text('Pause this Play')")
    tab.fill("#pause-reason-play", "pages are rebuilt")
    assert complaints_of_axe(tab) == []
    tab.click("button:text-is('Pause')")

    expect(tab.locator(".message")).to_contain_text("Paused.")
    other = visit("pm")
    other.goto("/events/")
    expect(other.locator(".banner")).to_contain_text("pages are rebuilt")
    expect(other.locator(".banner button")).to_have_count(0)

    tab.goto("/")
    tab.click(".banner >> button:has-text('Resume')")

    expect(tab.locator(".message")).to_contain_text("Resumed.")
    expect(tab.locator(".banner")).to_have_count(0)
    assert not Pause.objects.active().exists()


def test_many_mappings_are_changed_by_a_file(visit, team, tmp_path):
    play = team[0]
    sheet = tmp_path / "mappings.csv"
    sheet.write_text(f"part,play_id,page_id\nplay_todo,{play.play_id},4711\n", encoding="utf-16")
    tab = visit("admin", javascript=False)
    tab.goto("/mappings/")
    tab.click("text=Edit as CSV")

    tab.set_input_files("[name=file]", sheet)
    tab.click("text=Show differences")
    expect(tab.locator("tbody tr")).to_have_count(1)
    tab.click("text=Apply 1 change")

    expect(tab.locator(".message")).to_contain_text("1 mapping is changed.")
    assert PageMapping.objects.get(part="play_todo", play=play).page.page_id == "4711"


def a_busy_day(team, sandbox):
    """Pauses, a history and a trail; gives the addresses that show them, with a look at pages."""
    admin, staff = (User.objects.get(username=name) for name in ("admin", "staff"))
    live = make_mapping(Part.LIVE_DOC, play=team[0])
    assign(live, sandbox.add_page("Live", LIVE_DOC), by=admin, reason="새 스페이스로 옮김")
    two = sandbox.add_page("Play DB", PEOPLE_TABLE + PEOPLE_TABLE)
    over = pause(PauseScope.KIND, kind="log_row", reason="로그 정리", by=staff)
    resume(over, by=admin, now=NOW + timedelta(minutes=9))
    pause(PauseScope.PLAY, play=team[2], reason="담당자 교체 중", by=staff)
    pause(PauseScope.PAGE, page=Page.objects.get(mappings=live), reason="페이지 개편", by=staff)
    unmapped = make_mapping(Part.LIVE_DOC, play=team[13])
    return [
        "/mappings/",
        "/mappings/?show=problem",
        live.get_absolute_url(),
        f"/mappings/play_db/?page={two}",
        f"{live.get_absolute_url()}?page={live_page(live)}",
        f"{live.get_absolute_url()}?page=/x/short",
        unmapped.get_absolute_url(),
        f"{unmapped.get_absolute_url()}?title=Live",
        "/mappings/history/",
        "/mappings/csv/",
        "/pauses/",
        "/audit/",
    ]


def live_page(mapping):
    return Page.objects.get(mappings=mapping).page_id


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_every_page_is_sound_in_every_look(visit, team, sandbox, viewport, scheme, locale):
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale)

    for address in a_busy_day(team, sandbox):
        tab.goto(address)
        for asked in tab.locator("details.ask > summary").all():
            asked.click()
        assert_sound(tab, address)


def test_a_look_up_by_htmx_keeps_the_page_and_its_address_can_be_shared(visit, team, sandbox):
    page_id = sandbox.add_page("Live", LIVE_DOC)
    tab = visit("admin")
    tab.goto(make_mapping(Part.LIVE_DOC, play=team[0]).get_absolute_url())
    tab.evaluate("window.stillTheSamePage = true")

    tab.fill("[name=q]", page_id)
    tab.keyboard.press("Enter")

    expect(tab.locator("#look-up h2")).to_have_text("Live")
    assert tab.evaluate("window.stillTheSamePage")
    tab.wait_for_url(re.compile(rf"\?q={page_id}$"))
    tab.reload()
    expect(tab.locator("#look-up h2")).to_have_text("Live")
