"""Edits of Plays by people: only what they changed, never over another's, and always noted."""

from datetime import date, timedelta

import pytest
import time_machine

from plays import tasks
from plays.models import AuditEntry, Play, SyncJob
from plays.models.audit import Verb
from plays.rules.planner import Part
from plays.rules.status import Status
from plays.sync.plays.editing import (
    PlayChanged,
    edit_play,
    end_expired_statuses,
    end_status,
    note_edit,
    set_status,
)
from plays.sync.plays.play_status import play_statuses
from plays.sync.writing.edits import edits_for
from tests.factories import NOW, goals_now, make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db

SEEN = {"owner": "김철수", "next_action": "", "2026Q4_activity": 20}


@pytest.fixture
def play():
    return make_play(owner="김철수", activity_goal=20)


def rows():
    return SyncJob.objects.pending().filter(kind="play_row")


def test_an_edit_saves_what_was_changed_and_says_who_what_and_why(play, admin_user):
    wanted = SEEN | {"owner": "이영희", "next_action": "고객 미팅"}

    changed = edit_play(play, seen=SEEN, wanted=wanted, by=admin_user, reason="담당 변경")

    assert changed == ["owner", "next_action"]
    play.refresh_from_db()
    assert (play.owner, play.next_action) == ("이영희", "고객 미팅")
    entry = AuditEntry.objects.get(verb=Verb.EDIT_PLAY)
    assert (entry.by, entry.play, entry.reason) == (admin_user, play, "담당 변경")
    assert entry.details == {"owner": ["김철수", "이영희"], "next_action": ["", "고객 미팅"]}


def test_an_edit_that_changes_nothing_leaves_no_trace(play, admin_user):
    assert edit_play(play, seen=SEEN, wanted=SEEN, by=admin_user) == []

    assert not AuditEntry.objects.exists()
    assert not rows().exists()


def test_what_somebody_else_changed_meanwhile_stays(play, admin_user):
    Play.objects.update(next_action="다른 사람의 것")

    edit_play(play, seen=SEEN, wanted=SEEN | {"owner": "이영희"}, by=admin_user)

    play.refresh_from_db()
    assert (play.owner, play.next_action) == ("이영희", "다른 사람의 것")


def test_two_edits_of_one_field_collide_and_the_second_saves_nothing(play, admin_user):
    Play.objects.update(owner="박민준")
    wanted = SEEN | {"owner": "이영희", "next_action": "새 계획"}

    with pytest.raises(PlayChanged) as collision:
        edit_play(play, seen=SEEN, wanted=wanted, by=admin_user)

    assert collision.value.fields == ("owner",)
    play.refresh_from_db()
    assert (play.owner, play.next_action) == ("박민준", "")
    assert not AuditEntry.objects.exists()


def test_two_people_who_mean_the_same_do_not_collide(play, admin_user):
    Play.objects.update(owner="이영희")

    assert edit_play(play, seen=SEEN, wanted=SEEN | {"owner": "이영희"}, by=admin_user) == []


def test_a_new_goal_owes_the_play_db_its_row_once(play, admin_user):
    for goal in (30, 40):
        seen = {"2026Q4_activity": goals_now(play).activity}
        edit_play(play, seen=seen, wanted={"2026Q4_activity": goal}, by=admin_user, now=NOW)

    assert [job.key for job in rows()] == [play.play_id]


def test_a_play_that_ends_keeps_its_row_as_it_is(play, admin_user):
    edit_play(play, seen={"is_active": True}, wanted={"is_active": False}, by=admin_user)

    assert not rows().exists()
    assert AuditEntry.objects.get().details == {"is_active": [True, False]}


def test_a_day_is_noted_as_people_write_it(play, admin_user):
    before = {"due_date": None}
    play.due_date = date(2026, 12, 1)

    note_edit(play, before, by=admin_user)

    assert AuditEntry.objects.get().details == {"due_date": [None, "2026-12-01"]}


