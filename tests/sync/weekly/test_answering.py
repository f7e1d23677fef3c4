"""Where people changed a cell of ours a person says whose value stands, and that is kept."""

import pytest
from django.urls import reverse
from django.utils import timezone

from plays.models import AuditEntry, Finding, KeptCell, Play
from plays.models.weekly import Answer
from plays.sync.intake.receiving import record_all
from plays.sync.weekly.answering import NoStatus, NotAsked, answer
from plays.sync.writing.drain import drain
from tests.events import activity, brief
from tests.sync.weekly.damage import SECOND, make_company, run, set_cell, today

pytestmark = pytest.mark.django_db(transaction=True)
ACTIVITY, STATUS = 3, 2


def change(world, column, value):
    """A colleague changes a cell of SECOND's row; a run names it and puts ours back."""
    world.sandbox.edit_with(
        world.play_db, lambda body: set_cell(body, SECOND, column, value), by="박지훈"
    )
    run()
    return Finding.objects.get(kind="changed")


def cell(world, column="activity_qtd"):
    return world.play_rows()[SECOND][column]


@pytest.fixture
def company(world):
    return make_company(world)


def test_theirs_stays_until_our_value_changes_next(company, admin_user):
    found = change(company, ACTIVITY, "99")
    assert cell(company) == "1"
    answer(found, Answer.THEIRS, by=admin_user, reason="전화로 확인")
    drain()
    assert cell(company) == "99"
    record_all([today(brief, play_id=SECOND)])  # another cell of the row
    drain()
    assert cell(company) == "99"
    assert run().state == "done"
    assert cell(company) == "99"
    assert Finding.objects.filter(kind="changed").count() == 1

    record_all([today(activity, SECOND), today(brief, play_id=SECOND)])
    drain()
    assert cell(company) == "2"
    assert not KeptCell.objects.exists()


def test_ours_is_owed_again_and_what_was_kept_is_forgotten(company, admin_user):
    found = change(company, ACTIVITY, "99")
    answer(found, Answer.OURS, by=admin_user)
    drain()
    assert cell(company) == "1"
    assert not KeptCell.objects.exists()
    entry = AuditEntry.objects.get(verb="write_ours")
    assert (entry.by, entry.details) == (admin_user, {"theirs": "99", "ours": "1"})


def test_a_status_of_theirs_is_set_by_hand_until_the_quarter_ends_with_a_reason(
    company, admin_user
):
    judged = cell(company, "status")
    theirs = {"G": "🔴", "Y": "🟢", "R": "🟢"}[judged]
    found = change(company, STATUS, theirs)
    with pytest.raises(ValueError, match="reason"):
        answer(found, Answer.THEIRS, by=admin_user)
    found.refresh_from_db()
    assert found.answer == ""
    answer(found, Answer.THEIRS, by=admin_user, reason="고객사 일정이 바뀜")
    play = Play.objects.get(play_id=SECOND)
    assert play.override_status == {"🔴": "R", "🟢": "G"}[theirs]
    assert play.override_until > timezone.now()
    assert not KeptCell.objects.exists()


def test_what_means_no_status_is_refused_and_stays_open(company, admin_user):
    found = change(company, STATUS, "글쎄요")
    with pytest.raises(NoStatus):
        answer(found, Answer.THEIRS, by=admin_user, reason="?")
    answer(found, Answer.OURS, by=admin_user)
    with pytest.raises(NotAsked):
        answer(found, Answer.OURS, by=admin_user)


def test_staff_answer_on_the_result_s_page_and_a_pm_only_reads(company, client, staff, pm):
    found = change(company, ACTIVITY, "99")
    page = reverse("plays:weekly_result", args=[found.weekly_id])
    address = reverse("plays:weekly_answer", args=[found.pk])
    client.force_login(pm)
    assert address not in client.get(page).content.decode()
    assert client.post(address, {"answer": "theirs"}).status_code == 403
    client.force_login(staff)
    assert address in client.get(page).content.decode()
    assert client.post(address, {"answer": "nonsense"}).status_code == 400
    assert client.post(address, {"answer": "theirs", "reason": "확인"}).status_code == 302
    found.refresh_from_db()
    assert (found.answer, found.answered_by) == ("theirs", staff)
    assert address not in client.get(page).content.decode()
    drain()
    assert cell(company) == "99"
