"""A column that a person asks for is made once, whatever comes between, and is filled."""

import pytest

from plays.models import AuditEntry, PageLayout, PageMapping, SyncJob
from plays.storage import EditError
from plays.sync.intake.receiving import record
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.layouts.looking import NotMapped
from plays.sync.writing.adding import SAVES_OF_OTHERS, PageBusy, add_column
from plays.sync.writing.claims import page_claim
from plays.sync.writing.drain import drain
from tests.events import brief
from tests.world import PEOPLE_TABLE

pytestmark = pytest.mark.django_db(transaction=True)
HEADING = "<th><p>Last Updated</p></th>"


@pytest.fixture
def mapping(world):
    """The Play DB's, with one Play; no column says when a row was changed last."""
    world.add_play("A_01")
    world.sandbox.edit(world.play_db, PEOPLE_TABLE.replace(HEADING, ""))
    return PageMapping.objects.shared("play_db")


def columns(world):
    return world.sandbox.body(world.play_db).count("Last Updated")


def test_a_missing_column_is_made_only_on_demand_and_once_even_if_it_was_left_alone(
    world, mapping, admin_user
):
    choose(mapping, Changes(headings={"last_updated": ""}), by=None)
    record(brief(play_id="A_01"))
    drain()
    assert columns(world) == 0

    assert add_column(mapping, "last_updated", by=admin_user)
    assert not add_column(mapping, "last_updated", by=admin_user)

    assert columns(world) == 1
    assert AuditEntry.objects.get(verb="add_column").by == admin_user
    assert SyncJob.objects.pending().get().kind == "play_row"  # what fills it is on its way


@pytest.mark.parametrize("fault", ["conflict", "error_after"])
def test_a_save_between_and_a_lost_answer_make_no_second_column(world, mapping, admin_user, fault):
    world.sandbox.faults.script(fault, match=f"PUT /pages/{world.play_db}")

    assert add_column(mapping, "last_updated", by=admin_user)

    assert columns(world) == 1


def test_people_who_save_all_the_time_go_first(world, mapping, admin_user):
    put = f"PUT /pages/{world.play_db}"
    world.sandbox.faults.script("conflict", match=put, times=SAVES_OF_OTHERS)

    with pytest.raises(PageBusy):
        add_column(mapping, "last_updated", by=admin_user)

    assert columns(world) == 0
    assert not AuditEntry.objects.filter(verb="add_column").exists()


def test_a_field_that_has_a_chosen_column_keeps_it(world, mapping, admin_user):
    choose(mapping, Changes(headings={"last_updated": "메모"}), by=None)

    assert not add_column(mapping, "last_updated", by=admin_user)

    assert PageLayout.objects.of(mapping).choice.headings == {"last_updated": "메모"}
    assert columns(world) == 0


def test_a_page_that_a_worker_writes_is_left_to_it(world, mapping, admin_user):
    with page_claim(mapping.page_id), pytest.raises(PageBusy):
        add_column(mapping, "last_updated", by=admin_user)

    assert columns(world) == 0


def test_a_page_without_the_table_gets_no_column(world, mapping, admin_user):
    world.sandbox.edit(world.play_db, "<p>표 없음</p>")

    with pytest.raises(EditError):
        add_column(mapping, "last_updated", by=admin_user)


def test_without_a_page_there_is_nothing_to_add_to(world, mapping, admin_user):
    PageMapping.objects.filter(pk=mapping.pk).update(page=None)
    mapping.refresh_from_db()

    with pytest.raises(NotMapped):
        add_column(mapping, "last_updated", by=admin_user)


def test_a_column_of_the_action_log_owes_no_row_of_a_play(world, mapping, admin_user):
    headings = "".join(f"<th>{name}</th>" for name in ("log_id", "play_id", "title"))
    world.sandbox.edit(world.action_log, f"<table><tbody><tr>{headings}</tr></tbody></table>")

    assert add_column(PageMapping.objects.shared("action_log"), "url", by=admin_user)

    assert "<p>URL</p>" in world.sandbox.body(world.action_log)
    assert not SyncJob.objects.exists()
