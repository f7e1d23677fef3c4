"""The screens in a real Chromium: desktop and phone, light and dark, ko and en, without JS too."""

import re
from functools import partial

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import Event, SyncJob
from plays.rules.planner import Kind
from tests.browser.looks import LOOKS, assert_sound
from tests.factories import NOW, make_user
from tests.team import ONE_OF_EACH, make_team, pause_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def plays():
    return make_team(ONE_OF_EACH)


@pytest.fixture
def visit(visit):
    """Tabs of Staff, Korean unless said otherwise."""
    make_user("Staff", username="staff")
    return partial(visit, locale="ko-KR")


def addresses(plays):
    failed = SyncJob.objects.get(last_error="PageNotFound")
    row = SyncJob.objects.get(kind=Kind.PLAY_ROW)
    return [
        "/",
        "/plays/?status=R",
        plays[4].get_absolute_url(),
        "/jobs/",
        "/jobs/?state=retrying",
        failed.get_absolute_url(),
        row.get_absolute_url(),
        "/events/",
        f"/events/{Event.objects.rejected()[0].pk}/",
        "/mappings/",
        "/todo/",
    ]


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_every_page_is_sound_in_every_look(visit, plays, viewport, scheme, locale):
    pause_site()
    tab = visit(None, viewport=viewport, scheme=scheme, locale=locale)
    assert_sound(tab)
    tab.fill("[name=username]", "staff")
    tab.fill("[name=password]", "secret")
    tab.click("main button")

    for address in addresses(plays):
        tab.goto(address)
        tab.click(".menu summary")
        assert_sound(tab, address)


def test_without_javascript_staff_read_why_and_retry(visit, plays):
    tab = visit(javascript=False)
    tab.click("text=실패한 작업")
    tab.click("tr:has-text('페이지를 찾을 수 없습니다') th a")
    expect(tab.locator(".banner")).to_contain_text("No page with id 40108041")

    tab.click("text=지금 재시도")

    expect(tab.locator(".message")).to_have_text("작업 1건을 지금 재시도합니다.")
    assert SyncJob.objects.get(last_error="PageNotFound").state == "pending"


def test_without_javascript_lists_are_filtered_and_looks_chosen(visit):
    make_team()
    tab = visit(javascript=False)

    tab.goto("/plays/")
    tab.fill("[name=q]", "세미나")
    tab.click("text=적용")
    expect(tab.locator(".found")).to_contain_text("Play 3개, 위험한 순")
    tab.click(".menu summary")
    tab.click("text=English")
    expect(tab.locator(".found")).to_contain_text("3 Plays, worst first")
    tab.click(".menu summary")
    tab.click("text=Dark")
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    assert "q=" in tab.url


def test_a_filter_works_while_it_is_typed_and_keeps_the_focus(visit, plays):
    tab = visit()
    tab.goto("/jobs/")
    tab.evaluate("window.stillTheSamePage = true")

    tab.locator("main [name=q]").press_sequentially("MissingColumn", delay=10)

    expect(tab.locator(".found")).to_contain_text("작업 1건")
    assert tab.evaluate("window.stillTheSamePage")
    assert tab.evaluate("document.activeElement.name") == "q"
    assert "q=MissingColumn" in tab.url
    tab.go_back()
    expect(tab.locator(".tabs")).to_be_visible()


def test_a_session_that_ends_leads_to_the_login_and_back(visit, plays):
    tab = visit()
    tab.goto("/jobs/?state=failed")
    tab.context.clear_cookies()

    tab.fill("[name=q]", "Missing")

    tab.wait_for_url(re.compile(r"/login/\?next="))
    tab.fill("[name=username]", "staff")
    tab.fill("[name=password]", "secret")
    tab.click("main button")
    tab.wait_for_url(re.compile(r"/jobs/\?state=failed$"))


def test_all_on_the_page_are_picked_at_once_and_retried(visit, plays):
    tab = visit()
    tab.goto("/jobs/?state=failed")

    tab.check("[data-pick-all]")
    tab.click("text=선택 재시도")

    expect(tab.locator(".message")).to_have_text("작업 2건을 지금 재시도합니다.")
    assert not SyncJob.objects.failed().exists()


def test_the_keyboard_reaches_the_content_first_and_closes_the_menu(visit):
    tab = visit()
    tab.goto("/mappings/")

    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"

    tab.focus(".menu summary")
    tab.keyboard.press("Enter")
    expect(tab.locator(".menu-body")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".menu-body")).to_be_hidden()
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_chosen_look_beats_the_systems(visit):
    grounds = {}
    for system in ("light", "dark"):
        tab = visit(scheme=system)
        for chosen in ("자동", "밝게", "어둡게"):
            tab.click(".menu summary")
            with tab.expect_navigation():
                tab.click(f"text={chosen}")
            ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            grounds[system, chosen] = ground

    light, dark = grounds["light", "자동"], grounds["dark", "자동"]
    assert light != dark
    assert {grounds[system, "밝게"] for system in ("light", "dark")} == {light}
    assert {grounds[system, "어둡게"] for system in ("light", "dark")} == {dark}
