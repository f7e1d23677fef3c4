"""What the product is for, in three sentences, as somebody goes about it: clicks and seconds.

`pytest -s tests/browser/test_three_sentences.py` prints them.
"""

import time

import pytest
import time_machine
from playwright.sync_api import expect

from plays.models import SyncJob
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import drain
from tests.browser.looks import DESKTOP, PHONE
from tests.factories import NOW, make_job, make_mapping, make_user
from tests.team import ONE_OF_EACH, make_team
from tests.world import LIVE_DOC

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Person:
    """Somebody with a login and a sentence: counts what they click and how long it takes."""

    def __init__(self, visit, who, look):
        self.who, self.tab, self.clicks, self.seconds = who, visit(who, **look), 0, 0.0
        self._began = None

    def click(self, target):
        self._began = self._began or time.perf_counter()
        self.tab.click(target)
        self.clicks += 1

    def open_failures(self):
        self.click("#operation a[href*='state=failed']")

    def is_done(self):
        self.seconds = time.perf_counter() - self._began


@pytest.fixture
def at_work(visit, confluence_settings, sandbox):
    """The team, a live doc that moved, and two edits that failed while Confluence was away."""
    with time_machine.travel(NOW, tick=True):
        for group in ("PM", "Staff", "Admin"):
            make_user(group, username=group.lower())
        plays = make_team(ONE_OF_EACH)
        live = make_mapping("live_doc", play=plays[0])
        assign(live, sandbox.add_page("Live", LIVE_DOC))
        for _ in range(2):
            failed = {"state": "failed", "settled_at": NOW, "last_error": "Unreachable"}
            make_job(play=plays[0], mapping=live, **failed)
        yield plays


@pytest.mark.parametrize(
    ("viewport", "locale"), [(DESKTOP, "en-GB"), (PHONE, "ko-KR")], ids=["desktop", "phone"]
)
def test_three_sentences(visit, at_work, sandbox, viewport, locale):
    look = {"viewport": viewport, "locale": locale}
    moved = sandbox.add_page("Live doc that moved", LIVE_DOC)

    pm, admin, staff = (Person(visit, who, look) for who in ("pm", "admin", "staff"))
    see_a_play(pm, at_work[2])
    map_what_moved(admin, moved)
    retry_what_failed(staff)

    for person in (pm, admin, staff):
        told = f"{person.clicks} clicks, {person.seconds:.1f} s"
        print(f"\n{locale} {person.who}: {told}", end="")  # noqa: T201 - what it is run for
    assert [p.clicks for p in (pm, admin, staff)] == [1, 4, 3]


def see_a_play(pm, play):
    """How does this Play stand, and why?"""
    pm.click(f".play-table a[href='{play.get_absolute_url()}']")

    expect(pm.tab.locator("h1")).to_contain_text(play.name)
    expect(pm.tab.locator("h1 .badge[data-tone^=status]")).to_be_visible()
    pm.is_done()


def map_what_moved(admin, page_id):
    """The page has another id now: put it right."""
    admin.open_failures()
    admin.click(".cause:has(a[href*='PageNotFound']) a[href^='/mappings/live_doc/']")
    admin.tab.fill("main [name=q]", page_id)
    admin.click("main form:has([name=q]) button")
    admin.click("#look-up button.primary")

    expect(admin.tab.locator(".message[data-tone~=success]")).to_contain_text(page_id)
    admin.is_done()


def retry_what_failed(staff):
    """Try again what failed, and tell me how it ended."""
    staff.open_failures()
    staff.click(".cause a[href*='retry'][href*='Unreachable']")
    staff.click(".question button.primary")
    drain()

    expect(staff.tab.locator("#act-now")).not_to_have_attribute("hx-trigger", "every 2s")
    assert SyncJob.objects.filter(act__verb="retry", state="synced").count() == 2
    staff.is_done()
