"""A PM's morning in a real Chromium: what is behind, why, and the week against its targets."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import Play, QuarterCount
from plays.models.audit import AuditEntry
from tests.browser.looks import LOOKS, PHONE, assert_sound, complaints_of_axe
from tests.factories import NOW, make_action, make_user
from tests.team import ONE_OF_EACH, make_team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def people(db):
    for group in ("PM", "Staff", "Admin"):
        make_user(group, username=group.lower())


@pytest.fixture
def team(people):
    """Plays with half a year of history, and people who look at them."""
    return make_team()


@pytest.fixture
def small_team(people):
    return make_team(ONE_OF_EACH)


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_every_page_of_a_pm_is_sound_in_every_look(visit, small_team, viewport, scheme, locale):
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale)
    play = small_team[2].get_absolute_url()

    for address in (
        "/?sort=-due&source=EXT",
        "/?view=weeks&group=channel",
        "/funnel/?by=play&step=signal",
        "/funnel/?kind=skipped&by=quarter&wait=brief",
        "/plays/?quarter=2026Q3",
        play,
        f"{play}?quarter=2026Q3&type=Brief",
        f"{play}edit/",
        f"{play}status/",
        "/digest/",
        "/digest/?week=2026-W40",
        "/me/",
        "/calendar/?of=all",
        "/rules/?counters=signal&basis=goal&green_from=80&yellow_from=50",
        "/rules/targets/",
    ):
        tab.goto(address)
        for summary in tab.locator("main details > summary").all():
            if summary.is_visible():  # on a phone some lie in the sheet of filters
                summary.click()
        if tab.locator(".sheet-opener").is_visible():
            assert complaints_of_axe(tab) == [], address
            tab.click(".sheet-opener")
        assert_sound(tab, address)


def test_a_pm_sees_what_is_behind_and_why(visit, team):
    tab = visit("pm")
    rows = tab.locator(".play-table tbody tr")
    expect(rows).to_have_count(43)
    expect(rows.first).to_contain_text("■ Behind")

    tab.click(".by-status >> text=Behind")
    expect(tab.locator("#play-list .badge[data-tone=status-G]")).to_have_count(0)
    tab.click(".play-table tbody th a >> nth=0")

    expect(tab.locator("h1")).to_contain_text("Behind")
    expect(tab.locator("main")).to_contain_text("of what the pace asks for")
    expect(tab.locator(".burn-up")).not_to_have_count(0)
    assert tab.locator("main form:not(.word-form)").count() == 0  # a PM changes nothing else


def test_a_pm_narrows_sorts_and_takes_the_list_along(visit, team):
    tab = visit("pm")
    tab.goto("/plays/")
    tab.evaluate("window.stillTheSamePage = true")

    tab.click("text=More filters")
    tab.select_option("[name=source]", "KT")
    expect(tab.locator(".found")).to_contain_text("15 Plays")
    assert tab.evaluate("window.stillTheSamePage")
    assert "source=KT" in tab.url
    tab.keyboard.press("Escape")
    tab.click("th >> text=Next action")
    expect(tab.locator("[aria-sort=ascending]")).to_contain_text("Next action")
    expect(tab.locator(".found")).to_contain_text("15 Plays")
    with tab.expect_download() as file:
        tab.click("text=CSV")
    lines = file.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 16

    tab.click("text=Weeks")
    expect(tab.locator(".week-strip tbody tr")).to_have_count(15)
    tab.click("text=Clear the filters")
    expect(tab.locator(".week-strip tbody tr")).to_have_count(43)


def test_without_javascript_a_pm_filters_turns_quarters_and_reads_the_digest(visit, team):
    tab = visit("pm", javascript=False, viewport=PHONE)

    tab.click(".sheet-opener")
    tab.select_option("[name=status]", "R")
    tab.click("text=Apply")
    expect(tab.locator("#play-list .badge[data-tone=status-G]")).to_have_count(0)
    tab.click("text=Q3 2026")
    expect(tab.locator(".note")).to_contain_text("Q3 2026 is over.")
    tab.goto("/digest/")
    tab.click("[rel=prev]")
    expect(tab.locator("h1")).to_contain_text("2026-W47")
    expect(tab.locator("[data-print]")).to_be_hidden()


def test_the_digest_prints_without_its_buttons(visit, small_team):
    tab = visit("pm")
    tab.goto("/digest/")
    tab.evaluate("window.print = () => { window.printed = true }")

    tab.click("[data-print]")
    assert tab.evaluate("window.printed")

    tab.emulate_media(media="print")
    for hidden in (".header", ".switch .button >> nth=0"):
        expect(tab.locator(hidden)).to_be_hidden()
    expect(tab.locator("#briefs")).to_be_visible()


def test_an_admin_edits_a_play_and_sets_its_status(visit, small_team):
    tab = visit("admin", javascript=False)
    tab.goto(small_team[2].get_absolute_url())

    tab.click("main >> text=Edit")
    tab.fill("[name=owner]", "최서연")
    tab.fill("[name=reason]", "휴직")
    tab.click("button:has-text('Save')")
    expect(tab.locator(".message")).to_have_text("1 field saved.")
    tab.click("text=Set the status by hand")
    tab.select_option("[name=status]", "Y")
    tab.fill("[name=reason]", "담당자 인수인계")
    tab.click("button:has-text('Set the status')")
    expect(tab.locator("h1")).to_contain_text("At risk")
    expect(tab.locator(".note")).to_contain_text("담당자 인수인계")
    tab.click("summary:has-text('End it now')")
    tab.click("button:has-text('End it now')")
    expect(tab.locator(".message")).to_contain_text("counts again")

    assert Play.objects.get(pk=small_team[2].pk).owner == "최서연"
    assert AuditEntry.objects.count() == 3


def test_keys_find_anything_and_can_be_switched_off(visit, small_team):
    tab = visit("pm")
    tab.keyboard.press("Control+k")
    tab.keyboard.type(small_team[2].name)
    tab.wait_for_selector(f"#palette-found a[href='{small_team[2].get_absolute_url()}']")
    assert complaints_of_axe(tab) == []
    tab.keyboard.press("ArrowDown")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_contain_text(small_team[2].name)

    tab.goto("/jobs/")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.name") == "q"
    tab.keyboard.type("word err")
    options = "[...document.getElementById('job-terms').options].map((one) => one.value)"
    assert "word error:PageNotFound" in tab.evaluate(options)
    tab.locator("h1").click()
    tab.keyboard.press("?")
    tab.uncheck("[data-single-keys]")
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_the_weekly_report_is_one_page_of_paper_even_when_all_is_behind(visit, team, locale):
    for play in team[:20]:
        brief = {"action_type": "Brief", "title": "콜센터 AHT 최적화 1-Page Brief"}
        make_action(play=play, occurred_at=NOW - timedelta(days=60), **brief)
    QuarterCount.objects.all().delete()  # all 43 are behind
    tab = visit("pm", locale=locale)
    tab.goto("/digest/")
    assert tab.locator("#reds li").count() > 40

    pdf = tab.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
