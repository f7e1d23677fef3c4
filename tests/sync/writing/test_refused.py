"""Of saves that Confluence refuses only the edit to blame is put before a person."""

from dataclasses import replace

import pytest
from django.utils import timezone

from plays import confluence
from plays.models import Page, SyncAttempt, SyncJob
from plays.sandbox import Fault
from plays.sync.intake.receiving import record, record_all
from plays.sync.writing import writer
from plays.sync.writing.claims import page_claim
from plays.sync.writing.drain import drain
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def play(world):
    return world.add_play(PLAY)


def refuse_every_write(world, page_id):
    """Confluence refuses a save under such a title, whatever else it says."""
    versions = world.sandbox.store.page(page_id).versions
    versions[-1] = replace(versions[-1], title="x" * 301)


def test_a_page_that_refuses_every_write_is_put_before_a_person_after_few_tries(world, play):
    record_all([activity(PLAY) for _ in range(60)])
    refuse_every_write(world, world.live_docs[PLAY])

    left = drain()

    assert (left.pending, left.failed) == (0, 60)
    assert SyncAttempt.objects.filter(error="Refused").count() < 12


def test_of_a_title_that_is_longer_than_its_column_the_beginning_is_kept(world, play):
    record(activity(PLAY))
    drain()
    refuse_every_write(world, world.action_log)
    SyncJob.objects.filter(kind="log_row").update(state="pending", settled_at=None)

    drain()

    assert not SyncJob.objects.exclude(
        state="synced"
    ).exists()  # the row stands there: nothing had to be written
    assert Page.objects.get(page_id=world.action_log).title == "x" * 300


def refuse(monkeypatch, refusal_of):
    """Confluence answers a save as it does, unless `refusal_of` the body is an error."""
    save = confluence.Confluence.update_page

    def update_page(client, page_id, *, body, **others):
        if error := refusal_of(body):
            raise error
        return save(client, page_id, body=body, **others)

    monkeypatch.setattr(confluence.Confluence, "update_page", update_page)


def test_of_two_edits_refused_together_only_the_one_to_blame_is_a_person_s(
    world, play, monkeypatch
):
    record_all([activity(PLAY), activity(PLAY, title="금지어")])
    refuse(monkeypatch, lambda body: confluence.InvalidBody("no") if "금지어" in body else None)

    drain()

    failed = SyncJob.objects.failed().order_by("kind")
    assert list(failed.values_list("kind", "action__title", "last_error")) == [
        ("live_entry", "금지어", "InvalidBody"),
        ("log_row", "금지어", "InvalidBody"),
    ]
    assert (len(world.entries(PLAY)), len(world.log_ids())) == (1, 1)


def test_the_edit_to_blame_is_sought_no_longer_where_the_page_itself_is_refused(
    world, play, monkeypatch
):
    record_all([activity(PLAY) for _ in range(4)])
    answers = [confluence.TooLarge("no"), confluence.InvalidBody("no")]
    refuse(monkeypatch, lambda _: answers.pop())

    with page_claim(Page.objects.get(page_id=world.live_docs[PLAY]).pk) as claim:
        assert writer.write_claimed(claim) == 2

    entries = SyncJob.objects.filter(kind="live_entry")
    assert entries.filter(state="failed", last_error="TooLarge").count() == 2
    assert entries.due(timezone.now()).count() == 2  # as they were; the next turn is theirs


def test_a_refused_write_that_cannot_be_taken_apart_in_time_waits(world, play):
    record_all([activity(PLAY) for _ in range(60)])
    refuse_every_write(world, world.live_docs[PLAY])
    world.settings.SYNC_WRITE_SECONDS = 0.3
    slow = Fault("hang", seconds=0.1)
    world.sandbox.faults.script(slow, match=f"GET /pages/{world.live_docs[PLAY]}", times=99)

    drain()

    jobs = SyncJob.objects.pending().filter(kind="live_entry")
    assert set(jobs.values_list("failures", "last_error")) == {(1, "Refused")}
    assert not jobs.filter(run_after__lte=timezone.now()).exists()
