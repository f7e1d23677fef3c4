"""Pauses: what is held waits and is lost to nobody; what is not held goes on."""

import pytest
from django.db import transaction

from plays.models import AuditEntry, Page, Pause, Play, SyncJob
from plays.models.pause import PauseScope
from plays.sync.intake.receiving import record_all
from plays.sync.jobs.pauses import held, holding, pause, resume
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import backlog, drain
from tests import events
from tests.factories import make_job, make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_plays(world):
    """A world in which two Plays did something: an activity and a brief each."""
    for play_id in ("EXT_1", "EXT_2"):
        world.add_play(play_id)
        record_all([events.activity(play_id), events.brief(play_id=play_id)])
    return world


def written(world):
    """How many edits are on each kind of place."""
    return {
        "log": len(world.log_ids()),
        "EXT_1": len(world.entries("EXT_1")),
        "EXT_2": len(world.entries("EXT_2")),
        "db": len(world.play_rows()),
    }


ALL_WRITTEN = {"log": 4, "EXT_1": 2, "EXT_2": 2, "db": 2}


@pytest.mark.parametrize(
    ("ordered", "still_written"),
    [
        (lambda world: (PauseScope.ALL, {}), {"log": 0, "EXT_1": 0, "EXT_2": 0, "db": 0}),
        (
            lambda world: (PauseScope.PAGE, {"page": Page.objects.get(page_id=world.play_db)}),
            {**ALL_WRITTEN, "db": 0},
        ),
        (
            lambda world: (PauseScope.PLAY, {"play": Play.objects.get(play_id="EXT_1")}),
            {"log": 2, "EXT_1": 0, "EXT_2": 2, "db": 1},
        ),
        (
            lambda world: (PauseScope.KIND, {"kind": "live_entry"}),
            {**ALL_WRITTEN, "EXT_1": 0, "EXT_2": 0},
        ),
    ],
    ids=["everything", "page", "play", "kind"],
)
def test_a_pause_holds_its_scope_and_nothing_else(two_plays, staff, ordered, still_written):
    scope, target = ordered(two_plays)
    made = pause(scope, reason="개편", by=staff, **target)

    drain()

    assert written(two_plays) == still_written
    assert backlog().paused == held([made])[made.pk] > 0

    resume(made, by=staff)
    drain()

    assert written(two_plays) == ALL_WRITTEN
    two_plays.assert_every_action_is_on_its_pages_once()


def test_resuming_rings_for_what_was_held(staff, django_capture_on_commit_callbacks):
    job = make_job()
    made = pause(PauseScope.PAGE, page=job.mapping.page, reason="x", by=staff)
    assert not SyncJob.objects.unpaused().exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert resume(made, by=staff)

    assert Page.objects.get().rung_at is not None


def test_both_ends_of_a_pause_are_in_the_audit_trail(staff, admin_user):
    play = make_play()

    made = pause(PauseScope.PLAY, play=play, reason=" 개편 ", by=staff)
    resume(made, by=admin_user)

    begun, ended = AuditEntry.objects.order_by("pk")
    assert (begun.verb, begun.by, begun.play, begun.reason) == ("pause", staff, play, "개편")
    assert (ended.verb, ended.by, ended.play) == ("resume", admin_user, play)
    made.refresh_from_db()
    assert (made.ended_by, made.ended_at) == (admin_user, ended.at)


def test_the_same_pause_twice_is_one(staff, admin_user):
    first = pause(PauseScope.ALL, reason="first", by=staff)

    second = pause(PauseScope.ALL, reason="second", by=admin_user)

    assert second == first
    assert (Pause.objects.get().reason, AuditEntry.objects.count()) == ("first", 1)


def test_a_pause_that_ended_does_not_stand_in_the_way_of_a_new_one(staff):
    first = pause(PauseScope.ALL, reason="first", by=staff)
    resume(first, by=staff)

    assert pause(PauseScope.ALL, reason="second", by=staff) != first
    assert not resume(first, by=staff)
    assert Pause.objects.active().count() == 1
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["pause", "resume", "pause"]


def test_pauses_add_up(staff):
    job = make_job()
    by_page = pause(PauseScope.PAGE, page=job.mapping.page, reason="x", by=staff)
    by_play = pause(PauseScope.PLAY, play=job.play, reason="y", by=staff)
    pause(PauseScope.KIND, kind="log_row", reason="z", by=staff)

    assert holding(job) == [by_page, by_play]

    resume(by_page, by=staff)

    assert holding(job) == [by_play]
    assert not SyncJob.objects.unpaused().exists()


def test_jobs_that_wait_for_a_page_are_held_with_their_play(staff):
    job = make_job(mapping=make_mapping("live_doc"))
    made = pause(PauseScope.PLAY, play=job.play, reason="x", by=staff)
    pause(PauseScope.PLAY, play=make_play(), reason="y", by=staff)
    pause(PauseScope.PAGE, page=make_page(), reason="z", by=staff)

    assert holding(job) == [made]


def test_a_pause_of_a_page_ends_for_edits_that_move_to_another(staff):
    job = make_job()
    pause(PauseScope.PAGE, page=job.mapping.page, reason="x", by=staff)

    assign(job.mapping, "4711")

    assert SyncJob.objects.unpaused().get() == job


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        (PauseScope.PAGE, {}),
        (PauseScope.PLAY, {"kind": "log_row"}),
        (PauseScope.KIND, {"kind": "nonsense"}),
        (PauseScope.ALL, {"kind": "log_row"}),
    ],
)
def test_a_pause_names_what_its_scope_needs(staff, scope, target):
    with pytest.raises(ValueError), transaction.atomic():
        pause(scope, reason="x", by=staff, **target)

    assert not Pause.objects.exists()


def test_a_pause_needs_a_reason(staff):
    with pytest.raises(ValueError, match="reason"):
        pause(PauseScope.PAGE, page=make_page(), reason="  ", by=staff)
