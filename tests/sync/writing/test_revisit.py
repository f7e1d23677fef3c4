"""A page whose cause is gone is noticed by itself, by one read, and its edits are written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plays.models import AuditEntry, Page, Pause, Site, SyncJob
from plays.sync.intake.receiving import record_all
from plays.sync.writing.drain import drain
from plays.sync.writing.revisit import _look, revisit
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
EDITS = 5


@pytest.fixture
def live(world):
    """A live doc that is owed five entries which are given up as soon as they fail."""
    world.play = world.add_play("A")
    return world.live_docs["A"]


def owe(world):
    record_all([activity(play_id="A") for _ in range(EDITS)])
    drain()
    # As if they had failed often enough for a person to be asked.
    waiting = SyncJob.objects.pending().filter(kind="live_entry")
    waiting.update(state="failed", settled_at=timezone.now())


def failed():
    return SyncJob.objects.failed().filter(kind="live_entry").count()


def look():
    """What the sweep does when the next look is due."""
    Page.objects.filter(look_after__isnull=False).update(look_after=timezone.now())
    return revisit()


def test_a_page_that_is_back_from_the_trash_is_written_by_itself(world, live):
    world.sandbox.set_status(live, "trashed")
    owe(world)
    assert failed() == EDITS
    assert revisit() == 0  # the first look is a minute away
    calls = len(world.sandbox.calls)
    assert look() == 0
    assert len(world.sandbox.calls) - calls <= 2

    world.sandbox.set_status(live, "current")
    calls = len(world.sandbox.calls)
    assert look() == EDITS
    assert len(world.sandbox.calls) - calls == 1

    drain()
    assert failed() == 0
    world.assert_every_action_is_on_its_pages_once()
    assert AuditEntry.objects.get().reason == "the page reads well again"
    revisit()
    assert not Page.objects.filter(look_after__isnull=False).exists()
    assert Page.objects.get(page_id=live).looks == 0


def test_looks_come_ever_later(world, live):
    world.sandbox.set_status(live, "trashed")
    owe(world)
    revisit()
    waits = []
    for _ in range(9):
        look()
        waits.append(Page.objects.get(page_id=live).look_after - timezone.now())

    minutes = [round(wait / timedelta(minutes=1)) for wait in waits]
    assert minutes == [2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_a_page_that_somebody_mended_is_tried_again_and_one_that_nobody_touched_is_not(world):
    world.add_play("A", mapped=False)
    body = world.sandbox.body(world.action_log)
    table = "<table><tbody><tr><th>log_id</th><th>title</th></tr></tbody></table>"
    world.sandbox.edit(world.action_log, body + table * 2)
    record_all([activity(play_id="A")])
    drain()
    assert SyncJob.objects.failed().get().last_error == "AmbiguousPart"
    revisit()
    assert look() == 0

    world.sandbox.edit(world.action_log, body)

    assert look() == 1
    drain()
    assert not SyncJob.objects.failed().exists()


def test_what_was_too_large_is_tried_again_only_when_its_page_has_changed(world, live):
    world.sandbox.faults.script("error_before", match=f"PUT /pages/{live}", times=3)
    owe(world)
    SyncJob.objects.failed().update(last_error="TooLarge")
    revisit()
    assert look() == 0

    world.sandbox.edit_with(live, lambda body: body.replace("목표와 가설.", ""))

    assert look() == EDITS


def test_a_look_that_another_worker_has_begun_is_not_made_twice(world, live):
    world.sandbox.set_status(live, "trashed")
    owe(world)
    revisit()
    world.sandbox.set_status(live, "current")
    as_read = Page.objects.get(page_id=live)
    assert look() == EDITS
    calls = len(world.sandbox.calls)

    assert _look(as_read, timezone.now()) == 0
    assert len(world.sandbox.calls) == calls


def test_while_the_site_is_left_alone_nobody_looks(world, live):
    world.sandbox.set_status(live, "trashed")
    owe(world)
    revisit()
    world.sandbox.set_status(live, "current")
    until = timezone.now() + timedelta(minutes=5)
    Site.objects.update_or_create(pk=1, defaults={"paused_until": until})

    assert look() == 0
    assert failed() == EDITS


def test_a_page_that_a_person_has_paused_is_left_alone(world, live, staff):
    world.sandbox.set_status(live, "trashed")
    owe(world)
    revisit()
    world.sandbox.set_status(live, "current")
    Pause.objects.create(scope="all", reason="안내", by=staff, at=timezone.now())

    assert look() == 0


def test_an_edit_that_is_wrong_itself_is_a_persons_whatever_the_page_says(world, live):
    owe(world)
    SyncJob.objects.filter(kind="live_entry").update(
        state="failed", last_error="InvalidBody", settled_at=timezone.now()
    )

    revisit()

    assert not Page.objects.filter(look_after__isnull=False).exists()
