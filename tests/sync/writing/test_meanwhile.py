"""What a page's edits need is asked while Confluence answers the read; nothing depends on it."""

import threading

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from plays.models import AttemptSpan, KeptCell, Page, SyncAttempt, SyncJob
from plays.models.job import JobKind
from plays.rules.planner import Kind
from plays.sync.intake.receiving import record
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.writing import attempt
from plays.sync.writing.drain import drain
from plays.sync.writing.writer import write_page
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def log(world):
    """The Action Log's page, which is owed a row."""
    world.settings.SYNC_RETRY_COUNT = 1
    world.add_play(PLAY)
    record(activity(PLAY))
    return Page.objects.get(page_id=world.action_log)


@pytest.fixture
def asking(monkeypatch):
    """Calls what is put into it, once, before the edits' facts are asked."""
    first = []
    edits_for = attempt.edits_for

    def asked(*args, **options):
        if first:
            first.pop()()
        return edits_for(*args, **options)

    monkeypatch.setattr(attempt, "edits_for", asked)
    return first


def fails():
    raise DatabaseError("gone for a moment")


def tries():
    return list(SyncAttempt.objects.order_by("pk").values_list("outcome", "error"))


def test_the_facts_are_asked_before_the_page_is_there(log, asking, monkeypatch):
    order = []
    read = attempt.pages.read

    def reading(*args):
        page = read(*args)
        order.append("read")
        return page

    monkeypatch.setattr(attempt.pages, "read", reading)
    asking.append(lambda: order.append("asked"))

    write_page(log.pk)

    assert order == ["asked", "read"]


def test_what_a_person_keeps_while_confluence_answers_stays(world, log, monkeypatch):
    drain()
    job = SyncJob.objects.get(kind=JobKind.LOG_ROW)
    title = job.action.title
    edit = PendingEdit(kind=Kind.LOG_ROW, key=job.key, play=job.play_id, action=job.action_id)
    world.sandbox.edit_with(log.page_id, lambda body: body.replace(title, "theirs"), by="박지훈")
    read = attempt.pages.read

    def reading(*args):
        page = read(*args)
        monkeypatch.setattr(attempt.pages, "read", read)
        facts = {"kind": job.kind, "key": job.key, "column": "title"}
        KeptCell.objects.create(**facts, theirs="theirs", ours=title, at=timezone.now())
        enqueue([edit], now=timezone.now())
        return page

    monkeypatch.setattr(attempt.pages, "read", reading)
    enqueue([edit], now=timezone.now())  # a comparison puts back what is ours

    assert drain().pending == 0

    assert KeptCell.objects.exists()
    assert "theirs" in world.sandbox.body(log.page_id)


@pytest.mark.parametrize("fault", ["error_before", "reset"])
def test_a_read_that_fails_is_told_as_ever(world, log, asking, fault):
    world.sandbox.faults.script(fault, match="GET /pages/")
    asking.append(fails)  # which nobody needs to know then

    assert write_page(log.pk) == 1

    ((outcome, error),) = tries()
    assert outcome == "error"
    job = SyncJob.objects.pending().on(log).get()
    assert job.last_error == error
    world.settings.SYNC_RETRY_COUNT = 3
    assert drain(at_once=True).pending == 0
    world.assert_every_action_is_on_its_pages_once()


def test_a_read_without_a_connection_is_noted_with_its_jobs(world, log):
    world.settings.CONFLUENCE_URL = "http://127.0.0.1:9"

    assert write_page(log.pk) == 1

    assert tries() == [("error", "Unreachable")]
    assert AttemptSpan.objects.get().job == SyncJob.objects.pending().on(log).get()


def test_a_question_that_fails_comes_out_and_the_next_try_writes(world, log, asking):
    asking.append(fails)

    with pytest.raises(DatabaseError):
        write_page(log.pk)

    assert not Page.objects.exclude(lease_until=None).exists(), "the page was given back"
    assert world.sandbox.calls.by_method == {"GET": 1}
    assert drain().pending == 0
    world.assert_every_action_is_on_its_pages_once()


def test_a_claim_that_is_lost_meanwhile_writes_nothing_twice(world, log, asking):
    def somebody_else_writes():
        Page.objects.filter(pk=log.pk).update(lease_until=None)
        other = threading.Thread(target=lambda: (write_page(log.pk), connection.close()))
        other.start()
        other.join()

    asking.append(somebody_else_writes)

    write_page(log.pk)

    assert drain().pending == 0
    world.assert_every_action_is_on_its_pages_once()
    assert not Page.objects.exclude(lease_until=None).exists()