def test_a_status_set_by_hand_wins_until_its_end_and_reaches_the_page(play, admin_user):
    make_mapping(Part.PLAY_DB, page=make_page())

    set_status(
        play,
        Status.GREEN,
        reason=" 계약 직전 ",
        until=NOW + timedelta(days=3),
        by=admin_user,
        now=NOW,
    )

    play = Play.objects.get()
    assert play_statuses([play], now=NOW)[play.pk].status is Status.GREEN
    later = NOW + timedelta(days=3)
    assert play_statuses([play], now=later)[play.pk].status is Status.RED
    assert rows().count() == 1
    entry = AuditEntry.objects.get(verb=Verb.OVERRIDE)
    assert (entry.by, entry.reason, entry.details["status"]) == (admin_user, "계약 직전", "G")


@pytest.mark.parametrize(
    ("reason", "days"), [("", 3), ("  ", 3), ("계약 직전", 0), ("계약 직전", -1)]
)
def test_a_status_needs_a_reason_and_an_end_that_lies_ahead(play, admin_user, reason, days):
    until = NOW + timedelta(days=days)

    with pytest.raises(ValueError):
        set_status(play, Status.GREEN, reason=reason, until=until, by=admin_user, now=NOW)

    assert Play.objects.get().override_at(NOW) is None


def test_a_status_set_by_hand_can_be_ended_early_once(play, admin_user):
    until = NOW + timedelta(days=3)
    set_status(play, Status.GREEN, reason="계약 직전", until=until, by=admin_user, now=NOW)

    assert end_status(play, by=admin_user, reason="계약 끝", now=NOW)
    assert not end_status(play, by=admin_user, now=NOW)

    play = Play.objects.get()
    assert play_statuses([play], now=NOW)[play.pk].status is Status.RED
    entry = AuditEntry.objects.filter(verb=Verb.OVERRIDE).first()
    assert (entry.reason, entry.details) == ("계약 끝", {"status": "", "ended": "G"})
    assert rows().count() == 1


def test_the_row_that_is_owed_says_the_status_that_was_set(play, admin_user):
    make_mapping(Part.PLAY_DB, page=make_page())
    until = NOW + timedelta(days=3)
    set_status(play, Status.YELLOW, reason="휴가", until=until, by=admin_user, now=NOW)

    (edit,) = edits_for(list(rows()), now=NOW)

    assert edit.cells["status"].title == "Y"


def test_when_its_time_has_come_the_page_gets_the_judged_status(play, admin_user):
    make_mapping(Part.PLAY_DB, page=make_page())
    until = NOW + timedelta(days=3)
    set_status(play, Status.GREEN, reason="계약 직전", until=until, by=admin_user, now=NOW)
    SyncJob.objects.update(state="synced", settled_at=NOW)

    assert end_expired_statuses(now=until - timedelta(seconds=1)) == 0
    assert end_expired_statuses(now=until) == 1
    assert end_expired_statuses(now=until) == 0

    (edit,) = edits_for(list(rows()), now=until)
    assert edit.cells["status"].title == "R"
    assert AuditEntry.objects.get().reason == "계약 직전"


def test_a_status_that_ends_on_a_play_that_ended_leaves_its_row_alone(play, admin_user):
    until = NOW + timedelta(days=3)
    set_status(play, Status.GREEN, reason="계약 직전", until=until, by=admin_user, now=NOW)
    SyncJob.objects.all().delete()
    Play.objects.update(is_active=False)

    assert end_expired_statuses(now=until) == 1
    assert not rows().exists()


def test_the_sweep_ends_what_has_run_out(play, admin_user):
    until = NOW + timedelta(days=3)
    set_status(play, Status.GREEN, reason="계약 직전", until=until, by=admin_user, now=NOW)

    with time_machine.travel(until, tick=False):
        tasks.sweep()

    assert Play.objects.get().override_status == ""
