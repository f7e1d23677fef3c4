"""Mappings: changed in one place, with a history; what waits moves along."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plays.models import AuditEntry, PageMappingChange, SyncJob
from plays.models.audit import Verb
from plays.rules.planner import Part
from plays.sync.intake.receiving import record_all
from plays.sync.mappings.assign import Assignment, MappingChanged, assign, assign_all, undo
from plays.sync.writing.drain import drain
from tests import events
from tests.factories import make_job, make_mapping, make_page, make_play
from tests.world import LIVE_DOC

pytestmark = pytest.mark.django_db


def page_of(mapping):
    mapping.refresh_from_db()
    return mapping.page.page_id if mapping.page else ""


def test_a_change_is_kept_with_who_when_and_why(admin_user):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="11"))

    assert assign(mapping, "22", by=admin_user, reason="moved")

    change = PageMappingChange.objects.get()
    assert (change.old_page.page_id, change.new_page.page_id) == ("11", "22")
    assert (change.by, change.reason) == (admin_user, "moved")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.reason) == (Verb.MAP, admin_user, "moved")
    assert entry.play == mapping.play
    assert entry.details == {"part": "live_doc", "old": "11", "new": "22"}
    assert entry.at == change.at


def test_the_same_page_again_is_no_change(admin_user):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="11"))

    assert not assign(mapping, "11", by=admin_user)

    assert not PageMappingChange.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_nobody_did_is_in_the_history_and_not_in_the_audit_trail():
    assign(make_mapping(Part.PLAY_DB), "7", reason="CONFLUENCE_PLAY_DB_PAGE_ID")

    assert PageMappingChange.objects.count() == 1
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("page_id", ["x", "1 2", "-1", "https://wiki.example/pages/1", "1" * 21])
def test_what_is_no_page_id_is_refused(page_id):
    mapping = make_mapping(Part.LIVE_DOC)

    with pytest.raises(ValueError, match="no page id"):
        assign(mapping, page_id)

    assert page_of(mapping) == ""


def test_who_looked_at_another_page_is_told_and_changes_nothing(admin_user):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="11"))
    assign(mapping, "22", by=admin_user)

    with pytest.raises(MappingChanged):
        assign(mapping, "33", by=admin_user, expected="11")

    assert page_of(mapping) == "22"


def test_a_change_is_undone(admin_user):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="11"))
    assign(mapping, "22", by=admin_user)

    assert undo(PageMappingChange.objects.get(), by=admin_user, reason="a slip")

    assert page_of(mapping) == "11"
    assert PageMappingChange.objects.count() == 2


def test_a_first_page_is_undone_to_no_page(admin_user):
    mapping = make_mapping(Part.LIVE_DOC)
    assign(mapping, "22", by=admin_user)

    undo(PageMappingChange.objects.get(), by=admin_user)

    assert page_of(mapping) == ""


def test_a_change_is_not_undone_once_somebody_changed_it_again(admin_user):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="11"))
    assign(mapping, "22", by=admin_user)
    first = PageMappingChange.objects.get()
    assign(mapping, "33", by=admin_user)

    with pytest.raises(MappingChanged):
        undo(first, by=admin_user)

    assert page_of(mapping) == "33"


def test_many_changes_are_made_together_or_not_at_all(admin_user):
    good = make_mapping(Part.LIVE_DOC, play=make_play())
    stale = make_mapping(Part.LIVE_DOC, play=make_play(), page=make_page(page_id="9"))
    wanted = [
        Assignment(mapping=good, page_id="1", expected=""),
        Assignment(mapping=stale, page_id="2", expected="8"),
    ]

    with pytest.raises(MappingChanged):
        assign_all(wanted, by=admin_user)

    assert (page_of(good), page_of(stale)) == ("", "9")
    assert not PageMappingChange.objects.exists()

    assert assign_all(wanted[:1], by=admin_user) == 1
    assert page_of(good) == "1"


def test_failed_jobs_are_due_again_on_the_new_page_and_settled_ones_stay():
    mapping = make_mapping(Part.LIVE_DOC, page=make_page())
    failed = make_job(mapping=mapping, state="failed", failures=3)
    synced = make_job(mapping=mapping, state="synced")
    canceled = make_job(mapping=mapping, state="canceled")

    assign(mapping, "22")

    states = dict(SyncJob.objects.values_list("pk", "state"))
    assert states == {failed.pk: "pending", synced.pk: "synced", canceled.pk: "canceled"}


def test_what_was_due_comes_along_as_it_is_and_what_was_to_wait_is_due():
    now = timezone.now()
    mapping = make_mapping(Part.LIVE_DOC, page=make_page())
    early, late = now - timedelta(hours=1), now + timedelta(hours=1)
    due = make_job(mapping=mapping, run_after=early)
    tried = make_job(mapping=mapping, run_after=early, failures=2, failing_since=early)
    later = make_job(mapping=mapping, run_after=late)

    assign(mapping, "22", now=now)

    for job, after in ((due, early), (tried, now), (later, now)):
        job.refresh_from_db()
        assert (job.run_after, job.failures, job.failing_since) == (after, 0, None)


def test_what_waited_for_a_page_is_written_as_soon_as_one_is_mapped(world, admin_user):
    play = world.add_play("EXT_1", mapped=False)
    record_all([events.activity("EXT_1")])
    drain()
    page_id = world.sandbox.add_page("EXT_1 Live", LIVE_DOC)
    world.live_docs["EXT_1"] = page_id
    assert world.entries("EXT_1") == []

    assign(play.mappings.get(part="live_doc"), page_id, by=admin_user)
    drain()

    assert len(world.entries("EXT_1")) == 1
