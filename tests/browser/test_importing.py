"""An admin imports Plays in a real Chromium: sound in every look, without JavaScript too."""

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import MirrorChange, Play
from tests.browser.looks import LOOKS, assert_sound
from tests.browser.test_admin_work import team  # noqa: F401 - a fixture
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOW = "form:has(textarea) button"


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


def changed_plays():
    """Three Plays as a file says them: one new, one changed, one as it is."""
    first, second = Play.objects.all()[:2]
    return (
        "플레이 ID\t이름\t담당자\t다음 액션\t마감일\n"
        f"{first.play_id}\t{first.name} 2026\t이영희\t고객 인터뷰 일정 확정\t2026. 12. 1.\n"
        f"{second.play_id}\t{second.name}\t{second.owner}\t{second.next_action}\t"
        f"{second.due_date or ''}\n"
        "EXT_Net_N09_Alliance\t제휴사 네트워크\t강도현\t\t\n"
    )


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_the_import_is_sound_in_every_look(visit, team, viewport, scheme, locale):  # noqa: F811
    play = team[0]
    Play.objects.filter(pk=play.pk).update(page_values={"owner": "다른 사람"})
    MirrorChange.objects.create(
        play=play, field="notes", ours="", page_value="VIP", is_conflict=True, at=NOW
    )
    tab = visit("admin", viewport=viewport, scheme=scheme, locale=locale)
    tab.goto("/plays/import/")
    assert_sound(tab)

    tab.fill("textarea", "play_id,제목명칭,색\nA,세미나,red\n")
    tab.click(SHOW)
    expect(tab.locator("#columns")).to_be_visible()
    assert_sound(tab)

    tab.fill("textarea", "play_id,s2_goal\nA,x\n")
    tab.click(SHOW)
    expect(tab.locator("main .banner")).to_be_visible()
    expect(tab.locator("#mend")).to_be_visible()
    assert_sound(tab)

    tab.fill("textarea", changed_plays())
    tab.click(SHOW)
    expect(tab.locator("#differences")).to_be_visible()
    assert_sound(tab)


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no script"])
def test_an_admin_pastes_looks_and_applies(visit, team, javascript):  # noqa: F811
    tab = visit("admin", javascript=javascript)
    tab.goto("/plays/")
    tab.click("main >> text=Import Plays")
    tab.fill("textarea", changed_plays())
    tab.click("text=Show differences")
    expect(tab.locator("main")).to_contain_text("Plays: 1 would be created, 1 changed")

    tab.click("text=Apply to 2 Plays")

    expect(tab.locator(".message")).to_contain_text("1 Plays created, 1 changed")
    assert Play.objects.get(play_id="EXT_Net_N09_Alliance").owner == "강도현"


def test_an_admin_matches_a_column_mends_a_cell_and_applies_without_a_script(visit, team):  # noqa: F811
    tab = visit("admin", javascript=False, locale="en-GB")
    tab.goto("/plays/import/")
    tab.fill("textarea", "id,제목명칭,색,act_goal\nEXT_New_N01,세미나,red,many\n")
    tab.click(SHOW)

    tab.get_by_role("row").filter(has_text="색").get_by_role("button", name="Leave out").click()
    tab.get_by_role("button", name="Use these columns").click()
    tab.get_by_label("Line 2, act_goal").fill("12")
    tab.get_by_role("button", name="Look again").click()
    tab.get_by_role("button", name="Apply to 1 Play").click()

    expect(tab.get_by_text("1 Plays created")).to_be_visible()
    play = Play.objects.get(play_id="EXT_New_N01")
    assert (play.name, play.quarter_goals.get().activity) == ("세미나", 12)
