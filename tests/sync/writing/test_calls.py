"""How many calls a try may make: the task timeout and the lease are calculated from it."""

import pytest
from django.conf import settings
from django.utils import timezone

from plays.models import LogVolume, Page, PageMapping, SyncAttempt, SyncJob
from plays.rules.pages import volume_title
from plays.rules.quarter import Quarter
from plays.sandbox import Fault
from plays.sync.intake.receiving import record_all
from plays.sync.writing.drain import drain
from plays.sync.writing.writer import write_page
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def full_log(world):
    """A log that has gone on on a second page, and whose pages take two rows."""
    world.settings.SYNC_LOG_ROWS = 2
    world.settings.SYNC_RETRY_COUNT = 1
    world.add_play(PLAY, mapped=False)
    return world


def send(count):
    record_all([activity(PLAY) for _ in range(count)])


def log_page():
    return PageMapping.objects.shared("action_log").page


def test_the_longest_try_makes_as_many_calls_as_the_clocks_are_set_for(full_log):
    """The page before is still open, the page reads empty, and its write fails."""
    send(3)
    drain()
    first = LogVolume.objects.order_by("number")[0]
    LogVolume.objects.filter(pk=first.pk).update(closed_at=None)
    full_log.sandbox.edit(first.page.page_id, "<p>작업 이력</p>")
    page = log_page()
    full_log.sandbox.edit(page.page_id, "")
    full_log.sandbox.edit(page.page_id, " ")
    Page.objects.filter(pk=page.pk).update(body_size=None)
    SyncJob.objects.all().delete()
    send(1)
    full_log.sandbox.faults.script("error_before", match=f"PUT /pages/{page.page_id}")
    before = len(full_log.sandbox.calls)

    assert write_page(page.pk) == 1

    assert len(full_log.sandbox.calls) - before == settings.SYNC_CALLS_PER_TRY


@pytest.mark.parametrize("fault", ["lost_reply", "error_before"])
def test_going_on_on_a_new_page_is_a_try_of_its_own_with_fewer_calls(full_log, fault):
    """Somebody else's page has the title, and the first answer to the numbered one's making is
    lost."""
    title = volume_title(Quarter.of(timezone.now(), timezone.get_default_timezone()))
    full_log.sandbox.add_page(title, "<p>남의 글</p>")
    full_log.sandbox.faults.script(Fault(fault), match="POST /pages")
    send(5)

    drain()
    drain(at_once=True)

    assert SyncJob.objects.filter(state="synced").count() == 5
    most = max(SyncAttempt.objects.values_list("calls", flat=True))
    assert most + 1 <= settings.SYNC_CALLS_PER_TRY  # and a look at the credentials
