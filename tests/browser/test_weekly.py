"""Staff run the weekly sync in a real Chromium and watch it end, with and without scripts."""

import pytest
from playwright.sync_api import expect

from plays.models import WeeklySync
from plays.sync import weekly
from tests.browser.looks import LOOKS, assert_sound
from tests.factories import make_user
from tests.sync.weekly.damage import FIRST, THIRD, do_damage, make_company
from tests.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def damage(confluence_settings, sandbox):
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    return do_damage(make_company(make_world(sandbox)))


@pytest.fixture(autouse=True)
def _staff(db):
    make_user("Staff", username="staff")


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "no script"])
def test_staff_look_first_then_run_and_see_it_end(visit, damage, javascript):
    tab = visit(javascript=javascript)
    tab.goto("/weekly/")

    tab.click("a:has-text('Dry run')")
    expect(tab.locator("main")).to_contain_text("99 → 1")
    tab.click("button:has-text('Run now')")
    expect(tab.locator("#weekly-now")).to_contain_text("A run is on its way")
    weekly.run_due()
    if not javascript:
        tab.click("#weekly-now a:has-text('Refresh')")

    expect(tab.locator("#weekly-now")).to_contain_text("A dry run reads every page")
    tab.goto(f"/weekly/{WeeklySync.objects.latest('slot').pk}/")
    expect(tab.locator("main")).to_contain_text("박지훈")
    assert damage.world.play_rows()[FIRST]["activity_qtd"] == "1"
    assert damage.gone.log_id in damage.world.entries(THIRD)


@pytest.mark.parametrize(("viewport", "scheme", "locale"), LOOKS)
def test_every_weekly_page_is_sound_in_every_look(visit, damage, viewport, scheme, locale):
    tab = visit(viewport=viewport, scheme=scheme, locale=locale)
    tab.goto("/weekly/dry-run/")
    assert_sound(tab)
    tab.click("main > form button")
    assert_sound(tab)

    run = weekly.run_due()

    for address in ("/weekly/", f"/weekly/{run.pk}/"):
        tab.goto(address)
        assert_sound(tab, address)
