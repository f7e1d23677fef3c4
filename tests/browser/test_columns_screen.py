"""An admin meets a page of strange headings and gets it right, in a real Chromium."""

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import PageLayout, PageMapping, SyncJob
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import drain
from tests.browser.looks import DESKTOP, PHONE, complaints_of_axe, sticks_out
from tests.factories import NOW, make_job, make_play, make_user
from tests.strange_pages import by_channel, key_renamed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en-GB": ("which column is it?", "Use this column", "Saved.", "nothing is saved"),
    "ko-KR": ("어느 열인가요?", "이 열 사용", "저장했습니다.", "아직 저장하지 않았습니다"),
}


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def play_db(confluence_settings, sandbox):
    """Maps a Play DB page of the text given."""
    make_user("Admin", username="admin")
    for play_id in ("EXT_Desk_D01", "EXT_Desk_D02", "EXT_Field_F01"):
        make_play(play_id=play_id, channel="데스크" if "Desk" in play_id else "현장")

    def mapped(body):
        page_id = sandbox.add_page("Play DB", body)
        assign(PageMapping.objects.shared("play_db"), page_id)
        return page_id

    return mapped


@pytest.mark.parametrize(
    ("viewport", "scheme", "locale", "javascript"),
    [(DESKTOP, "light", "ko-KR", True), (PHONE, "dark", "en-GB", False)],
    ids=["Korean", "English, phone, no script"],
)
def test_a_renamed_key_is_answered_where_it_is_asked(
    visit, play_db, sandbox, viewport, scheme, locale, javascript
):
    asks, use, saved, _ = WORDS[locale]
    page_id = play_db(key_renamed())
    play = make_play(play_id="EXT_Desk_D03")
    make_job(kind="play_row", play=play, mapping=PageMapping.objects.shared("play_db"))
    drain()
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale, javascript=javascript)

    tab.goto("/mappings/play_db/")
    expect(tab.locator("main")).to_contain_text(asks)
    tab.click("a[href$='/columns/']")
    expect(tab.locator("#question")).to_contain_text(asks)
    if javascript:
        assert complaints_of_axe(tab) == []
        assert not sticks_out(tab)
    tab.select_option("#answer", "관리 기호")
    tab.click(f"button:has-text('{use}') >> nth=0")

    expect(tab.locator(".message")).to_contain_text(saved)
    expect(tab.locator("#question")).to_have_count(0)
    drain()
    assert "EXT_Desk_D03" in sandbox.body(page_id)
    assert SyncJob.objects.get(play=play).state == "synced"


@pytest.mark.parametrize(
    ("viewport", "scheme", "locale"),
    [(DESKTOP, "dark", "en-GB"), (PHONE, "light", "ko-KR")],
    ids=["English", "Korean, phone"],
)
def test_strange_headings_are_chosen_previewed_saved_and_undone(
    visit, play_db, viewport, scheme, locale
):
    _, _, saved, unsaved = WORDS[locale]
    play_db(by_channel().replace("<p>RAG</p>", "<p>진행 현황</p>"))
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale)
    tab.goto("/mappings/play_db/columns/")
    expect(tab.locator(".drawn")).to_have_count(2)
    assert complaints_of_axe(tab) == []
    assert not sticks_out(tab)

    tab.select_option("#heading-status", "=진행 현황")
    tab.focus("#save button >> nth=0")
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_contain_text(unsaved)
    expect(tab.locator("#heading-status")).to_have_value("=진행 현황")
    assert not PageLayout.objects.get().chosen
    assert complaints_of_axe(tab) == []
    tab.click("#save button[value=save]")

    expect(tab.locator(".message")).to_contain_text(saved)
    assert PageLayout.objects.get().choice.headings == {"status": "진행 현황"}
    tab.click(".undo summary")
    assert complaints_of_axe(tab) == []
    assert not sticks_out(tab)
    tab.click(".undo details[open] button")
    expect(tab.locator("#heading-status")).to_have_value("")
    assert not PageLayout.objects.get().chosen
